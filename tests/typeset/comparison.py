"""Compares two PDFs of one document: the same characters, bars and pictures at the same places on the same pages.

Every character is compared, not only the ends of lines; lines serve to tell where a difference is.
"""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import zip_longest

from tests.typeset.lines import Box, Character, Line, Page, Style, lines

ACROSS, UP, EDGE = 0.7, 0.35, 0.5
"""How far apart, in points, the same character may be, sideways and in height, and the edges of the same bar."""
LAG, LOOSE = 0.05, 0.25
"""How much farther apart each further character of a line may be, in points, or at least in shares of its size: LibreOffice
spreads the text of one script by whole twips and leaves the rest at its end, or before the edge that the line should reach."""
GAP = 2.0
"""Characters of one baseline that are so many times their size apart stand in different cells or at a tab."""
SIZE, WIDTH = 0.15, 2.0
"""How much the size of a character may differ, in points, and its width, in per cent."""
TOLD = 5
"""So many lines or boxes of a page are told."""
KINDS = ("pages", "text", "breaks", "place", "look", "box")
"""What may differ, the gravest first: the number of pages, the text of a line, the same of all lines together, where a line
stands, its font or colour, the rest."""

Places = dict[tuple[str, int, int], list[Character]]


@dataclass(frozen=True)
class Difference:
    """Where two PDFs differ: the page, from 1, the line, from 1, or 0 for what is no line, one of KINDS, and what each has there."""

    page: int
    line: int
    kind: str
    wanted: str
    found: str

    def __str__(self) -> str:
        place = f"{self.kind}: page {self.page}" + (f" line {self.line}" if self.line else "")
        return f"{place}\n    wanted {self.wanted or 'nothing'}\n    found  {self.found or 'nothing'}"


def compare(wanted: Sequence[Page], found: Sequence[Page]) -> list[Difference]:
    """All that differs, by pages; only the number of pages tells of pages that one of the two lacks."""
    told = [one for i, pair in enumerate(zip(wanted, found, strict=False), 1) for one in _compare_page(i, *pair)]
    if len(wanted) != len(found):
        told.append(
            Difference(min(len(wanted), len(found)) + 1, 0, "pages", f"{len(wanted)} pages", f"{len(found)} pages")
        )
    return told


def _compare_page(number: int, wanted: Page, found: Page) -> Iterator[Difference]:
    if abs(wanted.width - found.width) > EDGE or abs(wanted.height - found.height) > EDGE:
        sizes = [f"a page of {page.width:.1f} × {page.height:.1f}" for page in (wanted, found)]
        yield Difference(number, 0, "pages", *sizes)
    lost, added = apart(wanted.characters, found.characters)
    if lost or added:
        yield from _tell_lines(number, (wanted, lost), (found, added))
    missing, strange = _boxes_apart(wanted.boxes, found.boxes)
    for one, other in list(zip_longest(map(_tell_box, missing), map(_tell_box, strange), fillvalue=""))[:TOLD]:
        yield Difference(number, 0, "box", one, other)


def worst(differences: Iterable[Difference]) -> str:
    """The gravest kind of difference."""
    return min((one.kind for one in differences), key=KINDS.index)


def tell_kind(wanted: Sequence[Page], found: Sequence[Page]) -> str:
    """The gravest kind of difference between two PDFs that differ; "breaks" if lines have another text, but all together the same."""
    kind = worst(compare(wanted, found))
    return "breaks" if kind == "text" and _has_same_content(wanted, found) else kind


def _has_same_content(one: Sequence[Page], other: Sequence[Page]) -> bool:
    """Whether two PDFs have as many pages, and in all as many of each character, in the same font and colour, and of each box."""
    return len(one) == len(other) and _count(one) == _count(other)


def _count(pages: Iterable[Page]) -> Counter[tuple[str, str, str]]:
    """How many there are of each character and box."""
    counts: Counter[tuple[str, str, str]] = Counter()
    for page in pages:
        counts.update((one.text, one.style.font, one.style.color) for one in page.characters)
        counts.update((box.kind, "", box.color) for box in page.boxes)
    return counts


def apart(wanted: Sequence[Character], found: Sequence[Character]) -> tuple[list[Character], list[Character]]:
    """The characters of each that the other doesn't have at that place."""
    reaches = _reaches(wanted)
    if len(wanted) == len(found) and all(map(_is_same, wanted, found, reaches)):
        return [], []
    places: Places = defaultdict(list)
    for one in found:
        places[one.text, round(one.x), round(one.y)].append(one)
    lost = [one for one, reach in zip(wanted, reaches, strict=True) if not _take(one, places, reach)]
    return lost, [one for left in places.values() for one in left]


def _reaches(characters: Sequence[Character]) -> list[float]:
    """How far sideways the other character may be from each: little where a line begins, more the farther it goes on."""
    reaches = [ACROSS] * len(characters)
    reach, last = ACROSS, None
    for place in sorted(range(len(characters)), key=lambda place: (round(characters[place].y), characters[place].x)):
        one = characters[place]
        size = one.style.size
        goes_on = last and abs(one.y - last.y) < 1 and one.x - last.end < GAP * size
        reach = reach + LAG if goes_on else ACROSS
        reaches[place], last = max(reach, LOOSE * size) if goes_on else reach, one
    return reaches


def _take(one: Character, places: Places, reach: float) -> bool:
    """Take the same character at the nearest place, if there is one."""
    x, y, cells = round(one.x), round(one.y), math.ceil(reach)
    near = [
        (abs(other.x - one.x), cell, other)
        for across in range(x - cells, x + cells + 1)
        for up in (y - 1, y, y + 1)
        for cell in [places.get((one.text, across, up), [])]
        for other in cell
        if _is_same(one, other, reach)
    ]
    if not near:
        return False
    _, cell, other = min(near, key=lambda found: found[0])
    cell.remove(other)
    return True


