"""Numbers in free text are tied to the tables, to declared claims, or reported as tied to nothing."""

from __future__ import annotations

import time
from decimal import Decimal
from typing import Any

import pytest

from gipdocs.findings import Finding
from gipdocs.reports import check, load
from gipdocs.reports.checks.numbers import GROWTH, SHARE
from gipdocs.reports.claims import find_sightings, find_unbound
from gipdocs.reports.record import Record
from tests.reports.samples import BEFORE, given, record


def telling(text: str, name: str = "suqian-2024", **more: Any) -> Record:
    """A sample whose narrative is one sentence, nothing declared."""
    items = [{"head": "（二）依申请公开", "text": text}]
    sections = [{"no": 1, "heading": "一、总体情况", "items": items}]
    return load({**given(name), "claims": [], "sections": sections, **more})


def found(sample: Record, code: str, before: Record | None = None) -> list[Finding]:
    """The findings of one rule."""
    return [finding for finding in check(sample, before) if finding.code == code]


@pytest.mark.parametrize(
    ("text", "value", "meaning"),
    [
        ("全年收到政府信息公开申请3525件。", 3525, "received"),
        ("全年共收到3525件政府信息公开申请。", 3525, "received"),
        ("共受理政府信息公开申请３５２５件。", 3525, "received"),
        ("全市共收办政府信息公开申请案件3646件。", 3646, "received"),
        ("其中自然人提出3440件。", 3440, "received_natural_person"),
        ("法人或者其他组织提出85件。", 85, "received_organisations"),
        ("废止规章1件。", 1, "rules_repealed"),
        ("截至年底现行有效的规章12件。", 12, "rules_valid"),
        ("答复政府信息公开申请3521件。", 3521, "handled"),
        ("含上年结转申请121件。", 121, "carried_in"),
        ("结转下年度继续办理125件。", 125, "carried_out"),
        ("结转2025年办理125件。", 125, "carried_out"),
        ("125件申请顺延到下年度答复。", 125, "carried_out"),
        ("予以公开1431件。", 1431, "granted"),
        ("予以公开及部分公开1902件。", 1902, "granted_or_partial"),
        ("不予公开92件。", 92, "refused"),
        ("无法提供941件。", 941, "unable"),
        ("不予处理117件。", 117, "not_processed"),
        ("作其他处理469件。", 469, "other"),
        ("发生行政复议170件。", 170, "reconsiderations"),
        ("行政诉讼案件57件。", 57, "suits"),
        ("制定规章2件。", 2, "rules_issued"),
        ("制发行政规范性文件50件。", 50, "normative_issued"),
        ("制发50件行政规范性文件。", 50, "normative_issued"),
        ("废止规范性文件227件。", 227, "normative_repealed"),
        ("现行有效规范性文件420件。", 420, "normative_valid"),
        ("梳理出继续有效规范性文件420件。", 420, "normative_valid"),
        ("行政规范性文件继续有效420件。", 420, "normative_valid"),
        ("现有420件现行有效的行政规范性文件。", 420, "normative_valid"),
        ("继续有效的规章12件。", 12, "rules_valid"),
        ("作其他处理（含申请人主动撤回申请）469件。", 469, "other"),
        ("其他处理（申请人撤回等）的申请有469件。", 469, "other"),
        ("不予处理申请117件。", 117, "not_processed"),
        ("不予公开（涉及第三方等）92件。", 92, "refused"),
        ("无法提供：941件。", 941, "unable"),
        ("收到政府信息公开申请（含网络申请）3,525件。", 3525, "received"),
        ("收到申请（含上年结转申请）3646件。", 3646, "received"),
        ("其中自然人申请3440件。", 3440, "received_natural_person"),
        ("新收政府信息公开申请3525宗。", 3525, "received"),
        ("收到政府信息公开申请3525条。", 3525, "received"),
        ("收到3525份政府信息公开申请。", 3525, "received"),
        ("办结政府信息公开申请3521例。", 3521, "handled"),
        ("予以公开1431宗。", 1431, "granted"),
        ("提起行政诉讼77起。", 77, "suits"),
        ("行政复议案件共170宗。", 170, "reconsiderations"),
        ("制发规范性文件50份。", 50, "normative_issued"),
        ("现行有效规范性文件420部。", 420, "normative_valid"),
        ("作出行政许可1573179件。", 1573179, "licences"),
        ("作出行政处罚决定2676474份。", 2676474, "penalties"),
        ("作出29351件行政强制决定。", 29351, "coercions"),
    ],
)
def test_a_phrase_ties_its_number_to_the_tables(text: str, value: int, meaning: str) -> None:
    sample = telling(text)
    assert [(one.value, one.meanings[0]) for one in find_sightings(sample)] == [(value, meaning)]
    assert not found(sample, "NARR-TEXT")
    assert not found(sample, "NARR-UNBOUND")
    wrong = telling(text.replace(str(value), str(value + 1)).replace("３５２５", "３５２６").replace("3,525", "3,526"))
    assert len(found(wrong, "NARR-TEXT")) == 1


