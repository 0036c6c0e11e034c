"""A register is checked against itself: whatever is changed behind its back is told."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from sqlalchemy import text

from gipdocs.access.actors import HERE
from gipdocs.register import cases, reading, settling
from gipdocs.register.checking import check_register
from gipdocs.register.register import Register
from gipdocs.store.engine import Store
from gipdocs.store.tables import FileRow
from tests.register.making import event

pytestmark = pytest.mark.slow

Opened = Callable[..., str]


def test_a_register_in_use_is_sound(register: Register, opened: Opened) -> None:
    number = opened()
    cases.record(register, number, event("answered", "2026-03-20", outcome="reply-granted"), by=HERE)
    cases.record(register, number, event("posted", "2026-03-20", way="mail"), by=HERE)
    opened()
    found = check_register(register)
    assert (found.faults, found.remarks) == ((), ())


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ("UPDATE cases SET answer_by = '2026-04-01'", "案件2026-0001的answer_by与记录不一致"),
        ("UPDATE cases SET state = 'to_serve', officer = 'x'", "案件2026-0001的state、officer与记录不一致"),
        ("UPDATE sequences SET last = 1", "2026年“申请编号”的编号已经用到2，记录的最后一号却更小"),
        ("UPDATE files SET content = name::bytea", "文件000000000000与存入时不一致"),
    ],
    ids=["a day", "two columns", "a sequence", "a file"],
)
def test_what_was_changed_behind_its_back_is_told(
    store: Store, register: Register, opened: Opened, change: str, told: str
) -> None:
    first, _ = opened(), opened()
    with store.writing() as session:
        case = reading.find_row(session, first)
        kinds = {"role": "other", "name": "x", "media_type": "text/plain", "size": 1, "added_by": "x"}
        session.add(FileRow(case_id=case.id, sha256="0" * 64, content=None, **kinds))
    with store.writing() as session:
        session.execute(
            text(change if store.kind == "postgresql" else change.replace("name::bytea", "CAST(name AS BLOB)"))
        )
    (fault, *_) = check_register(register).faults
    assert told in fault


def test_columns_that_were_changed_are_derived_anew(store: Store, register: Register, opened: Opened) -> None:
    opened()
    with store.writing() as session:
        session.execute(text("UPDATE cases SET answer_by = '2026-04-01'"))
    assert settling.settle_all(register).moved == ()
    assert settling.settle_all(register, every=True).moved == ("2026-0001",)
    assert check_register(register).faults == ()


def test_a_changed_trail_is_told(store: Store, register: Register, opened: Opened) -> None:
    opened()
    with store.writing() as session:
        for statement in UNGUARDED[store.kind]:
            session.execute(text(statement))
        session.execute(text("UPDATE audit SET actor = '别人' WHERE id = 1"))
    assert check_register(register).faults == ("操作日志自第1条起前后不能衔接，可能有人直接改动过数据库，请查明原因。",)


UNGUARDED = {"sqlite": ["DROP TRIGGER audit_update"], "postgresql": ["ALTER TABLE audit DISABLE TRIGGER USER"]}


def test_gaps_are_listed_as_remarks(register: Register, service: object, opened: Opened) -> None:
    opened()
    arrival = [event("received", "2026-03-02", channel="in_person")]
    application = {"applicant_kind": "citizen", "name": "李桂芬"}
    cases.open_case(register, application, arrival, by=HERE, number="2026-0005")
    found = check_register(register)
    assert found.faults == () and found.remarks == ("2026年“申请编号”中没有用到的号共3个：2至4。",)


def test_a_case_that_can_not_be_read_is_told(store: Store, register: Register, opened: Opened) -> None:
    opened()
    with store.writing() as session:
        session.execute(
            text(
                "INSERT INTO events (case_id, place, kind, day, facts, made_at, made_by) VALUES (1, 9, 'unheard', :day, '{}', :at, 'x')"
            ),
            {"day": "2026-03-05", "at": "2026-03-05 00:00:00.000000"},
        )
    (fault, *_) = check_register(register).faults
    assert fault == "编号在2026-0001至2026-0001之间的案件中，有不能读取的记录。"
