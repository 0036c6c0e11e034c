"""Imports a ledger: every row becomes a case with its events, all rows or none."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from gipdocs.access.actors import Actor
from gipdocs.access.permissions import Permission
from gipdocs.errors import Fault, InvalidInput
from gipdocs.law import Office
from gipdocs.letters.case import request
from gipdocs.register.applications import LONGEST_SUBJECT, NO_SUBJECT, column_of, keep, search_form
from gipdocs.register.cases import event_row
from gipdocs.register.history import CaseEvent
from gipdocs.register.ledger import COLUMNS
from gipdocs.register.ledger_cells import Cell
from gipdocs.register.ledger_reading import LedgerTable, Mapped, map_headings
from gipdocs.register.ledger_rows import RowReading, Words
from gipdocs.register.numbers import CASES, number_case, numbers_kept_unique, read_number
from gipdocs.register.register import Register
from gipdocs.register.settling import settle
from gipdocs.store import audit, numbers
from gipdocs.store.tables import LONGEST_NOTE, AuditRow, CaseRow, NoteRow

CHUNK = 500
IMPORTED = "ledger.imported"
MOST_REMEMBERED = 20
"""In so many earlier imports a mapping of the same headings is looked for."""
HEADINGS = {column.key: column.heading for column in COLUMNS}


@dataclass(frozen=True, kw_only=True)
class ImportReport:
    """What an import found: rows read, cases made, and what is wrong, cell by cell.

    A fault's pointer says where: 第12行“收到日期”. If there is any, nothing was written; nor in a dry run, in which
    `cases` are those that would be made.
    """

    rows: int
    cases: int
    faults: tuple[Fault, ...]
    warnings: tuple[str, ...]

    def as_json(self) -> dict[str, Any]:
        """The report as plain data, with every fault."""
        return {**vars(self), "faults": [asdict(fault) for fault in self.faults], "warnings": list(self.warnings)}


def import_ledger(
    register: Register, table: LedgerTable, mapping: Mapping[str, str], *, by: Actor, dry_run: bool
) -> ImportReport:
    """Import every row as a case, in one transaction; if any cell is wrong, nothing is written.

    `mapping` says which column of ours a heading is, as in `map_headings`. InvalidInput if the headings don't suffice,
    Forbidden. What was decided in those cases was decided elsewhere: whoever may record cases may import it.
    """
    by.demand(Permission.WRITE_CASES)
    mapped = map_headings(table.headings, mapping)
    if mapped.missing:
        listed = "、".join(f"“{heading}”" for heading in mapped.missing)
        raise InvalidInput([Fault("/mapping", "heading-missing", f"表里没有{listed}这几栏，请指明它们是哪一列。")])
    office = register.office()
    read, faults = _read(table, mapped, office)
    faults += _same_numbers(register, table, mapped, read)
    warnings = tuple(_warnings(mapped, read))
    if not faults and not dry_run:
        made = [(_case(one, office, by), one) for one in read]  # the database isn't locked meanwhile
        with register.store.writing() as session:
            _write(session, made, office, by)
            _note(session, mapped, len(read), by)
    return ImportReport(rows=len(table.rows), cases=0 if faults else len(read), faults=tuple(faults), warnings=warnings)


def recall_mapping(register: Register, headings: Sequence[str]) -> dict[str, str]:
    """Which column each heading was when a ledger with the same headings was imported last; empty if none was."""
    query = select(AuditRow.detail).where(AuditRow.action == IMPORTED).order_by(AuditRow.id.desc())
    with register.store.reading() as session:
        for detail in session.scalars(query.limit(MOST_REMEMBERED)):
            mapping: dict[str, str] = detail.get("mapping", {})
            if mapping and set(mapping) <= set(headings):
                return mapping
    return {}


def _read(table: LedgerTable, mapped: Mapped, office: Office) -> tuple[list[RowReading], list[Fault]]:
    words, read, faults = Words(office.today_law.outcomes), [], list[Fault]()
    headings = {key: heading for heading, key in mapped.columns.items()}
    for row in table.rows:
        cells = {key: row.cells.get(heading, Cell()) for heading, key in mapped.columns.items()}
        one = RowReading(cells=_completed(cells), office=office, words=words)
        unreadable = [(mapped.columns[name], why) for name, why in row.faults.items() if name in mapped.columns]
        found = unreadable or one.read().faults
        faults += [_fault(row.place, headings.get(key, HEADINGS[key]), detail) for key, detail in found]
        read.append(one)
    return read, faults


def _completed(cells: dict[str, Cell]) -> dict[str, Cell]:
    """In a ledger with one day for letter and service, that day is taken for both."""
    if "posted" not in cells and "dated" in cells:
        return cells | {"posted": cells["dated"]}
    return cells


def _fault(place: str, heading: str, detail: str) -> Fault:
    where = f"{place}“{heading}”"
    return Fault(where, "cell", f"{where}：{detail}。")


def _same_numbers(
    register: Register, table: LedgerTable, mapped: Mapped, read: Sequence[RowReading]
) -> Iterator[Fault]:
    """Faults for numbers that stand in the ledger twice, or in the register already."""
    heading = next((name for name, key in mapped.columns.items() if key == "number"), HEADINGS["number"])
    counts = Counter(one.number for one in read if one.number)
    taken = _taken(register, list(counts))
    for row, one in zip(table.rows, read, strict=True):
        if counts[one.number] > 1:
            yield _fault(row.place, heading, "这个申请编号在表里不止一次，请核对")
        elif one.number in taken:
            yield _fault(row.place, heading, "这个申请编号台账里已经有了，请核对是否已经导入过")


def _taken(register: Register, typed: Sequence[str]) -> set[str | None]:
    taken: set[str | None] = set()
    with register.store.reading() as session:
        for start in range(0, len(typed), CHUNK):
            some = typed[start : start + CHUNK]
            taken |= {*session.scalars(select(CaseRow.number).where(CaseRow.number.in_(some)))}
    return taken


def _warnings(mapped: Mapped, read: Sequence[RowReading]) -> Iterator[str]:
    if mapped.unknown:
        listed = "、".join(f"“{heading}”" for heading in mapped.unknown)
        yield f"{listed}没有对应的栏目，这些列没有读入。"
    keys = {*mapped.columns.values()}
    if "dated" in keys and "posted" not in keys:
        yield "表里没有送达日期，以成文日期为送达日期，案件在这一天办结。"
    if assumed := sum(one.cell("posted").filled and not one.cell("way").filled for one in read):
        yield f"有{assumed}行没有写明送达方式，按邮政邮寄记录。"
    if unnumbered := sum(not one.number for one in read):
        yield f"有{unnumbered}行没有申请编号，导入时按收到年份顺序编号。"
    open_answers = sum(
        any(event.kind == "answered" for event in one.events) and not any(e.kind == "posted" for e in one.events)
        for one in read
    )
    if open_answers:
        yield f"有{open_answers}行有成文日期，没有送达日期，导入后为待送达。"


def _write(session: Session, made: Sequence[tuple[CaseRow, RowReading]], office: Office, by: Actor) -> None:
    """Rows with a number of their own come first, so that numbers drawn for the others are free."""
    ordered = sorted(made, key=lambda pair: not pair[1].number)
    _number(session, ordered, office)
    for start in range(0, len(ordered), CHUNK):
        chunk = ordered[start : start + CHUNK]
        session.add_all(row for row, _ in chunk)
        with numbers_kept_unique("表里有申请编号刚刚被别人登记，这次一行也没有导入，请重新检查。"):
            session.flush()
        events = [(event_row(row, event, by), one) for row, one in chunk for event in _registered(row, one.events)]
        session.add_all(row for row, _ in events)
        session.flush()
        session.add_all(
            NoteRow(event_id=row.id, text=one.remark[:LONGEST_NOTE]) for row, one in events if row.kind == "noted"
        )
        session.flush()
        session.expunge_all()


def _number(session: Session, made: Sequence[tuple[CaseRow, RowReading]], office: Office) -> None:
    """Keep the numbers that the ledger has, raise the series above them, and draw one for each row without."""
    kept = select(CaseRow.year, CaseRow.serial).where(CaseRow.series == CASES)
    used = {(year, serial) for year, serial in session.execute(kept)}
    highest: dict[int, int] = {}
    for row, one in made:
        row.number, place = one.number or None, read_number(one.number, office.profile.numbering.case, office.profile)
        if place and place not in used:  # 2025-1 and 2025-0001 would have one place
            used.add(place)
            row.series, (row.year, row.serial) = CASES, place
            highest[row.year] = max(row.serial, highest.get(row.year, 0))
    for year, serial in highest.items():
        numbers.raise_to(session, CASES, year, serial)
    for row, one in made:
        if not one.number:
            drawn = number_case(session, office.profile, received=one.events[0].day)
            row.number, row.series, row.year, row.serial = drawn.text, drawn.series, drawn.year, drawn.serial


def _case(one: RowReading, office: Office, by: Actor) -> CaseRow:
    """The case of a row, still without its number."""
    row = CaseRow(
        application=keep(one.application),
        applicant=search_form(one.answers["name"]),
        column_key=column_of(one.answers),
        subject=(request(one.answers) or NO_SUBJECT)[:LONGEST_SUBJECT],
        created_by=by.name,
    )
    settle(row, _registered(row, one.events), office)
    return row


def _registered(row: CaseRow, events: Sequence[CaseEvent]) -> list[CaseEvent]:
    """The events of a row, with the registration under the number that the case got, on the day of receipt."""
    received, *others = events
    registered = CaseEvent(place=0, kind="registered", day=received.day, facts={"number": row.number})
    return [replace(event, place=place) for place, event in enumerate((received, registered, *others), 1)]


def _note(session: Session, mapped: Mapped, rows: int, by: Actor) -> None:
    """Keep in the audit trail that these facts were imported, and which heading was taken for which column."""
    detail: dict[str, Any] = {"rows": rows, "mapping": dict(mapped.columns)}
    audit.note(
        session,
        actor=by.name,
        action=IMPORTED,
        subject_kind="ledger",
        subject_id=str(rows),
        detail=detail,
        address=by.address,
    )
