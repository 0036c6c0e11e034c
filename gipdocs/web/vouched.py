"""Where a proxy or an issuer says who comes in, no page of ours asks for a password, a code or an invitation."""

from __future__ import annotations

from typing import NoReturn

from flask import Flask, Response, abort, request, url_for

from gipdocs.faces import Public, needs
from gipdocs.settings import BY_OIDC
from gipdocs.web.pages import page
from gipdocs.web.sign_in import lead, next_path

BLUEPRINT = "sign_in."
KEPT = frozenset(f"{BLUEPRINT}{view}" for view in ("leave", "account", "end_sessions"))
"""What remains for the sessions that begin after the issuer has said who somebody is; behind a proxy there are none."""
OUT = "这里的登录已经结束。统一身份认证那里可能还登录着：与他人合用计算机的，请在那里也退出。"


def close_passwords(app: Flask, access: str) -> None:
    """Let the pages that ask for a password lead to the issuer, or not exist."""
    kept = KEPT if access == BY_OIDC else frozenset()
    for endpoint in app.view_functions.keys() - kept:
        if endpoint.startswith(BLUEPRINT):
            app.view_functions[endpoint] = needs(Public.EVERYBODY)(_gone)
    if access == BY_OIDC:
        app.view_functions[f"{BLUEPRINT}show"] = needs(Public.EVERYBODY)(_show)
        app.view_functions[f"{BLUEPRINT}prove"] = needs(Public.ACCOUNTS)(_prove)


def _gone() -> NoReturn:
    abort(404)


def _show() -> Response:
    """What signing out leads to, and whoever wants to sign in again."""
    if request.args.get("done") == "out":
        return page("error", title="已经退出", cure=OUT)
    return lead(url_for("oidc.begin", next=next_path()))


def _prove() -> Response:
    """The password once more, at the issuer."""
    return lead(url_for("oidc.begin", next=next_path(), again=1))
