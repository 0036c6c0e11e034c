"""A deadline on a page: the form of one kind of clock, and what was reckoned from the dates in the address."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from werkzeug.datastructures import MultiDict

from gipdocs.errors import Fault, InvalidInput
from gipdocs.forms.forms import QuestionsForm, form_class
from gipdocs.law import Office
from gipdocs.law.clock import KIND, deadline_questions
from gipdocs.law.deadline import Deadline
from gipdocs.law.deadlines import reckon

OFFERED_ROWS = 3
"""How many blank rows are offered for consultations."""


def reckoned(args: MultiDict[str, str], office: Office) -> Mapping[str, Any]:
    """The values of the page for a query: kinds, the chosen one, its form, and the deadline or the faults."""
    schemas = deadline_questions(office.law).schemas
    asked = args.get("kind", "")
    kind = asked if asked in schemas else next(iter(schemas))
    form = form_class(schemas[kind], office)(args)
    answers = form.payload()
    found, faults = _deadline({"kind": kind, **answers}, office) if answers else (None, ())
    _offer_rows(form)
    return {"kinds": KIND.options, "kind": kind, "form": form, "found": found, "faults": faults}


def _deadline(body: Mapping[str, Any], office: Office) -> tuple[Deadline | None, tuple[Fault, ...]]:
    try:
        return reckon(body, office.law), ()
    except InvalidInput as error:
        return None, tuple(error.faults)


def _offer_rows(form: QuestionsForm) -> None:
    for key, field in form.named():
        if field.question.kind == "rows":
            for _ in range(OFFERED_ROWS - len(field.entries)):
                form.add_row(key)
