"""Who acts: an account, another system with its key, or this machine itself."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from gipdocs.access.permissions import EVERYTHING, LABELS, TEST_SCOPES, Permission
from gipdocs.errors import Forbidden


@dataclass(frozen=True, kw_only=True)
class Actor:
    """Who acts, and what they may.

    `key` is the id of the key by which another system acts, `address` where the request came from, `drafts_only` whether
    everything is only tried: documents are marked as drafts, and no case is touched. `ends_on` is the last day of a key
    that has less than a month left.
    """

    name: str
    key: str | None = None
    address: str | None = None
    permissions: frozenset[Permission] = EVERYTHING
    drafts_only: bool = False
    ends_on: date | None = None

    def may(self, permission: Permission) -> bool:
        """Whether a permission has been given."""
        return permission in self.permissions

    def demand(self, permission: Permission) -> None:
        """Raise Forbidden, with what is missing, unless the permission has been given."""
        if not self.may(permission):
            trying = self.drafts_only and permission not in TEST_SCOPES
            raise Forbidden(permission, LABELS[permission], by_key=self.key is not None, trying=trying)


HERE = Actor(name="本机")
"""The one account of an installation without accounts, which only its own machine reaches."""
NOBODY = Actor(name="", permissions=frozenset())
"""A citizen, or whoever else hasn't said who it is."""
