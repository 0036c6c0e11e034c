"""Requests with several items: what is said of each is true, and of all of them together."""

from __future__ import annotations

import json
from typing import Any

import pytest

from gipdocs.documents.build import examine, fill, origin
from gipdocs.documents.registry import Registry
from gipdocs.findings import Finding
from gipdocs.law import Office
from gipdocs.settings import PROJECT

from .filled import findings, text

REPLIES = PROJECT / "tests" / "data" / "replies"
SEPARATED = "你申请公开的各项信息中，有可以公开的内容，也有不应当公开的内容。依照"
GIVEN = {"title": "2.一书四方案", "outcome": "reply-granted", "provided": ["一书四方案"]}
PUBLIC = {"title": "3.勘测定界图", "outcome": "reply-already-public", "pointer": "机关网站“征地信息公开”专栏"}
MISSING = {
    "title": "9.听证笔录",
    "outcome": "reply-not-existing",
    "reason": "经检索档案管理系统和征地科案卷，没有组织过听证。",
}
PROCESS = {
    "title": "7.风险评估报告",
    "outcome": "reply-withheld-process",
    "kind": ["request"],
    "reason": "该报告是本机关报请上级审批时形成的内部请示材料，不是对外的最终决定。",
    "weighing": "公开会影响后续风险研判，不公开不影响申请人了解征地结果。",
    "separation": "whole",
}


def made(name: str, registry: Registry, office: Office) -> tuple[str, tuple[Finding, ...]]:
    """The letter of a file, named by what it is about and by its document, and what the checks find."""
    entry = registry[name.partition(".")[2]]
    answers, found = examine(entry, json.loads((REPLIES / f"{name}.json").read_text(encoding="utf-8")), office)
    return fill(entry, answers, office, origin(entry, office))[0].text, found


def part(letter: str, number: str, following: str) -> str:
    return letter.partition(f"\n{number}、")[2].partition(f"\n{following}、")[0]


@pytest.mark.parametrize(
    "name",
    [
        "twelve-items.reply-granted",
        "item-in-two-rows.reply-granted",
        "grouped-items.reply-granted",
        "partly-given.reply-granted",
        "twelve-items.reply-partial",
        "pickup.reply-granted",
        "petition.reply-petition",
        "consultation.reply-not-gov-info",
        "rule-not-law.reply-query-matter",
    ],
)
def test_real_cases_are_written_without_an_error(name: str, registry: Registry, office: Office) -> None:
    letter, found = made(name, registry, office)
    assert [one.code for one in found if one.severity == "error"] == []
    for wrong in ("包含", "。。", "无法确定。", "你可以通过下列渠道提出", "联系方式：无法确定", "该项信息不属于"):
        assert wrong not in letter.replace("该项信息不属于本机关", "")


def test_rows_are_not_counted_as_the_applicants_items(registry: Registry, office: Office) -> None:
    letter, _ = made("grouped-items.reply-granted", registry, office)
    assert "对你申请的各项内容，现逐项答复如下：\n一、关于“第1项、第2项”" in letter
    assert "二、关于“第3项、第4项、第5项”\n经检索档案管理系统" in letter
    assert letter.count("经检索") == 1


def test_what_is_given_beside_what_is_withheld_is_a_partial_disclosure(registry: Registry, office: Office) -> None:
    letter, found = made("twelve-items.reply-granted", registry, office)
    assert (
        f"{SEPARATED}《中华人民共和国政府信息公开条例》第三十七条的规定，本机关作了区分处理，现逐项答复如下：" in letter
    )
    (note,) = [one for one in found if one.code == "report-row"]
    assert "本件计入表三(二)“部分公开（区分处理）”" in note.message


def test_items_that_are_only_given_or_missing_are_no_partial_disclosure(registry: Registry, office: Office) -> None:
    letter = text(registry, "reply-granted", office, item="1.批复", items=[GIVEN, MISSING])
    assert "对你申请的各项内容，现逐项答复如下：" in letter
    assert "第三十七条" not in letter


def test_a_partial_reply_to_several_items_does_not_speak_of_one_document(registry: Registry, office: Office) -> None:
    letter, _ = made("twelve-items.reply-partial", registry, office)
    assert "经审查，你申请的各项内容中，有可以公开的，也有不应当公开或者不属于政府信息的。根据" in letter
    assert "你申请公开的信息中含有" not in letter


def test_an_item_may_be_partly_given(registry: Registry, office: Office) -> None:
    letter, found = made("partly-given.reply-granted", registry, office)
    item = part(letter, "六", "七")
    assert item.startswith("关于“6.土地现状调查表”\n该项信息含有不应当公开的内容，能够作区分处理。")
    assert (
        "第三十七条、第三十六条第二项的规定，现向你提供其中可以公开的内容：“土地现状调查表（隐去身份证号码）”（见附件3）。"
        in item
    )
    assert "其中的“表中各户的身份证号码”涉及第三方的个人隐私" in item
    assert "第十五条、第三十二条、第三十六条第三项的规定，本机关决定不予公开。" in item
    assert "3.土地现状调查表（隐去身份证号码）" in letter
    assert [one.code for one in found] == ["report-row"]


