"""The administrator's pages: accounts with their links and roles, and keys, each shown once."""

from __future__ import annotations

import re
from datetime import timedelta
from urllib.parse import unquote, urlsplit

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import update
from werkzeug.test import TestResponse

from gipdocs.access.accounts import find_account
from gipdocs.access.actors import HERE
from gipdocs.access.keys import find_key, list_keys
from gipdocs.access.permissions import Permission
from gipdocs.access.proving import take_up
from gipdocs.errors import Unauthenticated
from gipdocs.store.tables import SessionRow
from gipdocs.store.types import now
from tests.access.people import ADDRESS, PASSWORD
from tests.web.browser import Form
from tests.web.people import NAMES, sign_in, store_of

pytestmark = pytest.mark.slow

ACCOUNTS, KEYS = "/desk/accounts", "/desk/keys"


@pytest.fixture
def desk(accounts_app: Flask) -> FlaskClient:
    return sign_in(accounts_app, "administrator")


def post(client: FlaskClient, url: str, **data: str | list[str]) -> TestResponse:
    token = re.search(r'name="csrf_token" value="([^"]+)"', client.get(url).text)
    assert token, url
    return client.post(url, data={"csrf_token": token[1], **data})


def page_of(app: Flask, name: str) -> str:
    account = find_account(store_of(app), name)
    assert account is not None
    return f"{ACCOUNTS}/{account.id}"


def link_of(html: str) -> str:
    found = re.search(r'id="code" value="([^"]+)"', html)
    assert found
    return found[1]


def test_a_new_account_gets_a_link_that_is_shown_once_and_sets_the_password(
    desk: FlaskClient, accounts_app: Flask
) -> None:
    answer = post(desk, ACCOUNTS, name="郑敏", roles=["clerk", "manager"])
    link = urlsplit(link_of(answer.text))
    assert answer.status_code == 200 and link.path == "/desk/invitation" and "郑敏" in answer.text
    assert link.fragment not in desk.get(ACCOUNTS).text
    assert "还没有设置密码" in desk.get(page_of(accounts_app, "郑敏")).text
    account = take_up(store_of(accounts_app), link.fragment, PASSWORD, address=ADDRESS)
    assert (account.name, account.roles, account.has_password) == ("郑敏", ("clerk", "manager"), True)


@pytest.mark.parametrize(
    ("name", "roles", "field", "told"),
    [
        ("", ["clerk"], "name", "1至60个字"),
        (NAMES["administrator"], ["clerk"], "name", "已经有了"),
        ("冯静", [], "roles", "请至少选择一个角色"),
        ("本机", ["auditor"], "name", "由系统使用"),
    ],
)
def test_a_refused_account_keeps_what_was_typed_and_says_where(
    name: str, roles: list[str], field: str, told: str, desk: FlaskClient
) -> None:
    answer = post(desk, ACCOUNTS, name=name, roles=roles)
    assert answer.status_code == 422 and f'id="{field}-remarks"' in answer.text and told in answer.text
    assert f'name="name" value="{name}"' in answer.text
    chosen = re.findall(r'name="roles" value="(\w+)" checked', answer.text)
    assert chosen == roles


def test_a_form_from_elsewhere_changes_nothing(desk: FlaskClient, accounts_app: Flask) -> None:
    answer = desk.post(ACCOUNTS, data={"name": "外来", "roles": "administrator"})
    assert answer.status_code == 400 and "外来" in answer.text
    assert find_account(store_of(accounts_app), "外来") is None


def test_roles_are_changed_and_end_the_sessions(desk: FlaskClient, accounts_app: Flask) -> None:
    other = sign_in(accounts_app, "clerk", "换岗的")
    url = page_of(accounts_app, "换岗的")
    answer = post(desk, url, do="roles", roles=["auditor"])
    assert answer.status_code == 303 and "角色已经改变" in desk.get(answer.location).text
    account = find_account(store_of(accounts_app), "换岗的")
    assert account and account.roles == ("auditor",)
    assert other.get("/desk/").status_code == 303
    refused = post(desk, url, do="roles", roles=[])
    assert refused.status_code == 422 and "请至少选择一个角色" in refused.text
    assert re.findall(r'name="roles" value="(\w+)" checked', refused.text) == []


def test_an_account_is_locked_and_unlocked(desk: FlaskClient, accounts_app: Flask) -> None:
    other = sign_in(accounts_app, "clerk", "离岗的")
    url = page_of(accounts_app, "离岗的")
    assert post(desk, url, do="lock").status_code == 303
    assert other.get("/desk/").status_code == 303
    shown = desk.get(url).text
    assert "已停用" in shown and "恢复账号" in shown and 'value="invite"' not in shown
    refused = post(desk, url, do="invite")
    assert refused.status_code == 409 and "请先恢复" in refused.text
    assert post(desk, url, do="unlock").status_code == 303 and "停用账号" in desk.get(url).text


def test_the_help_of_an_administrators_first_page_is_about_accounts(desk: FlaskClient, accounts_app: Flask) -> None:
    assert 'href="/desk/handbook#账号与角色"' in unquote(desk.get("/desk/").text)
    assert 'href="/desk/handbook#期限和下一步"' in unquote(sign_in(accounts_app, "clerk").get("/desk/").text)


