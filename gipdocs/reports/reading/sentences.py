"""Reads back the numbers that our own wording gives outside the tables: channels, interpretations, the fee."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Any

from gipdocs.reports.checks.fee import read_fee
from gipdocs.reports.narrative import plain
from gipdocs.reports.record import number

CHANNELS = re.compile(r"主动公开政府信息的渠道和数量为:([^。\n]+)。")
FORMS = re.compile(r"(发布政策解读材料(\d{1,9})件),其中([^。\n]+)。")
ONE_FORM = re.compile(r"以[^,。\n]{1,40}形式(发布政策解读材料(\d{1,9})件)。")
COUNTED = re.compile(r"([^,]*?[^\d,])(\d{1,9})([^\d,]{0,4})")


def read_claims(sections: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """The statements of part one as claims; sentences worded differently are skipped."""
    items = [item for section in sections if section["no"] == 1 for item in section["items"]]
    return [claim for item in items for claim in _stated(plain(item["text"]), item["text"])]


def read_processing_fee(sections: Sequence[dict[str, Any]]) -> dict[str, Any] | None:
    """The fee that part six reports."""
    texts = [plain(item["text"]) for section in sections if section["no"] == 6 for item in section["items"]]
    found = read_fee("\n".join(texts))
    return {"yuan": number(found.yuan), "cases": found.cases} if found else None


def _stated(text: str, printed: str) -> Iterator[dict[str, Any]]:
    for sentence in CHANNELS.finditer(text):
        for name, count, quote in _counts(sentence[1], printed[slice(*sentence.span(1))]):
            yield _claim(f"channel:{name}", count, quote)
    for sentence in FORMS.finditer(text):
        counts = list(_counts(sentence[3], printed[slice(*sentence.span(3))]))
        if counts:
            parts = "+".join(str(count) for _, count, _ in counts)
            yield _claim("interpretations", int(sentence[2]), sentence[1], compare=parts)
            yield from (_claim(f"interpretation:{name}", count, quote) for name, count, quote in counts)
    for sentence in ONE_FORM.finditer(text):
        yield _claim("interpretations", int(sentence[2]), sentence[1])


def _counts(text: str, printed: str) -> Iterator[tuple[str, int, str]]:
    """(name, count, words) of 门户网站486条，微信公众号257条; empty if a piece has no number or several."""
    pieces = [(COUNTED.fullmatch(text[slice(*one.span())]), one.span()) for one in re.finditer(r"[^,]+", text)]
    for match, (start, end) in pieces if all(match for match, _ in pieces) else ():
        if match:
            yield printed[start : start + match.end(1)], int(match[2]), printed[start:end]


def _claim(key: str, value: int, quote: str, *, compare: str | None = None) -> dict[str, Any]:
    return {"key": key, "value": value, "quote": quote, "where": "一（一）", "compare": compare}
