"""Overlay files: a year typed in by the office counts once it is right, and every fault is named."""

from __future__ import annotations

import shutil
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from gipdocs.errors import SetupError
from gipdocs.law import load_law
from gipdocs.law.calendar import lay_over, load_packaged_calendar
from gipdocs.law.overlay import read_overlay

from .conftest import DATA

SAMPLE = DATA / "calendar" / "2027.toml"
TEXT = SAMPLE.read_text(encoding="utf-8")


def refusal(tmp_path: Path, text: str, name: str = "2027.toml") -> str:
    path = tmp_path / name
    path.write_text(text, encoding="utf-8")
    with pytest.raises(SetupError) as error:
        read_overlay(path)
    assert str(path) in str(error.value)
    return str(error.value)


def test_the_sample_year_is_read_whole() -> None:
    overlay = read_overlay(SAMPLE)
    assert overlay.year == 2027
    assert len(overlay.rests) == 29
    assert overlay.rests[date(2027, 2, 6)] == "春节"
    assert overlay.works == {
        date(2027, 1, 31): "春节",
        date(2027, 2, 14): "春节",
        date(2027, 5, 8): "劳动节",
        date(2027, 9, 26): "国庆节",
        date(2027, 10, 9): "国庆节",
    }


def test_an_overlay_moves_the_end_and_names_its_notice() -> None:
    calendar = lay_over(load_packaged_calendar().until(date(2026, 12, 31)), read_overlay(SAMPLE))
    assert calendar.ends_on == date(2027, 12, 31)
    assert calendar.versions["calendar-2027"] == "测试〔2026〕1号"
    assert calendar.day(date(2027, 2, 14)).reason == "调休上班（春节）"
    assert not calendar.is_working(date(2027, 1, 1))
    assert calendar.is_working(date(2027, 1, 4))


def test_an_overlay_replaces_a_year_that_the_package_knows(tmp_path: Path) -> None:
    text = TEXT.replace("2027", "2026").replace("workdays", "#workdays").replace("测试〔2026〕", "测试〔2025〕")
    path = tmp_path / "2026.toml"
    path.write_text(text.replace("document", "statutory_days = 20\ndocument", 1), encoding="utf-8")
    calendar = lay_over(load_packaged_calendar(), read_overlay(path))
    assert not load_packaged_calendar().is_working(date(2026, 2, 18))
    assert calendar.is_working(date(2026, 2, 18))
    assert not calendar.is_working(date(2026, 2, 10))
    assert calendar.is_working(date(2025, 2, 8))


def test_a_notice_may_move_the_last_days_of_the_year_before(tmp_path: Path) -> None:
    text = TEXT.replace("from = 2027-01-01", "from = 2026-12-31").replace(
        "to = 2027-01-03", "to = 2027-01-03\nworkdays = [2026-12-27]"
    )
    path = tmp_path / "2027.toml"
    path.write_text(text, encoding="utf-8")
    calendar = lay_over(load_packaged_calendar().until(date(2026, 12, 31)), read_overlay(path))
    assert calendar.is_working(date(2026, 12, 27))
    assert not calendar.is_working(date(2026, 12, 31))


def test_a_day_that_the_notice_moves_keeps_nothing_of_what_it_was(tmp_path: Path) -> None:
    saturday = date(2026, 12, 26)
    known = load_packaged_calendar().until(date(2026, 12, 31))
    working = replace(known, works={**known.works, saturday: "元旦"})
    assert working.is_working(saturday)
    resting = replace(read_overlay(SAMPLE), rests={saturday: "元旦"})
    assert lay_over(working, resting).day(saturday).reason == "元旦假期"


def test_a_missing_year_between_is_refused() -> None:
    overlay = replace(read_overlay(SAMPLE), year=2028)
    with pytest.raises(SetupError, match="不能直接录入2028年，请先录入2027年"):
        lay_over(load_packaged_calendar().until(date(2026, 12, 31)), overlay)


def test_a_folder_that_is_not_there_is_refused(tmp_path: Path) -> None:
    with pytest.raises(SetupError, match="找不到存放工作日历的文件夹"):
        load_law(tmp_path / "missing")


def test_files_of_the_folder_are_read_in_order(tmp_path: Path) -> None:
    shutil.copy(SAMPLE, tmp_path / "2027.toml")
    assert load_law(tmp_path).calendar.ends_on >= date(2027, 12, 31)


@pytest.mark.parametrize(
    ("old", "new", "sentence"),
    [
        ("to = 2027-04-05", "to = 2027-04-02", "首尾相连的1至15天"),
        ("to = 2027-02-13", "to = 2027-03-13", "首尾相连的1至15天"),
        ("[2027-05-08]", "[2027-05-07]", "2027年5月7日是星期五，本来就上班"),
        ("[2027-05-08]", "[2027-05-01]", "2027年5月1日写了2次"),
        ("[2027-05-08]", "[]", "相抵后为14天，与全体公民放假的13天不符"),
        ("[2027-05-08]", '["2027-05-08"]', "workdays应当是调休上班的日期"),
        ("from = 2027-06-09\nto = 2027-06-09", "from = 2028-06-09\nto = 2028-06-09", "2028年6月9日不在2027年内"),
        ('name = "端午节"', 'name = "夏至"', "没有写端午节的放假安排"),
        ('document_number = "测试〔2026〕1号"', 'document_number = "测试[2026]01号"', "六角括号"),
        ('document_number = "测试〔2026〕1号"', "", "document_number应当写明放假通知的文号"),
        ('source = "测试用的假设放假安排"', 'source = " "', "source应当写明放假通知的标题"),
        ("year = 2027", "year = 27", "year应当是四位年份"),
        ("year = 2027", "year = 2027\ncolour = 1", "没有“colour”这一项"),
        ("published = 2026-11-25", 'published = "2026"', "published应当是发布日期"),
        ("published = 2026-11-25", 'statutory_days = "13"', "statutory_days应当是"),
        ('name = "元旦"', 'name = "元旦"\nlength = 3', "holidays.0：没有“length”这一项"),
        ('name = "元旦"', "name = 1", "holidays.0：name应当是节日名称"),
        ("from = 2027-01-01", "from = 2027-01-01T00:00:00", "holidays.0：from、to应当是"),
    ],
)
def test_every_fault_of_an_overlay_is_named(tmp_path: Path, old: str, new: str, sentence: str) -> None:
    assert old in TEXT
    assert sentence in refusal(tmp_path, TEXT.replace(old, new, 1))


def test_a_file_named_for_another_year_is_refused(tmp_path: Path) -> None:
    assert "写作2027.toml" in refusal(tmp_path, TEXT, "2028.toml")


def test_an_overlay_without_holidays_is_refused(tmp_path: Path) -> None:
    assert "holidays应当逐个节日写明" in refusal(tmp_path, TEXT.partition("[[")[0])


def test_a_file_that_is_not_toml_is_refused(tmp_path: Path) -> None:
    assert "读不出来" in refusal(tmp_path, "year = ")


def test_the_statutory_days_of_the_file_settle_a_year_out_of_the_ordinary(tmp_path: Path) -> None:
    path = tmp_path / "2027.toml"
    path.write_text(TEXT.replace("[2027-05-08]", "[]").replace("year =", "statutory_days = 14\nyear =", 1), "utf-8")
    assert date(2027, 5, 8) not in read_overlay(path).works
