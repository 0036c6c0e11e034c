"""The published guide's faults are found, all of them and nothing else; ours has none; each fault alone is seen."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from datetime import date
from pathlib import Path
from time import perf_counter

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


def test_the_published_guide_has_exactly_these_faults(published: bytes, ours: Office) -> None:
    found = check(published, ours)
    assert found.paragraphs == 103
    told = [(one.code, int(one.pointer.rpartition("/")[2] or -1) + 1, one.message) for one in found.findings]
    assert [(code, place) for code, place, _ in told] == [(code, place) for code, place, _ in FAULTS]
    assert [words for (_, _, words), (_, _, message) in zip(FAULTS, told, strict=True) if words not in message] == []


@pytest.mark.parametrize("format", ["docx", "html"])
@pytest.mark.parametrize("office", ["ours", "county"])
def test_the_guide_that_a_profile_gives_has_no_fault(office: str, format: str, request: pytest.FixtureRequest) -> None:
    profile: Office = request.getfixturevalue(office)
    built = build(find([PROJECT / "plugins"])["guide"], {}, profile, format)
    assert [one.message for one in check(built.content, profile).findings] == []


def test_the_guide_of_one_office_is_not_the_guide_of_another(county: Office, text: str) -> None:
    found = {one.code for one in check(text, county).findings}
    assert {"agency-missing", "body-differs", "address-differs", "phone-differs", "hours-differs"} <= found


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


def test_before_2024_the_two_ways_stood_side_by_side(ours: Office, published: bytes) -> None:
    found = {one.code for one in check(published, replace(ours, today=date(2023, 6, 1))).findings}
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
def test_whatever_a_guide_says_it_is_judged_or_refused(ours: Office, text: str) -> None:
    try:
        judged = check(text, ours)
    except InvalidInput:
        return
    assert judged.explain().startswith(f"共核对{judged.paragraphs}段")
    places = [int(one.pointer.rpartition("/")[2]) for one in judged.findings if one.pointer]
    assert all(0 <= place < judged.paragraphs for place in places)


def test_a_long_guide_is_judged_in_good_time(ours: Office) -> None:
    begun = perf_counter()
    for unit in ("a", "检索", "向东", "一、", "0635-", "受理申请", "传真"):
        check(unit * 100_000, ours)
    assert perf_counter() - begun < 20


def test_the_judgement_is_told_in_chinese_by_gravity(published: bytes, ours: Office) -> None:
    told = check(published, ours).explain()
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
