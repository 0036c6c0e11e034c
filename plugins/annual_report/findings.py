"""Checks a report as it will be printed."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from gipdocs.documents.document import Answers, Finding
from gipdocs.documents.registry import LAYOUTS, PROJECT, WORDINGS
from gipdocs.docx.wording import PLACE, Paragraph, compile_wording, read_wording
from gipdocs.findings import doubt, fault, note
from gipdocs.law import Office
from gipdocs.reports import Record, check
from gipdocs.reports.forms import FIRST_YEAR
from gipdocs.reports.narrative import PROSE, group, plain
from gipdocs.reports.record import Claim, Item, Section

from .charts import figures
from .contents import contents
from .questions import CHARTS
from .report import NARRATIVE, PARTS, Report

WORDING = PROJECT / LAYOUTS / WORDINGS / "annual-report.txt"
LINES = read_wording(WORDING)
OWN_NUMBER = re.compile(r"[（(][一二三四五六七八九十\d]{1,3}[）)]|[一二三四五六七八九十]{1,3}、|\d{1,2}[.．、](?!\d)")
PLACES = {"agency": "报告机关", "title": "标题中的", "signature": "落款机关"}
UNDATED = "报告没有落款日期，请填写；填写以后，落款机关一并印出。"
BROUGHT = ("preamble", "sections", "claims")
"""Keys that only the record of a printed report has."""
TABLES = {2: "table2", 3: "table3", 4: "table4"}


def check_report(answers: Answers, office: Office) -> list[Finding]:
    """The findings of the report's rules, and those that only the printed document can show."""
    report = Report(answers, office)
    printed = print_record(report)
    rules = check(printed.record, law=office.law, local=office.profile.reports)
    judged = [printed.point(one) for one in (*report.filled, *rules)]
    drawn = {one.key for one in figures(report)}
    doubts = list(_doubts(report, drawn))
    if any(one.code == "matter-numbered" for one in doubts):  # then their numbers look like headings
        judged = [one for one in judged if (one.code, one.pointer) != ("S-EMPTY", "/narrative/matters")]
    found = [*_unprintable(report, drawn), *doubts, *judged]
    return [_patient(one) for one in found] if answers.get("draft") else found


@dataclass(frozen=True, kw_only=True)
class Printed:
    """The record as it will be printed, and the index of each of its parts in the answers, None for a generated part."""

    record: Record
    origins: Sequence[int | None]
    claims: int

    def point(self, finding: Finding) -> Finding:
        """The finding with a pointer into the answers."""
        if finding.code == "S-SIGN" and self.record.date is None:
            return replace(finding, message=UNDATED, pointer="/date")
        steps = finding.pointer.split("/")
        if finding.pointer.startswith("/sections/"):
            return replace(finding, pointer=self._section(int(steps[2]), steps[3:]))
        if finding.pointer.startswith("/claims/") and int(steps[2]) >= self.claims:
            return replace(finding, pointer="/channels")
        return finding

    def _section(self, i: int, rest: list[str]) -> str:
        if (origin := self.origins[i]) is not None:
            return "/".join(["/sections", str(origin), *rest])
        keys = NARRATIVE.get(self.record.sections[i].no, ())
        if len(keys) == 1:
            return f"/narrative/{keys[0]}"
        item = int(rest[1]) if len(rest) > 1 and rest[0] == "items" else len(keys)
        return f"/narrative/{keys[item]}" if item < len(keys) else "/narrative"


def fill_wording(names: Mapping[str, Any]) -> list[Paragraph]:
    """The paragraphs of the report with these names; the wording as it was at the start is compiled at its first use."""
    return compile_wording(WORDING, LINES).fill(names)


