"""A ZIP of reports is opened with readable names, whatever program has packed it, and within bounds."""

from __future__ import annotations

import struct
import zipfile
from io import BytesIO

import pytest

from gipdocs.archives import Archive
from gipdocs.reports.collecting.deliveries import LIMITS, unpack
from gipdocs.reports.collecting.submissions import collect
from tests.reports import county

NAME = "报送/云岭县财政局年报.txt"
DIRECTORY_ENTRY = b"PK\1\2"


def packed(files: dict[bytes, bytes]) -> bytes:
    """An archive whose names are these bytes, as programs write them that don't say how they are encoded."""
    out = BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for i, content in enumerate(files.values()):
            archive.writestr(f"{i:0{len([*files][i])}}", content)
    data = out.getvalue()
    for i, name in enumerate(files):
        data = data.replace(f"{i:0{len(name)}}".encode(), name)
    return data


@pytest.mark.parametrize("encoding", ["gb18030", "utf-8"])
def test_names_are_read_as_they_were_packed(encoding: str) -> None:
    data = packed({NAME.encode(encoding): b"a"})
    assert [*Archive(data, LIMITS).readable_names().values()] == [NAME]
    assert [*unpack("all.zip", data)] == [(NAME, b"a")]


def test_a_name_that_says_that_it_is_utf_8_is_taken_as_it_is() -> None:
    out = BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr(NAME, b"a")
    assert [*unpack("all.zip", out.getvalue())] == [(NAME, b"a")]


def test_what_programs_leave_in_folders_is_no_report() -> None:
    names = (b"__MACOSX/._a.docx", b".DS_Store", b"x/~$a.docx", b"x/Thumbs.db", b"x/a.txt")
    assert [name for name, _ in unpack("all.zip", packed(dict.fromkeys(names, b"a")))] == ["x/a.txt"]


def test_a_word_file_is_itself_though_it_is_a_zip() -> None:
    name, content = county.printed(0, "docx")
    assert [*unpack(name, content)] == [(name, content)]


def test_a_broken_archive_is_kept_as_a_file_that_cannot_be_read() -> None:
    data = packed({b"a.txt": b"a" * 100})
    at = data.index(DIRECTORY_ENTRY)
    wrong = data[: at + 16] + struct.pack("<L", 7) + data[at + 20 :]  # the checksum
    assert [*unpack("all.zip", wrong)] == [("all.zip", wrong)]
    [kept] = collect(unpack("all.zip", wrong), year=2024).submissions
    assert kept.record is None and kept.faults[0].detail.startswith("不能读取压缩包。")


def test_the_reports_of_a_county_may_come_in_one_archive() -> None:
    files = [county.printed(i) for i in range(4)]
    data = packed({name.encode("gb18030"): content for name, content in files})
    found = collect(unpack("全县.zip", data), due=county.DUE)
    assert {one.body for one in found.submissions} == set(county.BODIES[:4])


def test_files_of_one_name_are_told_apart() -> None:
    found = collect([("a.txt", b"1"), ("a.txt", b"2"), ("a.txt", b"3")], year=2024)
    assert [one.name for one in found.submissions] == ["a.txt", "a.txt（2）", "a.txt（3）"]


def test_characters_that_no_screen_shows_are_told_as_code_points() -> None:
    found = collect([("红\x1b[31m\n\u202e局.txt", b"1")], year=2024)
    assert [one.name for one in found.submissions] == ["红U+001B[31m U+202E局.txt"]


def test_a_body_that_is_due_twice_is_due_once() -> None:
    assert collect([], year=2024, due=("县财政局", "县财政局")).due == ("县财政局",)
