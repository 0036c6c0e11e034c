"""The case in its letters: several applicants, several applications, a correction, what was told before, a new answer."""

from __future__ import annotations

import json
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from gipdocs.documents.build import examine, fill, origin
from gipdocs.documents.registry import Registry
from gipdocs.law import Office
from gipdocs.settings import PROJECT

from .filled import LEFT_OUT, findings, payload, text

CASES = PROJECT / "tests" / "data" / "cases"
LETTERS = (
    "reply-granted",
    "reply-withheld-process",
    "reply-repeat",
    "reply-not-existing",
    "reply-uncorrected",
    "reply-mass-repeat",
    "correction-notice",
    "extension-notice",
    "consultation-notice",
    "delay-notice",
    "fee-notice",
    "reason-notice",
)
AGAIN = {
    "what": "decision",
    "organ": "某某市人民政府",
    "number": "政复决字〔2026〕15号",
    "date": "2026-03-17",
    "received": "2026-03-18",
    "result": "quashed",
    "order": "redo",
    "ordered": 20,
    "earlier_number": "聊机管公开〔2026〕6号",
    "earlier_date": "2026-03-13",
    "compared": "result",
}
OWN = {
    "what": "own",
    "date": "2026-03-18",
    "earlier_number": "聊机管公开〔2026〕6号",
    "earlier_date": "2026-03-13",
}
OTHERS = [{"name": "王建国"}, {"name": "李桂芬"}]
SECOND = {
    "number": "20260304002",
    "channel": "in_person",
    "received": "2026-03-04",
    "request": "2025年公务用车更新数量",
}


def without(answers: dict[str, Any], *keys: str) -> dict[str, Any]:
    return {key: value for key, value in answers.items() if key not in keys}


def case(name: str) -> tuple[str, Any]:
    """The document's id and the payload of a recorded case."""
    (path,) = CASES.glob(f"{name}*.json")
    return Path(path.stem).suffix[1:], json.loads(path.read_text(encoding="utf-8"))


def written(registry: Registry, office: Office, id: str, answers: Any) -> tuple[str, list[str]]:
    """The text of a letter, and the codes of what its checks find."""
    entry = registry[id]
    loaded, found = examine(entry, answers, office)
    return fill(entry, loaded, office, origin(entry, office))[0].text, [one.code for one in found]


@pytest.mark.parametrize(
    ("name", "sentence", "untrue"),
    [
        ("06-", "因你的申请没有完整提供申请人的姓名或者名称、身份证明、联系方式，本机关制作补正告知书", "内容不明确"),
        ("06-", "可以提供姓名或者名称、身份证明、联系方式后重新提出申请。", "写明所需信息"),
        ("06-", "第二十九条第二款第一项、第三十条的规定，视为你放弃申请", "第二十九条第二款第二项"),
        ("06a", "申请人的姓名或者名称、身份证明、联系方式：申请没有附申请人的身份证明。", "不明确"),
        ("07", "王秀兰、王建国、李桂芬：\n你们于2026年3月2日", "你于"),
        ("11", "陈小宝：", "陈大宝"),
        (
            "14",
            "补正后申请公开：“张庄村2024年第3批次征地补偿协议中各项补偿的单价”。",
            "各项补偿的单价”。\n本机关于2026年1月5日",
        ),
        (
            "14",
            "因不能在答复期限内答复，本机关于2026年3月10日告知你单位延长答复期限（聊机管公开〔2026〕20号）。",
            "逾期",
        ),
        (
            "16",
            "聊城市人民政府于2026年8月20日作出聊政复决字〔2026〕88号行政复议决定，撤销该答复书，"
            "责令本机关在20个工作日内重新答复。现重新答复如下。",
            "逾期",
        ),
        ("24", "2026年3月，你提出的申请共1件，拆分计算为35件，", "共35件"),
    ],
)
def test_a_recorded_case_says_what_is_true(
    registry: Registry, office: Office, name: str, sentence: str, untrue: str
) -> None:
    letter, found = written(registry, office, *case(name))
    assert sentence in letter
    assert untrue not in letter
    assert found == []


@pytest.mark.parametrize("id", LETTERS)
def test_several_applicants_are_addressed_as_such_throughout(registry: Registry, office: Office, id: str) -> None:
    facts = {"facts": "2026年2月以来申请四十余件，内容大多相同。"} if id in ("reply-mass-repeat", "fee-notice") else {}
    letter = text(registry, id, office, application__others=OTHERS, **facts)
    assert "张晓彤、王建国、李桂芬：" in letter
    assert letter.count("你") == letter.count("你们")
    one = text(registry, id, office, **facts)
    assert "你们" not in one


