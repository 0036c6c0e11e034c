"""Commands for the ledger of the register: written as a workbook, imported from one, and counted by year."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import TYPE_CHECKING

import click

from gipdocs.cli.calling import Command, Opened, Option, WrongCall, force_option, json_option, office_options
from gipdocs.cli.files import OK, REFUSED, deliver, read_bytes, read_data, refuse_to_overwrite, say, show, untold
from gipdocs.errors import MOST_TOLD, SetupError
from gipdocs.writing import chinese_date, plain_number

if TYPE_CHECKING:  # an installation without a database loads nothing of it
    from gipdocs.register.ledger_import import ImportReport
    from gipdocs.register.register import Register
    from gipdocs.register.year_account import YearAccount

WITHOUT = "没有启用台账：环境变量GIPDOCS_DATABASE写作none。请去掉这个变量，或者写明数据库的位置。"


def _register(opened: Opened) -> Register:
    service = opened.load_service()
    if (register := service.register) is None:
        raise SetupError(WITHOUT)
    return replace(register, office=lambda: service.office(opened.today))


@click.command("export", cls=Command, help="把台账写成表格（XLSX），一件一行")
@click.option("-o", "--output", cls=Option, required=True, metavar="FILE", help="写到这个文件，-是标准输出")
@click.option("--year", type=int, metavar="YEAR", help="只写这一年收到的")
@office_options
@force_option
def write_out(opened: Opened, *, output: str, year: int | None, force: bool) -> int:
    """The ledger as a workbook."""
    from gipdocs.access.actors import HERE
    from gipdocs.register.finding import Filter
    from gipdocs.register.ledger import export_ledger

    refuse_to_overwrite(output, force=force)
    return deliver(output, export_ledger(_register(opened), Filter(year=year), by=HERE))


@click.command("import", cls=Command, help="把原有台账（XLSX、CSV）导入，有一处不对就一行也不导入")
@click.argument("file", metavar="FILE", help="台账文件")
@click.option("--mapping", metavar="FILE", help="栏目对应（JSON）：{“他们的表头”: “我们的表头”}，写作-的不读")
@click.option("--dry-run", is_flag=True, help="只检查，不导入")
@office_options
@json_option
def import_from(opened: Opened, *, file: str, mapping: str | None, dry_run: bool, as_json: bool) -> int:
    """Import a ledger, or check it."""
    from gipdocs.access.actors import HERE
    from gipdocs.register.ledger_import import import_ledger, recall_mapping
    from gipdocs.register.ledger_reading import read_ledger

    register = _register(opened)
    table = read_ledger(read_bytes(file), file)
    given = _mapping(mapping) if mapping else recall_mapping(register, table.headings)
    report = import_ledger(register, table, given, by=HERE, dry_run=dry_run)
    if as_json:
        show(report.as_json())
    else:
        say("\n".join(_told(report, dry_run=dry_run)))
    return REFUSED if report.faults else OK


def _mapping(name: str) -> dict[str, str]:
    given = read_data(name)
    if not isinstance(given, dict) or not all(isinstance(one, str) for one in given.values()):
        raise WrongCall(f"{name}应为一组“表头”和“栏目”的对应，例如{{“来信时间”: “收到日期”}}。")
    return given


def _told(report: ImportReport, *, dry_run: bool) -> Iterator[str]:
    yield from report.warnings
    yield from (fault.detail for fault in report.faults[:MOST_TOLD])
    if report.faults:
        yield from untold(len(report.faults))
        yield f"共{report.rows}行，有{len(report.faults)}处需要改正，没有导入。"
    else:
        yield f"共{report.rows}行，没有错误，可以导入。" if dry_run else f"已导入{report.cases}件。"


@click.command("statistics", cls=Command, help="一个年度的表三、表四和信息处理费")
@click.argument("year", metavar="YEAR", type=int, help="年份")
@click.option("--sentences", is_flag=True, help="写成可以用在年度报告里的句子，不列数字")
@office_options
@json_option
def show_statistics(opened: Opened, *, year: int, sentences: bool, as_json: bool) -> int:
    """The figures of a year, or sentences about it."""
    from gipdocs.register.statistics import as_record
    from gipdocs.register.year_account import account_for

    found = account_for(_register(opened), year)
    if sentences:
        return _show_sentences(found, as_json=as_json)
    return show(as_record(found.figures) if as_json else "\n".join(_lines(found)))


def _show_sentences(found: YearAccount, *, as_json: bool) -> int:
    told, year = found.sentences.whole, found.figures.year
    show(dict(told) if as_json else "\n".join(told.values()))
    if not found.is_over:
        return say(f"{year}年还没有结束，句子在年度终了以后提供。")
    return OK if told else say(f"台账没有{year}年及以前的案件，写不成句子。")


def _lines(found: YearAccount) -> Iterator[str]:
    """Every figure that isn't 0, at its place in the form, and the fees."""
    from gipdocs.reports.grids import TABLE_NAMES

    figures, counts = found.figures, found.figures.cells
    if not found.is_over:
        yield f"{figures.year}年还没有结束，数字截至{chinese_date(found.until)}。"
    for key in ("table3", "table4"):
        filled = [one for one in figures.form.table(key).figures if counts[one.path]]
        yield from (f"{one.place}：{counts[one.path]}" for one in filled)
        if not filled:
            yield f"{TABLE_NAMES[key]}各项都是0。"
    yuan = "金额没有记录" if figures.fee.yuan is None else f"{plain_number(figures.fee.yuan)}元"
    yield f"信息处理费：{figures.fee.cases}件，{yuan}。"


LEDGER_COMMANDS = (write_out, import_from, show_statistics)
"""For the group `register`."""
