"""Those who ordered something that is done later, with what they may do by then."""

from __future__ import annotations

from gipdocs.access.accounts import find_account
from gipdocs.access.actors import HERE, Actor
from gipdocs.access.keys import find_key_by_id
from gipdocs.access.sessions import actor_of
from gipdocs.errors import AccountRefused
from gipdocs.store.engine import Store

GONE = "批次是由{name}安排的，现在没有这个账号，不再以其名义办理。请由有权限的人另行办理。"
LOCKED = "批次是由{name}安排的，其账号已经停用，不再以其名义办理。请由有权限的人另行办理。"


def recall(store: Store, name: str, key: str | None) -> Actor:
    """Who has this name, or this id of a key, with the permissions that they have now.

    AccountRefused for an account that is locked or gone, Unauthenticated for a key that was revoked or has expired.
    """
    if key is not None:
        return find_key_by_id(store, key)
    if name == HERE.name:
        return HERE
    account = find_account(store, name)
    if account is None or account.name != name:
        raise AccountRefused(GONE.format(name=name))
    if account.locked:
        raise AccountRefused(LOCKED.format(name=name))
    return actor_of(account, None)
