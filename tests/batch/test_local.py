"""A batch in a folder: whole files, a manifest, and a second run that makes only what is missing or has changed."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from dataclasses import replace
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
from docx import Document

from gipdocs.batch.local import (
    COLUMNS,
    MANIFEST,
    CheckedRow,
    FolderManifest,
    LocalRun,
    MadeRow,
    check_rows,
    skipped,
    sum_up,
)
from gipdocs.batch.orders import OrderedRow
from gipdocs.documents.build import Built
from gipdocs.errors import ConverterBusy, ConverterTimeout
from gipdocs.service import Service

pytestmark = pytest.mark.slow
LETTER = "reply-granted"
NUMBERS = [f"聊机管公开〔2026〕{number}号" for number in (21, 22, 23)]
WRONG = {"date": "2026-02-30"}


def checked(service: Service, *rows: OrderedRow) -> list[CheckedRow]:
    entry = service.registry[LETTER]
    return [*check_rows(service, entry, rows, base=service.sample(LETTER))]


def letters(service: Service, *numbers: str) -> list[CheckedRow]:
    return checked(service, *(OrderedRow(answers={"number": number}) for number in numbers or NUMBERS))


def start(service: Service, folder: Path) -> LocalRun:
    return LocalRun(service, service.registry[LETTER], "docx", FolderManifest.open(folder))


def make(service: Service, folder: Path, rows: Sequence[CheckedRow]) -> tuple[list[int], list[MadeRow]]:
    """The places that a run has made, and what it tells of all rows."""
    run = start(service, folder)
    left, kept = run.split(rows)
    made = [*run.make(left)]
    run.manifest.finish([*kept, *made])
    return sorted(row.row for row in made), [*kept, *made]


def listed(folder: Path) -> list[dict[str, str]]:
    return [*csv.DictReader(io.StringIO((folder / MANIFEST).read_text(encoding="utf-8-sig")))]


def text_of(path: Path) -> str:
    return "".join(one.text for one in Document(str(path)).paragraphs)


def test_rows_are_checked_with_what_they_share(service: Service) -> None:
    late = OrderedRow(answers={"date": "2026-03-21"}, line=7)
    unread = OrderedRow(
        answers={}, line=9, faults=[{"pointer": "/date", "code": "cell", "detail": "B9：坏。", "column": "日期"}]
    )
    rows = checked(service, OrderedRow(answers={}), late, OrderedRow(answers=WRONG), unread)
    assert [bool(row.faults) for row in rows] == [False, False, True, True]
    told = sum_up(rows)
    assert (told["rows"], told["invalid"], told["warnings"], told["error_count"]) == (4, 2, 1, 2)
    assert [(one["row"], one["code"], one.get("column")) for one in told["errors"]] == [
        (3, "no-such-day", None),
        (9, "cell", "日期"),
    ]


def test_what_the_law_forbids_is_a_fault(service: Service) -> None:
    (row,) = letters(service, "聊机管公开〔2025〕12号")
    assert [one["code"] for one in row.faults] == ["number-other-year"]


def test_every_row_becomes_a_file_of_the_manifest(service: Service, tmp_path: Path) -> None:
    folder = tmp_path / "out" / "march"
    assert make(service, folder, letters(service))[0] == [1, 2, 3]
    rows = listed(folder)
    assert [*rows[0]] == [*COLUMNS] and [row["row"] for row in rows] == ["1", "2", "3"]
    for row, number in zip(rows, NUMBERS, strict=True):
        content = (folder / row["file"]).read_bytes()
        assert row["state"] == "done" and sha256(content).hexdigest() == row["sha256"]
        assert row["file"].startswith(f"{int(row['row']):04d}_") and number in text_of(folder / row["file"])
    assert {path.name for path in folder.iterdir()} == {MANIFEST, *(row["file"] for row in rows)}


def test_a_second_run_makes_what_is_missing_damaged_or_changed(service: Service, tmp_path: Path) -> None:
    rows = letters(service, *NUMBERS, "聊机管公开〔2026〕24号")
    make(service, tmp_path, rows)
    first, second, third, _ = (tmp_path / row["file"] for row in listed(tmp_path))
    before = first.stat().st_mtime_ns
    second.unlink()
    third.write_bytes(b"PK cut off")
    changed = [*rows[:3], *letters(service, "1", "2", "3", "聊机管公开〔2026〕99号")[3:]]
    assert make(service, tmp_path, changed)[0] == [2, 3, 4]
    assert first.stat().st_mtime_ns == before and "23号" in text_of(third)
    assert "99号" in text_of(tmp_path / listed(tmp_path)[3]["file"])
    assert make(service, tmp_path, changed)[0] == []


def test_a_row_with_another_name_leaves_no_second_file(service: Service, tmp_path: Path) -> None:
    (row,) = letters(service, NUMBERS[0])
    make(service, tmp_path, [replace(row, row=replace(row.row, name="张三"))])
    make(service, tmp_path, [replace(row, row=replace(row.row, name="李四"))])
    assert sorted(path.name for path in tmp_path.iterdir()) == ["0001_李四.docx", MANIFEST]


@pytest.mark.parametrize(
    ("name", "file"),
    [
        ("../../etc/passwd", "0001__.._etc_passwd.docx"),
        ('a<b>:"|?*', "0001_a_b______.docx"),
        ("长" * 300, f"0001_{'长' * 60}.docx"),
        ("=cmd\ud800", "0001_=cmd_.docx"),
    ],
    ids=["path", "forbidden", "long", "surrogate"],
)
def test_the_name_of_a_file_is_one_on_every_system(service: Service, tmp_path: Path, name: str, file: str) -> None:
    (row,) = letters(service, NUMBERS[0])
    make(service, tmp_path, [replace(row, row=replace(row.row, name=name))])
    assert sorted(path.name for path in tmp_path.iterdir()) == [file, MANIFEST]


def test_a_run_that_is_cut_off_leaves_whole_files_and_goes_on(service: Service, tmp_path: Path) -> None:
    rows = letters(service)
    run = start(service, tmp_path)
    making = run.make(rows)
    assert next(making).state == "done"
    making.close()  # as Ctrl+C does
    with run.manifest.path.open("a", encoding="utf-8") as file:
        file.write("3,0003_cut")  # as a power cut does
    done = [path for path in tmp_path.iterdir() if path.suffix == ".docx"]
    assert done and all(text_of(path) for path in done) and not [*tmp_path.glob(".*")]
    again, told = make(service, tmp_path, rows)
    assert len(again) == 3 - len(done) and {row.state for row in told} == {"done"}
    assert [row["row"] for row in listed(tmp_path)] == ["1", "2", "3"]


@pytest.mark.parametrize(
    "line", ["x,a.docx,done,,{0},{0}", "1,../a.docx,done,,{0},{0}", "1,,done,,{0},{0}", "1,a.docx,done,,0,0"]
)
def test_a_strange_line_of_a_manifest_counts_for_nothing(tmp_path: Path, line: str) -> None:
    (tmp_path / MANIFEST).write_text(",".join(COLUMNS) + "\n" + line.format("0" * 64) + "\n", encoding="utf-8")
    assert FolderManifest.open(tmp_path).known == {}


class Unwilling:
    """Stands for the service while its converter is busy or fails; the rest is the real one's."""

    def __init__(self, service: Service, *errors: Exception) -> None:
        self.service, self.errors = service, [*errors]

    def build(self, *given: Any, **more: Any) -> Built:
        if self.errors:
            raise self.errors.pop(0)
        return self.service.build(*given, **more)

    def __getattr__(self, name: str) -> Any:
        return getattr(self.service, name)


