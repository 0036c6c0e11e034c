"""Table files become answers under their headings, and a wrong file says in Chinese what is wrong with it."""

from __future__ import annotations

import zipfile
from collections.abc import Sequence
from datetime import date, datetime
from io import BytesIO
from typing import Any

import pytest
from openpyxl import Workbook

from gipdocs.documents.books import LARGEST
from gipdocs.documents.fields import LongText, Number, Questions, Rows, StaffQuestions, Text
from gipdocs.documents.tables import is_table, read_table
from gipdocs.errors import InvalidInput


class ThingQuestions(Questions):
    kind = Text("公开事项", example="甲")
    content = LongText("公开内容", example="乙")
    way = Text("公开渠道", example="网站")
    pages = Number("页数", example=3)


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
        hidden=[HEAD, (1, "隐藏", "乙", "网站", 1)],
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
        ((("名称", "数量"), ("甲", 1)), ("no-headings", "公开事项、公开内容、公开渠道、页数")),
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
        packed.writestr("xl/worksheets/sheet1.xml", b" " * (LARGEST + 1))
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
