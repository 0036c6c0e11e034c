"""Fixtures that all tests share: the service of the sample office, on a fixed day."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date
from functools import cache
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient

from gipdocs.app import create_app
from gipdocs.documents.build import build
from gipdocs.law import Office
from gipdocs.service import Service
from gipdocs.settings import Settings
from tests.geometry import seal

PROJECT = Path(__file__).resolve().parents[1]
TODAY = date(2026, 11, 23)


@pytest.fixture(scope="session")
def app() -> Iterator[Flask]:
    """The application with its documents, law and profile; its converter is closed at the end."""
    app = create_app(Settings(secret_key="test"))
    app.testing = False
    yield app
    app.extensions["gipdocs"].close()


@pytest.fixture(scope="session")
def service(app: Flask) -> Service:
    """The service behind the application."""
    found: Service = app.extensions["gipdocs"]
    return found


@pytest.fixture(scope="session")
def office(service: Service) -> Office:
    """The sample office on a fixed day."""
    return service.office(TODAY)


@pytest.fixture(scope="session")
def sealed(office: Office) -> Office:
    """The sample office with a seal that its letters print."""
    profile = replace(office.profile, seal=replace(office.profile.seal, picture=seal()))
    return Office(profile=profile, law=office.law, today=office.today)


@pytest.fixture(scope="session")
def printed(service: Service, sealed: Office) -> Callable[[str], bytes]:
    """Gives the PDF of a document's sample, under the seal; each is made once for all tests."""

    @cache
    def pdf(id: str) -> bytes:
        return build(service.registry[id], service.sample(id), sealed, "pdf", converter=service.converter).content

    return pdf


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    """A browser or another system."""
    return app.test_client()
