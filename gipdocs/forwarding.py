"""What a proxy in front says of its clients: taken from the proxy that the settings name, and from nobody else."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from werkzeug.middleware.proxy_fix import ProxyFix

from gipdocs.settings import Settings

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

FORWARDED = (
    "HTTP_FORWARDED",
    "HTTP_X_FORWARDED_FOR",
    "HTTP_X_FORWARDED_HOST",
    "HTTP_X_FORWARDED_PORT",
    "HTTP_X_FORWARDED_PREFIX",
    "HTTP_X_FORWARDED_PROTO",
)
TOLD_BY_PROXIES = ("HTTP_VIA", "HTTP_X_REAL_IP")
FROM_PROXY = "gipdocs.from_proxy"
"""The key of the environment that says whether the request came from the trusted proxy."""
PASSED_ON = "gipdocs.passed_on"
"""The key of the environment that says whether a proxy, trusted or not, or whoever claims to be one, passed it on."""


class Forwarding:
    """A WSGI application behind its proxy: it sees the client's address, and the scheme and host that the client asked for.

    These come from the last proxy only; what it was told itself is dropped, and so is whatever another peer claims.
    """

    def __init__(self, application: WSGIApplication, settings: Settings) -> None:
        self._settings, self._application = settings, application
        self._behind = ProxyFix(application, x_for=1, x_proto=1, x_host=1)

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Answer one request."""
        environ[FROM_PROXY] = self._settings.trusts(environ.get("REMOTE_ADDR", ""))
        environ[PASSED_ON] = environ[FROM_PROXY] or any(name in environ for name in (*FORWARDED, *TOLD_BY_PROXIES))
        if environ[FROM_PROXY]:
            return self._behind(environ, start_response)
        for name in FORWARDED:
            environ.pop(name, None)
        return self._application(environ, start_response)
