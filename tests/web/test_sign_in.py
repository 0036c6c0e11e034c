"""Signing in, and what becomes of a browser's cookie, its forms and what was typed in them."""

from __future__ import annotations

import html
import json
import logging
import re
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pyotp
import pytest
from flask import Flask
from sqlalchemy import delete, select

from gipdocs.access.accounts import add_account, lock, set_roles, unlock
from gipdocs.access.actors import HERE
from gipdocs.access.permissions import LABELS, Permission
from gipdocs.access.tokens import hash_token
from gipdocs.app import create_app
from gipdocs.faces import Public, needs
from gipdocs.settings import Settings
from gipdocs.store.tables import AttemptRow, AuditRow, InvitationRow, SessionRow
from gipdocs.web.proof import proved
from tests.web.valid import faults
from tests.web.visitor import PASSWORD, Visitor, add, store_of

pytestmark = pytest.mark.slow

WRONG = "not the password"
GRANTED = "/desk/documents/reply-granted"


def make_app(folder: Path, url: str = "") -> Flask:
    settings = Settings(secret_key="test", database=f"sqlite:///{folder}/a.db", access="accounts", url=url)
    app = create_app(settings)
    app.add_url_rule(
        "/desk/weighty", "weighty", needs(Public.ACCOUNTS)(proved(lambda: "done")), methods=["GET", "POST"]
    )
    return app


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flask]:
    """The application with accounts: wang and li are clerks, boss is an administrator, two can't sign in."""
    app = make_app(tmp_path_factory.mktemp("accounts"))
    for name, role in (("wang", "clerk"), ("li", "clerk"), ("boss", "administrator")):
        add(app, name, role)
    add(app, "locked", "clerk")
    lock(store_of(app), "locked", by=HERE)
    add_account(store_of(app), "new", ["clerk"], by=HERE)
    yield app
    app.extensions["gipdocs"].close()


@pytest.fixture
def visitor(desk: Flask) -> Visitor:
    """A browser that hasn't signed in; nobody has failed before it."""
    with store_of(desk).writing() as session:
        session.execute(delete(AttemptRow))
    return Visitor(desk)


@pytest.fixture
def wang(visitor: Visitor) -> Visitor:
    """Wang, who has signed in."""
    assert visitor.sign_in("wang").status_code == 303
    return visitor


def age(app: Flask, **time: float) -> None:
    """Make every session older than it is."""
    with store_of(app).writing() as session:
        for row in session.scalars(select(SessionRow)):
            for name in ("started", "seen", "ends", "proved"):
                setattr(row, name, getattr(row, name) - timedelta(**time))


def test_whoever_opens_the_desk_signs_in_and_comes_to_the_page_that_was_asked_for(visitor: Visitor) -> None:
    led = visitor.get(f"{GRANTED}?sample=1&x=甲")
    assert led.status_code == 303
    visitor.get(led.location)
    assert '<nav aria-label="工作台">' not in visitor.shown and "退出" not in visitor.shown
    action = re.search(r'<form class="secret" method="post" action="([^"]+)"', visitor.shown)
    assert action
    came = visitor.post(html.unescape(action[1]), name="wang", password=PASSWORD)
    assert (came.status_code, came.location) == (303, f"{GRANTED}?sample=1&x=%E7%94%B2")
    assert visitor.get(came.location).status_code == 200
    assert "wang</a>" in visitor.shown and "退出</button>" in visitor.shown
    assert visitor.get("/desk/sign-in").location == "/desk/"


def test_citizens_are_asked_for_nothing(visitor: Visitor) -> None:
    for path in ("/", "/documents/application-form", "/healthz", "/api/docs"):
        assert visitor.get(path).status_code == 200, path
    assert "退出" not in visitor.shown


def test_a_role_opens_what_it_permits(visitor: Visitor) -> None:
    visitor.sign_in("boss")
    assert visitor.get("/desk/profile").status_code == 200
    assert visitor.get("/desk/cases").status_code == 403
    assert LABELS[Permission.READ_CASES] in visitor.shown


