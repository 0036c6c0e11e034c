"""Clients that others' tools generate from the description pass strict type checkers and do ten jobs without a cast."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.api.conftest import office_app
from tests.clients.conftest import NODE

__all__ = ["office_app"]
pytestmark = [pytest.mark.slow, pytest.mark.converter]

HERE = Path(__file__).resolve().parent
PYTHON, TYPESCRIPT = HERE / "python" / "ten_jobs.py", HERE / "typescript" / "ten_jobs.ts"
WANTED = {
    "required": ["application", "clock", "provided", "medium", "delivery", "service", "number", "date"],
    "checked": [],
    "pdf": "%PDF-",
    "wrapped": "%PDF-",
    "findings": ["date-rest-day"],
    "last_day": "2025-10-17",
    "yuan": 3000,
    "year": 2024,
}


def run(*command: object, folder: Path) -> str:
    """What a command prints; its complaints are the failure."""
    quiet = os.environ | {"REDOCLY_TELEMETRY": "off", "REDOCLY_SUPPRESS_UPDATE_NOTICE": "true"}
    done = subprocess.run([*map(str, command)], cwd=folder, capture_output=True, text=True, env=quiet)
    assert done.returncode == 0, (done.stdout + done.stderr)[-4000:]
    return done.stdout


def judge(printed: str, documents: int) -> None:
    """Hold what came of the jobs against what should."""
    told: dict[str, Any] = json.loads(printed)
    assert {key: told[key] for key in WANTED} == WANTED
    assert told["documents"] == documents
    assert told["docx"] > 5000 and told["applicant"]


@pytest.fixture(scope="module")
def documents(described: Path) -> int:
    """How many documents there are."""
    paths = json.loads(described.read_bytes())["paths"]
    return sum(path.endswith("/sample") for path in paths) - 1  # one is for any document


def test_a_python_client(described: Path, address: str, documents: int, tmp_path: Path) -> None:
    shutil.copy(PYTHON, tmp_path)
    settings = tmp_path / "settings.json"
    settings.write_text(json.dumps({"package_name_override": "gipdocs_client", "post_hooks": []}))
    generator = Path(sys.executable).parent / "openapi-python-client"
    told = run(
        *(generator, "generate", "--path", described, "--config", settings),
        *("--meta", "none", "--output-path", tmp_path / "gipdocs_client"),
        folder=tmp_path,
    )
    assert "WARNING" not in told, told[-4000:]
    strictly = (sys.executable, "-m", "mypy", "--strict", "--config-file=", "--cache-dir", tmp_path / "cache")
    run(*strictly, "gipdocs_client", PYTHON.name, folder=tmp_path)
    judge(run(sys.executable, PYTHON.name, address, folder=tmp_path), documents)


def test_a_typescript_client(described: Path, address: str, documents: int, tmp_path: Path) -> None:
    shutil.copytree(TYPESCRIPT.parent, tmp_path, dirs_exist_ok=True)
    (tmp_path / "node_modules").symlink_to(NODE)
    run("node", NODE / ".bin" / "openapi-typescript", described, "-o", "schema.ts", folder=tmp_path)
    run("node", NODE / ".bin" / "tsc", "--project", ".", folder=tmp_path)
    judge(run("node", "run.mjs", address, folder=tmp_path), documents)


@pytest.mark.parametrize("program", [PYTHON, TYPESCRIPT], ids=["python", "typescript"])
def test_the_programs_cast_nothing(program: Path) -> None:
    text = program.read_text(encoding="utf-8")
    assert re.findall(r"\bcast\(|\b[Aa]ny\b|\bas (?!const\b)\w|type: ignore|@ts-|\w!\.", text) == []
