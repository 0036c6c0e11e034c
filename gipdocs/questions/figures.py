"""Questions for data that no single control holds: tables of figures, remarks on them, and data kept as it came."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from itertools import pairwise
from typing import Any, Literal

import marshmallow as ma

from gipdocs.errors import Fault
from gipdocs.questions import Message, Question, Text, refuse

Path = tuple[str | int, ...]
"""The way to a figure in a grid's answer: keys of objects and places in lists."""
FINEST = 6  # decimals
NARROW = str.maketrans("０１２３４５６７８９，．＋－−　", "0123456789,.+-- ")
"""Full-width signs that people type in figures; nothing else is taken for a digit."""
WRITTEN = re.compile(r"-?\d+(\.\d+)?", re.ASCII)
WHOLE = re.compile(r"-?\d{1,15}", re.ASCII)
BROKEN = re.compile(r"-?\d{1,9}\.\d{1,6}", re.ASCII)
THOUSANDS = re.compile(r"-?\d{1,3}(?:,\d{3})+(?:\.\d+)?", re.ASCII)
NOTHING = re.compile(r"[-−/\\—–_]+|无")
"""What people put where there is no number."""
JSON_TYPES = {"object": (Mapping, "一组内容（JSON对象）"), "array": (list, "列表"), "string": (str, "文字")}


def figure(text: str) -> Any:
    """A typed figure as JSON data: a number, the text where it is none, None where nothing stands."""
    plain = text.translate(NARROW).strip().removeprefix("+")
    if THOUSANDS.fullmatch(plain):
        plain = plain.replace(",", "")
    if WHOLE.fullmatch(plain):
        return int(plain)
    return float(plain) if BROKEN.fullmatch(plain) else text or None


class Quantity(Question):
    """A number that may have decimals, as JSON number or as text."""

    kind = "decimal"

    def __init__(self, label: str, *, least: int = 0, **more: Any) -> None:
        super().__init__(label, **more)
        self.least = least

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> Decimal:
        if isinstance(value, bool) or not isinstance(value, int | float | str):
            raise self.wrong_type("数")
        if isinstance(value, str) and not WRITTEN.fullmatch(value):
            raise refuse("format", f"“{self.label}”应为数，例如12或者12.5。")
        try:
            number = Decimal(str(value))
        except InvalidOperation:
            raise refuse("format", f"“{self.label}”应为数，例如12或者12.5。") from None
        if not number.is_finite() or number < self.least or -int(number.as_tuple().exponent) > FINEST:
            raise refuse("range", f"“{self.label}”应为不小于{self.least}、最多{FINEST}位小数的数。")
        return number

    def json_type(self) -> dict[str, Any]:
        return {"type": ["number", "string"], "minimum": self.least, "pattern": f"^{WRITTEN.pattern}$"}


class Open(Question):
    """JSON data that is taken as it comes: `shape` is its JSON Schema, of which only the type is enforced here."""

    kind = "open"

    def __init__(self, label: str, *, shape: Mapping[str, Any], **more: Any) -> None:
        super().__init__(label, **more)
        self.shape = dict(shape)

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> Any:
        wanted = JSON_TYPES.get(self.shape.get("type", ""))
        if wanted and not isinstance(value, wanted[0]):
            raise self.wrong_type(wanted[1])
        return value

    def json_type(self) -> dict[str, Any]:
        return self.shape


class Brought(Open):
    """Data that a clerk brings in a file: `read` makes it of the file's bytes, `told` says in a sentence what it is.

    `read` raises InvalidInput, its sentences fit to be shown.
    """

    kind = "brought"

    def __init__(
        self, label: str, *, read: Callable[[bytes], Any], told: Callable[[Any], str], accept: str = "", **more: Any
    ) -> None:
        super().__init__(label, **more)
        self.read, self.told, self.accept = read, told, accept


class Notes(Question):
    """Short texts by key, of keys that `options` lists with what the clerk reads."""

    kind = "notes"
    least = 0

    def __init__(self, label: str, *, options: Mapping[str, str], longest: int = 200, **more: Any) -> None:
        super().__init__(label, **more)
        self.options, self.line = dict(options), Text(label, longest=longest)

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> dict[str, str]:
        if not isinstance(value, Mapping):
            raise self.wrong_type("一组内容（JSON对象）")
        texts: dict[str, str] = {}
        faults: dict[str, Any] = {}
        for key, text in value.items():
            try:
                texts[str(key)] = self._note(str(key), text)
            except ma.ValidationError as error:
                faults[str(key)] = error.messages
        if faults:
            raise ma.ValidationError(faults)  # nested like the data
        return texts

    def _note(self, key: str, text: Any) -> str:
        if not key:
            raise refuse("required", f"“{self.label}”里有一条没有选是哪个数字的，请选择。")
        if isinstance(text, list):
            raise refuse("repeated", f"“{self.label}”里，{self.options.get(key, key)}写了两次，请合并为一条。")
        return str(self.line.deserialize(text))

    def json_type(self) -> dict[str, Any]:
        return {"type": "object", "additionalProperties": self.line.json_type()}


