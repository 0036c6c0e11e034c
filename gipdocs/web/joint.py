"""Several cases that one letter answers: found, chosen and led to the letter of the first; the address holds their numbers."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from flask import Blueprint, Response, request

from gipdocs.access.permissions import Permission
from gipdocs.faces import actor, needs, register, service
from gipdocs.letters.case import MOST_APPLICANTS, name_applicants
from gipdocs.register.finding import find_like, find_numbered
from gipdocs.register.history import History
from gipdocs.register.joining import MOST_CASES
from gipdocs.register.names import JOINED, names_asked
from gipdocs.register.reading import read_case
from gipdocs.register.standing import STATES
from gipdocs.register.steps import UNANSWERED, documents_by_kind
from gipdocs.store.tables import CaseRow
from gipdocs.web.done import see
from gipdocs.web.errors import answer_errors
from gipdocs.web.pages import page
from gipdocs.web.sheets import Notice

joint = Blueprint("joint", __name__, url_prefix="/desk", template_folder="templates")
JOIN = "join"
"""In an address: the number of a further case that the letter answers."""


@joint.get("/cases/<number:number>/like")
@needs(Permission.WRITE_CASES)
def like(number: str) -> Response:
    """Open cases that may be answered in one letter with this one, to choose from."""
    case = read_case(register(), number, by=actor())
    (row,) = find_numbered(register(), [number])
    return page("joint_like", case=case, rows=find_like(register(), row, UNANSWERED), most=MOST_CASES)


@joint.get("/cases/joint")
@needs(Permission.WRITE_CASES)
def choose() -> Response:
    """The chosen cases, which of them leads, and the letter; with a button pressed, on to the letter or the judgement.

    The button that wants a letter for each of them leads on to the pages that do that.
    """
    numbers = [number for number in dict.fromkeys(request.args.getlist("case")) if number]
    if request.args.get("do") == "apart":
        return see("batch_letters.choose", case=numbers)
    found = find_numbered(register(), numbers)
    rows = sorted((row for row in found if row.state in UNANSWERED), key=_order)
    lead = request.args.get("lead", "")
    first = next((row for row in rows if row.number == lead), rows[0] if rows else None)
    told = [*_left_out(numbers, found), *_refusals(rows)]
    do, document = request.args.get("do", ""), request.args.get("document", "")
    if first is not None and do in ("write", "judge") and not told:
        others = [row.number for row in rows if row is not first]
        if do == "judge":
            return see("judge.judge_case", number=first.number, join=others)
        if document in _letters():
            return see("letters.write_letter", number=first.number, id=document, join=others)
        told = ["请选择用哪一份文书答复，或者先研判。"]
    return page(
        "joint",
        422 if told and do else 200,
        rows=rows,
        first=first,
        notice=Notice(tone="bad" if do else "calm", text="".join(told)) if told else None,
        ready=len(rows) > 1,
        documents={id: service().registry.titles[id] for id in _letters()},
        chosen=document or (_judged(first) if first else ""),
    )


def _order(row: CaseRow) -> tuple[str, int]:
    """The order in which the letter tells of the cases: as they were received."""
    return str(row.received_on), row.id


def _left_out(numbers: Sequence[str], found: Sequence[CaseRow]) -> Iterator[str]:
    """What is said of the chosen cases that can't be answered."""
    there = {row.number for row in found}
    if unknown := [number for number in numbers if number not in there]:
        yield f"没有编号为{'、'.join(unknown[:MOST_CASES])}的案件，请核对。"
    for row in found:
        if row.state not in UNANSWERED:
            yield f"案件{row.number}的状态是“{STATES.get(row.state, row.state)}”，不能一并答复，已经略去。"


def _refusals(rows: Sequence[CaseRow]) -> Iterator[str]:
    """What hinders one letter for these cases."""
    if len(rows) < 2:
        yield "一并答复的，请至少选择两件还没有答复的案件。"
    if len(rows) > MOST_CASES:
        yield f"一份文书最多答复{MOST_CASES}件，现在是{len(rows)}件，请分几份答复。"
    people = {name for row in rows for name in name_applicants(row.application)}
    if len(people) > MOST_APPLICANTS:
        yield f"一份文书最多写{MOST_APPLICANTS}个申请人，这些案件共有{len(people)}个，请分几份答复。"


def _letters() -> tuple[str, ...]:
    """The ids of the letters that answer an application and have a place for further ones."""
    entries = service().registry
    answering = documents_by_kind(entries).get("answered", ())
    return tuple(id for id in answering if JOINED in names_asked(entries[id].document.schema))


def _judged(row: CaseRow) -> str:
    """The outcome to which the last judgement of a case led."""
    case = read_case(register(), row.number or "", by=actor())
    last = History(case.events).last("judged")
    return str(last.facts.get("outcome", "")) if last else ""


answer_errors(joint)
