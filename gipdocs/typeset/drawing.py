"""Draws placed pages as a PDF: tagged, with bookmarks and with the glyphs that it needs embedded.

What it gives has to be finished: `gipdocs.pdf.finishing.finish.complete` adds metadata and page numbers and compresses.
"""

from __future__ import annotations

import re
import struct
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache, lru_cache
from io import BytesIO

from isal import isal_zlib
from PIL import Image, ImageCms

from gipdocs.pdf.finishing.finish import LANGUAGE, remove_date, spell_date
from gipdocs.pdf.output import Output
from gipdocs.typeset import faces
from gipdocs.typeset.placed import Bar, Element, Picture, Piece, Placed, Run

HEADING = re.compile(r"H([1-6])")

NEAR = 0.005
"""How far a character may stand from its place, in points."""

PRODUCER = "gipdocs"

SPACES = {"L": b"DeviceGray", "RGB": b"DeviceRGB"}
"""The colour spaces of pictures, by Pillow's names of them."""

SYMBOLIC = 4
"""The flag of a font that has its own codes."""

BLOCK = 100
"""So many characters one block of a table of meanings may have."""

CMAP = b"""/CIDInit /ProcSet findresource begin
12 dict begin
begincmap
/CMapName /Meanings def
/CMapType 2 def
1 begincodespacerange
<0000> <FFFF>
endcodespacerange
%b
endcmap
CMapName currentdict /CMap defineresource pop
end
end"""


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

    Raises Unsupported if two of its characters share a glyph, which could not be told apart when they are read.
    """
    return _Drawing(placed).write(info)


class _Drawing:
    """A document that is being drawn."""

    def __init__(self, placed: Placed) -> None:
        self.placed = placed
        self.out = Output()
        self.numbers = {element: self.out.reserve() for element in _walk(placed.root)}
        self.pages = [self.out.reserve() for _ in placed.pages]
        self.pieces: dict[Element, list[tuple[int, int, Piece]]] = {element: [] for element in self.numbers}
        """The pieces of each element: page, from 0, number on the page, and what is drawn."""
        self.fonts = _embed_fonts(self.out, placed)
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
            b"/Lang (%b) /OutputIntents [%b]" % (LANGUAGE.encode(), _write_intent(out)),
            self._write_bookmarks(),
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
            self.pictures[data] = _embed_picture(self.out, data)
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
        """Write a bookmark for each heading; what the catalog says of them."""
        found = [(int(match[1]), one) for one in self.numbers if (match := HEADING.fullmatch(one.kind))]
        found = [(level, one) for level, one in found if any(_runs(piece for _, _, piece in self.pieces[one]))]
        if not found:
            return b""
        root = _Bookmark(self.out.reserve(), 0, self.placed.root)
        path = [root]
        for level, heading in found:
            while path[-1].level >= level:
                path.pop()
            path[-1].below.append(_Bookmark(self.out.reserve(), level, heading))
            path.append(path[-1].below[-1])
        self._write_below(root)
        self.out.write(root.number, b"<< /Type /Outlines%b >>" % root.spell_below())
        return b"/Outlines %d 0 R" % root.number

    def _write_below(self, above: _Bookmark) -> None:
        """Write the bookmarks below another."""
        numbers = [one.number for one in above.below]
        for one, before, after in zip(above.below, [0, *numbers], [*numbers[1:], 0], strict=False):
            told = self._spell_place(one.heading) + b" /Parent %d 0 R" % above.number
            told += b" /Prev %d 0 R" % before if before else b""
            told += b" /Next %d 0 R" % after if after else b""
            self.out.write(one.number, b"<< %b%b >>" % (told, one.spell_below()))
            self._write_below(one)

    def _spell_place(self, heading: Element) -> bytes:
        """A heading's text, and where it begins."""
        runs = [(page, run) for page, _, piece in self.pieces[heading] for run in _runs([piece])]
        page, first = runs[0]
        top = _spell(self.placed.pages[page].height - first.y + first.look.size).encode()
        text = "".join(run.text for _, run in runs)
        return b"/Title %b /Dest [%d 0 R /XYZ 0 %b null]" % (_spell_text(text), self.pages[page], top)


