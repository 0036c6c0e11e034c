"""Commands for the register of cases: its database, what is due, and the work on cases."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import click

from gipdocs.cli.calling import (
    CommandGroup,
    DayType,
    Opened,
    Option,
    agency_option,
    force_option,
    json_option,
    office_options,
)
from gipdocs.cli.files import OK, REFUSED, refuse_to_overwrite, say, show
from gipdocs.errors import SetupError
from gipdocs.settings import NO_DATABASE, read_settings

if TYPE_CHECKING:  # an installation without a database loads nothing of it
    from gipdocs.register.due import DueList
    from gipdocs.register.register import Register

WITHOUT = (
    "没有启用台账：环境变量GIPDOCS_DATABASE写作none。请去掉这个变量（台账保存在var/gipdocs.db），或者写明数据库的位置。"
)


@click.group("register", cls=CommandGroup, help="台账：案件、期限、备份")
def register_commands() -> None:
    """Commands for the register."""


def open_register(opened: Opened) -> Register:
    """The register for a command, on the day that the call names; SetupError in an installation without one."""
    from dataclasses import replace

    service = opened.load_service()
    if (register := service.register) is None:
        raise SetupError(WITHOUT)
    return replace(register, office=lambda: service.office(opened.today))


def database_url() -> str:
    """The database in the settings; SetupError if there is none."""
    if (url := read_settings().database) == NO_DATABASE:
        raise SetupError(WITHOUT)
    return url


@register_commands.command("due", help="列出到期、将到期的事项；有逾期的，退出状态是1")
@click.option("--until", type=DayType(), help="只列到这一天为止的")
@office_options
@json_option
def show_due(opened: Opened, *, until: date | None, as_json: bool) -> int:
    """What is due in all cases."""
    from gipdocs.register.due import list_due

    due = list_due(open_register(opened), until=until)
    show(due.as_json() if as_json else "\n".join(_due_lines(due)) or "没有到期的事项。")
    return REFUSED if due.overdue else OK


def _due_lines(due: DueList) -> Iterator[str]:
    """The list by groups; case numbers and steps, but no names and no subjects, since cron may mail it."""
    from gipdocs.register.due import GROUPS

    for name, items in due.groups.items():
        if items:
            yield f"{GROUPS[name]}（{len(items)}件）"
        for item in items:
            day = item.day.isoformat() if item.day else "日期待定"
            yield f"  {item.number}  {item.label}  {day}  {item.why}{f'（{item.officer}）' if item.officer else ''}"
    if due.drafts:
        yield f"保存已久的草稿（{len(due.drafts)}件）"
        yield from (f"  {one.number}  {one.title}  {one.since.isoformat()}" for one in due.drafts)
    if due.expired:
        yield f"个人信息已满保存年限的案件有{due.expired}件，请在{due.expired_by}前删除或者暂缓（gipdocs register expired）。"


@register_commands.command(
    "settle", help="按现行规定、工作日历和机关概况重新推算没有办结的案件；有没能推算的，退出状态是1"
)
@click.option("--all", "every", is_flag=True, help="已经办结的也重新推算")
@agency_option
def settle_cases(opened: Opened, *, every: bool) -> int:
    """Derive cases anew that a former law has settled."""
    from gipdocs.register.settling import settle_all
    from gipdocs.register.starting import tell_failures

    settled = settle_all(open_register(opened), every=every)
    show(f"期限有变动的案件：{'、'.join(settled.moved)}。" if settled.moved else "没有期限变动的案件。")
    if not settled.failed:
        return OK
    say(tell_failures(settled))
    return REFUSED


@register_commands.command("check", help="核对台账：数据库、推算结果、文件、编号和操作日志是否完好")
@agency_option
@json_option
def check_cases(opened: Opened, *, as_json: bool) -> int:
    """What is wrong with the register."""
    from gipdocs.register.checking import check_register

    found = check_register(open_register(opened))
    if as_json:
        show(found.as_json())
    else:
        show("\n".join([*found.faults, *found.remarks, "台账有上列错误。" if found.faults else "台账完好。"]))
    return REFUSED if found.faults else OK


@register_commands.command("migrate", help="把数据库升级到本程序的结构")
def migrate_database() -> int:
    """Give the database the newest schema."""
    from gipdocs.store.engine import migrate_store

    migrate_store(database_url())
    return show("数据库的结构是最新的。")


@register_commands.command("move", help="把台账搬到另一个空的数据库（PostgreSQL）；服务和其他命令应当先停止")
@click.option("--to", "target", cls=Option, required=True, metavar="URL", help="新的数据库，不写密码，见~/.pgpass")
def move_database(*, target: str) -> int:
    """Copy the register into another database."""
    from gipdocs.store.moving import move_register

    counts = move_register(database_url(), target)
    rows = "，".join(f"{name} {count}行" for name, count in counts.items() if count)
    show(f"已搬迁并逐行核对：{rows or '没有内容'}。")
    return say("请把GIPDOCS_DATABASE改为新的数据库后再启动服务；原来的文件没有改动，留作备份，不要再用。")


@register_commands.command("backup", help="备份台账，服务不必停止")
@click.argument("file", metavar="FILE", help="备份文件")
@force_option
def back_up_register(*, file: str, force: bool) -> int:
    """Copy the register into one file while it is in use."""
    from gipdocs.store.backups import back_up
    from gipdocs.store.engine import open_store

    url = database_url()
    refuse_to_overwrite(file, force=force)
    store = open_store(url)
    try:
        back_up(store, Path(file), replace=force)
    finally:
        store.close()
    return show(f"已备份到{file}。其中有个人信息，请妥善保管。")


@register_commands.command("restore", help="用备份换下台账；服务和其他命令应当先停止")
@click.argument("file", metavar="FILE", help="备份文件")
def restore_register(*, file: str) -> int:
    """Put a backup in the register's place; the former file is kept."""
    from gipdocs.store.backups import restore

    kept = restore(database_url(), Path(file))
    show(f"已用{file}恢复。")
    return say(f"换下的台账保存为{kept}。") if kept else OK


