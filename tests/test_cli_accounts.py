"""The commands for accounts: links are shown once, exit statuses are those of every command."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from gipdocs.access.accounts import find_account
from gipdocs.access.proving import sign_in, take_up
from gipdocs.cli import main
from gipdocs.store.engine import Store, open_store

PASSWORD = "kuangquanshui 台灯 7 号"
BASE = "http://127.0.0.1:8000/desk/invitation#"


@pytest.fixture
def database(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    url = f"sqlite:///{tmp_path}/a.db"
    monkeypatch.setenv("GIPDOCS_DATABASE", url)
    for name in ("URL", "PORT"):
        monkeypatch.delenv(f"GIPDOCS_{name}", raising=False)
    return url


@pytest.fixture
def said(capsys: pytest.CaptureFixture[str]) -> pytest.CaptureFixture[str]:
    return capsys


def taken_up(store: Store, link: str) -> None:
    take_up(store, link.partition("#")[2], PASSWORD, address=None)


def test_the_first_administrator_comes_by_a_command(database: str, said: pytest.CaptureFixture[str]) -> None:
    assert main(["account", "list"]) == 0
    assert "第一位管理员" in said.readouterr().out
    assert main(["account", "add", "王芳", "--role", "administrator", "--role=clerk"]) == 0
    shown = said.readouterr()
    assert shown.out.startswith(BASE) and "72小时" in shown.err
    store = open_store(database)
    taken_up(store, shown.out.strip())
    assert isinstance(sign_in(store, "王芳", PASSWORD, address=None), str)
    assert main(["account", "list"]) == 0
    assert said.readouterr().out == "王芳  经办、管理员\n"
    assert main(["account", "list", "--json"]) == 0
    assert json.loads(said.readouterr().out) == [
        {
            "name": "王芳",
            "roles": ["clerk", "administrator"],
            "locked": False,
            "has_password": True,
            "has_totp": False,
        }
    ]
    assert main(["account", "sessions", "王芳"]) == 0 and "在1个浏览器上登录" in said.readouterr().out
    assert main(["account", "sessions", "王芳", "--end"]) == 0 and "1个登录已经结束" in said.readouterr().out
    assert main(["account", "roles", "王芳", "--role", "auditor"]) == 0 and "监督" in said.readouterr().out
    assert main(["account", "totp", "王芳"]) == 0 and "没有启用" in said.readouterr().out
    assert main(["account", "totp", "王芳", "--remove"]) == 0
    assert main(["account", "lock", "王芳"]) == 0
    assert (locked := find_account(store, "王芳")) and locked.locked and locked.roles == ("auditor",)
    assert main(["account", "invite", "王芳"]) == 1
    assert main(["account", "unlock", "王芳"]) == 0
    said.readouterr()
    assert main(["account", "invite", "王芳"]) == 0
    taken_up(store, said.readouterr().out.strip())
    store.close()


def test_the_link_has_the_address_of_the_service(
    database: str, monkeypatch: pytest.MonkeyPatch, said: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("GIPDOCS_URL", "https://xxgk.example.gov.cn/")
    assert main(["account", "add", "wang", "--role", "clerk"]) == 0
    assert said.readouterr().out.startswith("https://xxgk.example.gov.cn/desk/invitation#")


@pytest.mark.parametrize(
    ("call", "status", "told"),
    [
        (["add", "wang"], 2, "--role"),
        (["add", "wang", "--role", "king"], 2, "没有“king”"),
        (["add", "本机", "--role", "clerk"], 1, "由系统使用"),
        (["invite", "nobody"], 1, "没有这个账号"),
        (["sessions", "nobody"], 1, "没有这个账号"),
        (["lock"], 2, ""),
        ([], 2, "请写明命令"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else str(value),
)
def test_a_call_that_cannot_be_carried_out_says_why(
    database: str, said: pytest.CaptureFixture[str], call: list[str], status: int, told: str
) -> None:
    assert main(["account", *call]) == status
    shown = said.readouterr()
    assert told in shown.err and shown.out == ""


def test_without_a_database_there_are_no_accounts(
    monkeypatch: pytest.MonkeyPatch, said: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("GIPDOCS_DATABASE", "none")
    assert main(["account", "list"]) == 3
    assert "GIPDOCS_DATABASE" in said.readouterr().err
