"""How a spreadsheet shows a number, for the number formats (ECMA-376 18.8.30, 18.8.31) that offices' tables use."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from decimal import ROUND_HALF_UP, Decimal
from functools import lru_cache

from openpyxl.utils.datetime import from_excel

from gipdocs.writing import WEEKDAYS, YEAR_DIGITS, numeral

Value = int | float | date | time | timedelta
"""The value of a cell that is neither text nor a truth value."""

CHINESE = {
    **dict.fromkeys((5, 6), '"¥"#,##0'),
    **dict.fromkeys((7, 8), '"¥"#,##0.00'),
    14: "yyyy/m/d",
    22: "yyyy/m/d h:mm",
    **dict.fromkeys((27, 36, 50, 52, 57), 'yyyy"年"m"月"'),
    **dict.fromkeys((28, 29, 51, 53, 54, 58), 'm"月"d"日"'),
    30: "m-d-yy",
    31: 'yyyy"年"m"月"d"日"',
    32: 'h"时"mm"分"',
    33: 'h"时"mm"分"ss"秒"',
    **dict.fromkeys((34, 55), '上午/下午h"时"mm"分"'),
    **dict.fromkeys((35, 56), '上午/下午h"时"mm"分"ss"秒"'),
}
"""Formats that a file names only by number and that depend on the language, as a Chinese system shows them."""
SYSTEM = {"$-F800": CHINESE[31], "$-F400": "h:mm:ss"}
"""The long date and the time of the system, whatever else the format says."""
TOKEN = re.compile(
    r"""
      "(?P<quoted>[^"]*)" | \\(?P<escaped>.) | [_*](?P<gap>.) | \[(?P<elapsed>h+|m+|s+)\] | \[(?P<bracket>[^\]]*)\]
    | (?P<general>General|G/通用格式) | (?P<half>AM/PM|A/P|上午/下午) | (?P<part>y+|m+|d+|h+|s+|e+(?![+-])|aaaa?)
    | (?P<digits>[0#?][0#?,]*(?:\.[0#?]*)?|\.[0#?]+) | (?P<percent>%) | (?P<text>@) | (?P<strange>[a-z]) | (?P<other>.)
    """,
    re.IGNORECASE | re.VERBOSE | re.DOTALL,
)
SECTION = re.compile(r'(?:"[^"]*"?|\\.?|\[[^\]]*\]?|[^;"\\\[])*', re.DOTALL)
LITERAL = ("quoted", "escaped", "other")
TIME = ("part", "half", "elapsed")
MOST_DIGITS = 15
"""Spreadsheets don't store longer numbers exactly."""
LONGEST = 255
"""The longest format that spreadsheets allow."""


@dataclass(frozen=True)
class Token:
    kind: str
    text: str


@lru_cache(maxsize=10_000)
def show(value: Value, code: str, epoch: datetime) -> str | None:
    """The value as a cell with the format shows it, "" if the format hides it; None if that can't be determined here."""
    if len(code) > LONGEST:
        return None
    sections = _sections(code)
    if any(one.kind == "bracket" and one.text[:1] in "<>=" for part in sections for one in part):
        return None
    section, negative = _chosen(sections, value)
    if code in ("", "@"):
        return format_general(value)
    if any(one.kind in ("strange", "text") for one in section):
        return None
    if any(one.kind in TIME for one in section):
        return _show_time(value, section, epoch)
    if isinstance(value, int | float):
        return _show_number(-value if negative else value, section)
    return format_general(value) if any(one.kind == "general" for one in section) else None


def show_text(text: str, code: str) -> str:
    """A text as a cell with the format shows it: unchanged unless the format has a section for texts."""
    if len(code) > LONGEST:
        return text
    sections = _sections(code)
    section = sections[3] if len(sections) > 3 else sections[-1]
    if len(sections) < 4 and not any(one.kind == "text" for one in section):
        return text
    return "".join(text if one.kind == "text" else one.text for one in section if one.kind in ("text", *LITERAL))


def format_general(value: Value) -> str | None:
    """The value as a cell without a format shows it; None for a number with more digits than are stored exactly."""
    if isinstance(value, datetime) and value.time() == time():
        return value.date().isoformat()
    if isinstance(value, date | time):
        return value.isoformat().replace("T", " ")
    if isinstance(value, timedelta) or abs(value) >= 10**MOST_DIGITS:
        return None
    shown = f"{Decimal(format(value, '.11g')):f}" if value != int(value) else str(int(value))
    return shown.rstrip("0").rstrip(".") if "." in shown else shown


@lru_cache(maxsize=1000)
def _sections(code: str) -> list[list[Token]]:
    """The sections between unquoted semicolons."""
    parts, start = [], 0
    while start <= len(code):
        found = SECTION.match(code, start)
        end = found.end() if found else len(code)
        parts.append(code[start:end])
        start = end + 1
    return [_tokens(part) for part in parts]


def _tokens(section: str) -> list[Token]:
    code = next((code for name, code in SYSTEM.items() if f"[{name}]" in section.upper()), section)
    return _with_minutes([Token(found.lastgroup or "", found[found.lastgroup or 0]) for found in TOKEN.finditer(code)])


def _chosen(sections: Sequence[list[Token]], value: Value) -> tuple[list[Token], bool]:
    """The section that applies to the value, and whether it shows negative numbers without the sign."""
    number = value if isinstance(value, int | float) else 1
    if number < 0 and len(sections) > 1:
        return sections[1], True
    return (sections[2] if number == 0 and len(sections) > 2 else sections[0]), False


def _show_number(value: float, section: Sequence[Token]) -> str | None:
    places = [one.text for one in section if one.kind in ("digits", "general")]
    if len(places) > 1 or any(one.text.upper().startswith("DBNUM") for one in section):
        return None
    number = Decimal(repr(value)).scaleb(2 * sum(one.kind == "percent" for one in section))
    digits = next((one for one in section if one.kind in ("digits", "general")), Token("", ""))
    shown = {"digits": _digits(number, digits.text), "general": format_general(value)}.get(digits.kind, "")
    if shown is None:
        return None
    sign = "-" if shown.startswith("-") else ""
    pieces = (shown.removeprefix("-") if one is digits else _literal(one) for one in section)
    return (sign + "".join(pieces)).strip()


def _digits(number: Decimal, places: str) -> str | None:
    """The number in digits: in `places`, 0 is a digit that is always shown, # and ? are digits that may be omitted."""
    whole, point, decimals = places.partition(".")
    if whole.endswith(",") or "," in decimals or abs(number) >= 10**MOST_DIGITS:
        return None
    rounded = number.quantize(Decimal(1).scaleb(-len(decimals)), rounding=ROUND_HALF_UP)
    before, _, after = f"{abs(rounded):f}".partition(".")
    kept = decimals.rfind("0") + 1
    after = after[:kept] + after[kept:].rstrip("0")
    before = before.lstrip("0").rjust(whole.count("0"), "0")
    if "," in whole and len(before) > 3:
        before = f"{int(before):,}".rjust(len(before), "0")
    return ("-" if rounded < 0 else "") + before + (point if after else "") + after


def _literal(one: Token) -> str:
    if one.kind == "bracket":
        return one.text[1:].partition("-")[0] if one.text.startswith("$") else ""
    return "%" if one.kind == "percent" else one.text if one.kind in LITERAL else ""


def _show_time(value: Value, section: Sequence[Token], epoch: datetime) -> str | None:
    if isinstance(value, int | float):
        if value < 0:
            return None
        try:
            value = from_excel(value, epoch, timedelta=any(one.kind == "elapsed" for one in section))
        except (OverflowError, ValueError):
            return None
    brackets = {one.text.upper() for one in section if one.kind == "bracket"}
    if brackets & {"DBNUM2", "DBNUM3"}:
        return None
    section = _without_midnight(value, section)
    fields = _fields(value, half=any(one.kind == "half" for one in section))
    pieces = [
        _part(one, fields, chinese="DBNUM1" in brackets, half="上午/下午" if "$-804" in brackets else "")
        if one.kind in TIME
        else _literal(one)
        for one in section
    ]
    return None if None in pieces else "".join(filter(None, pieces)).strip()


def _with_minutes(section: Sequence[Token]) -> list[Token]:
    """The section in lower case, with n for an m that means minutes: after an hour or before a second."""
    section = [replace(one, text=one.text.lower()) if one.kind in TIME else one for one in section]
    places = [i for i, one in enumerate(section) if one.kind in ("part", "elapsed")]
    for before, place, after in zip([None, *places], places, [*places[1:], None], strict=False):
        one = section[place]
        near = (before is not None and section[before].text[0] == "h") or (after and section[after].text[0] == "s")
        if one.text in ("m", "mm") and (near or one.kind == "elapsed"):
            section[place] = replace(one, text=one.text.replace("m", "n"))
    return section


def _without_midnight(value: Value, section: Sequence[Token]) -> Sequence[Token]:
    """The section without its time if the value is a day at 0:00, which is how programs store a day without a time."""
    if not isinstance(value, datetime) or value.time() != time():
        return section
    parts = [i for i, one in enumerate(section) if one.kind == "part"]
    clock = [i for i in parts if section[i].text[0] in "hns"]
    if clock and clock[0] > parts[0]:
        last = max(i for i in parts if i not in clock)
        return section[: last + 1] if last < clock[0] else section
    return section


def _fields(value: Value, *, half: bool) -> dict[str, int]:
    """The parts of a time by letter; capital letters are those of a duration, which may exceed a day."""
    if isinstance(value, timedelta):
        seconds = round(value.total_seconds())
    else:
        clock = value.time() if isinstance(value, datetime) else value if isinstance(value, time) else time()
        seconds = clock.hour * 3600 + clock.minute * 60 + clock.second
    hour = seconds // 3600 % 24
    fields = {
        "h": (hour - 1) % 12 + 1 if half else hour,
        "n": seconds // 60 % 60,
        "s": seconds % 60,
        "half": hour // 12,
    }
    if isinstance(value, date):
        fields |= {"y": value.year, "e": value.year, "m": value.month, "d": value.day, "a": value.weekday()}
    return fields | {"H": seconds // 3600, "N": seconds // 60, "S": seconds}


def _part(one: Token, fields: dict[str, int], *, chinese: bool, half: str) -> str | None:
    """One part of a time; None if the value has no such part, or if the format asks for an English name."""
    letter, length = one.text[0], len(one.text)
    if one.kind == "half":
        return (half or one.text.upper()).split("/")[fields["half"]]
    number = fields.get(letter.upper() if one.kind == "elapsed" else letter)
    if number is None or number < 0 or (length > 2 and letter in "md"):
        return None
    if letter == "a":
        return ("星期" if length == 4 else "") + WEEKDAYS[number]
    if letter in "ye":
        year = str(number) if length > 2 or letter == "e" else f"{number % 100:02d}"
        return year.translate(YEAR_DIGITS) if chinese else year
    return numeral(number) if chinese else f"{number:0{length}d}"
