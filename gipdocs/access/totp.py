"""The second factor: six digits that a telephone shows, new every 30 seconds (RFC 6238). Each of them works once."""

from __future__ import annotations

import hmac
import re
import unicodedata
from datetime import datetime

import pyotp

SECONDS = 30
ALLOWED_STEPS = (-1, 0, 1)  # of clocks that differ
SECRET = re.compile(r"[A-Z2-7]{32}")


def new_secret() -> str:
    """A secret of 160 bits, in base32."""
    return pyotp.random_base32()


def is_secret(text: str) -> bool:
    """Whether a text has the form of a secret."""
    return SECRET.fullmatch(text) is not None


def in_groups(secret: str) -> str:
    """The secret as it is typed into a telephone, in groups of four."""
    return " ".join(secret[start : start + 4] for start in range(0, len(secret), 4))


def address_of(secret: str, *, name: str, issuer: str) -> str:
    """What the picture for a telephone's camera says: otpauth://totp/…"""
    return pyotp.TOTP(secret, interval=SECONDS).provisioning_uri(name=name, issuer_name=issuer)


def matching_step(secret: str, typed: str, moment: datetime, *, used: int | None) -> int | None:
    """The time step whose code was typed, None if none of the present ones; a step up to the last used one is past."""
    code = "".join(sign for sign in unicodedata.normalize("NFKC", typed) if not sign.isspace())
    present, totp = int(moment.timestamp()) // SECONDS, pyotp.TOTP(secret, interval=SECONDS)
    steps = (present + step for step in ALLOWED_STEPS)
    fitting = [step for step in steps if hmac.compare_digest(totp.generate_otp(step).encode(), code.encode())]
    return next((step for step in fitting if used is None or step > used), None)
