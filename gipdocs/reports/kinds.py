"""Tells kinds of agencies by their names, and schools and other public bodies from agencies, to which alone the national form applies."""

from __future__ import annotations

import re
from dataclasses import dataclass

from gipdocs.reports.narrative import plain
from gipdocs.reports.record import Record

AGENCY_KINDS = {
    r"(?:税务|(?<!中国)气象|烟草专卖|邮政管理|海事)局$|海关$|^国家(?:税务总局|统计局|金融监督管理总局|外汇管理局).{2,}": "central-branch",
    r"[省市县区旗州]人民政府$": "government",
    r"[乡镇]人民政府$|街道办事处$": "township",
    r"人民政府办公[厅室]$": "government-office",
    r"(?<!分)局$|[委厅]$|(?<![区园城村居]管理)(?<![村居]民)委员会$|办公室$": "department",
}
"""The record's names for kinds of agency, by the end of the agency's name; the first that fits counts."""
UNIVERSITY = re.compile(r"(?:大学|学院|高等专科学校)$")
SCHOOL = re.compile(r"(?:学校|中学|小学|幼儿园)$")
PUBLIC_BODY = re.compile(r"(?:医院|保健院|卫生院|卫生服务中心|公司|集团|水厂|供水站|供热站|客运站)$")
TITLE = re.compile(
    r"(?P<before>.*?)(?:20\d\d)[-—–~～至年度学]{0,3}(?:20\d\d)?[年度学]{0,3}(?P<after>.*?)"
    r"(?:政府信息公开|政务公开|信息公开|校务公开|院务公开).*年度报告$"
)
"""A title: the body's name stands before the year, or after it."""
SCHOOL_YEAR = re.compile(r"(?P<first>20\d\d)(?:年)?[-—–~～至]{1,2}(?P<last>20\d\d|\d\d)(?:年)?学年")


@dataclass(frozen=True, kw_only=True)
class ReporterKind:
    """A kind of body whose report has no prescribed form: what it is called, and under what rules it reports."""

    name: str
    rules: str
    pattern: re.Pattern[str]


REPORTER_KINDS = (
    ReporterKind(
        name="高等学校",
        rules="依照《高等学校信息公开办法》（教育部令第29号）按学年编制信息公开年度报告，10月底前公布",
        pattern=UNIVERSITY,
    ),
    ReporterKind(name="学校", rules="执行教育主管部门关于信息公开的规定", pattern=SCHOOL),
    ReporterKind(
        name="公共企事业单位",
        rules="按照国办发〔2020〕50号，执行国务院有关主管部门关于信息公开的规定",
        pattern=PUBLIC_BODY,
    ),
)


def agency_kind(name: str) -> str | None:
    """The kind of agency that has this name; None if it is unknown: a branch office, a centre, the board of a zone."""
    return next((kind for ending, kind in AGENCY_KINDS.items() if re.search(ending, name)), None)


def reporter_kind(record: Record) -> ReporterKind | None:
    """The kind of body that reports, if the national form does not apply to it; None for agencies and if unknown."""
    if named := titled_kind(record.title or ""):
        return named
    if record.agency_kind:
        return None
    return named_kind(record.agency or "") or (REPORTER_KINDS[0] if school_year(record.title or "") else None)


def titled_kind(title: str) -> ReporterKind | None:
    """The kind of body that a title names before or after the year."""
    match = TITLE.fullmatch(re.sub(r"\s", "", plain(title)))
    return match and (named_kind(match["before"]) or named_kind(match["after"]))


def named_kind(name: str) -> ReporterKind | None:
    """The kind of body that has this name."""
    return next((kind for kind in REPORTER_KINDS if kind.pattern.search(name.strip())), None)


def school_year(text: str) -> tuple[int, int] | None:
    """The years in which the school year named first in a text begins and ends: 2022-2023学年 or 2022-23学年."""
    match = SCHOOL_YEAR.search(plain(text))
    if match is None:
        return None
    first, last = int(match["first"]), int(match["last"])
    return first, last if last > 99 else first // 100 * 100 + last


def has_tables(record: Record) -> bool:
    """Whether any figure of the three tables could be read."""
    return not record.hidden.issuperset(record.cells)
