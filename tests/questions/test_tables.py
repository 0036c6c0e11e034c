"""Table files become answers under their headings, and a wrong file says in Chinese what is wrong with it."""

from __future__ import annotations

import zipfile
from collections.abc import Callable, Sequence
from datetime import date, datetime, timedelta
from io import BytesIO
from typing import Any

import pytest
from openpyxl import Workbook

from gipdocs.errors import InvalidInput
from gipdocs.filekinds import is_table
from gipdocs.packing import Member, unpack, write
from gipdocs.questions import (
    Date,
    LongText,
    Number,
    Questions,
    Rows,
    StaffQuestions,
    Text,
)
from gipdocs.questions.tables import read_table
from gipdocs.spreadsheets.counting import USUAL


class ThingQuestions(Questions):
    kind = Text("公开事项", example="甲")
    content = LongText("公开内容", example="乙")
    way = Text("公开渠道", example="网站")
    pages = Number("页数", example=3)
    since = Date("起始日期", example="2026-03-01")


class ListQuestions(StaffQuestions):
    title = Text("标题", example="一览")
    things = Rows("各项", ThingQuestions, example=[])


class PlainQuestions(StaffQuestions):
    title = Text("标题", example="一览")


HEAD = ("序号", "公开事项", "公开内容", "公开渠道", "页数")


def book(*rows: Sequence[Any], merge: str = "", hidden: Sequence[Sequence[Any]] = ()) -> bytes:
    """An XLSX with the rows on its first visible sheet."""
    workbook = Workbook()
    sheet = workbook.active
    for row in hidden:
        sheet.append(list(row))
    if hidden:
        sheet.sheet_state = "hidden"
        sheet = workbook.create_sheet("表二")
        workbook.active = sheet
    for row in rows:
        sheet.append(list(row))
    if merge:
        sheet.merge_cells(merge)
    out = BytesIO()
    workbook.save(out)
    return out.getvalue()


def things(data: bytes) -> Any:
    return read_table(data, ListQuestions)["things"]


def workbook(*sheets: Sequence[Sequence[Any]], change: Callable[[Workbook], None] = lambda book: None) -> bytes:
    """An XLSX with sheets named 表一, 表二 …, changed before it is saved."""
    made = Workbook()
    for number, rows in zip("一二三", sheets, strict=False):
        sheet = made.create_sheet(f"表{number}")
        for row in rows:
            sheet.append(list(row))
    made.remove(made.worksheets[0])
    change(made)
    out = BytesIO()
    made.save(out)
    return out.getvalue()


def changed(data: bytes, before: str, after: str, part: str = "xl/worksheets/sheet1.xml") -> bytes:
    """The XLSX with other words in one part."""
    members = unpack(data)
    assert before.encode() in members[part]
    members[part] = members[part].replace(before.encode(), after.encode())
    return write(Member.pack(name, content) for name, content in members.items())


def faults(data: bytes, name: str = "") -> list[str]:
    with pytest.raises(InvalidInput) as caught:
        read_table(data, ListQuestions, name)
    return [fault.detail for fault in caught.value.faults]


def code(data: bytes, schema: type[Questions] = ListQuestions) -> tuple[str, str]:
    with pytest.raises(InvalidInput) as caught:
        read_table(data, schema)
    (fault,) = caught.value.faults
    return fault.code, fault.detail


def test_rows_are_read_under_their_headings() -> None:
    data = book(HEAD, (1, "甲", "第一行\n第二行", "网站", 3), (2, "乙", "丙", None, None))
    assert things(data) == [
        {"kind": "甲", "content": "第一行\n第二行", "way": "网站", "pages": 3},
        {"kind": "乙", "content": "丙"},
    ]


def test_a_title_above_blank_rows_and_other_sheets_are_passed_over() -> None:
    data = book(
        ("目录",),
        ("更新日期：2026年1月5日",),
        HEAD,
        (),
        (1, "甲", "乙", "网站", 1),
        hidden=[("网站", "公告栏"), ("甲", "乙")],
    )
    assert [thing["kind"] for thing in things(data)] == ["甲"]


