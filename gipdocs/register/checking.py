"""Whether a register is sound: what the database holds agrees with itself, and nothing was changed behind its back."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from hashlib import sha256

from sqlalchemy import func, select, text
from sqlalchemy.orm import Session

from gipdocs.errors import InvalidInput
from gipdocs.law import Office
from gipdocs.register.cases import CHUNK, derive_columns, load_all_events, name_versions
from gipdocs.register.history import CaseEvent
from gipdocs.register.register import Register
from gipdocs.register.standing import stand
from gipdocs.store import audit
from gipdocs.store.tables import CaseRow, FileRow, LetterRow, SequenceRow

OF_THE_LAW = {"answer_by", "due_on", "due_what", "row"}
"""Columns that a closed case keeps as the law of its time had them."""
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
    """Check the whole register; it may be in use meanwhile."""
    office = register.office()
    with register.store.reading() as session:
        faults = [
            *_find_damage(session),
            *_find_wrong_columns(session, office),
            *_find_wrong_files(session),
            *_find_broken_chain(session),
            *_find_low_sequences(session),
        ]
        return Soundness(faults=tuple(faults), remarks=(*_find_gaps(session), *_find_voids(session)))


def _find_damage(session: Session) -> Iterator[str]:
    """What SQLite says of its file; PostgreSQL's own tools look after its files."""
    if session.get_bind().dialect.name != "sqlite":
        return
    if (said := session.scalar(text("PRAGMA integrity_check"))) != "ok":
        yield f"数据库文件已损坏（{said}），请停止服务，用gipdocs register restore恢复备份。"
    if session.execute(text("PRAGMA foreign_key_check")).first():
        yield "数据库中有的行所引用的行不存在，请停止服务，用gipdocs register restore恢复备份。"


def _find_wrong_columns(session: Session, office: Office) -> Iterator[str]:
    versions = name_versions(office)
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
            if wrong := _wrong_columns(row, events.get(row.id, []), office, same_law=row.law_versions == versions):
                yield f"案件{row.number}的{'、'.join(wrong)}与记录不一致，请运行gipdocs register settle --all重新推算。"
        session.expunge_all()


def _wrong_columns(row: CaseRow, events: list[CaseEvent], office: Office, *, same_law: bool) -> list[str]:
    """The derived columns of a row that its events contradict. Open cases of another law are settled at the next start."""
    derived = derive_columns(events, stand(events, office))
    left_out = set[str]() if same_law else OF_THE_LAW
    return [key for key, value in derived.items() if key not in left_out and getattr(row, key) != value]


def _find_wrong_files(session: Session) -> Iterator[str]:
    named = select(FileRow.case_id, FileRow.sha256, CaseRow.number).join(CaseRow, CaseRow.id == FileRow.case_id)
    for case_id, digest, number in session.execute(named.where(FileRow.content.is_not(None))).all():
        content = session.scalar(select(FileRow.content).where(FileRow.case_id == case_id, FileRow.sha256 == digest))
        if content is not None and sha256(content).hexdigest() != digest:
            yield f"案件{number}的一个文件（{digest[:12]}…）与保存时不一致，请从备份中取回。"


def _find_broken_chain(session: Session) -> Iterator[str]:
    if (first := audit.verify(session)) is not None:
        yield f"操作日志自第{first}条起前后不能衔接，可能有人直接改动过数据库，请查明原因。"


def _series(session: Session, table: type[CaseRow | LetterRow]) -> dict[tuple[str, int], list[int]]:
    """The serial numbers that were given, by series and year."""
    found: dict[tuple[str, int], list[int]] = {}
    columns = select(table.series, table.year, table.serial).where(table.series.is_not(None))
    for series, year, serial in session.execute(columns.order_by(table.series, table.year, table.serial)):
        found.setdefault((series or "", year or 0), []).append(serial or 0)
    return found


def _every_series(session: Session) -> dict[tuple[str, int], list[int]]:
    return _series(session, CaseRow) | _series(session, LetterRow)


def _find_low_sequences(session: Session) -> Iterator[str]:
    last = {(row.series, row.year): row.last for row in session.scalars(select(SequenceRow))}
    for (series, year), serials in _every_series(session).items():
        if last.get((series, year), 0) < serials[-1]:
            yield f"{year}年“{series}”的编号已经用到{serials[-1]}，记录的最后一号却更小，以后会重号。请查明原因。"


def _find_gaps(session: Session) -> Iterator[str]:
    for (series, year), serials in _every_series(session).items():
        if missing := sorted(set(range(1, serials[-1] + 1)) - {*serials}):
            more = "等" if len(missing) > MOST_LISTED else ""
            listed = "、".join(map(str, missing[:MOST_LISTED]))
            yield f"{year}年“{series}”中没有用到的号：{listed}{more}，共{len(missing)}个。"


def _find_voids(session: Session) -> Iterator[str]:
    counted = select(LetterRow.series, LetterRow.year, func.count()).where(LetterRow.state == "void")
    for series, year, count in session.execute(counted.group_by(LetterRow.series, LetterRow.year)):
        yield f"{year}年“{series}”中作废的文书：{count}件。" if series else f"没有编号的作废文书：{count}件。"
