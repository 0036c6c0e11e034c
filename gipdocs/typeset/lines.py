"""Breaks paragraphs into lines and gives every character its place on its line. Lengths are in twips, twentieths of a point."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import groupby
from math import floor

from gipdocs.drawing.faces import find, find_usual
from gipdocs.drawing.placed import Ink, PlacedText, Unsupported
from gipdocs.typeset.breaking import BLANKS, find_break, scripts
from gipdocs.typeset.reading import TextFormat, TextSpan

TWIPS = 20
"""Twips in a point."""
BASELINE = 0.8
"""How far down in a line of fixed height the baseline is; LibreOffice has it there whatever the font."""
BMP_END = "\uffff"
"""LibreOffice spaces a character above this one twice: it counts the halves of which UTF-16 makes it."""
PARTS = 6
"""LibreOffice measures a character in parts of a twip, and what is of one format and script together in twips."""
INEXACT = 0.01
"""So much may sums of such parts be off."""
SEPARATE = LINE_BREAK, TAB = "\n", "\t"
TAB_STOP = 420
"""The distance of the tab stops that a document doesn't name, as its settings have it."""


@dataclass(slots=True)
class Line:
    """The characters from `start` to `end` of a paragraph; `x` is where each begins, from the left edge of its column."""

    start: int
    end: int
    x: list[float] = field(default_factory=list)


@dataclass(slots=True)
class BrokenText:
    """A paragraph, broken into lines of one height."""

    format: TextFormat
    text: str
    looks: list[Ink]
    widths: list[float]
    lines: list[Line]

    @property
    def height(self) -> int:
        """Of all lines together."""
        return self.format.line * len(self.lines)

    def runs(self, lines: Sequence[Line], left: float, top: float) -> Iterator[PlacedText]:
        """What is drawn for some of the lines, the first of which has its upper left corner at a place on the page."""
        for number, line in enumerate(lines if self.text.strip() else ()):
            baseline = (top + self.format.line * (number + BASELINE)) / TWIPS
            first = line.start
            for _, group in groupby(self.looks[line.start : line.end], key=id):
                end = first + sum(1 for _ in group)
                if self.looks[first].face:
                    yield self._run(line, first, end, left, baseline)
                first = end

    def _run(self, line: Line, first: int, end: int, left: float, baseline: float) -> PlacedText:
        begins = line.x[first - line.start : end - line.start]
        ends = [*begins[1:], begins[-1] + self.widths[end - 1]]
        advances = [(end - begin) / TWIPS for begin, end in zip(begins, ends, strict=True)]
        return PlacedText(self.looks[first], (left + begins[0]) / TWIPS, baseline, self.text[first:end], advances)


def break_lines(spans: Sequence[TextSpan], format: TextFormat, width: int) -> BrokenText:
    """The lines of a paragraph in a column of a width; an empty paragraph has one line."""
    breaker = _Breaker(spans, format, width)
    return BrokenText(format, breaker.text, breaker.looks, breaker.widths, list(breaker.lines()))


class _Breaker:
    def __init__(self, spans: Sequence[TextSpan], format: TextFormat, width: int) -> None:
        self.format, self.width = format, width
        self.text = "".join(span.text for span in spans)
        self.scripts = scripts(self.text)
        self.looks: list[Ink] = []
        self.widths: list[float] = []
        self.spacing: list[float] = []
        behind = zip(self.scripts, f"{self.scripts[1:]} ", f"{self.text[1:]} ", strict=False)
        self.ends = [one != other or char in SEPARATE for one, other, char in behind]
        for span in spans:
            self._measure(span)

    def _measure(self, span: TextSpan) -> None:
        """LibreOffice spaces characters within a portion, that is text of one format and one script, and not between two."""
        format = span.format
        scale = format.size * TWIPS * format.stretch / 100
        none = Ink("", format.size)
        looks: dict[str, Ink] = {}
        known: dict[str, tuple[Ink, float]] = {LINE_BREAK: (none, 0.0), TAB: (none, 0.0)}
        for char in span.text:
            if char not in known:
                face, advance = find(format.font, char)
                look = looks.get(face) or looks.setdefault(face, format.look(face))
                width = floor(advance * scale * PARTS + 0.5) / PARTS
                known[char] = look, width + (format.spacing if char > BMP_END else 0)
            look, width = known[char]
            self.looks.append(look)
            self.widths.append(width)
        if len(looks.keys() - {find_usual(format.font)}) > 1:  # LibreOffice looks for one face for all of them
            raise Unsupported("characters that several other faces draw")
        self.spacing += [format.spacing] * len(span.text)
        if span.text:
            self.ends[len(self.looks) - 1] = True

    def lines(self) -> Iterator[Line]:
        start, length = 0, len(self.text)
        while True:
            indent = self.format.left + (self.format.first if start == 0 else 0)
            line, following, hard = self._fill(start, indent)
            ends = following >= length and not hard
            self._adjust(line, justified=not ends and not hard)
            yield line
            if ends:
                return
            start = following

    def _fill(self, start: int, indent: int) -> tuple[Line, int, bool]:
        """A line, where the next one begins, and whether a line break is between them."""
        room = self.width - self.format.right
        text, x, place = self.text, float(indent), start
        line = Line(start, start)
        while place < len(text):
            char = text[place]
            if char == LINE_BREAK:
                line.end = place
                return line, place + 1, True
            if char == TAB:
                line.x.append(x)
                x = self._tab(place, x)
                place += 1
                continue
            end = x + self.widths[place]
            if self.ends[place]:
                end = floor(end + 0.5)
            if end > room + INEXACT:
                break
            line.x.append(x)
            x = end if self.ends[place] else end + self.spacing[place]
            place += 1
        if place == len(text):
            line.end = place
            return line, place, False
        if TAB in text[start:place]:
            raise Unsupported("tab in a full line")
        if place == start:
            raise Unsupported("column narrower than a character")
        line.end, following = find_break(text, self.scripts, start, place)
        del line.x[line.end - start :]
        return line, following, False

    def _tab(self, place: int, x: float) -> float:
        """Where the text behind a tab begins."""
        behind = self.text[place + 1 :].partition(LINE_BREAK)[0].partition(TAB)[0]
        length = sum(self.widths[place + 1 : place + 1 + len(behind)])
        for kind, stop in self.format.tabs:
            if stop > x:
                return {"left": stop, "right": max(stop - length, x)}[kind]
        return (x // TAB_STOP + 1) * TAB_STOP

    def _adjust(self, line: Line, *, justified: bool) -> None:
        """Move the characters of a line to where its paragraph's alignment has them."""
        end = line.end
        while end > line.start and self.text[end - 1] in BLANKS:
            end -= 1
        if end == line.start or TAB in self.text[line.start : end]:
            return
        last = end - line.start - 1
        free = self.width - self.format.right - line.x[last] - self.widths[end - 1]
        if self.format.align in ("center", "right"):
            shift = free if self.format.align == "right" else free // 2
            line.x = [x + shift for x in line.x]
        elif self.format.align == "both" and justified:
            self._stretch(line, last, free)

    def _stretch(self, line: Line, last: int, free: float) -> None:
        gaps = [
            2
            if self.text[place] == " " and self.scripts[place : place + 2] == "LA"
            else self.scripts[place] == "A" or self.scripts[place + 1] == "A" or self.text[place] in BLANKS
            for place in range(line.start, line.start + last)
        ]
        each = free / total if (total := sum(gaps)) else 0.0
        passed = 0
        for index, gap in enumerate(gaps, 1):
            passed += gap
            line.x[index] += each * passed
