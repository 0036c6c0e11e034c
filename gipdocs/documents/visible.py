"""Reads answers from the visible text of a filled form, by comparison with what the document itself would print.

Nothing here knows a form: where an answer stands is found by printing the document with marks in place of answers.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from copy import deepcopy
from dataclasses import dataclass, field
from datetime import date
from difflib import SequenceMatcher
from functools import cached_property
from itertools import combinations
from typing import Any

from lxml import etree

from gipdocs.documents.document import BODY, AnyOffice
from gipdocs.documents.registry import Entry
from gipdocs.docx.layout import BODY as MAIN
from gipdocs.docx.verification import ALTERNATE
from gipdocs.errors import InvalidInput, token
from gipdocs.markup import parse_own
from gipdocs.ooxml import FALLBACK, W
from gipdocs.packing import unpack
from gipdocs.questions import (
    Block,
    Choice,
    Choices,
    Date,
    Lines,
    Question,
    Questions,
    Rows,
    Text,
    YesNo,
    load,
    prepare_questions,
)
from gipdocs.writing import chinese_date

P, TABLE, ROW, CELL, BOX = (f"{W}{name}" for name in ("p", "tbl", "tr", "tc", "txbxContent"))
NOT_OF_THE_LINE = {*(f"{W}{name}" for name in ("drawing", "pict", "pPr", "del", "moveFrom", "object", "rt")), ALTERNATE}
UNSEEN = tuple(f"{W}rPr/{W}{name}" for name in ("vanish", "webHidden"))
NO_ROW = tuple(f"{W}trPr/{W}{name}" for name in ("hidden", "del"))
OFF = ("0", "false", "off")
PAPER, SMALLEST = "FFFFFF", 4
"""The colour of a text that can't be seen on paper, and the half points below which nobody can read it."""
FIRST_MARK = 0xE000
"""Marks are single private characters, so that no layout breaks or shortens them."""
FIRST_YEAR = 1901
TICKED, UNTICKED = "☑☒■▣√✓✔", "☐□▢"
TICKS = f"[{TICKED}{UNTICKED}]"
SAME_BOXES = str.maketrans({**dict.fromkeys(TICKED, "☑"), **dict.fromkeys(UNTICKED, "☐")})
INVISIBLE = re.compile("[\u200b-\u200f\u2060\ufeff\u00ad]|\\s")
DAY = re.compile(r"(\d{4})\s*[年./-]\s*(\d{1,2})\s*[月./-]\s*(\d{1,2})\s*日?")
NO_DAY = re.compile(r"[\s年月日]*")
LONGEST_CELL, LONGEST_SHARED, LONGEST_BLANK = 10_000, 4_000, re.compile(r"\s{100}")
"""What is longer is not searched for several answers: the time would grow with its square."""
MOST_SHARING = 4
MOST_KNOWN = 32
MOST_ABOVE = 8
"""So many merged cells before a cell are part of its heading."""
Path = tuple[str, ...]


def plain(text: str) -> str:
    """A text as it is compared: compatible characters alike (NFKC), one tick and one empty box, no blanks."""
    return INVISIBLE.sub("", unicodedata.normalize("NFKC", text)).translate(SAME_BOXES)


@dataclass(frozen=True)
class Spot:
    """A cell of a table, or a paragraph outside tables: its text, and what stands before it in its row."""

    text: str
    heading: tuple[str, ...] = ()

    @property
    def plain(self) -> str:
        """The text as it is compared."""
        return plain(self.text)


def walk_spots(parent: etree._Element) -> Iterator[Spot]:
    """The cells and paragraphs of a part of a DOCX, in its order; text in drawings too, but only once."""
    for child in parent:
        if child.tag == P:
            yield Spot(_line(child))
            for box in child.iter(BOX):
                if not _is_copy(box):
                    yield from walk_spots(box)
        elif child.tag == TABLE:
            yield from _table(child)
        elif child.tag not in (f"{W}sectPr", f"{W}del"):
            yield from walk_spots(child)  # whatever wraps blocks: w:body, w:sdt, w:ins


