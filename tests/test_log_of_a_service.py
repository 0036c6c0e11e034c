"""What a running service logs and counts: every request once, over all its processes, and nothing that was typed."""

from __future__ import annotations

import json
import re
import time
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from http.client import HTTPConnection
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlencode

import pytest
from prometheus_client.parser import text_string_to_metric_families

from gipdocs.errors import InvalidInput
from gipdocs.service import Service
from tests.test_serving import Server, ended
from tests.web.browser import Form

pytestmark = pytest.mark.alone

NAME, WORD = "鸢尾玖", "Qxvcanary"
MARK = NAME + WORD
HIDDEN = {
    "plain": NAME.encode(),
    "latin": WORD.encode(),
    "utf-16": NAME.encode("utf-16-le"),
    "escaped": json.dumps(NAME).strip('"').encode(),
    "quoted": quote(NAME).encode(),
    "latin-1": NAME.encode().decode("latin-1").encode(),
}
DOCUMENTS = ("receipt", "application-form", "reply-granted", "third-party-consultation", "annual-report")
PATIENCE_SECONDS = 60.0


@dataclass
class Watched:
    """A service whose conversions fail, what it logged, and everything that it left on the disk outside its database."""

    server: Server
    folder: Path
    metrics: str = ""
    log: str = ""

    def send(self, method: str, path: str, body: bytes | None = None, **headers: str) -> tuple[int, bytes, str]:
        """Status, body and cookie of an answer; the request carries the mark wherever a request can."""
        connection = HTTPConnection("127.0.0.1", self.server.port, timeout=PATIENCE_SECONDS)
        given = {"User-Agent": WORD, "Referer": f"http://localhost/{WORD}", "X-Request-ID": quote(NAME)}
        try:
            connection.request(
                method, path, body, given | {key.replace("_", "-"): value for key, value in headers.items()}
            )
            answer = connection.getresponse()
            return answer.status, answer.read(), answer.headers.get("Set-Cookie", "").partition(";")[0]
        finally:
            connection.close()

    def lines(self) -> list[str]:
        return self.server.requests.read_text(encoding="utf-8").splitlines()

    def left(self) -> Iterator[bytes]:
        """The files in the run folder and in the folder for temporary files."""
        for folder in (self.server.run, self.folder / "tmp"):
            yield from (path.read_bytes() for path in folder.rglob("*") if path.is_file())


def put_everywhere(value: Any) -> Any:
    """Plain data with the mark for every text."""
    if isinstance(value, dict):
        return {key: put_everywhere(one) for key, one in value.items()}
    if isinstance(value, list):
        return [put_everywhere(one) for one in value]
    return MARK if isinstance(value, str) else value


def put_where_it_fits(service: Service, id: str) -> dict[str, Any]:
    """The sample with the mark in every text at its top that may be any text."""
    marked = dict(service.sample(id))
    for key, value in list(marked.items()):
        if isinstance(value, str):
            try:
                service.check(id, marked | {key: MARK})
            except InvalidInput:
                continue
            marked[key] = MARK
    return marked


def send_everything(watched: Watched, service: Service) -> None:
    """Documents by API and by form, cases, searches, wrong addresses and what is not HTTP, all with the mark."""
    kind = {"Content_Type": "application/json"}
    for id in DOCUMENTS:
        for payload in (put_where_it_fits(service, id), put_everywhere(service.sample(id)), {MARK: MARK}):
            body = json.dumps(payload, ensure_ascii=False).encode()
            for part in ("?format=docx", "?format=pdf", f"/check?name={quote(MARK)}"):
                watched.send("POST", f"/api/v1/documents/{id}{part}", body, **kind)
        _, html, cookie = watched.send("GET", f"/desk/documents/{id}")
        form = Form(html.decode())
        texts = {name for name, type in form.types.items() if type in ("text", "textarea") and name}
        kept = [(name, value) for name, value in form.pairs if name not in texts]
        for do in ("check", "docx", "pdf", "preview"):
            sent = urlencode([*kept, *((name, MARK) for name in sorted(texts)), (".do", do)]).encode()
            path = f"/desk/documents/{id}" + ("/preview" if do == "preview" else "")
            watched.send("POST", path, sent, Content_Type="application/x-www-form-urlencoded", Cookie=cookie)
    application = put_where_it_fits(service, "application-form")
    case = {"application": application, "channel": "online", "received": "2026-03-02", "confirmed": "2026-03-03"}
    for arrival in (case, case | {"channel": MARK}):
        watched.send("POST", "/api/v1/cases", json.dumps(arrival).encode(), **kind)
    watched.send("GET", "/desk/cases/2026-0001")
    for path in (
        "/desk/cases?q=",
        "/desk/search?q=",
        "/",
        "/desk/cases/",
        "/api/v1/documents/",
        "/api/v1/",
        "/documents/",
    ):
        watched.send("GET", path + quote(MARK))
    watched.send(WORD.upper(), "/healthz")
    watched.send("POST", "/api/v1/documents/receipt", b'{"a": "' + MARK.encode(), **kind)
    watched.send("GET", "/healthz", Host=f"{WORD}.example")
    watched.send("GET", "/healthz", Transfer_Encoding=WORD)
    watched.send("GET", "/healthz", Expect=WORD)


