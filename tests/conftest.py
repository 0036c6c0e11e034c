"""Fixtures that all tests share: the service of the sample office, on a fixed day."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient

from gipdocs.app import create_app
from gipdocs.law import Office
from gipdocs.service import Service
from gipdocs.settings import Settings

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


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    """A browser or another system."""
    return app.test_client()
