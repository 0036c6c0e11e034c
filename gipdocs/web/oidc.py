"""Signing in by an issuer of OpenID Connect: the code flow with PKCE, whose outcome begins a session of ours."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from typing import Any

from flask import Blueprint, Flask, Response, redirect, request, session, url_for
from werkzeug.exceptions import HTTPException

from gipdocs.cookies import keep_token, sent_token
from gipdocs.errors import GipdocsError, IssuerSilent, SetupError, SignInFailed
from gipdocs.faces import Public, needs, register
from gipdocs.settings import Settings
from gipdocs.web.errors import from_error, from_fault, from_http

NAME = "oidc"
CLAIM = "preferred_username"
PENDING = f"_state_{NAME}_"
"""How the keys begin under which the browser's own session keeps what a sign-in that has begun expects."""
NEXT = "next"
AT_DESK = re.compile(r"/desk(/[^\\\s]*)?(\?[^\\\s]*)?")
SECONDS = 10.0
"""How long the issuer may take for each answer."""
MISSING = (
    "GIPDOCS_ACCESS=oidc需要的软件没有安装：请运行setup/install-requirements .venv requirements/oidc.txt，再启动服务。"
)
FAILED = "统一身份认证没有完成：可能等候得太久，或者在几个窗口里同时登录。请重新登录；仍然不行的，请联系管理员。"
DENIED = "统一身份认证没有同意登录。请重新登录；仍然不行的，请联系统一身份认证的管理人员。"
SILENT = "统一身份认证没有应答，或者应答不完整。请稍后重新登录；仍然不行的，请管理员核对GIPDOCS_OIDC_ISSUER和网络。"


def add_oidc(app: Flask, settings: Settings) -> None:
    """Add the two routes of signing in; SetupError if the library for it isn't installed."""
    issuer = Issuer(app, settings)
    routes = Blueprint(NAME, __name__, url_prefix="/sign-in/oidc", template_folder="templates")
    routes.add_url_rule("", "begin", needs(Public.EVERYBODY)(partial(begin, issuer)))
    routes.add_url_rule("/back", "come_back", needs(Public.EVERYBODY)(partial(come_back, issuer)))
    for handler, kind in ((from_error, GipdocsError), (from_http, HTTPException), (from_fault, Exception)):
        routes.register_error_handler(kind, handler)
    app.register_blueprint(routes)


def begin(issuer: Issuer) -> Response:
    """Send the browser to the issuer; `next` is the page of the desk to return to, `again` demands a fresh proof there."""
    wanted = request.args.get(NEXT, "")
    for key in [key for key in session if key.startswith(PENDING)]:
        del session[key]  # one sign-in at a time, so that the cookie doesn't grow
    session[NEXT] = wanted if AT_DESK.fullmatch(wanted) else url_for("staff.home")
    return issuer.send_away(again="again" in request.args)


def come_back(issuer: Issuer) -> Response:
    """Begin a session for the account that the issuer has named, in place of the one that the browser had."""
    from gipdocs.access.recognition import recognize
    from gipdocs.access.sessions import begin as begin_session

    wanted, name, store = session.get(NEXT, ""), issuer.find_name(), register().store
    account = recognize(store, name, address=request.remote_addr)
    token = begin_session(store, account, request.remote_addr, replaces=sent_token())
    response: Any = redirect(wanted or url_for("staff.home"), 303)
    return keep_token(response, token)


class Issuer:
    """The issuer in the settings, which is asked for its addresses and keys when somebody first signs in."""

    def __init__(self, app: Flask, settings: Settings) -> None:
        try:
            from authlib.integrations.flask_client import OAuth
        except ImportError:
            raise SetupError(MISSING) from None
        self._settings = settings
        self._client = OAuth(app).register(
            NAME,
            client_id=settings.oidc_client,
            client_secret=settings.oidc_secret,
            server_metadata_url=f"{settings.oidc_issuer.rstrip('/')}/.well-known/openid-configuration",
            client_kwargs={
                "scope": "openid profile",
                "code_challenge_method": "S256",
                "default_timeout": SECONDS,
            },
        )

    def send_away(self, *, again: bool) -> Response:
        """The redirect to the issuer; IssuerSilent if it doesn't say where."""
        own = url_for(f"{NAME}.come_back", _external=not self._settings.url)
        more = {"prompt": "login"} if again else {}
        with _asking():
            self._check_metadata()
            response: Response = self._client.authorize_redirect(self._settings.url.rstrip("/") + own, **more)
        return response

    def find_name(self) -> str:
        """The name in the token for the code that the browser has brought; SignInFailed if anything of it is not as sent."""
        settings = self._settings
        if request.args.get("iss", settings.oidc_issuer) != settings.oidc_issuer:
            raise SignInFailed(FAILED)
        if "error" in request.args:
            raise SignInFailed(DENIED)
        demanded = {
            "iss": {"essential": True, "value": settings.oidc_issuer},
            "aud": {"essential": True, "value": settings.oidc_client},
        }
        with _asking():
            self._check_metadata()
            token = self._client.authorize_access_token(claims_options=demanded)
        claims = token.get("userinfo") or {}  # of a token without an ID token nothing is known
        name = claims.get(CLAIM)
        if not isinstance(name, str) or not name:
            raise SignInFailed(f"统一身份认证没有给出登录名（{CLAIM}）。请管理员在统一身份认证中为本系统开放profile。")
        return name

    def _check_metadata(self) -> None:
        """Raise IssuerSilent unless the addresses and keys are those of the issuer in the settings."""
        if self._client.load_server_metadata().get("issuer") != self._settings.oidc_issuer:
            raise IssuerSilent(SILENT)


@contextmanager
def _asking() -> Iterator[None]:
    """Tell a refusal from an issuer that can't be asked; what the library says may contain what was sent, and goes nowhere."""
    from authlib.common.errors import AuthlibBaseError
    from joserfc.errors import JoseError
    from requests import RequestException

    try:
        yield
    except (AuthlibBaseError, JoseError):
        raise SignInFailed(FAILED) from None
    except (RequestException, RuntimeError, ValueError, KeyError, TypeError):
        raise IssuerSilent(SILENT) from None
