"""What the replies take from the modules beside this package.

The only place that reaches upwards: the plugins folder is imported under whatever name an operator gave it.
"""

from .._case import (  # noqa: TID252  # see above
    DELIVERY,
    MEDIA,
    ApplicationQuestions,
    ClockQuestions,
    receipt_day,
    with_examples,
)
from .._findings import doubt, fault, note  # noqa: TID252  # see above
from .._letters import (  # noqa: TID252  # see above
    LAYOUT,
    LETTER_CHECKS,
    application_block,
    check_clock,
    clock_block,
    layout,
    letter_day,
    letter_questions,
    opening,
)
from .._notices import check_facts, ended, items  # noqa: TID252  # see above
from .._search import search_questions  # noqa: TID252  # see above

ACT = "《中华人民共和国政府信息公开条例》"

__all__ = [
    "ACT",
    "DELIVERY",
    "LAYOUT",
    "LETTER_CHECKS",
    "MEDIA",
    "ApplicationQuestions",
    "ClockQuestions",
    "application_block",
    "check_clock",
    "check_facts",
    "clock_block",
    "doubt",
    "ended",
    "fault",
    "items",
    "layout",
    "letter_day",
    "letter_questions",
    "note",
    "opening",
    "receipt_day",
    "search_questions",
    "with_examples",
]
