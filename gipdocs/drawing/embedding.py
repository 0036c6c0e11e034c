"""Embeds in a PDF what its pages refer to: the used part of each face, pictures, the profile of its colours."""

from __future__ import annotations

import struct
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache, lru_cache
from io import BytesIO

from isal import isal_zlib
from PIL import Image, ImageCms

from gipdocs.drawing import faces
from gipdocs.drawing.placed import Placed, PlacedPiece, PlacedText, Unsupported
from gipdocs.pdf.finishing.finish import remove_date
from gipdocs.pdf.output import Output

MODES = {"1": "L", "L": "L", "LA": "L", "P": "RGB", "RGB": "RGB", "RGBA": "RGB"}
"""Pillow's names of the kinds of pictures that can be embedded, and what each is embedded as."""

SPACES = {"L": b"DeviceGray", "RGB": b"DeviceRGB"}

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


@dataclass(frozen=True)
class EmbeddedFont:
    """A font of the PDF: it is F1, F2, …; the hexadecimal code of each character, and its width in thousandths of an em."""

    number: int
    object: int
    codes: dict[str, str]
    widths: dict[str, int]


def embed_fonts(out: Output, placed: Placed) -> dict[str, EmbeddedFont]:
    """Embed what is drawn of each face."""
    chars: dict[str, set[str]] = {}
    for run in find_runs(piece for page in placed.pages for piece in page.pieces):
        chars.setdefault(run.look.face, set()).update(run.text)
    return {
        name: _embed_font(out, number, faces.subset(name, used)) for number, (name, used) in enumerate(chars.items(), 1)
    }


def _embed_font(out: Output, number: int, subset: faces.Subset) -> EmbeddedFont:
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
    return EmbeddedFont(number, font, codes, subset.widths)


def _spell_meanings(codes: Mapping[str, str]) -> bytes:
    """A font's table of the character for each code."""
    lines = [f"<{code}> <{char.encode('utf-16-be').hex()}>" for char, code in codes.items()]
    blocks = [lines[start : start + BLOCK] for start in range(0, len(lines), BLOCK)]
    return CMAP % "\n".join("\n".join([f"{len(block)} beginbfchar", *block, "endbfchar"]) for block in blocks).encode()


def embed_picture(out: Output, data: bytes) -> int:
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
    try:
        with Image.open(BytesIO(data), formats=("PNG", "JPEG")) as image:
            if image.mode not in MODES:
                raise Unsupported(f"picture of the mode {image.mode}")
            if image.format == "JPEG":
                return image.size, SPACES[image.mode], b"DCTDecode", data, b""
            clear = image.convert("RGBA").getchannel("A") if image.has_transparency_data else None
            plain = image.convert(MODES[image.mode])
    except (OSError, SyntaxError) as error:
        raise Unsupported("picture that can't be read") from error
    mask = isal_zlib.compress(clear.tobytes()) if clear else b""
    return plain.size, SPACES[plain.mode], b"FlateDecode", isal_zlib.compress(plain.tobytes()), mask


def write_intent(out: Output) -> bytes:
    """Write the colour profile of what is meant by the colours, sRGB."""
    profile = _add_stream(out, _compressed_profile(), b"/N 3 /Filter /FlateDecode")
    told = b"/Type /OutputIntent /S /GTS_PDFA1 /OutputConditionIdentifier (sRGB IEC61966-2.1)"
    return b"<< %b /DestOutputProfile %d 0 R >>" % (told, profile)


@cache
def _compressed_profile() -> bytes:
    return isal_zlib.compress(remove_date(ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()))


def find_runs(pieces: Iterable[PlacedPiece]) -> Iterator[PlacedText]:
    return (one for piece in pieces for one in piece.drawn if isinstance(one, PlacedText))


def _add_stream(out: Output, data: bytes, told: bytes = b"") -> int:
    return out.add(b"<< /Length %d %b >>" % (len(data), told), data)
