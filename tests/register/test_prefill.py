"""Every document is filled in from a case, and what is issued tells the case what happened."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from gipdocs.documents.build import examine, fill, origin
from gipdocs.documents.registry import Registry, find
from gipdocs.law import Office
from gipdocs.letters.again import AgainQuestions
from gipdocs.letters.told import ToldQuestions
from gipdocs.questions import load
from gipdocs.questions.merging import merge
from gipdocs.register.events import KINDS
from gipdocs.register.history import CaseEvent, History
from gipdocs.register.names import NAMES
from gipdocs.register.prefill import IssuedLetter, event_of, prefill
from gipdocs.settings import PROJECT
from tests.documents.makers import plugin, source

from .made_up import APPLICATION, COURSE, IDENTITY, Case, case_on

DOCUMENTS = {id: entry.document for id, entry in find([PROJECT / "plugins"]).items()}
WITH_EVENT = [id for id, document in DOCUMENTS.items() if document.event]
ANSWERED = ("answered", "posted")
CONSULTED = ("consulted", "delivered", "opinion")


@dataclass(frozen=True, kw_only=True)
class Moment:
    """When a document is written: what had happened by then, its date, and what its clerk has to type besides the sample."""

    day: str = "05-08"
    dated: str = "05-08"
    without: tuple[str, ...] = ANSWERED
    typed: Mapping[str, Any] = field(default_factory=dict)


AT_RECEIPT = Moment(day="03-03", dated="03-03")
TO_AGENCIES = Moment(day="03-10", dated="03-10")
MOMENTS = {
    "receipt": AT_RECEIPT,
    "receipt-confirmation": AT_RECEIPT,
    "registration": AT_RECEIPT,
    "transfer-note": AT_RECEIPT,
    "oral-application": AT_RECEIPT,
    "correction-notice": Moment(day="03-04", dated="03-05"),
    "reason-notice": Moment(day="03-10", dated="03-11", typed={"since": "2026-01-01", "until": "2026-03-10"}),
    "fee-notice": Moment(day="03-13", dated="03-16"),
    "third-party-consultation": Moment(day="03-18", dated="03-20"),
    "agency-consultation": TO_AGENCIES,
    "assistance-request": TO_AGENCIES,
    "determination-request": TO_AGENCIES,
    "consultation-notice": Moment(day="03-20", dated="03-20", typed={"agencies": ""}),
    "extension-notice": Moment(day="03-31", dated="04-01"),
    "delay-notice": Moment(day="03-13", dated="03-16"),
    "reply-uncorrected": Moment(
        without=("corrected", "reasons_asked", "reasons_given", "fee_asked", "paid", *CONSULTED, "extended", *ANSWERED)
    ),
    "reply-unpaid": Moment(without=("paid", *CONSULTED, "extended", *ANSWERED)),
    "service-receipt": Moment(
        without=(),
        typed={"papers": [{"title": "政府信息公开申请答复书", "number": "聊事公开〔2026〕6号", "copies": 1}]},
    ),
    "file-index": Moment(dated="06-01", without=(), typed={"papers": [{"title": "政府信息公开申请表", "first": 1}]}),
    "self-correction-notice": Moment(dated="05-20", without=(), typed={"answer_by": "2026-06-12"}),
    "publication-suggestion-reply": Moment(
        dated="05-20", without=(), typed={"suggested_on": "2026-05-12", "publish_by": "2026-06-30"}
    ),
    "reconsideration-answer": Moment(day="06-01", dated="06-08", without=()),
    "evidence-list": Moment(day="06-01", dated="06-08", without=()),
    "suit-defence": Moment(day="09-01", dated="09-08", without=()),
    "supervision-notice": Moment(dated="03-27"),
    "report-return": Moment(dated="01-16"),
}
"""When to write each document; one that isn't listed is written on the day of the answer."""


@dataclass(frozen=True, kw_only=True)
class Written:
    """A document as its clerk gets and completes it."""

    case: Case
    prefilled: dict[str, Any]
    payload: dict[str, Any]


