"""What a case knows that answers questions of its judgement, by the keys of the law's data; and its judgement in words."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from gipdocs.law import Office
from gipdocs.law.judgement import Known, load_judgement, tell_stages
from gipdocs.register.events import CONSULTED, KINDS, STANCES
from gipdocs.register.history import CaseEvent, History
from gipdocs.register.standing import Standing
from gipdocs.writing import chinese_date

WAITING, OVERDUE = "waiting", "overdue"
SILENT, RETURNED, UNTOLD = "silent", "returned", "untold"
"""How a consultation may end without an opinion, or with one of which nobody recorded what it says."""


@dataclass(frozen=True)
class _Case:
    """A case as the facts below look at it."""

    history: History
    standing: Standing
    office: Office

    def wait(self, asked: str, given: str, due: str, yes: str) -> Known | None:
        """Whether what was asked for has been given, is waited for or overdue; None if nothing was asked."""
        last = self.history.last(asked)
        if last is None:
            return None
        told = _tell(last)
        if self.history.is_waiting(asked, given) is None:
            return Known(gives=yes, told=f"{told}，{_tell(self.history.last(given))}")
        day = next((one.day for one in self.standing.due if one.what == due), None)
        if day is None:
            return Known(gives="", told=f"{told}，期限的最后一日还不能确定")
        late = day < self.office.today
        return Known(
            gives=OVERDUE if late else WAITING, told=f"{told}，期限至{chinese_date(day)}{'，已经届满' if late else ''}"
        )


def _tell(event: CaseEvent | None) -> str:
    """2026年3月10日收到补正."""
    return f"{chinese_date(event.day)}{KINDS[event.kind].label}" if event else ""


def _withdrawn(case: _Case) -> Known:
    event = case.history.last("withdrawn")
    return Known(gives="yes", told=_tell(event)) if event else Known(gives="no", told="")


def _correction(case: _Case) -> Known | None:
    """Whether a correction was asked for; if not, until when it may be."""
    if event := case.history.last("correction_asked"):
        return Known(gives="asked", told=_tell(event))
    notice = case.standing.correction_notice
    if notice is None or notice.last_day is None:
        return None
    passed = "，这一期限已过" if notice.last_day < case.office.today else ""
    return Known(gives="", told=f"没有告知补正的记录；需要补正的，最迟在{chinese_date(notice.last_day)}告知{passed}")


def _corrected(case: _Case) -> Known | None:
    return case.wait("correction_asked", "corrected", "correction", "yes")


def _excessive(case: _Case) -> Known | None:
    event = case.history.last("reasons_asked", "fee_asked")
    return Known(gives=event.kind, told=_tell(event)) if event else None


def _reasons(case: _Case) -> Known | None:
    """Whether reasons were given is known, whether they are good isn't."""
    if delayed := case.history.last("delayed"):
        return Known(gives="delayed", told=_tell(delayed))
    found = case.wait("reasons_asked", "reasons_given", "reasons", "")
    return Known(gives="", told=found.told) if found and found.gives == OVERDUE else found


def _fee(case: _Case) -> Known | None:
    return case.wait("fee_asked", "paid", "payment", "paid")


def _third_party(case: _Case) -> Known:
    return _opinions(case, "third_party")


def _partner(case: _Case) -> Known:
    found = _opinions(case, "agency")
    return Known(gives=found.gives.replace(RETURNED, ""), told=found.told)


def _opinions(case: _Case, whom: str) -> Known:
    """What those say who were consulted: the one answer of all, `partly` if they differ."""
    asked = [one for one in case.history.of("consulted") if one.facts["whom"] == whom]
    if not asked:
        return Known(gives="", told=f"没有征求{CONSULTED[whom]}意见的记录")
    found = [_opinion(case, one.facts["ref"]) for one in asked]
    told = "；".join(
        f"{_tell(one)}（{CONSULTED[whom]}），{words}" for one, (_, words) in zip(asked, found, strict=True)
    )
    return Known(gives=_combine({code for code, _ in found}), told=told)


def _combine(codes: set[str]) -> str:
    if WAITING in codes:
        return WAITING
    if codes & {"objects", "partly"}:
        return "objects" if codes <= {"objects", SILENT} else "partly"
    if UNTOLD in codes:
        return ""
    return codes.pop() if len(codes) == 1 else "" if RETURNED in codes else SILENT


def _opinion(case: _Case, ref: int) -> tuple[str, str]:
    if opinion := case.history.about("opinion", ref):
        stance = opinion.facts.get("stance", "")
        return stance or UNTOLD, f"{_tell(opinion)}{f'：{STANCES[stance]}' if stance else '，没有记录是否同意'}"
    if returned := case.history.about("undelivered", ref):
        return RETURNED, f"{chinese_date(returned.day)}征求意见书退回"
    due = next((one for one in case.standing.due if one.what == "opinion" and one.ref == ref), None)
    if due and due.day and due.day < case.office.today:
        return SILENT, f"提出意见的期限已于{chinese_date(due.day)}届满，没有收到意见"
    return WAITING, f"期限至{chinese_date(due.day)}" if due and due.day else "还没有登记对方收到之日"


FACTS: Mapping[str, Callable[[_Case], Known | None]] = {
    "withdrawn": _withdrawn,
    "correction": _correction,
    "corrected": _corrected,
    "excessive": _excessive,
    "reasons": _reasons,
    "fee": _fee,
    "third_party": _third_party,
    "partner": _partner,
}
"""The facts by the keys of the law's data; `earlier` needs the whole register and comes from its finder."""
EARLIER = "earlier"
CODES: Mapping[str, frozenset[str]] = {
    "withdrawn": frozenset({"yes", "no"}),
    "correction": frozenset({"asked"}),
    "corrected": frozenset({"yes", WAITING, OVERDUE}),
    "excessive": frozenset({"reasons_asked", "fee_asked"}),
    "reasons": frozenset({"delayed", WAITING}),
    "fee": frozenset({"paid", WAITING, OVERDUE}),
    "third_party": frozenset({*STANCES, WAITING, SILENT, RETURNED}),
    "partner": frozenset({*STANCES, WAITING, SILENT}),
    EARLIER: frozenset(),
}
"""The codes that each fact may have; of `earlier` none, since likeness decides nothing."""


def facts(history: History, standing: Standing, office: Office) -> dict[str, Known]:
    """What the records of a case say about the questions of its judgement, by fact."""
    case = _Case(history, standing, office)
    found = {key: find(case) for key, find in FACTS.items()}
    return {key: known for key, known in found.items() if known is not None}


def earlier_cases(numbers: list[str]) -> dict[str, Known]:
    """Like cases of the same applicant as a fact that only shows them."""
    if not numbers:
        return {}
    return {EARLIER: Known(gives="", told=f"同一申请人还有内容相近的案件：{'、'.join(numbers)}，请核对")}


def tell_judgement(history: History, standing: Standing, office: Office) -> str:
    """The last judgement of a case in words, one paragraph for each of its steps, by the law of its day; empty if none is known."""
    event = history.last("judged")
    kept = event.facts.get("path", []) if event else []
    if event is None or not kept:
        return ""
    judgement = load_judgement()
    course = judgement.follow(judgement.read(kept), known=facts(history, standing, office))
    return "\n".join(tell_stages(course, office.law.on(event.day)))
