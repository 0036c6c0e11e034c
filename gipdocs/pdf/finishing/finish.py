"""Adds what LibreOffice omits from a PDF, and removes what differs between conversions."""

from __future__ import annotations

import re
import zlib
from collections.abc import Iterator
from datetime import UTC, datetime
from functools import lru_cache
from io import BytesIO
from typing import Final

from fontTools.misc import eexec  # type: ignore[import-untyped]  # has no types
from pikepdf import Array, Dictionary, Name, Object, ObjectStreamMode, OutlineItem, Pdf, Stream, String, settings

from gipdocs.pdf.admission.admit import Admitted
from gipdocs.pdf.finishing.mend import mend

LANGUAGE = "zh-CN"
"""Set here: if LibreOffice set it, Latin words would count as Chinese and could break anywhere."""

UNDATED = datetime(2000, 1, 1, tzinfo=UTC)
"""The date of a PDF if its document has none."""

ARCHIVAL = {"pdfaid:part": "2", "pdfaid:conformance": "B"}
"""The requested standard, PDF/A-2b. LibreOffice also writes the PDF/UA claim, but nothing has verified it, and PDF/A
forbids it without an extension schema."""

SOURCE = "dc:source"
"""The metadata field for provenance; PDF/A allows it without an extension schema."""

RUNNING_NUMBER = re.compile(rb"(/UniqueID )(\d+)( def)")
EEXEC_KEY = 55665
HEAD_BYTES = 2048
"""In so much of a font's encrypted part its number is found: LibreOffice writes it before all outlines."""
PROFILE_DATE = slice(24, 36)
"""The creation date in a colour profile; LibreOffice makes the same profile anew for each document."""

TYPE_1 = b"/FontFile "
"""The key of an embedded Type 1 font in the uncompressed file from LibreOffice."""

BREAK = "\u200b"
"""A line break opportunity that the converter puts beside quotation marks; it has no place in a bookmark."""

COMPRESSION: Final = 1
"""Zlib's level: a third of the default level's time, for files a twentieth larger."""

COMMENT = re.compile(rb"^%[^\n]*\n", re.M)
"""LibreOffice comments its uncompressed pages; text is always hexadecimal, so no line of text looks like this."""


def remove_comments(pdf: Pdf) -> None:
    """Remove LibreOffice's comments from the pages."""
    for page in pdf.pages:
        content = page.obj.get(Name.Contents)
        if isinstance(content, Stream):
            content.write(COMMENT.sub(b"", content.read_bytes()))


def finish(pdf: Pdf, raw: bytes, admitted: Admitted) -> bytes:
    """The finished file of `pdf`, opened from `raw`: tags mended, date and metadata taken from the document."""
    mend(pdf, admitted.drawings)
    for key in {Name.CreationDate, Name.ModDate} & set(pdf.docinfo.keys()):
        pdf.docinfo[key] = String(spell_date(admitted.created))
    for intent in pdf.Root.get(Name.OutputIntents, ()):
        profile = intent.DestOutputProfile
        profile.write(_compress(remove_date(profile.read_bytes())), filter=Name.FlateDecode)
    if TYPE_1 in raw:
        _renumber_fonts(pdf)
    return complete(pdf, admitted.made_from)


def complete(pdf: Pdf, made_from: str) -> bytes:
    """The file of a PDF, with its language, metadata, page numbers and bookmarks; the same for the same PDF."""
    pdf.Root.Lang = String(LANGUAGE)
    _describe(pdf, made_from)
    _add_navigation(pdf)
    for owner, key in ((pdf.trailer, Name.ID), (pdf.trailer, Name.DocChecksum), (pdf.Root, Name.OpenAction)):
        if key in owner:
            del owner[key]
    settings.set_flate_compression_level(COMPRESSION)
    target = BytesIO()
    pdf.save(target, deterministic_id=True, object_stream_mode=ObjectStreamMode.generate)
    return target.getvalue()


def _describe(pdf: Pdf, made_from: str) -> None:
    """Rewrite the metadata from the document's properties: LibreOffice's own differ between versions."""
    properties = tuple((key, str(value)) for key, value in pdf.docinfo.items())
    pdf.Root.Metadata = Stream(pdf, _spell_metadata(properties, made_from), Type=Name.Metadata, Subtype=Name.XML)