def write(id: str, office: Office) -> Written:
    moment = MOMENTS.get(id, Moment())
    case = case_on(moment.day, office, leave_out=moment.without)
    prefilled = prefill(DOCUMENTS[id], case.values)
    payload = merge(merge(DOCUMENTS[id].schema().sample(office), prefilled), moment.typed)
    if "date" in payload and id not in ("annual-report", "guide", "catalogue"):
        payload["date"] = f"2026-{moment.dated}"
    return Written(case=case, prefilled=prefilled, payload=payload)


@pytest.mark.parametrize("id", DOCUMENTS)
def test_what_the_case_knows_and_what_the_clerk_types_make_a_document(
    registry: Registry, office: Office, id: str
) -> None:
    written, entry = write(id, office), registry[id]
    answers, found = examine(entry, written.payload, office)
    assert [(one.code, one.pointer) for one in found if one.severity == "error"] == []
    if "docx" in DOCUMENTS[id].formats:
        assert fill(entry, answers, office, origin(entry, office))[0].text


@pytest.mark.parametrize("id", DOCUMENTS)
def test_what_is_filled_in_is_plain_and_holds_no_proof_of_identity(office: Office, id: str) -> None:
    text = json.dumps(write(id, office).prefilled, ensure_ascii=False)
    assert IDENTITY not in text
    assert json.loads(text) == write(id, office).prefilled


FORMS_OF_THE_CASE = [
    id
    for id, document in DOCUMENTS.items()
    if any(question.case in ("application", "application.name") for _, question in document.schema().walk())
]


@pytest.mark.parametrize("id", FORMS_OF_THE_CASE)
def test_a_document_about_the_application_knows_the_applicant(office: Office, id: str) -> None:
    prefilled = write(id, office).prefilled
    assert prefilled.get("application", prefilled).get("name", prefilled.get("recipient")) == APPLICATION["name"]


def known_names(id: str, prefilled: Mapping[str, Any]) -> Iterator[str]:
    for pointer, question in DOCUMENTS[id].schema().walk(prefilled):
        if question.case and pointer:
            yield question.case


@pytest.mark.parametrize("id", WITH_EVENT)
def test_what_a_document_decides_is_left_to_its_clerk(office: Office, id: str) -> None:
    case = case_on("09-30", office)
    decided = {question.case for _, question in KINDS[DOCUMENTS[id].event].facts().questions()} - {""}
    left = {*decided, "letter.number", "letter.date", "service.posted"}
    assert left.isdisjoint(known_names(id, prefill(DOCUMENTS[id], case.values)))


@pytest.mark.parametrize("id", WITH_EVENT)
def test_an_issued_document_tells_facts_that_its_event_accepts(registry: Registry, office: Office, id: str) -> None:
    written = write(id, office)
    answers, _ = examine(registry[id], written.payload, office)
    kind, facts = event_of(DOCUMENTS[id], answers, written.case.history, office)
    assert kind == DOCUMENTS[id].event
    assert json.loads(json.dumps(facts)) == facts
    load(KINDS[kind].facts, facts)


def told_by(id: str, office: Office, history: History | None = None, **typed: Any) -> tuple[str, dict[str, Any]]:
    written = write(id, office)
    answers = load(DOCUMENTS[id].schema, merge(written.payload, typed))
    return event_of(DOCUMENTS[id], answers, history or written.case.history, office)


@pytest.mark.parametrize(
    ("id", "typed", "told"),
    [
        (
            "correction-notice",
            {"period": 12, "handed_on": "2026-03-06"},
            ("correction_asked", {"period": 12, "received": "2026-03-06"}),
        ),
        ("reason-notice", {"period": 7}, ("reasons_asked", {"period": 7})),
        ("fee-notice", {"count": 35}, ("fee_asked", {"yuan": 3000})),
        ("delay-notice", {"answer_by": "2026-06-30"}, ("delayed", {"until": "2026-06-30"})),
        (
            "extension-notice",
            {"clock": {"extension": 8}, "approved_by": "周敏"},
            ("extended", {"working_days": 8, "approved_by": "周敏"}),
        ),
        ("third-party-consultation", {}, ("consulted", {"ref": 1, "whom": "third_party"})),
        ("agency-consultation", {}, ("consulted", {"ref": 1, "whom": "agency"})),
        ("reply-partial", {}, ("answered", {"outcome": "reply-partial", "items": ["reply-withheld-internal"]})),
        ("reconsideration-answer", {}, ("defended", {"ref": 1})),
        ("suit-defence", {}, ("defended", {"ref": 2})),
        ("search-record", {}, ("", {})),
    ],
    ids=lambda one: one if isinstance(one, str) else "",
)
def test_each_event_is_told_by_the_answers(office: Office, id: str, typed: dict[str, Any], told: object) -> None:
    assert told_by(id, office, **typed) == told


