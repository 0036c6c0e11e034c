"""Several applicants, and several applications answered at once: what the opening tells of them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from itertools import combinations
from typing import Any

from gipdocs.documents.document import Answers, Finding
from gipdocs.findings import fault
from gipdocs.law import Office
from gipdocs.law.citations import Cited
from gipdocs.law.clock import CHANNELS, LONGEST_EXTENSION, YEARS
from gipdocs.letters.case import channel_words, name_applicants, now_requested, receipt_day, request, stop
from gipdocs.questions import Choice, Date, LongText, Name, Number, Questions, Rows, Text
from gipdocs.writing import chinese_date, numeral, quantity

MOST_APPLICATIONS = 50
JOINED = re.compile(r"[、，,；;]|等[0-9一二三四五六七八九十百]+(?:人|户|名)")


class FurtherApplicationQuestions(Questions):
    """One more application that the letter answers: whose it is, when and how it came, and what it asks for."""

    applicant = Name(
        "提出这一件申请的申请人",
        help="几人分别提出申请的，写明是谁提出的；都是同一申请人提出的不填。",
        example="李桂芬",
        in_sample=False,
        longest=100,
    )
    number = Text("申请编号", example="20260303002", in_sample=False, longest=40, case="joined.number")
    channel = Choice("收到渠道", options=CHANNELS, example="online", required=True)
    received = Date("收到日期", example="2026-03-03", required=True, years=YEARS)
    confirmed = Date(
        "与申请人确认日期",
        help=Cited("平常信函、互联网、传真提交的填写（{receipt.short}）。"),
        example="2026-03-04",
        in_sample=False,
        years=YEARS,
    )
    request = LongText(
        "申请公开的内容",
        help="用申请中的原话。",
        example="2025年市级党政机关公务用车更新数量",
        required=True,
        longest=5000,
    )
    corrected = Date("收到补正日期", example="2026-03-10", in_sample=False, years=YEARS, needed="补正改变了内容的必填")
    corrected_request = LongText(
        "补正后申请公开的内容",
        help="补正改变了所申请的内容的填写，用补正材料中的原话。",
        example="2025年市级党政机关公务用车更新数量，按部门列出",
        in_sample=False,
        longest=5000,
    )
    extension = Number(
        "延长的工作日数",
        help="这一件申请的答复期限延长过的填写。",
        example=5,
        in_sample=False,
        most=LONGEST_EXTENSION,
        on_file=True,
    )


def applications_question() -> Rows:
    """The question for further applications that the same letter answers."""
    return Rows(
        "一并答复的其他申请",
        FurtherApplicationQuestions,
        help=Cited(
            "同一申请人的几件申请，或者几个申请人内容相同的申请，可以在一份文书中一并答复（{joint_answer.number}{joint_answer.place}）；"
            "第一件填在上面，其余逐件填在这里，答复期限逐件计算。多人申请相同信息的，可以纳入主动公开（{proactive_shared.short}）。"
        ),
        in_sample=False,
        most=MOST_APPLICATIONS - 1,
        case="joined",
    )


def joint_words(answers: Answers, *, reply: bool, closes: bool = False) -> dict[str, Any]:
    """The names of wording/_opening.txt for several applications.

    A letter that only `closes` the applications answers none of them.
    """
    further = answers.get("applications", [])
    rows = [_first(answers), *further] if further else []
    first, asked = _first_applicants(answers), list(dict.fromkeys(row["request"] for row in rows))
    return {
        "several_applications": bool(rows),
        "alike": len(asked) == 1,
        "same_request": asked[0] if len(asked) == 1 else "",
        "same_stop": stop(asked[0]) if len(asked) == 1 else "",
        "application_count": quantity(len(rows), "件"),
        "at_once": "办结" if closes else "答复" if reply else "办理",
        "applications": [_words(i, row, first) for i, row in enumerate(rows, 1)],
        "some_corrected": any("corrected" in row for row in rows),
    }


def _first(answers: Answers) -> Mapping[str, Any]:
    """The application of the blocks `application` and `clock`, as a row beside the further ones."""
    clock, application = answers["clock"], answers["application"]
    row = _days(clock)
    if "application_no" in answers:
        row["number"] = answers["application_no"]
    if "corrected_request" in application:
        row["corrected_request"] = application["corrected_request"]
    return {**row, "request": request(application)}


def _first_applicants(answers: Answers) -> str:
    """Whose the first application is: all applicants without one of their own; empty if no row names an applicant."""
    own = {name for row in answers.get("applications", []) for name in _own_applicants(row)}
    name, *others = name_applicants(answers["application"])
    return "、".join([name, *(one for one in others if one not in own)]) if own else ""


def _own_applicants(row: Mapping[str, Any]) -> list[str]:
    """李桂芬、王建国 as two names."""
    return [name for name in row.get("applicant", "").split("、") if name]


def _days(row: Mapping[str, Any]) -> dict[str, Any]:
    """The days of an application's own clock."""
    return {key: row[key] for key in ("channel", "received", "confirmed", "corrected", "extension") if key in row}


