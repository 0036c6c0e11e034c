"""Commands for documents that offices have published: report check, report read, guide check."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from gipdocs.cli.calling import CommandGroup, Opened, json_option, office_options
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


@report_commands.command("check", help="核对一份年度报告：表格、文字、上下年度")
@click.argument("file", metavar="FILE", help="报告（DOCX、XLSX、网页、文本）或者记录（JSON），-是标准输入")
@click.option("--previous", metavar="FILE", help="上一年度的报告或者记录")
@json_option
def check_report(*, file: str, previous: str | None, as_json: bool) -> int:
    """What is wrong with a report, by itself and compared with last year's."""
    from gipdocs import reports
    from gipdocs.law import load_law

    try:
        before = _report(previous) if previous else None
        judgement = reports.judge(_report(file), before, law=load_law())
    except UnreadableReport as error:
        if as_json:
            show(error.refusal.as_json(error.name))
        raise
    show(judgement.as_json() if as_json else judgement.explain())
    return status_of(judgement.findings)


@report_commands.command("read", help="把已发布的报告读成记录（JSON）")
@click.argument("file", metavar="FILE", help="报告（DOCX、XLSX、网页、文本），-是标准输入")
def read_report(*, file: str) -> int:
    """The record of a published report."""
    return show(_report(file).as_json())


def _report(name: str) -> Record:
    from gipdocs import reports

    try:
        return reports.read(read_bytes(name))
    except InvalidInput as error:
        raise UnreadableReport("标准输入" if name == "-" else name, error) from error


@click.group("guide", cls=CommandGroup, help="核对指南")
def guide_commands() -> None:
    """Commands for guides."""


@guide_commands.command("check", help="核对一份已发布的指南：与机关概况和现行规定是否一致")
@click.argument("file", metavar="FILE", help="指南（DOCX、网页、文本），-是标准输入")
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
