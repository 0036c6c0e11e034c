"""A profile that is written can be read back as it was; a file that is replaced is replaced as a whole, and kept."""

from __future__ import annotations

import errno
import fcntl
import os
import shutil
import threading
from collections.abc import Iterator
from datetime import datetime
from itertools import cycle
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from werkzeug.datastructures import MultiDict

from gipdocs.cli import main
from gipdocs.errors import ProfileError, StaleEdit
from gipdocs.forms.forms import everything, form_class
from gipdocs.profile import load_profile, make_profile
from gipdocs.profile.keeping import fingerprint, list_kept, read_kept, replace_profile
from gipdocs.profile.loading import parse_profile
from gipdocs.profile.questions import ProfileQuestions
from gipdocs.profile.writing import order_like, write_blank_profile, write_profile
from gipdocs.settings import PROJECT
from gipdocs.stricttoml import read_toml
from gipdocs.web.remarks import attach
from tests.offices import COUNTY

SHIPPED = PROJECT / "agency.toml"
NOW = datetime(2026, 11, 29, 21, 1, 2)
FULL = ProfileQuestions().sample(None, full=True)
TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=40)


def answers_of(path: Path) -> dict[str, Any]:
    return parse_profile(path.read_bytes(), path)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return Path(shutil.copy(SHIPPED, tmp_path / "agency.toml"))


@pytest.mark.parametrize("path", [SHIPPED, COUNTY], ids=["shipped", "county"])
def test_a_profile_goes_through_form_and_file_and_stays_the_same(path: Path) -> None:
    answers = answers_of(path)
    filled = form_class(ProfileQuestions)()
    filled.prefill(answers)
    sent = MultiDict((name, value) for one in everything(filled) for name, value in controls(one))
    again = order_like(form_class(ProfileQuestions)(sent).payload(), answers)
    text = write_profile(again)
    assert again == answers == read_toml(text.encode())
    assert list(again["channels"]) == list(answers["channels"])
    before, after = load_profile(path), make_profile(text.encode(), path)
    assert {**vars(before), "version": ""} == {**vars(after), "version": ""}


def controls(field: Any) -> list[tuple[str, str]]:
    """What a browser would send for one control of a form."""
    data = getattr(field, "data", None)
    if list(field.fields()) or data in (None, []):
        return []
    return [(field.name, value) for value in (data if isinstance(data, list) else [data])]


def retyped(value: Any, texts: Iterator[str]) -> Any:
    """Data of the same shape with other texts, in lists too."""
    if isinstance(value, dict):
        return {key: retyped(part, texts) for key, part in value.items()}
    if isinstance(value, list):
        return [retyped(part, texts) for part in value * 2]
    return next(texts) if isinstance(value, str) else value


@pytest.mark.slow
@given(st.lists(TEXT, min_size=1, max_size=5), st.lists(TEXT, min_size=1, max_size=3, unique=True))
def test_whatever_is_typed_is_read_back_from_the_file(texts: list[str], names: list[str]) -> None:
    typed = cycle(texts)
    answers = retyped(FULL, typed) | {"hours": {name: retyped(FULL["hours"]["standard"], typed) for name in names}}
    assert read_toml(write_profile(answers).encode()) == answers


def test_a_blank_profile_has_every_key_and_lacks_nothing_but_answers() -> None:
    text = write_blank_profile()
    with pytest.raises(ProfileError) as caught:
        make_profile(text.encode(), Path("agency.toml"))
    assert {fault.code for fault in caught.value.faults} <= {"required", "rows"} and caught.value.faults
    uncommented = "\n".join(
        line.removeprefix("# ") if "=" in line or line.startswith("# [") else line for line in text.splitlines()
    )
    assert shape(read_toml(uncommented.encode())) == shape(FULL)


def shape(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: shape(part) for key, part in value.items()}
    return [shape(value[0])] if isinstance(value, list) and value and isinstance(value[0], dict) else ""


def test_every_fault_of_a_blank_profile_has_its_question_in_the_form() -> None:
    text = write_blank_profile().encode()
    form = form_class(ProfileQuestions)()
    form.prefill(read_toml(text))
    with pytest.raises(ProfileError) as caught:
        make_profile(text, Path("agency.toml"))
    places = {remark.pointer: remark.place for remark in attach(form, caught.value.faults).every}
    assert len(places) == len(caught.value.faults) and all(places.values())
    assert places["/hours/standard/seasons/0/from"] == "hours-0-group-seasons-0-from"


def test_the_shipped_sample_is_known_and_any_other_profile_is_not() -> None:
    """If agency.toml was changed on purpose, gipdocs.profile.values.SHIPPED is its new version."""
    assert load_profile(SHIPPED).is_shipped
    assert not load_profile(COUNTY).is_shipped


def test_the_file_before_is_kept_whole_with_its_comments_and_its_rights(file: Path) -> None:
    before = file.read_bytes()
    file.chmod(0o640)
    kept = replace_profile(file, b"new", seen=fingerprint(before), now=NOW)
    assert file.read_bytes() == b"new" and kept == "agency.toml.2026-11-29T210102"
    assert read_kept(file, kept) == before
    again = replace_profile(file, b"newer", seen=fingerprint(b"new"), now=NOW)
    assert [one.name for one in list_kept(file)] == [again, kept] and again.endswith("-1")
    assert {path.stat().st_mode & 0o777 for path in file.parent.iterdir()} == {0o640}
    assert sorted(path.name for path in file.parent.iterdir()) == ["agency.toml", kept, again]


