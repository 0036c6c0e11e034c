"""The commands for the ledger: export, import and statistics."""

from __future__ import annotations

import json
from pathlib import Path

import click
import pytest

from gipdocs.cli.calling import CommandGroup
from gipdocs.cli.ledger import LEDGER_COMMANDS
from tests.register.test_ledger import HEADINGS, ROW, book, changed

pytestmark = pytest.mark.slow


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> click.Group:
    """The commands, with a database of their own."""
    monkeypatch.setenv("GIPDOCS_DATABASE", f"sqlite:///{tmp_path / 'register.db'}")
    group = CommandGroup("register", help="台账")
    for command in LEDGER_COMMANDS:
        group.add_command(command)
    return group


def call(group: click.Group, *arguments: str) -> int:
    with group.make_context("register", [*arguments]) as context:
        return int(group.invoke(context))


def test_a_ledger_is_imported_counted_and_exported(
    run: click.Group, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    theirs, ours = tmp_path / "old.xlsx", tmp_path / "new.xlsx"
    theirs.write_bytes(book(HEADINGS, ROW))
    assert call(run, "import", str(theirs), "--dry-run") == 0
    assert call(run, "import", str(theirs)) == 0
    assert "已导入1件。" in capsys.readouterr().err
    assert call(run, "statistics", "2025") == 0
    assert "表三“（一）予以公开”总计：1\n" in capsys.readouterr().out
    assert call(run, "statistics", "2025", "--json") == 0
    assert json.loads(capsys.readouterr().out)["table3"]["rows"]["new"] == [1, 0, 0, 0, 0, 0, 1]
    assert call(run, "export", "-o", str(ours), "--year", "2025") == 0
    assert ours.read_bytes().startswith(b"PK")


def test_a_year_is_told_in_sentences(run: click.Group, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    theirs = tmp_path / "old.xlsx"
    theirs.write_bytes(book(HEADINGS, ROW))
    assert call(run, "import", str(theirs)) == 0
    assert call(run, "statistics", "2025", "--sentences") == 0
    assert "2025年，本机关收到政府信息公开申请1件" in capsys.readouterr().out
    assert call(run, "statistics", "2025", "--sentences", "--json") == 0
    assert json.loads(capsys.readouterr().out).keys() == {"requests", "disputes", "fee"}
    assert call(run, "statistics", "2198", "--sentences") == 0
    assert "2198年还没有结束" in capsys.readouterr().err
    assert call(run, "statistics", "2020", "--sentences") == 0
    assert "台账没有2020年及以前的案件" in capsys.readouterr().err
    assert call(run, "statistics", "2198") == 0
    assert "数字截至" in capsys.readouterr().out


def test_a_wrong_ledger_is_told_cell_by_cell(
    run: click.Group, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    theirs = tmp_path / "old.xlsx"
    theirs.write_bytes(book(HEADINGS, changed(收到日期="三月"), changed(申请编号="2", 申请人=None)))
    assert call(run, "import", str(theirs)) == 1
    told = capsys.readouterr().err
    assert "第2行“收到日期”：" in told and "第3行“申请人”：" in told and "没有导入" in told


def test_headings_are_given_in_a_file(run: click.Group, tmp_path: Path) -> None:
    theirs, mapping = tmp_path / "old.xlsx", tmp_path / "mapping.json"
    theirs.write_bytes(book(["何时", *HEADINGS[2:6]], ["2025-03-03", *ROW[2:6]]))
    mapping.write_text(json.dumps({"何时": "收到日期"}), "utf-8")
    assert call(run, "import", str(theirs), "--mapping", str(mapping)) == 0
