"""Measures a letter's PDF against GB/T 9704-2012: places from the file's own numbers, ink from a 600 dpi picture."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from io import BytesIO
from statistics import median
from typing import Any

import pdfplumber
import pypdfium2  # type: ignore[import-untyped]  # has no types
from PIL import Image, ImageChops, ImageDraw

MM = 25.4 / 72  # in a point
DPI = 600
LEFT, RIGHT, TOP, BOTTOM = 28.0, 184.0, 37.0, 262.0  # the type area, 5.2.1
PITCH = 225 / 22  # 5.2.3
CHAR = 156 / 28
BODY, TITLE, NUMBER = 16.0, 22.0, 14.0  # 三号, 二号, 四号
INK_UP, INK_DOWN = 0.86, 0.10  # em of a Han character's box about its baseline
DATE = re.compile(r"\d{4}年\d{1,2}月\d{1,2}日")


@dataclass(frozen=True, kw_only=True)
class Row:
    """One measured value beside the wanted one; a row without a tolerance informs only."""

    name: str
    value: float
    wanted: float
    tolerance: float
    unit: str = "mm"
    clause: str = ""

    @property
    def deviation(self) -> float:
        return self.value - self.wanted

    @property
    def ok(self) -> bool:
        return abs(self.deviation) <= self.tolerance + 1e-9

    def __str__(self) -> str:
        verdict = "OK" if self.ok else "** 超差"
        return (
            f"{self.name} {self.value:.2f}{self.unit} 要求{self.wanted:.2f} 偏差{self.deviation:+.2f} "
            f"{verdict} {self.clause}"
        )


@dataclass(frozen=True, kw_only=True)
class Line:
    """A line of text: baseline and edges in millimetres from the page's top left corner, size in points."""

    baseline: float
    left: float
    right: float
    size: float
    text: str

    @property
    def chars(self) -> float:
        """Its width in characters; those of Latin scripts are half ones."""
        return sum(0.5 if ord(c) < 0x2000 and c != "·" else 1.0 for c in self.text)

    @property
    def centre(self) -> float:
        return (self.left + self.right) / 2


@dataclass(frozen=True, kw_only=True)
class Frame:
    """A rectangle in millimetres from the page's top left corner."""

    left: float
    top: float
    right: float
    bottom: float

    @property
    def width(self) -> float:
        return self.right - self.left

    @property
    def height(self) -> float:
        return self.bottom - self.top


class Sheet:
    """One page: its lines, its red rules, its pictures, and the ink in a part of it."""

    def __init__(self, page: Any, picture: Any) -> None:
        self.width, self.height = float(page.width) * MM, float(page.height) * MM
        self.lines = list(_lines(page))
        self.rules = _long(_coloured(page, red=True))
        self.black_rules = _long(_coloured(page, red=False))
        self.pictures = list(_frames(page.images))
        self._picture = picture

    def ink(self, area: Frame, *, red: bool = False) -> Frame:
        """The rectangle of the dark, or red, ink inside `area`."""
        scale = DPI / 25.4
        crop = (area.left, self.height - area.bottom, self.width - area.right, area.top)
        image = self._picture.render(scale=DPI / 72, crop=tuple(max(0.0, side / MM) for side in crop)).to_pil()
        box = _mask(image.convert("RGB"), red=red).getbbox()
        if box is None:
            raise AssertionError(f"nothing is printed in {area}")
        left, top, right, bottom = (side / scale for side in box)
        return Frame(left=area.left + left, top=area.top + top, right=area.left + right, bottom=area.top + bottom)

    @property
    def body(self) -> list[Line]:
        return [line for line in self.lines if abs(line.size - BODY) < 0.5]


def _mask(image: Image.Image, *, red: bool) -> Image.Image:
    """White where the ink is."""
    if not red:
        return _between(image.convert("L"), 0, 99)
    masks = [_between(image.getchannel(i), *levels) for i, levels in enumerate(((181, 255), (0, 109), (0, 109)))]
    return ImageChops.darker(masks[0], ImageChops.darker(masks[1], masks[2]))


def _between(channel: Image.Image, lowest: int, highest: int) -> Image.Image:
    return channel.point([255 * (lowest <= level <= highest) for level in range(256)])


@cache
def seal() -> bytes:
    """A red ring of a few pixels: a place to measure, nobody's seal."""
    image = Image.new("RGBA", (200, 200))
    ImageDraw.Draw(image).ellipse((2, 2, 197, 197), outline=(230, 0, 18, 255), width=6)
    file = BytesIO()
    image.save(file, "PNG")
    return file.getvalue()


