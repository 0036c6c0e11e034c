"""Loads templates and static files at start, so that files changed later do not change any page."""

from __future__ import annotations

import mimetypes
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property, partial, update_wrapper
from hashlib import sha256
from importlib.metadata import version
from io import BytesIO
from pathlib import Path
from typing import Any

from flask import Flask, Response, abort, request, send_file
from jinja2 import DictLoader

from gipdocs.faces import gzipped
from gipdocs.passed import has_passed, make_state, note_passed
from gipdocs.service import ZONE

SHEETS = (
    "vendor/pico.classless.min.css",
    *(
        f"{name}.css"
        for name in (
            "gipdocs",
            "form",
            "figures",
            "cases",
            "days",
            "letter",
            "judge",
            "start",
            "joint",
            "batches",
            "reports",
            "handbook",
            "admin",
            "access",
        )
    ),
)
GATHERED = {"citizen": {"pages.css": (*SHEETS, "print.css")}}
"""Style sheets that a page gets as one file, by blueprint: one request instead of nine, without a build step.

The scripts stay apart. They are deferred, arrive beside each other while the page is read, and differ from page to page;
as none is asked for twice, one file for each mixture would have to be fetched anew for every kind of page.
"""
PRINTED = "print.css"
FOREVER = "public, max-age=31536000, immutable"


@dataclass(frozen=True)
class StaticFile:
    """A file as it was at the start; `version` changes with its content and stands in the address of every link to it."""

    kind: str
    data: bytes
    version: str

    @cached_property
    def packed(self) -> bytes:
        """The same, compressed when somebody first asks for it; empty if that saves nothing."""
        packed = gzipped(self.data)
        return packed if len(packed) < len(self.data) * 0.9 else b""


def hold(app: Flask) -> None:
    """Keep every template and static file in memory; SyntaxError or UnicodeDecodeError if one is broken."""
    hold_templates(app)
    held = {
        f"{name}.static": _files(name, Path(blueprint.static_folder))
        for name, blueprint in app.blueprints.items()
        if blueprint.static_folder
    }
    for endpoint, files in held.items():
        app.view_functions[endpoint] = update_wrapper(
            partial(send, files), send
        )  # with a name for whoever counts requests

    @app.url_defaults
    def add_version(endpoint: str, values: dict[str, Any]) -> None:
        if found := held.get(endpoint, {}).get(values.get("filename", "")):
            values.setdefault("v", found.version)


def hold_templates(app: Flask) -> None:
    """Read every template now, and compile it now unless these same ones have been compiled today."""
    environment, today = app.jinja_env, datetime.now(ZONE).date()
    assert environment.loader is not None
    read = {name: environment.loader.get_source(environment, name)[0] for name in sorted(environment.list_templates())}
    environment.loader = DictLoader(read)
    sources = [text for name, source in read.items() for text in (name, source)]
    known = [version("jinja2"), *sorted({*environment.filters, *environment.tests}), *sources]
    state = make_state(text.encode() for text in known)
    if not has_passed(state, today):
        for name in read:
            environment.get_template(name)
        note_passed(state, today)


def _files(blueprint: str, folder: Path) -> Mapping[str, StaticFile]:
    found = {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}
    for name, parts in GATHERED.get(blueprint, {}).items():
        found[name] = b"\n".join(_for_print(found[part]) if part == PRINTED else found[part] for part in parts)
    return {name: hold_file(name, data) for name, data in found.items()}


def _for_print(sheet: bytes) -> bytes:
    return b"@media print {\n%s}\n" % sheet


def hold_file(name: str, data: bytes) -> StaticFile:
    """A file in memory, of the kind that its name says."""
    kind = mimetypes.guess_type(name)[0] or "application/octet-stream"
    return StaticFile(kind, data, sha256(data).hexdigest()[:16])


def send(files: Mapping[str, StaticFile], filename: str, **_: Any) -> Response:
    """The file, kept by browsers for ever under the address with its version, and asked for again under any other."""
    if (file := files.get(filename)) is None:
        abort(404)
    packs = request.accept_encodings["gzip"] > 0 and bool(file.packed)
    tag = f"{file.version}-gzip" if packs else file.version  # other bytes are another thing to a cache
    body = BytesIO(file.packed if packs else file.data)
    response = send_file(body, mimetype=file.kind, etag=tag, conditional=True)
    response.vary.add("Accept-Encoding")
    if packs:
        response.headers["Content-Encoding"] = "gzip"
    if request.args.get("v") == file.version:
        response.headers["Cache-Control"] = FOREVER
    return response
