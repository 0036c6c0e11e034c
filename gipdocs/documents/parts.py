"""The parts of a long form, which its page shows one at a time."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from gipdocs.questions import Block, Questions, StaffQuestions

BELOW = "/"
"""Stands between a block and a question inside it: narrative/problems."""


@dataclass(frozen=True, kw_only=True)
class Part:
    """One part of a form: what it is called, and the questions that it `asks`, in their order.

    A question inside a block is named with it, "narrative/problems"; the block then stands in several parts. A part that
    is `optional` may stay empty.
    """

    label: str
    asks: tuple[str, ...]
    optional: bool = False


def find_misplaced(parts: Sequence[Part], schema: type[Questions]) -> Iterator[str]:
    """What is wrong with the parts of a schema: a name without a question, twice the same, a question in no part."""
    asked = [name for part in parts for name in part.asks]
    wanted = list(_names(schema, {name.partition(BELOW)[0] for name in asked if BELOW in name}))
    if unknown := sorted(set(asked) - set(wanted)):
        yield f"parts里的{'、'.join(unknown)}不是填写项，或者另有一处写了它的下级，请核对"
    if twice := [name for name, times in Counter(asked).items() if times > 1]:
        yield f"parts里的{'、'.join(twice)}写了不止一次，请只留一处"
    if left := [name for name in wanted if name not in asked]:
        yield f"{'、'.join(left)}不在parts的任何一个部分里，请写进其中一个"


def _names(schema: type[Questions], split: set[str]) -> Iterator[str]:
    """The names that the parts share out; the machine's own questions and data that nobody sees stand beside them."""
    own = {key for key, _ in StaffQuestions().questions()} if issubclass(schema, StaffQuestions) else set()
    for key, question in schema().questions():
        if key in split and isinstance(question, Block) and question.kind == "block":
            yield from (f"{key}{BELOW}{below}" for below, _ in question.questions().questions())
        elif key not in own and question.kind != "open":
            yield key
