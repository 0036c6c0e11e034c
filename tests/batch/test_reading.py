"""Tables come back as what was typed, however their columns stand; what can't be read is told with its place."""

from __future__ import annotations

import json
from datetime import date, datetime
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from openpyxl import load_workbook

from gipdocs.batch.orders import MOST_ROWS, MOST_VALUES, OrderedRow
from gipdocs.batch.reading import read_ndjson
from gipdocs.batch.table import make_table
from gipdocs.errors import InvalidInput
from gipdocs.law import Office
from tests.batch.tabled import (
    ENTRY,
    KINDS,
    TabledQuestions,
    changed,
    csv_of,
    plain_table,
    read,
    rearranged,
    saved,
)
from tests.bombs import STRINGS, archive, book, laughs
from tests.offices import SAMPLE, office_of
from tests.spreadsheets.calc import save_again

NAMED = {"person": {"name": "甲"}}
"""What all documents share, so that a table may do without it."""
ANSWERS: dict[str, Any] = {
    "person": {"name": "张三", "phone": "0635-8888888"},
    "title": "=1+1",
    "text": "一\n二",
    "day": "2026-03-01",
    "count": 12,
    "sum": "380.50",
    "open": False,
    "kind": "visit",
    "ways": ["visit", "web"],
    "papers": ["甲", "乙"],
    "opinions": [{"sent": "2026-03-02", "ways": ["letter"], "papers": ["丙"]}, {"sent": "2026-03-03"}],
}
HEADINGS = ("标题", "份数", "日期", "公开", "渠道")


@pytest.fixture
def office() -> Office:
    """The sample office: tables need neither service nor database."""
    return office_of(SAMPLE)


def codes(data: bytes, name: str = "table.xlsx", **more: Any) -> list[str]:
    with pytest.raises(InvalidInput) as refused:
        read(data, name, **more)
    return [fault.code for fault in refused.value.faults]


def table_of(office: Office, *rows: dict[str, Any], **more: Any) -> bytes:
    return make_table(ENTRY, office, filled=[OrderedRow(answers=row) for row in rows], **more)


lines = st.text("甲乙丙丁 aZ09=+-@'\",;，。<&\U00020000\t", min_size=1, max_size=30).filter(str.strip)
one_line = lines.filter(lambda text: "\t" not in text)
days = st.dates(date(1800, 1, 1), date(2200, 1, 1)).map(str)
several = st.lists(st.sampled_from(sorted(KINDS)), min_size=1, unique=True)
papers = st.lists(one_line, min_size=1, max_size=4)
opinions = st.fixed_dictionaries({"sent": days}, optional={"ways": several, "papers": papers})
payloads = st.fixed_dictionaries(
    {"person": st.fixed_dictionaries({"name": one_line}), "title": one_line},
    optional={
        "text": st.lists(lines, min_size=1, max_size=3).map("\n".join),
        "day": days,
        "count": st.integers(0, 10**9),
        "sum": st.decimals(0, 10**9, places=2).map(str),
        "open": st.booleans(),
        "kind": st.sampled_from(sorted(KINDS)),
        "ways": several,
        "papers": papers,
        "opinions": st.lists(opinions, min_size=1, max_size=4),
    },
)


@pytest.mark.slow
@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(payloads, min_size=1, max_size=3), st.randoms(use_true_random=False))
def test_any_answers_come_back_however_the_columns_stand(payloads: list[dict[str, Any]], chance: Any) -> None:
    table = table_of(office_of(SAMPLE), *payloads)
    sheet = load_workbook(BytesIO(table))["填写"]
    filled = {cell.column for row in sheet.iter_rows(min_row=3) for cell in row if cell.value is not None}
    order = [number for number in range(1, sheet.max_column + 1) if number in filled or chance.random() < 0.7]
    chance.shuffle(order)
    labels = {number: f"改写的栏目{number}" for number in order if chance.random() < 0.4}
    rows = read(rearranged(table, order, labels), base=payloads[0])
    assert [(row.answers, [*row.faults]) for row in rows] == [(payload, []) for payload in payloads]