@pytest.mark.parametrize(
    "text",
    [
        "收到现场申请1件、网络申请2件。",
        "收到自然人申请9件。",
        "办理低保申请36份、受理建房申请15份、收到公租房申请23份。",
        "拟制公文168件，其中主动公开156件，不予公开12件。",
        "依申请公开平均答复用时9天。",
        "收到行政复议申请170件。",
        "上年收到申请9件。",
        "共承办政协提案3件，目前已全部办结。",
        "收到信访件的公开申请9件。",
        "行政复议、行政诉讼9件。",
        "主动公开部门文件和规范性文件3件。",
        "收到申请表3份。",
        "收到行政许可申请30件。",
        "全市作出行政许可120件的单位有3个。",
        "收到依申请公开件30条咨询。",
        "收到申请增加14件。",
        "答复申请咨询30条。",
        "予以公开信息30条。",
        "公示作出的行政许可决定30件。",
        "公开行政处罚30件。",
        "没有收到其他申请。",
        "未收到补正申请。",
        "未收到网络申请。",
        "没有收到申请人的投诉。",
        "未收到对政府信息公开申请答复不满的来访。",
        "无撤回的政府信息公开申请。",
        "未发生被纠正的行政复议。",
        "无行政复议、行政诉讼败诉案件。",
        "无尚未审结的行政诉讼案件。",
        "无法提供行政复议。",
        "未发生行政复议机关责令重新答复的情况。",
    ],
)
def test_other_business_is_not_held_against_the_tables(text: str) -> None:
    assert not found(telling(text), "NARR-TEXT")


@pytest.mark.parametrize(
    "text",
    [
        "2022年收到申请96件，2024年收到申请3525件。",
        "2023年全市共收到政府信息公开申请96件，予以公开80件。",
        "去年，全市各级行政机关共收到政府信息公开申请96件。",
        "上半年收到政府信息公开申请1600件，予以公开700件。",
        "2024年第四季度，收到政府信息公开申请900件。",
        "1-6月收到政府信息公开申请1600件。",
        "收到上半年政府信息公开申请1600件。",
        "2024年1月至11月收到政府信息公开申请3100件。",
        "截至11月底，共收到政府信息公开申请3100件。",
        "截至2024年6月30日，收到政府信息公开申请1600件，予以公开占比情况另附。",
        "累计收到政府信息公开申请9600件。",
        "2020年以来，共收到政府信息公开申请9600件。",
        "近三年收到政府信息公开申请9600件。",
        "2022—2024年，收到政府信息公开申请9600件。",
        "条例施行以来，收到政府信息公开申请9600件。",
        "市自然资源局收到申请120件，予以公开60件，答复申请118件。",
        "其中市自然资源局2024年收到申请120件。",
        "各县区收到政府信息公开申请2216件。",
        "下属单位共收到政府信息公开申请12件。",
        "各县（区）收到政府信息公开申请2216件。",
        "“十四五”以来共收到政府信息公开申请9600件。",
        "与2023年收到申请3511件相比，收到申请增加14件。",
        "市公安局、市自然资源局共受理申请220件。",
        "沭阳县行政复议12件。",
        "市自然资源局未收到政府信息公开申请。",
        "上半年未发生行政复议、行政诉讼。",
        "除结转的121件外，其余申请均已办结。",
        "除结转的121件外，申请均已办结。",
        "收到的申请中结转121件，其他均已按期答复。",
        "到期的申请均已答复。",
        "上半年予以公开700件，占46.6%。",
        "市自然资源局收到申请120件，申请量同比增长12%。",
        "上半年收到申请1600件，申请量同比增长12%。",
    ],
)
def test_words_of_another_time_or_body_are_not_held_against_the_year(text: str) -> None:
    doubted = check(telling(text), record("suqian-2023"))
    assert not [one.message for one in doubted if one.code.startswith("NARR") and one.severity != "info"]


