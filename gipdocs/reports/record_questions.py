"""The questions of a report's record: strict about what is judged, tolerant of what only describes.

A document that asks a clerk for a record uses narrower versions of these questions. A record read from a published
report answers them as they are.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import marshmallow as ma

from gipdocs.errors import Fault, show_key, token
from gipdocs.questions import (
    Block,
    Choice,
    Date,
    Lines,
    LongText,
    Number,
    Question,
    Questions,
    Rows,
    refuse,
)
from gipdocs.questions.characters import normalise, visible
from gipdocs.questions.figures import FINEST_FIGURE, LARGEST, Grid, Notes, Open, Quantity, refuse_all
from gipdocs.reports import expressions, samples
from gipdocs.reports.forms import FIRST_YEAR, load_forms
from gipdocs.reports.record import SCHEMA, figures_of, plain_path
from gipdocs.reports.shapes import choose_form, choose_rows, places, shapes

LAST_YEAR = 2199
READABLE = "DOCX、PDF、XLSX、网页、文本"
ACCEPTED = ".json,.docx,.pdf,.xlsx,.csv,.html,.htm,.txt"
"""The kinds of files that hold a report: in words, and by the endings of their names, records among them."""
LONGEST = 50_000
"""The most characters of a text, and of all texts of a report together."""
MOST = 500
"""The longest list."""
MOST_PARTS = 99
FORMS = {form.key: f"{form.key}年格式（{form.basis}）" for form in load_forms().values()}


class Year(Number):
    """The year that a report is about."""

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> int:
        try:
            return super()._deserialize(value, attr, data, **kwargs)
        except ma.ValidationError:
            code = "range" if isinstance(value, int) and not isinstance(value, bool) else "type"
            raise refuse(code, f"请填写{self.label}，为{self.least}年以后的四位年份，例如2023。") from None


class Printed(LongText):
    """Text as it was printed: one line or many, or blank, and up to the length of a whole report."""

    def __init__(self, label: str, *, longest: int = LONGEST, **more: Any) -> None:
        super().__init__(label, longest=longest, **more)

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> str:
        if not isinstance(value, str) or len(value) > self.longest or visible(value):
            return super()._deserialize(value, attr, data, **kwargs)
        text = normalise(value)
        self._check_characters(text)
        return text


class RecordVersion(Printed):
    """The version of the record's keys."""

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> str:
        if value != SCHEMA:
            raise refuse("option", f"记录的版本应为“{SCHEMA}”，请用相同版本的系统生成记录。")
        return SCHEMA

    def json_type(self) -> dict[str, Any]:
        return {"const": SCHEMA}


class Formula(Printed):
    """Sums and differences of numbers and cells (`gipdocs.reports.expressions`)."""

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> str:
        text = super()._deserialize(value, attr, data, **kwargs)
        try:
            expressions.parse(text)
        except ValueError as error:
            cure = "应为单元格和数的加减，例如table3.new.total+1"
            raise refuse("expression", f"比对的算式写错了：{error}。{cure}。") from None
        return text


class Kept(Open):
    """Data that only describes a record: it is kept unchanged, even if null, and never judged."""

    def __init__(self, label: str, *, example: Any) -> None:
        super().__init__(label, shape={}, example=example, in_sample=False, on_file=True)
        self.allow_none = True


class PrintedLines(Lines):
    """Texts that come with a record; no clerk types them."""

    kind, kind_label = Open.kind, Open.kind_label

    def __init__(self, label: str, **more: Any) -> None:
        super().__init__(label, most=MOST, longest=LONGEST, of=Printed, in_sample=False, on_file=True, **more)


class PrintedCells(Notes):
    """Texts by cell that come with a record; no clerk types them."""

    kind, kind_label = Open.kind, Open.kind_label


class Columns(Open):
    """The columns of table 3, which a record may name but not choose."""

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> Any:
        if all(value != list(form.columns) for form in load_forms().values()):
            raise refuse("option", f"表三各列的顺序应为{'、'.join(next(iter(load_forms().values())).columns)}。")
        return value


def columns_shape() -> dict[str, Any]:
    """The JSON Schema of the columns of table 3, but for their order."""
    names = [form.columns for form in load_forms().values()]
    one = {"type": "string", "enum": [*dict.fromkeys(name for columns in names for name in columns)]}
    lengths = [*map(len, names)]
    return {"type": "array", "items": one, "minItems": min(lengths), "maxItems": max(lengths)}


class TableQuestion(Grid):
    """A table of the official form, checked against it only if it is known which form that is."""

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> Any:
        known = not isinstance(value, Mapping) or is_form_known(data)
        return super()._deserialize(value, attr, data, **kwargs) if known else dict(value)


