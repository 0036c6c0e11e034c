"""Downloads: documents, and the answers that a clerk saves for later."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from flask import Response

from gipdocs.documents.build import Built
from gipdocs.documents.document import Document
from gipdocs.faces import attach


def document_file(document: Document, built: Built) -> Response:
    """The finished document."""
    return attach(Response(built.content, content_type=built.media_type), built.filename, plain=document.id)


def answers_file(document: Document, payload: Mapping[str, Any]) -> Response:
    """The answers as JSON, in the form that the page, the command line and the API read."""
    text = json.dumps(payload, ensure_ascii=False, indent=2) + "\n"
    name = f"{document.title}-填写内容.json"
    return attach(Response(text.encode(), content_type="application/json"), name, plain=document.id)
