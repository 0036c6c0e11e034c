"""The geometry of a letter by GB/T 9704-2012, in millimetres and points: letterhead, title, signature, seal, 版记.

A letter is set as 信函格式 (10.1) or as 文件格式 (clause 7); title, text and signature are the same in both. The numbers
in comments and docstrings are clauses of the standard.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from math import ceil
from typing import Literal

from gipdocs.docx.values import (
    Box,
    BoxText,
    Drawing,
    Format,
    Frame,
    Picture,
    Place,
)
from gipdocs.writing import width

PT = 25.4 / 72  # millimetres in a point
RED = "FF0000"
BODY_FONT = "仿宋_GB2312"

TYPE_LEFT, TYPE_TOP, TYPE_WIDTH, TYPE_BOTTOM = 28.0, 37.0, 156.0, 262.0  # 5.2.1
PAGE_BOTTOM = 297.0
LINE_PT, BODY_PT = 28.95, 16.0  # 22 lines in 225 mm; 三号
LINE_CHARS = 28
CHAR_PT = TYPE_WIDTH / PT / LINE_CHARS  # the width of one character in a full line

# How far the ink of a Han character reaches above and below the baseline, in em: a mean of Founder and free fonts.
INK_UP, INK_DOWN = 0.79, 0.14
BASELINE = 0.8  # of an exact line's height, in LibreOffice
LEADING = 1.2  # of a mark's line: with it, Word puts the baseline at the same height

MARK_TOP, UNDER_MARK = 30.0, 4.0  # 10.1
RULE_WIDTH, RULE_BOTTOM = 170.0, 20.0
THICK, GAP, THIN = 0.70, 0.60, 0.35
UNDER_RULE = BODY_PT * PT * 7 / 8  # 7/8 of a 三号 character
HEAD_TOP, HEAD_RULE = TYPE_TOP + 35.0, 0.5  # 7.2.4: a document's mark; the thickness of its red rule
ABOVE_NUMBER, UNDER_NUMBER = 2, 4.0  # 7.2.5: lines between a document's mark and its number; 7.2.7
MARK_PT = (42.0, 36.0)  # the largest size of a mark in one line, and in two
CONDENSED_PT, NARROWEST = 30.0, 80  # below this size a mark is condensed instead, to no less than this per cent

TITLE_CHARS = 20  # 二号 in 156 mm
SHAPES = {2: (1.06, 0.94), 3: (0.92, 1.16, 0.92)}  # 7.3.1: 梯形 or 菱形, as shares of the mean line
OPENING, CLOSING = "《〈“‘（〔", "》〉”’）〕、，。；："
BREAK_AFTER = "》〉”’）〕、，的和与及或"
WORDS = re.compile(
    "政府信息公开|政府信息|信息|公开|依申请|申请|主动|答复书?|告知书?|通知书?|意见书?|征求|补正|延期|延长|延迟|期限|第三方|"
    "人民政府|委员会|办公室|管理局|机关|事务|部门|单位|行政|工作|年度|报告|情况|决定|处理|办理|终止|不予|不再|重复|提供|存在|"
    "关于|中华人民共和国|条例|规定|[0-9A-Za-z.]+年?"
)
SEALED_RIGHT, UNSEALED_RIGHT = 4.0, 2.0  # characters: 7.3.5.1, 7.3.5.2
SIGNATURE_CHARS = 26  # a longer name of an organ takes two lines
SEAL_ABOVE = 7.0  # from the seal's centre down to the boundary of name and date, so that both are a little below it

IMPRINT_PT, IMPRINT_LINE_PT = 14.0, 21.0  # 7.4.2: 四号
IMPRINT_CHARS = 26  # what fits between the colon of 抄送 and the right margin
IMPRINT_RULES = (0.35, 0.25)  # 7.4.1: thickness of the first and last rule, and of those between
IMPRINT_ABOVE, IMPRINT_BELOW = 0.4, 1.0  # the padding that centres a line of type between two rules
IMPRINT_SPACE_PT = LINE_PT / 2  # at least, under the text; the seal reaches below the date


def halves(text: str) -> tuple[str, str]:
    """The text in two lines of nearly the same width, the second never the longer one."""
    cut = next(i for i in range(len(text) + 1) if width(text[:i]) >= width(text) / 2)
    return text[:cut], text[cut:]


@dataclass(frozen=True, kw_only=True)
class Mark:
    """How a 发文机关标志 is set: its lines, their size in points, and the width of its characters in per cent."""

    lines: tuple[str, ...]
    size_pt: float
    width: int

    @property
    def depth_mm(self) -> float:
        """The distance from the top of its ink to the bottom."""
        return ((len(self.lines) - 1) * LEADING + INK_UP + INK_DOWN) * self.size_pt * PT

    @property
    def format(self) -> Format:
        """Its size, the width of its characters and its pitch."""
        return Format(size_pt=self.size_pt, width=self.width, line_pt=LEADING * self.size_pt)

    def start_mm(self, top: float) -> float:
        """Where its first line begins if the ink is to begin at `top`."""
        return top - (BASELINE * LEADING - INK_UP) * self.size_pt * PT

    @property
    def rule_mm(self) -> float:
        """Where the double line under a letter's mark begins, from the top of the page."""
        return MARK_TOP + self.depth_mm + UNDER_MARK

    @property
    def number_mm(self) -> float:
        """Where the line with a document's number begins, from the top of the page."""
        return HEAD_TOP + self.depth_mm + ABOVE_NUMBER * LINE_PT * PT


