"""A long answer waits in a file while its client is slow: whole, in order, and without filling the memory."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing
from http.client import HTTPConnection, IncompleteRead
from pathlib import Path

import pytest

from gipdocs.patience import HELD_OF_ANSWER, SENT_BYTES, PatientSocket

PIECE = 60_000
PIECES = 400
APPLICATION = """
def application(environ, start_response):
    start_response("200 OK", [("Content-Type", "application/zip")])
    if environ["PATH_INFO"] == "/broken":
        return broken()
    return (b"%05d" % number * 12_000 for number in range(5000))

def broken():
    yield b"x" * 10_000_000
    raise RuntimeError
"""
LARGEST = 80 << 10
"""What the process may weigh in KiB while 300 MB wait."""


@pytest.fixture
def pair() -> Iterator[tuple[PatientSocket, socket.socket]]:
    """A patient socket, and its client's."""
    ours, theirs = socket.socketpair()
    patient = PatientSocket(ours)
    patient.setblocking(False)
    theirs.settimeout(10)
    yield patient, theirs
    patient.close()
    theirs.close()


def pieces() -> Iterator[bytes]:
    for number in range(PIECES):
        yield b"%06d" % number * (PIECE // 6)


def files() -> int:
    """How many files without a name this process has open."""
    targets = []
    for number in os.listdir("/proc/self/fd"):
        try:
            targets.append(os.readlink(f"/proc/self/fd/{number}"))
        except FileNotFoundError:
            continue
    return sum(target.endswith("(deleted)") for target in targets)


def test_what_a_client_does_not_take_waits_in_a_file_and_arrives_in_order(
    pair: tuple[PatientSocket, socket.socket],
) -> None:
    patient, client = pair
    before, received = files(), bytearray()
    for number, piece in enumerate(pieces()):
        patient.sendall(piece)
        assert len(patient.unsent) <= HELD_OF_ANSWER
        if number % 3 == 0:  # it takes a little now and then
            received += client.recv(PIECE)
    assert files() == before + 1 and patient.put_off > 10 * SENT_BYTES
    while not patient.flush():
        received += client.recv(1 << 20)
        assert len(patient.unsent) <= HELD_OF_ANSWER
    patient.shutdown(socket.SHUT_WR)
    while piece := client.recv(1 << 20):
        received += piece
    assert received == b"".join(pieces()) and patient.left == 0 and files() == before


def test_a_short_answer_touches_no_file(pair: tuple[PatientSocket, socket.socket]) -> None:
    patient, _ = pair
    before = files()
    patient.sendall(b"x" * HELD_OF_ANSWER)
    assert files() == before and patient.put_off == 0 and patient.left > 0


@pytest.mark.parametrize("end", ["close", "forget"])
def test_what_nobody_will_fetch_is_gone_at_once(pair: tuple[PatientSocket, socket.socket], end: str) -> None:
    patient, _ = pair
    before = files()
    for piece in pieces():
        patient.sendall(piece)
    assert files() == before + 1
    getattr(patient, end)()
    assert files() == before and patient.left == 0


@pytest.mark.parametrize("count", [None, 700_000])
def test_a_file_is_sent_a_part_at_a_time(
    pair: tuple[PatientSocket, socket.socket], tmp_path: Path, count: int | None
) -> None:
    patient, client = pair
    content = os.urandom(1_000_000)
    (tmp_path / "file").write_bytes(content)
    with (tmp_path / "file").open("rb") as file:
        sent = patient.sendfile(file, 1000, count)
    received = bytearray()
    while len(received) < sent:
        patient.flush()
        received += client.recv(1 << 20)
    assert received == content[1000 : 1000 + sent] and sent == (count or len(content) - 1000)


@pytest.fixture(scope="module")
def port(tmp_path_factory: pytest.TempPathFactory) -> Iterator[int]:
    """Where an application answers with 300 MB, by a worker of ours."""
    folder = tmp_path_factory.mktemp("long")
    (folder / "long_answers.py").write_text(APPLICATION)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    worker = ("--worker-class", "gipdocs.patience.PatientWorker", "--threads", "2", "--log-level", "critical")
    command = (sys.executable, "-m", "gunicorn", *worker, "--bind", f"127.0.0.1:{port}", "long_answers:application")
    environment = os.environ | {"PYTHONPATH": os.pathsep.join([str(folder), *sys.path])}
    process = subprocess.Popen(command, cwd=folder, env=environment)
    try:
        while True:
            try:
                socket.create_connection(("127.0.0.1", port)).close()
                break
            except ConnectionRefusedError:
                assert process.poll() is None
                time.sleep(0.05)
        yield port
    finally:
        process.terminate()
        process.wait()


@pytest.mark.alone
def test_three_hundred_megabytes_reach_a_slow_client_and_weigh_little(port: int) -> None:
    with closing(HTTPConnection("127.0.0.1", port, timeout=60)) as connection:
        connection.request("GET", "/")
        answer = connection.getresponse()
        time.sleep(4)  # all of it waits for this client
        heaviest, number = max(weights(port)), 0
        while piece := answer.read(PIECE):
            assert piece == b"%05d" % number * 12_000
            number += 1
    assert number == 5000 and heaviest < LARGEST


@pytest.mark.alone
def test_an_answer_that_breaks_off_is_seen_to(port: int) -> None:
    with closing(HTTPConnection("127.0.0.1", port, timeout=60)) as connection:
        connection.request("GET", "/broken")
        with pytest.raises((IncompleteRead, ConnectionError)):
            connection.getresponse().read()


def weights(port: int) -> list[int]:
    """The resident memory, in KiB, of the processes that listen on a port."""
    found = []
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            if f"127.0.0.1:{port}" in (folder / "cmdline").read_text():
                status = (folder / "status").read_text()
                found.append(int(status.partition("VmRSS:")[2].split()[0]))
        except (OSError, IndexError, ValueError):
            continue
    return found
