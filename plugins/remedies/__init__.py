"""The office's papers when its act is attacked: answer, list of evidence, defence, and correction of its own mistake."""

from __future__ import annotations

from .evidence_list import EVIDENCE_LIST
from .reconsideration_answer import RECONSIDERATION_ANSWER
from .self_correction import SELF_CORRECTION_NOTICE
from .suit_defence import SUIT_DEFENCE

DOCUMENTS = (RECONSIDERATION_ANSWER, EVIDENCE_LIST, SUIT_DEFENCE, SELF_CORRECTION_NOTICE)
