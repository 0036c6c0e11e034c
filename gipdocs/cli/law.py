"""Commands that reckon by the law: deadline, fee."""

from __future__ import annotations

import click

from gipdocs.cli.calling import Command, Opened, input_option, json_option, office_options
from gipdocs.cli.files import read_data, show
from gipdocs.law import deadlines, fees

CASE = "JSON，-是标准输入"


@click.command("deadline", cls=Command, help="计算期限")
@office_options
@input_option(CASE)
@json_option
def reckon_deadline(opened: Opened, *, input: str, as_json: bool) -> int:
    """The last day of a limit, and how it was counted."""
    reckoned = deadlines.reckon(read_data(input), opened.service.law)
    return show(reckoned.as_json() if as_json else reckoned.explain())


@click.command("fee", cls=Command, help="计算信息处理费")
@office_options
@input_option(CASE)
@json_option
def charge_fee(opened: Opened, *, input: str, as_json: bool) -> int:
    """The 信息处理费, and how it was counted."""
    charged = fees.charge(read_data(input), opened.service.law)
    return show(charged.as_json() if as_json else charged.explain())
