"""The procedural notices: what each check refuses, and that terms, sums, names and remedies are printed right."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from io import BytesIO
from typing import Any

import pytest
from pypdf import PdfReader

from gipdocs.documents.build import examine
from gipdocs.documents.registry import Registry
from gipdocs.errors import TextLost
from gipdocs.law import Office
from gipdocs.questions import Question
from gipdocs.service import Service

from .filled import LEFT_OUT, findings, payload, text

APPLICANT, THIRD_PARTY = "张晓彤", "聊城市某某汽车租赁有限公司"
LATE = "2026-04-02"  # the samples' answers are due on 2026-03-31
TO_THE_APPLICANT = (
    "receipt",
    "correction-notice",
    "reason-notice",
    "extension-notice",
    "delay-notice",
    "consultation-notice",
    "fee-notice",
    "rectification-reply",
)
TO_THIRD_PARTIES = ("third-party-consultation", "third-party-disclosure-notice")
NOTICES = (*TO_THE_APPLICANT, *TO_THIRD_PARTIES, "agency-consultation", "assistance-request", "determination-request")
NO_REMEDY_ALONE = "不得单独申请行政复议或者提起行政诉讼，可以在缴费期满后，就本机关不再处理申请的决定，依法申请行政复议或者提起行政诉讼"
"""What a fee notice says of remedies: that it opens none by itself."""
WITH_REMEDIES = ("third-party-disclosure-notice", "rectification-reply")


@pytest.fixture
def ending_office(office: Office) -> Office:
    """The office while the calendar ends before any of the samples' terms."""
    return replace(office, law=replace(office.law, calendar=office.law.calendar.until(date(2026, 3, 25))))


def with_limit(office: Office, key: str, length: int) -> Office:
    """The office under a law that sets another length of one term."""
    rows = tuple(replace(row, length=length) for row in office.law.limits[key])
    return replace(office, law=replace(office.law, limits={**office.law.limits, key: rows}))


def with_profile(office: Office, **changes: Any) -> Office:
    return replace(office, profile=replace(office.profile, **changes))


