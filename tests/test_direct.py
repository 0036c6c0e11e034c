"""The typesetter draws proved layouts within bounds, here or in processes that outlive nobody."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from pathlib import Path

import pytest

from gipdocs.direct import MOST_CHARACTERS, MOST_PARAGRAPHS, Direct, DirectProcesses, read_layout, read_proved
from gipdocs.documents.build import origin
from gipdocs.drawing.placed import Unsupported
from gipdocs.errors import locate
from gipdocs.pdf.admission.admit import admit
from gipdocs.service import Service
from tests.pdf.processes import alive, wait_for
from tests.standing_in import PROVED, admitted, be_killed, fail, fail_in_a_library, name_process

PROJECT = Path(__file__).resolve().parents[1]
DRAWING = """
from tests.standing_in import PROVED, admitted, draw_for_long, name_process
from gipdocs.direct import DirectProcesses
print(DirectProcesses(name_process, PROVED, processes=1).draw(admitted()).decode(), flush=True)
DirectProcesses(draw_for_long, PROVED, processes=1).draw(admitted())
"""


@pytest.mark.parametrize(
    ("made_from", "layout"),
    [
        ("document d; template letter.docx 0123456789ab; profile p", ("letter.docx", "0123456789ab")),
        ("template two words.docx 0123456789ab", ("two words.docx", "0123456789ab")),
        ("document template letter.docx 0123456789ab", None),
        ("template letter.docx 0123456789abcdef", None),
        ("", None),
    ],
)
def test_a_layout_is_known_by_name_and_version(made_from: str, layout: tuple[str, str] | None) -> None:
    assert read_layout(made_from) == layout
    assert Direct(name_process, PROVED).knows(made_from) is (layout in PROVED)


def test_the_layout_of_every_document_can_be_read_from_its_file(service: Service) -> None:
    for id in ("reply-granted", "application-form"):
        made = service.build(id, service.sample(id))
        entry = service.registry[id]
        found = read_layout(admit(made.content).made_from)
        assert found in {(template.path.name, template.version) for template in entry.templates}
        assert found and " ".join(found) in origin(entry, service.office())["template"]


def test_the_record_of_proved_layouts_names_files_and_versions(tmp_path: Path) -> None:
    record = tmp_path / "proved.toml"
    record.write_text('[[layouts]]\nfile = "letter.docx"\nversion = "0123456789ab"\n')
    assert read_proved(record) == PROVED
    record.with_name("none.toml").write_text("")
    assert read_proved(record.with_name("none.toml")) == frozenset()


@pytest.mark.parametrize(
    "large",
    [admitted(text="甲" * (MOST_CHARACTERS + 1)), admitted(b"<w:p><w:p w:x='1'>" * (MOST_PARAGRAPHS // 2 + 1))],
    ids=["characters", "paragraphs"],
)
def test_a_document_that_would_keep_others_waiting_is_left_to_libreoffice(large: object) -> None:
    with pytest.raises(Unsupported):
        Direct(name_process, PROVED).draw(large)  # type: ignore[arg-type]  # the parameters of a test have no type
    assert Direct(name_process, PROVED).draw(admitted(text="甲" * MOST_CHARACTERS))


@pytest.fixture
def processes() -> Iterator[Callable[..., DirectProcesses]]:
    """Makes typesetters in two processes each, which end with the test."""
    made: list[DirectProcesses] = []

    def make(draw: Callable[..., bytes]) -> DirectProcesses:
        made.append(DirectProcesses(draw, PROVED, processes=2))
        return made[-1]

    yield make
    for one in made:
        one.close()


def test_other_processes_draw_beside_this_one(processes: Callable[..., DirectProcesses]) -> None:
    typesetter = processes(name_process)
    with ThreadPoolExecutor(4) as threads:
        found = set(threads.map(lambda _: int(typesetter.draw(admitted())), range(20)))
    assert os.getpid() not in found and len(found) <= 2
    typesetter.close()
    wait_for(lambda: not any(map(alive, found)))


def test_an_error_in_another_process_has_the_place_where_it_was_raised(
    processes: Callable[..., DirectProcesses],
) -> None:
    with pytest.raises(Unsupported) as raised:
        processes(fail).draw(admitted())
    assert "tests/standing_in.py:" in locate(raised.value)


def test_so_has_one_that_cannot_be_sent_from_there(processes: Callable[..., DirectProcesses]) -> None:
    with pytest.raises(RuntimeError, match="XMLSyntaxError") as raised:
        processes(fail_in_a_library).draw(admitted())
    assert "parser" in locate(raised.value)


def test_a_killed_process_costs_one_document(processes: Callable[..., DirectProcesses]) -> None:
    typesetter = processes(be_killed)
    with pytest.raises(BrokenProcessPool) as killed:
        typesetter.draw(admitted())
    assert "gipdocs/direct.py:" in locate(killed.value)
    typesetter._draw = name_process
    assert int(typesetter.draw(admitted())) != os.getpid()


def test_the_processes_end_with_a_killed_one_that_started_them() -> None:
    command = [sys.executable, "-c", DRAWING]
    with subprocess.Popen(command, cwd=PROJECT, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL) as parent:
        assert parent.stdout is not None
        drawing = int(parent.stdout.readline())
        assert alive(drawing)
        parent.send_signal(signal.SIGKILL)
        parent.wait()
        wait_for(lambda: not alive(drawing))
