"""Where a database is: the URL of the settings, read once, and shown without its password."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path
from typing import Literal

from sqlalchemy import URL, make_url
from sqlalchemy.exc import ArgumentError

from gipdocs.errors import SetupError, reason

SQLITE = "sqlite:///"
Kind = Literal["sqlite", "postgresql"]


def locate_database(url: str) -> URL:
    """The URL with its driver; SetupError if it is none of ours or the driver is missing."""
    if url.startswith(SQLITE):
        return URL.create("sqlite", database=str(Path(url.removeprefix(SQLITE)).absolute()))
    try:
        place = make_url(url)
    except (ArgumentError, ValueError):
        place = URL.create("none")
    if place.drivername != "postgresql" or not place.database:
        raise SetupError("数据库地址应形如sqlite:///文件路径，或者postgresql://用户:密码@主机/数据库名。") from None
    if not find_spec("psycopg"):
        raise SetupError("使用PostgreSQL还缺少驱动程序，请安装requirements/postgresql.txt中的软件包。")
    return place.set(drivername="postgresql+psycopg")


def file_of(place: URL) -> Path:
    """The file of a SQLite database."""
    return Path(place.database or "")


def name_of(place: URL) -> str:
    """The database as a message may name it: its file, or its name on the server."""
    return str(place.database)


def make_folder(file: Path) -> None:
    """Make the folder of a database where it is missing, for this user only (0700)."""
    with _usable(file):
        file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)


def make_file(file: Path) -> None:
    """Make folder and file where missing, and see that only this user can read the file (0600); SQLite fills it."""
    make_folder(file)
    with _usable(file):
        if file.exists():
            file.chmod(0o600)
        else:
            os.close(os.open(file, os.O_CREAT | os.O_RDWR, 0o600))


@contextmanager
def _usable(file: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise SetupError(
            f"数据库文件{file}不能使用：{reason(error)}。请改正，或者用GIPDOCS_DATABASE另指定位置。"
        ) from error