def test_organisations_together_are_addressed_as_several(registry: Registry, office: Office) -> None:
    changes = {"application__applicant_kind": "organisation", "application__name": "甲有限公司"}
    for key in ("id_kind", "id_number"):
        changes[f"application__{key}"] = LEFT_OUT  # type: ignore[assignment]
    alone = text(registry, "reply-granted", office, **changes)
    together = text(registry, "reply-granted", office, **changes, application__others=[{"name": "乙有限公司"}])
    assert ("你单位" in alone, "你们" in alone) == (True, False)
    assert ("你单位" in together, "你们" in together) == (False, True)


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"application__name": "王秀兰、王建国"}, "applicants-joined"),
        ({"application__name": "王秀兰等3人"}, "applicants-joined"),
        ({"application__others": [{"name": "张晓彤"}]}, "applicant-twice"),
        (
            {"application__others": [{"name": "张小童", "id_kind": "resident", "id_number": "11010519491231002X"}]},
            "applicant-twice",
        ),
        ({"application__others": [{"name": "李某"}]}, "name-not-full"),
    ],
)
def test_applicants_who_are_joined_or_named_twice_are_refused(
    registry: Registry, office: Office, changes: dict[str, Any], code: str
) -> None:
    assert (code, "error") in findings(registry, "reply-granted", office, **changes)


def test_a_decision_later_than_the_letter_is_refused_with_the_article(registry: Registry, office: Office) -> None:
    late = AGAIN | {"date": "2026-03-23", "received": "2026-03-24"}
    _, found = examine(registry["reply-granted"], payload(registry, "reply-granted", office, again=late), office)
    assert [one.basis for one in found if one.code == "again-after-letter"] == [
        "《中华人民共和国行政复议法》第七十七条第一款"
    ]


def test_two_people_of_one_name_may_apply_together(registry: Registry, office: Office) -> None:
    namesake = {"name": "张晓彤", "id_kind": "resident", "id_number": "110101199003074506"}
    assert findings(registry, "reply-granted", office, application__others=[namesake]) == []


def test_several_applications_are_told_one_by_one(registry: Registry, office: Office) -> None:
    third = {"channel": "online", "received": "2026-03-05", "confirmed": "2026-03-06", "request": "维修记录。"}
    corrected = {"corrected": "2026-03-10", "corrected_request": "2025年的维修记录"}
    letter = text(
        registry, "reply-granted", office, application_no="20260302001", applications=[SECOND, third | corrected]
    )
    assert letter.split("：\n", 1)[1].splitlines()[:6] == [
        "对你提交的3件政府信息公开申请，本机关现一并答复。各件申请如下：",
        "第一件，于2026年3月2日通过互联网渠道提交，本机关于2026年3月3日确认收到（申请编号：20260302001），"
        "申请公开：“2025年市级党政机关公务用车调配更新计划”。",
        "第二件，于2026年3月4日当面提交（申请编号：20260304002），申请公开：“2025年公务用车更新数量”。",
        "第三件，于2026年3月5日通过互联网渠道提交，本机关于2026年3月6日确认收到，申请公开：“维修记录。”",
        "第三件申请经告知补正，本机关于2026年3月10日收到补正材料，补正后申请公开：“2025年的维修记录”。",
        "依照《中华人民共和国政府信息公开条例》第三十条的规定，经补正的申请，答复期限自收到补正材料之日起计算。",
    ]
    assert "本机关现一并办理" in text(registry, "correction-notice", office, applications=[SECOND])


def test_a_request_that_all_applications_share_is_quoted_once(registry: Registry, office: Office) -> None:
    second = SECOND | {"request": "2025年市级党政机关公务用车调配更新计划"}
    letter = text(registry, "reply-granted", office, applications=[second])
    assert letter.split("：\n", 1)[1].splitlines()[:3] == [
        "对你提交的2件政府信息公开申请，本机关现一并答复。各件均申请公开：“2025年市级党政机关公务用车调配更新计划”。提交的情况如下：",
        "第一件，于2026年3月2日通过互联网渠道提交，本机关于2026年3月3日确认收到。",
        "第二件，于2026年3月4日当面提交（申请编号：20260304002）。",
    ]


