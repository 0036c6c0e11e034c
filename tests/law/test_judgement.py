"""The judgement of an application: every way through the questions ends well, and real requests come to the right end."""

from __future__ import annotations

import re
import string
from collections.abc import Iterator, Mapping
from datetime import date
from graphlib import TopologicalSorter

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gipdocs.law import Law
from gipdocs.law.dated import in_force
from gipdocs.law.judgement import (
    HELD,
    Course,
    Inquiry,
    InquiryAnswer,
    Known,
    cite_keys,
    load_judgement,
    tell_conclusion,
    tell_reasoning,
    tell_stages,
)
from gipdocs.law.outcomes import load_outcomes
from gipdocs.service import Service

pytestmark = pytest.mark.slow

BEGUN = date(2019, 5, 15)
JUDGEMENT = load_judgement()
ANSWERS = [(inquiry, answer) for inquiry in JUDGEMENT.inquiries.values() for answer in inquiry.answers.values()]
MOST_STEPS = 30


def named(value: object) -> str:
    return value.key if isinstance(value, Inquiry | InquiryAnswer) else ""


def ways(inquiry: Inquiry, held: str = "") -> Iterator[tuple[Inquiry, InquiryAnswer, str]]:
    """Every answer that can come up, with the outcome that is held then; each state once."""
    seen, open_ = set(), [(inquiry.key, held)]
    while open_:
        if (state := open_.pop()) in seen:
            continue
        seen.add(state)
        asked = JUDGEMENT.inquiries[state[0]]
        for answer in asked.answers.values():
            holding = answer.holds or state[1]
            yield asked, answer, holding
            if answer.next:
                open_.append((answer.next, holding))


def follow(answers: str, known: Mapping[str, Known] | None = None) -> Course:
    """The course of answers written 'correction=clear kind=petition'; those before the first are all in order."""
    given = dict(pair.split("=") for pair in answers.split())
    return JUDGEMENT.follow(ORDINARY | given, known=known)


ORDINARY = {
    "withdrawn": "no",
    "correction": "clear",
    "kind": "information",
    "gov_info": "yes",
    "repeat": "no",
    "excessive": "no",
    "agency": "ours",
    "archives": "no",
    "query": "no",
    "search": "found",
    "ready": "yes",
    "public": "no",
    "secrecy": "none",
    "ground": "none",
    "form": "as_asked",
}


@pytest.mark.parametrize(("inquiry", "answer"), ANSWERS, ids=named)
def test_every_answer_leads_to_one_thing_that_exists(inquiry: Inquiry, answer: InquiryAnswer) -> None:
    leads = [one for one in (answer.next, answer.outcome, answer.procedure) if one]
    assert len(leads) == 1
    assert not answer.next or answer.next in JUDGEMENT.inquiries
    assert not answer.procedure or answer.procedure in JUDGEMENT.procedures
    assert not answer.outcome or answer.outcome in (HELD, *load_outcomes())
    assert {answer.holds, answer.besides} - {""} <= set(load_outcomes())
    assert answer.says.endswith("。") and answer.label and not answer.label.endswith("。")


def test_no_question_comes_back_to_itself_and_the_steps_come_in_their_order() -> None:
    ahead = {
        key: {one.next for one in inquiry.answers.values() if one.next} for key, inquiry in JUDGEMENT.inquiries.items()
    }
    assert set(TopologicalSorter(ahead).static_order()) == set(JUDGEMENT.inquiries)
    places = list(JUDGEMENT.stages)
    for inquiry, answer in ANSWERS:
        if answer.next:
            assert places.index(inquiry.stage) <= places.index(JUDGEMENT.inquiries[answer.next].stage), inquiry.key


