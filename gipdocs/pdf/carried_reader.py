"""The process that opens a stranger's PDF: takes it from standard input, gives its text and its answers as JSON.

It imports nothing of gipdocs, and nothing at all once the file is open: from then on it may open no file, write none,
and has 5 seconds of processor time and 512 MiB of memory. A fault is told as a word; what went wrong is told to nobody.
"""

from __future__ import annotations

import base64
import codecs
import json
import os
import re
import resource
import sys
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, replace
from io import BytesIO
from typing import Any

import pikepdf
from pikepdf import Array, Dictionary, Name, Pdf, Stream, String

SECONDS, MEMORY, POLITENESS = 5, 512 << 20, 10
MOST_PAGES, MOST_OBJECTS, MOST_NODES = 50, 20_000, 100
LARGEST_ANSWERS, LARGEST_CONTENT, LONGEST_TEXT = 64 << 10, 16 << 20, 1 << 20
ATTACHMENT = "answers.json"
HEX = re.compile(rb"<([0-9A-Fa-f]*)>")
SINGLE = re.compile(rb"<([0-9A-Fa-f]+)>\s*<([0-9A-Fa-f]+)>")
BLOCKS = re.compile(rb"beginbf(char|range)(.*?)endbf", re.S)
RANGE = re.compile(rb"<([0-9A-Fa-f]+)>\s*<([0-9A-Fa-f]+)>\s*(?:<([0-9A-Fa-f]+)>|\[([^\]]*)\])")
ACTIVE = frozenset({"/JavaScript", "/Launch", "/ImportData", "/SubmitForm", "/Rendition"})


class NotRead(Exception):
    """The file is not read; the word says why."""


def restrict() -> None:
    """Give up everything that reading doesn't need, and let others come first."""
    os.nice(POLITENESS)
    for what, most in (
        (resource.RLIMIT_CPU, SECONDS),
        (resource.RLIMIT_AS, MEMORY),
        (resource.RLIMIT_FSIZE, 0),
        (resource.RLIMIT_CORE, 0),
        (resource.RLIMIT_NOFILE, 3),
    ):
        resource.setrlimit(what, (most, most))


def read(data: bytes) -> dict[str, Any]:
    """The text and the answers of a PDF; NotRead, or whatever the libraries raise for a damaged one."""
    if b"/Encrypt" in data:  # always readable, in the trailer or in the head of the stream that replaces it
        raise NotRead("encrypted")
    with Pdf.open(BytesIO(data)) as pdf:
        if len(pdf.pages) > MOST_PAGES:
            raise NotRead("pages")
        _check_objects(pdf)
        for page in pdf.pages:
            _check_content(page.obj.get(Name.Contents))
        carried = _find_answers(pdf)
        text = "\n".join(map(_read_lines, pdf.pages))[:LONGEST_TEXT]
    return {"text": text, "carried": None if carried is None else base64.b64encode(carried).decode()}


def _check_objects(pdf: Pdf) -> None:
    """Refuse a file of too many objects, or one that does anything by itself."""
    for number, thing in enumerate(pdf.objects):
        if number >= MOST_OBJECTS:
            raise NotRead("objects")
        if isinstance(thing, Stream):
            _check_size(thing)
        if isinstance(thing, Dictionary | Stream | Array):
            _check_active(thing)


def _check_active(thing: Any, depth: int = 0) -> None:
    """Refuse actions, wherever inside an object they are written."""
    if depth > DEEPEST_ACTION:
        raise NotRead("objects")
    if isinstance(thing, Dictionary | Stream):
        if Name.JS in thing or Name.JavaScript in thing or str(thing.get(Name.S, "")) in ACTIVE:
            raise NotRead("active")
        below = [value for _, value in thing.items()]
    else:
        below = list(thing)
    for one in below:
        if isinstance(one, Dictionary | Array) and not one.is_indirect:
            _check_active(one, depth + 1)


def _check_content(content: Any) -> None:
    for part in content if isinstance(content, Array) else [content]:
        if isinstance(part, Stream):
            _check_size(part)