def test_the_same_application_of_several_people_names_each(registry: Registry, office: Office) -> None:
    changes: dict[str, Any] = {
        "application__others": [{"name": "李桂芬"}],
        "applications": [SECOND | {"applicant": "李桂芬"}],
    }
    letter = text(registry, "reply-granted", office, **changes)
    assert "对你们提交的2件政府信息公开申请" in letter
    assert "第一件，张晓彤于2026年3月2日通过互联网渠道提交" in letter
    assert "第二件，李桂芬于2026年3月4日当面提交" in letter
    assert findings(registry, "reply-granted", office, **changes) == []


def test_the_first_application_is_that_of_all_who_have_none_of_their_own(registry: Registry, office: Office) -> None:
    letter = text(
        registry,
        "reply-granted",
        office,
        application__others=[{"name": "李桂芬"}, {"name": "王建国"}],
        applications=[SECOND | {"applicant": "李桂芬"}],
    )
    assert "第一件，张晓彤、王建国于2026年3月2日" in letter and "第二件，李桂芬于2026年3月4日" in letter


def test_an_application_of_several_people_names_all_of_them(registry: Registry, office: Office) -> None:
    changes: dict[str, Any] = {
        "application__others": [{"name": "李桂芬"}, {"name": "王建国"}],
        "applications": [SECOND | {"applicant": "李桂芬、王建国"}],
    }
    letter = text(registry, "reply-granted", office, **changes)
    assert "第一件，张晓彤于2026年3月2日" in letter and "第二件，李桂芬、王建国于2026年3月4日" in letter
    assert findings(registry, "reply-granted", office, **changes) == []


@pytest.mark.parametrize(
    ("changes", "found"),
    [
        ({"applications": [SECOND], "application_no": "20260304002"}, ("application-twice", "error")),
        ({"applications": [SECOND, SECOND]}, ("application-twice", "error")),
        ({"applications": [SECOND | {"applicant": "李桂芬"}]}, ("applicant-unlisted", "error")),
        ({"applications": [SECOND | {"received": "2026-03-23"}]}, ("date-before-receipt", "error")),
        ({"applications": [SECOND | {"corrected_request": "甲"}]}, ("corrected-request-undated", "error")),
        ({"application__corrected_request": "甲"}, ("corrected-request-undated", "error")),
        ({"applications": [SECOND | {"received": "2026-01-05"}]}, ("late", "warning")),
    ],
)
def test_an_application_answered_twice_too_late_or_out_of_order_is_told(
    registry: Registry, office: Office, changes: dict[str, Any], found: tuple[str, str]
) -> None:
    assert found in findings(registry, "reply-granted", office, **changes)


def test_contradicting_days_of_a_further_application_are_told_at_their_place(
    registry: Registry, office: Office
) -> None:
    row = SECOND | {"channel": "online", "confirmed": "2026-03-02"}
    answers = payload(registry, "reply-granted", office, applications=[row])
    found = examine(registry["reply-granted"], answers, office)[1]
    assert [(one.pointer, one.severity) for one in found] == [("/applications/0/confirmed", "error")]


def test_the_second_applications_own_last_day_decides(registry: Registry, office: Office) -> None:
    """2026-02-06 (Friday) + 20 working days, Spring Festival 02-15 to 02-23, 02-14 and 02-28 worked: 2026-03-12."""
    early = SECOND | {"received": "2026-02-06"}
    told = examine(registry["reply-granted"], payload(registry, "reply-granted", office, applications=[early]), office)
    (late,) = told[1]
    assert late.code == "late"
    assert late.message.startswith("第二件申请答复期限的最后一日是2026年3月12日，已经逾期。")
    assert findings(registry, "reply-granted", office, applications=[early | {"extension": 10}]) == []


