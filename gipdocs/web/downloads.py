"""Downloads: documents, and the answers that a clerk saves for later."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any
from urllib.parse import quote

from flask import Response

from gipdocs.documents.build import Built
from gipdocs.documents.document import Document

NOT_IN_NAMES = re.compile(r'[\\/:*?"<>|\x00-\x1f]')


def document_file(document: Document, built: Built) -> Response:
    """The finished document."""
    return _file(built.content, built.media_type, built.filename, document.id)


def answers_file(document: Document, payload: Mapping[str, Any]) -> Response:
    """The answers as JSON, in the form that the page, the command line and the API read."""
    text = json.dumps(payload, ensure_ascii=False, indent=2) + "\n"
    return _file(text.encode(), "application/json", f"{document.title}-填写内容.json", document.id)


def _file(content: bytes, media_type: str, name: str, plain_name: str) -> Response:
    response = Response(content, content_type=media_type)
    name = NOT_IN_NAMES.sub("_", name)
    plain = f"{plain_name}.{name.rpartition('.')[2]}"
    response.headers["Content-Disposition"] = f"attachment; filename={plain}; filename*=UTF-8''{quote(name, safe='')}"
    response.headers["Cache-Control"] = "no-store"
    response.headers["X-Content-Type-Options"] = "nosniff"
    return response
