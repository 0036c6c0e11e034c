"""The papers of the case file: the office's own records, from receipt to proof of service."""

from __future__ import annotations

from .registration import REGISTRATION
from .review_form import REVIEW_FORM
from .search_record import SEARCH_RECORD
from .service_receipt import SERVICE_RECEIPT

DOCUMENTS = (REGISTRATION, SEARCH_RECORD, REVIEW_FORM, SERVICE_RECEIPT)
