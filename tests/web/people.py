"""Browsers of people who have signed in, each with one role."""

from __future__ import annotations

from flask import Flask
from flask.testing import FlaskClient

from gipdocs.access.accounts import add_account, find_account
from gipdocs.access.actors import HERE
from gipdocs.access.sessions import begin
from gipdocs.cookies import PLAIN
from gipdocs.service import Service
from gipdocs.store.engine import Store
from tests.access.people import ADDRESS

NAMES = {"clerk": "孙静", "manager": "李卫东", "auditor": "周敏", "administrator": "吴刚"}
"""Who has which role."""


def store_of(app: Flask) -> Store:
    service: Service = app.extensions["gipdocs"]
    assert service.register is not None
    return service.register.store


def sign_in(app: Flask, role: str, name: str = "") -> FlaskClient:
    """The browser of somebody with a role, whose account is added if need be."""
    store, name = store_of(app), name or NAMES[role]
    if find_account(store, name) is None:
        add_account(store, name, [role], by=HERE)
    account = find_account(store, name)
    assert account is not None
    client = app.test_client()
    client.set_cookie(PLAIN, begin(store, account, ADDRESS))
    return client