def _is_copy(element: etree._Element) -> bool:
    """Whether it repeats a drawing for programs that can't show it."""
    return any(above.tag == FALLBACK for above in element.iterancestors())


def _table(table: etree._Element) -> Iterator[Spot]:
    merged: dict[int, str] = {}
    for row in table.iter(ROW):
        if any(_is_on(row.find(hidden)) for hidden in NO_ROW):
            continue
        column, before, above = 0, "", tuple[str, ...]()
        for cell in row.iter(CELL):
            text = "\n".join(_line(one) for one in cell.iter(P) if not _is_copy(one)).strip("\n")
            properties = cell.find(f"{W}tcPr")
            merge = properties.find(f"{W}vMerge") if properties is not None else None
            if merge is not None and merge.get(f"{W}val") != "restart":
                text_told = merged.get(column, "")
            else:
                text_told = text
                merged.pop(column, None)
                if merge is not None:
                    merged[column] = text
            yield Spot(text, (*above, before))
            if column in merged:
                above, before = (*above, plain(text_told))[-MOST_ABOVE:], ""
            else:
                before = plain(text)
            column += _span(properties)


def _span(properties: etree._Element | None) -> int:
    span = properties.find(f"{W}gridSpan") if properties is not None else None
    width = span.get(f"{W}val", "1") if span is not None else "1"
    return int(width) if width.isdecimal() and len(width) < 4 else 1


def _line(paragraph: etree._Element) -> str:
    return "".join(_pieces(paragraph))


def _pieces(element: etree._Element) -> Iterator[str]:
    for child in element:
        if child.tag == f"{W}t":
            yield child.text or ""
        elif child.tag in (f"{W}br", f"{W}cr"):
            yield "\n"
        elif child.tag == f"{W}tab" and element.tag == f"{W}r":
            yield "\t"
        elif child.tag == f"{W}sym":
            yield _symbol(child)
        elif _is_shown(child):
            yield from _pieces(child)


def _is_shown(element: etree._Element) -> bool:
    """Whether what is in an element of a line is part of it and can be seen."""
    if not isinstance(element.tag, str) or element.tag in NOT_OF_THE_LINE:
        return False
    return element.tag != f"{W}r" or not (
        any(_is_on(element.find(hidden)) for hidden in UNSEEN)
        or _value(element, "color") == PAPER
        or ((size := _value(element, "sz")).isdecimal() and int(size[:9]) < SMALLEST)
    )


def _is_on(switch: etree._Element | None) -> bool:
    return switch is not None and switch.get(f"{W}val") not in OFF


def _value(run: etree._Element, property: str) -> str:
    found = run.find(f"{W}rPr/{W}{property}")
    return "" if found is None else found.get(f"{W}val", "").upper()


def _symbol(symbol: etree._Element) -> str:
    """A tick or an empty box of the symbol font by which Word writes them."""
    code = symbol.get(f"{W}char", "").upper()[-2:] if "wingdings" in symbol.get(f"{W}font", "").casefold() else ""
    return {"FE": "☑", "FD": "☒", "FC": "✓", "52": "☑", "A8": "☐", "A3": "☐"}.get(code, "")


@dataclass(frozen=True)
class Leaf:
    """A question that holds an answer of its own: its keys from the outside in, and its place in the order."""

    path: Path
    question: Question
    number: int

    @property
    def pointer(self) -> str:
        """The JSON pointer of the answer."""
        return "/" + "/".join(self.path)

    def holds(self, pointer: str) -> bool:
        """Whether something lies at this answer or inside it."""
        return pointer == self.pointer or pointer.startswith(f"{self.pointer}/")

    @property
    def values(self) -> list[Any]:
        """The loaded values of a question that is answered by ticking; empty for any other."""
        if isinstance(self.question, Choices):
            return [[value] for value in self.question.options]
        if isinstance(self.question, Choice):
            return list(self.question.options)
        return [True] if isinstance(self.question, YesNo) else []

    @property
    def mark(self) -> Any:
        """A loaded value that is found again wherever it is printed; None if there is none."""
        if isinstance(self.question, Date):
            return date(FIRST_YEAR + self.number, 2, 3)
        sign = chr(FIRST_MARK + self.number)
        if isinstance(self.question, Lines):
            return [sign]
        return sign if isinstance(self.question, Text) else None

    def lines(self, value: Any) -> list[str]:
        """The lines of a loaded value as they are printed; none of one that is ticked."""
        if self.mark is None:
            return []
        if isinstance(value, date):
            return [chinese_date(value)]
        return list(map(str, value)) if isinstance(value, list) else str(value).split("\n")

    @property
    def sign(self) -> str:
        """The mark as it is printed."""
        return chinese_date(self.mark) if isinstance(self.mark, date) else chr(FIRST_MARK + self.number)


