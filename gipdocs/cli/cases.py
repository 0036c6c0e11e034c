"""Commands for single cases: open, list, show, record, cancel, prefill, issue, added to the group `register`."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from typing import TYPE_CHECKING, Any

import click

from gipdocs.cli.calling import (
    Command,
    DayType,
    OneOf,
    Opened,
    Option,
    WrongCall,
    force_option,
    input_option,
    json_option,
    office_options,
)
from gipdocs.cli.files import (
    OK,
    deliver,
    finding_line,
    read_data,
    refusal_shown,
    refuse_to_overwrite,
    say,
    show,
)
from gipdocs.cli.register import open_register

if TYPE_CHECKING:  # an installation without a database loads nothing of it
    from gipdocs.register.reading import Case
    from gipdocs.register.register import Register
    from gipdocs.register.steps import Steps

number_argument = click.argument("number", metavar="NUMBER", help="申请编号")


def _channels() -> Mapping[str, str]:
    from gipdocs.law.clock import CHANNELS

    return CHANNELS


@click.command("open", cls=Command, help="新建案件：登记一份申请，输出申请编号")
@input_option("申请表的填写内容（JSON），-是标准输入")
@click.option("--received", type=DayType(), help="收到日期，默认今天")
@click.option("--channel", type=OneOf(_channels), cls=Option, required=True, help="收到渠道")
@click.option("--confirmed", type=DayType(), help="与申请人确认日期")
@click.option("--number", default="", metavar="NUMBER", help="申请编号，默认按序编号")
@click.option("--parent", default="", metavar="NUMBER", help="由哪一件申请拆分")
@office_options
@json_option
def open_one(
    opened: Opened, *, input: str, received: date | None, confirmed: date | None, as_json: bool, **told: str
) -> int:
    """Open a case with an application."""
    from gipdocs.access.actors import HERE
    from gipdocs.register.opening import open_application

    register = open_register(opened)
    days = {"received": received or register.today, "confirmed": confirmed}
    payload = {
        "application": read_data(input),
        **{key: day.isoformat() for key, day in days.items() if day},
        **{key: value for key, value in told.items() if value},
    }
    with refusal_shown(as_json=as_json):
        number = open_application(register, payload, by=HERE)
    return show({"number": number} if as_json else number)


@click.command("list", cls=Command, help="列出案件，最急的在前")
@click.option("--state", default="", metavar="STATE", help="状态，例如in_hand")
@click.option("--officer", default="", metavar="NAME", help="承办人")
@click.option("--text", default="", metavar="TEXT", help="编号、申请人、申请内容中的文字")
@click.option("--year", type=int, metavar="YEAR", help="收到申请的年份")
@click.option("--overdue", is_flag=True, help="只列逾期的")
@click.option("--page", type=int, default=1, metavar="N", help="第几页，每页50件")
@office_options
@json_option
def list_some(opened: Opened, *, page: int, as_json: bool, **wanted: Any) -> int:
    """One page of the cases that fit."""
    from gipdocs.register.finding import Filter, find_cases
    from gipdocs.register.standing import STATES

    if wanted["state"] and wanted["state"] not in STATES:
        raise WrongCall(f"没有“{wanted['state']}”这种状态，可用：{'、'.join(STATES)}。")
    rows, total = find_cases(open_register(opened), Filter(**wanted), page=max(page, 1))
    keys = ("number", "state", "subject", "officer", "received_on", "answer_by", "due_on", "due_what", "closed_on")
    if as_json:
        cases = [{key: _plain(getattr(row, key)) for key in keys} for row in rows]
        return show({"total": total, "cases": cases})
    lines = [f"{row.number}  {STATES[row.state]}  {row.due_on or row.closed_on or ''}  {row.subject}" for row in rows]
    return show("\n".join([*lines, f"共{total}件。"]))


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, date) else value


@click.command("show", cls=Command, help="显示一件案件：期限、下一步、经过")
@number_argument
@office_options
@json_option
def show_one(opened: Opened, *, number: str, as_json: bool) -> int:
    """A case with its days, its next steps and everything that was recorded."""
    from gipdocs.access.actors import HERE
    from gipdocs.register.reading import read_case
    from gipdocs.register.steps import next_steps

    register = open_register(opened)
    case = read_case(register, number, by=HERE)
    steps = next_steps(case, register.registry, register.office())
    return show(_case_as_json(case, steps) if as_json else "\n".join(_case_lines(case, steps)))


def _case_lines(case: Case, steps: Steps) -> Iterator[str]:
    from gipdocs.register.events import KINDS
    from gipdocs.register.standing import DUE, STATES

    yield f"{case.number}  {STATES[case.standing.state]}  {case.subject}"
    for due in case.standing.due:
        yield f"{DUE[due.what]}：{due.day or due.why}"
    yield from (f"下一步：{step.label}（{step.kind}）  {step.why}" for step in steps.first)
    for one in case.records:
        told = f"  {one.note}" if one.note else ""
        yield f"{one.event.place:>3}  {one.event.day}  {KINDS[one.event.kind].label}{'（已更正）' if one.cancelled else ''}{told}"


def _case_as_json(case: Case, steps: Steps) -> Mapping[str, Any]:
    from gipdocs.register.cases import to_json

    standing = case.standing
    days = {key: _plain(getattr(standing, key)) for key in ("received_on", "answer_by", "closed_on")}
    return {
        "number": case.number,
        "version": case.version,
        "state": standing.state,
        **days,
        "outcome": standing.outcome,
        "row": list(standing.row),
        "subject": case.subject,
        "department": case.department,
        "officer": case.officer,
        "application": dict(case.application),
        "due": [{"what": one.what, "day": _plain(one.day), "ref": one.ref, "why": one.why} for one in standing.due],
        "next": [{"kind": one.kind, "documents": [*one.documents], "why": one.why} for one in steps.first],
        "events": [
            {
                "place": one.event.place,
                "kind": one.event.kind,
                "day": one.event.day.isoformat(),
                "facts": to_json(one.event.facts),
                "note": one.note,
                "cancelled": one.cancelled,
            }
            for one in case.records
        ],
    }


@click.command(
    "record",
    cls=Command,
    help="记录案件中发生的一件事，例如gipdocs register record 2026-0012 extended --fact working_days=20",
)
@number_argument
@click.argument("kind", metavar="KIND", help="种类，例如corrected；gipdocs register show列出下一步可用的")
@click.option("--day", type=DayType(), help="发生的日期，默认今天")
@click.option("--fact", "facts", multiple=True, metavar="KEY=VALUE", help="内容，可以写几次")
@click.option("--note", metavar="TEXT", help="备注")
@office_options
@json_option
def record_one(
    opened: Opened, *, number: str, kind: str, day: date | None, facts: tuple[str, ...], note: str | None, as_json: bool
) -> int:
    """Record an event of a case."""
    from gipdocs.access.actors import HERE
    from gipdocs.register.recording import record_event

    register = open_register(opened)
    payload: dict[str, Any] = {"day": (day or register.today).isoformat()}
    payload |= {"facts": _read_facts(kind, facts)} if facts else {}
    payload |= {"note": note} if note else {}
    with refusal_shown(as_json=as_json):
        record_event(register, number, kind, payload, by=HERE)
    return show({"number": number, "kind": kind} if as_json else f"已记入案件{number}。")


def _read_facts(kind: str, facts: tuple[str, ...]) -> dict[str, Any]:
    """The facts of KEY=VALUE; a key that is written several times gives a list, and numbers are read as such."""
    from gipdocs.questions import Lines, Number
    from gipdocs.register.events import KINDS

    questions = dict(KINDS[kind].facts().questions()) if kind in KINDS else {}
    found: dict[str, Any] = {}
    for fact in facts:
        key, sign, value = fact.partition("=")
        if not sign:
            raise WrongCall(f"--fact应写作KEY=VALUE，例如working_days=20，不能写作{fact}。")
        question = questions.get(key)
        if isinstance(question, Lines):
            found.setdefault(key, []).append(value)
        else:
            found[key] = int(value) if isinstance(question, Number) and value.isascii() and value.isdigit() else value
    return found


@click.command("cancel", cls=Command, help="更正一条记录：原记录保留，不再计算")
@number_argument
@click.argument("place", metavar="PLACE", type=int, help="第几条，见gipdocs register show")
@click.option("--note", cls=Option, required=True, metavar="TEXT", help="更正的原因")
@click.option("--day", type=DayType(), help="正确的日期；不写日期和内容的，原记录只是不再计算")
@click.option("--fact", "facts", multiple=True, metavar="KEY=VALUE", help="正确的内容，可以写几次，其余照原记录")
@office_options
@json_option
def cancel_one(
    opened: Opened, *, number: str, place: int, note: str, day: date | None, facts: tuple[str, ...], as_json: bool
) -> int:
    """Correct a record of a case."""
    from gipdocs.access.actors import HERE
    from gipdocs.register.cases import cancel
    from gipdocs.register.recording import correct_event

    register = open_register(opened)
    with refusal_shown(as_json=as_json):
        if day or facts:
            kind, payload = _corrected(register, number, place, day=day, facts=facts)
            correct_event(register, number, place, kind, payload, by=HERE, reason=note)
        else:
            cancel(register, number, place, by=HERE, text=note)
    return show({"number": number, "place": place} if as_json else f"案件{number}的第{place}条记录已经更正。")


def _corrected(
    register: Register, number: str, place: int, *, day: date | None, facts: tuple[str, ...]
) -> tuple[str, dict[str, Any]]:
    """The kind of a record and its answers with what is corrected in them."""
    from gipdocs.access.actors import HERE
    from gipdocs.register.cases import to_json
    from gipdocs.register.reading import find_record, read_case

    wrong = find_record(read_case(register, number, by=HERE), place)
    told = {
        "day": (day or wrong.event.day).isoformat(),
        "facts": to_json(wrong.event.facts) | _read_facts(wrong.event.kind, facts),
        "note": wrong.note,
    }
    return wrong.event.kind, {key: value for key, value in told.items() if value}


@click.command("prefill", cls=Command, help="输出一种文书可以从案件填入的内容（JSON），补充以后用issue签发")
@number_argument
@click.argument("document", metavar="DOCUMENT", help="文书标识")
@office_options
def prefill_one(opened: Opened, *, number: str, document: str) -> int:
    """The answers of a document that a case knows."""
    from gipdocs.access.actors import HERE
    from gipdocs.register.drafts import prefilled

    return show(prefilled(open_register(opened), number, document, by=HERE))


@click.command("issue", cls=Command, help="签发一份文书：编号、存档、记入案件；不写-i时只用案件中已有的内容")
@number_argument
@click.argument("document", metavar="DOCUMENT", help="文书标识")
@input_option("补充的填写内容（JSON），-是标准输入", required=False)
@click.option("-o", "--output", metavar="FILE", help="另存到这个文件，-是标准输出")
@force_option
@office_options
@json_option
def issue_one(
    opened: Opened, *, number: str, document: str, input: str | None, output: str | None, force: bool, as_json: bool
) -> int:
    """Issue a letter of a case, and write its DOCX to a file too if one is named."""
    from gipdocs.access.actors import HERE
    from gipdocs.questions.merging import merge
    from gipdocs.register.drafts import prefilled
    from gipdocs.register.issuing import issue
    from gipdocs.register.papers import read_file

    register = open_register(opened)
    if output:
        refuse_to_overwrite(output, force=force)
    typed = read_data(input) if input else {}
    known = prefilled(register, number, document, by=HERE)
    with refusal_shown(as_json=as_json):
        issued = issue(register, number, document, merge(known, typed) if isinstance(typed, dict) else typed, by=HERE)
    for finding in issued.findings:
        say(finding_line(finding))
    told = {"letter": issued.letter, "number": issued.number, "filename": issued.filename, "joined": [*issued.joined]}
    written = f"已签发{issued.number or issued.filename}，记入案件{'、'.join((number, *issued.joined))}。"
    if output == "-":
        say(written)
    else:
        show(told if as_json else written)
    return deliver(output, read_file(register, number, issued.docx_hash, by=HERE).content) if output else OK


COMMANDS = (open_one, list_some, show_one, record_one, cancel_one, prefill_one, issue_one)
"""The commands, which the group `register` offers after its own."""
