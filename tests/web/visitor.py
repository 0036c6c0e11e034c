"""Somebody at a browser without JavaScript who signs in."""

from __future__ import annotations

import html
import re
from dataclasses import dataclass, field

from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from gipdocs.access.accounts import add_account
from gipdocs.access.actors import HERE
from gipdocs.access.proving import take_up
from gipdocs.store.engine import Store

PASSWORD = "kuangquanshui 台灯 7 号"


def store_of(app: Flask) -> Store:
    """The database behind an application."""
    found: Store = app.extensions["gipdocs"].register.store
    return found


def add(app: Flask, name: str, *roles: str) -> None:
    """An account that has set its password."""
    take_up(store_of(app), add_account(store_of(app), name, roles, by=HERE), PASSWORD, address="10.8.0.1")


@dataclass
class Visitor:
    """A browser at an address of its own, with its cookies; `shown` is the last page."""

    app: Flask
    address: str = "10.0.0.9"
    shown: str = ""
    client: FlaskClient = field(init=False)

    def __post_init__(self) -> None:
        self.client = self.app.test_client()

    def get(self, url: str, **headers: str) -> TestResponse:
        """Open a page."""
        response = self.client.get(url, environ_base=self._base, headers=_spelled(headers))
        self.shown = response.text
        return response

    def post(self, url: str, headers: dict[str, str] | None = None, **fields: str) -> TestResponse:
        """Send a form of the last page: its token goes with it."""
        data = {"csrf_token": self.token} | fields
        response = self.client.post(url, data=data, environ_base=self._base, headers=headers)
        if response.status_code != 303:
            self.shown = response.text
        return response

    def sign_in(self, name: str, password: str = PASSWORD, next: str = "") -> TestResponse:
        """Open the page of signing in, and send name and password."""
        url = f"/desk/sign-in{f'?next={next}' if next else ''}"
        self.get(url)
        return self.post(url, name=name, password=password)

    @property
    def _base(self) -> dict[str, str]:
        return {"REMOTE_ADDR": self.address}

    @property
    def token(self) -> str:
        """The token of the last page's forms."""
        found = re.search(r'name="csrf_token" value="([^"]+)"', self.shown)
        return html.unescape(found[1]) if found else ""

    @property
    def cookie(self) -> str:
        """The token of the browser's session, "" if it has none."""
        found = self.client.get_cookie("gipdocs-account")
        return found.value if found else ""

    @property
    def told(self) -> str:
        """What the page's notice says."""
        found = re.search(r'<p class="notice[^>]*>(.*?)</p>', self.shown)
        return html.unescape(found[1]) if found else ""


def _spelled(headers: dict[str, str]) -> dict[str, str]:
    return {name.replace("_", "-"): value for name, value in headers.items()}