def test_lines_are_those_of_the_table(office: Office) -> None:
    table = changed(table_of(office, ANSWERS, ANSWERS), lambda sheet: sheet.insert_rows(4))
    assert [row.line for row in read(table)] == [3, 5]


def test_empty_cells_leave_the_answers_that_all_share(office: Office) -> None:
    assert read(table_of(office, {"title": "甲"}))[0].answers == {"title": "甲", "person": {}}


def test_a_group_without_answers_is_left_out(office: Office) -> None:
    def empty_the_first(sheet: Any) -> None:
        for cell in sheet[1]:
            if str(cell.value).startswith("征求意见1"):
                sheet.cell(3, cell.column).value = None

    row = read(changed(table_of(office, ANSWERS), empty_the_first))[0]
    assert row.answers["opinions"] == [{"sent": "2026-03-03"}]


def test_a_changed_example_is_a_row(office: Office) -> None:
    def change(sheet: Any) -> None:
        sheet["B2"].value = "李四"

    assert [row.answers["person"]["name"] for row in read(changed(table_of(office), change))] == ["李四"]


def test_an_unchanged_example_alone_is_an_empty_table(office: Office) -> None:
    assert codes(table_of(office)) == ["empty"]


def test_an_example_without_its_mark_isn_t_read_either(office: Office) -> None:
    assert [row.line for row in read(changed(table_of(office, ANSWERS), lambda sheet: sheet.delete_cols(1)))] == [3]


def test_headings_are_recognised_however_they_are_typed() -> None:
    row = ["甲", 1, "2026-03-01", "是", "网络"]
    headings = [" 标 题＊", "份\u3000数", "日\n期", "公开 ", "渠道*"]
    assert read(plain_table(headings, row), base=NAMED)[0].answers == {
        "person": {},
        "title": "甲",
        "count": 1,
        "day": "2026-03-01",
        "open": True,
        "kind": "web",
    }


@pytest.mark.parametrize(
    ("heading", "cell", "key", "answer"),
    [
        ("日期", date(2026, 3, 1), "day", "2026-03-01"),
        ("日期", datetime(2099, 12, 31), "day", "2099-12-31"),
        ("日期", "2026年3月1日", "day", "2026-03-01"),
        ("日期", "3月1日", "day", "2026-03-01"),
        ("日期", "昨天", "day", "昨天"),
        ("日期", 20260301, "day", "2026-03-01"),
        ("日期", datetime(2026, 3, 1, 9, 30), "day", "2026-03-01 9:30:00"),
        ("日期", 46082, "day", "46082"),
        ("份数", "12份", "count", 12),
        ("份数", "１，２００", "count", 1200),
        ("份数", 3.0, "count", 3),
        ("份数", 3.5, "count", "3.5"),
        ("金额", 380.5, "sum", "380.5"),
        ("金额", "￥1,200.00元", "sum", "1200.00"),
        ("申请·电话", 13800138000, "person", {"phone": "13800138000"}),
        ("申请·电话", "０６３５－８８８８８８８", "person", {"phone": "0635-8888888"}),
        ("公开", True, "open", True),
        ("公开", "否", "open", False),
        ("渠道", "web", "kind", "web"),
        ("渠道", " 当面、现场 ", "kind", "visit"),
        ("渠道", "电话", "kind", "电话"),
        ("可用渠道", "当面、现场、网络", "ways", ["visit", "web"]),
        ("可用渠道", "letter;网络", "ways", ["letter", "web"]),
        ("可用渠道", "网络或者电话", "ways", "网络或者电话"),
        ("附件", "甲\n\n乙", "papers", ["甲", "乙"]),
        ("正文", "　　一\n二 ", "text", "　　一\n二 "),
        ("正文", "字" * 10_001, "text", "字" * 10_001),
        ("正文", 0.1 + 0.2, "text", "0.3"),
    ],
)
def test_a_cell_is_read_as_a_form_reads_what_is_typed(heading: str, cell: Any, key: str, answer: Any) -> None:
    row = read(plain_table(["标题", heading], ["甲", cell]), base=NAMED)[0]
    assert (row.answers[key], [*row.faults]) == (answer, [])


