"""Asks for the password once more before something that isn't undone: accounts, keys, erasure, the whole ledger."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any, TypeVar, cast

from flask import redirect, request, url_for

from gipdocs.cookies import signed_in
from gipdocs.errors import ProofNeeded
from gipdocs.faces import asked_path, needs_sign_in

View = TypeVar("View", bound=Callable[..., Any])


def proved(view: View) -> View:
    """Let a view answer only if the password was shown within ten minutes; stands below `needs`.

    A page is shown after the page that asks for the password; a form that was sent isn't lost (ProofNeeded). Without
    sessions of our own, as without accounts, there is nothing to ask for.
    """

    @wraps(view)
    def guarded(*given: Any, **named: Any) -> Any:
        found = signed_in() if needs_sign_in() else None
        if found is None or found.is_proved:
            return view(*given, **named)
        if request.method in ("GET", "HEAD"):
            return redirect(url_for("sign_in.prove", next=asked_path()), 303)
        raise ProofNeeded("请先再输入一次密码。")

    return cast(View, guarded)
