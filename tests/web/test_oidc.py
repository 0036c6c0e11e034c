"""Signing in by OpenID Connect: an account that the issuer names comes in, and nothing else does."""

from __future__ import annotations

import builtins
import re
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from flask import Flask
from flask.testing import FlaskClient
from joserfc.jwk import RSAKey
from werkzeug.test import TestResponse

from gipdocs.access.accounts import add_account, list_accounts, lock
from gipdocs.access.actors import HERE
from gipdocs.access.sessions import find_session
from gipdocs.app import create_app
from gipdocs.errors import SetupError
from gipdocs.settings import Settings
from gipdocs.store.engine import Store
from tests.web.issuer import CLIENT, SECRET, SmallIssuer, running_issuer

pytestmark = pytest.mark.slow

COOKIE = "gipdocs-account"


@pytest.fixture(scope="module")
def running() -> Iterator[SmallIssuer]:
    """An issuer on this machine."""
    with running_issuer() as found:
        yield found


@pytest.fixture(scope="module")
def app(running: SmallIssuer, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flask]:
    """A service whose people sign in there; 李强 is locked."""
    settings = Settings(
        secret_key="test",
        access="oidc",
        database=f"sqlite:///{tmp_path_factory.mktemp('oidc') / 'a.db'}",
        oidc_issuer=running.url,
        oidc_client=CLIENT,
        oidc_secret=SECRET,
    )
    app = create_app(settings)
    for name, role in (("王芳", "clerk"), ("李强", "administrator"), ("admin", "administrator")):
        add_account(store(app), name, [role], by=HERE)
    lock(store(app), "李强", by=HERE)
    yield app
    app.extensions["gipdocs"].close()


@pytest.fixture
def issuer(running: SmallIssuer, app: Flask, monkeypatch: pytest.MonkeyPatch) -> SmallIssuer:
    """The issuer, which tells the truth and has not been asked yet."""
    running.tell_the_truth()
    monkeypatch.setattr(client_of(app), "server_metadata", {})
    return running


def client_of(app: Flask) -> Any:
    """The service's own client of the issuer."""
    return app.extensions["authlib.integrations.flask_client"].oidc


def store(app: Flask) -> Store:
    found: Store = app.extensions["gipdocs"].register.store
    return found


@pytest.fixture
def browser(app: Flask) -> FlaskClient:
    """A browser that has not signed in."""
    return app.test_client()


def sent_away(browser: FlaskClient, path: str = "/sign-in/oidc") -> str:
    """The address at the issuer to which the browser is sent."""
    response = browser.get(path)
    assert response.status_code == 302, response.text
    return response.headers["Location"]


def brought_back(browser: FlaskClient, issuer: SmallIssuer, name: str = "王芳", **more: str) -> TestResponse:
    """What the browser gets once somebody has signed in there under a name."""
    return browser.get(issuer.approve(sent_away(browser), name, **more))


def is_inside(browser: FlaskClient) -> bool:
    return browser.get("/desk/").status_code == 200


def told(response: TestResponse) -> str:
    """The sentence of a page that refuses."""
    [sentence] = re.findall(r"</h1>\s*<p>(.+?)</p>", response.text)
    return str(sentence)


def test_whoever_opens_a_page_signs_in_at_the_issuer_and_returns_to_it(
    browser: FlaskClient, issuer: SmallIssuer, app: Flask
) -> None:
    led = browser.get("/desk/deadlines?kind=answer")
    assert led.status_code == 303
    location = sent_away(browser, led.headers["Location"])
    asked = {key: values[0] for key, values in parse_qs(urlsplit(location).query).items()}
    assert location.startswith(f"{issuer.url}/authorize?")
    assert (asked["client_id"], asked["response_type"], asked["code_challenge_method"]) == (CLIENT, "code", "S256")
    assert asked["redirect_uri"] == "http://localhost/sign-in/oidc/back" and "prompt" not in asked
    assert min(len(asked[name]) for name in ("state", "nonce", "code_challenge")) >= 20
    back = browser.get(issuer.approve(location, "王芳"))
    assert (back.status_code, back.headers["Location"]) == (303, "/desk/deadlines?kind=answer")
    assert browser.get(back.headers["Location"]).status_code == 200
    assert len(list_accounts(store(app))) == 3