@pytest.mark.parametrize(
    "text",
    [
        "2024年上半年收到申请1600件，全年收到申请9件。",
        "2023年收到申请3500件，2024年收到申请9件。",
        "2023年收到申请3500件，今年收到申请9件。",
        "2024年累计收到申请9件。",
        "今年以来收到申请9件。",
        "2024年以来收到申请9件。",
        "2024年1月1日至12月31日，收到申请9件。",
        "1-12月收到申请9件。",
        "截至2024年12月31日，收到申请9件。",
        "截至12月底，收到申请9件。",
        "与2023年相比，收到申请9件，略有变化。",
        "按照2019年修订的条例，收到申请9件。",
        "结转2025年办理125件，予以公开9件。",
        "上年结转121件，新收政府信息公开申请9件。",
        "市自然资源局收到申请120件，全市收到申请9件。",
        "我市收到申请9件。",
        "本机关收到申请9件。",
        "宿迁市收到申请9件。",
        "全市各级行政机关共收到申请9件。",
        "收到申请3525件，均已答复。",
    ],
)
def test_words_of_the_whole_year_are_held_against_it(text: str) -> None:
    assert len(found(telling(text), "NARR-TEXT")) == 1


@pytest.mark.parametrize(
    ("agency", "told"),
    [("宿迁市审计局", True), ("宿迁市审计和统计局", True), ("宿迁市民政局", False), ("沭阳县审计局", False)],
)
def test_the_agency_is_known_by_its_short_name(agency: str, told: bool) -> None:
    assert bool(found(telling("市审计局收到申请9件。", agency=agency), "NARR-TEXT")) == told


@pytest.mark.parametrize(
    ("text", "name", "broken"),
    [
        ("收到申请3件，均已答复。", "2023", True),
        ("收到申请2件，均在法定期限内予以答复。", "2022", False),
        ("本年度未收到政府信息公开申请。", "2022", True),
        ("未发生因政府信息公开引起的行政复议、行政诉讼。", "2022", False),
        ("未发生因政府信息公开引起的行政复议、行政诉讼。", "hongze-2023", False),
        ("未发生因政府信息公开引起的行政复议、行政诉讼。", "suqian-2024", True),
        ("行政复议170件，均获维持。", "suqian-2024", True),
        ("全年无行政复议、行政诉讼案件。", "suqian-2024", True),
        ("全年无行政复议、行政诉讼案件。", "2022", False),
        ("没有行政诉讼和行政复议的情况。", "suqian-2024", True),
        ("没有发生因政府信息公开被申请行政复议、提起行政诉讼的案件。", "suqian-2024", True),
        ("行政复议、行政诉讼均为零。", "suqian-2024", True),
        ("行政复议、行政诉讼案件数均为0件。", "suqian-2024", True),
        ("未发生行政复议。", "suqian-2024", True),
        ("无行政诉讼案件。", "suqian-2024", True),
        ("无行政诉讼案件。", "2022", False),
        ("未收到行政复议申请。", "suqian-2024", True),
        ("没有收到政府信息公开申请。", "suqian-2024", True),
        ("全年未收到公民、法人和其他组织提出的政府信息公开申请。", "suqian-2024", True),
        ("未收到申请，未发生举报。", "suqian-2024", True),
        ("本年度无依申请公开事项。", "suqian-2024", True),
    ],
)
def test_words_that_mean_none_are_held_against_the_tables(text: str, name: str, broken: bool) -> None:
    assert bool(found(telling(text, name), "NARR-TEXT")) == broken


