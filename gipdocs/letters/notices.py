"""What the procedural notices share: addressees, the terms that they set, and the order of their dates."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from itertools import pairwise
from typing import Any

from gipdocs.documents.document import Answers, Check, Finding, Severity
from gipdocs.errors import InvalidInput
from gipdocs.findings import doubt, fault
from gipdocs.law import Office
from gipdocs.law.calendar import UnknownDay
from gipdocs.law.deadlines import reckon_answers
from gipdocs.law.remedies import remedy_cautions
from gipdocs.letters.again import redo_deadline
from gipdocs.letters.case import CITIZEN, ORGANISATION, name_applicants, of_region, receipt_day
from gipdocs.letters.joint import clocks
from gipdocs.letters.letter import (
    PRINTED_REQUEST,
    application_block,
    check_case,
    check_clock,
    check_date,
    check_name,
    check_number,
    check_regulation,
    check_request,
    clock_block,
    layout,
    letter_questions,
)
from gipdocs.questions import (
    Choice,
    Date,
    Lines,
    Name,
    Number,
    Question,
    StaffQuestions,
)
from gipdocs.writing import WEB_ADDRESS, chinese_date, ends_with_address, quantity

LEAST_PERIOD, MOST_PERIOD = 5, 60  # working days, as the profile allows
INTRODUCED = re.compile(rf"(^|：)(?={WEB_ADDRESS}[!-~]+$)")
END_MARKS = ("。", "；", "！", "？", ".", ";", "!", "?")


def lines_question(label: str, example: list[str], **more: Any) -> Lines:
    """A question answered by one or more lines of text."""
    return Lines(label, example=example, least=1, required=True, **more)


def period_question(label: str, help: str, case: str = "") -> Number:
    """A question for a period in working days that the office sets; its help ends with the usual one, from the profile."""

    def tell(office: Office) -> str:
        return f"{help}不填的，为{office.profile.settings.correction_working_days}个工作日。"

    return Number(label, help=tell, example=10, in_sample=False, least=LEAST_PERIOD, most=MOST_PERIOD, case=case)


def handing_question(case: str = "") -> Date:
    """The day on which the letter is handed over in person; only if it is can the letter name the last day."""
    return Date(
        "当面送达日期",
        help="当面交给对方的填写，文书会写明期限届满的日期；邮寄的不填，期限自对方收到起计算。",
        example="2026-03-23",
        in_sample=False,
        case=case,
    )


def third_party_questions() -> dict[str, Question]:
    """The questions that identify the third party."""
    return {
        "third_party_kind": Choice(
            "第三方类别",
            options={CITIZEN: "公民", ORGANISATION: "法人或者其他组织"},
            help="决定文书称“你”还是“你单位”。",
            example=ORGANISATION,
            required=True,
        ),
        "third_party": Name(
            "第三方的姓名或者名称",
            help="法人或者其他组织填全称。文书不写申请人的姓名、名称。",
            example=of_region("某某汽车租赁有限公司"),
            required=True,
            longest=100,
        ),
    }


def to_others(
    answers: Answers, office: Office, *, title: str, addressee: str, attachments: list[str]
) -> dict[str, Any]:
    """The names of the layout, and `law` to cite, for a letter to somebody other than the applicant."""
    named = {**answers, "application": {"name": addressee}}
    return {"law": office.law_of(answers).citations, **layout(named, office, title=title, attachments=attachments)}


def agency_letter_questions(name: str, own: Mapping[str, Question]) -> type[StaffQuestions]:
    """The schema of a letter to another agency: what is applied for is printed, by whom and when stays on file."""
    application = application_block(printed=PRINTED_REQUEST, needs=())
    return letter_questions(name, own, application=application, clock=clock_block(printed=()), remedies=False, tells=())


def add_numbers(texts: list[str]) -> list[str]:
    """1.甲 2.乙; a single text gets no number."""
    return [f"{i}.{text}" for i, text in enumerate(texts, 1)] if len(texts) > 1 else texts


def items(texts: list[str]) -> list[str]:
    """1.甲； 2.乙。: numbered, with end marks added if the clerk typed none."""
    return [add_mark(text, "；") for text in add_numbers(texts)[:-1]] + [add_mark(add_numbers(texts)[-1])]


def add_mark(text: str, mark: str = "。") -> str:
    """The text with a mark added at its end, unless it has one; nothing that was typed is removed.

    After an address there is no mark: the address ends its line, on one of its own if a colon introduces it.
    """
    if ends_with_address(text):
        return INTRODUCED.sub(r"\1\n", text) + "\n"
    return text if text.endswith(END_MARKS) else text + mark


def return_address(office: Office) -> str:
    """Where papers are to be sent: the working body with address and postcode."""
    body = office.profile.office
    return f"{body.name}（地址：{body.address}，邮政编码：{body.postcode}）"


def last_day(office: Office, start: date, working_days: int) -> date | None:
    """The `working_days`-th working day after `start`; None past the end of the calendar."""
    try:
        return office.law.calendar.add(start, working_days)
    except UnknownDay:
        return None


def handed_over(answers: Answers, office: Office, working_days: int) -> dict[str, Any]:
    """The names that wording/_handed.txt uses: the term's last day if the letter is handed over in person."""
    handed = answers.get("handed_on")
    until = last_day(office, handed, working_days) if handed else None
    return {
        "handed_counted": until is not None,
        "handed_uncounted": handed is not None and until is None,
        "handed_on": chinese_date(handed) if handed else "",
        "handed_until": chinese_date(until) if until else "",
    }


