"""Checks of what must be done before a reply goes out: review, separation, consultation, and in the right order."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from gipdocs.documents.document import Answers, Check, Finding
from gipdocs.errors import InvalidInput
from gipdocs.findings import doubt, fault
from gipdocs.law import Office
from gipdocs.law.calendar import UnknownDay
from gipdocs.law.deadlines import period_deadline
from gipdocs.law.outcomes import PARTIAL
from gipdocs.letters.case import receipt_day
from gipdocs.writing import chinese_date

from .items import is_masked, results
from .outcomes import GIVEN, THIRD_PARTY, WITHHELD
from .row import Reply

SEPARABLE = (*WITHHELD, "reply-needs-making")
"""Outcomes for which 条例第三十七条 must be considered first."""


def outcomes_of(reply: Reply, answers: Answers) -> Iterator[tuple[str, str]]:
    """Every outcome in the letter, with the pointer of its item ("" for the letter's own)."""
    yield reply.id, ""
    yield from ((one, f"/items/{i}") for i, row in enumerate(answers.get("items", [])) for one in results(row))


def check_separation(reply: Reply, answers: Answers, office: Office) -> list[Finding]:
    """Checks that 区分处理 was considered before a refusal; parts are already separated."""
    asked = {"": answers} | {f"/items/{i}": row for i, row in enumerate(answers.get("items", []))}
    parts = reply.answers_parts(answers)
    separated = {pointer for pointer, row in asked.items() if parts or row.get("outcome") == PARTIAL}
    return [
        fault(
            "separation-not-considered",
            "没有写明是否考虑过区分处理。请先看能否把可以公开的内容区分出来提供，不能的，选择相应的情形。",
            f"{pointer}/separation",
            basis=office.cite("separation", of=answers),
        )
        for outcome, pointer in outcomes_of(reply, answers)
        if outcome in SEPARABLE and pointer not in separated and not asked[pointer].get("separation")
    ]


def check_review(reply: Reply, answers: Answers, office: Office) -> list[Finding]:
    """Checks that the information handed over was reviewed, also for secrets (条例第十七条)."""
    giving = any(outcome in GIVEN for outcome, _ in outcomes_of(reply, answers))
    if not giving or answers.get("reviewed"):
        return []
    message = "提供政府信息之前，应当完成公开审查和保密审查。请完成审查并确认“已完成公开审查”。"
    return [fault("review-missing", message, "/reviewed", basis=office.cite("review_secrecy", of=answers))]


def check_third_party(reply: Reply, answers: Answers, office: Office) -> list[Finding]:
    """Checks that a third party whose rights are concerned was asked in writing and had time to answer (第三十二条)."""
    rows = [one for row in answers.get("items", []) if not is_masked(row, answers) for one in results(row)]
    if not any(outcome in THIRD_PARTY for outcome in (reply.id, *rows)):
        return []
    asked, pointer, basis = (
        answers["clock"].get("consultations", []),
        "/clock/consultations",
        office.cite("third_party", of=answers),
    )
    if not asked:
        message = (
            "没有征求第三方意见的记录。应当先书面征求第三方意见，请填写征求意见书的发出、收到和收到意见的日期；"
            "身份证号码、银行账号等个人标识信息，可以在部分公开的答复书中直接隐去，不必征求。"
        )
        return [fault("third-party-not-consulted", message, pointer, basis=basis)]
    waiting = [one for one in asked if not one.keys() & {"answered", "returned"}]
    if not waiting:
        return []
    ends = [_third_party_end(one.get("delivered"), office) for one in waiting]
    if not all(ends):
        message = (
            "没有收到第三方的意见，也没有填写第三方收到征求意见书的日期，不能判断其是否逾期，请补充；"
            "征求意见书无法送达的，填写退回日期。"
        )
        return [fault("third-party-term-unknown", message, pointer, basis=basis, overridable=True)]
    latest = max(filter(None, ends))
    if office.day_of(answers) > latest:
        return []
    message = f"第三方提出意见的期限到{chinese_date(latest)}届满，届满前不能按逾期未提出意见处理。"
    return [fault("third-party-term-running", message, "/date", basis=basis, overridable=True)]


def _third_party_end(delivered: date | None, office: Office) -> date | None:
    try:
        return period_deadline("third_party", delivered, law=office.law).last_day if delivered else None
    except InvalidInput:
        return None


def check_form(reply: Reply, answers: Answers, office: Office) -> list[Finding]:
    """Checks for a reason if form or way differ from the request, unless the applicant accepts any (第四十条)."""
    ways = {"medium": answers.get("medium"), "delivery": answers.get("delivery")}
    if reply.id == "reply-granted-inspection":
        ways = {"delivery": "inspection"}
    application = answers["application"]
    asked = {"medium": application.get("media", []), "delivery": application.get("delivery", [])}
    differs = [key for key, way in ways.items() if way and asked[key] and way not in asked[key]]
    if not differs or application.get("accept_other") or answers.get("other_form_reason"):
        return []
    message = "提供的形式或者获取的方式与申请人的要求不一致，申请人没有同意其他方式，请写明未按申请的形式提供的理由。"
    return [
        fault(
            "form-differs",
            message,
            "/other_form_reason",
            basis=office.cite("form_of_giving", of=answers),
            overridable=True,
        )
    ]


def ticked(key: str, code: str, message: str, *, cites: tuple[str, ...]) -> Check:
    """A check that the clerk confirmed a fact on which the letter is based; `cites` are keys of data/citations.toml."""

    def check_ticked(answers: Answers, office: Office) -> list[Finding]:
        basis = office.cite(*cites, of=answers)
        return [] if answers.get(key) else [fault(code, message, f"/{key}", basis=basis)]

    return check_ticked


def told_in_time(key: str) -> Check:
    """A check that the correction notice kept the term of 条例第三十条; a late one is only doubtful, not an error."""

    def check_told(answers: Answers, office: Office) -> list[Finding]:
        received, told = receipt_day(answers["clock"]), answers[key]
        assert received is not None  # `received` is required
        try:
            end = period_deadline("correction_notice", received, law=office.law).last_day
        except InvalidInput:
            return []
        if end is None or told <= end or "again" in answers:
            return []
        message = f"告知补正的期限到{chinese_date(end)}届满，补正告知书逾期发出，可能被认为以补正拖延答复，请核对。"
        return [doubt("correction-notice-late", message, f"/{key}", basis=office.cite("correction", of=answers))]

    return check_told


def last_working_day(kind: str, start: date, office: Office) -> date | None:
    """The last day of a term that begins with `start`; None past the end of the calendar or if no limit was in force."""
    try:
        return period_deadline(kind, start, law=office.law).last_day
    except (InvalidInput, UnknownDay):
        return None
