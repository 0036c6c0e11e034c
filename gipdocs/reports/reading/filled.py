"""Takes the figures of a table file as answers to the report's questions."""

from __future__ import annotations

from typing import Any

from gipdocs.errors import Fault, InvalidInput
from gipdocs.reports.forms import load_forms
from gipdocs.reports.reading import read
from gipdocs.reports.record import NOTHING, Record

TABLES = ("table2", "table3", "table4")


def read_figures(data: bytes) -> dict[str, Any]:
    """The tables in a workbook or CSV with their remarks, agency and year, if named; words are left out.

    A table that the file doesn't have is absent. InvalidInput names each cell that holds something other than a figure.
    """
    try:
        record = read(data)
        named = {"year": record.year, "agency": record.agency}
    except InvalidInput as error:
        if not any(fault.code == "year" for fault in error.faults):
            raise
        record, named = read(data, [*load_forms().values()][-1].first_year), {}
    _refuse_odd(record)
    tables = {key: value for key, value in record.as_json().items() if key in TABLES and key not in record.not_visible}
    more = {"remarks": dict(record.remarks)} if record.remarks else {}
    return {key: value for key, value in named.items() if value} | tables | more


def _refuse_odd(record: Record) -> None:
    """Raise InvalidInput for cells and rows that were printed but could not be read."""
    if any(printed.strip() not in NOTHING for printed in record.raw.values()):
        told = [note for note in record.described["anomalies"] if isinstance(note, str)]
        raise InvalidInput([Fault("", "cell", note) for note in told])