def test_every_outcome_every_procedure_and_every_question_can_be_reached() -> None:
    reached = list(ways(next(iter(JUDGEMENT.inquiries.values()))))
    outcomes = {held if answer.outcome == HELD else answer.outcome for _, answer, held in reached if answer.outcome}
    assert outcomes == set(load_outcomes())
    assert {answer.procedure for _, answer, _ in reached} - {""} == set(JUDGEMENT.procedures)
    assert {inquiry.key for inquiry, _, _ in reached} == set(JUDGEMENT.inquiries)
    assert {inquiry.stage for inquiry, _, _ in reached} == set(JUDGEMENT.stages)


def test_an_outcome_is_held_wherever_an_answer_falls_back_on_it() -> None:
    first = next(iter(JUDGEMENT.inquiries.values()))
    assert [(inquiry.key, held) for inquiry, answer, held in ways(first) if answer.outcome == HELD and not held] == []


@pytest.mark.parametrize("key", JUDGEMENT.inquiries)
def test_every_question_cites_the_law_of_each_day_and_fills_in_its_periods(law: Law, key: str) -> None:
    inquiry = JUDGEMENT.inquiries[key]
    for day in (BEGUN, *(one for one in law.turns if one > BEGUN)):
        assert inquiry.basis == () or cite_keys(inquiry.basis, law.on(day)) or key == "fee", (key, day)
        assert "{" not in inquiry.help_on(law.on(day))


def test_every_rule_that_is_cited_exists_and_is_cited_from_the_day_on_which_it_applies(law: Law) -> None:
    keys = {key for inquiry, answer in ANSWERS for key in (*inquiry.basis, *answer.basis)}
    keys |= {key for one in JUDGEMENT.procedures.values() for key in one.basis}
    assert keys <= set(law.citations)
    later = {key for key in keys if in_force(law.citations[key], BEGUN) is None}
    assert later == {"archives_early", "fee_payment"}
    assert cite_keys(["archives_early"], law.on(BEGUN)) is None
    assert cite_keys(["archives_early", "responsible_agency"], law.on(BEGUN)) == law.on(BEGUN).cite(
        "responsible_agency"
    )


def test_no_question_spells_an_article_and_every_period_comes_from_the_data(law: Law) -> None:
    texts = [text for one, answer in ANSWERS for text in (one.text, one.help, answer.label, answer.says)]
    texts += [text for one in JUDGEMENT.procedures.values() for text in (one.label, one.says, one.back)]
    assert [text for text in texts if re.search("第[〇零一二三四五六七八九十百]+[条款项]|个工作日", text)] == []
    slots = {name for text in texts for _, name, _, _ in string.Formatter().parse(text) if name}
    assert slots and slots <= set(law.limits)


def test_help_is_short_and_every_question_asks() -> None:
    for inquiry in JUDGEMENT.inquiries.values():
        assert inquiry.text.endswith("？") and 20 <= len(inquiry.help) <= 170, (inquiry.key, len(inquiry.help))
        assert 2 <= len(inquiry.answers) <= 9


def test_documents_that_the_data_name_exist_and_those_of_events_are_found(service: Service) -> None:
    papers = {paper for _, answer in ANSWERS for paper in answer.papers}
    papers |= {paper for one in JUDGEMENT.procedures.values() for paper in one.papers}
    assert papers <= set(service.registry)


CODES = {key: [*inquiry.answers, "", "nonsense"] for key, inquiry in JUDGEMENT.inquiries.items()}
GIVEN = st.fixed_dictionaries({}, optional={key: st.sampled_from(codes) for key, codes in CODES.items()})


@given(GIVEN, st.lists(st.integers(0, 8), min_size=MOST_STEPS, max_size=MOST_STEPS))
@settings(max_examples=300, deadline=None)
def test_whoever_answers_what_is_asked_comes_to_an_end(given: dict[str, str], choices: list[int]) -> None:
    for choice in choices:
        course = JUDGEMENT.follow(given)
        if course.asked is None:
            break
        given |= {course.asked.key: [*course.asked.answers][choice % len(course.asked.answers)]}
    assert course.asked is None and bool(course.outcome) != bool(course.procedure)
    assert len(course.taken) <= MOST_STEPS and not {course.outcome, HELD} & {*course.besides}
    assert JUDGEMENT.follow(JUDGEMENT.read(course.codes)) == course


