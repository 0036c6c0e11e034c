"""The questions of the annual report: those of its record, adapted for clerks, and those needed only for building it."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any

import marshmallow as ma

from gipdocs.errors import Fault
from gipdocs.questions import (
    Block,
    Choice,
    Choices,
    LongText,
    Number,
    Question,
    Questions,
    Rows,
    StaffQuestions,
    Text,
)
from gipdocs.questions.figures import Brought, Notes, Quantity, refuse_all
from gipdocs.reports import record_questions, report_read
from gipdocs.reports.narrative import plain
from gipdocs.reports.reading.filled import read_figures
from gipdocs.reports.record_questions import ACCEPTED, RecordQuestions, YearQuestions
from gipdocs.reports.shapes import places

from . import samples
from .computing import computed
from .report import PARTS

KINDS = {
    "department": "政府工作部门",
    "government": "人民政府（汇总报告）",
    "government-office": "人民政府办公厅（室）",
    "township": "乡镇人民政府、街道办事处",
    "ministry-level": "国务院部门",
    "central-branch": "实行垂直领导的机关",
}
LEVELS = {
    "ministry": "国家级",
    "ministry-branch": "国务院部门的派出、垂管机关",
    "province": "省级",
    "prefecture-city": "设区的市级",
    "county": "县级",
    "district": "市辖区",
    "township": "乡级",
}
CHARTS = {
    "channels": "主动公开信息的渠道",
    "interpretations": "政策解读材料的形式",
    "applications": "各类申请人的申请数量（有上年报告的，与上年对照）",
    "results": "申请的办理结果",
}
LONGEST_PART = 20_000  # characters
ASKED = {"in_sample": True, "on_file": False}
"""Settings for questions that the record only keeps but that clerks are asked."""


def narrowed(asked: type[Questions], key: str, kind: Callable[..., Question], /, *args: Any, **more: Any) -> Any:
    """A question of the record as the document asks it: of another `kind`, and with its own limits.

    Typed as Any, since the record's question may be of any kind.
    """
    stated = asked().fields[key]
    assert isinstance(stated, Question)
    same = ("help", "example", "in_sample", "on_file")
    return kind(stated.label, *args, **{name: getattr(stated, name) for name in same} | more)


class ItemQuestions(record_questions.ItemQuestions):
    """One heading within a part, with the text under it."""

    head = narrowed(record_questions.ItemQuestions, "head", Text)
    text = narrowed(record_questions.ItemQuestions, "text", LongText, longest=LONGEST_PART)


class SectionQuestions(record_questions.SectionQuestions):
    """One of the six parts, in the office's own words."""

    no = narrowed(record_questions.SectionQuestions, "no", Number, least=1, most=20, required=True)
    heading = narrowed(record_questions.SectionQuestions, "heading", Text)
    items = narrowed(record_questions.SectionQuestions, "items", Rows, ItemQuestions)


class NarrativeQuestions(Questions):
    """The office's additions to the sentences made from the record's numbers."""

    publication = LongText("主动公开", longest=3000, example=samples.PUBLICATION)
    requests = LongText("依申请公开", longest=3000, example=samples.REQUESTS)
    management = LongText("政府信息管理", longest=3000, example=samples.MANAGEMENT)
    platforms = LongText("政府信息公开平台建设", longest=3000, example=samples.PLATFORMS)
    supervision = LongText("监督保障", longest=3000, example=samples.SUPERVISION)
    assessment = LongText(
        "工作考核、社会评议和责任追究结果",
        longest=3000,
        example=samples.ASSESSMENT,
        in_sample=False,
        help="各级人民政府的报告应当写明，部门可以不写。",
    )
    problems = LongText("存在的主要问题", longest=3000, example=samples.PROBLEMS)
    improvements = LongText("改进情况", longest=3000, example=samples.IMPROVEMENTS)
    matters = LongText(
        "其他需要报告的事项", longest=3000, example=samples.MATTERS, help="一行是一项，序号自动编排；不必写收费情况。"
    )


class ChannelQuestions(Questions):
    """How much was published through one channel."""

    name = Text("渠道", longest=40, example="门户网站", required=True)
    count = Number("数量", example=486, required=True)
    unit = Text("单位", longest=4, example="条", help="不填的，按“条”。")


class InterpretationQuestions(Questions):
    """How many interpretations of policies have one form."""

    form = Text("形式", longest=40, example="文字解读", required=True)
    count = Number("件数", example=6, required=True)


class FeeQuestions(record_questions.ProcessingFeeQuestions):
    """The 信息处理费 of the year."""

    yuan = narrowed(record_questions.ProcessingFeeQuestions, "yuan", Quantity)
    cases = narrowed(record_questions.ProcessingFeeQuestions, "cases", Number)
    quote = narrowed(record_questions.ProcessingFeeQuestions, "quote", Text, longest=1000)


class ClaimQuestions(record_questions.ClaimQuestions):
    """A number that the narrative states, and what it must equal."""

    key = narrowed(record_questions.ClaimQuestions, "key", Text, longest=100)
    value = narrowed(record_questions.ClaimQuestions, "value", Quantity, least=-(10**9))
    quote = narrowed(record_questions.ClaimQuestions, "quote", Text, longest=1000)
    where = narrowed(record_questions.ClaimQuestions, "where", Text, longest=100)
    note = narrowed(record_questions.ClaimQuestions, "note", Text, longest=500)


