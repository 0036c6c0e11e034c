"""The ten given records and how each is judged, for the tests of this folder."""

from __future__ import annotations

import copy
import json
from functools import cache
from pathlib import Path
from typing import Any

from gipdocs.reports import load
from gipdocs.reports.record import Record

DATA = Path(__file__).resolve().parents[1] / "data" / "reports"
SEEDS = ("2019", "2020", "2021", "2022", "2023")
EXAMPLES = ("hongze-2023", "shanghai-office-2019", "suqian-2023", "suqian-2024", "yangling-sjj-2022")
ALL = SEEDS + EXAMPLES
BEFORE = {"2020": "2019", "2021": "2020", "2022": "2021", "2023": "2022", "suqian-2024": "suqian-2023"}
"""Which record is last year's of which."""


@cache
def _read(name: str) -> dict[str, Any]:
    folder = "seeds" if name in SEEDS else "examples"
    data: dict[str, Any] = json.loads((DATA / folder / f"{name}.json").read_text("utf-8"))
    return data


def given(name: str) -> dict[str, Any]:
    """A copy of one record's JSON, free to change."""
    return copy.deepcopy(_read(name))


def record(name: str) -> Record:
    """One record, loaded."""
    return load(given(name))


def previous(name: str) -> Record | None:
    """Last year's record of one record, where there is one."""
    return record(BEFORE[name]) if name in BEFORE else None
