"""Where forty bureaus stand: in the right order, each fault told once, the year before found by itself."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from functools import cache
from io import BytesIO

import pytest
from openpyxl import load_workbook

from gipdocs.reports.collecting.assessment import STATES, ReportStanding, add_previous, assess, find_previous
from gipdocs.reports.collecting.overview import ReportsOverview
from gipdocs.reports.collecting.returning import letter_answers
from gipdocs.reports.collecting.submissions import Collection, Sent, collect
from gipdocs.reports.collecting.summing import sum_up
from tests.reports import county
from tests.reports.clean import clean
from tests.reports.printing import as_docx

pytestmark = pytest.mark.slow
OLD_WORD = ("水务局.doc", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(2000))


@cache
def gathered() -> Collection:
    return collect(county.files(), due=county.DUE)


@cache
def standings() -> tuple[ReportStanding, ...]:
    return assess(gathered())


def few(*files: Sent, due: tuple[str, ...] = ()) -> tuple[ReportStanding, ...]:
    return assess(collect(files, due=due))


def faulty() -> dict[str, str]:
    """The bodies into whose reports a fault was sown, with its name."""
    return {county.BODIES[i]: name for i, name in county.SOWN.items()}


def test_every_body_of_the_county_has_its_line() -> None:
    bodies = [one.body for one in standings()]
    assert set(bodies) == set(county.DUE)
    assert [body for body in bodies if bodies.count(body) > 1] == [county.BODIES[county.TWICE]] * 2


def test_lines_come_in_the_order_in_which_a_clerk_acts_on_them() -> None:
    states = [one.state for one in standings()]
    assert states == sorted(states, key=[*STATES].index)
    wrong = [len(one.of("error")) for one in standings() if one.state == "wrong"]
    assert wrong == sorted(wrong, reverse=True) and wrong


def test_who_sent_nothing_is_missing_and_comes_first() -> None:
    assert {one.body for one in standings() if one.state == "missing"} == set(county.MISSING)
    assert [one.state for one in standings()][: len(county.MISSING)] == ["missing"] * len(county.MISSING)


def test_whoever_is_asked_anything_has_a_fault_that_was_sown() -> None:
    asked = {one.body: {finding.code for finding in one.findings if finding.severity != "info"} for one in standings()}
    assert {body for body, codes in asked.items() if codes} == set(faulty())
    for body, name in faulty().items():
        assert asked[body] & set(county.CAUSES[name]), name


def test_a_report_that_came_twice_is_told_where_it_came_again() -> None:
    twice = [one for one in standings() if one.body == county.BODIES[county.TWICE]]
    assert sorted(len([found for found in one.findings if found.code == "sum-twice"]) for one in twice) == [0, 1]


def test_the_year_before_in_the_same_folder_is_used() -> None:
    files = [(f"{i}.json", county.as_json(county.right(i))) for i in (0, 1)]
    before = [(f"{i} 上年.json", county.as_json(county.earlier(i))) for i in (0, 1)]
    collection = collect([*files, *before])
    assert [one.name for one in collection.earlier] == ["0 上年.json", "1 上年.json"]
    assert [find_previous(one, collection).agency for one in collection.submissions] == [*county.BODIES[:2]]  # type: ignore[union-attr]
    assert not [found for line in assess(collection) for found in line.findings if found.code.startswith("XY")]


def test_a_folder_of_the_year_before_neither_chooses_the_year_nor_is_checked() -> None:
    now = [("甲.json", county.as_json(county.right(0)))]
    before = [(f"{i}.json", county.as_json(county.earlier(i))) for i in range(3)]
    collection = add_previous(collect(now), [*before, OLD_WORD])
    assert (collection.year, len(collection.submissions), len(collection.earlier)) == (county.YEAR, 1, 3)
    assert [one.name for one in collection.astray] == [OLD_WORD[0]]
    assert [one.file for one in assess(collection)] == ["甲.json"]


def test_what_was_carried_over_is_held_against_the_file_of_the_year_before() -> None:
    raw = county.earlier(0).as_json()
    raw["table3"]["rows"]["carried_out"] = [9, 0, 0, 0, 0, 0, 9]
    now = county.right(0).as_json() | {"previous": None}
    from gipdocs.reports import load

    files = [("甲.json", county.as_json(load(now))), ("甲上年.json", county.as_json(load(raw)))]
    (line,) = few(*files)
    assert "XY-CARRY" in {one.code for one in line.findings}


def test_reports_without_a_name_are_held_against_nobody_elses_year_before() -> None:
    nameless = {"agency": None, "title": None, "preamble": None, "previous": None, "signature": None}
    from gipdocs.reports import load

    now, then = (load(one.as_json() | nameless) for one in (county.right(0), county.earlier(1)))
    collection = collect([("a.json", county.as_json(now)), ("b.json", county.as_json(then))])
    assert find_previous(collection.submissions[0], collection) is None


def test_a_report_of_the_year_before_that_came_twice_is_used() -> None:
    now = ("甲.json", county.as_json(replace(county.right(0), previous=None)))
    before = [(name, county.as_json(county.earlier(0))) for name in ("旧.json", "旧（另存）.json")]
    collection = collect([now, *before], year=county.YEAR)
    assert find_previous(collection.submissions[0], collection) == county.earlier(0)


def test_of_different_reports_of_the_year_before_none_is_used_and_that_is_told() -> None:
    other = county.earlier(0).with_cells({"table2.licence.decisions": 1})
    files = (county.right(0), county.earlier(0), other)
    collection = collect([(f"{i}.json", county.as_json(one)) for i, one in enumerate(files)], year=county.YEAR)
    assert find_previous(collection.submissions[0], collection) is None
    assert assess(collection)[0].note == "2023年度的报告有2份，数字不同，没有对照。"
    told = {one.code: one.message for one in sum_up(collection, agency=county.COUNTY).findings}
    assert "没有上年报告，或者有几份不同的" in told["sum-previous"]


def test_the_check_and_the_sum_find_the_same_report_of_the_year_before() -> None:
    now = replace(county.right(0), previous=None, agency=f"{county.BODIES[0]}（本级）")
    files = (now, county.earlier(0))
    collection = collect([(f"{i}.json", county.as_json(one)) for i, one in enumerate(files)], year=county.YEAR)
    previous = sum_up(collection, agency=county.COUNTY).record.previous
    assert previous and find_previous(collection.submissions[0], collection)
    assert previous.cells["table3.new.total"] == county.earlier(0).cells["table3.new.total"]


def test_an_unreadable_file_says_what_to_do() -> None:
    lines = few(OLD_WORD, ("甲.docx", as_docx(clean("2023"))))
    overview = ReportsOverview(collection=collect([OLD_WORD, ("甲.docx", as_docx(clean("2023")))]), standings=lines)
    assert lines[0].state == "unreadable" and overview.sends_back
    assert "另存为“Word 文档(*.docx)”" in overview.explain()


def test_a_report_of_another_year_is_told_and_its_body_still_owes_one() -> None:
    agency = "云岭县商务局"
    old = ("商务局.json", county.as_json(clean("2021", agency=agency)))
    files = [old, *((f"{i}.json", county.as_json(county.right(i))) for i in range(2))]
    collection = collect(files, due=(*county.BODIES[:2], agency))
    lines = assess(collection)
    assert (lines[0].body, lines[0].state) == (agency, "missing")
    assert "商务局.json（2021年度）" in lines[0].note and "请报送2024年度的报告" in lines[0].note
    overview = ReportsOverview(collection=collection, standings=lines)
    assert "下列文件没有核对：商务局.json（2021年度的报告）。" in overview.explain()
    sheet = load_workbook(BytesIO(overview.xlsx(author="县政府办", created=date(2025, 1, 20))))["总表"]
    *_, last = sheet.iter_rows(min_row=4, values_only=True)
    assert last[1:4] == (agency, "商务局.json", "没有核对")


def overview() -> ReportsOverview:
    return ReportsOverview(collection=gathered(), standings=standings())


def test_the_json_of_the_table_has_these_keys() -> None:
    told = overview().as_json()
    assert [*told] == ["year", "summary", "counts", "standings", "earlier", "astray"]
    assert [*told["counts"]] == [*STATES] and sum(told["counts"].values()) == len(told["standings"])
    assert {tuple(one) for one in told["standings"]} == {("body", "file", "state", "note", "findings", "faults")}


def test_the_workbook_says_the_same_as_the_table() -> None:
    book = load_workbook(BytesIO(overview().xlsx(author="县政府办", created=date(2025, 1, 20))))
    assert book.sheetnames == ["总表", "明细"]
    lines = [[cell or "" for cell in row] for row in book["总表"].iter_rows(min_row=4, values_only=True)]
    assert [row[1:4] for row in lines] == [[one.body, one.file, STATES[one.state]] for one in standings()]
    assert [row[4] for row in lines] == [str(len(one.of("error"))) if one.judgement else "" for one in standings()]
    details = [row[4] for row in book["明细"].iter_rows(min_row=3, values_only=True)]
    assert details == [found.message for one in standings() for found in one.findings if found.severity != "info"]


def test_the_six_letters_tell_their_findings_once_and_nobody_else_gets_one() -> None:
    letters = [
        (one, letter_answers(one, year=county.YEAR, return_by=date(2025, 1, 24))["findings"]) for one in standings()
    ]
    assert {one.body for one, items in letters if items} == set(faulty())
    for one, items in letters:
        told = [found.message for found in one.findings if found.severity != "info"]
        assert [item["text"] for item in items].count("") == 0
        assert sorted(item["text"] for item in items) == sorted(told)  # fewer than three of a kind each
        assert [item["kind"] for item in items] == sorted((item["kind"] for item in items), reverse=True)


def two_versions() -> tuple[Collection, str, str]:
    """A faulty report of a bureau and another one of it whose figures differ, with their names."""
    first = (f"{county.BODIES[3]}.json", county.as_json(county.sent(3)))
    second = (f"{county.BODIES[3]}（修改稿）.json", county.as_json(county.right(3)))
    return collect([first, second]), first[0], second[0]


def test_different_files_of_a_body_are_asked_about_until_one_is_chosen() -> None:
    collection, _, second = two_versions()
    for chosen, severity in (({}, "warning"), ({county.BODIES[3]: second}, "info")):
        lines = assess(collection, take=chosen)
        told = [found for one in lines for found in one.findings if found.code == "sum-twice"]
        assert [found.severity for found in told] == [severity] * 2
        assert all(second in found.message for found in told)


def test_a_file_tells_which_other_counts_in_its_place() -> None:
    collection, first, second = two_versions()
    assert {one.instead for one in assess(collection)} == {""}
    chosen = assess(collection, take={county.BODIES[3]: second})
    assert {one.file: one.instead for one in chosen} == {first: second, second: ""}
