"""What comes out of a batch as a ZIP: whole, readable everywhere, named so that people find their way, and small in memory."""

from __future__ import annotations

import csv
import shutil
import struct
import subprocess
import tracemalloc
import zipfile
from collections.abc import Iterator
from hashlib import sha256
from io import BytesIO, StringIO
from pathlib import Path

import pytest
from sqlalchemy import select, update

from gipdocs.access.actors import HERE, NOBODY, Actor
from gipdocs.access.permissions import Permission
from gipdocs.batch.archive import archive_name, archive_size, stream_archive
from gipdocs.batch.batches import find_batch, read_batch_file
from gipdocs.batch.naming import LONGEST
from gipdocs.batch.ordering import remove
from gipdocs.errors import BatchExpired, Forbidden, StepForbidden, UnknownBatch
from gipdocs.register.register import Register
from gipdocs.store.emptying import empty_rows
from gipdocs.store.tables import AuditRow, BatchItemRow
from tests.batch.finished import SECRET, add_finished

pytestmark = pytest.mark.slow

CONTENTS = [b"%PDF-one", None, b"%PDF-three" * 1000]
ON_SQLITE = pytest.mark.parametrize("database", ["sqlite"], indirect=True)


def whole(pieces: Iterator[bytes]) -> zipfile.ZipFile:
    return zipfile.ZipFile(BytesIO(b"".join(pieces)))


def listed(archive: zipfile.ZipFile) -> list[dict[str, str]]:
    return list(csv.DictReader(StringIO(archive.read("manifest.csv").decode("utf-8-sig"), newline="")))


def names_of(archive: zipfile.ZipFile) -> list[str]:
    return [name for name in archive.namelist() if name[0].isdigit()]


def test_a_zip_has_each_file_that_was_made_a_list_and_a_page_about_it(register: Register) -> None:
    archive = whole(stream_archive(register, add_finished(register, CONTENTS), by=HERE))
    assert archive.testzip() is None
    assert archive.namelist() == [
        f"0001_接收回执（{SECRET}）.pdf",
        f"0003_接收回执（{SECRET}）.pdf",
        "manifest.csv",
        "README.txt",
    ]
    assert [archive.read(name) for name in names_of(archive)] == [CONTENTS[0], CONTENTS[2]]
    assert {one.compress_type for one in archive.infolist()} == {zipfile.ZIP_STORED}
    rows = listed(archive)
    assert [row["状态"] for row in rows] == ["已生成", "不能生成", "已生成"]
    assert [row["文件"] for row in rows] == [archive.namelist()[0], "", archive.namelist()[1]]
    assert [row["SHA-256"] for row in rows] == [sha256(one).hexdigest() if one else "" for one in CONTENTS]
    assert (rows[1]["问题代码"], rows[1]["表格行号"]) == ("required", "3") and "请填写“日期”" in rows[1]["问题说明"]


def test_the_page_says_how_many_there_are_and_until_when(register: Register) -> None:
    id = add_finished(register, CONTENTS, title="年度告知")
    text = whole(stream_archive(register, id, by=HERE)).read("README.txt").decode("utf-8-sig")
    batch = find_batch(register, id, by=HERE)
    assert batch.expires_at is not None
    assert text.startswith("年度告知\r\n") and "本压缩包里有2件文书" in text and "不能生成的1件" in text
    assert "政府信息公开申请接收回执（PDF）" in text and "共3件" in text and f"至{batch.expires_at.year}年" in text


def test_the_same_batch_gives_the_same_bytes(register: Register) -> None:
    id = add_finished(register, CONTENTS)
    assert b"".join(stream_archive(register, id, by=HERE)) == b"".join(stream_archive(register, id, by=HERE))


def test_the_files_bear_the_moment_in_china_at_which_they_were_made(register: Register) -> None:
    archive = whole(stream_archive(register, add_finished(register, CONTENTS), by=HERE))
    assert archive.infolist()[0].date_time == (2026, 12, 1, 2, 5, 6)


def test_a_part_has_its_rows_only(register: Register) -> None:
    id = add_finished(register, [b"1", b"2", b"3", b"4"])
    archive = whole(stream_archive(register, id, by=HERE, first=2, last=3))
    assert [archive.read(name) for name in names_of(archive)] == [b"2", b"3"]
    assert [row["序号"] for row in listed(archive)] == ["2", "3"]
    assert "第2件至第3件，共2件（整个批次4件）" in archive.read("README.txt").decode()
    assert archive_size(register, id, first=2, last=3) == 2 and archive_size(register, id) == 4


@pytest.mark.parametrize(("first", "last"), [(0, None), (3, 2), (5, None)])
def test_a_part_that_does_not_exist_is_refused(register: Register, first: int, last: int | None) -> None:
    id = add_finished(register, [b"1", b"2", b"3", b"4"])
    with pytest.raises(UnknownBatch, match="只有4件"):
        stream_archive(register, id, by=HERE, first=first, last=last)


