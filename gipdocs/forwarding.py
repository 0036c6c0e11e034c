"""What a proxy in front says of its clients: taken from the proxy that the settings name, and from nobody else."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from werkzeug.middleware.proxy_fix import ProxyFix

from gipdocs.settings import Settings

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

FROM_PROXY = "gipdocs.from_proxy"
"""The key of the environment that says whether the request came from the trusted proxy."""


class Forwarding:
    """A WSGI application behind its proxy: it sees the client's address, and the scheme and host that the client asked for.

    These come from the last proxy only; what it was told itself does not count, nor does whatever another peer claims.
    """

    def __init__(self, application: WSGIApplication, settings: Settings) -> None:
        self._settings, self._application = settings, application
        self._behind = ProxyFix(application, x_for=1, x_proto=1, x_host=1)

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Answer one request."""
        environ[FROM_PROXY] = self._settings.trusts(environ.get("REMOTE_ADDR", ""))
        application = self._behind if environ[FROM_PROXY] else self._application
        return application(environ, start_response)