@lru_cache(maxsize=64)
def _spell_metadata(properties: tuple[tuple[str, str], ...], made_from: str) -> bytes:
    """The metadata of these properties; kept, since the letters of a day often have the same."""
    with Pdf.new() as blank:
        for key, value in properties:
            blank.docinfo[key] = String(value)
        with blank.open_metadata(set_pikepdf_as_editor=False, update_docinfo=False) as metadata:
            metadata.load_from_docinfo(blank.docinfo)
            for name, text in {**ARCHIVAL, **({SOURCE: made_from} if made_from else {})}.items():
                metadata[name] = text
        return blank.Root.Metadata.read_bytes()


def _add_navigation(pdf: Pdf) -> None:
    """Number pages as printed, make the tab key follow the tags, and bookmark at least the title."""
    pdf.Root.PageLabels = Dictionary(Nums=Array([0, Dictionary(S=Name.D)]))
    for page in pdf.pages:
        page.obj.Tabs = Name.S
    title = str(pdf.docinfo.get(Name.Title, ""))
    if Name.Outlines not in pdf.Root and title:
        with pdf.open_outline() as outline:
            outline.root.append(OutlineItem(title, 0))
    for bookmark in _walk_bookmarks(pdf.Root.get(Name.Outlines, Dictionary())):
        bookmark.Title = String(str(bookmark.Title).replace(BREAK, ""))


def _walk_bookmarks(above: Object) -> Iterator[Object]:
    """Every bookmark below a bookmark or below the outline, depth first."""
    below = above.get(Name.First)
    while below is not None:
        yield below
        yield from _walk_bookmarks(below)
        below = below.get(Name.Next)


def spell_date(created: str) -> str:
    """A date in ISO 8601 as PDF spells it, in UTC; that of undated documents if it isn't one."""
    return f"D:{_read_date(created):%Y%m%d%H%M%S}Z"


def _read_date(created: str) -> datetime:
    try:
        when = datetime.fromisoformat(created)
    except ValueError:
        return UNDATED
    return when.astimezone(UTC) if when.tzinfo else when.replace(tzinfo=UTC)


@lru_cache(maxsize=4)
def _compress(profile: bytes) -> bytes:
    return zlib.compress(profile, 9)


def remove_date(profile: bytes) -> bytes:
    """A colour profile without its creation date."""
    data = bytearray(profile)
    data[PROFILE_DATE] = bytes(12)
    return bytes(data)


def _renumber_fonts(pdf: Pdf) -> None:
    """Zero the running number that LibreOffice gives each Type 1 font; only fallback fonts are Type 1."""
    for thing in pdf.objects:
        if isinstance(thing, Dictionary) and isinstance(file := thing.get(Name.FontFile), Stream):
            _renumber(file)


def _renumber(file: Stream) -> None:
    """Zero the number in both the clear and the encrypted part."""
    data, clear = file.read_bytes(), int(file.Length1)
    end = clear + int(file.Length2)
    file.write(_zero_number(data[:clear]) + _zero_encrypted(data[clear:end]) + data[end:])


def _zero_encrypted(data: bytes) -> bytes:
    """Encrypted text with its number zeroed: the number stands at the head, but every byte after it depends on it.

    The rest goes through both ciphers in one pass, several times as quick as eexec, which would take longer than LibreOffice.
    """
    head, old = eexec.decrypt(data[:HEAD_BYTES], EEXEC_KEY)
    encrypted: bytes
    encrypted, new = eexec.encrypt(_zero_number(head), EEXEC_KEY)
    rest = bytearray(data[HEAD_BYTES:])
    for place, byte in enumerate(rest):
        rest[place] = changed = byte ^ (old >> 8) ^ (new >> 8)
        old = (byte + old) * 52845 + 22719 & 0xFFFF
        new = (changed + new) * 52845 + 22719 & 0xFFFF
    return encrypted + bytes(rest)


def _zero_number(text: bytes) -> bytes:
    return RUNNING_NUMBER.sub(lambda found: found[1] + b"0" * len(found[2]) + found[3], text, count=1)