def print_record(report: Report) -> Printed:
    """The record with the title, preamble, parts and signature that the document will have."""
    names = contents(report)
    paragraphs = fill_wording(names)
    headings = [*map(report.heading, PARTS), *(section.heading for section in report.more)]
    parts = list(_parts(paragraphs, headings))
    sections = [_section(report, no, parts[no][1]) for no in PARTS]
    record = report.record
    own = [line for words in report.words.values() for line in words.split("\n")]
    written = [line for no in PROSE if report.is_ours(no) for line in parts[no][1]]
    claims = (*record.claims, *_channel_claims(report.answers), *_told(written, own))
    printed = replace(
        record,
        title=report.title,
        preamble="\n".join(parts[0][1]),
        sections=(*sections, *report.more),
        claims=claims,
        signature=report.signature or None,
        previous=_remembered(record.previous),
        described={key: value for key, value in record.described.items() if key != "labels_as_printed"},
    ).read_from("docx")
    given = {section.no: i for i, section in report.given.values()}
    origins = [given.get(section.no) for section in printed.sections]
    return Printed(record=printed, origins=origins, claims=len(record.claims))


def _parts(paragraphs: Sequence[Paragraph], headings: Collection[str]) -> Iterator[tuple[str, list[str]]]:
    """Heading and paragraphs of each part, the preamble first, without captions.

    The document may end with one of the `headings`; it then has the style of the last paragraph, not that of a heading.
    """
    heading, lines = "", list[str]()
    for paragraph in paragraphs:
        if paragraph.style == "h1" or (paragraph.style == "last" and paragraph.text in headings):
            yield heading, lines
            heading, lines = paragraph.text, []
        elif paragraph.style not in (PLACE, "caption"):
            lines.append(paragraph.text)
    yield heading, lines


def _section(report: Report, no: int, printed: Sequence[str]) -> Section:
    items: tuple[Item, ...] = report.items(no) if no in report.given else group(printed)
    return Section(no=no, heading=report.heading(no), items=items, table=TABLES.get(no))


def _channel_claims(answers: Mapping[str, object]) -> Iterator[Claim]:
    """The numbers of the channels, so that next year's report can be compared with them."""
    rows = answers.get("channels")
    for row in (one for one in rows if isinstance(one, Mapping)) if isinstance(rows, list) else ():
        name, count, unit = row.get("name", ""), row.get("count"), row.get("unit", "条")
        if isinstance(count, int):
            yield Claim(key=f"channel:{name}", value=count, quote=f"{name}{count}{unit}", where="一（一）")


def _remembered(previous: Record | None) -> Record | None:
    """Last year's record, completed from the answers that came with it: channels as claims, own words as parts."""
    if previous is None:
        return None
    claims = (*previous.claims, *_channel_claims(previous.described))
    words = previous.described.get("narrative")
    if previous.sections or not isinstance(words, Mapping):
        return replace(previous, claims=claims)
    told = {no: tuple(Item(text=str(words[key])) for key in keys if key in words) for no, keys in NARRATIVE.items()}
    sections = tuple(Section(no=no, heading="", items=items) for no, items in told.items())
    return replace(previous, claims=claims, sections=sections)


def _told(written: Sequence[str], own: Sequence[str]) -> Iterator[Claim]:
    """The sentences generated from the record as claims, since their numbers need no further proof."""
    mine = set(own)
    for line in written:
        if line not in mine and re.sub(r"^（[^）]+）", "", line) not in mine and re.search(r"\d", line):
            yield Claim(key="", value=None, quote=line)


def _unprintable(report: Report, drawn: Collection[str]) -> Iterator[Finding]:
    """Answers that would not be printed; `drawn` are the charts that will be."""
    for no, keys in NARRATIVE.items():
        twice = [key for key in keys if key in report.words]
        if twice and no in report.given:
            i, section = report.given[no]
            message = (
                f"“{section.heading or report.heading(no)}”已经整段自写（第{i + 1}项），又在分项内容里填写了这一部分，"
                "不能都印，请删去其中一处。"
            )
            yield fault("narrative-twice", message, f"/narrative/{twice[0]}")
    for key in ("channels", "interpretations"):
        if report.answers.get(key) and not report.is_ours(1) and key not in drawn:
            message = (
                f"第一部分是整段自写的，又没有选“{_short(key)}”图，这里的数字印不出来，请选这种图，或者把它们删去。"
            )
            yield fault("numbers-unprinted", message, f"/{key}")


