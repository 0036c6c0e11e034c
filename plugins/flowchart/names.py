"""What the flowchart uses from the modules beside this package: widths of texts, and the letters that it names.

Only this module imports from the parent package, and does so relatively, since the plugins folder may have any name.
"""

import re

from gipdocs.writing import width

from ..case_file.registration import REGISTRATION
from ..case_file.review_form import REVIEW_FORM
from ..case_file.search_record import SEARCH_RECORD
from ..case_file.service_receipt import SERVICE_RECEIPT
from ..notices.consultations import AGENCY_CONSULTATION, CONSULTATION_NOTICE, THIRD_PARTY_CONSULTATION
from ..notices.correction_notice import CORRECTION_NOTICE
from ..notices.delay_notice import DELAY_NOTICE
from ..notices.extension_notice import EXTENSION_NOTICE
from ..notices.fee_notice import FEE_NOTICE
from ..notices.reason_notice import REASON_NOTICE
from ..notices.receipt import RECEIPT

OPENING = re.compile("^(政府信息(公开)?)?(信息处理费|申请|文书)?")
LETTERS = {
    document.id: OPENING.sub("", document.title.partition("（")[0])
    for document in (
        AGENCY_CONSULTATION,
        CONSULTATION_NOTICE,
        CORRECTION_NOTICE,
        DELAY_NOTICE,
        EXTENSION_NOTICE,
        FEE_NOTICE,
        REASON_NOTICE,
        RECEIPT,
        REGISTRATION,
        REVIEW_FORM,
        SEARCH_RECORD,
        SERVICE_RECEIPT,
        THIRD_PARTY_CONSULTATION,
    )
}
"""What the chart calls each letter, by document id: the title without the beginning common to all titles."""

__all__ = ["LETTERS", "width"]
