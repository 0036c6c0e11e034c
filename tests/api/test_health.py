"""Health and metrics tell the truth about the converter."""

from __future__ import annotations

import re
import time
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient
from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.parser import text_string_to_metric_families

from gipdocs import __version__
from gipdocs.api.metrics import ConverterCollector
from gipdocs.app import create_app
from gipdocs.documents.registry import Registry
from gipdocs.errors import TemplateError
from gipdocs.health import CODES, Ailment, _programs, find_ailments
from gipdocs.pdf import fonts
from gipdocs.pdf.converter import Health
from gipdocs.pdf.places import run_folder
from gipdocs.service import ZONE, Service
from gipdocs.settings import PROJECT

pytestmark = pytest.mark.converter


@pytest.fixture(autouse=True, scope="module")
def started(service: Service) -> None:
    """The converter has had the time to start."""
    assert not [ailment for ailment in find_ailments(service, patience=60) if ailment.stops]


def test_ready_needs_a_converter_that_converts(client: FlaskClient) -> None:
    response = client.get("/readyz")
    assert response.status_code == 200, response.text
    assert response.get_json()["status"] == "ok"
    assert not any(finding["stops"] for finding in response.get_json()["findings"])


def rows(heading: str) -> set[str]:
    """The first cells' words in the table of a section of the manual."""
    section = (PROJECT / "docs" / "operations.md").read_text(encoding="utf-8").partition(f"\n## {heading}\n")[2]
    cells = re.findall(r"^\| (`.+?) \|", section.partition("\n## ")[0], re.MULTILINE)
    return {word for cell in cells for word in re.findall(r"`(.+?)`", cell)}


def test_every_code_of_a_finding_is_explained_and_no_other() -> None:
    source = (PROJECT / "gipdocs" / "health.py").read_text(encoding="utf-8")
    used = set(re.findall(r'code="([a-z-]+)"|_unavailable\("([a-z-]+)"', source))
    assert {one or other for one, other in used} == CODES.keys() == rows("Health")


def test_every_metric_is_explained_and_no_other(client: FlaskClient) -> None:
    text = client.get("/metrics").text
    text += metrics_of(Health(ready=True, engine=ENGINE))
    families = {family.name + "_total" * (family.type == "counter") for family in text_string_to_metric_families(text)}
    assert families == rows("Metrics")
    assert not any(name.endswith("_mib") for name in families)


def test_metrics_tell_the_versions_and_the_last_day_of_the_calendar(client: FlaskClient, service: Service) -> None:
    text = client.get("/metrics").text
    [labels] = re.findall(r"^gipdocs_build_info\{(.*)\} 1.0$", text, re.MULTILINE)
    assert f'version="{__version__}"' in labels and f'profile="{service.profile.version}"' in labels
    [last] = re.findall(r"^gipdocs_calendar_last_day_timestamp_seconds (\S+)$", text, re.MULTILINE)
    assert datetime.fromtimestamp(float(last), ZONE).date() == service.law.calendar.ends_on


def test_ready_is_refused_with_the_cure_when_fonts_are_missing(client: FlaskClient, monkeypatch) -> None:  # type: ignore[no-untyped-def]
    monkeypatch.setattr("gipdocs.health.missing_fonts", lambda: ["FandolFang"])
    response = client.get("/readyz")
    assert response.status_code == 503 and int(response.headers["Retry-After"]) > 0
    [finding] = [one for one in response.get_json()["findings"] if one["stops"]]
    assert finding["code"] == "font-missing"
    assert "FandolFang" in finding["what"] and "make fonts" in finding["cure"]


def test_fonts_that_were_not_converted_are_told_and_stop_nothing(service: Service, monkeypatch, tmp_path) -> None:  # type: ignore[no-untyped-def]
    monkeypatch.setattr("gipdocs.health.converted_folder", lambda: tmp_path / "truetype")
    [found] = [ailment for ailment in find_ailments(service) if "TrueType" in ailment.what]
    assert (found.stops, found.cure) == (False, "运行make setup")


UNUSABLE = {"open to others": "open", "a file": "file", "below a file": "file/below"}


@pytest.mark.parametrize("name", UNUSABLE.values(), ids=UNUSABLE)
def test_a_run_folder_that_cannot_be_used_is_told_with_its_cure(
    service: Service, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, name: str
) -> None:
    (tmp_path / "open").mkdir(mode=0o755)
    (tmp_path / "file").touch()
    monkeypatch.setenv("GIPDOCS_RUN", str(tmp_path / name))
    app = create_app(service.settings)
    response = app.test_client().get("/readyz")
    assert response.status_code == 503
    [finding] = [one for one in response.get_json()["findings"] if one["stops"]]
    assert f"运行目录 {tmp_path / name}" in finding["what"] and "GIPDOCS_RUN" in finding["cure"]


def test_a_cache_that_cannot_be_written_costs_the_pdf_alone_and_is_told_with_its_cure(
    service: Service, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "file").touch()
    monkeypatch.setenv("GIPDOCS_CACHE", str(tmp_path / "file" / "below"))
    for known in (fonts.find_installed, fonts._is_drawn, fonts._find_chain):
        known.cache_clear()
    app = create_app(service.settings)
    client = app.test_client()
    sample = service.sample("reply-granted")
    refused = client.post("/api/v1/documents/reply-granted?format=pdf", json=sample)
    assert (refused.status_code, refused.content_type) == (503, "application/problem+json; charset=utf-8")
    assert "GIPDOCS_CACHE" in refused.get_json()["detail"] and int(refused.headers["Retry-After"])
    assert client.post("/api/v1/documents/reply-granted?format=docx", json=sample).status_code == 200
    response = client.get("/readyz")
    assert response.status_code == 503
    [finding] = [one for one in response.get_json()["findings"] if one["stops"]]
    assert "缓存目录" in finding["what"] and "GIPDOCS_CACHE" in finding["cure"]
    app.extensions["gipdocs"].close()


