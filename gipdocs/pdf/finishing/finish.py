"""Says what LibreOffice leaves unsaid in a PDF, and takes out what differs from one conversion to the next."""

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
"""Said here, since LibreOffice would have to take Latin words for Chinese, and would break them anywhere."""

UNDATED = datetime(2000, 1, 1, tzinfo=UTC)
"""The date of a PDF whose document has none."""

ARCHIVAL = {"pdfaid:part": "2", "pdfaid:conformance": "B"}
"""What the converter was asked for, PDF/A-2b. LibreOffice writes the tags of PDF/UA too, but nothing has verified that
claim, and PDF/A forbids it without a description of its own."""

SOURCE = "dc:source"
"""Where the PDF says by what it was made; PDF/A knows this name without a description of its own."""

RUNNING_NUMBER = re.compile(rb"(/UniqueID )(\d+)( def)")
EEXEC_KEY = 55665
PROFILE_DATE = slice(24, 36)
"""Where a colour profile says when it was made: LibreOffice makes the same one again for each document."""


TYPE_1 = b"/FontFile "
"""How a PDF names a Type 1 font, in the uncompressed file that LibreOffice hands over."""

BREAK = "\u200b"
"""Where the converter lets a line break beside a quotation mark; no reader wants it in a bookmark."""

COMPRESSION: Final = 1
"""Zlib's level: a third of the usual time, for files a twentieth larger."""

COMMENT = re.compile(rb"^%[^\n]*\n", re.M)
"""LibreOffice explains what it leaves uncompressed; it writes all text in hexadecimal, so that none begins a line so."""


def remove_comments(pdf: Pdf) -> None:
    """Take LibreOffice's explanations out of the pages."""
    for page in pdf.pages:
        content = page.obj.get(Name.Contents)
        if isinstance(content, Stream):
            content.write(COMMENT.sub(b"", content.read_bytes()))


def finish(pdf: Pdf, raw: bytes, admitted: Admitted) -> bytes:
    """The file of the PDF that was opened from `raw`: tags mended, dated and described as its document is."""
    mend(pdf, admitted.drawings)
    when = _read_date(admitted.created)
    pdf.Root.Lang = String(LANGUAGE)
    for key in {Name.CreationDate, Name.ModDate} & set(pdf.docinfo.keys()):
        pdf.docinfo[key] = String(f"D:{when:%Y%m%d%H%M%S}Z")
    _describe(pdf, admitted.made_from)
    _add_navigation(pdf)
    for intent in pdf.Root.get(Name.OutputIntents, ()):
        profile = intent.DestOutputProfile
        profile.write(_without_date(profile.read_bytes()), filter=Name.FlateDecode)
    if TYPE_1 in raw:
        _renumber_fonts(pdf)
    for owner, key in ((pdf.trailer, Name.ID), (pdf.trailer, Name.DocChecksum), (pdf.Root, Name.OpenAction)):
        if key in owner:
            del owner[key]
    settings.set_flate_compression_level(COMPRESSION)
    target = BytesIO()
    pdf.save(target, deterministic_id=True, object_stream_mode=ObjectStreamMode.generate)
    return target.getvalue()


def _describe(pdf: Pdf, made_from: str) -> None:
    """Write the metadata anew from the document's properties: what LibreOffice puts there differs with its version."""
    del pdf.Root.Metadata
    with pdf.open_metadata(set_pikepdf_as_editor=False, update_docinfo=False) as metadata:
        metadata.load_from_docinfo(pdf.docinfo)
        for key, value in {**ARCHIVAL, **({SOURCE: made_from} if made_from else {})}.items():
            metadata[key] = value


def _add_navigation(pdf: Pdf) -> None:
    """Number the pages as they are printed, let the tab key go by the tags, and give a bookmark to the title at least."""
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
    """Every bookmark below one, or below the outline itself."""
    below = above.get(Name.First)
    while below is not None:
        yield below
        yield from _walk_bookmarks(below)
        below = below.get(Name.Next)


def _read_date(created: str) -> datetime:
    try:
        when = datetime.fromisoformat(created)
    except ValueError:
        return UNDATED
    return when.astimezone(UTC) if when.tzinfo else when.replace(tzinfo=UTC)


@lru_cache(maxsize=4)
def _compress(profile: bytes) -> bytes:
    return zlib.compress(profile, 9)


def _without_date(profile: bytes) -> bytes:
    data = bytearray(profile)
    data[PROFILE_DATE] = bytes(12)
    return _compress(bytes(data))


def _renumber_fonts(pdf: Pdf) -> None:
    """Type 1 fonts carry a number that LibreOffice counts up; only fallback fonts come as Type 1."""
    for thing in pdf.objects:
        if isinstance(thing, Dictionary) and isinstance(file := thing.get(Name.FontFile), Stream):
            _renumber(file)


def _renumber(file: Stream) -> None:
    """Put zeros in place of the number, in the clear and in the encrypted part."""
    data, clear = file.read_bytes(), int(file.Length1)
    end = clear + int(file.Length2)
    private, _ = eexec.decrypt(data[clear:end], EEXEC_KEY)
    encrypted, _ = eexec.encrypt(_zero_number(private), EEXEC_KEY)
    file.write(_zero_number(data[:clear]) + encrypted + data[end:])


def _zero_number(text: bytes) -> bytes:
    return RUNNING_NUMBER.sub(lambda found: found[1] + b"0" * len(found[2]) + found[3], text, count=1)
