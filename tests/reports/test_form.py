"""The rules of the form: which form, labels and headings, title, preamble, signature, date."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from gipdocs.findings import Finding
from gipdocs.law import load_law
from gipdocs.reports import check, load, read
from gipdocs.reports.checks.form import due_day
from tests.reports.printing import as_docx, as_html, as_pasted
from tests.reports.samples import given, record


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
        ("2024-02-01", "落款日期2024年2月1日晚于2024年1月31日，已超过公布期限，请核对日期。"),
        ("2023-01-18", "落款日期2023年1月18日在统计期限结束之前，请核对年份。"),
    ],
)
def test_dates_are_told_as_they_are_printed(day: str, message: str) -> None:
    assert [one.message for one in found({"year": 2023, "date": day, "agency_kind": "department"}, "F-DATE")] == [
        message
    ]


@pytest.mark.parametrize("kind", ["township", "central-branch", None])
def test_a_body_for_which_the_law_names_no_day_is_not_called_late(kind: str | None) -> None:
    (finding,) = found({"year": 2023, "date": "2024-02-20", "agency_kind": kind}, "F-DATE")
    assert finding.severity == "info" and "已超过公布期限" not in finding.message


@pytest.mark.parametrize(
    ("kind", "key"),
    [
        ("department", "annual_report_department"),
        ("government-office", "annual_report_department"),
        ("ministry-level", "annual_report_department"),
        ("government", "annual_report_government"),
    ],
)
def test_the_last_days_are_those_of_the_law(kind: str, key: str) -> None:
    limit = load_law().limit(key, date(2024, 1, 1))
    assert due_day(load({"year": 2023, "agency_kind": kind})) == date(2024, limit.month, limit.day)


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
        (
            lambda raw: raw.update(preamble=raw["preamble"].replace("统计期限从2023年1月1日至12月31日止", "已核对")),
            "S-PERIOD",
        ),
        (lambda raw: raw.update(preamble=raw["preamble"].replace("2023年1月1日", "2022年1月1日")), "S-YEAR"),
    ],
)
def test_what_the_whole_report_lacks_is_told(change: Callable[[dict[str, Any]], object], code: str) -> None:
    assert found(changed(change), code)
    assert not found(given("2023"), code)


@pytest.mark.parametrize(
    "words",
    [
        "本报告所列数据的统计期限自2023年1月1日起至2023年12月31日止。",
        "统计起止时间为2023年1月1日-2023年12月31日。",
        "统计时限为2023年1月1日起至2023年12月31日止。",
        "统计时限为1月1日至12月31日。",
        "数据统计截止日期为2023年12月31日。",
        "数据统计截至2023年12月31日。",
        "本报告数据截至2023年12月。",
        "截至2023年12月31日的情况如下。",
        "统计时间：2023年1月至12月。",
        "统计时间为2023.1.1—2023.12.31。",
        "数据统计期限为2023年度。",
        "统计期限为二〇二三年一月一日至十二月三十一日。",
        "统计期限为二○二三年一月一日至二○二三年十二月三十一日。",
        "统计期限为1-12月。",
        "统计期限为2023年1月1日至12月31日，第四季度的数据已经核对。",
        "统计期限为1月1日-12月31日。",
        "数据统计截至二〇二三年十二月三十一日。",
        "本报告反映二〇二三年一月一日至十二月三十一日的情况。",
        "本报告反映2023年1月1日至12月31日的情况。",
        "统计期限为2023年1月1日至12月31日，电子版于1月20日公布。",
    ],
)
def test_the_period_may_be_stated_in_many_words(words: str) -> None:
    raw = {**given("2023"), "preamble": f"根据条例编制。{words}"}
    assert not found(raw, "S-PERIOD") and not found(raw, "S-YEAR")
    first = {**given("2023"), "preamble": None}
    first["sections"][0]["items"].insert(0, {"text": words})
    assert bool(found(first, "S-PERIOD")) == words.startswith(("截至", "本报告数据"))


@pytest.mark.parametrize(
    ("words", "severity"),
    [
        ("本报告统计期限为2023年1月1日至12月20日。", "warning"),
        ("统计时限自1月1日起至12月20日止。", "warning"),
        ("统计期限为2023年2月1日至12月31日。", "warning"),
        ("数据统计截至2023年11月30日。", "warning"),
        ("统计期限为2023年1月至11月。", "warning"),
        ("本报告反映2023年1月1日至12月20日的情况。", "warning"),
        ("本局3月成立，统计期限为2023年3月20日至12月31日。", "warning"),
        ("统计期限为2023年1-11月。", "warning"),
        ("统计期限为1至11月。", "warning"),
        ("统计期限为1月1日-11月30日。", "warning"),
        ("统计期限为2023年上半年。", "warning"),
        ("统计期限为2023年前三季度。", "warning"),
        ("统计期限为二〇二三年一月一日至十一月三十日。", "warning"),
        ("统计期限为二〇二三年一月至十一月。", "warning"),
        ("数据统计截至二〇二三年十一月三十日。", "warning"),
        ("本报告反映二〇二三年一月一日至十二月二十日的情况。", "warning"),
        ("统计期限为2023年3月20日（本局成立）至12月31日。", "info"),
    ],
)
def test_a_period_that_is_not_the_whole_year_is_told(words: str, severity: str) -> None:
    (finding,) = found({**given("2023"), "preamble": f"根据条例编制。{words}"}, "S-PERIOD")
    assert (finding.severity, finding.pointer) == (severity, "/preamble")
    assert "不是全年，统计期限应为2023年1月1日至12月31日" in finding.message


@pytest.mark.parametrize(
    "words",
    [
        "统计期限为2022年1月1日至12月31日。",
        "统计期限为二〇二二年一月一日至十二月三十一日。",
        "数据统计截至2024年1月31日。",
    ],
)
def test_a_period_of_another_year_is_told(words: str) -> None:
    (finding,) = found({**given("2023"), "preamble": words}, "S-YEAR")
    assert finding.pointer == "/preamble"


LISTED = "总体情况、主动公开政府信息情况、收到和处理政府信息公开申请情况、政府信息公开行政复议、行政诉讼情况、存在的主要问题及改进情况"


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (f"报告由{LISTED}、其他需要报告的事项六部分组成。", None),
        (f"报告由{LISTED}、其他需要报告的事项等6个部分组成。", None),
        (f"内容包括{LISTED}、其他需要报告的事项等六项内容。", None),
        (f"内容包括{LISTED}、其他需要报告的事项。", None),
        ("报告由六个部分组成。", None),
        ("本报告第五部分说明存在的问题。", None),
        (f"内容包括{LISTED}等五项内容。", "前言写明由五个部分组成，实际有六个部分，请改为一致。"),
        (f"内容包括{LISTED}等5个方面。", "前言写明由五个部分组成，实际有六个部分，请改为一致。"),
        (f"报告由{LISTED}六等部分组成。", "前言写明有六个部分，没有列出“其他需要报告的事项”，请补齐。"),
        (f"报告由{LISTED}组成。", "前言列举各部分，没有列出“其他需要报告的事项”，请补齐。"),
        ("报告由七个部分组成。", "前言写明由七个部分组成，实际有六个部分，请改为一致。"),
    ],
)
def test_the_parts_that_the_preamble_counts_and_lists_are_the_reports(words: str, told: str | None) -> None:
    messages = [one.message for one in found({**given("2023"), "preamble": words}, "S-PARTS")]
    assert messages == ([told] if told else [])


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
    (finding,) = found({**given("2023"), **more, "source": {"kind": "docx"}}, "S-SIGN")
    assert (finding.message, finding.pointer, finding.severity) == (message, pointer, "warning")


@pytest.mark.parametrize("source", [None, {"kind": "pages"}, {"kind": ["docx"]}, "docx"])
def test_a_page_or_a_copied_text_may_go_without_signature_and_date(source: object) -> None:
    (finding,) = found({**given("2023"), "signature": None, "source": source}, "S-SIGN")
    assert finding.severity == "info" and finding.message.startswith("报告没有落款机关。网页上另有发布机构和日期的")


def test_a_word_file_is_known_for_one_and_should_be_signed() -> None:
    unsigned = replace(record("2023"), signature=None, date=None)
    assert [one.severity for one in check(read(as_docx(unsigned))) if one.code == "S-SIGN"] == ["warning"]
    for copied in (as_html(unsigned), as_pasted(unsigned)):
        assert [one.severity for one in check(read(copied)) if one.code == "S-SIGN"] == ["info"]


def test_a_department_reports_by_years_not_by_school_years() -> None:
    raw = {**given("2023"), "title": "某市某局2022-2023学年政府信息公开工作年度报告"}
    assert "行政机关按年度（1月1日至12月31日）编制报告，请改正。" in found(raw, "S-TITLE")[0].message