@pytest.mark.parametrize("id", LETTERS)
@pytest.mark.parametrize(
    ("again", "sentence"),
    [
        (
            AGAIN,
            "本机关于2026年3月13日对上述申请作出答复书（聊机管公开〔2026〕6号）。某某市人民政府于2026年3月17日"
            "作出政复决字〔2026〕15号行政复议决定，撤销该答复书，责令本机关在20个工作日内重新答复。",
        ),
        (
            AGAIN
            | {"what": "judgment", "organ": "某某区人民法院", "number": "（2026）鲁15行初3号", "order": "disclose"},
            "某某区人民法院于2026年3月17日作出（2026）鲁15行初3号行政判决，撤销该答复书，责令本机关在20个工作日内公开政府信息。",
        ),
        (
            without(AGAIN, "ordered") | {"result": "unlawful", "earlier_paper": "notice"},
            "确认该告知书违法，责令本机关重新答复。",
        ),
        (
            AGAIN | {"result": "partly", "ordered": 15, "ordered_unit": "day"},
            "撤销该答复书的一部分，责令本机关在15日内重新答复。",
        ),
        (OWN, "作出答复书（聊机管公开〔2026〕6号），已于2026年3月18日自行撤销。"),
        (
            OWN | {"number": "聊机管公开〔2026〕9号"},
            "已于2026年3月18日自行撤销（聊机管公开〔2026〕9号）。",
        ),
    ],
    ids=["decision", "judgment", "unlawful", "partly", "own", "own by letter"],
)
def test_every_letter_can_say_that_it_comes_after_a_quashing(
    registry: Registry, office: Office, id: str, again: dict[str, Any], sentence: str
) -> None:
    letter = text(registry, id, office, again=again)
    assert sentence in letter
    now = "现重新答复如下。" if id.startswith("reply-") else "本机关现重新办理上述申请。"
    now = "本机关重新办理上述申请，现将结果告知如下。" if id == "reply-uncorrected" else now
    assert sentence + now in letter
    assert "。。" not in letter and "，，" not in letter
    assert "重新" not in text(registry, id, office) or id in ("reply-uncorrected", "fee-notice")


def test_an_order_to_answer_after_silence_tells_of_no_earlier_letter(registry: Registry, office: Office) -> None:
    again = without(AGAIN, "earlier_number", "earlier_date", "compared")
    letter, found = written(
        registry,
        office,
        "reply-granted",
        payload(registry, "reply-granted", office, again=again | {"result": "unanswered"}),
    )
    assert (
        "某某市人民政府于2026年3月17日作出政复决字〔2026〕15号行政复议决定，责令本机关在20个工作日内作出答复。现答复如下。"
        in letter
    )
    assert "重新" not in letter
    assert found == []


@pytest.mark.parametrize(
    ("again", "date", "found"),
    [
        ({}, "2026-04-16", []),
        ({}, "2026-04-17", [("redo-late", "warning")]),
        ({"ordered": 15, "ordered_unit": "day"}, "2026-04-02", []),
        ({"ordered": 15, "ordered_unit": "day"}, "2026-04-03", [("redo-late", "warning")]),
        ({"ordered": None}, "2026-09-10", []),
        ({"what": "judgment", "order": "redo", "ordered": None}, "2026-09-10", []),
        ({"what": "judgment", "order": "disclose", "ordered": None}, "2026-04-16", []),
        ({"what": "judgment", "order": "disclose", "ordered": None}, "2026-04-17", [("redo-late", "warning")]),
    ],
)
def test_the_new_answer_has_its_own_clock(
    registry: Registry, office: Office, again: dict[str, Any], date: str, found: list[tuple[str, str]]
) -> None:
    """20 working days after 2026-03-18, Qingming being 04-04 to 04-06: 2026-04-16; 15 days: 2026-04-02."""
    assert findings(registry, "reply-granted", office, again=AGAIN | again, date=date) == found


def test_a_late_new_answer_is_warned_of_with_the_articles_on_the_order(registry: Registry, office: Office) -> None:
    answers = payload(registry, "reply-granted", office, again=AGAIN, date="2026-04-17")
    (late,) = examine(registry["reply-granted"], answers, office)[1]
    assert late.message.startswith("重新答复的期限是20个工作日，最后一日是2026年4月16日，已经逾期。")
    for article in ("第六十四条第一款", "第七十七条第一款"):
        assert article in late.basis


def test_a_notice_in_a_case_handled_anew_keeps_the_new_term(registry: Registry, office: Office) -> None:
    """A correction within the ordered term, months after the application came; a fee only before that term ends."""
    again = AGAIN | {"earlier_date": "2026-04-13", "date": "2026-08-17", "received": "2026-08-18"}
    assert findings(registry, "correction-notice", office, again=again, date="2026-08-24") == []
    assert findings(registry, "fee-notice", office, again=again, date="2026-09-15") == []
    assert ("fee-late", "error") in findings(registry, "fee-notice", office, again=again, date="2026-09-16")


def test_a_withdrawal_of_ones_own_is_not_late_by_the_first_term(registry: Registry, office: Office) -> None:
    changes = {"date": "2026-09-10", "again": OWN | {"date": "2026-09-01"}}
    assert findings(registry, "reply-granted", office, **changes) == []
    assert findings(registry, "reply-granted", office, date="2026-09-10") == [("late", "warning")]


