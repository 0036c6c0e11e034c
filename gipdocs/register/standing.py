"""Where a case stands: a pure function of its events, the law and the day."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from gipdocs.errors import InvalidInput
from gipdocs.law import Office
from gipdocs.law.calendar import UnknownDay
from gipdocs.law.deadline import Deadline
from gipdocs.law.deadlines import reckon_answers
from gipdocs.law.outcomes import WITHDRAWN
from gipdocs.law.report_row import report_row
from gipdocs.register.history import CaseEvent, History

STATES = {
    "received": "待登记",
    "in_hand": "办理中",
    "awaiting_correction": "等待补正",
    "awaiting_reasons": "等待说明理由",
    "awaiting_payment": "等待缴费",
    "consulting": "征求意见",
    "to_serve": "待送达",
    "closed": "已办结",
    "redo": "重新办理",
}
CONSULTATION_CLOCKS = {"third_party": "third_party", "agency": "agency_consultation"}
CHALLENGE_CLOCKS = {
    "reconsideration": "reconsideration_answer",
    "suit_direct": "suit_answer",
    "suit_after": "suit_answer",
}
NO_TERM = "申请人没有补正或者缴费，答复期限没有起算，请及时送达。"
UNKNOWN_RECEIPT = "还没有记录申请人收到文书之日，期限自收到之日起计算；请更正那条记录，补上这一日。"


@dataclass(frozen=True, kw_only=True)
class DueDay:
    """Something that must happen, or that is waited for, by a day; None while the day can't be known, and `why` says so.

    `deadline` shows how the day was counted, if the law counts it. `ref` says which consultation or challenge it is about.
    """

    what: str
    day: date | None
    deadline: Deadline | None = None
    ref: int | None = None
    why: str = ""


DUE = {
    "answer": "答复申请",
    "serve": "送达答复",
    "correction": "收到补正",
    "reasons": "收到说明的理由",
    "payment": "收到缴费",
    "opinion": "收到意见",
    "defence": "提交复议答复、诉讼答辩",
    "redo": "重新答复",
}
"""What can be due, for readers."""


@dataclass(frozen=True, kw_only=True)
class Standing:
    """Everything that follows from a case's events.

    `clock` is the block `clock` of letters. `answer` is the deadline of the answer, `correction_notice` that for asking for
    a correction; None if there is no such clock (yet). `due` are the days that run now, the most urgent first. `row` is
    the row of table three of the annual report, a path as in `Outcome.row`; empty while the case is open.
    """

    state: str
    clock: Mapping[str, Any]
    answer: Deadline | None
    correction_notice: Deadline | None
    due: tuple[DueDay, ...]
    received_on: date | None
    answer_by: date | None
    closed_on: date | None
    outcome: str
    row: tuple[str, ...]

    @property
    def late(self) -> bool:
        """Whether the answer went out after the last day."""
        return bool(self.answer_by and self.closed_on and self.closed_on > self.answer_by)


def stand(events: Iterable[CaseEvent], office: Office) -> Standing:
    """The standing of a case by the law and the profile of an office."""
    history = History(events)
    clock = derive_clock(history)
    answer = _deadline("answer", clock, office) if "received" in clock else None
    closed, outcome = find_closing(history, office), find_outcome(history, office)
    delay = until_service(history).last("delayed")
    paused = bool(answer and _is_paused(history, answer))
    answer_by = delay.facts["until"] if delay else answer.last_day if answer and not paused else None
    state = _state(history, closed)
    return Standing(
        state=state,
        clock=clock,
        answer=answer,
        correction_notice=_correction_notice(history, clock, office),
        due=tuple(sorted(_due(history, state, answer_by, answer, office), key=_urgency)),
        received_on=answer.received if answer else clock.get("received"),
        answer_by=answer_by,
        closed_on=closed,
        outcome=outcome if closed else "",
        row=_row(history, outcome, office) if closed and outcome else (),
    )


def _is_paused(history: History, answer: Deadline) -> bool:
    """Whether no term of the answer runs, since the applicant was asked in time for a correction or a fee.

    The term is counted from the correction, or from the payment (条例第三十条、国办函〔2020〕109号第六条); an answer that
    is given for want of them has none.
    """
    answered = history.first("answered")
    course = history.until(answered.day) if answered else history
    asked = [course.is_waiting("correction_asked", "corrected"), course.is_waiting("fee_asked", "paid")]
    return any(one and (answer.last_day is None or one.day <= answer.last_day) for one in asked)


def derive_clock(history: History) -> dict[str, Any]:
    """The block `clock` as letters ask it; a question without an answer is absent.

    What happens after the answer was served, when the case is handled anew, has no part in it.
    """
    received, served, course = history.first("received"), find_service(history), until_service(history)
    clock: dict[str, Any] = {"channel": received.facts["channel"], "received": received.day} if received else {}
    for key in ("confirmed", "corrected", "paid"):
        if event := course.last(key):
            clock[key] = event.day
    if rows := [_consultation(history, event) for event in course.of("consulted")]:
        clock["consultations"] = rows
    since = max((clock[key] for key in ("corrected", "paid") if key in clock), default=date.min)
    if days := sum(event.facts["working_days"] for event in course.of("extended") if event.day >= since):
        clock["extension"] = days
    if served:
        clock["posted"] = served.day
    return clock


def find_service(history: History) -> CaseEvent | None:
    """The event by which the answer was served for the first time."""
    answered = history.first("answered")
    return next((one for one in history.of("posted") if answered and one.day >= answered.day), None)


def until_service(history: History) -> History:
    """The course of the application itself, without what happens after its answer was served."""
    served = find_service(history)
    return history.until(served.day) if served else history


def _consultation(history: History, consulted: CaseEvent) -> dict[str, date]:
    ref = consulted.facts["ref"]
    days = {"delivered": "delivered", "answered": "opinion", "returned": "undelivered"}
    found = {key: history.about(kind, ref) for key, kind in days.items()}
    return {"sent": consulted.day} | {key: event.day for key, event in found.items() if event}


def find_closing(history: History, office: Office) -> date | None:
    """The day on which the case was closed: of withdrawal, or of service, or of the answer if the office counts so."""
    if withdrawn := history.first("withdrawn"):
        return withdrawn.day
    answered = history.first("answered")
    if answered and office.profile.register.closes == "dated":
        return answered.day
    served = find_service(history)
    return served.day if served else None


def find_outcome(history: History, office: Office) -> str:
    """The outcome, by document id, that counts; "" while there is none.

    An answer given anew within the year of closing replaces the first one, a later one changes no report.
    """
    if history.first("withdrawn"):
        return WITHDRAWN
    closed = find_closing(history, office)
    again = [one for one in history.of("reanswered") if closed and one.day.year == closed.year]
    last = again[-1] if again else history.first("answered")
    return str(last.facts["outcome"]) if last else ""


def _row(history: History, outcome: str, office: Office) -> tuple[str, ...]:
    found = [one for one in history.of("answered", "reanswered") if one.facts["outcome"] == outcome]
    event = found[-1] if found else history.events[-1]
    law = office.law.on(event.day)
    return report_row([outcome, *event.facts.get("items", [])], law=law, recorded=outcome)


def _state(history: History, closed: date | None) -> str:
    if closed:
        return "redo" if _unmet_order(history) else "closed"
    if history.first("answered"):
        return "to_serve"
    waits = (
        ("awaiting_correction", "correction_asked", "corrected"),
        ("awaiting_payment", "fee_asked", "paid"),
        ("awaiting_reasons", "reasons_asked", "reasons_given"),
    )
    for state, asked, given in waits:
        if history.is_waiting(asked, given) and not history.first("delayed"):
            return state
    if any(_is_open(row) for row in derive_clock(history).get("consultations", [])):
        return "consulting"
    return "in_hand" if history.first("registered") else "received"


def _is_open(row: Mapping[str, date]) -> bool:
    return not {"answered", "returned"} & set(row)


def _correction_notice(history: History, clock: Mapping[str, Any], office: Office) -> Deadline | None:
    if "received" not in clock or history.of("correction_asked", "answered", "withdrawn"):
        return None
    facts = {key: clock[key] for key in ("channel", "received", "confirmed") if key in clock}
    return _deadline("correction_notice", facts, office)


def _due(
    history: History, state: str, answer_by: date | None, answer: Deadline | None, office: Office
) -> Iterator[DueDay]:
    if state == "awaiting_correction" and (asked := history.last("correction_asked")):
        yield _period_due("correction", asked, office)
    elif state == "awaiting_payment" and (asked := history.last("fee_asked")):
        yield _received_due("payment", "fee_payment", asked.facts.get("received"), office)
    elif state == "to_serve":
        why = "" if answer_by else (answer and answer.reason) or NO_TERM
        yield DueDay(what="serve", day=answer_by, deadline=answer, why=why)
    elif state == "redo":
        yield from _opinions_due(history, office, since=find_closing(history, office))
    elif state != "closed":
        if state == "awaiting_reasons" and (asked := history.last("reasons_asked")):
            yield _period_due("reasons", asked, office)
        yield from _opinions_due(history, office)
        yield DueDay(what="answer", day=answer_by, deadline=answer, why=answer.reason if answer else "")
    yield from _challenges_due(history, office)
    if order := _unmet_order(history):
        facts = {key: order.facts[key] for key in ("ordered", "ordered_unit") if key in order.facts}
        by = "decision" if _challenge_kind(history, order) == "reconsideration" else "judgment"
        deadline = _deadline("redo", {"received": order.day, "by": by, **facts}, office)
        yield _counted("redo", deadline, order.facts["ref"])


def _opinions_due(history: History, office: Office, since: date | None = None) -> Iterator[DueDay]:
    for consulted in history.of("consulted"):
        row = _consultation(history, consulted)
        if _is_open(row) and not (since and consulted.day <= since):
            clock = CONSULTATION_CLOCKS[consulted.facts["whom"]]
            yield _received_due("opinion", clock, row.get("delivered"), office, ref=consulted.facts["ref"])


def _challenges_due(history: History, office: Office) -> Iterator[DueDay]:
    for event in history.of("challenged"):
        ref, kind = event.facts["ref"], CHALLENGE_CLOCKS[event.facts["kind"]]
        if history.about("defended", ref) or history.about("decided", ref):
            continue
        procedure = {"procedure": event.facts.get("procedure", "ordinary")} if kind == "reconsideration_answer" else {}
        yield _counted("defence", _deadline(kind, {"received": event.day, **procedure}, office), ref)


def _challenge_kind(history: History, decided: CaseEvent) -> str:
    event = history.about("challenged", decided.facts["ref"])
    return str(event.facts["kind"]) if event else ""


def _unmet_order(history: History) -> CaseEvent | None:
    """The last order to answer, or to answer anew, that nothing has met since."""
    orders = _orders(history)
    met = history.last("answered", "reanswered", "withdrawn")
    return orders[-1] if orders and not (met and met.day >= orders[-1].day) else None


def _orders(history: History) -> list[CaseEvent]:
    return [event for event in history.of("decided") if event.facts.get("orders") == "redo"]


def is_redoing(history: History, day: date) -> bool:
    """Whether a case that was closed is handled anew on a day: after the order, until the day of the new answer."""
    orders = _orders(history.until(day))
    answers = history.of("answered", "reanswered")
    return bool(orders) and not any(orders[-1].day <= answer.day < day for answer in answers)


def _period_due(what: str, asked: CaseEvent, office: Office) -> DueDay:
    """The end of a period that the letter set, by default as long as the profile says."""
    received = asked.facts.get("received")
    if received is None:
        return DueDay(what=what, day=None, why=UNKNOWN_RECEIPT)
    period = asked.facts.get("period", office.profile.settings.correction_working_days)
    try:
        return DueDay(what=what, day=office.law.calendar.add(received, period))
    except UnknownDay:
        return DueDay(what=what, day=None, why="这一期间的放假安排还没有公布，最后一日待定。")


def _received_due(what: str, kind: str, received: date | None, office: Office, ref: int | None = None) -> DueDay:
    if received is None:
        why = "还没有记录对方收到文书之日，期限自收到之日起计算。" if ref else UNKNOWN_RECEIPT
        return DueDay(what=what, day=None, ref=ref, why=why)
    return _counted(what, _deadline(kind, {"received": received}, office), ref)


def _counted(what: str, deadline: Deadline | None, ref: int | None) -> DueDay:
    day, why = (deadline.last_day, deadline.reason) if deadline else (None, "")
    return DueDay(what=what, day=day, deadline=deadline, ref=ref, why=why)


def _deadline(kind: str, facts: Mapping[str, Any], office: Office) -> Deadline | None:
    """The deadline; None if the facts contradict a law that has changed since they were recorded."""
    try:
        return reckon_answers(kind, facts, office.law)
    except InvalidInput:
        return None


def _urgency(due: DueDay) -> tuple[bool, date]:
    return due.day is None, due.day or date.max
