"""Reads what a PDF draws and where: its characters, and lines made of them; its bars, grounds, shapes and pictures.

Works alike on LibreOffice's files and on any other whose fonts say what their codes mean. Lengths are in points, places
are measured from the lower left corner of the page, as PDF does.
"""

from __future__ import annotations

import re
import struct
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from io import BytesIO
from itertools import pairwise
from typing import Any, NamedTuple

from pikepdf import Array, Name, Object, Pdf

Matrix = tuple[float, float, float, float, float, float]
Point = tuple[float, float]
PLAIN: Matrix = (1.0, 0.0, 0.0, 1.0, 0.0, 0.0)
PIECES = 16
"""So many straight pieces a curve is measured in."""
THIN = 3.0
"""A rectangle no thicker than this is a bar, a thicker one a ground."""
TOUCH = 0.6
"""Bars no farther apart than this touch."""
OPERATION = re.compile(
    rb"((?:[-+.\d]++|\s++|/[^\s/<>\[\]()]*+|<<(?:[^<>]|<[^<>]*+>)*+>>|<[^<>]*+>"
    rb"|\((?:[^()\\]|\\.)*+\)|\[(?:[^\]()]|\((?:[^()\\]|\\.)*+\))*+\]|%[^\n]*+\n)*+)([A-Za-z'\"][A-Za-z0-9*]*)",
    re.S,
)
"""Operands and operator; dictionaries and strings of one level, which is all that programs write into pages."""
OPERAND = re.compile(rb"/([^\s/<>\[\]()]+)|([-+.\d]+)|<<|<([0-9A-Fa-f\s]*)>|\(((?:[^()\\]|\\.)*)\)", re.S)
ACTUAL = re.compile(rb"/ActualText\s*(?:<([0-9A-Fa-f\s]*)>|\(((?:[^()\\]|\\.)*)\))", re.S)
ESCAPE = re.compile(rb"\\([0-7]{1,3}|\r\n|.)", re.S)
ESCAPED = {b"n": b"\n", b"r": b"\r", b"t": b"\t", b"b": b"\b", b"f": b"\f", b"\n": b"", b"\r": b"", b"\r\n": b""}
MEANING = re.compile(rb"beginbf(char|range)(.*?)endbf", re.S)
HEX = re.compile(rb"<([0-9A-Fa-f\s]*)>|(\[)|(\])")
SUBSET = re.compile(r"^/?(?:[A-Z]{6}\+)?")
OF_A_FAMILY = re.compile(
    r"(?<=CJK)\w+-Regular.*$|(?<=CJK)\w+$|(?<=CJK)\w+(?=-Bold)|(?<=-Bold)-\w+$|[-,]?(Regular|Roman|Identity-H|MT)$"
)


@dataclass(frozen=True)
class Style:
    """How characters look: font, size, width in per cent, colour such as "ff0000", and the direction of the line."""

    font: str
    size: float
    width: float
    color: str
    turned: int = 0


class Character(NamedTuple):
    """A character that leaves ink: where it begins, its baseline, where it ends."""

    text: str
    x: float
    y: float
    end: float
    style: Style


@dataclass(frozen=True, order=True)
class Box:
    """Something else that is drawn: a "bar", "ground", "shape" or "picture", its corners and its colour.

    A picture has its size in pixels for a colour, and the characters over which it was drawn.
    """

    kind: str
    left: float
    low: float
    right: float
    high: float
    color: str = ""


@dataclass
class Page:
    """Everything on one page."""

    width: float
    height: float
    characters: list[Character] = field(default_factory=list)
    boxes: list[Box] = field(default_factory=list)


@dataclass(frozen=True)
class Line:
    """Characters on one baseline, from left to right."""

    y: float
    left: float
    right: float
    text: str


