"""A grid on the page gives the JSON that it shows, keeps what has no place, and knows where each fault belongs."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest
from werkzeug.datastructures import MultiDict

from gipdocs.errors import Fault, InvalidInput
from gipdocs.forms.figure_controls import Carried, Figures
from gipdocs.forms.forms import QuestionsForm, form_class
from gipdocs.questions import Questions, Text
from gipdocs.questions.figures import (
    Balance,
    Brought,
    Grid,
    GridCell,
    Notes,
    Open,
    Quantity,
    Shape,
    Sum,
    read_figure,
)
from gipdocs.web.remarks import attach

A, B, TOTAL = ("rows", "a", 0), ("rows", "b", 0), ("rows", "a", 1)
NEW = Shape(
    rows=(
        (
            GridCell(text="甲", scope="row"),
            GridCell(path=A, label="甲的数"),
            GridCell(path=B, label="乙的数"),
            GridCell(path=TOTAL, label="合计"),
        ),
        (GridCell(path=("fee",), label="费", kind="money", unit_path=("unit",), units=("元", "万元")),),
    ),
    sums=(Sum(total=TOTAL, parts=(A, B)),),
    balances=(Balance(label="甲", left=(A, B), right=(TOTAL,)),),
    constants={"form": "new"},
)
OLD = Shape(
    rows=((GridCell(path=A, label="甲的数"), GridCell(path=("old",), label="旧数")),), constants={"form": "old"}
)


def choose(beside: Mapping[str, Any]) -> str:
    stated = (beside.get("table") or {}).get("form")
    return str(stated or ("old" if beside.get("year") == "2020" else "new"))


def read(data: bytes) -> Any:
    if not data.startswith(b"{"):
        raise InvalidInput([Fault("", "file", "文件不对。")])
    return {"year": 2020, "size": len(data)}


class Sheet(Questions):
    year = Text("年度", example="2021")
    table = Grid("表", shapes={"new": NEW, "old": OLD}, choose=choose, example={})
    notes = Notes("说明", options={"rows.a": "甲的数", "fee": "费"}, example={"fee": "约数"})
    price = Quantity("金额", example=12.5)
    source = Open("来源", shape={"type": "object"}, example={"kind": "web"})
    last = Brought("上年", shape={"type": "object"}, read=read, told=lambda one: f"{one['year']}年度", example={})


def sent(**typed: str) -> QuestionsForm:
    return form_class(Sheet)(MultiDict({name.replace("__", "-"): text for name, text in typed.items()}))


def table(form: QuestionsForm) -> Figures:
    found = form.find("table")
    assert isinstance(found, Figures)
    return found


FULL: dict[str, Any] = {
    "year": "2021",
    "table": {"form": "new", "rows": {"a": [3, 5], "b": [2]}, "fee": 12.25, "unit": "万元"},
    "notes": {"rows.a": "其中1件约数", "fee": "含上年"},
    "price": 0.5,
    "source": {"kind": "web", "rows": [1, 2.5, None, "䶮"]},
    "last": {"year": 2020, "big": 9007199254740993},
}


def test_what_was_put_in_comes_out_as_the_same_json() -> None:
    form = form_class(Sheet)()
    form.prefill(FULL)
    assert form.payload() == FULL


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("12", 12),
        (" １２ ", 12),
        ("1,234,567", 1234567),
        ("+3", 3),
        ("-3", -3),
        ("12.25", 12.25),
        ("１，２３４．５", 1234.5),
        ("", None),
        ("　", "　"),
        ("/", "/"),
        ("12,34", "12,34"),
        ("三", "三"),
        ("9" * 20, "9" * 20),
        ("1.1234567", "1.1234567"),
        ("4①", "4①"),
        ("1²", "1²"),
        ("⑴", "⑴"),
        ("1_000", "1_000"),
    ],
)
def test_a_typed_figure_is_a_number_or_left_as_it_is(typed: str, meant: Any) -> None:
    assert (read_figure(typed), type(read_figure(typed))) == (meant, type(meant))


def test_blank_cells_are_null_and_a_blank_grid_is_no_answer() -> None:
    typed = sent(table__rows__a__0="3", table__unit="元")
    assert typed.payload()["table"] == {"form": "new", "rows": {"a": [3, None], "b": [None]}, "fee": None, "unit": "元"}
    assert sent(table__rows__a__0=" ", table__unit="元").payload() == {}


def test_figures_of_another_shape_wait_until_it_comes_back() -> None:
    form = sent(year="2021", table__rows__a__0="3", table__old="7")
    assert form.payload()["table"]["rows"]["a"][0] == 3 and "old" not in form.payload()["table"]
    assert table(form).elsewhere() == {"table-old": "7"}
    back = sent(year="2020", table__rows__a__0="3", table__old="7")
    assert back.payload()["table"] == {"form": "old", "rows": {"a": [3]}, "old": 7}
    assert table(back).elsewhere() == {}


def test_a_shape_that_a_file_asked_for_is_kept_until_somebody_says_otherwise() -> None:
    form = form_class(Sheet)()
    form.prefill({"year": "2021", "table": {"form": "old", "old": 7}})
    assert form.payload()["table"] == {"form": "old", "rows": {"a": [None]}, "old": 7}
    assert table(form).own_constants == {"form": "old"}
    usual = form_class(Sheet)()
    usual.prefill({"year": "2020", "table": {"form": "old", "old": 7}})
    assert table(usual).own_constants == {}
    assert sent(year="2021", table__old="7", table__form="old").payload()["table"]["old"] == 7


def test_the_page_knows_the_parts_of_every_sum_and_both_sides_of_a_balance() -> None:
    grid = table(sent(table__rows__a__0="3", table__rows__a__1="4"))
    totals = [cell for row in grid.rows() for cell in row if cell.parts]
    assert [(cell.name, cell.parts) for cell in totals] == [
        ("table-rows-a-1", ("table-rows-a-0", "table-rows-b-0")),
    ]
    assert [one.sums for one in grid.comparisons()] == [(3, 4)]
    assert [one.sums for one in table(sent()).comparisons()] == [(None, None)]
    assert grid.blanks() == [B, ("fee",)]


def test_a_fault_stands_at_its_cell() -> None:
    form = sent(table__rows__a__0="x")
    faults = [
        Fault(pointer, "c", "错。") for pointer in ("/table/rows/a/0", "/table/rows/a", "/table/unit", "/notes/fee")
    ]
    assert [one.place for one in attach(form, faults).every] == ["table", "table", "table-rows-a-0", "notes"]


def test_a_note_needs_a_figure_and_each_figure_one_note() -> None:
    form = form_class(Sheet)()
    for key, text in (("rows.a", "约数"), ("rows.a", "含上年"), ("", "没有位置")):
        row = form.add_row("notes")
        row.form.find("key").show(key)
        row.form.find("text").show(text)
    assert form.payload()["notes"] == {"rows.a": ["约数", "含上年"], "": "没有位置"}
    assert form.find("notes").below("rows.a").id == "notes-0"


def test_data_that_is_carried_along_comes_back_as_it_was_and_nonsense_is_left_for_the_schema() -> None:
    assert sent(source='{"a": [1, "\\u4e2d"]}').payload() == {"source": {"a": [1, "中"]}}
    assert sent(source="{broken").payload() == {"source": "{broken"}
    carried = sent(last='{"year": 2020}').find("last")
    assert isinstance(carried, Carried) and carried.told == "2020年度"
    assert sent(source='{"a": 1}').find("source").told == ""


@pytest.mark.parametrize("text", ['{"year": 2020, "year": 2021}', '{"year": NaN}', '{"year"', "[" * 5000])
def test_carried_data_that_is_not_exactly_one_value_comes_back_as_text_to_be_refused(text: str) -> None:
    assert sent(source=text).payload() == {"source": text}
