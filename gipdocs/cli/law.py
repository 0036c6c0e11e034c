"""Commands that compute by the law and show its data: deadline, fee, law."""

from __future__ import annotations

from datetime import date

import click

from gipdocs.cli.calling import Command, DayType, Opened, agency_option, input_option, json_option, office_options
from gipdocs.cli.files import read_data, refusal_shown, show

CASE = "JSON，-是标准输入"


@click.command("deadline", cls=Command, help="计算期限")
@agency_option
@input_option(CASE)
@json_option
def reckon_deadline(opened: Opened, *, input: str, as_json: bool) -> int:
    """The last day of a limit, and how it was counted."""
    from gipdocs.law import deadlines

    case, law = read_data(input), opened.load_service().law
    with refusal_shown(as_json=as_json):
        reckoned = deadlines.reckon(case, law)
    return show(reckoned.as_json() if as_json else reckoned.explain())


@click.command("fee", cls=Command, help="计算信息处理费")
@office_options
@input_option(CASE)
@json_option
def charge_fee(opened: Opened, *, input: str, as_json: bool) -> int:
    """The 信息处理费, and how it was computed."""
    from gipdocs.law import fees

    service = opened.load_service()
    case, today = read_data(input), service.office(opened.today).today
    with refusal_shown(as_json=as_json):
        charged = fees.charge(case, service.law, on=today)
    return show(charged.as_json() if as_json else charged.explain())


@click.command("law", cls=Command, help="列出法规数据：每一条规定的内容、依据、施行日期和使用它的文书")
@click.option("--on", type=DayType(), help="这一天施行的规定，写作2026-03-01；默认今天")
@agency_option
@click.option("--json", "as_json", is_flag=True, help="输出JSON，包括其他时期的规定")
def list_rules(opened: Opened, *, on: date | None, as_json: bool) -> int:
    """Every rule in the law's data, as of one day."""
    overview = opened.open_service().overview(on)
    return show(overview.as_json() if as_json else overview.explain().rstrip("\n"))
