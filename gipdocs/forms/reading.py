"""What people type on a page in the form that its question asks for, so far as there is only one way to read it."""

from __future__ import annotations

import re
from datetime import date
from functools import singledispatch
from typing import Any

from gipdocs.questions import (
    Date,
    DocumentNumber,
    Email,
    IdNumber,
    Money,
    Name,
    Number,
    Phone,
    Postcode,
    Question,
    Uscc,
)
from gipdocs.questions.characters import bare
from gipdocs.questions.days import NotADay, read_day
from gipdocs.questions.figures import WHOLE, Quantity, plain_figure, read_figure
from gipdocs.writing import NUMBER

WIDE = {wide: wide - 0xFEE0 for wide in range(0xFF01, 0xFF5F)} | {0x3000: 0x20} | dict.fromkeys(map(ord, "－—–−"), 0x2D)
"""Full-width signs, and dashes, as the narrow ones that numbers are written with."""
BRACKETS = str.maketrans("[【(﹝", "〔〔〔〔") | str.maketrans("]】)﹞", "〕〕〕〕")
MOBILE = re.compile(r"1[0-9]{10}")
IDENTITY = re.compile(r"(?=.*[0-9])[A-Z0-9]{5,20}(?:\([A-Z0-9]+\))?")
POSTCODE = re.compile(r"[0-9]{6}")
CREDIT_CODE = re.compile(r"[A-Z0-9]{18}")
HAN = "[\u3400-\u9fff\uf900-\ufaff\U00020000-\U000323af]"
MIDDLE_DOT = re.compile(f"(?<={HAN}) ?[.．•‧・･∙⋅●﹒] ?(?={HAN})")
"""What stands for the dot inside a name such as 阿依古丽·买买提."""
COUNTED = re.compile(r"(.*[0-9０-９]) ?个?([^\W\d_]{1,4})", re.DOTALL)
"""A figure with its unit."""
YUAN = re.compile(r"(?:人民币|[￥¥])? ?(.*?) ?元?整?", re.DOTALL)


def read_answer(question: Question, text: str) -> Any:
    """A text, as `read_text` gives it, as JSON data; None if nothing is written."""
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    if not text.strip():
        return None
    kind = question.kind
    if kind in ("number", "decimal", "money", "date"):
        text = text.strip()
    whole = kind == "number" and WHOLE.fullmatch(text)
    return int(text) if whole else read_figure(text) if kind == "decimal" else text


@singledispatch
def read_text(question: Question, text: str, today: date | None) -> str:
    """A typed text as the question writes it, and the text itself if that isn't clear: only the schema refuses.

    `today` is for days without a year.
    """
    return text


@read_text.register
def _(question: Date, text: str, today: date | None) -> str:
    try:
        return read_day(text, today).day.isoformat()
    except NotADay:
        return text.strip()


@read_text.register(Number)
@read_text.register(Quantity)
def _(question: Number | Quantity, text: str, today: date | None) -> str:
    """A figure, also with a unit that the question's label names: 12份 for 份数, but not 3万元 for 元."""
    text = text.strip()
    counted = COUNTED.fullmatch(text)
    without_unit = counted[1] if counted and counted[2] in question.label else text
    return plain_figure(without_unit) or text


@read_text.register
def _(question: Money, text: str, today: date | None) -> str:
    found = YUAN.fullmatch(text.strip())
    return (plain_figure(found[1]) if found else None) or text.strip()


@read_text.register
def _(question: Phone, text: str, today: date | None) -> str:
    plain = _narrow(text)
    joined = plain.replace(" ", "")
    return joined if MOBILE.fullmatch(joined) else plain


@read_text.register
def _(question: Email, text: str, today: date | None) -> str:
    plain = _narrow(text)
    return plain if question.fault(plain) is None else text


@read_text.register
def _(question: Postcode, text: str, today: date | None) -> str:
    return _joined(text, POSTCODE)


@read_text.register
def _(question: Uscc, text: str, today: date | None) -> str:
    return _joined(text, CREDIT_CODE)


@read_text.register
def _(question: IdNumber, text: str, today: date | None) -> str:
    return _joined(text, IDENTITY)


@read_text.register
def _(question: Name, text: str, today: date | None) -> str:
    return MIDDLE_DOT.sub("·", text)


@read_text.register
def _(question: DocumentNumber, text: str, today: date | None) -> str:
    """The year in 〔〕, if that makes it a right 文号; the number of a court's case, （2026）某行初1号, stays."""
    plain = _narrow(text).replace(" ", "").translate(BRACKETS)
    return plain if NUMBER.fullmatch(plain) else text


def _narrow(text: str) -> str:
    return re.sub(r"\s+", " ", bare(text)).translate(WIDE).strip()


def _joined(text: str, form: re.Pattern[str]) -> str:
    """The text without blanks and in capitals, if it then has the form."""
    plain = _narrow(text).replace(" ", "").upper()
    return plain if form.fullmatch(plain) else text
