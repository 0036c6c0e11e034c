"""Questions whose answers need more than one control: tables of figures, remarks on them, and data kept as it came."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from itertools import pairwise
from typing import Any, Literal

import marshmallow as ma

from gipdocs.errors import Fault, show_key
from gipdocs.questions import Choice, Message, Question, Questions, Text, prepare_questions, refuse

Path = tuple[str | int, ...]
"""The path to a figure in a grid's answer: keys of objects and indexes of lists."""
FINEST = 6
"""The most decimals of a quantity, unless its question allows more."""
FINEST_FIGURE = 12
"""The most decimals of an amount in a grid."""
LARGEST = 10**12
MOST_NOTES = 500
NARROW = str.maketrans("０１２３４５６７８９，．＋－−　", "0123456789,.+-- ")
"""Full-width signs that people type in figures; nothing else is taken for a digit."""
WRITTEN = re.compile(r"-?\d+(\.\d+)?", re.ASCII)
WHOLE = re.compile(r"-?\d{1,15}", re.ASCII)
BROKEN = re.compile(r"-?\d{1,9}\.\d{1,6}", re.ASCII)
THOUSANDS = re.compile(r"-?\d{1,3}(?:,\d{3})+(?:\.\d+)?", re.ASCII)
NOTHING = re.compile(r"[-−/\\—–_]+|无")
"""What people write instead of a number that does not exist."""
JSON_TYPES = {"object": (Mapping, "一组内容（JSON对象）"), "array": (list, "列表"), "string": (str, "文字")}


def plain_figure(text: str) -> str | None:
    """A typed figure in plain digits, without separators of thousands; None if the text is not a figure."""
    plain = text.translate(NARROW).strip().removeprefix("+")
    if THOUSANDS.fullmatch(plain):
        plain = plain.replace(",", "")
    return plain if WHOLE.fullmatch(plain) or BROKEN.fullmatch(plain) else None


def read_figure(text: str) -> Any:
    """A typed figure as JSON data: a number; the text itself if it is not one; None if it is empty."""
    plain = plain_figure(text)
    if plain is None:
        return text or None
    if WHOLE.fullmatch(plain):
        return int(plain)
    return float(plain)


def read_decimal(value: Any) -> Decimal | None:
    """A JSON number, or a number written as plain text (not 1_000 or 1e3), as a Decimal; None for anything else."""
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        return None
    if isinstance(value, str) and not WRITTEN.fullmatch(value):
        return None
    number = Decimal(value if isinstance(value, int) else str(value))
    return number if number.is_finite() else None


def is_fit(number: int | Decimal, finest: int) -> bool:
    """Whether a number is not too large and has no more than `finest` decimals."""
    return -LARGEST <= number <= LARGEST and -int(Decimal(number).as_tuple().exponent) <= finest


class Quantity(Question):
    """A number with at most `finest` decimals, as a JSON number or as text."""

    kind, kind_label = "decimal", "数"

    def __init__(self, label: str, *, least: int = 0, finest: int = FINEST, **more: Any) -> None:
        super().__init__(label, **more)
        self.least, self.finest = least, finest

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> Decimal:
        if isinstance(value, bool) or not isinstance(value, int | float | str):
            raise self.wrong_type("数")
        number = read_decimal(value)
        if number is None:
            raise refuse("format", f"“{self.label}”应为数，例如12或者12.5。")
        if number < self.least or not is_fit(number, self.finest):
            limits = f"不小于{self.least}、不大于{LARGEST}、最多{self.finest}位小数"
            raise refuse("range", f"“{self.label}”应为{limits}的数。")
        return number

    def json_type(self) -> dict[str, Any]:
        return {
            "type": ["number", "string"],
            "minimum": self.least,
            "maximum": LARGEST,
            "pattern": f"^{WRITTEN.pattern}$",
        }


