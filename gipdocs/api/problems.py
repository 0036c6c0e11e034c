"""One error shape for every route: application/problem+json (RFC 9457).

A fault never repeats an answer; it names the place, and quotes only a few characters of an unknown key, cell or day. A
finding may quote the words that it is about. At most 100 of each are listed, but all are counted.
"""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, current_app, json, request
from werkzeug.exceptions import BadRequest, HTTPException, UnsupportedMediaType

from gipdocs.errors import (
    ConverterBusy,
    Forbidden,
    GipdocsError,
    InvalidInput,
    ReaderBusy,
    Refused,
    StaleEdit,
    StepForbidden,
    StoreBusy,
    TooManyRequests,
    Unauthenticated,
    locate,
)

TITLES = {
    400: "请求有误",
    404: "没有这个地址",
    405: "不支持这种请求方法",
    406: "不提供这种格式",
    413: "请求内容过大",
    415: "请求内容的类型不对",
    500: "服务出错",
}
CURES = {
    400: "请求内容应为UTF-8编码的JSON，请检查括号、引号和逗号。",
    404: "请对照/api/v1/openapi.json核对地址。",
    405: "请对照/api/v1/openapi.json核对请求方法。",
    413: "请缩短内容，或者请管理员调整GIPDOCS_MAX_BODY。",
    415: "请在请求头中写明Content-Type: application/json。",
    500: "服务内部出错，填写的内容没有保存。请重试；仍然出错的，请告知管理员出错时间。",
}


class UnreadableBody(BadRequest):
    """The request's body is not JSON; unlike those of other HTTP errors, its description is for whoever sent it."""


class UnexpectedBody(UnsupportedMediaType):
    """The request's body is of a type that this route doesn't take; its description is for whoever sent it, too."""


def answer_errors(blueprint: Blueprint) -> None:
    """Have every error in a blueprint's routes answered in the API's one shape."""
    blueprint.register_error_handler(GipdocsError, from_error)
    blueprint.register_error_handler(HTTPException, from_http)
    blueprint.register_error_handler(Exception, from_fault)


def problem(status: int, title: str, detail: str) -> Response:
    """A response with the fault and its cure."""
    return _response(_body(status, title, detail))


def _body(status: int, title: str, detail: str) -> dict[str, Any]:
    return {"type": "about:blank", "title": title, "status": status, "detail": detail}


def _response(body: dict[str, Any]) -> Response:
    text, kind = json.dumps(body, ensure_ascii=False), "application/problem+json; charset=utf-8"
    return Response(text, status=body["status"], content_type=kind)


def from_error(error: GipdocsError) -> Response:
    """The response for a refusal by gipdocs."""
    if isinstance(error, InvalidInput | Refused):
        return _response(error.as_json())
    if isinstance(error, StepForbidden):
        return _response({**_body(error.status, error.title, str(error)), "allowed": [*error.allowed]})
    stale = isinstance(error, StaleEdit) and "If-Match" in request.headers
    response = problem(412 if stale else error.status, error.title, str(error))
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


def from_http(error: HTTPException) -> Response:
    """The response for an HTTP error."""
    status = error.code or 500
    told = error.description if isinstance(error, UnreadableBody | UnexpectedBody) else None
    response = problem(status, TITLES.get(status, TITLES[400]), told or CURES.get(status, CURES[400]))
    if status == 405 and (allowed := getattr(error, "valid_methods", None)):
        response.headers["Allow"] = ", ".join(sorted(allowed))
    return response


def from_fault(error: Exception) -> Response:
    """The response for a bug: its type goes to the log, input never does."""
    current_app.logger.error("unexpected %s at %s", type(error).__name__, locate(error))
    return problem(500, TITLES[500], CURES[500])