def test_both_faults_of_the_2023_report_are_found_without_declared_claims() -> None:
    sample = load({**given("2023"), "claims": []})
    messages = [finding.message for finding in found(sample, "NARR-TEXT")]
    assert len(messages) == 2
    assert "叙述为2，表三“一、本年新收政府信息公开申请数量”总计为3" in messages[0]
    assert "表三“四、结转下年度继续办理”为1件" in messages[1]


def test_a_number_that_a_claim_ties_is_left_to_the_claim() -> None:
    assert not found(record("2023"), "NARR-TEXT")
    assert len(found(record("2023"), "NARR")) == 2


def test_blank_totals_are_filled_before_a_phrase_is_tested() -> None:
    text = "予以公开及部分公开258件，占33.9%；不予公开35件；无法提供265件；不予处理158件。"
    messages = [finding.message for finding in found(telling(text, "shanghai-office-2019"), "NARR-TEXT")]
    assert ["275" in messages[0], "337" in messages[1], len(messages)] == [True, True, 2]


def test_what_the_tables_do_not_show_leaves_a_phrase_untested() -> None:
    sample = telling("收到政府信息公开申请3件。", "yangling-sjj-2022")
    assert not found(sample, "NARR-TEXT")
    assert any("能认出的数" in finding.message for finding in found(sample, "NOT-TESTED"))


def test_a_number_that_nothing_ties_is_reported() -> None:
    sample = telling("召开新闻发布会2次，公开信息100余条。")
    assert [(one.value, one.approximate) for one in find_unbound(sample)] == [(2, False), (100, True)]
    assert {finding.severity for finding in found(sample, "NARR-UNBOUND")} == {"info"}


@pytest.mark.parametrize(
    "text",
    [
        "2023年1月1日至12月31日，2019年1-12月份，16日8:30起。",
        "国办公开办函〔2021〕30号，国务院令第711号，第20条。",
        "地址：花园路22号；邮编：252000；电话：0635-6068810；邮箱：lc1@lc.gov.cn。",
        "网址http://jgsw.liaocheng.gov.cn/a1/2，满意率100%，12345政务服务热线。",
        "1.加强领导。\n2、改进工作。\n（3）落实责任。",
        "2021—2023年，2021-2023年度，2021年至2023年，2022～2024。",
        "用好12345、12329平台，拨打12315，12345热线，电话：84368216，传真（0527）84368216，400-123-4567。",
        "构建“1+X”制度体系，“1+3+N”模式，3+2专栏，7×24小时，5A级景区，5G应用，“13710”工作法。",
        "《政府信息公开指南（2024版）》，2024版目录，2024届，2024.1.15，2024/1/15，2024-01。",
        "（1）加强领导，（2）落实责任，5个工作日，24小时，邮政编码223800，1202室，12楼，第3批。",
    ],
)
def test_numbers_that_count_nothing_need_no_basis(text: str) -> None:
    assert not list(find_unbound(telling(text)))


@pytest.mark.parametrize(
    "text",
    ["12345件诉求。", "热线办理3条。", "受理12345条诉求。", "2024件。", "“一网”3个。", "接听热线电话咨询321次。"],
)
def test_counts_that_look_like_names_are_counts(text: str) -> None:
    assert len(list(find_unbound(telling(text)))) == 1


