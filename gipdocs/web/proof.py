"""The password once more, before what is grave: asked in the very form, so that nothing that was typed is lost."""

from __future__ import annotations

from flask import request

from gipdocs.access.proving import prove_again
from gipdocs.cookies import signed_in
from gipdocs.errors import NotProved
from gipdocs.faces import register

FIELD = "password"
ASKED = "办理前请再输入一次您的密码。"


def asks_proof() -> bool:
    """Whether whoever has signed in has a password and hasn't shown it for ten minutes."""
    signed = signed_in()
    return signed is not None and signed.account.has_password and not signed.is_proved


def require_proof() -> None:
    """Have the password shown that a form has sent, unless it was shown a short time ago; NotProved."""
    signed, typed = signed_in(), request.form.get(FIELD, "")
    if signed is None or not asks_proof():
        return
    if not typed:
        raise NotProved(ASKED)
    prove_again(register().store, signed, typed)
