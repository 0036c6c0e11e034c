"""The questions of the annual report: the keys of its record, and what only the building needs."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

import marshmallow as ma

from gipdocs.errors import Fault, InvalidInput
from gipdocs.questions import (
    Block,
    Choice,
    Choices,
    Date,
    LongText,
    Number,
    Questions,
    Rows,
    StaffQuestions,
    Text,
)
from gipdocs.questions.figures import (
    Brought,
    Grid,
    Notes,
    Open,
    Quantity,
    refused,
)
from gipdocs.reports import forms, load, report_read
from gipdocs.reports import samples as tables
from gipdocs.reports.forms import FIRST_YEAR
from gipdocs.reports.loading import LAST_YEAR
from gipdocs.reports.narrative import plain
from gipdocs.reports.record import SCHEMA
from gipdocs.reports.shapes import choose_form, choose_rows, places, shapes

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
OBJECT, STRING = {"type": "object"}, {"type": "string"}
STRINGS = {"type": "array", "items": STRING}


class ItemQuestions(Questions):
    """One heading of a part with the text under it."""

    head = Text(
        "小标题", example="（一）主动公开", help="连同序号，例如“（一）主动公开”；正文以序号开头的，这里只写序号。"
    )
    text = LongText("正文", longest=LONGEST_PART, example="本部分的数字与上年口径一致。", help="一行是一段。")


class SectionQuestions(Questions):
    """One of the six parts, in the office's own words."""

    no = Number("第几部分", least=1, most=20, example=2, required=True)
    heading = Text("标题", example="二、主动公开政府信息情况", help="连同序号；前六部分的标题与格式一致的，可以不填。")
    items = Rows("内容", ItemQuestions)
    table = Choice(
        "表格",
        options={"table2": "表二", "table3": "表三", "table4": "表四"},
        example="table2",
        on_file=True,
        help="表格总是印在格式规定的部分里。",
    )


class NarrativeQuestions(Questions):
    """What the office adds to the sentences that the record's numbers make."""

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
    """How much was published in one place."""

    name = Text("渠道", longest=40, example="门户网站", required=True)
    count = Number("数量", example=486, required=True)
    unit = Text("单位", longest=4, example="条", help="不填的，按“条”。")


class InterpretationQuestions(Questions):
    """How many texts interpret a policy in one form."""

    form = Text("形式", longest=40, example="文字解读", required=True)
    count = Number("件数", example=6, required=True)


class FeeQuestions(Questions):
    """信息处理费 of the year."""

    yuan = Quantity("收取金额（元）", example=150, help="没有收取的填0；不填的，报告里不写收费情况。")
    cases = Number("收费的申请件数", example=1)
    quote = Text("叙述中的原话", longest=1000, example="本年度没有收取信息处理费", in_sample=False, on_file=True)


class ClaimQuestions(Questions):
    """A number that the narrative states, and what it must equal."""

    key = Text("名称", longest=100, example="website_items")
    value = Quantity("数", least=-(10**9), example=486)
    quote = Text("原话", longest=1000, example="门户网站发布信息486条")
    where = Text("所在位置", longest=100, example="一（一）")
    compare = Text("应当等于", longest=500, example="table3.new.total", help="单元格和数的加减；没有可比的不填。")
    note = Text("说明", longest=500, example="与网站后台统计一致")


def told(record: Any) -> str:
    """What last year's record is, in a few words."""
    year = record.get("year") if isinstance(record, Mapping) else None
    return f"{year}年度的报告" if isinstance(year, int) else "一份看不出年度的报告"


