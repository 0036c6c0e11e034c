"""What web pages and API share: the running service, and how a file is handed out."""

from __future__ import annotations

from typing import cast
from urllib.parse import quote

from flask import Response, current_app

from gipdocs.documents.build import file_name
from gipdocs.service import Service


def service() -> Service:
    """The service of the running application."""
    return cast(Service, current_app.extensions["gipdocs"])


def attach(response: Response, name: str, *, plain: str) -> Response:
    """The response as a file to save, which no cache on the way may store (RFC 6266).

    `plain` is the ASCII name, without its ending, for programs that can't read other names.
    """
    name = file_name(name)
    ascii_name = f"{plain}.{name.rpartition('.')[2]}"
    response.headers["Content-Disposition"] = (
        f"attachment; filename={ascii_name}; filename*=UTF-8''{quote(name, safe='')}"
    )
    response.headers["Cache-Control"] = "no-store"
    response.headers["X-Content-Type-Options"] = "nosniff"
    return response
