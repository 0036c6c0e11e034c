"""The clerks' handbook as it is read from its file, and which of its sections is the help of which page."""

from __future__ import annotations

import re
import struct
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any
from urllib.parse import unquote

from flask import current_app, request, url_for
from markdown_it import MarkdownIt
from markdown_it.token import Token
from markupsafe import Markup

from gipdocs.access.permissions import Permission
from gipdocs.faces import actor, service
from gipdocs.settings import PROJECT
from gipdocs.web.held import StaticFile, hold_file

FOLDER, FILE, PICTURES = PROJECT / "docs", "handbook.zh-CN.md", "pictures"
KEPT = "gipdocs.handbook"
"""Where the application keeps what it has read."""
SHOWN = "handbook.show"
"""The endpoint of the handbook's page."""

SECTIONS = {
    "cases.new_case": "收到申请",
    "cases.open_case": "收到申请",
    "cases.due": "期限和下一步",
    "cases.due_calendar": "期限和下一步",
    "cases.list_cases": "期限和下一步",
    "cases.show_case": "期限和下一步",
    "cases.amend_application": "更正登记",
    "cases.cancel": "更正登记",
    "judge.judge_case": "研判",
    "judge.record_judgement": "研判",
    "letters.choose_letter": "研判",
    "letters.decide": "答复",
    "joint.choose": "答复",
    "joint.like": "答复",
    "batch_letters.choose": "答复",
    "batch_letters.write": "答复",
    "batch_letters.receive": "答复",
    "batch_letters.issue_submitted": "答复",
    "keeping.add": "收到申请",
    "keeping.decide": "归档和个人信息",
    "admin.list_all": "账号与角色",
    "admin.add": "账号与角色",
    "admin.show_account": "账号与角色",
    "admin.change_account": "账号与角色",
    "admin.show_keys": "密钥",
    "admin.add_key": "密钥",
    "admin.revoke_key": "密钥",
    "trail.show": "操作记录",
    "staff.home": "期限和下一步",
    "staff.office.show": "机关概况",
    "staff.office.receive": "机关概况",
    "staff.office.wait": "机关概况",
    "staff.search.show": "期限和下一步",
    "staff.deadline": "期限和下一步",
    "staff.judging.judge": "研判",
    "batches.begin": "批量生成",
    "batches.receive": "批量生成",
    "batches.table": "批量生成",
    "batches.list_all": "批量生成",
    "batches.show": "批量生成",
    "batches.act": "批量生成",
    "batches.remove": "批量生成",
    "batches.preview": "批量生成",
    "batches.problems": "批量生成",
    "batches.single_file": "批量生成",
    "batches.archive": "批量生成",
    "batches.merged": "批量生成",
    "staff.ledger.show": "台账",
    "staff.ledger.bring": "台账",
    "staff.ledger.statistics": "年度报告",
    "staff.ledger.behind": "年度报告",
    "staff.reports.show": "年报汇总",
    "staff.reports.act": "年报汇总",
    "sign_in.show": "登录和退出",
    "sign_in.show_code": "登录和退出",
    "sign_in.show_invitation": "登录和退出",
    "sign_in.account": "登录和退出",
    "sign_in.show_second_factor": "登录和退出",
    "sign_in.prove": "登录和退出",
}
"""The section that helps on the page of an endpoint; a page that is in no table gets the whole handbook."""

KINDS = {
    "received": "收到申请",
    "confirmed": "收到申请",
    "verified": "收到申请",
    "assigned": "收到申请",
    "correction_asked": "告知补正",
    "corrected": "告知补正",
    "judged": "研判",
    "consulted": "征求意见",
    "delivered": "征求意见",
    "opinion": "征求意见",
    "extended": "延期",
    "reasons_asked": "说明理由和收费",
    "reasons_given": "说明理由和收费",
    "delayed": "说明理由和收费",
    "fee_asked": "说明理由和收费",
    "paid": "说明理由和收费",
    "answered": "答复",
    "posted": "送达",
    "undelivered": "送达",
    "withdrawn": "撤回和逾期",
    "challenged": "复议和诉讼",
    "defended": "复议和诉讼",
    "decided": "复议和诉讼",
    "reanswered": "复议和诉讼",
    "archived": "归档和个人信息",
    "held": "归档和个人信息",
    "noted": "期限和下一步",
}
"""The section that tells how to record a kind of event, or to write the letter that records it."""
ALONE = "单写一份文书"
"""The section about documents that no other section names."""


