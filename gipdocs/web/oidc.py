"""Signing in by an issuer of OpenID Connect: the code flow with PKCE, whose outcome begins a session of ours."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager

from flask import Blueprint, Flask, Response, request, session, url_for

from gipdocs.access.recognition import begin_vouched, recognize
from gipdocs.access.sessions import PROVED_FOR
from gipdocs.cookies import keep_token, sent_token
from gipdocs.errors import IssuerSilent, SetupError, SignInFailed
from gipdocs.faces import Public, needs, register
from gipdocs.settings import Settings
from gipdocs.web.errors import answer_errors
from gipdocs.web.sign_in import lead, next_path

NAME = "oidc"
CLAIM = "preferred_username"
PENDING = f"_state_{NAME}_"
"""How the keys begin under which the browser's own session keeps what a sign-in that has begun expects."""
NEXT, AGAIN = "next", "again"
"""Where the browser's own session keeps what it was sent away for."""
SECONDS = 10.0
"""How long the issuer may take for each answer."""
MISSING = (
    "GIPDOCS_ACCESS=oidc需要的软件没有安装：请运行setup/install-requirements .venv requirements/oidc.txt，再启动服务。"
)
FAILED = "统一身份认证没有完成：可能等候得太久，或者在几个窗口里同时登录。请重新登录；仍然不行的，请联系管理员。"
DENIED = "统一身份认证没有同意登录。请重新登录；仍然不行的，请联系统一身份认证的管理人员。"
NOT_AGAIN = (
    "统一身份认证没有要求您再次输入密码，这里不能继续。请管理员核对：统一身份认证应支持max_age，并给出auth_time。"
)
SILENT = "统一身份认证没有应答，或者应答不完整。请稍后重新登录；仍然不行的，请管理员核对GIPDOCS_OIDC_ISSUER和网络。"


def add_oidc(app: Flask, settings: Settings) -> None:
    """Add the two routes of signing in; SetupError if the library for it isn't installed."""
    issuer = Issuer(app, settings)
    routes = Blueprint(NAME, __name__, url_prefix="/sign-in/oidc", template_folder="templates")

    @routes.get("", endpoint="begin")
    @needs(Public.EVERYBODY)
    def leave_for_issuer() -> Response:
        return begin(issuer)

    @routes.get("/back", endpoint="come_back")
    @needs(Public.EVERYBODY)
    def return_from_issuer() -> Response:
        return come_back(issuer)

    answer_errors(routes)
    app.register_blueprint(routes)


def begin(issuer: Issuer) -> Response:
    """Send the browser to the issuer; `next` is the page of the desk to return to, `again` demands a fresh proof there."""
    for key in [key for key in session if key.startswith(PENDING)]:
        del session[key]  # one sign-in at a time, so that the cookie doesn't grow
    session[NEXT], session[AGAIN] = next_path(), AGAIN in request.args
    return issuer.send_away(again=session[AGAIN])


def come_back(issuer: Issuer) -> Response:
    """Begin a session for the account that the issuer has named, in place of the one that the browser had."""
    wanted, again, store = session.get(NEXT, ""), session.get(AGAIN, False), register().store
    name, address = issuer.find_name(again=again), request.remote_addr
    account = recognize(store, name, address=address)
    token = begin_vouched(store, account, address, replaces=sent_token(), proved=again)
    return keep_token(lead(wanted or url_for("staff.home")), token)


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
        more = {"prompt": "login", "max_age": 0} if again else {}
        with _asking():
            self._check_metadata()
            response: Response = self._client.authorize_redirect(self._settings.url.rstrip("/") + own, **more)
        return response

    def find_name(self, *, again: bool) -> str:
        """The name in the token for the code that the browser has brought; SignInFailed if anything of it is not as sent.

        With `again`, the issuer must say that the password has just been shown there.
        """
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
        if again and not time.time() - claims.get("auth_time", 0) < PROVED_FOR.total_seconds():
            raise SignInFailed(NOT_AGAIN)
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
