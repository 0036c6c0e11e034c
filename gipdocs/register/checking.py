"""Checks a whole register: what the database holds agrees with itself, and nothing was changed behind its back."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from sqlalchemy import func, select, text
from sqlalchemy.orm import Session

from gipdocs.errors import InvalidInput
from gipdocs.law import Office
from gipdocs.register.history import CaseEvent
from gipdocs.register.reading import CHUNK, load_all_events
from gipdocs.register.register import Register
from gipdocs.register.settling import derive_columns, name_versions
from gipdocs.register.soundness import NumberGaps, check_files, find_number_gaps
from gipdocs.register.standing import stand
from gipdocs.store import audit
from gipdocs.store.tables import CaseRow, LetterRow, SequenceRow

OF_THE_LAW = {"answer_by", "due_on", "due_what", "due_why", "row"}
"""Columns that a case keeps as its law had them until it is settled anew."""
MOST_LISTED = 20


@dataclass(frozen=True, kw_only=True)
class Soundness:
    """What a check has found, in whole sentences: `faults` are damage, `remarks` what a person may want to explain."""

    faults: tuple[str, ...]
    remarks: tuple[str, ...]

    def as_json(self) -> dict[str, list[str]]:
        """The result as plain data."""
        return {"faults": [*self.faults], "remarks": [*self.remarks]}


def check_register(register: Register) -> Soundness:
    """Check database, derived columns, files, letters, numbers and audit trail; the register may be in use meanwhile."""
    office = register.office()
    with register.store.reading() as session:
        faults = [
            *_find_damage(session),
            *_find_wrong_columns(session, office),
            *_find_broken_chain(session),
            *_find_low_sequences(session),
        ]
    faults += [fault.detail for fault in check_files(register)]
    remarks = [sentence for gaps in find_number_gaps(register) for sentence in _tell_gaps(gaps)]
    return Soundness(faults=tuple(faults), remarks=tuple(remarks))


def _find_damage(session: Session) -> Iterator[str]:
    """What SQLite says of its file; PostgreSQL's own tools look after its files."""
    if session.get_bind().dialect.name != "sqlite":
        return
    if (said := session.scalar(text("PRAGMA integrity_check"))) != "ok":
        yield f"数据库文件已损坏（{said}），请停止服务，用gipdocs register restore恢复备份。"
    if session.execute(text("PRAGMA foreign_key_check")).first():
        yield "数据库中有的行所引用的行不存在，请停止服务，用gipdocs register restore恢复备份。"


def _find_wrong_columns(session: Session, office: Office) -> Iterator[str]:
    every = session.scalars(select(CaseRow.id).order_by(CaseRow.id)).all()
    for start in range(0, len(every), CHUNK):
        ids = every[start : start + CHUNK]
        rows = session.scalars(select(CaseRow).where(CaseRow.id.in_(ids)).order_by(CaseRow.id)).all()
        try:
            events = load_all_events(session, ids)
        except (InvalidInput, KeyError):
            yield f"编号在{rows[0].number}至{rows[-1].number}之间的案件中，有不能读取的记录。"
            continue
        for row in rows:
            if wrong := _wrong_columns(row, events.get(row.id, []), office):
                yield f"案件{row.number}的{'、'.join(wrong)}与记录不一致，请运行gipdocs register settle --all重新推算。"
        session.expunge_all()


def _wrong_columns(row: CaseRow, events: list[CaseEvent], office: Office) -> list[str]:
    """The derived columns of a row that its events contradict; those of another law as far as the law decides nothing."""
    left_out = set[str]() if row.law_versions == name_versions(office) else OF_THE_LAW
    derived = derive_columns(events, stand(events, office))
    return [key for key, value in derived.items() if key not in left_out and getattr(row, key) != value]


def _find_broken_chain(session: Session) -> Iterator[str]:
    if (first := audit.verify(session)) is not None:
        yield f"操作日志自第{first}条起前后不能衔接，可能有人直接改动过数据库，请查明原因。"


def _find_low_sequences(session: Session) -> Iterator[str]:
    last = {(row.series, row.year): row.last for row in session.scalars(select(SequenceRow))}
    for table in (CaseRow, LetterRow):
        highest = select(table.series, table.year, func.max(table.serial)).where(table.series.is_not(None))
        for series, year, serial in session.execute(highest.group_by(table.series, table.year)):
            if last.get((series or "", year or 0), 0) < (serial or 0):
                yield f"{year}年“{series}”的编号已经用到{serial}，记录的最后一号却更小，以后会重号。请查明原因。"


def _tell_gaps(gaps: NumberGaps) -> Iterator[str]:
    if gaps.missing:
        runs = [f"{first}" if first == last else f"{first}至{last}" for first, last in gaps.missing]
        count = sum(last - first + 1 for first, last in gaps.missing)
        yield f"{gaps.year}年“{gaps.series}”中没有用到的号共{count}个：{_list(runs)}。"
    if gaps.void:
        yield f"{gaps.year}年“{gaps.series}”中作废的号共{len(gaps.void)}个：{_list([*gaps.void])}。"


def _list(parts: list[str]) -> str:
    return "、".join(parts[:MOST_LISTED]) + ("等" if len(parts) > MOST_LISTED else "")
