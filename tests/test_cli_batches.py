"""Many documents on the command line: a table out, checked, made in a folder; and the batches of the database."""

from __future__ import annotations

import csv
import io
import json
import os
import pty
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from gipdocs.access.actors import HERE
from gipdocs.batch.local import MANIFEST, LocalRun
from gipdocs.batch.ordering import order
from gipdocs.batch.orders import Order, OrderedRow
from gipdocs.cli import batches, main
from gipdocs.service import Service, load_service
from gipdocs.settings import Settings

pytestmark = pytest.mark.slow
LETTER = "reply-granted"
NUMBERS = [f"聊机管公开〔2026〕{number}号" for number in (21, 22, 23)]
Told = pytest.CaptureFixture[str]


@pytest.fixture
def base(tmp_path: Path, service: Service) -> str:
    """The file with what all letters share."""
    path = tmp_path / "base.json"
    path.write_text(json.dumps(service.sample(LETTER), ensure_ascii=False), encoding="utf-8")
    return str(path)


def lines(tmp_path: Path, *answers: dict[str, Any]) -> str:
    """A file with lines of JSON."""
    path = tmp_path / "rows.ndjson"
    path.write_text("".join(json.dumps({"answers": one}) + "\n" for one in answers), encoding="utf-8")
    return str(path)


def numbered(tmp_path: Path) -> str:
    return lines(tmp_path, *({"number": number} for number in NUMBERS))


def run(*arguments: object, status: int = 0) -> None:
    assert main(["batch", *map(str, arguments)]) == status


def listed(folder: Path) -> list[dict[str, str]]:
    return [*csv.DictReader(io.StringIO((folder / MANIFEST).read_text(encoding="utf-8-sig")))]


def test_a_table_is_written_filled_in_and_made(tmp_path: Path, base: str, capsys: Told) -> None:
    table, folder = tmp_path / "table.xlsx", tmp_path / "out"
    run("table", LETTER, "-o", table)
    run("table", LETTER, "-o", table, status=2)
    assert "--force" in capsys.readouterr().err
    book = openpyxl.load_workbook(table)
    sheet = book.worksheets[0]
    (column,) = [cell.column for cell in book["_keys"][1] if cell.value == "/number"]
    for row, number in enumerate(NUMBERS, 3):
        sheet.cell(row, column, number)
    book.save(table)
    run("run", table, "--document", LETTER, "-o", folder, "--base", base)
    said = capsys.readouterr()
    assert "共3行，可以生成3行，需要改正0行。" in said.err and f"已生成3件，在{folder}。" in said.out
    assert [row["state"] for row in listed(folder)] == ["done"] * 3


def test_rows_are_checked_and_nothing_is_made(tmp_path: Path, base: str, capsys: Told) -> None:
    file = lines(tmp_path, {}, {"date": "2026-02-30"}, {"date": "2026-03-21"})
    run("check", file, "--document", LETTER, "--base", base, status=1)
    said = capsys.readouterr().err
    assert "第2行（/date）：" in said and "[警告] 1行：date-rest-day" in said
    assert "共3行，可以生成2行，需要改正1行。" in said
    run("check", file, "--document", LETTER, "--base", base, "--json", status=1)
    told = json.loads(capsys.readouterr().out)
    assert (told["rows"], told["invalid"], told["errors"][0]["code"]) == (3, 1, "no-such-day")
    run("check", lines(tmp_path, {}), "--document", LETTER, "--base", base)


def test_wrong_rows_stop_everything_unless_they_are_skipped(tmp_path: Path, base: str, capsys: Told) -> None:
    file, folder, errors = lines(tmp_path, {}, {"date": "2026-02-30"}), tmp_path / "out", tmp_path / "errors.xlsx"
    call = ["run", file, "--document", LETTER, "-o", folder, "--base", base]
    run(*call, "--errors", errors, status=1)
    assert "--skip-invalid" in capsys.readouterr().err and not folder.exists()
    sheet = openpyxl.load_workbook(errors).worksheets[0]
    (column,) = [cell.column for cell in sheet[1] if cell.value == "问题"]
    assert sheet.cell(3, column).value is None and sheet.cell(4, column).value
    run(*call, "--skip-invalid")
    said = capsys.readouterr()
    assert f"没有生成的1件见{folder / MANIFEST}" in said.out
    assert [(row["state"], row["findings"]) for row in listed(folder)][1] == ("invalid", "no-such-day")


def test_a_second_run_makes_only_what_has_changed(tmp_path: Path, base: str, capsys: Told) -> None:
    folder = tmp_path / "out"
    call = ["run", numbered(tmp_path), "--document", LETTER, "-o", folder, "--base", base]
    run(*call)
    (folder / listed(folder)[1]["file"]).unlink()
    capsys.readouterr()
    run(*call)
    assert "以前已经生成2件" in capsys.readouterr().err
    assert all((folder / row["file"]).exists() for row in listed(folder))


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--document", "nothing"], "没有标识为“nothing”的文书"),
        (["--document", LETTER, "--format", "xlsx"], "不提供xlsx格式"),
        (["--document", LETTER, "--base", "none.json"], "读不出none.json"),
        ([], "--document"),
    ],
    ids=["document", "format", "base", "nothing"],
)
def test_a_wrong_call_says_how_to_call(tmp_path: Path, capsys: Told, arguments: list[str], said: str) -> None:
    run("run", numbered(tmp_path), "-o", tmp_path / "out", *arguments, status=2)
    assert said in capsys.readouterr().err and not (tmp_path / "out").exists()


