"""A reply as a document: its row with the layout of all letters and the checks of all replies."""

from __future__ import annotations

from functools import partial

from gipdocs.documents.document import Document
from gipdocs.law.outcomes import Remedy
from gipdocs.letters.letter import LAYOUT, LETTER_CHECKS, check_clock
from gipdocs.letters.notices import check_facts
from gipdocs.letters.typed import typed_checks

from .letter_checks import REPLY_CHECKS
from .row import Reply

IF_DISCLOSED = "此前的答复已经公开的，"
COURT_BARRED = (
    "对这类处理直接提起的行政诉讼，人民法院目前一般不予立案；"
    "答复仍写明行政复议、行政诉讼两种途径，申请人询问时可以提示其先申请行政复议。"
)


def reply_document(reply: Reply) -> Document:
    """The document declared by a row."""
    declared = reply.declared
    barred = declared.remedy is Remedy.RECON_OR_SUE_COURT_BARRED
    letter = tuple(check_facts if check is check_clock and not reply.owed else check for check in LETTER_CHECKS)
    return Document(
        id=reply.id,
        title=f"{declared.title}（{declared.short}）",
        group="答复",
        summary=reply.summary + (IF_DISCLOSED if reply.discloses else "") + (COURT_BARRED if barred else ""),
        schema=reply.schema(),
        template=LAYOUT,
        wording=f"{reply.id}.txt",
        event="answered",
        context=reply.context,
        checks=(
            *letter,
            *(partial(check, reply) for check in REPLY_CHECKS),
            *typed_checks(reply.asked),
            *reply.checks,
        ),
    )