def is_form_known(answers: Any) -> bool:
    """Whether year and format determine which form the tables have; they may still be wrong."""
    year, named = answers.get("year"), answers.get("format")
    is_year = isinstance(year, int) and not isinstance(year, bool) and FIRST_YEAR <= year <= LAST_YEAR
    return is_year and (named is None or (isinstance(named, str) and named in load_forms()))


class ItemQuestions(Questions):
    """One heading of a part with the text under it."""

    head = Printed(
        "小标题", example="（一）主动公开", help="连同序号，例如“（一）主动公开”；正文以序号开头的，这里只写序号。"
    )
    text = Printed("正文", example="本部分的数字与上年口径一致。", help="一行是一段。")


class SectionQuestions(Questions):
    """One of the six parts, in the office's own words."""

    no = Number("第几部分", least=1, most=MOST_PARTS, example=2, required=True)
    heading = Printed(
        "标题", example="二、主动公开政府信息情况", help="连同序号；前六部分的标题与格式一致的，可以不填。"
    )
    items = Rows("内容", ItemQuestions, most=MOST)
    table = Choice(
        "表格",
        options={"table2": "表二", "table3": "表三", "table4": "表四"},
        example="table2",
        on_file=True,
        help="表格总是印在格式规定的部分里。",
    )


class ProcessingFeeQuestions(Questions):
    """The 信息处理费 of the year."""

    yuan = Quantity(
        "收取金额（元）", finest=FINEST_FIGURE, example=150, help="没有收取的填0；不填的，报告里不写收费情况。"
    )
    cases = Number("收费的申请件数", most=LARGEST, example=1)
    quote = Printed("叙述中的原话", example="本年度没有收取信息处理费", in_sample=False, on_file=True)


class ClaimQuestions(Questions):
    """A number that the narrative states, and what it must equal."""

    key = Printed("名称", example="website_items")
    value = Quantity("数", least=-LARGEST, finest=FINEST_FIGURE, example=486)
    quote = Printed("原话", example="门户网站发布信息486条")
    where = Printed("所在位置", example="一（一）")
    compare = Formula("应当等于", example="table3.new.total", help="单元格和数的加减；没有可比的不填。")
    note = Printed("说明", example="与网站后台统计一致")