class Open(Question):
    """JSON data that is accepted as it comes: `shape` is its JSON Schema, of which only the type is enforced here."""

    kind, kind_label = "open", "JSON数据"

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
    """Data that a clerk brings in a file: `read` makes it from the file's bytes, `told` describes it in a sentence.

    `read` raises InvalidInput with messages fit to be shown. `schema`, if given, has the questions that it answers.
    """

    kind, kind_label = "brought", "从文件带入"

    def __init__(
        self,
        label: str,
        *,
        read: Callable[[bytes], Any],
        told: Callable[[Any], str],
        accept: str = "",
        schema: type[Questions] | None = None,
        **more: Any,
    ) -> None:
        super().__init__(label, **more)
        self.read, self.told, self.accept, self.schema = read, told, accept, schema

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> Any:
        brought = super()._deserialize(value, attr, data, **kwargs)
        return prepare_questions(self.schema).load(brought) if self.schema else brought

    def json_type(self) -> dict[str, Any]:
        return prepare_questions(self.schema).json_schema() if self.schema else super().json_type()


class Notes(Question):
    """Short texts by key, each of the kind `of`; `options` maps each key to what the clerk reads."""

    kind, kind_label = "notes", "说明"
    least = 0

    def __init__(
        self, label: str, *, options: Mapping[str, str], longest: int = 200, of: type[Text] = Text, **more: Any
    ) -> None:
        super().__init__(label, **more)
        self.options, self.line = dict(options), of(label, longest=longest)

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> dict[str, str]:
        if not isinstance(value, Mapping):
            raise self.wrong_type("一组内容（JSON对象）")
        if len(value) > MOST_NOTES:
            raise refuse("rows", f"“{self.label}”最多{MOST_NOTES}项，现在是{len(value)}项，请核对。")
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

    def printed_texts(self, value: Any, names: Collection[str]) -> Iterator[tuple[Question, str]]:
        yield from ((self.line, text) for text in value.values())

    def json_type(self) -> dict[str, Any]:
        return {"type": "object", "additionalProperties": self.line.json_type(), "maxProperties": MOST_NOTES}


