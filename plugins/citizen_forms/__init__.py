"""Forms for citizens and organisations beside the application form: blank or pre-filled, offered without an account."""

from __future__ import annotations

from .record_correction import RECORD_CORRECTION_APPLICATION
from .withdrawal import WITHDRAWAL_APPLICATION

DOCUMENTS = (WITHDRAWAL_APPLICATION, RECORD_CORRECTION_APPLICATION)
