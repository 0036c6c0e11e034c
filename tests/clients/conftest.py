"""A running service with its description in a file, for clients that are generated from it."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask

from tests.web.conftest import serve

NODE = Path(sys.prefix) / "node" / "node_modules"
"""Where `make test` has put what npm installs."""


@pytest.fixture(scope="session")
def address(office_app: Flask) -> Iterator[str]:
    """Where the service listens."""
    yield from serve(office_app)


@pytest.fixture(scope="session")
def described(office_app: Flask, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The file with the service's description."""
    file = tmp_path_factory.mktemp("described") / "openapi.json"
    file.write_bytes(office_app.test_client().get("/api/v1/openapi.json").data)
    return file