def find_leaves(questions: Questions) -> list[Leaf]:
    """All questions with an answer of their own that may be printed; those of blocks too, rows as one."""
    found = enumerate(_leaves(questions, ()))
    return [Leaf(path, question, number) for number, (path, question) in found]


def _leaves(questions: Questions, above: Path) -> Iterator[tuple[Path, Question]]:
    for key, question in questions.questions():
        if question.on_file:
            continue
        if isinstance(question, Block) and not isinstance(question, Rows):
            yield from _leaves(question.questions(), (*above, key))
        else:
            yield (*above, key), question


def get(answers: Mapping[str, Any], path: Path) -> Any:
    """The answer at a path; None if there is none."""
    found: Any = answers
    for key in path:
        found = found.get(key) if isinstance(found, Mapping) else None
    return found


def put(answers: Mapping[str, Any], changes: Mapping[Path, Any]) -> dict[str, Any]:
    """A copy of the answers with some of them changed; None takes one away, and a block that becomes empty with it."""
    result = deepcopy(dict(answers))
    for path, value in changes.items():
        inner, way = result, [result]
        for key in path[:-1]:
            inner = inner.setdefault(key, {})
            way.append(inner)
        if value is None:
            inner.pop(path[-1], None)
            for outer, key in zip(reversed(way[:-1]), reversed(path[:-1]), strict=True):
                if not outer[key]:
                    del outer[key]
        else:
            inner[path[-1]] = value
    return result


@dataclass
class Printing:
    """What a document prints at each spot, for any answers."""

    entry: Entry
    office: AnyOffice

    @classmethod
    def of(cls, entry: Entry, office: AnyOffice) -> Printing:
        """The printing of a document in this office; what was tried out for one file is remembered for the next."""
        known = _known.get(id(entry))
        if known is not None and known.entry is entry and known.office.facts == office.facts:
            return known
        if len(_known) >= MOST_KNOWN:
            _known.clear()
        _known[id(entry)] = made = cls(entry, office)
        return made

    @cached_property
    def leaves(self) -> list[Leaf]:
        """The questions whose answers may be printed."""
        return find_leaves(self.entry.document.schema())

    @cached_property
    def blank(self) -> list[Spot]:
        """The spots of the empty document."""
        return self.print({})

    @cached_property
    def ticked(self) -> list[tuple[Leaf, Any, list[Spot]]]:
        """Each option of each question that is answered by ticking, with the spots if it alone is chosen."""
        return [(leaf, value, self.print(put({}, {leaf.path: value}))) for leaf in self.leaves for value in leaf.values]

    @cached_property
    def trials(self) -> list[list[Spot]]:
        """The spots of the document filled in in every way that shows where it can be."""
        chosen = [spots for _, _, spots in self.ticked]
        marked = [self.marked(put({}, {leaf.path: value})) for leaf, value, _ in self.ticked]
        return [*chosen, *marked, self.marked({})]

    @cached_property
    def headings(self) -> list[str]:
        """The texts in tables that are the same with and without answers, and hold no box to tick."""
        pairs = zip(self.blank, self.marked({}), strict=False)
        still = [blank.plain for blank, marked in pairs if blank.heading and blank.plain == marked.plain]
        return [text for text in still if text and not re.search(TICKS, text)]

    def print(self, answers: Mapping[str, Any]) -> list[Spot]:
        """The spots for loaded answers; none if the document can't be printed with them, as may be with marks."""
        try:
            template, context = self.entry.layout(answers, self.office), self.entry.context(answers, self.office)
            if self.entry.wording:
                context |= {BODY: self.entry.wording.fill(context)}
            filled = template.fill(context, properties={"created": "2000-01-01"})
        except Exception:  # a document's own functions may expect more of an answer than that it is a text
            return []
        return list(walk_spots(parse_own(unpack(filled.content)[MAIN])))

    def marked(self, answers: Mapping[str, Any], leaves: Iterable[Leaf] | None = None) -> list[Spot]:
        """The spots with marks in place of these questions' answers, by default of all."""
        marks = {leaf.path: leaf.mark for leaf in (self.leaves if leaves is None else leaves) if leaf.mark is not None}
        return self.print(put(answers, marks))

    def keep_known(self, payload: Mapping[str, Any]) -> tuple[dict[str, Any], list[str]]:
        """The payload of the answers that may be printed, and the pointers of everything else in it."""
        given = {leaf.path: get(payload, leaf.path) for leaf in self.leaves}
        kept = put({}, {path: value for path, value in given.items() if value is not None})
        return kept, sorted(_left_out(payload, kept))

    def load(self, payload: Mapping[str, Any]) -> tuple[dict[str, Any], dict[str, Any], list[str]]:
        """The loaded answers of those that load, the payload of these alone, and the pointers of the others."""
        kept, wrong = dict(payload), list[str]()
        while True:
            try:
                return load(self.entry.document.schema, kept), kept, wrong
            except InvalidInput as error:
                faulty = {fault.pointer for fault in error.faults if fault.code != "required"}
                paths = [leaf.path for leaf in self.leaves if any(map(leaf.holds, faulty))]
                if not paths:
                    return {}, {}, [*wrong, *sorted(faulty)]
                wrong += ["/" + "/".join(path) for path in paths]
                kept = put(kept, dict.fromkeys(paths))


