"""Makes text that a person typed, in answers or in the office profile, safe without changing a name."""

from __future__ import annotations

import re
import unicodedata

# NFC would turn these into other characters, but they occur in people's names.
COMPATIBILITY_IDEOGRAPHS = re.compile("([\uf900-\ufaff\U0002f800-\U0002fa1f]+)")
FORBIDDEN = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f"  # controls; each field decides on tab and line feed
    "\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069"  # direction controls can hide what a line says
    "\u2028\u2029\ufeff\ufff9-\ufffb"  # separators and annotations that Word drops
    "\ud800-\udfff\ufdd0-\ufdef\ufffe\uffff"  # lone surrogates and non-characters: not XML
    "\ufffd"  # the replacement for a character that was damaged on the way
    + "".join(f"{chr(plane + 0xFFFE)}{chr(plane + 0xFFFF)}" for plane in range(0x10000, 0x110000, 0x10000))
    + "]"
)


def normalise(text: str) -> str:
    """The text in NFC, except for CJK compatibility ideographs; CRLF and CR become LF."""
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    if text.isascii():
        return text
    pieces = COMPATIBILITY_IDEOGRAPHS.split(text)
    return "".join(piece if i % 2 else unicodedata.normalize("NFC", piece) for i, piece in enumerate(pieces))


def find_forbidden(text: str) -> str | None:
    """The code point, as U+XXXX, of the first character that no document can hold; None if there is none."""
    found = FORBIDDEN.search(text)
    return f"U+{ord(found[0]):04X}" if found else None


def plain(text: str) -> str:
    """The text with each forbidden character replaced by its code point, fit to be shown in a message."""
    return FORBIDDEN.sub(lambda found: f"U+{ord(found[0]):04X}", text)


INVISIBLE = "\u00ad\u180e\u200b\u200c\u200d\u2060\ufeff"
BLANK = re.compile(r"[\s\u115f\u1160\u3164\uffa0\u2800" + INVISIBLE + "]*")
JOINED = "\u0600-\u0dff\u1800-\u18af"
"""Scripts in which a zero-width joiner or non-joiner changes the shape of letters."""
INSIDE = re.compile(f"[\u00ad\u200b\u2060\ufeff]|(?<![{JOINED}])[\u180e\u200c\u200d]")


def bare(text: str) -> str:
    """A name without blanks at its ends and invisible characters inside it; no letter is changed."""
    return INSIDE.sub("", _without_blanks_before(_without_blanks_before(text)[::-1])[::-1])


def _without_blanks_before(text: str) -> str:
    # Only ever from the start: a search for blanks at the end would begin anew at each of many blanks in the middle.
    found = BLANK.match(text)
    return text[found.end() :] if found else text


def name_points(text: str) -> str:
    """The code points of the blanks and invisible characters of a text, each once, as a message names them."""
    return "、".join(dict.fromkeys(f"U+{ord(one):04X}" for one in text if not visible(one)))


def visible(text: str) -> bool:
    """Whether a text has anything to see: more than spaces, format characters, variation selectors and fillers."""
    return any(
        not (char.isspace() or unicodedata.category(char) in ("Cf", "Mn") or char in "\u115f\u1160\u3164\uffa0\u2800")
        for char in text
    )
