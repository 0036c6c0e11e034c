"""Many reports on the command line: one table, its exit status, what is written, and what is refused before that."""

from __future__ import annotations

import json
from io import BytesIO
from pathlib import Path

import pytest
from docx import Document as Docx
from openpyxl import load_workbook

from gipdocs.cli import main
from tests.reports import county

pytestmark = pytest.mark.slow
SOME = (0, 3, 9, 11, 28)
"""Bureaus of the county, three of them with a fault."""
OLD_WORD = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(2000)
LETTERS = ("--return-by", "2025-01-24", "--today", "2025-01-15")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder as an office has it: reports, one of them in a folder below, one that can't be read, and litter."""
    below = tmp_path / "一月" / "补报"
    below.mkdir(parents=True)
    for i in SOME:
        name, content = county.printed(i)
        (below if i == 11 else below.parent).joinpath(name).write_bytes(content)
    (below.parent / "水务局.doc").write_bytes(OLD_WORD)
    (below.parent / "~$财政局.docx").write_bytes(b"litter")
    (below.parent / ".DS_Store").write_bytes(b"litter")
    return below.parent


@pytest.fixture
def due(tmp_path: Path) -> Path:
    path = tmp_path / "应报.txt"
    path.write_text("\n".join(["单位名称", *(county.BODIES[i] for i in SOME), county.MISSING[0]]), encoding="utf-8")
    return path


def sound(tmp_path: Path, *numbers: int) -> list[str]:
    """The files of right reports."""
    paths = [tmp_path / f"{i}.json" for i in numbers]
    for i, path in zip(numbers, paths, strict=True):
        path.write_bytes(county.as_json(county.right(i)))
    return [*map(str, paths)]


def test_a_folder_becomes_one_table_with_what_is_to_be_sent_back_first(
    folder: Path, due: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["report", "check", str(folder), "--due", str(due)]) == 1
    told = capsys.readouterr().out
    assert told.startswith("2024年度报告：应报6个单位，收到6份。未报送1，读不出1，退回修改2，请核实1，无误2。")
    lines = [line for line in told.splitlines() if line[:1].isdigit() and ". " in line]
    assert [line.split("　")[0] for line in lines] == [
        "1. 未报送",
        "2. 读不出",
        "3. 退回修改",
        "4. 退回修改",
        "5. 请核实",
        "6. 无误",
        "7. 无误",
    ]
    assert "补报/" in told and "~$" not in told and ".DS_Store" not in told


def test_json_has_the_same_lines(folder: Path, due: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["report", "check", str(folder), "--due", str(due), "--json"]) == 1
    told = json.loads(capsys.readouterr().out)
    assert told["counts"] == {"missing": 1, "unreadable": 1, "wrong": 2, "doubtful": 1, "sound": 2}
    assert [one["state"] for one in told["standings"]][:2] == ["missing", "unreadable"]


def test_nothing_to_mend_ends_with_0(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["report", "check", *sound(tmp_path, 0, 1, 2, 4)]) == 0
    assert "退回修改" not in capsys.readouterr().out


def test_the_table_is_written_as_workbook_or_json(folder: Path, due: Path, tmp_path: Path) -> None:
    for name in ("表.xlsx", "表.json"):
        assert main(["report", "check", str(folder), "--due", str(due), "-o", str(tmp_path / name)]) == 1
    told = json.loads((tmp_path / "表.json").read_bytes())
    sheet = load_workbook(BytesIO((tmp_path / "表.xlsx").read_bytes()))["总表"]
    rows = [row[1:3] for row in sheet.iter_rows(min_row=4, values_only=True)]
    assert [(body, file) for body, file in rows] == [
        (one["body"] or "（看不出是哪个单位）", one["file"]) for one in told["standings"]
    ]


def test_what_this_call_writes_into_the_folder_is_no_report_the_next_time(folder: Path) -> None:
    call = ["report", "check", str(folder), "-o", str(folder / "表.json"), "--letters", str(folder / "函"), *LETTERS]
    main(call)
    first = (folder / "表.json").read_bytes()
    main([*call, "--force"])
    assert (folder / "表.json").read_bytes() == first


def test_letters_go_to_whoever_has_something_to_mend_and_to_nobody_else(
    folder: Path, due: Path, tmp_path: Path
) -> None:
    out = tmp_path / "函"
    call = ["report", "check", str(folder), "--due", str(due), "--letters", str(out), *LETTERS]
    assert main([*call, "--number", "云政办函〔2025〕9号"]) == 1
    bodies = {county.BODIES[i] for i in SOME if i in county.SOWN}
    assert {path.stem for path in out.iterdir()} == bodies
    texts = ["\n".join(one.text for one in Docx(str(path)).paragraphs) for path in out.iterdir()]
    assert sorted(text.partition("〔2025〕")[2].partition("号")[0] for text in texts) == ["10", "11", "9"]
    assert all("2025年1月24日前（含当日）" in text for text in texts)


def test_a_letter_without_a_number_is_a_draft(folder: Path, tmp_path: Path) -> None:
    out = tmp_path / "函"
    assert main(["report", "check", str(folder), "--letters", str(out), *LETTERS]) == 1
    for path in out.iterdir():
        assert "草稿" in Docx(str(path)).element.xml


def test_a_folder_of_the_year_before_is_held_against_this_one(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    before = tmp_path / "上年"
    before.mkdir()
    for i in (0, 1):
        (before / f"{i}.json").write_bytes(county.as_json(county.earlier(i)))
    assert main(["report", "check", *sound(tmp_path, 0, 1, 2), "--previous", str(before), "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert [one["year"] for one in told["earlier"]] == [county.YEAR - 1] * 2


@pytest.mark.parametrize(
    ("more", "words"),
    [
        (["-"], "不能读标准输入"),
        (["-o", "表.txt"], "请以.xlsx或者.json结尾"),
        (["--letters", "函"], "--return-by"),
        (["--letters", "函", *LETTERS, "--number", "第3号"], "--number："),
        (["--letters", "函", "--return-by", "2025-01-10", "--today", "2025-01-15"], "没有写成"),
        (["没有的文件.docx"], "读不出没有的文件.docx"),
        (["--due", "没有的名单.txt"], "读不出没有的名单.txt"),
    ],
    ids=["stdin", "ending", "no day", "number", "order of days", "no file", "no list"],
)
def test_a_wrong_call_is_told_and_writes_nothing(
    folder: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    more: list[str],
    words: str,
) -> None:
    monkeypatch.chdir(tmp_path)
    before = sorted(tmp_path.rglob("*"))
    assert main(["report", "check", str(folder), *more]) == 2
    assert words in capsys.readouterr().err
    assert sorted(tmp_path.rglob("*")) == before


def test_nothing_is_overwritten_without_force(folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out = tmp_path / "函"
    call = ["report", "check", str(folder), "--letters", str(out), *LETTERS]
    assert main(call) == 1
    kept = {path: path.read_bytes() for path in out.iterdir()}
    table = tmp_path / "表.json"
    assert main([*call, "-o", str(table)]) == 2
    assert "--force" in capsys.readouterr().err
    assert not table.exists() and {path: path.read_bytes() for path in out.iterdir()} == kept
    assert main([*call, "--force"]) == 1


def test_an_empty_folder_is_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "空").mkdir()
    assert main(["report", "check", str(tmp_path / "空")]) == 2
    assert "没有文件" in capsys.readouterr().err


def test_a_single_report_is_told_as_before(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (file,) = sound(tmp_path, 0)
    assert main(["report", "check", file, "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert {*told} == {"year", "format", "findings", "verdict", "tested", "read", "summary"}