FAILING: list[tuple[str, str, str, dict[str, Any]]] = [
    ("correction-notice", "correction-late", "warning", {"date": "2026-03-30"}),
    ("correction-notice", "correction-twice", "error", {"notified_before": True}),
    ("correction-notice", "correction-twice", "error", {"clock__corrected": "2026-03-19"}),
    ("correction-notice", "correction-purpose", "warning", {"points__0__matter": "请说明所需信息的用途。"}),
    ("correction-notice", "dates-out-of-order", "error", {"handed_on": "2026-03-19"}),
    ("reason-notice", "reason-late", "warning", {"date": LATE}),
    ("reason-notice", "reason-few", "warning", {"count": 10}),
    ("reason-notice", "dates-out-of-order", "error", {"until": "2025-11-30"}),
    ("extension-notice", "extension-none", "error", {"clock__extension": 0}),
    ("extension-notice", "extension-late", "error", {"date": "2026-04-01", "approved_on": "2026-03-31"}),
    ("extension-notice", "extension-before-approval", "error", {"approved_on": "2026-03-23"}),
    ("extension-notice", "extension-twice", "error", {"extended_before": True}),
    ("delay-notice", "delay-late", "warning", {"date": LATE}),
    ("delay-notice", "dates-out-of-order", "error", {"explained_on": "2026-03-02"}),
    ("delay-notice", "delay-needless", "error", {"answer_by": "2026-03-31"}),
    ("delay-notice", "delay-rest-day", "warning", {"answer_by": "2026-05-16"}),
    ("third-party-consultation", "consultation-late", "warning", {"date": LATE}),
    ("third-party-consultation", "third-party-is-applicant", "error", {"third_party": APPLICANT}),
    ("third-party-consultation", "applicant-named", "warning", {"information__0__part": f"{APPLICANT}申请的单价"}),
    ("consultation-notice", "consultation-late", "warning", {"date": LATE}),
    ("consultation-notice", "dates-out-of-order", "error", {"asked_on": "2026-03-02"}),
    ("consultation-notice", "dates-out-of-order", "error", {"asked_on": "2026-03-23"}),
    ("consultation-notice", "consultation-other-date", "warning", {"clock__consultations": [{"sent": "2026-03-18"}]}),
    ("consultation-notice", "agencies-unused", "error", {"asked": "third_party"}),
    ("consultation-notice", "unfilled", "warning", {"agencies": ["××局"]}),
    ("consultation-notice", "personal-data", "warning", {"agencies": ["某局13911112222"]}),
    ("agency-consultation", "consultation-late", "warning", {"date": LATE}),
    ("assistance-request", "assistance-too-late", "warning", {"reply_by": "2026-03-31"}),
    ("assistance-request", "dates-out-of-order", "error", {"reply_by": "2026-03-19"}),
    ("determination-request", "determination-too-late", "warning", {"reply_by": "2026-03-31"}),
    ("determination-request", "dates-out-of-order", "error", {"reply_by": "2026-03-19"}),
    *(
        (
            "determination-request",
            "determination-organ",
            "warning",
            {"organ_kind": "secrecy", "organ": organ, "enclosed": LEFT_OUT},
        )
        for organ in ("聊城市国家保密局", "山东省聊城市国家保密局", "重庆市渝中区国家保密局", "聊城市公安局")
    ),
    (
        "determination-request",
        "determination-carriers",
        "warning",
        {"organ_kind": "secrecy", "organ": "山东省国家保密局"},
    ),
    ("third-party-disclosure-notice", "opinion-day-missing", "error", {"opinion_on": LEFT_OUT}),
    (
        "third-party-disclosure-notice",
        "third-party-term-running",
        "error",
        {"opinion": "silent", "opinion_on": LEFT_OUT},
    ),
    ("third-party-disclosure-notice", "dates-out-of-order", "error", {"delivered_on": "2026-03-04"}),
    ("third-party-disclosure-notice", "disclosed-before-notice", "warning", {"disclose_from": "2026-03-20"}),
    ("third-party-disclosure-notice", "third-party-is-applicant", "error", {"third_party": APPLICANT}),
    ("third-party-disclosure-notice", "applicant-named", "warning", {"information": [f"{APPLICANT}申请的合同"]}),
    (
        "third-party-disclosure-notice",
        "reason-bare",
        "error",
        {"reason": "不公开可能对公共利益造成重大影响，依照条例第三十二条。"},
    ),
    ("fee-notice", "fee-nothing", "error", {"count": 10}),
    ("fee-notice", "fee-late", "error", {"date": LATE}),
    ("fee-notice", "not-cumulative", "error", {"method": "page", "already": 5}),
    ("fee-notice", "dates-out-of-order", "error", {"handed_on": "2026-03-19"}),
    (
        "fee-notice",
        "before-law",
        "error",
        {
            "clock__received": "2020-12-01",
            "clock__confirmed": "2020-12-02",
            "date": "2020-12-09",
            "number": "甲〔2020〕1号",
        },
    ),
    ("rectification-reply", "result-missing", "error", {"result": LEFT_OUT}),
    ("rectification-reply", "result-unused", "error", {"outcome": "refused"}),
    ("assistance-request", "personal-data", "warning", {"matters": ["核实持证人371502199001011234的登记情况"]}),
    ("third-party-disclosure-notice", "unfilled", "warning", {"consulted_number": "××公开〔2026〕10号"}),
    ("delay-notice", "unfilled", "warning", {"asked_number": "某公开〔2026〕××号"}),
    ("third-party-consultation", "unfilled", "warning", {"third_party": "XX汽车租赁有限公司"}),
]


@pytest.mark.parametrize(("id", "code", "severity", "changes"), FAILING, ids=[f"{row[0]}-{row[1]}" for row in FAILING])
def test_a_check_finds_its_fault_and_nothing_else(
    registry: Registry, office: Office, id: str, code: str, severity: str, changes: dict[str, Any]
) -> None:
    assert findings(registry, id, office, **changes) == [(code, severity)]


