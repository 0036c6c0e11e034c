"""The papers of the case file: the office's own records, from receipt to proof of service."""

from __future__ import annotations

from .file_index import FILE_INDEX
from .oral_application import ORAL_APPLICATION
from .receipt_confirmation import RECEIPT_CONFIRMATION
from .registration import REGISTRATION
from .review_form import REVIEW_FORM
from .search_record import SEARCH_RECORD
from .service_receipt import SERVICE_RECEIPT
from .transfer_note import TRANSFER_NOTE

DOCUMENTS = (
    ORAL_APPLICATION,
    RECEIPT_CONFIRMATION,
    REGISTRATION,
    TRANSFER_NOTE,
    SEARCH_RECORD,
    REVIEW_FORM,
    SERVICE_RECEIPT,
    FILE_INDEX,
)
