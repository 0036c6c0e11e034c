"""The audit trail is a chain: whatever is changed, removed, put in or exchanged is found."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from sqlalchemy import func, select, text
from sqlalchemy.exc import IntegrityError

from gipdocs.store import audit
from gipdocs.store.engine import Store
from gipdocs.store.tables import AuditRow
from gipdocs.store.types import now

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


def test_a_row_that_was_put_in_is_found(trail: Store) -> None:
    tamper(trail, "UPDATE audit SET id = id + 100 WHERE id > 2")
    tamper_again = (
        "INSERT INTO audit (id, at, actor, action, subject_kind, subject_id, detail, previous, hash) SELECT 3, at, '乙',"
        " action, subject_kind, subject_id, detail, '{0}', '{1}' FROM audit WHERE id = 2"
    )
    with trail.writing() as session:
        session.execute(text(tamper_again.format("1" * 64, "2" * 64)))
        session.execute(text("UPDATE audit SET id = id - 99 WHERE id > 100"))
    assert broken(trail) == 3


def test_a_row_that_follows_from_the_one_before_is_the_head(trail: Store) -> None:
    with trail.reading() as session:
        head, rows = (
            audit.read_head(session),
            [audit.ChainLink(id=row.id, hash=row.hash) for row in audit.read_rows(session)],
        )
        assert head == rows[-1] and [audit.holds(session, row) for row in rows] == [True] * 5
        assert not audit.holds(session, audit.ChainLink(id=5, hash="0" * 64))
        assert not audit.holds(session, audit.ChainLink(id=6, hash="0" * 64))


def test_a_head_that_was_noted_finds_a_chain_that_was_made_anew(trail: Store) -> None:
    with trail.reading() as session:
        noted = audit.read_head(session)
    tamper(trail, "DELETE FROM audit")
    for number in range(6):
        note(trail, subject_id=f"forged {number}")
    with trail.reading() as session:
        assert broken(trail) is None and noted and not audit.holds(session, noted)


@pytest.fixture
def old_trail(store: Store, monkeypatch: pytest.MonkeyPatch) -> Store:
    """A trail of four old rows and two of today."""
    with monkeypatch.context() as clock:
        clock.setattr(audit, "now", lambda: now() - timedelta(days=1200))
        for number in range(4):
            note(store, subject_id=str(number), detail=DETAIL)
    for number in range(4, 6):
        note(store, subject_id=str(number))
    return store


def cut(store: Store, days: int = 1000) -> int:
    with store.writing() as session:
        return audit.cut(session, before=now() - timedelta(days=days), actor="本机")


def rows_of(store: Store) -> list[tuple[int, str]]:
    with store.reading() as session:
        return [(row.id, row.action) for row in audit.read_rows(session)]


def test_old_rows_are_cut_from_the_start_under_a_seal_and_the_chain_holds(old_trail: Store) -> None:
    assert cut(old_trail) == 4
    assert rows_of(old_trail) == [(5, "opened"), (6, "opened"), (7, "audit.cut")] and broken(old_trail) is None
    note(old_trail)
    assert broken(old_trail) is None and cut(old_trail) == 0


def test_what_was_noted_of_rows_that_were_cut_still_holds(old_trail: Store) -> None:
    with old_trail.reading() as session:
        noted = [audit.ChainLink(id=row.id, hash=row.hash) for row in audit.read_rows(session)]
    cut(old_trail)
    with old_trail.reading() as session:
        assert [audit.holds(session, one) for one in noted] == [True] * 6
        assert not audit.holds(session, audit.ChainLink(id=4, hash="0" * 64))


def test_nothing_is_cut_that_is_younger_than_half_a_year(old_trail: Store) -> None:
    with pytest.raises(ValueError, match="half a year"):
        cut(old_trail, days=183)
    assert cut(old_trail, days=1300) == 0 and len(rows_of(old_trail)) == 6


@pytest.mark.parametrize(
    "statement",
    ["DELETE FROM audit WHERE id = 5", "DELETE FROM audit WHERE id = 7", "UPDATE audit SET actor = 'x' WHERE id = 5"],
)
def test_a_seal_lets_nothing_go_that_it_does_not_cover(statement: str, old_trail: Store) -> None:
    cut(old_trail)
    with pytest.raises(IntegrityError), old_trail.writing() as session:
        session.execute(text(statement))


def test_old_rows_stay_without_a_seal(old_trail: Store) -> None:
    with pytest.raises(IntegrityError), old_trail.writing() as session:
        session.execute(text("DELETE FROM audit WHERE id = 1"))


def test_a_seal_over_young_rows_lets_them_stay(trail: Store) -> None:
    with trail.writing() as session:
        detail = {"last_id": 5, "last_hash": "0" * 64, "rows": 5, "before": "2026-01-01"}
        audit.note(session, actor="甲", action=audit.CUT, subject_kind="audit", subject_id="5", detail=detail)
    with pytest.raises(IntegrityError), trail.writing() as session:
        session.execute(text("DELETE FROM audit WHERE id = 1"))


@pytest.mark.parametrize(
    ("statement", "found"),
    [("DELETE FROM audit WHERE id = 5", 6), ("UPDATE audit SET detail = '{}' WHERE id = 7", 5)],
)
def test_tampering_after_a_cut_is_found(statement: str, found: int, old_trail: Store) -> None:
    cut(old_trail)
    tamper(old_trail, statement)
    assert broken(old_trail) == found
