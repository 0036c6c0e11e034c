"""How often one may ask: counted over all processes and over a restart, and told to whoever has to wait."""

from __future__ import annotations

import re
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from limits import parse
from limits.strategies import MovingWindowRateLimiter
from werkzeug.test import TestResponse

from gipdocs.access import keys
from gipdocs.access.actors import HERE
from gipdocs.access.hits import HitStorage
from gipdocs.app import create_app
from gipdocs.settings import Settings

pytestmark = pytest.mark.slow

HITTING = """
import sys
from pathlib import Path
from gipdocs.access.hits import HitStorage
storage = HitStorage(find_file=lambda: Path(sys.argv[1]))
print(sum(storage.acquire_entry("k", 20, 600) for _ in range(int(sys.argv[2]))))
"""


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "hits.db"


@pytest.fixture
def storage(file: Path) -> HitStorage:
    return HitStorage(find_file=lambda: file)


def hitting(file: Path, times: int) -> subprocess.Popen[str]:
    """Another process that counts so many hits of a key that may have twenty in ten minutes."""
    return subprocess.Popen([sys.executable, "-c", HITTING, file, str(times)], stdout=subprocess.PIPE, text=True)


def test_two_processes_and_those_after_them_share_a_limit(file: Path) -> None:
    both = [hitting(file, 15), hitting(file, 15)]
    assert sum(int(one.communicate(timeout=60)[0]) for one in both) == 20
    assert hitting(file, 5).communicate(timeout=60)[0].strip() == "0"


def test_threads_share_a_limit(storage: HitStorage) -> None:
    with ThreadPoolExecutor(8) as pool:
        assert sum(pool.map(lambda _: storage.acquire_entry("k", 20, 600), range(50))) == 20


def test_a_window_moves(storage: HitStorage, monkeypatch: pytest.MonkeyPatch) -> None:
    clock = [1000.0]
    monkeypatch.setattr(time, "time", lambda: clock[0])
    limiter, limit = MovingWindowRateLimiter(storage), parse("2/10 second")
    told = []
    for at in (1000.0, 1004.0, 1009.0, 1010.5, 1013.9, 1014.5):
        clock[0] = at
        told.append(limiter.hit(limit, "k"))
    assert told == [True, True, False, True, False, True]
    assert limiter.get_window_stats(limit, "k") == (1020.5, 0)
    assert limiter.get_window_stats(limit, "other") == (1024.5, 2)


def test_a_clock_that_is_put_back_locks_nobody_out(storage: HitStorage, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(time, "time", lambda: 5000.0)
    assert all(storage.acquire_entry("k", 3, 10) for _ in range(3))
    monkeypatch.setattr(time, "time", lambda: 1000.0)
    assert storage.acquire_entry("k", 3, 10)
    assert storage.get_moving_window("k", 3, 10) == (1000.0, 1)


def test_what_is_past_is_forgotten(storage: HitStorage, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(time, "time", lambda: 1000.0)
    for number in range(50):
        storage.acquire_entry(f"k{number}", 3, 10)
    monkeypatch.setattr(time, "time", lambda: 1020.0)
    storage.acquire_entry("late", 3, 10)
    assert storage.reset() == 1


def test_more_than_the_limit_at_once_is_refused(storage: HitStorage) -> None:
    assert not storage.acquire_entry("k", 3, 10, amount=4)
    assert storage.acquire_entry("k", 3, 10, amount=3)


def test_counters_of_fixed_windows_are_kept_too(storage: HitStorage) -> None:
    assert [storage.incr("k", 60), storage.incr("k", 60, amount=2), storage.get("k")] == [1, 3, 3]
    assert storage.get_expiry("k") > time.time() + 50
    storage.clear("k")
    assert storage.get("k") == 0 and storage.check()


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flask]:
    """An application with accounts."""
    database = f"sqlite:///{tmp_path_factory.mktemp('limits') / 'gipdocs.db'}"
    app = create_app(Settings(secret_key="test", database=database, access="accounts"))
    app.testing = False
    yield app
    app.extensions["gipdocs"].close()


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, office: Flask) -> Iterator[Path]:
    """A run folder of this test's own, at a moment that doesn't pass."""
    folder = tmp_path / "run"
    folder.mkdir(mode=0o700)
    monkeypatch.setenv("GIPDOCS_RUN", str(folder))
    opened: list[dict[int, sqlite3.Connection]] = []
    for limiter in office.extensions["limiter"]:
        opened.append({})
        monkeypatch.setattr(limiter.storage, "_connections", opened[-1])
    moment = time.time()
    monkeypatch.setattr(time, "time", lambda: moment)
    yield folder
    for connections in opened:
        for connection in connections.values():
            connection.close()


def make(office: Flask, name: str) -> str:
    return keys.make_key(office.extensions["gipdocs"].register.store, name, "live", ["documents"], by=HERE)