@pytest.mark.parametrize(
    ("name", "password"),
    [("nobody", PASSWORD), ("wang", WRONG), ("locked", PASSWORD), ("new", ""), ("", ""), ("甲" * 5000, "乙" * 5000)],
    ids=["unknown", "wrong", "locked", "uninvited", "empty", "long"],
)
def test_every_refusal_is_the_same_page(visitor: Visitor, name: str, password: str) -> None:
    refused = visitor.sign_in(name, password)
    assert (refused.status_code, visitor.told.partition("：")[0]) == (401, "没有登录")
    again = Visitor(visitor.app, "10.0.0.10")
    again.sign_in("stranger", WRONG)
    assert _anonymous(visitor) == _anonymous(again)
    assert not password or password not in visitor.shown
    assert visitor.cookie == "" and visitor.get("/desk/").status_code == 303


def _anonymous(visitor: Visitor) -> str:
    """The page without what was typed, its token, and the place of the focus."""
    name = re.sub(r'<input id="name"[^>]*>', "", visitor.shown.replace(visitor.token, ""))
    return re.sub(r"\s+", " ", name).replace(" autofocus", "")


def test_the_sixth_try_is_refused_though_its_password_is_right(visitor: Visitor) -> None:
    for _ in range(5):
        assert visitor.sign_in("li", WRONG).status_code == 401
    told = visitor.told
    assert visitor.sign_in("li").status_code == 401 and visitor.told == told
    assert Visitor(visitor.app, "10.0.0.10").sign_in("li").status_code == 401
    assert Visitor(visitor.app, "10.0.0.10").sign_in("wang").status_code == 303
    assert visitor.sign_in("wang").status_code == 401


@pytest.mark.parametrize(
    "next",
    [
        "https://evil.example/",
        "//evil.example/",
        "/\\evil.example/",
        "/desk\\..\\\\evil.example",
        "/desk/..//evil.example",
        "/desk.evil.example/",
        "/desk@evil.example/",
        "/desk/%0d%0aSet-Cookie:a=b",
        "javascript:alert(1)",
        "/desk/%09/x",
        "/",
        "/desk/sign-in",
        "/desk/sign-in?next=/desk/",
    ],
)
def test_nobody_is_led_out_of_the_desk(visitor: Visitor, next: str) -> None:
    assert visitor.sign_in("wang", next=next).location == "/desk/"


def test_the_cookie_is_closed_and_only_its_hash_is_kept(visitor: Visitor) -> None:
    came = visitor.sign_in("wang")
    cookie = next(one for one in came.headers.getlist("Set-Cookie") if one.startswith("gipdocs-account="))
    assert {part.strip() for part in cookie.split(";")[1:]} == {"HttpOnly", "Path=/", "SameSite=Lax"}
    assert len(visitor.cookie) == 43
    with store_of(visitor.app).reading() as session:
        kept = [str(vars(row)) for table in (SessionRow, AuditRow) for row in session.scalars(select(table))]
    assert any(hash_token(visitor.cookie) in one for one in kept)
    assert not [one for one in kept if visitor.cookie in one]


def test_over_tls_the_cookie_belongs_to_this_host_alone(tmp_path: Path) -> None:
    app = make_app(tmp_path, "https://xxgk.example.gov.cn")
    add(app, "wang", "clerk")
    client = app.test_client()
    base = "https://xxgk.example.gov.cn"
    token = re.search(r'name="csrf_token" value="([^"]+)"', client.get("/desk/sign-in", base_url=base).text)
    assert token
    data = {"csrf_token": token[1], "name": "wang", "password": PASSWORD}
    came = client.post("/desk/sign-in", data=data, base_url=base, headers={"Referer": base})
    cookie = next(one for one in came.headers.getlist("Set-Cookie") if one.startswith("__Host-gipdocs="))
    assert {part.strip() for part in cookie.split(";")[1:]} == {"HttpOnly", "Path=/", "SameSite=Lax", "Secure"}
    assert client.get("/desk/", base_url=base).status_code == 200
    app.extensions["gipdocs"].close()


def test_a_cookie_that_was_planted_is_worth_nothing_after_signing_in(visitor: Visitor) -> None:
    visitor.client.set_cookie("gipdocs-account", "planted")
    visitor.get("/desk/sign-in")
    planted = visitor.token
    visitor.sign_in("wang")
    assert visitor.cookie not in ("", "planted")
    sent = visitor.client.post(GRANTED, data={"csrf_token": planted, ".do": "check", "title": "甲"})
    assert sent.status_code == 400 and "页面已经过期" in sent.text


