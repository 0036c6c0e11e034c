"""Reads title, preamble, parts, signature and date of a report from its paragraphs."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date

from gipdocs.reports.checks.preamble import STRICT
from gipdocs.reports.forms import Form
from gipdocs.reports.narrative import NUMERAL, group, plain
from gipdocs.reports.reading.furniture import ends_article, is_about, is_furniture
from gipdocs.reports.reading.rows import measure_likeness
from gipdocs.writing import ORDINALS, YEAR_SIGNS, read_number

HEADING = re.compile(rf"([{ORDINALS}])、")
OTHERWISE_NUMBERED = re.compile(rf"(?:第([{ORDINALS}])(?:部分|章)[、.,:\s]*|([{ORDINALS}])[.,:\s]\s*)")
"""A heading numbered differently from the form's: 第一部分, 一. or 一 and a space."""
ALIKE_HEADING, SAME_HEADING = 0.7, 0.95
LONGEST_HEADING = 40
LONGEST_TITLE = 60
TWICE = re.compile(r"(.{8,})\1")
SENTENCE = re.compile(r"[。；;，,]")
ENDED = re.compile(r"[。；;]")
CAPTION = re.compile(r"图\s?\d{1,2}[\s:.]")
"""Captions are not part of the text."""
LEADING_FURNITURE = re.compile(r"^(?:大\s+中\s+小)\s*")
FILE_NAME = re.compile(r"\.(?:docx?|pdf|wps|ofd|xlsx?|et)$", re.IGNORECASE)
DAY = re.compile(r"(\d{4})年(\d{1,2})月(\d{1,2})日")
CHINESE_DAY = re.compile(
    r"([〇○零一二三四五六七八九]{4})年([一二三四五六七八九十]{1,2})月([一二三四五六七八九十]{1,3})日"
)


@dataclass
class Story:
    """The content of the paragraphs; a part is its number, heading, paragraphs and the keys of its tables."""

    title: str | None = None
    preamble: list[str] = field(default_factory=list)
    parts: list[tuple[int, str, list[str], list[str]]] = field(default_factory=list)
    signature: str | None = None
    date: date | None = None
    attachments: list[str] = field(default_factory=list)

    def sections(self) -> list[dict[str, object]]:
        """The parts in the form that the record has."""
        return [
            {
                "no": no,
                "heading": heading,
                "items": [{"head": item.head, "text": item.text} for item in group(paragraphs)],
                **({"table": tables[0]} if tables else {}),
            }
            for no, heading, paragraphs, tables in self.parts
        ]


def read_story(paragraphs: Sequence[tuple[str, str | None]], form: Form) -> Story:
    """The story told by paragraphs; a pair ("", "table3") marks the place of a table."""
    story = Story()
    before: list[str] = []
    head: int | None = None  # the number of lines above the first table
    for text, table in paragraphs:
        line = LEADING_FURNITURE.sub("", text.strip())
        if table:
            head = len(before) if head is None else head
            if story.parts:
                story.parts[-1][3].append(table)
        elif not line or is_furniture(line) or _is_caption(line) or (not story.parts and is_about(line)):
            continue
        elif number := _heading(line, form, after=story.parts[-1][0] if story.parts else 0):
            story.parts.append((number, line, [], []))
        else:
            (story.parts[-1][2] if story.parts else before).append(line)
    _open(story, before, len(before) if head is None else head)
    _close(story)
    return story


def day_of(text: str) -> date | None:
    """The day if it is the whole line: 2024年1月18日 or 二〇二四年一月十八日."""
    bare = re.sub(r"\s", "", plain(text))
    if match := DAY.fullmatch(bare):
        year, month, day = (int(part) for part in match.groups())
    elif match := CHINESE_DAY.fullmatch(bare):
        year = int("".join(YEAR_SIGNS[sign] for sign in match[1]))
        month, day = (read_number(words) or 0 for words in match.groups()[1:])
    else:
        return None
    try:
        return date(year, month, day)
    except ValueError:
        return None


def _heading(line: str, form: Form, *, after: int) -> int | None:
    """The number of the part whose heading the line is: numbered in sequence, or worded like the form's next heading.

    With a different style of number or ending, the line is a heading only if worded like the form's.
    """
    if len(line) > LONGEST_HEADING:
        return None
    numbered = HEADING.match(line)
    if numbered and ORDINALS.index(numbered[1]) == after and line[-1] not in "。；;：:，,":
        return after + 1
    shown = re.sub(r"[(（]单位.*[)）]$", "", line.rstrip("。；;：:，, \u3000"))
    other = OTHERWISE_NUMBERED.match(plain(shown))
    number = ORDINALS.index(other[1] or other[2]) + 1 if other else None
    words = shown[other.end() :] if other else shown
    for i, heading in enumerate(form.headings, 1):
        enough = ALIKE_HEADING if number == i else SAME_HEADING
        if i > after and measure_likeness(words, heading) > enough:
            return i
    return None


