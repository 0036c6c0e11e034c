"""The parts of a form on its page: one of them is visible, all of them are sent, so that nothing typed is ever left behind."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from gipdocs.documents.parts import BELOW, Part
from gipdocs.forms.figure_controls import Figures
from gipdocs.forms.forms import QuestionsForm, everything
from gipdocs.web.remarks import Remark, Remarks

ALL = "all"
"""The key under which all parts are visible at once."""
UNITED = ""
"""The key of the remarks that belong to no part."""


@dataclass(frozen=True, kw_only=True)
class PlacedField:
    """A field in a part with the form that it belongs to; `opens` is the block whose first field it is, if it is one's."""

    form: QuestionsForm
    field: Any
    opens: Any = None


@dataclass(frozen=True, kw_only=True)
class FormPart:
    """A part as the page shows it: `wrong` is the number of its errors, `warned` that of its other remarks."""

    key: str
    label: str
    optional: bool
    asked: tuple[PlacedField, ...]
    hidden: bool = False
    wrong: int = 0
    warned: int = 0

    @property
    def id(self) -> str:
        """The id of its place on the page."""
        return f"part-{self.key}"

    @property
    def keys(self) -> tuple[str, ...]:
        """The keys of its fields."""
        return tuple(one.field.short_name for one in self.asked)

    @cached_property
    def blanks(self) -> int:
        """The number of figures that are still blank, sums left out."""
        return sum(len(one.field.blanks()) for one in self.asked if isinstance(one.field, Figures))

    @cached_property
    def is_empty(self) -> bool:
        """Whether nothing is filled in."""
        return all(one.field.answer() is None for one in self.asked)

    @property
    def has_grid(self) -> bool:
        """Whether it holds a table of figures, which needs the width of the page."""
        return any(isinstance(one.field, Figures) for one in self.asked)

    @property
    def state(self) -> str:
        """How far it is: wrong, empty, begun or done."""
        if self.wrong:
            return "wrong"
        return "empty" if self.is_empty else "begun" if self.blanks else "done"

    @property
    def told(self) -> str:
        """How far it is, in words."""
        return {
            "wrong": f"有{self.wrong}处要改",
            "empty": "选填" if self.optional else "未填",
            "begun": f"还空{self.blanks}格",
            "done": "已填",
        }[self.state]


@dataclass(frozen=True, kw_only=True)
class Parts:
    """The parts of a form, of which the page shows the `current` one, or all.

    `rest` are the fields that stand below every part: the machine's own, and data that goes along unseen.
    """

    listed: tuple[FormPart, ...] = ()
    rest: tuple[tuple[str, Any], ...] = ()
    current: str = ALL
    places: dict[str, str] = field(default_factory=dict)

    def beside(self, key: str, step: int) -> FormPart | None:
        """The part before (-1) or after (1) the one with a key."""
        wanted = int(key) - 1 + step
        return self.listed[wanted] if 0 <= wanted < len(self.listed) else None

    @property
    def empty(self) -> list[FormPart]:
        """The parts that should be filled in and have nothing in them yet, unless an error says so already."""
        return [part for part in self.listed if part.is_empty and not part.optional and not part.wrong]

    def grouped(self, remarks: Iterable[Remark]) -> Iterator[tuple[FormPart | None, list[Remark]]]:
        """The remarks of each part, those of no part first."""
        found: dict[str, list[Remark]] = {}
        for remark in remarks:
            found.setdefault(self.places.get(remark.place, UNITED), []).append(remark)
        if UNITED in found:
            yield None, found[UNITED]
        yield from ((part, found[part.key]) for part in self.listed if part.key in found)


def lay_out(
    form: QuestionsForm,
    declared: tuple[Part, ...],
    remarks: Remarks,
    wanted: str,
    *,
    pressed: str = "",
    turned: bool = False,
) -> Parts:
    """The parts of a form. The `wanted` one is visible or, if it has no errors and another has, the first that has.

    `pressed` is the id of the field whose button was pressed, which stays in sight; whoever has just `turned` to a part
    gets it in any case.
    """
    if not declared:
        return Parts()
    shared = [tuple(_asked(form, part)) for part in declared]
    known = [str(number) for number in range(1, len(shared) + 1)]
    places = {id: key for key, asked in zip(known, shared, strict=True) for id in (f"part-{key}", *_ids(asked))}
    wrong = [places[remark.place] for remark in remarks.of("error") if remark.place in places]
    current = wanted if wanted in (*known, ALL) else known[0]
    if current != ALL and pressed in places:
        current = places[pressed]
    elif current not in (ALL, *wrong) and wrong and not turned:
        current = min(wrong, key=int)
    others = [places[remark.place] for remark in remarks.of("warning", "info") if remark.place in places]
    listed = tuple(
        FormPart(
            key=key,
            label=part.label,
            optional=part.optional,
            asked=asked,
            hidden=current not in (key, ALL),
            wrong=wrong.count(key),
            warned=others.count(key),
        )
        for key, part, asked in zip(known, declared, shared, strict=True)
    )
    shared_out = {name.partition(BELOW)[0] for part in declared for name in part.asks}
    rest = tuple((key, field) for key, field in form.named() if key not in shared_out)
    return Parts(listed=listed, rest=rest, current=current, places=places)


def _asked(form: QuestionsForm, part: Part) -> Iterator[PlacedField]:
    """The fields of a part; the first field of a block that was shared out brings the block's own help and remarks."""
    for name in part.asks:
        key, _, below = name.partition(BELOW)
        field = form.find(key)
        if not below:
            yield PlacedField(form=form, field=field)
        else:
            inside = field.form.find(below)
            first = next(iter(field.fields())) is inside
            yield PlacedField(form=field.form, field=inside, opens=field if first else None)


def _ids(asked: Iterable[PlacedField]) -> Iterator[str]:
    for one in asked:
        if one.opens is not None:
            yield one.opens.id
        yield from (field.id for field in everything([one.field]))
