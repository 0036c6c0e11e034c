"""Commands for many documents from one table: checked, made in a folder, and the batches of the database watched."""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from gipdocs.cli.calling import (
    CommandGroup,
    OneOf,
    Opened,
    Option,
    WrongCall,
    agency_option,
    force_option,
    json_option,
    office_options,
)
from gipdocs.cli.files import OK, REFUSED, deliver, read_bytes, read_data, refuse_to_overwrite, say, show, untold
from gipdocs.cli.register import open_register
from gipdocs.documents.document import MEDIA_TYPES
from gipdocs.errors import MOST_TOLD, reason
from gipdocs.settings import read_settings

if TYPE_CHECKING:  # takes long to load, and help needs none of it
    from gipdocs.batch.batches import Batch
    from gipdocs.batch.local import CheckedRow, LocalRun, MadeRow
    from gipdocs.documents.registry import Entry
    from gipdocs.service import Service

INTERRUPTED = 130
"""The exit status of a command that Ctrl+C has stopped, as shells know it."""
STEPS_TOLD = 10
"""So many lines tell how far a command is if nobody watches at a terminal."""
Thing = TypeVar("Thing")


@click.group("batch", cls=CommandGroup, help="批量：用一张表格生成许多份，查看批次")
def batch_commands() -> None:
    """All commands of this group."""


file_argument = click.argument("file", metavar="FILE", help="表格（XLSX、CSV）或者NDJSON，-是标准输入")
document_option = click.option("--document", "id", cls=Option, required=True, metavar="ID", help="文书标识")
base_option = click.option("--base", metavar="FILE", help="各件相同的填写内容（JSON）")
errors_option = click.option("--errors", metavar="FILE", help="有错误的，把标明错误的表格写到这个文件（XLSX）")
id_argument = click.argument("id", metavar="ID", help="批次的标识")


@batch_commands.command("table", help="写出一种文书的空白表格（XLSX），一行填一件")
@click.argument("id", metavar="ID", help="文书标识")
@click.option("-o", "--output", cls=Option, required=True, metavar="FILE", help="写到这个文件，-是标准输出")
@office_options
@force_option
def write_table(opened: Opened, *, id: str, output: str, force: bool) -> int:
    """The table of a document, to be filled in."""
    from gipdocs.batch.table import make_table

    service, entry = opened.open_document(id)
    refuse_to_overwrite(output, force=force)
    return deliver(output, make_table(entry, service.office(opened.today)))


@batch_commands.command("check", help="逐行核对表格，不生成")
@file_argument
@document_option
@base_option
@errors_option
@office_options
@force_option
@json_option
def check_table(
    opened: Opened, *, file: str, id: str, base: str | None, errors: str | None, force: bool, as_json: bool
) -> int:
    """What is wrong with the rows of a table."""
    from gipdocs.batch.local import sum_up

    service, entry = _open(opened, id, errors, force=force)
    checked = _check(service, entry, file, base, opened)
    told = sum_up(checked)
    if as_json:
        show(told)
    else:
        _tell(checked, told)
    _return_table(service, entry, checked, errors, opened)
    return REFUSED if told["invalid"] else OK


@batch_commands.command("run", help="按表格逐行生成，写到一个目录；中断以后再运行，接着生成")
@file_argument
@document_option
@click.option("-o", "--output", cls=Option, required=True, metavar="DIR", help="写到这个目录")
@click.option("--format", type=OneOf(MEDIA_TYPES), default="docx", help="格式，默认docx")
@base_option
@click.option("--skip-invalid", is_flag=True, help="跳过有错误的行，生成其余的")
@errors_option
@office_options
@force_option
def make_files(
    opened: Opened,
    *,
    file: str,
    id: str,
    output: str,
    format: str,
    base: str | None,
    skip_invalid: bool,
    errors: str | None,
    force: bool,
) -> int:
    """Check all rows, then make a file of each; what an earlier run has made is left as it is."""
    from gipdocs.batch.local import FolderManifest, LocalRun, sum_up

    service, entry = _open(opened, id, errors, force=force)
    _refuse_format(entry, format)
    checked = _check(service, entry, file, base, opened)
    told = sum_up(checked)
    _tell(checked, told)
    _return_table(service, entry, checked, errors, opened)
    if told["invalid"] and (not skip_invalid or told["invalid"] == told["rows"]):
        return say("没有生成。请改正以后再运行，或者用--skip-invalid跳过有错误的行。", REFUSED)
    with (
        _writing(output),
        closing(replace(service, patient=True)) as patient,
    ):  # whoever waits for one letter goes first
        run = LocalRun(patient, entry, format, FolderManifest.open(Path(output)), today=opened.today)
        return _make(run, checked, output)


