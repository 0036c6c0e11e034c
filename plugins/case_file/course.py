"""What the forms of the case file share: boxes to tick, the history of a case, the words for a deadline."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from gipdocs.documents.document import Answers
from gipdocs.law import Office
from gipdocs.law.deadline import Deadline
from gipdocs.law.deadlines import reckon_answers
from gipdocs.letters.case import receipt_day
from gipdocs.questions import Text
from gipdocs.writing import chinese_date

from ..replies.outcomes import DECLARED

OUTCOME_OPTIONS = {key: one.short for key, one in DECLARED.items()}
OPEN_DAY = "　　　　年　　月　　日"


def reference_question() -> Text:
    """The question for the number under which the application was registered."""
    return Text("申请编号", help="登记时的编号。", example="20260302001", required=True, longest=40, case="case.number")


def head(answers: Answers, office: Office) -> dict[str, Any]:
    """The head of every form: the office, the number of the case, and the date, which a draft may leave open."""
    dated = answers.get("date")
    return {
        "organ_name": office.profile.name,
        "reference": answers["application_no"],
        "date": chinese_date(dated) if dated else OPEN_DAY,
    }


def asked(application: Answers) -> list[str]:
    """The applicant's request, one line for each of its parts that was given."""
    told = (
        ("名称", "info_title"),
        ("文号", "info_number"),
        ("特征描述", "info_description"),
        ("补正后", "corrected_request"),
    )
    return [f"{label}：{application[key]}" for label, key in told if key in application]


def boxes(labels: Mapping[str, str], chosen: Iterable[str]) -> list[dict[str, str]]:
    """Every option with a box, ticked or empty."""
    marked = set(chosen)
    return [{"mark": "☑" if key in marked else "☐", "label": label} for key, label in labels.items()]


def received(clock: Answers) -> str:
    """收到申请之日, with the day of arrival below it if that was a different day."""
    day, arrived = receipt_day(clock), clock["received"]
    assert day is not None  # `received` is required
    return chinese_date(day) + (f"\n（{chinese_date(arrived)}提交）" if day != arrived else "")


def reckon_term(clock: Answers, office: Office, *events: str) -> Deadline:
    """The answer's deadline as it follows from the receipt and from these later events of the clock."""
    keys = ("channel", "received", "confirmed", *events)
    return reckon_answers("answer", {key: clock.get(key) for key in keys}, office.law)


def course(end: Deadline) -> list[str]:
    """The history of the case, one dated line for each event."""
    return [f"{chinese_date(event.date)}　{event.text}" for event in end.events]


def until(end: Deadline) -> str:
    """Two lines: 至2026年3月31日 (届满日期待定 if there is no last day yet) and （20个工作日）."""
    return (f"至{chinese_date(end.last_day)}" if end.last_day else "届满日期待定") + f"\n（{end.period}）"


def paragraphs(text: str) -> list[str]:
    """The lines of a text of several paragraphs; an empty text has none."""
    return text.split("\n") if text else []


def optional_day(answers: Answers, key: str) -> str:
    """The day; empty, to be filled in by hand, if it was not answered."""
    return chinese_date(answers[key]) if key in answers else ""
