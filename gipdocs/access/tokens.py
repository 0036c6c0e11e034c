"""Tokens: random words that open something to whoever has them; only their hashes are kept."""

from __future__ import annotations

import secrets
import unicodedata
from base64 import b32encode
from hashlib import sha256


def new_token() -> str:
    """A token of 256 random bits, for a cookie."""
    return secrets.token_urlsafe(32)


def new_code() -> str:
    """A token of 120 random bits that can be read out and typed: six groups of four letters and digits."""
    code = b32encode(secrets.token_bytes(15)).decode().lower()
    return "-".join(code[start : start + 4] for start in range(0, len(code), 4))


def read_code(typed: str) -> str:
    """A code as it was given, whatever its case, its hyphens and its width."""
    plain = "".join(letter for letter in unicodedata.normalize("NFKC", typed).lower() if letter.isalnum())
    return "-".join(plain[start : start + 4] for start in range(0, len(plain), 4))


def hash_token(token: str) -> str:
    """What is kept of a token."""
    return sha256(token.encode("utf-8", "surrogatepass")).hexdigest()
