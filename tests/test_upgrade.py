"""A running service is one version of everything until it is told to take the next, and it loses no answer then."""

from __future__ import annotations

import json
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import closing, suppress
from dataclasses import dataclass
from http.client import HTTPConnection
from http.cookiejar import CookieJar
from pathlib import Path
from typing import Any
from urllib.parse import urlencode
from urllib.request import HTTPCookieProcessor, build_opener

import pytest
from gunicorn.arbiter import Arbiter
from sqlalchemy import select

from gipdocs.settings import PROJECT
from gipdocs.store.engine import Store, open_store
from gipdocs.store.tables import CaseRow
from tests.documents.makers import layout, wording
from tests.pdf import samples
from tests.pdf.processes import end_pools
from tests.store.samples import add_case
from tests.web.browser import Form

pytestmark = pytest.mark.alone

PATIENCE_SECONDS = 120.0
PLUGIN = """
import time
from gipdocs.documents.document import Document
from gipdocs.questions import Questions, Text

class Asked(Questions):
    name = Text("名称", example="甲", required=True)

def context(answers, office):
    time.sleep(6 if answers["name"] == "慢" else 0)
    return {"name": answers["name"], "code": "code-EDITION"}

ONE = Document(
    id="edition", title="版次", group="其他", schema=Asked, template="edition.docx", wording="edition.txt", context=context
)
"""
LAYOUT = (
    "layout-{}",
    "{{{{ name }}}}",
    "{{{{ code }}}}",
    "{{%p for p in paragraphs %}}",
    "{{{{ p.text }}}}",
    "{{%p endfor %}}",
)
KIND = {"Content-Type": "application/json"}