def _doubts(report: Report, drawn: Collection[str]) -> Iterator[Finding]:
    record = report.record
    yield from _strangers(report)
    first = "".join((report.answers.get("preamble", "")).split("\n")[:2])
    if first and plain(first).startswith(plain(report.title)):
        yield doubt("preamble-title", "前言的开头重复了标题，请删去前言中的标题。", "/preamble")
    for key in report.answers.get("charts", []):
        if key not in drawn:
            yield doubt("chart-empty", f"“{_short(key)}”没有可以画的数字，这个图没有印。", "/charts")
    yield from _run_together(report.answers)
    yield from _numbered(report)
    if record.previous is None and record.year > FIRST_YEAR:
        message = "没有提供上年报告，上年结转、现行有效件数等跨年关系没有核对。"
        yield note("previous-missing", message, "/previous")


def _strangers(report: Report) -> Iterator[Finding]:
    """Doubts about a record that names another office, or that was printed elsewhere and names no office."""
    profile, answers = report.office.profile, report.answers
    own = [name for name in (profile.name, profile.government) if name]
    ours = "" if answers.get("preamble") else "前言里的网站、地址、电话是本机关的，"
    named = {key: _name_in(answers[key]) for key in ("agency", "title", "signature") if answers.get(key)}
    named = {key: name for key, name in named.items() if name}
    for key, name in named.items():
        if not any(name in one or one in name for one in own):
            message = f"{PLACES[key]}“{name}”既不是本机关，也不是本级人民政府，{ours}请核对是否载入了别的机关的记录。"
            yield doubt("agency-other", message, f"/{key}")
            return
    if not named and any(answers.get(key) for key in BROUGHT):
        message = f"记录没有写明是哪个机关的报告，标题按本机关“{profile.name}”印，{ours}请核对，并填写报告机关。"
        yield doubt("agency-unnamed", message, "/agency")


def _name_in(text: str) -> str:
    """The agency that a title or a signature names."""
    return re.sub(r"\s|(?:19|20)\d\d年?(?:年?度)?|(?:政府信息公开|政务公开)(?:工作)?(?:年度)?报告.*$", "", text)


def _short(key: str) -> str:
    """The name of a chart without the explanation in brackets that its option has."""
    return CHARTS[key].partition("（")[0]


def _numbered(report: Report) -> Iterator[Finding]:
    """Doubts about matters that were typed with numbers."""
    for i, line in enumerate(report.words.get("matters", "").split("\n"), 1):
        if number := OWN_NUMBER.match(line.strip()):
            message = f"第{i}行开头写了“{number[0]}”，序号自动编排，请删去。"
            yield doubt("matter-numbered", message, "/narrative/matters")


def _run_together(answers: Answers) -> Iterator[Finding]:
    """Doubts about names that end in a digit, which would run into the number after them."""
    for key, name in (("channels", "name"), ("interpretations", "form")):
        for i, row in enumerate(answers.get(key, [])):
            if re.search(r"\d$", row[name]):
                message = f"“{row[name]}”以数字结尾，印出来与后面的数连成“{row[name]}{row['count']}”，请改写名称。"
                yield doubt("name-digit", message, f"/{key}/{i}/{name}")


def _patient(finding: Finding) -> Finding:
    """The finding as it is for a draft, which may be printed even if the numbers do not agree yet."""
    if finding.severity != "error" or finding.code in ("narrative-twice", "numbers-unprinted"):
        return finding
    return replace(finding, severity="warning", message=f"{finding.message}草稿可以先印，定稿前必须改正。")
