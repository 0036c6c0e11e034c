"""Draws placed pages as a PDF: tagged, with bookmarks, and with all fonts embedded.

`gipdocs.pdf.finishing.finish.complete` finishes it: it adds the metadata and the page numbers, and compresses the pages.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from itertools import pairwise
from math import ceil, cos, pi, sin, tan, tau

from gipdocs.drawing.embedding import EmbeddedFont, embed_fonts, embed_picture, find_runs, write_intent
from gipdocs.drawing.placed import Bar, Drawn, Element, Placed, PlacedPicture, PlacedPiece, PlacedText, Wedge
from gipdocs.pdf.finishing.finish import LANGUAGE, spell_date
from gipdocs.pdf.output import Output

HEADING = re.compile(r"H([1-6])")

NEAR = 0.005
"""How far a character may stand from its place, in points."""

EVEN = 0.0001
"""Spaces that differ by no more, in points, are the same."""

PRODUCER = "gipdocs"

_Pieces = list[tuple[int, int, PlacedPiece]]
"""The pieces of an element: for each its page, from 0, and its number on the page."""


@dataclass(frozen=True, kw_only=True)
class Info:
    """The properties of a document: what its PDF says of itself; `created` is in ISO 8601, or empty."""

    title: str = ""
    author: str = ""
    subject: str = ""
    keywords: str = ""
    created: str = ""


def draw(placed: Placed, info: Info) -> bytes:
    """The unfinished PDF of a placed document, which is the same for the same document.

    Raises Unsupported for a picture that can't be embedded, or if two characters could not be told apart in the PDF.
    """
    return _Drawing(placed).write(info)


class _Drawing:
    """A document that is being drawn."""

    def __init__(self, placed: Placed) -> None:
        self.placed = placed
        self.out = Output()
        self.numbers = {element: self.out.reserve() for element in _walk(placed.root)}
        self.pages = [self.out.reserve() for _ in placed.pages]
        self.pieces: dict[Element, _Pieces] = {element: [] for element in self.numbers}
        self.fonts = embed_fonts(self.out, placed)
        self.pictures: dict[bytes, int] = {}

    def write(self, info: Info) -> bytes:
        out, node, resources = self.out, self.out.reserve(), self.out.reserve()
        parents = [self._write_page(number, node=node, resources=resources) for number in range(len(self.pages))]
        out.write(node, b"<< /Type /Pages /Count %d /Kids [%b] >>" % (len(self.pages), _refer(self.pages)))
        fonts = b" ".join(b"/F%d %d 0 R" % (font.number, font.object) for font in self.fonts.values())
        pictures = b" ".join(b"/I%d %d 0 R" % (number, number) for number in self.pictures.values())
        out.write(resources, b"<< /Font << %b >> /XObject << %b >> >>" % (fonts, pictures))
        entries = (
            b"/Type /Catalog /Pages %d 0 R /StructTreeRoot %d 0 R" % (node, self._write_tags(parents)),
            b"/MarkInfo << /Marked true >> /ViewerPreferences << /DisplayDocTitle true >>",
            b"/Lang (%b) /OutputIntents [%b]%b" % (LANGUAGE.encode(), write_intent(out), self._write_bookmarks()),
        )
        catalog = out.add(b"<< %b >>" % b" ".join(entries))
        out.end(catalog, bytes(16).hex().encode(), info=out.add(_spell_info(info)))
        return out.take()

    def _write_page(self, number: int, *, node: int, resources: int) -> list[Element]:
        """Write a page; the owners of its pieces."""
        page = self.placed.pages[number]
        content, owners = _Content(page.height, self.fonts, self.picture), list[Element]()
        for piece in page.pieces:
            if piece.owner is None:
                content.add("/Artifact BMC", piece.drawn)
            else:
                self.pieces[piece.owner].append((number, len(owners), piece))
                content.add(f"/{piece.owner.kind} <</MCID {len(owners)}>> BDC", piece.drawn)
                owners.append(piece.owner)
        drawn = content.spell()
        held = self.out.add(b"<< /Length %d >>" % len(drawn), drawn)
        size = f"[0 0 {_spell(page.width)} {_spell(page.height)}]".encode()
        told = b"/Parent %d 0 R /Resources %d 0 R /Contents %d 0 R" % (node, resources, held)
        body = b"<< /Type /Page %b /MediaBox %b /StructParents %d >>" % (told, size, number)
        self.out.write(self.pages[number], body)
        return owners

    def picture(self, data: bytes) -> int:
        """The number of a picture's object."""
        if data not in self.pictures:
            self.pictures[data] = embed_picture(self.out, data)
        return self.pictures[data]

    def _write_tags(self, parents: Sequence[Sequence[Element]]) -> int:
        out, root = self.out, self.out.reserve()
        self._write_element(self.placed.root, root)
        owners = (
            b"%d [%b]" % (page, _refer(self.numbers[owner] for owner in held)) for page, held in enumerate(parents)
        )
        tree = out.add(b"<< /Nums [%b] >>" % b" ".join(owners))
        told = b"/K [%d 0 R] /ParentTree %d 0 R" % (self.numbers[self.placed.root], tree)
        out.write(root, b"<< /Type /StructTreeRoot %b /ParentTreeNextKey %d >>" % (told, len(parents)))
        return root

    def _write_element(self, element: Element, parent: int) -> None:
        own = self.numbers[element]
        held = [b"%d 0 R" % self.numbers[child] for child in element.children]
        pieces = self.pieces[element]
        first = pieces[0][0] if pieces else 0
        inside = [
            b"%d" % number if page == first else b"<< /Type /MCR /Pg %d 0 R /MCID %d >>" % (self.pages[page], number)
            for page, number, _ in pieces
        ]
        body = b"<< /Type /StructElem /S /%b /P %d 0 R%b%b /K [%b] >>" % (
            element.kind.encode(),
            parent,
            b" /Pg %d 0 R" % self.pages[first] if pieces else b"",
            self._spell_attributes(element),
            b" ".join([*inside, *held]),
        )
        self.out.write(own, body)
        for child in element.children:
            self._write_element(child, own)

    def _spell_attributes(self, element: Element) -> bytes:
        cell = [
            f"/Scope /{element.scope}" * bool(element.scope),
            f"/ColSpan {element.columns}" * (element.columns > 1),
            f"/RowSpan {element.rows}" * (element.rows > 1),
        ]
        if any(cell):
            return f" /A << /O /Table {' '.join(filter(None, cell))} >>".encode()
        if element.kind == "Figure":
            return b" /Alt %b%b" % (_spell_text(element.alt), self._spell_box(element))
        return b""

    def _spell_box(self, element: Element) -> bytes:
        """The rectangle of a figure on its first page."""
        pieces = self.pieces[element]
        edges = [_find_edges(one) for page, _, piece in pieces if page == pieces[0][0] for one in piece.drawn]
        if not edges:
            return b""
        height = self.placed.pages[pieces[0][0]].height
        left, top, right, bottom = zip(*edges, strict=True)
        box = (min(left), height - max(bottom), max(right), height - min(top))
        return f" /A << /O /Layout /Placement /Block /BBox [{' '.join(map(_spell, box))}] >>".encode()

    def _write_bookmarks(self) -> bytes:
        """Write a bookmark for each heading, below the last one of a higher level; what the catalog says of them."""
        root = _Bookmark(self.out.reserve(), 0)
        path = [root]
        for element, pieces in self.pieces.items():
            if (level := HEADING.fullmatch(element.kind)) and any(find_runs(piece for _, _, piece in pieces)):
                while path[-1].level >= int(level[1]):
                    path.pop()
                path[-1].below.append(_Bookmark(self.out.reserve(), int(level[1]), self._spell_place(pieces)))
                path.append(path[-1].below[-1])
        root.write(self.out, b"/Type /Outlines")
        return b" /Outlines %d 0 R" % root.number if root.below else b""

    def _spell_place(self, pieces: _Pieces) -> bytes:
        """A heading's text, and where it begins."""
        runs = [(page, run) for page, _, piece in pieces for run in find_runs([piece])]
        (page, first), text = runs[0], "".join(run.text for _, run in runs)
        top = _spell(self.placed.pages[page].height - first.y + first.look.size).encode()
        return b"/Title %b /Dest [%d 0 R /XYZ 0 %b null]" % (_spell_text(text), self.pages[page], top)