@pytest.mark.parametrize(
    "next",
    ["https://evil.example/", "//evil.example", "/desk//evil.example\\", "/desk/\n", "/deskevil", "/", "javascript:1"],
)
def test_nobody_is_sent_elsewhere_after_signing_in(browser: FlaskClient, issuer: SmallIssuer, next: str) -> None:
    location = browser.get("/sign-in/oidc", query_string={"next": next}).headers["Location"]
    assert browser.get(issuer.approve(location, "王芳")).headers["Location"] == "/desk/"


def test_a_new_session_takes_the_place_of_the_one_before(browser: FlaskClient, issuer: SmallIssuer) -> None:
    brought_back(browser, issuer)
    before = browser.get_cookie(COOKIE)
    assert before is not None
    brought_back(browser, issuer)
    after = browser.get_cookie(COOKIE)
    assert after is not None and after.value != before.value and is_inside(browser)
    browser.set_cookie(COOKIE, before.value)
    assert not is_inside(browser)


def test_the_password_once_more_is_asked_for_at_the_issuer(
    browser: FlaskClient, issuer: SmallIssuer, app: Flask
) -> None:
    def is_proved() -> bool:
        cookie = browser.get_cookie(COOKIE)
        found = find_session(store(app), cookie.value, address=None) if cookie else None
        return found is not None and found.is_proved

    brought_back(browser, issuer)
    assert is_inside(browser) and not is_proved()  # the issuer may have known the browser since yesterday
    led = browser.get("/desk/prove?next=/desk/account")
    location = sent_away(browser, led.headers["Location"])
    assert "prompt=login" in location and "max_age=0" in location
    for changed in ({}, {"auth_time": 1}):
        issuer.changed = changed
        response = browser.get(issuer.approve(sent_away(browser, led.headers["Location"]), "王芳"))
        assert response.status_code == 400 and "auth_time" in told(response) and not is_proved()
    issuer.changed = {"auth_time": int(time.time())}
    back = browser.get(issuer.approve(sent_away(browser, led.headers["Location"]), "王芳"))
    assert back.headers["Location"] == "/desk/account" and is_proved()


def test_signing_out_ends_our_session_and_no_page_asks_for_a_password(
    browser: FlaskClient, issuer: SmallIssuer
) -> None:
    brought_back(browser, issuer)
    mine = browser.get("/desk/account")
    assert mine.status_code == 200 and 'type="password"' not in mine.text
    [csrf] = set(re.findall(r'name="csrf_token"[^>]*value="([^"]+)"', mine.text))
    out = browser.post("/desk/sign-out", data={"csrf_token": csrf})
    assert out.status_code == 303 and not is_inside(browser)
    assert "统一身份认证那里可能还登录着" in browser.get(out.headers["Location"]).text
    assert browser.get("/desk/sign-in?next=/desk/law").headers["Location"] == "/sign-in/oidc?next=/desk/law"
    for path in ("sign-in", "sign-in/code", "invitation", "account/password", "prove"):
        assert browser.post(f"/desk/{path}", data={"name": "王芳", "password": "x"}).status_code == 404


@pytest.mark.parametrize(
    ("name", "says"),
    [("赵六", "没有您的账号"), ("李强", "已经停用"), ("王 芳", "没有您的账号"), ("", "没有给出登录名")],
    ids=["unknown", "locked", "another", "no name"],
)
def test_only_an_account_of_exactly_that_name_comes_in(
    browser: FlaskClient, issuer: SmallIssuer, app: Flask, name: str, says: str
) -> None:
    response = brought_back(browser, issuer, name)
    assert response.status_code == (403 if name else 400)
    assert says in told(response) and "管理" in told(response)
    assert not is_inside(browser) and len(list_accounts(store(app))) == 3


def test_a_name_that_only_looks_like_one_is_a_strangers(browser: FlaskClient, issuer: SmallIssuer) -> None:
    assert brought_back(browser, issuer, "ａｄｍｉｎ").status_code == 403
    assert brought_back(browser, issuer, " admin").status_code == 403
    assert not is_inside(browser)