TYPED = {
    "correction-notice": "points__0__matter",
    "reason-notice": "facts",
    "extension-notice": "reason",
    "delay-notice": "reason",
    "fee-notice": "facts",
    "rectification-reply": "findings",
    "third-party-consultation": "information__0__part",
    "third-party-disclosure-notice": "reason",
    "agency-consultation": "proposal",
    "assistance-request": "matters__0",
    "determination-request": "question",
}
OWN_WORDS = (
    "correction-notice",
    "reason-notice",
    "extension-notice",
    "delay-notice",
    "fee-notice",
    "assistance-request",
    "determination-request",
)
SHARED: list[tuple[str, str, str, dict[str, Any]]] = [
    *((id, "order", "error", {"clock__confirmed": "2026-03-01"}) for id in NOTICES),
    *((id, "date-rest-day", "warning", {"date": "2026-03-21"}) for id in NOTICES),
    *((id, "number-brackets", "error", {"number": "某公开[2026]12号"}) for id in NOTICES if id != "receipt"),
    *((id, "name-not-full", "error", {"application__name": "张某某"}) for id in TO_THE_APPLICANT),
    *(
        (id, "request-missing", "error", {"application__info_title": LEFT_OUT})
        for id in (*TO_THE_APPLICANT, "agency-consultation", "assistance-request", "determination-request")
        if id != "rectification-reply"
    ),
    *(
        (id, "unfilled", "warning", {path: "经核对，另有××份文件涉及使用财政资金的租赁合同"})
        for id, path in TYPED.items()
    ),
    *((id, "old-regulation", "warning", {TYPED[id]: "数量很多，不能在15个工作日内作出答复"}) for id in OWN_WORDS),
    *((id, "personal-data", "warning", {TYPED[id]: "详情可以询问王某，电话13912345678"}) for id in OWN_WORDS),
]


@pytest.mark.parametrize(("id", "code", "severity", "changes"), SHARED, ids=[f"{row[0]}-{row[1]}" for row in SHARED])
def test_what_all_notices_are_held_to_is_found_in_each(
    registry: Registry, office: Office, id: str, code: str, severity: str, changes: dict[str, Any]
) -> None:
    assert findings(registry, id, office, **changes) == [(code, severity)]


PASSING: list[tuple[str, dict[str, Any]]] = [
    ("correction-notice", {"date": "2026-03-26"}),
    ("correction-notice", {"handed_on": "2026-03-20"}),
    ("reason-notice", {"count": 11, "date": "2026-03-31"}),
    ("extension-notice", {"clock__extension": 20, "date": "2026-03-31"}),
    ("delay-notice", {"answer_by": "2026-04-01"}),
    ("delay-notice", {"answer_by": "2027-03-01"}),
    ("third-party-consultation", {"application": LEFT_OUT}),
    ("consultation-notice", {"clock__consultations": [{"sent": "2026-03-19"}]}),
    ("consultation-notice", {"asked": "third_party", "agencies": LEFT_OUT}),
    ("assistance-request", {"reply_by": "2026-03-30"}),
    (
        "third-party-disclosure-notice",
        {"opinion": "silent", "opinion_on": LEFT_OUT, "date": "2026-03-30", "disclose_from": "2026-04-10"},
    ),
    ("determination-request", {"reply_by": "2026-03-30"}),
    *(
        ("determination-request", {"organ_kind": "secrecy", "organ": organ, "enclosed": LEFT_OUT})
        for organ in (
            "国家保密局",
            "山东省国家保密局",
            "内蒙古自治区国家保密局",
            "北京市国家保密局",
            "中共山东省委保密委员会办公室",
        )
    ),
    ("fee-notice", {"count": 11}),
    ("fee-notice", {"handed_on": "2026-03-20"}),
    ("rectification-reply", {"outcome": "refused", "result": LEFT_OUT}),
    ("receipt", {"clock__channel": "in_person", "clock__confirmed": LEFT_OUT}),
    ("third-party-consultation", {"information__0__part": "合同中15个工作日内答复的条款"}),
    ("correction-notice", {"application__phone": "13912345678", "points__0__guidance": "请核对电话13912345678。"}),
    ("delay-notice", {"application__info_title": "15个工作日内答复的规定"}),
    ("fee-notice", {"payment_code": "6222021234567890128"}),
    ("third-party-consultation", {"third_party": "埃克森美孚（Exxon）有限公司"}),
]