@pytest.mark.parametrize(
    ("again", "found"),
    [
        ({"date": "2026-03-23", "received": "2026-03-24"}, ("again-after-letter", "error")),
        ({"received": "2026-03-23"}, ("again-before-receipt", "warning")),
        ({"date": "2026-03-12"}, ("again-order", "error")),
        ({"received": "2026-03-16"}, ("again-order", "error")),
        ({"organ": None}, ("again-incomplete", "error")),
        ({"earlier_number": None}, ("again-incomplete", "error")),
        ({"compared": None}, ("again-incomplete", "error")),
        ({"earlier_number": "聊机管公开〔2026〕12号"}, ("again-own-number", "error")),
        ({"order": "none"}, ("again-unused", "error")),
        ({"result": "unanswered"}, ("again-unused", "error")),
        ({"what": "own"}, ("again-unused", "error")),
        ({"compared": "same"}, ("redo-same", "warning")),
    ],
)
def test_what_contradicts_itself_about_the_earlier_answer_is_told(
    registry: Registry, office: Office, again: dict[str, Any], found: tuple[str, str]
) -> None:
    assert found in findings(registry, "reply-granted", office, again=AGAIN | again)


@pytest.mark.parametrize("compared", ["result", "reason", "procedure"])
def test_a_new_answer_that_may_be_given_is_not_doubted(registry: Registry, office: Office, compared: str) -> None:
    assert findings(registry, "reply-granted", office, again=AGAIN | {"compared": compared}) == []


@pytest.mark.parametrize(("what", "article"), [("decision", "第六十四条第二款"), ("judgment", "第七十一条")])
def test_the_same_answer_again_is_doubted_with_the_article(
    registry: Registry, office: Office, what: str, article: str
) -> None:
    again = AGAIN | {"what": what, "compared": "same"}
    answers = payload(registry, "reply-granted", office, again=again)
    (found,) = examine(registry["reply-granted"], answers, office)[1]
    assert (found.code, found.basis.endswith(article)) == ("redo-same", True)


def test_an_ordered_term_is_not_prolonged_without_a_doubt(registry: Registry, office: Office) -> None:
    found = findings(registry, "extension-notice", office, again=AGAIN)
    assert ("redo-prolonged", "warning") in found
    letter = text(registry, "extension-notice", office, again=AGAIN)
    assert "本机关不能在20个工作日内作出答复" in letter
    assert "自原答复期限届满的次日起计算" in letter


def test_what_was_told_before_explains_the_date(registry: Registry, office: Office) -> None:
    late = {"date": "2026-04-10", "clock__extension": 10}
    assert findings(registry, "reply-granted", office, **late) == [("extension-untold", "warning")]
    told = [{"what": "extension", "date": "2026-03-27", "number": "聊机管公开〔2026〕9号"}]
    assert findings(registry, "reply-granted", office, **late, told=told) == []
    assert "本机关于2026年3月27日告知你延长答复期限（聊机管公开〔2026〕9号）。" in text(
        registry, "reply-granted", office, **late, told=told
    )
    in_time = {"clock__extension": 10}
    assert findings(registry, "reply-granted", office, **in_time) == []


@pytest.mark.parametrize(
    ("told", "code"),
    [({"date": "2026-02-27"}, "told-order"), ({"date": "2026-03-23"}, "told-order"), ({}, "told-uncounted")],
)
def test_a_notice_told_out_of_order_or_not_counted_is_found(
    registry: Registry, office: Office, told: dict[str, str], code: str
) -> None:
    row = {"what": "extension", "date": "2026-03-16", **told}
    assert code in [one for one, _ in findings(registry, "reply-granted", office, told=[row])]


@pytest.mark.parametrize(
    ("earlier", "sentence", "lawfully"),
    [
        ("disclosed", "，公开了所申请的政府信息。", True),
        ("refused", "，决定不予公开。", False),
        ("not_existing", "，告知该政府信息不存在。", False),
        ("other", "，告知了办理结果。", False),
    ],
)
def test_a_repeated_application_is_told_by_its_earlier_answer(
    registry: Registry, office: Office, earlier: str, sentence: str, lawfully: bool
) -> None:
    changes = {"earlier_outcome": earlier, "unchanged": True} if earlier != "disclosed" else {}
    letter = text(registry, "reply-repeat", office, **changes)
    assert sentence in letter
    assert ("内依法向" in letter) == lawfully
    assert findings(registry, "reply-repeat", office, **changes) == []
    if changes:
        unticked = findings(registry, "reply-repeat", office, earlier_outcome=earlier)
        assert unticked == [("repeat-facts-changed", "warning")]