def _words(i: int, row: Mapping[str, Any], first: str) -> dict[str, Any]:
    received, arrived = receipt_day(_days(row)), row["received"]
    assert received is not None  # `received` is required
    return {
        "which": f"第{numeral(i)}件",
        "applicant": row.get("applicant", first),
        "submitted_on": chinese_date(arrived),
        "by_channel": channel_words(row),
        "confirmed": f"，本机关于{chinese_date(received)}确认收到" if received != arrived else "",
        "number": f"（申请编号：{row['number']}）" if "number" in row else "",
        "request": row["request"],
        "stop": stop(row["request"]),
        "corrected": "corrected" in row,
        "corrected_on": chinese_date(row["corrected"]) if "corrected" in row else "",
        "corrected_undated": "corrected_request" in row and "corrected" not in row,
        "now_requested": now_requested(row),
    }


def clocks(answers: Answers) -> Iterator[tuple[str, str, Answers]]:
    """Pointer, name and days of the clock of each application that the letter answers.

    Consultations and payments count for a further application if they came after it.
    """
    main = answers["clock"]
    yield "/clock", "第一件申请", main
    for i, row in enumerate(answers.get("applications", [])):
        days = _days(row)
        since = receipt_day(days)
        asked = [one for one in main.get("consultations", []) if since is None or one["sent"] >= since]
        paid = {"paid": main["paid"]} if "paid" in main and since is not None and main["paid"] >= since else {}
        yield (
            f"/applications/{i}",
            f"第{numeral(i + 2)}件申请",
            {**days, **paid, **({"consultations": asked} if asked else {})},
        )


def check_applicants(answers: Answers, office: Office) -> list[Finding]:
    """Checks that each applicant has a place of his own, and that none is there twice."""
    application = answers["application"]
    basis, found = office.cite("application", of=answers), []
    if JOINED.search(application["name"]) and application.get("applicant_kind") == "citizen":
        message = (
            "申请人一栏像是写了几个人。几人共同申请的，请第一人填在这里，其余逐人填在“其他申请人”中，文书称“你们”。"
        )
        found.append(fault("applicants-joined", message, "/application/name", basis=basis, overridable=True))
    people = [("", application), *((f"/others/{i}", one) for i, one in enumerate(application.get("others", [])))]
    for (_, one), (place, other) in combinations(people, 2):
        if _same_person(one, other):
            message = f"申请人“{other['name']}”填写了两次，请删去一处；确是同名的两人的，请填写各自的证件号码。"
            found.append(fault("applicant-twice", message, f"/application{place}/name", basis=basis, overridable=True))
    return found


def _same_person(one: Answers, other: Answers) -> bool:
    """The same identity number, or the same name unless two numbers differ."""
    numbers = [person.get("id_number") or person.get("uscc") for person in (one, other)]
    if all(numbers):
        return numbers[0] == numbers[1]
    return bool(one["name"].strip() == other["name"].strip())


def check_applications(answers: Answers, office: Office) -> list[Finding]:
    """Checks that no application is answered twice in one letter, that each came before it, and whose each is."""
    further = answers.get("applications", [])
    rows = [("/clock", _first(answers)), *((f"/applications/{i}", row) for i, row in enumerate(further))]
    basis = office.cite("answers", of=answers)
    found = [
        fault(
            "application-twice", "同一件申请在一份文书里填写了两次，请删去一处，或者核对申请编号。", place, basis=basis
        )
        for (_, one), (place, other) in combinations(rows, 2)
        if _same_application(one, other)
    ]
    names, dated = name_applicants(answers["application"]), answers.get("date")
    for place, row in rows[1:]:
        latest = max(day for key in ("received", "confirmed", "corrected") if (day := row.get(key)))
        if dated and dated < latest:
            message = f"成文日期早于收到申请、确认或者补正的日期（{chinese_date(latest)}），请核对。"
            found.append(fault("date-before-receipt", message, f"{place}/received"))
        if "corrected_request" in row and "corrected" not in row:
            found.append(_undated(f"{place}/corrected"))
        if strange := [name for name in _own_applicants(row) if name not in names]:
            message = f"“{'、'.join(strange)}”不在申请人之列，请填写在申请的“其他申请人”中。"
            found.append(fault("applicant-unlisted", message, f"{place}/applicant"))
    if "corrected_request" in answers["application"] and "corrected" not in answers["clock"]:
        found.append(_undated("/clock/corrected"))
    return found


def _undated(pointer: str) -> Finding:
    message = "填写了补正后申请公开的内容，请填写收到补正日期；没有补正的，请清空补正后的内容。"
    return fault("corrected-request-undated", message, pointer)


def _same_application(one: Mapping[str, Any], other: Mapping[str, Any]) -> bool:
    """The same number; without two numbers, the same request of the same applicant on the same day."""
    if "number" in one and "number" in other:
        return bool(one["number"] == other["number"])
    return all(one.get(key) == other.get(key) for key in ("request", "received", "applicant"))