@dataclass(frozen=True, kw_only=True)
class GridCell:
    """A cell of a grid: a heading with the `scope` of an HTML header, or the place of a figure, called `label`.

    `units` are the units offered after a figure; the chosen one is kept at `unit_path`.
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

    def read(self, value: Any) -> int | Decimal:
        """The figure as a number; ValidationError if it is not a number that this cell accepts."""
        number = read_decimal(value) if self.kind == "money" else value
        if isinstance(number, Decimal) and number == number.to_integral_value() and is_fit(number, FINEST_FIGURE):
            number = int(number)
        if isinstance(number, bool) or not isinstance(number, int | (Decimal if self.kind == "money" else int)):
            raise self._refuse("type")
        if (number < 0 and self.kind != "signed") or not is_fit(number, FINEST_FIGURE):
            raise self._refuse("range")
        return number

    def _refuse(self, code: str) -> ma.ValidationError:
        wanted = {"count": "不小于0的整数", "signed": "整数", "money": "不小于0的数"}[self.kind]
        return refuse(code, f"{self.label}应为{wanted}，没有数字的留空，不填文字。")

    def json_type(self) -> dict[str, Any]:
        """The JSON Schema of the figures that the cell accepts; a blank is null."""
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
    """Two sums that must be equal; `label` says what is compared."""

    label: str
    left: tuple[Path, ...]
    right: tuple[Path, ...]


@dataclass(frozen=True, kw_only=True)
class Shape:
    """One form of a grid: rows of cells, a merged cell only where it begins.

    `constants` are values by key that the answer has beside the figures.
    """

    rows: tuple[tuple[GridCell, ...], ...]
    head_rows: int = 0
    sums: tuple[Sum, ...] = ()
    balances: tuple[Balance, ...] = ()
    rule: str = ""
    constants: Mapping[str, str] = field(default_factory=dict)

    @property
    def figures(self) -> tuple[GridCell, ...]:
        """The cells that hold figures, row by row."""
        return tuple(cell for row in self.rows for cell in row if cell.path)


class Grid(Question):
    """A table of figures in one of several shapes, which `choose` names from the answers to the questions beside it.

    The answer is JSON data with the figures at their paths, null if blank, each checked by the kind of its cell. Totals
    at the end of a list may be omitted. `also` has the questions for whatever else the answer may hold, by key; the
    constants of the shapes need none.
    """

    kind, kind_label = "grid", "表格数字"

    def __init__(
        self,
        label: str,
        *,
        shapes: Mapping[str, Shape],
        choose: Callable[[Mapping[str, Any]], str],
        also: Mapping[str, Question] | None = None,
        **more: Any,
    ) -> None:
        super().__init__(label, **more)
        self.shapes, self.choose = dict(shapes), choose
        self.also: dict[str, Question] = {**self._constants(), **(also or {})}
        self._readers = {key: self._places(shape) for key, shape in shapes.items()}

    def _constants(self) -> dict[str, Choice]:
        """A question for each constant that the shapes fix beside their figures."""
        keys = {key: None for shape in self.shapes.values() for key in shape.constants}
        fixed = {key: [shape.constants.get(key) for shape in self.shapes.values()] for key in keys}
        return {
            key: Choice(f"{self.label}（{key}）", options={one: one for one in found if one})
            for key, found in fixed.items()
        }

    def shape(self, beside: Mapping[str, Any]) -> Shape:
        """The shape for the answers beside the grid, whether these are right or wrong."""
        return self.shapes[self.choose(beside)]

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> Any:
        if not isinstance(value, Mapping):
            raise self.wrong_type("一组表格数字（JSON对象）")
        beside = data if isinstance(data, Mapping) else {}
        return _read(self._readers[self._own_shape(value) or self.choose(beside)], value)

    def _own_shape(self, value: Mapping[str, Any]) -> str | None:
        """The key of the shape whose constants are in the answer itself."""
        for key, shape in self.shapes.items():
            if shape.constants and all(value.get(name) == one for name, one in shape.constants.items()):
                return key
        return None

    def _places(self, shape: Shape) -> Group:
        """The reader of each place of a shape."""
        places: Group = {key: question.deserialize for key, question in self.also.items()}
        totals = {one.total for one in shape.sums}
        for cell in shape.figures:
            self._place(places, cell.path, cell.read, is_total=cell.path in totals)
            if cell.units:
                label = f"{cell.label}的单位"
                read = Choice(label, options={unit: unit for unit in cell.units}).deserialize
                self._place(places, cell.unit_path, read)
        return places

    def _place(self, places: Group, path: Path, read: Reader, *, is_total: bool = False) -> None:
        """Put a reader at the end of the path; the last step but one may lead to a list."""
        place: Any = places
        for step, below in pairwise(path):
            place = place.setdefault(step, Listed(self.label) if isinstance(below, int) else {})
        if isinstance(place, Listed):
            place.readers.append(read)
            place.totals = place.totals + 1 if is_total else 0
        else:
            place[path[-1]] = read

    def json_type(self) -> dict[str, Any]:
        schema: dict[str, Any] = {}
        for shape in self.shapes.values():
            for cell in shape.figures:
                _describe(schema, cell.path, cell.json_type())
                if cell.units:
                    _describe(schema, cell.unit_path, {"enum": [*cell.units, None]})
            _describe_lengths(schema, shape)
        also = {key: _or_blank(question.json_schema()) for key, question in self.also.items()}
        parts = {key: _or_blank(one) for key, one in schema.get("properties", {}).items()}
        return {**schema, "properties": {**also, **parts}}


Reader = Callable[[Any], Any]
Group = dict[Any, Any]
"""Readers by key; a key may also hold a nested group, or a list."""


@dataclass
class Listed:
    """The readers of a list of figures; the last `totals` figures may be omitted."""

    label: str
    readers: list[Reader] = field(default_factory=list)
    totals: int = 0

    def read(self, value: Any) -> list[Any]:
        """The figures of a list; the faults of a ValidationError are nested like the data."""
        most = len(self.readers)
        if not isinstance(value, list) or not most - self.totals <= len(value) <= most:
            shorter = f"（总计可以不填，则为{most - self.totals}个）" if self.totals else ""
            code = "rows" if isinstance(value, list) else "type"
            raise refuse(code, f"“{self.label}”每行应为{most}个数{shorter}。")
        return list(_gather(zip(enumerate(value), self.readers, strict=False)).values())


def _read(place: Any, value: Any) -> Any:
    if value is None:
        return None
    if isinstance(place, Listed):
        return place.read(value)
    if not isinstance(place, dict):
        return place(value)
    if not isinstance(value, Mapping):
        raise refuse("type", "此处应为一组填写项（JSON对象）。")
    unknown = {str(key): refuse("unknown", _unknown(key)).messages for key in value if key not in place}
    return _gather((((key, one), place[key]) for key, one in value.items() if key in place), unknown)


def _gather(read: Iterable[tuple[tuple[Any, Any], Any]], faults: dict[Any, Any] | None = None) -> dict[Any, Any]:
    """Each value as its reader returns it, by key; ValidationError with all faults, nested like the data."""
    found: dict[Any, Any] = {}
    faults = faults or {}
    for (key, value), place in read:
        try:
            found[key] = _read(place, value)
        except ma.ValidationError as error:
            faults[key] = error.messages
    if faults:
        raise ma.ValidationError(faults)
    return found


def _unknown(key: Any) -> str:
    return f"没有“{show_key(key)}”这一项，请核对名称或者删去。"


def _describe(schema: dict[str, Any], path: Path, leaf: Mapping[str, Any]) -> None:
    """Put a leaf's schema at the end of the path."""
    for step in path:
        if isinstance(step, str):
            schema |= {"type": "object", "additionalProperties": False}
            schema = schema.setdefault("properties", {}).setdefault(step, {})
        else:
            places = schema.setdefault("prefixItems", [])
            places += [{} for _ in range(step + 1 - len(places))]
            schema |= {"type": "array", "maxItems": len(places), "items": {"type": ["number", "null"]}}
            schema = places[step]
    schema.update(leaf)


