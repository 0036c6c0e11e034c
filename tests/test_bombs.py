"""A small file stays small: whatever it wants to become is refused in Chinese, at once, and costs no memory."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import zipfile
from collections.abc import Mapping
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from openpyxl import Workbook

from gipdocs.errors import InvalidInput
from gipdocs.questions.tables import read_table
from gipdocs.reports import read
from gipdocs.spreadsheets.counting import MOST_COLUMNS, MOST_ROWS
from plugins.catalogue import CatalogueQuestions
from tests.bombs import GUIDES, REPORTS, TABLES, Bomb, archive
from tests.reports.printing import as_docx
from tests.reports.samples import record

pytestmark = pytest.mark.slow

ROOT = Path(__file__).resolve().parents[1]
MOST_SECONDS = 20.0
"""Of work. A command loads all documents first, which takes most of it."""
MOST_MEMORY = 100.0
"""In MiB, above what the process has already."""
KEPT = 30.0
"""In MiB: what was cut off may stay with the process for the next file."""
LARGEST_UPLOAD = 2 * 2**20
COMMANDS = {
    "report": ("report", "read"),
    "guide": ("guide", "check"),
    "table": ("check", "catalogue", "-i"),
    "answers": ("check", "catalogue", "-i"),
}
BY_COMMAND = ("a merged range", "one text in many cells", "a dotted key of 100,000 parts", "answers without end")
"""Of the tables; each command that reads one loads all documents first."""
BOMBS = {f"{bomb.kind}, {name}": bomb for bombs in (REPORTS, TABLES, GUIDES) for name, bomb in bombs.items()}
FILES = {
    name: bomb
    for name, bomb in BOMBS.items()
    if bomb.kind in ("report", "guide") or name.partition(", ")[2] in BY_COMMAND
}
UPLOADS = {name: bomb for name, bomb in BOMBS.items() if bomb.kind != "guide"}
ENDLESS = {
    "a report": ("report", "read", "/dev/zero"),
    "last year's report": ("report", "check", "honest.docx", "--previous", "/dev/zero"),
    "a guide": ("guide", "check", "/dev/zero"),
    "answers": ("build", "catalogue", "-i", "/dev/zero", "-o", "never.docx"),
    "answers to check": ("check", "catalogue", "-i", "/dev/zero"),
    "a clock": ("deadline", "-i", "/dev/zero"),
    "a fee": ("fee", "-i", "/dev/zero"),
    "an office": ("list", "--agency", "/dev/zero"),
}
Cost = Mapping[str, Any]


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """Every bomb as a file, the honest files beside them."""
    folder = tmp_path_factory.mktemp("bombs")
    paths = {name: folder / f"{number}{bomb.suffix}" for number, (name, bomb) in enumerate(BOMBS.items())}
    for name, path in paths.items():
        path.write_bytes(BOMBS[name].make())
    (folder / "honest.docx").write_bytes(as_docx(record("2023")))
    return paths


def sent(door: str, folder: Path, jobs: list[dict[str, Any]]) -> list[Cost]:
    """What each file cost at a door, in a process that holds no more memory than a service may."""
    (folder / "jobs.json").write_text(json.dumps(jobs), encoding="utf-8")
    command = [sys.executable, "-m", "tests.doors", door, str(folder)]
    done = subprocess.run(command, cwd=ROOT, env=os.environ | {"PYTHONPATH": str(ROOT)}, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    costs: list[Cost] = json.loads(done.stdout)
    return costs


@pytest.fixture(scope="module")
def uploads(files: dict[str, Path]) -> dict[str, Cost]:
    folder = next(iter(files.values())).parent
    jobs = [{"file": files[name].name, "kind": bomb.kind} for name, bomb in UPLOADS.items()]
    warm = [{"file": "honest.docx", "kind": kind} for kind in ("report", "table")]
    return dict(zip(UPLOADS, sent("desk", folder, [*warm, *jobs])[len(warm) :], strict=True))


@pytest.fixture(scope="module")
def commands(files: dict[str, Path]) -> dict[str, Cost]:
    folder = next(iter(files.values())).parent
    named = {name: [*COMMANDS[bomb.kind], files[name].name] for name, bomb in FILES.items()}
    jobs = [{"arguments": list(arguments)} for arguments in [*named.values(), *ENDLESS.values()]]
    return dict(zip([*named, *ENDLESS], sent("command", folder, jobs), strict=True))


def assert_small(cost: Cost) -> None:
    assert cost["peak"] < MOST_MEMORY
    assert cost["kept"] < KEPT
    assert cost["seconds"] < MOST_SECONDS


@pytest.mark.parametrize(("name", "bomb"), UPLOADS.items(), ids=UPLOADS)
def test_an_upload_stays_small(name: str, bomb: Bomb, files: dict[str, Path], uploads: dict[str, Cost]) -> None:
    assert files[name].stat().st_size < LARGEST_UPLOAD
    assert_small(uploads[name])
    assert uploads[name]["status"] == (200 if bomb.kind == "report" else 422)
    assert bomb.words in uploads[name]["said"]
    if bomb.kind == "report":
        assert "这个文件没有载入：" in uploads[name]["said"]


@pytest.mark.parametrize(("name", "bomb"), FILES.items(), ids=FILES)
def test_a_file_of_a_command_stays_small(name: str, bomb: Bomb, commands: dict[str, Cost]) -> None:
    assert_small(commands[name])
    assert commands[name]["status"] in (1, 2)
    assert bomb.words in commands[name]["said"] and "Traceback" not in commands[name]["said"]
    assert len(commands[name]["said"]) < 1000


@pytest.mark.parametrize("name", ENDLESS)
def test_of_a_file_without_an_end_no_more_is_read_than_may_be(name: str, commands: dict[str, Cost]) -> None:
    assert_small(commands[name])
    assert commands[name]["status"] in (1, 2, 3)
    assert ("Traceback" not in commands[name]["said"] and "/dev/zero" in commands[name]["said"]) or "过" in commands[
        name
    ]["said"]


def test_a_command_that_has_no_memory_left_says_so(files: dict[str, Path]) -> None:
    folder = next(iter(files.values())).parent
    (cost,) = sent("command", folder, [{"arguments": ["report", "read", "/dev/zero"], "spare": 8}])
    assert cost["status"] == 3
    assert "内存不足" in cost["said"] and "Traceback" not in cost["said"]


def with_footnotes(number: int) -> bytes:
    """A published report, as many figures of which have a footnote of their own."""
    source = zipfile.ZipFile(BytesIO(as_docx(record("2023"))))
    members = {name: source.read(name) for name in source.namelist()}
    main = members["word/document.xml"].decode()
    for note in range(number):
        main = main.replace(
            "<w:t>0</w:t></w:r>", f'<w:t>0 </w:t></w:r><w:r><w:footnoteReference w:id="{note}"/></w:r>', 1
        )
    start = '<w:footnotes xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main">'
    notes = "".join(
        f'<w:footnote w:id="{note}"><w:p><w:r><w:t>说明{note}</w:t></w:r></w:p></w:footnote>' for note in range(number)
    )
    return archive(members | {"word/document.xml": main, "word/footnotes.xml": f"{start}{notes}</w:footnotes>"})


def test_a_report_with_sixty_footnotes_is_read() -> None:
    again = read(with_footnotes(60))
    assert again.cells == record("2023").cells
    assert sorted(again.remarks.values()) == sorted(f"说明{note}" for note in range(60))


def test_a_report_with_ten_megabytes_of_pictures_is_read() -> None:
    source = zipfile.ZipFile(BytesIO(as_docx(record("2023"))))
    pictures = {f"word/media/image{number}.png": os.urandom(2**20) for number in range(10)}
    data = archive({name: source.read(name) for name in source.namelist()} | pictures)
    assert read(data).cells == record("2023").cells


def book(rows: int, columns: int = 3) -> bytes:
    workbook = Workbook(write_only=True)
    sheet = workbook.create_sheet()
    sheet.append(["一级事项", "公开内容", "公开依据", *[""] * (columns - 3)])
    for row in range(1, rows):
        sheet.append([f"事项{row}", "内容", "条例", *[""] * (columns - 3)])
    out = BytesIO()
    workbook.save(out)
    return out.getvalue()


@pytest.mark.parametrize(("rows", "columns"), [(300, 3), (MOST_ROWS, 3), (20, MOST_COLUMNS)])
def test_a_table_up_to_the_limits_is_read(rows: int, columns: int) -> None:
    assert len(read_table(book(rows, columns), CatalogueQuestions)["items"]) == rows - 1


@pytest.mark.parametrize(("rows", "columns"), [(MOST_ROWS + 1, 3), (20, MOST_COLUMNS + 1)])
def test_a_table_one_beyond_the_limits_is_refused(rows: int, columns: int) -> None:
    with pytest.raises(InvalidInput, match=f"超过{MOST_ROWS}行或者{MOST_COLUMNS}列"):
        read_table(book(rows, columns), CatalogueQuestions)
