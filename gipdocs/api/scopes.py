"""What a key may be allowed to do, and how the API's description says what an operation needs."""

from __future__ import annotations

from typing import Literal

Scope = Literal["documents", "cases:read", "cases:write", "letters:issue", "batches", "ledger:read"]
Security = list[dict[str, list[str]]]


def security(scope: Scope) -> Security:
    """The requirement of an operation that needs this permission."""
    return [{"key": [scope]}]
