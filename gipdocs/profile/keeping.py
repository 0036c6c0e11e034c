"""Replaces agency.toml as a whole and keeps the file before: a version beside it, named after the moment."""

from __future__ import annotations

import fcntl
import os
import re
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import datetime
from glob import escape
from hashlib import sha256
from pathlib import Path

from gipdocs.errors import ProfileError, StaleEdit, reason
from gipdocs.profile.loading import read_source

MOMENT = re.compile(r"\.(\d{4}-\d\d-\d\dT\d{6})(?:-(\d{1,3}))?")


@dataclass(frozen=True, kw_only=True)
class KeptProfile:
    """A former version: the name of its file, and when it was replaced."""

    name: str
    replaced: datetime


def fingerprint(source: bytes) -> str:
    """The version of a file: the beginning of its hash."""
    return sha256(source).hexdigest()[:12]


def why_unwritable(path: Path) -> str:
    """Why the profile can't be replaced, as a sentence; "" if it can."""
    path = path.resolve()
    if not os.access(path, os.W_OK):
        return f"机关概况文件{path}是只读的，服务不能修改。请管理员放开写的权限，或者直接修改文件后运行gipdocs reload。"
    if not os.access(path.parent, os.W_OK):
        return (
            f"机关概况文件所在的目录{path.parent}不能写入。请管理员放开写的权限，或者直接修改文件后运行gipdocs reload。"
        )
    return ""


def list_kept(path: Path) -> list[KeptProfile]:
    """The former versions of the profile, the newest first."""
    path = path.resolve()
    found = []
    for file in path.parent.glob(f"{escape(path.name)}.*"):
        if (name := MOMENT.fullmatch(file.name.removeprefix(path.name))) and file.is_file():
            with suppress(ValueError):
                found.append((datetime.strptime(name[1], "%Y-%m-%dT%H%M%S"), int(name[2] or 0), file.name))
    return [KeptProfile(name=name, replaced=moment) for moment, _, name in sorted(found, reverse=True)]


def read_kept(path: Path, name: str) -> bytes:
    """A former version; ProfileError if there is none of this name."""
    if all(one.name != name for one in list_kept(path)):
        raise ProfileError("没有这个旧版本，请从列出的旧版本中选择。")
    return read_source(path.resolve().parent / name)


def replace_profile(path: Path, source: bytes, *, seen: str, now: datetime) -> str:
    """Replace the profile, whose version was `seen`, and keep the one before; returns the name of the kept file.

    Either the whole new file is there afterwards or the old one. StaleEdit if somebody else has replaced it meanwhile;
    ProfileError if it can't be written.
    """
    path = path.resolve()
    with _told(), _alone(path):
        before = read_source(path)
        if fingerprint(before) != seen:
            raise StaleEdit("机关概况已经被他人修改，这次没有保存。请重新打开本页，看过他人的修改后再改。")
        kept = _free_name(path, now)
        part = path.with_name(f".{path.name}.part")
        try:
            _write(part, source, like=path)
            _write(kept, before, like=path)
            part.replace(path)
        except OSError:
            for left in (part, kept):
                with suppress(OSError):
                    left.unlink(missing_ok=True)
            raise
        with suppress(OSError):  # the new file is there; not every file system can write a folder to the disk
            _settle(path.parent)
    return kept.name


@contextmanager
def _told() -> Iterator[None]:
    """Say why the system did not replace the file."""
    try:
        yield
    except OSError as error:
        raise ProfileError(f"机关概况没有保存：{reason(error)}。原来的内容没有变化，请处理后再保存一次。") from None


@contextmanager
def _alone(path: Path) -> Iterator[None]:
    """Hold the folder, so that of two who replace the file at once the second sees what the first has done."""
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        fcntl.flock(folder, fcntl.LOCK_EX)
        yield
    finally:
        os.close(folder)


def _free_name(path: Path, now: datetime) -> Path:
    names = (f"{path.name}.{now:%Y-%m-%dT%H%M%S}{f'-{n}' if n else ''}" for n in range(1000))
    return next(kept for kept in map(path.with_name, names) if not kept.exists())


def _write(file: Path, source: bytes, *, like: Path) -> None:
    """Write a whole file to the disk, which those can read and change who can the present one."""
    present = like.stat()
    with file.open("wb") as opened:
        for owner, group in ((-1, present.st_gid), (present.st_uid, -1)):
            with suppress(OSError):  # only root may give a file away
                os.fchown(opened.fileno(), owner, group)
        os.fchmod(opened.fileno(), present.st_mode & 0o777)
        opened.write(source)
        opened.flush()
        os.fsync(opened.fileno())


def _settle(folder: Path) -> None:
    """Have the new names on the disk too."""
    opened = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(opened)
    finally:
        os.close(opened)
