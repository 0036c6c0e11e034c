"""The application of a case: what is kept of it, and by what the case is found and counted."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from typing import Any

from gipdocs.errors import Fault, InvalidInput
from gipdocs.letters.case import ORGANISATION, CaseApplicationQuestions, request
from gipdocs.questions import load

VERIFIED_NOT_KEPT = ("id_kind", "id_number", "agent_id_kind", "agent_id_number")
"""Identity papers are looked at, not kept (个人信息保护法第六条)."""

COLUMNS = {
    "business": "enterprise",
    "research": "research",
    "public_interest": "public_welfare",
    "legal_service": "legal_service",
    "other": "other_org",
}
"""The columns of table three by type of organisation."""

LONGEST_SUBJECT, LONGEST_APPLICANT = 200, 100
NO_SUBJECT = "未写明申请内容"


def load_application(application: Any) -> dict[str, Any]:
    """The answers of an application; InvalidInput if one is wrong, or if nobody is named."""
    answers = load(CaseApplicationQuestions, application)
    missing = {"applicant_kind": "申请人类别", "name": "姓名或者名称"}
    faults = [
        Fault(f"/{key}", "required", f"请填写“{label}”。") for key, label in missing.items() if key not in answers
    ]
    if faults:
        raise InvalidInput(faults)
    return answers


def describe_application(answers: Mapping[str, Any]) -> dict[str, Any]:
    """The columns by which a case is found and counted, from the answers of its application."""
    return {
        "applicant": search_form(answers["name"]),
        "column_key": column_of(answers),
        "subject": (request(answers) or NO_SUBJECT)[:LONGEST_SUBJECT],
    }


def keep(application: Mapping[str, Any]) -> dict[str, Any]:
    """The part of an application that the register keeps: everything but the numbers of identity papers."""
    kept = {key: value for key, value in application.items() if key not in VERIFIED_NOT_KEPT}
    if "others" in kept:
        kept["others"] = [keep(one) for one in kept["others"] or ()]
    return kept


def column_of(application: Mapping[str, Any]) -> str:
    """The column of table three; of several applicants the first one counts."""
    if application.get("applicant_kind") == ORGANISATION:
        return COLUMNS.get(application.get("organisation_type", ""), "other_org")
    return "natural_person"


def search_form(name: str) -> str:
    """A name as it is searched: in the compatibility form of Unicode, without spaces."""
    return "".join(unicodedata.normalize("NFKC", name).split())[:LONGEST_APPLICANT]
