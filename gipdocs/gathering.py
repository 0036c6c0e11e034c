"""Gathers a request from the pieces in which it comes, so that nobody has to wait for them.

gunicorn's own classes read and check the head, the chunks and the trailers; they are given only what has come whole.
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
"""The longest head, and the longest trailers."""

BARE_LF = re.compile(rb"(?<!\r)\n")


class Gathering:
    """One request, of which more and more is there.

    `request` is set as soon as its head is whole, `size` is the number of bytes of its body that have been taken.
    """

    def __init__(self, cfg: Config, client: object, number: int, largest_body: int) -> None:
        self._cfg, self._client, self._number, self._largest_body = cfg, client, number, largest_body
        self._searched = self._length = 0
        self._chunks: Chunks | None = None
        self._body = b""
        self.request: Request | None = None

    @property
    def size(self) -> int:
        """How many bytes of the body have been taken."""
        return len(self._chunks.body if self._chunks else self._body)

    def take(self, raw: bytearray) -> bool:
        """Move from `raw` what belongs to the request; whether that is whole now.

        A body of more than `largest_body` bytes counts as whole and is left out: its length is for the application to
        refuse. Raises gunicorn's errors for what cannot become a request.
        """
        if self.request is None and not self._take_head(raw):
            return False
        return self._take_chunks(raw) if self._chunks else self._take_body(raw)

    def asks_to_continue(self) -> bool:
        """Whether the client waits for a word before it sends the body; it is asked once."""
        if (request := self.request) is None or not request._expected_100_continue:
            return False
        request._expected_100_continue = False  # else gunicorn would say it once more
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
        """As RFC 9112 section 7.1.3 has it: the application sees a body of known length."""
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
            self.request.force_close()  # nobody knows where the next request begins
        self._body = body
        self.request.body = io.BytesIO(body)
        return True


def _hold_to_the_standard(request: Request) -> None:
    """What gunicorn lets pass: other codings under the chunks, a missing Host, a target that names another host.

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
    """A chunked body, of which more and more is there."""

    def __init__(self, request: Request) -> None:
        super().__init__(request, IterUnreader(()))
        self.body = bytearray()
        self._left: int | None = None  # of the present chunk; 0 before the end of its line, None before the next one
        self._last = False
        self._searched = 0

    def parse_trailers(self, _unreader: IterUnreader, _data: bytes) -> None:
        """gunicorn has seen the last chunk; what follows it has perhaps not come yet."""
        self._last = True

    def take(self, raw: bytearray) -> bool:
        """Move from `raw` what belongs to the body; whether that is whole now. Raises gunicorn's errors."""
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
    """How long the lines at the beginning of `raw` are, with the empty one that ends them; None before that has come.

    The first `searched` bytes are known not to hold it. Raises gunicorn's errors for lines that are too long, or that
    would never come to an end.
    """
    end = raw.find(b"\r\n\r\n", max(0, searched - 3))
    if end >= 0:
        return end + 4
    if len(raw) > HEAD_BYTES:
        raise LimitRequestHeaders(f"more than {HEAD_BYTES} bytes")
    if BARE_LF.search(raw, searched):
        raise InvalidHeader("bare LF as line terminator")
    return None