def lines(page: Page, *, apart: float = 1.0) -> list[Line]:
    """The page's lines, from top to bottom; baselines less than `apart` from the last one's belong together."""
    rows: list[list[Character]] = []
    for one in sorted(page.characters, key=lambda one: -one.y):
        if not rows or rows[-1][0].y - one.y > apart:
            rows.append([])
        rows[-1].append(one)
    return [_line(sorted(row, key=lambda one: one.x)) for row in rows]


def _line(row: list[Character]) -> Line:
    return Line(row[0].y, row[0].x, row[-1].end, "".join(one.text for one in row))


def read(pdf: bytes) -> list[Page]:
    """What each page draws."""
    fonts: dict[tuple[int, int], Font] = {}
    with Pdf.open(BytesIO(pdf), inherit_page_attributes=False) as opened:
        return [_read_page(page.obj, fonts) for page in opened.pages]


def _read_page(page: Object, fonts: dict[tuple[int, int], Font]) -> Page:
    left, low, right, high = (float(one) for one in _inherited(page, Name.MediaBox))
    reader = Reader(fonts, (1.0, 0.0, 0.0, 1.0, -left, -low))
    reader.draw(_content(page), _inherited(page, Name.Resources))
    return Page(right - left, high - low, reader.characters, _merged(reader.boxes))


def _inherited(page: Object, key: Name) -> Any:
    while key not in page and Name.Parent in page:
        page = page.Parent
    return page.get(key, {})


def _content(owner: Object) -> bytes:
    content = owner.get(Name.Contents)
    if content is None:
        return b""
    return b"\n".join(one.read_bytes() for one in (content if isinstance(content, Array) else [content]))


