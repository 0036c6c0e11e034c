"""The rules of the form: which form, labels and headings, title, preamble, signature, date."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from gipdocs.findings import Finding
from gipdocs.reports import check, load
from tests.reports.samples import given


def found(raw: dict[str, Any], code: str) -> list[Finding]:
    """The findings of one rule about a record."""
    return [finding for finding in check(load(raw)) if finding.code == code]


def changed(change: Callable[[dict[str, Any]], object], name: str = "2023") -> dict[str, Any]:
    """A sample with a change."""
    raw = given(name)
    change(raw)
    return raw


def setting(**values: object) -> Callable[[dict[str, Any]], object]:
    """A change that sets top-level keys."""
    return lambda raw: raw.update(values)


def test_a_sound_report_breaks_no_rule_of_the_form() -> None:
    codes = {finding.code for finding in check(load(given("2023"))) if finding.severity != "info"}
    assert not {code for code in codes if code.startswith(("F-", "S-"))}


@pytest.mark.parametrize(
    ("raw", "code"),
    [
        ({"year": 2022, "format": "2019"}, "F-FORM"),
        ({"year": 2023, "table3": {"form_rows": "2019"}}, "F-HYBRID"),
        ({"year": 2023, "date": "2024-02-01"}, "F-DATE"),
        ({"year": 2023, "date": "2023-01-18"}, "F-DATE"),
        ({"year": 2023, "date": "2024-04-01", "agency_kind": "government"}, "F-DATE"),
        ({"year": 2023, "title": "某局2023年政府信息公开工作度报告"}, "S-TITLE"),
        ({"year": 2023, "title": "某局2022年政府信息公开工作年度报告"}, "S-TITLE"),
        ({"year": 2023, "preamble": "根据国办公开办函〔2019〕60号编制。"}, "S-CITE"),
        ({"year": 2020, "preamble": "根据国办公开办函〔2021〕30号编制。"}, "S-CITE"),
        ({"year": 2023, "preamble": "《年度报告格式（试行）》（国办公开办函〔2021〕30号）"}, "S-CITE"),
        ({"year": 2023, "attachments": ["年度报告 (1).doc"]}, "S-ATTACH"),
        ({"year": 2023, "extra_rows": [{"label": "其他主动公开文件"}]}, "F-ROWS"),
        ({"year": 2021, "labels_as_printed": {"normative_row": "规范性文件"}}, "F-LABEL"),
        ({"year": 2023, "labels_as_printed": {"table3.d2_law_forbidden": "2.其他法律行政止公开"}}, "F-LABEL"),
        ({"year": 2020, "labels_as_printed": {"table2.normative.disclosed": "本年新"}}, "F-LABEL"),
        ({"year": 2023, "labels_as_printed": {"table4_heading": "四、复议诉讼情况"}}, "F-LABEL"),
    ],
)
def test_a_fault_of_the_form_is_told(raw: dict[str, Any], code: str) -> None:
    assert len(found(raw, code)) == 1


@pytest.mark.parametrize(
    ("day", "message"),
    [
        ("2024-02-01", "落款日期2024年2月1日晚于2024年1月31日，已超过公布期限。"),
        ("2023-01-18", "落款日期2023年1月18日在统计期限结束之前，请核对年份。"),
    ],
)
def test_dates_are_told_as_they_are_printed(day: str, message: str) -> None:
    assert [one.message for one in found({"year": 2023, "date": day}, "F-DATE")] == [message]


@pytest.mark.parametrize(
    ("raw", "code"),
    [
        ({"year": 2023, "date": "2024-01-31"}, "F-DATE"),
        ({"year": 2023, "date": "2024-03-31", "agency_kind": "government"}, "F-DATE"),
        ({"year": 2023, "title": "2023年某局政府信息公开工作年度报告"}, "S-TITLE"),
        ({"year": 2020, "preamble": "《年度报告格式（试行）》（国办公开办函〔2019〕60号）"}, "S-CITE"),
        ({"year": 2023, "attachments": ["年度报告.doc"]}, "S-ATTACH"),
        ({"year": 2020, "labels_as_printed": {"normative_row": "规范性文件"}}, "F-LABEL"),
        ({"year": 2023, "labels_as_printed": {"table3.d2_law_forbidden": "2. 其他法律行政法规禁止公开"}}, "F-LABEL"),
        (
            {"year": 2023, "labels_as_printed": {"nonsense": "某", "table9_heading": "某", "section6_heading": 6}},
            "F-LABEL",
        ),
    ],
)
def test_the_right_form_is_left_alone(raw: dict[str, Any], code: str) -> None:
    assert not found(raw, code)


@pytest.mark.parametrize(
    ("change", "code"),
    [
        (lambda raw: raw["sections"].pop(3), "F-HEAD"),
        (lambda raw: raw["sections"].reverse(), "F-HEAD"),
        (lambda raw: raw["sections"][4].update(heading="五、政府信息公开工作存在的主要问题及改进情况"), "F-HEAD"),
        (lambda raw: raw["sections"].append({"no": 7, "heading": "七、附件", "items": [{"text": "无。"}]}), "S-PARTS"),
        (setting(signature=None), "S-SIGN"),
        (setting(date=None), "S-SIGN"),
        (lambda raw: raw.update(preamble=raw["preamble"].replace("统计期限", "范围")), "S-PERIOD"),
        (lambda raw: raw.update(preamble=raw["preamble"].replace("2023年1月1日", "2022年1月1日")), "S-YEAR"),
    ],
)
def test_what_the_whole_report_lacks_is_told(change: Callable[[dict[str, Any]], object], code: str) -> None:
    assert found(changed(change), code)
    assert not found(given("2023"), code)


def test_a_note_of_the_unit_in_a_heading_is_only_information() -> None:
    assert {finding.severity for finding in found(given("2023"), "F-LABEL")} == {"info"}


@pytest.mark.parametrize(
    ("more", "message", "pointer"),
    [
        ({"signature": None}, "报告没有落款机关，请补上。", "/signature"),
        ({"date": None}, "报告没有日期，请补上。", "/date"),
        ({"signature": None, "date": None}, "报告没有落款机关、日期，请补上。", "/signature"),
    ],
)
def test_what_the_end_of_the_report_lacks_is_named(more: dict[str, Any], message: str, pointer: str) -> None:
    (finding,) = found({**given("2023"), **more}, "S-SIGN")
    assert (finding.message, finding.pointer) == (message, pointer)
