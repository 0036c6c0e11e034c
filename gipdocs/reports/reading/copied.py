"""Reads the tables out of text copied from a PDF, where nothing separates cells, and labels are broken over lines.

Of a row is known what its label says and that its figures follow in the order of the columns. A row is read if its
figures are as many as its columns, and if the words before them end with its label, or if as many rows of figures as of
the form lie between two such rows and the pieces of their labels stand around them. All else is left unread.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from gipdocs.published.blocks import Block, PrintedTable
from gipdocs.reports.forms import Form, load_forms
from gipdocs.reports.grids import FormTable
from gipdocs.reports.narrative import plain
from gipdocs.reports.reading.form_labels import every_label
from gipdocs.reports.reading.printed_tables import group_rows
from gipdocs.reports.reading.rows import bare, measure_likeness
from gipdocs.reports.reading.wrapped import find_full_width, join_wrapped, without_page_numbers
from gipdocs.reports.record import NOTHING
from gipdocs.writing import ORDINALS

FIGURE = re.compile(r"[+-]{0,2}\d(?:[\d,.]*\d)?(?:万元|元|件|项|条)?(?:[(][^()]*[)])?")
HEADING_LIKE, MOST_PARTS = 0.7, 6
TABLE_PARTS = {2: "table2", 3: "table3", 4: "table4"}
STARTS = {
    "table2": re.compile("第二|信息"),
    "table3": re.compile(r"\(本|申请人|一、(?:本|\d|$)"),
    "table4": re.compile("行"),
}
"""How the first line of a table begins, narrow as its cells may be."""
LONGEST_START = 60
SUITS = "行政复议诉讼"
SUMMED = {7: 7, 15: 5}
"""By the number of figures in a row, the size of the groups in which the last one is the sum of the others."""
WHOLE_SUM, MOST_WRONG = 6, 1 / 3
"""The columns that add up to the last one; the share of rows in which they may not, or the order of columns is another."""


def read_copied(lines: Sequence[str]) -> list[Block] | None:
    """The blocks of a text that was copied from a PDF; None if it wasn't: each row and each paragraph is on a line."""
    kept = without_page_numbers(lines)
    places = _find_headings(kept)
    if not set(TABLE_PARTS) <= places.keys():
        return None
    numbers = sorted(places)
    ends = [*(places[no] for no in numbers), len(kept)]
    parts = {no: kept[start + 1 : end] for no, (start, end) in zip(numbers, pairwise(ends), strict=True)}
    told = [*kept[: ends[0]], *(line for no, part in parts.items() if no not in TABLE_PARTS for line in part)]
    full = find_full_width(told)
    if full is None and not _has_cut_labels(parts[3]):
        return None
    blocks: list[Block] = [*join_wrapped(kept[: ends[0]], full)]
    for no, part in parts.items():
        blocks.append(kept[places[no]].strip())
        blocks += _read_part(part, TABLE_PARTS[no], full) if no in TABLE_PARTS else join_wrapped(part, full)
    return blocks


def _find_headings(lines: Sequence[str]) -> dict[int, int]:
    """The places of the headings of the six parts, by their numbers, as far as they follow one another."""
    found: dict[int, int] = {}
    for i, line in enumerate(lines):
        next_no = max(found, default=0) + 1
        for no in (next_no, next_no + 1):
            if no <= MOST_PARTS and _is_heading(line.strip(), no):
                found[no] = i
                break
    return found


def _is_heading(line: str, no: int) -> bool:
    shown = re.sub(r"[(（]单位.*", "", line)
    headings = [form.headings[no - 1] for form in load_forms().values()]
    alike = any(measure_likeness(shown, heading) > HEADING_LIKE for heading in headings)
    return shown.startswith(f"{ORDINALS[no - 1]}、") and alike