class Installation:
    """A copy of the program with one document of its own, every part of which says of which edition it is."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        shutil.copytree(PROJECT / "gipdocs", folder / "gipdocs", ignore=shutil.ignore_patterns("__pycache__"))
        for name in ("agency.toml", "wsgi.py", "gunicorn.conf.py"):
            shutil.copy(PROJECT / name, folder)
        (folder / "plugins").mkdir()
        self.page = folder / "gipdocs" / "web" / "templates" / "web" / "base.html"
        self.style = folder / "gipdocs" / "web" / "static" / "gipdocs.css"
        self.plugin = folder / "plugins" / "edition.py"
        self.layout = folder / "doc_templates" / "edition.docx"
        self.wording = folder / "doc_templates" / "wording" / "edition.txt"
        self._page, self._style = self.page.read_text(encoding="utf-8"), self.style.read_text(encoding="utf-8")
        self.run = folder / "run"
        self.run.mkdir(mode=0o700)
        self.environment = {**os.environ, "PYTHONPATH": str(folder), "GIPDOCS_RUN": str(self.run)}
        self.publish(1)

    def publish(self, edition: int) -> None:
        """Put that edition on the disk, each file whole or half as it comes."""
        layout(self.layout.parent, *(line.format(edition) for line in LAYOUT), name=self.layout.name)
        wording(self.wording.parent, f"wording-{edition}\n", self.wording.name)
        self.plugin.write_text(PLUGIN.replace("EDITION", str(edition)), encoding="utf-8")
        self.page.write_text(self._page.replace("</body>", f"page-{edition}</body>"), encoding="utf-8")
        self.style.write_text(self._style + f"/* style-{edition} */", encoding="utf-8")

    def spoil(self) -> None:
        """Put all that can happen to files on the disk, one after the other."""
        whole = self.layout.read_bytes()
        for spoilt in (whole[: len(whole) // 2], b"", whole[:-30], whole.replace(b"PK", b"KP")):
            self.layout.write_bytes(spoilt)
            time.sleep(0.1)
        self.layout.unlink()
        for text in ("{{ unknown }}\n", "{{ broken\n", "", "wording-0\n{% if no %}\n"):
            self.wording.write_text(text, encoding="utf-8")
            time.sleep(0.1)
        self.wording.write_bytes("半个字".encode()[:-1])
        self.page.write_text("{% broken", encoding="utf-8")
        self.style.unlink()
        time.sleep(0.1)
        self.wording.unlink()
        self.plugin.write_text("def broken(:\n", encoding="utf-8")
        time.sleep(0.3)

    def gipdocs(self, *arguments: str) -> list[str]:
        """The command line of this copy."""
        return [sys.executable, "-P", "-m", "gipdocs.cli", *arguments]

    def call(self, port: int) -> subprocess.CompletedProcess[str]:
        """`gipdocs reload`."""
        return subprocess.run(
            self.gipdocs("reload", "--port", str(port)),
            env=self.environment,
            capture_output=True,
            text=True,
            timeout=PATIENCE_SECONDS,
            check=False,
        )


class Service:
    """The service of an installation on a free port."""

    def __init__(self, installation: Installation, *, by_gunicorn: bool = False) -> None:
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        gunicorn = [sys.executable, "-m", "gunicorn", "-b", f"127.0.0.1:{self.port}"]
        self._log = (installation.folder / "log").open("w")
        self.process = subprocess.Popen(
            gunicorn if by_gunicorn else installation.gipdocs("serve", "--port", str(self.port)),
            cwd=installation.folder,
            env=installation.environment,
            stdout=self._log,
            stderr=self._log,
            start_new_session=True,
        )
        deadline = time.monotonic() + PATIENCE_SECONDS
        while "the service is running" not in self.log():
            assert time.monotonic() < deadline and self.process.poll() is None, self.log()
            time.sleep(0.1)

    def ask(self, method: str, path: str, body: bytes | None = None) -> tuple[int, str]:
        """Status and text of an answer, on a connection of its own; without a second try."""
        connection = HTTPConnection("127.0.0.1", self.port, timeout=PATIENCE_SECONDS)
        try:
            connection.request(method, path, body, KIND if body else {})
            answer = connection.getresponse()
            return answer.status, answer.read().decode(errors="replace")
        finally:
            connection.close()

    def document(self, name: str = "甲", format: str = "html") -> tuple[int, str]:
        """The document of the installation."""
        body = json.dumps({"name": name}).encode()
        return self.ask("POST", f"/api/v1/documents/edition?format={format}", body)

    def log(self) -> str:
        """What it has written."""
        return Path(self._log.name).read_text(encoding="utf-8")

    def end(self) -> None:
        """Kill it if it still runs."""
        with suppress(ProcessLookupError):
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()
        self._log.close()


@pytest.fixture
def installation(tmp_path: Path) -> Iterator[Installation]:
    folder = tmp_path / "gipdocs"
    folder.mkdir()
    installation = Installation(folder)
    yield installation
    end_pools(installation.run)


@pytest.fixture
def started(installation: Installation) -> Iterator[Callable[..., Service]]:
    services: list[Service] = []

    def start(**how: Any) -> Service:
        services.append(Service(installation, **how))
        return services[-1]

    yield start
    for service in services:
        service.end()


@dataclass
class Answer:
    """One answer: when it was asked for and had, and the editions that it shows."""

    asked: float
    had: float
    status: int
    shown: frozenset[str]


class Clients:
    """Some that ask without a pause until they are told to stop; what nobody answers stops them too."""

    def __init__(self, service: Service, number: int = 3) -> None:
        self.answers: list[Answer] = []
        self.unanswered: list[Exception] = []
        self._stopped = threading.Event()
        asked = (
            service.document,
            lambda: service.ask("GET", "/"),
            lambda: service.ask("GET", "/web/static/gipdocs.css"),
        )
        self._threads = [threading.Thread(target=self._ask, args=(asked[i % len(asked)],)) for i in range(number)]
        for thread in self._threads:
            thread.start()

    def _ask(self, ask: Callable[[], tuple[int, str]]) -> None:
        while not self._stopped.is_set():
            begun = time.monotonic()
            try:
                status, text = ask()
            except Exception as error:
                self.unanswered.append(error)
                return
            shown = frozenset(re.findall(r"(?:layout|code|wording|page|style)-(\d)", text))
            self.answers.append(Answer(begun, time.monotonic(), status, shown))

    def stop(self) -> None:
        """Let each have its last answer."""
        self._stopped.set()
        for thread in self._threads:
            thread.join()


def test_a_program_that_cannot_be_loaded_ends_and_says_why(installation: Installation) -> None:
    (installation.folder / "gipdocs" / "batch" / "late.py").write_text("import left_out", encoding="utf-8")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    ran = subprocess.run(
        installation.gipdocs("serve", "--port", str(port)),
        cwd=installation.folder,
        env=installation.environment,
        capture_output=True,
        text=True,
        timeout=PATIENCE_SECONDS,
        check=False,
    )
    assert ran.returncode == Arbiter.WORKER_BOOT_ERROR
    assert "No module named 'left_out'" in ran.stderr and "late.py:1" in ran.stderr


def test_an_upgrade_in_place_under_load_costs_no_answer_and_mixes_none(
    installation: Installation, started: Callable[..., Service]
) -> None:
    service = started()
    assert sorted(re.findall(r"(layout|code|wording)-1", service.document()[1])) == ["code", "layout", "wording"]
    clients = Clients(service)
    try:
        installation.spoil()
        refused = installation.call(service.port)
        installation.publish(2)
        time.sleep(0.5)
        slow: list[tuple[int, str]] = []
        patient = threading.Thread(target=lambda: slow.append(service.document("慢")))
        patient.start()
        begun = time.monotonic()
        taken = installation.call(service.port)
        done = time.monotonic()
        time.sleep(1)
        patient.join()
    finally:
        clients.stop()
    assert refused.returncode == 1 and "edition.py" in refused.stderr and "第1行" in refused.stderr
    assert taken.returncode == 0, taken.stderr
    assert clients.unanswered == []
    assert {answer.status for answer in clients.answers} == {200}
    assert {answer.shown for answer in clients.answers} == {frozenset("1"), frozenset("2")}
    assert all(answer.shown == {"1"} for answer in clients.answers if answer.had < begun)
    assert all(answer.shown == {"2"} for answer in clients.answers if answer.asked > done)
    assert slow[0][0] == 200 and "code-1" in slow[0][1]
    counts = re.findall(r"^gipdocs_http_requests_total\S* (\S+)$", service.ask("GET", "/metrics")[1], re.MULTILINE)
    assert sum(map(float, counts)) > len(clients.answers)  # both versions' are counted
    service.process.send_signal(signal.SIGTERM)
    assert service.process.wait(PATIENCE_SECONDS) == 0 and not list(installation.run.glob("service-*"))


@pytest.mark.parametrize("by_gunicorn", [False, True], ids=["gipdocs serve", "gunicorn"])
def test_files_that_change_again_while_the_new_version_takes_over_cost_no_answer(
    installation: Installation, started: Callable[..., Service], by_gunicorn: bool
) -> None:
    service, once = started(by_gunicorn=by_gunicorn), installation.folder / "loaded-once"
    installation.publish(2)
    source = installation.plugin.read_text(encoding="utf-8")
    again = f"import pathlib\nfile = pathlib.Path({str(once)!r})\nif file.exists():\n    1 / 0\nfile.touch()\n"
    installation.plugin.write_text(source + again, encoding="utf-8")
    refused = installation.call(service.port)
    assert refused.returncode == 1 and "ZeroDivisionError" in refused.stderr
    assert "code-1" in service.document()[1]
    installation.plugin.write_text(source, encoding="utf-8")
    assert installation.call(service.port).returncode == 0
    assert "code-2" in service.document()[1]
    installation.publish(3)
    deadline = time.monotonic() + PATIENCE_SECONDS
    while "code-3" not in service.document()[1]:
        service.process.send_signal(signal.SIGHUP)  # an impatient operator's, too
        assert time.monotonic() < deadline, service.log()
        time.sleep(0.05)
    assert service.process.poll() is None


def test_a_service_that_has_refused_a_version_goes_on_whole(
    installation: Installation, started: Callable[..., Service]
) -> None:
    service = started()
    installation.spoil()
    assert installation.call(service.port).returncode == 1
    children = Path(f"/proc/{service.process.pid}/task/{service.process.pid}/children")
    killed = [int(pid) for pid in children.read_text().split()]
    for pid in killed:
        os.kill(pid, signal.SIGKILL)
    assert len(killed) >= 2 and "code-1" in service.document()[1]


def test_a_version_that_is_refused_leaves_the_cases_as_they_are(
    installation: Installation, started: Callable[..., Service]
) -> None:
    url = f"sqlite:///{installation.folder / 'gipdocs.db'}"
    installation.environment["GIPDOCS_DATABASE"] = url
    service, door = started(), installation.folder / "wsgi.py"
    whole = door.read_text(encoding="utf-8")
    with closing(open_store(url)) as store:
        with store.writing() as session:
            add_case(session)
        door.write_text(whole + "raise SystemExit('not this one')\n", encoding="utf-8")
        assert installation.call(service.port).returncode != 0
        assert settled(store) == [False]
        door.write_text(whole, encoding="utf-8")
        assert installation.call(service.port).returncode == 0, service.log()
        assert settled(store) == [True]


def settled(store: Store) -> list[bool]:
    """Of each case, whether it follows the law of some version."""
    with store.reading() as session:
        return [one is not None for one in session.scalars(select(CaseRow.law_versions))]


def test_a_call_where_no_service_runs_says_so(installation: Installation) -> None:
    ran = installation.call(9)
    assert ran.returncode == 3 and "没有找到在9端口运行的服务" in ran.stderr


READER = """
import sys
import wsgi
app, opened = wsgi.application, []
sys.addaudithook(lambda event, data: event == "open" and opened.append(str(data[0])))
client, service = app.test_client(), app.extensions["gipdocs"]
for rule in app.url_map.iter_rules():
    if "GET" in rule.methods and rule.arguments <= {"id"}:
        client.get(rule.rule.replace("<id>", "edition"))
