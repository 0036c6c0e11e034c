"""Packs files into ZIP archives (DOCX, XLSX): unchanged members are copied without being packed again."""

from __future__ import annotations

import struct
import zlib
from collections.abc import Iterable
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path

from gipdocs.archives import Archive, Limits

LIMITS = Limits(member=64 << 20, total=256 << 20)
"""The limits for layouts and for the files that we make."""
# The same input gives the same bytes: every member has the same time (1980-01-01 00:00).
TIME, DAY = 0, 0x21
DEFLATED, UTF8 = 8, 0x800
LOCAL, CENTRAL, END = struct.Struct("<4s5H3L2H"), struct.Struct("<4s6H3L5H2L"), struct.Struct("<4s4H2LH")


@dataclass(frozen=True)
class Member:
    """One packed file of the archive; `size` is the number of unpacked bytes."""

    name: str
    packed: bytes
    checksum: int
    size: int

    @classmethod
    def pack(cls, name: str, data: bytes) -> Member:
        """Deflate `data` at the fastest level, since time matters more than size."""
        packer = zlib.compressobj(1, zlib.DEFLATED, -15)
        return cls(name, packer.compress(data) + packer.flush(), zlib.crc32(data), len(data))


def read(path: Path) -> dict[str, bytes]:
    """All members of the archive at `path` in their order; raises ArchiveRefused."""
    return unpack(path.read_bytes())


def unpack(data: bytes) -> dict[str, bytes]:
    """All members of an archive in their order; raises ArchiveRefused."""
    return dict(Archive(data, LIMITS))


def write(members: Iterable[Member]) -> bytes:
    """The archive of `members`, with [Content_Types].xml first as OPC recommends."""
    out, directory, count = BytesIO(), BytesIO(), 0
    for member in sorted(members, key=lambda member: member.name != "[Content_Types].xml"):
        name, offset = member.name.encode(), out.tell()
        sizes = (member.checksum, len(member.packed), member.size)
        out.write(LOCAL.pack(b"PK\3\4", 20, UTF8, DEFLATED, TIME, DAY, *sizes, len(name), 0) + name + member.packed)
        head = (b"PK\1\2", 20, 20, UTF8, DEFLATED, TIME, DAY)
        directory.write(CENTRAL.pack(*head, *sizes, len(name), 0, 0, 0, 0, 0, offset) + name)
        count += 1
    start, listing = out.tell(), directory.getvalue()
    out.write(listing + END.pack(b"PK\5\6", 0, 0, count, count, len(listing), start, 0))
    return out.getvalue()
