"""Dates, numbers, sums of money and document numbers as Chinese official documents write them."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from functools import cache

DIGITS = "零一二三四五六七八九"
CIRCLED = "①②③④⑤⑥⑦⑧⑨⑩⑪⑫⑬⑭⑮⑯⑰⑱⑲⑳"
YEAR_DIGITS = str.maketrans("0123456789", "〇一二三四五六七八九")
PLACES = ("", "十", "百", "千")
CAPITALS = str.maketrans("零一二三四五六七八九十百千", "零壹贰叁肆伍陆柒捌玖拾佰仟")
WEEKDAYS = "一二三四五六日"
ORDINALS = "一二三四五六七八九十"
"""The numerals that number headings, 一 first."""
YEAR_SIGNS = {sign: str(i) for i, sign in enumerate("〇一二三四五六七八九")} | {"零": "0", "○": "0"}
"""The digits of a year that is written digit by digit, including all signs in use for 0."""
LARGEST = 10**16
"""Only numbers below this bound can be written; no official document needs more than 千万亿."""

NUMBER = re.compile(r"[^〔〕\[\]［］【】()（）0-9\s]+〔[0-9]{4}〕[1-9][0-9]*号")
WRONG_BRACKETS = re.compile(r"[\[\]［］【】()（）﹝﹞]")
FIRST_YEAR, LAST_YEAR = 1949, 2199

WEB_ADDRESS = r"(?:https?://|www\.)"
"""How a web address begins, as a part of regular expressions."""
LAST_ADDRESS = re.compile(
    rf"(?:{WEB_ADDRESS}[!-~]*|[A-Za-z0-9_.+-]+@[A-Za-z0-9-]+\.[A-Za-z0-9.-]*)[\w/=&%#+-]$", re.ASCII
)


def chinese_date(day: date) -> str:
    """2026年3月1日, the form of GB/T 9704-2012 for the date of a document: no leading zeros."""
    return f"{day.year}年{day.month}月{day.day}日"


def ends_with_address(text: str) -> bool:
    """Whether the text ends with the address of a web page or a mailbox, into which readers would take a mark after it."""
    return bool(LAST_ADDRESS.search(text))


def quote(text: str) -> str:
    """The text in quotation marks; marks inside it become single: “危及‘三安全一稳定’”."""
    return f"“{text.replace('“', '‘').replace('”', '’')}”"


def titled(name: str) -> str:
    """The name of a paper in title marks, those inside it single: 《关于印发〈办法〉的通知》."""
    bare = name[1:-1] if name.startswith("《") and name.endswith("》") and name.count("《") == 1 else name
    return f"《{bare.replace('《', '〈').replace('》', '〉')}》"


def width(text: str) -> float:
    """The width of the text in characters; Latin letters and digits count as half a character."""
    return sum(0.5 if ord(c) < 0x2000 and c != "·" else 1.0 for c in text)


def break_to_fit(text: str, room: float) -> list[str]:
    """The text in lines at most `room` characters wide, broken at any character; an empty text is one empty line."""
    lines = [""]
    for sign in text:
        if lines[-1] and width(lines[-1] + sign) > room:
            lines.append("")
        lines[-1] += sign
    return lines


def circle_date(day: date) -> str:
    """二〇二六年三月一日: the year digit by digit with 〇, month and day as numerals."""
    return f"{str(day.year).translate(YEAR_DIGITS)}年{numeral(day.month)}月{numeral(day.day)}日"


def weekday(day: date) -> str:
    """星期一 … 星期日."""
    return f"星期{WEEKDAYS[day.weekday()]}"


def numeral(number: int) -> str:
    """A whole number from 0 in Chinese numerals: 36 is 三十六, 110 is 一百一十, 10020 is 一万零二十.

    Raises ValueError below 0 and from 10¹⁶ on.
    """
    words = _numeral(number)
    return words.removeprefix("一") if words.startswith("一十") else words


@cache
def _numerals() -> Mapping[str, int]:
    return {numeral(number): number for number in range(100)}


def read_number(text: str) -> int | None:
    """A whole number in digits, or one below a hundred in Chinese numerals; None for anything else."""
    return int(text) if text.isdecimal() else _numerals().get(text)


def article(number: int, paragraph: int | None = None, item: int | None = None) -> str:
    """第三十六条第二项, 第三十三条第二款: an article in the usual form of citation, with item numbers without brackets."""
    return (
        f"第{numeral(number)}条"
        + (f"第{numeral(paragraph)}款" if paragraph else "")
        + (f"第{numeral(item)}项" if item else "")
    )


def quantity(number: int, unit: str) -> str:
    """12件, 1500页: counts are written in Arabic digits (GB/T 15835-2011), without a space before the unit."""
    if number < 0:
        raise ValueError(f"a count cannot be negative: {number}")
    return f"{number}{unit}"


def amount(yuan: Decimal | int) -> str:
    """A sum of money in digits, without its unit: 380 is 380, 380.5 is 380.50.

    Raises ValueError for a negative sum and for more than two decimals.
    """
    whole, rest = divmod(_cents(yuan), 100)
    return f"{whole}.{rest:02}" if rest else str(whole)


def _cents(yuan: Decimal | int) -> int:
    cents = Decimal(yuan) * 100
    if cents < 0 or cents != cents.to_integral_value():
        raise ValueError(f"not a sum in yuan and whole fen: {yuan}")
    return int(cents)


def plain_number(number: Decimal | int) -> str:
    """A number in digits without trailing zeros or exponent: 12.50 is 12.5, 1E+3 is 1000. ValueError if not finite."""
    if not Decimal(number).is_finite():
        raise ValueError(f"not a number that can be written: {number}")
    text = f"{Decimal(number):f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def capital_amount(yuan: Decimal | int) -> str:
    """大写金额: 107000.53 is 人民币壹拾万柒仟元零伍角叁分, 380 is 人民币叁佰捌拾元整.

    Follows 《支付结算办法》附件一: 整 after 元 and after 角, never after 分; 零 for skipped places. Raises ValueError
    for a negative sum, for more than two decimals and from 10¹⁶ yuan on.
    """
    whole, rest = divmod(_cents(yuan), 100)
    jiao, fen = divmod(rest, 10)
    words = f"{_numeral(whole)}元" if whole or not rest else ""
    if jiao:
        gap = "零" if whole and whole % 10 == 0 else ""
        words += f"{gap}{DIGITS[jiao]}角"
    if fen:
        words += f"{'零' if whole and not jiao else ''}{DIGITS[fen]}分"
    else:
        words += "整"
    return "人民币" + words.translate(CAPITALS)


def document_number_faults(text: str) -> list[tuple[str, str]]:
    """What is wrong with a 文号 (GB/T 9704-2012 7.2.5), each as (stable code, Chinese sentence); empty if nothing is."""
    faults = [(code, detail) for code, broken, detail in _number_rules(text) if broken]
    if not faults and not NUMBER.fullmatch(text):
        faults.append(("number-form", "文号应当由机关代字、年份、序号组成，例如“聊事管公开〔2026〕12号”。"))
    return faults


def _number_rules(text: str) -> list[tuple[str, bool, str]]:
    year = re.search(r"[〔\[［【(（﹝]\s*([0-9０-９]+)\s*[〕\]］】)）﹞]", text)
    digits = year[1] if year else ""
    wrong_year = bool(digits) and not (len(digits) == 4 and FIRST_YEAR <= int(digits) <= LAST_YEAR)
    return [
        (
            "number-brackets",
            bool(WRONG_BRACKETS.search(text)),
            "文号的年份应当用六角括号“〔〕”括入，不用方括号、圆括号。",
        ),
        (
            "number-prefix",
            bool(re.search(r"第\s*[0-9０-９]+\s*号", text)),
            "文号的序号前不加“第”字，例如“〔2026〕12号”。",
        ),
        (
            "number-zero",
            bool(re.search(r"(?<![0-9０-９])[0０][0-9０-９]*\s*号", text)),
            "文号的序号不编虚位，从1起，不写成“01”“001”。",
        ),
        (
            "number-year",
            wrong_year or not digits,
            "文号的年份应当用四位阿拉伯数字写全并用六角括号括入，例如“〔2026〕”。",
        ),
        ("number-width", bool(re.search(r"[０-９]", text)), "文号中的数字应当用半角阿拉伯数字。"),
        ("number-space", bool(re.search(r"\s", text)), "文号中不留空格、不换行。"),
    ]


def _numeral(number: int) -> str:
    """Like `numeral`, but with 一十 for ten, as in sums of money."""
    if not 0 <= number < LARGEST:
        raise ValueError(f"only whole numbers from 0 to {LARGEST - 1} are written: {number}")
    if number < 10**4:
        return _four_places(number)
    unit, size = ("亿", 10**8) if number >= 10**8 else ("万", 10**4)
    high, low = divmod(number, size)
    if not low:
        return _numeral(high) + unit
    return _numeral(high) + unit + ("零" if low < size // 10 else "") + _numeral(low)


def _four_places(number: int) -> str:
    if not number:
        return DIGITS[0]
    words = ""
    for place in range(3, -1, -1):
        digit = number // 10**place % 10
        if digit:
            words += DIGITS[digit] + PLACES[place]
        elif words and number % 10**place and not words.endswith(DIGITS[0]):
            words += DIGITS[0]
    return words
