"""The command that adds up reports: files, folders and archives in, a record or a workbook out, and what is to be done."""

from __future__ import annotations

import json
import zipfile
from collections.abc import Iterable
from pathlib import Path

import pytest

from gipdocs.cli import main
from gipdocs.reports import load
from gipdocs.reports.collecting.submissions import collect
from gipdocs.reports.collecting.summing import sum_up
from tests.reports import county

pytestmark = pytest.mark.slow
AGENCY = "云岭县人民政府"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with the reports of six bureaus, none of which has a fault sown into it, and what a program left there."""
    into = tmp_path / "报送"
    (into / "补报").mkdir(parents=True)
    for i in (0, 1, 2, 4, 5, 6):
        name, content = county.printed(i)
        (into / ("补报" if i == 6 else "") / name).write_bytes(content)
    (into / "~$云岭县财政局.docx").write_bytes(b"lock")
    return into


@pytest.fixture
def due(tmp_path: Path) -> Path:
    """The list of seven bodies, numbered, one of which has sent nothing."""
    path = tmp_path / "名单.txt"
    names = [county.BODIES[i] for i in (0, 1, 2, 4, 5, 6)] + [county.MISSING[0]]
    lines = [f"{n}. {name}" for n, name in enumerate(names, 1)]
    path.write_bytes("\r\n".join(["# 应报送单位", *lines, ""]).encode("gb18030"))
    return path


def ordered(*files: object, out: Path, more: Iterable[object] = ()) -> int:
    return main(["report", "sum", *map(str, files), "-o", str(out), "--agency-name", AGENCY, *map(str, more)])


def test_a_folder_becomes_a_record(folder: Path, due: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out = tmp_path / "sum.json"
    assert ordered(folder, out=out, more=["--due", due]) == 0
    record = load(json.loads(out.read_text(encoding="utf-8")))
    wanted = sum_up(collect(county.printed(i) for i in (0, 1, 2, 4, 5, 6)), agency=AGENCY).record
    assert dict(record.cells) == dict(wanted.cells) and record.agency == AGENCY
    told = capsys.readouterr().err
    assert told.startswith("2024年度汇总：应报送7个单位，未报送1个；收到本年度文件6份，计入6个单位。")
    assert county.MISSING[0] in told


def test_an_archive_is_the_same_as_its_folder(folder: Path, tmp_path: Path) -> None:
    packed, out = tmp_path / "all.zip", tmp_path / "sum.json"
    with zipfile.ZipFile(packed, "w") as archive:
        for path in sorted(folder.rglob("*")):
            archive.write(path, path.relative_to(folder))
    assert ordered(packed, out=out) == 0 and ordered(folder, out=tmp_path / "other.json") == 0
    assert out.read_bytes() == (tmp_path / "other.json").read_bytes()


def test_different_files_of_a_body_are_refused_until_one_is_taken(folder: Path, tmp_path: Path) -> None:
    raw = county.right(0).as_json()
    raw["table2"]["licence"]["decisions"] += 1
    (folder / "财政局新.json").write_text(json.dumps(raw), encoding="utf-8")
    out = tmp_path / "sum.json"
    assert ordered(folder, out=out) == 1 and out.exists()
    taken = [f"--take={county.BODIES[0]}=财政局新.json", "--force"]
    assert ordered(folder, out=out, more=taken) == 0
    others = sum(county.right(i).cells["table2.licence.decisions"] or 0 for i in (1, 2, 4, 5, 6))
    sum_of_all = json.loads(out.read_text(encoding="utf-8"))["table2"]["licence"]["decisions"]
    assert sum_of_all == others + raw["table2"]["licence"]["decisions"]


def test_changes_by_hand_come_from_a_file(folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    changes = tmp_path / "changes.json"
    changes.write_text(
        json.dumps([{"path": "table2.licence.decisions", "given": 9, "reason": "重复登记"}]), encoding="utf-8"
    )
    out = tmp_path / "sum.json"
    assert ordered(folder, out=out, more=["--corrections", changes, "--json"]) == 0
    printed = json.loads(capsys.readouterr().out)
    assert printed["corrections"][0]["given"] == 9 and printed["record"]["table2"]["licence"]["decisions"] == 9
    assert any("人工更正为9：重复登记" in line for line in json.loads(out.read_text(encoding="utf-8"))["anomalies"])


@pytest.mark.parametrize("nothing", ["[]", "null"])
def test_a_file_without_changes_changes_nothing(folder: Path, tmp_path: Path, nothing: str) -> None:
    changes, out = tmp_path / "changes.json", tmp_path / "sum.json"
    changes.write_text(nothing, encoding="utf-8")
    assert ordered(folder, out=out, more=["--corrections", changes]) == 0
    assert "人工更正" not in out.read_text(encoding="utf-8")


def test_the_ending_decides_what_is_written(folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out = tmp_path / "sum.xlsx"
    assert ordered(folder, out=out) == 0 and out.read_bytes().startswith(b"PK")
    assert ordered(folder, out=out) == 2 and "--force" in capsys.readouterr().err
    assert ordered(folder, out=tmp_path / "sum.pdf") == 2 and ".xlsx" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("more", "said"),
    [
        (["--take", "财政局"], "--take应写作“单位=文件名”"),
        (["--take", "财政局=a.docx", "--take", "财政局=b.docx"], "--take为财政局选了两份文件：a.docx、b.docx"),
        (["--due", "nothing.txt"], "nothing.txt"),
        (["--year", "1900"], "报告年度应为2019至2199之间的年份"),
        (["--corrections", "nothing.json"], "nothing.json"),
    ],
)
def test_a_wrong_call_is_told(
    folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], more: list[str], said: str
) -> None:
    assert ordered(folder, out=tmp_path / "sum.json", more=more) == 2
    assert said in capsys.readouterr().err


def test_files_of_which_none_is_a_report_of_the_year_are_refused_with_what_they_are(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file, out = tmp_path / "a.txt", tmp_path / "sum.json"
    file.write_text("你好", encoding="utf-8")
    assert ordered(file, out=out, more=["--today", "2025-01-10"]) == 1
    first, second = capsys.readouterr().err.splitlines()
    assert "没有一份能读出的2024年度报告" in first and second.startswith(f"{file}：没有找到年度报告的表格")
    file.write_bytes(county.as_json(county.right(0)))
    assert ordered(file, out=out, more=["--year", "2026"]) == 1
    assert f"{file}：是2024年度的报告。" in capsys.readouterr().err and not out.exists()


def test_the_governments_report_is_built_from_the_sum(folder: Path, tmp_path: Path) -> None:
    out = tmp_path / "sum.json"
    assert ordered(folder, out=out) == 0
    answers = json.loads(out.read_text(encoding="utf-8"))
    answers |= {
        "date": f"{county.YEAR + 1}-03-20",
        "narrative": {"problems": "解读形式还不够丰富。", "improvements": "今后增加图解和问答。"},
    }
    out.write_text(json.dumps(answers, ensure_ascii=False), encoding="utf-8")
    report = tmp_path / "report.docx"
    assert main(["build", "annual-report", "-i", str(out), "-o", str(report)]) == 0
    assert report.read_bytes().startswith(b"PK")


def test_the_sum_in_the_folder_is_no_report_the_next_time(folder: Path) -> None:
    out = folder / "汇总.json"
    assert ordered(folder, out=out) == 0
    first = out.read_bytes()
    assert ordered(folder, out=out, more=["--force"]) == 0 and out.read_bytes() == first
