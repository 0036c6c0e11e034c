"""Makes documents for programs while the rest of the service is still being loaded.

Most of a start is spent on what the first documents don't need: the pages, the register, the report. The early application
has the routes that build documents, and loads and checks each document when it is asked for. To everything else it answers
that the service is starting.
"""

from __future__ import annotations

import os
from base64 import b64encode
from hashlib import sha256

from flask import Flask, Response, request

from gipdocs.api import problems
from gipdocs.api.building import building
from gipdocs.api.probes import alive, loading
from gipdocs.api.protocol import prefers_async
from gipdocs.application import begin_application, finish_application, is_of_the_api
from gipdocs.doors import guard
from gipdocs.errors import GipdocsError, SetupError
from gipdocs.faces import service
from gipdocs.health import LOADING
from gipdocs.service import open_gradually
from gipdocs.settings import API, NO_ACCOUNTS, Settings
from gipdocs.traffic import Traffic

EARLY = "gipdocs-early"
WAIT_SECONDS = 2
"""So long a browser waits before it asks again."""
WAITING = "请稍候几秒钟，页面会自动打开。"
STYLE = "body{max-width:36rem;margin:4rem auto;padding:0 1rem;font:1rem/1.8 system-ui,sans-serif}h1{font-size:1.5rem}"
POLICY = f"default-src 'none'; style-src 'sha256-{b64encode(sha256(STYLE.encode()).digest()).decode()}'; frame-ancestors 'self'"
UNDONE = "刚才提交的内容没有处理，也没有保存。请稍候几秒钟，再刷新这个页面，浏览器会把填写的内容重新提交。"


def can_be_early(settings: Settings) -> bool:
    """Whether programs may ask for documents, and need no key, which only the database knows."""
    return API in settings.doors and settings.access == NO_ACCOUNTS


def create_early_app(settings: Settings) -> Flask:
    """The early application; SetupError names a fault in the office profile or in the law's data."""
    traffic = Traffic()
    traffic.master = os.getpid()
    app = begin_application(open_gradually(settings), traffic)
    app.extensions[EARLY] = True
    app.register_blueprint(building)
    app.add_url_rule("/healthz", "healthz", alive)
    app.add_url_rule("/readyz", "readyz", loading)
    app.register_error_handler(GipdocsError, problems.from_error)
    app.before_request(_put_off)
    guard(app)
    return finish_application(app)


def is_early(app: Flask) -> bool:
    """Whether this is an early application."""
    return EARLY in app.extensions


def _put_off() -> Response | None:
    """The answer to a request that only the whole application can answer: that it should come again."""
    orders = request.method == "OPTIONS" or prefers_async(request.headers)
    id = (request.view_args or {}).get("id")
    if request.url_rule and not orders and (id is None or id in service().registry):
        return None
    response = problems.from_error(SetupError(f"{LOADING.what}，{LOADING.cure}再试。")) if is_of_the_api() else _page()
    response.headers["Retry-After"] = str(WAIT_SECONDS)
    return response


def _page() -> Response:
    """A page that a browser opens again by itself, unless it was to show what became of something sent."""
    again = request.method in ("GET", "HEAD")
    refresh = f'<meta http-equiv="refresh" content="{WAIT_SECONDS}">' if again else ""
    text = f"""<!DOCTYPE html>
<html lang="zh-CN">
<head>
<meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">{refresh}
<title>服务正在启动</title><style>{STYLE}</style>
</head>
<body><main><h1>服务正在启动</h1><p>{WAITING if again else UNDONE}</p></main></body>
</html>
"""
    headers = {"Content-Security-Policy": POLICY}
    return Response(text, status=503, headers=headers, content_type="text/html; charset=utf-8")
