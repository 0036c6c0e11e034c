"""Remarks on a guide: findings that point to a paragraph and quote it."""

from __future__ import annotations

from gipdocs.findings import Finding, Severity
from gipdocs.guide.reading import GuideLine

CHANNEL_RULE = "国办公开办函〔2017〕19号"
QUOTED = 44
LONGEST = 300
"""The most characters of a message without its quotation; a name in a guide may have any length."""


def remark(
    code: str,
    message: str,
    line: GuideLine | None = None,
    *,
    severity: Severity = "error",
    basis: str = "",
    about: str = "",
) -> Finding:
    """A finding about a paragraph, or about the guide as a whole; `about` is the relevant part of the paragraph."""
    if len(message) > LONGEST:
        message = f"{message[:LONGEST]}……"
    quote = f"原文：“{_quote(line, about)}”" if line else ""
    pointer = f"/paragraphs/{line.place}" if line else ""
    return Finding(code=code, severity=severity, message=message + quote, pointer=pointer, basis=basis)


def _quote(line: GuideLine, about: str) -> str:
    """The paragraph; a long one is cut to the text around the relevant part."""
    text = line.text
    start = max(0, text.find(about) - QUOTED // 3) if about else 0
    end = start + QUOTED
    return ("……" if start else "") + text[start:end] + ("……" if end < len(text) else "")
