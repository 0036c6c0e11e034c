"""Takes apart what a clerk has chosen to send at once: reports, whole folders packed into a ZIP, and a kept workpaper."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import chain, count
from pathlib import PurePosixPath

from werkzeug.datastructures import FileStorage

from gipdocs.errors import Fault, InvalidInput
from gipdocs.reports.collecting.deliveries import unpack
from gipdocs.reports.collecting.orders import LONGEST_NAME, SumOrder
from gipdocs.reports.collecting.submissions import Sent
from gipdocs.web.workpapers import is_paper, read_paper

MOST_FILES = 200
"""So many reports are gathered in one paper."""
ROOM = 20
"""The characters of the longest name that are left for a number after it."""
SEVERAL = "选择了不止一份汇总底稿，请只选最近下载的一份。"


@dataclass(frozen=True, kw_only=True)
class Parcel:
    """What was sent at once: the reports by the names of their files, and the paper that was kept earlier, if one is among them."""

    reports: tuple[Sent, ...] = ()
    paper: SumOrder | None = None


def open_parcel(files: Iterable[FileStorage]) -> Parcel:
    """The reports among uploaded files, those in archives too; InvalidInput if they are too many or a paper is unreadable."""
    sent = [(_name(file.filename), file.read()) for file in files if file.filename]
    found = [one for name, data in sent for one in _unpacked(name, data)]
    papers = [data for _, data in found if is_paper(data)]
    reports = tuple((name, data) for name, data in found if not is_paper(data))
    if len(papers) > 1:
        raise InvalidInput([Fault("", "too-many", SEVERAL)])
    if len(reports) > MOST_FILES:
        detail = f"共有{len(reports)}个文件，一次最多{MOST_FILES}个，没有读取。请分开汇总。"
        raise InvalidInput([Fault("", "too-many", detail)])
    return Parcel(reports=reports, paper=read_paper(papers[0]) if papers else None)


def _name(told: str | None) -> str:
    """The name of a file without the folders that some browsers send with it."""
    return PurePosixPath((told or "").replace("\\", "/")).name


def _unpacked(name: str, data: bytes) -> Iterator[Sent]:
    """The files in an archive, or the file itself, with names that fit into a paper."""
    return ((inner[-(LONGEST_NAME - ROOM) :], content) for inner, content in unpack(name, data))


def name_apart(reports: Iterable[Sent], taken: Iterable[str]) -> Iterator[Sent]:
    """The reports, each under a name that no other file has, neither among them nor among those `taken`."""
    known = set(taken)
    for name, data in reports:
        path = PurePosixPath(name)
        others = (str(path.with_name(f"{path.stem}（{number}）{path.suffix}")) for number in count(2))
        free = next(one for one in chain([name], others) if one not in known)
        known.add(free)
        yield free, data
