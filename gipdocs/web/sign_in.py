"""Signing in and out: name and password, then a code where there is a second factor; and the first password."""

from __future__ import annotations

import re
from datetime import timedelta
from urllib.parse import urlsplit

from flask import Blueprint, Response, redirect, request, session, url_for

from gipdocs.access.proving import HalfWay, finish_sign_in, take_up
from gipdocs.access.proving import sign_in as prove
from gipdocs.access.sessions import end
from gipdocs.cookies import actor_of_browser, drop_token, keep_token, sent_token, signed_in
from gipdocs.errors import InvalidInput, NotProved
from gipdocs.faces import Public, needs, register
from gipdocs.store.types import now
from gipdocs.web.errors import answer_errors
from gipdocs.web.guard import is_genuine
from gipdocs.web.pages import page
from gipdocs.web.sheets import Notice

sign_in = Blueprint("sign_in", __name__, url_prefix="/desk")
HALF = "half"
"""Where the browser's signed session keeps, for some minutes, that the password was right."""
HALF_HOLDS = timedelta(minutes=5)
LOCAL = re.compile(r"/desk(?:[/?][!-\[\]-~]*)?")
"""A path of the desk: nothing that a browser would take for another host, no backslash, no sign that isn't printed."""
EXPIRED = (
    "这次没有处理：页面已经过期，或者浏览器没有保存本站的Cookie。请再填一次；仍然不行的，请允许本站使用Cookie后重试。"
)
MISMATCH = "两次输入的新密码不一样，请重新输入。"
STATES = {
    "out": Notice(tone="calm", text="已经退出。"),
    "set": Notice(tone="good", text="密码已经设置，请登录。"),
    "late": Notice(tone="calm", text="输入验证码的时间已过，请重新登录。"),
}
"""What has happened, by the word in the address."""


@sign_in.get("/sign-in")
@needs(Public.EVERYBODY)
def show() -> Response:
    """The form for name and password; whoever has signed in goes on."""
    actor_of_browser()
    if signed_in():
        return lead(next_path())
    return _ask(STATES.get(request.args.get("done", "")))


@sign_in.post("/sign-in")
@needs(Public.EVERYBODY)
def receive() -> Response:
    """Begin a session, or ask for the code of the second factor."""
    if not is_genuine():
        return _ask(bad(EXPIRED), 400)
    name, password = request.form.get("name", ""), request.form.get("password", "")
    try:
        found = prove(register().store, name, password, address=request.remote_addr, replaces=sent_token())
    except NotProved as refused:
        return _ask(bad(str(refused)), refused.status)
    if isinstance(found, HalfWay):
        session[HALF] = [found.account, found.password, now().timestamp()]
        return lead(url_for("sign_in.show_code", next=next_path()))
    return keep_token(lead(next_path()), found)


def _ask(notice: Notice | None = None, status: int = 200) -> Response:
    return page("sign_in", status, notice=notice, next=next_path(), name=request.form.get("name", ""))


@sign_in.get("/sign-in/code")
@needs(Public.EVERYBODY)
def show_code() -> Response:
    """The form for the code of the second factor."""
    return _ask_code() if _half_way() else _begin_again()


@sign_in.post("/sign-in/code")
@needs(Public.EVERYBODY)
def receive_code() -> Response:
    """Begin a session if the code is right."""
    if not is_genuine():
        return _ask_code(bad(EXPIRED), 400)
    if (half := _half_way()) is None:
        return _begin_again()
    code, address = request.form.get("code", ""), request.remote_addr
    try:
        token = finish_sign_in(register().store, half, code, address=address, replaces=sent_token())
    except NotProved as refused:
        return _ask_code(bad(str(refused)), refused.status)
    return keep_token(lead(next_path()), token)


def _ask_code(notice: Notice | None = None, status: int = 200) -> Response:
    return page("sign_in_code", status, notice=notice, next=next_path())


def _half_way() -> HalfWay | None:
    """What the browser has shown so far, None if that was too long ago."""
    if HALF not in session:
        return None
    account, password, moment = session[HALF]
    is_late = now().timestamp() - moment > HALF_HOLDS.total_seconds()
    return None if is_late else HalfWay(account=account, password=password)


def _begin_again() -> Response:
    session.pop(HALF, None)
    return lead(url_for("sign_in.show", next=next_path(), done="late"))


@sign_in.post("/sign-out")
@needs(Public.EVERYBODY)
def leave() -> Response:
    """End the session; whoever has none is led to the same page."""
    if not sent_token():  # as from another site, whose request carries no cookie: it must not make the browser drop one
        return lead(url_for("sign_in.show", done="out"))
    actor_of_browser()
    if signed_in() and not is_genuine():
        return page("error", 400, title="没有退出", cure="页面已经过期。请返回上一页，刷新以后再点一次“退出”。")
    end(register().store, sent_token(), address=request.remote_addr)
    return drop_token(lead(url_for("sign_in.show", done="out")))


@sign_in.get("/invitation")
@needs(Public.EVERYBODY)
def show_invitation() -> Response:
    """The form by which an account sets its password; the code of the invitation is in no address that is sent."""
    return _invite()


@sign_in.post("/invitation")
@needs(Public.EVERYBODY)
def receive_invitation() -> Response:
    """Set the password, and lead to signing in with it."""
    if not is_genuine():
        return _invite(bad(EXPIRED), 400)
    code, password = request.form.get("code", ""), request.form.get("password", "")
    if password != request.form.get("again", ""):
        return _invite(bad(MISMATCH), 422)
    try:
        take_up(register().store, code, password, address=request.remote_addr)
    except (NotProved, InvalidInput) as refused:
        return _invite(bad(str(refused)), refused.status)
    return drop_token(lead(url_for("sign_in.show", done="set")))


def _invite(notice: Notice | None = None, status: int = 200) -> Response:
    return page("invitation", status, notice=notice, code=request.form.get("code", ""))


def bad(text: str) -> Notice:
    """A notice of what was refused."""
    return Notice(tone="bad", text=text)


def lead(path: str) -> Response:
    """Lead on to a path after a deed, so that a reload does nothing again."""
    return redirect(path, 303)  # type: ignore[return-value]  # of Werkzeug's class


def next_path() -> str:
    """Where to go on: the page of the desk that was asked for, its first page if none was, or if it is none of ours."""
    asked = request.args.get("next", "")
    is_ours = (
        LOCAL.fullmatch(asked) and ".." not in asked and not urlsplit(asked).path.startswith(url_for("sign_in.show"))
    )
    return asked if is_ours else url_for("staff.home")


answer_errors(sign_in)