@register_commands.command("expired", help="列出个人信息已满保存年限、可以删除的案件")
@office_options
@json_option
def show_expired(opened: Opened, *, as_json: bool) -> int:
    """The cases whose personal data have to be erased or held back."""
    from gipdocs.register.retention import list_expired

    found = list_expired(open_register(opened))
    if as_json:
        return show(
            [{"number": one.number, "closed_on": f"{one.closed_on}", "proposed_by": one.proposed_by} for one in found]
        )
    lines = (
        f"{one.number}  {one.closed_on}办结{f'  {one.proposed_by}已提出删除' if one.proposed_by else ''}"
        for one in found
    )
    return show("\n".join(lines) or "没有已满保存年限的案件。")


@register_commands.command("erase", help="删除一件案件的个人信息：先提出（不写--confirm），再确认")
@click.argument("number", metavar="NUMBER", help="申请编号")
@click.option("--confirm", is_flag=True, help="确认删除，不能恢复")
@office_options
def erase_case(opened: Opened, *, number: str, confirm: bool) -> int:
    """Propose to erase the personal data of a case, or erase them as proposed."""
    from gipdocs.access.actors import HERE
    from gipdocs.register.retention import confirm_erasure, propose_erasure

    register = open_register(opened)
    if not confirm:
        propose_erasure(register, number, by=HERE)
        return show(f"已提出删除案件{number}的个人信息，核对以后请加--confirm确认。")
    gone = confirm_erasure(register, number, by=HERE)
    show(f"案件{number}的个人信息已经删除；以前的备份中仍有，请按保存期限处理。")
    return OK if gone else say("数据库正在使用，文件中的残留要到下一次删除时清除。")


@register_commands.command("hold", help="暂缓删除一件案件的个人信息")
@click.argument("number", metavar="NUMBER", help="申请编号")
@click.option("--until", type=DayType(), cls=Option, required=True, help="保留至这一天，写作2036-12-31")
@click.option("--note", cls=Option, required=True, metavar="TEXT", help="理由")
@office_options
def hold_case(opened: Opened, *, number: str, until: date, note: str) -> int:
    """Keep the personal data of a case for a reason."""
    from gipdocs.access.actors import HERE
    from gipdocs.register.retention import hold

    hold(open_register(opened), number, until, by=HERE, text=note)
    return show(f"案件{number}的个人信息保留至{until}。")