@dataclass
class _Bookmark:
    """A bookmark of a heading, or the root of all."""

    number: int
    level: int
    told: bytes = b""
    below: list[_Bookmark] = field(default_factory=list)

    def write(self, out: Output, told: bytes) -> int:
        """Write it and those below it, whose number is returned; `told` says what it is."""
        numbers, inside = [one.number for one in self.below], 0
        for one, before, after in zip(self.below, [0, *numbers], [*numbers[1:], 0], strict=False):
            beside = b" /Prev %d 0 R" % before * bool(before) + b" /Next %d 0 R" % after * bool(after)
            inside += 1 + one.write(out, b"%b /Parent %d 0 R%b" % (one.told, self.number, beside))
        if numbers:
            told += b" /First %d 0 R /Last %d 0 R /Count %d" % (numbers[0], numbers[-1], inside)
        out.write(self.number, b"<< %b >>" % told)
        return inside


class _Content:
    """What is drawn on a page."""

    def __init__(self, height: float, fonts: Mapping[str, EmbeddedFont], find_picture: Callable[[bytes], int]) -> None:
        self.height, self.fonts, self.find_picture = height, fonts, find_picture
        self.said: list[str] = []
        self.state = {"Tf": "", "Tz": "100", "Tc": "0", "rg": "0 0 0"}

    def add(self, mark: str, drawn: Iterable[Drawn]) -> None:
        """Draw something that belongs to a tag, or to none."""
        self.said.append(mark)
        for one in drawn:
            if isinstance(one, PlacedText):
                if one.text:
                    self._show(one)
            elif isinstance(one, Bar):
                self._set("rg", _spell_color(one.color))
                self.said.append(f"{self._spell_edges(one)} re f")
            elif isinstance(one, Wedge):
                self._fill(one)
            else:
                x, y, width, height = self._spell_edges(one).split()
                self.said.append(f"q {width} 0 0 {height} {x} {y} cm /I{self.find_picture(one.data)} Do Q")
        self.said.append("EMC")

    def spell(self) -> bytes:
        """The page's content as PDF spells it."""
        return "\n".join(self.said).encode()

    def _set(self, operator: str, value: str) -> None:
        if self.state[operator] != value:
            self.state[operator] = value
            self.said.append(f"{value} {operator}")

    def _spell_edges(self, one: Bar | PlacedPicture) -> str:
        return " ".join(map(_spell, (one.x, self.height - one.y - one.height, one.width, one.height)))

    def _fill(self, wedge: Wedge) -> None:
        """Draw a slice of a pie, its arc in curves of at most a quarter, or a disc."""
        x, y, turn = wedge.x, self.height - wedge.y, wedge.end - wedge.start
        parts = max(ceil(turn / (pi / 2) - EVEN), 1)
        bend = 4 / 3 * tan(turn / parts / 4)

        def spell(angle: float, ahead: float = 0.0) -> str:
            across, up = sin(angle) + ahead * cos(angle), cos(angle) - ahead * sin(angle)
            return f"{_spell(x + wedge.radius * across)} {_spell(y + wedge.radius * up)}"

        angles = [wedge.start + turn * part / parts for part in range(parts + 1)]
        outline = [f"{_spell(x)} {_spell(y)} m", f"{spell(angles[0])} l"] if turn < tau else [f"{spell(angles[0])} m"]
        outline += [f"{spell(one, bend)} {spell(two, -bend)} {spell(two)} c" for one, two in pairwise(angles)]
        self._set("rg", _spell_color(wedge.color))
        pen = f"q 1 1 1 RG {_spell(wedge.thickness)} w" if wedge.thickness else "q"
        self.said += [pen, *outline, "h B Q" if wedge.thickness else "h f Q"]

    def _show(self, run: PlacedText) -> None:
        """Show a run's characters, each at its place."""
        look, font = run.look, self.fonts[run.look.face]
        unit = look.size * look.width / 100_000
        added = [
            to - unit * width for to, width in zip(run.advances, map(font.widths.__getitem__, run.text), strict=True)
        ]
        usual = sorted(added)[len(added) // 2]
        self._set("rg", _spell_color(look.color))
        self._set("Tf", f"/F{font.number} {_spell(look.size)}")
        self._set("Tz", _spell(look.width))
        self._set("Tc", _spell(usual * 100 / look.width))
        codes = list(map(font.codes.__getitem__, run.text))
        if max(added[:-1], default=usual) - min(added[:-1], default=usual) > EVEN:
            codes = list(_correct(codes, [one - usual for one in added], unit))
        said = "".join(codes)
        self.said.append(f"BT {_spell(run.x)} {_spell(self.height - run.y)} Td [<{said}>] TJ ET")


def _correct(codes: Iterable[str], added: Iterable[float], unit: float) -> Iterator[str]:
    """The codes of characters and, before one too far from its place, a correction in thousandths of the type size."""
    late = 0.0
    for code, extra in zip(codes, added, strict=True):
        if abs(late) > NEAR:
            correction = round(-late / unit, 1)
            late += correction * unit
            yield f">{correction:g}<"
        yield code
        late += extra


def _spell_info(info: Info) -> bytes:
    when = spell_date(info.created)
    texts = {
        "Title": info.title,
        "Author": info.author,
        "Subject": info.subject,
        "Keywords": info.keywords,
        "Producer": PRODUCER,
        "CreationDate": when,
        "ModDate": when,
    }
    return b"<< %b >>" % b" ".join(b"/%b %b" % (key.encode(), _spell_text(text)) for key, text in texts.items() if text)


def _walk(root: Element) -> Iterator[Element]:
    """An element and all below it, in order."""
    yield root
    for child in root.children:
        yield from _walk(child)


def _find_edges(one: Drawn) -> tuple[float, float, float, float]:
    """The left, upper, right and lower edge of something drawn."""
    if isinstance(one, Wedge):
        return one.x - one.radius, one.y - one.radius, one.x + one.radius, one.y + one.radius
    if isinstance(one, PlacedText):
        return one.x, one.y - one.look.size, one.x + sum(one.advances), one.y
    return one.x, one.y, one.x + one.width, one.y + one.height


def _refer(numbers: Iterable[int]) -> bytes:
    return b" ".join(b"%d 0 R" % number for number in numbers)


def _spell(number: float) -> str:
    return f"{round(number, 4):.9g}"


@cache
def _spell_color(color: str) -> str:
    return " ".join(_spell(part / 255) for part in bytes.fromhex(color))


def _spell_text(text: str) -> bytes:
    return b"<feff%b>" % text.encode("utf-16-be").hex().encode()
