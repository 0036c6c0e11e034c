"""What the annual report says of its own record: sentences that follow the cells, and nothing of what is not known."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from gipdocs.documents.build import build, examine
from gipdocs.errors import InvalidInput
from gipdocs.law import Office
from gipdocs.service import Service
from tests.plugins.filled import LEFT_OUT, changed, findings, payload, text
from tests.reports.samples import given

ID = "annual-report"
ROW = "table3__rows__"
PARTS = (
    "由“总体情况”“主动公开政府信息情况”“收到和处理政府信息公开申请情况”“政府信息公开行政复议、行政诉讼情况”"
    "“存在的主要问题及改进情况”“其他需要报告的事项”"
)
ASSESSMENT = "工作考核结果良好，社会评议的意见已经整改，没有发生责任追究的情形。"
Said = Callable[..., str]


@pytest.fixture
def said(service: Service, office: Office) -> Said:
    """The text of the sample with answers changed."""
    return lambda **changes: text(service.registry, ID, office, **changes)


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({}, "收到政府信息公开申请5件，其中自然人提出4件，法人或者其他组织提出1件。"),
        ({ROW + "new": [3, 2, 1, 0, 0, 0, 6]}, "收到政府信息公开申请6件，其中自然人提出3件，法人或者其他组织提出3件。"),
        ({ROW + "new": [4, 0, 0, 0, 0, 0, 4]}, "收到政府信息公开申请4件，均由自然人提出。"),
        ({ROW + "new": [1, 0, 0, 0, 0, 0, 1]}, "收到政府信息公开申请1件，由自然人提出。"),
        ({ROW + "new": [0, 0, 0, 0, 2, 0, 2]}, "收到政府信息公开申请2件，均由法人或者其他组织提出。"),
        ({ROW + "new": [0] * 7}, "2025年，本机关没有收到新的政府信息公开申请。\n上年结转申请1件，"),
        (
            {ROW + "new": [0] * 7, ROW + "carried_in": [0] * 7},
            "2025年，本机关没有收到政府信息公开申请，也没有上年结转的申请。\n收到的申请",
        ),
        ({}, "上年结转申请1件，本年度办结5件，结转下年度继续办理1件。"),
        ({ROW + "carried_out": [0] * 7}, "上年结转申请1件，本年度办结5件，没有结转下年度继续办理的申请。"),
        ({ROW + "carried_in": [0] * 7}, "没有上年结转的申请，本年度办结5件，结转下年度继续办理1件。"),
        (
            {ROW + "carried_in": [0] * 7, ROW + "carried_out": [0] * 7, ROW + "sum": [7, 0, 0, 0, 0, 0, 7]},
            "没有上年结转的申请，本年度办结7件，没有结转下年度继续办理的申请。",
        ),
        ({}, "办理结果为：予以公开3件，部分公开1件，无法提供1件。"),
        (
            {ROW + "d6_process": [2, 0, 0, 0, 0, 0, 2], ROW + "o2_unpaid": [1, 0, 0, 0, 0, 0, 1]},
            "办理结果为：予以公开3件，部分公开1件，不予公开2件，无法提供1件，其他处理1件。",
        ),
        (
            {"table2__normative": {"issued": 7, "repealed": 3, "valid": 8}},
            "制发行政规范性文件7件，废止行政规范性文件3件，截至年底现行有效的行政规范性文件8件。",
        ),
        ({}, "制发行政规范性文件1件，没有废止行政规范性文件，截至年底现行有效的行政规范性文件4件。"),
        (
            {"table2__normative": {"issued": 0, "repealed": 2, "valid": 0}},
            "没有制发行政规范性文件，废止行政规范性文件2件，截至年底没有现行有效的行政规范性文件。",
        ),
        (
            {"table2__normative": {"issued": 0, "repealed": 0, "valid": 4}},
            "本机关没有制发、废止行政规范性文件，截至年底现行有效的行政规范性文件4件。",
        ),
        (
            {"table2__normative": {"issued": 0, "repealed": 0, "valid": 0}},
            "没有制发、废止行政规范性文件，也没有现行有效的行政规范性文件。",
        ),
        (
            {"table2__rules": {"issued": 2, "repealed": 1, "valid": 12}},
            "制发规章2件，废止规章1件，截至年底现行有效的规章12件。",
        ),
        ({}, "没有因政府信息公开工作被申请行政复议或者被提起行政诉讼。"),
        (
            {"table4__reconsideration__total": 4, "table4__suit_direct__total": 1, "table4__suit_after__total": 2},
            "因政府信息公开工作被申请行政复议4件，被提起行政诉讼3件。",
        ),
        (
            {"table4__reconsideration__total": 4},
            "因政府信息公开工作被申请行政复议4件，没有被提起行政诉讼。",
        ),
        ({"table4__suit_after__total": 2}, "因政府信息公开工作被提起行政诉讼2件，没有被申请行政复议。"),
        ({}, "渠道和数量为：门户网站486条，政府信息公开平台132条，微信公众号257条。"),
        ({"channels__0__count": 500, "channels__1__unit": "件"}, "门户网站500条，政府信息公开平台132件，"),
        ({"interpretations__1__count": 9}, "发布政策解读材料17件，其中文字解读6件，图解9件，问答2件。"),
        ({"interpretations": [{"form": "图解", "count": 1}]}, "2025年，以图解形式发布政策解读材料1件。"),
    ],
    ids=[
        "both kinds",
        "other numbers",
        "persons",
        "one person",
        "organisations",
        "nothing new",
        "nothing at all",
        "carried in and out",
        "carried in",
        "carried out",
        "nothing carried",
        "results",
        "more results",
        "documents",
        "none repealed",
        "none issued",
        "none changed",
        "no documents",
        "rules",
        "no disputes",
        "disputes",
        "no suits",
        "suits only",
        "channels",
        "other channels",
        "interpretations",
        "one interpretation",
    ],
)
def test_the_sentences_follow_the_cells(said: Said, changes: dict[str, Any], sentence: str) -> None:
    assert sentence in said(**changes)


def test_nothing_is_said_of_what_is_not_known(said: Said) -> None:
    silent = said(**{ROW + "new__6": None, ROW + "new__0": None, "table2__normative__valid": None})
    assert "收到政府信息公开申请" not in silent and "没有收到" not in silent and "制发行政规范性文件" not in silent


@pytest.mark.parametrize(
    ("fee", "sentence"),
    [
        ({"yuan": 0}, "的规定，本年度没有收取信息处理费。"),
        ({"yuan": 380}, "的规定，本年度收取信息处理费380元。"),
        ({"yuan": 2230, "cases": 3}, "的规定，本年度对3件政府信息公开申请收取信息处理费共2230元。"),
    ],
    ids=["none", "amount", "amount and cases"],
)
def test_the_fee_is_reported_first_in_part_six(said: Said, fee: dict[str, int], sentence: str) -> None:
    printed = said(processing_fee=fee)
    assert (
        f"（一）依照《条例》第四十二条和《政府信息公开信息处理费管理办法》（国办函〔2020〕109号）{sentence}" in printed
    )
    assert "（二）承办人大代表建议" in printed


@pytest.mark.parametrize(("year", "told"), [(2019, False), (2020, False), (2021, True)])
def test_no_fee_is_told_of_years_before_its_rules(said: Said, year: int, told: bool) -> None:
    assert ("信息处理费" in said(year=year, processing_fee={"yuan": 0})) is told


def test_nothing_is_said_of_a_fee_that_was_not_answered(said: Said) -> None:
    assert "信息处理费" not in said(processing_fee=LEFT_OUT)
    assert "（一）没有其他需要报告的事项。" in said(processing_fee=LEFT_OUT, narrative__matters=LEFT_OUT)


def test_a_report_on_the_form_of_2019_speaks_its_language(service: Service, office: Office) -> None:
    answers = changed(given("2020"), {"sections": LEFT_OUT, "preamble": LEFT_OUT, "claims": LEFT_OUT, "draft": True})
    entry = service.registry[ID]
    built = build(entry, changed(answers, {"table2/normative/total_public": 6}), office, "html").content.decode()
    assert (
        "《国务院办公厅政府信息与政务公开办公室关于政府信息公开工作年度报告有关事项的通知》（国办公开办函〔2019〕60号）"
        in built
    )
    assert "2020年，本机关新制作规范性文件1件，新公开规范性文件1件，对外公开的规范性文件总数为6件。" in built
    assert "收到政府信息公开申请3件，均由自然人提出。" in built and "办理结果为：予以公开3件。" in built
    assert "制发" not in built and "信息处理费" not in built


def test_the_form_of_2021_cites_its_own_notice_and_period(said: Said) -> None:
    printed = said(year=2024)
    assert "本报告反映本机关2024年度政府信息公开工作的情况" in printed
    assert "印发〈中华人民共和国政府信息公开工作年度报告格式〉的通知》（国办公开办函〔2021〕30号）" in printed
    assert "统计期限为2024年1月1日至12月31日" in printed


def test_the_report_of_a_government_speaks_for_all_its_organs_and_tells_of_the_assessment(
    service: Service, office: Office, said: Said
) -> None:
    government = {"agency": office.profile.government, "narrative__assessment": ASSESSMENT}
    printed = said(**government)
    assert f"{office.profile.government}\n2025年政府信息公开工作年度报告" in printed
    assert "2025年，本行政区域各行政机关收到政府信息公开申请5件" in printed and ASSESSMENT in printed
    assert printed.count("本机关") == 2  # the office that answers for it, and a row of table 3
    assert "S-GOV" not in dict(findings(service.registry, ID, office, **government))
    assert dict(findings(service.registry, ID, office, agency=office.profile.government))["S-GOV"] == "warning"
    assert "本行政区域" not in said() and "S-GOV" not in dict(findings(service.registry, ID, office))


def test_the_preamble_names_the_parts_by_their_headings_without_numbers_and_units(said: Said) -> None:
    assert f"{PARTS}六个部分组成" in said()
    sections = [
        {"no": 7, "heading": "七、政务公开工作要点落实情况", "items": [{"text": "已经落实。"}]},
        {"no": 3, "heading": "三、收到和处理政府信息公开申请情况（单位：件）"},
    ]
    with pytest.raises(InvalidInput) as refusal:
        said(sections=[{"no": 7, "items": [{"text": "已经落实。"}]}])
    assert [fault.pointer for fault in refusal.value.faults] == ["/sections/0/heading"]
    more = said(sections=sections)
    assert f"{PARTS}“政务公开工作要点落实情况”七个部分组成" in more
    assert "\n三、收到和处理政府信息公开申请情况（单位：件）\n" in more
    assert "（三）本级年度政务公开工作要点确定的任务已经全部完成。\n七、政务公开工作要点落实情况\n已经落实。" in more


def test_a_preamble_of_the_office_stands_alone_and_the_act_is_cited_as_it_introduces_it(said: Said) -> None:
    alone = said(preamble="现公布本机关2025年度报告。")
    assert "本报告反映" not in alone and "《条例》" not in alone
    assert "依照《中华人民共和国政府信息公开条例》第四条第一款的规定" in alone
    short = said(preamble="本报告依照《中华人民共和国政府信息公开条例》（以下简称《条例》）编制。")
    assert "依照《条例》第四条第一款的规定" in short


def test_aspects_and_matters_are_numbered_without_a_gap(said: Said) -> None:
    printed = said(narrative={"improvements": "增加图解。", "matters": "甲。\n乙。"}, processing_fee=LEFT_OUT)
    end = "五、存在的主要问题及改进情况\n（一）改进情况\n增加图解。\n六、其他需要报告的事项\n（一）甲。\n（二）乙。\n"
    assert end in printed
    aspects = (
        "（一）主动公开",
        "（二）依申请公开",
        "（三）政府信息管理",
        "（四）政府信息公开平台建设",
        "（五）监督保障",
    )
    assert [aspect for aspect in aspects if f"\n{aspect}\n" in printed] == list(aspects)


def test_charts_stand_with_the_part_that_the_office_wrote_itself(service: Service, office: Office) -> None:
    items = [
        {"head": "（一）主动公开", "text": "公开了信息。"},
        {"head": "（二）依申请公开", "text": "收到申请。"},
        {"head": "（三）监督保障", "text": "进行了培训。"},
    ]
    answers = payload(service.registry, ID, office, sections=[{"no": 1, "heading": "一、总体情况", "items": items}])
    answers["narrative"] = {"problems": "有。", "improvements": "改。"}
    printed = build(service.registry[ID], answers, office, "html").content.decode()
    places = [
        printed.index(words)
        for words in ("公开了信息。", "图1", "图2", "（二）依申请公开", "图3", "图4", "（三）监督保障")
    ]
    assert places == sorted(places) and "本机关收到" not in printed


def test_a_doubt_about_words_points_to_the_answer_that_holds_them(service: Service, office: Office) -> None:
    entry = service.registry[ID]

    def pointers(code: str, **changes: Any) -> list[str]:
        _, seen = examine(entry, payload(service.registry, ID, office, **changes), office)
        return [one.pointer for one in seen if one.code == code]

    wrong = "全年收到政府信息公开申请9件。"
    assert pointers("NARR-TEXT", narrative__requests=wrong) == ["/narrative/requests"]
    assert pointers("NARR-TEXT", narrative__improvements=wrong) == ["/narrative/improvements"]
    items = [{"head": "（一）收费", "text": "没有收取。"}, {"head": "（二）其他"}]
    alone = {"sections": [{"no": 6, "items": items}], "narrative__matters": LEFT_OUT, "processing_fee": LEFT_OUT}
    assert pointers("S-EMPTY", **alone) == ["/sections/0/items/1/text"]