def mark(name: str) -> Mark:
    """The largest mark that fits one line; a long name is condensed, a longer one takes two lines (7.2.4: 醒目、美观)."""
    for lines, largest in zip(((name,), halves(name)), MARK_PT, strict=True):
        room = 0.98 * TYPE_WIDTH / PT / max(width(line) for line in lines)
        if room >= CONDENSED_PT:
            return Mark(lines=lines, size_pt=min(largest, int(room * 2) / 2), width=100)
        if room >= CONDENSED_PT * NARROWEST / 100:
            return Mark(lines=lines, size_pt=CONDENSED_PT, width=int(100 * room / CONDENSED_PT))
    return Mark(lines=lines, size_pt=int(room * 200 / NARROWEST) / 2, width=NARROWEST)


def letterhead(name: str) -> str:
    """The red mark, broken into the lines in which it is set."""
    return "\n".join(mark(name).lines)


def letterhead_format(name: str) -> Format:
    """The red mark in a frame above the type area, its top 30 mm below the top of the page.

    The frame ends where the 发文字号 begins, 7/8 of a character under the double line (10.1).
    """
    set_as = mark(name)
    start, rule_end = set_as.start_mm(MARK_TOP), set_as.rule_mm + THICK + GAP + THIN
    end = rule_end + UNDER_RULE - (BASELINE * LINE_PT - INK_UP * BODY_PT) * PT
    frame = Frame(x_mm=TYPE_LEFT, y_mm=start, width_mm=TYPE_WIDTH, height_mm=end - start)
    return replace(set_as.format, frame=frame)


def double_lines(name: str) -> Drawing:
    """The two red double lines of a letter: 4 mm under the mark, and 20 mm above the page's bottom (10.1)."""
    top, bottom = mark(name).rule_mm, PAGE_BOTTOM - RULE_BOTTOM - THICK - GAP - THIN
    bars = ((top, THICK), (top + THICK + GAP, THIN), (bottom, THIN), (bottom + THIN + GAP, THICK))
    return Drawing(shapes=tuple(_bar(y, thickness) for y, thickness in bars), alt="红色双线")


def document_mark(name: str) -> str:
    """The mark of a document in 文件格式 (7.2.4)."""
    return f"{name}文件"


def document_letterhead_format(name: str) -> Format:
    """The red mark, its top 35 mm below that of the type area; the 发文字号 begins two lines under it (7.2.4, 7.2.5)."""
    set_as = mark(document_mark(name))
    start = set_as.start_mm(HEAD_TOP)
    end = start + len(set_as.lines) * LEADING * set_as.size_pt * PT
    return replace(set_as.format, before_pt=(start - TYPE_TOP) / PT, after_pt=(set_as.number_mm - end) / PT)


def document_line(name: str) -> Drawing:
    """The red rule of a document, 4 mm under the number (7.2.7)."""
    number_end = mark(document_mark(name)).number_mm + (BASELINE * LINE_PT + INK_DOWN * BODY_PT) * PT
    rule = Box(
        x_mm=TYPE_LEFT,
        y_mm=number_end + UNDER_NUMBER,
        width_mm=TYPE_WIDTH,
        height_mm=HEAD_RULE,
        fill=RED,
        alt="红色分隔线",
    )
    return Drawing(shapes=(rule,), alt="红色分隔线")


def _bar(y_mm: float, thickness: float) -> Box:
    left = TYPE_LEFT + (TYPE_WIDTH - RULE_WIDTH) / 2
    return Box(x_mm=left, y_mm=y_mm, width_mm=RULE_WIDTH, height_mm=thickness, fill=RED, alt="红色分隔线")