@pytest.mark.parametrize(
    ("ground", "answers", "told"),
    [
        ("reply-withheld-internal", {"kind": ["workflow"], "weighing": PROCESS["weighing"]}, "第十六条第一款"),
        ("reply-withheld-enforcement", {"weighing": PROCESS["weighing"]}, "第十六条第二款"),
        ("reply-withheld-state-secret", {}, "第十四条"),
        (
            "reply-withheld-law",
            {"kind": ["law"], "basis": "《中华人民共和国邮政法》第三条"},
            "《中华人民共和国邮政法》第三条",
        ),
        ("reply-not-gov-info", {}, "其中的“附页”不属于《中华人民共和国政府信息公开条例》第二条所称的政府信息。"),
    ],
)
def test_a_part_is_withheld_as_its_ground_demands(
    ground: str, answers: dict[str, Any], told: str, registry: Registry, office: Office
) -> None:
    row = {
        "title": "2.一书四方案",
        "outcome": "reply-partial",
        "provided": ["一书四方案（附页除外）"],
        "withheld": "附页",
        "ground": ground,
        "reason": PROCESS["reason"],
    }
    changes: dict[str, Any] = {"item": "1.批复", "items": [row | answers]}
    assert {code for code, _ in findings(registry, "reply-granted", office, **changes)} <= {"report-row"}
    assert told in text(registry, "reply-granted", office, **changes)
    for key in answers:
        less = {name: value for name, value in (row | answers).items() if name != key}
        found = findings(registry, "reply-granted", office, item="1.批复", items=[less])
        assert ("item-incomplete", "error") in found


def test_a_partly_given_item_on_a_third_partys_account_needs_the_consultation(
    registry: Registry, office: Office
) -> None:
    rows = json.loads((REPLIES / "partly-given.reply-granted.json").read_text(encoding="utf-8"))["items"]
    (row,) = [row for row in rows if row["outcome"] == "reply-partial"]
    consulted = {**row, "asked": "consulted"}
    found = findings(registry, "reply-granted", office, item="1.批复", items=[consulted])
    assert ("third-party-not-consulted", "error") in found
    found = findings(registry, "reply-granted", office, item="1.批复", items=[row])
    assert found == [("report-row", "info")]  # identifiers are masked at once
    masked = text(registry, "reply-granted", office, item="1.批复", items=[row])
    assert "其中的“表中各户的身份证号码”涉及第三方的个人隐私，能够识别特定的第三方" in masked
    assert "本机关书面征求了" not in masked


def test_the_remedies_follow_the_ground_of_the_withheld_part(registry: Registry, office: Office) -> None:
    row = {**GIVEN, "outcome": "reply-partial", "withheld": "附页", "reason": PROCESS["reason"]}
    refused = {**row, "ground": "reply-withheld-state-secret"}
    assert "应当先申请行政复议" in text(registry, "reply-granted", office, item="1.批复", items=[refused])
    other = {**row, "ground": "reply-not-gov-info"}
    assert "应当先申请行政复议" not in text(registry, "reply-granted", office, item="1.批复", items=[other])


def test_a_partial_reply_names_what_it_gives_and_cites_each_article_where_it_applies(
    registry: Registry, office: Office
) -> None:
    letter = text(registry, "reply-partial", office)
    assert "能够作区分处理。根据《中华人民共和国政府信息公开条例》第三十七条的规定，本机关提供可以公开的内容" in letter
    assert (
        "一、公开的内容\n可以公开的是下列内容：\n“2025年公务用车运行费用支出明细（附表三除外）”。\n"
        "根据《中华人民共和国政府信息公开条例》第三十六条第二项的规定，现向你提供上述内容（见附件）。"
    ) in letter
    parts = [{"title": "附表二", "outcome": "reply-not-gov-info", "reason": "附表二是供应商自行印制夹入的广告材料。"}]
    assert "第三十六条第三项" not in text(registry, "reply-partial", office, items=parts)


def test_a_partial_reply_answers_items_that_are_given_missing_and_withheld(registry: Registry, office: Office) -> None:
    rows = [PUBLIC, PROCESS, MISSING]
    assert findings(registry, "reply-partial", office, item="1.批复", items=rows) == []
    letter = text(registry, "reply-partial", office, item="1.批复", items=rows)
    opening, _, own = letter.partition("\n一、关于“1.批复”\n")
    assert "第三十七条" in opening and "第三十六条" not in opening
    assert own.startswith("可以公开的是下列内容：")
    assert "二、关于“3.勘测定界图”\n该项信息已经主动公开。根据《中华人民共和国政府信息公开条例》第三十六条第一项" in own
    assert "第三十六条第四项的规定，告知你该项信息不存在。" in own
    assert "经检索，没有找到" not in letter


