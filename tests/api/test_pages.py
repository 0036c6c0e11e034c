"""The pages about the API: every kind of problem is explained, to people and to programs, and the examples run."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from collections.abc import Iterator
from functools import cache
from html import unescape
from pathlib import Path
from threading import Event, Thread
from zipfile import ZipFile

import docx
import pytest
from flask import Flask
from flask.testing import FlaskClient

from gipdocs.api.pages import EXAMPLES, WRITTEN_FOR
from gipdocs.batch.running import run_until_idle
from gipdocs.problemkinds import INDEX, KINDS, PROBLEM_KINDS
from tests.api.talking import Program
from tests.api.test_answers import operation, validate
from tests.web.conftest import serve
from tests.web.valid import faults

pytestmark = pytest.mark.slow
ROOT = Path(__file__).resolve().parents[2]
TSC = ROOT / ".venv" / "node" / "node_modules" / "typescript" / "bin" / "tsc"
STRICT = ("--strict", "--target", "es2022", "--module", "es2022", "--lib", "es2022,dom")
JSON = {"Accept": "application/json"}


@pytest.mark.parametrize("slug", PROBLEM_KINDS)
def test_the_type_of_a_problem_is_the_address_of_its_page(client: FlaskClient, slug: str) -> None:
    kind = PROBLEM_KINDS[slug]
    page = client.get(kind.type)
    assert page.status_code == 200 and page.mimetype == "text/html"
    assert all(text in unescape(page.text) for text in (kind.title, kind.english, kind.cause, kind.cure))
    assert str(kind.status) in page.text and "<script" not in page.text
    told = client.get(kind.type, headers=JSON)
    assert told.get_json() == kind.as_json() and "Accept" in told.vary and "Accept" in page.vary


def test_what_programs_read_about_problems_is_described(client: FlaskClient) -> None:
    for path in (INDEX, f"{INDEX}/refused"):
        described = INDEX if path == INDEX else f"{INDEX}/{{kind}}"
        schema = operation("GET", described)["responses"]["200"]["content"]["application/json"]["schema"]
        validate(client.get(path, headers=JSON).get_json(), schema)


def test_the_index_lists_all_kinds_and_codes(client: FlaskClient) -> None:
    page = client.get(INDEX)
    assert all(f'href="{kind.type}"' in page.text for kind in KINDS)
    assert "<code>no-such-day</code>" in page.text and "<code>date-rest-day</code>" in page.text
    assert client.get(INDEX, headers=JSON).get_json()["problems"] == [kind.as_json() for kind in KINDS]
    assert client.get(f"{INDEX}/nothing").get_json(force=True)["type"] == f"{INDEX}/not-found"


@pytest.mark.parametrize("path", ["/api/docs", "/api/docs/reference", INDEX, f"{INDEX}/refused"])
def test_the_pages_are_valid_and_load_nothing_from_elsewhere(client: FlaskClient, path: str) -> None:
    page = client.get(path)
    assert page.status_code == 200 and faults(page.text) == []
    assert "https://" not in page.text and "http://" not in page.text.replace("http://localhost", "")
    assert "<style" not in page.text and "default-src 'self'" in page.headers["Content-Security-Policy"]


def test_the_start_page_shows_the_examples_for_the_address_of_its_reader(client: FlaskClient) -> None:
    told = unescape(client.get("/api/docs", headers={"Host": "127.0.0.1:8123"}).text)
    for name, text in EXAMPLES.items():
        if name.startswith("batch"):
            continue  # of services with a register
        assert WRITTEN_FOR in text and text.strip().replace(WRITTEN_FOR, "http://127.0.0.1:8123") in told


@pytest.fixture(scope="module")
def address(app: Flask) -> Iterator[str]:
    """Where the examples find the service."""
    yield from serve(app)


def written(name: str, folder: Path, address: str) -> Path:
    """An example as a reader of the page at this address saves it."""
    path = folder / name
    path.write_text(EXAMPLES[name].replace(WRITTEN_FOR, address), encoding="utf-8")
    return path


def run(folder: Path, *command: str | Path) -> str:
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, encoding="utf-8", check=False)
    assert done.returncode == 0 and done.stderr == "", done.stderr
    return done.stdout


def test_the_calls_of_the_page_work_as_they_are_pasted(tmp_path: Path, address: str) -> None:
    listed = json.loads(run(tmp_path, "bash", written("list.sh", tmp_path, address)))
    assert "reply-granted" in {one["id"] for one in listed["documents"]}
    run(tmp_path, "bash", written("build.sh", tmp_path, address))
    assert "政府信息公开" in "".join(one.text for one in docx.Document(str(tmp_path / "reply.docx")).paragraphs)
    checked = json.loads(run(tmp_path, "bash", written("check.sh", tmp_path, address)))
    assert [one["code"] for one in checked["findings"]] == ["date-rest-day"]


def test_the_example_in_python_builds_a_letter_and_tells_a_refusal(tmp_path: Path, address: str) -> None:
    said = run(tmp_path, sys.executable, "-W", "error", "-X", "utf8", written("letter.py", tmp_path, address))
    assert said.startswith("/number number-other-year：")
    assert docx.Document(str(tmp_path / "reply.docx")).paragraphs


@pytest.fixture
def batching(program: Program) -> Iterator[str]:
    """Where a service with a register listens, whose batches are made meanwhile."""
    over = Event()

    def work() -> None:
        while not over.wait(0.1):
            run_until_idle(program.service)

    worker = Thread(target=work)
    worker.start()
    try:
        yield from serve(program.client.application)
    finally:
        over.set()
        worker.join()


def test_the_examples_of_batches_order_wait_and_fetch(tmp_path: Path, batching: str) -> None:
    told = json.loads(run(tmp_path, "bash", written("batch.sh", tmp_path, batching)))
    assert told["total"] == 2
    said = run(tmp_path, sys.executable, "-W", "error", "-X", "utf8", written("batch.py", tmp_path, batching))
    assert "第3件 /date no-such-day：" in said and "done 100%" in said
    with ZipFile(tmp_path / "replies.zip") as archive:
        assert archive.testzip() is None
        made = [name for name in archive.namelist() if name.endswith(".docx")]
        assert len(made) == 2 and "0001_答复21.docx" in made


def test_batches_are_told_of_only_where_there_are_some(client: FlaskClient, program: Program) -> None:
    without, there = client.get("/api/docs").text, program.client.get("/api/docs").text
    assert "#batches" not in without and "batch.py" not in without
    assert 'id="batches"' in there and "batch.py" in there and faults(there) == []
    assert "/api/v1/batches" not in client.get("/api/v1/openapi.json").get_json()["paths"]


@cache
def node() -> str:
    """The command that runs programs in JavaScript, or a test that is skipped."""
    found = shutil.which("node")
    if found is None:
        pytest.skip("Node is not installed")
    return found


@cache
def strips_types() -> bool:
    """Whether this Node runs TypeScript as it is."""
    asked = "process.exit(process.features.typescript || process.allowedNodeEnvironmentFlags.has('--experimental-strip-types') ? 0 : 1)"
    return subprocess.run([node(), "-e", asked], check=False).returncode == 0


def test_the_example_in_typescript_builds_a_letter_and_tells_a_refusal(tmp_path: Path, address: str) -> None:
    example = written("letter.ts", tmp_path, address)
    if TSC.exists():
        run(tmp_path, node(), TSC, *STRICT, example)
        example.with_suffix(".js").rename(command := tmp_path / "letter.mjs")
        said = run(tmp_path, node(), command)
    elif strips_types():
        said = run(tmp_path, node(), "--disable-warning=ExperimentalWarning", "--experimental-strip-types", example)
    else:
        pytest.skip("neither TypeScript nor a Node that runs it is installed")
    size, refusal = said.splitlines()
    assert size.startswith("reply.docx：") and refusal.startswith("/number number-other-year：")
