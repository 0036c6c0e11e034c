"""Proved layouts need no LibreOffice: it sleeps until something else is wanted, and may be missing."""

from __future__ import annotations

import json
import shutil
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask

from gipdocs.app import create_app, foresee_documents
from gipdocs.pdf.typesetting import read_typesetting
from gipdocs.service import Service
from gipdocs.settings import LIBREOFFICE, Settings
from tests.pdf.processes import end_pools, wait_for

pytestmark = pytest.mark.converter

DRAWN, CONVERTED = "reply-granted", "registration"


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[Path]:
    """A run folder of its own, in which no pool is running yet."""
    folder = tmp_path / "run"
    monkeypatch.setenv("GIPDOCS_RUN", str(folder))
    yield folder
    end_pools(folder)


@pytest.fixture
def app(run: Path) -> Iterator[Flask]:
    """A service that draws the layouts of one document itself."""
    app = create_app(Settings(secret_key="test"))
    service: Service = app.extensions["gipdocs"]
    vars(service)["_proved"] = {(one.path.name, one.version) for one in service.registry[DRAWN].templates}
    yield app
    service.close()


def make(app: Flask, document: str) -> tuple[int, bytes]:
    """Status and body of the PDF of a document's sample."""
    sample = app.extensions["gipdocs"].sample(document)
    answer = app.test_client().post(f"/api/v1/documents/{document}?format=pdf", json=sample)
    return answer.status_code, answer.data


def test_libreoffice_sleeps_while_only_proved_layouts_are_wanted(app: Flask, run: Path) -> None:
    client = app.test_client()
    status, pdf = make(app, DRAWN)
    assert status == 200 and pdf.startswith(b"%PDF-")
    assert client.get(f"/desk/documents/{DRAWN}").status_code == 200
    assert client.get("/readyz").status_code == 200
    assert "gipdocs_converter_ready 1.0\n" in client.get("/metrics").text
    assert list(run.glob("*.sock")) == []


def test_the_provenance_of_a_pdf_names_what_has_drawn_it(app: Flask) -> None:
    client, service = app.test_client(), app.extensions["gipdocs"]
    for document, typesetter in ((DRAWN, "direct 1"), (CONVERTED, f"libreoffice {read_typesetting().libreoffice}")):
        for format, named in (("pdf", typesetter), ("docx", None)):
            sample = service.sample(document)
            answer = client.post(f"/api/v1/documents/{document}?format={format}", json=sample)
            assert json.loads(answer.headers["Gipdocs-Provenance"]).get("typesetter") == named
            assert answer.status_code == 200


def test_libreoffice_starts_once_somebody_opens_a_form_that_needs_it(app: Flask, run: Path) -> None:
    foresee_documents(app)
    assert app.test_client().get(f"/desk/documents/{DRAWN}").status_code == 200
    assert list(run.glob("*.sock")) == []
    assert app.test_client().get(f"/desk/documents/{CONVERTED}").status_code == 200
    wait_for(lambda: list(run.glob("*.sock")))
    status, pdf = make(app, CONVERTED)
    assert status == 200 and pdf.startswith(b"%PDF-")


@pytest.fixture
def nothing(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """No LibreOffice, but fontconfig."""
    (tmp_path / "bin").mkdir()
    for name in ("fc-list", "fc-match"):
        command = shutil.which(name)
        assert command
        (tmp_path / "bin" / name).symlink_to(command)
    monkeypatch.setenv("PATH", str(tmp_path / "bin"))


@pytest.mark.usefixtures("nothing")
def test_a_machine_without_libreoffice_draws_the_proved_layouts_and_says_what_it_can_t(app: Flask) -> None:
    client = app.test_client()
    status, pdf = make(app, DRAWN)
    assert status == 200 and pdf.startswith(b"%PDF-")
    for _ in range(2):  # asked before and after something has wanted LibreOffice in vain
        ready = client.get("/readyz")
        [told] = [one for one in ready.get_json()["findings"] if one["code"] == "only-proved"]
        assert ready.status_code == 200 and not told["stops"]
        assert "LibreOffice" in told["what"] and "种文书仍能生成PDF" in told["what"] and "请安装" not in told["what"]
        assert "libreoffice-writer-nogui" in told["cure"]
        metrics = client.get("/metrics").text
        assert "gipdocs_typesetter_ready 1.0\n" in metrics and "gipdocs_converter_ready 0.0\n" in metrics
        status, problem = make(app, CONVERTED)
        assert status == 503 and "PDF转换服务" in problem.decode()
        time.sleep(1.1)  # health is asked once a second
    assert client.get("/healthz").status_code == 200
    assert make(app, DRAWN)[0] == 200


@pytest.mark.usefixtures("nothing", "run")
def test_without_libreoffice_and_without_the_typesetter_no_pdf_is_possible(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GIPDOCS_TYPESETTER", LIBREOFFICE)
    app = create_app(Settings(secret_key="test", typesetter=LIBREOFFICE))
    assert make(app, DRAWN)[0] == 503
    answer = app.test_client().get("/readyz")
    assert answer.status_code == 503
    assert [one["code"] for one in answer.get_json()["findings"] if one["stops"]] == ["converter-unavailable"]
    app.extensions["gipdocs"].close()
