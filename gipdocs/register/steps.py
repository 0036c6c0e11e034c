"""What an office does next in a case: rows of a table, each with the reason why it comes now."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property

from sqlalchemy import select

from gipdocs.documents.registry import Registry
from gipdocs.law import Office
from gipdocs.law.clock import CONFIRMED_CHANNELS
from gipdocs.law.outcomes import WITHDRAWN
from gipdocs.register.allowed import allowed_kinds
from gipdocs.register.events import KINDS
from gipdocs.register.history import CaseEvent, History
from gipdocs.register.reading import Case, view_case
from gipdocs.register.register import Register
from gipdocs.register.retention import kept_since
from gipdocs.register.standing import Standing
from gipdocs.register.working_days import count_left, short_date, tell_left
from gipdocs.store.tables import CaseRow

MOST_FIRST = 3
PRESSING = 3
"""So many working days before the last one an extension is proposed."""
OPEN = {"received", "in_hand", "consulting"}
"""States in which the office, not the applicant, is to act."""
UNANSWERED = OPEN | {"awaiting_correction", "awaiting_reasons", "awaiting_payment"}
ANSWERS = ("answered", "reanswered")
SAME_LETTERS = {"reanswered": "answered"}
"""Kinds that letters of another kind record, if the case has been answered before."""


@dataclass(frozen=True, kw_only=True)
class NextStep:
    """Something to do: record an event of a kind, or issue one of the documents that record it.

    `label` is what a button says, `why` a sentence, "" where nothing needs to be said. `documents` are ids; several
    are a list to choose from, none means that the event is recorded by hand.
    """

    label: str
    kind: str
    documents: tuple[str, ...]
    why: str

    @property
    def document(self) -> str:
        """The one document, "" if there is none or a choice."""
        return self.documents[0] if len(self.documents) == 1 else ""


@dataclass(frozen=True, kw_only=True)
class Steps:
    """The steps of a case: at most three that come first, and everything else that is possible."""

    first: tuple[NextStep, ...]
    others: tuple[NextStep, ...]


@dataclass(frozen=True)
class View:
    """A case as the rows below look at it."""

    history: History
    standing: Standing
    office: Office

    @cached_property
    def left(self) -> int | None:
        """The working days left for the answer, None if that isn't known."""
        return count_left(self.standing.answer_by, self.office) if self.standing.answer_by else None

    @property
    def is_unanswered(self) -> bool:
        """Whether an answer is still owed."""
        return self.standing.state in UNANSWERED

    @property
    def is_open(self) -> bool:
        """Whether it is the office's turn."""
        return self.standing.state in OPEN

    @property
    def is_overdue(self) -> bool:
        """Whether the last day for the answer has passed."""
        return self.standing.answer_by is not None and self.standing.answer_by < self.office.today

    def lacks(self, *kinds: str) -> bool:
        """Whether no event of these kinds has happened."""
        return not self.history.of(*kinds)

    def waits_for(self, what: str) -> bool:
        """Whether something of this kind is due."""
        return any(due.what == what for due in self.standing.due)

    def tell(self, what: str) -> str:
        """When the first thing of this kind is due: a clause, or the reason why its day isn't known."""
        due = next((one for one in self.standing.due if one.what == what), None)
        return "" if due is None else self.tell_day(due.day, due.why)

    def tell_day(self, day: date | None, why: str = "") -> str:
        """A day with the time left until it, as a clause; or the reason why it isn't known."""
        if day is None:
            return why.rstrip("。")
        return f"最后一日是{short_date(day, self.office)}，{tell_left(day, self.office)}"

    @cached_property
    def unsent(self) -> tuple[int, ...]:
        """The consultations whose letter isn't known to have arrived, by reference."""
        return tuple(ref for ref in self.consulting if not self.history.about("delivered", ref))

    @cached_property
    def consulting(self) -> tuple[int, ...]:
        """The consultations without an opinion, by reference."""
        refs = [event.facts["ref"] for event in self.history.of("consulted")]
        return tuple(
            ref for ref in refs if not any(self.history.about(kind, ref) for kind in ("opinion", "undelivered"))
        )

    @cached_property
    def undecided(self) -> tuple[int, ...]:
        """The challenges that haven't been decided, by reference."""
        refs = [event.facts["ref"] for event in self.history.of("challenged")]
        return tuple(ref for ref in refs if not self.history.about("decided", ref))

    @property
    def judged(self) -> str:
        """The outcome to which the last judgement led, by document id; "" without one."""
        last = self.history.last("judged")
        return str(last.facts.get("outcome", "")) if last else ""

    @property
    def is_withdrawn(self) -> bool:
        """Whether the applicant has withdrawn, and nothing has been answered."""
        return self.history.first("withdrawn") is not None and self.lacks("answered")

    @property
    def outcome(self) -> str:
        """The outcome that the next answer should have, by document id; "" if nothing says so yet."""
        return WITHDRAWN if self.is_withdrawn else self.judged

    @property
    def unserved(self) -> CaseEvent | None:
        """The last answer, if it has not been served since."""
        answered, posted = self.history.last("answered", "reanswered"), self.history.last("posted")
        return answered if answered and not (posted and posted.day >= answered.day) else None


