"""Reads the text of a file that a document's own renderer made, to prove that no answer is missing."""

from __future__ import annotations

from lxml import etree

from gipdocs import packing
from gipdocs.archives import ArchiveRefused
from gipdocs.markup import parse_own


def extract_text(content: bytes) -> str:
    """All text of an SVG or XLSX, one piece a line; ValueError if the file is not well-formed."""
    try:
        return "\n".join(_pieces(content))
    except (etree.XMLSyntaxError, ArchiveRefused) as error:
        raise ValueError(f"not a well-formed file: {error}") from error


def _pieces(content: bytes) -> list[str]:
    if not content.startswith(b"PK"):
        return [str(text) for text in parse_own(content).itertext()]
    parts = [part for name, part in packing.unpack(content).items() if name.endswith(".xml")]
    texts = (str(text) for part in parts for text in parse_own(part).itertext())
    return [text.replace("_x005F_", "_") for text in texts]  # as a spreadsheet shows it