for folder, url in (("web", "gipdocs.css"), ("api", "docs.js")):
    assert client.get(f"/{folder}/static/{url}").status_code == 200
for format in ("docx", "html", "pdf"):
    service.build("edition", service.sample("edition"), format)
service.close()
print(*(path for path in opened if path.startswith(sys.argv[1])))
"""


def test_nothing_of_the_program_is_read_after_its_start(installation: Installation) -> None:
    ran = subprocess.run(
        [sys.executable, "-P", "-c", READER, str(installation.folder)],
        env={**installation.environment, "GIPDOCS_RUN": str(installation.run)},
        capture_output=True,
        text=True,
        check=True,
    )
    read = [path for path in ran.stdout.split() if not path.startswith(str(installation.run))]
    ours = {"agency.toml"}  # the office's own file, which its page shows as it is now
    assert [path for path in read if Path(path).name not in ours] == []


CONVERTER = """
import os, signal, sys
from pathlib import Path
import gipdocs
from gipdocs.pdf.pool.client import PoolClient
from gipdocs.pdf.options import Options
docx, pool = Path(sys.argv[1]).read_bytes(), PoolClient(Options(workers=1, spares=0))
before = pool.send(docx, "样本").pdf
for path in Path(gipdocs.__file__).parent.glob("pdf/**/*.py"):
    path.write_text("1 / 0", encoding="utf-8")
