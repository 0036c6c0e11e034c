"""What every route of the API owes to HTTP: its query parameters and nothing else, OPTIONS, languages, Vary."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Any, TypeVar

from flask import Blueprint, Response, current_app, request
from werkzeug.datastructures import Headers

from gipdocs.api.problems import UnexpectedBody
from gipdocs.errors import Fault, InvalidParameter, show_key, token

VERSIONED = "/api/v1/"
"""What programs call; probes and readers of the other addresses may add parameters of their own."""
COMPRESSED = "请求内容不能压缩：请去掉请求头Content-Encoding，发送原样的内容。"

View = TypeVar("View", bound=Callable[..., Any])


def takes(*names: str) -> Callable[[View], View]:
    """Declare the query parameters of a route; a route without this takes none."""

    def declare(view: View) -> View:
        view.__dict__["taken"] = names
        return view

    return declare


def negotiates(view: View) -> View:
    """Declare that a route's answer depends on the request's Accept header."""
    view.__dict__["negotiates"] = True
    return view


def prefers_async(headers: Headers) -> bool:
    """Whether a request would rather be answered before the work is done (RFC 7240 section 4.1)."""
    preferences = ",".join(headers.getlist("Prefer")).split(",")
    return any(one.partition(";")[0].strip().lower() == "respond-async" for one in preferences)


def keep_protocol(blueprint: Blueprint) -> None:
    """Have all routes of a blueprint keep the rules of this module."""
    blueprint.before_request(_begin)
    blueprint.after_request(_finish)


def _begin() -> Response | None:
    if request.method == "OPTIONS":
        return _list_methods()
    if request.path.startswith(VERSIONED):
        _check_encoding()
        check_parameters(_declared("taken", ()))
    return None


def _declared(name: str, otherwise: Any) -> Any:
    return getattr(current_app.view_functions[request.endpoint or ""], name, otherwise)


def _list_methods() -> Response:
    """The methods of the address. No header of CORS is sent: pages from elsewhere may not call the API."""
    response = Response(status=204)
    del response.headers["Content-Type"]
    adapter = request.url_rule and current_app.create_url_adapter(request)
    response.headers["Allow"] = ", ".join(sorted(adapter.allowed_methods())) if adapter else "OPTIONS"
    return response


def _check_encoding() -> None:
    coding = request.headers.get("Content-Encoding", "").strip().lower()
    if request.method != "GET" and coding not in ("", "identity"):
        raise UnexpectedBody(COMPRESSED)


def check_parameters(taken: Iterable[str]) -> None:
    """InvalidParameter names every query parameter that this address doesn't take, or that is given more than once."""
    if faults := [*_parameter_faults(tuple(taken))]:
        raise InvalidParameter(faults)


def _parameter_faults(taken: tuple[str, ...]) -> Iterator[Fault]:
    there_are = f"可用的参数有：{'、'.join(taken)}" if taken else "这个地址没有参数"
    for name, values in request.args.lists():
        if name not in taken:
            yield Fault(f"/{token(name)}", "unknown", f"没有参数“{show_key(name)}”，{there_are}。")
        elif len(values) > 1:
            yield Fault(f"/{name}", "repeated", f"参数“{name}”写了{len(values)}次，请只写一次。")


def _finish(response: Response) -> Response:
    is_static = (request.endpoint or "").endswith(".static")
    if request.path.startswith("/api/") and not is_static and response.status_code != 204:
        response.content_language.add("zh-CN")
    if _declared("negotiates", False):
        response.vary.add("Accept")
    return response
