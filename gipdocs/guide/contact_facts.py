"""How guides write telephone numbers, addresses, hours, e-mails and rooms, and when two of them are the same."""

from __future__ import annotations

import re
from collections.abc import Iterable

PHONE = re.compile(r"(?<![\d-])(?:\(0\d{2,3}\)|0\d{2,3}[-—–]?)\d{7,8}(?!\d)|(?<=[话真:])\d{7,8}(?!\d)")
EMAIL = re.compile(r"[\w.+-]{1,64}@[\w-]+(?:\.[\w-]+)+", re.ASCII)
PERIOD = re.compile(r"(?:(下午|晚上|夜间):?)?(\d{1,2}):(\d\d)[-—–~至到]+(?:下午|晚上|夜间)?(\d{1,2}):(\d\d)")
SEASON = re.compile(r"(\d{1,2})月(\d{1,2})日?[-—–~至到]+(?:次年|翌年)?(\d{1,2})月(\d{1,2})日")
STREET = re.compile(r"[\u4e00-\u9fff]{1,12}?(?:大道|大街|路|街|巷|道)\d{1,5}号")
DIVISION = re.compile(r"^.*[省市区县镇乡](?=[\u4e00-\u9fff]{2})")
BEFORE_A_STREET = tuple("省市区县镇乡村于在寄址地内到往")
ROOM = re.compile(r"\d{1,3}楼\d{1,4}室")
POSTCODE = re.compile(r"(?<!\d)\d{6}(?!\d)")


def digits(phone: str) -> str:
    """A number without dashes and brackets."""
    return re.sub(r"\D", "", phone)


def same_phone(told: str, known: str) -> bool:
    """Whether the numbers are the same, with or without the area code."""
    return bool(known) and digits(known).endswith(digits(told))


def find_periods(text: str) -> set[str]:
    """The hours in a text as 8:30-12:00, in the 24-hour clock."""
    return {
        f"{_hour(start, half)}:{minute}-{_hour(end, half)}:{late}"
        for half, start, minute, end, late in PERIOD.findall(text)
    }


def _hour(number: str, half: str) -> int:
    return int(number) + 12 if half and int(number) < 12 else int(number)


def find_seasons(text: str) -> set[tuple[int, ...]]:
    """The seasons in a text: month and day of the first day, month and day of the last."""
    return {tuple(map(int, found)) for found in SEASON.findall(text)}


def find_streets(text: str) -> list[str]:
    """Streets with their house numbers, and with the text before them."""
    return [re.sub(r"^.*(?:位于|设在|设于|地处)", "", found) for found in STREET.findall(text)]


def same_street(told: str, known: str) -> bool:
    """Whether `told` ends with the street and number of the address `known`."""
    part = next(iter(STREET.findall(DIVISION.sub("", known))), "")
    return bool(part) and told.endswith(part) and (told == part or told[: -len(part)].endswith(BEFORE_A_STREET))


def same_address(told: str, known: str) -> bool:
    """Whether street and number are the same or, if there is no street, one text contains the other."""
    found = find_streets(told)
    return any(same_street(one, known) for one in found) if found else known in told or told in known


def find_similar(told: str, known: Iterable[str]) -> str:
    """The first known address with the same house number; empty if there is none."""
    number = re.findall(r"\d{1,5}号", told)
    return next((one for one in known if number and number[-1] in one), "")