def _has_cut_labels(lines: Sequence[str]) -> bool:
    """Whether a label of a row of table 3 is broken over several lines."""
    words = [bare(re.sub(r"(?:\s+[\d.,]+)+$|^[\d.,\s]+$", "", plain(line))) for line in lines]
    text = "".join(words)
    labels = {bare(label) for form in load_forms().values() for label, _ in _rows_of(form, "table3")}
    return any(label in text and not any(label in one for one in words) for label in labels)


def _rows_of(form: Form, key: str) -> list[tuple[str, int]]:
    """(label, number of figures) of each row of a table."""
    return [(label, len(figures)) for label, figures in group_rows(form.table(key).rows)]


@dataclass
class FigureRun:
    """Figures that follow one another: the words between them and the figures before, and the place of the last line.

    `per_line` has the number of figures on each of their lines.
    """

    words: str
    figures: list[str] = field(default_factory=list)
    per_line: list[int] = field(default_factory=list)
    last: int = 0

    def is_certain(self, count: int) -> bool:
        """Whether these are all figures of a row, in its order; one a line, they may be those of several rows."""
        if len(self.figures) != count:
            return False
        return len(self.per_line) == 1 or (set(self.per_line) == {1} and self._adds_up(SUMMED.get(count, count)))

    def _adds_up(self, group: int) -> bool:
        """Whether the last of each so many figures is the sum of the others."""
        if group not in SUMMED.values():
            return True
        groups = [self.figures[start : start + group] for start in range(0, len(self.figures), group)]
        return all(all(map(str.isdecimal, one)) and sum(map(int, one[:-1])) == int(one[-1]) for one in groups)


def _read_part(lines: Sequence[str], key: str, full: int | None) -> list[Block]:
    """The paragraphs and the table of a part."""
    start = next((i for i, line in enumerate(lines) if _begins_table(line, key)), None)
    if start is None:
        return [*join_wrapped(lines, full)]
    end = _end_of_table(lines, start)
    runs, tail = _find_runs(lines[start:end])
    return [*join_wrapped(lines[:start], full), _best_table(key, runs, tail), *join_wrapped(lines[end:], full)]


def _begins_table(line: str, key: str) -> bool:
    shown = re.sub(r"\s", "", plain(line))
    return "。" not in line and len(shown) < LONGEST_START and bool(STARTS[key].match(shown))


def _end_of_table(lines: Sequence[str], start: int) -> int:
    """The place after the last line that has figures, or pieces of labels only, before the next whole sentence."""
    sentence = next((i for i in range(start, len(lines)) if "。" in lines[i]), len(lines))
    ends = [i + 1 for i in range(start, sentence) if _is_of_table(lines[i])]
    return max(ends, default=start + 1)


def _is_of_table(line: str) -> bool:
    tokens = plain(line).split()
    words = tokens[: len(tokens) - _count_figures(tokens)]
    pieces = all(any(bare(word) in label for label in every_label()) for word in words)
    return bool(tokens) and (pieces or len(words) < len(tokens))


def _find_runs(lines: Sequence[str]) -> tuple[list[FigureRun], str]:
    """The runs of figures in the lines of a table, and the words after the last of them."""
    runs: list[FigureRun] = []
    words = ""
    for i, line in enumerate(lines):
        tokens = plain(line).split()
        count = _count_figures(tokens)
        said = "".join(tokens[: len(tokens) - count])
        if not tokens:
            continue
        words += said
        if count and (words or not runs):
            runs.append(FigureRun(words=words))
            words = ""
        if count:
            runs[-1].figures += tokens[len(tokens) - count :]
            runs[-1].per_line.append(count)
            runs[-1].last = i
    return runs, words


def _count_figures(tokens: Sequence[str]) -> int:
    """The number of figures at the end of a line; signs for nothing count only beside figures."""
    count = 0
    while count < len(tokens) and (FIGURE.fullmatch(tokens[-1 - count]) or tokens[-1 - count] in NOTHING):
        count += 1
    return count if any(FIGURE.fullmatch(one) for one in tokens[len(tokens) - count :]) else 0