def _open(opened: Opened, id: str, errors: str | None, *, force: bool) -> tuple[Service, Entry]:
    if errors is not None:
        refuse_to_overwrite(errors, force=force)
    return opened.open_document(id)


def _refuse_format(entry: Entry, format: str) -> None:
    if format not in entry.document.formats:
        offered = "、".join(entry.document.formats)
        raise WrongCall(f"“{entry.document.title}”不提供{format}格式，可选：{offered}。")


def _check(service: Service, entry: Entry, file: str, base: str | None, opened: Opened) -> list[CheckedRow]:
    from gipdocs.batch.local import check_rows
    from gipdocs.batch.reading import read_table

    shared = {} if base is None else read_data(base)
    if not isinstance(shared, Mapping):
        raise WrongCall(f"{base}应为一组填写项（JSON对象）。")
    office = service.office(opened.today)
    name = "" if file == "-" else file
    rows = read_table(entry, read_bytes(file), name, today=office.today, base=shared, office=office)
    found = check_rows(service, entry, rows, base=shared, today=opened.today)
    with _progress(found, len(rows), "核对") as watched:
        return [*watched]


def _tell(checked: Sequence[CheckedRow], told: Mapping[str, Any]) -> None:
    """Say what is wrong by row and cell, and what the warnings are by their number."""
    for fault in told["errors"]:
        say(f"第{fault['row']}行{_place(fault)}：{fault['detail']}")
    if told["error_count"] > MOST_TOLD:
        say("".join(untold(told["error_count"])))
    for message, count in _warnings(checked).items():
        say(f"[警告] {count}行：{message}")
    right = told["rows"] - told["invalid"]
    say(f"共{told['rows']}行，可以生成{right}行，需要改正{told['invalid']}行。")


def _place(fault: Mapping[str, Any]) -> str:
    """Where in its row a fault is: the heading of its column, or the place of its answer."""
    return f"“{fault['column']}”" if fault.get("column") else f"（{fault['pointer']}）" if fault["pointer"] else ""


def _warnings(checked: Sequence[CheckedRow]) -> dict[str, int]:
    """The number of right rows that have a warning, by its code and the first of its messages."""
    right = (row for row in checked if not row.faults)
    found = [{one.code: one.message for one in row.findings if one.severity == "warning"} for row in right]
    counts = Counter(code for row in found for code in row)
    first = {code: message for row in reversed(found) for code, message in row.items()}
    return {f"{code}，例如{first[code]}": count for code, count in sorted(counts.items())}


def _return_table(
    service: Service, entry: Entry, checked: Sequence[CheckedRow], errors: str | None, opened: Opened
) -> None:
    """Write the table with everything that is wrong in it, if anything is and it is wanted."""
    if errors is None or not any(row.faults for row in checked):
        return
    from gipdocs.batch.table import make_table

    filled = [replace(row.row, faults=row.faults) for row in checked]
    deliver(errors, make_table(entry, service.office(opened.today), filled=filled, with_problems=True))
    say(f"标明错误的表格已写到{errors}。")


def _make(run: LocalRun, checked: Sequence[CheckedRow], folder: str) -> int:
    from gipdocs.batch.local import skipped

    left, made = run.split([row for row in checked if not row.faults])
    told = [*made, *(skipped(row) for row in checked if row.faults)]
    if made:
        say(f"以前已经生成{len(made)}件，没有改动，不再生成。")
    try:
        with _progress(run.make(left), len(left), "生成") as watched:
            for row in watched:
                told.append(row)
    except KeyboardInterrupt:
        done = len(run.manifest.known)
        return say(f"已经停止。{folder}里有{done}个完整的文件；再运行同样的命令，接着生成其余的。", INTERRUPTED)
    run.manifest.finish(told)
    return _sum_up(told, folder)