@pytest.mark.parametrize(("id", "changes"), PASSING)
def test_what_is_in_order_gives_no_finding(
    registry: Registry, office: Office, id: str, changes: dict[str, Any]
) -> None:
    assert findings(registry, id, office, **changes) == []


def test_a_second_correction_notice_can_be_insisted_on(registry: Registry, office: Office) -> None:
    reason = [{"code": "correction-twice", "reason": "原告知书未能送达，重新送达。"}]
    assert findings(registry, "correction-notice", office, notified_before=True, overrides=reason) == [
        ("correction-twice", "info")
    ]


@pytest.mark.parametrize("id", WITH_REMEDIES)
def test_service_online_needs_an_online_channel_of_reconsideration(registry: Registry, office: Office, id: str) -> None:
    assert findings(registry, id, office, service="online") == []
    silent = with_profile(office, reconsideration=replace(office.profile.reconsideration, online=""))
    assert findings(registry, id, silent, service="online") == [("online-channel-missing", "error")]


def test_a_fee_notice_needs_a_way_to_pay(registry: Registry, office: Office) -> None:
    unpaid = with_profile(office, fee=replace(office.profile.fee, payment=""))
    assert findings(registry, "fee-notice", unpaid) == [("fee-payment-missing", "error")]


@pytest.mark.parametrize("id", NOTICES)
def test_remedies_stand_in_the_two_notices_that_open_them(registry: Registry, office: Office, id: str) -> None:
    shown = text(registry, id, office).replace(NO_REMEDY_ALONE, "")
    for word in ("行政复议", "行政诉讼", office.profile.court.name):
        assert (word in shown) == (id in WITH_REMEDIES)


@pytest.mark.parametrize("id", WITH_REMEDIES)
def test_both_remedies_are_open_at_once(registry: Registry, office: Office, id: str) -> None:
    shown = text(registry, id, office)
    assert "60日内向聊城市人民政府申请行政复议，或者自收到本告知书之日起6个月内" in shown
    assert "应当先申请行政复议" not in shown


@pytest.mark.parametrize("id", TO_THE_APPLICANT)
def test_a_citizen_is_你_and_an_organisation_你单位(registry: Registry, office: Office, id: str) -> None:
    organisation = {"application__applicant_kind": "organisation", "application__name": "某某科技有限公司"}
    citizen, company = text(registry, id, office), text(registry, id, office, **organisation)
    assert f"{APPLICANT}：" in citizen and "你" in citizen and "你单位" not in citizen
    assert "某某科技有限公司：" in company and "你单位" in company
    assert "你" not in company.replace("你单位", "")


@pytest.mark.parametrize(
    "id", [*TO_THIRD_PARTIES, "agency-consultation", "assistance-request", "determination-request"]
)
def test_others_do_not_learn_who_applies(registry: Registry, office: Office, id: str) -> None:
    assert APPLICANT not in text(registry, id, office)


def test_a_determination_is_asked_of_the_agency_that_the_doubt_concerns(registry: Registry, office: Office) -> None:
    of_department = text(registry, "determination-request", office)
    assert (
        "聊城市公安局：" in of_department
        and "第十七条第三款的规定，现报请贵单位确定上述信息是否可以公开。" in of_department
    )
    assert "请于2026年3月26日前（含当日）书面函复本机关" in of_department and "国家秘密" not in of_department
    secret = {"organ_kind": "secrecy", "organ": "山东省国家保密局"}
    of_secrecy = text(registry, "determination-request", office, **secret)
    assert "《中华人民共和国保守国家秘密法》第二十五条的规定，现报请贵单位确定上述信息是否属于国家秘密" in of_secrecy
    old = {"date": "2024-04-30", "number": "某公开〔2024〕2号", "reply_by": "2024-05-06"}
    old |= {"clock__received": "2024-04-15", "clock__confirmed": "2024-04-15"}
    before = text(registry, "determination-request", office, **secret, **old)
    assert "《中华人民共和国保守国家秘密法》第二十条的规定，现报请" in before


