"""The command that puts a report beside last year's: on the screen, or in a file whose name says the format."""

from __future__ import annotations

import json
from pathlib import Path
from zipfile import ZipFile

import pytest

from gipdocs.cli import main
from tests.reports.samples import DATA

pytestmark = pytest.mark.slow

NOW, BEFORE = (str(DATA / "seeds" / f"{year}.json") for year in (2023, 2022))
CALL = ["report", "compare", NOW, "--previous", BEFORE]
PART = {"docx": "word/document.xml", "xlsx": "xl/workbook.xml"}


def test_a_clerk_reads_what_changed_and_what_is_asked(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(CALL) == 0
    told = capsys.readouterr().out
    assert told.startswith("聊城市机关事务管理局2023年度与2022年度对照。")
    assert "“一、本年新收政府信息公开申请数量”总计　2→3　+1　+50.0%" in told
    assert "其余163项两年均为0" in told and "核对提示2条：\n1. " in told


@pytest.mark.parametrize("suffix", ["docx", "xlsx"])
def test_the_sheet_is_written_in_the_format_of_its_name(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], suffix: str
) -> None:
    path = tmp_path / f"对比表.{suffix}"
    assert main([*CALL, "-o", str(path)]) == 0
    assert capsys.readouterr().err == "核对提示2条，写在表里。\n"
    with ZipFile(path) as archive:
        assert PART[suffix] in archive.namelist()
    assert main([*CALL, "-o", str(path)]) == 2 and "已经存在" in capsys.readouterr().err


def test_the_data_have_every_figure(tmp_path: Path) -> None:
    path = tmp_path / "对比.json"
    assert main([*CALL, "-o", str(path)]) == 0
    assert len(json.loads(path.read_text("utf-8"))["figures"]) == 200


def test_a_wrong_name_and_a_wrong_year_are_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main([*CALL, "-o", str(tmp_path / "对比.txt")]) == 2
    assert "应以.docx、.html、.pdf、.xlsx、.json结尾" in capsys.readouterr().err
    assert main(["report", "compare", NOW, "--previous", NOW]) == 1
    assert "请换成2022年度的报告" in capsys.readouterr().err