def test_a_page_that_refuses_names_the_permission_in_words_alone(accounts_app: Flask) -> None:
    answer = sign_in(accounts_app, "auditor").get(ACCOUNTS)
    assert answer.status_code == 403
    assert "“管理账号和密钥”的权限，现在没有" in answer.text and "access:write" not in answer.text
    assert "服务器不保存" not in answer.text  # the desk keeps what is recorded in it


def test_an_administrator_neither_locks_nor_demotes_himself(desk: FlaskClient, accounts_app: Flask) -> None:
    url = page_of(accounts_app, NAMES["administrator"])
    assert "停用账号" not in desk.get(url).text
    for answer in (post(desk, url, do="lock"), post(desk, url, do="roles", roles=["clerk"])):
        assert answer.status_code == 409 and "请由另一位管理员办理" in answer.text
    account = find_account(store_of(accounts_app), NAMES["administrator"])
    assert account and account.roles == ("administrator",) and not account.locked


def test_a_lost_password_gets_another_link(desk: FlaskClient, accounts_app: Flask) -> None:
    code = urlsplit(link_of(post(desk, ACCOUNTS, name="忘记的", roles=["clerk"]).text)).fragment
    again = urlsplit(link_of(post(desk, page_of(accounts_app, "忘记的"), do="invite").text)).fragment
    assert code != again and take_up(store_of(accounts_app), again, PASSWORD, address=ADDRESS).has_password


def test_nothing_that_is_no_button_is_done(desk: FlaskClient, accounts_app: Flask) -> None:
    answer = post(desk, page_of(accounts_app, NAMES["administrator"]), do="delete")
    assert answer.status_code == 422 and "没有这样的操作" in answer.text
    assert desk.get(f"{ACCOUNTS}/9999").status_code == 404


def test_before_a_change_the_password_is_asked_once_more(desk: FlaskClient, accounts_app: Flask) -> None:
    store = store_of(accounts_app)
    with store.writing() as session:
        session.execute(update(SessionRow).values(proved=now() - timedelta(minutes=11)))
    assert desk.get(ACCOUNTS).status_code == 200
    answer = desk.post(ACCOUNTS, data={"name": "未证明的", "roles": "clerk"})
    assert answer.status_code in (401, 403) and "密码" in answer.text
    assert desk.get("/desk/ledger.xlsx").status_code == 403  # no case, no ledger
    assert find_account(store, "未证明的") is None


def key_of(html: str) -> str:
    found = re.search(r'id="key" value="(gd_[^"]+)"', html)
    assert found
    return found[1]


def test_a_key_is_shown_once_and_works_until_it_is_revoked(desk: FlaskClient, accounts_app: Flask) -> None:
    store = store_of(accounts_app)
    networks = "10.1.0.0/16\n10.0.0.9"
    asked = {"name": "门户网站", "kind": "live", "networks": networks, "days": "90"}
    answer = post(desk, KEYS, scopes=["documents", "cases:read"], **asked)
    key = key_of(answer.text)
    assert answer.status_code == 200 and "readonly" in answer.text
    actor = find_key(store, key, "10.1.2.3")
    assert actor.permissions == {Permission.DOCUMENTS, Permission.READ_CASES}
    shown = desk.get(KEYS).text
    assert "门户网站" in shown and "10.1.0.0/16、10.0.0.9/32" in shown and key not in shown
    (made,) = [one for one in list_keys(store) if one.name == "门户网站"]
    revoked = post(desk, f"{KEYS}/{made.id}/revoke")
    assert revoked.status_code == 303 and "密钥已经作废" in desk.get(revoked.location).text
    with pytest.raises(Unauthenticated, match="已经作废"):
        find_key(store, key, "10.1.2.3")
    assert f"{KEYS}/{made.id}/revoke" not in desk.get(KEYS).text


@pytest.mark.parametrize(
    ("changes", "field", "told"),
    [
        ({"name": ""}, "name", "请写明密钥的名称"),
        ({"name": HERE.name}, "name", "这个名称已经有"),
        ({"scopes": []}, "scopes", "请至少写一项权限"),
        ({"kind": "test", "scopes": ["cases:read"]}, "scopes", "试用密钥不能接触案件"),
        ({"networks": "10.1.2.3/8"}, "networks", "整个网段写作10.0.0.0/8"),
        ({"days": "一年"}, "days", "有效期应为1至730天"),
        ({"days": "0"}, "days", "有效期应为1至730天"),
        ({"kind": ""}, "kind", "种类应为"),
    ],
)
def test_a_refused_key_keeps_what_was_typed_and_says_where(
    changes: dict[str, str | list[str]], field: str, told: str, desk: FlaskClient
) -> None:
    asked = {"name": "办公系统", "kind": "live", "scopes": ["documents"], "networks": "10.9.0.0/16", "days": "30"}
    asked |= changes
    answer = post(desk, KEYS, **asked)
    assert answer.status_code == 422 and f'id="{field}-remarks"' in answer.text and told in answer.text
    form = Form(re.sub("<form method", '<form id="answers" method', answer.text))
    sent = [pair for pair in form.pairs if pair[0] != "csrf_token"]
    for name in ("name", "networks", "days"):
        assert (name, asked[name]) in sent
    assert [value for name, value in sent if name == "scopes"] == asked["scopes"]


def test_there_is_no_key_to_revoke_by_another_id(desk: FlaskClient) -> None:
    assert desk.get(f"{KEYS}/zzzzzzzz/revoke").status_code == 404