@pytest.mark.parametrize(
    ("heading", "cell", "code", "words"),
    [
        ("公开", "也许", "option", "B2：“公开”请写“是”或者“否”。"),
        ("标题", "=1+1", "cell", "B2：公式没有算出值"),
        ("标题", "#REF!", "cell", "B2：公式出错"),
        ("正文", 1e21, "cell", "B2：数字的显示格式读不出来"),
        ("申请·电话", 110105194912310020, "cell", "B2：数字的显示格式读不出来"),
        ("文件名", "字" * 201, "too-long", "B2：“文件名”最多200个字"),
        ("案件编号", "9" * 41, "too-long", "B2：“案件编号”最多40个字"),
    ],
)
def test_a_cell_that_can_t_be_read_is_told_with_its_place(heading: str, cell: Any, code: str, words: str) -> None:
    rows = read(plain_table(["份数", heading], [1, cell]), base={**NAMED, "title": "甲"})
    (fault,) = rows[0].faults
    assert (fault["code"], fault["column"], fault["detail"].startswith(words)) == (code, heading, True)
    assert rows[0].answers["count"] == 1


def test_the_pointer_of_a_fault_is_that_of_the_answers() -> None:
    table = plain_table(["标题", "征求意见7·发出日期", "征求意见7·材料"], ["甲", "2026-03-01", "=A1"])
    row = read(table, base=NAMED)[0]
    assert row.answers["opinions"] == [{"sent": "2026-03-01"}]
    assert [fault["pointer"] for fault in row.faults] == ["/opinions/0/papers"]


def test_the_value_of_a_formula_counts() -> None:
    def with_value(xml: str) -> str:
        return xml.replace("</sheetData>", '<row r="2"><c r="A2" t="str"><f>B1</f><v>甲</v></c></row></sheetData>')

    data = book(
        sheet=lambda xml: with_value(_headed(xml)), workbook=lambda xml: xml.replace("fullCalcOnLoad", "calcOnSave")
    )
    assert read(data, base=NAMED)[0].answers["title"] == "甲"


def _headed(xml: str) -> str:
    head = '<row r="1"><c r="A1" t="inlineStr"><is><t>标题</t></is></c></row>'
    return xml[: xml.index("<sheetData")] + f"<sheetData>{head}</sheetData>" + xml[xml.index("</sheetData>") + 12 :]


def test_case_and_name_of_a_row_are_read(office: Office) -> None:
    rows = [OrderedRow(answers={"title": "甲"}, case="2026-0012", name="答复甲")]
    found = read(make_table(ENTRY, office, filled=rows, cases=True))[0]
    assert (found.case, found.name) == ("2026-0012", "答复甲")
    assert read(plain_table(["标题", "申请编号"], ["甲", "7"]), base=NAMED)[0].case == "7"


def test_a_hidden_row_is_a_fault(office: Office) -> None:
    def hide(sheet: Any) -> None:
        sheet.row_dimensions[4].hidden = True

    rows = read(changed(table_of(office, ANSWERS, ANSWERS), hide))
    assert [[fault["code"] for fault in row.faults] for row in rows] == [[], ["hidden"]]


def test_headings_may_stand_under_a_title() -> None:
    assert read(plain_table(["某机关批量答复"], [], ["标题", "份数"], ["甲", 1]), base=NAMED)[0].line == 4


