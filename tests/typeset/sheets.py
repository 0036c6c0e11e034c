"""PDFs whose lines and bars are written by hand, for the tests of what reads and compares them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from io import BytesIO

from pikepdf import Array, Dictionary, Name, Pdf

CHARACTERS = "　你单位申请公开的信息，本机关已经主动。第一二三四五页聊城市联系人：张祎玥01236年月日〔〕号 —A"
FONT = "ABCDEF+FandolFang-Regular"


@dataclass(frozen=True)
class Written:
    """A line of a sheet: where it begins, its text, font, size and colour."""

    x: float
    y: float
    text: str
    font: str = "F1"
    size: float = 16.0
    color: str = "0 0 0"

    def moved(self, x: float = 0.0, y: float = 0.0) -> Written:
        """The same line elsewhere."""
        return replace(self, x=self.x + x, y=self.y + y)


@dataclass(frozen=True)
class Sheet:
    """A page: its lines, and its bars as x, y, width and height."""

    lines: tuple[Written, ...] = ()
    bars: tuple[tuple[float, float, float, float], ...] = ()
    content: bytes = b""


def make(*sheets: Sheet) -> bytes:
    """A PDF of these pages."""
    pdf, target = Pdf.new(), BytesIO()
    fonts = Dictionary(F1=_font(pdf, FONT), F2=_font(pdf, "ABCDEG+FandolKai-Regular"))
    for sheet in sheets:
        page = pdf.add_blank_page(page_size=(595.3, 841.9))
        page.obj.Resources = Dictionary(Font=fonts)
        page.obj.Contents = pdf.make_stream(_content(sheet) + sheet.content)
    pdf.save(target)
    return target.getvalue()


def codes(text: str) -> str:
    """A text as a hexadecimal string of the sheets' fonts."""
    return "".join(f"{CHARACTERS.index(char) + 1:02X}" for char in text)


def _content(sheet: Sheet) -> bytes:
    bars = [f"{x} {y} {width} {height} re f" for x, y, width, height in sheet.bars]
    texts = [
        f"{line.color} rg BT /{line.font} {line.size} Tf {line.x} {line.y} Td <{codes(line.text)}> Tj ET"
        for line in sheet.lines
    ]
    return "\n".join([*bars, *texts, ""]).encode()


def _font(pdf: Pdf, name: str) -> Dictionary:
    table = "".join(f"<{i:02X}> <{ord(char):04X}>\n" for i, char in enumerate(CHARACTERS, 1))
    return Dictionary(
        Type=Name.Font,
        Subtype=Name.Type1,
        BaseFont=Name("/" + name),
        FirstChar=0,
        LastChar=len(CHARACTERS),
        Widths=Array([0, *(500 if char.isascii() else 1000 for char in CHARACTERS)]),
        ToUnicode=pdf.make_stream(f"{len(CHARACTERS)} beginbfchar\n{table}endbfchar".encode()),
    )


def letter(lines: Sequence[str], *, pages: int = 1) -> list[Sheet]:
    """Sheets with these lines one below the other, shared out to so many pages, between two bars."""
    each = -(-len(lines) // pages)
    bars = ((59.5, 702.0, 482.0, 2.0), (59.5, 56.7, 482.0, 1.0))
    return [
        Sheet(tuple(Written(79.5, 650.0 - 29.0 * i, text) for i, text in enumerate(lines[at : at + each])), bars)
        for at in range(0, len(lines), each)
    ]
