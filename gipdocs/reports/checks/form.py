"""Judges the form of a report: which official form it uses, its labels and headings, title, preamble, signature."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from difflib import SequenceMatcher
from itertools import islice

from gipdocs.questions.characters import find_forbidden
from gipdocs.reports.checks.names import check_names
from gipdocs.reports.checks.preamble import check_parts, check_period
from gipdocs.reports.forms import Form, form_for
from gipdocs.reports.narrative import plain
from gipdocs.reports.record import Record, plain_path
from gipdocs.reports.rules import Test, breach, held
from gipdocs.writing import chinese_date, quote

MOST = 50
"""At most this many differences are reported."""
UNIT_NOTE = re.compile(r"[(]单位:件[)]")
SIGNED = ("docx", "pdf")
"""Kinds of source that must be signed."""
DUE = {
    **dict.fromkeys(("department", "government-office", "ministry-level"), (1, 31)),
    "government": (3, 31),
}
"""Month and day by which the law has a report published: those of departments, and of governments from counties up."""
USUAL = (1, 31)
"""The day that notices usually set for all others: townships, branches of the central government, units of departments."""


def due_day(record: Record) -> date | None:
    """The last day for publishing the report (条例第四十九条); None if the law names none for this kind of body."""
    due = DUE.get(record.agency_kind or "")
    return due and date(record.year + 1, *due)


def check_form(record: Record) -> Iterator[Test]:
    """Every test of the form."""
    prescribed = form_for(record.year)
    if record.format == prescribed.key:
        yield held("F-FORM")
    else:
        words = f"{record.year}年度报告应使用{prescribed.basis}规定的格式，表二用的是{record.form.basis}的格式，请改用规定的格式。"
        yield breach("F-FORM", words, "/format", state="fail")
    if record.form_rows != record.format:
        words = (
            f"表二是{record.form.basis}的格式，表三“（六）其他处理”是{record.row_form.basis}的行数，"
            f"请统一为{prescribed.basis}的格式。"
        )
        yield breach("F-HYBRID", words, "/table3/form_rows", state="fail")
    yield from _labels(record)
    yield from _date(record, due_day(record))
    if record.sections:
        yield from _headings(record, prescribed)
        yield from check_parts(record)
        yield from _signed(record)
        yield from check_period(record)
    yield from _title(record)
    yield from _cited(record, prescribed)
    yield from _old_law(record)
    yield from check_names(record)
    yield from _attachments(record)


def _labels(record: Record) -> Iterator[Test]:
    """Breaches for labels that differ from the form's, and for rows that the form does not have."""
    printed = record.described.get("labels_as_printed")
    noted: dict[str, str] = {}
    for key, text in islice((printed if isinstance(printed, dict) else {}).items(), MOST):
        wanted = _label(key, record)
        if wanted and isinstance(text, str) and not find_forbidden(text) and _bare(text) != _bare(wanted):
            if UNIT_NOTE.sub("", _bare(text)) == _bare(wanted):
                noted[key] = text
            else:
                words = f"{quote(text)}与格式不一致，应为{quote(wanted)}，请改正。"
                yield breach("F-LABEL", words, f"/labels_as_printed/{key}")
    if noted:
        words = f"标题{'、'.join(map(quote, noted.values()))}比格式多了“（单位：件）”，格式中没有。"
        yield breach("F-LABEL", words, f"/labels_as_printed/{next(iter(noted))}", severity="info")
    rows = record.described.get("extra_rows")
    for i, row in enumerate(rows[:MOST] if isinstance(rows, list) else []):
        yield breach(
            "F-ROWS", f"表格中自行增加了行{_row_name(row)}。格式规定的行不增不减，请删去。", f"/extra_rows/{i}"
        )


def _label(key: str, record: Record) -> str | None:
    """The form's label behind a key of `labels_as_printed`: a heading, a row, or the column of a figure."""
    if match := re.fullmatch(r"(?:table|section)(\d)_heading", key):
        number = int(match[1])
        return record.form.headings[number - 1] if 1 <= number <= len(record.form.headings) else None
    path = "table2.normative" if key == "normative_row" else plain_path(key)
    if path in record.figures:
        return record.figures[path].column_label
    rows = [figure.row_label for one, figure in record.figures.items() if one.startswith(f"{path}.")]
    return re.sub(r"^（[一二三四五六七]）.+(?=\d\.)", "", rows[0]) if rows else None


def _row_name(row: object) -> str:
    name = str(row.get("label", "") if isinstance(row, dict) else row)
    return "" if find_forbidden(name) else f"：{name}"


def _bare(text: str) -> str:
    return re.sub(r"\s", "", plain(text))