@pytest.mark.parametrize("fails", [1, 2])
def test_a_full_disk_leaves_the_old_file_and_nothing_else(
    file: Path, monkeypatch: pytest.MonkeyPatch, fails: int
) -> None:
    before, calls = file.read_bytes(), list[int]()

    def fill(descriptor: int) -> None:
        calls.append(descriptor)
        if len(calls) == fails:
            raise OSError(errno.ENOSPC, "no space")

    monkeypatch.setattr(os, "fsync", fill)
    with pytest.raises(ProfileError, match="磁盘空间不足"):
        replace_profile(file, b"new", seen=fingerprint(before), now=NOW)
    assert file.read_bytes() == before and list(file.parent.iterdir()) == [file]


def test_a_folder_that_cannot_be_flushed_loses_no_version(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    before, flush = file.read_bytes(), os.fsync

    def refuse_folders(descriptor: int) -> None:
        if os.path.isdir(f"/proc/self/fd/{descriptor}"):
            raise OSError(errno.EINVAL, "no folder can be flushed here")
        flush(descriptor)

    monkeypatch.setattr(os, "fsync", refuse_folders)
    kept = replace_profile(file, b"new", seen=fingerprint(before), now=NOW)
    assert (file.read_bytes(), read_kept(file, kept)) == (b"new", before)


def test_a_folder_that_cannot_be_held_is_told(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(descriptor: int, how: int) -> None:
        raise OSError(errno.EACCES, "no")

    monkeypatch.setattr(fcntl, "flock", refuse)
    with pytest.raises(ProfileError, match="没有读写权限"):
        replace_profile(file, b"new", seen=fingerprint(file.read_bytes()), now=NOW)


@pytest.mark.skipif(os.geteuid() != 0, reason="only root may give a file to others")
def test_the_file_stays_its_owners_and_its_groups(file: Path) -> None:
    os.chown(file, 1234, 2345)
    kept = file.with_name(replace_profile(file, b"new", seen=fingerprint(file.read_bytes()), now=NOW))
    assert [(one.stat().st_uid, one.stat().st_gid) for one in (file, kept)] == [(1234, 2345)] * 2


def test_former_versions_are_found_whatever_the_file_is_called(file: Path) -> None:
    other = file.rename(file.with_name("agency[1].toml"))
    kept = replace_profile(other, b"new", seen=fingerprint(other.read_bytes()), now=NOW)
    assert [one.name for one in list_kept(other)] == [kept]


def test_of_two_who_save_at_once_one_is_told(file: Path) -> None:
    seen, told = fingerprint(file.read_bytes()), list[str]()

    def save(text: bytes) -> None:
        try:
            replace_profile(file, text, seen=seen, now=NOW)
        except StaleEdit:
            told.append(text.decode())

    threads = [threading.Thread(target=save, args=(text,)) for text in (b"one", b"two")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(told) == 1 and file.read_bytes().decode() not in told


@pytest.mark.parametrize("name", ["agency.toml", "../agency.toml", "agency.toml.2026-11-29T210102/../agency.toml", ""])
def test_only_a_former_version_can_be_read_back(file: Path, name: str) -> None:
    replace_profile(file, b"new", seen=fingerprint(file.read_bytes()), now=NOW)
    with pytest.raises(ProfileError, match="没有这个旧版本"):
        read_kept(file, name)


def test_the_command_checks_a_profile_and_names_every_fault(
    file: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    assert main(["profile", "check", str(file)]) == 0
    out, err = capsys.readouterr()
    assert "没有发现问题" in out and "示例" in err
    text = file.read_text(encoding="utf-8").replace('postcode = "252000"', 'postcode = "2520"', 1)
    file.write_text(text.replace('region = "聊城市"\n', ""), encoding="utf-8")
    assert main(["profile", "check", str(file)]) == 1
    told = capsys.readouterr().err
    assert "有2处需要改正" in told and "agency.region：请填写“行政区域”。" in told and "office.postcode：" in told
    monkeypatch.setenv("GIPDOCS_AGENCY", str(file))
    assert main(["profile", "check"]) == 1
    file.write_text(SHIPPED.read_text(encoding="utf-8").replace('"local_department"', '"club"'), encoding="utf-8")
    assert main(["profile", "check", str(file)]) == 1 and "agency.kind写作“club”" in capsys.readouterr().err
    assert main(["profile", "check", str(file.with_name("nowhere.toml"))]) == 2
    monkeypatch.setenv("GIPDOCS_AGENCY", str(file.with_name("nowhere.toml")))
    assert main(["profile", "check"]) == 3


def test_the_command_begins_a_profile_and_overwrites_nothing_unasked(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert main(["profile", "new"]) == 0
    assert (tmp_path / "agency.toml").read_text(encoding="utf-8") == write_blank_profile()
    (tmp_path / "agency.toml").write_text("ours", encoding="utf-8")
    assert main(["profile", "new"]) == 2 and "--force" in capsys.readouterr().err
    assert (tmp_path / "agency.toml").read_text(encoding="utf-8") == "ours"
    assert main(["profile", "new", "--force"]) == 0 and main(["profile", "new", "-o", "other.toml"]) == 0
    assert main(["profile", "new", "-o", str(tmp_path / "agency.toml" / "x")]) == 2
    assert main(["profile", "check", "other.toml"]) == 1


def test_a_time_without_quotation_marks_becomes_a_text() -> None:
    assert read_toml(write_profile(read_toml(b"opens = 09:00:00\n")).encode()) == {"opens": "09:00:00"}
