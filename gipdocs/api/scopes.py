"""How the API's description says what an operation needs: the scope of a key is the permission that its route demands."""

from __future__ import annotations

from gipdocs.access.permissions import Permission

Security = list[dict[str, list[str]]]


def security(permission: Permission) -> Security:
    """The requirement of an operation that needs this permission."""
    return [{"key": [permission.value]}]
