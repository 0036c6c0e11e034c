"""Forms with files, read in pieces: whatever stands where, every value arrives as it was sent."""

from __future__ import annotations

from contextlib import closing
from io import BytesIO

import pytest
from flask import Flask, request
from werkzeug.formparser import MultiPartParser

from gipdocs.web.multipart import WholeLines, WholeRequest

BOUNDARY = "----WebKitFormBoundary0123456789abcd"
PIECE = 64 << 10


def body(filler: int) -> bytes:
    """A form as browsers send it: a text, an empty field, a file that ends in odd characters, and another empty field."""
    parts = [
        ('name="text"', b"x" * filler),
        ('name="empty"', b""),
        ('name="file"; filename="a"', b"\r\n-\r"),
        ('name="last"', b""),
    ]
    heads = [
        (f"--{BOUNDARY}\r\nContent-Disposition: form-data; {head}\r\n\r\n".encode(), value) for head, value in parts
    ]
    return b"".join(head + value + b"\r\n" for head, value in heads) + f"--{BOUNDARY}--\r\n".encode()


@pytest.mark.parametrize("size", range(1, 80))
def test_every_value_arrives_whole_however_the_body_is_cut(size: int) -> None:
    sent = body(5)
    parser = MultiPartParser(buffer_size=size)
    form, files = parser.parse(WholeLines(BytesIO(sent)), BOUNDARY.encode(), len(sent))  # type: ignore[arg-type]  # reads only
    assert form.to_dict() == {"text": "xxxxx", "empty": "", "last": ""}
    with closing(files["file"]) as file:
        assert file.read() == b"\r\n-\r"


def test_a_form_arrives_whole_where_werkzeug_cuts_it() -> None:
    app = Flask(__name__)
    app.request_class = WholeRequest
    rest = len(body(0))
    for filler in range(PIECE - rest, PIECE + 2):
        sent = body(filler)
        kind = f"multipart/form-data; boundary={BOUNDARY}"
        with app.test_request_context(method="POST", data=sent, content_type=kind):
            assert (request.form["empty"], request.form["last"]) == ("", "")
            assert request.files["file"].read() == b"\r\n-\r"