@pytest.mark.parametrize(
    ("headings", "keys"),
    [
        (("公开事项", "公开内容（要素）", "公开渠道和载体"), {"kind", "content", "way"}),
        (("事项", "内容", "渠道"), {"kind", "content", "way"}),
        (("公开\n事项", " 公开 内容 ", "公开渠道"), {"kind", "content", "way"}),
    ],
    ids=["longer", "shorter", "with blanks"],
)
def test_headings_may_be_written_a_little_differently(headings: Sequence[str], keys: set[str]) -> None:
    assert set(things(book(headings, ("甲", "乙", "丙")))[0]) == keys


def test_a_merged_cell_counts_for_each_of_its_rows() -> None:
    data = book(HEAD, (1, "甲", "一", "网站"), (2, None, "二", "网站"), (3, None, "三", "网站"), merge="B2:B4")
    assert [thing["kind"] for thing in things(data)] == ["甲", "甲", "甲"]


def test_headings_in_two_rows_are_read_by_the_lower_one() -> None:
    data = book(
        ("序号", "公开事项", None, "公开渠道"), (None, "公开事项", "公开内容", "公开渠道"), (1, "甲", "乙", "丙")
    )
    assert things(data) == [{"kind": "甲", "content": "乙", "way": "丙"}]


def test_numbers_days_and_truths_are_read_as_a_person_reads_them() -> None:
    cells = (1, 20.0, datetime(2026, 1, 5), True, 4)
    assert things(book(HEAD, cells)) == [{"kind": "20", "content": "2026-01-05", "way": "是", "pages": 4}]


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        (((*HEAD, "公开对象"), (1, "甲", "乙", "丙", 1, "社会")), ("strange-heading", "公开对象")),
        (((*HEAD, "公开内容"), (1, "甲", "乙", "丙", 1, "丁")), ("heading-twice", "公开内容")),
        ((("名称", "数量"), ("甲", 1)), ("no-headings", "公开事项、公开内容、公开渠道、页数、起始日期")),
        ((), ("no-headings", "公开事项")),
    ],
    ids=["strange column", "column twice", "no headings", "empty"],
)
def test_what_cannot_be_assigned_is_told_and_not_dropped(rows: Any, expected: tuple[str, str]) -> None:
    found, detail = code(book(*rows))
    assert found == expected[0] and expected[1] in detail


