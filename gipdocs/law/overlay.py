"""A year's 放假安排 typed in by the office: one TOML file per year, checked before it is used."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any, TypeGuard

from gipdocs.errors import SetupError
from gipdocs.stricttoml import NotToml, read_file
from gipdocs.writing import chinese_date, document_number_faults, weekday

STATUTORY = {"元旦": 1, "春节": 4, "清明节": 1, "劳动节": 2, "端午节": 1, "中秋节": 1, "国庆节": 3}
"""全国年节及纪念日放假办法, in force since 2025-01-01: 13 days that all citizens have off."""
KEYS = {"year", "source", "document_number", "published", "statutory_days", "holidays"}
HOLIDAY_KEYS = {"name", "from", "to", "workdays"}
SATURDAY = 5
LONGEST = 15
DECEMBER = 20
"""The notice for a year may change days of the December before it, from this day on."""


@dataclass(frozen=True, kw_only=True)
class Overlay:
    """One year's notice: days off and 调休 working days, each with the name of its holiday."""

    year: int
    source: str
    document_number: str
    rests: Mapping[date, str]
    works: Mapping[date, str]


def read_overlays(folder: Path) -> list[Overlay]:
    """The overlays `2027.toml` … of `folder`, oldest first; SetupError lists every fault of a bad file."""
    if not folder.is_dir():
        raise SetupError(f"找不到存放工作日历的文件夹{folder}，请建立该文件夹，或者改正设置。")
    return [read_overlay(path) for path in sorted(folder.glob("*.toml"))]


def read_overlay(path: Path) -> Overlay:
    """One overlay file; SetupError names the file and every fault in it, in Chinese."""
    try:
        table = read_file(path)
    except NotToml as error:
        raise SetupError(f"工作日历文件{path}读不出来：{error}") from None
    faults = [*_shape_faults(table, path)]
    if not faults:
        faults = [*_day_faults(table)]
    if faults:
        listed = "\n".join(f"  {fault}" for fault in faults)
        raise SetupError(f"工作日历文件{path}有{len(faults)}处需要改正：\n{listed}")
    return Overlay(
        year=table["year"],
        source=table["source"],
        document_number=table["document_number"],
        rests={day: row["name"] for row in table["holidays"] for day in _rests(row)},
        works={day: row["name"] for row in table["holidays"] for day in row.get("workdays", [])},
    )


def _shape_faults(table: Mapping[str, Any], path: Path) -> Iterator[str]:
    yield from (f"没有“{key}”这一项，可用的是{'、'.join(sorted(KEYS))}。" for key in table if key not in KEYS)
    year = table.get("year")
    if type(year) is not int or not 2008 <= year <= 2199:
        yield "year应当是四位年份，例如2027。"
    elif path.stem != str(year):
        yield f"文件名应当与年份一致，写作{year}.toml。"
    for key, words in (("source", "放假通知的标题"), ("document_number", "放假通知的文号")):
        if not isinstance(table.get(key), str) or not table[key].strip():
            yield f"{key}应当写明{words}。"
    if isinstance(table.get("document_number"), str):
        yield from (f"document_number：{detail}" for _, detail in document_number_faults(table["document_number"]))
    if "published" in table and not _is_day(table["published"]):
        yield "published应当是发布日期，例如2026-11-25（不加引号）。"
    if "statutory_days" in table and type(table["statutory_days"]) is not int:
        yield "statutory_days应当是当年全体公民放假的天数，例如13。"
    rows = table.get("holidays")
    if not isinstance(rows, list) or not rows or not all(isinstance(row, dict) for row in rows):
        yield "holidays应当逐个节日写明，每个节日一段[[holidays]]。"
        return
    for index, row in enumerate(rows):
        yield from (f"holidays.{index}：{fault}" for fault in _row_faults(row))


def _row_faults(row: Mapping[str, Any]) -> Iterator[str]:
    yield from (f"没有“{key}”这一项，可用的是name、from、to、workdays。" for key in row if key not in HOLIDAY_KEYS)
    if not isinstance(row.get("name"), str) or not row["name"].strip():
        yield "name应当是节日名称，例如“春节”。"
    first, last = row.get("from"), row.get("to")
    if not _is_day(first) or not _is_day(last):
        yield "from、to应当是放假的首日和末日，例如2027-02-05（不加引号）。"
    elif not timedelta() <= last - first < timedelta(days=LONGEST):
        yield f"放假应当是首尾相连的1至{LONGEST}天，请核对from和to。"
    workdays = row.get("workdays", [])
    if not isinstance(workdays, list) or not all(map(_is_day, workdays)):
        yield "workdays应当是调休上班的日期，例如[2027-02-14]（不加引号）。"


def _day_faults(table: Mapping[str, Any]) -> Iterator[str]:
    year, rows = table["year"], table["holidays"]
    rests = [day for row in rows for day in _rests(row)]
    works = [day for row in rows for day in row.get("workdays", [])]
    for day in [*rests, *works]:
        if not date(year - 1, 12, DECEMBER) <= day <= date(year, 12, 31):
            yield f"{chinese_date(day)}不在{year}年内，请核对（上年只能写12月{DECEMBER}日以后的日期）。"
    for day, times in Counter([*rests, *works]).items():
        if times > 1:
            yield f"{chinese_date(day)}写了{times}次，一天只能放假或者上班一次。"
    for day in works:
        if day.weekday() < SATURDAY:
            yield f"{chinese_date(day)}是{weekday(day)}，本来就上班，调休上班的应当是周六或者周日。"
    yield from _total_faults(table, rests, works)


def _total_faults(table: Mapping[str, Any], rests: list[date], works: list[date]) -> Iterator[str]:
    named = "".join(row["name"] for row in table["holidays"])
    for name in STATUTORY:
        if name not in named:
            yield f"没有写{name}的放假安排，七个法定节日应当写全。"
    owed = table.get("statutory_days", sum(STATUTORY.values()))
    given = sum(day.weekday() < SATURDAY for day in rests) - len(works)
    if given != owed:
        yield (
            f"放假占用的周一至周五共{given + len(works)}天，调休上班{len(works)}天，相抵后为{given}天，"
            f"与全体公民放假的{owed}天不符，请对照通知核对；通知确有增减的，在statutory_days写明天数。"
        )


def _rests(row: Mapping[str, Any]) -> list[date]:
    return [row["from"] + timedelta(days=n) for n in range((row["to"] - row["from"]).days + 1)]


def _is_day(value: object) -> TypeGuard[date]:
    return isinstance(value, date) and not isinstance(value, datetime)