class YearQuestions(Questions):
    """The record of one year. Totals and whole tables may be absent and are then blank."""

    year = Year(
        "报告年度",
        least=FIRST_YEAR,
        most=LAST_YEAR,
        example=samples.YEAR,
        required=True,
        help="数据所属的年度，不是公布报告的年份。",
    )
    format = Choice(
        "格式",
        options=FORMS,
        example="2021",
        in_sample=False,
        on_file=True,
        help="不填的，按报告年度确定：2019年度、2020年度用2019年格式，2021年度起用2021年格式。",
    )
    agency = Printed(
        "报告机关",
        example=lambda office: office.profile.name,
        help="不填的，是本机关。编制本级人民政府报告的，填本级人民政府的名称。",
    )
    agency_kind = Printed("机关类别", example="department", in_sample=False, on_file=True, help="不填的，按机关概况。")
    level = Printed("机关层级", example="prefecture-city", in_sample=False, on_file=True)
    title = Printed(
        "标题",
        example=lambda office: f"{office.profile.name}{samples.YEAR}年政府信息公开工作年度报告",
        in_sample=False,
        help="不填的，由报告机关和年度组成。",
    )
    preamble = Printed(
        "前言",
        example=samples.PREAMBLE,
        in_sample=False,
        help="不填的，按机关概况写明编制依据、统计期限、查阅地点和联系方式。",
    )
    previous: Question = Kept("再上一年的报告", example={})
    table2 = TableQuestion(
        "表二　主动公开政府信息情况",
        shapes=shapes("table2"),
        choose=choose_form,
        also={"format": Choice("表二的格式", options=FORMS)},
        example=samples.TABLE2,
    )
    table3 = TableQuestion(
        "表三　收到和处理政府信息公开申请情况",
        shapes=shapes("table3"),
        choose=choose_rows,
        also={
            "form_rows": Choice("表三各行的格式", options=FORMS),
            "columns": Columns("表三各列", shape=columns_shape()),
        },
        example=samples.TABLE3,
    )
    table4 = TableQuestion(
        "表四　政府信息公开行政复议、行政诉讼情况", shapes=shapes("table4"), choose=choose_form, example=samples.TABLE4
    )
    remarks = Notes(
        "数字的说明",
        options=places(),
        longest=LONGEST,
        of=Printed,
        example={"table2.normative.issued": "与有关部门联合制发"},
        in_sample=False,
        help="印成脚注。与上年对不上又确有原因的（机构改革、集中清理等），在这里写明。",
    )
    processing_fee = Block("信息处理费", ProcessingFeeQuestions)
    sections = Rows(
        "整段自写的部分",
        SectionQuestions,
        most=MOST,
        in_sample=False,
        example=[{"no": 2, "heading": "二、主动公开政府信息情况", "items": [{"text": samples.OWN_WORDS}]}],
        help="写在这里的部分照原文印出，不再自动写。",
    )
    claims = Rows(
        "叙述中的数",
        ClaimQuestions,
        most=MOST,
        in_sample=False,
        on_file=True,
        help="自己写的叙述里有数字的，可以登记它应当等于表中的哪一格，系统逐一核对。",
    )
    signature = Printed(
        "落款机关",
        example=lambda office: office.profile.name,
        in_sample=False,
        help="不填的，与报告机关相同。",
    )
    date = Date(
        "落款日期", example=samples.DATE, open_in_draft=True, help="部门的报告应当在1月31日前公布，政府的在3月31日前。"
    )

    # Keys of a record read from a published report: kept, and never printed.
    schema = RecordVersion("记录版本", example=SCHEMA, in_sample=False, on_file=True)
    attachments = PrintedLines("网页附件的名称", example=["年度报告.pdf"])
    not_visible = PrintedLines("来源中看不到的单元格", example=["table4"])
    raw = PrintedCells(
        "来源中不是数字的单元格",
        options={},
        longest=LONGEST,
        of=Printed,
        example={"table4.suit_after.total": "无"},
        in_sample=False,
        on_file=True,
    )
    id = Kept("记录编号", example="a-2025")
    region = Kept("地区", example="某省某市")
    source = Kept("来源", example={"kind": "web"})
    labels_as_printed = Kept("来源中与格式不同的名称", example={"normative_row": "规范性文件"})
    extra_rows = Kept("来源中多出的行", example=[])
    anomalies = Kept("来源的异常", example=[])
    verdict = Kept("核对结论", example={"result": {}})
    notes = Kept("备注", example="无")
    format_note = Kept("格式的说明", example="无")

    # Answers that are given together with the record when its document is built.
    channels = Kept("主动公开信息的渠道和数量", example=samples.CHANNELS)
    interpretations = Kept("政策解读材料的形式和件数", example=samples.INTERPRETATIONS)
    narrative = Kept("第一、五、六部分的内容", example={})
    charts = Kept("图表", example=[])
    # Typed Any: a document declares them as questions of another kind.
    draft: Any = Kept("按草稿生成", example=True)
    overrides: Any = Kept("坚持出具的理由", example=[])

    @ma.validates_schema(skip_on_field_errors=False)
    def hold_together(self, answers: dict[str, Any], **kwargs: Any) -> None:
        """Refuse two forms for one table, texts about cells that the form lacks, and more text than a report has."""
        faults = list(_too_long(answers))
        if is_form_known(answers):
            faults += [*_two_forms(answers), *_no_such_cells(answers)]
        if faults:
            raise refuse_all(faults)


class RecordQuestions(YearQuestions):
    """The record of one report, with that of the year before."""

    previous = Block(
        "上年报告",
        YearQuestions,
        example=samples.previous,
        help="用来核对上年结转、现行有效件数等跨年关系，并在图表中对照。可以是上年下载的填写内容，也可以是上年发布的"
        f"报告（{READABLE}）。",
    )


def _too_long(answers: Mapping[str, Any]) -> Iterator[Fault]:
    items = [item for section in answers.get("sections", []) for item in section.get("items", [])]
    length = sum(len(text) for item in items for text in item.values())
    if length > LONGEST:
        yield Fault("/sections", "too-long", f"叙述部分共{length}字，超过{LONGEST}字，请压缩。")


def _two_forms(answers: Mapping[str, Any]) -> Iterator[Fault]:
    stated = answers.get("format"), answers.get("table2", {}).get("format")
    if None not in stated and len(set(stated)) > 1:
        yield Fault("/table2/format", "mismatch", "表二的格式与报告的格式不一致，请改为同一种。")


def _no_such_cells(answers: Mapping[str, Any]) -> Iterator[Fault]:
    known = figures_of(choose_form(answers), choose_rows(answers))
    for i, path in enumerate(answers.get("not_visible", [])):
        start = plain_path(path)
        if not any(one == start or one.startswith(f"{start}.") for one in known):
            yield _no_cell(f"/not_visible/{i}", path, "table3.rows.granted.total")
    seen = set()
    for key in answers.get("remarks", {}):
        path, pointer = plain_path(key), f"/remarks/{token(key)}"
        if path not in known:
            yield _no_cell(pointer, key, "table3.granted.total")
        elif path in seen:
            detail = f"“{path}”这个单元格有两条说明（写法带rows和不带rows的是同一格），请合并为一条。"
            yield Fault(pointer, "repeated", detail)
        seen.add(path)


def _no_cell(pointer: str, path: str, right: str) -> Fault:
    return Fault(pointer, "no-such-cell", f"没有“{show_key(path)}”这个单元格，例如{right}。")
