"""What is in the file that somebody delivers: itself, or the reports in a ZIP archive under readable names."""

from __future__ import annotations

import re
from collections.abc import Iterator

from gipdocs.archives import Archive, ArchiveRefused, Limits
from gipdocs.filekinds import PACKED, recognise
from gipdocs.published.blocks import LARGEST_FILE, refuse_file
from gipdocs.reports.collecting.submissions import Sent

LIMITS = Limits(member=LARGEST_FILE, total=20 * LARGEST_FILE, members=1000)
"""Of a ZIP archive with the reports of a whole county."""
ZIP = b"PK\x03\x04"
BESIDE = re.compile(r"(?:^|/)(?:\.|~\$|__MACOSX/|Thumbs\.db$|desktop\.ini$)", re.IGNORECASE)
"""What programs leave beside files that people have put into a folder."""


def unpack(name: str, data: bytes) -> Iterator[Sent]:
    """The file itself, or the files in it if it is a ZIP archive, in the order of their names.

    InvalidInput if the archive can't be opened or is too large.
    """
    if not data.startswith(ZIP) or recognise(data) is not PACKED:
        yield name, data
        return
    try:
        archive = Archive(data, LIMITS)
        names = archive.readable_names()
        for readable, member in sorted((readable, member) for member, readable in names.items()):
            if is_report_file(readable):
                yield readable, archive[member]
    except ArchiveRefused as error:
        raise refuse_file("file", f"{error}，请核对压缩包。") from error


def is_report_file(name: str) -> bool:
    """Whether somebody has put a file of this name there, and not a program beside others."""
    return not BESIDE.search(name)
