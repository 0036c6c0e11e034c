"""Controls for data that does not fit one field: a grid of figures, and data that the form carries without showing it."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from gipdocs.forms.controls import Typed, format_value
from gipdocs.questions.figures import (
    NOTHING,
    Brought,
    Grid,
    GridCell,
    Path,
    Shape,
    figure_at,
    put_figure,
    read_figure,
)
from gipdocs.strictjson import NotJson, read_json


@dataclass(frozen=True, kw_only=True)
class FigureCell:
    """A cell of a grid on the page; `name` is the name of its control, "" if the cell is a label."""

    made_of: GridCell
    name: str = ""
    text: str = ""
    unit_name: str = ""
    unit: str = ""
    parts: tuple[str, ...] = ()

    @property
    def id(self) -> str:
        """The id of its control."""
        return self.name

    def below(self, token: str) -> None:
        """None: a single figure has no sub-fields."""

    def fields(self) -> Iterator[Any]:
        """A single figure has no sub-fields."""
        yield from ()


@dataclass(frozen=True, kw_only=True)
class Way:
    """A place inside a grid's answer that holds figures."""

    grid: Figures
    path: Path

    @property
    def id(self) -> str:
        """The id of the grid."""
        return str(self.grid.id)

    def below(self, token: str) -> Any:
        """The figure at a key or an index, or the next place on the way to it."""
        path = (*self.path, int(token) if token.isdecimal() and len(token) < 4 else token)
        return next((cell for cell in self.grid.fields() if cell.made_of.path == path), Way(grid=self.grid, path=path))


@dataclass(frozen=True, kw_only=True)
class BalanceSides:
    """The two sides of a balance by the names of their controls, with their present sums: None if all is blank."""

    label: str
    left: tuple[str, ...]
    right: tuple[str, ...]
    sums: tuple[Any, Any]

    @property
    def is_off(self) -> bool:
        """Whether the sums of the sides differ."""
        left, right = self.sums
        return bool(left != right)

    @property
    def told(self) -> str:
        """The comparison as the page shows it."""
        left, right = ("空" if one is None else str(one) for one in self.sums)
        return (
            f"{self.label}　—"
            if self.sums == (None, None)
            else f"{self.label}{left}{'≠' if self.is_off else '＝'}{right}"
        )


