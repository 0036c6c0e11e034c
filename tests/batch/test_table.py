"""The table of a document: what it looks like, and that it says what was filled in."""

from __future__ import annotations

from io import BytesIO
from typing import Any

import pytest
from openpyxl import load_workbook

from gipdocs.batch.columns import find_columns, fold_heading, known_columns, offers_table
from gipdocs.batch.orders import OrderedRow
from gipdocs.batch.reading import read_table
from gipdocs.batch.table import make_table
from gipdocs.documents.registry import Registry, find
from gipdocs.errors import FormatNotOffered
from gipdocs.law import Office
from gipdocs.settings import PROJECT
from tests.batch.tabled import ENTRY, TabledQuestions, read
from tests.offices import SAMPLE, office_of

NESTED = ("annual-report", "catalogue", "report-comparison")
TABLED = sorted(set(find([PROJECT / "plugins"])) - set(NESTED))


@pytest.fixture
def office() -> Office:
    """The sample office: tables need neither service nor database."""
    return office_of(SAMPLE)


def opened(office: Office, **more: Any) -> Any:
    return load_workbook(BytesIO(make_table(ENTRY, office, **more)))


def headings(office: Office, **more: Any) -> list[str]:
    return [cell.value for cell in opened(office, **more)["填写"][1]]


def test_only_documents_with_rows_in_rows_very_many_rows_or_whole_records_offer_no_table(registry: Registry) -> None:
    assert [id for id, entry in registry.items() if not offers_table(entry.document)] == [*NESTED]


@pytest.mark.parametrize("id", NESTED)
def test_a_document_without_a_table_says_what_to_do(registry: Registry, office: Office, id: str) -> None:
    with pytest.raises(FormatNotOffered, match="逐件生成"):
        make_table(registry[id], office)
    with pytest.raises(FormatNotOffered, match="逐件生成"):
        read_table(registry[id], b"a,b", "a.csv", today=office.today)


@pytest.mark.parametrize("id", TABLED)
def test_a_document_s_sample_comes_back_from_its_table(registry: Registry, office: Office, id: str) -> None:
    entry = registry[id]
    samples = [entry.document.schema().sample(office, full=full) for full in (False, True)]
    table = make_table(entry, office, filled=[OrderedRow(answers=sample) for sample in samples])
    rows = read_table(entry, table, "table.xlsx", today=office.today)
    assert [(row.answers, [*row.faults]) for row in rows] == [(sample, []) for sample in samples]


@pytest.mark.parametrize("id", TABLED)
def test_no_two_headings_of_a_document_read_alike(registry: Registry, id: str) -> None:
    columns = known_columns(registry[id].document.schema).values()
    assert len({fold_heading(column.heading) for column in columns}) == len(columns)


def test_the_same_rows_give_the_same_bytes(office: Office) -> None:
    filled = [OrderedRow(answers=TabledQuestions().sample(office))]
    assert make_table(ENTRY, office, filled=filled) == make_table(ENTRY, office, filled=filled)


def test_headings_name_blocks_and_groups_and_mark_what_is_required(office: Office) -> None:
    assert headings(office) == [
        *(
            "序号",
            "申请·姓名*",
            "申请·电话",
            "标题*",
            "正文",
            "日期",
            "份数",
            "金额",
            "公开",
            "渠道",
            "可用渠道",
            "附件",
        ),
        *(f"征求意见{n}·{label}" for n in (1, 2, 3) for label in ("发出日期", "方式", "材料")),
        "按草稿生成",
        *(f"坚持出具的理由{n}·{label}" for n in (1, 2, 3) for label in ("提示代码", "理由")),
        "文件名",
    ]


def test_letters_ask_for_the_case_first(office: Office) -> None:
    assert headings(office, cases=True)[:3] == ["序号", "案件编号*", "申请·姓名*"]


def test_more_groups_have_columns_if_they_are_filled(office: Office) -> None:
    opinions = [{"sent": f"2026-03-{day:02}"} for day in range(1, 6)]
    table = make_table(ENTRY, office, filled=[OrderedRow(answers={"opinions": opinions})])
    sheet = load_workbook(BytesIO(table))["填写"]
    assert "征求意见5·发出日期" in [cell.value for cell in sheet[1]]
    assert read(table, base={"person": {"name": "甲"}, "title": "乙"})[0].answers["opinions"] == opinions


def test_cells_are_shaped_for_what_is_typed_into_them(office: Office) -> None:
    sheet = opened(office)["填写"]
    formats = {
        cell.value: sheet.column_dimensions[cell.column_letter].number_format
        for cell in sheet[1]
        if cell.column_letter in sheet.column_dimensions
    }
    assert [formats[name] for name in ("申请·电话", "日期", "份数", "金额")] == ["@", "yyyy-mm-dd", "0", "@"]
    assert sheet.freeze_panes == "B2"
    rules = {str(rule.sqref): rule for rule in sheet.data_validations.dataValidation}
    assert rules["J2:J10002"].type == "list" and rules["J2:J10002"].formula1.startswith("'_lists'!")
    assert rules["F2:F10002"].type == "date"
    assert rules["B2:B10002"].prompt == "必填。文字，最多200个字。"
    assert all(rule.showInputMessage and rule.prompt for rule in rules.values())


def test_the_lists_offer_labels(office: Office) -> None:
    book = opened(office)
    lists = [[cell.value for cell in column if cell.value] for column in book["_lists"].iter_cols()]
    assert lists == [["是", "否"], ["信函", "当面、现场", "网络"]]
    assert [sheet.title for sheet in book if sheet.sheet_state == "hidden"] == ["_keys", "_lists"]


