"""The wizard of the desk: question by question to the outcome of an application, its article and its letter.

Nothing is kept: the address holds the answers, which are codes and no personal data.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from flask import Blueprint, Response, request

from gipdocs.access.permissions import Permission
from gipdocs.documents.document import Document
from gipdocs.faces import needs, service
from gipdocs.law import Office
from gipdocs.law.judgement import (
    Course,
    Judgement,
    Known,
    cite_keys,
    load_judgement,
    tell_conclusion,
    tell_reasoning,
)
from gipdocs.law.overview import REMEDIES, name_row
from gipdocs.law.remedies import combined_class
from gipdocs.law.report_row import report_row
from gipdocs.web.pages import page

judging = Blueprint("judging", __name__)
ASK = "ask"
"""The question that is to be asked again; the other parameters of the address are questions with their answers."""


@judging.get("/judge")
@needs(Permission.DOCUMENTS)
def judge() -> Response:
    """The next question, or the outcome, after the answers in the address."""
    again = request.args.get(ASK, "")
    return show_course(Inquest(given=read_given(request.args), office=service().office(), again=again))


@dataclass(frozen=True, kw_only=True)
class Inquest:
    """A judgement on its way: the answers given so far, what the case knows, and the question to be asked again."""

    given: Mapping[str, str]
    office: Office
    known: Mapping[str, Known] = field(default_factory=dict)
    again: str = ""

    @property
    def judgement(self) -> Judgement:
        """The questions."""
        return load_judgement()

    @property
    def course(self) -> Course:
        """The way so far, up to the question that is asked again."""
        return self.judgement.follow(self.given, known=self.known, until=self.again)

    def without(self, key: str) -> dict[str, str]:
        """The given answers except that to one question."""
        return {one: answer for one, answer in self.given.items() if one != key}


def read_given(sent: Mapping[str, str]) -> dict[str, str]:
    """The answers among what a browser sent, question -> answer; everything else is passed over."""
    judgement = load_judgement()
    return {
        key: sent[key] for key, inquiry in judgement.inquiries.items() if key in sent and sent[key] in inquiry.answers
    }


def show_course(inquest: Inquest, status: int = 200, **case: Any) -> Response:
    """The page of a judgement: with its open question, or its end."""
    course, law = inquest.course, inquest.office.today_law
    return page(
        "judge",
        status,
        inquest=inquest,
        course=course,
        law=law,
        cite=lambda keys: cite_keys(keys, law) or "",
        reasoning=tell_reasoning(course),
        conclusion=tell_conclusion(course, law),
        end=describe_outcome(course, inquest.office),
        documents=[*offer_documents(course)],
        titles=service().registry.titles,
        outcomes=law.outcomes,
        **{"case": None, **case},
    )


def describe_outcome(course: Course, office: Office) -> dict[str, Any]:
    """What the page tells of an outcome: its article, its row in the report, its remedy; empty without an outcome."""
    if not course.outcome:
        return {}
    law, all_parts = office.today_law, [course.outcome, *course.besides]
    row = report_row(all_parts, law=law, recorded=course.outcome)
    remedy = combined_class(all_parts, on=office.today, office=office)
    return {"outcome": law.outcome(course.outcome), "remedy": REMEDIES[remedy], "row": name_row(row)}


def offer_documents(course: Course) -> Iterator[Document]:
    """The documents to which the end of a course leads, the most important first: its letter, and what goes with it."""
    entries = service().registry
    ids = [course.outcome, *(id for id, entry in entries.items() if _records(entry.document, course)), *course.papers]
    yield from (entries[id].document for id in dict.fromkeys(ids) if id in entries)


def _records(document: Document, course: Course) -> bool:
    """Whether issuing a document does what the course says must be done first."""
    wanted = course.procedure
    if wanted is None or not wanted.event or document.event != wanted.event:
        return False
    return all(document.event_facts.get(key) == value for key, value in wanted.facts.items())
