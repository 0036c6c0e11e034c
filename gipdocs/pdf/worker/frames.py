"""The message format of every conversation: a JSON head and a body of bytes."""

from __future__ import annotations

import json
import struct
from collections.abc import Mapping
from typing import IO, Any

PREFIX = struct.Struct("!IQ")
"""Lengths of head and body, in bytes."""

HEAD_LIMIT = 1 << 20
BODY_LIMIT = 1 << 27


class Broken(Exception):
    """The other side sent no valid message, or ended in the middle of one."""


def pack(head: Mapping[str, Any], body: bytes = b"") -> bytes:
    """One message as bytes."""
    text = json.dumps(head, ensure_ascii=False).encode()
    return PREFIX.pack(len(text), len(body)) + text + body


def lengths(prefix: bytes) -> tuple[int, int]:
    """The lengths that a prefix announces; raises `Broken` if they exceed our limits."""
    head, body = PREFIX.unpack(prefix)
    if head > HEAD_LIMIT or body > BODY_LIMIT:
        raise Broken(f"a message of {head} and {body} bytes is announced")
    return head, body


def parse_head(data: bytes) -> dict[str, Any]:
    """The head of a message; raises `Broken` if it is not a JSON object."""
    try:
        head = json.loads(data)
    except ValueError as error:
        raise Broken("the head of a message is not JSON") from error
    if not isinstance(head, dict):
        raise Broken("the head of a message is not an object")
    return head


def write(stream: IO[bytes], head: Mapping[str, Any], body: bytes = b"") -> None:
    """Send one message."""
    stream.write(pack(head, body))
    stream.flush()


def read(stream: IO[bytes]) -> tuple[dict[str, Any], bytes] | None:
    """Receive one message; None if the other side closed between two messages."""
    prefix = stream.read(PREFIX.size)
    if not prefix:
        return None
    if len(prefix) < PREFIX.size:
        raise Broken("a message ends in its prefix")
    head, body = lengths(prefix)
    return parse_head(_exactly(stream, head)), _exactly(stream, body)


def _exactly(stream: IO[bytes], size: int) -> bytes:
    data = stream.read(size)
    if len(data) < size:
        raise Broken("a message ends before its announced length")
    return data
