"""A converter node: offers the pool of this machine to others over HTTP.

`POST /convert` takes a DOCX and returns a PDF, with its maker in a header; `POST /doubt` takes a JSON report of a wrong
PDF; `GET /health` returns the state of the pool as JSON. A WSGI application built on the standard library alone, for
any WSGI server; without a token it answers this machine only.
"""

from __future__ import annotations

import hmac
import ipaddress
import json
from collections.abc import Iterable, Mapping
from http import HTTPStatus
from typing import Any, Protocol
from urllib.parse import unquote

from gipdocs.errors import ConversionError, ConverterBusy, ConverterRefused, SetupError
from gipdocs.pdf.admission.admit import admit
from gipdocs.pdf.admission.package import FILE_BYTES
from gipdocs.pdf.converter import report_setup_faults
from gipdocs.pdf.options import Options
from gipdocs.pdf.pool.client import PoolClient

LABEL_HEADER = "X-Document-Label"
MAKER_HEADER = "X-Converter-Worker"
DOUBT_BYTES = 1 << 16
JSON = "application/json; charset=utf-8"
PDF = "application/pdf"


class StartResponse(Protocol):
    """The callable by which a WSGI application announces its answer."""

    def __call__(self, status: str, headers: list[tuple[str, str]], /) -> object: ...


class NotServed(Exception):
    """A request refused, with a status and a Chinese sentence, before any work is done."""

    def __init__(self, status: HTTPStatus, message: str) -> None:
        self.status = status
        super().__init__(message)


def check_token(token: str | None) -> None:
    """Raise SetupError for a token that cannot be sent in an HTTP header."""
    if token is not None and not (token.isascii() and token.isprintable() and token.strip() == token != ""):
        raise SetupError("转换节点的令牌只能用英文字母、数字和半角符号，不能为空，首尾不能有空格：请重新设置。")


class NodeApplication:
    """The WSGI application of a node; ignores `options.nodes`, since a node never passes work on."""

    def __init__(self, options: Options) -> None:
        check_token(options.token)
        self._token = options.token
        self._pool = PoolClient(options)

    def __call__(self, environ: Mapping[str, Any], start_response: StartResponse) -> Iterable[bytes]:
        """Answer one request."""
        try:
            _check_access(environ, self._token)
            status = HTTPStatus.OK
            with report_setup_faults():
                headers, body = _answer(environ, self._pool)
        except NotServed as error:
            status, headers, body = _refuse(error.status, str(error))
        except ConversionError as error:
            status, headers, body = _refuse(HTTPStatus(error.status), str(error))
            if isinstance(error, ConverterBusy):
                headers.append(("Retry-After", str(error.retry_after)))
        headers += [("Content-Length", str(len(body))), ("Cache-Control", "no-store")]
        start_response(f"{status.value} {status.phrase}", headers)
        return [body]

    def close(self) -> None:
        """Release the pool."""
        self._pool.close()


def node_application(options: Options) -> NodeApplication:
    """A node for the pool of this machine; raises SetupError for a token that cannot be sent."""
    return NodeApplication(options)


def _answer(environ: Mapping[str, Any], pool: PoolClient) -> tuple[list[tuple[str, str]], bytes]:
    match environ["REQUEST_METHOD"], environ.get("PATH_INFO"):
        case "GET", "/health":
            return [("Content-Type", JSON)], json.dumps(pool.state()).encode()
        case "POST", "/convert":
            label = unquote(environ.get("HTTP_" + LABEL_HEADER.upper().replace("-", "_"), ""))
            made = pool.send(admit(_read_body(environ, FILE_BYTES)).docx, label)
            return [("Content-Type", PDF), (MAKER_HEADER, made.maker)], made.pdf
        case "POST", "/doubt":
            maker, label, last = _read_doubt(_read_body(environ, DOUBT_BYTES))
            pool.doubt(maker, label, last=last)
            return [("Content-Type", JSON)], b"{}"
        case _, ("/health" | "/convert" | "/doubt"):
            raise NotServed(HTTPStatus.METHOD_NOT_ALLOWED, "请求方法不对。")
    raise NotServed(HTTPStatus.NOT_FOUND, "转换节点没有这个地址。")


def _read_doubt(body: bytes) -> tuple[str, str, bool]:
    """Maker, label and `last` of a report."""
    try:
        found = json.loads(body)
        return str(found["maker"]), str(found["label"]), bool(found["last"])
    except (ValueError, LookupError, TypeError) as error:
        raise NotServed(HTTPStatus.BAD_REQUEST, "请求的内容不对。") from error


def _read_body(environ: Mapping[str, Any], limit: int) -> bytes:
    """The whole request body; raises ConverterRefused if the caller hung up before its end."""
    length = environ.get("CONTENT_LENGTH") or ""
    if not length.isdecimal():
        raise NotServed(HTTPStatus.LENGTH_REQUIRED, "请求没有说明长度。")
    if int(length) > limit:
        raise NotServed(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, f"文件超过 {limit / (1 << 20):g} MB，不能转换。")
    body: bytes = environ["wsgi.input"].read(int(length))
    if len(body) < int(length):
        raise ConverterRefused("文件没有传完，不能转换。")
    return body


def _check_access(environ: Mapping[str, Any], token: str | None) -> None:
    if token is None:
        if not ipaddress.ip_address(environ.get("REMOTE_ADDR") or "127.0.0.1").is_loopback:
            raise NotServed(HTTPStatus.FORBIDDEN, "转换节点没有设置令牌，只接受本机的请求。")
        return
    given = environ.get("HTTP_AUTHORIZATION", "")
    if not hmac.compare_digest(given.encode("utf-8", "replace"), f"Bearer {token}".encode()):
        raise NotServed(HTTPStatus.UNAUTHORIZED, "令牌不对，转换节点拒绝了请求。")


def _refuse(status: HTTPStatus, message: str) -> tuple[HTTPStatus, list[tuple[str, str]], bytes]:
    return status, [("Content-Type", JSON)], json.dumps({"message": message}, ensure_ascii=False).encode()
