"""The checks of the replies: each refuses or warns alone where it should, and is silent beside it."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from gipdocs.documents.registry import Registry
from gipdocs.law import Office
from gipdocs.letters.typed import find_personal_data
from plugins.replies.reasons import own_words

from .filled import LEFT_OUT, OUTCOMES, findings

REPLIES = Path(__file__).resolve().parents[2] / "plugins" / "replies"
SECOND = {
    "title": "2025年公务用车管理科的值班安排",
    "outcome": "reply-withheld-internal",
    "kind": ["workflow"],
    "reason": "该安排记载内部值班人员的排班和交接，只用于本机关的日常管理。",
    "weighing": "公开排班会影响内部工作安排，公众了解公务用车管理的职责和电话不受影响。",
    "separation": "whole",
}
CONSULTED = {"sent": "2026-03-05", "delivered": "2026-03-06", "answered": "2026-03-16"}
ASKED_ONLY = [{"sent": "2026-03-05", "delivered": "2026-03-06"}]
ITEMS = {"item": "2025年公务用车更新数量"}


def second(**changes: Any) -> dict[str, Any]:
    """A further item of the request: refused as internal unless told otherwise; None leaves an answer out."""
    return {key: value for key, value in (SECOND | changes).items() if value is not None}


def other(outcome: str, **answers: Any) -> dict[str, Any]:
    """A further item with another outcome, whose answers are exactly these."""
    return {"title": SECOND["title"], "outcome": outcome, **answers}


GRANTED_ITEM = other("reply-granted", provided=["2025年公务用车保险合同"])
MISSING_ITEM = other("reply-not-existing", reason="检索了公文系统和档案室2018年至2025年的文件，没有相关记录。")


def without(answers: dict[str, Any], key: str) -> dict[str, Any]:
    return {name: value for name, value in answers.items() if name != key}


RETURNED = [{"sent": "2026-03-05", "returned": "2026-03-16"}]
OVER_OBJECTION: dict[str, Any] = {
    "opinion": "objected",
    "ground": "public_interest",
    "reason": "合同使用财政资金，不公开会使公众无法监督价格和服务内容。",
    "third_party_notice": "聊机管公开〔2026〕11号",
    "third_party_notice_served": "2026-03-17",
}
FAILING: list[tuple[str, str, str, dict[str, Any]]] = [
    # every letter
    ("reply-granted", "request-missing", "error", {"application__info_title": LEFT_OUT}),
    ("reply-granted", "name-not-full", "error", {"application__name": "张女士"}),
    ("reply-granted", "name-not-full", "error", {"application__name": "聊城市某公司"}),
    ("reply-granted", "name-not-full", "error", {"application__name": "张"}),
    ("reply-granted", "number-prefix", "error", {"number": "聊机管公开〔2026〕第12号"}),
    ("reply-granted", "number-zero", "error", {"number": "聊机管公开〔2026〕012号"}),
    ("reply-granted", "number-brackets", "error", {"number": "聊机管公开[2026]12号"}),
    ("reply-granted", "number-other-year", "error", {"number": "聊机管公开〔2025〕12号"}),
    ("reply-granted", "date-before-receipt", "error", {"date": "2026-03-02"}),
    ("reply-granted", "posted-before-date", "error", {"clock__posted": "2026-03-19"}),
    ("reply-granted", "date-rest-day", "warning", {"date": "2026-03-21"}),
    ("reply-granted", "late", "warning", {"date": "2026-04-01"}),
    ("reply-granted", "late", "warning", {"clock__posted": "2026-04-01"}),
    ("reply-granted", "article-not-in-force", "error", {"date": "2019-05-14", "clock__received": "2019-05-06"}),
    ("reply-archived", "article-not-in-force", "error", {"date": "2020-12-31", "clock__received": "2020-12-10"}),
    # giving
    ("reply-granted", "review-missing", "error", {"reviewed": LEFT_OUT}),
    ("reply-granted", "review-missing", "error", {"reviewed": False}),
    ("reply-granted", "form-differs", "error", {"medium": "cd", "application__accept_other": False}),
    ("reply-granted", "form-differs", "error", {"delivery": "pickup", "application__accept_other": LEFT_OUT}),
    (
        "reply-granted-inspection",
        "form-differs",
        "error",
        {"other_form_reason": LEFT_OUT, "application__accept_other": False},
    ),
    ("reply-already-public", "published-nowhere", "error", {"published": [{"title": "2026年部门预算"}]}),
    ("reply-already-public", "url-home-page", "error", {"published__0__url": "https://www.example.gov.cn/"}),
    ("reply-already-public", "url-home-page", "error", {"published__0__url": "https://www.example.gov.cn/index.html"}),
    ("reply-granted-third-party", "third-party-not-consulted", "error", {"clock__consultations": LEFT_OUT}),
    ("reply-granted-third-party", "disclosure-reason-missing", "error", {"opinion": "silent"}),
    (
        "reply-granted-third-party",
        "third-party-not-told",
        "error",
        {"opinion": "objected", "ground": "public_interest", "reason": OVER_OBJECTION["reason"]},
    ),
    (
        "reply-granted-third-party",
        "third-party-not-told",
        "warning",
        {"opinion": "objected", "ground": "harmless", "reason": OVER_OBJECTION["reason"]},
    ),
    ("reply-granted-third-party", "ground-missing", "warning", without(OVER_OBJECTION, "ground")),
    ("reply-granted-third-party", "ground-unneeded", "error", {"ground": "harmless"}),
    (
        "reply-granted-third-party",
        "third-party-notice-unserved",
        "warning",
        without(OVER_OBJECTION, "third_party_notice_served"),
    ),
    (
        "reply-granted-third-party",
        "disclosed-before-notice",
        "warning",
        {**OVER_OBJECTION, "third_party_notice_served": "2026-03-20"},
    ),
    ("reply-granted-third-party", "opinions-missing", "error", {**OVER_OBJECTION, "opinion": "mixed"}),
    (
        "reply-granted-third-party",
        "opinions-contradictory",
        "error",
        {"opinions": [{"who": "2户", "said": "agreed"}, {"who": "3户", "said": "agreed"}]},
    ),
    ("reply-granted-third-party", "opinion-not-dated", "warning", {"clock__consultations": RETURNED}),
    # parts and items
    (
        "reply-partial",
        "masked-not-personal",
        "error",
        {
            "items": [
                {
                    **second(separation=None),
                    "outcome": "reply-withheld-third-party",
                    "kind": ["trade_secret"],
                    "asked": "masked",
                }
            ]
        },
    ),
    (
        "reply-partial",
        "partial-nothing-withheld",
        "error",
        {"items": [{key: MISSING_ITEM[key] for key in ("title", "outcome", "reason")}]},
    ),
    ("reply-partial", "item-incomplete", "error", {"items__0__weighing": LEFT_OUT}),
    ("reply-partial", "item-incomplete", "error", {"items__0__reason": LEFT_OUT}),
    ("reply-partial", "item-unneeded", "error", {"items__0__pointer": "机关网站"}),
    ("reply-partial", "item-kind", "error", {"items__0__kind": "trade_secret"}),
    ("reply-withheld-internal", "item-unnamed", "error", {"items": [second()]}),
    ("reply-withheld-internal", "item-alone", "error", ITEMS),
    (
        "reply-withheld-internal",
        "separation-not-considered",
        "error",
        {**ITEMS, "items": [second(separation=None)]},
    ),
    (
        "reply-not-existing",
        "item-incomplete",
        "error",
        {**ITEMS, "items": [other("reply-not-ours", reason="该信息由财政部门制作，本机关没有获取。")]},
    ),
    ("reply-already-public", "review-missing", "error", {**ITEMS, "items": [GRANTED_ITEM]}),
    (
        "reply-withheld-third-party",
        "third-party-not-consulted",
        "error",
        {"clock__consultations": []},
    ),
    ("reply-granted", "report-row", "info", {**ITEMS, "items": [MISSING_ITEM]}),
    (
        "reply-partial",
        "item-unnamed",
        "error",
        {"items": [second(separation=None), other("reply-already-public", pointer="门户网站")]},
    ),
    (
        "reply-already-public",
        "inspection-time-missing",
        "warning",
        {**ITEMS, "reviewed": True, "items": [other("reply-granted-inspection", pointer="机关一楼查阅点，联系人李明")]},
    ),
    ("reply-granted", "pickup-ended", "error", {"delivery": "pickup", "pickup_until": "2026-03-19"}),
    ("reply-granted", "pickup-unneeded", "error", {"pickup_until": "2026-04-20"}),
    # reasons
    (
        "reply-withheld-internal",
        "reason-bare",
        "error",
        {"reason": "行政机关的内部事务信息，包括人事管理、后勤管理、内部工作流程等方面的信息，可以不予公开。"},
    ),
    (
        "reply-withheld-enforcement",
        "reason-bare",
        "error",
        {"reason": "经审查，你申请公开的信息属于行政执法案卷信息，依法可以不予公开。"},
    ),
    (
        "reply-withheld-process",
        "reason-bare",
        "error",
        {"weighing": "根据《中华人民共和国政府信息公开条例》第十六条第二款的规定，决定不予公开。"},
    ),
    (
        "reply-withheld-internal",
        "weighing-repeats-reason",
        "error",
        {"reason": SECOND["reason"], "weighing": SECOND["reason"].rstrip("。")},
    ),
    (
        "reply-not-ours",
        "reason-bare",
        "error",
        {"reason": "你申请公开的信息不属于本行政机关负责公开的政府信息。"},
    ),
    ("reply-not-ours", "old-regulation", "warning", {"reason": "财政部门制作，应当在15个工作日内予以答复。"}),
    ("reply-not-ours", "old-regulation", "warning", {"reason": "财政部门制作，依照条例第二十一条第三项应当告知。"}),
    ("reply-not-ours", "personal-data", "warning", {"reason": "批复由财政部门经办人13912345678制作保管。"}),
    ("reply-not-ours", "unfilled", "warning", {"reason": "批复由××部门制作，本机关没有获取过该文件。"}),
    (
        "reply-not-ours",
        "attachment-not-listed",
        "warning",
        {"reason": "批复由财政部门依照职责制作，职责分工见附件1。"},
    ),
    # refusals
    *(
        (id, "separation-not-considered", "error", {"separation": LEFT_OUT})
        for id, outcome in OUTCOMES.items()
        if outcome.remedy == "RECON_FIRST" or id == "reply-needs-making"
    ),
    ("reply-needs-making", "separation-not-considered", "error", {"separation": False}),
    ("reply-withheld-state-secret", "secrecy-expired", "error", {"secret_until": "2026-03-19"}),
    ("reply-withheld-state-secret", "review-after-letter", "error", {"secrecy_reviewed_on": "2026-03-21"}),
    ("reply-withheld-law", "forbidding-law", "error", {"law": "《山东省政府信息公开办法》"}),
    ("reply-withheld-law", "forbidding-law", "error", {"law": "关于加强保密工作的通知"}),
    ("reply-query-matter", "forbidding-law", "error", {"law": "山东省不动产登记条例"}),
    ("reply-query-matter", "law-rank-doubtful", "warning", {"law": "《不动产登记资料查询暂行办法》"}),
    ("reply-withheld-law", "law-rank-doubtful", "warning", {"law": "机关事务管理规定"}),
    (
        "reply-query-matter",
        "law-rank-doubtful",
        "warning",
        {
            **ITEMS,
            "items": [
                other("reply-query-matter", basis="《不动产登记暂行条例实施细则》第九十七条", pointer="登记窗口")
            ],
        },
    ),
    (
        "reply-partial",
        "forbidding-law",
        "error",
        {
            "items": [
                other(
                    "reply-withheld-law",
                    kind=["regulation"],
                    basis="深圳经济特区数据条例第九条",
                    reason=SECOND["reason"],
                )
            ]
        },
    ),
    ("reply-withheld-law", "law-article-form", "error", {"law_article": "22条"}),
    ("reply-query-matter", "law-article-form", "error", {"law_article": "相关规定"}),
    ("reply-withheld-third-party", "third-party-not-consulted", "error", {"clock__consultations": LEFT_OUT}),
    (
        "reply-withheld-third-party",
        "third-party-term-running",
        "error",
        {"opinion": "silent", "clock__consultations": ASKED_ONLY},
    ),
    (
        "reply-withheld-third-party",
        "third-party-term-unknown",
        "error",
        {"opinion": "silent", "clock__consultations": [{"sent": "2026-03-05"}]},
    ),
    (
        "reply-withheld-third-party",
        "consultation-not-returned",
        "error",
        {"opinion": "unreachable"},
    ),
    (
        "reply-withheld-third-party",
        "third-party-never-asked",
        "error",
        {"opinion": "silent", "clock__consultations": RETURNED},
    ),
    ("reply-withheld-process", "duty-not-checked", "error", {"no_duty": LEFT_OUT}),
    ("reply-withheld-enforcement", "duty-not-checked", "error", {"no_duty": False}),
    # not available
    ("reply-not-existing", "search-record-missing", "error", {"search_record": LEFT_OUT}),
    ("reply-not-existing", "search-order", "error", {"searched_on": "2026-03-02"}),
    ("reply-not-existing", "search-order", "error", {"searched_on": "2026-03-21"}),
    ("reply-not-ours", "responsible-agency-missing", "error", {"responsible_agency": LEFT_OUT}),
    ("reply-not-ours", "responsible-agency-missing", "error", {"responsible_contact": LEFT_OUT}),
    ("reply-not-ours", "responsible-agency-contradictory", "error", {"responsible": "unknown"}),
    ("reply-archived", "archive-term-running", "error", {"term_expired": False}),
    ("reply-archived", "transfer-order", "error", {"transferred_on": "2026-03-21"}),
    ("reply-archived", "archive-day-missing", "error", {"transferred_on": LEFT_OUT}),
    ("reply-archived", "archive-day-twice", "error", {"transferred_about": "1996年6月"}),
    ("reply-still-unclear", "correction-order", "error", {"correction_date": "2026-03-02"}),
    ("reply-still-unclear", "correction-order", "error", {"correction_date": "2026-03-10"}),
    (
        "reply-still-unclear",
        "correction-notice-late",
        "warning",
        {"correction_date": "2026-03-13", "clock__corrected": "2026-03-16"},
    ),
    (
        "reply-still-unclear",
        "unclear-although-numbered",
        "warning",
        {"application__info_number": "聊机管〔2025〕8号"},
    ),
    # declined
    ("reply-repeat", "repeat-not-compared", "error", {"compared": LEFT_OUT}),
    ("reply-repeat", "earlier-reply-order", "error", {"earlier_date": "2026-03-04"}),
    ("reply-repeat", "repeat-facts-changed", "warning", {"earlier_outcome": "refused"}),
    ("reply-mass-repeat", "explanation-day-missing", "error", {"explained_on": LEFT_OUT}),
    ("reply-mass-repeat", "explanation-contradictory", "error", {"explained": "none"}),
    ("reply-mass-repeat", "explanation-order", "error", {"explained_on": "2026-03-04"}),
    # closed
    ("reply-uncorrected", "correction-order", "error", {"served_on": "2026-03-02"}),
    ("reply-uncorrected", "correction-received", "error", {"clock__corrected": "2026-03-19"}),
    ("reply-uncorrected", "correction-term-running", "error", {"due": "2026-03-20"}),
    ("reply-uncorrected", "correction-notice-late", "warning", {"served_on": "2026-03-16"}),
    ("reply-uncorrected", "excuse-not-considered", "error", {"no_excuse": LEFT_OUT}),
    ("reply-unpaid", "fee-notice-order", "error", {"received_on": "2026-03-02"}),
    ("reply-unpaid", "fee-paid", "error", {"clock__paid": "2026-03-30"}),
    ("reply-unpaid", "payment-term-running", "error", {"date": "2026-04-02"}),
    ("reply-withdrawn", "withdrawal-order", "error", {"withdrawn_on": "2026-03-01"}),
    ("reply-withdrawn", "withdrawal-order", "error", {"withdrawn_on": "2026-03-21"}),
]

PASSING: list[tuple[str, dict[str, Any]]] = [
    ("reply-granted", {"application__name": "欧阳玥"}),
    ("reply-granted", {"application__name": "XYZ（中国）有限公司", "application__applicant_kind": "organisation"}),
    ("reply-granted", {"date": "2026-03-31"}),
    ("reply-granted", {"date": "2026-03-30", "clock__posted": "2026-03-31"}),
    ("reply-granted", {"medium": "cd"}),
    ("reply-granted", {"medium": "cd", "application__accept_other": False, "application__media": ["cd"]}),
    ("reply-granted", {"application__accept_other": False}),
    ("reply-granted", {"application__media": LEFT_OUT, "application__accept_other": False, "medium": "cd"}),
    ("reply-granted-inspection", {"other_form_reason": LEFT_OUT, "application__delivery": ["inspection"]}),
    ("reply-already-public", {"published__0__url": LEFT_OUT}),
    ("reply-already-public", {"published__0__url": "https://www.example.gov.cn/?id=7"}),
    (
        "reply-granted-third-party",
        OVER_OBJECTION,
    ),
    ("reply-partial", {"items__0__outcome": "reply-withheld-process", "items__0__kind": "draft"}),
    ("reply-partial", {"items": [other("reply-not-gov-info", reason="附表二是车辆供应商的广告，由其自行印制夹入。")]}),
    ("reply-withheld-internal", {**ITEMS, "items": [second()]}),
    ("reply-not-existing", {**ITEMS, "items": [other("reply-not-ours", reason=SECOND["reason"], pointer="无法确定")]}),
    ("reply-already-public", {**ITEMS, "items": [GRANTED_ITEM], "reviewed": True}),
    ("reply-withheld-internal", {"weighing": SECOND["weighing"], "reason": SECOND["reason"]}),
    ("reply-not-ours", {"reason": "第三方在15个工作日内没有提出意见，批复由财政部门制作。"}),
    ("reply-not-ours", {"reason": "该批复由财政部门依照《企业国有资产监督管理暂行条例》第二十一条制作。"}),
    ("reply-not-ours", {"reason": "依照条例第十条，该批复由制作它的财政部门负责公开。"}),
    ("reply-not-ours", {"responsible_contact": "联系人手机13912345678"}),
    ("reply-not-ours", {"reason": "批复由财政部门制作，申请人的电话13800138000已经登记。"}),
    ("reply-granted", {"other_form_reason": "原件为大幅面图纸，不便复制，电子版本见附件。"}),
    (
        "reply-not-ours",
        {"responsible": "unknown", "responsible_agency": LEFT_OUT, "responsible_contact": LEFT_OUT},
    ),
    # the applicant's own words are quoted, whatever they say
    ("reply-not-ours", {"application__info_title": "依照条例第二十一条在15个工作日内答复，身份证11010519491231002X"}),
    ("reply-query-matter", {"law": "中华人民共和国公司法", "law_article": "第三十四条"}),
    ("reply-query-matter", {"law": "不动产登记暂行条例"}),
    ("reply-granted", {"delivery": "pickup", "pickup_until": "2026-03-20"}),
    ("reply-withheld-state-secret", {"secret_until": "2026-03-20", "secrecy_reviewed_on": "2026-03-20"}),
    ("reply-withheld-law", {"law": "中华人民共和国城市房地产管理法", "law_article": "第三十三条"}),
    ("reply-withheld-law", {"law": "市场主体登记管理条例", "law_article": "第三十五条之一、第三十六条第一款"}),
    (
        "reply-withheld-third-party",
        {"opinion": "silent", "clock__consultations": ASKED_ONLY, "date": "2026-03-30"},
    ),
    ("reply-not-existing", {"searched_on": "2026-03-03"}),
    ("reply-archived", {"transferred_on": "2026-03-20"}),
    ("reply-archived", {"transferred_on": LEFT_OUT, "transferred_about": "1996年6月"}),
    ("reply-still-unclear", {"correction_date": "2026-03-09"}),
    ("reply-repeat", {"earlier_date": "2026-03-03"}),
    ("reply-mass-repeat", {"explained": "none", "explained_on": LEFT_OUT}),
    ("reply-uncorrected", {"date": "2026-05-06", "due": "2026-04-30", "served_on": "2026-03-12"}),
    ("reply-unpaid", {"date": "2026-04-03"}),
    ("reply-withdrawn", {"withdrawn_on": "2026-03-20", "date": "2026-03-20"}),
]


def named(row: tuple[Any, ...]) -> str:
    return "-".join(str(part) for part in row if isinstance(part, str))


def paired(changes: dict[str, Any]) -> dict[str, Any]:
    """Where a date moves into another year, the number's year and the confirmation follow, so that one fault is left."""
    year = str(changes.get("date", "2026"))[:4]
    moved = {"number": f"聊机管公开〔{year}〕12号", "clock__confirmed": LEFT_OUT} if year != "2026" else {}
    return moved | changes