def title_lines(title: str) -> list[str]:
    """The title in lines of at most 20 characters, broken where a phrase ends (7.3.1).

    A line never breaks inside 《》, “” or a number that fits one line, nor before 的 or a closing mark.
    """
    if not title:
        return []
    count = ceil(width(title) / TITLE_CHARS)
    while not (lines := _broken(title, count)):
        count += 1
    return lines


def _broken(title: str, count: int) -> list[str]:
    """The cheapest way to break the title into `count` lines; empty if there is none."""
    prices = _prices(title)
    shares = SHAPES.get(count, (1.0,) * count)
    best: dict[int, tuple[float, list[str]]] = {0: (0.0, [])}
    for share in shares:
        wanted = share * width(title) / count
        ways = [
            (cost + prices[end] + (width(title[start:end]) - wanted) ** 2 / 2, end, [*lines, title[start:end]])
            for start, (cost, lines) in best.items()
            for end in range(start + 1, len(title) + 1)
            if width(title[start:end]) <= TITLE_CHARS
        ]
        best = {end: (cost, lines) for cost, end, lines in sorted(ways, reverse=True)}
    return best.get(len(title), (0.0, []))[1]


def _prices(title: str) -> list[float]:
    """What a break before each character costs: nothing where a phrase ends, much inside a word or a quotation."""
    prices = [20.0] * (len(title) + 1)
    depth = 0
    for i, (before, after) in enumerate(pairwise(title), 1):
        depth += (before in OPENING) - (before in "》〉”’）〕")
        if depth > 0 or after in CLOSING or after == "的":
            prices[i] += 1000.0
        elif before in BREAK_AFTER or after in OPENING:
            prices[i] = 0.0
    for word in WORDS.finditer(title):
        for i in range(word.start() + 1, word.end()):
            prices[i] += 60.0
    prices[-1] = 0.0
    return prices


@dataclass(frozen=True, kw_only=True)
class Signature:
    """The signature: the organ's name, broken into lines, and the formats of the paragraphs of name and date.

    `centre_mm` is the distance of the date's middle from the left edge of the type area: the seal is centred there.
    """

    organ: str
    organ_format: Format
    date_format: Format
    centre_mm: float


def signature(organ: str, date: str, *, sealed: bool) -> Signature:
    """Name and date under the text: with room for a seal (7.3.5.1), or without (7.3.5.2).

    The blank lines above are the space before the name's paragraph; an empty date is given the room of the longest.
    """
    lines = (organ,) if width(organ) <= SIGNATURE_CHARS else halves(organ)
    organ_chars, date_chars = max(map(width, lines)), width(date or "2026年10月10日")
    place = _sealed if sealed else _unsealed
    organ_format, date_format, date_right = place(organ_chars, date_chars, lines=len(lines))
    return Signature(
        organ="\n".join(lines),
        organ_format=organ_format,
        date_format=date_format,
        centre_mm=TYPE_WIDTH - (date_right + date_chars / 2) * CHAR_PT * PT,
    )


def _sealed(organ: float, date: float, *, lines: int) -> tuple[Format, Format, float]:
    """The name centred above the date, which ends 4 characters from the right, or further for a long name."""
    right = max(SEALED_RIGHT, (organ - date) / 2)
    before = (3 - lines) * LINE_PT
    date_format = Format(right_chars=right, char_pt=CHAR_PT)
    if lines == 1:
        organ_right = right + (date - organ) / 2
        return Format(right_chars=organ_right, before_pt=before, char_pt=CHAR_PT), date_format, right
    centre = right + date / 2
    margin = max(0.0, centre - organ / 2 - 0.5)
    centred = Format(
        left_chars=LINE_CHARS - 2 * centre + margin,
        right_chars=margin,
        before_pt=before,
        align="center",
        char_pt=CHAR_PT,
    )
    return centred, date_format, right


def _unsealed(organ: float, date: float, *, lines: int) -> tuple[Format, Format, float]:
    """The name ends 2 characters from the right; the date begins 2 characters after the name does.

    A date longer than the name ends 2 characters from the right instead, and moves the name to the left.
    """
    right = UNSEALED_RIGHT if date <= organ else UNSEALED_RIGHT + date + UNSEALED_RIGHT - organ
    date_right = right + organ - UNSEALED_RIGHT - date
    date_format = Format(right_chars=date_right, char_pt=CHAR_PT)
    if lines == 1:
        return Format(right_chars=right, before_pt=LINE_PT, char_pt=CHAR_PT), date_format, date_right
    left = max(0.0, LINE_CHARS - right - organ)
    return Format(left_chars=left, before_pt=LINE_PT, align="left", char_pt=CHAR_PT), date_format, date_right