def test_the_applicant_does_not_learn_who_the_third_party_is(registry: Registry, office: Office) -> None:
    assert "第三方和聊城市财政局的意见" in text(registry, "consultation-notice", office, asked="both")
    alone = text(registry, "consultation-notice", office, asked="third_party", agencies=LEFT_OUT)
    assert "征求第三方的意见" in alone and "第三十四条" not in alone


@pytest.mark.parametrize("id", TO_THIRD_PARTIES)
def test_a_third_party_is_addressed_by_its_kind(registry: Registry, office: Office, id: str) -> None:
    person = text(registry, id, office, third_party_kind="citizen", third_party="王建国")
    assert "王建国：" in person and "你单位" not in person and "你" in person
    assert "你单位" in text(registry, id, office)


def test_the_receipt_prints_the_last_day_or_says_that_it_is_open(
    registry: Registry, office: Office, ending_office: Office
) -> None:
    assert "答复期限为20个工作日，至2026年3月31日止" in text(registry, "receipt", office)
    shown = text(registry, "receipt", ending_office)
    assert "答复期限为20个工作日" in shown and "届满日期待定" in shown and "3月31日" not in shown


def test_the_extension_prints_the_new_last_day_or_its_length(
    registry: Registry, office: Office, ending_office: Office
) -> None:
    assert "延长15个工作日，至2026年4月22日止" in text(registry, "extension-notice", office)
    assert "延长15个工作日，自原答复期限届满的次日起计算" in text(registry, "extension-notice", ending_office)


def test_an_extension_approved_late_in_the_year_is_written_all_the_same(registry: Registry, office: Office) -> None:
    changes = {"clock__received": "2026-12-01", "clock__confirmed": "2026-12-02", "date": "2026-12-21"}
    changes |= {"approved_on": "2026-12-21"}
    assert findings(registry, "extension-notice", office, **changes) == []
    assert "自原答复期限届满的次日起计算" in text(registry, "extension-notice", office, **changes)


@pytest.mark.parametrize(
    ("id", "days", "until"),
    [
        ("correction-notice", 15, "2026年4月14日"),
        ("reason-notice", 15, "2026年4月14日"),
        ("fee-notice", 20, "2026年4月21日"),
    ],
)
def test_a_term_has_a_last_day_only_where_the_letter_is_handed_over(
    registry: Registry, office: Office, ending_office: Office, id: str, days: int, until: str
) -> None:
    assert f"{days}个工作日内" in text(registry, id, office) and "上述期限" not in text(registry, id, office)
    handed = {"handed_on": "2026-03-23"}
    assert f"于2026年3月23日当面送达，上述期限至{until}止。" in text(registry, id, office, **handed)
    assert "上述期限自次日起按工作日计算" in text(registry, id, ending_office, **handed)


def test_the_period_of_correction_is_the_profile_s_unless_the_clerk_gives_one(
    registry: Registry, office: Office
) -> None:
    settings = replace(office.profile.settings, correction_working_days=12)
    assert "之日起12个工作日内" in text(registry, "correction-notice", with_profile(office, settings=settings))
    assert "之日起10个工作日内" in text(registry, "correction-notice", office, period=10)


def test_several_points_are_numbered_and_cite_their_items(registry: Registry, office: Office) -> None:
    point = {"element": "identity", "matter": "没有附身份证明", "guidance": "请附居民身份证复印件"}
    sample = payload(registry, "correction-notice", office)["points"]
    shown = text(registry, "correction-notice", office, points=[*sample, point, point | {"element": "agent"}])
    assert "第二十九条第二款第一项、第二十九条第二款第二项、第三十条" in shown
    assert "2.申请人的姓名或者名称、身份证明、联系方式：没有附身份证明。" in shown
    assert "3.代理人的身份证明和代理手续：没有附身份证明。" in shown
    assert "1." not in text(registry, "correction-notice", office)