class Font:
    """A font of the file: the text and the width, in thousandths of its size, of each code."""

    def __init__(self, font: Object) -> None:
        self.name = OF_A_FAMILY.sub("", SUBSET.sub("", str(font.get(Name.BaseFont, "")), count=1))
        below = font.get(Name.DescendantFonts)
        self.wide = below is not None
        table = font.get(Name.ToUnicode)
        self.texts = dict(_meanings(table.read_bytes())) if table is not None else {}
        if below is None:
            first = int(font.get(Name.FirstChar, 0))
            self.widths = {first + i: float(one) for i, one in enumerate(font.get(Name.Widths, ()))}
            self.usual = 0.0
        else:
            self.widths = dict(_widths(below[0].get(Name.W, ())))
            self.usual = float(below[0].get(Name.DW, 1000))

    def codes(self, string: bytes) -> Iterable[int]:
        """The codes of a string."""
        return struct.unpack(f"!{len(string) // 2}H", string[: len(string) // 2 * 2]) if self.wide else string


def _widths(table: Iterable[Any]) -> Iterator[tuple[int, float]]:
    """The pairs of a W array (ISO 32000-1, 9.7.4.3)."""
    told = list(table)
    at = 0
    while at < len(told):
        first = int(told[at])
        if isinstance(told[at + 1], Array):
            yield from ((first + i, float(one)) for i, one in enumerate(told[at + 1]))
            at += 2
        else:
            yield from ((code, float(told[at + 2])) for code in range(first, int(told[at + 1]) + 1))
            at += 3


def _meanings(table: bytes) -> Iterator[tuple[int, str]]:
    """The text of each code in a ToUnicode table, whose ranges may give a text each, in brackets, or the first one's."""
    for kind, block in MEANING.findall(table):
        told = [b"[" if opens else b"]" if closes else one for one, opens, closes in HEX.findall(block)]
        at = 0
        while at + 1 < len(told):
            first = int(told[at], 16)
            if kind == b"char":
                yield first, _utf16(told[at + 1])
                at += 2
            elif told[at + 2] == b"[":
                end = told.index(b"]", at)
                yield from ((first + i, _utf16(one)) for i, one in enumerate(told[at + 3 : end]))
                at = end + 1
            else:
                start = _utf16(told[at + 2])
                yield from (
                    (code, start[:-1] + chr(ord(start[-1]) + code - first))
                    for code in range(first, int(told[at + 1], 16) + 1)
                )
                at += 3


def _utf16(text: bytes) -> str:
    return bytes.fromhex(text.decode()).decode("utf-16-be", "replace").removeprefix("\ufeff")


def _unescape(text: bytes) -> bytes:
    def one(found: re.Match[bytes]) -> bytes:
        said = found[1]
        return bytes([int(said, 8) & 255]) if said[:1].isdigit() else ESCAPED.get(said, said)

    return ESCAPE.sub(one, text) if b"\\" in text else text


def times(one: Matrix, two: Matrix) -> Matrix:
    """One matrix, then the other (ISO 32000-1, 8.3.4)."""
    a, b, c, d, e, f = one
    g, h, i, j, k, m = two
    return a * g + b * i, a * h + b * j, c * g + d * i, c * h + d * j, e * g + f * i + k, e * h + f * j + m


@dataclass(slots=True)
class State:
    """The part of the graphics state that decides what is seen."""

    matrix: Matrix
    fill: str = "000000"
    stroke: str = "000000"
    thickness: float = 1.0
    font: Font | None = None
    size: float = 0.0
    spacing: float = 0.0
    word: float = 0.0
    width: float = 1.0
    leading: float = 0.0
    rise: float = 0.0
    hidden: bool = False

    def copy(self) -> State:
        """The same values, to be changed apart from these."""
        return State(*(getattr(self, name) for name in State.__slots__))


class Reader:
    """Follows the operators of a page and keeps what they draw."""

    def __init__(self, fonts: dict[tuple[int, int], Font], matrix: Matrix) -> None:
        self.fonts = fonts
        self.characters: list[Character] = []
        self.boxes: list[Box] = []
        self.state = State(matrix)
        self._styles: dict[tuple[Any, ...], Style] = {}
        self._stack: list[State] = []
        self._text = self._line = PLAIN
        self._paths: list[list[Point]] = []
        self._straight = True
        self._actual: list[str | None] = []

    def draw(self, content: bytes, resources: Any) -> None:
        """Follow the operators of one stream."""
        for found in OPERATION.finditer(content):
            if operate := OPERATORS.get(found[2]):
                operate(self, found[1], resources)

    # Each operator has the name of ISO 32000-1, annex A, and gets its operands and the resources.

    def save(self, operands: bytes, resources: Any) -> None:
        self._stack.append(self.state.copy())

    def restore(self, operands: bytes, resources: Any) -> None:
        if self._stack:
            self.state = self._stack.pop()

    def concatenate(self, operands: bytes, resources: Any) -> None:
        a, b, c, d, e, f = _numbers(operands)[-6:]
        self.state.matrix = times((a, b, c, d, e, f), self.state.matrix)

    def set_fill(self, operands: bytes, resources: Any) -> None:
        self.state.fill = _color(_numbers(operands))

    def set_stroke(self, operands: bytes, resources: Any) -> None:
        self.state.stroke = _color(_numbers(operands))

    def set_thickness(self, operands: bytes, resources: Any) -> None:
        self.state.thickness = _numbers(operands)[-1]

    def begin_text(self, operands: bytes, resources: Any) -> None:
        self._text = self._line = PLAIN

    def set_font(self, operands: bytes, resources: Any) -> None:
        name = next(found[1] for found in OPERAND.finditer(operands) if found[1])
        font = resources[Name.Font]["/" + _pdf_name(name)]
        key = font.objgen
        if key == (0, 0) or key not in self.fonts:
            self.fonts[key] = Font(font)
        self.state.font, self.state.size = self.fonts[key], _numbers(operands)[-1]

    def set_spacing(self, operands: bytes, resources: Any) -> None:
        self.state.spacing = _numbers(operands)[-1]

    def set_word_spacing(self, operands: bytes, resources: Any) -> None:
        self.state.word = _numbers(operands)[-1]

    def set_width(self, operands: bytes, resources: Any) -> None:
        self.state.width = _numbers(operands)[-1] / 100

    def set_leading(self, operands: bytes, resources: Any) -> None:
        self.state.leading = _numbers(operands)[-1]

    def set_rise(self, operands: bytes, resources: Any) -> None:
        self.state.rise = _numbers(operands)[-1]

    def set_mode(self, operands: bytes, resources: Any) -> None:
        self.state.hidden = _numbers(operands)[-1] in (3, 7)

    def move_text(self, operands: bytes, resources: Any) -> None:
        x, y = _numbers(operands)[-2:]
        self._text = self._line = times((1.0, 0.0, 0.0, 1.0, x, y), self._line)

    def move_text_leading(self, operands: bytes, resources: Any) -> None:
        self.state.leading = -_numbers(operands)[-1]
        self.move_text(operands, resources)

    def next_line(self, operands: bytes, resources: Any) -> None:
        self._text = self._line = times((1.0, 0.0, 0.0, 1.0, 0.0, -self.state.leading), self._line)

    def set_text_matrix(self, operands: bytes, resources: Any) -> None:
        a, b, c, d, e, f = _numbers(operands)[-6:]
        self._text = self._line = (a, b, c, d, e, f)

    def next_line_show(self, operands: bytes, resources: Any) -> None:
        self.next_line(operands, resources)
        self.show(operands, resources)

    def show(self, operands: bytes, resources: Any) -> None:
        state, font = self.state, self.state.font
        if font is None:
            return
        where = times(self._text, state.matrix)
        a, b, c, d, e, f = where
        style = self._style(font, where)
        size, width, rise = state.size, state.width, state.rise
        at = 0.0
        texts, widths, usual, keep = font.texts, font.widths, font.usual, self._keep
        for found in OPERAND.finditer(operands):
            kind = found.lastindex
            if kind == 2:
                at -= float(found[2]) / 1000 * size * width
                continue
            if kind not in (3, 4):
                continue
            for code in font.codes(bytes.fromhex(found[3].decode()) if kind == 3 else _unescape(found[4])):
                advance = widths.get(code, usual) / 1000 * size * width
                keep(
                    texts.get(code, "�"),
                    (e + a * at + c * rise, f + b * at + d * rise, e + a * (at + advance)),
                    style,
                )
                at += advance + state.spacing * width
                if code == 32 and not font.wide:
                    at += state.word * width
        self._text = times((1.0, 0.0, 0.0, 1.0, at, 0.0), self._text)

    def _style(self, font: Font, where: Matrix) -> Style:
        state = self.state
        key = (font.name, state.size, where[:4], state.width, state.fill)
        if key not in self._styles:
            a, b, c, d, _, _ = where
            high = (c * c + d * d) ** 0.5
            wide = (a * a + b * b) ** 0.5 * state.width
            turned = 0 if b == 0 and a > 0 else 90 if a == 0 and b > 0 else 270 if a == 0 else 180 if b == 0 else 45
            size, width = round(state.size * high, 2), round(100 * wide / high, 1) if high else 100.0
            self._styles[key] = Style(font.name, size, width, state.fill, turned)
        return self._styles[key]

    def _keep(self, text: str, place: tuple[float, float, float], style: Style) -> None:
        """Keep what a code draws; several characters, as of a ligature, share its place."""
        if self._actual and self._actual[-1] is not None:
            text, self._actual[-1] = self._actual[-1], ""
        if self.state.hidden:
            return
        x, y, end = place
        if len(text) == 1:
            if not text.isspace() and text != "\u200b":
                self.characters.append(Character(text, x, y, end, style))
            return
        step = (end - x) / max(1, len(text))
        for i, one in enumerate(text):
            if not one.isspace() and one != "\u200b":
                self.characters.append(Character(one, x + i * step, y, x + (i + 1) * step, style))

    def begin_marked(self, operands: bytes, resources: Any) -> None:
        found = ACTUAL.search(operands) if b"ActualText" in operands else None
        above = self._actual[-1] if self._actual else None
        if found:
            said = bytes.fromhex(found[1].decode()) if found[1] is not None else _unescape(found[2])
            above = (
                said.decode("utf-16-be", "replace").removeprefix("\ufeff")
                if said[:2] == b"\xfe\xff"
                else said.decode("latin-1")
            )
        self._actual.append(above)

    def end_marked(self, operands: bytes, resources: Any) -> None:
        if self._actual:
            self._actual.pop()

    def move(self, operands: bytes, resources: Any) -> None:
        x, y = _numbers(operands)[-2:]
        self._paths.append([self._point(x, y)])

    def line_to(self, operands: bytes, resources: Any) -> None:
        x, y = _numbers(operands)[-2:]
        if self._paths:
            self._paths[-1].append(self._point(x, y))

    def curve_to(self, operands: bytes, resources: Any) -> None:
        """A curve in pieces, so that its box is that of the curve and not of its handles."""
        numbers = _numbers(operands)
        handles = [self._point(x, y) for x, y in zip(numbers[::2], numbers[1::2], strict=True)]
        if self._paths:
            handles = [*[self._paths[-1][-1]] * (4 - len(handles)), *handles]
            self._paths[-1] += [_bend(handles, part / PIECES) for part in range(1, PIECES + 1)]
        self._straight = False

    def close_path(self, operands: bytes, resources: Any) -> None:
        if self._paths:
            self._paths[-1].append(self._paths[-1][0])

    def rectangle(self, operands: bytes, resources: Any) -> None:
        x, y, width, height = _numbers(operands)[-4:]
        corners = ((x, y), (x + width, y), (x + width, y + height), (x, y + height), (x, y))
        self._paths.append([self._point(*corner) for corner in corners])

    def _point(self, x: float, y: float) -> Point:
        a, b, c, d, e, f = self.state.matrix
        return a * x + c * y + e, b * x + d * y + f

    def drop_path(self, operands: bytes, resources: Any) -> None:
        self._paths, self._straight = [], True

    def fill_path(self, operands: bytes, resources: Any) -> None:
        for path in self._paths:
            self._box(path, self.state.fill)
        self.drop_path(operands, resources)

    def _box(self, path: list[Point], color: str) -> None:
        across, up = [x for x, _ in path], [y for _, y in path]
        left, right, low, high = min(across), max(across), min(up), max(up)
        upright = self._straight and all(_on_edge(x, left, right) or _on_edge(y, low, high) for x, y in path)
        kind = "shape" if not upright else "bar" if min(right - left, high - low) <= THIN else "ground"
        self.boxes.append(Box(kind, left, low, right, high, color))

    def stroke_path(self, operands: bytes, resources: Any) -> None:
        a, b, c, d, _, _ = self.state.matrix
        half = self.state.thickness * abs(a * d - b * c) ** 0.5 / 2
        for path in self._paths:
            if self._straight and all(_level(one, two) for one, two in pairwise(path)):
                for one, two in pairwise(path):
                    self._stroke(one, two, half)
            else:
                self._box(path, self.state.stroke)
        self.drop_path(operands, resources)

    def _stroke(self, one: Point, two: Point, half: float) -> None:
        (x, y), (v, w) = sorted((one, two))
        along = (0.0, half) if abs(y - w) < abs(x - v) else (half, 0.0)
        low, high = sorted((y, w))
        if x != v or y != w:
            self.boxes.append(
                Box("bar", x - along[0], low - along[1], v + along[0], high + along[1], self.state.stroke)
            )

    def close_stroke(self, operands: bytes, resources: Any) -> None:
        self.close_path(operands, resources)
        self.stroke_path(operands, resources)

    def fill_stroke(self, operands: bytes, resources: Any) -> None:
        paths, straight = self._paths, self._straight
        self.fill_path(operands, resources)
        self._paths, self._straight = paths, straight
        self.stroke_path(operands, resources)

    def close_fill_stroke(self, operands: bytes, resources: Any) -> None:
        self.close_path(operands, resources)
        self.fill_stroke(operands, resources)

    def paint_object(self, operands: bytes, resources: Any) -> None:
        name = next(found[1] for found in OPERAND.finditer(operands) if found[1])
        thing = resources[Name.XObject]["/" + _pdf_name(name)]
        if thing.get(Name.Subtype) == Name.Image:
            corners = [self._point(x, y) for x, y in ((0, 0), (1, 0), (0, 1), (1, 1))]
            across, up = [x for x, _ in corners], [y for _, y in corners]
            left, right, low, high = min(across), max(across), min(up), max(up)
            over = "".join(one.text for one in self.characters if left < one.x < right and low < one.y < high)
            self.boxes.append(Box("picture", left, low, right, high, f"{int(thing.Width)}x{int(thing.Height)}{over}"))
        elif thing.get(Name.Subtype) == Name.Form:
            self._paint_form(thing, resources)

    def _paint_form(self, form: Any, resources: Any) -> None:
        kept, depth = self.state.copy(), len(self._stack)
        a, b, c, d, e, f = (float(one) for one in form.get(Name.Matrix, PLAIN))
        self.state.matrix = times((a, b, c, d, e, f), self.state.matrix)
        self.draw(form.read_bytes(), form.get(Name.Resources, resources))
        del self._stack[depth:]
        self.state = kept


Operate = Callable[[Reader, bytes, Any], None]
OPERATORS: dict[bytes, Operate] = {
    b"q": Reader.save, b"Q": Reader.restore, b"cm": Reader.concatenate, b"w": Reader.set_thickness,
    b"rg": Reader.set_fill, b"g": Reader.set_fill, b"k": Reader.set_fill, b"sc": Reader.set_fill, b"scn": Reader.set_fill,
    b"RG": Reader.set_stroke, b"G": Reader.set_stroke, b"K": Reader.set_stroke, b"SC": Reader.set_stroke, b"SCN": Reader.set_stroke,
    b"BT": Reader.begin_text, b"Tf": Reader.set_font, b"Tc": Reader.set_spacing, b"Tw": Reader.set_word_spacing,
    b"Tz": Reader.set_width, b"TL": Reader.set_leading, b"Ts": Reader.set_rise, b"Tr": Reader.set_mode,
    b"Td": Reader.move_text, b"TD": Reader.move_text_leading, b"T*": Reader.next_line, b"Tm": Reader.set_text_matrix,
    b"Tj": Reader.show, b"TJ": Reader.show, b"'": Reader.next_line_show,
    b"BDC": Reader.begin_marked, b"BMC": Reader.begin_marked, b"EMC": Reader.end_marked,
    b"m": Reader.move, b"l": Reader.line_to, b"c": Reader.curve_to, b"v": Reader.curve_to, b"y": Reader.curve_to,
    b"h": Reader.close_path, b"re": Reader.rectangle, b"n": Reader.drop_path,
    b"f": Reader.fill_path, b"F": Reader.fill_path, b"f*": Reader.fill_path, b"S": Reader.stroke_path, b"s": Reader.close_stroke,
    b"B": Reader.fill_stroke, b"B*": Reader.fill_stroke, b"b": Reader.close_fill_stroke, b"b*": Reader.close_fill_stroke,
    b"Do": Reader.paint_object,
}  # fmt: skip
"""What is read of a page; everything else changes nothing that is compared."""


def _numbers(operands: bytes) -> list[float]:
    return [float(one) for one in operands.split() if one[:1] in b"+-.0123456789"]


def _pdf_name(name: bytes) -> str:
    return re.sub(rb"#([0-9A-Fa-f]{2})", lambda found: bytes([int(found[1], 16)]), name).decode("latin-1")


def _color(numbers: list[float]) -> str:
    """A colour as six hexadecimal digits; CMYK as it would look on a plain screen."""
    if len(numbers) == 1:
        numbers = numbers * 3
    if len(numbers) == 4:
        numbers = [(1 - one) * (1 - numbers[3]) for one in numbers[:3]]
    return "".join(f"{round(255 * one):02x}" for one in numbers[:3])


def _on_edge(at: float, one: float, other: float) -> bool:
    return abs(at - one) < 0.01 or abs(at - other) < 0.01


def _bend(handles: list[Point], part: float) -> Point:
    """The point of a cubic curve at a part of its way."""
    shares = ((1 - part) ** 3, 3 * part * (1 - part) ** 2, 3 * part**2 * (1 - part), part**3)
    x, y = (sum(share * one[axis] for share, one in zip(shares, handles, strict=True)) for axis in (0, 1))
    return x, y


def _level(one: Point, two: Point) -> bool:
    return abs(one[0] - two[0]) < 0.05 or abs(one[1] - two[1]) < 0.05


def _merged(boxes: list[Box]) -> list[Box]:
    """The boxes, without white ones and repeated ones; bars and grounds that touch in one row or column made one."""
    kept = [box for box in boxes if box.color != "ffffff" or box.kind == "picture"]
    others = sorted(box for box in kept if box.kind in ("shape", "picture"))
    bars = [box for box in kept if box.kind == "bar"]
    level = _joined([box for box in bars if box.right - box.left >= box.high - box.low], turned=False)
    upright = _joined([box for box in bars if box.right - box.left < box.high - box.low], turned=True)
    grounds = _joined([box for box in kept if box.kind == "ground"], turned=False)
    crossed = [
        *(_ended(bar, upright, turned=False) for bar in level),
        *(_ended(bar, level, turned=True) for bar in upright),
    ]
    return [*sorted(crossed), *_joined(grounds, turned=True), *others]


def _ended(bar: Box, crossing: list[Box], *, turned: bool) -> Box:
    """The bar, each end that another bar hides or just touches put into that one's middle: nobody sees where it is."""
    left, low, right, high = bar.left, bar.low, bar.right, bar.high
    for other in crossing:
        if other.color != bar.color:
            continue
        if turned and other.left - TOUCH <= (left + right) / 2 <= other.right + TOUCH:
            middle = (other.low + other.high) / 2
            low = middle if other.low - TOUCH <= low <= other.high + TOUCH else low
            high = middle if other.low - TOUCH <= high <= other.high + TOUCH else high
        elif not turned and other.low - TOUCH <= (low + high) / 2 <= other.high + TOUCH:
            middle = (other.left + other.right) / 2
            left = middle if other.left - TOUCH <= left <= other.right + TOUCH else left
            right = middle if other.left - TOUCH <= right <= other.right + TOUCH else right
    return Box(bar.kind, left, low, right, high, bar.color)


def _joined(boxes: list[Box], *, turned: bool) -> list[Box]:
    """Boxes of one colour in one row (or, `turned`, in one column) joined where they touch or overlap."""
    rows: dict[tuple[Any, ...], list[tuple[float, float]]] = {}
    for box in boxes:
        spans = ((box.left, box.right), (box.low, box.high))
        along, across = spans[::-1] if turned else spans
        rows.setdefault((_row(rows, box, across), box.color, box.kind), []).append(along)
    made = []
    for (across, color, kind), spans_of_row in rows.items():
        for start, end in _unions(spans_of_row):
            left, right, low, high = (*across, start, end) if turned else (start, end, *across)
            made.append(Box(kind, left, low, right, high, color))
    return sorted(made)


def _row(rows: dict[tuple[Any, ...], Any], box: Box, across: tuple[float, float]) -> tuple[float, float]:
    """The row among those begun to which a box belongs, or its own."""
    for (low, high), color, kind in rows:
        if color == box.color and kind == box.kind and abs(low - across[0]) < 0.2 and abs(high - across[1]) < 0.2:
            return low, high
    return across


def _unions(spans: list[tuple[float, float]]) -> Iterator[tuple[float, float]]:
    start = end = None
    for low, high in sorted(spans):
        if end is None or start is None or low > end + TOUCH:
            if start is not None and end is not None:
                yield start, end
            start, end = low, high
        else:
            end = max(end, high)
    if start is not None and end is not None:
        yield start, end
