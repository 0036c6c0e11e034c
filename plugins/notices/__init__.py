"""The procedural letters: notices, inquiries and demands while an application is being handled."""

from __future__ import annotations

from .assistance_request import ASSISTANCE_REQUEST
from .consultations import AGENCY_CONSULTATION, CONSULTATION_NOTICE, THIRD_PARTY_CONSULTATION
from .correction_notice import CORRECTION_NOTICE
from .delay_notice import DELAY_NOTICE
from .determination_request import DETERMINATION_REQUEST
from .extension_notice import EXTENSION_NOTICE
from .fee_notice import FEE_NOTICE
from .reason_notice import REASON_NOTICE
from .receipt import RECEIPT
from .rectification_reply import RECTIFICATION_REPLY
from .third_party_disclosure import THIRD_PARTY_DISCLOSURE_NOTICE

DOCUMENTS = (
    RECEIPT,
    CORRECTION_NOTICE,
    REASON_NOTICE,
    EXTENSION_NOTICE,
    DELAY_NOTICE,
    THIRD_PARTY_CONSULTATION,
    CONSULTATION_NOTICE,
    AGENCY_CONSULTATION,
    ASSISTANCE_REQUEST,
    DETERMINATION_REQUEST,
    THIRD_PARTY_DISCLOSURE_NOTICE,
    FEE_NOTICE,
    RECTIFICATION_REPLY,
)
