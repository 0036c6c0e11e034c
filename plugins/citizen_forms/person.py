"""Who fills in a form: the questions of the application form that identify a person, and how they are printed."""

from __future__ import annotations

from typing import Any

from gipdocs.documents.document import Answers, Finding
from gipdocs.findings import note
from gipdocs.law import Office
from gipdocs.letters.case import ORGANISATION, ApplicationQuestions
from gipdocs.letters.notices import return_address
from gipdocs.questions import Question
from gipdocs.questions.identity import ID_KINDS
from gipdocs.writing import chinese_date

from ..case_file.course import boxes
from ..case_file.registration import KINDS

BY_LETTER = ("in_person", "mail")
"""How these forms come to the agency; its other channels are for applications."""
BLANK_DAY = "　　　　年　　月　　日"
FOR_DELIVERY = ("address", "email", "fax")
"""The help of these questions speaks of the way of delivery, which the application form alone asks for."""


def pick_questions(*keys: str, step: str = "") -> dict[str, Question]:
    """These questions of the application form; the first of them begins the `step`."""
    known = dict(ApplicationQuestions().questions())
    for key in FOR_DELIVERY:
        known[key].help = ""
    picked = {key: known[key] for key in keys}
    for key, question in picked.items():
        question.step = step if key == keys[0] else ""
    return picked


def print_person(answers: Answers, office: Office) -> dict[str, Any]:
    """The names that the forms share: who applies, proof of identity, agent, the day, and where the form goes."""
    code, number = answers.get("uscc", ""), answers.get("id_number", "")
    kind = "统一社会信用代码" if code else ID_KINDS.get(answers.get("id_kind", ""), "")
    return {
        "organ_name": office.profile.name,
        "law": office.law_of(answers).citations,
        **{key: answers.get(key, "") for key in ("name", "phone", "address", "agent_name", "agent_phone")},
        "kinds": boxes(KINDS, [answers.get("applicant_kind", "")]),
        "id_kind": kind,
        "id_number": "\n".join(filter(None, (code, number))),
        "date": chinese_date(answers["date"]) if "date" in answers else BLANK_DAY,
        "receiver": return_address(office),
    }


Gap = tuple[bool, str, str]
"""Whether something is missing, its pointer, and what to say."""


def find_gaps(answers: Answers, office: Office, gaps: list[Gap], *, basis: str) -> list[Finding]:
    """Notes on what is missing of the person and of the rest (`basis`: its citation); none for a blank form."""
    if not answers:
        return []
    sourced = [(office.cite("application_identity", of=answers), gap) for gap in _of_person(answers)]
    sourced += [(office.cite(basis, of=answers), gap) for gap in gaps]
    return [note("gap", told, pointer, basis=source) for source, (missing, pointer, told) in sourced if missing]


def _of_person(answers: Answers) -> list[Gap]:
    proof = "uscc" if answers.get("applicant_kind") == ORGANISATION else "id_number"
    return [
        ("name" not in answers, "/name", "没有填写申请人的姓名或者名称。"),
        (proof not in answers, f"/{proof}", "没有填写身份证明的号码，提交时请附身份证明。"),
        ("phone" not in answers, "/phone", "没有填写联系电话，联系不上时可能影响办理。"),
    ]