def _best_table(key: str, runs: Sequence[FigureRun], tail: str) -> PrintedTable:
    """The table in the words of the form of which most rows are found."""
    text = "".join(run.words for run in runs) + tail
    ranked = []
    for form in load_forms().values():
        table = form.table(key)
        found = _of_suits(table, runs) if key == "table4" else _assign(_rows_of(form, key), runs, tail)
        labels = {bare(cell.text) for row in table.rows for cell in row if cell.text}
        ranked.append((len(found), sum(label in bare(text) for label in labels), table, found))
    _, _, table, found = max(ranked, key=lambda one: one[:2])
    if key == "table3" and (_is_doubtful(list(found.values())) or not _are_columns_in_order(table, text)):
        found = {}
    return PrintedTable(tuple(_print(table, found, key)))


def _print(table: FormTable, found: dict[int, FigureRun], key: str) -> Iterator[tuple[str, ...]]:
    """The rows of a table in the words of the form; figures only where they were found."""
    at = 0
    for row in table.rows:
        labels = tuple(cell.text for cell in row if cell.text)
        if not any(cell.figure for cell in row):
            yield labels
            continue
        if at in found:
            yield (*labels, *found[at].figures)
        elif key == "table3" and at == 0:
            yield labels
        at += 1


def _of_suits(table: FormTable, runs: Sequence[FigureRun]) -> dict[int, FigureRun]:
    """The only run of table 4, if it has all of its figures."""
    only = len(runs) == 1 and runs[0].is_certain(len(table.figures)) and set(SUITS) <= set(runs[0].words)
    return {0: runs[0]} if only else {}


def _assign(rows: Sequence[tuple[str, int]], runs: Sequence[FigureRun], tail: str) -> dict[int, FigureRun]:
    """The run of each row that is certain, by the number of the row."""
    anchors = dict(_anchors(rows, runs))
    around = [f"{run.words}{after.words}" for run, after in pairwise([*runs, FigureRun(words=tail)])]
    sure = dict(anchors)
    for (i, row), (later, after) in pairwise([(-1, -1), *anchors.items(), (len(runs), len(rows))]):
        if later - i == after - row and all(
            _is_within(bare(rows[row + step][0]), bare(around[i + step])) for step in range(1, later - i)
        ):
            sure |= {i + step: row + step for step in range(1, later - i)}
    doubtful = {near for i in range(len(runs)) if i not in sure for near in (i - 1, i + 1)}
    return {row: runs[i] for i, row in sure.items() if runs[i].is_certain(rows[row][1]) and i not in doubtful}


def _anchors(rows: Sequence[tuple[str, int]], runs: Sequence[FigureRun]) -> Iterator[tuple[int, int]]:
    """The numbers of a run and its row where the words before the figures end with the row's label, in order."""
    at = 0
    for i, run in enumerate(runs):
        words = bare(run.words)
        ending = [(len(label), k) for k in range(at, len(rows)) if words.endswith(label := bare(rows[k][0]))]
        if ending:
            _, row = max(ending)
            yield i, row
            at = row + 1


def _is_within(label: str, text: str) -> bool:
    """Whether the characters of a label stand in a text in their order."""
    rest = iter(text)
    return all(letter in rest for letter in label)


def _is_doubtful(rows: Sequence[FigureRun]) -> bool:
    """Whether the sums of so many rows are wrong that their figures may not be in the order of the columns."""
    whole = [[int(one) for one in run.figures] for run in rows if all(one.isdecimal() for one in run.figures)]
    wrong = sum(sum(figures[:WHOLE_SUM]) != figures[WHOLE_SUM] for figures in whole if any(figures))
    return wrong > max(1, MOST_WRONG * sum(map(any, whole)))


def _are_columns_in_order(table: FormTable, text: str) -> bool:
    """Whether the kinds of organisation that stand whole in a text have the order of the form."""
    head = bare(text).split(bare(table.rows[table.head_rows][0].text))[0]
    places = [head.find(bare(cell.text)) for cell in table.rows[2]][:-1]
    given = [place for place in places if place >= 0]
    return given == sorted(given)