def test_a_second_answer_is_a_new_one_and_a_second_consultation_counts_on(office: Office) -> None:
    later = case_on("07-20", office).history
    assert told_by("reply-granted", office, later)[0] == "reanswered"
    assert told_by("agency-consultation", office, later) == ("consulted", {"ref": 2, "whom": "agency"})


def test_all_replies_of_the_law_answer(office: Office) -> None:
    answering = {id for id, document in DOCUMENTS.items() if document.event == "answered"}
    assert answering == set(office.today_law.outcomes)


def test_what_was_typed_wins_even_if_it_was_emptied() -> None:
    prefilled = {"clock": {"received": "2026-03-02", "channel": "online"}, "told": [{"what": "delay"}], "place": "甲"}
    typed = {"clock": {"received": "2026-03-01"}, "told": [], "place": ""}
    merged = {"clock": {"received": "2026-03-01", "channel": "online"}, "told": [], "place": ""}
    assert merge(prefilled, typed) == merged


def test_single_answers_come_from_the_event_that_told_them(office: Office) -> None:
    uncorrected = write("reply-uncorrected", office).prefilled
    assert uncorrected["correction_number"] == "聊事公开〔2026〕1号"
    assert (uncorrected["served_on"], uncorrected["due"]) == ("2026-03-06", "2026-03-20")
    unpaid = write("reply-unpaid", office).prefilled
    assert (unpaid["fee_number"], unpaid["received_on"], unpaid["amount"]) == (
        "聊事公开〔2026〕3号",
        "2026-03-17",
        "380.00",
    )
    answer = write("reply-granted", office).prefilled
    assert answer["told"] == [{"what": "extension", "number": "聊事公开〔2026〕5号", "date": "2026-04-01"}]
    assert answer["service"] == "mail"


def test_the_file_lists_the_letters_and_the_receipt_names_the_last(office: Office) -> None:
    case = case_on("05-08", office)
    papers = prefill(DOCUMENTS["file-index"], case.values)["papers"]
    assert [row["day"] for row in papers] == ["2026-03-05", "2026-03-11", "2026-03-16", "2026-03-20", "2026-04-01", "2026-05-08"]  # fmt: skip
    receipt = prefill(DOCUMENTS["service-receipt"], case.values)
    assert receipt["papers"] == [{"title": "政府信息公开申请答复书", "number": "聊事公开〔2026〕6号", "copies": 1}]
    assert (receipt["recipient"], receipt["place"], receipt["mail_number"]) == ("李桂芬", "解放路2号", "1098765432109")
    assert receipt["clock"]["posted"] == "2026-05-08"


def test_an_order_to_answer_anew_fills_the_new_answer_until_it_is_given(office: Office) -> None:
    again = prefill(DOCUMENTS["reply-granted"], case_on("07-20", office).values)["again"]
    assert again == {
        "what": "decision",
        "organ": "云岭县人民政府",
        "received": "2026-07-20",
        "order": "redo",
        "ordered": 20,
        "ordered_unit": "working_day",
        "earlier_paper": "reply",
        "earlier_number": "聊事公开〔2026〕6号",
        "earlier_date": "2026-05-08",
    }
    for day in ("05-08", "06-08", "08-10"):
        assert "again" not in prefill(DOCUMENTS["reply-granted"], case_on(day, office).values)


def test_what_a_case_tells_as_a_group_has_the_keys_of_the_group(office: Office) -> None:
    values = case_on("07-20", office).values
    assert set(values["again"]) <= set(AgainQuestions().fields)
    assert set(values["told"][0]) == set(ToldQuestions().fields)


def test_a_new_answer_leaves_nothing_of_how_the_first_was_served(office: Office) -> None:
    values = case_on("08-10", office, leave_out=("posted",)).values
    assert "service.mail_number" not in values
    served = case_on("08-10", office).values
    assert (served["service.way"], str(served["service.posted"])) == ("in_person", "2026-08-10")
    assert "service.mail_number" not in served


