"""The description passes the rules that others hold descriptions to; what is left out is named with its reason."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.api.conftest import office_app
from tests.clients.conftest import NODE
from tests.clients.test_generated import HERE, run

__all__ = ["office_app"]
pytestmark = pytest.mark.slow

RULES = HERE / "node"


def test_spectral_finds_nothing(described: Path, tmp_path: Path) -> None:
    told = run(
        *("node", NODE / ".bin" / "spectral", "lint", described),
        *("--ruleset", RULES / "spectral.yaml", "--fail-severity", "hint"),
        folder=tmp_path,
    )
    assert "No results" in told


def test_redocly_finds_nothing(described: Path, tmp_path: Path) -> None:
    run(
        *("node", NODE / ".bin" / "redocly", "lint", described, "--config", RULES / "redocly.yaml"),
        *("--max-problems", "20", "--format", "stylish"),
        folder=tmp_path,
    )
