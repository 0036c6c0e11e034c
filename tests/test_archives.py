"""An archive gives what its directory says and nothing else, or a reason why not."""

from __future__ import annotations

import struct
import zipfile
import zlib
from collections.abc import Callable
from functools import partial

import pytest

from gipdocs.archives import Archive, ArchiveRefused, Limits
from tests.bombs import MAIN, archive, encrypted, lying, many_members, overlapping, pretending

LIMITS = Limits(member=10_000, total=30_000, members=5)


def deflated(content: bytes) -> bytes:
    packer = zlib.compressobj(9, zlib.DEFLATED, -15)
    return packer.compress(content) + packer.flush()


def stored(claimed: int, real: int) -> bytes:
    return pretending(b" " * real, method=zipfile.ZIP_STORED, claimed=claimed)


def misnamed() -> bytes:
    data = archive({"a.xml": b"x"})
    return data.replace(b"a.xml", b"b.xml", 1)


def doubled() -> bytes:
    return archive({"a.xml": b"x", "b.xml": b"y"}).replace(b"b.xml", b"a.xml")


def beyond_the_end() -> bytes:
    data = bytearray(archive({"a.xml": b"x" * 50}))
    start = data.index(b"PK\1\2")
    data[start + 20 : start + 24] = struct.pack("<L", 10_000)
    return bytes(data)


REFUSED: dict[str, tuple[Callable[[], bytes], str]] = {
    "nothing": (lambda: b"", "damaged"),
    "no archive": (lambda: b"PK\3\4 no archive", "damaged"),
    "a cut one": (lambda: archive({"a.xml": b"x" * 50})[:-30], "damaged"),
    "more than it says": (partial(lying, 2**20, method=8), "size"),
    "one byte more": (lambda: pretending(deflated(b" " * 1001), method=8, claimed=1000), "size"),
    "less than it says": (lambda: pretending(deflated(b" " * 999), method=8, claimed=1000), "size"),
    "stored, more than it says": (partial(stored, 1000, 1001), "size"),
    "stored, less than it says": (partial(stored, 1000, 999), "size"),
    "another checksum": (lambda: pretending(deflated(b"x" * 1000), method=8, claimed=1000), "damaged"),
    "half of the packed bytes": (lambda: pretending(deflated(b" " * 1000)[:4], method=8, claimed=1000), "damaged"),
    "bzip2": (partial(lying, 2**20, method=12), "packing"),
    "LZMA": (partial(lying, 2**20, method=14), "packing"),
    "a password": (encrypted, "encrypted"),
    "many members": (many_members, "many"),
    "six members": (lambda: archive({f"{n}.xml": b"" for n in range(6)}), "many"),
    "members in one place": (overlapping, "many"),
    "a large member": (lambda: archive({"a.xml": b" " * 10_001}), "large"),
    "large members": (lambda: archive({f"{n}.xml": b" " * 8_000 for n in range(4)}), "large"),
    "another name in its own head": (misnamed, "damaged"),
    "one name twice": (doubled, "names"),
    "a member longer than the file": (beyond_the_end, "overlap"),
}


@pytest.mark.parametrize(("make", "reason"), REFUSED.values(), ids=REFUSED)
def test_what_is_not_as_it_says_is_refused(make: Callable[[], bytes], reason: str) -> None:
    data = make()
    with pytest.raises(ArchiveRefused) as caught:
        dict(Archive(data, LIMITS))
    assert caught.value.reason == reason


def test_members_that_overlap_are_refused() -> None:
    with pytest.raises(ArchiveRefused) as caught:
        Archive(overlapping(), Limits(member=2**20, total=2**30))
    assert caught.value.reason == "overlap"


@pytest.mark.parametrize("method", [zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED], ids=["stored", "deflated"])
def test_members_come_in_their_order_as_they_are(method: int) -> None:
    members = {"b.xml": "内容".encode(), "空.xml": b"", "a/": b"", "a/文件.xml": b" " * 10_000}
    opened = Archive(archive(members, method), LIMITS)
    assert dict(opened) == {name: content for name, content in members.items() if name != "a/"}
    assert list(opened) == ["b.xml", "空.xml", "a/文件.xml"] and len(opened) == 3
    assert opened.size("a/文件.xml") == 10_000
    with pytest.raises(KeyError):
        opened[MAIN]
