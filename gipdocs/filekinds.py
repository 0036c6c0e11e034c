"""Recognises the kind of a file by its first bytes, so that a refusal can name it and say what to do."""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass

from gipdocs.archives import Archive, ArchiveRefused, Limits

SAVE_AS = "请用WPS或者Office打开，另存为{to}后再试。"
HEAD = 4096
"""The bytes at the start of a text that are searched for its kind."""
LONGEST_TYPE = 200
LIMITS = Limits(member=1 << 30, total=1 << 30)
"""Generous, since only the names of the members and one short text are read."""


@dataclass(frozen=True, kw_only=True)
class Kind:
    """A kind of file: `name` is what offices call it, `cure` says what to do with it; {to} stands for the wanted format."""

    key: str
    name: str
    cure: str = SAVE_AS


PDF = Kind(
    key="pdf",
    name="PDF文件",
    cure="请用制作它的Word文件或者表格文件；没有的，复制网页或者文件里的文字和表格，粘贴到新文件里，存为{to}后再试。",
)
PICTURE = Kind(key="picture", name="图片", cure="图片里的文字读不出来，请用原来的文件，存为{to}后再试。")
PACKED = Kind(key="archive", name="压缩包", cure="请先解压，再选用其中的文件。")
ENCRYPTED = Kind(key="encrypted", name="加了密码的文件", cure="请打开后先取消密码，再另存为{to}后再试。")
OLD_OFFICE = Kind(
    key="ole",
    name="旧版Office文件或者加了密码的文件",
    cure="请用WPS或者Office打开，有密码的取消密码，另存为{to}后再试。",
)
SHEET_INTO_TEXT = "请打开后全选、复制，粘贴到新文件里，存为{to}后再试。"
BEGINNINGS: tuple[tuple[bytes, Kind], ...] = (
    (b"%PDF", PDF),
    (b"{\\rtf", Kind(key="rtf", name="RTF文件")),
    (b"\x89PNG\r\n", PICTURE),
    (b"\xff\xd8\xff", PICTURE),
    (b"GIF8", PICTURE),
    (b"II*\x00", PICTURE),
    (b"MM\x00*", PICTURE),
    (b"Rar!\x1a\x07", PACKED),
    (b"7z\xbc\xaf\x27\x1c", PACKED),
    (b"\x1f\x8b", PACKED),
)
BOOKS = (".xlsx", ".xls", ".xlsm", ".et", ".ods")
"""Endings of the names of workbooks; only XLSX is read, the message for the others says how to convert them."""
TABLES = (*BOOKS, ".csv", ".toml")
"""Endings of the names of all table files."""
OLE = b"\xd0\xcf\x11\xe0"
OLE_STREAMS: tuple[tuple[str, Kind], ...] = (
    ("EncryptedPackage", ENCRYPTED),
    ("WordDocument", Kind(key="doc", name="旧版Word文件（.doc、.wps）")),
    ("Workbook", Kind(key="xls", name="旧版表格文件（.xls、.et）")),
    ("PowerPoint Document", Kind(key="ppt", name="旧版演示文稿（.ppt、.dps）", cure=SHEET_INTO_TEXT)),
)
ZIP = b"PK\x03\x04"
MEMBERS: tuple[tuple[str, Kind], ...] = (
    ("word", Kind(key="docx", name="Word文件（.docx）", cure=SHEET_INTO_TEXT)),
    ("xl", Kind(key="xlsx", name="表格文件（.xlsx）", cure=SHEET_INTO_TEXT)),
    ("ppt", Kind(key="pptx", name="演示文稿（.pptx）", cure=SHEET_INTO_TEXT)),
    ("OFD.xml", Kind(key="ofd", name="OFD版式文件", cure=PDF.cure)),
    ("Index", Kind(key="iwork", name="苹果Pages、Numbers文稿", cure="请在苹果电脑上打开，导出为{to}后再试。")),
)
"""The kinds of ZIP archives by the first folder in a member's name."""
OPEN_DOCUMENTS: tuple[tuple[bytes, Kind], ...] = (
    (b"application/vnd.oasis.opendocument.text", Kind(key="odt", name="OpenDocument文件（.odt）")),
    (b"application/vnd.oasis.opendocument.spreadsheet", Kind(key="ods", name="OpenDocument表格（.ods）")),
)
TEXTS: tuple[tuple[re.Pattern[bytes], Kind], ...] = (
    (
        re.compile(rb"^MIME-Version:.*^Content-Type:\s*(?:multipart/related|text/html)", re.I | re.M | re.S),
        Kind(key="mht", name="单个文件网页（.mht）"),
    ),
    (
        re.compile(rb"schemas\.microsoft\.com/office/(?:word/2003/wordml|2006/xmlPackage)"),
        Kind(key="xml", name="Word XML文档（.xml）"),
    ),
)


def recognise(data: bytes) -> Kind | None:
    """The kind of a file; None for plain text, a web page, JSON, and anything that isn't recognised."""
    start = data.removeprefix(b"\xef\xbb\xbf").lstrip()[:HEAD]
    for beginning, kind in BEGINNINGS:
        if start.startswith(beginning):
            return kind
    if data.startswith(OLE):
        streams = (kind for name, kind in OLE_STREAMS if name.encode("utf-16-le") in data)
        return next(streams, OLD_OFFICE)
    if data.startswith(ZIP):
        return _packed(data)
    return next((kind for pattern, kind in TEXTS if pattern.search(start)), None)


def is_table(name: str, data: bytes) -> bool:
    """Whether a file is a table file, judged by its name or its first bytes."""
    return name.lower().endswith(TABLES) or data.startswith((b"PK", OLE))


def explain_refusal(data: bytes, accepted: Collection[str], to: str) -> str | None:
    """A sentence that refuses a file, names its kind and says how to convert it into `to`; None if it isn't refused.

    `accepted` are the keys of the kinds that the caller can read. Files of unknown kind are not refused here.
    """
    kind = recognise(data)
    return None if kind is None or kind.key in accepted else f"不能读取{kind.name}。{kind.cure.format(to=to)}"


def _packed(data: bytes) -> Kind | None:
    """The kind of a ZIP archive, by its members; None if it can't be opened, or is an unknown kind of Office file."""
    try:
        archive = Archive(data, LIMITS)
        kind_told = archive["mimetype"] if "mimetype" in archive and archive.size("mimetype") < LONGEST_TYPE else b""
    except ArchiveRefused:
        return None
    for beginning, kind in OPEN_DOCUMENTS:
        if kind_told.startswith(beginning):
            return kind
    folders = {re.split(r"[/\\]", name, maxsplit=1)[0] for name in archive}
    office = next((kind for folder, kind in MEMBERS if folder in folders), None)
    return office or (None if "[Content_Types].xml" in archive else PACKED)
