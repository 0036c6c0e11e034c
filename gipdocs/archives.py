"""Opens ZIP archives that others made; whatever an archive claims, it yields no more than the caller allows."""

from __future__ import annotations

import struct
import zipfile
import zlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from io import BytesIO
from itertools import pairwise
from typing import Literal

LOCAL = struct.Struct("<4s5H3L2H")
DIRECTORY_ENTRY = b"PK\1\2"
STORED, DEFLATED, UTF8 = 0, 8, 0x800
ENCRYPTED = 0x1 | 0x40 | 0x2000
"""The flags of a member that needs a password, or whose name is hidden."""
BROKEN = (
    *(zipfile.BadZipFile, zlib.error, struct.error, EOFError, OSError, RuntimeError, NotImplementedError),
    *(ValueError, IndexError, OverflowError),
)
"""What Python's reader of directories may raise if a file is not an archive."""

Reason = Literal["damaged", "encrypted", "packing", "names", "overlap", "size", "many", "large"]
CAUSES: Mapping[Reason, str] = {
    "damaged": "压缩包打不开，文件可能已经损坏",
    "encrypted": "文件加了密码",
    "packing": "文件用了异常的压缩方式",
    "names": "文件里有重名的部件",
    "overlap": "文件的部件互相重叠",
    "size": "文件的部件与它声明的大小不符",
    "many": "文件里的部件过多",
    "large": "文件解压后过大",
}


class ArchiveRefused(Exception):
    """The archive can't be opened, or a member can't be unpacked; the message is a Chinese clause without a full stop."""

    def __init__(self, reason: Reason) -> None:
        self.reason = reason
        super().__init__(CAUSES[reason])


@dataclass(frozen=True, kw_only=True)
class Limits:
    """The most members of an archive, and the most unpacked bytes of one member and of all together."""

    member: int
    total: int
    members: int = 1000


class Archive(Mapping[str, bytes]):
    """The members by name, in the archive's order and without folders; each is unpacked every time it is looked up.

    Opening checks what the directory claims, unpacking checks whether that is true; both raise ArchiveRefused. Members
    must be stored or deflated, must not overlap, and must have the size that the directory says.
    """

    def __init__(self, data: bytes, limits: Limits) -> None:
        if data.count(DIRECTORY_ENTRY) > limits.members:  # checked before an object is made for each
            raise ArchiveRefused("many")
        try:
            with zipfile.ZipFile(BytesIO(data)) as archive:
                entries, end = archive.infolist(), archive.start_dir
        except BROKEN as error:
            raise ArchiveRefused("damaged") from error
        _check(entries, end, limits)
        self._data = data
        self._entries = {entry.filename: entry for entry in entries if not entry.is_dir()}

    def __getitem__(self, name: str) -> bytes:
        entry = self._entries[name]
        packed = self._packed(entry)
        content = bytes(packed) if entry.compress_type == STORED else _inflated(packed, entry.file_size)
        if len(content) != entry.file_size:
            raise ArchiveRefused("size")
        if zlib.crc32(content) != entry.CRC:
            raise ArchiveRefused("damaged")
        return content

    def __contains__(self, name: object) -> bool:
        return name in self._entries

    def __iter__(self) -> Iterator[str]:
        return iter(self._entries)

    def __len__(self) -> int:
        return len(self._entries)

    def size(self, name: str) -> int:
        """The unpacked size of a member in bytes, as the directory claims it."""
        return self._entries[name].file_size

    def readable_names(self) -> dict[str, str]:
        """The members' names as those who packed them could read them, by the names under which they are looked up.

        Programs that don't say how names are encoded write UTF-8 or, on Chinese Windows, GBK.
        """
        return {name: _readable(entry) for name, entry in self._entries.items()}

    def _packed(self, entry: zipfile.ZipInfo) -> memoryview:
        """The packed bytes, located by the member's own header, which must have the same name as the directory."""
        head = self._data[entry.header_offset : entry.header_offset + LOCAL.size]
        if len(head) < LOCAL.size:
            raise ArchiveRefused("damaged")
        signature, *_, named, extra = LOCAL.unpack(head)
        start = entry.header_offset + LOCAL.size
        name = self._data[start : start + named]
        packed = memoryview(self._data)[start + named + extra :][: entry.compress_size]
        told = name.decode("utf-8" if entry.flag_bits & UTF8 else "cp437", "replace")
        if signature != b"PK\3\4" or told != entry.orig_filename or len(packed) < entry.compress_size:
            raise ArchiveRefused("damaged")
        return packed


def _readable(entry: zipfile.ZipInfo) -> str:
    if entry.flag_bits & UTF8:
        return entry.filename
    written = entry.filename.encode("cp437")
    for encoding in ("utf-8", "gb18030"):
        try:
            return written.decode(encoding)
        except UnicodeDecodeError:
            continue
    return entry.filename


def _check(entries: list[zipfile.ZipInfo], end: int, limits: Limits) -> None:
    """Check what the directory, which begins at `end`, claims about the members."""
    if any(entry.flag_bits & ENCRYPTED for entry in entries):
        raise ArchiveRefused("encrypted")
    if any(entry.compress_type not in (STORED, DEFLATED) for entry in entries):
        raise ArchiveRefused("packing")
    if len({entry.filename for entry in entries}) < len(entries):
        raise ArchiveRefused("names")
    spans = sorted((entry.header_offset, entry.header_offset + LOCAL.size + entry.compress_size) for entry in entries)
    if any(last > following for (_, last), (following, _) in pairwise([*spans, (end, end)])):
        raise ArchiveRefused("overlap")
    if spans and spans[0][0] < 0:
        raise ArchiveRefused("damaged")
    sizes = [entry.file_size for entry in entries]
    if max(sizes, default=0) > limits.member or sum(sizes) > limits.total:
        raise ArchiveRefused("large")


def _inflated(packed: memoryview, size: int) -> bytes:
    """The content, cut off one byte after the size that it should have."""
    unpacker = zlib.decompressobj(-zlib.MAX_WBITS)
    try:
        content = unpacker.decompress(packed, size + 1)
    except zlib.error as error:
        raise ArchiveRefused("damaged") from error
    if not unpacker.eof and len(content) <= size:
        raise ArchiveRefused("damaged")
    return content