@pytest.mark.parametrize(
    ("id", "key"),
    [
        ("third-party-consultation", "third_party"),
        ("agency-consultation", "agency_consultation"),
        ("fee-notice", "fee_payment"),
        ("delay-notice", "answer"),
        ("receipt", "extension"),
    ],
)
def test_the_terms_of_the_law_come_from_its_data(registry: Registry, office: Office, id: str, key: str) -> None:
    assert "19个工作日" not in text(registry, id, office)
    assert "19个工作日" in text(registry, id, with_limit(office, key, 19))


def test_silence_is_told_with_the_term_of_the_law(registry: Registry, office: Office) -> None:
    silent = {"opinion": "silent", "opinion_on": LEFT_OUT, "date": "2026-03-30"}
    assert "自收到征求意见书之日起15个工作日内没有提出意见" in text(
        registry, "third-party-disclosure-notice", office, **silent
    )


def test_silence_cannot_be_told_while_the_calendar_is_open_but_can_be_insisted_on(
    registry: Registry, ending_office: Office
) -> None:
    silent = {"opinion": "silent", "opinion_on": LEFT_OUT, "overrides": []}
    assert findings(registry, "third-party-disclosure-notice", ending_office, **silent) == [
        ("third-party-term-running", "error")
    ]
    silent["overrides"] = [{"code": "third-party-term-running", "reason": "已逐日核对，期限已经届满。"}]
    assert findings(registry, "third-party-disclosure-notice", ending_office, **silent) == [
        ("third-party-term-running", "info")
    ]


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        (
            {"method": "page", "count": 68},
            ["拟提供的信息共68页", "第1页至第30页，共30页，不收费。", "共计380元（大写：人民币叁佰捌拾元整）"],
        ),
        ({"method": "page", "count": 31}, ["第31页，共1页，每页10元，计10元。", "人民币壹拾元整"]),
        (
            {"count": 35},
            ["2026年3月，你提出的申请共35件", "第31件至第35件，共5件，每件200元，计1000元。", "人民币叁仟元整"],
        ),
        (
            {"count": 5, "already": 28},
            ["此前计28件，本次计5件", "第29件至第30件，共2件，每件100元，计200元。", "共计800元"],
        ),
    ],
    ids=["68 pages", "one page above", "35 pieces", "pieces before"],
)
def test_the_fee_is_computed_step_by_step(
    registry: Registry, office: Office, changes: dict[str, Any], words: list[str]
) -> None:
    shown = text(registry, "fee-notice", office, **changes)
    assert [word for word in words if word not in shown] == []


def test_the_fee_notice_names_its_basis_and_the_local_rule(registry: Registry, office: Office) -> None:
    shown = text(registry, "fee-notice", office)
    assert "《政府信息公开信息处理费管理办法》第三条、第四条" in shown and office.profile.fee.local_rule in shown
    nowhere = with_profile(office, fee=replace(office.profile.fee, local_rule=""))
    assert "第三条、第四条的规定，本机关决定收取" in text(registry, "fee-notice", nowhere)


def test_an_act_is_named_once_for_all_its_articles(registry: Registry, office: Office) -> None:
    paragraph = next(line for line in text(registry, "fee-notice", office).split("\n") if "决定收取" in line)
    assert paragraph.count("《政府信息公开信息处理费管理办法》") == 1


