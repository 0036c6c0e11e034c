"""What a register does when the service starts: open cases follow a law, a calendar or a profile that has changed."""

from __future__ import annotations

import logging

from gipdocs.errors import locate
from gipdocs.register.cases import settle_all
from gipdocs.register.register import Register

LOG = logging.getLogger(__name__)


def begin_register(register: Register) -> None:
    """Derive anew the open cases that a former law has settled. A failure is logged, and the service starts."""
    try:
        moved = settle_all(register)
    except Exception as error:  # whatever it is, an office must be able to work and see its cases
        LOG.error("台账没有重新推算：%s（%s）。请运行gipdocs register settle。", type(error).__name__, locate(error))
    else:
        if moved:
            LOG.warning("规定、工作日历或者机关概况有变化，%d件案件的期限已经变动：%s", len(moved), "、".join(moved))
