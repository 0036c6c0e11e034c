"""Turns the table that came with a batch into rows."""

from __future__ import annotations

from gipdocs.batch.orders import OrderedRow
from gipdocs.batch.reading import read_table
from gipdocs.service import Service
from gipdocs.store.tables import BatchRow


def read_source(service: Service, row: BatchRow) -> list[OrderedRow]:
    """The rows of a batch's table; InvalidInput or FormatNotOffered if it can't be read as a whole.

    It may take seconds, so that no transaction may be open: load the row with its `source` before.
    """
    office = service.office()
    return read_table(
        service.registry[row.document],
        row.source or b"",
        row.source_name,
        today=office.today,
        base=row.base,
        office=office,
    )