def _or_blank(schema: dict[str, Any]) -> dict[str, Any]:
    """The schema of a part of a grid, accepting null too, which leaves the part blank; lists don't say it."""
    if schema.get("type") == "array" or "null" in schema.get("type", ()) or None in schema.get("enum", ()):
        return schema
    if "properties" in schema:
        schema = {**schema, "properties": {key: _or_blank(one) for key, one in schema["properties"].items()}}
    return {"anyOf": [schema, {"type": "null"}]}


def _describe_lengths(schema: dict[str, Any], shape: Shape) -> None:
    """Say of each list of figures how short it may be in this shape: without the totals at its end."""
    totals = {one.total for one in shape.sums}
    lists = Counter(
        cell.path[:-1] for cell in shape.figures if isinstance(cell.path[-1], int) and cell.path not in totals
    )
    for path, least in lists.items():
        place = schema
        for step in path:
            place = place["properties"][step] if isinstance(step, str) else place["prefixItems"][step]
        place["minItems"] = min(least, place.get("minItems", least))


def figure_at(data: Any, path: Path) -> Any:
    """The figure at a path; None if there is none."""
    for step in path:
        if isinstance(step, str):
            data = data.get(step) if isinstance(data, Mapping) else None
        else:
            data = data[step] if isinstance(data, list) and step < len(data) else None
    return data


def put_figure(data: dict[str, Any], path: Path, figure: Any) -> None:
    """Put a figure at a path, creating the objects and lists on the way; any other value on the way is replaced."""
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


def refuse_all(faults: Iterable[Fault]) -> ma.ValidationError:
    """Faults that other code found, as the error that a schema raises."""
    messages: dict[Any, Any] = {}
    for fault in faults:
        place = messages
        for token in _tokens(fault.pointer):
            place = place.setdefault(token, {})
        place.setdefault("_schema", []).append(Message(fault.code, fault.detail))
    return ma.ValidationError(messages)


def _tokens(pointer: str) -> Iterator[str]:
    yield from (token.replace("~1", "/").replace("~0", "~") for token in pointer.split("/")[1:])
