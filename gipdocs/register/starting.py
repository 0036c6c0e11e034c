"""What a register does when a service begins to serve: open cases follow a law, a calendar or a profile that has changed."""

from __future__ import annotations

import logging

from gipdocs.errors import locate
from gipdocs.register.register import Register
from gipdocs.register.settling import Settled, settle_all

LOG = logging.getLogger(__name__)


def tell_failures(settled: Settled) -> str:
    """The cases that couldn't be settled as a sentence: numbers, kinds of error and places in the program, no more."""
    told = "；".join(f"{number}（{why}）" for number, why in settled.failed.items())
    return f"有{len(settled.failed)}件案件没有重新推算，仍是原来的期限：{told}。"


def begin_register(register: Register) -> None:
    """Derive anew the open cases that a former law has settled. A failure is logged, and the service starts."""
    try:
        settled = settle_all(register)
    except Exception as error:  # whatever it is, an office must be able to work and see its cases
        LOG.error("台账没有重新推算：%s（%s）。请运行gipdocs register settle。", type(error).__name__, locate(error))
    else:
        if settled.moved:
            told = "、".join(settled.moved)
            LOG.warning("规定、工作日历或者机关概况有变化，%d件案件的期限已经变动：%s", len(settled.moved), told)
        if settled.failed:
            LOG.error("%s请运行gipdocs register check查明原因。", tell_failures(settled))