def told(record: Any) -> str:
    """Last year's record in a few words."""
    year = record.get("year") if isinstance(record, Mapping) else None
    return f"{year}年度的报告" if isinstance(year, int) else "一份看不出年度的报告"


def counted(answers: Mapping[str, Any], key: str, name: str) -> Iterator[Fault]:
    """Faults that make the printed counts of `key` unclear: a digit in a unit, the same `name` twice."""
    rows = answers.get(key, [])
    names = ["".join(plain(row[name]).split()) for row in rows]
    for i, row in enumerate(rows):
        unit = row.get("unit", "")
        if re.search(r"\d", unit):
            detail = f"单位“{unit}”里有数字，会和数量连在一起，请填“条”“件”“篇”等。"
            yield Fault(f"/{key}/{i}/unit", "format", detail)
        if names[i] in names[:i]:
            detail = f"“{row[name]}”写了两次（第{names.index(names[i]) + 1}项、第{i + 1}项），请合并为一项。"
            yield Fault(f"/{key}/{i}/{name}", "repeated", detail)


class ReportQuestions(StaffQuestions, RecordQuestions):
    """The record of one year's report. Totals may be left blank: they are computed, and compared if they are given."""

    class Meta(RecordQuestions.Meta):
        fields = (
            *(
                "draft",
                "overrides",
                "year",
                "format",
                "agency",
                "agency_kind",
                "level",
                "title",
                "preamble",
                "previous",
            ),
            *("table2", "table3", "table4", "remarks", "processing_fee", "channels", "interpretations", "narrative"),
            *("sections", "claims", "charts", "signature", "date", "schema", "id", "region", "source", "attachments"),
            *("not_visible", "raw", "labels_as_printed", "extra_rows", "anomalies", "verdict", "notes", "format_note"),
        )  # the order in which a clerk is asked

    agency = narrowed(RecordQuestions, "agency", Text, longest=60)
    agency_kind = narrowed(RecordQuestions, "agency_kind", Choice, options=KINDS)
    level = narrowed(RecordQuestions, "level", Choice, options=LEVELS)
    title = narrowed(RecordQuestions, "title", Text, longest=100)
    preamble = narrowed(RecordQuestions, "preamble", LongText, longest=3000)
    previous = narrowed(
        RecordQuestions,
        "previous",
        Brought,
        shape={"type": "object"},
        schema=YearQuestions,
        read=report_read,
        told=told,
        accept=ACCEPTED,
    )
    remarks = narrowed(RecordQuestions, "remarks", Notes, options=places())
    processing_fee = narrowed(RecordQuestions, "processing_fee", Block, FeeQuestions)
    channels = narrowed(
        RecordQuestions,
        "channels",
        Rows,
        ChannelQuestions,
        help="写进第一部分（一），也用于图表；数量与网站、新媒体的统计一致。",
        **ASKED,
    )
    interpretations = narrowed(
        RecordQuestions,
        "interpretations",
        Rows,
        InterpretationQuestions,
        help="写进第一部分（一），也用于图表。",
        **ASKED,
    )
    narrative = narrowed(
        RecordQuestions,
        "narrative",
        Block,
        NarrativeQuestions,
        example=None,
        help="表格里的数字会自动写进句子，这里写数字以外的情况，没有的不填。整个部分自己写的，写在“整段自写的部分”里。",
        **ASKED,
    )
    sections = narrowed(RecordQuestions, "sections", Rows, SectionQuestions, most=20)
    claims = narrowed(RecordQuestions, "claims", Rows, ClaimQuestions, most=500)
    charts = narrowed(
        RecordQuestions,
        "charts",
        Choices,
        options=CHARTS,
        example=list(CHARTS),
        help="不选的不印。图中的数字同时写在图下。",
        **ASKED,
    )
    signature = narrowed(RecordQuestions, "signature", Text, longest=60)

    @ma.validates_schema(skip_on_field_errors=True)
    def print_nothing_twice(self, answers: dict[str, Any], **kwargs: Any) -> None:
        """No part and no name is given twice; a part beyond the form's has a heading."""
        faults = [*counted(answers, "channels", "name"), *counted(answers, "interpretations", "form")]
        numbers = [section["no"] for section in answers.get("sections", [])]
        twice = [i for i, no in enumerate(numbers) if no in numbers[:i]]
        faults += [Fault(f"/sections/{i}/no", "repeated", f"第{numbers[i]}部分写了两次，请合并为一项。") for i in twice]
        faults += [
            Fault(f"/sections/{i}/heading", "required", f"第{section['no']}部分不在格式里，请写明标题。")
            for i, section in enumerate(answers.get("sections", []))
            if section["no"] not in PARTS and not section.get("heading")
        ]
        if faults:
            raise refuse_all(faults)

    def compute(self, payload: dict[str, Any]) -> dict[str, Any]:
        """The answers with totals computed, and with last year's remainder filled in if it was left blank."""
        return computed(payload)

    def read_book(self, data: bytes) -> dict[str, Any]:
        """The three tables in a workbook or CSV, with year and agency if it names them."""
        return read_figures(data)
