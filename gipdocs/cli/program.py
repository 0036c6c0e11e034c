"""The program gipdocs: its commands, and the exit status for each kind of refusal."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from itertools import chain

import click

from gipdocs import __version__
from gipdocs.cli import (
    accounts,
    audit,
    batches,
    cases,
    documents,
    keys,
    law,
    ledger,
    profile,
    published,
    register,
    running,
    sums,
)
from gipdocs.cli.calling import CommandGroup, WrongCall, explain
from gipdocs.cli.files import ENVIRONMENT, OK, REFUSED, USAGE, fault_line, finding_line, say, untold
from gipdocs.cli.published import UnreadableReport
from gipdocs.errors import (
    ConversionError,
    ConverterRefused,
    GipdocsError,
    InvalidInput,
    Refused,
    SetupError,
    StoreBusy,
    StoreDamaged,
    StoreFull,
    UnknownDocument,
)


@click.group("gipdocs", cls=CommandGroup, help="政府信息公开文书生成与合法性检查")
@click.version_option(__version__, message="%(version)s", help="显示版本")
def program() -> None:
    """All commands."""


for one in (
    documents.list_documents,
    documents.show_document,
    documents.show_schema,
    documents.show_sample,
    documents.build_document,
    documents.read_document,
    documents.check_document,
    law.reckon_deadline,
    law.charge_fee,
    law.list_rules,
    published.report_commands,
    documents.gather_wording,
    documents.begin_document,
    published.guide_commands,
    profile.profile_commands,
    batches.batch_commands,
    register.register_commands,
    audit.audit_commands,
    keys.key_commands,
    accounts.account_commands,
    running.examine_machine,
    running.reload_service,
    running.serve_documents,
):
    program.add_command(one)
published.report_commands.add_command(sums.sum_reports)
for one in (*cases.COMMANDS, *ledger.LEDGER_COMMANDS):
    register.register_commands.add_command(one)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command and return its exit status."""
    try:
        return _run(sys.argv[1:] if arguments is None else arguments)
    except click.UsageError as error:
        return say(explain(error), USAGE)
    except UnknownDocument as error:
        return say(f"{error}可用gipdocs list查看全部文书；自己写的文书，先用GIPDOCS_PLUGINS写明目录。", USAGE)
    except WrongCall as error:
        return say(str(error), USAGE)
    except InvalidInput as error:
        return say("\n".join([*map(fault_line, error.told), *untold(len(error.faults))]), REFUSED)
    except Refused as error:
        return say("\n".join(map(finding_line, error.findings)), REFUSED)
    except (UnreadableReport, ConverterRefused) as error:
        return say(str(error), REFUSED)
    except (SetupError, ConversionError, StoreBusy, StoreFull, StoreDamaged) as error:
        return say(str(error), ENVIRONMENT)
    except GipdocsError as error:
        return say(str(error), REFUSED)
    except MemoryError:
        return say("内存不足，没有做完。请关闭其他程序，或者换用较小的文件再试。", ENVIRONMENT)
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return OK


def _run(arguments: Sequence[str]) -> int:
    """The exit status of a call; help and version end with 0. Broken pipes and interrupts are left to the caller."""
    try:
        with program.make_context("gipdocs", [*chain(*map(_parted, arguments))]) as context:
            return int(program.invoke(context))
    except click.exceptions.Exit as end:
        return end.exit_code


def _parted(argument: str) -> tuple[str, ...]:
    """An argument; -o=FILE is split, since click would take the equals sign as part of the file's name."""
    return (argument[:2], argument[3:]) if argument.startswith(("-i=", "-o=")) else (argument,)
