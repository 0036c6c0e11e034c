"""The page of one's own account: password, second factor, the browsers that have signed in; and the password once more."""

from __future__ import annotations

import segno
from flask import Response, request, url_for
from markupsafe import Markup

from gipdocs.access.permissions import ROLES
from gipdocs.access.proving import change_password, prove_again, remove_totp, set_totp
from gipdocs.access.sessions import SignedIn, end_all, end_one, list_sessions
from gipdocs.access.totp import address_of, in_groups, is_secret, new_secret
from gipdocs.cookies import keep_token, signed_in
from gipdocs.errors import InvalidInput, NotProved, Unauthenticated
from gipdocs.faces import Public, needs, register, service
from gipdocs.web.guard import is_genuine
from gipdocs.web.pages import page
from gipdocs.web.proof import proved
from gipdocs.web.sheets import Notice
from gipdocs.web.sign_in import EXPIRED, MISMATCH, bad, lead, next_path, sign_in

__all__ = ["sign_in"]
DONE = {
    "password": Notice(tone="good", text="密码已经改好。其他浏览器上的登录都已结束。"),
    "second": Notice(tone="good", text="二次验证已经启用，以后登录要输入手机上的验证码。其他浏览器上的登录都已结束。"),
    "single": Notice(tone="good", text="二次验证已经停用，以后登录只用密码。"),
    "ended": Notice(tone="good", text="已经结束。"),
}
"""What was done, by the word in the address."""
WRONG_FIRST_CODE = "验证码不对，二次验证还没有启用。请核对手机上的时间，输入手机上现在显示的验证码。"


@sign_in.get("/account")
@needs(Public.ACCOUNTS)
def account() -> Response:
    """The page of one's own account."""
    return _account(DONE.get(request.args.get("done", "")))


@sign_in.post("/account/password")
@needs(Public.ACCOUNTS)
def receive_password() -> Response:
    """Change the password; the browser gets a new session."""
    mine = _mine()
    if not is_genuine():
        return _account(bad(EXPIRED), 400)
    old, new, again = (request.form.get(name, "") for name in ("old", "password", "again"))
    if new != again:
        return _account(bad(MISMATCH), 422)
    try:
        token = change_password(register().store, mine, old, new)
    except NotProved as refused:
        return _account(bad(f"密码没有改。现在的{refused}"), 422)
    except InvalidInput as refused:
        return _account(bad(f"密码没有改。{refused}"), 422)
    return keep_token(lead(url_for("sign_in.account", done="password")), token)


@sign_in.get("/account/second-factor")
@needs(Public.ACCOUNTS)
@proved
def show_second_factor() -> Response:
    """A new secret for a telephone, as a picture and in writing, and the form for its first code."""
    return _second_factor(new_secret())


@sign_in.post("/account/second-factor")
@needs(Public.ACCOUNTS)
@proved
def receive_second_factor() -> Response:
    """Use the second factor from now on, if the first code shows that the telephone has it."""
    sent = request.form.get("secret", "")
    secret = sent if is_secret(sent) else new_secret()
    if not is_genuine():
        return _second_factor(secret, bad(EXPIRED), 400)
    if not set_totp(register().store, _mine(), secret, request.form.get("code", "")):
        return _second_factor(secret, bad(WRONG_FIRST_CODE), 422)
    return _done("second")


@sign_in.post("/account/second-factor/remove")
@needs(Public.ACCOUNTS)
@proved
def remove_second_factor() -> Response:
    """Sign in by password alone from now on."""
    if not is_genuine():
        return _account(bad(EXPIRED), 400)
    mine = _mine()
    remove_totp(register().store, mine.account.name, by=mine.actor)
    return _done("single")


@sign_in.post("/account/sessions")
@needs(Public.ACCOUNTS)
def end_sessions() -> Response:
    """End one of one's own sessions, or all but this one."""
    if not is_genuine():
        return _account(bad(EXPIRED), 400)
    mine, store, asked = _mine(), register().store, request.form.get("session", "")
    if asked == "others":
        end_all(store, mine.account.name, by=mine.actor, but=mine.id)
    else:
        end_one(store, mine.account, asked, by=mine.actor)
    return _done("ended")


@sign_in.get("/prove")
@needs(Public.ACCOUNTS)
def prove() -> Response:
    """The form for the password once more."""
    return _ask_again()


@sign_in.post("/prove")
@needs(Public.ACCOUNTS)
def receive_proof() -> Response:
    """Note that the password was shown, and go on."""
    if not is_genuine():
        return _ask_again(bad(EXPIRED), 400)
    try:
        prove_again(register().store, _mine(), request.form.get("password", ""))
    except NotProved as refused:
        return _ask_again(bad(str(refused)), refused.status)
    return lead(next_path())


def _mine() -> SignedIn:
    """The session of the browser; Unauthenticated where somebody else than this service says who it is."""
    if (found := signed_in()) is None:
        raise Unauthenticated("请先登录。")
    return found


def _account(notice: Notice | None = None, status: int = 200) -> Response:
    mine = _mine()
    return page(
        "account", status, notice=notice, mine=mine, roles=ROLES, sessions=list_sessions(register().store, mine.account)
    )


def _second_factor(secret: str, notice: Notice | None = None, status: int = 200) -> Response:
    told = address_of(secret, name=_mine().account.name, issuer=service().profile.name)
    drawn = segno.make(told, micro=False).svg_inline(scale=5, border=4)  # squares alone, no text
    picture = Markup(drawn.replace("<svg ", '<svg aria-hidden="true" ', 1))  # its figure has the name
    return page("second_factor", status, notice=notice, secret=secret, written=in_groups(secret), picture=picture)


def _ask_again(notice: Notice | None = None, status: int = 200) -> Response:
    return page("prove", status, notice=notice, mine=_mine(), next=next_path())


def _done(word: str) -> Response:
    return lead(url_for("sign_in.account", done=word))