@pytest.mark.parametrize("row", FAILING, ids=named)
def test_a_check_speaks_up_alone(row: tuple[str, str, str, dict[str, Any]], registry: Registry, office: Office) -> None:
    id, code, severity, changes = row
    assert findings(registry, id, office, **paired(changes)) == [(code, severity)]


@pytest.mark.parametrize("row", PASSING, ids=named)
def test_what_is_right_passes(row: tuple[str, dict[str, Any]], registry: Registry, office: Office) -> None:
    id, changes = row
    assert findings(registry, id, office, **changes) == []


def test_every_code_of_the_replies_has_a_failing_case() -> None:
    sources = "".join(path.read_text(encoding="utf-8") for path in sorted(REPLIES.glob("*.py")))
    codes = set(re.findall(r'(?:fault|doubt|note|in_order)\(\s*"([a-z-]+)"', sources))
    codes |= set(re.findall(r'ticked\(\s*"\w+",\s*"([a-z-]+)"', sources))
    assert len(codes) > 40
    assert codes - {code for _, code, _, _ in FAILING} == {"pickup-hours-missing"}  # its test is below


def test_information_can_be_fetched_only_if_the_office_has_hours(registry: Registry, office: Office) -> None:
    body = replace(office.profile.office, hours=())
    closed = replace(office, profile=replace(office.profile, office=body))
    assert findings(registry, "reply-granted", office, delivery="pickup") == []
    assert findings(registry, "reply-granted", closed, delivery="pickup") == [("pickup-hours-missing", "warning")]
    assert findings(registry, "reply-granted", closed) == []


