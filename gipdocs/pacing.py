"""How often whoever comes in may ask: each key, whoever shows wrong keys, and each address at the citizens' counter.

Flask-Limiter counts, in a file that all processes share and that outlives a restart. On this machine itself the counter
has no limit. Should the file be out of order, each process counts alone until it is well again.
"""

from __future__ import annotations

import logging
import math
import sqlite3
import time
from collections.abc import Callable, Iterable
from contextlib import suppress
from pathlib import Path

from flask import Flask, Response, current_app, g, request
from flask_limiter import ApplicationLimit, Limiter, RateLimitExceeded, RequestLimit

from gipdocs.access.actors import NOBODY, Actor
from gipdocs.access.hits import SCHEME
from gipdocs.errors import TooManyRequests
from gipdocs.faces import needs_sign_in
from gipdocs.keyed import is_for_programs, shown_id
from gipdocs.pdf.places import run_folder
from gipdocs.settings import is_loopback

__all__ = ["RateLimitExceeded", "brake", "explain", "pace"]

FILE = "hits.db"
EVERY_KEY = "20/second"
EACH_WRONG_KEY, ALL_WRONG_KEYS = "10/minute", "100/minute"
COSTLY = "60/minute"
COUNTER = "citizen"
"""The blueprint of the citizens' counter."""

TOO_FAST = "一把密钥每秒最多20个请求，"
TOO_WRONG = "从这里发来的无效密钥过多，请先核对密钥，"
TOO_MUCH = "从这里提交、下载的次数过多，这次没有处理，"


def brake(app: Flask) -> None:
    """Before anybody is identified: stop whoever tries keys, and whoever keeps the converter from other citizens.

    A key that is wrong again and again stops only its own holder at an address. All wrong keys together stop the address,
    unless it is this machine's, which may be a proxy's that names no client.
    """
    limiter = _limiter(
        "brake",
        _wrong_keys(EACH_WRONG_KEY, _address_and_id, "a key", _shows_none),
        _wrong_keys(ALL_WRONG_KEYS, _address, "keys", _shows_none_or_is_local),
        ApplicationLimit(COSTLY, _address, scope="counter", exempt_when=_costs_little, error_message=TOO_MUCH),
    )
    limiter.init_app(app)


def pace(app: Flask) -> None:
    """Once everybody is identified: let no key ask too often, and tell it how much is left."""
    limit = ApplicationLimit(EVERY_KEY, _key, scope="key", exempt_when=lambda: not _key(), error_message=TOO_FAST)
    limiter = _limiter("pace", limit)
    limiter.init_app(app)

    def tell(response: Response) -> Response:
        if (reached := limiter.current_limit) is not None:
            with suppress(sqlite3.Error):
                response.headers["RateLimit-Remaining"] = str(max(0, reached.remaining))
                response.headers["RateLimit-Reset"] = str(_seconds(reached))
                response.headers["RateLimit-Limit"] = str(reached.limit.amount)
        return response

    app.after_request(tell)


def explain(error: RateLimitExceeded) -> TooManyRequests:
    """The refusal of a request that came too soon, with the seconds after which the next one may."""
    limiters: Iterable[Limiter] = current_app.extensions["limiter"]
    reached = (limit for one in limiters for limit in one.current_limits if limit.breached)
    seconds = max(map(_seconds, reached), default=1)
    return TooManyRequests(f"{error.description}请{seconds}秒后再试。", retry_after=seconds)


def _limiter(name: str, *limits: ApplicationLimit) -> Limiter:
    """A limiter with the moving windows of these limits."""
    logging.getLogger("flask-limiter").setLevel(logging.WARNING)  # below, it names addresses
    return Limiter(
        _address,
        application_limits=[*limits],
        storage_uri=f"{SCHEME}://",
        storage_options={"find_file": _file},  # type: ignore[dict-item]  # handed on to HitStorage as it is
        strategy="moving-window",
        key_prefix=name,
        in_memory_fallback_enabled=True,
        swallow_errors=True,
    )


def _wrong_keys(limit: str, key: Callable[[], str], scope: str, exempt: Callable[[], bool]) -> ApplicationLimit:
    """A limit to keys that are refused; others don't count."""
    return ApplicationLimit(
        limit, key, scope=scope, exempt_when=exempt, deduct_when=_is_refusal, error_message=TOO_WRONG
    )


def _is_refusal(response: Response) -> bool:
    return response.status_code == 401


def _shows_none() -> bool:
    """Whether a request shows no key that could be wrong."""
    shows = needs_sign_in() and is_for_programs(request.path) and "Authorization" in request.headers
    return not shows


def _shows_none_or_is_local() -> bool:
    return _shows_none() or is_loopback(_address())


def _costs_little() -> bool:
    """Whether a request neither submits a form at the citizens' counter nor has a PDF made there, or is this machine's."""
    costs = request.method == "POST" or (request.view_args or {}).get("format") == "pdf"
    return request.blueprint != COUNTER or not costs or is_loopback(_address())


def _address() -> str:
    return request.remote_addr or "unix"


def _address_and_id() -> str:
    return f"{_address()} {shown_id()}"


def _key() -> str:
    """The id of the key that a request has, "" if it has none."""
    found: Actor = g.get("actor", NOBODY)
    return found.key or ""


def _seconds(limit: RequestLimit) -> int:
    return max(1, math.ceil(limit.window.reset_time - time.time()))


def _file() -> Path:
    return run_folder() / FILE