class Figures(Typed):
    """The figures of a grid as they were typed, by path; the answers `beside` the grid decide which shape it has."""

    question: Grid
    data: dict[Path, str]
    beside: Any = None

    def process(self, formdata: Any, data: Any = None, extra_filters: Any = None) -> None:
        """Take the figures that a browser sent, for any of the shapes."""
        self.data = {}
        for path in self._paths() if formdata is not None else ():
            if (name := self.control(path)) in formdata:
                self.data[path] = formdata.getlist(name)[-1]

    def control(self, path: Path) -> str:
        """The name of a figure's control."""
        return "-".join(map(str, (self.name, *path)))

    def _paths(self) -> Iterator[Path]:
        for shape in self.question.shapes.values():
            for cell in shape.figures:
                yield from (cell.path, cell.unit_path) if cell.units else (cell.path,)
            yield from ((key,) for key in shape.constants)

    @property
    def shape(self) -> Shape:
        """The shape that follows from the other answers and these constants."""
        return self.question.shape(self._others() | {self.short_name: self.constants})

    @property
    def constants(self) -> dict[str, Any]:
        """The constants of a shape that a file contained, by key."""
        keys = {key for shape in self.question.shapes.values() for key in shape.constants}
        return {key: self.data[key,] for key in keys if self.data.get((key,))}

    @property
    def own_constants(self) -> dict[str, Any]:
        """The constants that differ from those of the shape chosen by the other answers."""
        usual = self.question.shape(self._others()).constants
        return {key: value for key, value in self.constants.items() if value != usual.get(key)}

    def suits(self, value: Any) -> bool:
        """Whether an answer is of the shape that the other answers choose."""
        return all(figure_at(value, (key,)) == one for key, one in self.shape.constants.items())

    def _others(self) -> dict[str, Any]:
        fields = self.beside.named() if self.beside is not None else ()
        return {
            key: field.constants if isinstance(field, Figures) else field.answer()
            for key, field in fields
            if field is not self
        }

    def answer(self) -> dict[str, Any] | None:
        """The figures at their paths, null if blank; None if all are blank."""
        shape = self.shape
        if not any(self._typed(cell.path) for cell in shape.figures):
            return None
        answer: dict[str, Any] = dict(shape.constants)
        for cell in shape.figures:
            put_figure(answer, cell.path, read_figure(self._typed(cell.path)))
            if cell.units:
                put_figure(answer, cell.unit_path, self._typed(cell.unit_path) or None)
        return answer

    def _typed(self, path: Path) -> str:
        return self.data.get(path, "").strip()

    def show(self, value: Any) -> None:
        """Put figures into their cells."""
        known = set(self._paths())
        self.data = {path: format_value(leaf) for path, leaf in _leaves(value) if path in known and leaf is not None}

    def misprints(self) -> list[GridCell]:
        """The cells of the shape that hold something other than a number."""
        return [cell for cell in self.shape.figures if isinstance(read_figure(self._typed(cell.path)), str)]

    def differing(self, value: Any) -> dict[GridCell, Any]:
        """The cells that are not blank and differ from an answer's figures, each with that figure."""
        given = {cell: figure_at(value, cell.path) for cell in self.shape.figures if self._typed(cell.path)}
        return {
            cell: one for cell, one in given.items() if one is not None and one != read_figure(self._typed(cell.path))
        }

    def fill(self, value: Any) -> None:
        """Put an answer's figures into the blank cells."""
        for cell in self.shape.figures:
            if not self._typed(cell.path) and (one := figure_at(value, cell.path)) is not None:
                self.data[cell.path] = format_value(one)

    def put(self, figures: Mapping[Path, str]) -> None:
        """Put some figures into their cells; the others stay."""
        self.data |= figures

    def blanks(self) -> list[Path]:
        """The paths of figures, except sums, that are blank or only have a mark for a missing number."""
        shape = self.shape
        sums = {one.total for one in shape.sums}
        open_paths = (cell.path for cell in shape.figures if cell.path not in sums)
        return [path for path in open_paths if not self._typed(path) or NOTHING.fullmatch(self._typed(path))]

    def elsewhere(self) -> dict[str, str]:
        """Figures that have no place in this shape, by the name of their control; kept in case the shape changes back."""
        shape = self.shape
        here = {path for cell in shape.figures for path in (cell.path, cell.unit_path)}
        return {
            self.control(path): text
            for path, text in self.data.items()
            if path not in here and path[0] not in shape.constants and text.strip()
        }

    def rows(self) -> Iterator[list[FigureCell]]:
        """The cells of the page, row by row."""
        shape = self.shape
        parts = {one.total: tuple(map(self.control, one.parts)) for one in shape.sums}
        for row in shape.rows:
            yield [self._cell(cell, parts.get(cell.path, ())) for cell in row]

    def _cell(self, cell: GridCell, parts: tuple[str, ...]) -> FigureCell:
        if not cell.path:
            return FigureCell(made_of=cell)
        unit_name = self.control(cell.unit_path) if cell.units else ""
        return FigureCell(
            made_of=cell,
            name=self.control(cell.path),
            text=self.data.get(cell.path, ""),
            unit_name=unit_name,
            unit=self._typed(cell.unit_path),
            parts=parts,
        )

    def comparisons(self) -> Iterator[BalanceSides]:
        """The balances of the shape."""
        for one in self.shape.balances:
            sides = one.left, one.right
            left, right = (tuple(map(self.control, side)) for side in sides)
            yield BalanceSides(
                label=one.label, left=left, right=right, sums=(self._sum(one.left), self._sum(one.right))
            )

    def _sum(self, paths: tuple[Path, ...]) -> Any:
        found = [value for path in paths if isinstance(value := read_figure(self._typed(path)), int | float)]
        return sum(found) if found else None

    def below(self, token: str) -> Any:
        """The place of a key in the answer."""
        return Way(grid=self, path=()).below(token)

    def fields(self) -> Iterator[Any]:
        """The figures."""
        yield from (cell for row in self.rows() for cell in row if cell.name)


def _leaves(data: Any, path: Path = ()) -> Iterator[tuple[Path, Any]]:
    below = data.items() if isinstance(data, Mapping) else enumerate(data) if isinstance(data, list) else None
    if below is None:
        yield path, data
        return
    for step, one in below:
        yield from _leaves(one, (*path, step))


class Carried(Typed):
    """JSON data from a file that the form carries without showing it; a question of kind `Brought` reads its own file."""

    question: Any

    def answer(self) -> Any:
        """The data; the text itself if it is not JSON."""
        text = self.data or ""
        if not text.strip():
            return None
        try:
            return read_json(text)
        except NotJson:
            return text

    def show(self, value: Any) -> None:
        """Let the form carry the data."""
        self.data = json.dumps(value, ensure_ascii=False, default=str)

    @property
    def reader(self) -> Callable[[bytes], Any] | None:
        """The function that reads a clerk's file; None if the question does not ask for a file."""
        return self.question.read if isinstance(self.question, Brought) else None

    @property
    def told(self) -> str:
        """What the form carries, in a few words."""
        answer = self.answer()
        return str(self.question.told(answer)) if self.reader and answer is not None else ""
