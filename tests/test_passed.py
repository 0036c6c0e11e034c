"""A start leaves out the checks that the same files have passed today, and no others."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import date, timedelta
from io import BytesIO
from pathlib import Path

import pytest
from docx import Document as Docx
from flask import Flask
from jinja2 import DictLoader, TemplateSyntaxError

from gipdocs import service as services
from gipdocs.beginnings import make_files
from gipdocs.errors import PluginError, ProfileError
from gipdocs.passed import has_passed, make_state, note_passed
from gipdocs.service import Service, open_service
from gipdocs.settings import Settings
from gipdocs.web.held import hold_templates

DAY = date(2026, 12, 1)
STATE = make_state([b"all that is read"])


@dataclass
class Installation:
    """An installation with one document, and a count of how often it has been checked."""

    folder: Path
    settings: Settings = field(init=False)
    checks: int = 0

    def __post_init__(self) -> None:
        for path, content in make_files("loan-slip", self.folder).items():
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content)
        agency = shutil.copy(Settings.agency, self.folder)
        self.settings = Settings(agency=Path(agency), plugins=(self.folder / "plugins",))

    def start(self) -> Service:
        """The service of a new process, which has loaded no plugin yet."""
        for name, module in [*sys.modules.items()]:
            if (getattr(module, "__file__", None) or "").startswith(str(self.folder)):
                del sys.modules[name]
        return open_service(self.settings)


@pytest.fixture
def installed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Installation]:
    monkeypatch.setenv("GIPDOCS_CACHE", str(tmp_path / "cache"))
    monkeypatch.setattr(sys, "dont_write_bytecode", True)  # two edits within a second would share one
    installed = Installation(tmp_path / "ours")
    find_first_breach = services.find_first_breach

    def count(*asked: object) -> str | None:
        installed.checks += 1
        return find_first_breach(*asked)  # type: ignore[arg-type]

    monkeypatch.setattr(services, "find_first_breach", count)
    yield installed


def test_the_same_files_are_checked_once_a_day(installed: Installation) -> None:
    first, second = installed.start(), installed.start()
    assert installed.checks == 1
    sample = first.sample("loan-slip")
    assert first.build("loan-slip", sample).content == second.build("loan-slip", sample).content


def _without_name(file: Path) -> None:
    file.write_text(file.read_text(encoding="utf-8").replace("{{ content }}", "{{ contents }}"), encoding="utf-8")


def _without_end(file: Path) -> None:
    docx, out = Docx(file), BytesIO()
    docx.paragraphs[0].text = "{% if title %}"
    docx.save(out)
    file.write_bytes(out.getvalue())


def _without_example(file: Path) -> None:
    file.write_text(file.read_text(encoding="utf-8").replace('example="王小明", ', ""), encoding="utf-8")


def _without_office(file: Path) -> None:
    file.write_text(file.read_text(encoding="utf-8").replace("[agency]", "[agencies]"), encoding="utf-8")


@pytest.mark.parametrize(
    ("file", "spoil", "error", "told"),
    [
        ("doc_templates/wording/loan-slip.txt", _without_name, PluginError, "没有给出的名称：contents"),
        ("doc_templates/loan-slip.docx", _without_end, PluginError, "loan-slip.docx正文"),
        ("doc_templates/loan-slip.docx", Path.unlink, PluginError, "找不到版式文件"),
        ("plugins/loan_slip.py", _without_example, PluginError, "填写项没有example"),
        ("agency.toml", _without_office, ProfileError, "agencies"),
    ],
)
def test_a_changed_file_is_checked_again_at_every_start(
    installed: Installation, file: str, spoil: Callable[[Path], None], error: type[Exception], told: str
) -> None:
    installed.start()
    whole = (installed.folder / file).read_bytes()
    spoil(installed.folder / file)
    messages = []
    for _ in range(2):
        with pytest.raises(error, match=told) as refused:
            installed.start()
        messages.append(str(refused.value))
    assert messages[0] == messages[1]
    (installed.folder / file).write_bytes(whole)
    checked = installed.checks
    installed.start()
    assert installed.checks == checked


def test_files_that_change_after_a_start_without_checks_change_no_document(installed: Installation) -> None:
    installed.start()
    running = installed.start()
    shutil.rmtree(installed.folder / "doc_templates")
    assert running.build("loan-slip", running.sample("loan-slip")).content
    assert installed.checks == 1


def test_a_program_that_has_been_installed_since_is_a_reason_to_check(
    installed: Installation, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    plugin = installed.folder / "plugins" / "loan_slip.py"
    text = plugin.read_text(encoding="utf-8").replace("title=TITLE,\n", 'title=TITLE,\n    programs=("slipper",),\n')
    plugin.write_text(text.replace('example="王小明", ', ""), encoding="utf-8")
    installed.start()
    program = tmp_path / "slipper"
    program.write_text("#!/bin/sh\n")
    program.chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path), prepend=os.pathsep)
    with pytest.raises(PluginError, match="填写项没有example"):
        installed.start()


def test_without_a_writable_folder_every_start_checks(
    installed: Installation, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "file").touch()
    monkeypatch.setenv("GIPDOCS_CACHE", str(tmp_path / "file" / "below"))
    installed.start()
    installed.start()
    assert installed.checks == 2


def test_two_threads_compile_a_document_that_was_only_read(installed: Installation) -> None:
    installed.start()
    running = installed.start()
    sample, day = running.sample("loan-slip"), running.office().today
    with ThreadPoolExecutor(2) as threads:
        made = threads.map(lambda _: running.build("loan-slip", sample, today=day).content, range(8))
    assert len({*made}) == 1


@pytest.fixture
def stamp(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("GIPDOCS_CACHE", str(tmp_path))
    note_passed(STATE, DAY)
    assert has_passed(STATE, DAY)
    (file,) = tmp_path.iterdir()
    return file


def test_a_stamp_counts_for_its_day_and_goes_with_the_next(stamp: Path) -> None:
    tomorrow = DAY + timedelta(days=1)
    assert not has_passed(STATE, tomorrow)
    note_passed(STATE, tomorrow)
    assert has_passed(STATE, tomorrow) and not stamp.exists()


def _spoil(stamp: Path) -> None:
    stamp.write_text(STATE[:-1] + "?")


def _cut(stamp: Path) -> None:
    stamp.write_text("")


def _open_to_all(stamp: Path) -> None:
    stamp.chmod(0o666)


def _link(stamp: Path) -> None:
    stamp.symlink_to(stamp.rename(stamp.with_name("elsewhere")))


@pytest.mark.parametrize("change", [_spoil, _cut, _open_to_all, _link])
def test_a_stamp_that_may_not_be_ours_is_ignored_and_replaced(stamp: Path, change: Callable[[Path], None]) -> None:
    change(stamp)
    assert not has_passed(STATE, DAY)
    note_passed(STATE, DAY)
    assert has_passed(STATE, DAY)


def test_the_stamp_of_somebody_else_is_ignored(stamp: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "getuid", lambda: stamp.stat().st_uid + 1)
    assert not has_passed(STATE, DAY)


def test_pages_are_compiled_at_the_first_start_of_the_day(tmp_path: Path) -> None:
    code = "from gipdocs.app import create_app; print(len(create_app().jinja_env.cache))"
    environment = os.environ | {"GIPDOCS_CACHE": str(tmp_path), "GIPDOCS_DATABASE": "none"}
    run = [sys.executable, "-c", code]
    compiled = [int(subprocess.run(run, check=True, env=environment, capture_output=True).stdout) for _ in range(2)]
    assert compiled[0] > 50 and compiled[1] == 0


def test_a_broken_page_stops_every_start(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GIPDOCS_CACHE", str(tmp_path))

    def app(page: str) -> Flask:
        made = Flask("pages")
        made.jinja_env.loader = DictLoader({"web/page.html": page})
        return made

    hold_templates(app("{% if office %}{{ office }}{% endif %}"))
    for _ in range(2):
        with pytest.raises(TemplateSyntaxError):
            hold_templates(app("{% if office %}{{ office }}"))
    held = app("{% if office %}{{ office }}{% endif %}")
    hold_templates(held)
    assert held.jinja_env.get_template("web/page.html").render(office="某局") == "某局"