TOLD_IN_FULL = (
    "2024年，全市共主动公开政府信息203541条，举办新闻发布会63场，其中市级16场、沭阳县36场、泗阳县5场、泗洪县1场、"
    "宿豫区5场。发布政策解读1520篇，图文解读占82.5%，回应关切361次；政务微博转发4023条，微信公众号推送12687条。\n"
    "开设“1+X”专栏17个，编发政府公报12期、发放6万册，12345、12329热线平台答复咨询98765次，在线访谈25期。\n"
    "全市全年共收办政府信息公开申请案件3646件（市政府349件、市各部门933件、沭阳县477件、泗阳县301件、泗洪县874件、"
    "宿豫区216件、宿城区348件、其他148件），同比增长1.08%。予以公开1431件、部分公开471件、不予公开92件、"
    "无法提供941件、不予处理117件、作其他处理（含申请人主动撤回申请）469件，转下年度办理125件。\n"
    "修订《2024版指南》，2021—2023年的文件清理废止227件，培训30次、1500人次，检查网站85家，通报问题206个。"
)
"""As a city tells of its year, with many figures that no table has."""


def test_a_narrative_full_of_figures_is_one_note_for_each_part() -> None:
    sample = telling(TOLD_IN_FULL)
    doubted = {one.code for one in check(sample, record("suqian-2023")) if one.severity == "warning"}
    assert not {code for code in doubted if code.startswith("NARR")}
    (note,) = found(sample, "NARR-UNBOUND", record("suqian-2023"))
    assert note.severity == "info" and note.pointer == "/sections/0"
    assert "203541" in note.message and "98765" in note.message and "206个" in note.message
    bare = {one.value for one in find_unbound(sample, SHARE, GROWTH)}
    assert bare == {203541, 1520, 361, 4023, 12687, 17, 12, 6, 98765, 25, 30, 1500, 85, 206, 227, Decimal("82.5")}


def test_parts_after_a_semicolon_settle_their_total() -> None:
    assert not list(find_unbound(telling("公开945条，未制发规范性文件；其中网站710条，公众号235条。")))


def test_a_number_is_quoted_with_its_clause() -> None:
    text = "2023年惠民惠农板块更新信息81条，乡村振兴板块更新信息28条。"
    assert [one.quote for one in find_unbound(telling(text))] == [
        "惠民惠农板块更新信息81条",
        "乡村振兴板块更新信息28条",
    ]


def test_a_declared_number_needs_no_other_basis() -> None:
    claim = {"key": "items", "value": 614, "quote": "主动公开信息614条", "where": "一（一）"}
    sample = telling("全年主动公开信息614条。", claims=[claim])
    assert not found(sample, "NARR-UNBOUND")


def test_a_wrong_number_that_is_right_under_another_name_gets_a_hint() -> None:
    messages = [finding.message for finding in found(record("suqian-2024"), "NARR")]
    assert "该数与行政复议已审结数（不含尚未审结）相同" in messages[0]
    assert "该数与行政诉讼已审结数（不含尚未审结）相同" in messages[1]


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("予以公开1431件，占40.6%。", None),
        ("予以公开1431件，占40.64%。", None),
        ("予以公开1431件，占比41.6%。", "NARR-PERCENT"),
        ("收办申请3646件，同比增长1.08%。", None),
        ("收办申请3646件，同比增长1.05%。", "NARR-GROWTH"),
        ("收办申请3646件，同比下降1.08%。", "NARR-GROWTH"),
        ("网站访问量同比增长12%。", None),
        ("制发解读材料15件，其中文稿解读7件，图文解读8件。", None),
        ("制发解读材料15件，其中文稿解读7件，图文解读9件。", "NARR-PARTS"),
        ("公开信息614条，其中目录信息112条。", None),
        ("部门文件3件，共制发解读材料15件，其中文稿解读7件，图文解读8件。", None),
    ],
)
def test_shares_growth_and_parts_are_worked_out(text: str, code: str | None) -> None:
    before = record(BEFORE["suqian-2024"])
    told = {finding.code for finding in check(telling(text), before)}
    assert told & {"NARR-PERCENT", "NARR-GROWTH", "NARR-PARTS"} == ({code} if code else set())


