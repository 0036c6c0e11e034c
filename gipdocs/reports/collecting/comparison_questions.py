"""Two reports to compare, as the API asks for them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from gipdocs import questions
from gipdocs.questions import Block, Questions
from gipdocs.questions.figures import Notes
from gipdocs.reports import samples
from gipdocs.reports.collecting.comparison import Comparison, compare
from gipdocs.reports.loading import record_of
from gipdocs.reports.record_questions import YearQuestions
from gipdocs.reports.shapes import places


def sample_record(office: Any) -> dict[str, Any]:
    """The report of whose year before `samples.previous` is the report."""
    tables = {"table2": samples.TABLE2, "table3": samples.TABLE3, "table4": samples.TABLE4}
    return {"year": samples.YEAR, "agency": office.profile.name, **tables}


def ask_explanations() -> Notes:
    """The question for what the office has to say of single figures."""
    return Notes(
        "情况说明",
        options=places(),
        example={"table3.new.total": "年内集中受理了同一事项的申请"},
        help="写明变化的原因（机构改革、职权划转、集中清理等），印在这个数字的同一行；报告里已经加注的自动带入。",
    )


class TwoYears(Questions):
    """A report, that of the year before, and what explains single figures."""

    record = Block("本年报告", YearQuestions, required=True, example=sample_record)
    previous = Block("上年报告", YearQuestions, required=True, example=samples.previous)
    explanations = ask_explanations()


def compare_answers(answers: Mapping[str, Any]) -> Comparison:
    """The comparison of two records that were answered as these questions ask; InvalidInput as in `compare`."""
    record, previous = (
        record_of({key: one for key, one in answers[name].items() if key != "previous"})
        for name in ("record", "previous")
    )
    return compare(record, previous, answers.get("explanations"))


def report_compare(body: Any) -> dict[str, Any]:
    """The API's answer to two records (JSON data). Raises InvalidInput."""
    return compare_answers(questions.load(TwoYears, body)).as_json()