@dataclass(frozen=True)
class StepRow:
    """One row: the kind of event, when it comes up, and why.

    `label` where the kind's own doesn't say what to do. A row `aside` never comes first.
    """

    kind: str
    when: Callable[[View], bool]
    why: Callable[[View], str]
    label: str = ""
    aside: bool = False


def _confirm(view: View) -> bool:
    return view.is_unanswered and view.lacks("confirmed") and view.standing.clock.get("channel") in CONFIRMED_CHANNELS


def _may_correct(view: View) -> bool:
    notice = view.standing.correction_notice
    return view.is_open and bool(notice and not (notice.last_day and notice.last_day < view.office.today))


def _presses(view: View) -> bool:
    extended = not view.lacks("extended", "delayed")
    return view.is_unanswered and not extended and view.left is not None and 0 <= view.left <= PRESSING


def _is_urgent(view: View) -> bool:
    return view.is_overdue or _presses(view)


def _is_unjudged(view: View) -> bool:
    return view.is_open and not view.judged and view.lacks("answered")


def _tell_judgement(view: View) -> str:
    return "研判以后，按结论选用答复文书。" if view.lacks("judged") else "上次研判还没有结论，请接着研判。"


def _tell_extension(view: View) -> str:
    answer = view.standing.answer
    day = (answer and answer.extension_notice_by) or view.standing.answer_by or view.office.today
    left = "今天是答复期限的最后一日" if view.left == 0 else f"距答复期限还有{view.left}个工作日"
    return f"{left}，办不完的应当在{short_date(day, view.office)}前告知延期。"


def _tell_answer(view: View) -> str:
    return f"答复期限：{view.tell('answer')}。"


def _tell_correction(view: View) -> str:
    notice = view.standing.correction_notice
    told = view.tell_day(notice.last_day, notice.reason) if notice else ""
    return f"申请内容不明确的，应当一次性告知补正：{told}。"


def _tell_opinion(view: View) -> str:
    return f"第{view.consulting[0]}次征求意见还没有收到意见：{view.tell('opinion')}。"


def _has_lapsed(view: View) -> bool:
    """Whether the applicant has let the time for correction or payment pass."""
    days = [one.day for one in view.standing.due if one.what in ("correction", "payment", "reasons")]
    return bool(days and days[0] and days[0] < view.office.today)


def _is_expired(view: View) -> bool:
    closed, held = view.standing.closed_on, view.history.last("held")
    kept = held and held.facts["until"] >= view.office.today
    return bool(closed and closed < kept_since(view.office) and not kept and not view.standing.due)


def _says(text: str) -> Callable[[View], str]:
    return lambda view: text


ROWS = (
    StepRow("defended", lambda v: v.waits_for("defence"), lambda v: f"提交答复、答辩的期限：{v.tell('defence')}。"),
    StepRow(
        "reanswered", lambda v: v.waits_for("redo"), lambda v: f"复议决定、判决责令重新办理，期限：{v.tell('redo')}。"
    ),
    StepRow(
        "posted",
        lambda v: v.unserved is not None,
        lambda v: f"答复已经作出，还没有登记送达。{f'{told}。' if (told := v.tell('serve')) else ''}",
        label="登记送达",
    ),
    StepRow("extended", _presses, _tell_extension),
    StepRow("answered", lambda v: v.is_open and _is_urgent(v), _tell_answer),
    StepRow("corrected", lambda v: v.waits_for("correction"), lambda v: f"申请人补正的期限：{v.tell('correction')}。"),
    StepRow(
        "reasons_given", lambda v: v.waits_for("reasons"), lambda v: f"申请人说明理由的期限：{v.tell('reasons')}。"
    ),
    StepRow("paid", lambda v: v.waits_for("payment"), lambda v: f"申请人缴费的期限：{v.tell('payment')}。"),
    StepRow("answered", _has_lapsed, _says("申请人逾期没有补正、说明理由或者缴费的，可以据此答复。")),
    StepRow(
        "delivered",
        lambda v: bool(v.unsent),
        lambda v: f"第{v.unsent[0]}次征求意见还没有登记对方收到之日，提出意见的期限自收到之日起计算。",
        label="登记对方收到征求意见书",
    ),
    StepRow("opinion", lambda v: bool(v.consulting), _tell_opinion),
    StepRow("judged", lambda v: _is_unjudged(v) and _is_urgent(v), _tell_judgement),
    StepRow("answered", lambda v: v.is_open and bool(v.judged), _tell_answer),
    StepRow("confirmed", _confirm, _says("从这一渠道收到的申请，答复期限自与申请人确认之日起计算。")),
    StepRow("verified", lambda v: v.is_unanswered and v.lacks("verified"), _says("还没有核对申请人的身份证明。")),
    StepRow("assigned", lambda v: v.is_unanswered and v.lacks("assigned"), _says("还没有确定承办部门和承办人。")),
    StepRow("judged", _is_unjudged, _tell_judgement),
    StepRow("correction_asked", _may_correct, _tell_correction),
    StepRow("answered", lambda v: v.is_open, _tell_answer),
    StepRow("decided", lambda v: bool(v.undecided), _says("收到复议决定书、裁判文书以后登记结果。")),
    StepRow("erased", _is_expired, lambda v: f"个人信息已满{v.office.profile.register.keep_years}年保存年限。"),
    StepRow("held", _is_expired, _says("个人信息需要继续保存的，写明理由和期限。"), aside=True),
    StepRow("answered", lambda v: v.is_withdrawn, _says("申请人撤回申请的，可以书面告知终止办理。")),
    StepRow(
        "archived",
        lambda v: v.standing.state == "closed" and v.lacks("archived") and v.unserved is None and not v.undecided,
        _says("案件已经办结，还没有归档。"),
    ),
    StepRow(
        "consulted",
        lambda v: v.is_open,
        _says("涉及第三方合法权益，或者由其他行政机关共同制作的，应当征求意见。"),
        aside=True,
    ),
    StepRow(
        "reasons_asked",
        lambda v: v.is_open,
        _says("申请的数量、频次明显超过合理范围的，可以要求说明理由。"),
        aside=True,
    ),
    StepRow(
        "fee_asked", lambda v: v.is_open, _says("申请的数量、频次明显超过合理范围的，可以收取信息处理费。"), aside=True
    ),
    StepRow(
        "extended", lambda v: v.is_unanswered, _says("期限内办不完的，经负责人同意可以延期，并告知申请人。"), aside=True
    ),
    StepRow(
        "delayed", lambda v: v.is_unanswered, _says("因正当理由不能按期答复的，告知申请人确定的答复日期。"), aside=True
    ),
    StepRow(
        "challenged",
        lambda v: not v.lacks("answered"),
        _says("收到复议、应诉通知以后登记，答复、答辩的期限自收到之日起计算。"),
        aside=True,
    ),
)
"""The steps in the order in which they come first; of one kind, the first row that fits."""