def _lines(page: Any) -> Iterator[Line]:
    """The page's characters, grouped by baseline."""
    groups: list[tuple[float, list[Any]]] = []
    for char in sorted(page.chars, key=lambda char: -char["matrix"][5]):
        baseline = (float(page.height) - char["matrix"][5]) * MM
        if not groups or baseline - groups[-1][0] > 1:
            groups.append((baseline, []))
        groups[-1][1].append(char)
    for baseline, chars in groups:
        inked = sorted((char for char in chars if char["text"].strip()), key=lambda char: char["x0"])
        if inked:
            yield Line(
                baseline=baseline,
                left=inked[0]["x0"] * MM,
                right=inked[-1]["x1"] * MM,
                size=median(char["size"] for char in inked),
                text="".join(char["text"] for char in sorted(chars, key=lambda char: char["x0"])).strip(),
            )


def _coloured(page: Any, *, red: bool) -> list[Any]:
    """What is filled with red, or with black."""
    return [
        shape
        for shape in [*page.rects, *page.curves]
        if (colour := shape.get("non_stroking_color")) and _is_red(colour) == red and (red or max(colour) < 0.1)
    ]


def _is_red(colour: Sequence[float]) -> bool:
    return len(colour) == 3 and colour[0] > 0.8 > 0.2 > max(colour[1:])


def _long(shapes: Sequence[Any]) -> list[Frame]:
    rules = (frame for frame in _frames(shapes) if frame.width > 100 and frame.height < 3)
    return sorted(rules, key=lambda rule: rule.top)


def _frames(shapes: Sequence[Any]) -> Iterator[Frame]:
    for shape in shapes:
        left, top, right, bottom = (shape[side] * MM for side in ("x0", "top", "x1", "bottom"))
        yield Frame(left=left, top=top, right=right, bottom=bottom)


def letter(pdf: bytes) -> list[Row]:
    """Every measured value of a letter in 信函格式 (clause 10.1)."""
    with _sheets(pdf) as sheets:
        rows = [*paper(sheets), *text(sheets), *letterhead(sheets), *page_numbers(sheets, first=False)]
        return [*rows, *signature(sheets)]


def document(pdf: bytes) -> list[Row]:
    """Every measured value of a letter in 文件格式 (clause 7)."""
    with _sheets(pdf) as sheets:
        rows = [*paper(sheets), *text(sheets), *head(sheets), *page_numbers(sheets, first=True)]
        return [*rows, *signature(sheets), *imprint(sheets)]


@contextmanager
def _sheets(pdf: bytes) -> Iterator[list[Sheet]]:
    with pdfplumber.open(BytesIO(pdf)) as file:
        pictures = pypdfium2.PdfDocument(pdf)
        yield [Sheet(page, pictures[i]) for i, page in enumerate(file.pages)]
        pictures.close()


def paper(sheets: Sequence[Sheet]) -> Iterator[Row]:
    for i, sheet in enumerate(sheets, 1):
        yield Row(name=f"第{i}面 页宽", value=sheet.width, wanted=210, tolerance=0.5, clause="5.1")
        yield Row(name=f"第{i}面 页高", value=sheet.height, wanted=297, tolerance=0.5, clause="5.1")


def text(sheets: Sequence[Sheet]) -> Iterator[Row]:
    """Size, margins, characters a line, pitch, lines a page."""
    body = [line for sheet in sheets for line in sheet.body]
    yield Row(
        name="正文字号", value=median(line.size for line in body), wanted=16, tolerance=0.05, unit="pt", clause="5.2.2"
    )
    yield from _full_lines([line for line in body if line.right > RIGHT - 2 and line.left < LEFT + 0.5])
    gaps = [b.baseline - a.baseline for sheet in sheets for a, b in zip(sheet.body, sheet.body[1:], strict=False)]
    pitches = [gap for gap in gaps if 9 < gap < 11.5]
    yield Row(name="行距中位数", value=median(pitches), wanted=PITCH, tolerance=0.05, clause="5.2.3")
    yield Row(name="行距最小", value=min(pitches), wanted=PITCH, tolerance=0.3, clause="5.2.3")
    yield Row(name="行距最大", value=max(pitches), wanted=PITCH, tolerance=0.3, clause="5.2.3")
    for i, sheet in enumerate(sheets[1:-1], 2):
        yield from _full_page(f"第{i}面", sheet.body, median(pitches))


