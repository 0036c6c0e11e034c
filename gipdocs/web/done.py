"""Says on the page of a case what has just been done; the address holds one word, so that a reload does nothing."""

from __future__ import annotations

from typing import Any

from flask import Response, redirect, request, url_for

from gipdocs.register.events import KINDS
from gipdocs.web.sheets import Notice

DONE = {
    "opened": "案件已经登记。",
    "opened_alone": "案件已经登记。申请人交来的文件没有存进去，请用“增加文件”存入。",
    "amended": "申请内容已经修改。",
    "cancelled": "这条记录已经更正。",
    "submitted": "文书已经提请签发。",
    "issued": "文书已经签发，存入案件，可以在“文书”下面下载。",
    "issued_jointly": "文书已经签发，存入本案，一并办理的各件案件也已经记入，案件里可以下载。",
    "voided": "文书已经作废，由它引起的记录一并更正。",
    "approved": "已经同意签发。",
    "returned": "文书已经退回修改。",
    "discarded": "草稿已经删除。",
    "added": "文件已经存入案件。",
    "proposed": "已经提出删除个人信息，请另一人确认。",
    "erased": "个人信息已经删除。",
    "held": "个人信息已经暂缓删除。",
}
"""What was done, by the word in the address; a kind of event that isn't here was recorded by hand."""


def see(endpoint: str, **values: Any) -> Response:
    """Lead on to another page after a deed, so that a reload does nothing again."""
    return redirect(url_for(endpoint, **values), 303)  # type: ignore[return-value]  # of Werkzeug's class


def to_case(number: str, done: str) -> Response:
    """The way back to the page of a case, which then says what was done."""
    return see("cases.show_case", number=number, done=done)


def tell_done() -> Notice | None:
    """The sentence for the word in the address; None for any other word."""
    word = request.args.get("done", "")
    recorded = f"已经记录“{KINDS[word].label}”。" if word in KINDS else ""
    text = DONE.get(word, recorded)
    return Notice(tone="good", text=text) if text else None
