"""Marks beside a number that do not belong to it: raised and lowered characters, note marks, invisible characters."""

from __future__ import annotations

import re

RAISED = str.maketrans("0123456789+-=()", "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁼⁽⁾")
LOWERED = str.maketrans("0123456789+-=()", "₀₁₂₃₄₅₆₇₈₉₊₋₌₍₎")
INVISIBLE = dict.fromkeys(map(ord, "\u00ad\u200b\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2060\ufeff"))
"""Soft hyphens, zero-width spaces and direction marks."""
SMALL_DIGITS = "⁰¹²³⁴⁵⁶⁷⁸⁹₀₁₂₃₄₅₆₇₈₉"
NOTE_MARK = re.compile(
    rf"[\[〔【⁽₍]?(?:注)?[{SMALL_DIGITS}①-⑳㉑-㉟]+[\]〕】⁾₎]?|[\[〔【](?:注)?\d{{1,2}}[\]〕】]|[*※†‡]+|注[①-⑳]?(?=$)"
)
"""A reference to a note; raised digits are written as in RAISED."""


def raise_digits(text: str) -> str:
    """The text with superscript digits, which the patterns for numbers do not match."""
    return text.translate(RAISED)


def lower_digits(text: str) -> str:
    """The text with subscript digits."""
    return text.translate(LOWERED)


def strip_invisible(text: str) -> str:
    """The text without zero-width characters."""
    return text.translate(INVISIBLE) if not text.isascii() else text