def _full_lines(lines: Sequence[Line]) -> Iterator[Row]:
    if not lines:
        return
    left, right = median(line.left for line in lines), median(line.right for line in lines)
    yield Row(name="版心左边", value=left, wanted=LEFT, tolerance=1, clause="5.2.1")
    yield Row(name="版心右边", value=right, wanted=RIGHT, tolerance=1, clause="5.2.1")
    yield Row(name="最右伸出", value=max(line.right for line in lines), wanted=RIGHT, tolerance=1, clause="5.2.1")
    chars = [line.chars for line in lines]
    yield Row(name="满行字数中位数", value=median(chars), wanted=28, tolerance=0.5, unit="字", clause="5.2.3")
    yield Row(name="满行字数最少", value=min(chars), wanted=28, tolerance=1.01, unit="字", clause="5.2.3")
    yield Row(name="满行字数最多", value=max(chars), wanted=28, tolerance=0.01, unit="字", clause="5.2.3")


def _full_page(name: str, body: Sequence[Line], pitch: float) -> Iterator[Row]:
    """A page between the first and the last: full, but for what a heading or the signature takes along."""
    yield Row(name=f"{name} 首行上沿", value=body[0].baseline - 0.8 * pitch, wanted=TOP, tolerance=1, clause="5.2.1")
    if len(body) >= 22:
        yield Row(name=f"{name} 行数", value=len(body), wanted=22, tolerance=0, unit="行", clause="5.2.3")
        lowest = body[-1].baseline + 0.2 * pitch
        yield Row(name=f"{name} 末行下沿", value=lowest, wanted=BOTTOM, tolerance=1, clause="5.2.1")


def letterhead(sheets: Sequence[Sheet]) -> Iterator[Row]:
    """The red mark, the double lines and the 发文字号 under the first of them."""
    first = sheets[0]
    above, below = first.rules[:2], first.rules[2:]
    mark = first.ink(Frame(left=20, top=2, right=192, bottom=above[0].top - 0.2), red=True)
    yield Row(name="标志上沿", value=mark.top, wanted=30, tolerance=1, clause="10.1")
    yield Row(name="标志中心", value=(mark.left + mark.right) / 2, wanted=106, tolerance=1, clause="10.1")
    yield Row(name="红双线1距标志", value=above[0].top - mark.bottom, wanted=4, tolerance=0.5, clause="10.1")
    yield Row(name="红双线2距下页边", value=first.height - below[-1].bottom, wanted=20, tolerance=0.5, clause="10.1")
    for name, rule, height in zip(("1上", "1下", "2上", "2下"), first.rules, (0.70, 0.35, 0.35, 0.70), strict=True):
        yield Row(name=f"红线{name} 长", value=rule.width, wanted=170, tolerance=0.5, clause="10.1")
        yield Row(name=f"红线{name} 左端", value=rule.left, wanted=21, tolerance=1, clause="10.1")
        yield Row(name=f"红线{name} 粗", value=rule.height, wanted=height, tolerance=0.1, clause="10.1")
    pages = sum(bool(sheet.rules) for sheet in sheets)
    yield Row(name="有红线的面数", value=pages, wanted=1, tolerance=0, unit="面", clause="10.1")
    yield from _number(first, above[-1].bottom)


def _number(sheet: Sheet, rule: float) -> Iterator[Row]:
    number = next((line for line in sheet.body if rule < line.baseline < rule + 12), None)
    if number is None:
        return
    area = Frame(left=number.left - 1, top=rule + 0.5, right=RIGHT + 2, bottom=number.baseline + 2)
    gap = sheet.ink(area).top - rule
    yield Row(name="发文字号距红双线", value=gap, wanted=BODY * 7 / 8 * MM, tolerance=0.5, clause="10.1")
    yield Row(name="发文字号右端", value=number.right, wanted=RIGHT, tolerance=0.5, clause="10.1")
    title = next(line for line in sheet.lines if abs(line.size - TITLE) < 0.5)
    lines = (title.baseline - number.baseline) / PITCH
    yield Row(name="标题在发文字号下的行", value=lines, wanted=3.2, tolerance=0.3, unit="行", clause="10.1")


