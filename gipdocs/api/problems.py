"""One error shape for every route: application/problem+json (RFC 9457).

A fault never repeats an answer; it names the place, and quotes only a few characters of an unknown key, cell or day. A
finding may quote the words that it is about. At most 100 of each are listed, but all are counted.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import Blueprint, Response, current_app, json, request
from werkzeug.exceptions import BadRequest, HTTPException, RequestEntityTooLarge, UnsupportedMediaType
from werkzeug.exceptions import Forbidden as HttpForbidden

from gipdocs.errors import (
    ConverterBusy,
    Forbidden,
    GipdocsError,
    ReaderBusy,
    StaleEdit,
    StoreBusy,
    TooManyRequests,
    Unauthenticated,
    UnknownDocument,
    locate,
)
from gipdocs.problemkinds import PROBLEM_KINDS, ProblemKind
from gipdocs.tracing import CURRENT, tell

HTTP_KINDS: Mapping[int, ProblemKind] = {
    PROBLEM_KINDS[slug].status: PROBLEM_KINDS[slug]
    for slug in (
        "malformed-request",
        "unauthenticated",
        "forbidden",
        "not-found",
        "method-not-allowed",
        "not-acceptable",
        "stale-version",
        "too-large",
        "unsupported-media-type",
        "version-required",
        "rate-limited",
        "internal-error",
        "unavailable",
    )
}
"""The kinds of those HTTP errors that no error of gipdocs stands for, by status."""


class UnreadableBody(BadRequest):
    """The request's body is not JSON; unlike those of other HTTP errors, its description is for whoever sent it."""


class UnexpectedBody(UnsupportedMediaType):
    """The request's body is of a type that this route doesn't take; its description is for whoever sent it, too."""


class LargeBody(RequestEntityTooLarge):
    """The request's body is larger than this route takes; its description is for whoever sent it, too."""


class ForeignForm(HttpForbidden):
    """A page from elsewhere has sent a form; its description is for whoever sent it, too."""


TOLD = UnreadableBody | UnexpectedBody | LargeBody | ForeignForm


def answer_errors(blueprint: Blueprint) -> None:
    """Have every error in a blueprint's routes answered in the API's one shape."""
    blueprint.register_error_handler(GipdocsError, from_error)
    blueprint.register_error_handler(HTTPException, from_http)
    blueprint.register_error_handler(Exception, from_fault)


def respond(problem: dict[str, Any]) -> Response:
    """The response with problem details: every problem of the service passes here."""
    if trace := CURRENT.get():
        problem = {**problem, "instance": trace.instance}
    text, kind = json.dumps(problem, ensure_ascii=False), "application/problem+json; charset=utf-8"
    response = Response(text, status=problem["status"], content_type=kind)
    response.content_language.add("zh-CN")
    return response


def from_error(error: GipdocsError) -> Response:
    """The response for a refusal by gipdocs."""
    tell(error)
    if isinstance(error, StaleEdit) and "If-Match" in request.headers:
        return respond(PROBLEM_KINDS["stale-version"].as_problem(str(error)))
    if isinstance(error, UnknownDocument):
        return respond(error.problem_kind.as_problem(f"{error}{error.problem_kind.cure}"))
    response = respond(error.as_json())
    if isinstance(error, ConverterBusy | ReaderBusy | StoreBusy | TooManyRequests):
        response.headers["Retry-After"] = str(error.retry_after)
    if isinstance(error, Forbidden | Unauthenticated):
        response.headers["WWW-Authenticate"] = _challenge(error)
    return response


def _challenge(error: Forbidden | Unauthenticated) -> str:
    """What is asked of a key (RFC 6750 section 3)."""
    challenge = 'Bearer realm="gipdocs"'
    if isinstance(error, Forbidden):
        return f'{challenge}, error="insufficient_scope", scope="{error.missing}"'
    return f'{challenge}, error="{error.fault}"' if error.fault else challenge


def from_http(error: HTTPException) -> Response | HTTPException:
    """The response for an HTTP error; a redirect stays a redirect."""
    status = error.code or 500
    if status < 400:
        return error
    kind = HTTP_KINDS.get(status, HTTP_KINDS[400 if status < 500 else 500])
    told = error.description if isinstance(error, TOLD) else None
    response = respond(kind.as_problem(told or kind.cure))
    if status == 405 and (allowed := getattr(error, "valid_methods", None)):
        response.headers["Allow"] = ", ".join(sorted(allowed))
    return response


def from_fault(error: Exception) -> Response:
    """The response for a bug: its type goes to the log, input never does."""
    tell(error)
    current_app.logger.error("unexpected %s at %s", type(error).__name__, locate(error))
    kind = PROBLEM_KINDS["internal-error"]
    return respond(kind.as_problem(f"{kind.cause}{kind.cure}"))
