"""What no database keeps is refused when it is ordered, with its place."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from gipdocs.access.actors import HERE
from gipdocs.batch.batches import list_batches
from gipdocs.batch.orders import OrderedRow
from gipdocs.batch.running import run_until_idle
from gipdocs.errors import InvalidInput
from gipdocs.register.register import Register
from gipdocs.service import Service

UNKEPT: dict[str, tuple[dict[str, Any], str, str]] = {
    "half-a-character": (
        {"rows": [OrderedRow(answers={"a": [{"b": "\ud83d"}]})]},
        "/items/0/answers/a/0/b",
        "character",
    ),
    "half-in-the-base": ({"base": {"a/b": "\udc00"}}, "/base/a~1b", "character"),
    "infinite": ({"rows": [OrderedRow(answers={"n": float("inf")})]}, "/items/0/answers/n", "range"),
    "key": ({"rows": [OrderedRow(answers={"a\x00": 1})]}, "/items/0/answers/aU+0000", "character"),
    "long-case": ({"rows": [OrderedRow(answers={}, case="1" * 41)]}, "/items/0/case", "too-long"),
    "long-name": ({"rows": [OrderedRow(answers={}, name="名" * 201)]}, "/items/0/name", "too-long"),
    "name": ({"rows": [OrderedRow(answers={}, name="\x00")]}, "/items/0/name", "character"),
    "nul": (
        {"rows": [OrderedRow(answers={}), OrderedRow(answers={"a": "张\x00三"})]},
        "/items/1/answers/a",
        "character",
    ),
    "title": ({"title": "\ud800"}, "/title", "character"),
}


@pytest.mark.parametrize("kind", sorted(UNKEPT))
def test_what_can_not_be_kept_is_refused_with_its_place(
    kind: str, register: Register, ordered: Callable[..., str]
) -> None:
    wanted, pointer, code = UNKEPT[kind]
    with pytest.raises(InvalidInput) as caught:
        ordered(1, **wanted)
    assert [(fault.pointer, fault.code) for fault in caught.value.faults] == [(pointer, code)]
    str(caught.value).encode()
    assert not list_batches(register, by=HERE)


def test_what_only_looks_like_it_is_kept(office: Service, register: Register, ordered: Callable[..., str]) -> None:
    ordered(1, rows=[OrderedRow(answers={"application": {"name": "赵\\u0000"}, "更多": "\ufffe"})])
    run_until_idle(office)
    (batch,) = list_batches(register, by=HERE)
    assert batch.counts == {"invalid": 1}, "the schema refuses what isn't its own"
