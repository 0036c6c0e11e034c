"""Draws PDFs for tests: text in a Chinese font that is not in the file, lines, boxes, pictures."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from io import BytesIO
from unicodedata import east_asian_width

from pikepdf import Array, Dictionary, Name, Pdf


def song(**changes: object) -> Dictionary:
    """A Chinese font that readers have themselves, which names its characters by a table that they have too."""
    about = Dictionary(Type=Name.FontDescriptor, FontName=Name("/STSong-Light"), Ascent=880, Descent=-120)
    system = Dictionary(Registry="Adobe", Ordering="GB1", Supplement=2)
    kind = {"Subtype": Name.CIDFontType0, "CIDSystemInfo": system, "DW": 1000, "W": Array([1, 95, 500])} | changes
    below = Dictionary(Type=Name.Font, BaseFont=Name("/STSong-Light"), FontDescriptor=about, **kind)
    named = {"BaseFont": Name("/STSong-Light"), "Encoding": Name("/UniGB-UCS2-H"), "DescendantFonts": Array([below])}
    return Dictionary(Type=Name.Font, Subtype=Name.Type0, **named)


def nameless() -> Dictionary:
    """A font that does not say which characters its shapes are."""
    font = song(CIDSystemInfo=Dictionary(Registry="Adobe", Ordering="Identity", Supplement=0))
    font.Encoding = Name("/Identity-H")
    return font


A4 = (595, 842)


def measure(text: str, size: float) -> float:
    """The width of a text: a Chinese character is as wide as it is high, others are half as wide."""
    return sum(size if east_asian_width(letter) in "WFA" else size / 2 for letter in text)


@dataclass
class Drawing:
    """One page; places are in points from the upper left corner, text stands on its height."""

    width: float = A4[0]
    height: float = A4[1]
    marks: list[str] = field(default_factory=list)

    def text(self, left: float, down: float, text: str, size: float = 16, *, way: str = "") -> None:
        """Print a text; `way` are operators before it: a color, a way of painting."""
        place = f"1 0 0 1 {left:.2f} {self.height - down:.2f} Tm"
        self.marks.append(f"q BT {way} /F {size} Tf {place} <{text.encode('utf-16-be').hex()}> Tj ET Q")

    def line(self, left: float, top: float, right: float, bottom: float) -> None:
        """Draw a thin line."""
        self.marks.append(f"0.5 w {left:.2f} {self.height - top:.2f} m {right:.2f} {self.height - bottom:.2f} l S")

    def box(self, left: float, top: float, right: float, bottom: float, *, way: str = "") -> None:
        """Fill a box."""
        self.marks.append(f"q {way} {left:.2f} {self.height - bottom:.2f} {right - left:.2f} {bottom - top:.2f} re f Q")

    def picture(self, left: float, top: float, right: float, bottom: float) -> None:
        """Print a gray picture."""
        matrix = f"{right - left:.2f} 0 0 {bottom - top:.2f} {left:.2f} {self.height - bottom:.2f} cm"
        self.marks.append(f"q {matrix} /P Do Q")


def save(*drawings: Drawing, font: Callable[[], Dictionary] = song, **options: object) -> bytes:
    """The file with these pages; `options` are those of pikepdf."""
    pdf = Pdf.new()
    letters = pdf.make_indirect(font())
    picture = pdf.make_stream(
        b"\x80",
        Type=Name.XObject,
        Subtype=Name.Image,
        Width=1,
        Height=1,
        BitsPerComponent=8,
        ColorSpace=Name.DeviceGray,
    )
    for drawing in drawings:
        page = pdf.add_blank_page(page_size=(drawing.width, drawing.height))
        page.obj.Resources = Dictionary(Font=Dictionary(F=letters), XObject=Dictionary(P=picture))
        page.obj.Contents = pdf.make_stream("\n".join(drawing.marks).encode())
    file = BytesIO()
    pdf.save(file, **options)
    return file.getvalue()