@pytest.mark.parametrize(
    ("outcome", "title", "words"),
    [
        ("corrected", "政府信息更正告知书", "本机关予以更正，更正后的记录为："),
        ("refused", "政府信息不予更正告知书", "本机关不予更正。"),
        ("transferred", "政府信息更正申请转送告知书", "转送有权更正的行政机关处理：某局（电话：0635-1234567）。"),
        ("directed", "政府信息更正申请告知书", "请你向有权更正的行政机关提出：某局（电话：0635-1234567）。"),
    ],
)
def test_each_outcome_of_a_correction_has_its_title_and_words(
    registry: Registry, office: Office, outcome: str, title: str, words: str
) -> None:
    result = LEFT_OUT if outcome == "refused" else "某局（电话：0635-1234567）"
    shown = text(registry, "rectification-reply", office, outcome=outcome, result=result)
    assert title in shown and words in shown and "第四十一条" in shown


def test_a_text_that_ends_with_a_full_stop_is_kept_and_gets_no_second_one(registry: Registry, office: Office) -> None:
    for id, key in (("extension-notice", "reason"), ("delay-notice", "reason"), ("reason-notice", "facts")):
        shown = text(registry, id, office, **{key: "所申请的信息涉及多个年度的档案，数量很大。"})
        assert "数量很大。" in shown and "。。" not in shown


def test_names_that_cannot_be_printed_stop_the_letter(registry: Registry, office: Office) -> None:
    with pytest.raises(TextLost):
        text(registry, "consultation-notice", office, asked="third_party")


def test_the_slip_repeats_the_letter_and_is_the_last_attachment(registry: Registry, office: Office) -> None:
    shown = text(registry, "third-party-consultation", office)
    assert "2.征求意见回执" in shown and "附件2\n" in shown + "\n"
    slip = shown[shown.rindex("征求意见回执") :]
    for word in (
        THIRD_PARTY,
        "聊机管公开〔2026〕12号",
        "2025年市级公务用车租赁服务合同",
        "☐不同意公开",
        "15个工作日内",
    ):
        assert word in slip
    alone = text(registry, "third-party-consultation", office, enclosed=LEFT_OUT)
    assert "附件：征求意见回执" in alone and "附件2" not in alone


@pytest.mark.converter
def test_the_slip_has_a_page_of_its_own(service: Service) -> None:
    built = service.build("third-party-consultation", service.sample("third-party-consultation"), "pdf")
    pages = [page.extract_text() for page in PdfReader(BytesIO(built.content)).pages]
    assert len(pages) == 3
    assert "签名或者盖章" in pages[-1] and "（联系部门" in pages[-2] and "签名或者盖章" not in pages[-2]


@pytest.mark.parametrize("id", ["extension-notice", "correction-notice", "delay-notice", "reason-notice"])
def test_a_notice_from_before_the_regulation_cites_what_was_not_in_force(
    id: str, service: Service, office: Office
) -> None:
    old = service.sample(id)
    old["clock"] |= {"received": "2018-03-01", "confirmed": "2018-03-02"}
    _, found = examine(service.registry[id], old | {"date": "2018-03-12", "number": "甲办〔2018〕1号"}, office)
    assert "article-not-in-force" in {finding.code for finding in found if finding.severity == "error"}


@pytest.mark.parametrize("id", ["assistance-request", "agency-consultation", "determination-request"])
def test_other_agencies_read_the_request_with_one_full_stop(id: str, registry: Registry, office: Office) -> None:
    sentence = "2025年市级党政机关公务用车调配更新计划；请提供全文。”"
    letter = text(registry, id, office, application__info_description="请提供全文。")
    assert sentence in letter and f"{sentence}。" not in letter
    corrected = text(registry, id, office, application__corrected_request="公务用车更新计划")
    assert "计划”，补正后申请公开：“公务用车更新计划”。" in corrected


@pytest.mark.parametrize("id", ["correction-notice", "reason-notice"])
def test_the_help_of_a_period_tells_the_usual_one_of_the_office(registry: Registry, office: Office, id: str) -> None:
    other = with_profile(office, settings=replace(office.profile.settings, correction_working_days=12))
    question = registry[id].document.schema().fields["period"]
    assert isinstance(question, Question) and callable(question.help)
    assert question.help(other).endswith("不填的，为12个工作日。") and "_" not in question.help(other)
