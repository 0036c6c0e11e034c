"""Verifies a PDF before it is handed out: the right document, complete, with all fonts embedded."""

from __future__ import annotations

import re
import struct
from bisect import bisect_right
from collections import Counter
from collections.abc import Iterator
from itertools import pairwise

from pikepdf import Dictionary, Name, Object, Pdf, Stream

from gipdocs.pdf.admission.printed_text import Expected, normalize

EDGE = 12
"""Characters required at either end of a paragraph that a page break may divide."""

PIECES = 3
"""So many at most has a paragraph that pages divide, unless it is long."""

TOKENS = re.compile(
    rb"/(?P<font>\w+) [\d.]+ Tf"
    rb"|\[(?P<many>[^\]]*)\]\s*TJ"
    rb"|<(?P<one>[0-9A-Fa-f]+)>\s*Tj"
    rb"|/ActualText\s*<(?P<actual>[0-9A-Fa-f]+)>"
    rb"|(?P<begin>BDC|BMC)\b"
    rb"|(?P<end>EMC)\b"
    rb"|/(?P<form>\w+) Do\b"
)
"""What is read of a page. pikepdf.parse_content_stream finds the same text in LibreOffice's pages in three times the time."""

HEX = re.compile(rb"<([0-9A-Fa-f]*)>")
SINGLE = re.compile(rb"<([0-9A-Fa-f]+)>\s*<([0-9A-Fa-f]+)>")
BLOCKS = re.compile(rb"beginbf(char|range)(.*?)endbf", re.S)
RANGE = re.compile(rb"<([0-9A-Fa-f]+)>\s*<([0-9A-Fa-f]+)>\s*<([0-9A-Fa-f]+)>")


class Wrong(Exception):
    """A fault of a PDF, worded as the end of a Chinese sentence."""


def verify(pdf: Pdf, expected: Expected) -> None:
    """Raise Wrong unless an opened PDF contains the expected text, drawn in embedded fonts."""
    if not pdf.pages:
        raise Wrong("没有页面")
    fonts: dict[tuple[int, int], Font] = {}
    text = normalize("".join(piece for page in pdf.pages for piece in _read_text(page.obj, fonts)))
    for paragraph in (expected.first, expected.last):
        if not contains(text, paragraph):
            raise Wrong("首段或者末段的文字不在其中")
    if expected.characters - Counter(text):
        raise Wrong("缺少文字")


def contains(text: str, paragraph: str) -> bool:
    at_edges = len(paragraph) > 2 * EDGE and paragraph[:EDGE] in text and paragraph[-EDGE:] in text
    return at_edges or _contains_in_pieces(text, paragraph) or _contains_shuffled(text, paragraph)


def _contains_in_pieces(text: str, paragraph: str) -> bool:
    """Whether the paragraph is in the text, at most in so many pieces one after the other: pages may end anywhere within it."""
    for _ in range(PIECES):
        length = bisect_right(range(1, len(paragraph) + 1), False, key=lambda end: paragraph[:end] not in text)
        text, paragraph = text[text.find(paragraph[:length]) + length :], paragraph[length:]
    return not paragraph


def _contains_shuffled(text: str, paragraph: str) -> bool:
    """Whether the paragraph's characters are adjacent in any order: characters of another font are painted separately."""
    length, wanted = len(paragraph), Counter(paragraph)
    missing = wanted - Counter(text[:length])
    surplus = Counter(text[:length]) - wanted
    for leaving, coming in zip(text, text[length:], strict=False):
        if not missing:
            return True
        _shift(missing, surplus, leaving)
        _shift(surplus, missing, coming)
    return not missing


def _shift(grows: Counter[str], shrinks: Counter[str], char: str) -> None:
    """Add a character to one side, or cancel it against the other side's surplus."""
    if shrinks[char] > 0:
        shrinks[char] -= 1
        if not shrinks[char]:
            del shrinks[char]
    else:
        grows[char] += 1


