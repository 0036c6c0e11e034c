"""The administrator's pages: accounts and their roles, and the keys of other systems."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from flask import Blueprint, Response, request, url_for

from gipdocs.access.accounts import Account, add_account, invite, list_accounts, lock, set_roles, unlock
from gipdocs.access.key_checks import KINDS, MOST_DAYS, USUAL_DAYS
from gipdocs.access.keys import list_keys, make_key, revoke
from gipdocs.access.permissions import ROLES, SCOPES, Permission
from gipdocs.access.proving import remove_totp
from gipdocs.errors import GipdocsError, InvalidInput, UnknownAccount
from gipdocs.faces import actor, needs, register
from gipdocs.store.engine import Store
from gipdocs.web.counter import EXPIRED
from gipdocs.web.done import see
from gipdocs.web.errors import answer_errors
from gipdocs.web.guard import is_genuine
from gipdocs.web.pages import page
from gipdocs.web.proof import proved
from gipdocs.web.sheets import Notice

admin = Blueprint("admin", __name__, url_prefix="/desk", template_folder="templates")
DONE = {
    "roles": "角色已经改变，这个账号要重新登录。",
    "lock": "账号已经停用，正在使用的页面也不能再用。",
    "unlock": "账号已经恢复。",
    "totp": "二次验证已经取消。请本人登录后重新设置。",
    "revoked": "密钥已经作废。",
}
"""What was done, by the word in the address."""
ROLE_OPTIONS = [(key, role.label, role.help) for key, role in ROLES.items()]
SCOPE_OPTIONS = [(str(scope), label, "") for scope, label in SCOPES.items()]
"""What may be chosen: word, label and what it is for."""
STATES = {"valid": "有效", "expired": "已过期", "revoked": "已作废"}


@admin.get("/accounts")
@needs(Permission.ADMINISTER)
def list_all() -> Response:
    """All accounts, and the form of a new one."""
    return _accounts_page()


@admin.post("/accounts")
@needs(Permission.ADMINISTER)
@proved
def add() -> Response:
    """Add an account, and show once how it gets its password."""
    name, roles = request.form.get("name", ""), request.form.getlist("roles")
    if not is_genuine():
        return _accounts_page(_bad(EXPIRED), 400)
    try:
        code = add_account(_store(), name, roles, by=actor())
    except InvalidInput as error:
        return _accounts_page(status=422, errors=_by_field(error))
    return _invitation_page(name, code)


def _accounts_page(
    notice: Notice | None = None, status: int = 200, *, errors: Mapping[str, list[str]] | None = None
) -> Response:
    return page(
        "accounts",
        status,
        accounts=list_accounts(_store()),
        roles=ROLES,
        role_options=ROLE_OPTIONS,
        typed=request.form.get("name", ""),
        chosen=request.form.getlist("roles"),
        faults=errors or {},
        notice=notice,
    )


def _invitation_page(name: str, code: str) -> Response:
    link = url_for("sign_in.show_invitation", _external=True, _anchor=code)
    return page("account_link", name=name, link=link)


@admin.get("/accounts/<int:id>")
@needs(Permission.ADMINISTER)
def show_account(id: int) -> Response:
    """One account, and what can be done with it."""
    return _account_page(_find(id), _done())


@admin.post("/accounts/<int:id>")
@needs(Permission.ADMINISTER)
@proved
def change_account(id: int) -> Response:
    """Give other roles, lock or unlock, send another invitation, or take away the second factor."""
    account, do = _find(id), request.form.get("do", "")
    if not is_genuine():
        return _account_page(account, _bad(EXPIRED), 400)
    try:
        if do == "invite":
            return _invitation_page(account.name, invite(_store(), account.name, by=actor()))
        if do in CHANGES:
            CHANGES[do](account.name)
            return see("admin.show_account", id=id, done=do)
    except InvalidInput as error:
        return _account_page(account, status=422, errors=_by_field(error))
    except GipdocsError as error:
        return _account_page(account, _bad(str(error)), error.status)
    return _account_page(account, _bad("没有这样的操作，请点页面上的按钮。"), 422)


def _give_roles(name: str) -> None:
    set_roles(_store(), name, request.form.getlist("roles"), by=actor())


def _lock(name: str) -> None:
    lock(_store(), name, by=actor())


def _unlock(name: str) -> None:
    unlock(_store(), name, by=actor())


def _remove_factor(name: str) -> None:
    remove_totp(_store(), name, by=actor())


CHANGES: Mapping[str, Callable[[str], None]] = {
    "roles": _give_roles,
    "lock": _lock,
    "unlock": _unlock,
    "totp": _remove_factor,
}


def _find(id: int) -> Account:
    found = next((one for one in list_accounts(_store()) if one.id == id), None)
    if found is None:
        raise UnknownAccount("没有这个账号，请从账号列表选择。")
    return found


def _account_page(
    account: Account,
    notice: Notice | None = None,
    status: int = 200,
    *,
    errors: Mapping[str, list[str]] | None = None,
) -> Response:
    chosen = request.form.getlist("roles") if errors or request.form.get("do") == "roles" else [*account.roles]
    return page(
        "account_of",
        status,
        account=account,
        roles=ROLES,
        role_options=ROLE_OPTIONS,
        chosen=chosen,
        own=account.name == actor().name,
        faults=errors or {},
        notice=notice,
    )


@admin.get("/keys")
@needs(Permission.ADMINISTER)
def show_keys() -> Response:
    """All keys, and the form of a new one."""
    return _keys_page(_done())


@admin.post("/keys")
@needs(Permission.ADMINISTER)
@proved
def add_key() -> Response:
    """Make a key, and show it once."""
    if not is_genuine():
        return _keys_page(_bad(EXPIRED), 400)
    name, days = request.form.get("name", ""), request.form.get("days", "").strip()
    try:
        key = make_key(
            _store(),
            name,
            request.form.get("kind", ""),
            request.form.getlist("scopes"),
            networks=request.form.get("networks", "").split(),
            days=int(days) if days.isascii() and days.isdigit() and len(days) < 5 else 0,
            by=actor(),
        )
    except InvalidInput as error:
        return _keys_page(status=422, errors=_by_field(error))
    return page("key_made", name=name, key=key)


def _keys_page(
    notice: Notice | None = None, status: int = 200, *, errors: Mapping[str, list[str]] | None = None
) -> Response:
    typed = {key: request.form.get(key, usual) for key, usual in USUAL.items()}
    return page(
        "keys",
        status,
        keys=list_keys(_store()),
        states=STATES,
        kinds=KINDS,
        scopes=SCOPES,
        scope_options=SCOPE_OPTIONS,
        most_days=MOST_DAYS,
        typed=typed,
        chosen=request.form.getlist("scopes"),
        faults=errors or {},
        notice=notice,
    )


USUAL = {"name": "", "kind": "live", "networks": "", "days": str(USUAL_DAYS)}
"""What the form of a new key has at first."""


@admin.route("/keys/<id>/revoke", methods=["GET", "POST"])
@needs(Permission.ADMINISTER)
@proved
def revoke_key(id: str) -> Response:
    """Ask whether a key is to be revoked, and revoke it."""
    found, told = next((one for one in list_keys(_store()) if one.id == id), None), None
    if found is None:
        return page("error", 404, title="没有这把密钥", cure="请从密钥列表选择。")
    if request.method == "POST":
        if is_genuine():
            revoke(_store(), id, by=actor())
            return see("admin.show_keys", done="revoked")
        told = EXPIRED
    return page(
        "key_revoke",
        422 if told else 200,
        key=found,
        kinds=KINDS,
        notice=_bad(told) if told else None,
    )


def _by_field(error: InvalidInput) -> dict[str, list[str]]:
    """What is wrong, by the field of the form."""
    found: dict[str, list[str]] = {}
    for fault in error.faults:
        found.setdefault(fault.pointer.split("/")[1] if fault.pointer else "", []).append(fault.detail)
    return found


def _done() -> Notice | None:
    text = DONE.get(request.args.get("done", ""))
    return Notice(tone="good", text=text) if text else None


def _bad(text: str) -> Notice:
    return Notice(tone="bad", text=text)


def _store() -> Store:
    return register().store


answer_errors(admin)
