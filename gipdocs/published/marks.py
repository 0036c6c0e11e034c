"""Marks beside a number that are no part of it: raised and lowered characters, note marks, invisible characters."""

from __future__ import annotations

import re

RAISED = str.maketrans("0123456789+-=()", "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁼⁽⁾")
LOWERED = str.maketrans("0123456789+-=()", "₀₁₂₃₄₅₆₇₈₉₊₋₌₍₎")
INVISIBLE = dict.fromkeys(map(ord, "\u00ad\u200b\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2060\ufeff"))
"""Soft hyphens, spaces without width and marks of direction: nobody sees them."""
SMALL_DIGITS = "⁰¹²³⁴⁵⁶⁷⁸⁹₀₁₂₃₄₅₆₇₈₉"
NOTE_MARK = re.compile(
    rf"[\[〔【⁽₍]?(?:注)?[{SMALL_DIGITS}①-⑳㉑-㉟]+[\]〕】⁾₎]?|[\[〔【](?:注)?\d{{1,2}}[\]〕】]|[*※†‡]+|注[①-⑳]?(?=$)"
)
"""A reference to a note, where a raised digit is one of RAISED."""


def raised(text: str) -> str:
    """The text with raised digits, which no pattern of a number takes for digits."""
    return text.translate(RAISED)


def lowered(text: str) -> str:
    """The text with lowered digits."""
    return text.translate(LOWERED)


def visible(text: str) -> str:
    """The text without the characters that have no width."""
    return text.translate(INVISIBLE) if not text.isascii() else text
