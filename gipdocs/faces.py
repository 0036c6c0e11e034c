"""What web pages and API share: the running service, and how a file is handed out."""

from __future__ import annotations

import gzip
import hashlib
from collections.abc import Callable
from enum import Enum
from functools import lru_cache
from typing import TYPE_CHECKING, Any, TypeVar, cast
from urllib.parse import quote

from flask import Flask, Response, current_app, g, request

from gipdocs.access.actors import NOBODY, Actor
from gipdocs.access.permissions import Permission
from gipdocs.documents.build import file_name
from gipdocs.documents.responses import ANY_BYTES
from gipdocs.service import Service
from gipdocs.settings import MIB, NO_DATABASE, STAFF

if TYPE_CHECKING:  # an installation without a database loads nothing of it
    from gipdocs.register.register import Register

MOST_SENT = 21 * MIB
"""The largest body with a file that belongs to a case, the rows of a batch or many reports: 20 MiB, and the form around them."""


def service() -> Service:
    """The service of the running application."""
    return cast(Service, current_app.extensions["gipdocs"])


def register() -> Register:
    """The register of the running application; only its own routes, which need one, may ask for it."""
    found = service().register
    assert found is not None  # the routes exist only where there is one
    return found


def actor() -> Actor:
    """Who sends the request, as `gipdocs.doors.admit` has found out; NOBODY before that."""
    return cast(Actor, g.get("actor", NOBODY))


def may(permission: str) -> bool:
    """Whether the sender of the request has a permission, by its name as in `Permission`."""
    return actor().may(Permission(permission))


def needs_sign_in() -> bool:
    """Whether the desk asks who somebody is; without accounts it doesn't."""
    return service().settings.access != "none"


def asked_path() -> str:
    """The path that was asked for, with its query, in ASCII."""
    query = quote(request.query_string, safe="=&%+:/?,;!~*'()-._@$")
    return f"{quote(request.path)}?{query}" if query else quote(request.path)


class Public(Enum):
    """Whom a route is open to without a permission."""

    EVERYBODY = "everybody"
    ACCOUNTS = "accounts"  # whoever has signed in


Need = Permission | Public
View = TypeVar("View", bound=Callable[..., Any])


def needs(need: Need, **by_method: Need) -> Callable[[View], View]:
    """Say beside a route what it needs, and what another method of the same route needs: `needs(READ, POST=WRITE)`."""

    def mark(view: View) -> View:
        view.needs = {"": need, **by_method}  # type: ignore[attr-defined]
        return view

    return mark


def declared_need(app: Flask, endpoint: str, method: str) -> Need | None:
    """What a route says that it needs, None if it says nothing."""
    said: dict[str, Need] | None = getattr(app.view_functions[endpoint], "needs", None)
    return said.get(method, said[""]) if said is not None else None


def is_open(endpoint: str, method: str = "GET") -> bool:
    """Whether the sender of the request, who has signed in, may use a route."""
    need = declared_need(current_app, endpoint, method)
    return isinstance(need, Public) or (need is not None and actor().may(need))


def allow_file() -> None:
    """Let the body of this request carry a file, though others must be smaller; before anything reads it."""
    request.max_content_length = max(MOST_SENT, request.max_content_length or 0)


def largest_body(app: Flask) -> int:
    """The largest body that any route of the application takes, in bytes: the server need not read a larger one."""
    usual: int = app.config["MAX_CONTENT_LENGTH"]
    settings = app.extensions["gipdocs"].settings
    takes_files = settings.database != NO_DATABASE or STAFF in settings.doors  # elsewhere no route takes such files
    return max(usual, MOST_SENT) if takes_files else usual


def attach(response: Response, name: str, *, plain: str) -> Response:
    """The response as a file to save, which no cache on the way may store (RFC 6266).

    `plain` is the ASCII name, without its ending, for programs that can't read other names.
    """
    name = file_name(name)
    ascii_name = f"{plain}.{name.rpartition('.')[2]}"
    response.headers["Content-Disposition"] = (
        f"attachment; filename=\"{ascii_name}\"; filename*=UTF-8''{quote(name, safe='')}"
    )
    response.headers["Cache-Control"] = "no-store"
    response.headers["X-Content-Type-Options"] = "nosniff"
    return response


@lru_cache(maxsize=16)
def gzipped(data: bytes) -> bytes:
    """The data as gzip, always the same for the same data."""
    return gzip.compress(data, mtime=0)


def compressed(response: Response) -> Response:
    """The response in gzip if the client takes it. Only for what has no secret and nothing that was sent in it.

    The length of a compressed page tells of its content, and whoever can put text of his own beside a secret reads it
    letter by letter (BREACH). A page with a form has the token of its browser and repeats what was typed: it stays as it
    is. The API's description, the schemas and blank documents are the same for everybody.
    """
    response.vary.add("Accept-Encoding")
    if response.status_code == 200 and request.accept_encodings["gzip"] > 0:
        response.set_data(gzipped(response.get_data()))
        response.headers["Content-Encoding"] = "gzip"
    return response


def lasting(response: Response) -> Response:
    """The response as what changes with a restart or a day only: compressed, with an ETag by which a browser asks again.

    The tag is a weak one, since it is the same whether the response is compressed or not; If-None-Match with it is
    answered by 304 without a body.
    """
    response.set_etag(hashlib.sha256(response.get_data()).hexdigest()[:32], weak=True)
    response.headers["Cache-Control"] = "private, no-cache"
    compressed(response).make_conditional(request)
    return response


def bytes_type(media_type: str) -> str:
    """The type of a file that the Accept header wants: its own, or plain bytes if those are wanted rather."""
    return request.accept_mimetypes.best_match([media_type, ANY_BYTES], default=media_type)