def _check_size(stream: Stream) -> None:
    """Refuse a stream that becomes too large, before anything unpacks it without a limit."""
    if _filters(stream) == ["/FlateDecode"]:
        unpacker = zlib.decompressobj()
        try:
            if len(unpacker.decompress(stream.read_raw_bytes(), LARGEST_CONTENT + 1)) > LARGEST_CONTENT:
                raise NotRead("large")
        except zlib.error:
            return  # damaged, not large


def _filters(stream: Stream) -> list[str]:
    filters = stream.get(Name.Filter)
    return [str(one) for one in (filters if isinstance(filters, Array) else [filters])] if filters is not None else []


Matrix = tuple[float, float, float, float, float, float]
UNMOVED: Matrix = (1, 0, 0, 1, 0, 0)
SAME_LINE = 2.0
"""Points by which letters of one line may differ in height."""
DEEPEST_FORM, DEEPEST_ACTION, MOST_SIGNS = 4, 30, 200_000


def _times(first: Matrix, then: Matrix) -> Matrix:
    a, b, c, d, e, f = first
    g, h, i, j, k, m = then
    return a * g + b * i, a * h + b * j, c * g + d * i, c * h + d * j, e * g + f * i + k, e * h + f * j + m


class Letters:
    """A font as far as text is concerned: what its codes mean and how wide they are, in thousandths of its size."""

    def __init__(self, font: Any) -> None:
        below = font.get(Name.DescendantFonts)
        self.width = 2 if below is not None else 1
        table = font.get(Name.ToUnicode)
        self.meaning = dict(_read_meanings(_bounded(table))) if isinstance(table, Stream) else {}
        self.usual = float(below[0].get(Name.DW, 1000)) if below is not None else 500.0
        self.widths = dict(_cid_widths(below[0]) if below is not None else _simple_widths(font))

    def read(self, data: bytes) -> Iterator[tuple[str, float]]:
        """The characters of a string with their widths."""
        for start in range(0, len(data) - self.width + 1, self.width):
            code = int.from_bytes(data[start : start + self.width], "big")
            told = self.meaning.get(code, chr(code) if self.width == 1 and not self.meaning else "")
            yield told, self.widths.get(code, self.usual)


def _bounded(stream: Stream) -> bytes:
    _check_size(stream)
    return stream.read_bytes()


def _cid_widths(font: Any) -> Iterator[tuple[int, float]]:
    array = list(font.get(Name.W, Array()))
    place = 0
    while place + 1 < len(array):
        first = int(array[place])
        if isinstance(array[place + 1], Array):
            yield from ((first + step, float(width)) for step, width in enumerate(array[place + 1]))
            place += 2
        else:
            last, width = min(int(array[place + 1]), first + 0xFFFF), float(array[place + 2])
            yield from ((code, width) for code in range(first, last + 1))
            place += 3


def _simple_widths(font: Any) -> Iterator[tuple[int, float]]:
    first = int(font.get(Name.FirstChar, 0))
    yield from ((first + step, float(width)) for step, width in enumerate(font.get(Name.Widths, Array())))


def _read_meanings(table: bytes) -> Iterator[tuple[int, str]]:
    for kind, block in BLOCKS.findall(table):
        if kind == b"char":
            yield from ((int(code, 16), _text(told)) for code, told in SINGLE.findall(block))
            continue
        for first, last, told, several in RANGE.findall(block):
            begin, end = int(first, 16), min(int(last, 16), int(first, 16) + 0xFFFF)
            if several:
                yield from ((begin + step, _text(one)) for step, one in enumerate(HEX.findall(several)))
            elif start := _text(told):
                yield from ((begin + step, start[:-1] + chr(ord(start[-1]) + step)) for step in range(end - begin + 1))


def _text(told: bytes) -> str:
    return bytes.fromhex(told.decode()).decode("utf-16-be", "replace").removeprefix("\ufeff")


