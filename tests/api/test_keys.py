"""Other systems come in by their keys, and by nothing else: every route, every scope."""

from __future__ import annotations

import io
import logging
import time
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta
from itertools import count
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select, update
from werkzeug.test import TestResponse

from gipdocs.access import keys
from gipdocs.access.accounts import add_account, find_account
from gipdocs.access.actors import HERE
from gipdocs.access.permissions import SCOPES, TEST_SCOPES, Permission
from gipdocs.access.sessions import begin
from gipdocs.app import create_app
from gipdocs.batch.running import run_until_idle
from gipdocs.doors import need_of, needed
from gipdocs.faces import Need, Public
from gipdocs.health import find_ailments
from gipdocs.service import Service
from gipdocs.settings import Settings
from gipdocs.store.engine import Store
from gipdocs.store.tables import ApiKeyRow, AuditRow, CaseRow, EventRow, LetterRow, SequenceRow

pytestmark = pytest.mark.slow
FAR = {"REMOTE_ADDR": "10.0.0.9"}
SAMPLES = {
    "number": "1",
    "place": 1,
    "document": "receipt",
    "year": 2026,
    "deed": "issue",
    "filename": "x",
    "format": "pdf",
    "slug": "refused",
}
IDS: dict[str, Any] = {"api": "receipt", "building_api": "receipt", "batch_api": "0" * 32, "register_api": 1}
APIS = tuple(f"{name}." for name in IDS)
IN = "let in"
NUMBERS = count(1)


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flask]:
    """An application with accounts, on an empty register."""
    database = f"sqlite:///{tmp_path_factory.mktemp('keys') / 'gipdocs.db'}"
    app = create_app(Settings(secret_key="test", database=database, access="accounts"))
    app.testing = False
    yield app
    app.extensions["gipdocs"].close()


@pytest.fixture
def store(office: Flask) -> Store:
    found: Store = office.extensions["gipdocs"].register.store
    return found


@pytest.fixture
def new_key(store: Store) -> Callable[..., str]:
    """Makes a key with scopes."""

    def make(*scopes: str, kind: str = "live", **more: Any) -> str:
        return keys.make_key(store, f"系统{next(NUMBERS)}", kind, scopes, by=HERE, **more)

    return make


@pytest.fixture
def doors(office: Flask, monkeypatch: pytest.MonkeyPatch) -> FlaskClient:
    """The doors alone: whatever is behind a route of the API, it says who was let in."""
    for endpoint, view in list(office.view_functions.items()):
        if endpoint.startswith(APIS) and hasattr(view, "needs"):
            stand_in: Any = lambda **values: IN  # noqa: E731  # a function of its own for each
            stand_in.needs = view.needs
            monkeypatch.setitem(office.view_functions, endpoint, stand_in)
    return office.test_client()


def routes(app: Flask) -> list[tuple[str, str, Need]]:
    """Every route of the API: method, an address and what it needs."""
    found = []
    adapter = app.url_map.bind("localhost")
    for rule in app.url_map.iter_rules():
        if rule.endpoint.startswith(APIS) and not rule.endpoint.endswith("static"):
            for method in sorted((rule.methods or set()) - {"OPTIONS"}):
                values = SAMPLES | {"id": IDS[rule.endpoint.partition(".")[0]]}
                path = adapter.build(rule.endpoint, {name: values[name] for name in rule.arguments}, method)
                found.append((method, path, needed(app, rule.endpoint, method)))
    return found


def ask(client: FlaskClient, path: str, key: str = "", method: str = "GET", **more: Any) -> TestResponse:
    headers = {"Authorization": f"Bearer {key}"} if key else {}
    headers |= more.pop("headers", {})
    return client.open(path, method=method, headers=headers, environ_overrides=more.pop("peer", FAR), **more)


def test_the_routes_are_all_there(office: Flask) -> None:
    needs = {need for _, _, need in routes(office)}
    assert needs == {*SCOPES} | {Public.EVERYBODY}
    assert len(routes(office)) > 30


def test_no_route_but_the_public_ones_is_open_without_a_key(office: Flask, doors: FlaskClient) -> None:
    for method, path, need in routes(office):
        response = ask(doors, path, method=method)
        assert response.status_code == (200 if need is Public.EVERYBODY else 401), path
        if response.status_code == 401:
            assert response.headers["WWW-Authenticate"] == 'Bearer realm="gipdocs"'
            assert response.mimetype == "application/problem+json"
            assert method == "HEAD" or "凭密钥访问" in response.get_json()["detail"]


