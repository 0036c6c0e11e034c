"""The audit trail is a chain: whatever is changed, removed, put in or exchanged is found."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import func, select, text

from gipdocs.store import audit
from gipdocs.store.engine import Store
from gipdocs.store.tables import AuditRow

pytestmark = pytest.mark.slow

DETAIL = {
    "数": 1.5e5,
    "small": 1e-7,
    "whole": 3.0,
    "large": 10**20,
    "list": [1, None, True],
    "text": '号 \\ " é \u2028',
}


def note(store: Store, **columns: object) -> None:
    usual = {"actor": "甲", "action": "opened", "subject_kind": "case", "subject_id": "1"}
    with store.writing() as session:
        audit.note(session, **{**usual, **columns})  # type: ignore[arg-type]  # columns of several types


def broken(store: Store) -> int | None:
    with store.reading() as session:
        return audit.verify(session)


def tamper(store: Store, statement: str) -> None:
    """What somebody can do who may change the schema."""
    with store.writing() as session:
        if store.kind == "sqlite":
            session.execute(text("DROP TRIGGER audit_update"))
            session.execute(text("DROP TRIGGER audit_delete"))
        else:
            session.execute(text("ALTER TABLE audit DISABLE TRIGGER USER"))
        session.execute(text(statement))


@pytest.fixture
def trail(store: Store) -> Store:
    """A trail of five rows."""
    for number in range(5):
        note(store, subject_id=str(number), detail=DETAIL, document="reply-granted", address="10.0.0.5")
    return store


def test_an_untouched_chain_holds(trail: Store) -> None:
    assert broken(trail) is None


def test_an_empty_chain_holds(store: Store) -> None:
    assert broken(store) is None


def test_a_long_chain_is_read_row_by_row(store: Store) -> None:
    with store.writing() as session:
        for number in range(1200):
            audit.note(session, actor="甲", action="read", subject_kind="case", subject_id=str(number))
    assert broken(store) is None


def test_a_row_holds_what_was_noted_and_the_hash_before_it(trail: Store) -> None:
    with trail.reading() as session:
        first, second, *_ = session.scalars(select(AuditRow).order_by(AuditRow.id)).all()
    assert (first.id, first.previous, first.detail) == (1, audit.FIRST, DETAIL)
    assert (second.id, second.previous) == (2, first.hash)


@pytest.mark.parametrize(
    ("statement", "found"),
    [
        ("UPDATE audit SET actor = '乙' WHERE id = 3", 3),
        ("UPDATE audit SET detail = '{}' WHERE id = 2", 2),
        ("UPDATE audit SET address = NULL WHERE id = 5", 5),
        ("UPDATE audit SET at = '2020-01-01 00:00:00.000000' WHERE id = 1", 1),
        ("UPDATE audit SET id = 9 WHERE id = 5", 9),
        ("DELETE FROM audit WHERE id = 1", 2),
        ("DELETE FROM audit WHERE id = 3", 4),
    ],
)
def test_tampering_is_found_at_its_row(statement: str, found: int, trail: Store) -> None:
    tamper(trail, statement)
    assert broken(trail) == found


def test_rows_that_changed_places_are_found(trail: Store) -> None:
    tamper(trail, "UPDATE audit SET id = 99 WHERE id = 2")
    with trail.writing() as session:
        session.execute(text("UPDATE audit SET id = 2 WHERE id = 3"))
        session.execute(text("UPDATE audit SET id = 3 WHERE id = 99"))
    assert broken(trail) == 2


def test_a_note_of_an_act_that_failed_is_undone_with_it(trail: Store) -> None:
    with pytest.raises(ZeroDivisionError), trail.writing() as session:
        audit.note(session, actor="甲", action="opened", subject_kind="case", subject_id="9")
        raise ZeroDivisionError
    note(trail)
    with trail.reading() as session:
        assert session.scalar(select(func.max(AuditRow.id))) == 6
    assert broken(trail) is None


def test_those_who_note_at_once_lengthen_one_chain(store: Store) -> None:
    with ThreadPoolExecutor(6) as threads:
        list(threads.map(lambda number: note(store, subject_id=str(number)), range(60)))
    with store.reading() as session:
        assert session.scalars(select(AuditRow.id).order_by(AuditRow.id)).all() == list(range(1, 61))
    assert broken(store) is None
