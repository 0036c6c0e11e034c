"""The API of an installation that keeps a register: one application, a fresh database for each test."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from flask import Flask

from gipdocs.app import create_app
from gipdocs.settings import Settings
from tests.api.talking import Program


@pytest.fixture(scope="session")
def office_app(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flask]:
    """The application with the routes of the register."""
    database = f"sqlite:///{tmp_path_factory.mktemp('register') / 'gipdocs.db'}"
    app = create_app(Settings(secret_key="test", database=database))
    app.testing = False
    yield app
    app.extensions["gipdocs"].close()


@pytest.fixture(scope="session")
def description(office_app: Flask) -> dict[str, object]:
    """What the application says of its API."""
    told: dict[str, object] = office_app.test_client().get("/api/v1/openapi.json").get_json()
    return told


@pytest.fixture
def program(office_app: Flask, description: dict[str, object], tmp_path: Path) -> Iterator[Program]:
    """Another system that works on an empty register."""
    before = office_app.extensions["gipdocs"]
    settings = replace(before.settings, database=f"sqlite:///{tmp_path / 'gipdocs.db'}")
    service = office_app.extensions["gipdocs"] = replace(before, settings=settings)
    yield Program(office_app.test_client(), service, description)
    service.close()
    office_app.extensions["gipdocs"] = before