def _is_same(one: Character, other: Character, reach: float) -> bool:
    return (
        one.text == other.text
        and abs(one.y - other.y) <= UP
        and abs(one.x - other.x) <= reach
        and abs(one.end - other.end) <= reach
        and (one.style == other.style or _looks_same(one.style, other.style))
    )


def _looks_same(one: Style, other: Style) -> bool:
    return (
        (one.font, one.color, one.turned) == (other.font, other.color, other.turned)
        and abs(one.size - other.size) <= SIZE
        and abs(one.width - other.width) <= WIDTH
    )


def _tell_lines(
    number: int, wanted: tuple[Page, list[Character]], found: tuple[Page, list[Character]]
) -> Iterator[Difference]:
    """The lines that differ, each beside that of the other page at its height; those whose text differs first."""
    theirs, ours = lines(wanted[0]), lines(found[0])
    told = []
    for i in sorted({*_of(theirs, wanted[1]), *_of(theirs, found[1])}):
        beside = min(ours, key=lambda one: abs(one.y - theirs[i].y), default=None)
        kind = _kind(theirs[i], beside, wanted[1], found[1])
        both = (_tell_line(theirs[i], wanted[1]), _tell_line(beside, found[1]) if beside else "")
        told.append(Difference(number, i + 1, kind, *both))
    yield from sorted(told, key=lambda one: KINDS.index(one.kind))[:TOLD]
    if not told:
        yield Difference(number, 0, "text", "", "".join(one.text for one in found[1][:60]))


def _kind(line: Line, beside: Line | None, lost: Iterable[Character], added: Iterable[Character]) -> str:
    """What differs in a line."""
    if beside is None or line.text != beside.text:
        return "text"
    before, after = (sorted((one for one in some if abs(one.y - line.y) < 2), key=_place) for some in (lost, added))
    pairs = zip(before, after, strict=False)
    return "place" if all(_looks_same(one.style, other.style) for one, other in pairs) else "look"


def _place(one: Character) -> float:
    return one.x


def _of(rows: Sequence[Line], characters: Iterable[Character]) -> list[int]:
    """The indexes of the lines nearest to some characters."""
    return [min(range(len(rows)), key=lambda i: abs(rows[i].y - one.y)) for one in characters] if rows else []


def _tell_line(line: Line, characters: Iterable[Character]) -> str:
    """A line, and the first of these characters that is on it, with its place and look."""
    told = f"y {line.y:.2f} x {line.left:.2f}–{line.right:.2f} “{line.text}”"
    on_it = sorted((one for one in characters if abs(one.y - line.y) < 2), key=_place)
    if not on_it:
        return told
    one, style = on_it[0], on_it[0].style
    look = f"{style.font} {style.size:g} {style.width:g} % {style.color}"
    return f"{told}: {one.text} at {one.x:.2f}–{one.end:.2f}, {one.y:.2f}, {look}"


def _tell_box(box: Box) -> str:
    return f"{box.kind} x {box.left:.2f}–{box.right:.2f} y {box.low:.2f}–{box.high:.2f} {box.color}"


def _boxes_apart(wanted: Sequence[Box], found: Sequence[Box]) -> tuple[list[Box], list[Box]]:
    """The boxes of each that the other doesn't have at that place."""
    left, lost = list(found), []
    for box in wanted:
        same = next((other for other in left if _is_same_box(box, other)), None)
        if same:
            left.remove(same)
        else:
            lost.append(box)
    return lost, left


def _is_same_box(one: Box, other: Box) -> bool:
    edges = ((one.left, other.left), (one.low, other.low), (one.right, other.right), (one.high, other.high))
    alike = one.kind == other.kind or {one.kind, other.kind} == {"bar", "ground"}  # as thick as a bar may just be
    return alike and one.color == other.color and all(abs(a - b) <= EDGE for a, b in edges)


def compare_versions(
    wanted: Sequence[Page], others: Iterable[Sequence[Page]], found: Sequence[Page]
) -> tuple[bool, list[Difference]]:
    """All that differs from what one version of LibreOffice drew, or whether another one drew the whole document so.

    The other system may have other fonts for rare characters: one that this version and the typesetter draw in the same font
    alone counts as drawn in that by the other version, too.
    """
    differences = compare(wanted, found)
    if not differences:
        return False, []
    here, ours = _fonts_of(wanted), _fonts_of(found)
    fonts = {text: next(iter(some)) for text, some in here.items() if len(some) == 1 and ours[text] == some}
    as_another = any(not compare(_with_fonts(other, fonts), found) for other in others)
    return as_another, [] if as_another else differences


def _fonts_of(pages: Iterable[Page]) -> defaultdict[str, set[str]]:
    """The fonts of each character."""
    fonts: defaultdict[str, set[str]] = defaultdict(set)
    for page in pages:
        for one in page.characters:
            fonts[one.text].add(one.style.font)
    return fonts


def _with_fonts(pages: Iterable[Page], fonts: Mapping[str, str]) -> list[Page]:
    """The pages with these fonts for these characters."""
    return [
        replace(page, characters=[_in_font(one, fonts.get(one.text, one.style.font)) for one in page.characters])
        for page in pages
    ]


def _in_font(character: Character, font: str) -> Character:
    if character.style.font == font:
        return character
    return character._replace(style=replace(character.style, font=font))
