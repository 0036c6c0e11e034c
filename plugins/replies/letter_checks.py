"""The checks of every reply, in the order of the form; the first argument of each is the reply's row."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from gipdocs.documents.document import Answers, Finding
from gipdocs.errors import InvalidInput
from gipdocs.law import Office
from gipdocs.letters.letter import acts_in_force
from gipdocs.letters.told import check_untold

from .evidence import check_form, check_review, check_separation, check_third_party
from .item_checks import check_inspection_time, check_items, check_partial, check_report_row
from .ranks import check_bases
from .reasons import check_attachments, check_reasons, check_weighing
from .row import Reply


def check_law_in_force(reply: Reply, answers: Answers, office: Office) -> list[Finding]:
    """Checks that the articles that the letter cites are in force on its date."""
    return acts_in_force((one.act for one in reply.all_articles(answers, office)), answers, office)


def check_remedies(reply: Reply, answers: Answers, office: Office) -> list[Finding]:
    """Errors that prevent the letter from naming the remedies that it must name.

    Cautions about lawsuits that courts no longer accept are left out: they apply to every letter of that kind, so they
    are shown where the document is chosen.
    """
    try:
        cautions = reply.remedies(answers, office).cautions
    except InvalidInput:
        return []  # a day before the law: check_law_in_force reports it
    return [replace(one, pointer="/service") for one in cautions if one.severity == "error"]


def check_late_told(reply: Reply, answers: Answers, office: Office) -> list[Finding]:
    """Doubts an answer that is owed, comes after the usual term, and does not tell why."""
    return check_untold(answers, office) if reply.owed else []


REPLY_CHECKS: tuple[Callable[[Reply, Answers, Office], list[Finding]], ...] = (
    check_law_in_force,
    check_late_told,
    check_form,
    check_review,
    check_separation,
    check_third_party,
    check_items,
    check_partial,
    check_inspection_time,
    check_bases,
    check_report_row,
    check_reasons,
    check_weighing,
    check_attachments,
    check_remedies,
)
