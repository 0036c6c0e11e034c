"""Reads the parts of a DOCX within limits, and rewrites it so that LibreOffice opens only what was checked."""

from __future__ import annotations

import zipfile
from collections.abc import Iterable, Mapping
from io import BytesIO

from gipdocs.archives import Archive, ArchiveRefused, Limits, Reason
from gipdocs.errors import ConverterRefused

FILE_BYTES = 32 << 20
PART_BYTES = 24 << 20
ALL_BYTES = 64 << 20
PARTS = 1000
LIMITS = Limits(member=PART_BYTES, total=ALL_BYTES, members=PARTS)
DAMAGED = "文件不是完好的 DOCX（压缩包打不开），不能转换：请重新生成。"
STRANGE = "文件里有重名或者名称异常的部件，不能转换：它不是由模板生成的。"
SENTENCES: Mapping[Reason, str] = {
    "damaged": DAMAGED,
    "size": DAMAGED,
    "encrypted": "文件加了密码，不能转换：请去掉密码后重试。",
    "packing": "文件用了异常的压缩方式，不能转换：请重新生成。",
    "names": STRANGE,
    "overlap": "文件的部件互相重叠，不能转换：它不是由模板生成的。",
    "many": f"文件里的部件超过 {PARTS} 个，不能转换：它不是由模板生成的。",
    "large": f"文件解压后超过 {ALL_BYTES >> 20} MB，不能转换：请减少图片或者缩短内容。",
}
WRITTEN = (1980, 1, 1, 0, 0, 0)
"""The timestamp of every part written, so that the same parts give the same bytes."""


def read_parts(docx: bytes) -> dict[str, bytes]:
    """Name and content of each part, in the file's order; raises ConverterRefused before unpacking anything large."""
    if len(docx) > FILE_BYTES:
        raise ConverterRefused(f"文件超过 {FILE_BYTES >> 20} MB，不能转换：请减少图片或者缩短内容。")
    try:
        archive = Archive(docx, LIMITS)
        _check_names(archive)
        return dict(archive)
    except ArchiveRefused as error:
        raise ConverterRefused(SENTENCES[error.reason]) from error


def write_parts(parts: Mapping[str, bytes]) -> bytes:
    """A DOCX of these parts, uncompressed because it only goes to the next process."""
    target = BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_STORED) as archive:
        for name, content in parts.items():
            archive.writestr(zipfile.ZipInfo(name, WRITTEN), content)
    return target.getvalue()


def _check_names(names: Iterable[str]) -> None:
    names = list(names)
    if len({name.casefold() for name in names}) < len(names) or not all(map(_is_plain, names)):
        raise ConverterRefused(STRANGE)


def _is_plain(name: str) -> bool:
    """Whether a name stays inside the package, however a reader interprets it."""
    return (
        0 < len(name) < 256
        and name.isprintable()
        and not any(sign in name for sign in '\\:*?"<>|')
        and not any(step in ("", ".", "..") for step in name.removesuffix("/").split("/"))
    )