def _sum_up(told: Sequence[MadeRow], folder: str) -> int:
    done = sum(row.state == "done" for row in told)
    wrong = [row for row in told if row.state in ("refused", "failed")]
    for row in wrong[:MOST_TOLD]:
        say(f"第{row.row}件没有生成：{row.findings}")
    rest = len(told) - done
    more = f"，没有生成的{rest}件见{Path(folder) / 'manifest.csv'}" if rest else ""
    show(f"已生成{done}件，在{folder}{more}。")
    return REFUSED if wrong else OK


@contextmanager
def _writing(folder: str) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise WrongCall(f"写不了{folder}：{reason(error)}。已经写好的文件是完整的。") from None


@contextmanager
def _progress(things: Iterable[Thing], count: int, label: str) -> Iterator[Iterable[Thing]]:
    """The things as they come: with a bar at a terminal, else with a line now and then."""
    if not sys.stderr.isatty():
        yield _tell_now_and_then(things, count, label)
        return
    with click.progressbar(things, length=count, label=label, file=sys.stderr, show_pos=True, show_percent=True) as bar:
        yield bar


def _tell_now_and_then(things: Iterable[Thing], count: int, label: str) -> Iterator[Thing]:
    step = max(100, -(-count // STEPS_TOLD))
    for number, thing in enumerate(things, 1):
        yield thing
        if number % step == 0 and number < count:
            say(f"已{label}{number}件，共{count}件。")


@batch_commands.command("list", help="列出批次，新的在前")
@agency_option
@json_option
def list_some(opened: Opened, *, as_json: bool) -> int:
    """The newest batches, whoever ordered them."""
    from gipdocs.access.actors import HERE
    from gipdocs.batch.batches import list_batches

    found = list_batches(open_register(opened), by=HERE)
    if as_json:
        return show({"batches": [_plain(batch) for batch in found]})
    return show("\n".join(map(_line, found)) or "没有批次。")


@batch_commands.command("status", help="一个批次办到哪里")
@id_argument
@agency_option
@json_option
def show_status(opened: Opened, *, id: str, as_json: bool) -> int:
    """A batch and how far it is."""
    from gipdocs.access.actors import HERE
    from gipdocs.batch.batches import find_batch

    batch = find_batch(open_register(opened), id, by=HERE)
    return show(_plain(batch) if as_json else "\n".join(_lines(batch)))


@batch_commands.command("cancel", help="停止一个批次，已经生成的留下")
@id_argument
@agency_option
def cancel_one(opened: Opened, *, id: str) -> int:
    """Stop a batch."""
    from gipdocs.batch.ordering import cancel

    return _act(opened, id, cancel)


@batch_commands.command("resume", help="再生成一个批次里没有成功的、停止的各件")
@id_argument
@agency_option
def resume_one(opened: Opened, *, id: str) -> int:
    """Try again what failed or was cancelled."""
    from gipdocs.batch.ordering import resume

    return _act(opened, id, resume)


def _act(opened: Opened, id: str, act: Callable[..., None]) -> int:
    from gipdocs.access.actors import HERE
    from gipdocs.batch.batches import find_batch
    from gipdocs.batch.waking import wake

    register = open_register(opened)
    act(register, id, by=HERE)
    wake(read_settings())
    return show("\n".join(_lines(find_batch(register, id, by=HERE))))


def _line(batch: Batch) -> str:
    from gipdocs.batch.states import STATES

    made = f"{batch.counts.get('done', 0)}/{batch.total}"
    return f"{batch.id}  {STATES[batch.state]}  {made}  {batch.document}  {batch.title}".rstrip()


def _lines(batch: Batch) -> Iterator[str]:
    from gipdocs.batch.states import ROW_STATES

    yield _line(batch)
    yield from (f"  {label}：{batch.counts[state]}件" for state, label in ROW_STATES.items() if batch.counts.get(state))
    yield from (f"  {fault['detail']}" for fault in batch.faults)
    if batch.eta_seconds is not None:
        yield f"  大约还要{batch.eta_seconds}秒"


def _plain(batch: Batch) -> dict[str, Any]:
    """A batch as JSON: nothing that was typed but its title."""
    same = ("id", "document", "format", "purpose", "title", "state", "total", "percent", "eta_seconds")
    counts = dict(sorted(batch.counts.items()))
    return {key: getattr(batch, key) for key in same} | {"counts": counts}
