"""A day in any notation that people use is one day; what could be two days is none."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gipdocs.errors import InvalidInput
from gipdocs.questions import Date, Questions, load
from gipdocs.questions.days import THIS_YEAR, NotADay, read_day
from gipdocs.writing import YEAR_DIGITS, chinese_date, circle_date, weekday

TODAY = date(2026, 11, 29)
WIDE = str.maketrans("0123456789.-/() ", "０１２３４５６７８９．－／（）　")


def signed(sign: str) -> Callable[[date], str]:
    return lambda day: f"{day.year}{sign}{day.month}{sign}{day.day}"


NOTATIONS: dict[str, Callable[[date], str]] = {
    "ISO": date.isoformat,
    "solid": lambda day: f"{day:%Y%m%d}",
    "spelt": chinese_date,
    "spelt in two digits": lambda day: f"{day.year}年{day:%m}月{day:%d}日",
    "spelt with blanks": lambda day: f" {day.year} 年 {day.month} 月 {day.day} 日　",
    "without its last word": lambda day: f"{day.year}年{day.month}月{day.day}",
    "as spoken": lambda day: f"{day.year}年{day.month}月{day.day}号",
    "in numerals": circle_date,
    "in numerals with another zero": lambda day: circle_date(day).replace("〇", "○"),
    "in numerals with a letter": lambda day: circle_date(day).replace("〇", "O"),
    "year in numerals": lambda day: f"{str(day.year).translate(YEAR_DIGITS)}年{day.month}月{day.day}日",
    "from a PDF": lambda day: chinese_date(day).replace("月", "⽉").replace("日", "⽇"),
    "with its day of the week": lambda day: f"{chinese_date(day)}（{weekday(day).replace('星期', '周')}）",
    "with its long day of the week": lambda day: f"{day.isoformat()} {weekday(day)}",
    "from a spreadsheet": lambda day: f"{day.year}/{day.month}/{day.day} 0:00:00",
    "from a database": lambda day: f"{day.isoformat()}T00:00:00",
    "of a sentence": lambda day: f"{chinese_date(day)}。",
    **{f"by {sign}": signed(sign) for sign in (".", "-", "/", "、", "。", " ", " - ", "—")},
}


@pytest.mark.parametrize("notation", NOTATIONS)
@given(day=st.dates(min_value=date(1000, 1, 1)))
def test_every_day_in_every_notation_is_that_day(notation: str, day: date) -> None:
    text = NOTATIONS[notation](day)
    for typed in (text, text.translate(WIDE)):
        assert (read_day(typed).day, read_day(typed, TODAY).assumed) == (day, "")


@pytest.mark.parametrize("form", ["{}月{}日", "{}.{}", "{}-{}", "{}/{}", "{}月{}号"])
@given(day=st.dates(min_value=date(2026, 1, 1), max_value=date(2026, 12, 31)))
def test_a_day_without_a_year_is_of_this_year_and_says_so(form: str, day: date) -> None:
    found = read_day(form.format(day.month, day.day), TODAY)
    assert (found.day, found.assumed) == (day, THIS_YEAR)
    with pytest.raises(NotADay, match="没有写年份"):
        read_day(form.format(day.month, day.day))


@given(
    st.text(max_size=60)
    | st.text("0123456789年月日号周星期一二三十〇元天今昨.-/、 （）()〔〕０１⽉", max_size=20)
    | st.from_regex(r"[0-9]{1,5}[-./年]([0-9]{1,3})[-./月][0-9]{1,5}日?", fullmatch=True)
)
def test_any_other_text_is_only_ever_refused(text: str) -> None:
    for today in (TODAY, None, date.max):
        try:
            assert isinstance(read_day(text, today).day, date)
        except NotADay as refusal:
            assert not str(refusal).endswith("。") and 5 < len(str(refusal)) < 60


@pytest.mark.parametrize(("text", "day"), [("今天", 29), (" 今日", 29), ("昨天", 28), ("前天", 27), ("明天", 30)])
def test_a_word_for_a_day_counts_from_today(text: str, day: int) -> None:
    assert read_day(text, TODAY).day == date(2026, 11, day)


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("3/2/2026", "分不清哪个是月、哪个是日，请按年、月、日的顺序写作2026-03-01的形式"),
        ("13.2.2026", "分不清哪个是月、哪个是日，请按年、月、日的顺序写作2026-03-01的形式"),
        ("26.3.2", "年份应为四位数字，请写作2026-03-01的形式"),
        ("26年3月2日", "年份应为四位数字，请写作2026-03-01的形式"),
        ("61102-02-02", "年份应为四位数字，请写作2026-03-01的形式"),
        ("202611年2月2日", "年份应为四位数字，请写作2026-03-01的形式"),
        ("2026年2月30日", "没有2026年2月30日这一天，请核对"),
        ("二〇二六年二月三十日", "没有2026年2月30日这一天，请核对"),
        ("2026.31.12", "没有2026年31月12日这一天，请核对"),
        ("0000-01-01", "没有0年1月1日这一天，请核对"),
        ("2月29日", "今年（2026年）没有2月29日，请核对"),
        ("2026302", "连写的数字不是八位，看不出是哪一天，请写作2026-03-01的形式"),
        ("2026110212", "连写的数字不是八位，看不出是哪一天，请写作2026-03-01的形式"),
        ("2026", "没有写明是哪一日，请写作2026-03-01的形式"),
        ("2026年3月", "没有写明是哪一日，请写作2026-03-01的形式"),
        ("2026.3", "没有写明是哪一日，请写作2026-03-01的形式"),
        ("2026年3月2日（周三）", "2026年3月2日是星期一，不是星期三，请核对"),
        ("3月2日至5日", "看不出是哪一天，请写作2026-03-01的形式"),
        ("2026-3/2", "看不出是哪一天，请写作2026-03-01的形式"),
        ("2026年三三月2日", "看不出是哪一天，请写作2026-03-01的形式"),
        ("2026-03-02 14:05", "看不出是哪一天，请写作2026-03-01的形式"),
        ("农历三月初二", "看不出是哪一天，请写作2026-03-01的形式"),
        ("", "看不出是哪一天，请写作2026-03-01的形式"),
        ("2" * 5000, "看不出是哪一天，请写作2026-03-01的形式"),
    ],
)
def test_a_refusal_says_what_is_unclear_and_what_to_do(text: str, why: str) -> None:
    with pytest.raises(NotADay) as refused:
        read_day(text, TODAY)
    assert str(refused.value) == why


class DatedQuestions(Questions):
    day = Date("日期", example="2026-03-01")


@pytest.mark.parametrize(
    ("text", "code", "detail"),
    [
        ("2026年3月2日", "format", "“日期”请写作2026-03-01的形式。"),
        ("20260302", "format", "“日期”请写作2026-03-01的形式。"),
        ("3月2日", "format", "“日期”：没有写年份，请写作2026-03-01的形式。"),
        ("3/2/2026", "format", "“日期”：分不清哪个是月、哪个是日，请按年、月、日的顺序写作2026-03-01的形式。"),
        ("61102-02-02", "format", "“日期”：年份应为四位数字，请写作2026-03-01的形式。"),
        ("2026-02-30", "no-such-day", "“日期”：没有2026-02-30这一天，请核对。"),
    ],
)
def test_data_take_one_notation_only_and_a_refusal_says_what_is_unclear(text: str, code: str, detail: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        load(DatedQuestions, {"day": text})
    assert [(fault.pointer, fault.code, fault.detail) for fault in refused.value.faults] == [("/day", code, detail)]
    assert load(DatedQuestions, {"day": "2026-03-02"}) == {"day": date(2026, 3, 2)}
