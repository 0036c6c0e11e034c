"""The reports that a call names: files, and all that lies in folders and archives."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from gipdocs.cli.calling import WrongCall
from gipdocs.cli.files import read_bytes
from gipdocs.errors import InvalidInput, reason
from gipdocs.published.encodings import decode

if TYPE_CHECKING:  # takes long to load, and help needs none of it
    from gipdocs.reports.collecting.submissions import Sent

MOST_FILES = 500
"""More files than any office gets reports: a folder that was not meant."""


def gather(names: Iterable[str], *, apart: Iterable[str | None] = ()) -> Iterator[Sent]:
    """Every report in the named files, folders and archives, with the name by which it is told.

    `apart` are files and folders that the call reads or writes otherwise; in a folder that is named they are no reports.
    """
    from gipdocs.reports.collecting.deliveries import unpack

    names, found = [*names], 0
    for name, path in _listed(names, frozenset(Path(one).resolve() for one in apart if one)):
        for sent in unpack(_readable(name), read_bytes(str(path))):
            found += 1
            if found > MOST_FILES:
                raise WrongCall(f"文件超过{MOST_FILES}个，请核对目录是否写对。")
            yield sent
    if not found:
        raise WrongCall(f"{'、'.join(names)}里没有文件，请核对目录。")


def read_due_list(name: str) -> tuple[str, ...]:
    """The bodies in the list of those that are due; WrongCall names the file if it is none."""
    from gipdocs.reports.collecting.due import read_due

    try:
        return read_due(read_bytes(name))
    except InvalidInput as error:
        raise WrongCall(f"{name}：{error}") from None


def _listed(names: list[str], apart: frozenset[Path]) -> Iterator[tuple[str, Path]]:
    """Each file with the name by which it is told: below the one folder that is named, or from where the call is made."""
    from gipdocs.reports.collecting.deliveries import is_report_file

    for name in names:
        path = Path(name)
        if not path.is_dir():
            yield name, path
            continue
        try:
            inside = sorted(one for one in path.rglob("*") if one.is_file())
        except OSError as error:
            raise WrongCall(f"读不出{name}：{reason(error)}。") from None
        for one in inside:
            real, below = one.resolve(), one.relative_to(path)
            if apart.isdisjoint((real, *real.parents)) and is_report_file(below.as_posix()):
                yield str(one if len(names) > 1 else below), one


def _readable(name: str) -> str:
    """A name as those who gave it could read it, also if the disk has it in the encoding of Chinese Windows."""
    try:
        name.encode()
    except UnicodeEncodeError:
        return decode(os.fsencode(name))
    return name