@dataclass
class _Bookmark:
    """A bookmark of a heading, or the root of all."""

    number: int
    level: int
    heading: Element
    below: list[_Bookmark] = field(default_factory=list)

    def spell_below(self) -> bytes:
        """The first and the last bookmark below it, and how many there are on all levels."""
        if not self.below:
            return b""
        return b" /First %d 0 R /Last %d 0 R /Count %d" % (self.below[0].number, self.below[-1].number, self.count())

    def count(self) -> int:
        return sum(1 + one.count() for one in self.below)


class _Content:
    """What is drawn on a page."""

    def __init__(self, height: float, fonts: Mapping[str, _Font], find_picture: Callable[[bytes], int]) -> None:
        self.height, self.fonts, self.find_picture = height, fonts, find_picture
        self.said: list[str] = []
        self.state = {"Tf": "", "Tz": "100", "Tc": "0", "rg": "0 0 0"}

    def add(self, mark: str, drawn: Iterable[Run | Bar | Picture]) -> None:
        """Draw something that belongs to a tag, or to none."""
        self.said.append(mark)
        for one in drawn:
            if isinstance(one, Run):
                self._show(one)
            elif isinstance(one, Bar):
                self._set("rg", _spell_color(one.color))
                self.said.append(f"{self._spell_edges(one)} re f")
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

    def _spell_edges(self, one: Bar | Picture) -> str:
        return " ".join(map(_spell, (one.x, self.height - one.y - one.height, one.width, one.height)))

    def _show(self, run: Run) -> None:
        """Show a run's characters, each at its place."""
        look, font = run.look, self.fonts[run.look.face]
        unit = look.size * look.width / 100_000
        added = [round(to - unit * font.widths[char], 4) for char, to in zip(run.text, run.advances, strict=True)]
        usual = max(set(added), key=added.count) if added else 0.0
        self._set("rg", _spell_color(look.color))
        self._set("Tf", f"/F{font.number} {_spell(look.size)}")
        self._set("Tz", _spell(look.width))
        self._set("Tc", f"{round(usual * 100 / look.width, 4):.4g}")
        codes = "".join(_spell_codes(font, run.text, [one - usual for one in added], unit))
        self.said.append(f"BT {_spell(run.x)} {_spell(self.height - run.y)} Td [<{codes}>] TJ ET")


def _spell_codes(font: _Font, text: str, added: Sequence[float], unit: float) -> Iterator[str]:
    """The codes of characters; where one is too far from its place, a correction in thousandths of the type size."""
    late = 0.0
    for char, extra in zip(text, added, strict=True):
        if abs(late) > NEAR:
            correction = round(-late / unit, 1)
            late += correction * unit
            yield f">{correction:g}<"
        yield font.codes[char]
        late += extra


@dataclass(frozen=True)
class _Font:
    """A font of the PDF: it is F1, F2, …; the hexadecimal code of each character, and its width in thousandths of an em."""

    number: int
    object: int
    codes: dict[str, str]
    widths: dict[str, int]


def _embed_fonts(out: Output, placed: Placed) -> dict[str, _Font]:
    """Embed what is drawn of each face."""
    chars: dict[str, set[str]] = {}
    for run in _runs(piece for page in placed.pages for piece in page.pieces):
        chars.setdefault(run.look.face, set()).update(run.text)
    return {
        name: _embed_font(out, number, faces.subset(name, used)) for number, (name, used) in enumerate(chars.items(), 1)
    }


def _embed_font(out: Output, number: int, subset: faces.Subset) -> _Font:
    codes = {char: f"{code:04X}" for char, code in subset.codes.items()}
    name = subset.name.encode()
    outlines = isal_zlib.compress(subset.outlines)
    kind = b"/Length1 %d" % len(subset.outlines) if subset.glyphs else b"/Subtype /CIDFontType0C"
    file = _add_stream(out, outlines, b"/Filter /FlateDecode %b" % kind)
    measures = b"/FontBBox [%d %d %d %d] /Ascent %d /Descent %d" % (*subset.box, subset.ascent, subset.descent)
    descriptor = out.add(
        b"<< /Type /FontDescriptor /FontName /%b /Flags %d %b /CapHeight %d /ItalicAngle 0 /StemV 80 /%b %d 0 R >>"
        % (name, SYMBOLIC, measures, subset.ascent, b"FontFile2" if subset.glyphs else b"FontFile3", file)
    )
    odd = b" ".join(b"%d [%d]" % (subset.codes[char], width) for char, width in subset.widths.items() if width != 1000)
    order = b"/CIDSystemInfo << /Registry (Adobe) /Ordering (Identity) /Supplement 0 >>"
    glyphs = b""
    if subset.glyphs:
        glyphs = b" /CIDToGIDMap %d 0 R" % _add_stream(out, struct.pack(f"!{len(subset.glyphs)}H", *subset.glyphs))
    descendant = out.add(
        b"<< /Type /Font /Subtype /%b /BaseFont /%b %b /FontDescriptor %d 0 R /DW 1000 /W [%b]%b >>"
        % (b"CIDFontType2" if subset.glyphs else b"CIDFontType0", name, order, descriptor, odd, glyphs)
    )
    told = b"/Encoding /Identity-H /DescendantFonts [%d 0 R] /ToUnicode %d 0 R" % (
        descendant,
        _add_stream(out, _spell_meanings(codes)),
    )
    font = out.add(b"<< /Type /Font /Subtype /Type0 /BaseFont /%b %b >>" % (name, told))
    return _Font(number, font, codes, subset.widths)


