"""Commands for documents that offices have published: report check, report read, guide check."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from gipdocs.cli.calling import (
    CommandGroup,
    DayType,
    OneOf,
    Opened,
    Option,
    YearType,
    force_option,
    json_option,
    office_options,
)
from gipdocs.cli.files import read_bytes, refusal_shown, show, status_of, untold
from gipdocs.errors import InvalidInput

if TYPE_CHECKING:
    from gipdocs.reports import Record


class UnreadableReport(Exception):
    """A report could not be read; the message says which of the named files it is and what is wrong."""

    def __init__(self, name: str, refusal: InvalidInput) -> None:
        self.name, self.refusal = name, refusal
        places = ((f"（{fault.pointer}）" if fault.pointer else "", fault.detail) for fault in refusal.told)
        lines = [f"{name}{place}：{detail}" for place, detail in places]
        super().__init__("\n".join([*lines, *untold(len(refusal.faults))]))


@click.group("report", cls=CommandGroup, help="核对、读取年度报告")
def report_commands() -> None:
    """Commands for annual reports."""


@report_commands.command(
    "check", help="核对年度报告：一份的，列出各处问题；几份、一个目录或者压缩包的，列成一张表，并写退回修改的函"
)
@click.argument("files", nargs=-1, required=True, metavar="FILE…")
@click.option("--previous", metavar="FILE", help="上一年度的报告或者记录；几份报告一起核对的，可以是目录")
@click.option("--due", metavar="FILE", help="应报单位名单：文本一行一个，或者XLSX；默认是机关概况里写的")
@click.option("--year", type=YearType(), metavar="YEAR", help="核对哪一年度的，默认取多数报告的年度")
@click.option("-o", "--output", cls=Option, metavar="FILE", help="把核对表写到这个文件（.xlsx或者.json）")
@click.option("--letters", metavar="DIR", help="给需要修改、核实的单位各写一封函，写到这个目录")
@click.option("--format", type=OneOf(("docx", "pdf")), default="docx", help="函的格式，默认docx")
@click.option("--return-by", type=DayType(), help="函中要求报送的最后日期，写作2026-01-23")
@click.option("--number", metavar="NUMBER", help="第一封函的文号，其余依次编号；不写的只生成草稿")
@office_options
@force_option
@json_option
def check_report(opened: Opened, *, files: tuple[str, ...], previous: str | None, as_json: bool, **more: Any) -> int:
    """What is wrong with a report, by itself and compared with last year's, or one table for many reports."""
    from gipdocs import reports
    from gipdocs.cli.returned import ManyReports, check_many
    from gipdocs.law import load_law

    asked = ManyReports(files=files, previous=previous, as_json=as_json, **more)
    if asked.many:
        return check_many(opened, asked)
    try:
        before = read_report_file(previous) if previous else None
        judgement = reports.judge(
            read_report_file(files[0]), before, law=load_law(), local=opened.load_profile().reports
        )
    except UnreadableReport as error:
        if as_json:
            show(error.refusal.as_json(error.name))
        raise
    show(judgement.as_json() if as_json else judgement.explain())
    return status_of(judgement.findings)


@report_commands.command("read", help="把已发布的报告读成记录（JSON）")
@click.argument("file", metavar="FILE", help="报告（DOCX、PDF、XLSX、网页、文本），-是标准输入")
def read_report(*, file: str) -> int:
    """The record of a published report."""
    return show(read_report_file(file).as_json())


def read_report_file(name: str) -> Record:
    """The record of a report in a file; UnreadableReport names the file."""
    from gipdocs import reports

    try:
        return reports.read(read_bytes(name))
    except InvalidInput as error:
        raise UnreadableReport("标准输入" if name == "-" else name, error) from error


@click.group("guide", cls=CommandGroup, help="核对指南")
def guide_commands() -> None:
    """Commands for guides."""


@guide_commands.command("check", help="核对一份已发布的指南：与机关概况和现行规定是否一致")
@click.argument("file", metavar="FILE", help="指南（DOCX、PDF、网页、文本），-是标准输入")
@office_options
@json_option
def check_guide(opened: Opened, *, file: str, as_json: bool) -> int:
    """Where a published guide differs from profile and law."""
    from gipdocs import guide

    with refusal_shown(as_json=as_json):
        read = guide.read(read_bytes(file))
    judgement = guide.judge(read, opened.load_service().office(opened.today))
    show(judgement.as_json() if as_json else judgement.explain())
    return status_of(judgement.findings)