def period(answers: Answers, office: Office) -> int:
    """The working days that the office allows: the clerk's answer, otherwise the profile's setting."""
    return int(answers.get("period", office.profile.settings.correction_working_days))


def working_days(number: int) -> str:
    """15个工作日."""
    return quantity(number, "个工作日")


def check_facts(answers: Answers, office: Office) -> list[Finding]:
    """Checks that a deadline follows from the case's days; lateness is left to each notice's own checks."""
    return [found for found in check_clock(answers, office) if found.code not in ("late", "redo-late")]


APPLICANT_CHECKS = (check_regulation, check_request, check_name, check_case, check_number, check_date, check_facts)
"""The checks of every notice to the applicant; lateness is left to each notice's own checks."""


def in_term(
    code: str, message: str, *, cites: tuple[str, ...], severity: Severity = "warning", overridable: bool = False
) -> Check:
    """A check that the notice is dated within the answer's term; `message` follows the sentence naming the last day.

    `cites` are keys of data/citations.toml.
    """

    def check_term(answers: Answers, office: Office) -> list[Finding]:
        dated, end = answers.get("date"), answer_end(answers, office)
        if dated is None or end is None or dated <= end:
            return []
        return [
            Finding(
                code=code,
                severity=severity,
                message=f"答复期限的最后一日是{chinese_date(end)}，已经届满。{message}",
                pointer="/date",
                basis=office.cite(*cites, of=answers),
                overridable=overridable,
            )
        ]

    return check_term


def answer_end(answers: Answers, office: Office) -> date | None:
    """The last day of the answer's term, the earliest of several; None while it is open or its days contradict each other.

    After a quashing it is the last day of the term that was ordered.
    """
    try:
        if "again" in answers:
            anew = redo_deadline(answers, office)
            return anew.last_day if anew else None
        ends = [reckon_answers("answer", clock, office.law).last_day for _, _, clock in clocks(answers)]
    except InvalidInput:
        return None
    return min(filter(None, ends), default=None)


def in_order(code: str, *days: tuple[str, str], cites: tuple[str, ...] = ()) -> Check:
    """A check that none of the `days` is earlier than the one before it; each is given as (place, label).

    The place `receipt` is 收到申请之日, `clock.paid` is a key of a group, anything else a key of the answers. Days that
    were not answered are skipped. `cites` are keys of data/citations.toml.
    """

    def check_order(answers: Answers, office: Office) -> list[Finding]:
        basis = office.cite(*cites, of=answers)
        known = [(place, label, day) for place, label in days if (day := _day(answers, place))]
        return [
            fault(code, f"{label}不能早于{earlier}，请核对。", "/" + place.replace(".", "/"), basis=basis)
            for (_, earlier, first), (place, label, then) in pairwise(known)
            if then < first
        ]

    return check_order


def _day(answers: Answers, place: str) -> date | None:
    if place == "receipt":
        return receipt_day(answers["clock"])
    block, _, key = place.rpartition(".")
    found: date | None = (answers.get(block, {}) if block else answers).get(key)
    return found


def check_third_party(answers: Answers, office: Office) -> list[Finding]:
    """Checks that the third party is not the applicant, and that the letter does not tell it who the applicant is."""
    application = answers.get("application", {})
    applicants = [name.strip() for name in name_applicants(application)]
    if answers["third_party"].strip() in applicants:
        message = "第三方与申请人是同一人，不需要征求第三方意见，请核对。"
        return [
            fault("third-party-is-applicant", message, "/third_party", basis=office.cite("third_party", of=answers))
        ]
    if any(len(name) > 1 and name in text for name in applicants for text in _texts(answers)):
        message = "文书内容里出现了申请人的姓名或者名称。发给第三方的文书不需要写明谁提出申请，请删去。"
        return [doubt("applicant-named", message, "/information", basis=office.cite("third_party_harm", of=answers))]
    return []


def _texts(answers: Answers) -> list[str]:
    rows = answers["information"]
    return [text for row in rows for text in (row.values() if isinstance(row, Mapping) else (row,))]


def remedies_check(id: str) -> Check:
    """A check that reports what the clerk should know about the remedies that the letter prints."""

    def check_remedies(answers: Answers, office: Office) -> list[Finding]:
        online = answers["service"] == "online"
        found = remedy_cautions(id, on=office.day_of(answers), office=office, served_online=online)
        return [replace(one, pointer="/service") for one in found]

    return check_remedies