@pytest.mark.parametrize("scope", SCOPES)
def test_a_key_opens_the_routes_of_its_scope_and_no_others(
    office: Flask, doors: FlaskClient, new_key: Callable[..., str], scope: Permission
) -> None:
    for method, path, need in routes(office):
        response = ask(doors, path, new_key(scope), method)
        welcome = need in (scope, Public.EVERYBODY)
        assert response.status_code == (200 if welcome else 403), path
        if not welcome:
            told = f'Bearer realm="gipdocs", error="insufficient_scope", scope="{need.value}"'
            assert response.headers["WWW-Authenticate"] == told
            assert method == "HEAD" or f"（{need.value}）" in response.get_json()["detail"]


def test_a_key_sees_its_own_batches_and_one_for_trying_orders_drafts(
    office: Flask, new_key: Callable[..., str]
) -> None:
    client, trying, other = office.test_client(), new_key("batches", kind="test"), new_key("batches")
    order = {"document": "receipt", "format": "docx", "items": [{"answers": {}}]}
    made = ask(client, "/api/v1/batches", trying, "POST", json=order)
    assert made.status_code == 202 and made.get_json()["draft"] is True
    assert ask(client, made.headers["Location"], trying).status_code == 200
    assert ask(client, made.headers["Location"], other).status_code == 404
    assert ask(client, "/api/v1/batches", other).get_json()["batches"] == []
    assert ask(client, "/api/v1/batches", trying, "POST", json=order | {"purpose": "letters"}).status_code == 403
    assert ask(client, "/api/v1/batches", other, "POST", json=order).get_json()["draft"] is False


def test_a_batch_for_trying_needs_no_more_than_its_drafts_do(
    office: Flask, service: Service, new_key: Callable[..., str]
) -> None:
    trying, live = (new_key("documents", "batches", kind=kind) for kind in ("test", "live"))
    sample = {key: answer for key, answer in service.sample("reply-granted").items() if key != "number"}
    order = {"document": "reply-granted", "format": "docx", "items": [{"answers": sample}]}
    path, client = "/api/v1/documents/reply-granted/docx", office.test_client()
    for key, invalid, made in ((trying, 0, 202), (live, 1, 422)):
        tried = ask(client, "/api/v1/batches?dry_run=1", key, "POST", json=order).get_json()
        assert tried["invalid"] == invalid
        response = ask(client, path, key, "POST", json=sample, headers={"Prefer": "respond-async"})
        assert response.status_code == made
    ordered = ask(client, "/api/v1/batches", trying, "POST", json=order)
    run_until_idle(office.extensions["gipdocs"])
    done = ask(client, ordered.headers["Location"], trying).get_json()
    assert (done["state"], done["counts"]["done"]) == ("done", 1)
    unmarked = {"document": "flowchart", "format": "svg", "items": [{"answers": {}}]}
    assert ask(client, "/api/v1/batches", trying, "POST", json=unmarked).status_code == 406


def test_a_key_without_the_scope_for_batches_gets_its_document_at_once(
    office: Flask, new_key: Callable[..., str]
) -> None:
    sample = office.extensions["gipdocs"].sample("receipt")
    path, headers = "/api/v1/documents/receipt/docx", {"Prefer": "respond-async"}
    statuses = []
    for scopes in (["documents"], ["documents", "batches"]):
        response = ask(office.test_client(), path, new_key(*scopes), "POST", json=sample, headers=headers)
        statuses.append((response.status_code, response.headers.get("Preference-Applied")))
    assert statuses == [(200, None), (202, "respond-async")]


def test_a_cookie_opens_no_route_of_the_api(office: Flask, doors: FlaskClient, store: Store) -> None:
    add_account(store, "孙静", ["clerk", "manager"], by=HERE)
    account = find_account(store, "孙静")
    assert account is not None
    for name in ("gipdocs-account", "__Host-gipdocs", "session"):
        doors.set_cookie(name, begin(store, account, "10.0.0.9"))
    closed = [path for method, path, need in routes(office) if need is not Public.EVERYBODY]
    assert {ask(doors, path).status_code for path in closed} <= {401, 405}