@pytest.fixture(scope="module", params=["text", "json"])
def watched(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory, service: Service
) -> Iterator[Watched]:
    """A service that was sent everything, asked for its metrics, and ended."""
    folder = tmp_path_factory.mktemp(request.param)
    for name in ("store", "tmp"):
        (folder / name).mkdir()
    environment = {
        "GIPDOCS_LOG": request.param,
        "PATH": str(folder / "nothing"),  # no LibreOffice: every conversion fails
        "GIPDOCS_DATABASE": f"sqlite:///{folder / 'store' / 'gipdocs.db'}",
        "TMPDIR": str(folder / "tmp"),
    }
    with ended(Server(folder, **environment)) as server:
        assert server.ask("GET", "/")[0] == 200
        watched = Watched(server, folder)
        send_everything(watched, service)
        deadline = time.monotonic() + PATIENCE_SECONDS
        while not any(" 417 " in line or '"status": 417' in line for line in watched.lines()):
            assert time.monotonic() < deadline  # the last answer was counted before it was logged
        while len({re.search(r'pid"?[=:] ?(\d+)', line)[1] for line in watched.lines()}) < 2:  # type: ignore[index]
            assert time.monotonic() < deadline and server.ask("GET", "/healthz")[0] == 200
        watched.metrics = server.ask("GET", "/metrics")[1].decode()
        watched.log = server.end()
        yield watched


@pytest.mark.parametrize("form", HIDDEN)
def test_nothing_that_was_typed_is_logged_counted_or_left_lying(watched: Watched, form: str) -> None:
    mark = HIDDEN[form]
    assert [line for line in watched.lines() if mark in line.encode()] == []
    assert mark not in watched.log.encode() and mark not in watched.metrics.encode()
    assert not any(mark in left for left in watched.left())


def test_what_was_sent_was_taken_and_refused_in_every_way(watched: Watched) -> None:
    statuses = {status for _, _, status in map(read, watched.lines())}
    assert statuses >= {200, 201, 400, 404, 405, 422, 501, 503}
    assert not statuses & {500, 502, 504}


def test_no_line_has_the_number_of_a_case_or_the_address_of_a_client(watched: Watched) -> None:
    told = "\n".join(watched.lines()) + watched.metrics
    assert "2026-0001" not in told and "127.0.0.1" not in told
    assert "/desk/cases/<number:number>" in told and "Traceback" not in watched.log


def test_a_conversion_that_fails_is_logged_with_its_document_and_reason_and_counted(watched: Watched) -> None:
    lines = [line for line in watched.log.splitlines() if "is not converted" in line and "request_id" in line]
    assert any("document receipt is not converted: unavailable" in line for line in lines)
    failed = re.search(
        r'^gipdocs_conversions_failed_total\{reason="unavailable"\} (\d+)', watched.metrics, re.MULTILINE
    )
    assert failed and int(failed[1]) == len(lines) > 1


def test_the_processes_metrics_add_up_to_what_they_logged(watched: Watched) -> None:
    logged = Counter(read(line) for line in watched.lines()[:-1])  # the last is the request for the metrics
    counted = {
        (sample.labels["method"], sample.labels["route"], int(sample.labels["status"])): sample.value
        for family in text_string_to_metric_families(watched.metrics)
        for sample in family.samples
        if sample.name == "gipdocs_http_requests_total"
    }
    assert counted == logged


def read(line: str) -> tuple[str, str, int]:
    """Method, route and status of a line of either form."""
    if line.startswith("{"):
        found: Mapping[str, Any] = json.loads(line)
        return found["method"], found["route"], found["status"]
    method, route, status = re.sub(r"^\[.*?\] ", "", line).split()[:3]
    return method, route, int(status)


def test_as_json_every_line_is_one_object(watched: Watched) -> None:
    lines = [*watched.lines(), *watched.log.splitlines()]
    if lines[0].startswith("{"):
        assert all({"time", "level", "pid", "event"} <= json.loads(line).keys() for line in lines)
    else:
        assert all(line.startswith("[") for line in watched.lines())