@dataclass
class State:
    """What the operators of a page have set so far; `line` and `here` are the places of the line and the next letter."""

    at: Matrix
    font: Letters | None = None
    size: float = 1
    space: float = 0
    scale: float = 1
    unseen: bool = False
    leading: float = 0
    line: Matrix = UNMOVED
    here: Matrix = UNMOVED

    def begin_line(self, across: float, down: float) -> None:
        """Go to the start of another line, so far from the start of this one."""
        self.line = self.here = _times((1, 0, 0, 1, across, down), self.line)

    def advance(self, width: float) -> None:
        """Go on in the line by a width in the text's own units."""
        self.here = _times((1, 0, 0, 1, width * self.scale, 0), self.here)

    def set(self, word: str, numbers: list[float]) -> None:
        """Follow an operator that shows nothing itself."""
        if word == "cm":
            self.at = _times(_matrix(numbers), self.at)
        elif word == "BT":
            self.line = self.here = UNMOVED
        elif word == "Tm":
            self.line = self.here = _matrix(numbers)
        elif word == "Tr":
            self.unseen = numbers[0] in UNPAINTED
        elif word == "Tc":
            self.space = numbers[0]
        elif word == "Tz":
            self.scale = numbers[0] / 100
        elif word == "TL":
            self.leading = numbers[0]
        elif word in ("Td", "TD"):
            self.leading = -numbers[1] if word == "TD" else self.leading
            self.begin_line(numbers[0], numbers[1])
        elif word in ("T*", "'", '"'):
            self.begin_line(0, -self.leading)


UNPAINTED = (3, 7)
"""The ways of showing a text that leave no ink."""
SETTING = frozenset({"cm", "BT", "Tm", "Tr", "Tc", "Tz", "TL", "Td", "TD", "T*"})
SHOWING = frozenset({"Tj", "TJ", "'", '"'})


class Painter:
    """Follows a page as it is painted and notes where each character comes to stand."""

    def __init__(self) -> None:
        self.signs: list[tuple[float, float, str]] = []
        self.fonts: dict[Any, Letters] = {}
        self.replaced: list[bool] = []

    def paint(self, owner: Any, place: Matrix, depth: int = 0) -> None:
        """Note the characters of a page, or of a drawing inside one."""
        resources = owner.get(Name.Resources, Dictionary())
        state, kept = State(place), list[State]()
        for instruction in pikepdf.parse_content_stream(owner):
            operands, word = list(instruction.operands), str(instruction.operator)
            if word == "q":
                kept.append(replace(state))
            elif word == "Q" and kept:
                state = kept.pop()
            elif word in SETTING:
                state.set(word, [float(one) for one in operands])
            elif word == "Tf":
                state.font, state.size = self._font(resources, operands[0]), float(operands[1])
            elif word in SHOWING:
                state.set(word, [])
                self._show(list(operands[0]) if word == "TJ" else operands[-1:], state)
            elif word in ("BDC", "BMC"):
                self._begin(operands, state)
            elif word == "EMC" and self.replaced:
                self.replaced.pop()
            elif word == "Do" and depth < DEEPEST_FORM:
                self._form(resources, operands[0], state.at, depth)

    def _begin(self, operands: list[Any], state: State) -> None:
        """Begin a marked part; if its letters stand for another text, that is noted instead of them."""
        text = _actual(operands)
        if text is not None and not any(self.replaced):
            self._note(state, text)
        self.replaced.append(text is not None)

    def _form(self, resources: Any, name: Any, at: Matrix, depth: int) -> None:
        form = resources.get(Name.XObject, Dictionary()).get(str(name))
        if isinstance(form, Stream) and form.get(Name.Subtype) == Name.Form:
            _check_size(form)
            self.paint(form, _times(_matrix(form.get(Name.Matrix, UNMOVED)), at), depth + 1)

    def _font(self, resources: Any, name: Any) -> Letters:
        font = resources.Font[str(name)]
        key = font.objgen if font.is_indirect else (str(name), id(resources))
        if key not in self.fonts:
            self.fonts[key] = Letters(font)
        return self.fonts[key]

    def _show(self, pieces: list[Any], state: State) -> None:
        for piece in pieces:
            if not isinstance(piece, String):
                state.advance(-float(piece) / 1000 * state.size)
                continue
            for sign, width in state.font.read(bytes(piece)) if state.font else ():
                if not any(self.replaced):
                    self._note(state, sign)
                state.advance(width / 1000 * state.size + state.space)

    def _note(self, state: State, sign: str) -> None:
        if state.unseen:
            return
        if len(self.signs) >= MOST_SIGNS:
            raise NotRead("large")
        x, y = _times(state.here, state.at)[4:]
        self.signs.append((x, y, sign))


