"""An order that is only tried: what is wrong with each of its rows, of which nothing is kept."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from gipdocs.access.actors import Actor
from gipdocs.batch.letters import try_letter
from gipdocs.batch.local import CheckedRow, check_rows, show_errors
from gipdocs.batch.making import tell
from gipdocs.batch.ordering import check
from gipdocs.batch.orders import Order, OrderedRow
from gipdocs.batch.reading import read_table
from gipdocs.batch.sharing import find_wrong_rows
from gipdocs.errors import Fault, GipdocsError, InvalidInput, StoreBusy, StoreDamaged, StoreFull
from gipdocs.questions.merging import merge
from gipdocs.register.register import Register
from gipdocs.service import Service

MOST_TRIED = 1000
"""So many rows are checked while somebody waits; more are checked by the runner."""


def try_order(service: Service, register: Register, wanted: Order, *, by: Actor) -> list[CheckedRow]:
    """What the checks find in each row of an order; raises what `order` raises, and InvalidInput for too many rows."""
    check(register, wanted, by=by, webhooks=service.settings.webhooks)
    rows = wanted.rows if wanted.source is None else _read(service, wanted)
    if len(rows) > MOST_TRIED:
        detail = f"一次最多核对{MOST_TRIED}件，现在是{len(rows)}件；更多的，请提交批次，由系统逐件核对。"
        raise InvalidInput([Fault("/items", "rows", detail)])
    if wanted.purpose == "letters":
        return [*_try_letters(register, replace(wanted, rows=rows))]
    entry = service.registry[wanted.document]
    return [*check_rows(service, entry, rows, base=wanted.base, draft=by.drafts_only)]


def _read(service: Service, wanted: Order) -> list[OrderedRow]:
    entry, office = service.registry[wanted.document], service.office()
    source = wanted.source or b""
    return read_table(entry, source, wanted.source_name, today=office.today, base=wanted.base, office=office)


def _try_letters(register: Register, wanted: Order) -> Iterator[CheckedRow]:
    wrong = find_wrong_rows(register, wanted)
    for place, row in enumerate(wanted.rows, 1):
        tried = CheckedRow(place=place, row=row, answers=merge(wanted.base, row.answers))
        faults = (*row.faults, *wrong.get(place, ()))
        yield replace(tried, faults=faults) if faults else _try_letter(register, wanted, tried)


def _try_letter(register: Register, wanted: Order, tried: CheckedRow) -> CheckedRow:
    number, own = tried.row.case or "", tried.row.answers
    try:
        found = try_letter(register, wanted.document, number, wanted.base, own, unnumbered=wanted.submit)
    except (StoreBusy, StoreDamaged, StoreFull):  # they say nothing about the row
        raise
    except GipdocsError as error:
        return replace(tried, faults=tell(error))
    return replace(tried, findings=found.findings, faults=show_errors(found.findings))
