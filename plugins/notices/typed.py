"""What the office typed into a notice: marks still to be filled in, terms of the old regulation, personal numbers."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from gipdocs.documents.document import Answers, Finding
from gipdocs.findings import doubt
from gipdocs.law import Office

from ..replies.typed import OLD_ARTICLE, OLD_TERM, UNFILLED, personal_data

# The case and the letter's own particulars: the applicant's words, names and numbers.
NOT_TYPED = (
    "application",
    "application_no",
    "clock",
    "number",
    "date",
    "overrides",
    "third_party",
    "consulted_number",
    "asked_number",
    "payment_code",
)


def typed(answers: Answers) -> Iterator[tuple[str, str]]:
    """Pointer and text of what the office typed."""
    for key, value in answers.items():
        if key not in NOT_TYPED:
            yield from _texts(value, f"/{key}")


def _texts(value: Any, pointer: str) -> Iterator[tuple[str, str]]:
    if isinstance(value, str):
        yield pointer, value
    below = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, part in below:
        yield from _texts(part, f"{pointer}/{key}")


def check_unfilled(answers: Answers, office: Office) -> list[Finding]:
    """No mark that stands for something still to be filled in."""
    return [
        doubt("unfilled", f"内容里有“{found.group()}”，像是还没有填写，请核对。", pointer)
        for pointer, text in typed(answers)
        if (found := UNFILLED.search(text))
    ]


def check_old_regulation(answers: Answers, office: Office) -> list[Finding]:
    """No term and no article of the regulation of 2007, which ended on 2019-05-14."""
    message = "内容写的像是2007年公布的条例的期限或者条款。现行条例自2019年5月15日起施行，请按现行条文核对。"
    return [
        doubt("old-regulation", message, pointer, basis=office.cite("answer_term", of=answers))
        for pointer, text in typed(answers)
        if OLD_TERM.search(text) or OLD_ARTICLE.search(text)
    ]


def check_personal_data(answers: Answers, office: Office) -> list[Finding]:
    """No identity, telephone or bank number of anybody but the applicant."""
    application = answers["application"]
    own = [application.get(key, "") for key in ("id_number", "phone", "agent_phone", "agent_id_number")]
    return [
        doubt(
            "personal-data",
            f"内容里有{'、'.join(kinds)}。文书不应写出他人的个人信息，请删去或者隐去，确需写明的请核对。",
            pointer,
            basis=office.cite("third_party_harm", of=answers),
        )
        for pointer, text in typed(answers)
        if (kinds := list(personal_data(text, own)))
    ]


TYPED_CHECKS = (check_unfilled, check_old_regulation, check_personal_data)
"""For notices in the office's own words; what others are asked about is only held to the first."""