def test_what_broke_after_the_start_is_not_there_now_and_no_fault_of_whoever_asks(
    client: FlaskClient, service: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object, **__: object) -> None:
        raise TemplateError("layout.docx：打不开")

    monkeypatch.setattr("gipdocs.service.build", broken)
    response = client.post("/api/v1/documents/reply-granted", json=service.sample("reply-granted"))
    assert response.status_code == 503
    assert response.get_json()["detail"] == "layout.docx：打不开"


def test_a_relative_run_folder_is_that_of_the_folder_it_was_set_in(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("GIPDOCS_RUN", "run")
    assert run_folder() == tmp_path / "run"


def test_metrics_count_what_was_converted(client: FlaskClient, service: Service) -> None:
    sample = service.sample("reply-granted")

    def converted() -> float:
        text = client.get("/metrics").text
        return sum(float(number) for number in re.findall(r"gipdocs_converter_working_seconds_count (\S+)", text))

    before = converted()
    assert client.post("/api/v1/documents/reply-granted?format=pdf", json=sample).data.startswith(b"%PDF")
    deadline = time.monotonic() + 10  # the answer is cached for a moment
    while (now := converted()) <= before and time.monotonic() < deadline:
        time.sleep(0.2)
    assert now > before


def test_a_missing_program_is_named_with_the_document_that_needs_it(service: Service) -> None:
    entry = next(iter(service.registry.values()))
    needy = replace(entry, document=replace(entry.document, programs=("sh", "no-such-program")))
    found = _programs(replace(service, registry=Registry([needy])))
    assert [one.what for one in found] == [f"没有找到程序no-such-program，“{entry.document.title}”不能生成"]
    assert "make setup" in found[0].cure


NODE = {"name": "n1", "version": __version__, "libreoffice": "7.4", "capacity": 2}
GOOD = NODE | {"ready": True, "alike": True, "fonts_alike": True}
ENGINE = {"away": "", "queues": {"now": 3, "batch": 40}, "nodes": [GOOD], "libreoffice": "7.4"}
NODES = {
    "all is well": (GOOD, None),
    "another LibreOffice": (
        GOOD | {"alike": False, "libreoffice": "25.2"},
        ("node-differs", "LibreOffice是25.2，不是7.4"),
    ),
    "other fonts": (GOOD | {"alike": False, "fonts_alike": False}, ("node-differs", "字体与本机不同")),
    "not ready": (GOOD | {"ready": False}, ("node-unready", "现在不能转换")),
    "another version": (GOOD | {"version": "0.0.1"}, ("node-version", "0.0.1版")),
}


class Told:
    """A converter that is as it is told to be."""

    def __init__(self, health: Health) -> None:
        self._health = health

    def health(self) -> Health:
        return self._health

    def convert(self, docx: bytes, *, label: str) -> bytes:
        raise NotImplementedError

    def close(self) -> None:
        pass


def ailments_of(service: Service, health: Health) -> list[Ailment]:
    """What a service tells of its converter if that is so."""
    other = replace(service)
    vars(other)["converter"] = Told(health)
    return [one for one in find_ailments(other) if one.code.startswith(("engine-", "node-", "converter-"))]


@pytest.mark.parametrize(("node", "expected"), NODES.values(), ids=NODES)
def test_a_node_that_is_not_as_it_should_be_is_named_with_its_cure(
    service: Service, node: dict[str, Any], expected: tuple[str, str] | None
) -> None:
    found = ailments_of(service, Health(ready=True, engine=ENGINE | {"nodes": [GOOD, node]}))
    if expected is None:
        assert found == []
        return
    [ailment] = found
    assert (ailment.code, ailment.stops) == (expected[0], False)
    assert expected[1] in ailment.what and "n1" in ailment.what and ailment.cure


def test_an_engine_that_is_away_is_told_beside_the_own_libreoffice_that_converts(service: Service) -> None:
    away = ENGINE | {"away": "服务器没有应答：请检查网络", "nodes": []}
    [ailment] = ailments_of(service, Health(ready=True, engine=away))
    assert (ailment.code, ailment.what) == ("engine-away", "服务器没有应答，暂由本机转换")
    assert (ailment.cure, ailment.stops) == ("请检查网络", False)
    [ailment] = ailments_of(service, Health(ready=False, reason="服务器没有应答：请检查网络。", engine=away))
    assert (ailment.code, ailment.stops) == ("converter-unavailable", True)


def metrics_of(health: Health) -> str:
    """The metrics of a converter that is so."""
    registry = CollectorRegistry()
    registry.register(ConverterCollector(health))
    return generate_latest(registry).decode()


def test_metrics_count_nodes_and_queues() -> None:
    nodes = [GOOD, GOOD | {"ready": False}, GOOD | {"alike": False}]
    text = metrics_of(Health(ready=True, engine=ENGINE | {"nodes": nodes}))
    for line in (
        "gipdocs_engine_up 1.0",
        'gipdocs_engine_jobs_queued{queue="now"} 3.0',
        'gipdocs_engine_jobs_queued{queue="batch"} 40.0',
        'gipdocs_engine_nodes{state="ready"} 1.0',
        'gipdocs_engine_nodes{state="unready"} 1.0',
        'gipdocs_engine_nodes{state="refused"} 1.0',
    ):
        assert line in text.splitlines()
