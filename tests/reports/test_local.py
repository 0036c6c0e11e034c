"""What a place asks beside the national form is asked only of its own reports, with its notice as the basis."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from gipdocs.app import create_app
from gipdocs.cli import main
from gipdocs.findings import Finding
from gipdocs.profile import ReportChoices
from gipdocs.profile.values import COUNTS
from gipdocs.reports import check, judge
from gipdocs.reports.checks.local import WORDS
from gipdocs.reports.record import Record
from gipdocs.settings import PROJECT, Settings
from tests.reports.clean import clean
from tests.reports.samples import given

NOTICE = "《云岭县关于编制2023年度报告的通知》（云政办发〔2023〕54号）"
TOLD: Mapping[str, str] = {
    "website": "门户网站公开信息912条。",
    "media": "微信公众号发布信息340条。",
    "gazette": "政府公报刊登文件36件。",
    "boards": "通过公告栏公开信息12条。",
    "interpretation": "发布政策解读5篇。",
    "response": "回应社会关切十二次。",
    "documents": "现行有效的规范性文件3件。",
    "platforms": "建成公开平台4个。",
    "zones": "设政务公开专区2处。",
    "issues": "编发政府公报6期。",
}


def found(record: Record, **rules: Any) -> list[Finding]:
    """The findings of the place's rules."""
    return [one for one in check(record, local=ReportChoices(source=NOTICE, **rules)) if one.code.startswith("L-")]


def overview(text: str, **changes: Any) -> Record:
    """A right report whose part one is one paragraph."""
    record = clean("2023")
    first = replace(record.sections[0], items=(replace(record.sections[0].items[0], head="", text=text),))
    return replace(record, sections=(first, *record.sections[1:]), **changes)


def test_nothing_is_asked_of_a_report_unless_the_place_does() -> None:
    record = overview("字" * 3000, date=date(2024, 1, 31))
    assert found(record) == []
    assert judge(record).tested.keys() == judge(record, local=ReportChoices(source=NOTICE)).tested.keys()


def test_a_part_one_that_is_too_long_is_told_with_the_notice_that_asks() -> None:
    (finding,) = found(overview("字" * 990 + "　\n" + "字" * 3), longest_overview=990)
    assert finding.message == "第一部分“总体情况”共993字（不计空格），本地要求不超过990字，请压缩。"
    assert (finding.basis, finding.severity, finding.pointer) == (NOTICE, "warning", "/sections/0")
    assert found(overview("字" * 990), longest_overview=990) == []


@pytest.mark.parametrize("key", list(COUNTS))
def test_each_count_that_is_asked_for_is_looked_for(key: str) -> None:
    assert found(overview(TOLD[key]), told=(key,)) == []
    (finding,) = found(overview("2023年，认真做好政务公开各项工作。"), told=(key,))
    assert finding.message == f"第一部分没有写明{COUNTS[key]}，本地要求写明，请补写；没有的，写明没有。"


def test_every_count_has_the_words_beside_which_it_stands() -> None:
    assert WORDS.keys() == COUNTS.keys() == TOLD.keys()


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("政府公报全年编发6期。", "gazette"),
        ("政府公报刊登文件36件。", "issues"),
        ("2023年，继续办好政务公开专区。", "zones"),
        ("规范性文件管理进一步加强。全年培训3次。", "documents"),
    ],
)
def test_another_number_is_not_taken_for_the_count(text: str, key: str) -> None:
    assert found(overview(text), told=(key,))


@pytest.mark.parametrize(
    ("text", "key"),
    [("本机关没有设立政务公开专区。", "zones"), ("未编发政府公报。", "issues"), ("无公告栏。", "boards")],
)
def test_a_count_may_be_told_to_be_none(text: str, key: str) -> None:
    assert found(overview(text), told=(key,)) == []


def test_all_counts_that_lack_are_told_at_once() -> None:
    (finding,) = found(overview("全年开展工作。"), told=("website", "zones"))
    assert "没有写明政府网站公开信息的数量、政务公开专区的数量，" in finding.message


@pytest.mark.parametrize(
    ("day", "codes"),
    [((2024, 1, 26), []), ((2024, 1, 27), ["L-SENT"]), ((2024, 1, 31), ["L-SENT"]), ((2024, 2, 1), [])],
    ids=["in time", "a day late", "the last day of the law", "too late by law"],
)
def test_a_report_is_sent_by_the_day_that_the_place_sets(day: tuple[int, int, int], codes: list[str]) -> None:
    record = overview("全年开展工作。", date=date(*day), agency_kind="department")
    assert [one.code for one in found(record, send_by=(1, 26))] == codes
    assert found(replace(record, agency_kind="government"), send_by=(1, 26)) == []


def test_a_township_is_late_by_the_day_of_the_place_alone() -> None:
    record = overview("全年开展工作。", date=date(2024, 2, 5), agency_kind="township")
    assert [one.code for one in found(record, send_by=(1, 26))] == ["L-SENT"]


RULES = f"""
[reports]
source = "{NOTICE}"
longest_overview = 100
"""


@pytest.fixture
def agency(tmp_path: Path) -> Path:
    """The shipped profile with a rule of the place."""
    path = tmp_path / "agency.toml"
    path.write_text((PROJECT / "agency.toml").read_text(encoding="utf-8") + RULES, encoding="utf-8")
    return path


def test_the_command_judges_by_the_rules_in_the_profile(
    agency: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    report = tmp_path / "2023.json"
    report.write_text(json.dumps(given("2023")), encoding="utf-8")
    main(["report", "check", str(report)])
    assert "L-LENGTH" not in capsys.readouterr().out
    main(["report", "check", str(report), "--agency", str(agency)])
    told = capsys.readouterr().out
    assert "[L-LENGTH] 第一部分" in told and f"（依据：{NOTICE}）" in told


def test_api_and_document_judge_by_the_rules_in_the_profile(agency: Path) -> None:
    client = create_app(Settings(secret_key="test", agency=agency)).test_client()
    for path in ("/api/v1/reports/check", "/api/v1/documents/annual-report/check"):
        findings = client.post(path, json=given("2023")).get_json()["findings"]
        assert [one["basis"] for one in findings if one["code"] == "L-LENGTH"] == [NOTICE], path
