"""What a letter to a body lists: the parts by name, many faults of a kind as one, and nothing twice."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date

import pytest

from gipdocs.findings import Finding, doubt, fault, note
from gipdocs.reports import load
from gipdocs.reports.collecting.assessment import ReportStanding
from gipdocs.reports.collecting.places import place_of
from gipdocs.reports.collecting.returning import kind_of, letter_answers, list_items
from gipdocs.reports.collecting.submissions import Submission
from gipdocs.reports.judgement import check
from gipdocs.reports.record import Record
from tests.reports.clean import clean

REPORT = clean("suqian-2023")
THIRD = "第三部分（收到和处理政府信息公开申请情况）"


def spoilt() -> Record:
    """A report with a wrong total in eight rows, and with six figures that differ from last year's."""
    raw = REPORT.as_json()
    rows = raw["table3"]["rows"]
    for key in [*rows][2:9]:
        rows[key][6] += 3
    for column in range(6):
        rows["carried_in"][column] += 1
    return load(raw)


def texts(found: Sequence[Finding], kind: str = "", record: Record = REPORT) -> list[str]:
    return [item["text"] for item in list_items(found, record) if kind in ("", item["kind"])]


def test_what_only_helps_to_read_is_in_no_letter() -> None:
    assert texts([note("NARR-UNBOUND", "供参考。"), fault("T3-ROW", "甲。"), doubt("T2-FEE", "乙。")]) == [
        "甲。",
        "乙。",
    ]


def test_the_same_sentence_is_told_once() -> None:
    assert texts([doubt("S-UNIT", "甲。", "/sections/0"), doubt("S-UNIT", "甲。", "/sections/0")]) == ["甲。"]


def test_what_is_wrong_with_our_own_file_of_the_year_before_is_in_no_letter() -> None:
    assert texts([doubt("XY-PREV", "甲。", "/previous/year")]) == []


def test_corrections_come_first_and_each_in_the_order_of_the_report() -> None:
    found = [
        doubt("F-DATE", "落款。", "/date"),
        doubt("S-TITLE", "标题。", "/title"),
        fault("T4-SUM", "四。", "/table4/x/total"),
        fault("T2-INT", "二。", "/table2/rules/valid"),
    ]
    assert texts(found) == ["二。", "四。", "标题。", "落款。"]


def test_many_of_a_kind_are_one_item_that_still_names_each() -> None:
    report = spoilt()
    found = [one for one in check(report, REPORT.previous) if one.code == "T3-ROW"]
    assert len(found) == 8
    (text,) = texts(found, record=report)
    assert text.startswith("表三下列8处不相等，请核对各数后改正：“二、上年结转政府信息公开申请数量”一行六类申请人合计")
    assert text.count("总计写为") == 8 and text.count("请核对") == 1 and text.endswith("。")
    for one in found:
        place = (
            one.message.split("”一行")[0]
            .removeprefix("表三“")
            .replace("（区分处理的，只计这一情形，不计其他情形）", "")
        )
        assert text.count(f"“{place}”一行") == 1


def test_what_many_of_a_kind_share_is_said_once() -> None:
    report = spoilt()
    found = [one for one in check(report, REPORT.previous) if one.code == "XY-CARRY"]
    (text,) = texts(found, record=report)
    assert text.startswith("表三“二、上年结转政府信息公开申请数量”下列6处两数应当相等，请核对；")
    assert text.count("二、上年结转") == 1 and "：自然人为" in text and "；其他为" in text


def test_a_unit_that_is_wrong_in_three_places_is_told_once_with_the_places() -> None:
    words = "政府信息公开申请以“件”计，请将“份”改为“件”。"
    found = [doubt("S-UNIT", f"第一部分（二）“申请{i}份”：{words}", "/sections/0/items/1/text") for i in (3, 4, 5)]
    told = "；".join(f"第一部分（二）“申请{i}份”" for i in (3, 4, 5))
    assert texts(found) == [f"下列3处{words.removesuffix('。')}：{told}。"]


def test_two_of_a_kind_stay_two_sentences() -> None:
    found = [one for one in check(spoilt()) if one.code == "T3-ROW"][:2]
    assert texts(found) == [one.message for one in found]


def test_sentences_that_end_differently_are_not_put_together() -> None:
    found = [doubt("S-X", f"{word}，请{word}。", "/title") for word in "甲乙丙"]
    assert texts(found) == [one.message for one in found]


def test_sixty_findings_make_a_letter_that_can_be_read() -> None:
    raw = REPORT.as_json()
    for row in raw["table3"]["rows"].values():
        for column in range(7):
            row[column] += column * 7 + 1
    report = load(raw)
    found = [one for one in check(report, REPORT.previous) if one.severity != "info"]
    items = list_items(found, report)
    assert len(found) >= 40 and len(items) <= 20
    assert all(len(item["text"]) <= 6000 for item in items)


@pytest.mark.parametrize(
    ("pointer", "place"),
    [
        ("/title", "标题"),
        ("/preamble", "前言"),
        ("/table3/rows/sum/6", THIRD),
        ("/sections/2/items", THIRD),
        ("/table3/form_rows", "报告格式"),
        ("/processing_fee/yuan", "第六部分（其他需要报告的事项）"),
        ("/claims/0/value", "文字叙述"),
        ("/sections", "报告格式"),
        ("/date", "落款"),
        ("", "报告全文"),
    ],
)
def test_a_place_is_named_as_offices_do(pointer: str, place: str) -> None:
    assert place_of(doubt("X", "甲。", pointer), REPORT) == place


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        ("云岭县教育局", "department"),
        ("云岭县发展和改革委员会", "department"),
        ("云岭县人民政府办公室", "department"),
        ("云岭县人民政府", "government"),
        ("云岭县生态环境分局", "other"),
        ("云岭县税务局", "other"),
        ("青山镇人民政府", "other"),
        ("云岭经济开发区管理委员会", "other"),
        ("东关街道办事处", "other"),
        ("云岭县气象服务中心", "other"),
    ],
)
def test_the_kind_of_a_body_is_seen_in_its_name(body: str, kind: str) -> None:
    assert kind_of(body, None) == kind


@pytest.mark.parametrize(
    ("known", "kind"), [("government-office", "department"), ("central-branch", "other"), ("township", "other")]
)
def test_the_kind_that_a_report_tells_goes_before_the_name(known: str, kind: str) -> None:
    assert kind_of("云岭县教育局", replace(REPORT, agency_kind=known)) == kind


def test_answers_hold_what_the_letter_asks_for() -> None:
    standing = ReportStanding(
        body="云岭县教育局",
        state="wrong",
        submission=Submission(name="a.docx", body="云岭县教育局", record=REPORT),
        findings=(fault("T3-ROW", "甲。", "/table3/rows/sum/6"),),
    )
    answers = letter_answers(
        standing, year=2023, return_by=date(2024, 1, 24), date=date(2024, 1, 15), number="甲〔2024〕1号"
    )
    assert answers["findings"] == [{"kind": "must", "place": THIRD, "text": "甲。"}]
    assert (answers["return_by"], answers["date"], answers["number"]) == ("2024-01-24", "2024-01-15", "甲〔2024〕1号")


def test_a_body_without_a_report_gets_no_items() -> None:
    answers = letter_answers(ReportStanding(body="甲局", state="missing"), year=2023, return_by=date(2024, 1, 24))
    assert answers["findings"] == []