def test_a_challenge_is_known_until_it_is_decided(office: Office) -> None:
    assert case_on("06-08", office).values["challenge.proceeding"] == "reconsideration"
    decided = case_on("07-20", office).values
    assert not [name for name in decided if name.startswith("challenge.")]
    assert case_on("09-01", office).values["challenge.organ"] == "云岭县人民法院"


def test_a_second_consultation_has_the_days_of_the_first_no_longer(office: Office) -> None:
    first = case_on("03-27", office)
    events = [*first.history.events, CaseEvent(place=99, kind="consulted", day=date(2026, 3, 26), facts={"ref": 2, "whom": "agency"})]  # fmt: skip
    values = first.again(events, office)
    assert (values["consultation.whom"], str(values["consultation.sent"])) == ("agency", "2026-03-26")
    assert "consultation.opinion" not in values and "consultation.number" not in values


def test_a_repeated_application_finds_the_answer_to_the_first(office: Office) -> None:
    parent = case_on("05-08", office).values
    repeated = case_on("03-03", office, earlier=parent).values
    prefilled = prefill(DOCUMENTS["reply-repeat"], repeated)
    assert (prefilled["earlier_number"], prefilled["earlier_date"]) == ("聊事公开〔2026〕6号", "2026-05-08")
    assert "again" not in prefilled


def test_a_value_that_a_question_would_refuse_is_dropped(office: Office) -> None:
    values = {"case.department": "长" * 61, "case.number": "2026-0012"}
    assert prefill(DOCUMENTS["registration"], values) == {"application_no": "2026-0012"}


def test_every_value_has_a_name_of_the_vocabulary(office: Office) -> None:
    for day in sorted({day for day, *_ in COURSE}):
        names = set(case_on(day, office, earlier={"answer.number": "甲", "answer.dated": date(2026, 1, 5)}).values)
        kept = {name for name in names if not name.startswith("application.")}
        assert kept <= set(NAMES), day


STRANGE = """
subject = Text("事项", example="一则", case="case.title")
reference = Text("编号", example="甲1", case="case.number")
day = Date("答复日期", example="2026-05-15", required=True, case="delay.until")
sent = Rows("已发文书", SentQuestions, case="letters", in_sample=False)
"""
SENT = """
class SentQuestions(Questions):
    name = Text("文书", example="通知书", case="letter.title")
    number = Text("号", example="甲1号", case="letter.number")
"""


def test_a_strangers_document_is_filled_in_and_tells_its_event_alike(tmp_path: Path, office: Office) -> None:
    code = source(fields=STRANGE, event='"delayed"', context="{}").replace(
        "class NoteQuestions", f"{SENT}\nclass NoteQuestions"
    )
    document = find([plugin(tmp_path, code)])["small-note"].document
    case = case_on("03-05", office)
    prefilled = prefill(document, case.values)
    assert prefilled == {
        "subject": "李桂芬等申请公开2025年办公用房维修项目清单",
        "reference": "2026-0012",
        "sent": [{"name": "政府信息公开申请补正告知书", "number": "聊事公开〔2026〕1号"}],
    }
    answers = load(document.schema, merge(prefilled, {"day": "2026-05-15"}))
    assert event_of(document, answers, case.history, office) == ("delayed", {"until": "2026-05-15"})


def test_a_form_without_a_number_is_not_the_last_letter(office: Office) -> None:
    form = IssuedLetter(id=9, document="search-record", title="政府信息检索记录", dated=date(2026, 5, 8))
    case = case_on("05-08", office, more_letters=(form,))
    assert case.values["last.number"] == "聊事公开〔2026〕6号"
    assert case.values["letters"][-1]["letter.title"] == "政府信息检索记录"


@pytest.mark.parametrize("id", ["extension-notice", "reply-granted"])
def test_a_single_applicant_is_not_repeated_as_one_of_several(registry: Registry, id: str) -> None:
    application = {key: value for key, value in APPLICATION.items() if key != "others"}
    values = {"application": application, **{f"application.{key}": value for key, value in application.items()}}
    filled = prefill(registry[id].document, values)["application"]
    assert filled["name"] == "李桂芬" and "others" not in filled
