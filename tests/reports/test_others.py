"""Reports of schools and of public bodies: what they are judged by, and that no part of the national form is asked of them."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from gipdocs.errors import InvalidInput
from gipdocs.findings import Finding
from gipdocs.reports import check, judge, load, read
from gipdocs.reports.kinds import named_kind, reporter_kind, school_year, titled_kind
from gipdocs.reports.record import Record
from tests.reports.clean import clean
from tests.reports.printing import as_html
from tests.reports.samples import given

UNIVERSITY = """某大学2022-2023学年信息公开工作年度报告
根据《高等学校信息公开办法》（教育部令第29号）编制本报告。统计期限为2022年9月1日至2023年8月31日。
一、概述
2022-2023学年，学校修订信息公开目录，开展培训2次。
二、主动公开情况
通过校园网公开信息300条，其中招生信息120条、财务信息80条、人事信息100条。
三、依申请公开和不予公开情况
收到信息公开申请3件，均按期答复。
四、对信息公开的评议情况
师生员工对信息公开工作总体满意。
五、因信息公开工作受到举报的情况
没有受到举报。
六、主要经验、问题和改进措施
存在的主要问题是公开的形式较少，下一步将增加图解。
某大学
2023年10月20日
"""
HOSPITAL = """某市人民医院2022年信息公开工作年度报告
统计期限为2022年1月1日至2022年12月31日。
一、基本情况
医院重视信息公开工作，设立公示栏12处，组织培训3次。
二、公开内容
公开服务信息200条，其中门诊信息150条、住院信息50条。
三、存在问题
存在的主要问题是更新不够及时，今后将指定专人负责。
"""
OF_THE_FORM = (
    "F-HEAD",
    "F-FORM",
    "F-ROWS",
    "F-LABEL",
    "S-FIVE",
    "S-PARTS",
    "S-CITE",
    "S-GOV",
    "S-TITLE",
    "T-READ",
    "FEE-SAID",
)
"""Rules that only reports of agencies must keep."""


def told(record: Record, *, grave: bool = True) -> dict[str, Finding]:
    """The findings by code, without those for information if `grave`."""
    return {one.code: one for one in check(record) if not grave or one.severity != "info"}


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("某大学", "高等学校"),
        ("云岭职业技术学院", "高等学校"),
        ("云岭县第一中学", "学校"),
        ("云岭县机关幼儿园", "学校"),
        ("云岭县人民医院", "公共企事业单位"),
        ("云岭县自来水有限公司", "公共企事业单位"),
        ("国网云岭县供电公司", "公共企事业单位"),
    ],
)
def test_bodies_other_than_agencies_are_known_by_their_names(name: str, kind: str) -> None:
    found = named_kind(name)
    assert found is not None and found.name == kind
    for title in (f"{name}2022年信息公开工作年度报告", f"2022年度{name}政府信息公开工作年度报告"):
        assert titled_kind(title) == found


@pytest.mark.parametrize(
    "name", ["云岭县教育局", "云岭县卫生健康委员会", "云岭县人民政府", "云岭县大学城管理办公室", "云岭县医院管理局", ""]
)
def test_agencies_are_not_taken_for_other_bodies(name: str) -> None:
    assert named_kind(name) is None and titled_kind(f"{name}2022年政府信息公开工作年度报告") is None


@pytest.mark.parametrize("text", [UNIVERSITY, HOSPITAL], ids=["university", "hospital"])
def test_a_report_without_tables_is_judged_by_its_words(text: str) -> None:
    record = read(text)
    assert told(record) == {}
    told_all = told(record, grave=False)
    assert not set(told_all) & set(OF_THE_FORM)
    assert "没有表格，叙述中的数没有与表格核对" in told_all["F-KIND"].message
    assert judge(record).summary.startswith("共核对")


@pytest.mark.parametrize("text", [UNIVERSITY, HOSPITAL], ids=["university", "hospital"])
def test_what_was_not_judged_is_said(text: str) -> None:
    message = told(read(text), grave=False)["F-KIND"].message
    assert "不使用行政机关的年度报告格式" in message and "应当有哪些部分、公开了哪些事项，没有核对" in message


@pytest.mark.parametrize(
    ("text", "old", "new", "code"),
    [
        (UNIVERSITY, "财务信息80条", "财务信息90条", "NARR-PARTS"),
        (UNIVERSITY, "2022-2023学年，学校", "2021-2022学年，学校", "S-YEAR"),
        (UNIVERSITY, "某大学2022-2023学年", "某大学2022-2024学年", "S-TITLE"),
        (UNIVERSITY, "2023年10月20日", "2023年11月20日", "U-DATE"),
        (UNIVERSITY, "2023年10月20日", "2022年10月20日", "U-DATE"),
        (UNIVERSITY, "收到信息公开申请3件", "收到信息公开申请3条", "S-UNIT"),
        (UNIVERSITY, "没有受到举报。", "", "S-EMPTY"),
        (HOSPITAL, "12月31日", "12月20日", "S-PERIOD"),
        (HOSPITAL, "至2022年12月31日", "至2021年12月31日", "S-YEAR"),
        (HOSPITAL, "住院信息50条", "住院信息60条", "NARR-PARTS"),
        (HOSPITAL, "医院重视", "2021年，我院重视", "S-YEAR"),
    ],
)
def test_a_fault_in_the_words_is_found(text: str, old: str, new: str, code: str) -> None:
    assert old in text
    found = told(read(text.replace(old, new)))
    assert set(found) == {code} and "国办公开办函" not in found[code].basis


def test_slips_of_the_pen_are_told_for_information() -> None:
    assert "S-DUP" in told(read(HOSPITAL.replace("医院重视", "医院重视重视")), grave=False)


def named(title: str, **more: Any) -> Record:
    """A right report in the national form under the name of another body."""
    return load({**clean("2023").as_json(), "title": title, "agency": None, "agency_kind": None, **more})


def test_tables_that_are_there_are_judged() -> None:
    record = named("某市人民医院2023年政府信息公开工作年度报告")
    assert told(record) == {} and "三张表格的合计、叙述与表格的一致" in told(record, grave=False)["F-KIND"].message
    wrong = record.with_cells({"table3.granted.total": 99})
    assert set(told(wrong)) == {"T3-ROW", "T3-SUM", "NARR"}


def test_no_part_of_the_form_is_asked_of_a_university_that_uses_its_tables() -> None:
    raw = {**given("2023"), "title": "某大学2022-2023学年信息公开工作年度报告", "claims": [], "date": None}
    raw["sections"] = [{**raw["sections"][0], "heading": "一、概述", "items": [{"text": "学校公开了各类信息。"}]}]
    raw["table3"]["rows"]["granted"][6] += 1
    assert set(told(load(raw))) == {"T3-ROW", "T3-SUM"}


def test_a_page_with_the_tables_is_read_under_the_bodys_name() -> None:
    record = read(as_html(replace(clean("2023"), title="某大学2022-2023学年信息公开工作年度报告")))
    kind = reporter_kind(record)
    assert record.agency == "某大学" and kind is not None and kind.name == "高等学校"


@pytest.mark.parametrize(
    ("text", "years"),
    [
        ("2022-2023学年", (2022, 2023)),
        ("2022—2023学年度", (2022, 2023)),
        ("2022至2023学年", (2022, 2023)),
        ("2022-23学年", (2022, 2023)),
        ("2022年", None),
    ],
)
def test_school_years_are_read(text: str, years: tuple[int, int] | None) -> None:
    assert school_year(text) == years


def test_a_report_of_an_agency_without_tables_is_still_refused() -> None:
    with pytest.raises(InvalidInput):
        read(HOSPITAL.replace("某市人民医院", "某市水文局"))


def test_other_bodies_have_no_day_of_the_agencies() -> None:
    record = replace(read(HOSPITAL), date=date(2023, 6, 1), signature="某市人民医院")
    assert told(record) == {}
