"""The body of a request as plain JSON data, still unchecked."""

from __future__ import annotations

from typing import Any

from flask import request
from werkzeug.exceptions import RequestEntityTooLarge, UnsupportedMediaType

from gipdocs.api.problems import UnreadableBody
from gipdocs.strictjson import NotJson, read_json


def read_body() -> Any:
    """The request's JSON; the HTTP errors say that it is another type, too large, or unreadable."""
    if request.mimetype != "application/json":
        raise UnsupportedMediaType
    try:
        return read_json(read_bytes())
    except NotJson as error:
        raise UnreadableBody(f"请求内容不是可以读取的JSON：{error}，请核对；应为UTF-8编码的JSON。") from None


def read_bytes() -> bytes:
    """The request's body; RequestEntityTooLarge if it is beyond the limit, which a route may have set for itself."""
    body = request.get_data()  # a chunked body beyond the limit is cut off silently
    if request.content_length is None and len(body) >= (request.max_content_length or 0):
        raise RequestEntityTooLarge
    return body