def _spell_meanings(codes: Mapping[str, str]) -> bytes:
    """A font's table of the character for each code."""
    lines = [f"<{code}> <{char.encode('utf-16-be').hex()}>" for char, code in codes.items()]
    blocks = [lines[start : start + BLOCK] for start in range(0, len(lines), BLOCK)]
    return CMAP % "\n".join("\n".join([f"{len(block)} beginbfchar", *block, "endbfchar"]) for block in blocks).encode()


def _embed_picture(out: Output, data: bytes) -> int:
    """Embed a picture without loss: a JPEG as it is, other pictures with what is transparent in them."""
    size, space, filter, points, mask = _read_picture(data)
    told = b"/Type /XObject /Subtype /Image /Width %d /Height %d /BitsPerComponent 8" % size
    veil = b""
    if mask:
        veil = b" /SMask %d 0 R" % _add_stream(out, mask, told + b" /ColorSpace /DeviceGray /Filter /FlateDecode")
    return _add_stream(out, points, told + b" /ColorSpace /%b /Filter /%b%b" % (space, filter, veil))


@lru_cache(maxsize=16)
def _read_picture(data: bytes) -> tuple[tuple[int, int], bytes, bytes, bytes, bytes]:
    """A picture's size, colour space, filter, points and, if any point is transparent, its mask."""
    with Image.open(BytesIO(data), formats=("PNG", "JPEG")) as image:
        if image.format == "JPEG" and image.mode in SPACES:
            return image.size, SPACES[image.mode], b"DCTDecode", data, b""
        clear = image.convert("RGBA").getchannel("A") if image.has_transparency_data else None
        plain = image.convert("L" if image.mode in {"1", "L", "LA"} else "RGB")
    mask = isal_zlib.compress(clear.tobytes()) if clear else b""
    return plain.size, SPACES[plain.mode], b"FlateDecode", isal_zlib.compress(plain.tobytes()), mask


def _write_intent(out: Output) -> bytes:
    """Write the colour profile of what is meant by the colours, sRGB."""
    profile = _add_stream(out, _compressed_profile(), b"/N 3 /Filter /FlateDecode")
    told = b"/Type /OutputIntent /S /GTS_PDFA1 /OutputConditionIdentifier (sRGB IEC61966-2.1)"
    return b"<< %b /DestOutputProfile %d 0 R >>" % (told, profile)


@cache
def _compressed_profile() -> bytes:
    return isal_zlib.compress(remove_date(ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()))


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


def _runs(pieces: Iterable[Piece]) -> Iterator[Run]:
    return (one for piece in pieces for one in piece.drawn if isinstance(one, Run))


def _find_edges(one: Run | Bar | Picture) -> tuple[float, float, float, float]:
    """The left, upper, right and lower edge of something drawn."""
    if isinstance(one, Run):
        return one.x, one.y - one.look.size, one.x + sum(one.advances), one.y
    return one.x, one.y, one.x + one.width, one.y + one.height


def _add_stream(out: Output, data: bytes, told: bytes = b"") -> int:
    return out.add(b"<< /Length %d %b >>" % (len(data), told), data)


def _refer(numbers: Iterable[int]) -> bytes:
    return b" ".join(b"%d 0 R" % number for number in numbers)


def _spell(number: float) -> str:
    return f"{round(number, 3):.9g}"


@cache
def _spell_color(color: str) -> str:
    return " ".join(_spell(part / 255) for part in bytes.fromhex(color))


def _spell_text(text: str) -> bytes:
    return b"<feff%b>" % text.encode("utf-16-be").hex().encode()