def _left_out(whole: Mapping[str, Any], kept: Mapping[str, Any], above: str = "") -> Iterator[str]:
    """The pointers of what is answered in the one and not in the other."""
    for key, value in whole.items():
        pointer = f"{above}/{token(key)}"
        if isinstance(value, Mapping) and isinstance(inner := kept.get(key), Mapping):
            yield from _left_out(value, inner, pointer)
        elif value is not None and key not in kept:
            yield pointer


_known: dict[int, Printing] = {}
"""By the identity of entries, which are kept alive here and therefore share no number."""


@dataclass
class SeenFile:
    """What a file shows, held against what its document prints.

    `spots` are what is seen. `shown` gives, for spots that were printed, what stands at each seen one.
    """

    printing: Printing
    spots: Sequence[Spot]
    whole: list[str] = field(init=False)

    def __post_init__(self) -> None:
        self.whole = [spot.plain for spot in self.spots]

    def shown(self, printed: Sequence[Spot]) -> dict[int, Spot]:
        """The printed spots by the number of the seen spot at the same place; some may have no such place."""
        if len(printed) == len(self.spots):
            return dict(enumerate(printed))
        ours = [(spot.heading, "" if spot.heading else spot.plain) for spot in printed]
        theirs = [(spot.heading, "" if spot.heading else spot.plain) for spot in self.spots]
        found: dict[int, Spot] = {}
        for kind, first, last, start, end in SequenceMatcher(None, ours, theirs, autojunk=False).get_opcodes():
            if kind == "equal" or (kind == "replace" and last - first == end - start):
                found |= dict(zip(range(start, end), printed[first:last], strict=True))
        return found

    def texts(self, printed: Sequence[Spot]) -> dict[int, str]:
        """The printed texts that have a place in the file, as they are compared, by its number."""
        return {place: spot.plain for place, spot in self.shown(printed).items()}

    def find_extra(self, payload: Mapping[str, Any]) -> set[int]:
        """The spots with a text that the document, printed with these answers, has nowhere."""
        answers, _, _ = self.printing.load(payload)
        printed = self.printing.print(answers)
        placed, known = self.shown(printed), {spot.plain for spot in printed}
        return {place for place, text in enumerate(self.whole) if place not in placed and text and text not in known}

    @cached_property
    def answerable(self) -> set[int]:
        """The seen spots at which any answer may change what is printed."""
        blank, fills = self.shown(self.printing.blank), self.printing.trials
        return {
            place
            for fill in fills
            for place, spot in self.shown(fill).items()
            if place not in blank or spot.plain != blank[place].plain
        }

    def differing(self, printed: Sequence[Spot]) -> set[int]:
        """The seen spots for answers that don't show what was printed."""
        shown = self.shown(printed)
        return {
            place for place in self.answerable if (shown[place].plain if place in shown else "") != self.whole[place]
        }

    def read(self, payload: Mapping[str, Any]) -> tuple[dict[str, Any], set[int]]:
        """The payload changed into what is seen, and the spots that could not be read.

        Where the file shows what the payload prints, the payload is left as it is.
        """
        answers, kept, _ = self.printing.load(payload)
        wrong = self.differing(self.printing.print(answers))
        if not wrong:
            return kept, set()
        found: list[tuple[int, Path, dict[str, Any], set[int]]] = []
        for leaf, value in [(None, None), *self._deciding(answers)]:
            begun = put(kept, {leaf.path: value}) if leaf else kept
            read = self._read_spots(begun, wrong)
            loaded, _, bad = self.printing.load(read)
            unread = self.differing(self.printing.print(loaded)) - self._places_of(read, bad)
            found.append((len(unread), leaf.path if leaf else (), read, unread))
        least = min(count for count, *_ in found)
        ties = [one for one in found if one[0] == least]
        paths = [path for _, path, *_ in ties if path]
        # A condition is taken over too if the file could not look like this under any of the others.
        pinned = next((one for one in ties if one[1] and paths.count(one[1]) == 1), ties[0])
        _, _, read, unread = pinned
        return read, unread

    def find_unseen(self, answers: Mapping[str, Any]) -> list[Leaf]:
        """The questions of given answers that change nothing at any spot or, if they are texts, don't stand there."""
        usual = self.texts(self.printing.print(answers))
        given = (leaf for leaf in self.printing.leaves if get(answers, leaf.path) is not None)
        return [leaf for leaf in given if not self._is_seen(leaf, answers, usual)]

    def _is_seen(self, leaf: Leaf, answers: Mapping[str, Any], usual: Mapping[int, str]) -> bool:
        for other in (None, *leaf.values):
            texts = self.texts(self.printing.print(put(answers, {leaf.path: other})))
            if places := [place for place, text in sorted(usual.items()) if texts.get(place) != text]:
                seen = "".join(self.whole[place] for place in places)
                return all(plain(line) in seen for line in leaf.lines(get(answers, leaf.path)))
        return False

    def _deciding(self, answers: Mapping[str, Any]) -> list[tuple[Leaf, Any]]:
        """The options that decide where other answers are printed."""
        usual, ticks = self._signature(answers), self._ticks(answers)
        moving = {
            leaf.path
            for leaf, value, _ in self.printing.ticked
            if self._signature(put(ticks, {leaf.path: value})) != usual
        }
        return [(leaf, value) for leaf, value, _ in self.printing.ticked if leaf.path in moving]

    def _ticks(self, answers: Mapping[str, Any]) -> dict[str, Any]:
        """The answers that were given by ticking."""
        given = {leaf.path: get(answers, leaf.path) for leaf in self.printing.leaves if leaf.values}
        return put({}, {path: value for path, value in given.items() if value is not None})

    def _signature(self, answers: Mapping[str, Any]) -> list[tuple[int, str]]:
        spots = self.shown(self.printing.marked(self._ticks(answers)))
        signs = [leaf.sign for leaf in self.printing.leaves if leaf.mark is not None]
        return [(place, sign) for place, spot in spots.items() for sign in signs if sign in spot.text]

    def _places_of(self, payload: Mapping[str, Any], pointers: Iterable[str]) -> set[int]:
        """The spots at which the answers at these pointers were read: seen rightly, though the questions refuse them."""
        wanted = set(pointers)
        if not wanted:
            return set()
        answers, _, _ = self.printing.load(payload)
        signs = [leaf.sign for leaf in self.printing.leaves if leaf.pointer in wanted]
        spots = self.shown(self.printing.marked(self._ticks(answers)))
        return {place for place, spot in spots.items() if any(sign in spot.text for sign in signs)}

    def _read_spots(self, payload: dict[str, Any], places: set[int]) -> dict[str, Any]:
        """The payload with everything that is printed at these spots replaced by what is seen there."""
        result = put(payload, self._read_ticks(places))
        answers, _, _ = self.printing.load(result)
        marked = self.shown(self.printing.marked(self._ticks(answers)))
        taken: set[Path] = set()
        for place in sorted(places & marked.keys()):
            here = [
                leaf
                for leaf in self.printing.leaves
                if leaf.mark is not None and leaf.sign in marked[place].text and leaf.path not in taken
            ]
            if not here:
                continue
            values = self._read_spot(result, place, here)
            result = put(result, {leaf.path: values.get(leaf.path) for leaf in here})
            taken |= values.keys()
        return result

    def _read_ticks(self, places: set[int]) -> dict[Path, Any]:
        """What is chosen at these spots, for each question that is answered there by ticking; None for nothing."""
        blank, found = self.shown(self.printing.blank), dict[Path, Any]()
        for leaf, value, spots in self.printing.ticked:
            shown = self.shown(spots)
            for place in places & shown.keys():
                was, would = blank.get(place, Spot("")), shown[place]
                if was.plain == would.plain:
                    continue
                found.setdefault(leaf.path, None)
                if _is_chosen(was.plain, would.plain, self.whole[place]):
                    known = found[leaf.path]
                    found[leaf.path] = [*(known or []), *value] if isinstance(value, list) else known or value
        return found

    def _read_spot(self, payload: dict[str, Any], place: int, here: list[Leaf]) -> dict[Path, Any]:
        """The answers that are read at one spot: as many of its questions as give exactly the text that is seen."""
        seen, likely = self.spots[place].text.strip(), dict[Path, Any]()
        if len(seen) > (LONGEST_CELL if len(here) == 1 else LONGEST_SHARED) or LONGEST_BLANK.search(seen):
            return {}
        without = put(payload, {leaf.path: None for leaf in here})
        base, _, _ = self.printing.load(without)
        exact: list[tuple[int, dict[Path, Any]]] = []
        for some in _subsets(here):
            if exact and len(some) < len(exact[0][1]):
                break
            printed = self.shown(self.printing.marked(base, some)).get(place)
            texts = _match(printed.text, seen, some) if printed else None
            for values in _as_answers(texts, some) if texts else ():
                loaded, _, bad = self.printing.load(put(without, values))
                again = self.shown(self.printing.print(loaded)).get(place)
                if not bad and again and again.plain == self.whole[place]:
                    exact.append((self._strangeness(payload, values, loaded), values))
                likely = values or likely
        return min(exact, key=lambda one: one[0])[1] if exact else likely

    def _strangeness(self, payload: Mapping[str, Any], values: Mapping[Path, Any], loaded: Mapping[str, Any]) -> int:
        """How unlikely it is that these texts answer these questions: doubted by them, or not what was carried for them."""
        questions = prepare_questions(self.printing.entry.document.schema)
        doubted = {finding.pointer for finding in questions.all_doubts(loaded, self.printing.office.today)}
        return sum(
            ("/" + "/".join(path) in doubted) + (get(payload, path) not in (None, value))
            for path, value in values.items()
        )


