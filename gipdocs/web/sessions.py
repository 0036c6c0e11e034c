"""The cookie that ties forms to their browser: separate for each service, and without expiry."""

from __future__ import annotations

import re

from flask import Flask, Request, request
from flask.sessions import SecureCookieSession, SecureCookieSessionInterface
from itsdangerous import BadSignature

NAME = "gipdocs"
PORT = re.compile(r":([0-9]+)$")


class Sessions(SecureCookieSessionInterface):
    """Flask's signed cookies, with a name for each port and without a time limit."""

    def get_cookie_name(self, app: Flask) -> str:
        """A name that contains the port, since browsers send a cookie to every port of its host."""
        port = PORT.search(request.host)
        return f"{NAME}-{port[1]}" if port else NAME

    def open_session(self, app: Flask, request: Request) -> SecureCookieSession | None:
        """The browser's session; its cookie stays valid even if the clock has been set back."""
        signed, sent = self.get_signing_serializer(app), request.cookies.get(self.get_cookie_name(app))
        if signed is None or not sent:
            return super().open_session(app, request)
        try:
            return self.session_class(signed.loads(sent))
        except BadSignature:
            return self.session_class()