@pytest.mark.parametrize("method", ["GET", "POST"])
def test_a_key_opens_no_page_of_the_desk(office: Flask, new_key: Callable[..., str], method: str) -> None:
    headers = {"Sec-Fetch-Mode": "cors"}
    response = ask(office.test_client(), "/desk/cases/new", new_key(*SCOPES), method, headers=headers)
    assert response.status_code == 401 and "WWW-Authenticate" not in response.headers
    led = ask(office.test_client(), "/desk/cases", new_key(*SCOPES))
    assert led.status_code == 303 and "/desk/cases" not in led.headers["Location"].partition("?")[0]


@pytest.mark.parametrize(
    "sent",
    ["Basic Z2Q6Z2Q=", "Bearer", "Bearer ", "bearer x", "Bearer {key}x", "Token {key}", "{key}", "Bearer {key}, Bearer {key}"],
)  # fmt: skip
def test_another_kind_of_proof_is_refused(doors: FlaskClient, new_key: Callable[..., str], sent: str) -> None:
    key = new_key("documents")
    response = ask(doors, "/api/v1/documents", headers={"Authorization": sent.format(key=key)})
    assert response.status_code == 401 and key not in response.text
    assert response.headers["WWW-Authenticate"].startswith('Bearer realm="gipdocs"')


def test_the_word_bearer_may_be_written_as_one_likes(doors: FlaskClient, new_key: Callable[..., str]) -> None:
    headers = {"Authorization": f"bearer {new_key('documents')}"}
    assert ask(doors, "/api/v1/documents", headers=headers).status_code == 200


def test_why_a_key_is_refused_is_told_to_its_holder_alone(
    doors: FlaskClient, store: Store, new_key: Callable[..., str]
) -> None:
    wrong, gone, old, elsewhere = new_key("documents"), new_key("documents"), new_key("documents"), ""
    elsewhere = new_key("documents", networks=["192.168.0.0/16"])
    keys.revoke(store, gone[8:16], by=HERE)
    with store.writing() as session:
        past = keys.today() - timedelta(days=1)
        session.execute(update(ApiKeyRow).where(ApiKeyRow.id == old[8:16]).values(expires_on=past))
    sent = {wrong[:-2] + "zz": "密钥无效", gone: "已经作废", old: "已经过了", elsewhere: "不能从这个网络地址使用"}
    for key, told in sent.items():
        response = ask(doors, "/api/v1/documents", key)
        assert response.status_code == 401 and told in response.get_json()["detail"]
        assert response.headers["WWW-Authenticate"] == 'Bearer realm="gipdocs", error="invalid_token"'
        assert "密钥无效" in ask(doors, "/api/v1/documents", key[:-2] + "zz").get_json()["detail"]


@pytest.mark.parametrize("query", ["key={key}", "{key}", "a=1&access_token=anything", "%67d_key=gd_test_abcdefgh_x"])
def test_a_key_in_an_address_is_refused_and_told_where_it_belongs(
    doors: FlaskClient, new_key: Callable[..., str], query: str
) -> None:
    key = new_key("documents")
    response = ask(doors, f"/api/v1/documents?{query.format(key=key)}", key)
    assert response.status_code == 401 and "请求头" in response.get_json()["detail"]
    assert response.headers["WWW-Authenticate"].endswith('error="invalid_request"')
    assert key not in response.text


def test_without_accounts_no_key_is_asked_for_and_none_is_looked_at(client: FlaskClient) -> None:
    for key in ("", "gd_live_wrong", "gd_live_aaaaaaaa_" + "x" * 43):
        response = ask(client, "/api/v1/documents", key)
        assert response.status_code == 200 and "RateLimit-Limit" not in response.headers


@pytest.mark.parametrize("path", ["/metrics", "/readyz"])
def test_health_is_told_to_this_machine_and_to_keys(
    office: Flask, doors: FlaskClient, new_key: Callable[..., str], path: str
) -> None:
    key = new_key("health:read")
    here, six = {"REMOTE_ADDR": "127.0.0.1"}, {"REMOTE_ADDR": "::1"}
    assert [ask(doors, path, peer=peer).status_code for peer in (here, six, FAR)] == [200, 200, 401]
    assert ask(doors, path, key).status_code == 200
    for name in ("X-Forwarded-For", "X-Real-IP", "Forwarded", "Via"):
        assert ask(doors, path, peer=here, headers={name: "127.0.0.1"}).status_code == 401
        assert ask(doors, path, headers={name: "127.0.0.1"}).status_code == 401
    assert ask(doors, path, peer=here, headers={"Host": "127.0.0.1:8000"}).status_code == 200
    assert ask(doors, "/healthz").status_code == 200


