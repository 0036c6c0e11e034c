"""Keys of other systems: what they must be, who is let in by them, and what is kept of them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select, text, update
from sqlalchemy.orm import Session

from gipdocs.access import keys
from gipdocs.access.actors import HERE, Actor
from gipdocs.access.permissions import SCOPES, Permission
from gipdocs.errors import Forbidden, InvalidInput, StoreBusy, Unauthenticated
from gipdocs.store import audit
from gipdocs.store.engine import Store, open_store
from gipdocs.store.tables import AccountRow, ApiKeyRow, AuditRow

pytestmark = pytest.mark.slow
HERS = Actor(name="孙静", address="10.0.0.9")


@pytest.fixture
def small(tmp_path: Path) -> Iterator[Store]:
    """A store on the embedded engine alone."""
    store = open_store(f"sqlite:///{tmp_path / 'a.db'}", patience=0.1)
    yield store
    store.close()


def make(store: Store, name: str = "门户网站", kind: str = "live", **more: Any) -> str:
    scopes = more.pop("scopes", ["documents"])
    return keys.make_key(store, name, kind, scopes, by=more.pop("by", HERE), **more)


def change(store: Store, **columns: Any) -> None:
    with store.writing() as session:
        session.execute(update(ApiKeyRow).values(**columns))


def everything_kept(store: Store) -> str:
    """The whole database as text."""
    with store.reading() as session:
        tables = [ApiKeyRow.__table__, AuditRow.__table__]
        return "\n".join(str(row) for table in tables for row in session.execute(select(table)))


def refusal(store: Store, bearer: str, address: str = "127.0.0.1") -> str:
    with pytest.raises(Unauthenticated) as refused:
        keys.find_key(store, bearer, address)
    assert refused.value.fault == "invalid_token"
    assert not bearer or bearer not in str(refused.value)
    return str(refused.value)


def faults(store: Store, *given: Any, **more: Any) -> list[tuple[str, str]]:
    with pytest.raises(InvalidInput) as refused:
        keys.make_key(store, *given, by=HERE, **more)
    return [(one.pointer, one.code) for one in refused.value.faults]


def test_a_key_acts_as_itself_with_its_scopes_from_its_address(store: Store) -> None:
    key = make(store, scopes=["cases:read", "documents"])
    assert re.fullmatch(r"gd_live_[a-z2-9]{8}_[\w-]{43}", key)
    actor = keys.find_key(store, key, "10.1.2.3")
    assert actor == Actor(
        name="门户网站",
        key=key[8:16],
        address="10.1.2.3",
        permissions=frozenset({Permission.READ_CASES, Permission.DOCUMENTS}),
    )
    with pytest.raises(Forbidden, match=r"letters:issue.*另发一把"):
        actor.demand(Permission.ISSUE)


def test_only_the_hash_of_a_key_is_kept(store: Store) -> None:
    key = make(store)
    keys.find_key(store, key, None)
    kept = everything_kept(store) + str(keys.list_keys(store))
    assert key[8:16] in kept and key[17:] not in kept


def test_no_two_keys_are_alike(small: Store) -> None:
    made = [make(small, f"系统{number}") for number in range(20)]
    assert len({key[8:16] for key in made}) == len({key[17:] for key in made}) == 20


@pytest.mark.parametrize(
    "spoil",
    [
        lambda key: "",
        lambda key: key[:-1],
        lambda key: key + "A",
        lambda key: key + "\n",
        lambda key: key.replace("live", "life"),
        lambda key: key[:8].upper() + key[8:],
        lambda key: key[:10] + "1" + key[11:],
        lambda key: key[:-1] + "密",
        lambda key: "Z2Rfc2VjcmV0",
    ],
    ids=["nothing", "short", "long", "with-a-line-break", "other-kind", "capitals", "sign", "chinese", "another-token"],
)
def test_what_has_not_the_form_of_a_key_is_refused_as_such(small: Store, spoil: Any) -> None:
    assert refusal(small, spoil(make(small))) == keys.MALFORMED


def test_whoever_lacks_the_secret_learns_nothing_of_a_key(store: Store) -> None:
    key = make(store, networks=["10.0.0.0/8"])
    wrong = key[:17] + ("A" if key[17] != "A" else "B") + key[18:]
    unknown = key[:8] + ("a" if key[8] != "a" else "b") + key[9:]
    other_kind = key.replace("live", "test")
    assert {refusal(store, one) for one in (wrong, unknown, other_kind)} == {keys.WRONG}
    keys.revoke(store, key[8:16], by=HERE)
    assert refusal(store, wrong) == keys.WRONG
    assert refusal(store, key) == keys.REVOKED


def test_a_key_is_good_through_its_last_day(store: Store) -> None:
    key = make(store, days=1)
    change(store, expires_on=keys.today())
    assert keys.find_key(store, key, None).ends_on == keys.today()
    change(store, expires_on=keys.today() - timedelta(days=1))
    assert "已经过了" in refusal(store, key)
    assert [one.state for one in keys.list_keys(store)] == ["expired"]


def test_a_key_tells_of_its_end_from_a_month_before(store: Store) -> None:
    key = make(store, days=31)
    assert keys.find_key(store, key, None).ends_on is None and keys.list_ending(store) == []
    change(store, expires_on=keys.today() + timedelta(days=30))
    assert keys.find_key(store, key, None).ends_on == keys.today() + timedelta(days=30)
    assert [one.name for one in keys.list_ending(store)] == ["门户网站"]
    keys.revoke(store, key[8:16], by=HERE)
    assert keys.list_ending(store) == []


@pytest.mark.parametrize(
    ("address", "welcome"),
    [
        ("10.1.2.3", True),
        ("::ffff:10.1.2.3", True),
        ("192.168.7.7", True),
        ("2001:db8::5", True),
        ("192.168.7.8", False),
        ("2001:db9::5", False),
        ("", False),
        ("unix:", False),
        (None, False),
    ],
)
def test_a_key_is_good_only_in_its_networks(small: Store, address: str, welcome: bool) -> None:
    key = make(small, networks=["10.0.0.0/8", " 192.168.7.7 ", "2001:db8::/32", "10.0.0.0/8"])
    assert keys.list_keys(small)[0].networks == ("10.0.0.0/8", "192.168.7.7/32", "2001:db8::/32")
    if welcome:
        assert keys.find_key(small, key, address).address == address
    else:
        assert refusal(small, key, address) == keys.ELSEWHERE


def test_the_day_of_use_is_written_once_a_day(store: Store) -> None:
    key = make(store)
    assert keys.list_keys(store)[0].used_on is None
    keys.find_key(store, key, None)
    assert keys.list_keys(store)[0].used_on == keys.today()
    with store.writing():  # the only write lock: whoever wrote now would have to wait
        assert keys.find_key(store, key, None).name == "门户网站"


def test_a_database_that_is_being_written_turns_no_key_away(small: Store) -> None:
    key = make(small)
    with small.writing() as session:
        session.execute(text("UPDATE api_keys SET name = name"))
        assert keys.find_key(small, key, None).name == "门户网站"
        with pytest.raises(StoreBusy), small.writing():
            pass
    assert keys.list_keys(small)[0].used_on is None


def test_making_and_revoking_are_in_the_audit_trail(store: Store) -> None:
    key = make(store, scopes=["documents"], networks=["10.0.0.0/8"], days=10, by=HERS)
    keys.revoke(store, key[8:16], by=HERS)
    keys.revoke(store, key[8:16], by=HERE)
    with store.reading() as session:
        rows = [*session.scalars(select(AuditRow).order_by(AuditRow.id))]
        assert audit.verify(session) is None
    assert [(row.actor, row.action, row.subject_kind, row.subject_id, row.address) for row in rows] == [
        ("孙静", action, "key", key[8:16], "10.0.0.9") for action in ("key.made", "key.revoked")
    ]
    assert rows[0].detail == {
        "name": "门户网站",
        "kind": "live",
        "scopes": ["documents"],
        "networks": ["10.0.0.0/8"],
        "expires_on": f"{keys.today() + timedelta(days=10)}",
    }


def test_no_key_is_made_that_the_audit_trail_does_not_know(small: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(session: Session, **noted: Any) -> None:
        raise StoreBusy("数据库繁忙。")

    monkeypatch.setattr(audit, "note", fail)
    with pytest.raises(StoreBusy):
        make(small)
    assert keys.list_keys(small) == []


@pytest.mark.parametrize(
    ("given", "more", "expected"),
    [
        (("", "live", ["documents"]), {}, [("/name", "required")]),
        (("名" * 61, "live", ["documents"]), {}, [("/name", "too-long")]),
        (("一\n二", "live", ["documents"]), {}, [("/name", "character")]),
        (("系统", "gold", ["documents"]), {}, [("/kind", "option")]),
        (("系统", "live", []), {}, [("/scopes", "required")]),
        (("系统", "live", ["documents", "access:write"]), {}, [("/scopes/1", "option")]),
        (("系统", "test", ["documents", "cases:read"]), {}, [("/scopes/1", "option")]),
        (("系统", "live", ["documents"]), {"networks": ["10.0.0.0/8", "近处"]}, [("/networks/1", "format")]),
        (("系统", "live", ["documents"]), {"networks": ["10.1.2.3/8"]}, [("/networks/0", "format")]),
        (("系统", "live", ["documents"]), {"networks": [f"10.0.0.{i}" for i in range(21)]}, [("/networks", "rows")]),
        (("系统", "live", ["documents"]), {"days": 0}, [("/days", "range")]),
        (("系统", "live", ["documents"]), {"days": 731}, [("/days", "range")]),
        ((" ", "", []), {"days": -1}, [("/name", "required"), ("/kind", "option"), ("/scopes", "required"), ("/days", "range")]),
    ],
)  # fmt: skip
def test_a_key_that_cannot_be_is_refused_by_its_places(small: Store, given: Any, more: Any, expected: Any) -> None:
    assert faults(small, *given, **more) == expected
    assert keys.list_keys(small) == []


def test_a_network_is_told_how_to_be_written(small: Store) -> None:
    with pytest.raises(InvalidInput, match=r"写作10\.0\.0\.0/8"):
        make(small, networks=["10.1.2.3/8"])


def test_no_key_has_the_name_of_another_or_of_an_account(store: Store) -> None:
    keys.revoke(store, make(store)[8:16], by=HERE)
    with store.writing() as session:
        session.add(AccountRow(name="孙静", roles=["clerk"], created_by="本机"))
    for name in ("门户网站", " 孙静 ", "本机"):
        assert faults(store, name, "live", ["documents"]) == [("/name", "repeated")]


def test_a_key_that_does_not_exist_is_not_revoked(small: Store) -> None:
    with pytest.raises(InvalidInput, match="没有这个编号的密钥"):
        keys.revoke(small, "abcdefgh", by=HERE)


def test_a_key_may_have_every_scope_for_two_years(small: Store) -> None:
    actor = keys.find_key(small, make(small, scopes=SCOPES, days=730), None)
    assert actor.permissions == SCOPES.keys()
    assert not actor.may(Permission.ADMINISTER)


def test_a_key_for_trying_sees_no_case_whatever_its_row_says(store: Store) -> None:
    key = make(store, kind="test", scopes=["documents", "health:read"])
    change(store, scopes=sorted(SCOPES))
    actor = keys.find_key(store, key, None)
    assert key.startswith("gd_test_") and actor.drafts_only
    assert actor.permissions == {Permission.DOCUMENTS, Permission.BATCHES, Permission.HEALTH}
    with pytest.raises(Forbidden, match="试用密钥只能试着生成文书"):
        actor.demand(Permission.READ_CASES)
