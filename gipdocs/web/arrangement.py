"""Which questions of a group stand in the open, and which are folded away because they may be left out."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from gipdocs.documents.forms import everything
from gipdocs.web.remarks import Remarks

WORTH_FOLDING = 3


@dataclass(frozen=True, kw_only=True)
class Arrangement:
    """The fields of a group: `asked` in the open, `aside` folded away unless `unfolded`."""

    asked: list[Any]
    aside: list[Any]
    unfolded: bool = False


def arrange(group: Any, remarks: Remarks) -> Arrangement:
    """Fold away what is only kept on file and may be left out, unless something is in it or said about it."""
    fields = list(group.fields())
    aside = [field for field in fields if field.question.on_file and not field.question.required]
    if not WORTH_FOLDING <= len(aside) < len(fields):
        return Arrangement(asked=fields, aside=[])
    unfolded = any(one.answer() is not None for one in aside) or any(remarks.at(one.id) for one in everything(aside))
    return Arrangement(asked=[field for field in fields if field not in aside], aside=aside, unfolded=unfolded)