def test_a_whole_item_of_a_partial_reply_must_have_been_considered_for_separation(
    registry: Registry, office: Office
) -> None:
    row = {key: value for key, value in PROCESS.items() if key != "separation"}
    assert findings(registry, "reply-partial", office, items=[row]) == []
    found = findings(registry, "reply-partial", office, item="1.批复", items=[row])
    assert found == [("separation-not-considered", "error")]


@pytest.mark.parametrize(
    ("pointer", "told"),
    [
        ("无法确定", "告知你：本机关无法确定负责公开该信息的行政机关。"),
        ("不能确定", "告知你：本机关不能确定负责公开该信息的行政机关。"),
        ("无法确定由哪一机关制作。", "告知你：本机关无法确定由哪一机关制作。"),
        ("市财政局，电话8226000", "告知你负责公开该信息的行政机关的名称、联系方式：市财政局，电话8226000。"),
    ],
)
def test_an_agency_that_cannot_be_determined_is_not_given_as_a_contact(
    pointer: str, told: str, registry: Registry, office: Office
) -> None:
    row = {"title": "乙", "outcome": "reply-not-ours", "reason": PROCESS["reason"], "pointer": pointer}
    assert told in text(registry, "reply-not-existing", office, item="甲", items=[row])


def test_a_search_that_the_reason_does_not_tell_is_stated(registry: Registry, office: Office) -> None:
    row = MISSING | {"reason": "当年没有召开过听证会，没有形成听证笔录。"}
    letter = text(registry, "reply-granted", office, item="1.批复", items=[row])
    assert "经检索，没有找到该项信息。当年没有召开过听证会" in letter


@pytest.mark.parametrize(
    ("nature", "told"),
    [
        ({"nature": "consultation"}, "经审查，你的申请是咨询，不是申请获取"),
        ({"nature": "information"}, "经审查，你申请公开的信息不属于"),
        ({}, "经审查，你的申请不是申请获取"),
    ],
)
def test_a_consultation_is_not_called_information(
    nature: dict[str, str], told: str, registry: Registry, office: Office
) -> None:
    data = json.loads((REPLIES / "consultation.reply-not-gov-info.json").read_text(encoding="utf-8")) | nature
    answers, _ = examine(registry["reply-not-gov-info"], data, office)
    entry = registry["reply-not-gov-info"]
    letter = fill(entry, answers, office, origin(entry, office))[0].text
    assert told in letter
    assert "你需要了解有关情况的，可以通过下列渠道咨询：市自然资源和规划局征地科，电话0635-0000000。" in letter


@pytest.mark.parametrize(
    ("kind", "told"),
    [
        (
            {"kind": ["consultation"]},
            "该项申请是咨询，不是申请获取《中华人民共和国政府信息公开条例》第二条所称的政府信息。",
        ),
        ({"kind": ["information"]}, "该项信息不属于《中华人民共和国政府信息公开条例》第二条所称的政府信息。"),
        ({}, "该项申请不是申请获取《中华人民共和国政府信息公开条例》第二条所称的政府信息。"),
    ],
)
def test_an_item_says_whether_it_is_a_consultation(
    kind: dict[str, str], told: str, registry: Registry, office: Office
) -> None:
    row = {"title": "12.征地是否合法", "outcome": "reply-not-gov-info", "reason": PROCESS["reason"], **kind}
    assert told in text(registry, "reply-granted", office, item="1.批复", items=[row])


def test_what_was_complained_about_has_its_channel(registry: Registry, office: Office) -> None:
    letter, _ = made("petition.reply-petition", registry, office)
    assert "你反映的问题，可以通过下列渠道提出：12345政务服务便民热线" in letter


def test_a_party_to_the_case_learns_where_to_read_the_file(registry: Registry, office: Office) -> None:
    told = "你是该案当事人、利害关系人的，可以按照办案程序申请查阅案卷，途径是：向"
    assert told in text(registry, "reply-withheld-enforcement", office)
    row = {
        "title": "乙",
        "outcome": "reply-withheld-enforcement",
        "reason": PROCESS["reason"],
        "weighing": PROCESS["weighing"],
        "separation": "whole",
    }
    letter = text(registry, "reply-not-existing", office, item="甲", items=[row | {"pointer": "向法规科提出"}])
    assert "途径是：向法规科提出。" in letter
    assert "查阅案卷" not in text(registry, "reply-not-existing", office, item="甲", items=[row])


def test_a_rule_of_a_department_does_not_govern_an_inquiry(registry: Registry, office: Office) -> None:
    _, found = made("rule-not-law.reply-query-matter", registry, office)
    assert [(one.code, one.severity) for one in found] == [("law-rank-doubtful", "warning")]
