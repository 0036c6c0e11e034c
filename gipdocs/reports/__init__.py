"""The annual report's record: both official forms, the arithmetic, the rules, and reading it back from a file.

`load` makes a record from JSON data, `record_of` from loaded answers, `read` from a published report. `judge` says what
is wrong with a report as printed; `prepare_record` also computes its totals, for building it. `report_check` and `report_read`
do the same in JSON, for the API and the command line.
"""

from gipdocs.reports.facts import compute_facts
from gipdocs.reports.forms import Form, form_for, load_forms
from gipdocs.reports.judgement import ReportJudgement, check, complete, judge, prepare_record, report_check
from gipdocs.reports.loading import load, record_of
from gipdocs.reports.reading import read, report_read
from gipdocs.reports.record import Record
from gipdocs.reports.record_questions import RecordQuestions

__all__ = [
    "Form",
    "Record",
    "RecordQuestions",
    "ReportJudgement",
    "check",
    "complete",
    "compute_facts",
    "form_for",
    "judge",
    "load",
    "load_forms",
    "prepare_record",
    "read",
    "record_of",
    "report_check",
    "report_read",
]