def test_a_damaged_file_a_bomb_and_a_document_without_rows_are_refused() -> None:
    assert code(b"PK\x03\x04 broken")[0] == "xlsx"
    bomb = BytesIO()
    with zipfile.ZipFile(bomb, "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("xl/worksheets/sheet1.xml", b" " * (USUAL.unpacked + 1))
    assert code(bomb.getvalue())[0] == "too-large"
    assert code(book(HEAD), PlainQuestions)[0] == "no-rows"
    assert code(book(*[("甲",)] * 5001))[0] == "too-many-cells"


def test_toml_holds_the_payload_itself() -> None:
    text = 'title = "一览"\nday = 2026-01-05\n[[things]]\nkind = "甲"\npages = 3\n'
    assert read_table(text.encode(), ListQuestions) == {
        "title": "一览",
        "day": date(2026, 1, 5).isoformat(),
        "things": [{"kind": "甲", "pages": 3}],
    }


@pytest.mark.parametrize(
    "data", [b"title = ", "标题 = 1".encode(), "甲".encode("gb18030")], ids=["cut", "key", "encoding"]
)
def test_wrong_toml_is_refused(data: bytes) -> None:
    assert code(data)[0] == "toml"


@pytest.mark.parametrize(
    ("name", "data", "expected"),
    [
        ("a.XLSX", b"", True),
        ("a.toml", b"", True),
        ("-", b"PK\3\4", True),
        ("a.json", b"{}", False),
        ("-", b"{}", False),
    ],
)
def test_a_table_is_known_by_its_name_or_its_first_bytes(name: str, data: bytes, expected: bool) -> None:
    assert is_table(name, data) is expected


ROW = (1, "甲", "乙", "网站", 1)


def test_every_sheet_with_the_headings_is_read_in_order_whatever_the_order_of_its_columns() -> None:
    data = workbook(
        [("说明",), ("本表一式两份",)],
        [HEAD, ROW],
        [("公开内容", "公开事项"), ("丁", "丙")],
    )
    assert [(thing["kind"], thing["content"]) for thing in things(data)] == [("甲", "乙"), ("丙", "丁")]


def test_a_sheet_that_goes_on_without_headings_is_named() -> None:
    (detail,) = faults(workbook([HEAD, ROW], [(2, "丙", "丁", "网站", 1)]))
    assert "工作表“表二”没有完整的表头，没有读入" in detail and "表一" not in detail


def test_a_title_over_merged_cells_does_not_look_like_a_table() -> None:
    wide = lambda made: made["表二"].merge_cells("A1:E1")  # noqa: E731  # a name for one line
    assert len(things(workbook([HEAD, ROW], [("填表说明",)], change=wide))) == 1


@pytest.mark.parametrize(
    ("change", "place"),
    [
        (lambda sheet: setattr(sheet.row_dimensions[2], "hidden", True), "“表一”表第2行是隐藏的"),
        (lambda sheet: setattr(sheet.column_dimensions["D"], "hidden", True), "“表一”表D列“公开渠道”是隐藏的"),
        (lambda sheet: sheet.column_dimensions.group("C", "D", hidden=True), "“表一”表C列“公开内容”是隐藏的"),
        (lambda sheet: setattr(sheet["B2"], "number_format", ";;;"), "“表一”表第2行“公开事项”：单元格的格式把内容隐藏了"),
        (lambda sheet: setattr(sheet, "sheet_state", "hidden"), "“表一”表是隐藏的"),
        (lambda sheet: setattr(sheet, "sheet_state", "veryHidden"), "“表一”表是隐藏的"),
    ],
    ids=["row", "column", "group of columns", "format", "sheet", "sheet hidden for good"],
)  # fmt: skip
def test_what_is_hidden_is_neither_published_nor_left_out(change: Callable[[Any], None], place: str) -> None:
    data = workbook([HEAD, ROW], [HEAD, ROW], change=lambda made: change(made["表一"]))
    assert faults(data)[0].startswith(place) and "要公开的请取消隐藏" in faults(data)[0]


@pytest.mark.parametrize(
    ("before", "after", "words"),
    [
        ('<row r="2"', '<row ht="0" customHeight="1" r="2"', "第2行是隐藏的"),
        ("<sheetData>", '<cols><col min="4" max="4" width="0"/></cols><sheetData>', "D列“公开渠道”是隐藏的"),
    ],
    ids=["row", "column"],
)
def test_what_has_no_height_or_width_is_hidden(before: str, after: str, words: str) -> None:
    assert words in faults(changed(workbook([HEAD, ROW]), before, after))[0]


def test_hidden_rows_and_columns_without_a_text_hide_nothing() -> None:
    def hide(made: Workbook) -> None:
        made["表一"].row_dimensions[3].hidden = True
        made["表一"].column_dimensions["A"].hidden = True
        made["表一"].column_dimensions["G"].hidden = True

    assert len(things(workbook([HEAD, ROW, (), ROW], change=hide))) == 2


@pytest.mark.parametrize(
    ("before", "after", "words"),
    [
        ('<c r="B2" t="inlineStr"><is><t>甲</t></is></c>', "<c r='B2'><f>A1</f></c>", "公式没有算出值，请在Excel或者WPS中打开、保存后再试"),
        ('<c r="B2" t="inlineStr"><is><t>甲</t></is></c>', "<c r='B2'><f>A1</f><v></v></c>", "公式没有算出值"),
        ('<c r="B2" t="inlineStr"><is><t>甲</t></is></c>', "<c r='B2' t='str'><f>A1</f></c>", "公式没有算出值"),
        ('<c r="B2" t="inlineStr"><is><t>甲</t></is></c>', "<c r='B2' t='e'><v>#REF!</v></c>", "显示的是“#REF!”"),
        ('<c r="B2" t="inlineStr"><is><t>甲</t></is></c>', "<c r='B2' t='str'><f>A1</f><v>#N/A</v></c>", "显示的是“#N/A”"),
        ("<t>甲</t>", "<t>#NAME?</t>", "显示的是“#NAME?”"),
        ("<t>甲</t>", "<t>######</t>", "显示的是“######”"),
    ],
)  # fmt: skip
def test_a_formula_without_its_value_is_told_with_its_cell(before: str, after: str, words: str) -> None:
    plain = workbook([HEAD, ROW])
    data = changed(changed(plain, "&#30002;", "甲"), before, after)
    (detail,) = faults(changed(data, 'fullCalcOnLoad="1"', "", "xl/workbook.xml"))
    assert detail.startswith("“表一”表第2行“公开事项”：") and words in detail


@pytest.mark.parametrize(
    ("after", "kind"), [("<f>A1</f><v>丙</v>", "丙"), ("<f>A1</f><v></v>", None)], ids=["text", "empty text"]
)
def test_what_a_formula_gave_is_read_if_the_book_does_not_ask_to_compute_it_anew(after: str, kind: str | None) -> None:
    data = changed(workbook([HEAD, ROW]), 't="inlineStr"><is><t>&#30002;</t></is>', f't="str">{after}')
    saved = changed(data, 'fullCalcOnLoad="1"', "", "xl/workbook.xml")
    assert things(saved)[0].get("kind") == kind
    assert "公式没有算出值" in faults(data)[0]


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("机关职能_x000D_\n简介", "机关职能\r\n简介"),
        ("甲_x0009_乙", "甲\t乙"),
        ("甲_x4E59_", "甲乙"),
        ("甲_x005F_x000D_", "甲_x000D_"),
        ("甲_x0007_", "甲\ufffd"),
        ("甲_xD83D_", "甲\ufffd"),
        ("_x000_", "_x000_"),
    ],
)
@pytest.mark.parametrize("shared", [False, True], ids=["in the cell", "among the shared texts"])
def test_characters_that_are_written_by_their_numbers_are_read(written: str, read: str, shared: bool) -> None:
    data = changed(workbook([HEAD, (1, "甲", "某", "网站", 1)]), "&#26576;", written)
    if shared:
        data = with_shared_text(data, written)
    assert things(data)[0]["content"] == read


