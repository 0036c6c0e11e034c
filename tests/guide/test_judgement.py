"""The published guide's faults are found, all of them and nothing else; ours has none; each fault alone is seen."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from datetime import date
from pathlib import Path
from time import process_time

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from gipdocs.cli import main
from gipdocs.documents.build import build
from gipdocs.documents.registry import find
from gipdocs.errors import InvalidInput
from gipdocs.guide import check
from gipdocs.law import Office
from gipdocs.settings import PROJECT

from .conftest import Judge, text_of

pytestmark = pytest.mark.slow

# The faults that the published guide shows: code, paragraph counted from 1, words of the message.
FAULTS = [
    ("element-missing", 0, "没有写明编排体系"),
    ("address-differs", 31, "花园北路22号"),
    ("article-38", 37, "可以不予提供"),
    ("article-15", 73, "不得公开"),
    ("article-16", 74, "可以不予公开"),
    ("article-16", 75, "可以不予公开"),
    ("reconsideration-first", 86, "应当先申请行政复议"),
    ("reconsideration-organ", 92, "聊城市人民政府"),
    ("link-with-query", 20, "qnh=2023"),
    ("link-with-query", 26, "is_hot=1"),
    ("number-broken", 34, "疑为“（三）”"),
    ("acceptance", 38, "有5段写了“受理”"),
    ("channel-undeclared", 45, "传真"),
]


def test_the_published_guide_has_exactly_these_faults(published: bytes, office: Office) -> None:
    found = check(published, office)
    assert found.paragraphs == 103
    told = [(one.code, int(one.pointer.rpartition("/")[2] or -1) + 1, one.message) for one in found.findings]
    assert [(code, place) for code, place, _ in told] == [(code, place) for code, place, _ in FAULTS]
    assert [words for (_, _, words), (_, _, message) in zip(FAULTS, told, strict=True) if words not in message] == []


@pytest.mark.parametrize("format", ["docx", "html"])
@pytest.mark.parametrize("whose", ["office", "county"])
def test_the_guide_that_a_profile_gives_has_no_fault(whose: str, format: str, request: pytest.FixtureRequest) -> None:
    profile: Office = request.getfixturevalue(whose)
    built = build(find([PROJECT / "plugins"])["guide"], {}, profile, format)
    assert [one.message for one in check(built.content, profile).findings] == []


def test_the_guide_of_one_office_is_not_the_guide_of_another(county: Office, text: str) -> None:
    (found,) = check(text, county).findings
    assert (found.code, found.severity) == ("agency-missing", "error")
    assert "指南写的是“聊城市机关事务管理局”，机关概况是“云岭县水务局”" in found.message and "--agency" in found.message


def test_what_the_law_wants_of_every_guide_is_missed_in_the_guide_of_another_office_too(
    county: Office, text: str
) -> None:
    changed = (
        re.sub("编排", "排列", text).replace("可以不予提供", "不予提供").replace("之日起60日内向", "之日起30日内向")
    )
    changed = changed.replace("四、政府信息公开工作机构", "五、政府信息公开工作机构").replace(
        "通过传真、", "通过邮寄、"
    )
    found = {one.code for one in check(changed, county).findings}
    assert found == {
        "agency-missing", "element-missing", "article-38", "limit-differs", "number-broken", "channel-refused",
    }  # fmt: skip
    without = "\n".join(line for line in text.splitlines() if "复议" not in line)
    assert [one.code for one in check(without, county).findings][:2] == ["agency-missing", "remedy-missing"]


def test_a_guide_that_names_the_office_of_the_profile_may_be_another_office_s(office: Office, text: str) -> None:
    """The government is named in the guides of all its bureaus."""
    government = replace(office, profile=replace(office.profile, name="聊城市人民政府"))
    assert [one.code for one in check(text, government).findings] == ["agency-missing"]
    untitled = "\n".join(line for line in text.splitlines() if "指南" not in line)
    assert "agency-missing" not in {one.code for one in check(untitled, office).findings}


def test_an_office_is_named_without_the_place_above_it(office: Office, text: str) -> None:
    profile = office.profile
    named = replace(
        profile, name="开封市龙亭区人民政府", office=replace(profile.office, name="开封市龙亭区人民政府办公室")
    )
    supervised = replace(named, supervisor=replace(profile.supervisor, name="开封市龙亭区人民政府政务公开办公室"))
    printed = text.replace("聊城市机关事务管理局", "龙亭区人民政府")
    printed = printed.replace("聊城市人民政府政务公开办公室", "龙亭区人民政府政务公开办公室")
    assert [one.message for one in check(printed, replace(office, profile=supervised)).findings] == []


SUMMER, WINTER = (
    "8:30-12:00、14:30-18:00（5月1日至9月30日的工作日）",
    "8:30-12:00、14:00-17:30（10月1日至次年4月30日的工作日）",
)


@pytest.mark.parametrize(
    ("after", "code"),
    [
        (f"夏季办公时间：{SUMMER}\n冬季办公时间：{WINTER}", None),
        (f"办公时间（夏季）：{SUMMER}\n办公时间（冬季）：{WINTER}", None),
        (f"办公时间：{SUMMER}\n{WINTER}", None),
        ("办公时间：夏季：8:30-12:00，14:30-18:00\n冬季：8:30-12:00，14:00-17:30", None),
        ("办公时间：夏季上午8:30-12:00，下午2:30-6:00\n冬季上午8:30-12:00，下午2:00-5:30", "twelve-hour twelve-hour"),
        (f"办公时间：{SUMMER}\n", "hours-differs"),
        (f"办公时间：{SUMMER}\n{WINTER.replace('17:30', '17:00')}", "hours-differs"),
        (f"夏季办公时间：{SUMMER}\n冬季办公时间：{WINTER.replace('10月1日', '11月1日')}", "hours-differs"),
    ],
)
def test_the_hours_of_the_seasons_may_stand_in_lines_of_their_own(
    text: str, codes: Judge, after: str, code: str | None
) -> None:
    before = f"办公时间：{SUMMER}；{WINTER}"
    assert before in text
    assert codes(text.replace(before, after, 1)) == (code.split() if code else [])


TOWN = """大柳镇人民政府信息公开指南
信息的分类和编排体系见本镇的公开目录。
一、对外发布政府信息渠道
大柳镇人民政府网站：http://www.daliu.example.gov.cn/
二、信息公开申请渠道
申请人可以当面提交，也可以通过邮寄方式提交申请。
三、受理机构
大柳镇党政办公室
地址：大柳镇府前街5号
办公时间：8:30-12:00，13:30-17:00
电话：0999-2345678　传真：0999-2345679
四、监督和救济
对不予公开的决定不服的，应当先申请行政复议，对复议决定不服的，再提起行政诉讼。
"""


@pytest.fixture
def town(county: Office) -> Office:
    """The office whose guide TOWN is."""
    profile = county.profile
    body = replace(
        profile.office, name="云岭县大柳镇党政办公室", address="云岭县大柳镇府前街5号", phone="0999-2345678", fax="0999-2345679",
        hours=(replace(profile.office.hours[0], periods=("8:30-12:00", "13:30-17:00")),),
    )  # fmt: skip
    return replace(county, profile=replace(profile, name="云岭县大柳镇人民政府", office=body))


def test_what_a_small_town_calls_by_other_words_is_understood(town: Office) -> None:
    found = [one.code for one in check(TOWN, town).findings if one.severity == "error"]
    assert found == ["channel-untold", "reconsideration-organ"]
    assert [one.code for one in check(TOWN, town).findings if one.severity == "warning"] == [
        "body-missing", "body-missing", "channel-undeclared", "channel-undeclared",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("before", "after", "code", "words"),
    [
        ("大柳镇党政办公室\n", "大柳镇便民服务中心\n", "body-differs", "写作“大柳镇便民服务中心”"),
        ("三、受理机构\n大柳镇党政办公室\n", "三、联系方式\n", "element-missing", "没有写明政府信息公开工作机构的名称"),
        ("对外发布政府信息渠道", "网站", None, ""),
        ("信息的分类", "为了方便申请区政府信息公开。信息的分类", "other-level", "“区政府信息公开”像是照抄"),
        ("三、受理机构", "三、市政府信息公开工作机构", "other-level", "“市政府信息公开”像是照抄"),
        ("三、受理机构", "三、镇政府信息公开工作机构", None, ""),
        ("也可以通过", "由本机关依照《县政府信息公开办法》办理，也可以通过", None, ""),
        ("也可以通过", "可以向县政府信息公开工作主管部门反映，也可以通过", None, ""),
        ("提交申请。", "提交申请；属于免于公开范围的，告知申请人。", "old-exempt", "不是现行条例的用语"),
        ("提交申请。", "提交申请；信息免予公开的，说明理由。", "old-exempt", "不是现行条例的用语"),
        ("提交申请。", "提交申请，单位附组织机构代码证复印件。", "old-code", "统一社会信用代码"),
        ("提交申请。", "提交申请，单位附统一社会信用代码证书或者组织机构代码证。", None, ""),
        ("13:30-17:00", "下午1:30-5:00", "twelve-hour", "“下午1:30-5:00”是12小时制，时间按24小时制书写，应当写“13:30-17:00”"),
        ("13:30-17:00", "下午13:30-17:00", None, ""),
        ("13:30-17:00", "下午1:30-5:00（节假日除外）", "twelve-hour", "应当写“13:30-17:00”"),
        ("提交申请。", "提交申请。符合规定的，本机关将申请\n", "unfinished", "没有写完"),
        ("提交申请。", "提交申请。填写申请表、身份证明以及。", "unfinished", "没有写完"),
        ("提交申请。", "提交申请。本机关说明理由；公众可以参与；通过网站提出的，即时收到。", None, ""),
        ("提交申请。", "提交申请。信息自形成或者变更之日20个工作日内公开。", "term-without-beginning", "应当写“之日起”"),
        ("提交申请。", "提交申请。信息自形成之日起20个工作日内公开。", None, ""),
        ("提交申请。", "提交申请。信息自变更之日15个工作日内公开。", "limit-differs term-without-beginning", "现行规定是20个工作日"),
    ],
)  # fmt: skip
def test_what_a_guide_copied_or_wrote_wrongly_is_told(
    town: Office, before: str, after: str, code: str | None, words: str
) -> None:
    usual = [(one.code, one.message) for one in check(TOWN, town).findings]
    assert before in TOWN
    found = [(one.code, one.message) for one in check(TOWN.replace(before, after, 1), town).findings]
    more = [one for one in found if one not in usual]
    assert [told for told, _ in more] == (code.split() if code else [])
    assert words in "".join(message for _, message in more)


@pytest.mark.parametrize(
    ("published", "asked", "missing"),
    [
        ("一、网站\n", "二、联系方式\n", True),
        ("一、对外发布政府信息渠道\n", "二、联系方式\n", False),
        ("一、网站\n", "二、信息公开申请渠道\n", False),
        ("一、公开途径\n", "二、联系方式\n", False),
        ("一、网站\n", "二、获取政府信息的途径\n", False),
    ],
)
def test_each_word_for_the_ways_to_the_information_is_enough(
    town: Office, published: str, asked: str, missing: bool
) -> None:
    text = TOWN.replace("一、对外发布政府信息渠道\n", published).replace("二、信息公开申请渠道\n", asked)
    told = [one.message for one in check(text, town).findings if one.code == "element-missing"]
    assert told == (["没有写明获取方式。"] if missing else [])


def test_a_word_of_another_level_is_told_without_the_profile_too(office: Office) -> None:
    changed = TOWN.replace("三、受理机构", "三、市政府信息公开工作机构")
    assert [one.code for one in check(changed, office).findings] == ["agency-missing", "other-level"]


@pytest.mark.parametrize(
    ("before", "after", "code"),
    [
        ("传真号码：0635-6068828\n", "", "element-missing"),
        ("办公地址：聊城市东昌府区花园路22号", "办公地址：聊城市东昌府区花园路25号", "address-differs"),
        ("收件地址：聊城市东昌府区花园路22号", "收件地址：聊城市东昌府区兴花园路22号", "address-differs"),
        ("聊城市江北水城旅游度假区文汇路16号；电话：0635-8262321。", "文汇路61号；电话：0635-8262321。", "address-differs"),
        ("（聊城市机关事务管理局2楼213室）", "（聊城市机关事务管理局2楼214室）", "place-differs"),
        ("联系电话：0635-8288943", "联系电话：0635-8288027", "phone-differs"),
        ("联系电话：0635-8288943", "联系电话：0635-8288944", "phone-differs"),
        ("聊城市东昌府区昌润南路153号；电话：0635-8902600", "聊城市东昌府区昌润南路153号；电话：8902601", "phone-differs"),
        ("传真号码：0635-6066702", "传真号码：0635-6066703", "fax-differs"),
        ("电子邮箱：zwgk@lc.shandong.cn", "电子邮箱：zwgk@lc.example.cn", "email-differs"),
        ("13:30-17:30（10月1日", "14:00-17:30（10月1日", "hours-differs"),
        ("13:30-17:30（10月1日", "13:30-17:30（11月1日", "hours-differs"),
        ("开放时间：8:30-12:00、14:30-18:00（5月1日至9月30日的工作日）；8:30-12:00", "开放时间：9:00-12:00", "hours-differs"),
        ("松桂路75号\n邮政编码：252000", "松桂路75号\n邮政编码：252001", "postcode-differs"),
        ("机构为聊城市政府行政复议办公室", "机构为聊城市司法局", "body-differs"),
        ("主管部门为聊城市人民政府政务公开办公室", "主管部门为聊城市人民政府办公室", "body-differs body-missing"),
        ("向聊城市东昌府区人民法院提起", "向聊城市中级人民法院提起", "body-differs"),
        ("向聊城市东昌府区人民法院提起", "向有管辖权的人民法院提起", None),
        ("本机关不接收通过传真、电子邮件提交的", "本机关不接收通过传真提交的", None),
        ("本机关不接收通过传真、电子邮件提交的", "本机关不接收通过电子邮件提交的", "channel-undeclared"),
        ("本机关不接收通过传真、电子邮件提交的", "也可以通过传真提交。本机关不接收通过电子邮件提交的", "channel-contradicts"),
        ("本机关不接收通过传真、电子邮件提交的", "本机关不接收通过邮寄、传真提交的", "channel-refused"),
        ("可以不予提供", "不予提供", "article-38"),
        ("可以不予提供", "一般不提供", "article-38"),
        ("第十五条的规定，本机关不得公开", "第十五条的规定，本机关不予公开", "article-15"),
        ("第十六条第一款的规定，可以不予公开", "第十六条第一款的规定，不予公开", "article-16"),
        ("可以依照《条例》第二十七条的规定，向本机关", "可以根据自身生产、生活、科研等特殊需要，向本机关", "old-needs"),
        ("不收取费用。", "不收取费用。申请人应当支付检索、复制、邮寄等成本费用，由本机关提供收据。", "old-fees"),
        ("负责接收和办理政府信息公开申请", "负责受理政府信息公开申请", "acceptance"),
        ("形成或者变更之日起20个工作日", "形成或者变更之日起15个工作日", "limit-differs"),
        ("收到申请之日起20个工作日内予以答复", "收到申请之日起15个工作日内予以答复", "limit-differs"),
        ("最长不超过20个工作日", "最长不超过15个工作日", "limit-differs"),
        ("收到申请之日起7个工作日内一次性", "收到申请之日起5个工作日内一次性", "limit-differs"),
        ("通知次日起20个工作日内缴纳", "通知次日起30个工作日内缴纳", "limit-differs"),
        ("征求意见书之日起15个工作日内提出意见；逾期未提出意见的，由", "征求意见书之日起十个工作日内提出意见；逾期未提出意见的，由", "limit-differs"),
        ("之日起60日内向聊城市人民政府提出", "之日起三十日内向聊城市人民政府提出", "limit-differs"),
        ("复议决定书之日起15日内", "复议决定书之日起60日内", "limit-differs"),
        ("之日起6个月内", "之日起三个月内", "limit-differs"),
        ("之日起6个月内", "之日起六个月内", None),
        ("应当先申请行政复议", "可以申请行政复议", "reconsideration-first"),
        ("行政复议机关为聊城市人民政府，", "行政复议机关为山东省机关事务管理局，", "reconsideration-organ-old"),
        ("四、政府信息公开工作机构\n", "五、政府信息公开工作机构\n", "number-broken number-broken"),
        ("（2）所申请公开信息", "（3）所申请公开信息", "number-broken number-broken"),
        ("2.政府公报", "一、政府公报", "number-broken number-broken number-broken"),
        ("https://weibo.com/u/3768357411", "https://weibo.com/u/3768357411?from=page", "link-with-query"),
        ("网址：http://jgsw.liaocheng.gov.cn/", "网址：http://jgsw.liaocheng.gov.cn/;jsessionid=8A1", "link-with-query"),
    ],
)  # fmt: skip
def test_one_fault_is_found_and_nothing_besides(
    text: str, codes: Judge, before: str, after: str, code: str | None
) -> None:
    assert before in text
    assert codes(text.replace(before, after, 1)) == (code.split() if code else [])


@pytest.mark.parametrize(
    ("words", "others", "code"),
    [
        ("编排", "排列", "element-missing"),
        ("网上|互联网", "现场", "channel-untold"),
        ("当面|现场", "到场", "channel-untold"),
        ("聊城市人民政府政务公开办公室", "有关部门", "body-differs body-missing"),
    ],
)
def test_words_that_are_missing_altogether_are_missed(
    text: str, codes: Judge, words: str, others: str, code: str
) -> None:
    assert codes(re.sub(words, others, text)) == code.split()


def test_a_guide_without_a_word_of_reconsideration_lacks_the_remedies(text: str, codes: Judge) -> None:
    assert "remedy-missing" in codes("\n".join(line for line in text.splitlines() if "复议" not in line))


def test_a_guide_that_names_the_government_nowhere_beside_reconsideration_lacks_the_organ(
    text: str, codes: Judge
) -> None:
    changed = text.replace("向聊城市人民政府", "向复议机关").replace("行政复议机关为聊城市人民政府，", "")
    assert codes(changed) == ["reconsideration-organ"]


def test_before_2024_the_two_ways_stood_side_by_side(office: Office, published: bytes) -> None:
    found = {one.code for one in check(published, replace(office, today=date(2023, 6, 1))).findings}
    assert "reconsideration-first" not in found and "article-16" in found


def test_channels_that_the_profile_opens_may_not_be_closed(county: Office) -> None:
    text = text_of(county)
    before = "本机关不接收通过互联网申请平台、传真提交的"
    assert before in text
    opened = text.replace(before, "网上提交的，通过平台办理。本机关不接收通过传真提交的")
    assert [one.code for one in check(opened, county).findings] == ["channel-contradicts"]
    kept = [line for line in text.splitlines() if "通过电子邮件" not in line and "电子邮件提交" not in line]
    closed = "\n".join(kept).replace(before, "本机关不接收通过电子邮件、互联网、传真提交的")
    assert [one.code for one in check(closed, county).findings] == ["channel-contradicts"]


WORDS = [
    "一、", "（十二）", "3.", "（4）", "附件：1.", "受理机构为：", "某局", "复议", "法院", "向", "地址：", "电话：", "传真：", "时间：",
    "0635-6068810", "花园路22号", "8：30-12：00", "25:99-99:99", "5月1日至9月30日", "20", "二十一百", "个工作日", "之日起", "日内",
    "申请", "不接收", "传真", "不予公开", "过程性信息", "http://a.cn/?x=1", "@", "a@b.cn", "。", "；", "\n", "（", "<p>", "𬭊", "\x00",
]  # fmt: skip


@given(st.lists(st.sampled_from(WORDS), min_size=1, max_size=60).map("".join))
@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_whatever_a_guide_says_it_is_judged_or_refused(office: Office, text: str) -> None:
    try:
        judged = check(text, office)
    except InvalidInput:
        return
    assert judged.explain().startswith(f"共核对{judged.paragraphs}段")
    places = [int(one.pointer.rpartition("/")[2]) for one in judged.findings if one.pointer]
    assert all(0 <= place < judged.paragraphs for place in places)


def test_a_long_guide_is_judged_in_good_time(office: Office) -> None:
    begun = process_time()
    for unit in ("a", "检索", "向东", "一、", "0635-", "受理申请", "传真"):
        check(unit * 100_000, office)
    assert process_time() - begun < 20


def test_the_judgement_is_told_in_chinese_by_gravity(published: bytes, office: Office) -> None:
    told = check(published, office).explain()
    assert told.startswith("共核对103段：必须改正8处，请核实5处，供参考0处。\n\n【必须改正】8处\n1. [element-missing] ")
    assert (
        "2. [address-differs] 第31段：“花园北路22号”与机关概况不一致，机关概况里相近的是“聊城市东昌府区花园路22号”。"
        in told
    )
    assert "（依据：《中华人民共和国政府信息公开条例》第十六条）" in told


def test_the_command_refuses_a_guide_with_errors(
    published: bytes, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "guide.txt"
    path.write_bytes(published)
    assert main(["guide", "check", str(path), "--today", "2026-11-23"]) == 1
    assert "[reconsideration-first] 第86段" in capsys.readouterr().out
    assert main(["guide", "check", "--json", str(path), "--today", "2026-11-23"]) == 1
    told = json.loads(capsys.readouterr().out)
    assert told["paragraphs"] == 103 and len(told["findings"]) == len(FAULTS)
    assert {"code", "severity", "message", "pointer", "basis"} <= told["findings"][0].keys()


def test_the_command_takes_the_profile_of_the_office(
    county: Office, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "guide.txt"
    path.write_text(text_of(county), encoding="utf-8")
    agency = PROJECT / "tests" / "data" / "agencies" / "county-water.toml"
    assert main(["guide", "check", str(path), "--agency", str(agency), "--today", "2026-11-23"]) == 0
    assert "必须改正0处" in capsys.readouterr().out
    assert main(["guide", "check", str(tmp_path / "nowhere.txt")]) == 2
    assert "读不出" in capsys.readouterr().err


def test_warnings_alone_do_not_refuse(text: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "guide.txt"
    path.write_text(text.replace("负责接收和办理", "负责受理"), encoding="utf-8")
    assert main(["guide", "check", str(path), "--today", "2026-11-23"]) == 0
    assert "[acceptance]" in capsys.readouterr().out
