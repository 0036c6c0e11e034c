"""The official forms are the given ones, cell for cell."""

from __future__ import annotations

import json
from typing import Any

import pytest

from gipdocs.reports.forms import form_for, load_forms, place
from gipdocs.reports.grids import FormTable
from tests.reports.printing import placed
from tests.reports.samples import DATA

GIVEN: dict[str, Any] = json.loads((DATA / "forms.json").read_text("utf-8"))
TABLES = [(key, table) for key in GIVEN for table in GIVEN[key]["tables"]]


@pytest.mark.parametrize(("key", "table"), TABLES)
def test_each_grid_is_the_official_one(key: str, table: str) -> None:
    built = load_forms()[key].table(table)
    cells = [
        [[{"key": cell.figure.path} if cell.figure else cell.text, cell.rows, cell.columns] for cell in row]
        for row in built.rows
    ]
    assert cells == GIVEN[key]["tables"][table]["rows"]
    assert built.columns == GIVEN[key]["tables"][table]["columns"]


@pytest.mark.parametrize("key", list(GIVEN))
def test_basis_and_headings_are_the_official_ones(key: str) -> None:
    assert load_forms()[key].basis == GIVEN[key]["basis"]
    assert list(load_forms()[key].headings) == GIVEN[key]["headings"]


@pytest.mark.parametrize(("key", "table"), TABLES)
def test_the_cells_of_a_grid_cover_it_without_overlap(key: str, table: str) -> None:
    built = load_forms()[key].table(table)
    covered = [
        (row + down, column + across)
        for row, column, cell in placed(built)
        for down in range(cell.rows)
        for across in range(cell.columns)
    ]
    assert sorted(covered) == [(row, column) for row in range(len(built.rows)) for column in range(built.columns)]


@pytest.mark.parametrize(("key", "count"), [("2019", 22 + 161 + 15), ("2021", 10 + 175 + 15)])
def test_a_form_asks_for_every_figure_once(key: str, count: int) -> None:
    paths = [figure.path for table in load_forms()[key].tables for figure in table.figures]
    assert len(paths) == len(set(paths)) == count


@pytest.mark.parametrize(("year", "key"), [(2019, "2019"), (2020, "2019"), (2021, "2021"), (2030, "2021")])
def test_the_reported_year_decides_the_form(year: int, key: str) -> None:
    assert form_for(year).key == key


@pytest.mark.parametrize(
    ("path", "words"),
    [
        ("table2.normative.issued", "表二“行政规范性文件”本年制发件数"),
        ("table2.fee.amount_wan", "表二“行政事业性收费”本年收费金额（单位：万元）"),
        ("table3.new.total", "表三“一、本年新收政府信息公开申请数量”总计"),
        ("table3.o3_other.other_org", "表三“（六）其他处理—3.其他”其他"),
        ("table4.suit_after.upheld", "表四“复议后起诉”结果维持"),
    ],
)
def test_a_figure_is_named_by_its_row_and_column(path: str, words: str) -> None:
    assert place(path) == words


@pytest.mark.parametrize(("key", "table"), TABLES)
def test_every_label_but_the_corner_is_a_header_and_no_figure_is(key: str, table: str) -> None:
    built: FormTable = load_forms()[key].table(table)
    for row in built.rows:
        for cell in row:
            assert bool(cell.scope) == (cell.figure is None and not cell.text.startswith("（本列数据")), cell


def test_table_3_repeats_its_head_and_has_the_widths_of_the_template() -> None:
    table = load_forms()["2021"].table("table3")
    assert table.head_rows == 3
    assert table.widths == (754, 921, 3271, 685, 685, 685, 685, 685, 685, 685)


def test_the_groups_behind_the_headings_are_those_of_the_form() -> None:
    sizes = {key: {letter: len(rows) for letter, rows in form.groups.items()} for key, form in load_forms().items()}
    assert sizes == {"2019": {"D": 8, "U": 3, "N": 5, "O": 1}, "2021": {"D": 8, "U": 3, "N": 5, "O": 3}}
    assert len(load_forms()["2021"].results) == 21
