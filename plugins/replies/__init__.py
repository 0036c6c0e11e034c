"""The replies, one document for each outcome of the law: rows that share one letter layout."""

from __future__ import annotations

from . import closed, declined, given, partial, unavailable, withheld
from .letter import reply_document
from .outcomes import DECLARED

REPLIES = {row.id: row for module in (given, partial, withheld, unavailable, declined, closed) for row in module.ROWS}
DOCUMENTS = tuple(reply_document(REPLIES[key]) for key in DECLARED)