def _is_caption(line: str) -> bool:
    """Whether a line is a caption, 图1　…, with or without the picture's numbers; a complete sentence is not."""
    return bool(CAPTION.match(plain(line))) and line[-1] not in "。！？"


def period_year(text: str) -> int | None:
    """The year of the stated period of the figures."""
    period = re.search(rf"(?:{STRICT})[^。]{{0,12}}?(20\d\d)(?:年|[./-]\d)", plain(text))
    return int(period[1]) if period else None


def _open(story: Story, lines: list[str], head: int) -> None:
    """Set title and preamble; text before the title belongs to the page, not the report.

    The title is the last possible one before the text, if possible among the `head` lines above the first table, since
    a page may name reports of other years too. A title with the year of the period is preferred.
    """
    titles = {i: _title(lines, i) for i, line in enumerate(lines) if _is_title(line)}
    year = period_year("\n".join([*lines, *(line for _, _, part, _ in story.parts for line in part)]))
    above = {i: title for i, title in titles.items() if i < head} or titles
    fitting = {i: title for i, title in above.items() if str(year) in plain(title)} or above
    if fitting:
        at = max(fitting)
        story.title = titles[at]
        for earlier in sorted(titles, reverse=True):
            if earlier < at and titles[earlier] != story.title:
                break
            at = min(at, earlier)  # a repetition of the title below it is text
        lines = lines[at + 1 :]
    story.preamble = [line for line in lines if not ends_article(line)]


def _title(lines: Sequence[str], at: int) -> str:
    """The title that ends with a line; the agency may be on the line above. Printed twice on a page, it is one title."""
    before = lines[at - 1] if at else ""
    parted = before and re.match(r"20\d\d", lines[at]) and not SENTENCE.search(before) and not _is_title(before)
    return TWICE.sub(r"\1", f"{before}{lines[at]}" if parted else lines[at])


def _is_title(line: str) -> bool:
    named = len(line) <= LONGEST_TITLE and re.search(r"年度报告$", plain(line))
    return bool(named) and not re.search(r"[。；;，,>]", line) and not ends_article(line)


def _close(story: Story) -> None:
    """Set attachments, date and signature, from the end; text below them belongs to the page."""
    if not story.parts:
        return
    for _, _, lines, _ in story.parts[:-1]:
        lines[:] = [line for line in lines if not ends_article(line)]
    lines = story.parts[-1][2]
    dated = _dated(lines, story.title or "")
    foot = next((i for i, line in enumerate(lines) if ends_article(line)), len(lines)) if dated is None else dated + 1
    story.attachments = [line for line in lines[foot:] if FILE_NAME.search(line)]
    del lines[foot:]
    while dated is None and lines and is_about(lines[-1]):
        lines.pop()
    while lines and FILE_NAME.search(lines[-1]):
        story.attachments.insert(0, lines.pop())
    if dated is None:
        return
    last = lines.pop()
    *beside, day = last.rsplit(maxsplit=1)
    story.date = day_of(last) or day_of(day)
    if day_of(last) is None:
        story.signature = beside[0]
    elif lines and len(lines[-1]) <= LONGEST_HEADING and not SENTENCE.search(lines[-1]):
        story.signature = lines.pop()


def _dated(lines: Sequence[str], title: str) -> int | None:
    """The index of the line with the report's date, alone or beside the signature, above the foot of a page.

    Of several dates, the one signed by the agency in the title, or the first one, since lists of files may follow.
    """
    found: list[int] = []
    for i in range(len(lines) - 1, -1, -1):
        *beside, day = lines[i].rsplit(maxsplit=1)
        if day_of(lines[i]) or (beside and day_of(day)):
            found.append(i)
        elif (ENDED.search(lines[i]) or NUMERAL.match(lines[i])) and not ends_article(lines[i]):
            break
    signed = [i for i in found if _signer(lines, i) in title]
    return min(signed or found, default=None)


def _signer(lines: Sequence[str], at: int) -> str:
    """The text above the date, or beside it."""
    if day_of(lines[at]) is None:
        return lines[at].rsplit(maxsplit=1)[0]
    return lines[at - 1] if at else "\n"
