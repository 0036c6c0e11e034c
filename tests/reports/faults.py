"""Every kind of fault that is sown."""

from __future__ import annotations

from tests.reports.faults_figures import FIGURES
from tests.reports.faults_form import FORM
from tests.reports.faults_print import PRINT
from tests.reports.faults_words import WORDS

FAULTS = (*FIGURES, *FORM, *WORDS, *PRINT)
