"""What the flowchart takes from the modules beside this package: widths of texts, and the letters that it names.

The only place that reaches upwards: the plugins folder is imported under whatever name an operator gave it.
"""

import re

from .._letter import width  # noqa: TID252  # see above
from ..consultations import (  # noqa: TID252  # see above
    AGENCY_CONSULTATION,
    CONSULTATION_NOTICE,
    THIRD_PARTY_CONSULTATION,
)
from ..correction_notice import CORRECTION_NOTICE  # noqa: TID252  # see above
from ..delay_notice import DELAY_NOTICE  # noqa: TID252  # see above
from ..extension_notice import EXTENSION_NOTICE  # noqa: TID252  # see above
from ..fee_notice import FEE_NOTICE  # noqa: TID252  # see above
from ..reason_notice import REASON_NOTICE  # noqa: TID252  # see above
from ..receipt import RECEIPT  # noqa: TID252  # see above
from ..registration import REGISTRATION  # noqa: TID252  # see above
from ..review_form import REVIEW_FORM  # noqa: TID252  # see above
from ..search_record import SEARCH_RECORD  # noqa: TID252  # see above
from ..service_receipt import SERVICE_RECEIPT  # noqa: TID252  # see above

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
"""How the chart calls a letter, by the id of its document: the title without what all titles begin with."""

__all__ = ["LETTERS", "width"]
