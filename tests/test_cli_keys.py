"""The commands for keys: the key is shown once, and every refusal says what to do."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from gipdocs.access.keys import find_key, today
from gipdocs.cli import main
from gipdocs.errors import Unauthenticated
from gipdocs.store.engine import open_store

pytestmark = pytest.mark.slow


@pytest.fixture
def database(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """The URL of a database that the commands find in their environment."""
    url = f"sqlite:///{tmp_path / 'gipdocs.db'}"
    monkeypatch.setenv("GIPDOCS_DATABASE", url)
    return url


def make(capsys: pytest.CaptureFixture[str], *arguments: str) -> str:
    assert main(["key", "make", *arguments]) == 0
    told = capsys.readouterr()
    assert "只显示这一次" in told.err and told.out.strip() not in told.err
    return told.out.strip()


def test_a_key_is_made_shown_once_and_revoked(database: str, capsys: pytest.CaptureFixture[str]) -> None:
    key = make(capsys, "门户网站", "--scope", "documents", "--scope", "cases:read", "--network", "10.0.0.0/8")
    store = open_store(database)
    assert find_key(store, key, "10.1.1.1").name == "门户网站"
    assert main(["key", "list", "--json"]) == 0
    (listed,) = json.loads(capsys.readouterr().out)
    assert listed["id"] == key[8:16] and key[17:] not in str(listed)
    assert (listed["kind"], listed["state"], listed["scopes"]) == ("live", "valid", ["cases:read", "documents"])
    assert (listed["networks"], listed["used_on"]) == (["10.0.0.0/8"], f"{today()}")
    assert main(["key", "revoke", key[8:16]]) == 0
    assert "已经作废" in capsys.readouterr().err
    with pytest.raises(Unauthenticated, match="已经作废"):
        find_key(store, key, "10.1.1.1")
    store.close()
    assert main(["key", "list"]) == 0
    line = capsys.readouterr().out
    assert "门户网站  正式  已作废" in line and "限10.0.0.0/8" in line and key[17:] not in line


def test_a_key_for_trying_is_so_named(database: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["key", "list"]) == 0 and "还没有密钥" in capsys.readouterr().out
    assert make(capsys, "试接", "--scope", "documents", "--test", "--days", "7").startswith("gd_test_")
    assert main(["key", "list"]) == 0 and "试用  有效" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("arguments", "status", "told"),
    [
        (["make", "系统"], 2, "缺少--scope"),
        (["make", "系统", "--scope", "all"], 1, "/scopes/0：没有这项权限"),
        (["make", "系统", "--scope", "cases:read", "--test"], 1, "请发正式密钥"),
        (["make", "系统", "--scope", "documents", "--days", "731"], 1, "/days：有效期应为1至730天"),
        (["make", "系统", "--scope", "documents", "--network", "10.1.2.3/8"], 1, "写作10.0.0.0/8"),
        (["revoke", "abcdefgh"], 1, "没有这个编号的密钥"),
    ],
)
def test_a_wrong_call_is_refused_and_makes_no_key(
    database: str, capsys: pytest.CaptureFixture[str], arguments: list[str], status: int, told: str
) -> None:
    assert main(["key", *arguments]) == status
    said = capsys.readouterr()
    assert told in said.err and said.out == ""


def test_keys_need_a_database(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GIPDOCS_DATABASE", "none")
    assert main(["key", "list"]) == 3
    assert "没有启用台账" in capsys.readouterr().err