def ask(client: FlaskClient, key: str, address: str = "10.0.0.9", **more: Any) -> TestResponse:
    peer = {"REMOTE_ADDR": address}
    return client.get("/api/v1/documents", headers={"Authorization": f"Bearer {key}"}, environ_overrides=peer, **more)


def test_a_key_may_ask_twenty_times_a_second(office: Flask, run: Path) -> None:
    client, key, other = office.test_client(), make(office, "快"), make(office, "慢")
    answers = [ask(client, key, f"10.0.0.{number}") for number in range(21)]
    assert [one.status_code for one in answers] == [200] * 20 + [429]
    assert [one.headers["RateLimit-Remaining"] for one in answers] == [*map(str, range(19, -1, -1)), "0"]
    assert {(one.headers["RateLimit-Limit"], one.headers["RateLimit-Reset"]) for one in answers} == {("20", "1")}
    late = answers[-1]
    assert late.headers["Retry-After"] == "1" and late.mimetype == "application/problem+json"
    assert late.get_json()["detail"] == "一把密钥每秒最多20个请求，请1秒后再试。"
    assert ask(client, other).status_code == 200
    assert (run / "hits.db").exists()


def test_a_limit_holds_over_a_restart(office: Flask, run: Path) -> None:
    key = make(office, "重启")
    assert [ask(office.test_client(), key).status_code for _ in range(20)] == [200] * 20
    again = create_app(office.extensions["gipdocs"].settings)
    assert ask(again.test_client(), key).status_code == 429
    again.extensions["gipdocs"].close()


def test_whoever_tries_secrets_is_braked_and_others_are_not(office: Flask, run: Path) -> None:
    client, key, other = office.test_client(), make(office, "被猜"), make(office, "旁人")
    tries = [ask(client, key[:17] + f"{number:043}") for number in range(11)]
    assert [one.status_code for one in tries] == [401] * 10 + [429]
    assert tries[-1].headers["Retry-After"] == "60" and "无效密钥过多" in tries[-1].get_json()["detail"]
    assert ask(client, key).status_code == 429  # the right one, from where it was guessed
    assert ask(client, key, "10.0.0.10").status_code == 200
    assert ask(client, other).status_code == 200


def test_whoever_tries_keys_one_after_the_other_is_braked_too(office: Flask, run: Path) -> None:
    client, key = office.test_client(), make(office, "同地")
    signs = "abcdefgh"
    wrong = [f"gd_live_aaaaaa{first}{second}_{'x' * 43}" for first in signs + "ijkmn" for second in signs]
    told = [ask(client, one).status_code for one in wrong]
    assert told == [401] * 100 + [429] * 4
    assert ask(client, key).status_code == 429
    assert ask(client, key, "10.0.0.10").status_code == 200
    near = [ask(client, one, "127.0.0.1").status_code for one in wrong]
    assert set(near) == {401}  # it may be a proxy that names no client


def test_requests_without_a_key_are_not_counted_as_tries(office: Flask, run: Path) -> None:
    client = office.test_client()
    peer = {"REMOTE_ADDR": "10.0.0.9"}
    told = [client.get("/api/v1/documents", environ_overrides=peer).status_code for _ in range(150)]
    assert set(told) == {401}


def test_one_address_may_not_keep_the_counter_busy(office: Flask, run: Path) -> None:
    client = office.test_client()

    def send(address: str) -> TestResponse:
        return client.post("/withdrawal-application", data={}, environ_overrides={"REMOTE_ADDR": address})

    path = re.search(r'href="(/[\w/]*withdrawal-application)"', client.get("/").text)
    assert path
    told = [client.post(path[1], data={}, environ_overrides={"REMOTE_ADDR": "10.0.0.9"}).status_code for _ in range(61)]
    assert 429 not in told[:60] and told[60] == 429
    page = client.post(path[1], data={}, environ_overrides={"REMOTE_ADDR": "10.0.0.9"})
    assert "请60秒后再试" in page.text and page.headers["Retry-After"] == "60" and page.mimetype == "text/html"
    for peer in ("10.0.0.10", "127.0.0.1"):
        assert client.post(path[1], data={}, environ_overrides={"REMOTE_ADDR": peer}).status_code != 429


def test_blank_pdfs_count_at_the_counter_too(office: Flask, run: Path) -> None:
    client, peer = office.test_client(), {"REMOTE_ADDR": "10.0.0.9"}
    assert client.get("/", environ_overrides=peer).status_code == 200
    for _ in range(60):
        client.post("/documents/no-such-form", data={}, environ_overrides=peer)
    assert client.get("/documents/application-form/blank.pdf", environ_overrides=peer).status_code == 429
    assert client.get("/documents/application-form/blank.docx", environ_overrides=peer).status_code == 200
    assert client.get("/", environ_overrides=peer).status_code == 200


def test_a_file_that_is_out_of_order_turns_nobody_away(office: Flask, run: Path) -> None:
    (run / "hits.db").write_bytes(b"no database" * 1000)
    client, key = office.test_client(), make(office, "坏")
    assert [ask(client, key).status_code for _ in range(3)] == [200] * 3
