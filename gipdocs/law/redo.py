"""The term for answering anew after a decision or a judgment: the one that it orders, or that of the law if there is one."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from gipdocs.law.acts import cite
from gipdocs.law.clock import ORDERED_BY
from gipdocs.law.counting import NOT_FIRST, Count, Step
from gipdocs.law.facts import Facts
from gipdocs.law.limits import Limit
from gipdocs.law.rules import Law

BEGAN = {"decision": "收到行政复议决定书之日", "judgment": "判决生效之日"}
REST_DAYS = {"decision": "rest_day_reconsideration", "judgment": "rest_day_suit"}
AUTHORS = {"decision": "行政复议机关", "judgment": "人民法院"}
UNSET = "没有写明期限"


def order_key(facts: Facts) -> str:
    """The counting rule under which a decision or a judgment may set the term, and the agency must keep it."""
    return f"ordered_by_{facts.by}"


def redo_limit(facts: Facts, law: Law, starts: date) -> Limit:
    """The ordered term, or that of the law; of length 0 if neither sets one."""
    by_law = law.limit_or_none("redo_judgment", starts) if facts.by == "judgment" else None
    if by_law and not facts.ordered:
        return by_law
    return Limit(
        key="redo",
        label=law.counting_rules[order_key(facts)][0].label,
        unit=facts.ordered_unit,
        since=starts,
        articles=law.counting(order_key(facts), starts),
        length=facts.ordered,
    )


def unset_count(facts: Facts, starts: date) -> Count:
    """The count of a term that nothing sets: pending from the first day on, with the reason."""
    reason = (
        f"{ORDERED_BY[facts.by]}没有写明重新答复的期限，法律也没有规定，不作推算。"
        f"请核对主文，确实没有写明的，向{AUTHORS[facts.by]}核实，并尽快答复。"
    )
    step = Step(date=starts, counted=False, reason=f"{BEGAN[facts.by]}，{NOT_FIRST}")
    return Count(steps=(step,), floor=starts, reason=reason)


def redo_notes(facts: Facts, limit: Limit) -> Iterator[str]:
    """What the clerk should check about a term that the law sets."""
    if limit.length and not facts.ordered:
        yield (
            f"没有填写判决书写明的期限，按判决公开政府信息的法定期限（{cite(limit.articles)}）计算；"
            "判决书写明期限的，以判决书为准。判决没有责令公开、只责令重新答复而又没有写明期限的，请向人民法院核实。"
        )
