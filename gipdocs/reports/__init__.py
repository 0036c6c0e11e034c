"""The annual report's record: both official forms, the arithmetic, the rules, and reading it back from a file.

`load` takes JSON data, `record_of` answers that questions have loaded, `read` a published report; `judge` says what
is wrong with a report as printed, `ready` fills its totals for building. `report_check` and `report_read` are the same
as JSON for the API and the command line.
"""

from gipdocs.reports.facts import facts
from gipdocs.reports.forms import Form, form_for, forms
from gipdocs.reports.judgement import Judgement, Local, check, complete, explain, judge, ready, report_check
from gipdocs.reports.loading import load, record_of
from gipdocs.reports.reading import read, report_read
from gipdocs.reports.record import Record

__all__ = [
    "Form",
    "Judgement",
    "Local",
    "Record",
    "check",
    "complete",
    "explain",
    "facts",
    "form_for",
    "forms",
    "judge",
    "load",
    "read",
    "ready",
    "record_of",
    "report_check",
    "report_read",
]
