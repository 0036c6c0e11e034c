"""The command that adds up annual reports: report sum."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from gipdocs.cli.calling import Command, Opened, Option, WrongCall, force_option, json_option, office_options
from gipdocs.cli.files import deliver, read_bytes, read_data, refuse_to_overwrite, say, show, status_of
from gipdocs.errors import InvalidInput, reason

if TYPE_CHECKING:
    from gipdocs.reports.collecting.orders import SumOrder
    from gipdocs.reports.collecting.submissions import Sent
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
@click.option("--year", type=int, metavar="YEAR", help="报告年度，默认是多数报告的年度")
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
    order = _order(opened, files, **asked)
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
    year: int | None,
    due: str | None,
    take: Sequence[str],
    corrections: str | None,
) -> SumOrder:
    from gipdocs.reports.collecting.orders import SumOrder, load_corrections
    from gipdocs.reports.collecting.submissions import collect

    changes = load_corrections(read_data(corrections)) if corrections else ()
    names = _due(due) if due else opened.load_profile().reports.bodies
    chosen = dict(map(_chosen, take))
    return SumOrder(collection=collect(_sent(files), year=year, due=names), take=chosen, corrections=changes)


def _chosen(words: str) -> tuple[str, str]:
    body, sign, name = words.partition("=")
    if not sign:
        raise WrongCall("--take应写作“单位=文件名”，例如--take 某县财政局=财政局.docx。")
    return body.strip(), name.strip()


def _due(file: str) -> tuple[str, ...]:
    from gipdocs.reports.collecting.due import read_due

    try:
        return read_due(read_bytes(file))
    except InvalidInput as error:
        raise WrongCall(f"{file}：{error}") from None


def _sent(files: Sequence[str]) -> Iterator[Sent]:
    """Every file, those in folders and in ZIP archives too."""
    from gipdocs.reports.collecting.deliveries import unpack

    for name in files:
        for path in _paths(name):
            try:
                yield from unpack(_shown(path, name), read_bytes(path))
            except InvalidInput as error:
                raise WrongCall(f"{path}：{error}") from None


def _paths(name: str) -> list[str]:
    """The file itself, or all files below a folder in the order of their names."""
    from gipdocs.reports.collecting.deliveries import is_report_file

    folder = Path(name)
    if not folder.is_dir():
        return [name]
    try:
        found = sorted(path for path in folder.rglob("*") if path.is_file())
    except OSError as error:
        raise WrongCall(f"读不出{name}：{reason(error)}。") from None
    return [str(path) for path in found if is_report_file(path.relative_to(folder).as_posix())]


def _shown(path: str, given: str) -> str:
    """The name of a file for lists: its place in the folder that was given, or its own name."""
    return Path(path).name if path == given else Path(path).relative_to(given).as_posix()


def _written(summed: SummedReport, order: SumOrder, opened: Opened, output: str) -> bytes:
    if not output.lower().endswith(".xlsx"):
        return json.dumps(summed.record.as_json(), ensure_ascii=False, indent=2).encode() + b"\n"
    from datetime import datetime

    from gipdocs.law import load_law
    from gipdocs.reports.collecting.assessment import assess
    from gipdocs.reports.collecting.summed_book import write_book
    from gipdocs.service import ZONE

    standings = assess(order.collection, law=load_law(), local=opened.load_profile().reports, take=order.take)
    author = summed.record.agency or ""
    return write_book(
        summed, order.collection, standings, author=author, created=opened.today or datetime.now(ZONE).date()
    )


def _told(summed: SummedReport, order: SumOrder) -> str:
    from gipdocs.findings import explain

    collection = order.collection
    due = f"应报送{len(collection.due)}个单位，未报送{len(collection.missing)}个；" if collection.due else ""
    came = len(collection.submissions)
    head = f"{collection.year}年度汇总：{due}收到本年度文件{came}份，计入{len(summed.counted)}个单位。"
    return f"{head}\n\n{explain(summed.findings)}"
