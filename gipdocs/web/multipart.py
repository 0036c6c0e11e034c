"""Reads forms with files so that no value changes on the way.

Werkzeug takes such a body in pieces of 64 KiB, and adds a line break to a value whose piece ends inside the line after it
(https://github.com/pallets/werkzeug/issues/3285). Here no piece ends there.
"""

from __future__ import annotations

from typing import IO, cast

from flask import Request
from werkzeug.datastructures import FileStorage, MultiDict
from werkzeug.formparser import FormDataParser

Parsed = tuple[IO[bytes], MultiDict[str, str], MultiDict[str, FileStorage]]
UNFINISHED = (b"\r", b"-")
"""How a piece ends that may have been cut inside the line between two values."""


class WholeLines:
    """A stream whose pieces end in no unfinished line between two values; each may be a few bytes longer than was asked for."""

    def __init__(self, stream: IO[bytes]) -> None:
        self._stream = stream

    def read(self, size: int = -1) -> bytes:
        """The next piece."""
        piece = self._stream.read(size)
        while piece.endswith(UNFINISHED) and (more := self._stream.read(1)):
            piece += more
        return piece


class WholeFormParser(FormDataParser):
    """Werkzeug's parser of forms, over pieces that don't mislead it."""

    def parse(
        self, stream: IO[bytes], mimetype: str, content_length: int | None, options: dict[str, str] | None = None
    ) -> Parsed:
        """The rest of the stream, the fields and the files."""
        if mimetype == "multipart/form-data":
            stream = cast("IO[bytes]", WholeLines(stream))  # Werkzeug only reads from it
        return super().parse(stream, mimetype, content_length, options)


class WholeRequest(Request):
    """A request whose form is what was sent."""

    form_data_parser_class = WholeFormParser
