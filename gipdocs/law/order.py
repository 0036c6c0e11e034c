"""Contradictions between the dates of a case: an answer before its request, a correction before its application."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from gipdocs.errors import Fault
from gipdocs.law.acts import Article, cite
from gipdocs.law.clock import FIRST_REPORT, KINDS, LAST_REPORT
from gipdocs.law.facts import Consultation, Facts
from gipdocs.law.limits import CountingRule, Limit, not_yet
from gipdocs.law.redo import order_key
from gipdocs.law.rules import Law
from gipdocs.questions import Choice
from gipdocs.writing import chinese_date


def limit_key(facts: Facts, law: Law) -> str:
    """Which limit of the law's data the facts are about."""
    if facts.kind == "suit":
        return f"suit_{facts.after}"
    if facts.kind == "reconsideration_answer":
        return f"reconsideration_answer_{facts.procedure}"
    if facts.kind == "annual_report":
        rows = law.agencies.get(facts.agency_kind or "")
        return f"annual_report_{rows[-1].report if rows else facts.agency_kind}"
    return facts.kind


def find_contradictions(facts: Facts, law: Law) -> list[Fault]:
    """Every contradiction between the facts, each with its JSON pointer and a sentence that names the article."""
    if facts.kind == "annual_report":
        return [*_report_faults(facts, law)]
    if facts.received is None:
        return [Fault("/received", "required", f"请填写{KINDS[facts.kind].received}，例如2026-03-02。")]
    if fault := _missing_fault(facts):
        return [fault]
    faults = [*_start_faults(facts, facts.received, law)]
    return faults or [*_day_faults(facts, facts.received, law)]


def _missing_fault(facts: Facts) -> Fault | None:
    """The fault of facts that lack the choice which decides their term."""
    for name, question in KINDS[facts.kind].questions.items():
        if isinstance(question, Choice) and question.required and getattr(facts, name) not in question.options:
            return Fault(f"/{name}", "required", str(question.error_messages["required"]))
    return None


def _start_faults(facts: Facts, received: date, law: Law) -> Iterator[Fault]:
    """Faults for days earlier than the rule that gives them their effect."""
    starts = facts.starts or received
    if not _articles(facts, starts, law):
        yield Fault("/received", "before-law", not_yet(_first(facts, law)))
    restarts = (("corrected", "correction_restart", "收到补正"), ("paid", "payment_restart", "缴费完成"))
    for name, rule, label in restarts:
        day = getattr(facts, name)
        if day and not law.counting(rule, day):
            first_rule = law.counting_rules[rule][0]
            detail = (
                f"{label}后期限重新计算的规定自{chinese_date(first_rule.since)}起施行（{cite(first_rule.articles)}），"
                f"请核对{label}日期。"
            )
            yield Fault(f"/{name}", "before-law", detail)


def _day_faults(facts: Facts, received: date, law: Law) -> Iterator[Fault]:
    receipt, starts = facts.receipt or received, facts.starts or received
    rule = _articles(facts, starts, law)
    if facts.confirmed and facts.confirmed < received:
        yield _early("confirmed", "与申请人确认日期", "收到日期", law.counting("receipt_online", starts) or rule)
    if facts.corrected and facts.corrected < receipt:
        yield _early("corrected", "收到补正日期", "收到申请之日", law.counting("correction_restart", starts))
    if facts.paid and facts.paid < receipt:
        yield _early("paid", "缴费完成日期", "收到申请之日", law.counting("payment_restart", starts))
    for index, one in enumerate(facts.consultations):
        yield from _consultation_faults(
            f"consultations/{index}", one, received, law.counting("consultation_excluded", starts)
        )
    if facts.posted and facts.posted < starts:
        yield _early("posted", KINDS[facts.kind].posted, _start_name(facts), rule)
    yield from _extension_faults(facts, starts, law)


def _extension_faults(facts: Facts, starts: date, law: Law) -> Iterator[Fault]:
    limit = law.limit_or_none("extension", starts)
    if facts.kind == "answer" and limit and not 0 <= facts.extension <= limit.length:
        detail = f"延长答复的期限不得超过{limit.text}（{cite(limit.articles)}），请填0至{limit.length}之间的整数。"
        yield Fault("/extension", "range", detail)


def _consultation_faults(pointer: str, one: Consultation, received: date, rule: tuple[Article, ...]) -> Iterator[Fault]:
    if one.sent < received:
        yield _early(f"{pointer}/sent", "征求意见书发出日期", "收到申请的日期", rule)
    if one.delivered and one.delivered < one.sent:
        yield _early(f"{pointer}/delivered", "对方收到征求意见书的日期", "发出日期", rule)
    sent = max(one.sent, one.delivered or one.sent)
    if one.answered and one.answered < sent:
        yield _early(f"{pointer}/answered", "收到意见的日期", "征求意见书发出、对方收到的日期", rule)
    if one.returned and one.returned < one.sent:
        yield _early(f"{pointer}/returned", "征求意见书退回的日期", "发出日期", rule)
    if one.returned and (one.delivered or one.answered):
        detail = (
            "征求意见书退回的，不能同时填写对方收到日期或者收到意见日期；退回后改用其他方式征求的，请另填一次征求意见。"
        )
        yield Fault(f"/{pointer}/returned", "mismatch", detail)


def _report_faults(facts: Facts, law: Law) -> Iterator[Fault]:
    articles = cite(law.limits["annual_report_department"][-1].articles)
    if facts.year is None or not FIRST_REPORT <= facts.year <= LAST_REPORT:
        detail = f"报告年度应当在{FIRST_REPORT}年至{LAST_REPORT}年之间，请核对。"
        yield Fault("/year", "range", detail)
    elif facts.posted and facts.posted <= date(facts.year, 12, 31):
        detail = f"年度报告公布的是上一年度的工作，公布之日不能早于{facts.year + 1}年1月1日（{articles}）。"
        yield Fault("/posted", "order", detail)
    if facts.agency_kind not in law.agencies and facts.agency_kind not in ("department", "government"):
        yield Fault("/agency_kind", "required", "请写明“机关类别”：政府部门（department）或者政府（government）。")


def _early(name: str, what: str, than: str, articles: tuple[Article, ...]) -> Fault:
    basis = f"（{cite(articles)}）" if articles else ""
    return Fault(f"/{name}", "order", f"{what}不能早于{than}{basis}，请核对。")


def _start_name(facts: Facts) -> str:
    if facts.kind == "answer" and facts.starts == facts.paid:
        return "缴费完成之日"
    if facts.kind == "answer" and facts.starts == facts.corrected:
        return "收到补正之日"
    return KINDS[facts.kind].received


def _first(facts: Facts, law: Law) -> Limit | CountingRule:
    """The earliest known rule that sets the term."""
    return law.counting_rules[order_key(facts)][0] if facts.kind == "redo" else law.limits[limit_key(facts, law)][0]


def _articles(facts: Facts, starts: date, law: Law) -> tuple[Article, ...]:
    if facts.kind == "redo":
        return law.counting(order_key(facts), starts)
    limit = law.limit_or_none(limit_key(facts, law), starts)
    return limit.articles if limit else ()