def counted(answers: Mapping[str, Any], key: str, name: str) -> Iterator[Fault]:
    """What makes the printed counts of `key` unclear: a number for a unit, the same `name` twice."""
    rows = answers.get(key, [])
    names = ["".join(plain(row[name]).split()) for row in rows]
    for i, row in enumerate(rows):
        unit = row.get("unit", "")
        if re.search(r"\d", unit):
            detail = f"单位“{unit}”里有数字，会和数量连在一起，请填“条”“件”“篇”等。"
            yield Fault(f"/{key}/{i}/unit", "unit", detail)
        if names[i] in names[:i]:
            detail = f"“{row[name]}”写了两次（第{names.index(names[i]) + 1}项、第{i + 1}项），请合并为一项。"
            yield Fault(f"/{key}/{i}/{name}", "repeated", detail)


class ReportQuestions(StaffQuestions):
    """The record of one year's report. Totals may be left blank: they are computed, and compared where given."""

    year = Number(
        "报告年度",
        least=FIRST_YEAR,
        most=LAST_YEAR,
        example=tables.YEAR,
        required=True,
        help="数据所属的年度，不是公布报告的年份。",
    )
    format = Choice(
        "格式",
        options={form.key: f"{form.key}年格式（{form.basis}）" for form in forms().values()},
        example="2021",
        in_sample=False,
        on_file=True,
        help="不填的，按报告年度确定：2019年度、2020年度用2019年格式，2021年度起用2021年格式。",
    )
    agency = Text(
        "报告机关",
        longest=60,
        example=lambda office: office.profile.name,
        help="不填的，是本机关。编制本级人民政府报告的，填本级人民政府的名称。",
    )
    agency_kind = Choice(
        "机关类别", options=KINDS, example="department", in_sample=False, on_file=True, help="不填的，按机关概况。"
    )
    level = Choice("机关层级", options=LEVELS, example="prefecture-city", in_sample=False, on_file=True)
    title = Text(
        "标题",
        longest=100,
        example=lambda office: f"{office.profile.name}{tables.YEAR}年政府信息公开工作年度报告",
        in_sample=False,
        help="不填的，由报告机关和年度组成。",
    )
    preamble = LongText(
        "前言",
        longest=3000,
        example=samples.PREAMBLE,
        in_sample=False,
        help="不填的，按机关概况写明编制依据、统计期限、查阅地点和联系方式。",
    )
    previous = Brought(
        "上年报告",
        shape=OBJECT,
        read=report_read,
        told=told,
        accept=".json,.docx,.html,.htm,.txt",
        example=tables.previous,
        help="用来核对上年结转、现行有效件数等跨年关系，并在图表中对照。可以是上年下载的填写内容，也可以是上年发布的"
        "报告（DOCX、网页、文本）。",
    )
    table2 = Grid(
        "表二　主动公开政府信息情况",
        shapes=shapes("table2"),
        choose=choose_form,
        also={"format": {"enum": [*forms(), None]}},
        example=tables.TABLE2,
    )
    table3 = Grid(
        "表三　收到和处理政府信息公开申请情况",
        shapes=shapes("table3"),
        choose=choose_rows,
        also={"form_rows": {"enum": [*forms(), None]}, "columns": {"type": "array", "items": {"type": "string"}}},
        example=tables.TABLE3,
    )
    table4 = Grid(
        "表四　政府信息公开行政复议、行政诉讼情况", shapes=shapes("table4"), choose=choose_form, example=tables.TABLE4
    )
    remarks = Notes(
        "数字的说明",
        options=places(),
        example={"table2.normative.issued": "与有关部门联合制发"},
        in_sample=False,
        help="印成脚注。与上年对不上又确有原因的（机构改革、集中清理等），在这里写明。",
    )
    processing_fee = Block("信息处理费", FeeQuestions)
    channels = Rows(
        "主动公开信息的渠道和数量",
        ChannelQuestions,
        example=samples.CHANNELS,
        help="写进第一部分（一），也用于图表；数量与网站、新媒体的统计一致。",
    )
    interpretations = Rows(
        "政策解读材料的形式和件数",
        InterpretationQuestions,
        example=samples.INTERPRETATIONS,
        help="写进第一部分（一），也用于图表。",
    )
    narrative = Block(
        "第一、五、六部分的内容",
        NarrativeQuestions,
        help="表格里的数字会自动写进句子，这里写数字以外的情况，没有的不填。整个部分自己写的，写在“整段自写的部分”里。",
    )
    sections = Rows(
        "整段自写的部分",
        SectionQuestions,
        most=20,
        in_sample=False,
        example=[{"no": 2, "heading": "二、主动公开政府信息情况", "items": [{"text": samples.OWN_WORDS}]}],
        help="写在这里的部分照原文印出，不再自动写。",
    )
    claims = Rows(
        "叙述中的数",
        ClaimQuestions,
        most=500,
        in_sample=False,
        on_file=True,
        help="自己写的叙述里有数字的，可以登记它应当等于表中的哪一格，系统逐一核对。",
    )
    charts = Choices("图表", options=CHARTS, example=list(CHARTS), help="不选的不印。图中的数字同时写在图下。")
    signature = Text(
        "落款机关",
        longest=60,
        example=lambda office: office.profile.name,
        in_sample=False,
        help="不填的，与报告机关相同。",
    )
    date = Date(
        "落款日期", example=tables.DATE, open_in_draft=True, help="部门的报告应当在1月31日前公布，政府的在3月31日前。"
    )

    # What a record read from a published report brings along: kept, and never printed.
    schema = Open("记录版本", shape=STRING, example=SCHEMA, in_sample=False, on_file=True)
    id = Open("记录编号", shape=STRING, example="a-2025", in_sample=False, on_file=True)
    region = Open("地区", shape=STRING, example="某省某市", in_sample=False, on_file=True)
    source = Open("来源", shape=OBJECT, example={"kind": "web"}, in_sample=False, on_file=True)
    attachments = Open("网页附件的名称", shape=STRINGS, example=["年度报告.pdf"], in_sample=False, on_file=True)
    not_visible = Open("来源中看不到的单元格", shape=STRINGS, example=["table4"], in_sample=False, on_file=True)
    raw = Open(
        "来源中不是数字的单元格",
        shape={"type": "object", "additionalProperties": {"type": "string"}},
        example={"table4.suit_after.total": "无"},
        in_sample=False,
        on_file=True,
    )
    labels_as_printed = Open(
        "来源中与格式不同的名称", shape=OBJECT, example={"normative_row": "规范性文件"}, in_sample=False, on_file=True
    )
    extra_rows = Open("来源中多出的行", shape={"type": "array"}, example=[], in_sample=False, on_file=True)
    anomalies = Open("来源的异常", shape={"type": "array"}, example=[], in_sample=False, on_file=True)
    verdict = Open("核对结论", shape=OBJECT, example={"result": {}}, in_sample=False, on_file=True)
    notes = Open("备注", shape=STRING, example="无", in_sample=False, on_file=True)
    format_note = Open("格式的说明", shape=STRING, example="无", in_sample=False, on_file=True)

    @ma.validates_schema(skip_on_field_errors=True)
    def be_a_record(self, answers: dict[str, Any], **kwargs: Any) -> None:
        """The record's own loader judges every figure, remark and claim; no part is given twice."""
        faults = [*counted(answers, "channels", "name"), *counted(answers, "interpretations", "form")]
        numbers = [section["no"] for section in answers.get("sections", [])]
        twice = [i for i, no in enumerate(numbers) if no in numbers[:i]]
        faults += [Fault(f"/sections/{i}/no", "repeated", f"第{numbers[i]}部分写了两次，请合并为一项。") for i in twice]
        faults += [
            Fault(f"/sections/{i}/heading", "required", f"第{section['no']}部分不在格式里，请写明标题。")
            for i, section in enumerate(answers.get("sections", []))
            if section["no"] not in PARTS and not section.get("heading")
        ]
        try:
            load(answers)
        except InvalidInput as error:
            faults += error.faults
        if faults:
            raise refused(faults)

    def compute(self, payload: dict[str, Any]) -> dict[str, Any]:
        """Totals from their parts, and last year's remainder where nothing is said of it."""
        return computed(payload)
