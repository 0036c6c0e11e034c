"""The command that adds up annual reports: report sum."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

import click

from gipdocs.cli.calling import (
    Command,
    Opened,
    Option,
    WrongCall,
    YearType,
    force_option,
    json_option,
    office_options,
)
from gipdocs.cli.deliveries import gather, read_due_list
from gipdocs.cli.files import deliver, read_data, refuse_to_overwrite, say, show, status_of
from gipdocs.errors import Fault, InvalidInput

if TYPE_CHECKING:
    from gipdocs.reports.collecting.orders import SumOrder
    from gipdocs.reports.collecting.submissions import Collection
    from gipdocs.reports.collecting.summed import SummedReport

ENDINGS = (".json", ".xlsx")


@click.command("sum", cls=Command, help="汇总各单位的年度报告：缺报、不平、重复的逐一列出")
@click.argument("files", nargs=-1, required=True, metavar="FILE…")
@click.option(
    "-o",
    "--output",
    cls=Option,
    required=True,
    metavar="FILE",
    help="汇总的记录（.json）或者汇总表（.xlsx），-是标准输出",
)
@click.option("--year", type=YearType(), metavar="YEAR", help="报告年度，默认是多数报告的年度")
@click.option("--due", metavar="FILE", help="应报单位名单：文本一行一个，或者XLSX；默认是机关概况里写的")
@click.option("--agency-name", metavar="NAME", help="汇总机关的名称，默认是机关概况里的本级人民政府")
@click.option("--take", multiple=True, metavar="单位=文件", help="报送了几份不同报告的单位用哪一份，可以写多次")
@click.option("--corrections", metavar="FILE", help="人工更正（JSON）：path、given、reason的列表")
@office_options
@json_option
@force_option
def sum_reports(
    opened: Opened,
    *,
    files: Sequence[str],
    output: str,
    agency_name: str | None,
    as_json: bool,
    force: bool,
    **asked: Any,  # each option in the type that it declares
) -> int:
    """The sum of reports: its record or its workbook; standard error tells what is to be done, the exit status is 1 if some of it must be."""
    if output != "-" and not output.lower().endswith(ENDINGS):
        raise WrongCall("汇总写成.json（记录）或者.xlsx（汇总表），请用这两种后缀之一。")
    refuse_to_overwrite(output, force=force)
    agency = agency_name or opened.load_profile().government
    order = _order(opened, files, output=output, **asked)
    _refuse_nothing(order.collection)
    summed = order.sum_up(agency)
    status = deliver(output, _written(summed, order, opened, output))
    if as_json and output != "-":
        show(summed.as_json())
    say(_told(summed, order))
    return status_of(summed.findings) or status


def _order(
    opened: Opened,
    files: Sequence[str],
    *,
    output: str,
    year: int | None,
    due: str | None,
    take: Sequence[str],
    corrections: str | None,
) -> SumOrder:
    from gipdocs.reports.collecting.orders import SumOrder, load_corrections
    from gipdocs.reports.collecting.submissions import collect

    changes = load_corrections(read_data(corrections)) if corrections else ()
    names = read_due_list(due) if due else opened.load_profile().reports.bodies
    sent = gather(files, apart=(output, due, corrections))
    return SumOrder(
        collection=collect(sent, year=year, due=names, expected=_today(opened).year - 1),
        take=_chosen(take),
        corrections=changes,
    )


def _refuse_nothing(collection: Collection) -> None:
    """InvalidInput, with what each file is instead, if there is no report of the year to be added up."""
    if any(one.record for one in collection.submissions):
        return
    told = [f"没有一份能读出的{collection.year}年度报告，没有汇总，请核对文件和年度。"]
    told += [f"{one.name}：{fault.detail}" for one in collection.submissions for fault in one.faults]
    told += [f"{one.name}：是{one.year}年度的报告。" for one in (*collection.earlier, *collection.astray)]
    raise InvalidInput(Fault("", "no-reports", words) for words in told)


def _chosen(take: Sequence[str]) -> dict[str, str]:
    """The chosen file by its body; WrongCall for a choice that is written wrongly, or made twice for one body."""
    chosen: dict[str, str] = {}
    for words in take:
        body, sign, name = (part.strip() for part in words.partition("="))
        if not sign:
            raise WrongCall("--take应写作“单位=文件名”，例如--take 某县财政局=财政局.docx。")
        if chosen.setdefault(body, name) != name:
            raise WrongCall(f"--take为{body}选了两份文件：{chosen[body]}、{name}，请只选一份。")
    return chosen


def _written(summed: SummedReport, order: SumOrder, opened: Opened, output: str) -> bytes:
    if not output.lower().endswith(".xlsx"):
        return json.dumps(summed.record.as_json(), ensure_ascii=False, indent=2).encode() + b"\n"
    from gipdocs.law import load_law
    from gipdocs.reports.collecting.assessment import assess
    from gipdocs.reports.collecting.summed_book import write_book

    standings = assess(order.collection, law=load_law(), local=opened.load_profile().reports, take=order.take)
    author = summed.record.agency or ""
    return write_book(summed, order.collection, standings, author=author, created=_today(opened))


def _today(opened: Opened) -> date:
    from gipdocs.service import ZONE

    return opened.today or datetime.now(ZONE).date()


def _told(summed: SummedReport, order: SumOrder) -> str:
    from gipdocs.findings import explain

    collection = order.collection
    due = f"应报送{len(collection.due)}个单位，未报送{len(collection.missing)}个；" if collection.due else ""
    came = len(collection.submissions)
    head = f"{collection.year}年度汇总：{due}收到本年度文件{came}份，计入{len(summed.counted)}个单位。"
    return f"{head}\n\n{explain(summed.findings)}"