def test_a_base_is_a_group_of_answers(tmp_path: Path, capsys: Told) -> None:
    path = tmp_path / "base.json"
    path.write_text("[]", encoding="utf-8")
    run("check", numbered(tmp_path), "--document", LETTER, "--base", path, status=2)
    assert "应为一组填写项" in capsys.readouterr().err


def test_a_folder_that_can_not_be_written_is_told(tmp_path: Path, base: str, capsys: Told) -> None:
    (tmp_path / "out").write_text("a file")
    run("run", numbered(tmp_path), "--document", LETTER, "-o", tmp_path / "out", "--base", base, status=2)
    assert f"写不了{tmp_path / 'out'}：同名的文件已经存在" in capsys.readouterr().err


def test_whoever_stops_it_is_told_how_to_go_on(
    tmp_path: Path, base: str, capsys: Told, monkeypatch: pytest.MonkeyPatch
) -> None:
    make = LocalRun.make

    def stopped(self: LocalRun, rows: Any) -> Iterator[Any]:
        yield next(made := make(self, rows))
        made.close()
        raise KeyboardInterrupt

    call = ["run", numbered(tmp_path), "--document", LETTER, "-o", tmp_path / "out", "--base", base]
    with monkeypatch.context() as patch:
        patch.setattr(LocalRun, "make", stopped)
        run(*call, status=130)
    assert "接着生成其余的" in capsys.readouterr().err
    run(*call)
    assert len(listed(tmp_path / "out")) == 3


def test_lines_tell_how_far_it_is_where_nobody_watches(capsys: Told) -> None:
    with batches._progress(range(1000), 1000, "生成") as watched:
        assert [*watched] == [*range(1000)]
    said = capsys.readouterr().err.splitlines()
    assert said[0] == "已生成100件，共1000件。" and len(said) == 9


def test_a_terminal_shows_a_bar(tmp_path: Path, base: str) -> None:
    ours, theirs = pty.openpty()
    call = [sys.executable, "-m", "gipdocs.cli", "batch", "run", numbered(tmp_path)]
    more = ["--document", LETTER, "-o", str(tmp_path / "out"), "--base", base]
    done = subprocess.run([*call, *more], stderr=theirs, stdout=subprocess.PIPE, check=False)
    os.close(theirs)
    shown = os.read(ours, 1 << 16).decode(errors="replace")
    os.close(ours)
    assert done.returncode == 0 and "生成" in shown and "3/3" in shown and "100%" in shown


@pytest.mark.alone
def test_ctrl_c_leaves_whole_files(tmp_path: Path, base: str) -> None:
    file = lines(tmp_path, *({"number": f"聊机管公开〔2026〕{number}号"} for number in range(1, 400)))
    folder = tmp_path / "out"
    call = [sys.executable, "-m", "gipdocs.cli", "batch", "run", file, "--document", LETTER, "-o", str(folder)]
    # Where the tests run in the background, Ctrl+C is ignored by them and by what they start.
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    running = subprocess.Popen([*call, "--base", base], stderr=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    signal.signal(signal.SIGINT, before)
    while running.poll() is None and len([*folder.glob("*.docx")]) < 3:
        pass
    running.send_signal(signal.SIGINT)
    _, said = running.communicate(timeout=60)
    assert running.returncode == 130 and "接着生成其余的" in said
    made = [*folder.glob("*.docx")]
    assert 3 <= len(made) < 399 and not [*folder.glob(".*")]
    assert {row["file"] for row in listed(folder)} == {path.name for path in made}


@pytest.fixture
def kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """The id of a batch in the database of the environment, with one row."""
    url = f"sqlite:///{tmp_path / 'gipdocs.db'}"
    monkeypatch.setenv("GIPDOCS_DATABASE", url)
    ours = load_service(Settings(secret_key="test", database=url))
    assert ours.register is not None
    wanted = Order(document="receipt", format="docx", title="三月", rows=[OrderedRow(answers={}, name="张三")])
    yield order(ours.register, wanted, by=HERE)
    ours.close()


def test_the_batches_of_the_database_are_watched_stopped_and_resumed(kept: str, capsys: Told) -> None:
    run("list")
    assert capsys.readouterr().out == f"{kept}  正在核对  0/1  receipt  三月\n"
    run("cancel", kept)
    assert "已停止：1件" in capsys.readouterr().out
    run("cancel", kept, status=1)
    assert "没有什么可以停止" in capsys.readouterr().err
    run("resume", kept)
    run("status", kept, "--json")
    told = json.loads(capsys.readouterr().out.partition("\n  尚未核对：1件\n")[2])
    assert (told["state"], told["counts"]) == ("checking", {"unchecked": 1}) and "张三" not in str(told)
    run("list", "--json")
    assert [one["id"] for one in json.loads(capsys.readouterr().out)["batches"]] == [kept]
    run("status", "0" * 32, status=1)
    assert "没有这个批次" in capsys.readouterr().err


def test_an_installation_without_a_database_has_no_batches(capsys: Told) -> None:
    run("list", status=3)
    assert "GIPDOCS_DATABASE" in capsys.readouterr().err