def _is_chosen(was: str, would: str, seen: str) -> bool:
    """Whether a spot shows an option: by its tick, or by its name where options are written out."""
    changed = [
        (would[start:end], would[end:])
        for kind, _, _, start, end in SequenceMatcher(None, was, would, autojunk=False).get_opcodes()
        if kind in ("replace", "insert")
    ]
    for new, after in changed:
        if new == "☑":
            label = re.split(TICKS, after)[0]
            return any(label and piece.startswith(label) for piece in seen.split("☑")[1:])
    return bool(changed) and would == seen


def _subsets(leaves: list[Leaf]) -> Iterator[list[Leaf]]:
    """All of the questions, then fewer and fewer of them."""
    yield leaves
    if len(leaves) <= MOST_SHARING:
        for size in range(len(leaves) - 1, 0, -1):
            yield from map(list, combinations(leaves, size))


def _match(printed: str, seen: str, leaves: list[Leaf]) -> dict[Path, str] | None:
    """What stands in a seen text where the printed one has its marks; None if the texts don't agree around them."""
    signs = {leaf.sign: leaf for leaf in leaves}
    pieces = re.split("(" + "|".join(map(re.escape, signs)) + ")", printed.strip())
    order = [signs[piece] for piece in pieces if piece in signs]
    if len(order) != len(leaves) or len({leaf.path for leaf in order}) != len(order):
        return None
    between = range(1, len(pieces) - 1)
    pattern = "".join(
        "(.*?)" if piece in signs else _around(piece, inside=number in between) for number, piece in enumerate(pieces)
    )
    if found := re.fullmatch(rf"\s*{pattern}\s*", seen, re.DOTALL):
        return {leaf.path: found[number].strip() for number, leaf in enumerate(order, 1)}
    return _match_lines(printed, seen, leaves)


