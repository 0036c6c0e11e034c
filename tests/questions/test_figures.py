"""Questions for tables of figures, notes on them, and data that is kept as it came."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import marshmallow as ma
import pytest
from jsonschema import Draft202012Validator  # type: ignore[import-untyped]  # has no types

from gipdocs.errors import Fault, InvalidInput
from gipdocs.questions import Choice, Questions, load
from gipdocs.questions.figures import (
    Brought,
    Grid,
    GridCell,
    Notes,
    Open,
    Quantity,
    Shape,
    Sum,
    figure_at,
    put_figure,
    refuse_all,
)

SMALL = Shape(
    rows=(
        (GridCell(text="项目", scope="col"), GridCell(text="数", scope="col"), GridCell(text="合计", scope="col")),
        (
            GridCell(text="甲", scope="row"),
            GridCell(path=("rows", "a", 0), label="甲的数"),
            GridCell(path=("rows", "a", 1), label="甲合计"),
        ),
        (
            GridCell(text="费", scope="row"),
            GridCell(
                path=("fee", "amount"),
                label="费",
                kind="money",
                unit_path=("fee", "unit"),
                units=("元", "万元"),
                columns=2,
            ),
        ),
    ),
    sums=(Sum(total=("rows", "a", 1), parts=(("rows", "a", 0),)),),
    constants={"form": "small"},
)
OTHER = Shape(rows=((GridCell(path=("change",), label="增减", kind="signed"),),))


class SheetQuestions(Questions):
    kind = Open("种类", shape={"type": "string"}, example="small")
    table = Grid(
        "表",
        shapes={"small": SMALL, "other": OTHER},
        choose=lambda beside: "other" if beside.get("kind") == "other" else "small",
        also={"by": Choice("统计口径", options={"year": "年度", "month": "月度"})},
        example={"rows": {"a": [1, 1]}},
    )
    share = Quantity("比例", example=1.5)
    notes = Notes("说明", options={"rows.a.0": "甲的数"}, longest=5, example={"rows.a.0": "约数"})
    before = Brought("上次", shape={"type": "object"}, read=lambda data: {}, told=str, example={})


def faults(**payload: Any) -> list[tuple[str, str]]:
    with pytest.raises(InvalidInput) as raised:
        load(SheetQuestions, payload)
    return [(fault.pointer, fault.code) for fault in raised.value.faults]


@pytest.mark.parametrize(("given", "number"), [(3, 3), (1.05, Decimal("1.05")), ("18.871", Decimal("18.871"))])
def test_a_quantity_may_have_decimals(given: Any, number: Decimal) -> None:
    assert load(SheetQuestions, {"share": given})["share"] == number


@pytest.mark.parametrize(
    ("given", "code"),
    [
        (True, "type"),
        ([], "type"),
        ("一", "format"),
        (-1, "range"),
        ("NaN", "format"),
        ("1_0", "format"),
        ("0.1234567", "range"),
    ],
)
def test_what_is_no_quantity_is_refused(given: Any, code: str) -> None:
    assert faults(share=given) == [("/share", code)]


def test_data_is_kept_as_it_came_and_only_its_type_is_looked_at() -> None:
    assert load(SheetQuestions, {"before": {"a": [None]}})["before"] == {"a": [None]}
    assert faults(before=[1]) == [("/before", "type")]


def test_notes_are_short_texts_by_key() -> None:
    assert load(SheetQuestions, {"notes": {"rows.a.0": "约数"}})["notes"] == {"rows.a.0": "约数"}
    assert faults(notes={"rows.a.0": "太长的说明", "x": "\ud800"}) == [("/notes/x", "character")]
    assert faults(notes={"rows.a.0": "太长太长的说明"}) == [("/notes/rows.a.0", "too-long")]
    assert faults(notes="说明") == [("/notes", "type")]


def test_a_grid_has_the_shape_that_the_answers_beside_it_ask_for() -> None:
    grid = SheetQuestions().fields["table"]
    assert isinstance(grid, Grid)
    assert grid.shape({"kind": "other"}) is OTHER and grid.shape({}) is SMALL
    assert [cell.label for cell in SMALL.figures] == ["甲的数", "甲合计", "费"]


def test_a_grid_holds_every_figure_to_its_cell_and_a_blank_is_none() -> None:
    given = {"rows": {"a": [1, None]}, "fee": {"amount": "18.50", "unit": "元"}, "form": "small", "by": "month"}
    kept = {**given, "fee": {"amount": Decimal("18.5"), "unit": "元"}}
    assert load(SheetQuestions, {"table": given})["table"] == kept
    assert load(SheetQuestions, {"table": {"rows": {"a": [1]}, "fee": None}})["table"] == {
        "rows": {"a": [1]},
        "fee": None,
    }
    assert load(SheetQuestions, {"kind": "other", "table": {"change": -3}})["table"] == {"change": -3}


@pytest.mark.parametrize(
    ("table", "pointer", "code"),
    [
        ([1], "", "type"),
        ({"rows": {"a": [-1, 0]}}, "/rows/a/0", "range"),
        ({"rows": {"a": [1.5, "2"]}}, "/rows/a/0 /rows/a/1", "type"),
        ({"rows": {"a": []}}, "/rows/a", "rows"),
        ({"rows": {"a": [1, 2, 3]}}, "/rows/a", "rows"),
        ({"rows": {"a": 5}}, "/rows/a", "type"),
        ({"rows": [1]}, "/rows", "type"),
        ({"rows": {"b/c": [1, 2]}, "change": 1}, "/rows/b~1c /change", "unknown"),
        ({"fee": {"unit": "角"}}, "/fee/unit", "option"),
        ({"form": "other"}, "/form", "option"),
        ({"by": "day"}, "/by", "option"),
    ],
)
def test_what_is_wrong_in_a_grid_is_named_at_its_place(table: Any, pointer: str, code: str) -> None:
    assert sorted(faults(table=table)) == sorted((f"/table{one}", code) for one in pointer.split(" "))


def test_the_constants_in_an_answer_say_its_shape_whatever_is_beside_it() -> None:
    assert load(SheetQuestions, {"kind": "other", "table": {"form": "small", "rows": {"a": [1]}}})


@pytest.mark.parametrize(
    ("answer", "right"),
    [
        ({"rows": {"a": [1, 1]}, "fee": {"amount": 1.5, "unit": "万元"}, "form": "small"}, True),
        ({"form": "large"}, False),
        ({"rows": {"a": [None]}}, True),
        ({"change": -3}, True),
        ({"rows": {"a": [-1, 0]}}, False),
        ({"rows": {"a": [1, 2, 3]}}, False),
        ({"rows": {"b": [1, 2]}}, False),
        ({"fee": {"unit": "角"}}, False),
        ({"change": 1.5}, False),
    ],
)
def test_the_json_schema_of_a_grid_says_which_figures_are_right(answer: dict[str, Any], right: bool) -> None:
    schema = SheetQuestions().fields["table"].json_schema()  # type: ignore[attr-defined]  # a question
    Draft202012Validator.check_schema(schema)
    assert Draft202012Validator(schema).is_valid(answer) is right


def test_a_figure_is_put_where_its_path_leads_and_found_there() -> None:
    data: dict[str, Any] = {"rows": {"a": "不是数"}}
    put_figure(data, ("rows", "a", 1), 5)
    put_figure(data, ("fee", "amount"), None)
    assert data == {"rows": {"a": [None, 5]}, "fee": {"amount": None}}
    assert [figure_at(data, path) for path in (("rows", "a", 1), ("rows", "a", 9), ("fee", "x", 0), ("y",))] == [
        5,
        None,
        None,
        None,
    ]


def test_faults_of_another_loader_keep_their_pointers_and_codes() -> None:
    class Judged(Questions):
        table = Open("表", shape={}, example={})

        @ma.validates_schema
        def judge(self, data: Any, **kwargs: Any) -> None:
            raise refuse_all([Fault("/table/rows/0/a~1b", "figure", "甲。"), Fault("", "whole", "乙。")])

    with pytest.raises(InvalidInput) as raised:
        load(Judged, {"table": {}})
    assert {(fault.pointer, fault.code, fault.detail) for fault in raised.value.faults} == {
        ("/table/rows/0/a~1b", "figure", "甲。"),
        ("", "whole", "乙。"),
    }