def test_signing_in_again_ends_the_session_that_the_browser_had(wang: Visitor) -> None:
    old, fresh = wang.cookie, Visitor(wang.app)
    wang.client.delete_cookie("gipdocs-account")
    wang.get("/desk/sign-in")
    wang.client.set_cookie("gipdocs-account", old)
    wang.post("/desk/sign-in", name="wang", password=PASSWORD)
    fresh.client.set_cookie("gipdocs-account", old)
    assert wang.get("/desk/").status_code == 200 and fresh.get("/desk/").status_code == 303


def test_signing_out_kills_a_copied_cookie(wang: Visitor) -> None:
    thief = Visitor(wang.app, "10.6.6.6")
    thief.client.set_cookie("gipdocs-account", wang.cookie)
    assert thief.get("/desk/").status_code == 200
    wang.get("/desk/")
    assert wang.client.post("/desk/sign-out", data={"a": 1}).status_code == 400  # not from a page of ours
    assert wang.get("/desk/").status_code == 200
    assert wang.post("/desk/sign-out").location == "/desk/sign-in?done=out"
    assert wang.cookie == ""
    assert thief.get("/desk/").status_code == 303
    wang.get("/desk/sign-in?done=out")
    assert wang.told == "已经退出。"
    assert wang.post("/desk/sign-out").status_code == 303


@pytest.mark.parametrize(
    "end",
    [
        lambda app: age(app, minutes=31),
        lambda app: age(app, hours=11),
        lambda app: lock(store_of(app), "li", by=HERE),
        lambda app: set_roles(store_of(app), "li", ["clerk"], by=HERE),
    ],
    ids=["idle", "ten hours", "locked", "roles"],
)
def test_a_session_that_has_ended_opens_nothing(visitor: Visitor, end: Callable[[Flask], None]) -> None:
    visitor.sign_in("li")
    assert visitor.get("/desk/").status_code == 200
    end(visitor.app)
    try:
        assert visitor.get("/desk/").status_code == 303
    finally:
        unlock(store_of(visitor.app), "li", by=HERE)


def fields_of(page: str) -> list[tuple[str, str]]:
    return [
        (html.unescape(name), html.unescape(value))
        for name, value in re.findall(r'<input type="hidden" name="([^"]*)" value="([^"]*)">', page)
    ]


@pytest.mark.parametrize("enctype", ["application/x-www-form-urlencoded", "multipart/form-data"])
def test_what_was_typed_when_the_session_had_ended_can_be_sent_again(wang: Visitor, enctype: str) -> None:
    wang.get(GRANTED)
    token, typed = wang.token, '第一行\r\n<b>"甲"</b>　&amp; 王'
    age(wang.app, minutes=31)
    data = {"csrf_token": token, ".do": "check", "applicant-name": typed, ".seen": ["a", "b"]}
    held = wang.client.post(GRANTED, data=data, content_type=enctype)
    assert held.status_code == 401 and "登录已经结束" in held.text and "不要关闭" in held.text
    again = Visitor(wang.app)
    again.client = wang.client
    assert again.sign_in("wang").status_code == 303  # in another tab
    fields = fields_of(held.text)
    assert ("applicant-name", typed) in fields and [value for name, value in fields if name == ".seen"] == ["a", "b"]
    sent = wang.client.post(GRANTED, data=_grouped(fields))
    assert sent.status_code == 400 and "填写的内容都还在下面" in sent.text
    wang.shown = sent.text
    assert html.escape(typed.replace("\r\n", ""), quote=True)[:2] in sent.text
    fields = [(name, wang.token if name == "csrf_token" else value) for name, value in fields]
    assert wang.client.post(GRANTED, data=_grouped(fields)).status_code == 422  # checked at last