def test_further_groups_are_folded_away_until_they_are_used(office: Office) -> None:
    sheet = opened(office)["填写"]
    folded = [cell.value for cell in sheet[1] if sheet.column_dimensions[cell.column_letter].hidden]
    assert folded[0] == "征求意见2·发出日期" and "征求意见1·发出日期" not in folded and "按草稿生成" in folded
    filled = [OrderedRow(answers={"opinions": [{"sent": "2026-03-01"}] * 2})]
    sheet = opened(office, filled=filled)["填写"]
    shown = [cell.value for cell in sheet[1] if not sheet.column_dimensions[cell.column_letter].hidden]
    assert "征求意见2·发出日期" in shown and "征求意见3·发出日期" not in shown


def test_the_example_is_grey_and_isn_t_read(office: Office) -> None:
    table = make_table(ENTRY, office, filled=[OrderedRow(answers={"title": "甲"})])
    sheet = load_workbook(BytesIO(table))["填写"]
    assert (sheet["A2"].value, sheet["B2"].value, sheet["B2"].font.color.rgb) == ("示例", "张三", "00808080")
    assert [row.answers["title"] for row in read(table)] == ["甲"]


def test_the_rules_explain_every_column(office: Office) -> None:
    rows = [[cell.value for cell in row] for row in opened(office)["填写说明"].iter_rows(min_row=8)]
    told = {row[0]: row[1:] for row in rows if row[0]}
    assert told["栏目"] == ["填什么", "怎么填", "示例"]
    assert told["渠道"][1:] == ["从列表中选一项。选项：信函、当面、现场、网络。", "当面、现场"]
    assert "征求意见1·发出日期" in told and "征求意见2·发出日期" not in told
    columns = find_columns(TabledQuestions, lambda rows, pointer: 1)
    assert [*told][1:] == [column.heading + "*" * column.owed for column in columns]


def test_a_table_with_problems_says_what_to_correct_and_is_read_again(office: Office) -> None:
    faults = [
        {"pointer": "/person/phone", "code": "format", "detail": "C7：“电话”：电话号码不对。", "column": "申请·电话"},
        {"pointer": "/opinions/0/sent", "code": "required", "detail": "请填写“发出日期”。", "column": ""},
        {"pointer": "", "code": "hidden", "detail": "第9行是隐藏的。", "column": ""},
    ]
    answers = {"person": {"name": "甲", "phone": "12"}, "title": "乙", "opinions": [{"papers": ["丙"]}]}
    table = make_table(ENTRY, office, filled=[OrderedRow(answers=answers, faults=faults)], with_problems=True)
    sheet = load_workbook(BytesIO(table))["填写"]
    problem = sheet.cell(1, sheet.max_column).value, sheet.cell(3, sheet.max_column).value
    assert problem == ("问题", "“电话”：电话号码不对。\n征求意见1·发出日期：请填写“发出日期”。\n第9行是隐藏的。")
    red = [cell.coordinate for cell in sheet[3] if cell.fill.fgColor.rgb == "00FFC7CE"]
    assert red == ["C3", "M3"]
    assert [(row.answers, [*row.faults]) for row in read(table)] == [(answers, [])]


@pytest.mark.parametrize("text", ["=cmd|' /C calc'!A0", "+1", "-1", "@SUM(A1)", "0013", "1e21", "_x0041_", " 两边 "])
def test_what_was_typed_stays_text(office: Office, text: str) -> None:
    answers = {"person": {"name": text}, "title": text, "papers": [text, "乙"]}
    table = make_table(ENTRY, office, filled=[OrderedRow(answers=answers, name="甲")])
    cell = load_workbook(BytesIO(table))["填写"]["B3"]
    assert (cell.data_type, cell.number_format) == ("s", "@")
    assert cell.quotePrefix == text.startswith(("=", "+", "-", "@"))
    assert [(row.answers, row.name) for row in read(table)] == [(answers, "甲")]


def test_wrong_answers_are_written_as_they_are(office: Office) -> None:
    answers = {"title": "甲\x00\ud800", "count": "十二", "day": "2026-02-30", "open": "也许", "kind": "fax", "ways": 7}
    sheet = load_workbook(BytesIO(make_table(ENTRY, office, filled=[OrderedRow(answers=answers)])))["填写"]
    written = {sheet.cell(1, cell.column).value: cell.value for cell in sheet[3] if cell.value is not None}
    assert written == {
        "序号": 1,
        "标题*": "甲\ufffd\ufffd",
        "份数": "十二",
        "日期": "2026-02-30",
        "公开": "也许",
        "渠道": "fax",
        "可用渠道": "7",
    }


def test_a_text_too_long_for_a_cell_is_told(office: Office) -> None:
    row = OrderedRow(answers={"title": "字" * 40_000})
    sheet = load_workbook(BytesIO(make_table(ENTRY, office, filled=[row], with_problems=True)))["填写"]
    assert "“标题”超过一个单元格能写的32767个字" in sheet.cell(3, sheet.max_column).value


def test_days_before_spreadsheets_count_them_are_texts(office: Office) -> None:
    rows = [OrderedRow(answers={"title": "甲", "day": day}) for day in ("1895-04-17", "1900-01-01", "2099-12-31")]
    table = make_table(ENTRY, office, filled=rows)
    assert [row.answers["day"] for row in read(table, base={"person": {"name": "甲"}})] == [
        row.answers["day"] for row in rows
    ]
