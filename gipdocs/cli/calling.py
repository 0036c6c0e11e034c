"""How commands are called: help and usage errors in Chinese, and the options that several commands share."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection
from dataclasses import dataclass, replace
from datetime import date
from functools import wraps
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from gipdocs.settings import Settings, read_settings

if TYPE_CHECKING:  # takes long to load, and help or a wrong call need none of it
    from gipdocs.documents.registry import Entry
    from gipdocs.profile import Profile
    from gipdocs.service import Service

HEADINGS = {"Options": "选项", "Commands": "命令", "Positional arguments": "参数"}


class WrongCall(Exception):
    """A command was called in a way that it cannot carry out; the message is Chinese and says how to call it."""


class Formatter(click.HelpFormatter):
    """Help text with Chinese headings."""

    def write_usage(self, prog: str, args: str = "", prefix: str | None = None) -> None:
        super().write_usage(prog, args, prefix or "用法：")

    def write_heading(self, heading: str) -> None:
        super().write_heading(HEADINGS.get(heading, heading))


class Context(click.Context):
    """The context of one call, whose help is written by Formatter."""

    formatter_class = Formatter


class Command(click.Command):
    """A command whose help and errors are Chinese."""

    context_class = Context

    def __init__(self, name: str | None, *, help: str, **more: Any) -> None:
        settings = {"help_option_names": ["-h", "--help"], "max_content_width": 120}
        more = {"short_help": help, "context_settings": settings, "options_metavar": "[选项]"} | more
        super().__init__(name, help=help, **more)

    def get_help_option(self, ctx: click.Context) -> click.Option | None:
        """The option that shows the help, explained in Chinese."""
        if option := super().get_help_option(ctx):
            option.help = "显示这份说明"
        return option

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Reads the arguments; UsageError names those that the command does not take."""
        ctx.allow_extra_args = True
        rest = super().parse_args(ctx, args)
        if rest and not isinstance(self, click.Group):
            raise click.UsageError(f"不认识{' '.join(rest)}，请核对。", ctx)
        return rest


class Option(click.Option):
    """An option whose help says in Chinese that it must be given."""

    def get_help_extra(self, ctx: click.Context) -> Any:
        """What the help says about the option in brackets."""
        extra = super().get_help_extra(ctx)
        return extra | {"required": "必填"} if "required" in extra else extra


class CommandGroup(Command, click.Group):
    """Commands under one name, listed in the order in which they were added."""

    def __init__(self, name: str | None, *, help: str, **more: Any) -> None:
        super().__init__(name, help=help, subcommand_metavar="命令 …", invoke_without_command=True, **more)
        self.command_class = Command

    def list_commands(self, ctx: click.Context) -> list[str]:
        """The names of the commands."""
        return list(self.commands)

    def invoke(self, ctx: click.Context) -> Any:
        """Runs the command that was named and returns its exit status; UsageError if none was."""
        status = super().invoke(ctx)
        if ctx.invoked_subcommand is None:
            raise click.UsageError(f"请写明命令，可用：{'、'.join(self.commands)}。", ctx)
        return status


class DayType(click.ParamType[date]):
    """A day, written 2026-03-01."""

    name = "DATE"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> date:
        """The day; BadParameter if it does not exist or is written in another way."""
        try:
            if re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", value):
                return date.fromisoformat(value)
        except ValueError:
            pass
        self.fail(f"“{value}”不是日期，请写作2026-03-01", param, ctx)


class YearType(click.ParamType[int]):
    """A year for which there is a form of the annual report."""

    name = "YEAR"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> int:
        """The year; BadParameter if it is none."""
        from gipdocs.reports.forms import FIRST_YEAR  # takes long to load, and help needs none of it
        from gipdocs.reports.record_questions import LAST_YEAR

        if re.fullmatch(r"[0-9]{4}", str(value)) and FIRST_YEAR <= int(value) <= LAST_YEAR:
            return int(value)
        self.fail(f"报告年度应为{FIRST_YEAR}至{LAST_YEAR}之间的年份，例如2025", param, ctx)