def seal_picture(data: bytes, organ: str, date: str, *, size_mm: tuple[float, float] = (42.0, 42.0)) -> Picture:
    """The seal over name and date, its centre a little above both; it is put in the date's paragraph (7.3.5.1)."""
    width_mm, height_mm = size_mm
    return Picture(
        data=data,
        width_mm=width_mm,
        height_mm=height_mm,
        alt=f"{organ}印章",
        place=Place(
            x_mm=signature(organ, date, sealed=True).centre_mm - width_mm / 2,
            y_mm=-(height_mm / 2 + SEAL_ABOVE),
            x_from="margin",
            y_from="paragraph",
            behind=True,
        ),
    )


@dataclass(frozen=True, kw_only=True)
class Imprint:
    """The 版记 on a document's last page: `drawing` is for the paragraph after the text, `format` keeps room for it."""

    drawing: Drawing
    format: Format


def imprint(copies: Sequence[str], printer: str, printed: str) -> Imprint:
    """The 版记: the receivers of copies, if any, the printer and the day of printing, between rules (7.4).

    The last rule is the bottom of the type area.
    """
    thick, thin = IMPRINT_RULES
    lines = _packed(copies)
    turns = sum(map(_turns, lines))
    last = TYPE_BOTTOM - thick
    first = last - _row_mm(1) - thick
    shapes: list[Box] = _printer_row(last - _row_mm(1), printer, f"{printed}印发")
    if lines:
        middle = last - _row_mm(1) - thin
        first = middle - _row_mm(turns) - thick
        shapes = [*_copies_row(middle - _row_mm(turns), lines, turns), _rule(middle, thin), *shapes]
    drawing = Drawing(shapes=(_rule(first, thick), *shapes, _rule(last, thick)), alt="版记")
    return Imprint(drawing=drawing, format=Format(before_pt=(TYPE_BOTTOM - first) / PT + IMPRINT_SPACE_PT))


def _packed(copies: Sequence[str]) -> list[str]:
    """甲，乙，丙。 in lines that break only between names; a name longer than a line is left to wrap."""
    lines: list[str] = []
    for i, name in enumerate(copies, 1):
        marked = name + ("。" if i == len(copies) else "，")
        if lines and width(lines[-1] + marked) <= IMPRINT_CHARS:
            lines[-1] += marked
        else:
            lines.append(marked)
    return lines


def _turns(line: str) -> int:
    """How many lines the text takes; a punctuation mark may pull one character along at each wrap."""
    return ceil((width(line) - 1) / (IMPRINT_CHARS - 1))


def _copies_row(top: float, lines: Sequence[str], turns: int) -> list[Box]:
    """The 抄送 line: one character's space on both sides; further lines begin after the colon."""
    em = IMPRINT_PT * PT
    label = _imprinted(top, ("抄送：",), left=em, width=3.2 * em)
    return [label, _imprinted(top, lines, left=4 * em, width=TYPE_WIDTH - 5 * em, turns=turns)]


def _printer_row(top: float, printer: str, printed: str) -> list[Box]:
    em = IMPRINT_PT * PT
    right = width(printed) * em + 0.5
    left = _imprinted(top, (printer,), left=em, width=TYPE_WIDTH - 2 * em - right)
    return [left, _imprinted(top, (printed,), left=TYPE_WIDTH - em - right, width=right, align="right")]


def _imprinted(
    top: float,
    lines: Sequence[str],
    *,
    left: float,
    width: float,
    turns: int = 1,
    align: Literal["left", "right"] = "left",
) -> Box:
    return Box(
        x_mm=TYPE_LEFT + left,
        y_mm=top + IMPRINT_ABOVE,
        width_mm=width,
        height_mm=turns * IMPRINT_LINE_PT * PT + IMPRINT_BELOW / 2,
        text=BoxText(lines=tuple(lines), font=BODY_FONT, size_pt=IMPRINT_PT, line_pt=IMPRINT_LINE_PT, align=align),
        alt="版记",
    )


def _rule(top: float, thickness: float) -> Box:
    return Box(x_mm=TYPE_LEFT, y_mm=top, width_mm=TYPE_WIDTH, height_mm=thickness, fill="000000", alt="版记分隔线")


def _row_mm(turns: int) -> float:
    return IMPRINT_ABOVE + turns * IMPRINT_LINE_PT * PT + IMPRINT_BELOW
