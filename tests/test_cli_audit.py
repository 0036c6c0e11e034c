"""The commands for the audit trail: verified, noted, exported, and its old part cut."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import text

from gipdocs.cli import main
from gipdocs.store import audit
from gipdocs.store.engine import Store, open_store
from gipdocs.store.types import now

pytestmark = pytest.mark.slow


@pytest.fixture
def url(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """A database with two old rows and one of today."""
    url = f"sqlite:///{tmp_path}/register.db"
    monkeypatch.setenv("GIPDOCS_DATABASE", url)
    with opened(url) as store:
        with monkeypatch.context() as clock, store.writing() as session:
            clock.setattr(audit, "now", lambda: now() - timedelta(days=1500))
            audit.note_each(
                session, {"1": {}, "2": {"roles": ["clerk"]}}, actor="甲", action="x.y", subject_kind="case"
            )
        with store.writing() as session:
            audit.note(session, actor="=1+1", action="x.y", subject_kind="case", subject_id="3", address="10.0.0.9")
    return url


@contextmanager
def opened(url: str) -> Iterator[Store]:
    store = open_store(url)
    yield store
    store.close()


def run(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, str]:
    status = main(["audit", *arguments])
    said = capsys.readouterr()
    return status, said.out + said.err


def tamper(url: str, statement: str) -> None:
    with opened(url) as store, store.writing() as session:
        session.execute(text("DROP TRIGGER audit_update"))
        session.execute(text(statement))


def test_a_whole_trail_is_verified_against_the_head_that_was_noted(
    url: str, capsys: pytest.CaptureFixture[str]
) -> None:
    status, head = run(capsys, "head")
    assert status == 0 and head.startswith("3:") and len(head.strip()) == 66
    assert run(capsys, "verify", "--head", head.strip()) == (0, "操作记录完好，末条是第3条。\n")
    assert json.loads(run(capsys, "head", "--json")[1]) == {"id": 3, "hash": head.strip()[2:]}


def test_a_changed_row_is_named(url: str, capsys: pytest.CaptureFixture[str]) -> None:
    tamper(url, "UPDATE audit SET actor = '乙' WHERE id = 2")
    status, said = run(capsys, "verify")
    assert status == 1 and "从第2条起对不上" in said
    status, said = run(capsys, "cut")
    assert status == 1 and "没有清理" in said


@pytest.mark.parametrize(("noted", "status"), [(f"3:{'0' * 64}", 1), (f"9:{'0' * 64}", 1), ("3", 2)])
def test_a_head_that_does_not_fit_is_told(
    noted: str, status: int, url: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(capsys, "verify", "--head", noted)[0] == status


def test_the_trail_is_exported_row_by_row(url: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    status, lines = run(capsys, "export")
    rows = [json.loads(line) for line in lines.splitlines()]
    assert status == 0 and [row["id"] for row in rows] == [1, 2, 3]
    assert rows[1]["detail"] == {"roles": ["clerk"]} and rows[1]["previous"] == rows[0]["hash"]
    file = tmp_path / "audit.csv"
    assert run(capsys, "export", "--format", "csv", "-o", str(file))[0] == 0
    read = list(csv.reader(io.StringIO(file.read_text(encoding="utf-8-sig"))))
    assert read[0][:3] == ["id", "at", "actor"] and len(read) == 4
    assert read[3][2] == "'=1+1" and read[3][8] == "10.0.0.9"
    assert run(capsys, "export", "-o", str(file))[0] == 2


def test_old_rows_are_cut_and_the_trail_stays_whole(url: str, capsys: pytest.CaptureFixture[str]) -> None:
    head = run(capsys, "head")[1].strip()
    assert run(capsys, "cut") == (0, "已清理2条，末尾留有封记。\n")
    assert run(capsys, "verify", "--head", head) == (0, "操作记录完好，末条是第4条。\n")
    assert run(capsys, "cut") == (0, "没有这样早的记录，没有清理。\n")
    status, said = run(capsys, "cut", "--before", f"{now().date()}")
    assert status == 2 and "至少保存6个月" in said


def test_without_a_database_there_is_no_trail(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("GIPDOCS_DATABASE", "none")
    assert run(capsys, "verify")[0] == 3