os.kill(pool.state()["pid"], signal.SIGKILL)
after = pool.send(docx, "样本").pdf
pool.close()
print(before[:5] == after[:5] == b"%PDF-", os.listdir(os.environ["GIPDOCS_RUN"]))
"""


def test_a_converter_that_starts_anew_runs_the_code_of_the_service_that_needs_it(installation: Installation) -> None:
    docx = installation.folder / "letter.docx"
    docx.write_bytes(samples.letter("甲乙丙"))
    ran = subprocess.run(
        [sys.executable, "-P", "-c", CONVERTER, str(docx)],
        env=installation.environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert ran.stdout.startswith("True"), ran.stderr
    assert "code-" not in ran.stdout


def test_a_profile_saved_at_the_desk_is_used_by_the_running_service(
    installation: Installation, started: Callable[..., Service]
) -> None:
    service = started()
    desk = build_opener(HTTPCookieProcessor(CookieJar()))
    address = f"http://127.0.0.1:{service.port}/desk/profile"

    def read(url: str, data: bytes | None = None) -> str:
        with desk.open(url, data, timeout=PATIENCE_SECONDS) as answer:
            return str(answer.read().decode())

    form = Form(read(address))
    pairs = [(name, value) for name, value in form.pairs if name != "agency-name"]
    told = read(address, urlencode([*pairs, ("agency-name", "云岭县水务局"), (".do", "save")]).encode())
    assert "服务正在换用新的概况" in told
    deadline = time.monotonic() + PATIENCE_SECONDS
    while "云岭县水务局" not in service.ask("GET", "/")[1]:
        assert time.monotonic() < deadline, service.log()
        time.sleep(0.5)
    assert all("云岭县水务局" in service.ask("GET", "/")[1] for _ in range(10))
    assert "各种文书已经使用新的内容" in read(f"{address}/wait?done=saved")
    assert "示例机关的概况" not in service.ask("GET", "/desk/")[1]
