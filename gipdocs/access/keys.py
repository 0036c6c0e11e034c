"""Keys of other systems: made, listed, revoked, and found again for each request.

A key is `gd_live_` or `gd_test_`, the 8 characters of its id, `_`, and 43 characters of secret. It is shown once; only the
SHA-256 of the whole of it is kept, which is enough for 256 random bits. Its last day is a day in China.
"""

from __future__ import annotations

import ipaddress
import re
import secrets
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, datetime, timedelta, timezone
from hashlib import sha256
from hmac import compare_digest

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from gipdocs.access.accounts import RESERVED, spell_name
from gipdocs.access.actors import Actor
from gipdocs.access.key_checks import USUAL_DAYS, find_faults, read_network
from gipdocs.access.permissions import SCOPES, TEST_SCOPES, Permission
from gipdocs.errors import Fault, InvalidInput, StoreBusy, StoreFull, Unauthenticated
from gipdocs.store import audit
from gipdocs.store.engine import Store
from gipdocs.store.tables import AccountRow, ApiKeyRow
from gipdocs.store.turns import ADDING_ACCOUNTS, take_turn
from gipdocs.store.types import now

SOON = timedelta(days=30)
"""So long before its last day a key is told of, and so long after it too."""
CHINA = timezone(timedelta(hours=8))
ID_SIGNS = "abcdefghijkmnpqrstuvwxyz23456789"  # none that is read as another
FORM = re.compile(r"gd_(?:live|test)_([a-z2-9]{8})_[A-Za-z0-9_-]{43}")
NO_SUCH_HASH = "0" * 64

MALFORMED = (
    "密钥的写法不对：请求头Authorization应写“Bearer ”和发放时显示的整个密钥，密钥以gd_live_或者gd_test_开头。"
    "请核对有没有漏字。"
)
WRONG = "密钥无效，请核对有没有抄错；核对不了的，请管理员另发一把。"
REVOKED = "这把密钥已经作废，请管理员另发一把。"
ELSEWHERE = "这把密钥不能从这个网络地址使用，请从发放时写明的地址访问，或者请管理员另发一把。"


@dataclass(frozen=True, kw_only=True)
class ApiKey:
    """A key without its secret; `networks` are in CIDR notation, none is everywhere."""

    id: str
    name: str
    kind: str
    scopes: tuple[Permission, ...]
    networks: tuple[str, ...]
    created_at: datetime
    created_by: str
    expires_on: date
    revoked_at: datetime | None
    used_on: date | None

    @property
    def state(self) -> str:
        """Whether it is valid now: `valid`, `expired` or `revoked`."""
        if self.revoked_at:
            return "revoked"
        return "expired" if self.expires_on < today() else "valid"


def today() -> date:
    """The day in China."""
    return now().astimezone(CHINA).date()


def make_key(
    store: Store,
    name: str,
    kind: str,
    scopes: Iterable[str],
    *,
    networks: Iterable[str] = (),
    days: int = USUAL_DAYS,
    by: Actor,
) -> str:
    """Make a key of a kind (`live`, `test`) that is valid for so many days, and return it: it can't be shown again.

    InvalidInput points to `/name`, `/kind`, `/scopes/0`, `/networks/0` and `/days`.
    """
    name, scopes = spell_name(name), [*dict.fromkeys(scopes)]
    networks = [*dict.fromkeys(text.strip() for text in networks)]
    if faults := [*find_faults(name, kind, scopes, networks=networks, days=days)]:
        raise InvalidInput(faults)
    id = "".join(secrets.choice(ID_SIGNS) for _ in range(8))
    key = f"gd_{kind}_{id}_{secrets.token_urlsafe(32)}"
    row = ApiKeyRow(
        id=id,
        name=name,
        kind=kind,
        scopes=sorted(scopes),
        networks=[str(read_network(text)) for text in networks],
        secret_hash=_hash(key),
        created_by=by.name,
        expires_on=today() + timedelta(days=days),
    )
    with store.writing() as session:
        _refuse_taken(session, name)
        session.add(row)
        detail = {"name": name, "kind": kind, "scopes": row.scopes, "networks": row.networks}
        _note(session, "key.made", id, by, {**detail, "expires_on": f"{row.expires_on}"})
    return key


def list_keys(store: Store) -> list[ApiKey]:
    """All keys, the newest first; those that were revoked too."""
    with store.reading() as session:
        return [_show(row) for row in session.scalars(select(ApiKeyRow).order_by(ApiKeyRow.created_at.desc()))]


def list_ending(store: Store) -> list[ApiKey]:
    """The keys whose last day is less than a month away, or less than a month ago, the first to end first."""
    near = ApiKeyRow.expires_on.between(today() - SOON, today() + SOON)
    with store.reading() as session:
        found = select(ApiKeyRow).where(near, ApiKeyRow.revoked_at.is_(None)).order_by(ApiKeyRow.expires_on)
        return [_show(row) for row in session.scalars(found)]


