"""Events of one case that contradict each other, the law or the day: they are refused when they are recorded."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from gipdocs.errors import Fault, InvalidInput
from gipdocs.law import Office
from gipdocs.law.deadlines import reckon_answers
from gipdocs.register.events import KINDS
from gipdocs.register.history import CaseEvent, History
from gipdocs.register.standing import derive_clock, find_closing, find_service, is_redoing, until_service
from gipdocs.writing import chinese_date

REFS = {
    "delivered": "consulted",
    "opinion": "consulted",
    "undelivered": "consulted",
    "defended": "challenged",
    "decided": "challenged",
}
"""Events that are about an earlier one with the same reference."""
ONE_A_REF = {"consulted", "delivered", "opinion", "challenged", "defended", "decided"}
OUTCOMES = ("judged", "answered", "reanswered")


def find_conflicts(events: Iterable[CaseEvent], office: Office) -> list[Fault]:
    """Every contradiction between the events of a case; the pointer of each begins with the place of the event: /3/day."""
    history = History(events)
    faults = [fault for event in history.events for fault in _event_faults(event, history, office)]
    return faults or [*_clock_faults(history, office)]


def _event_faults(event: CaseEvent, history: History, office: Office) -> Iterator[Fault]:
    kind, at = KINDS[event.kind], f"/{event.place}"
    if event.day > office.today:
        yield Fault(f"{at}/day", "future", f"“{kind.label}”的日期{chinese_date(event.day)}还没有到，请核对。")
    if kind.needs and not any(history.days_before(kind.needs, event)):
        needed = "或者".join(f"“{KINDS[key].label}”" for key in kind.needs)
        detail = f"“{kind.label}”（{chinese_date(event.day)}）之前没有{needed}的记录，请先补记，或者核对日期。"
        yield Fault(f"{at}/day", "order", detail)
    if kind.once and history.first(event.kind) is not event:
        detail = f"“{kind.label}”已经记录过，只能有一次；原记录有误的，请先更正原记录。"
        yield Fault(f"{at}/kind", "repeated", detail)
    yield from _closing_faults(event, history, office)
    yield from _ref_faults(event, history)
    if event.kind in OUTCOMES:
        yield from _outcome_faults(event, office)


def _closing_faults(event: CaseEvent, history: History, office: Office) -> Iterator[Fault]:
    kind, closed = KINDS[event.kind], find_closing(history, office)
    ends = event.kind == "withdrawn" or (event.kind == "answered" and history.first("withdrawn"))
    if kind.while_open and closed and event.day > closed and not ends and not is_redoing(history, event.day):
        detail = f"案件已于{chinese_date(closed)}办结，不能再记录此后的“{kind.label}”；办结的记录有误的，请先更正。"
        yield Fault(f"/{event.place}/day", "closed", detail)
    if event.kind == "withdrawn" and (served := find_service(history)) and served.day <= event.day:
        detail = f"答复已于{chinese_date(served.day)}送达，案件已经办结，不能再撤回申请。"
        if is_redoing(history, event.day):
            detail += "重新办理期间撤回的，请签发办理终止告知书，系统记为重新答复。"
        yield Fault(f"/{event.place}/day", "closed", detail)


def _ref_faults(event: CaseEvent, history: History) -> Iterator[Fault]:
    ref = event.facts.get("ref")
    if ref is None:
        return
    label, pointer = KINDS[event.kind].label, f"/{event.place}/facts/ref"
    if event.kind in ONE_A_REF and history.about(event.kind, ref) is not event:
        yield Fault(pointer, "repeated", f"第{ref}次的“{label}”已经记录过，请核对是第几次。")
    begun = REFS.get(event.kind)
    if begun and not ((first := history.about(begun, ref)) and first.day <= event.day):
        detail = f"“{label}”（{chinese_date(event.day)}）之前没有第{ref}次“{KINDS[begun].label}”的记录，请核对。"
        yield Fault(pointer, "order", detail)


def _outcome_faults(event: CaseEvent, office: Office) -> Iterator[Fault]:
    outcomes = office.law.on(event.day).outcomes
    if not {"outcome", "path"} & {*event.facts}:
        yield Fault(f"/{event.place}/facts/outcome", "required", "请写明研判得出的办理结果，或者逐题研判后记录。")
    outcome = event.facts.get("outcome")
    given = {"outcome": [outcome] if outcome else [], "items": event.facts.get("items", [])}
    for key, chosen in given.items():
        if unknown := [one for one in chosen if one not in outcomes]:
            detail = f"没有“{'、'.join(unknown)}”这种办理结果，可用的是：{'、'.join(outcomes)}。"
            yield Fault(f"/{event.place}/facts/{key}", "option", detail)


def _clock_faults(history: History, office: Office) -> Iterator[Fault]:
    """What the law's own check of the days finds, at the event that gave the day."""
    clock = derive_clock(history)
    if "received" not in clock:
        return
    try:
        reckon_answers("answer", clock, office.law)
    except InvalidInput as error:
        for fault in error.faults:
            event = _source(fault.pointer, history)
            yield Fault(f"/{event.place}/day" if event else "", fault.code, fault.detail)


def _source(pointer: str, history: History) -> CaseEvent | None:
    """The event from which a day of the clock was derived: of /corrected, the last correction before the answer."""
    course = until_service(history)
    key, _, rest = pointer.removeprefix("/").partition("/")
    if key != "consultations":
        kind = "extended" if key == "extension" else key
        return find_service(history) if kind == "posted" else course.last(kind)
    index, _, name = rest.partition("/")
    consulted = course.of("consulted")[int(index)]
    kind = {"delivered": "delivered", "answered": "opinion", "returned": "undelivered"}.get(name, "")
    return history.about(kind, consulted.facts["ref"]) if kind else consulted
