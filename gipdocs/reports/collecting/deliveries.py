"""What is in the file that somebody delivers: itself, or the reports in a ZIP archive under readable names."""

from __future__ import annotations

import re
from collections.abc import Iterator

from gipdocs.archives import Archive, ArchiveRefused, Limits
from gipdocs.filekinds import PACKED, recognise
from gipdocs.published.blocks import LARGEST_FILE
from gipdocs.reports.collecting.submissions import Sent

LIMITS = Limits(member=LARGEST_FILE, total=20 * LARGEST_FILE, members=1000)
"""Of a ZIP archive with the reports of a whole county."""
ZIP = b"PK\x03\x04"
BESIDE = re.compile(r"(?:^|/)(?:\.|~\$|__MACOSX/|Thumbs\.db$|desktop\.ini$)", re.IGNORECASE)
"""What programs leave beside files that people have put into a folder."""


def unpack(name: str, data: bytes) -> Iterator[Sent]:
    """The files in a ZIP archive, in the order of their names; any other file, and an archive that can't be opened, itself."""
    if not data.startswith(ZIP) or recognise(data) is not PACKED:
        yield name, data
        return
    try:
        found = [*_members(Archive(data, LIMITS))]
    except ArchiveRefused:  # whoever reads it says so, and the other files are read all the same
        found = [(name, data)]
    yield from found


def _members(archive: Archive) -> Iterator[Sent]:
    for readable, member in sorted((readable, member) for member, readable in archive.readable_names().items()):
        if is_report_file(readable):
            yield readable, archive[member]


def is_report_file(name: str) -> bool:
    """Whether somebody has put a file of this name there, and not a program beside others."""
    return not BESIDE.search(name)