def head(sheets: Sequence[Sheet]) -> Iterator[Row]:
    """The red mark of a document, its number, and the red rule under it."""
    first = sheets[0]
    rule = first.rules[0]
    mark = first.ink(Frame(left=20, top=TOP, right=192, bottom=rule.top - 0.2), red=True)
    yield Row(name="标志上沿", value=mark.top - TOP, wanted=35, tolerance=1, clause="7.2.4")
    yield Row(name="标志中心", value=(mark.left + mark.right) / 2, wanted=106, tolerance=1, clause="7.2.4")
    number = next(line for line in first.body if mark.bottom < line.baseline < rule.top)
    lines = (number.baseline - mark.bottom) / PITCH
    yield Row(name="发文字号在标志下的行", value=lines, wanted=2.8, tolerance=0.3, unit="行", clause="7.2.5")
    yield Row(name="发文字号中心", value=number.centre, wanted=106, tolerance=1, clause="7.2.5")
    area = Frame(left=number.left - 1, top=rule.top - 9, right=number.right + 1, bottom=rule.top - 0.3)
    gap = rule.top - first.ink(area).bottom
    yield Row(name="红线距发文字号", value=gap, wanted=4, tolerance=0.5, clause="7.2.7")
    yield Row(name="红线长", value=rule.width, wanted=156, tolerance=0.5, clause="7.2.7")
    yield Row(name="红线左端", value=rule.left, wanted=LEFT, tolerance=0.5, clause="7.2.7")
    yield Row(name="红线粗", value=rule.height, wanted=0.5, tolerance=0.1, clause="7.2.7")
    count = sum(len(sheet.rules) for sheet in sheets)
    yield Row(name="红线条数", value=count, wanted=1, tolerance=0, unit="条", clause="7.2.7")
    title = next(line for line in first.lines if abs(line.size - TITLE) < 0.5)
    lines = (title.baseline - rule.bottom) / PITCH
    yield Row(name="标题在红线下的行", value=lines, wanted=3, tolerance=0.3, unit="行", clause="7.3.1")
    text = [line for line in first.body if line.baseline > title.baseline]
    yield Row(name="首页有正文", value=min(2, len(text)), wanted=2, tolerance=0, unit="行", clause="7.3.3")


def imprint(sheets: Sequence[Sheet]) -> Iterator[Row]:
    """The 版记 at the bottom of the last page: its rules, its type, and that no text runs into it."""
    last = sheets[-1]
    rules = last.black_rules
    pages = sum(bool(sheet.black_rules) for sheet in sheets)
    yield Row(name="有版记的面数", value=pages, wanted=1, tolerance=0, unit="面", clause="7.4")
    middle = (rules[-1].top + rules[-1].bottom) / 2
    yield Row(name="版记末条分隔线", value=middle, wanted=BOTTOM, tolerance=1, clause="7.4.1")
    for i, rule in enumerate(rules):
        wanted = 0.35 if rule in (rules[0], rules[-1]) else 0.25
        yield Row(name=f"版记分隔线{i + 1} 粗", value=rule.height, wanted=wanted, tolerance=0.06, clause="7.4.1")
        yield Row(name=f"版记分隔线{i + 1} 长", value=rule.width, wanted=156, tolerance=0.5, clause="7.4.1")
    lines = [line for line in last.lines if rules[0].top < line.baseline < rules[-1].bottom]
    yield Row(name="版记行数", value=min(len(rules) - 1, len(lines)), wanted=len(rules) - 1, tolerance=0, unit="行")
    em = NUMBER * MM
    for line in lines:
        yield Row(name="版记字号", value=line.size, wanted=NUMBER, tolerance=0.05, unit="pt", clause="7.4.2")
    starts = [line.left - LEFT for line in (lines[0], lines[-1])]
    yield Row(name="版记左空一字", value=min(starts), wanted=em, tolerance=0.6, clause="7.4.2")
    yield Row(name="版记左空一字（末行）", value=starts[-1], wanted=em, tolerance=0.6, clause="7.4.2")
    yield Row(name="印发日期右空一字", value=RIGHT - lines[-1].right, wanted=em, tolerance=0.6, clause="7.4.2")
    space = rules[0].top - max(line.baseline + INK_DOWN * BODY * MM for line in last.body)
    yield Row(name="正文不入版记", value=min(0.0, space), wanted=0, tolerance=0, clause="7.4")


