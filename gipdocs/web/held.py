"""Loads templates and static files at start, so that files changed later do not change any page."""

from __future__ import annotations

import mimetypes
from collections.abc import Mapping
from functools import partial
from hashlib import sha256
from io import BytesIO
from pathlib import Path
from typing import Any

from flask import Flask, Response, abort, send_file


def hold(app: Flask) -> None:
    """Compile every template and keep every static file in memory; SyntaxError or UnicodeDecodeError if one is broken."""
    for name in app.jinja_env.list_templates():
        app.jinja_env.get_template(name)
    for name, blueprint in app.blueprints.items():
        if blueprint.static_folder:
            app.view_functions[f"{name}.static"] = partial(send, _files(Path(blueprint.static_folder)))


def _files(folder: Path) -> Mapping[str, bytes]:
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def send(files: Mapping[str, bytes], filename: str, **_: Any) -> Response:
    """One of the files in memory, with a mark by which a browser need not fetch it again; NotFound if there is none."""
    if (data := files.get(filename)) is None:
        abort(404)
    kind = mimetypes.guess_type(filename)[0] or "application/octet-stream"
    return send_file(BytesIO(data), mimetype=kind, etag=sha256(data).hexdigest()[:16], conditional=True)
