"""Days as people write them, read without a guess: 2026年3月2日, 2026.3.2, 20260302, 3月2日, 二〇二六年三月二日（周一）."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, timedelta

from gipdocs.questions.characters import bare
from gipdocs.writing import WEEKDAYS, YEAR_SIGNS, chinese_date, read_number, weekday

LONGEST = 40
"""The longest text, in characters, that may be a day."""
FORM = "请写作2026-03-01的形式"
"""The cure that holds wherever a day is asked for."""
THIS_YEAR = "没有写年份，按今年读"
SIGNS = str.maketrans(
    "０１２３４５６７８９．。／－—–−‐‑‒―（）：；，　号號⽉⽇",  # the last two are radicals, as copied from some PDF files
    "0123456789../--------():;, 日日月日",
)
YEAR = str.maketrans({**YEAR_SIGNS, "O": "0", "o": "0", "Ｏ": "0"})
"""The digits of a year, and the letter that many type for 〇."""
NUMERAL = r"[0-9]{1,2}|[零一二三四五六七八九十]{1,3}"
SPELT = re.compile(rf"(?:([0-9OoＯ{''.join(YEAR_SIGNS)}]+) ?年 ?)?({NUMERAL}|元) ?月 ?({NUMERAL}) ?日?")
SEPARATED = re.compile(r"([0-9]+) ?([-./、 ]) ?([0-9]+) ?\2 ?([0-9]+)")
WITHOUT_YEAR = re.compile(r"([0-9]{1,2}) ?[-./、] ?([0-9]{1,2})")
WITHOUT_DAY = re.compile(r"(?:19|20)[0-9]{2}(?: ?年)?(?: ?(?:[0-9]{1,2} ?月|[-./、] ?[0-9]{1,2}))?")
SOLID = re.compile(r"([0-9]{4})([0-9]{2})([0-9]{2})")
MIDNIGHT = re.compile(r"(?<=[0-9])(?: |T)0?0:00(?::00)?(?:\.0+)?$")
"""The time of day that spreadsheets add to a day."""
OF_WEEK = re.compile(r" ?\(? ?(?:星期|周|礼拜)([一二三四五六日天]) ?\)?$")
RELATIVE = {"今天": 0, "今日": 0, "昨天": -1, "昨日": -1, "前天": -2, "明天": 1, "后天": 2}


class NotADay(Exception):
    """The text doesn't say which day is meant; the message says why and what to do, in Chinese, without a full stop."""


@dataclass(frozen=True, kw_only=True)
class WrittenDay:
    """A day that was read; `assumed` says in Chinese what the text had left open, "" if nothing."""

    day: date
    assumed: str = ""


def read_day(text: str, today: date | None = None) -> WrittenDay:
    """The day that a text means: year before month before day, in any of the usual notations.

    `today` is for texts without a year and for words such as 昨天; without it they are refused. Two readings, an
    impossible day, a year that has not four digits, or the wrong day of the week raise NotADay.
    """
    plain, said = _simplify(text)
    if plain in RELATIVE:
        found = WrittenDay(day=_beside(today, RELATIVE[plain]))
    else:
        year, month, day = _parts(plain)
        found = _dated(year, month, day) if year else _dated_this_year(month, day, today)
    if said and said.replace("天", "日") != WEEKDAYS[found.day.weekday()]:
        raise NotADay(f"{chinese_date(found.day)}是{weekday(found.day)}，不是星期{said}，请核对")
    return found


def is_relative(text: str) -> bool:
    """Whether a text names a day by its distance from today, such as 昨天."""
    return bare(text).strip() in RELATIVE


def _simplify(text: str) -> tuple[str, str]:
    """The text with narrow signs and single blanks, and the day of the week that stood at its end."""
    if len(text) > LONGEST:
        raise NotADay(f"看不出是哪一天，{FORM}")
    plain = re.sub(r"\s+", " ", bare(text).translate(SIGNS)).strip(" .,;").removeprefix("公元")
    said = OF_WEEK.search(plain)
    return MIDNIGHT.sub("", OF_WEEK.sub("", plain)), said[1] if said else ""


def _parts(plain: str) -> tuple[str, int, int]:
    """Year as it was written, "" if it wasn't, month and day."""
    if found := SOLID.fullmatch(plain):
        return found[1], int(found[2]), int(found[3])
    if found := SPELT.fullmatch(plain):
        year, month, day = (found[1] or "").translate(YEAR), found[2].replace("元", "一"), found[3]
        return year, _number(month), _number(day)
    if found := WITHOUT_YEAR.fullmatch(plain):
        return "", int(found[1]), int(found[2])
    if (found := SEPARATED.fullmatch(plain)) and len(found[1]) <= 2 and len(found[4]) == 4:
        raise NotADay("分不清哪个是月、哪个是日，请按年、月、日的顺序写作2026-03-01的形式")
    if found and len(found[3]) <= 2 and len(found[4]) <= 2:
        return found[1], int(found[3]), int(found[4])
    if WITHOUT_DAY.fullmatch(plain):
        raise NotADay(f"没有写明是哪一日，{FORM}")
    if plain.isascii() and plain.isdecimal():
        raise NotADay(f"连写的数字不是八位，看不出是哪一天，{FORM}")
    raise NotADay(f"看不出是哪一天，{FORM}")


def _number(text: str) -> int:
    number = read_number(text)
    if number is None:
        raise NotADay(f"看不出是哪一天，{FORM}")
    return number


def _dated(year: str, month: int, day: int) -> WrittenDay:
    if len(year) != 4:
        raise NotADay(f"年份应为四位数字，{FORM}")
    try:
        return WrittenDay(day=date(int(year), month, day))
    except ValueError:
        raise NotADay(f"没有{int(year)}年{month}月{day}日这一天，请核对") from None


def _dated_this_year(month: int, day: int, today: date | None) -> WrittenDay:
    if today is None:
        raise NotADay(f"没有写年份，{FORM}")
    try:
        return WrittenDay(day=today.replace(month=month, day=day), assumed=THIS_YEAR)
    except ValueError:
        raise NotADay(f"今年（{today.year}年）没有{month}月{day}日，请核对") from None


def _beside(today: date | None, days: int) -> date:
    try:
        if today is not None:
            return today + timedelta(days=days)
    except OverflowError:
        pass
    raise NotADay(f"看不出是哪一天，{FORM}")