def with_shared_text(data: bytes, written: str) -> bytes:
    """The XLSX with the text of C2 where Excel keeps texts."""
    main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    kind = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/sharedStrings"
    name, typed = (
        "xl/sharedStrings.xml",
        "application/vnd.openxmlformats-officedocument.spreadsheetml.sharedStrings+xml",
    )
    data = changed(data, f't="inlineStr"><is><t>{written}</t></is>', 't="s"><v>0</v>')
    data = changed(
        data, "</Types>", f'<Override PartName="/{name}" ContentType="{typed}"/></Types>', "[Content_Types].xml"
    )
    relation = f'<Relationship Id="rId99" Type="{kind}" Target="sharedStrings.xml"/>'
    data = changed(data, "</Relationships>", f"{relation}</Relationships>", "xl/_rels/workbook.xml.rels")
    members = unpack(data) | {name: f'<sst xmlns="{main}"><si><t>{written}</t></si></sst>'.encode()}
    return write(Member.pack(name, content) for name, content in members.items())


def test_numbers_and_days_are_read_as_they_are_shown_but_where_a_number_or_a_day_is_asked_for() -> None:
    def show(made: Workbook) -> None:
        sheet = made["表一"]
        for cell, look in {
            "B2": 'yyyy"年"m"月"d"日"',
            "C2": '0"个工作日"',
            "D2": "[h]:mm",
            "E2": '0"页"',
            "F2": "m.d",
        }.items():
            sheet[cell].number_format = look

    cells = (1, datetime(2026, 3, 1), 20, timedelta(hours=30), 3, datetime(2026, 3, 1))
    data = workbook([(*HEAD, "起始日期"), cells, (2, 0.3 + 0.6)], change=show)
    shown = {"kind": "2026年3月1日", "content": "20个工作日", "way": "30:00", "pages": 3, "since": "2026-03-01"}
    assert things(data) == [shown, {"kind": "0.9"}]