@dataclass(frozen=True, kw_only=True)
class GridCell:
    """A cell of a grid: a label with the `scope` of an HTML header, or the place of a figure, called `label`.

    `units` may stand behind a figure, the chosen one at `unit_path`.
    """

    text: str = ""
    scope: str = ""
    path: Path = ()
    label: str = ""
    kind: Literal["count", "signed", "money"] = "count"
    rows: int = 1
    columns: int = 1
    unit_path: Path = ()
    units: tuple[str, ...] = ()

    def json_type(self) -> dict[str, Any]:
        """Which figures are right here; a blank is null."""
        if self.kind == "money":
            return {"type": ["number", "null"], "minimum": 0, "title": self.label}
        least = {"minimum": 0} if self.kind == "count" else {}
        return {"type": ["integer", "null"], **least, "title": self.label}


@dataclass(frozen=True, kw_only=True)
class Sum:
    """A figure that is the sum of others."""

    total: Path
    parts: tuple[Path, ...]


@dataclass(frozen=True, kw_only=True)
class Balance:
    """Two sides that must come to the same; `label` says what is compared, `left` and `right` are called so."""

    label: str
    left: tuple[Path, ...]
    right: tuple[Path, ...]


@dataclass(frozen=True, kw_only=True)
class Shape:
    """One form of a grid: rows of cells, each only where it begins; `constants` stand beside the figures in the answer."""

    rows: tuple[tuple[GridCell, ...], ...]
    head_rows: int = 0
    sums: tuple[Sum, ...] = ()
    balances: tuple[Balance, ...] = ()
    rule: str = ""
    constants: Mapping[str, Any] = field(default_factory=dict)

    @property
    def figures(self) -> tuple[GridCell, ...]:
        """The cells that hold figures, row by row."""
        return tuple(cell for row in self.rows for cell in row if cell.path)


class Grid(Question):
    """A table of figures: one of several shapes, which `choose` names from the answers beside it.

    The answer is JSON data with the figures at their paths, null where blank; `also` are the schemas of what else may
    stand in it. Whether the figures are right, the schema around it says.
    """

    kind = "grid"

    def __init__(
        self,
        label: str,
        *,
        shapes: Mapping[str, Shape],
        choose: Callable[[Mapping[str, Any]], str],
        also: Mapping[str, Any] | None = None,
        **more: Any,
    ) -> None:
        super().__init__(label, **more)
        self.shapes, self.choose, self.also = dict(shapes), choose, dict(also or {})

    def shape(self, beside: Mapping[str, Any]) -> Shape:
        """The shape for the answers beside it, right or wrong."""
        return self.shapes[self.choose(beside)]

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> Any:
        if not isinstance(value, Mapping):
            raise self.wrong_type("一组表格数字（JSON对象）")
        return value

    def json_type(self) -> dict[str, Any]:
        schema: dict[str, Any] = {}
        for shape in self.shapes.values():
            for cell in shape.figures:
                _describe(schema, cell.path, cell.json_type())
                if cell.units:
                    _describe(schema, cell.unit_path, {"enum": [*cell.units, None]})
        schema["properties"] = {**self.also, **schema.get("properties", {})}
        return schema


def _describe(schema: dict[str, Any], path: Path, leaf: Mapping[str, Any]) -> None:
    """Put a leaf's schema where the path leads."""
    for step in path:
        if isinstance(step, str):
            schema |= {"type": "object", "additionalProperties": False}
            schema = schema.setdefault("properties", {}).setdefault(step, {})
        else:
            places = schema.setdefault("prefixItems", [])
            places += [{} for _ in range(step + 1 - len(places))]
            schema |= {"type": "array", "maxItems": len(places)}
            schema = places[step]
    schema.update(leaf)


def figure_at(data: Any, path: Path) -> Any:
    """The figure at a path; None where there is none."""
    for step in path:
        if isinstance(step, str):
            data = data.get(step) if isinstance(data, Mapping) else None
        else:
            data = data[step] if isinstance(data, list) and step < len(data) else None
    return data


def put_figure(data: dict[str, Any], path: Path, figure: Any) -> None:
    """Put a figure at a path, making the objects and lists on the way; what is in the way is replaced."""
    place: Any = data
    steps: list[Any] = [*path, None]
    for step, below in pairwise(steps):
        kind: type[Any] = list if isinstance(below, int) else dict
        if isinstance(place, list):
            place += [None] * (step + 1 - len(place))
        held = place[step] if isinstance(place, list) else place.get(step)
        if below is not None and not isinstance(held, kind):
            held = kind()
        place[step] = figure if below is None else held
        place = held


def refused(faults: Iterable[Fault]) -> ma.ValidationError:
    """Faults that a loader of its own found, as the error that a schema raises."""
    messages: dict[Any, Any] = {}
    for fault in faults:
        place = messages
        for token in _tokens(fault.pointer):
            place = place.setdefault(token, {})
        place.setdefault("_schema", []).append(Message(fault.code, fault.detail))
    return ma.ValidationError(messages)


def _tokens(pointer: str) -> Iterator[str]:
    yield from (token.replace("~1", "/").replace("~0", "~") for token in pointer.split("/")[1:])
