"""Gathers a request from the pieces in which it arrives, without blocking a thread.

gunicorn's own classes parse and check the head, the chunks and the trailers, each of them once it is complete.
"""

from __future__ import annotations

import io
import re
from urllib.parse import urlsplit

from gunicorn.config import Config
from gunicorn.http.body import ChunkedReader
from gunicorn.http.errors import (
    ChunkMissingTerminator,
    InvalidChunkSize,
    InvalidHeader,
    LimitRequestHeaders,
    UnsupportedTransferCoding,
)
from gunicorn.http.message import Request
from gunicorn.http.unreader import IterUnreader

HEAD_BYTES = 1 << 16
"""The longest head, and the longest trailers, in bytes."""

BARE_LF = re.compile(rb"(?<!\r)\n")


class Gathering:
    """A request that arrives in pieces.

    `request` is set once the head is complete; `size` is the number of bytes of the body taken so far.
    """

    def __init__(self, cfg: Config, client: object, number: int, largest_body: int) -> None:
        self._cfg, self._client, self._number, self._largest_body = cfg, client, number, largest_body
        self._searched = self._length = 0
        self._chunks: Chunks | None = None
        self._body = b""
        self.request: Request | None = None

    @property
    def size(self) -> int:
        """The number of bytes of the body taken so far."""
        return len(self._chunks.body if self._chunks else self._body)

    def take(self, raw: bytearray) -> bool:
        """Take the bytes of the request out of `raw`; returns whether the request is now complete.

        A body of more than `largest_body` bytes counts as complete and is dropped; the application refuses its length.
        Raises gunicorn's errors for a malformed request.
        """
        if self.request is None and not self._take_head(raw):
            return False
        return self._take_chunks(raw) if self._chunks else self._take_body(raw)

    def asks_to_continue(self) -> bool:
        """Whether the client waits for "100 Continue" before it sends the body; true only once."""
        if (request := self.request) is None or not request._expected_100_continue:
            return False
        request._expected_100_continue = False  # otherwise gunicorn would send it again
        return True

    def _take_head(self, raw: bytearray) -> bool:
        length = _find_end(raw, self._searched)
        self._searched = len(raw)
        if length is None:
            return False
        request = Request(self._cfg, IterUnreader([bytes(raw[:length])]), self._client, self._number)
        del raw[:length]
        _hold_to_the_standard(request)
        reader = request.body.reader
        if isinstance(reader, ChunkedReader):
            self._chunks = Chunks(request)
        else:
            self._length = reader.length
        self.request = request
        return True

    def _take_body(self, raw: bytearray) -> bool:
        if self._length > self._largest_body:
            return self._finish(b"", whole=False)
        if len(raw) < self._length:
            return False
        body = bytes(raw[: self._length])
        del raw[: self._length]
        return self._finish(body)

    def _take_chunks(self, raw: bytearray) -> bool:
        """Give the application a body of known length, as in RFC 9112 section 7.1.3."""
        assert self._chunks and self.request
        ended = self._chunks.take(raw)
        body, whole = self._chunks.body, len(self._chunks.body) <= self._largest_body
        if whole and not ended:
            return False
        headers = [header for header in self.request.headers if header[0] != "TRANSFER-ENCODING"]
        self.request.headers = [*headers, ("CONTENT-LENGTH", str(len(body)))]
        self._chunks = None
        return self._finish(bytes(body) if whole else b"", whole=whole)

    def _finish(self, body: bytes, *, whole: bool = True) -> bool:
        assert self.request
        self.asks_to_continue()
        if not whole:
            self.request.force_close()  # the start of the next request is unknown
        self._body = body
        self.request.body = io.BytesIO(body)
        return True


def _hold_to_the_standard(request: Request) -> None:
    """Check what gunicorn does not: codings below the chunks, a missing Host, a target that names another host.

    RFC 9112 sections 6.1, 3.2 and 3.2.2. Raises gunicorn's errors.
    """
    for name, value in request.headers:
        if name == "TRANSFER-ENCODING" and value.strip(" \t").lower() != "chunked":
            raise UnsupportedTransferCoding(value)
    if request.version >= (1, 1) and not any(name == "HOST" for name, _ in request.headers):
        raise InvalidHeader("HOST", req=request)
    if not request.uri.startswith("/") and (authority := urlsplit(request.uri).netloc):
        others = [header for header in request.headers if header[0] != "HOST"]
        request.headers = [*others, ("HOST", authority)]


class Chunks(ChunkedReader):  # type: ignore[misc]  # gunicorn has no types
    """A chunked body that arrives in pieces."""

    def __init__(self, request: Request) -> None:
        super().__init__(request, IterUnreader(()))
        self.body = bytearray()
        self._left: int | None = None  # bytes of this chunk; 0 before its line end, None before the next chunk
        self._last = False
        self._searched = 0

    def parse_trailers(self, _unreader: IterUnreader, _data: bytes) -> None:
        """Called by gunicorn after the last chunk; the trailers may not have arrived yet."""
        self._last = True

    def take(self, raw: bytearray) -> bool:
        """Take the bytes of the body out of `raw`; returns whether it is now complete. Raises gunicorn's errors."""
        while raw and not self._last:
            if self._left:
                piece = raw[: self._left]
                self.body += piece
                self._left -= len(piece)
                del raw[: len(piece)]
            elif not (self._take_size(raw) if self._left is None else self._take_line_end(raw)):
                return False
        return self._last and self._take_trailers(raw)

    def _take_size(self, raw: bytearray) -> bool:
        end = raw.find(b"\n", self._searched)
        self._searched = len(raw) if end < 0 else 0
        if end < 0 and len(raw) <= self.limit_chunk_size_line:
            return False
        line = bytes(raw[: end + 1])
        if not line.endswith(b"\r\n"):
            raise InvalidChunkSize(line)
        size, _ = self.parse_chunk_size(None, line)
        self._left = size or None
        del raw[: end + 1]
        return True

    def _take_line_end(self, raw: bytearray) -> bool:
        if not b"\r\n".startswith(raw[:2]):
            raise ChunkMissingTerminator(bytes(raw[:2]))
        if len(raw) < 2:
            return False
        del raw[:2]
        self._left = None
        return True

    def _take_trailers(self, raw: bytearray) -> bool:
        length = 2 if raw[:2] == b"\r\n" else _find_end(raw, self._searched)
        self._searched = len(raw)
        if length is None:
            return False
        if lines := bytes(raw[: length - 2]).removesuffix(b"\r\n"):
            self.req.trailers = self.req.parse_headers(lines, from_trailer=True)
        del raw[:length]
        return True


def _find_end(raw: bytearray, searched: int) -> int | None:
    """The length of the lines at the start of `raw` up to and including an empty line; None if that has not arrived.

    The first `searched` bytes are known not to contain it. Raises gunicorn's errors if the lines are too long, or if
    they can never end.
    """
    end = raw.find(b"\r\n\r\n", max(0, searched - 3))
    if end >= 0:
        return end + 4
    if len(raw) > HEAD_BYTES:
        raise LimitRequestHeaders(f"more than {HEAD_BYTES} bytes")
    if BARE_LF.search(raw, searched):
        raise InvalidHeader("bare LF as line terminator")
    return None