@pytest.mark.parametrize(
    ("rows", "wanted"),
    [
        ([["标题", "份数", "备注"], ["甲", 1, "乙"]], ["strange-heading"]),
        ([["标题", "份数", "标题*"], ["甲", 1, "乙"]], ["heading-twice"]),
        ([["份数", "日期"], [1, "2026-03-01"]], ["heading-missing"]),
        ([["标题", "份数"], ["甲", 1, "乙"]], ["no-heading"]),
        ([["标题", "份数"]], ["empty"]),
        ([["标题", "份数"], ["", " "]], ["empty"]),
        ([["甲", "乙"], ["丙", "丁"]], ["no-headings"]),
        ([[]], ["empty"]),
        (
            [["份数", "备注", "份数"], [1, 2, 3, 4]],
            ["strange-heading", "heading-twice", "heading-missing", "no-heading"],
        ),
    ],
    ids=lambda value: "+".join(value) if isinstance(value[0], str) else "",
)
def test_a_table_with_wrong_columns_is_refused_as_a_whole(rows: list[list[Any]], wanted: list[str]) -> None:
    assert codes(plain_table(*rows), base=NAMED) == wanted


def test_what_all_share_needs_no_column() -> None:
    table = plain_table(["份数"], [1])
    assert codes(table) == ["heading-missing"]
    assert read(table, base={**NAMED, "title": "甲"})[0].answers == {"count": 1, "person": {}}


def test_two_sheets_with_rows_are_refused(office: Office) -> None:
    book = load_workbook(BytesIO(table_of(office, ANSWERS)))
    book.create_sheet("另一张").append(["标题"])
    assert codes(saved(book)) == ["several-sheets"]


def test_columns_merged_into_one_cell_are_refused(office: Office) -> None:
    assert codes(changed(table_of(office, ANSWERS), lambda sheet: sheet.merge_cells("B3:C3"))) == ["merged"]


def test_too_many_rows_are_refused() -> None:
    rows = csv_of(["标题"], *([["甲"]] * (MOST_ROWS + 1))).encode()
    assert codes(rows, "table.csv", base=NAMED) == ["too-many"]
    assert len(read(rows[:-5], "table.csv", base=NAMED)) == MOST_ROWS
    assert codes(csv_of(["标题"], *([["甲"]] * (MOST_ROWS + 51))).encode(), "a.csv", base=NAMED) == ["csv"]


@pytest.mark.parametrize(
    ("name", "data", "code"),
    [
        ("a bomb", lambda: archive({"xl/worksheets/sheet1.xml": b" " * (64 << 20) + b"  "}), "too-large"),
        ("entities", lambda: book(strings=laughs(STRINGS.format(""))), "xlsx"),
        ("a broken archive", lambda: b"PK\x03\x04" + b"\0" * 100, "xlsx"),
        ("an old workbook", lambda: b"\xd0\xcf\x11\xe0" + b"\0" * 600, "file"),
        ("a PDF", lambda: b"%PDF-1.7\n", "file"),
        ("nothing", lambda: b"", "empty"),
        ("a very long file", lambda: b"a" * ((20 << 20) + 1), "too-large"),
        ("text in UTF-16", lambda: "标题,份数\n甲,1\n".encode("utf-16"), "csv"),
        ("bytes", lambda: bytes(range(256)), "csv"),
        ("an open quote", lambda: '标题\n"甲'.encode(), "csv"),
    ],
    ids=lambda value: value if isinstance(value, str) and " " in value else "",
)
def test_what_is_no_table_is_refused(name: str, data: Any, code: str) -> None:
    assert codes(data(), "table.xlsx") == [code]


TYPED = [["标题", "正文", "申请·电话"], ["=1+1", '一"二"\n三,四', "0013"], [" 甲 ", "　　缩进", "+86"]]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t"], ids=["comma", "semicolon", "tab"])
def test_csv_is_read_in_the_usual_notations(encoding: str, delimiter: str) -> None:
    rows = read(csv_of(*TYPED, delimiter=delimiter).encode(encoding), "table.csv", base=NAMED)
    assert [(row.answers["title"], row.answers["text"], row.answers["person"]["phone"]) for row in rows] == [
        ("=1+1", '一"二"\n三,四', "0013"),
        (" 甲 ", "　　缩进", "+86"),
    ]


def csv_saved(table: bytes) -> bytes:
    """The sheet as a spreadsheet saves it as CSV."""
    rows = load_workbook(BytesIO(table))["填写"].iter_rows(values_only=True)
    texts = [["" if one is None else str(one).removesuffix(" 00:00:00") for one in row] for row in rows]
    return csv_of(*texts).encode("gb18030")