class OneOf(click.ParamType[str]):
    """One of several words, which may be given by a function if they take long to load."""

    name = "FORMAT"

    def __init__(self, words: Collection[str] | Callable[[], Collection[str]]) -> None:
        self._given = words

    @property
    def words(self) -> tuple[str, ...]:
        """The words that are accepted."""
        return tuple(self._given() if callable(self._given) else self._given)

    def get_metavar(self, param: click.Parameter, ctx: click.Context) -> str:
        """The words, as the help shows them."""
        return f"[{'|'.join(self.words)}]"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> str:
        """The word; BadParameter lists the allowed words if it is not one of them."""
        if value not in self.words:
            self.fail(f"没有“{value}”，可用：{'、'.join(self.words)}", param, ctx)
        return str(value)


class PortType(click.ParamType[int]):
    """The number of a port; the command itself checks whether there is such a port."""

    name = "PORT"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> int:
        """The number; BadParameter if it is not a whole number."""
        try:
            return int(value)
        except ValueError:
            self.fail(f"“{value}”不是整数，请写作8000", param, ctx)


@dataclass(frozen=True)
class Opened:
    """What a command works with: a service for the office that the call names, and the day that it names.

    A command asks for one service, which is closed when the command ends.
    """

    agency: Path | None
    today: date | None

    def load_profile(self) -> Profile:
        """The office profile alone; ProfileError, SetupError."""
        from gipdocs.profile import load_profile

        return load_profile(self._settings().agency)

    def load_service(self, id: str = "") -> Service:
        """A service none of whose documents is checked; with an id, it may know the documents of that plugin alone."""
        from gipdocs.service import load_service

        return self._closed_at_the_end(load_service(self._settings(), id))

    def open_service(self) -> Service:
        """The service, with every document checked."""
        from gipdocs.service import open_service

        return self._closed_at_the_end(open_service(self._settings()))

    def open_document(self, id: str) -> tuple[Service, Entry]:
        """One document, checked, and a service for it; UnknownDocument, PluginError."""
        service = self.load_service(id)
        return service, service.check_document(id)

    def _settings(self) -> Settings:
        settings = read_settings()
        return replace(settings, agency=self.agency) if self.agency else settings

    def _closed_at_the_end(self, service: Service) -> Service:
        click.get_current_context().call_on_close(service.close)
        return service


def agency_option(command: Callable[..., int]) -> Callable[..., int]:
    """Lets a command for which the day makes no difference name another office profile; it gets an Opened."""
    return _agency(_opening(command))


def office_options(command: Callable[..., int]) -> Callable[..., int]:
    """Lets a command name another office profile and another day; it gets both as one Opened."""
    return _agency(_today(_opening(command)))


def _opening(command: Callable[..., int]) -> Callable[..., int]:
    @wraps(command)
    def run(*, agency: Path | None, today: date | None = None, **asked: Any) -> int:
        return command(Opened(agency, today), **asked)

    return run


_agency = click.option("--agency", type=Path, metavar="FILE", help="机关概况文件，默认是项目的agency.toml")
_today = click.option("--today", type=DayType(), help="以这一天为今天，写作2026-03-01")
json_option = click.option("--json", "as_json", is_flag=True, help="输出JSON")
force_option = click.option("--force", is_flag=True, help="覆盖已有文件")


def input_option(help: str, *, required: bool = True) -> Callable[[Callable[..., int]], Callable[..., int]]:
    """The option that names the file with what was filled in."""
    return click.option("-i", "--input", cls=Option, required=required, metavar="FILE", help=help)


def explain(error: click.UsageError) -> str:
    """What is wrong with a call, in Chinese, below the line that shows how to call the command."""
    usage = f"{error.ctx.get_usage()}\n" if error.ctx else ""
    return usage + _fault(error)


def _fault(error: click.UsageError) -> str:
    if isinstance(error, click.NoSuchOption):
        return f"没有{error.option_name}这个选项。"
    if isinstance(error, click.exceptions.NoSuchCommand):
        offered = error.ctx.command.commands if error.ctx and isinstance(error.ctx.command, click.Group) else {}
        return f"没有{error.command_name}这个命令，可用：{'、'.join(offered)}。"
    if isinstance(error, click.BadOptionUsage):
        return f"{error.option_name}的写法不对：选项后面该写内容的要写，不写内容的不能写。"
    if isinstance(error, click.MissingParameter):
        return f"缺少{_parameter(error)}。"
    return f"{_parameter(error)}：{error.message}。" if isinstance(error, click.BadParameter) else error.message


def _parameter(error: click.BadParameter) -> str:
    if error.param is None:
        return "参数"
    return "/".join(error.param.opts) if isinstance(error.param, click.Option) else error.param.metavar or "参数"