def page_numbers(sheets: Sequence[Sheet], *, first: bool) -> Iterator[Row]:
    """The number's size and place; on the first page only where `first` says so."""
    em = NUMBER * MM
    for i, sheet in enumerate(sheets, 1):
        found = [line for line in sheet.lines if line.baseline > BOTTOM + 1 and abs(line.size - NUMBER) < 0.5]
        wanted = int(i > 1 or first)
        yield Row(name=f"第{i}面 页码数", value=len(found), wanted=wanted, tolerance=0, unit="个", clause="7.5")
        for line in found:
            dash = sheet.ink(
                Frame(
                    left=line.left + 1,
                    top=line.baseline - 6,
                    right=line.left + 3,
                    bottom=line.baseline + 2,
                )
            )
            below = (dash.top + dash.bottom) / 2 - BOTTOM
            side = RIGHT - line.right if i % 2 else line.left - LEFT
            yield Row(name=f"第{i}面 一字线距版心", value=below, wanted=7, tolerance=1, clause="7.5")
            yield Row(name=f"第{i}面 页码空一字", value=side, wanted=em, tolerance=0.6, clause="7.5")
            yield Row(name=f"第{i}面 页码字号", value=line.size, wanted=NUMBER, tolerance=0.05, unit="pt", clause="7.5")


def signature(sheets: Sequence[Sheet]) -> Iterator[Row]:
    """Name, date and seal; and that a text stands above them on their page (7.3.5.5)."""
    sheet, last = max((i, line.baseline) for i, sheet in enumerate(sheets) for line in sheet.body if _is_date(line))
    body = sheets[sheet].body
    end = next(i for i, line in enumerate(body) if line.baseline == last)
    start = end - 1
    while start and body[start].baseline - body[start - 1].baseline < PITCH + 1:
        start -= 1
    above, names, date = body[:start], body[start:end], body[end]
    yield Row(name="署名上方有正文", value=min(1, len(above)), wanted=1, tolerance=0, unit="行", clause="7.3.5.5")
    seals = [picture for picture in sheets[sheet].pictures if 30 < picture.width < 60]
    yield from _sealed(seals[0], above, names, date) if seals else _unsealed(above, names, date)


def _is_date(line: Line) -> bool:
    return DATE.fullmatch(line.text) is not None


def _sealed(seal: Frame, above: Sequence[Line], names: Sequence[Line], date: Line) -> Iterator[Row]:
    """7.3.5.1: a long name moves the date to the left, so that both stay centred under the seal."""
    name = max(names, key=lambda line: line.chars)
    wanted = max(4.0, (name.chars - date.chars) / 2)
    centre = (seal.left + seal.right) / 2
    space = (RIGHT - date.right) / CHAR
    yield Row(name="成文日期右空", value=space, wanted=wanted, tolerance=0.15, unit="字", clause="7.3.5.1")
    yield Row(name="署名中心距日期中心", value=name.centre - date.centre, wanted=0, tolerance=1, clause="7.3.5.1")
    yield Row(name="印章中心距日期中心", value=centre - date.centre, wanted=0, tolerance=1, clause="7.3.5.1")
    middle = (
        (names[-1].baseline + date.baseline) / 2 - (INK_UP - INK_DOWN) / 2 * BODY * MM - (seal.top + seal.bottom) / 2
    )
    yield Row(name="署名日期在印章中心下", value=middle, wanted=8, tolerance=3, clause="7.3.5.1")
    for line in above[-1:]:
        gap = seal.top - (line.baseline + INK_DOWN * BODY * MM)
        yield Row(name="印章上距正文", value=gap, wanted=PITCH / 2, tolerance=PITCH / 2, clause="7.3.5.1")


def _unsealed(above: Sequence[Line], names: Sequence[Line], date: Line) -> Iterator[Row]:
    """7.3.5.2: two characters' space, on the right of the name or of a longer date."""
    name = max(names, key=lambda line: line.chars)
    wanted = 2.0 if date.chars <= name.chars else 4.0 + date.chars - name.chars
    space, shift = (RIGHT - name.right) / CHAR, (date.left - name.left) / CHAR
    yield Row(name="署名右空", value=space, wanted=wanted, tolerance=0.15, unit="字", clause="7.3.5.2")
    yield Row(name="日期首字右移", value=shift, wanted=2, tolerance=0.15, unit="字", clause="7.3.5.2")
    for line in above[-1:]:
        blank = (names[0].baseline - line.baseline) / PITCH - 1
        yield Row(name="署名上空一行", value=blank, wanted=1, tolerance=0.1, unit="行", clause="7.3.5.2")