def _match_lines(printed: str, seen: str, leaves: list[Leaf]) -> dict[Path, str] | None:
    """The same where something else was written too, such as a signature: each mark after the words on its line."""
    found = {}
    for leaf in leaves:
        line = next((line for line in printed.split("\n") if leaf.sign in line), "")
        before = (line.partition(leaf.sign)[0].split() or [""])[-1]
        place = re.search(_around(before, inside=False) + r"\s*([^\n]*)", seen) if len(before) > 1 else None
        if place is None:
            return None
        found[leaf.path] = place[1].strip()
    return found


def _around(text: str, *, inside: bool) -> str:
    """The pattern of a printed text: any tick for a tick, blanks anywhere; between two marks at least one of them."""
    if not text.strip():
        return r"\s+" if inside and text else r"\s*"
    signs = (TICKS if re.match(TICKS, sign) else re.escape(sign) for sign in "".join(text.split()))
    return r"\s*" + r"\s*".join(signs) + r"\s*"


def _as_answers(texts: Mapping[Path, str], leaves: list[Leaf]) -> Iterator[dict[Path, Any]]:
    """The texts as the questions take them; lists may stand one below the other, or be told one after the other."""
    for separator in ("、", "\n") if any(isinstance(leaf.question, Lines) for leaf in leaves) else ("\n",):
        values = {leaf.path: _as_answer(texts[leaf.path], leaf.question, separator) for leaf in leaves}
        yield {path: value for path, value in values.items() if value}