def test_a_letter_served_online_needs_the_online_channel(registry: Registry, office: Office) -> None:
    silent = replace(office.profile, reconsideration=replace(office.profile.reconsideration, online=""))
    without = replace(office, profile=silent)
    assert findings(registry, "reply-granted", office, service="online") == []
    assert findings(registry, "reply-granted", without, service="online") == [("online-channel-missing", "error")]
    assert findings(registry, "reply-granted", without) == []


def test_a_draft_without_a_date_is_checked_for_today(registry: Registry, office: Office) -> None:
    changes = {"draft": True, "date": LEFT_OUT, "number": LEFT_OUT}
    assert findings(registry, "reply-granted", office, **changes) == []
    assert findings(registry, "reply-granted", replace(office, today=date(2019, 5, 14)), **changes) == [
        ("article-not-in-force", "error")
    ]


@pytest.mark.parametrize(
    ("text", "kinds"),
    [
        ("身份证号11010519491231002X", ["居民身份证号码"]),
        ("身份证号11010519491231002x", ["居民身份证号码"]),
        ("号码110105194912310021", []),  # a wrong check digit
        ("电话13912345678。", ["手机号码"]),
        ("电话139 1234 5678", ["手机号码"]),
        ("编号213912345678", []),
        ("卡号6222 0210 0112 2334 458", ["银行卡号"]),
        ("流水号6222 0210 0112 2334 457", []),  # a wrong check digit
        ("卡号4111111111111111", ["银行卡号"]),
        ("卡号4111 1111 1111 1111，电话13912345678", ["手机号码", "银行卡号"]),
        ("2026年3月20日第12号文件", []),
    ],
)
def test_personal_numbers_are_told_from_others(text: str, kinds: list[str]) -> None:
    assert list(find_personal_data(text)) == kinds


def test_the_applicants_own_numbers_are_no_bodys_else() -> None:
    assert list(find_personal_data("电话13912345678", ["13912345678", ""])) == []


def test_own_words_are_what_the_article_does_not_say(office: Office) -> None:
    article = office.today_law.quote(OUTCOMES["reply-withheld-internal"].articles[0])
    assert article is not None
    assert own_words(article, [article]) == 0
    assert own_words("根据《条例》第十六条第一款的规定，" + article, [article]) == 0
    assert own_words("该台账记载办公用品的领用数量", [article]) > 8
    assert own_words(article, []) > 8


@pytest.mark.parametrize("id", OUTCOMES)
def test_the_text_of_every_article_of_the_regulation_and_the_archives_law_is_known(id: str, office: Office) -> None:
    outcome = OUTCOMES[id]
    cited = [one for one in (*outcome.articles, *outcome.choices) if one.act.key != "fee_method"]
    assert [one.cite() for one in cited if not office.today_law.quote(one)] == []
