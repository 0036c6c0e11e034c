"""The command that puts an annual report beside that of the year before: report compare."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import click

from gipdocs.cli.calling import Command, Opened, Option, WrongCall, agency_option, force_option
from gipdocs.cli.files import deliver, refuse_to_overwrite, say, show
from gipdocs.cli.published import read_report_file
from gipdocs.writing import quote

if TYPE_CHECKING:
    from gipdocs.reports.collecting.comparison import Comparison

DOCUMENT = "report-comparison"
MADE = ("docx", "html", "pdf", "xlsx")


@click.command("compare", cls=Command, help="与上一年度的报告逐个数字对照：增减、幅度、需要说明的地方")
@click.argument("file", metavar="FILE", help="报告（DOCX、PDF、XLSX、网页、文本）或者记录（JSON），-是标准输入")
@click.option("--previous", cls=Option, required=True, metavar="FILE", help="上一年度的报告或者记录")
@click.option("-o", "--output", metavar="FILE", help="对比表写到这个文件：.xlsx、.docx、.pdf、.html，.json是数据")
@agency_option
@force_option
def compare_report(opened: Opened, *, file: str, previous: str, output: str | None, force: bool) -> int:
    """What changed since last year; with a file, every figure in it."""
    from gipdocs.reports.collecting.comparison import compare
    from gipdocs.reports.collecting.comparison_tables import list_asked

    suffix = _suffix(output)
    comparison = compare(read_report_file(file), read_report_file(previous))
    if output is None:
        return show("\n".join(_lines(comparison)))
    refuse_to_overwrite(output, force=force)
    say(f"核对提示{len(list(list_asked(comparison)))}条，写在表里。")
    if suffix == "json":
        return deliver(output, _as_json(comparison))
    service, entry = opened.open_document(DOCUMENT)
    answers = {"record": comparison.record.as_json(), "previous": comparison.previous.as_json()}
    return deliver(output, service.build(entry, answers, suffix).content)


def _suffix(output: str | None) -> str:
    """The format that the name of a file asks for; WrongCall if it is none of them."""
    suffix = Path(output).suffix.removeprefix(".").lower() if output else ""
    if output and suffix not in (*MADE, "json"):
        raise WrongCall(f"-o的文件名应以.{'、.'.join((*MADE, 'json'))}结尾，由此决定格式。")
    return suffix


def _as_json(comparison: Comparison) -> bytes:
    import json

    return (json.dumps(comparison.as_json(), ensure_ascii=False, indent=2) + "\n").encode()


def _lines(comparison: Comparison) -> Iterator[str]:
    """What a clerk reads of a comparison: what can't be compared, and what is to be explained, with the numbers."""
    from gipdocs.reports.collecting.comparison_tables import lay_out, list_asked

    record = comparison.record
    yield f"{record.agency or '本机关'}{record.year}年度与{record.year - 1}年度对照。"
    yield from comparison.apart
    for table in lay_out(comparison):
        yield f"\n{table.title}"
        for row in table.rows:
            marks = f"　{row.marks}" if row.marks else ""
            yield f"  {quote(row.item)}{row.column}　{row.before}→{row.now}　{row.difference}　{row.percent}{marks}"
        yield from [f"  {table.folded}"] if table.folded else []
    asked = list(list_asked(comparison))
    yield f"\n核对提示{len(asked)}条" + ("：" if asked else "。")
    yield from (f"{number}. {words}" for number, words in enumerate(asked, 1))