def test_the_caution_about_courts_is_limited_to_what_was_disclosed(registry: Registry) -> None:
    assert "此前的答复已经公开的，对这类处理直接提起的行政诉讼，人民法院目前一般不予立案" in (
        registry["reply-repeat"].document.summary
    )
    assert "此前的答复" not in registry["reply-petition"].document.summary


@pytest.mark.parametrize(
    ("elements", "sentence"),
    [
        (["content"], "因你的申请内容不明确，本机关制作补正告知书"),
        (["content", "identity"], "因你的申请没有完整提供申请人的姓名或者名称、身份证明、联系方式，内容不明确，本机关"),
        (["agent"], "因你的申请没有完整提供代理人的身份证明和代理手续，本机关"),
        (["form"], "可以写明形式要求和获取信息的方式、途径后重新提出申请。"),
    ],
)
def test_a_lapsed_correction_names_what_was_asked_for(
    registry: Registry, office: Office, elements: list[str], sentence: str
) -> None:
    assert sentence in text(registry, "reply-uncorrected", office, elements=elements)
    assert findings(registry, "reply-uncorrected", office, elements=elements) == []


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({}, "你提出的申请共35件，按照"),
        ({"already": 5}, "你提出的申请此前计5件，本次计35件，按照"),
        ({"filed": 2}, "你提出的申请共2件，拆分计算为35件，按照"),
        ({"filed": 2, "already": 5}, "你提出的申请此前计5件，本次2件拆分计算为35件，按照"),
    ],
)
def test_a_fee_notice_says_what_was_filed_and_what_was_split(
    registry: Registry, office: Office, changes: dict[str, int], sentence: str
) -> None:
    letter = text(registry, "fee-notice", office, **changes)
    assert sentence in letter
    assert "不得单独申请行政复议或者提起行政诉讼" in letter


@pytest.mark.parametrize("changes", [{"filed": 35}, {"filed": 40}, {"filed": 1, "method": "page", "count": 60}])
def test_a_split_that_makes_no_more_pieces_is_refused(
    registry: Registry, office: Office, changes: dict[str, Any]
) -> None:
    assert ("fee-split-count", "error") in findings(registry, "fee-notice", office, **changes)


def test_the_corrected_request_reaches_other_agencies_too(registry: Registry, office: Office) -> None:
    changes = {"application__corrected_request": "计划第三部分", "clock__corrected": "2026-03-09"}
    for id in ("assistance-request", "agency-consultation"):
        assert "”，补正后申请公开：“计划第三部分”" in text(registry, id, office, **changes)


def test_the_form_and_the_register_name_a_guardian(registry: Registry, office: Office) -> None:
    form = text(registry, "application-form", office, agent_kind="guardian", agent_name="陈大宝")
    assert "☐委托代理人　☑法定代理人（监护人）" in form
    assert "监护关系证明" in form
    registered = text(
        registry, "registration", office, application__agent_kind="guardian", application__agent_name="陈大宝"
    )
    assert "陈大宝（法定代理人（监护人））" in registered
    gaps = findings(registry, "application-form", office, agent_kind="guardian")
    assert gaps == [("gap", "info")]


def test_typed_text_that_addresses_the_applicant_otherwise_is_doubted(registry: Registry, office: Office) -> None:
    facts = "你在一日之内提出的35件申请中，有30件就同一批公务用车提出"
    assert findings(registry, "fee-notice", office, facts=facts) == []
    assert findings(registry, "fee-notice", office, facts=facts, application__others=OTHERS) == [
        ("address-mixed", "warning")
    ]


def test_the_later_paragraphs_follow_the_facts_of_the_case(registry: Registry, office: Office) -> None:
    """Receipt, correction, payment, notices in the order of their days, and the quashing come in this order."""
    letter = text(
        registry,
        "reply-granted",
        office,
        clock__corrected="2026-03-09",
        clock__paid="2026-03-10",
        clock__extension=5,
        told=[
            {"what": "extension", "date": "2026-03-12"},
            {"what": "consultation", "date": "2026-03-11"},
        ],
        again=AGAIN,
    )
    order = ("确认收到", "补正材料", "信息处理费", "征求意见的情况", "延长答复期限", "作出答复书", "经审查")
    places = [letter.index(words) for words in order]
    assert all(first < then for first, then in pairwise(places))
