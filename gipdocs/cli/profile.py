"""Commands for the office profile: check one, begin one."""

from __future__ import annotations

from pathlib import Path

import click

from gipdocs.cli.calling import CommandGroup, WrongCall, force_option
from gipdocs.cli.files import REFUSED, deliver, refuse_to_overwrite, say, show
from gipdocs.errors import ProfileError
from gipdocs.settings import read_settings


@click.group("profile", cls=CommandGroup, help="机关概况：核对，新建")
def profile_commands() -> None:
    """Commands for agency.toml."""


@profile_commands.command("check", help="核对机关概况文件，列出每一处错误和改正的办法")
@click.argument("file", required=False, type=Path, metavar="[FILE]")
def check_profile(*, file: Path | None) -> int:
    """Every fault of a profile, by default of this installation's; the exit status is 1 if there is one."""
    from datetime import datetime

    from gipdocs.law import Office, load_law
    from gipdocs.profile import load_profile
    from gipdocs.service import ZONE

    settings = read_settings()
    path = file or settings.agency
    if not path.is_file():
        raise WrongCall(f"找不到机关概况文件{path}，请核对路径；新建一份用gipdocs profile new。")
    law = load_law(settings.calendars)
    try:
        profile = load_profile(path)
        Office(profile=profile, law=law, today=datetime.now(ZONE).date())
    except ProfileError as error:
        return say(str(error), REFUSED)
    for remark in profile.remarks:
        say(f"注意：{remark}")
    if profile.is_shipped:
        say("注意：这是随软件提供的示例，请改成本机关的内容。")
    elif profile.document_code_is_sample:
        say("注意：agency.document_code_is_sample写作true，机关代字还是示例值。")
    return show(f"没有发现问题，机关是{profile.name}。")


@profile_commands.command("new", help="新建一份机关概况文件，逐项写明填什么，填写后核对")
@click.option("-o", "--output", default="agency.toml", metavar="FILE", help="默认agency.toml，-是标准输出")
@force_option
def begin_profile(*, output: str, force: bool) -> int:
    """A profile to be filled in, with every key explained."""
    from gipdocs.profile.writing import write_blank_profile

    refuse_to_overwrite(output, force=force)
    status = deliver(output, write_blank_profile().encode())
    if output != "-":
        say(f"已写好{output}。填写后运行：gipdocs profile check {output}")
    return status