@dataclass(frozen=True, kw_only=True)
class Handbook:
    """The handbook as a page: what it says before its sections, and the sections, as HTML.

    `headings` are those of the sections, and their anchors, `named` the titles in book-title marks with the section that
    names them first, `pictures` the PNG files by name.
    """

    opening: Markup
    sections: Markup
    headings: tuple[str, ...]
    named: Mapping[str, str]
    pictures: Mapping[str, StaticFile]


def read_handbook(folder: Path) -> Handbook | None:
    """The handbook in a folder, None if there is none, as where only the package is installed."""
    file = folder / FILE
    if not file.is_file():
        return None
    pictures = {
        path.name: hold_file(path.name, path.read_bytes()) for path in sorted((folder / PICTURES).glob("*.png"))
    }
    # Relative addresses lead to the pictures both here, below /desk, and where the file is read as it is.
    markdown = MarkdownIt("commonmark", {"html": False})
    tokens = markdown.parse(file.read_text(encoding="utf-8"))
    headings = tuple(_mark_headings(tokens))
    _measure(tokens, pictures)
    _spell_links(tokens)
    first = next((place for place, token in enumerate(tokens) if token.tag == "h2"), len(tokens))
    # Raw HTML is switched off, so that what comes out is the renderer's own.
    opening, sections = (
        Markup(markdown.renderer.render(part, markdown.options, {})) for part in (tokens[:first], tokens[first:])
    )
    return Handbook(opening=opening, sections=sections, headings=headings, named=_named(tokens), pictures=pictures)


def _mark_headings(tokens: list[Token]) -> Iterator[str]:
    """Give each section's heading its own words as anchor."""
    for opening, words in pairwise(tokens):
        if opening.type == "heading_open" and opening.tag == "h2":
            opening.attrSet("id", words.content)
            yield words.content


def _measure(tokens: list[Token], pictures: Mapping[str, StaticFile]) -> None:
    """Tell the size of each picture, so that the page doesn't move under its reader while they load."""
    for token in _within(tokens):
        png = pictures.get(str(token.attrGet("src")).rpartition("/")[2]) if token.type == "image" else None
        if png:
            width, height = struct.unpack(">II", png.data[16:24])
            for name, value in (("width", width), ("height", height), ("loading", "lazy")):
                token.attrSet(name, str(value))


def _spell_links(tokens: list[Token]) -> None:
    """Write the links to sections as the anchors are written, not percent-encoded."""
    for token in _within(tokens):
        if token.type == "link_open" and str(token.attrGet("href")).startswith("#"):
            token.attrSet("href", unquote(str(token.attrGet("href"))))


def _within(tokens: list[Token]) -> Iterator[Token]:
    for token in tokens:
        yield token
        yield from token.children or ()


def _named(tokens: list[Token]) -> Mapping[str, str]:
    """The section that names a title in book-title marks first, by the title."""
    section, found = "", dict[str, str]()
    for before, token in pairwise(tokens):
        if token.type == "inline" and before.tag == "h2":
            section = token.content
        elif token.type == "inline":
            found = dict.fromkeys(re.findall("《([^》]+)》", token.content), section) | found
    return found


def the_book() -> Handbook | None:
    """The handbook that the running service has read at its start."""
    found: Handbook | None = current_app.extensions[KEPT]
    return found


def help_address() -> str:
    """The address of the help for the page that is asked for."""
    endpoint = request.endpoint or ""
    if endpoint == "staff.home" and not actor().may(Permission.READ_CASES) and actor().may(Permission.ADMINISTER):
        endpoint = "admin.list_all"  # the first page of an administrator, who sees no case, leads to what he keeps
    return url_for(SHOWN, _anchor=find_section(endpoint, request.view_args or {}) or None)


def find_section(endpoint: str, where: Mapping[str, Any]) -> str:
    """The section that helps on a page, "" if only the whole handbook does: by its kind of event, its document, its place."""
    registry, id = service().registry, where.get("id")
    if "kind" in where:
        return KINDS.get(where["kind"], "")
    if id is None or id not in registry or endpoint in SECTIONS:
        return SECTIONS.get(endpoint, "")
    document, book = registry[id].document, the_book()
    if document.event:
        return KINDS[document.event]
    return book.named.get(document.title, ALONE) if book else ALONE
