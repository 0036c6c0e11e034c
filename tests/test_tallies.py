"""Counts are added up over all processes, lose nothing to one that is killed, and survive an exchange of the version."""

from __future__ import annotations

import fcntl
import os
import re
import signal
import subprocess
import sys
import threading

import pytest

from gipdocs.tallies import CELLS, HANDED_OVER, Tallies
from gipdocs.tracing import Trace
from gipdocs.traffic import Traffic

EACH = 500


def test_what_several_processes_and_threads_count_adds_up() -> None:
    tallies = Tallies()
    tallies.add({("before",): 1})

    def count(process: int) -> None:
        for number in range(EACH):
            tallies.add({("all",): 1, ("of", str(process)): 0.5, ("key", str(number % 7)): 1})

    children = []
    for process in range(3):
        if not (child := os.fork()):
            threads = [threading.Thread(target=count, args=(process,)) for _ in range(2)]
            for thread in threads:
                thread.start()
            for thread in threads:
                thread.join()
            os._exit(0)
        children.append(child)
    for child in children:
        assert os.waitpid(child, 0)[1] == 0
    found = tallies.read()
    assert found["before",] == 1 and found["all",] == 3 * 2 * EACH
    assert [found["of", str(process)] for process in range(3)] == [EACH] * 3
    assert sum(count for (name, *_), count in found.items() if name == "key") == 3 * 2 * EACH


def test_while_one_process_counts_no_other_does() -> None:
    tallies = Tallies()
    with tallies._alone():
        if not (child := os.fork()):
            try:
                fcntl.lockf(tallies.descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                os._exit(0)
            os._exit(1)
        assert os.waitpid(child, 0)[1] == 0


def test_a_process_that_is_killed_while_it_counts_holds_up_nobody() -> None:
    tallies = Tallies()
    if not (child := os.fork()):
        with tallies._alone():
            os.kill(os.getpid(), signal.SIGKILL)
    os.waitpid(child, 0)
    tallies.add({("after",): 1})
    assert tallies.read() == {("after",): 1}


def test_more_keys_than_there_is_room_for_and_keys_that_are_too_long_are_not_counted() -> None:
    tallies = Tallies()
    tallies.add({("长" * 100,): 1})
    for number in range(CELLS + 10):
        tallies.add({(str(number),): 1})
    found = tallies.read()
    assert len(found) == CELLS and set(found.values()) == {1}


FURTHER = """
import os, sys
from gipdocs.tallies import Tallies
tallies = Tallies()
print(tallies.read())
"""


def test_the_program_that_a_process_becomes_counts_on_and_another_begins_anew() -> None:
    begin = "from gipdocs.tallies import Tallies; import os, sys; t = Tallies(); t.add({('a',): 3}); t.hand_over(); "
    on = begin + "os.execv(sys.executable, [sys.executable, '-c', sys.argv[1]])"
    ran = subprocess.run([sys.executable, "-c", on, FURTHER], capture_output=True, text=True, check=True)
    assert ran.stdout.strip() == "{('a',): 3.0}"
    child = begin + "import subprocess; subprocess.run([sys.executable, '-c', sys.argv[1]], check=True)"
    ran = subprocess.run([sys.executable, "-c", child, FURTHER], capture_output=True, text=True, check=True)
    assert ran.stdout.strip() == "{}"


@pytest.mark.parametrize("handed", ["0", "99", "-1", "x", ""])
def test_a_descriptor_of_something_else_is_not_taken(monkeypatch: pytest.MonkeyPatch, handed: str) -> None:
    monkeypatch.setenv(HANDED_OVER, handed)
    assert Tallies().read() == {} and HANDED_OVER not in os.environ


def test_requests_are_told_by_route_method_and_status_and_their_seconds_by_route() -> None:
    traffic = Traffic()
    traffic.count(Trace(route="/a/<id>"), "GET", 200, 0.003)
    traffic.count(Trace(route="/a/<id>"), "GET", 200, 0.3)
    traffic.count(Trace(), "GEHEIM", 404, 60)
    traffic.count(Trace(failure="died"), "POST", 502, 0.01)
    traffic.count(Trace(typesetter="direct"), "POST", 200, 0.01)
    traffic.count(Trace(typesetter="libreoffice", typesetter_failure="Unsupported"), "POST", 200, 0.01)
    found = {
        (sample.name, *(value for _, value in sorted(sample.labels.items()))): sample.value
        for family in traffic.collect()
        for sample in family.samples
    }
    assert found["gipdocs_http_requests_total", "GET", "/a/<id>", "200"] == 2
    assert found["gipdocs_http_requests_total", "other", "(none)", "404"] == 1
    assert found["gipdocs_conversions_failed_total", "died"] == 1
    assert found["gipdocs_pdfs_total", "direct"] == found["gipdocs_pdfs_total", "libreoffice"] == 1
    assert found["gipdocs_typesetter_failures_total", "Unsupported"] == 1
    seconds = "gipdocs_http_request_duration_seconds"
    buckets = {le: found[f"{seconds}_bucket", le, "/a/<id>"] for le in ("0.005", "0.25", "0.5", "+Inf")}
    assert buckets == {"0.005": 1, "0.25": 1, "0.5": 2, "+Inf": 2}
    assert found[f"{seconds}_sum", "/a/<id>"] == pytest.approx(0.303)
    assert found[f"{seconds}_bucket", "30.0", "(none)"] == 3 and found[f"{seconds}_count", "(none)"] == 4
    assert found["gipdocs_process_resident_memory_bytes", "master"] > 1 << 20
    assert not re.search("GEHEIM", str(found))


def test_what_a_program_hands_over_it_does_not_take_itself() -> None:
    first = Tallies()
    first.add({("a",): 1})
    first.hand_over()
    second = Tallies()
    assert second.descriptor != first.descriptor and second.read() == {}
    del first
    second.add({("b",): 2})
    assert second.read() == {("b",): 2}