@pytest.mark.parametrize("program", ["7z", "unzip"])
@ON_SQLITE
def test_other_programs_read_it(register: Register, tmp_path: Path, program: str) -> None:
    found = shutil.which(program)
    if found is None:
        pytest.skip(f"{program} is not on this machine")
    file = tmp_path / "batch.zip"
    file.write_bytes(b"".join(stream_archive(register, add_finished(register, CONTENTS), by=HERE)))
    command = [found, "t", file] if program == "7z" else [found, "-tq", file]
    ran = subprocess.run(command, capture_output=True, text=True, check=False)
    assert ran.returncode == 0, ran.stdout + ran.stderr


@ON_SQLITE
def test_a_program_that_reads_from_the_beginning_finds_every_size_before_its_file(register: Register) -> None:
    """As Java does, which refuses stored files whose sizes follow them."""
    data = b"".join(stream_archive(register, add_finished(register, CONTENTS), by=HERE))
    found, place = list[bytes](), 0
    while data[place : place + 4] == b"PK\x03\x04":
        flags, size, name, extra = (
            *struct.unpack_from("<H", data, place + 6),
            *struct.unpack_from("<IxxxxHH", data, place + 18),
        )
        assert not flags & 8
        start = place + 30 + name + extra
        found.append(data[start : start + size])
        place = start + size
    assert found[:2] == [CONTENTS[0], CONTENTS[2]] and len(found) == 4


@ON_SQLITE
def test_beyond_the_limits_of_a_plain_zip_it_is_a_zip64(register: Register, monkeypatch: pytest.MonkeyPatch) -> None:
    id = add_finished(register, [b"x" * 3000] * 5)
    monkeypatch.setattr(zipfile, "ZIP64_LIMIT", 10_000)
    data = b"".join(stream_archive(register, id, by=HERE))
    monkeypatch.undo()
    archive = zipfile.ZipFile(BytesIO(data))
    assert b"PK\x06\x06" in data and archive.testzip() is None and len(names_of(archive)) == 5


HOSTILE = {
    "bidi": ("张\u202egpj", "0001_张_gpj.pdf"),
    "blank": ("  \u3000 ", f"0001_接收回执（{SECRET}）.pdf"),
    "control": ("a\nb\tc", "0001_a_b_c.pdf"),
    "device": ("CON", "0001_CON.pdf"),
    "dots": ("..", f"0001_接收回执（{SECRET}）.pdf"),
    "ending": ("张三.pdf", "0001_张三.pdf"),
    "path": ("../../etc/passwd", "0001__.._etc_passwd.pdf"),
    "rare": ("𠮷䶮", "0001_𠮷䶮.pdf"),
    "windows": ('C:\\a*b?"<>|', "0001_C__a_b_____.pdf"),
}


@pytest.mark.parametrize("case", HOSTILE)
@ON_SQLITE
def test_a_name_is_made_safe(register: Register, case: str) -> None:
    typed, expected = HOSTILE[case]
    archive = whole(stream_archive(register, add_finished(register, [b"1"], rows={1: {"name": typed}}), by=HERE))
    assert names_of(archive) == [expected]


@ON_SQLITE
def test_a_long_name_is_cut_between_characters_and_keeps_its_ending(register: Register) -> None:
    rows = {1: {"name": "字" * 200}, 2: {"name": "𠮷" * 50}}
    archive = whole(stream_archive(register, add_finished(register, [b"1", b"2"], rows=rows), by=HERE))
    names = names_of(archive)
    assert all(LONGEST - 4 < len(name.encode()) <= LONGEST and name.endswith(".pdf") for name in names)
    assert set(names[0][5:-4]) == {"字"} and set(names[1][5:-4]) == {"𠮷"}


@ON_SQLITE
def test_equal_names_are_told_apart_by_their_place_and_sorted_as_the_rows_are(register: Register) -> None:
    archive = whole(stream_archive(register, add_finished(register, [b"1"] * 12), by=HERE))
    names = names_of(archive)
    assert len(set(names)) == 12 and names == sorted(names)


@ON_SQLITE
def test_files_are_called_by_the_answers_that_were_chosen_as_readers_know_them(register: Register) -> None:
    id = add_finished(
        register,
        [b"1", b"2"],
        rows={2: {"answers": {"application": {"name": "李四", "media": ["paper", "disc"]}, "date": "2026-03-03"}}},
        base={"application": {"id_kind": "resident"}, "date": "2026-03-01"},
        options={"names": ["/application/name", "/application/id_kind", "/date", "/application", "/nothing"]},
    )
    archive = whole(stream_archive(register, id, by=HERE))
    assert [name.split("_", 1)[1] for name in names_of(archive)] == [
        f"{SECRET}1_居民身份证_2026-03-01.pdf",
        "李四_居民身份证_2026-03-03.pdf",
    ]