def test_a_format_that_only_chinese_systems_have_is_shown_as_they_do() -> None:
    data = workbook([HEAD, (1, "甲", 46082)], change=lambda made: setattr(made["表一"]["C2"], "number_format", "0.00"))
    assert (
        things(changed(data, '<xf numFmtId="2" ', '<xf numFmtId="31" ', "xl/styles.xml"))[0]["content"]
        == "2026年3月1日"
    )


def test_a_number_whose_format_is_not_known_is_told_with_its_cell() -> None:
    strange = lambda made: setattr(made["表一"]["C2"], "number_format", "# ?/?")  # noqa: E731  # a name for one line
    (detail,) = faults(workbook([HEAD, (1, "甲", 0.5)], change=strange))
    assert detail.startswith("“表一”表第2行“公开内容”：数字的显示格式读不出来")


@pytest.mark.parametrize(
    ("rows", "merge", "words"),
    [
        (((*HEAD,), ROW, ("注：不填的为本机关",)), "A3:E3", "第3行“注：不填的为本机关”不是表格的一行"),
        (((*HEAD,), ROW, ("注：不填的为本机关",)), "", "第3行“注：不填的为本机关”不是表格的一行"),
        (((*HEAD,), (None, "一、机构"), ROW), "B2:E2", "第2行“一、机构”不是表格的一行"),
        (((*HEAD,), (1, "甲", "乙丙")), "C2:D2", "第2行的“公开内容”“公开渠道”合并成了一格"),
        (((*HEAD,), (*ROW, None, "另见")), "", "第2行G列“另见”不在表头的任何一栏下面"),
    ],
    ids=["merged note", "note under the numbers", "merged heading", "two columns in one", "beside the table"],
)
def test_what_is_no_row_of_the_table_is_told_and_not_dropped(rows: Any, merge: str, words: str) -> None:
    data = workbook(rows, change=lambda made: made["表一"].merge_cells(merge) if merge else None)
    assert words in faults(data)[0]


def test_headings_over_each_page_are_no_rows_and_numbers_alone_neither() -> None:
    assert len(things(workbook([HEAD, ROW, HEAD, ROW, (3,), ("（四）",)]))) == 2


def test_the_first_two_levels_in_one_cell_are_the_first_level() -> None:
    data = workbook([HEAD, (1, "甲", None, "网站")], change=lambda made: made["表一"].merge_cells("B2:C2"))
    assert things(data) == [{"kind": "甲", "way": "网站"}]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
@pytest.mark.parametrize("name", ["目录.csv", "目录.xlsx"])
def test_a_csv_is_read_whatever_its_encoding(encoding: str, name: str) -> None:
    data = '序号,公开事项,公开内容,公开渠道,页数\r\n1,甲,"乙\n丙",网站,3\r\n'.encode(encoding)
    assert is_table(name, data)
    assert read_table(data, ListQuestions, name)["things"] == [
        {"kind": "甲", "content": "乙\n丙", "way": "网站", "pages": 3}
    ]


@pytest.mark.parametrize(
    ("name", "data", "words"),
    [
        ("a.xlsx", b"\xd0\xcf\x11\xe0" + b"\0" * 40 + "EncryptedPackage".encode("utf-16-le"), "加了密码的文件。请打开后先取消密码"),
        ("a.xlsx", b"\xd0\xcf\x11\xe0" + b"\0" * 40, "旧版Office文件"),
        ("-", b"\xd0\xcf\x11\xe0" + b"\0" * 40, "旧版Office文件"),
        ("a.csv", b"\xff\xfe\x00\xff", "不是XLSX或者CSV表格"),
        ("a.csv", b'"open', "不是XLSX或者CSV表格"),
        ("a.xls", b"<html><table><tr><td>1</td></tr></table>", "不是XLSX或者CSV表格"),
        ("a.csv", "甲,乙\n".encode() * 5001, "CSV文件超过5000行"),
    ],
    ids=["password", "old", "old from standard input", "no text", "open quotation", "page", "long"],
)  # fmt: skip
def test_a_file_of_another_kind_is_refused_in_chinese(name: str, data: bytes, words: str) -> None:
    assert is_table(name, data)
    (detail,) = faults(data, name)
    assert words in detail