WRONG: dict[str, dict[str, Any]] = {
    "another issuer": {"iss": "https://evil.example"},
    "no issuer": {"iss": None},
    "another client": {"aud": "another"},
    "no client": {"aud": None},
    "another party": {"aud": [CLIENT, "another"], "azp": "another"},
    "another nonce": {"nonce": "another"},
    "no nonce": {"nonce": None},
    "expired": {"exp": 1},
    "no end": {"exp": None},
    "a number for a name": {"preferred_username": 7},
    "no name": {"preferred_username": None},
}


@pytest.mark.parametrize("changed", WRONG.values(), ids=WRONG)
def test_a_token_that_is_not_as_it_must_be_opens_nothing(
    browser: FlaskClient, issuer: SmallIssuer, changed: dict[str, Any]
) -> None:
    issuer.changed = changed
    response = brought_back(browser, issuer)
    assert response.status_code == 400 and "统一身份认证没有" in told(response)
    assert not is_inside(browser)


def test_a_token_signed_by_another_key_opens_nothing(browser: FlaskClient, issuer: SmallIssuer) -> None:
    issuer.key = RSAKey.generate_key(2048, {"kid": "first", "use": "sig", "alg": "RS256"})
    assert brought_back(browser, issuer).status_code == 400
    assert not is_inside(browser)


def test_an_answer_without_an_id_token_opens_nothing(browser: FlaskClient, issuer: SmallIssuer) -> None:
    issuer.without_id_token = True
    assert brought_back(browser, issuer).status_code == 400
    assert not is_inside(browser)


def test_the_answer_to_another_browser_opens_nothing(app: Flask, issuer: SmallIssuer) -> None:
    mine, other = app.test_client(), app.test_client()
    back = issuer.approve(sent_away(mine), "王芳")
    assert other.get(back).status_code == 400 and not is_inside(other)
    sent_away(other)
    assert other.get(back).status_code == 400 and not is_inside(other)
    assert mine.get(back).status_code == 303
    assert mine.get(back).status_code == 400  # a state works once


@pytest.mark.parametrize("query", ["", "?code=x", "?state=x", "?code=x&state=x", "?error=access_denied&state=x"])
def test_an_answer_to_nothing_opens_nothing(browser: FlaskClient, query: str) -> None:
    assert browser.get(f"/sign-in/oidc/back{query}").status_code == 400
    assert not is_inside(browser)


def test_an_answer_in_the_name_of_another_issuer_is_not_exchanged(browser: FlaskClient, issuer: SmallIssuer) -> None:
    assert brought_back(browser, issuer, iss="https://evil.example").status_code == 400
    assert "/token" not in issuer.asked
    assert brought_back(browser, issuer, iss=issuer.url).status_code == 303


def test_an_issuer_that_calls_itself_otherwise_is_not_asked(browser: FlaskClient, issuer: SmallIssuer) -> None:
    issuer.metadata = {"issuer": "https://evil.example"}
    response = browser.get("/sign-in/oidc")
    assert response.status_code == 503 and "GIPDOCS_OIDC_ISSUER" in told(response)


@pytest.mark.parametrize("path", ["nothing listens", "/nowhere"])
def test_an_issuer_that_does_not_answer_is_told_as_such(
    app: Flask, browser: FlaskClient, issuer: SmallIssuer, path: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    url = f"{issuer.url}{path}" if path.startswith("/") else "http://127.0.0.1:1/"
    monkeypatch.setattr(client_of(app), "_server_metadata_url", url)
    response = browser.get("/sign-in/oidc")
    assert response.status_code == 503 and "没有应答" in told(response)


def test_many_beginnings_leave_one_in_the_cookie(browser: FlaskClient, issuer: SmallIssuer) -> None:
    for _ in range(20):
        sent_away(browser)
    cookie = browser.get_cookie("gipdocs")
    assert cookie is not None and len(cookie.value) < 1500
    assert brought_back(browser, issuer).status_code == 303


def test_without_the_library_the_start_says_how_to_install_it(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    really = builtins.__import__

    def without(name: str, *arguments: Any, **more: Any) -> Any:
        if name.startswith("authlib"):
            raise ImportError(name)
        return really(name, *arguments, **more)

    monkeypatch.setattr(builtins, "__import__", without)
    settings = Settings(secret_key="test", access="oidc", database=f"sqlite:///{tmp_path / 'a.db'}", oidc_issuer="x")
    with pytest.raises(SetupError, match=r"requirements/oidc\.txt"):
        create_app(settings)
