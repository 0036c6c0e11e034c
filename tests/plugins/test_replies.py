"""The replies: what each letter says, item by item, on both sides of a change of the law."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from gipdocs.documents.build import examine
from gipdocs.documents.registry import Registry
from gipdocs.errors import InvalidInput, Refused
from gipdocs.law import Office
from gipdocs.law.outcomes import GIVING, PARTIAL, Remedy
from gipdocs.letters import letter_questions
from gipdocs.letters.letter import layout, opening
from gipdocs.service import Service
from plugins.replies import REPLIES
from plugins.replies.asking import enclosed
from plugins.replies.declined import CITATIONS
from plugins.replies.items import COLUMNS, NEEDS, allowed
from plugins.replies.outcomes import GIVEN, KINDS, WITHHELD

from .filled import LEFT_OUT, OUTCOMES, changed, findings, payload, text

ANSWERS: dict[str, Any] = {
    "reason": "该项材料由车队在日常调度中形成，记载当班人员和车辆的交接情况。",
    "weighing": "公开会影响当日的调度安排，公众对车辆使用费用的监督不受影响。",
    "separation": "inseparable",
    "basis": "《不动产登记暂行条例》第二十七条",
    "pointer": "门户网站“公务用车”专栏",
    "provided": ["2025年公务用车保险合同", "2025年公务用车维修合同"],
    "withheld": "各辆车的交接时刻",
    "ground": "reply-withheld-internal",
}


def row(outcome: str, **answers: Any) -> dict[str, Any]:
    """An item with this outcome that says all that it must and may."""
    asked = allowed({"outcome": outcome, "ground": ANSWERS["ground"]})
    kinds = KINDS.get(ANSWERS["ground"] if outcome == PARTIAL else outcome)
    kind = {"kind": next(iter(kinds))} if kinds and "kind" in asked else {}
    given = {key: ANSWERS[key] for key in COLUMNS if key in asked and key in ANSWERS}
    return {"title": "2025年公务用车交接记录", "outcome": outcome, **kind, **given, **answers}


def dated(day: str, received: str, number: str) -> dict[str, Any]:
    return {"date": day, "clock__received": received, "clock__confirmed": LEFT_OUT, "number": number}


def remedies_of(letter: str) -> list[str]:
    return [line for line in letter.splitlines() if line.startswith("如对")]


def test_there_is_a_reply_for_every_outcome_in_the_order_of_the_law(registry: Registry) -> None:
    assert [id for id in registry if id.startswith("reply-")] == list(OUTCOMES)
    assert {registry[id].document.title for id in OUTCOMES} == {
        f"{one.title}（{one.short}）" for one in OUTCOMES.values()
    }


@pytest.mark.parametrize("id", OUTCOMES)
def test_a_letter_has_the_title_the_articles_and_the_remedy_of_its_outcome(
    id: str, registry: Registry, office: Office
) -> None:
    letter, outcome = text(registry, id, office), OUTCOMES[id]
    assert outcome.title in letter
    assert all(one.place in letter for one in outcome.articles)
    assert outcome.cite() in letter or id in (PARTIAL, "reply-uncorrected")  # these cite more beside it
    expected = {Remedy.RECON_FIRST: "应当先申请行政复议", Remedy.NONE: ""}.get(outcome.remedy, "提起行政诉讼")
    assert expected in letter
    assert bool(remedies_of(letter)) == (outcome.remedy is not Remedy.NONE)
    assert len(remedies_of(letter)) == (2 if outcome.remedy is Remedy.MIXED else bool(expected))


@pytest.mark.parametrize("key", ["title", "articles", "remedies", "court"])
def test_what_the_law_fixes_cannot_be_typed(key: str, registry: Registry, office: Office) -> None:
    for id in OUTCOMES:
        with pytest.raises(InvalidInput) as refused:
            examine(registry[id], payload(registry, id, office) | {key: "自拟"}, office)
        assert [fault.pointer for fault in refused.value.faults] == [f"/{key}"]


@pytest.mark.parametrize("id", OUTCOMES)
def test_the_words_of_a_reply_hide_none_of_the_letters(id: str, registry: Registry, office: Office) -> None:
    answers, _ = examine(registry[id], payload(registry, id, office), office)
    taken = {
        *layout(answers, office, title="题"),
        *opening(answers, office),
        "articles",
        "remedies",
        "several",
        "wanted",
    }
    assert taken & set(REPLIES[id].words(answers, office)) == set()


def test_the_agencys_first_case_comes_out_as_it_was(registry: Registry, office: Office) -> None:
    """Received on Friday 2019-12-06, answered on the Saturday after, under the reconsideration law of that time."""
    changes = {
        **dated("2019-12-07", "2019-12-06", "聊机管公开〔2019〕1号"),
        "clock__channel": "in_person",
        "application__info_title": "2019年市级党政机关公务用车调配更新计划",
        "provided": ["2019年市级党政机关公务用车调配更新计划"],
    }
    assert findings(registry, "reply-granted", office, **changes) == [("date-rest-day", "warning")]
    letter = text(registry, "reply-granted", office, **changes)
    assert "本机关于2019年12月6日收到你当面提交的政府信息公开申请" in letter
    assert "“2019年市级党政机关公务用车调配更新计划”" in letter
    assert "60日内向聊城市人民政府或者山东省机关事务管理局申请行政复议" in letter
    assert "6个月内向聊城市东昌府区人民法院提起行政诉讼" in letter
    assert "2019年12月7日" in letter


def test_reconsideration_comes_first_from_2024_on(registry: Registry, office: Office) -> None:
    before = text(
        registry, "reply-withheld-internal", office, **dated("2023-12-29", "2023-12-20", "聊机管公开〔2023〕30号")
    )
    after = text(
        registry, "reply-withheld-internal", office, **dated("2024-01-02", "2023-12-20", "聊机管公开〔2024〕1号")
    )
    assert "或者山东省机关事务管理局申请行政复议，或者自收到" in before
    assert "应当先申请" not in before
    assert "应当先申请行政复议" in after
    assert "山东省机关事务管理局" not in after
    assert "6个月" not in after


def test_the_withheld_and_the_other_part_of_a_partial_reply_have_their_own_remedies(
    registry: Registry, office: Office
) -> None:
    first, either = remedies_of(text(registry, "reply-partial", office))
    assert first.startswith("如对本答复书中不予公开的部分不服") and "应当先申请行政复议" in first
    assert either.startswith("如对本答复书的其他部分不服") and "或者自收到" in either
    parts = [{key: value for key, value in row("reply-not-gov-info").items() if key != "provided"}]
    (only,) = remedies_of(text(registry, "reply-partial", office, items=parts))
    assert only.startswith("如对本答复书不服") and "应当先申请" not in only


@pytest.mark.parametrize(
    ("id", "outcome", "remedies"),
    [
        ("reply-granted", "reply-withheld-internal", 2),
        ("reply-granted", "reply-not-existing", 1),
        ("reply-withheld-internal", "reply-withheld-safety", 1),
        ("reply-repeat", "reply-publication", 1),
        ("reply-repeat", "reply-withdrawn", 1),
        ("reply-repeat", "reply-withheld-law", 2),
    ],
)
def test_a_letter_with_several_items_offers_what_all_of_them_open(
    id: str, outcome: str, remedies: int, registry: Registry, office: Office
) -> None:
    letter = text(registry, id, office, item="2025年更新数量", items=[row(outcome)])
    assert len(remedies_of(letter)) == remedies
    assert all(OUTCOMES[id].paper in line for line in remedies_of(letter))


@pytest.mark.parametrize("outcome", NEEDS)
def test_an_item_is_answered_with_its_own_article_and_all_that_was_typed(
    outcome: str, registry: Registry, office: Office
) -> None:
    one = row(outcome)
    letter = text(registry, "reply-needs-making", office, item="近五年油耗的比较分析", items=[one], reviewed=True)
    assert "现逐项答复如下：" in letter
    assert "一、关于“近五年油耗的比较分析”" in letter
    own, _, item = letter.partition("二、关于“2025年公务用车交接记录”")
    assert OUTCOMES["reply-needs-making"].cite() in own
    assert OUTCOMES[one.get("ground", outcome)].cite() in item
    for value in (value for key, value in one.items() if key in ("reason", "weighing", "basis", "pointer", "withheld")):
        assert value in item
    if "kind" in one:
        assert KINDS[one.get("ground", outcome)][one["kind"]] in item
    assert ("第三十七条" in item) == ("separation" in one or outcome == PARTIAL)
    assert ("附件：1.2025年公务用车保险合同" in item) == ("provided" in one)


@pytest.mark.parametrize("outcome", [key for key in NEEDS if key not in (*GIVING, PARTIAL)])
def test_a_part_is_held_back_with_its_own_article(outcome: str, registry: Registry, office: Office) -> None:
    part = {key: value for key, value in row(outcome).items() if key != "separation"}
    letter = text(
        registry, "reply-partial", office, items=[part, row("reply-withheld-safety", separation=LEFT_OUT)][:1]
    )
    item = letter.partition("二、关于“2025年公务用车交接记录”")[2]
    assert "一、公开的内容" in letter
    assert OUTCOMES[outcome].cite() in item
    assert "该项信息" not in letter


def test_thirty_items_are_numbered_and_answered_in_their_order(registry: Registry, office: Office) -> None:
    items = [row("reply-withheld-internal", title=f"第{i}项材料") for i in range(2, 31)]
    letter = text(registry, "reply-not-existing", office, item="第1项材料", items=items)
    headings = [line for line in letter.splitlines() if "、关于“第" in line]
    assert len(headings) == 30
    assert headings[0] == "一、关于“第1项材料”"
    assert headings[29] == "三十、关于“第30项材料”"
    assert "包含30项" not in letter


def test_attachments_are_numbered_through_all_items(registry: Registry, office: Office) -> None:
    items = [row("reply-granted"), row("reply-not-existing"), row("reply-granted", provided=["丙"])]
    letter = text(registry, "reply-granted", office, item="更新计划", items=items)
    assert "现向你提供该信息（见附件1）。" in letter
    assert "现向你提供该信息（见附件2、3）。" in letter
    assert "现向你提供该信息（见附件4）。" in letter
    listed = [line for line in letter.splitlines() if line.startswith(("附件：", "2.", "3.", "4."))]
    assert listed == [
        "附件：1.2025年市级党政机关公务用车调配更新计划",
        "2.2025年公务用车保险合同",
        "3.2025年公务用车维修合同",
        "4.丙",
    ]


@pytest.mark.parametrize(
    ("before", "count", "total", "words"),
    [
        (0, 1, 1, "见附件"),
        (0, 3, 3, "见附件"),
        (0, 1, 2, "见附件1"),
        (1, 2, 3, "见附件2、3"),
        (2, 10, 12, "见附件3至12"),
    ],
)
def test_the_text_points_at_its_attachments(before: int, count: int, total: int, words: str) -> None:
    assert enclosed(before, count, total) == words


def test_the_clerk_learns_which_row_of_the_report_counts(registry: Registry, office: Office) -> None:
    sample = payload(registry, "reply-granted", office, item="更新计划", items=[row("reply-withheld-internal")])
    _, found = examine(registry["reply-granted"], sample, office)
    (note,) = [one for one in found if one.code == "report-row"]
    assert note.severity == "info"
    assert "计入表三(二)“部分公开（区分处理）”" in note.message
    sample = payload(registry, "reply-granted", office, item="更新计划", items=[row("reply-not-existing")])
    (note,) = [one for one in examine(registry["reply-granted"], sample, office)[1] if one.code == "report-row"]
    assert "按本文书计入表三(一)“予以公开（提供政府信息）”" in note.message
    assert findings(registry, "reply-not-existing", office, item="甲", items=[row("reply-not-ours")]) == []


@pytest.mark.slow
def test_the_articles_are_quoted_only_where_the_office_wants_them(registry: Registry, office: Office) -> None:
    wanting = replace(
        office, profile=replace(office.profile, settings=replace(office.profile.settings, quote_articles=True))
    )
    for id, outcome in OUTCOMES.items():
        quoted = f"{outcome.articles[0].cite()}：“" if outcome.articles else "：“行政机关已就"
        assert "上述条款的原文如下：" not in text(registry, id, office)
        if outcome.articles or outcome.choices:
            letter = text(registry, id, wanting)
            assert quoted in letter
            assert letter.index("上述条款的原文如下：") < letter.index("如对本")
    several = text(registry, "reply-granted", wanting, item="甲", items=[row("reply-not-existing")])
    assert "第三十六条第四项：“经检索没有所申请公开信息的" in several


def test_an_organisation_is_addressed_as_such(registry: Registry, office: Office) -> None:
    organisation = {"applicant_kind": "organisation", "name": "聊城市公务出行服务有限公司", "info_title": "更新计划"}
    for id in OUTCOMES:
        letter = text(registry, id, office, application=organisation)
        typed = "".join(str(value) for value in payload(registry, id, office).values())
        lines = [line for line in letter.splitlines() if "你" in line and line not in typed]
        assert all("你单位" in line for line in lines if "你向本机关提出" not in line), id
        assert "聊城市公务出行服务有限公司：" in letter


def test_a_state_secret_letter_tells_nothing_of_the_secret(registry: Registry, office: Office) -> None:
    letter = text(registry, "reply-withheld-state-secret", office)
    for told in ("2035", "保密审查〔2026〕3号", "绝密", "机密", "2026年3月12日"):
        assert told not in letter
    assert letter.count("市级党政机关保密会议场所建设方案") == 1  # in the quoted request


def test_evidence_stays_on_file(registry: Registry, office: Office) -> None:
    assert "王海燕" not in text(registry, "reply-not-existing", office)
    assert "2026年3月6日" not in text(registry, "reply-withheld-third-party", office)
    assert "撤回申请书" not in text(registry, "reply-withdrawn", office)


def test_the_search_is_told_with_places_words_period_and_day(registry: Registry, office: Office) -> None:
    letter = text(registry, "reply-not-existing", office)
    for told in (
        "1.公文处理系统；",
        "“公务用车”“调配”",
        "2018年1月1日至2020年12月31日",
        "2026年3月10日",
        "该政府信息不存在",
    ):
        assert told in letter


def test_an_unknown_responsible_agency_is_said_to_be_unknown(registry: Registry, office: Office) -> None:
    known = text(registry, "reply-not-ours", office)
    assert "现将负责公开该信息的行政机关的名称、联系方式告知你：\n聊城市财政局，联系方式：" in known
    changes = {"responsible": "unknown", "responsible_agency": LEFT_OUT, "responsible_contact": LEFT_OUT}
    unknown = text(registry, "reply-not-ours", office, **changes)
    assert "本机关无法确定负责公开该信息的行政机关" in unknown
    assert "联系方式：" not in unknown


def test_a_letter_says_that_correction_and_payment_started_the_term_anew(registry: Registry, office: Office) -> None:
    letter = text(registry, "reply-granted", office, clock__corrected="2026-03-09", clock__paid="2026-03-12")
    assert "本机关于2026年3月9日收到你的补正材料" in letter
    assert "你已于2026年3月12日缴纳信息处理费" in letter
    assert "自缴费完成的次日起重新计算" in letter


def test_a_request_that_ends_with_a_stop_is_quoted_with_one(registry: Registry, office: Office) -> None:
    assert "申请公开：“2025年市级党政机关公务用车调配更新计划”。\n" in text(registry, "reply-granted", office)
    letter = text(registry, "reply-granted", office, application__info_description="请提供全文。")
    assert "计划；请提供全文。”\n" in letter


def test_information_by_mail_by_email_and_at_the_counter(registry: Registry, office: Office) -> None:
    assert "以纸质形式提供，获取的方式为邮寄。" in text(registry, "reply-granted", office)
    assert "上述信息通过电子邮件提供。" in text(registry, "reply-granted", office, medium="email", delivery="email")
    pickup = text(registry, "reply-granted", office, delivery="pickup", pickup_until="2026-04-20")
    assert office.profile.office.address in pickup
    assert f"领取的时间是办公时间：{office.profile.office.times}。\n领取的期限至2026年4月20日止。" in pickup
    several = text(registry, "reply-granted", office, provided=["甲", "乙"])
    assert "（共2件，见附件）" in several


@pytest.mark.parametrize(
    ("opinion", "told"),
    [
        ("agreed", "第三方同意公开。"),
        ("objected", "第三方不同意公开。"),
        ("silent", "第三方逾期未提出意见，由本机关决定是否公开。"),
    ],
)
def test_what_the_third_party_said_is_told(opinion: str, told: str, registry: Registry, office: Office) -> None:
    letter = text(registry, "reply-granted-third-party", office, opinion=opinion, reason=ANSWERS["reason"])
    assert told in letter
    assert ANSWERS["reason"] in letter


def test_the_fee_is_written_out_and_its_term_counted(registry: Registry, office: Office) -> None:
    letter = text(registry, "reply-unpaid", office)
    assert "380元（人民币叁佰捌拾元整）" in letter
    assert "自收到收费通知的次日起20个工作日内缴纳。该期限已于2026年4月2日届满" in letter
    ending = replace(office, law=replace(office.law, calendar=office.law.calendar.until(date(2026, 3, 25))))
    assert "该期限已经届满" in text(registry, "reply-unpaid", ending)


@pytest.mark.parametrize("id", ["reply-uncorrected", "reply-unpaid", "reply-withdrawn"])
def test_an_application_that_ends_by_itself_is_never_answered_late(id: str, registry: Registry, office: Office) -> None:
    assert findings(registry, id, office, date="2026-06-05") == []


def test_the_citations_of_a_demand_to_confirm_are_those_of_the_law() -> None:
    assert len(CITATIONS) == len(OUTCOMES["reply-reconfirm"].choices)


@pytest.mark.parametrize(
    ("citation", "words"),
    [("choice_1", "第二条所称的政府信息，本机关不予处理"), ("choice_2", "第三十六条第六项的规定，本机关不予重复处理")],
)
def test_a_demand_to_confirm_is_declined_under_the_chosen_article(
    citation: str, words: str, registry: Registry, office: Office
) -> None:
    assert words in text(registry, "reply-reconfirm", office, citation=citation)


def test_a_letter_served_online_tells_the_online_channel(registry: Registry, office: Office) -> None:
    letter = text(registry, "reply-granted", office, service="online")
    assert office.profile.reconsideration.online in letter
    before = dated("2023-12-29", "2023-12-20", "聊机管公开〔2023〕30号")
    assert office.profile.reconsideration.online not in text(
        registry, "reply-granted", office, service="online", **before
    )


def test_a_refusal_stops_the_build_and_an_override_lets_it_go(service: Service) -> None:
    sample = changed(service.sample("reply-already-public"), {"published/0/url": "https://www.example.gov.cn/"})
    with pytest.raises(Refused):
        service.build("reply-already-public", sample)
    sample["overrides"] = [{"code": "url-home-page", "reason": "该信息就在首页固定栏目公布。"}]
    built = service.build("reply-already-public", sample)
    assert [(one.code, one.severity) for one in built.findings] == [("url-home-page", "info")]


@pytest.mark.parametrize("id", OUTCOMES)
def test_long_and_rare_input_comes_out_whole(id: str, registry: Registry, office: Office) -> None:
    name = "聊城市人民政府机关事务管理和公共机构节能监督保障服务中心综合行政执法协调办公室"
    long_named = replace(office, profile=replace(office.profile, name=name))
    request = "2025年公务用车调配更新计划及其全部附表、说明和会议材料" * 190
    application = {
        "applicant_kind": "citizen",
        "name": "𬭊䶮㛃",
        "info_title": "更新计划",
        "info_description": request[:5000],
        "agent_name": "李明",
    }
    letter = text(registry, id, long_named, application=application)
    assert "𬭊䶮㛃：" in letter
    assert request[:5000] in letter.replace("\n", "")
    assert "李明" not in letter


@pytest.mark.parametrize("id", OUTCOMES)
def test_a_reply_asks_only_what_its_outcome_needs(id: str, registry: Registry) -> None:
    keys = {key for key, _ in registry[id].document.schema().questions()}
    shared = set(letter_questions("Letter", {}, remedies=False)().fields)
    service = {"service"} if OUTCOMES[id].remedy is not Remedy.NONE else set()
    assert keys == shared | service | set(REPLIES[id].asked)
    assert ("separation" in keys) == (id in WITHHELD or id == "reply-needs-making")
    assert ("medium" in keys) == (id in ("reply-granted", "reply-granted-third-party", "reply-partial"))


@pytest.mark.parametrize(
    ("id", "changes", "expected"),
    [
        ("reply-petition", {}, "你提出：“"),
        ("reply-reconfirm", {}, "你提出：“"),
        ("reply-not-gov-info", {"nature": "consultation"}, "你提出：“"),
        ("reply-not-gov-info", {}, "你申请公开：“"),
        ("reply-granted", {}, "你申请公开：“"),
    ],
    ids=str,
)
def test_only_whoever_wants_information_is_said_to_ask_for_its_disclosure(
    registry: Registry, office: Office, id: str, changes: dict[str, Any], expected: str
) -> None:
    assert expected in text(registry, id, office, **changes)


def test_a_transfer_to_the_archives_may_be_known_by_its_month_or_year(registry: Registry, office: Office) -> None:
    letter = text(registry, "reply-archived", office, transferred_on=LEFT_OUT, transferred_about="1996年6月")
    assert "已于1996年6月移交" in letter


@pytest.mark.parametrize("id", [id for id, reply in REPLIES.items() if "reviewed" in reply.asked])
def test_a_letter_that_gives_nothing_asks_for_a_review_only_if_another_item_does(id: str) -> None:
    assert REPLIES[id].asked["reviewed"].needed == (True if id in GIVEN else "其他事项提供信息的必填")
