"""The ways of the desk: one row of links that every page of it shows, with the present one marked."""

from __future__ import annotations

from dataclasses import dataclass

from flask import current_app, request, url_for

from gipdocs.access.actors import NOBODY
from gipdocs.faces import actor, is_open, service
from gipdocs.settings import NO_DATABASE
from gipdocs.web.help import SHOWN, help_address

ROOT = "/desk"
WAYS = (
    ("staff.home", "首页"),
    ("cases.due", "期限"),
    ("cases.list_cases", "案件"),
    ("staff.ledger.show", "台账"),
    ("batches.list_all", "批量生成"),
    ("staff.reports.show", "年报汇总"),
    ("staff.judging.judge", "研判"),
    ("staff.deadline", "计算期限"),
    ("staff.law", "法规数据"),
    ("staff.office.show", "机关概况"),
    ("admin.list_all", "账号"),
    ("admin.show_keys", "密钥"),
    ("trail.show", "操作记录"),
    (SHOWN, "帮助"),
)
"""Endpoint and label, in the order of the row.

One that this installation doesn't have, or that isn't open to whoever asks, is left out.
"""
OF_REGISTER = ("staff.ledger.",)
"""Endpoints that exist without a register, and then only answer that there is no such page."""


@dataclass(frozen=True, kw_only=True)
class DeskWay:
    """One link of the row; `current` is the value of aria-current: page, true (for a page below it) or "" for neither."""

    label: str
    url: str
    current: str


def is_at_desk() -> bool:
    """Whether the request is for a page of the desk, even one that doesn't exist."""
    return request.path == ROOT or request.path.startswith(f"{ROOT}/")


def list_ways() -> list[DeskWay]:
    """The row of links for the page that is asked for."""
    found = [(label, _address(endpoint)) for endpoint, label in WAYS if _is_offered(endpoint)]
    nearest = max((url for _, url in found if request.path.startswith(url)), key=len, default="")
    return [DeskWay(label=label, url=url, current=_current(url, nearest)) for label, url in found]


def find_home(*, at_desk: bool) -> str:
    """The address of the first page: of the desk or of the citizens' counter, as far as their doors are open."""
    homes = ("staff.home", "citizen.home") if at_desk else ("citizen.home", "staff.home")
    return next((url_for(home) for home in homes if home in current_app.view_functions), "/")


def _address(endpoint: str) -> str:
    return help_address() if endpoint == SHOWN else url_for(endpoint)


def _is_offered(endpoint: str) -> bool:
    has_register = service().settings.database != NO_DATABASE
    is_there = endpoint in current_app.view_functions and (has_register or not endpoint.startswith(OF_REGISTER))
    return is_there and actor() is not NOBODY and is_open(endpoint)


def _current(url: str, nearest: str) -> str:
    if url == request.path:
        return "page"
    return "true" if url == nearest else ""