def next_steps(case: Case, registry: Registry, office: Office) -> Steps:
    """What may be done in a case today; nothing that its state forbids."""
    allowed, documents = allowed_kinds(case.events, office), documents_by_kind(registry)
    view = View(History(case.events), case.standing, office)
    rows = {} if case.erased_on else _fitting(view, allowed)
    found = {kind: _step(kind, documents, label=row.label, why=why) for kind, (row, why) in rows.items()}
    found |= {kind: _as_due(step, view) for kind, step in found.items() if kind in ANSWERS}
    first = [kind for kind, (row, _) in rows.items() if not row.aside][:MOST_FIRST]
    plain = [_step(kind, documents, why=KINDS[kind].says) for kind in allowed if kind not in found]
    others = [step for kind, step in found.items() if kind not in first]
    return Steps(first=tuple(found[kind] for kind in first), others=(*others, *plain))


def first_steps(register: Register, numbers: Collection[str]) -> dict[str, NextStep]:
    """What comes first in each of these cases, by number. A list shows it; nobody has opened the cases."""
    office = register.office()
    with register.store.reading() as session:
        rows = session.scalars(select(CaseRow).where(CaseRow.number.in_(numbers))).all()
        cases = [view_case(session, row, office) for row in rows]
    found = {case.number: next_steps(case, register.registry, office).first for case in cases}
    return {number: steps[0] for number, steps in found.items() if steps}


def documents_by_kind(registry: Registry) -> Mapping[str, tuple[str, ...]]:
    """The ids of the documents that record an event, by its kind."""
    found: dict[str, tuple[str, ...]] = {}
    for id, entry in registry.items():
        if event := entry.document.event:
            found[event] = (*found.get(event, ()), id)
    return found | {kind: found.get(same, ()) for kind, same in SAME_LETTERS.items()}


def _fitting(view: View, allowed: tuple[str, ...]) -> dict[str, tuple[StepRow, str]]:
    """The first row that fits of each kind, with its reason. What is done elsewhere asks for no permission here."""
    found: dict[str, tuple[StepRow, str]] = {}
    for row in ROWS:
        if row.kind not in found and (row.kind in allowed or KINDS[row.kind].elsewhere) and row.when(view):
            found[row.kind] = row, row.why(view)
    return found


def _as_due(step: NextStep, view: View) -> NextStep:
    """The step that leads to the letter of the outcome that is due, if there is one."""
    outcome, outcomes = view.outcome, view.office.today_law.outcomes
    if outcome not in step.documents or outcome not in outcomes:
        return step
    short = outcomes[outcome].short
    why = step.why if view.is_withdrawn else f"研判的结论是“{short}”。{step.why}"
    return replace(step, label=f"写答复：{short}", documents=(outcome,), why=why)


def _step(kind: str, documents: Mapping[str, tuple[str, ...]], *, why: str, label: str = "") -> NextStep:
    return NextStep(label=label or KINDS[kind].label, kind=kind, documents=documents.get(kind, ()), why=why)