def test_what_a_trusted_proxy_passes_on_is_not_from_this_machine(
    office: Flask, doors: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    trusting = replace(office.extensions["gipdocs"].settings, proxy_from=("127.0.0.0/8",))
    monkeypatch.setattr(office.wsgi_app._application, "_settings", trusting)  # type: ignore[attr-defined]  # Traced
    here, claimed = {"REMOTE_ADDR": "127.0.0.1"}, {"X-Forwarded-For": "127.0.0.1"}
    for headers in ({}, claimed):
        assert ask(doors, "/metrics", peer=here, headers=headers).status_code == 401


def test_the_answers_tell_of_a_key_that_ends_soon(doors: FlaskClient, new_key: Callable[..., str]) -> None:
    soon, late = new_key("documents", days=30), new_key("documents", days=31)
    last = keys.today() + timedelta(days=30)
    assert ask(doors, "/api/v1/documents", soon).headers["Gipdocs-Key-Expires"] == last.isoformat()
    assert "Gipdocs-Key-Expires" not in ask(doors, "/api/v1/documents", late).headers
    assert "Gipdocs-Key-Expires" not in ask(doors, "/api/v1/documents").headers


@pytest.mark.converter
def test_whoever_looks_after_the_service_is_told_of_keys_that_end_soon(
    office: Flask, new_key: Callable[..., str]
) -> None:
    key = new_key("documents", days=7)
    (found,) = [one for one in find_ailments(office.extensions["gipdocs"]) if key[8:16] in one.what]
    assert f"{keys.today() + timedelta(days=7)}为止" in found.what and not found.stops


def test_the_desk_is_told_of_keys_that_end_soon(office: Flask, store: Store, new_key: Callable[..., str]) -> None:
    new_key("documents", days=9)
    add_account(store, "李桂芬", ["clerk"], by=HERE)
    account = find_account(store, "李桂芬")
    assert account is not None
    desk = office.test_client()
    desk.set_cookie("gipdocs-account", begin(store, account, "127.0.0.1"))
    page = desk.get("/desk/due").text
    last = keys.today() + timedelta(days=9)
    assert "将到期、已到期的接口密钥" in page and f"有效期到{last.year}年{last.month}月{last.day}日" in page


def test_what_a_key_does_is_known_as_its_doing(
    office: Flask, store: Store, new_key: Callable[..., str], service: Service
) -> None:
    key = new_key("cases:read", "cases:write")
    body = {"application": service.sample("application-form"), "channel": "online", "received": "2026-03-02", "confirmed": "2026-03-03"}  # fmt: skip
    response = ask(office.test_client(), "/api/v1/cases", key, "POST", json=body)
    assert response.status_code == 201, response.text
    with store.reading() as session:
        name = session.get_one(ApiKeyRow, key[8:16]).name
        events = session.execute(select(EventRow.made_by, EventRow.made_key)).all()
        noted = session.execute(select(AuditRow.actor, AuditRow.address).where(AuditRow.subject_kind == "case")).all()
    assert {tuple(row) for row in events} == {(name, key[8:16])}
    assert {tuple(row) for row in noted} == {(name, "10.0.0.9")}


def test_a_key_for_trying_touches_no_case(
    office: Flask, doors: FlaskClient, store: Store, new_key: Callable[..., str]
) -> None:
    def key() -> str:  # a new one each time: no key may ask so often
        return new_key(*TEST_SCOPES, kind="test")

    def kept() -> list[int | None]:
        with store.reading() as session:
            tables = (CaseRow, EventRow, LetterRow, SequenceRow)
            return [session.scalar(select(func.count()).select_from(table)) for table in tables]

    before = kept()
    for method, path, need in routes(office):
        response = ask(doors, path, key(), method)
        welcome = need in (*TEST_SCOPES, Public.EVERYBODY)
        assert response.status_code == (200 if welcome else 403), path
        assert welcome or method == "HEAD" or "试用密钥只能试着生成文书" in response.get_json()["detail"]
    assert kept() == before


@pytest.mark.parametrize(
    ("id", "format", "status"),
    [
        ("reply-granted", "docx", 200),
        ("reply-granted", "html", 200),
        ("catalogue", "xlsx", 200),
        ("application-form", "docx", 200),
        ("envelope", "html", 200),
        ("flowchart", "svg", 406),
    ],
)
def test_a_key_for_trying_makes_nothing_but_drafts(
    office: Flask, service: Service, new_key: Callable[..., str], id: str, format: str, status: int
) -> None:
    sample, key = service.sample(id), new_key("documents", kind="test")
    sample |= {"draft": False} if id == "reply-granted" else {}
    response = ask(office.test_client(), f"/api/v1/documents/{id}?format={format}", key, "POST", json=sample)
    assert response.status_code == status, response.text
    assert response.headers["Gipdocs-Draft"] == "true"
    if status == 200:
        assert "only-draft" in response.headers["Gipdocs-Findings"]
        assert "%E8%8D%89%E7%A8%BF" in response.headers["Content-Disposition"]
        assert "草稿" in text_of(response.data, format).replace("\u3000", "")
    else:
        assert "印不上“草稿”字样" in response.get_json()["detail"]


def text_of(content: bytes, format: str) -> str:
    """Everything that is written in a file."""
    if format == "html":
        return content.decode()
    with zipfile.ZipFile(io.BytesIO(content)) as file:
        return "".join(file.read(name).decode() for name in file.namelist() if name.endswith(".xml"))


def test_a_live_key_makes_documents_as_they_are(office: Flask, service: Service, new_key: Callable[..., str]) -> None:
    sample, key = service.sample("reply-granted"), new_key("documents")
    response = ask(office.test_client(), "/api/v1/documents/reply-granted?format=docx", key, "POST", json=sample)
    assert response.status_code == 200 and "Gipdocs-Draft" not in response.headers
    assert "草稿" not in text_of(response.data, "docx")
    told = ask(office.test_client(), "/api/v1/documents/reply-granted?format=json", key, "POST", json=sample).get_json()
    assert "only-draft" not in {one["code"] for one in told["findings"]}


def test_no_secret_is_logged_kept_or_answered(
    office: Flask,
    store: Store,
    new_key: Callable[..., str],
    caplog: pytest.LogCaptureFixture,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    caplog.set_level(logging.DEBUG)
    moment = time.time()
    monkeypatch.setattr(time, "time", lambda: moment)  # the twenty requests of a second
    key, client = new_key("documents"), office.test_client()
    answers = [
        ask(client, "/api/v1/documents", key),
        ask(client, "/api/v1/documents", key[:-1] + "~"),
        ask(client, f"/api/v1/documents?k={key}"),
        ask(client, "/api/v1/cases", key),
        ask(client, "/api/v1/documents/none", key),
        *(ask(client, "/api/v1/documents", key) for _ in range(25)),
    ]
    said = caplog.text + "".join(f"{one.headers}{one.text}" for one in answers)
    assert {one.status_code for one in answers} >= {200, 401, 403, 404, 429}
    with store.reading() as session:
        said += "".join(f"{row.detail}{row.subject_id}" for row in session.scalars(select(AuditRow)))
    assert key[17:] not in said and key[17:-1] not in said


def test_what_every_described_operation_needs_can_be_told(office: Flask) -> None:
    described = office.test_client().get("/api/v1/openapi.json").get_json()["paths"]
    found = {
        (path, method): need_of(office, path, method.upper())
        for path, operations in described.items()
        for method in operations
    }
    assert found["/api/v1/documents/{id}/check", "post"] is Permission.DOCUMENTS
    assert found["/api/v1/cases/{number}", "get"] is Permission.READ_CASES
    assert found["/api/v1/openapi.json", "get"] is Public.EVERYBODY
    for (path, method), need in found.items():
        declared = described[path][method].get("security")
        if declared is not None:
            assert declared == ([] if need is Public.EVERYBODY else [{"key": [need.value]}]), path


def test_an_operation_that_is_no_route_is_told(office: Flask) -> None:
    with pytest.raises(LookupError, match="DELETE /api/v1/cases"):
        need_of(office, "/api/v1/cases", "DELETE")
