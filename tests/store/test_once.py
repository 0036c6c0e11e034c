"""A request that is sent again is done once and answered alike."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import func, select, update

from gipdocs.errors import InvalidInput
from gipdocs.store import once
from gipdocs.store.engine import Store
from gipdocs.store.tables import IdempotencyRow
from gipdocs.store.types import now

pytestmark = pytest.mark.slow


def send(store: Store, key: str, payload: object, *, by: str = "收件系统", answer: str = "2026-0001") -> str:
    """The answer that was known before."""
    with store.writing() as session:
        if known := once.recall(session, key, payload, by=by):
            return known
        once.remember(session, key, answer, by=by)
        return ""


def test_the_same_request_is_answered_as_before(store: Store) -> None:
    assert send(store, "a", {"x": 1, "y": [2]}) == ""
    assert send(store, "a", {"y": [2], "x": 1}, answer="2026-0002") == "2026-0001"
    assert send(store, "b", {"x": 1, "y": [2]}) == ""


def test_another_request_under_the_same_key_is_refused(store: Store) -> None:
    send(store, "a", {"x": 1})
    with pytest.raises(InvalidInput, match="已经用于内容不同的请求"):
        send(store, "a", {"x": 2})


def test_two_systems_may_use_the_same_key(store: Store) -> None:
    send(store, "a", {"x": 1})
    assert send(store, "a", {"x": 2}, by="网站") == ""


def test_a_request_that_failed_may_be_sent_anew(store: Store) -> None:
    with pytest.raises(ZeroDivisionError), store.writing() as session:
        once.recall(session, "a", {"x": 1}, by="收件系统")
        raise ZeroDivisionError
    assert send(store, "a", {"x": 2}) == ""


def test_keys_are_kept_for_a_week_and_only_as_hashes(store: Store) -> None:
    send(store, "a-key", {"x": "张晓彤"})
    with store.writing() as session:
        session.execute(update(IdempotencyRow).values(made_at=now() - timedelta(days=8)))
    assert send(store, "b-key", {}) == "" and send(store, "a-key", {"x": "李桂芬"}) == ""
    with store.reading() as session:
        assert session.scalar(select(func.count()).select_from(IdempotencyRow)) == 2
        assert all(set(row.key_hash) <= set("0123456789abcdef") for row in session.scalars(select(IdempotencyRow)))