def test_the_growth_that_suqian_declared_is_worked_out() -> None:
    (finding,) = found(record("suqian-2024"), "NARR-GROWTH", record("suqian-2023"))
    assert "按新收加上年结转计算为增长1.08%，按新收计算为增长0.40%" in finding.message


@pytest.mark.slow
@pytest.mark.parametrize(
    "text",
    ["均" * 40_000, "收到1申请" * 8000, "3件其中" * 10_000, "局收到1件申请" * 3000, "1" * 40_000, "1件占" * 10_000],
)
def test_hostile_text_is_judged_in_reasonable_time(text: str) -> None:
    start = time.process_time()
    check(telling(text), record("suqian-2023"))
    assert time.process_time() - start < 3


@pytest.mark.parametrize(
    ("compare", "words"),
    [
        ("16", "叙述为20，应为16，不一致。"),
        ("7+8", "叙述为20，7＋8等于15，不一致。"),
        ("table3.new.total", "叙述为20，表三“一、本年新收政府信息公开申请数量”总计为3525，不一致。"),
    ],
)
def test_a_wrong_claim_is_told_with_what_it_was_held_against(compare: str, words: str) -> None:
    claim = {"key": "x", "value": 20, "quote": "公开信息20条", "where": "一（一）", "compare": compare}
    (finding,) = found(telling("公开信息20条。", claims=[claim]), "NARR")
    assert words in finding.message


@pytest.mark.parametrize(
    ("claim", "beginning"),
    [
        ({"quote": "收到“来件”3件", "where": "一（二）", "key": "x"}, "第一部分（二）“收到‘来件’3件”：叙述为3，"),
        ({"where": "一（二）", "key": "received"}, "第一部分（二）“received”：叙述为3，"),
        ({"key": "received"}, "“received”：叙述为3，"),
        ({"where": "一（二）"}, "第一部分（二）：叙述为3，"),
        ({}, "登记的数：叙述为3，"),
    ],
    ids=["quote", "place and key", "key", "place", "nothing"],
)
def test_a_claim_is_named_by_its_words_or_by_what_else_it_has(claim: dict[str, str], beginning: str) -> None:
    claims = [{**claim, "value": 3, "compare": "table3.new.total"}]
    (finding,) = found(telling("工作正常开展。", claims=claims), "NARR")
    assert finding.message.startswith(beginning)


@pytest.mark.parametrize(
    ("text", "quote"),
    [
        ("全年共答复咨询三千件。", "三千件"),
        ("组织培训二十余次。", "二十余次"),
        ("发布信息一千二百条。", "一千二百条"),
        ("接待来访三百五十人次。", "三百五十人次"),
        ("发放资料十二份。", "十二份"),
        ("发布信息两万多条。", "两万多条"),
    ],
)
def test_a_count_in_chinese_numerals_is_said_to_be_unchecked(text: str, quote: str) -> None:
    (finding,) = found(telling(text), "NARR-UNBOUND")
    assert finding.severity == "info" and f"“{quote}”用的是汉字" in finding.message
    claims = [{"key": "x", "value": 1, "quote": text}]
    assert not found(telling(text, claims=claims), "NARR-UNBOUND")


@pytest.mark.parametrize(
    "text",
    [
        "一是加强领导，二是完善制度。",
        "落实“十四五”规划和二十大精神。",
        "见本报告第三部分，依照第二十条、第五十四条的规定办理。",
        "从三个方面着手，一次性告知补正事项，做到一件一档、逐条逐项。",
        "办好二十件民生实事、十件大事。",
        "落实稳经济三十三条措施，召开第二十三次会议，编发第一百二十期简报。",
        "截至二〇二四年十二月三十一日，几十件、数十次、上百份材料已经归档。",
        "一百天内百件事项上网，千方百计、万无一失。",
        "全部二十四项任务、十五个部门、三十名工作人员到位。",
    ],
)
def test_words_with_numerals_in_them_are_no_counts(text: str) -> None:
    assert not found(telling(text), "NARR-UNBOUND")


