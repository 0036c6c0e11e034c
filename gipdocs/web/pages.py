"""Pages: every one is rendered here, with the headers that keep it private and closed."""

from __future__ import annotations

from typing import Any

from flask import Response, render_template

from gipdocs.faces import service

POLICY = (
    "default-src 'self'; img-src 'self' data:; object-src 'none'; base-uri 'none'; form-action 'self'; "
    "frame-ancestors 'none'"
)
LETTER_POLICY = (
    "default-src 'none'; style-src 'self' 'unsafe-inline'; img-src data:; frame-ancestors 'self'; "
    "sandbox allow-same-origin"
)
"""A letter brings its own style; it runs nothing, loads nothing, and sends nothing."""


def page(template: str, status: int = 200, **values: Any) -> Response:
    """A page of the service; nothing of it is kept by the browser."""
    html = render_template(f"web/{template}.html", profile=service().profile, **values)
    return closed(Response(html, status=status, content_type="text/html; charset=utf-8"), POLICY)


def letter(html: bytes | str, status: int = 200) -> Response:
    """A page for the frame of the preview."""
    return closed(Response(html, status=status, content_type="text/html; charset=utf-8"), LETTER_POLICY)


def closed(response: Response, policy: str) -> Response:
    """The response with the headers of a page that nobody keeps, frames from elsewhere or mistakes for another type."""
    response.headers["Cache-Control"] = "no-store"
    response.headers["Content-Security-Policy"] = policy
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Referrer-Policy"] = "same-origin"
    return response
