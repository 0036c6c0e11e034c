"""Decides which questions of a group are visible, and what is optional and folded away."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from gipdocs.forms.forms import everything
from gipdocs.web.remarks import Remarks

WORTH_FOLDING = 3


@dataclass(frozen=True, kw_only=True)
class Arrangement:
    """The fields of a group: `asked` are visible, `aside` are folded away unless `unfolded`; `filled` of these have answers."""

    asked: list[Any]
    aside: list[Any]
    filled: int = 0
    unfolded: bool = False


def arrange(group: Any, remarks: Remarks, touched: str = "") -> Arrangement:
    """Fold away optional questions that are only kept on file, unless one has a remark or was just changed.

    `touched`: the id of the rows or lines whose button was pressed last.
    """
    fields = list(group.fields())
    aside = [field for field in fields if field.question.on_file and not field.question.required]
    if not WORTH_FOLDING <= len(aside) < len(fields):
        return Arrangement(asked=fields, aside=[])
    return Arrangement(
        asked=[field for field in fields if field not in aside],
        aside=aside,
        filled=sum(field.answer() is not None for field in aside),
        unfolded=_is_touched(aside, remarks, touched),
    )


def unfolds(group: Any, remarks: Remarks, touched: str = "") -> bool:
    """Whether an optional group has an answer or a remark in it, or was just changed."""
    return group.answer() is not None or _is_touched(group.fields(), remarks, touched)


def _is_touched(fields: Iterable[Any], remarks: Remarks, touched: str) -> bool:
    return any(one.id == touched or remarks.at(one.id) for one in everything(fields))
