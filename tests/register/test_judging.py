"""What a case knows of its judgement, how a recorded judgement is told, and how the next one goes on."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest

from gipdocs.access.actors import HERE
from gipdocs.errors import InvalidInput
from gipdocs.law.judgement import load_judgement
from gipdocs.register import drafts, reading
from gipdocs.register.history import CaseEvent, History
from gipdocs.register.judging import CODES, EARLIER, FACTS, earlier_cases, facts, tell_judgement
from gipdocs.register.recording import record_event
from gipdocs.register.register import Register
from gipdocs.register.standing import stand
from gipdocs.service import Service
from tests.register.making import event
from tests.register.test_steps import IN_HAND, steps_of

JUDGEMENT = load_judgement()
ASKED = event("correction_asked", "2026-03-05", received=date(2026, 3, 6))
REASONS = event("reasons_asked", "2026-03-05", received=date(2026, 3, 6))
FEE = event("fee_asked", "2026-03-05", received=date(2026, 3, 6))
DELAYED = event("delayed", "2026-03-10", until=date(2026, 5, 15))


def consulted(ref: int, whom: str = "third_party", delivered: bool = True) -> tuple[CaseEvent, ...]:
    sent = event("consulted", "2026-03-09", ref=ref, whom=whom)
    return (sent, event("delivered", "2026-03-10", ref=ref)) if delivered else (sent,)


def opinion(ref: int, **stance: str) -> CaseEvent:
    return event("opinion", "2026-03-20", ref=ref, **stance)


def known(service: Service, today: str, *happened: CaseEvent) -> dict[str, tuple[str, str]]:
    office, history = service.office(date.fromisoformat(today)), History((*IN_HAND, *happened))
    return {key: (one.gives, one.told) for key, one in facts(history, stand(history.events, office), office).items()}


@pytest.mark.parametrize(
    ("today", "happened", "fact", "code", "told"),
    [
        ("2026-03-10", (), "withdrawn", "no", ""),
        ("2026-03-10", (event("withdrawn", "2026-03-09"),), "withdrawn", "yes", "2026年3月9日申请人撤回申请"),
        ("2026-03-10", (), "correction", "", "没有告知补正的记录；需要补正的，最迟在2026年3月12日告知"),
        ("2026-03-13", (), "correction", "", "没有告知补正的记录；需要补正的，最迟在2026年3月12日告知，这一期限已过"),
        ("2026-03-10", (ASKED,), "correction", "asked", "2026年3月5日告知补正"),
        ("2026-03-10", (ASKED,), "corrected", "waiting", "2026年3月5日告知补正，期限至2026年3月27日"),
        ("2026-04-10", (ASKED,), "corrected", "overdue", "2026年3月5日告知补正，期限至2026年3月27日，已经届满"),
        (
            "2026-04-10",
            (ASKED, event("corrected", "2026-03-10")),
            "corrected",
            "yes",
            "2026年3月5日告知补正，2026年3月10日收到补正",
        ),
        (
            "2026-04-10",
            (event("correction_asked", "2026-03-05"),),
            "corrected",
            "",
            "2026年3月5日告知补正，期限的最后一日还不能确定",
        ),
        ("2026-03-10", (REASONS,), "excessive", "reasons_asked", "2026年3月5日要求说明理由"),
        ("2026-03-10", (REASONS,), "reasons", "waiting", "2026年3月5日要求说明理由，期限至2026年3月27日"),
        ("2026-04-10", (REASONS,), "reasons", "", "2026年3月5日要求说明理由，期限至2026年3月27日，已经届满"),
        ("2026-03-10", (REASONS, DELAYED), "reasons", "delayed", "2026年3月10日延迟答复"),
        ("2026-03-10", (FEE,), "excessive", "fee_asked", "2026年3月5日发出收费通知"),
        (
            "2026-03-10",
            (FEE, event("paid", "2026-03-09")),
            "fee",
            "paid",
            "2026年3月5日发出收费通知，2026年3月9日缴费完成",
        ),
        ("2026-04-30", (FEE,), "fee", "overdue", "2026年3月5日发出收费通知，期限至2026年4月3日，已经届满"),
        ("2026-03-10", (), "third_party", "", "没有征求第三方意见的记录"),
        (
            "2026-03-12",
            consulted(1, delivered=False),
            "third_party",
            "waiting",
            "2026年3月9日征求意见（第三方），还没有登记对方收到之日",
        ),
        (
            "2026-03-12",
            consulted(1),
            "third_party",
            "waiting",
            "2026年3月9日征求意见（第三方），期限至2026年3月31日",
        ),
        (
            "2026-04-10",
            consulted(1),
            "third_party",
            "silent",
            "2026年3月9日征求意见（第三方），提出意见的期限已于2026年3月31日届满，没有收到意见",
        ),
        (
            "2026-03-23",
            (*consulted(1), opinion(1, stance="objects")),
            "third_party",
            "objects",
            "2026年3月9日征求意见（第三方），2026年3月20日收到意见：不同意公开",
        ),
        (
            "2026-03-23",
            (*consulted(1, "agency"), opinion(1, stance="agrees")),
            "partner",
            "agrees",
            "2026年3月9日征求意见（其他行政机关），2026年3月20日收到意见：同意公开",
        ),
    ],
    ids=lambda value: value if isinstance(value, str) and len(value) < 20 else "",
)
def test_the_records_of_a_case_answer(
    service: Service, today: str, happened: tuple[CaseEvent, ...], fact: str, code: str, told: str
) -> None:
    assert known(service, today, *happened)[fact] == (code, told)


@pytest.mark.parametrize(
    ("stances", "code"),
    [
        (["agrees", "agrees"], "agrees"),
        (["agrees", "objects"], "partly"),
        (["objects", None], "waiting"),
        (["agrees", ""], ""),
        (["objects", ""], "partly"),
    ],
    ids=str,
)
def test_the_opinions_of_several_third_parties_make_one_answer(
    service: Service, stances: list[str | None], code: str
) -> None:
    happened: list[CaseEvent] = []
    for ref, stance in enumerate(stances, 1):
        happened += consulted(ref)
        if stance is not None:
            happened.append(opinion(ref, **({"stance": stance} if stance else {})))
    assert known(service, "2026-03-23", *happened)["third_party"][0] == code


def test_whoever_says_nothing_doesnt_outweigh_an_objection_and_leaves_an_agreement_to_the_office(
    service: Service,
) -> None:
    objects = (*consulted(1), opinion(1, stance="objects"), *consulted(2))
    agrees = (*consulted(1), opinion(1, stance="agrees"), *consulted(2))
    assert known(service, "2026-04-10", *objects)["third_party"][0] == "objects"
    assert known(service, "2026-04-10", *agrees)["third_party"][0] == "silent"


def test_a_consultation_that_came_back_is_no_silence_and_no_opinion(service: Service) -> None:
    returned = event("undelivered", "2026-03-16", ref=1)
    for whom, fact, code in (("third_party", "third_party", "returned"), ("agency", "partner", "")):
        found = known(service, "2026-04-10", *consulted(1, whom, delivered=False), returned)
        assert found[fact][0] == code and "退回" in found[fact][1]
    untold = known(service, "2026-04-10", *consulted(1), opinion(1))["third_party"]
    assert untold[0] == "" and "没有记录是否同意" in untold[1]


def test_every_fact_of_the_law_is_known_here_and_every_code_of_it_is_said_by_some_case() -> None:
    asked = {
        one.fact: {code for answer in one.answers.values() for code in answer.when}
        for one in JUDGEMENT.inquiries.values()
    }
    del asked[""]
    assert set(asked) == {*FACTS, EARLIER} == set(CODES)
    for fact, codes in asked.items():
        assert codes == CODES[fact], fact


def test_earlier_cases_are_shown_and_decide_nothing() -> None:
    assert earlier_cases([]) == {}
    (shown,) = earlier_cases(["2026-0001", "2026-0003"]).values()
    assert shown.gives == "" and shown.told == "同一申请人还有内容相近的案件：2026-0001、2026-0003，请核对"


PATH = ["withdrawn.no", "correction.clear", "kind.petition"]


@pytest.mark.slow
def test_a_judgement_is_kept_in_codes_and_told_in_the_review_form(
    register: Register, opened: Callable[..., str]
) -> None:
    number = opened()
    before = drafts.prefilled(register, number, "review-form", by=HERE)
    assert "reasoning" not in before and "outcome" not in before
    facts = {"outcome": "reply-petition", "path": PATH}
    record_event(register, number, "judged", {"day": "2026-03-10", "facts": facts, "note": "电话核实过"}, by=HERE)
    filled = drafts.prefilled(register, number, "review-form", by=HERE)
    assert filled["outcome"] == "reply-petition"
    assert filled["reasoning"] == (
        "补不补：申请人没有撤回申请。申请的内容明确，要件齐全，无须补正（条例第二十九条第二款）。\n"
        "是不是：申请的实质是反映诉求、投诉或者举报，不是获取政府信息（条例第三十九条第一款）。"
    )
    judged = reading.read_case(register, number, by=HERE).records[-1]
    assert (judged.event.facts["path"], judged.note) == (PATH, "电话核实过")
    assert tell_judgement(History([judged.event]), stand([], register.office()), register.office()) != ""


@pytest.mark.slow
@pytest.mark.parametrize(
    ("facts", "pointer"),
    [
        ({}, "/facts/outcome"),
        ({"outcome": "reply-unknown"}, "/facts/outcome"),
        ({"path": ["张三不同意"]}, "/facts/path/0"),
        ({"path": ["withdrawn.no"] * 61}, "/facts/path"),
    ],
    ids=["nothing", "no outcome of the law", "free text", "too many"],
)
def test_a_judgement_says_something_and_nothing_in_words(
    register: Register, opened: Callable[..., str], facts: dict[str, object], pointer: str
) -> None:
    number = opened()
    with pytest.raises(InvalidInput) as refused:
        record_event(register, number, "judged", {"day": "2026-03-10", "facts": facts}, by=HERE)
    assert [fault.pointer for fault in refused.value.faults] == [pointer]


def test_answers_that_no_longer_exist_are_passed_over(service: Service) -> None:
    office = service.office(date(2026, 3, 10))
    history = History((*IN_HAND, event("judged", "2026-03-10", path=["gone.yes", *PATH])))
    told = tell_judgement(history, stand(history.events, office), office)
    assert told.startswith("补不补：申请人没有撤回申请。")


def test_the_letter_of_the_judged_outcome_comes_first(service: Service) -> None:
    judged = event("judged", "2026-03-10", outcome="reply-petition")
    first = steps_of(service, "2026-03-10", *IN_HAND, judged).first[0]
    assert (first.kind, first.document, first.label) == ("answered", "reply-petition", "写答复：信访、投诉、举报")
    assert first.why.startswith("研判的结论是“信访、投诉、举报”。答复期限：")


def test_a_judgement_without_an_outcome_is_offered_again(service: Service) -> None:
    judged = event("judged", "2026-03-13", path=["withdrawn.no", "correction.unclear"])
    steps = {step.kind: step for step in steps_of(service, "2026-03-13", *IN_HAND, judged).first}
    assert steps["judged"].why == "上次研判还没有结论，请接着研判。"
    assert len(steps["answered"].documents) == 28
