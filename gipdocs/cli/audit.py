"""Commands for the audit trail: whether it is whole, what to note of it on paper, all of it as a file, its old part cut."""

from __future__ import annotations

import csv
import io
import json
import re
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, TextIO

import click

from gipdocs.cli.calling import CommandGroup, DayType, OneOf, WrongCall, force_option, json_option
from gipdocs.cli.files import OK, REFUSED, refuse_to_overwrite, say, show
from gipdocs.cli.register import database_url
from gipdocs.errors import reason

if TYPE_CHECKING:  # an installation without a database loads nothing of it
    from gipdocs.store.engine import Store
    from gipdocs.store.tables import AuditRow

NOTED = re.compile(r"([0-9]{1,18})[ :]([0-9a-f]{64})")
COLUMNS = (
    "id",
    "at",
    "actor",
    "action",
    "subject_kind",
    "subject_id",
    "document",
    "detail",
    "address",
    "previous",
    "hash",
)
FORMULA = ("=", "+", "-", "@", "\t", "\r")
"""Beginnings that a spreadsheet may take for a formula."""
YEARS = 3
"""So long old rows are kept unless another day is named."""
BROKEN = (
    "操作记录从第{id}条起对不上：这一条，或者它前面的一条，被改动、删去或者插入过。"
    "请保存现在的数据库，与备份核对（gipdocs register backup），查明原因。"
)


@click.group("audit", cls=CommandGroup, help="操作记录：核对，抄记末条，导出，清理旧记录")
def audit_commands() -> None:
    """Commands for the audit trail."""


@contextmanager
def _opened() -> Iterator[Store]:
    from gipdocs.store.engine import open_store

    with closing(open_store(database_url())) as store:
        yield store


@audit_commands.command("verify", help="核对操作记录有没有被改动；对不上的，指出第几条，退出状态是1")
@click.option("--head", "noted", metavar="ID:HASH", help="以前用head抄记的一条：记录里应当仍有这一条")
def verify_chain(*, noted: str | None) -> int:
    """Walk the whole chain; what was noted of it elsewhere has to be in it."""
    from gipdocs.store import audit

    form = NOTED.fullmatch(noted.strip()) if noted else None
    if noted and not form:
        raise WrongCall("--head应写作gipdocs audit head输出的一行：编号、冒号和64位的校验值。")
    with _opened() as store, store.reading() as session:
        if (broken := audit.verify(session)) is not None:
            return say(BROKEN.format(id=broken), REFUSED)
        if form and not audit.holds(session, audit.ChainLink(id=int(form[1]), hash=form[2])):
            return say(f"操作记录里没有抄记的第{form[1]}条，或者它已经不是原来的：整套记录可能被换过。", REFUSED)
        head = audit.read_head(session)
    return show(f"操作记录完好，末条是第{head.id}条。" if head else "还没有操作记录。")


@audit_commands.command("head", help="输出末条的编号和校验值，抄在纸上或者另存；以后用verify --head核对")
@json_option
def show_head(*, as_json: bool) -> int:
    """The last row of the chain, to be noted where nobody who can change the database can change it."""
    from gipdocs.store import audit

    with _opened() as store, store.reading() as session:
        head = audit.read_head(session)
    if head is None:
        return say("还没有操作记录。")
    return show({"id": head.id, "hash": head.hash} if as_json else f"{head.id}:{head.hash}")


@audit_commands.command("export", help="按先后顺序导出全部操作记录，一行一条")
@click.option("--format", "format", type=OneOf(("jsonl", "csv")), default="jsonl", help="jsonl（默认）或者csv")
@click.option("-o", "--output", default="-", metavar="FILE", help="写到这个文件，默认标准输出")
@force_option
def export_rows(*, format: str, output: str, force: bool) -> int:
    """Every row in its order, written while it is read."""
    from gipdocs.store import audit

    refuse_to_overwrite(output, force=force)
    with _opened() as store, store.reading() as session, closing(audit.read_rows(session)) as rows:
        if output == "-":
            _write(sys.stdout, rows, format)
            return OK
        try:
            with Path(output).open("w", encoding="utf-8", newline="") as file:
                _write(file, rows, format)
        except OSError as error:
            raise WrongCall(f"写不了{output}：{reason(error)}。") from None
    return OK


def _write(out: TextIO, rows: Iterator[AuditRow], format: str) -> None:
    if format == "csv":
        out.write("\ufeff" + _csv_line(COLUMNS))  # by which spreadsheets know UTF-8
    for row in rows:
        told = {name: getattr(row, name) for name in COLUMNS} | {"at": row.at.isoformat()}
        if format == "jsonl":
            out.write(json.dumps(told, ensure_ascii=False) + "\n")
        else:
            detail = json.dumps(row.detail, ensure_ascii=False)
            out.write(_csv_line(map(_cell, (told | {"detail": detail}).values())))


def _csv_line(cells: object) -> str:
    line = io.StringIO()
    csv.writer(line).writerow(cells)  # type: ignore[arg-type]  # an iterable of cells
    return line.getvalue()


def _cell(value: object) -> str:
    text = "" if value is None else str(value)
    return f"'{text}" if text.startswith(FORMULA) else text


@audit_commands.command(
    "cut", help="清理旧记录：从最早的一条起删，末尾留一条封记；默认删满3年的，6个月内的不能删。要留底的请先导出"
)
@click.option("--before", type=DayType(), help="这一天以前的，写作2023-01-01，默认3年前的今天")
def cut_rows(*, before: date | None) -> int:
    """Cut old rows from the start of the chain, and seal it."""
    from gipdocs.access.actors import HERE
    from gipdocs.service import ZONE
    from gipdocs.store import audit

    moment = datetime.combine(before or _years_ago(datetime.now(ZONE).date()), datetime.min.time(), ZONE)
    with _opened() as store:
        with store.reading() as session:
            if (broken := audit.verify(session)) is not None:
                return say(f"没有清理。{BROKEN.format(id=broken)}", REFUSED)
        try:
            with store.writing() as session:
                count = audit.cut(session, before=moment, actor=HERE.name)
        except ValueError:
            raise WrongCall("操作记录至少保存6个月，--before应在6个月以前。") from None
    return show(f"已清理{count}条，末尾留有封记。" if count else "没有这样早的记录，没有清理。")


def _years_ago(today: date) -> date:
    try:
        return today.replace(year=today.year - YEARS)
    except ValueError:  # on 29 February
        return today.replace(year=today.year - YEARS, day=28)
