"""Stands in for the typesetter in other processes, which can only be given what has a name."""

from __future__ import annotations

import os
import time
from collections import Counter

from lxml import etree

from gipdocs.drawing.placed import Unsupported
from gipdocs.pdf.admission.admit import Admitted
from gipdocs.pdf.admission.printed_text import Expected

PROVED = frozenset({("letter.docx", "0123456789ab")})


def admitted(docx: bytes = b"<w:p>", *, text: str = "甲") -> Admitted:
    """A document of the proved layout with this text."""
    expected = Expected(text, text, Counter(text))
    return Admitted(docx, expected, "", "document d; template letter.docx 0123456789ab; profile p", ())


def name_process(_: Admitted) -> bytes:
    """The number of the process that draws."""
    return str(os.getpid()).encode()


def fail(_: Admitted) -> bytes:
    """Draw nothing."""
    raise Unsupported("this one")


def fail_in_a_library(_: Admitted) -> bytes:
    """Draw nothing, for an error that can't be sent to another process."""
    etree.fromstring(b"<p>")
    return b""


def draw_for_long(_: Admitted) -> bytes:
    """Don't come to an end."""
    time.sleep(60)
    return b""


def be_killed(_: Admitted) -> bytes:
    """End the process that draws."""
    os.kill(os.getpid(), 9)
    return b""