def _grouped(fields: list[tuple[str, str]]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for name, value in fields:
        found.setdefault(name, []).append(value)
    return found


def test_a_preview_whose_session_has_ended_says_so_in_its_frame(visitor: Visitor) -> None:
    headers = {"Sec-Fetch-Dest": "iframe", "Sec-Fetch-Mode": "navigate"}
    shown = visitor.post(f"{GRANTED}/preview", headers=headers, title="甲")
    assert shown.status_code == 401 and "预览没有更新" in shown.text and "甲" not in shown.text
    assert "frame-ancestors 'self'" in shown.headers["Content-Security-Policy"]
    assert visitor.get("/desk/cases", Sec_Fetch_Mode="cors", Sec_Fetch_Dest="empty").status_code == 401


def test_a_page_that_does_not_exist_asks_nobody_to_sign_in(visitor: Visitor) -> None:
    assert visitor.get("/desk/nothing").status_code == 404
    assert '<nav aria-label="工作台">' not in visitor.shown and "登录工作台" in visitor.shown
    visitor.sign_in("wang")
    assert visitor.get("/desk/nothing").status_code == 404
    assert '<nav aria-label="工作台">' in visitor.shown


def test_the_api_takes_no_cookie(wang: Visitor) -> None:
    assert wang.get("/api/v1/documents").status_code == 401


def test_a_second_factor_is_set_up_asked_for_and_removed(visitor: Visitor) -> None:
    add(visitor.app, "fang", "clerk")
    visitor.sign_in("fang")
    page = visitor.get("/desk/account/second-factor").text
    found = re.search(r'name="secret" value="([A-Z2-7]{32})"', page)
    assert found
    secret = found[1]
    assert " ".join(re.findall("....", secret)) in page and "<svg" in page
    moment = datetime.now(UTC)
    assert visitor.post("/desk/account/second-factor", secret=secret, code="000000").status_code == 422
    assert secret in visitor.shown
    code = pyotp.TOTP(secret).at(moment)
    assert visitor.post("/desk/account/second-factor", secret=secret, code=code).location.endswith("done=second")
    visitor.get("/desk/account")
    assert "已经启用" in visitor.shown and visitor.cookie

    other = Visitor(visitor.app)
    led = other.sign_in("fang", next="/desk/law")
    assert led.location == "/desk/sign-in/code?next=/desk/law" and other.client.get_cookie("gipdocs-account") is None
    assert other.get("/desk/").status_code == 303
    other.get(led.location)
    assert 'inputmode="numeric" autocomplete="one-time-code"' in other.shown
    assert other.post(led.location, code=code).status_code == 401  # used
    came = other.post(led.location, code=pyotp.TOTP(secret).at(moment + timedelta(seconds=30)))
    assert came.location == "/desk/law" and other.cookie and other.get("/desk/law").status_code == 200

    visitor.get("/desk/account")
    assert visitor.post("/desk/account/second-factor/remove").location.endswith("done=single")
    assert Visitor(visitor.app).sign_in("fang").location == "/desk/"


def test_half_a_sign_in_holds_for_five_minutes(visitor: Visitor) -> None:
    visitor.get("/desk/sign-in")
    with visitor.client.session_transaction() as session:
        session["half"] = [1, "x", datetime.now(UTC).timestamp() - 301]
    assert visitor.get("/desk/sign-in/code").location == "/desk/sign-in?next=/desk/&done=late"
    assert visitor.get("/desk/sign-in/code?next=/desk/law").status_code == 303


def test_an_invitation_sets_the_password_once(visitor: Visitor) -> None:
    code = add_account(store_of(visitor.app), "chen", ["clerk"], by=HERE)
    visitor.get("/desk/invitation")
    fresh = "qingchuan lili 汉阳树"
    assert visitor.post("/desk/invitation", code=code, password=fresh, again="other").status_code == 422
    assert visitor.post("/desk/invitation", code=code, password="chen20260101", again="chen20260101").status_code == 422
    assert "太容易猜到" in visitor.told and "chen20260101" not in visitor.shown and code in visitor.shown
    assert visitor.post("/desk/invitation", code="aaaa", password=fresh, again=fresh).status_code == 401
    assert visitor.post("/desk/invitation", code=code, password=fresh, again=fresh).location.endswith("done=set")
    visitor.get("/desk/invitation")
    assert visitor.post("/desk/invitation", code=code, password=fresh, again=fresh).status_code == 401
    assert visitor.sign_in("chen", fresh).status_code == 303


def test_the_own_page_changes_the_password_and_ends_other_browsers(visitor: Visitor) -> None:
    add(visitor.app, "zhao", "clerk")
    others = [Visitor(visitor.app, f"10.0.1.{place}") for place in range(3)]
    for one in (visitor, *others):
        one.sign_in("zhao")
    visitor.get("/desk/account")
    assert visitor.shown.count("地址10.0.1.") == 3 and "现在用的这个" in visitor.shown
    button = re.search(r'value="(\w{64})" aria-label="结束', visitor.shown)
    assert button
    assert visitor.post("/desk/account/sessions", session=button[1]).status_code == 303
    assert [one.get("/desk/").status_code for one in others].count(303) == 1
    visitor.get("/desk/account")
    visitor.post("/desk/account/sessions", session="others")
    assert {one.get("/desk/").status_code for one in others} == {303}
    others[0].sign_in("zhao")
    fresh, before = "qingchuan lili 汉阳树", visitor.cookie
    visitor.get("/desk/account")
    for old, new, again, told in (
        (WRONG, fresh, fresh, "现在的密码不对"),
        (PASSWORD, fresh, fresh + "x", "两次输入"),
        (PASSWORD, "zhao20260101", "zhao20260101", "太容易猜到"),
    ):
        assert visitor.post("/desk/account/password", old=old, password=new, again=again).status_code == 422
        assert told in visitor.told and new not in visitor.shown
    assert visitor.post("/desk/account/password", old=PASSWORD, password=fresh, again=fresh).status_code == 303
    assert visitor.cookie != before and visitor.get("/desk/account?done=password").status_code == 200
    assert others[0].get("/desk/").status_code == 303
    assert Visitor(visitor.app).sign_in("zhao").status_code == 401


def test_something_weighty_asks_for_the_password_after_ten_minutes(wang: Visitor) -> None:
    assert wang.get("/desk/weighty").text == "done"
    age(wang.app, minutes=11)
    led = wang.get("/desk/weighty?what=甲")
    assert led.status_code == 303 and led.location.startswith("/desk/prove?next=")
    wang.get("/desk/account")
    held = wang.post("/desk/weighty", reason="理由")
    assert held.status_code == 403 and ("reason", "理由") in fields_of(held.text) and "输入密码" in held.text
    (other_tab,) = re.findall(r'href="(/desk/prove[^"]*)" target="_blank"', held.text)
    wang.get(other_tab)
    assert "回到原来的那一页" in wang.get(wang.post(other_tab, password=PASSWORD).location).text
    age(wang.app, minutes=11)
    wang.get(led.location)
    assert wang.post(led.location, password=WRONG).status_code == 401 and "密码不对" in wang.told
    came = wang.post(led.location, password=PASSWORD)
    assert came.location == "/desk/weighty?what=%E7%94%B2"
    assert wang.get(came.location).text == "done"


def test_every_page_of_signing_in_is_valid(visitor: Visitor) -> None:
    places = ["sign-in?next=/desk/law", "invitation", "nothing"]
    pages = [visitor.get(f"/desk/{place}").text for place in places]
    pages.append(visitor.post(GRANTED, title='甲"<b>\n').text)
    visitor.sign_in("wang", WRONG)
    pages.append(visitor.shown)
    visitor.sign_in("wang")
    other = Visitor(visitor.app)
    other.sign_in("wang")
    for place in ("", "account?done=ended", "account/second-factor", "prove"):
        pages.append(visitor.get(f"/desk/{place}").text)
    assert [fault for page in pages for fault in faults(page)] == []


def test_no_secret_is_in_a_log_an_address_or_the_database(visitor: Visitor, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    code = add_account(store_of(visitor.app), "sun", ["clerk"], by=HERE)
    visitor.get("/desk/invitation")
    visitor.post("/desk/invitation", code=code, password=PASSWORD, again=PASSWORD)
    visitor.sign_in("wrong-name-that-is-a-password", WRONG)
    visitor.sign_in("sun")
    tables = (AuditRow, AttemptRow, InvitationRow, SessionRow)
    with store_of(visitor.app).reading() as session:
        kept = json.dumps([str(vars(row)) for table in tables for row in session.scalars(select(table))])
    for secret in (code, code.replace("-", ""), PASSWORD, WRONG, visitor.cookie, "wrong-name-that-is-a-password"):
        assert secret and secret not in kept and secret not in caplog.text