@given(GIVEN, st.data())
@settings(max_examples=200, deadline=None)
def test_going_back_keeps_what_still_applies_and_never_leaves_the_questions(
    given: dict[str, str], data: st.DataObject
) -> None:
    course = JUDGEMENT.follow(given)
    if not course.taken:
        return
    step = data.draw(st.sampled_from(course.taken))
    back = JUDGEMENT.follow(given, until=step.inquiry.key)
    assert back.asked == step.inquiry and back.taken == course.taken[: course.taken.index(step)]
    changed = given | {step.inquiry.key: data.draw(st.sampled_from([*step.inquiry.answers]))}
    after = JUDGEMENT.follow(changed)
    for one in after.taken:
        assert one.answer is JUDGEMENT.inquiries[one.inquiry.key].answers[changed[one.inquiry.key]]


@pytest.mark.parametrize(
    ("situation", "answers", "end", "besides"),
    [
        ("要一份已经印发的文件", "", "reply-granted", ()),
        ("要查阅五箱原始凭证，复印怕损坏", "form=inspection", "reply-granted-inspection", ()),
        ("要光盘，只能给纸质", "form=otherwise", "reply-granted", ()),
        ("要预算，网站上都有", "public=yes", "reply-already-public", ()),
        ("要合同，中标人不同意公开价格构成，其余可给", "ground=third_party third_party=objects objection=good extent=some", "reply-partial", ()),
        ("要评标专家的个人资料，本人不同意", "ground=third_party third_party=objects objection=good extent=whole", "reply-withheld-third-party", ()),
        ("要环评报告，企业不同意但关系群众饮水", "ground=third_party third_party=objects objection=interest", "reply-granted-third-party", ()),
        ("要企业报送的材料，企业逾期没有答复，没有秘密", "ground=third_party third_party=silent silent=harmless", "reply-granted-third-party", ()),
        ("要补贴名册，遮盖身份证号后可给", "ground=third_party third_party=mask", "reply-partial", ()),
        ("一份可给但须删去人事内容，一份查无", "search=some ground=internal weighing=withhold extent=some", "reply-partial", ("reply-not-existing",)),
        ("要从未制作过的统计表", "ready=no", "reply-needs-making", ()),
        ("要二十年前的批文，档案室、系统都没有", "search=none", "reply-not-existing", ()),
        ("问为什么不给自己的单位配车", "kind=advice", "reply-not-gov-info", ()),
        ("以申请为名举报领导用公车", "kind=petition", "reply-petition", ()),
        ("要文件，顺便投诉办事人员", "kind=and_petition", "reply-granted", ("reply-petition",)),
        ("上个月答复过，又来要同一份", "repeat=yes", "reply-repeat", ()),
        ("要1985年的档案，早已移交市档案馆", "archives=yes", "reply-archived", ()),
        ("要公安局的执法数据", "agency=other", "reply-not-ours", ()),
        ("要房屋的登记资料", "query=yes", "reply-query-matter", ()),
        ("只写“你局的全部文件”", "correction=unclear", "ask_correction", ()),
        ("补正以后仍是“全部文件”", "correction=asked corrected=yes corrected_clear=unclear", "reply-still-unclear", ()),
        ("补正通知送达，期限过了不补", "correction=asked corrected=overdue uncorrected_reason=none", "reply-uncorrected", ()),
        ("要买一本年鉴", "kind=publication", "reply-publication", ()),
        ("要给去年拿到的文件盖章确认", "kind=confirm", "reply-reconfirm", ()),
        ("一个月提了三百件，说不出理由", "excessive=reasons_asked reasons=bad", "reply-mass-repeat", ()),
        ("收费通知送达，没有缴费", "excessive=fee_asked fee=overdue", "reply-unpaid", ()),
        ("来信说不要了", "withdrawn=yes", "reply-withdrawn", ()),
        ("要会议讨论记录", "ground=process weighing=withhold extent=whole", "reply-withheld-process", ()),
        ("要行政处罚案卷，当事人以外的人", "ground=enforcement weighing=withhold extent=mixed_up", "reply-withheld-enforcement", ()),
        ("要请示件，其中结论已经执行，可以公开", "ground=process weighing=give", "reply-granted", ()),
        ("标着“机密”的方案", "secrecy=secret extent=whole", "reply-withheld-state-secret", ()),
        ("没有标密，拿不准", "secrecy=unsure", "determine", ()),
        ("党政联合印发的行政文号文件", "gov_info=joint", "reply-granted", ()),
        ("党委单独印发的文件", "gov_info=no", "reply-not-gov-info", ()),
        ("涉及企业秘密，还没问过企业", "ground=third_party third_party=ask", "ask_third_party", ()),
        ("材料太多，期限内查不完", "search=unsearched in_time=no", "extend", ()),
        ("材料里几种都有，一点也不能给，以执法案卷为主", "ground=several several=none chief=enforcement", "reply-withheld-enforcement", ()),
        ("要求更正本人的登记信息", "kind=rectify", "rectify", ()),
        ("方案里有一段机密，附件里有手机号，其余可给", "secrecy=secret_and_more several=some", "reply-partial", ()),
        ("会议纪要里有企业材料，企业同意，纪要也可以公开", "ground=several several=all_asked", "reply-granted-third-party", ()),
        ("请示和讨论记录，都可以公开", "ground=several several=all", "reply-granted", ()),
        ("征求意见的信退回来了，企业早已停业，公开没有损害", "ground=third_party third_party=unreachable silent=harmless", "reply-granted-third-party", ()),
        ("征求意见的信退回来了，是配方，不能公开", "ground=third_party third_party=unreachable silent=harm extent=whole", "reply-withheld-third-party", ()),
        ("同外局联合发的文件，早已在网上", "agency=joint partner=needless public=yes", "reply-already-public", ()),
        ("同外局联合发的文件，没有查到", "agency=joint partner=needless search=none", "reply-not-existing", ()),
        ("同外局联合发的文件，外局还没有回话", "agency=joint partner=waiting", "await_opinion", ()),
        ("收到第十天才发现写得不清楚，部分能查", "correction=late search=some", "reply-granted", ("reply-not-existing",)),
        ("补来了文件名，身份证明一直没有补", "correction=asked corrected=yes corrected_clear=lacking", "reply-uncorrected", ()),
        ("一百件都有理由，仍要收费", "excessive=reasons_asked reasons=fee", "ask_fee", ()),
        ("十件中两件上次答复过", "repeat=some", "reply-granted", ("reply-repeat",)),
        ("信访件里夹着一份文件，文件查无", "kind=and_petition search=none", "reply-not-existing", ("reply-petition",)),
        ("五项里撤回一项，一项归别的局", "withdrawn=some agency=some", "reply-granted", ("reply-withdrawn", "reply-not-ours")),
        ("提前移交档案馆的去年文件", "archives=early", "reply-granted", ()),
        ("执法案卷，规章规定应当公开处罚决定书", "ground=enforcement weighing=must", "reply-granted", ()),
        ("人事任免讨论，遮盖以后没有意义", "ground=internal weighing=withhold extent=mixed_up", "reply-withheld-internal", ()),
        ("审查没有完，但是办得完", "secrecy=unreviewed in_time=yes", "go_on", ()),
        ("补正通知没有送到", "correction=asked corrected=overdue uncorrected_reason=good", "await_correction", ()),
        ("申请人死亡，没有人承继", "kind=other", "reply-other", ()),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)  # fmt: skip
def test_real_requests_come_to_the_right_end(situation: str, answers: str, end: str, besides: tuple[str, ...]) -> None:
    course = follow(answers)
    assert (course.outcome or (course.procedure and course.procedure.key)) == end, situation
    assert course.besides == besides


def test_no_reasoning_denies_what_it_said_before() -> None:
    """What is said before the search and the review holds however they end."""
    nothing = tell_reasoning(follow("search=none"))
    assert not re.search("本机关(保存|制作)(有|着|，)|该信息由本机关|的政府信息。", nothing), nothing
    mixed = tell_reasoning(follow("secrecy=secret_and_more several=none chief=secret"))
    assert "不涉及国家秘密" not in mixed and "国家秘密的内容为主" in mixed


@pytest.mark.parametrize("answers", ["search=unsearched in_time=no", "correction=unclear", "excessive=ask_fee"])
def test_what_is_still_to_be_done_is_not_told_as_done(answers: str) -> None:
    assert not re.search("已经|经负责人同意", follow(answers).taken[-1].answer.says)


def test_what_a_case_knows_is_not_asked_and_gives_way_to_the_clerk() -> None:
    known = {
        "correction": Known(gives="asked", told="2026年3月5日告知补正"),
        "corrected": Known(gives="yes", told="2026年3月10日收到补正"),
        "earlier": Known(gives="", told="还有相近的案件"),
    }
    course = JUDGEMENT.follow({"withdrawn": "no"}, known=known)
    assert course.asked == JUDGEMENT.inquiries["corrected_clear"]
    assert [(step.code, step.by_case) for step in course.taken] == [
        ("withdrawn.no", False),
        ("correction.asked", True),
        ("corrected.yes", True),
    ]
    other = JUDGEMENT.follow({"withdrawn": "no", "correction": "clear", "kind": "petition"}, known=known)
    assert other.outcome == "reply-petition" and not other.taken[1].by_case
    shown = follow("repeat=yes", known={"earlier": known["earlier"]})
    assert shown.taken[-1].told == "还有相近的案件" and not shown.taken[-1].by_case


def test_a_judgement_goes_on_where_it_ended_with_what_the_case_has_learnt_since() -> None:
    before = follow("ground=third_party third_party=ask")
    known = {"third_party": Known(gives="objects", told="第三方不同意")}
    resumed = JUDGEMENT.follow(JUDGEMENT.resume(before.codes, known), known=known)
    assert resumed.asked == JUDGEMENT.inquiries["objection"] and resumed.taken[-1].by_case
    again = JUDGEMENT.follow(JUDGEMENT.resume(before.codes, {}), known={})
    assert again.asked == JUDGEMENT.inquiries["third_party"]
    assert JUDGEMENT.resume(["gone.yes", "kind.gone", "withdrawn.no", "nonsense"], {}) == {"withdrawn": "no"}


def test_the_reasoning_is_prose_with_the_articles_of_the_day(law: Law) -> None:
    today = law.on(date(2026, 3, 16))
    course = follow("search=some ground=internal weighing=withhold extent=some")
    lines = tell_stages(course, today)
    assert [line.partition("：")[0] for line in lines] == ["补不补", "是不是", "谁负责", "有没有", "给不给"]
    assert lines[2].startswith("谁负责：所申请的信息属于本机关的职责范围，由本机关负责答复（条例第十条）。")
    assert tell_conclusion(course, today) == (
        f"综上，依照{today.outcome('reply-partial').cite()}的规定，拟按“部分公开”办理，"
        "其余部分按“政府信息不存在”分别答复，出具政府信息公开申请答复书。"
    )
    assert tell_reasoning(course).startswith("申请人没有撤回申请。申请的内容明确，")
    assert tell_conclusion(follow("withdrawn=yes"), today) == (
        "综上，拟按“撤回申请”办理，出具政府信息公开申请办理终止告知书。"
    )
    assert tell_conclusion(follow("correction=unclear"), today).endswith("应当先办理：告知申请人补正。")


def test_what_the_case_knows_stands_in_the_reasoning(law: Law) -> None:
    known = {"corrected": Known(gives="yes", told="2026年3月10日收到补正")}
    course = JUDGEMENT.follow({"withdrawn": "no", "correction": "asked"}, known=known)
    assert "申请人提交了补正材料（2026年3月10日收到补正）。" in tell_stages(course, law.on(date(2026, 3, 16)))[0]