@pytest.mark.parametrize(
    ("text", "severity"),
    [
        ("收取信息处理费2230元，其中沭阳县民政局880元、泗洪县政府办1080元、半城镇270元。", None),
        ("收取信息处理费2330元，其中沭阳县民政局880元、泗洪县政府办1080元、半城镇270元。", "warning"),
        ("收取了信息处理费2330元：880、1080、270。", "warning"),
        ("收取信息处理费2330元，其中：民政局1件，收费880元；政府办1件，收费1080元；半城镇1件，收费270元。", "warning"),
        ("收取信息处理费2230元，其中：民政局1件，收费880元；政府办1件，收费1080元；半城镇1件，收费270元。", None),
        ("收办申请3607件（市政府349、部门933、沭阳477、泗阳301、泗洪874、其他673）。", None),
        ("收办申请3607件（市政府349、部门933、沭阳477、泗阳301、泗洪874、其他674）。", "warning"),
        ("收办申请3607件（市政府349、部门933、沭阳477）。", "warning"),
        ("发布会63场，其中市级16场，县级36场（含沭阳5场），其他11场。", None),
        ("制发15件，其中文稿解读7件，含简明问答2件，图文解读8件。", None),
        ("公开100条，其中动态60条，其中图文20条，视频40条。", None),
        ("公开1,200条，其中动态1,000条，公告200条。", None),
        ("公开1,200条，其中动态1,000条，公告300条。", "warning"),
        ("公开614条，其中动态112条，公告80条。", "info"),
        ("公开614条（含动态112条，公告80条）。", "info"),
        ("出台文件3件，开会2次；其中印发1件，转发2件。", None),
        ("公开信息95条，其中部门文件4件；门户网站公开844条；微信公众号发布518条。", None),
        ("收到申请100件，其中网络50件；行政复议3件；行政诉讼4件。", None),
        ("公开945条，未制发规范性文件；其中网站710条，公众号235条。", None),
        ("公开945条，未制发规范性文件；其中网站710条，公众号200条。", None),
        ("培训9次，其中：市级2次；县级3次；乡镇5次。", "warning"),
        ("培训9次，其中市级2次；县级3次；乡镇4次。", None),
        ("共3件，其中2件；另有其中一项2件。", None),
        ("共办理依申请公开3607件（含上年结转96件），其中网站1191件、信函2416件。", None),
        ("共办理依申请公开3607件（含上年结转96件），其中网站1191件、信函2316件。", "info"),
        ("共办理依申请公开3607件（含上年结转96件），其中网站1191件、信函2516件。", "warning"),
        ("办结3486件（含上年结转96件）：网站1191件，信函2295件。", None),
        ("办结3486件（含上年结转96件）：网站1191件，信函2395件。", "warning"),
        ("办结3486件［含上年结转96件］，其中网站1191件，信函2295件。", None),
        ("办结3486件（96件为上年结转），其中网站1191件，信函2295件。", None),
        ("办结3486件，含上年结转96件，其中网站1191件，信函2295件。", None),
        ("新收3511件，上年结转96件，其中网站1191件，信函2416件。", None),
        ("公开100条（门户网站60条、公众号40条），其中动态70条、公告30条。", None),
    ],
)
def test_the_parts_of_a_total_come_to_it_in_whatever_unit(text: str, severity: str | None) -> None:
    sample = telling(text)
    told = found(sample, "NARR-PARTS")
    assert [one.severity for one in told] == ([severity] if severity else [])
    if severity == "warning":
        assert "各项合计" in told[0].message and "总数为" in told[0].message
