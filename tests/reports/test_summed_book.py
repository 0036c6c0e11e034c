"""The workbook of a sum shows every body, every figure with its parts, and what is to be done."""

from __future__ import annotations

from datetime import date
from functools import cache

import pytest

from gipdocs.reports.collecting.assessment import assess
from gipdocs.reports.collecting.corrections import Correction
from gipdocs.reports.collecting.main_figures import main_figures
from gipdocs.reports.collecting.submissions import Collection, Submission, arrange, collect
from gipdocs.reports.collecting.summed import SummedReport
from gipdocs.reports.collecting.summed_book import write_book
from gipdocs.reports.collecting.summing import sum_up
from gipdocs.spreadsheets.books import ReadSheet, read_sheets
from tests.reports import county
from tests.reports.samples import record

pytestmark = pytest.mark.slow
AGENCY = "云岭县人民政府"
NEW = "table3.new.natural_person"
CREATED = date(2025, 2, 1)
HEADS = 4


@cache
def gathered() -> Collection:
    """Ten bureaus, two of them with a fault, one twice; another has sent nothing, and a picture is no report."""
    files = [county.printed(i) for i in range(10)]
    twice = (f"又一份{files[2][0]}", files[2][1])
    return collect([*files, twice, ("照片.png", b"\x89PNG\r\n\x1a\n")], due=(*county.BODIES[:10], county.MISSING[0]))


@cache
def summed() -> SummedReport:
    return sum_up(gathered(), agency=AGENCY, corrections=[Correction(path=NEW, given=5000, reason="=两件重复登记")])


@cache
def book() -> bytes:
    return write_book(summed(), gathered(), assess(gathered()), author=AGENCY, created=CREATED)


@cache
def sheets() -> dict[str, ReadSheet]:
    return {sheet.name: sheet for sheet in read_sheets(book())}


def test_the_book_has_three_sheets_and_is_the_same_each_time() -> None:
    assert [*sheets()] == ["各单位", "全部数字", "要处理的事项"]
    again = write_book(summed(), gathered(), assess(gathered()), author=AGENCY, created=CREATED)
    assert again == book()


def test_every_body_has_a_line_with_its_state_and_its_figures() -> None:
    sheet = sheets()["各单位"]
    assert sheet.rows[0][0] == "2024年度政府信息公开工作年度报告汇总表"
    assert sheet.rows[1][0] == f"{AGENCY}　应报送11个单位，未报送1个，计入汇总10个单位"
    columns = {cell: k for k, cell in enumerate(sheet.rows[3])}
    lines = {row[0]: row for row in sheet.rows[HEADS:] if row[1]}
    assert [row[0] for row in sheet.rows[HEADS : HEADS + 12] if row[2] == "是"] == list(county.BODIES[:10])
    for i in range(10):
        line = lines[county.BODIES[i]]
        assert line[columns["新收"]] == str(county.sent(i).cells["table3.new.total"])
        assert line[columns["行政许可"]] == str(county.sent(i).cells["table2.licence.decisions"])
    assert lines[county.MISSING[0]][1:3] == ["未报送", "否"] and lines["照片.png"][1:3] == ["读不出", "否"]
    assert lines[county.BODIES[3]][1] == "退回修改"


def test_the_last_line_is_the_sum_with_what_was_changed_by_hand() -> None:
    sheet = sheets()["各单位"]
    columns = {cell: k for k, cell in enumerate(sheet.rows[3])}
    [total] = [row for row in sheet.rows if row[0] == "合计"]
    assert total[columns["新收"]] == str(summed().record.cells["table3.new.total"])
    assert any("人工更正为5000：=两件重复登记" in row[0] for row in sheet.rows)


def test_every_figure_has_its_parts_beside_it() -> None:
    sheet = sheets()["全部数字"]
    assert sheet.rows[2] == ["表", "行", "列", "合计", "更正", *county.BODIES[:10]]
    rows = sheet.rows[3:]
    assert len(rows) == len(summed().record.figures)
    for row, path in zip(rows, summed().record.figures, strict=True):
        wanted = [county.sent(i).cells[path] for i in range(10)]
        assert [float(cell) for cell in row[5:]] == [float(value or 0) for value in wanted], path
    changed, total = [row for row in rows if row[4]]
    assert changed[3] == "5000" and changed[4].endswith("，人工更正为5000：=两件重复登记")
    assert total[2] == "总计" and total[4] == "随分项更正"


def test_what_is_to_be_done_names_the_bodies_and_their_files() -> None:
    rows = sheets()["要处理的事项"].rows[3:]
    about = {row[0] for row in rows}
    assert about == {"（汇总）", county.BODIES[3], county.BODIES[9]}
    assert any(county.MISSING[0] in row[3] for row in rows) and any("照片.png" in row[3] for row in rows)
    assert all(row[2] in ("必须改正", "请核实", "供参考") for row in rows)


def test_the_older_form_has_columns_of_its_own() -> None:
    old = record("2020")
    headings = [one.heading for one in main_figures(old)]
    assert "规范性文件\n公开总数" in headings and "规范性文件\n现行有效" not in headings
    found = arrange([Submission(name="a.json", record=old)])
    summary = sum_up(found, agency=AGENCY)
    content = write_book(summary, found, assess(found), author=AGENCY, created=CREATED)
    assert next(iter(read_sheets(content))).rows[0][0].startswith("2020年度")