class Font:
    """A font of the PDF and the meaning of its codes; raises Wrong if it is not embedded or draws empty boxes."""

    def __init__(self, font: Object) -> None:
        base = str(font.get(Name.BaseFont, ""))
        descendants = font.get(Name.DescendantFonts)
        descriptor = (descendants[0] if descendants is not None else font).get(Name.FontDescriptor, Dictionary())
        file = next((descriptor[key] for key in ("/FontFile2", "/FontFile3", "/FontFile") if key in descriptor), None)
        if file is None:
            raise Wrong(f"字体{base}没有嵌入")
        self.width = 2 if descendants is not None else 1
        table = font.get(Name.ToUnicode)
        self.meaning = dict(_read_meanings(table.read_bytes())) if table is not None else {}
        if "/FontFile2" in descriptor and _has_boxes(file.read_bytes()):
            raise Wrong(f"字体{base}里有字印成空框")

    def read(self, codes: bytes) -> str:
        """The text of a hexadecimal string of codes."""
        data = bytes.fromhex(codes.decode())
        numbers = data if self.width == 1 else struct.unpack(f"!{len(data) // 2}H", data)
        return "".join(self.meaning.get(number, "") for number in numbers)


def _read_meanings(table: bytes) -> Iterator[tuple[int, str]]:
    for kind, block in BLOCKS.findall(table):
        if kind == b"char":
            for code, text in SINGLE.findall(block):
                yield int(code, 16), _decode_utf16(text)
        else:
            for first, last, text in RANGE.findall(block):
                start = _decode_utf16(text)
                for step in range(int(last, 16) - int(first, 16) + 1):
                    yield int(first, 16) + step, start[:-1] + chr(ord(start[-1]) + step)


def _decode_utf16(text: bytes) -> str:
    return bytes.fromhex(text.decode()).decode("utf-16-be", "replace").removeprefix("\ufeff")


def _read_text(owner: Object, fonts: dict[tuple[int, int], Font]) -> Iterator[str]:
    """The text of a page, or of a drawing inside one, in the order in which it is painted."""
    resources = owner.get(Name.Resources, Dictionary())
    named: dict[bytes, Font] = {}
    font: Font | None = None
    depth, hidden_at = 0, 0
    for token in TOKENS.finditer(_read_content(owner)):
        kind = token.lastgroup
        value = token[kind] if kind else b""
        if kind == "font":
            if value not in named:
                named[value] = _get_font(resources.Font["/" + value.decode()], fonts)
            font = named[value]
        elif kind == "begin":
            depth += 1
        elif kind == "end":
            hidden_at = 0 if depth == hidden_at else hidden_at
            depth -= 1
        elif kind == "actual":
            hidden_at = depth + 1
            yield _decode_utf16(value)
        elif kind == "form":
            yield from _read_form(resources, value, fonts)
        elif font is not None and not hidden_at:
            yield "".join(map(font.read, HEX.findall(value))) if kind == "many" else font.read(value)


def _read_form(resources: Object, name: bytes, fonts: dict[tuple[int, int], Font]) -> Iterator[str]:
    form = resources.get(Name.XObject, Dictionary()).get("/" + name.decode())
    if form is not None and form.get(Name.Subtype) == Name.Form:
        yield from _read_text(form, fonts)


def _get_font(font: Object, fonts: dict[tuple[int, int], Font]) -> Font:
    if font.objgen not in fonts:
        fonts[font.objgen] = Font(font)
    return fonts[font.objgen]


def _read_content(owner: Object) -> bytes:
    if isinstance(owner, Stream):
        return owner.read_bytes()
    content = owner.get(Name.Contents)
    if content is None:
        return b""
    return b"\n".join(part.read_bytes() for part in (content if content._type_name == "array" else [content]))


def _has_boxes(font: bytes) -> bool:
    """Whether any glyph of a subset looks like the glyph for missing characters."""
    count = struct.unpack_from("!H", font, 4)[0]
    tables = {font[12 + 16 * i : 16 + 16 * i]: struct.unpack_from("!II", font, 20 + 16 * i) for i in range(count)}
    glyf = tables[b"glyf"][0]
    places = _find_outlines(font, tables)
    box = font[glyf + places[0] : glyf + places[1]]
    outlines = (font[glyf + start : glyf + end] for start, end in pairwise(places[1:]))
    return bool(box) and any(outline == box for outline in outlines)


def _find_outlines(font: bytes, tables: dict[bytes, tuple[int, int]]) -> list[int]:
    """The offset of each glyph's outline, from the short or long form of the `loca` table."""
    start, length = tables[b"loca"]
    if struct.unpack_from("!h", font, tables[b"head"][0] + 50)[0]:
        return list(struct.unpack_from(f"!{length // 4}I", font, start))
    return [2 * place for place in struct.unpack_from(f"!{length // 2}H", font, start)]
