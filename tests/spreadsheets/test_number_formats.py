"""A number is read as a spreadsheet shows it, and one whose format is not known here is not guessed at."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

import pytest
from openpyxl.utils.datetime import CALENDAR_MAC_1904, CALENDAR_WINDOWS_1900

from gipdocs.spreadsheets.number_formats import CHINESE, LONGEST, Value, show, show_text

DAY, NOON = datetime(2026, 3, 1), datetime(2026, 3, 1, 13, 5, 9)


@pytest.mark.parametrize(
    ("value", "code", "shown"),
    [
        (20, '0"个工作日"', "20个工作日"),
        (0.3 + 0.6, "General", "0.9"),
        (1 / 3, "", "0.33333333333"),
        (1e-7, "General", "0.0000001"),
        (20.0, "@", "20"),
        (999_999_999_999_999, "General", "999999999999999"),
        (10**15, "General", None),
        (3, 'G/通用格式"件"', "3件"),
        (3, "0\\天", "3天"),
        (-3, "0", "-3"),
        (-3, "¥0", "-¥3"),
        (-3, "0_);(0)", "(3)"),
        (0, '0"天";;"即时"', "即时"),
        (0, '_(* #,##0_);_(* \\(#,##0\\);_(* "-"_);_(@_)', "-"),
        (0.125, "0.0%", "12.5%"),
        (2.675, "0.00", "2.68"),
        (1234567.5, "[$¥-804]#,##0.00", "¥1,234,567.50"),
        (7, "[Red]000", "007"),
        (3, "0.#", "3"),
        (0.5, "#.##", ".5"),
        (3, '"长期公开"', "长期公开"),
        (5, ";;;", ""),
        (5, '# ?/?', None),
        (5, "0.00E+00", None),
        (5000, "0,", None),
        (5, "[>10]0;0", None),
        (5, "[DBNum2]0", None),
        (3701, '00"-"00', None),
        (5, "0" * (LONGEST + 1), None),
    ],
)  # fmt: skip
def test_numbers(value: Value, code: str, shown: str | None) -> None:
    assert show(value, code, CALENDAR_WINDOWS_1900) == shown


@pytest.mark.parametrize(
    ("value", "code", "shown"),
    [
        (DAY, 'yyyy"年"m"月"d"日";@', "2026年3月1日"),
        (DAY, "yyyy年mm月dd日", "2026年03月01日"),
        (46082, CHINESE[31], "2026年3月1日"),
        (DAY, CHINESE[14], "2026/3/1"),
        (DAY, "[$-F800]dddd\\, mmmm dd\\, yyyy", "2026年3月1日"),
        (DAY, "[DBNum1][$-804]yyyy\"年\"m\"月\"d\"日\"", "二〇二六年三月一日"),
        (DAY, "yyyy-mm-dd h:mm:ss", "2026-03-01"),
        (NOON, "yyyy-mm-dd h:mm:ss", "2026-03-01 13:05:09"),
        (NOON, '[$-804]AM/PMh"时"mm"分"', "下午1时05分"),
        (NOON, "h:mm AM/PM", "1:05 PM"),
        (DAY, "yy.m.d aaaa", "26.3.1 星期日"),
        (date(2026, 3, 1), "General", "2026-03-01"),
        (time(8, 30), "h:mm", "8:30"),
        (time(8, 30), "mm:ss", "30:00"),
        (timedelta(hours=30), "[h]:mm", "30:00"),
        (1.25, "[h]:mm:ss", "30:00:00"),
        (timedelta(minutes=90), "[mm]", "90"),
        (timedelta(hours=-1), "[h]:mm", None),
        (timedelta(hours=30), "yyyy", None),
        (timedelta(hours=30), "General", None),
        (time(8, 30), "yyyy-m-d", None),
        (DAY, "d-mmm-yy", None),
        (DAY, "[DBNum2]yyyy", None),
        (DAY, "0.00", None),
        (-5, "yyyy", None),
    ],
)  # fmt: skip
def test_days_and_times(value: Value, code: str, shown: str | None) -> None:
    assert show(value, code, CALENDAR_WINDOWS_1900) == shown


def test_days_are_counted_from_where_the_book_says() -> None:
    assert show(44620, CHINESE[31], CALENDAR_MAC_1904) == "2026年3月1日"


@pytest.mark.parametrize(
    ("text", "code", "shown"),
    [
        ("办公室", "General", "办公室"),
        ("办公室", "@", "办公室"),
        ("财务", '@"科"', "财务科"),
        ("财务", "0;0;0;@", "财务"),
        ("财务", ";;;", ""),
        ("财务", '0"个工作日"', "财务"),
    ],
)
def test_texts(text: str, code: str, shown: str) -> None:
    assert show_text(text, code) == shown
