"""JSON read strictly: a key given twice or a number that is none would lose what was sent."""

from __future__ import annotations

import json
from typing import Any


def read_json(data: bytes) -> Any:
    """The value of a UTF-8 JSON text; ValueError where it is not exactly one."""
    try:
        return json.loads(data.decode("utf-8"), object_pairs_hook=_unique, parse_constant=_refuse)
    except RecursionError:
        raise ValueError("nested too deeply") from None


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        raise ValueError("a key stands twice")
    return found


def _refuse(name: str) -> None:
    raise ValueError(f"{name} is not JSON")