def _date(record: Record, due: date | None) -> Iterator[Test]:
    if record.date is None:
        return
    if record.date <= date(record.year, 12, 31):
        words = f"落款日期{chinese_date(record.date)}在统计期限结束之前，请核对年份。"
        yield breach("F-DATE", words, "/date", state="fail")
    elif due is None and record.date > (usual := date(record.year + 1, *USUAL)):
        words = (
            f"落款日期{chinese_date(record.date)}晚于{chinese_date(usual)}。条例只规定了县级以上人民政府部门（1月31日前）、"
            "县级以上地方人民政府（3月31日前）的公布期限，其他单位请按当地的要求核对。"
        )
        yield breach("F-DATE", words, "/date", severity="info")
    elif due and record.date > due:
        words = f"落款日期{chinese_date(record.date)}晚于{chinese_date(due)}，已超过公布期限，请核对日期。"
        yield breach("F-DATE", words, "/date", state="fail")
    else:
        yield held("F-DATE")


def _headings(record: Record, form: Form) -> Iterator[Test]:
    """Tests that the six parts are there and in order; a heading may have a note of the unit."""
    given = [UNIT_NOTE.sub("", _bare(section.heading)) for section in record.sections]
    wanted = [_bare(heading) for heading in form.headings]
    for heading in form.headings:
        near = max((SequenceMatcher(None, _bare(heading), one).ratio() for one in given), default=0)
        if _bare(heading) not in given:
            words = f"{quote(heading)}部分的标题写法与格式不同，请按格式书写。"
            if near <= 0.6:
                words = f"没有找到{quote(heading)}部分，请按格式补上。"
            yield breach("F-HEAD", words, "/sections")
    if all(heading in given for heading in wanted) and [one for one in given if one in wanted] != wanted:
        yield breach("F-HEAD", "六个部分的顺序与格式不同，请调整。", "/sections")


def _signed(record: Record) -> Iterator[Test]:
    """Tests that a file is signed and dated; pages and copied text rarely are, since sites show both elsewhere."""
    if record.signature and record.date is not None:
        return
    lacking = "、".join(word for word, there in (("落款机关", record.signature), ("日期", record.date)) if not there)
    pointer = "/date" if record.signature else "/signature"
    if record.source_kind in SIGNED:
        yield breach("S-SIGN", f"报告没有{lacking}，请补上。", pointer)
    else:
        words = f"报告没有{lacking}。网页上另有发布机构和日期的，可以不写；报送和存档的文本请补上。"
        yield breach("S-SIGN", words, pointer, severity="info")


def _title(record: Record) -> Iterator[Test]:
    if record.title is None:
        return
    title = _bare(record.title)
    if "学年" in title:
        words = f"标题{quote(record.title)}写的是学年，行政机关按年度（1月1日至12月31日）编制报告，请改正。"
        yield breach("S-TITLE", words, "/title")
    if "政府信息公开工作年度报告" not in title:
        yield breach("S-TITLE", f"标题{quote(record.title)}不完整，应含“政府信息公开工作年度报告”。", "/title")
    years = re.findall(r"20\d\d", title)
    if years != [str(record.year)]:
        yield breach("S-TITLE", f"标题{quote(record.title)}中的年度应为{record.year}年，只写一次，请改正。", "/title")


def _cited(record: Record, form: Form) -> Iterator[Test]:
    """Tests the title and the number of the notice that prescribes the form."""
    text = plain(record.preamble or "")
    number = re.search(r"国办公开办函[〔\[(](\d{4})[〕\])](\d+)号", text)
    if number and f"国办公开办函〔{number[1]}〕{number[2]}号" != form.basis:
        words = f"引用的是{number[0]}，{record.year}年度报告的格式文件是{form.basis}，请改正。"
        yield breach("S-CITE", words, "/preamble")
    elif number and form.key != "2019" and re.search(r"年度报告格式[(]试行[)]", text):
        yield breach("S-CITE", f"{form.basis}的标题中没有“（试行）”，请核对引用的文件名称。", "/preamble")


def _old_law(record: Record) -> Iterator[Test]:
    """A breach if the Regulations are cited as they were before 2019, by the number of their promulgation alone."""
    text = plain(record.preamble or "")
    if "第492号" in text and "第711号" not in text:
        words = "引用的是修订前的条例（国务院令第492号），现行的是2019年修订的条例（国务院令第711号），请改正。"
        yield breach("S-CITE", words, "/preamble")


def _attachments(record: Record) -> Iterator[Test]:
    for i, name in enumerate(record.attachments):
        if re.search(r"[(]\d+[)]\.\w+$|副本|新建", plain(name)):
            yield breach("S-ATTACH", f"附件{quote(name)}的名称像是重复下载的副本，请改名。", f"/attachments/{i}")