@pytest.mark.parametrize("start", ["\t", "\r", "+", "-", "=", "@", "＝"])
@ON_SQLITE
def test_a_cell_that_a_spreadsheet_may_take_for_a_formula_is_quoted(register: Register, start: str) -> None:
    fault = {"pointer": "/x", "code": "character", "detail": f"{start}cmd|' /C calc'!A0"}
    id = add_finished(register, [b"1", None], rows={2: {"faults": [fault]}})
    assert listed(whole(stream_archive(register, id, by=HERE)))[1]["问题说明"] == "'" + fault["detail"]


def test_a_running_batch_is_refused_before_the_first_byte_unless_a_part_is_wanted(register: Register) -> None:
    id = add_finished(register, CONTENTS, state="running", rows={2: {"state": "waiting", "faults": []}})
    with pytest.raises(StepForbidden, match="还没有办完") as error:
        stream_archive(register, id, by=HERE)
    assert error.value.allowed == ("cancel",)
    archive = whole(stream_archive(register, id, by=HERE, partial=True))
    assert len(names_of(archive)) == 2 and listed(archive)[1]["状态"] == "等待生成"
    assert "还没有办完" in archive.read("README.txt").decode()


def test_an_expired_batch_a_strangers_and_none_are_refused_before_the_first_byte(register: Register) -> None:
    id = add_finished(register, CONTENTS)
    other = Actor(name="别的系统", key="k1", permissions=frozenset({Permission.BATCHES}))
    with pytest.raises(UnknownBatch):
        stream_archive(register, id, by=other)
    with pytest.raises(Forbidden):
        stream_archive(register, id, by=NOBODY)
    remove(register, id, by=HERE)
    with pytest.raises(BatchExpired):
        stream_archive(register, id, by=HERE)


def test_a_batch_that_expires_on_the_way_leaves_no_readable_zip(register: Register) -> None:
    id = add_finished(register, [b"x"] * 300)
    pieces = stream_archive(register, id, by=HERE)
    got = [next(pieces) for _ in range(3)]
    remove(register, id, by=HERE)
    with pytest.raises(BatchExpired):
        got.extend(pieces)
    with pytest.raises(zipfile.BadZipFile):
        zipfile.ZipFile(BytesIO(b"".join(got)))


def test_a_file_that_went_with_its_case_is_listed_as_deleted(register: Register) -> None:
    id = add_finished(register, [b"1", b"2"])
    with register.store.writing() as session:
        empty_rows(session, BatchItemRow.batch_id == id, BatchItemRow.place == 1)
    archive = whole(stream_archive(register, id, by=HERE))
    assert [row["状态"] for row in listed(archive)] == ["文件已经删除", "已生成"]
    assert "文件已经删除的1件" in archive.read("README.txt").decode()


def test_who_hangs_up_keeps_nothing_open(register: Register) -> None:
    pieces = stream_archive(register, add_finished(register, [b"x"] * 300), by=HERE)
    next(pieces)
    pieces.close()  # type: ignore[attr-defined]  # a generator, as servers close it
    with register.store.writing() as session:
        session.execute(update(BatchItemRow).values(name="other"))


def test_a_download_is_noted_once_a_person_and_day(register: Register) -> None:
    id = add_finished(register, CONTENTS)
    key = Actor(name="公文系统", key="k1", permissions=frozenset({Permission.BATCHES}))
    add_finished(register, CONTENTS, id="b" * 32, key_id="k1")
    for _ in range(2):
        stream_archive(register, id, by=HERE)
        read_batch_file(register, id, 1, by=HERE)
        stream_archive(register, "b" * 32, by=key)
    with register.store.reading() as session:
        noted = session.scalars(select(AuditRow).where(AuditRow.action == "batch.downloaded")).all()
    assert [(one.actor, one.subject_kind, one.subject_id, one.detail.get("key")) for one in noted] == [
        ("本机", "batch", id, None),
        ("公文系统", "batch", "b" * 32, "k1"),
    ]


def test_the_name_of_a_zip_says_which_batch_and_which_part_it_is(register: Register) -> None:
    add_finished(register, CONTENTS, title="年度/告知")
    batch = find_batch(register, "a" * 32, by=HERE)
    assert archive_name(batch) == "年度_告知-20261201.zip"
    assert archive_name(batch, first=1001, last=2000) == "年度_告知-20261201（第1001件至第2000件）.zip"


@pytest.mark.further
@ON_SQLITE
def test_three_hundred_megabytes_pass_through_little_memory(register: Register) -> None:
    id = add_finished(register, [b"x" * 60_000] * 5000)
    tracemalloc.start()
    size = sum(map(len, stream_archive(register, id, by=HERE)))
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert size > 300_000_000 and peak < 30 * 1024 * 1024