def revoke(store: Store, id: str, *, by: Actor) -> None:
    """Revoke a key from now on; one that is revoked stays as it was. InvalidInput if there is none with this id."""
    with store.writing() as session:
        row = session.get(ApiKeyRow, id)
        if row is None:
            raise InvalidInput([Fault("/id", "unknown", "没有这个编号的密钥，请在密钥清单里核对。")])
        if row.revoked_at is None:
            row.revoked_at = now()
            _note(session, "key.revoked", id, by, {})


def find_key(store: Store, bearer: str, address: str | None) -> Actor:
    """Who acts by a key that was sent from an address; Unauthenticated tells why it isn't let in.

    Whoever doesn't have the secret doesn't learn whether there is such a key.
    """
    if not (form := FORM.fullmatch(bearer)):
        raise Unauthenticated(MALFORMED, fault="invalid_token")
    with store.reading() as session:
        row = session.get(ApiKeyRow, form[1])
    same = compare_digest(_hash(bearer), row.secret_hash if row else NO_SUCH_HASH)
    if row is None or not same:
        raise Unauthenticated(WRONG, fault="invalid_token")
    if refusal := _refusal(row, address):
        raise Unauthenticated(refusal, fault="invalid_token")
    if row.used_on != today():
        _note_use(store, row.id)
    return _actor(row, address)


def find_key_by_id(store: Store, id: str) -> Actor:
    """Who acts by a key that was let in before, wherever it came from; Unauthenticated if it doesn't hold any longer."""
    with store.reading() as session:
        row = session.get(ApiKeyRow, id)
    if row is None or (refusal := _end(row)):
        raise Unauthenticated(refusal if row else WRONG, fault="invalid_token")
    return _actor(row, None)


def _refusal(row: ApiKeyRow, address: str | None) -> str:
    """Why a key can't be used now and from here, "" if it can."""
    if ended := _end(row):
        return ended
    return "" if not row.networks or _is_within(address, row.networks) else ELSEWHERE


def _end(row: ApiKeyRow) -> str:
    """Why a key doesn't hold any longer, "" if it does."""
    if row.revoked_at:
        return REVOKED
    if row.expires_on < today():
        return f"这把密钥的有效期到{row.expires_on}为止，已经过了，请管理员另发一把。"
    return ""


def _is_within(address: str | None, networks: Sequence[str]) -> bool:
    try:
        found = ipaddress.ip_address(address or "")
    except ValueError:
        return False
    found = getattr(found, "ipv4_mapped", None) or found
    return any(found in read_network(network) for network in networks)


def _actor(row: ApiKeyRow, address: str | None) -> Actor:
    drafts_only = row.kind == "test"
    may_have = TEST_SCOPES if drafts_only else tuple(SCOPES)
    return Actor(
        name=row.name,
        key=row.id,
        address=address,
        permissions=frozenset(map(Permission, row.scopes)) & frozenset(may_have),
        drafts_only=drafts_only,
        ends_on=row.expires_on if row.expires_on <= today() + SOON else None,
    )


def _note_use(store: Store, id: str) -> None:
    """Note that a key was used today; a database that can't be written now is told so by another request."""
    unnoted = (ApiKeyRow.id == id, ApiKeyRow.used_on.is_distinct_from(today()))
    with suppress(StoreBusy, StoreFull), store.writing() as session:
        session.execute(update(ApiKeyRow).where(*unnoted).values(used_on=today()))


def _note(session: Session, action: str, id: str, by: Actor, detail: Mapping[str, object]) -> None:
    audit.note(
        session,
        actor=by.name,
        action=action,
        subject_kind="key",
        subject_id=id,
        detail=detail,
        address=by.address,
    )


def _show(row: ApiKeyRow) -> ApiKey:
    same = ("id", "name", "kind", "created_at", "created_by", "expires_on", "revoked_at", "used_on")
    scopes = tuple(map(Permission, row.scopes))
    return ApiKey(scopes=scopes, networks=tuple(row.networks), **{field: getattr(row, field) for field in same})


def _hash(key: str) -> str:
    return sha256(key.encode()).hexdigest()


def _refuse_taken(session: Session, name: str) -> None:
    """InvalidInput if an account or another key has this name: cases and the audit trail say by it who acted."""
    take_turn(session, ADDING_ACCOUNTS)
    taken = [*session.scalars(select(ApiKeyRow.name)), *session.scalars(select(AccountRow.name)), *RESERVED]
    if name.casefold() in {one.casefold() for one in taken}:
        detail = "这个名称已经有密钥或者账号在用，作废的也算，请换一个，例如在后面写上年份。"
        raise InvalidInput([Fault("/name", "repeated", detail)])