def _matrix(numbers: Any) -> Matrix:
    a, b, c, d, e, f = map(float, numbers)
    return a, b, c, d, e, f


def _actual(operands: Any) -> str | None:
    properties = operands[1] if len(operands) > 1 else None
    text = properties.get(Name.ActualText) if isinstance(properties, Dictionary) else None
    return None if text is None else str(text)


def _read_lines(page: Any) -> str:
    """The text that can be seen on a page, line by line as it was painted.

    Characters of another font are painted after the rest of their line, so that each line is put in order.
    """
    painter, (left, bottom, right, top) = Painter(), map(float, page.cropbox)
    painter.paint(page.obj, UNMOVED)
    lines: list[list[tuple[float, float, str]]] = []
    for sign in painter.signs:
        if not (left <= sign[0] <= right and bottom <= sign[1] <= top):
            continue
        if not lines or abs(lines[-1][0][1] - sign[1]) > SAME_LINE:
            lines.append([])
        lines[-1].append(sign)
    return "\n".join("".join(sign for _, _, sign in sorted(line, key=lambda one: one[0])) for line in lines)


def _find_answers(pdf: Pdf) -> bytes | None:
    """The attachment with our name; None if there is none."""
    root = pdf.Root.get(Name.Names, Dictionary())
    tree = root.get(Name.EmbeddedFiles) if isinstance(root, Dictionary) else None
    found = [spec for name, spec in _walk(tree) if name == ATTACHMENT] if tree is not None else []
    if len(found) > 1:
        raise NotRead("attachments")
    if not found:
        return None
    return _unpack(found[0].EF.F)


def _walk(tree: Any) -> Iterator[tuple[str, Any]]:
    """Names and values of a name tree, each node once, so that a tree which leads back into itself ends."""
    nodes, seen = [tree], set[tuple[int, int]]()
    while nodes:
        node = nodes.pop()
        if node.is_indirect:
            if node.objgen in seen:
                raise NotRead("attachments")
            seen.add(node.objgen)
        if len(seen) > MOST_NODES or len(nodes) > MOST_NODES:
            raise NotRead("attachments")
        names = list(node.get(Name.Names, Array()))
        yield from ((str(name), spec) for name, spec in zip(names[::2], names[1::2], strict=False))
        nodes += list(node.get(Name.Kids, Array()))


def _unpack(stream: Stream) -> bytes:
    raw, filters = stream.read_raw_bytes(), _filters(stream)
    if filters not in ([], ["/FlateDecode"]) or len(raw) > LARGEST_ANSWERS:
        raise NotRead("attachments")
    content = zlib.decompressobj().decompress(raw, LARGEST_ANSWERS + 1) if filters else raw
    if len(content) > LARGEST_ANSWERS:
        raise NotRead("attachments")
    return content


def warm_up() -> None:
    """Load what the libraries load only when it is first needed: later they could not."""
    codecs.lookup("utf-16-be")
    codecs.lookup("latin-1")
    blank = BytesIO()
    with Pdf.new() as pdf:
        pdf.add_blank_page()
        font = Dictionary(Type=Name.Font, Subtype=Name.Type1, BaseFont=Name.Helvetica)
        pdf.pages[0].obj.Resources = Dictionary(Font=Dictionary(F=font))
        pdf.pages[0].obj.Contents = pdf.make_stream(b"BT /F 9 Tf (x) Tj ET")
        pdf.save(blank)
    with Pdf.open(blank) as pdf:
        _read_lines(pdf.pages[0])


def main() -> None:
    """Read one file and tell what it says."""
    data = sys.stdin.buffer.read()
    os.environ.clear()
    warm_up()
    restrict()
    try:
        told = read(data)
    except NotRead as error:
        told = {"refused": str(error)}
    except Exception:  # whatever a damaged file makes its readers raise
        told = {"refused": "damaged"}
    sys.stdout.write(json.dumps(told))


if __name__ == "__main__":
    main()