def _as_answer(text: str, question: Question, separator: str) -> Any:
    if isinstance(question, Lines):
        return [line.strip() for line in text.split(separator) if line.strip()]
    if isinstance(question, Date):
        if day := DAY.fullmatch(unicodedata.normalize("NFKC", text)):
            return "-".join((day[1], day[2].zfill(2), day[3].zfill(2)))
        return None if NO_DAY.fullmatch(text) else text
    return text


def cut_spots(printing: Printing, text: str) -> list[Spot]:
    """The spots of the empty document with what a text without tables has between their headings, as PDF has it.

    Lines of a PDF are broken anywhere, so that their ends are left out.
    """
    text = "".join(text.splitlines())
    compared, origins = _with_origins(text)
    spots, answerable = list(printing.blank), SeenFile(printing, printing.blank).answerable
    begin, waiting = 0, list[int]()
    for place, spot in enumerate(printing.blank):
        if place in answerable:
            waiting.append(place)
        elif spot.plain and (found := compared.find(spot.plain, begin)) >= 0:
            if len(waiting) == 1:
                between = text[origins[begin] : origins[found]].strip()
                spots[waiting[0]] = Spot(between, spot.heading and printing.blank[waiting[0]].heading)
            begin, waiting = found + len(spot.plain), []
    return spots


def _with_origins(text: str) -> tuple[str, list[int]]:
    """A text as it is compared, with the place in the text itself from which each character comes, and its end."""
    pairs = [(sign, place) for place, one in enumerate(text) for sign in plain(one)]
    return "".join(sign for sign, _ in pairs), [*(place for _, place in pairs), len(text)]
