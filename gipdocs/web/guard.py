"""What a browser must bring with a form, and what it may not."""

from __future__ import annotations

from typing import Any

from flask import request
from flask_wtf.csrf import CSRFError, CSRFProtect
from werkzeug.exceptions import RequestEntityTooLarge, UnsupportedMediaType

MOST_FIELDS = 2000
"""Most fields of one form; every one of them costs time."""
FORM_TYPES = ("application/x-www-form-urlencoded", "multipart/form-data")

csrf = CSRFProtect()


def install(state: Any) -> None:
    """Prepare the application for our forms: tokens live as long as the browser, and only our routes ask for them."""
    state.app.config.setdefault("WTF_CSRF_TIME_LIMIT", None)
    state.app.config.setdefault("WTF_CSRF_CHECK_DEFAULT", False)
    csrf.init_app(state.app)


def is_genuine() -> bool:
    """Whether the form comes from one of our own pages; refuses what is no form (415) or too large a one (413)."""
    if request.mimetype not in FORM_TYPES:
        raise UnsupportedMediaType
    if len(request.form) > MOST_FIELDS:
        raise RequestEntityTooLarge
    try:
        csrf.protect()
    except CSRFError:
        return False
    return True