def test_a_table_saved_as_csv_says_the_same(office: Office) -> None:
    data = csv_saved(table_of(office, ANSWERS, ANSWERS))
    assert [row.answers for row in read(data, "table.csv", office=office)] == [ANSWERS, ANSWERS]


def test_a_marked_row_that_differs_from_the_example_is_a_fault_in_a_csv(office: Office) -> None:
    data = csv_saved(table_of(office, ANSWERS)).decode("gb18030").replace("张三", "李四").encode()
    rows = read(data, "table.csv", office=office)
    assert [[fault["code"] for fault in row.faults] for row in rows] == [["example-row"], []]
    assert [[fault["code"] for fault in row.faults] for row in read(csv_saved(table_of(office, ANSWERS)), "a.csv")] == [
        ["example-row"],
        [],
    ]


def test_lines_of_json_are_rows() -> None:
    lines = [{"answers": {"title": "甲"}, "name": "乙", "case": "3"}, {"answers": {}}]
    data = "\n\n".join(json.dumps(line) for line in lines).encode()
    assert read_ndjson(data) == [
        OrderedRow(answers={"title": "甲"}, name="乙", case="3", line=1),
        OrderedRow(answers={}, line=3),
    ]
    assert read(data, "rows.ndjson")[0].answers == {"title": "甲"}
    assert codes(b'{"document": "tabled"}\n' + data, "rows.jsonl") == ["json"]
    assert codes(b"\n", "rows.jsonl") == ["empty"]


def test_what_no_database_keeps_is_replaced_by_a_character_that_is_refused() -> None:
    data = b'{"answers": {"title": "\\ud800\\u0000a", "papers": ["\\u0000"], "count": 1e999}}'
    assert read_ndjson(data)[0].answers == {"title": "\ufffd\ufffda", "papers": ["\ufffd"], "count": "\ufffd"}


def test_more_values_than_a_batch_may_have_are_refused_before_they_are_read() -> None:
    line = b'{"answers": {"a": [' + b"[]," * 400 + b"[]]}}\n"
    assert codes(line * (MOST_VALUES // 800 + 1), "rows.ndjson") == ["too-large"]


@pytest.mark.parametrize(
    "line",
    [
        "[]",
        "{",
        '{"answers": []}',
        '{"answers": {}, "more": 1}',
        '{"answers": {}, "name": 1}',
        '{"answers": {}, "name": "a\\u0000"}',
        '{"answers": {}, "case": "\\ud800"}',
        '{"answers": {}, "case": ""}'.replace('""', f'"{"9" * 41}"'),
        '{"answers": {"a": 1, "a": 2}}',
        '{"answers": {"a": NaN}}',
    ],
)
def test_a_line_that_is_no_row_is_told_by_its_number(line: str) -> None:
    with pytest.raises(InvalidInput, match="第2行读不出来") as refused:
        read_ndjson(f'{{"answers": {{}}}}\n{line}\n'.encode())
    assert [fault.code for fault in refused.value.faults] == ["json"]


def test_too_many_lines_are_refused() -> None:
    with pytest.raises(InvalidInput, match="最多10000行"):
        read_ndjson(b'{"answers": {}}\n' * (MOST_ROWS + 1))


@pytest.mark.converter
@pytest.mark.slow
@pytest.mark.parametrize(
    "format", ["xlsx", "csv:Text - txt - csv (StarCalc):44,34,76,1,,0,false,true,false"], ids=["xlsx", "csv"]
)
def test_a_table_saved_by_libreoffice_says_the_same(office: Office, tmp_path: Path, format: str) -> None:
    saved = save_again(table_of(office, TabledQuestions().sample(office), ANSWERS), tmp_path, format)
    rows = read(saved, f"table.{format.partition(':')[0]}", office=office)
    assert [(row.answers, [*row.faults]) for row in rows] == [(TabledQuestions().sample(office), []), (ANSWERS, [])]
