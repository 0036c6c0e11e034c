"""The routes by which the files of a batch are fetched: one, all of them as a ZIP or as one PDF, and the corrected table."""

from __future__ import annotations

from collections.abc import Iterator

from flask import Response, request

from gipdocs.access.permissions import Permission
from gipdocs.api.batch_bodies import ArchiveQuestions, MergeQuestions
from gipdocs.api.batches import BATCH, batches, own_words
from gipdocs.api.case_bodies import names_of, read_query
from gipdocs.api.protocol import takes
from gipdocs.batch.archive import archive_name, stream_archive
from gipdocs.batch.batches import find_batch, read_batch_file
from gipdocs.batch.correcting import return_table
from gipdocs.batch.merged import merge_pdfs, merged_name
from gipdocs.batch.orders import MOST_ROWS
from gipdocs.documents.document import MEDIA_TYPES
from gipdocs.faces import actor, attach, bytes_type, needs, register

ROW = f"{BATCH}/rows/<int(max={MOST_ROWS}):place>"
ZIP = "application/zip"


@batches.get(f"{ROW}/file")
@needs(Permission.BATCHES)
def get_file(id: str, place: int) -> Response:
    """The file of one row."""
    batch = find_batch(register(), id, by=actor())
    name, content = read_batch_file(register(), id, place, by=actor())
    media_type = bytes_type(MEDIA_TYPES[batch.format])
    return attach(Response(content, content_type=media_type), name, plain=f"{batch.document}-{place}")


@batches.get(f"{BATCH}/archive")
@needs(Permission.BATCHES)
@takes(*names_of(ArchiveQuestions))
def get_archive(id: str) -> Response:
    """The files as a ZIP, which is made while it is sent."""
    asked = read_query(ArchiveQuestions, request.args)
    first, last, partial = asked.get("from", 1), asked.get("to"), asked.get("partial", False)
    batch = find_batch(register(), id, by=actor())
    with own_words():
        content = stream_archive(register(), id, by=actor(), first=first, last=last, partial=partial)
    return _stream(content, ZIP, archive_name(batch, first=first, last=last), plain=batch.document)


@batches.get(f"{BATCH}/merged.pdf")
@needs(Permission.BATCHES)
@takes(*names_of(MergeQuestions))
def get_merged(id: str) -> Response:
    """All PDFs as one for the printer; with `duplex`, each begins on a front page."""
    asked = read_query(MergeQuestions, request.args)
    first, last, duplex = asked.get("from", 1), asked.get("to"), asked.get("duplex", False)
    batch = find_batch(register(), id, by=actor())
    with own_words():
        content = merge_pdfs(register(), id, by=actor(), first=first, last=last, duplex=duplex)
    return _stream(content, MEDIA_TYPES["pdf"], merged_name(batch, first=first, last=last), plain=batch.document)


@batches.get(f"{BATCH}/errors.xlsx")
@needs(Permission.BATCHES)
def get_errors(id: str) -> Response:
    """The table to be corrected, with the wrong cells in red."""
    content = return_table(register(), id, by=actor())
    batch = find_batch(register(), id, by=actor())
    response = Response(content, content_type=bytes_type(MEDIA_TYPES["xlsx"]))
    return attach(response, f"{batch.title or '批次'}（需要改正）.xlsx", plain=f"{batch.document}-errors")


def _stream(content: Iterator[bytes], media_type: str, name: str, *, plain: str) -> Response:
    return attach(Response(content, content_type=bytes_type(media_type)), name, plain=plain)
