"""The body of a request as plain JSON data, still unchecked."""

from __future__ import annotations

from typing import Any

from flask import current_app, request
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
    """The request's body; RequestEntityTooLarge if it is beyond the limit."""
    body = request.get_data()  # a chunked body beyond the limit is cut off silently
    if request.content_length is None and len(body) >= current_app.config["MAX_CONTENT_LENGTH"]:
        raise RequestEntityTooLarge
    return body
