"""Makes a Record from answers that the record's questions accept."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from gipdocs import questions
from gipdocs.questions.figures import figure_at
from gipdocs.reports import expressions
from gipdocs.reports.expressions import Number
from gipdocs.reports.record import Claim, Item, ProcessingFee, Record, Section, figures_of, plain_path
from gipdocs.reports.record_questions import Kept, RecordQuestions, YearQuestions
from gipdocs.reports.shapes import choose_form, choose_rows, path_of

TEXTS = ("agency", "agency_kind", "level", "title", "preamble", "signature")
DESCRIPTIVE = {key for key, question in YearQuestions().questions() if isinstance(question, Kept)} - {"previous"}


def load(raw: Any) -> Record:
    """The record in `raw`, plain JSON data.

    Raises InvalidInput with all faults at once, each with its JSON pointer. Unknown keys are refused. Totals and whole
    tables may be absent and are then blank.
    """
    return record_of(questions.load(RecordQuestions, raw))


def record_of(answers: Mapping[str, Any]) -> Record:
    """The record from answers that RecordQuestions, or a narrower version of these, have accepted."""
    form, rows = choose_form(answers), choose_rows(answers)
    cells = {
        path: figure_at(answers.get(path.split(".")[0]), path_of(figure))
        for path, figure in figures_of(form, rows).items()
    }
    remarks = {plain_path(key): text for key, text in answers.get("remarks", {}).items() if text.strip()}
    previous = answers.get("previous")
    not_visible = tuple(answers.get("not_visible", ()))
    return Record(
        year=answers["year"],
        format=form,
        form_rows=rows,
        cells=cells,
        amount_unit=figure_at(answers.get("table2"), ("procurement", "amount_unit")),
        not_visible=not_visible,
        hidden=_hidden(not_visible, cells),
        remarks=remarks,
        raw=answers.get("raw", {}),
        sections=tuple(map(_section, answers.get("sections", ()))),
        claims=tuple(map(_claim, answers.get("claims", ()))),
        processing_fee=_fee(answers.get("processing_fee")),
        attachments=tuple(answers.get("attachments", ())),
        date=answers.get("date"),
        previous=record_of({key: one for key, one in previous.items() if key != "previous"}) if previous else None,
        described={key: value for key, value in answers.items() if key in DESCRIPTIVE},
        **{key: answers.get(key) for key in TEXTS},
    )


def _hidden(not_visible: tuple[str, ...], cells: Mapping[str, Number | None]) -> frozenset[str]:
    """The blank cells in the cells, rows and tables that could not be read."""
    starts = [plain_path(path) for path in not_visible]
    blank = (path for path, value in cells.items() if value is None)
    return frozenset(path for path in blank if any(path == one or path.startswith(f"{one}.") for one in starts))


def _section(answers: Mapping[str, Any]) -> Section:
    items = tuple(Item(**item) for item in answers.get("items", ()))
    return Section(no=answers["no"], heading=answers.get("heading", ""), items=items, table=answers.get("table"))


def _claim(answers: Mapping[str, Any]) -> Claim:
    words = {key: answers.get(key, "") for key in ("key", "quote", "where")}
    compare = answers.get("compare")
    return Claim(
        value=_whole(answers.get("value")),
        compare=expressions.parse(compare) if compare else None,
        note=answers.get("note"),
        **words,
    )


def _fee(answers: Mapping[str, Any] | None) -> ProcessingFee | None:
    return None if answers is None else ProcessingFee(**{**answers, "yuan": _whole(answers.get("yuan"))})


def _whole(number: Decimal | None) -> Number | None:
    """A number as an int if it has no decimals."""
    return int(number) if number is not None and number == number.to_integral_value() else number
