"""The brake on guessing: failures are counted for each account and each address, in the database, for all processes.

An attempt counts as a failure before its secret is looked at, and is taken back if the secret was right. However many
clients try at once, in however many processes, no more secrets are looked at than may fail.
"""

from __future__ import annotations

import ipaddress
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256

from sqlalchemy import delete
from sqlalchemy.orm import Session

from gipdocs.store.tables import AttemptRow
from gipdocs.store.turns import PROVING, take_turn
from gipdocs.store.types import now

MOST_FAILURES = 5
FIRST_PAUSE, LONGEST_PAUSE = timedelta(minutes=1), timedelta(minutes=30)
FORGOTTEN_AFTER = timedelta(hours=1)


@dataclass(frozen=True, kw_only=True)
class Attempt:
    """An attempt that was counted: the hashes of its account, if there is one, and its address, and the pauses it began."""

    account: str | None
    address: str
    pauses: dict[str, datetime]

    @property
    def brakes(self) -> bool:
        """Whether a pause follows if it fails."""
        return bool(self.pauses)


def count(session: Session, account_id: int | None, address: str | None) -> Attempt | None:
    """Count an attempt as a failure; None, and nothing is counted, during a pause of its account or its address.

    Nothing is kept of a name that no account has: people type passwords there.
    """
    take_turn(session, PROVING)
    moment = now()
    session.execute(delete(AttemptRow).where(AttemptRow.last_at < moment - FORGOTTEN_AFTER))
    account, place = None if account_id is None else _hash("account", str(account_id)), _hash("address", _net(address))
    rows = [_row(session, subject, moment) for subject in (account, place) if subject]
    if any(row.until and row.until > moment for row in rows):
        return None
    pauses = {}
    for row in rows:
        session.add(row)
        row.failures, row.last_at, row.until = row.failures + 1, moment, None
        if row.failures >= MOST_FAILURES:
            pauses[row.subject_hash] = row.until = moment + _pause(row.failures)
    return Attempt(account=account, address=place, pauses=pauses)


def withdraw(session: Session, attempt: Attempt) -> None:
    """Take back an attempt that didn't fail, and leave the failures before it as they are."""
    take_turn(session, PROVING)
    for subject in filter(None, (attempt.account, attempt.address)):
        _forgive(session, attempt, subject, 1)


def forgive(session: Session, attempt: Attempt) -> None:
    """Forget the failures of an account whose owner has come in, at the address too; those of other accounts stay."""
    take_turn(session, PROVING)
    row = session.get(AttemptRow, attempt.account) if attempt.account else None
    failures = row.failures if row else 1
    if row:
        session.delete(row)
    _forgive(session, attempt, attempt.address, failures)


def _forgive(session: Session, attempt: Attempt, subject: str, failures: int) -> None:
    row = session.get(AttemptRow, subject)
    if row is None:
        return
    row.failures -= failures
    if row.until == attempt.pauses.get(subject):
        row.until = None
    if row.failures <= 0:
        session.delete(row)


def _row(session: Session, subject: str, moment: datetime) -> AttemptRow:
    return session.get(AttemptRow, subject) or AttemptRow(subject_hash=subject, failures=0, last_at=moment)


def _pause(failures: int) -> timedelta:
    doubled: int = 2 ** min(failures - MOST_FAILURES, 10)
    return min(FIRST_PAUSE * doubled, LONGEST_PAUSE)


def _net(address: str | None) -> str:
    """The address, of IPv6 the network of it that one household or office has; a local socket has none."""
    try:
        found = ipaddress.ip_address(address or "")
    except ValueError:
        return ""
    return str(found) if found.version == 4 else str(ipaddress.ip_network(f"{found}/64", strict=False))


def _hash(*subject: str) -> str:
    return sha256(" ".join(subject).encode()).hexdigest()
