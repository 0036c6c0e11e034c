"""Two sets of answers as one."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any


def merge(former: Mapping[str, Any], later: Mapping[str, Any]) -> dict[str, Any]:
    """The answers of both; the later ones win, an emptied answer too. Blocks are merged, lists are never mixed."""
    merged = {**former, **later}
    for key in former.keys() & later.keys():
        if isinstance(former[key], Mapping) and isinstance(later[key], Mapping):
            merged[key] = merge(former[key], later[key])
    return merged
