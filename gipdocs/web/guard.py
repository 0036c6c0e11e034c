"""Admits a submitted form: its type, its size, and the token that proves its origin."""

from __future__ import annotations

from typing import Any

from flask import request
from flask_wtf.csrf import CSRFError, CSRFProtect
from werkzeug.exceptions import RequestEntityTooLarge, UnsupportedMediaType

MOST_FIELDS = 2000
"""The largest number of fields in a form; each of them costs time."""
FORM_TYPES = ("application/x-www-form-urlencoded", "multipart/form-data")

csrf = CSRFProtect()


def install(state: Any) -> None:
    """Prepare the application for our forms: tokens last as long as the browser session, and only our routes check them."""
    state.app.config.setdefault("WTF_CSRF_TIME_LIMIT", None)
    state.app.config.setdefault("WTF_CSRF_CHECK_DEFAULT", False)
    csrf.init_app(state.app)


def is_genuine() -> bool:
    """Whether the form comes from one of our own pages; raises 415 for anything but a form, 413 for too large a form."""
    if request.mimetype not in FORM_TYPES:
        raise UnsupportedMediaType
    if len(request.form) > MOST_FIELDS:
        raise RequestEntityTooLarge
    try:
        csrf.protect()
    except CSRFError:
        return False
    return True