def test_a_busy_converter_is_waited_for_and_a_failure_is_told(service: Service, tmp_path: Path) -> None:
    rows = letters(service)
    errors = ConverterBusy("忙。", retry_after=0), ConverterTimeout("超时。")
    unwilling: Any = Unwilling(service, *errors)
    run = LocalRun(unwilling, service.registry[LETTER], "docx", FolderManifest.open(tmp_path))
    told = {row.row: row for row in run.make(rows)}
    assert [told[place].state for place in (1, 2, 3)] == ["failed", "done", "done"]
    assert told[1].findings == "conversion-timeout" and not unwilling.errors
    assert make(service, tmp_path, rows)[0] == [1]


def test_a_skipped_row_stands_in_the_manifest_with_its_codes(service: Service, tmp_path: Path) -> None:
    rows = checked(service, OrderedRow(answers=WRONG))
    FolderManifest.open(tmp_path).finish([skipped(row) for row in rows])
    assert [(row["state"], row["findings"], row["file"]) for row in listed(tmp_path)] == [
        ("invalid", "no-such-day", "")
    ]


@pytest.mark.converter
def test_pdfs_are_made_side_by_side(service: Service, tmp_path: Path) -> None:
    run = LocalRun(service, service.registry[LETTER], "pdf", FolderManifest.open(tmp_path))
    assert run.workers > 0
    told = [*run.make(letters(service))]
    assert {row.state for row in told} == {"done"}
    assert all((tmp_path / row.file).read_bytes().startswith(b"%PDF-") for row in told)
