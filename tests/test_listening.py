"""Where the service may listen, what it lacks to listen elsewhere, and which of its doors are open."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from flask import Flask, request
from flask.testing import FlaskClient

from gipdocs.access.accounts import add_account, lock
from gipdocs.access.actors import HERE
from gipdocs.app import create_app
from gipdocs.cli import main
from gipdocs.errors import SetupError
from gipdocs.faces import Public, needs
from gipdocs.forwarding import Forwarding
from gipdocs.listening import has_administrator, is_local, mention_shared_address, permit
from gipdocs.settings import RANDOM, Settings
from gipdocs.store.engine import open_store

pytestmark = pytest.mark.slow

URL = "https://xxgk.example.gov.cn"
READY = Settings(access="accounts", url=URL, secret_key="k" * 32, database="sqlite:////nowhere.db")
LACKING = {
    "GIPDOCS_URL": "请写明服务对外的网址，以https://开头；加密由前面的代理负责，其他域名的请求一律拒绝",
    "GIPDOCS_ACCESS": "现在没有设账号，谁都能进工作台，请设为accounts、proxy或者oidc；只开放申请人入口的，请设GIPDOCS_DOORS=citizen；"
    "只在本机使用的，请在127.0.0.1监听",
    "管理员账号": "还没有，请先运行gipdocs account add 姓名 --role administrator",
    "GIPDOCS_SECRET_KEY": "请给出不少于32字节的随机密钥，可用openssl rand -hex 32生成，存入文件，用GIPDOCS_SECRET_KEY_FILE指明",
}


@pytest.mark.parametrize("host", ["127.0.0.1", "127.9.9.9", "localhost", "::1", "unix:/run/gipdocs/web.sock"])
def test_this_machine_is_always_permitted(host: str) -> None:
    permit(Settings(), [host], administrators=False)
    assert is_local(host)


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "10.0.0.1", "a.cn", "127.0.0.1.example"])
def test_elsewhere_everything_that_is_missing_is_told_at_once(host: str) -> None:
    with pytest.raises(SetupError) as caught:
        permit(Settings(secret_key=f"{RANDOM}{'0' * 64}"), ["127.0.0.1", host], administrators=False)
    head, *lines = str(caught.value).splitlines()
    assert head == f"{host}不是本机回环地址，要在这里监听，还须具备："
    assert lines == [f"  {name}：{cure}。" for name, cure in LACKING.items()]


@pytest.mark.parametrize(
    ("settings", "administrators", "missing"),
    [
        (replace(READY, url=""), True, "GIPDOCS_URL"),
        (replace(READY, access="none"), True, "GIPDOCS_ACCESS"),
        (READY, False, "管理员账号"),
        (replace(READY, secret_key="k" * 31), True, "GIPDOCS_SECRET_KEY"),
        (replace(READY, secret_key=RANDOM + "k" * 64), True, "GIPDOCS_SECRET_KEY"),
    ],
    ids=["no address", "no accounts", "no administrator", "short key", "random key"],
)
def test_one_missing_part_is_told_alone(settings: Settings, administrators: bool, missing: str) -> None:
    with pytest.raises(SetupError) as caught:
        permit(settings, ["0.0.0.0"], administrators=administrators)
    assert str(caught.value).splitlines()[1:] == [f"  {missing}：{LACKING[missing]}。"]


@pytest.mark.parametrize("access", ["accounts", "proxy", "oidc"])
def test_with_everything_in_place_it_may_listen_anywhere(access: str) -> None:
    permit(replace(READY, access=access), ["0.0.0.0", "::"], administrators=True)


def test_the_citizens_counter_alone_needs_only_its_address() -> None:
    alone = Settings(doors=frozenset({"citizen"}), secret_key=RANDOM)
    with pytest.raises(SetupError) as caught:
        permit(alone, ["0.0.0.0"], administrators=False)
    assert str(caught.value).splitlines()[1:] == [f"  GIPDOCS_URL：{LACKING['GIPDOCS_URL']}。"]
    permit(replace(alone, url=URL), ["0.0.0.0"], administrators=False)


def test_a_locked_administrator_and_a_clerk_are_none(tmp_path: Path) -> None:
    settings = replace(READY, database=f"sqlite:///{tmp_path / 'a.db'}")
    assert not has_administrator(Settings()) and not has_administrator(settings)
    store = open_store(settings.database)
    add_account(store, "王芳", ["clerk"], by=HERE)
    assert not has_administrator(settings)
    add_account(store, "李强", ["administrator"], by=HERE)
    assert has_administrator(settings)
    lock(store, "李强", by=HERE)
    assert not has_administrator(settings)
    store.close()


def test_the_command_refuses_with_all_faults(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("GIPDOCS_SECRET_KEY", raising=False)
    assert main(["serve", "--host", "0.0.0.0"]) == 2
    told = capsys.readouterr().err
    assert [name for name in LACKING if f"  {name}：" not in told] == []


def test_one_address_for_all_is_mentioned(capsys: pytest.CaptureFixture[str]) -> None:
    mention_shared_address(Settings())
    mention_shared_address(replace(READY, proxy_from=("unix",)))
    assert not capsys.readouterr().err
    mention_shared_address(READY)
    assert "GIPDOCS_PROXY_FROM" in capsys.readouterr().err


def seen(peer: str, *proxies: str, **headers: str) -> tuple[str | None, str, str]:
    """The address, scheme and host of a request from a peer, as the application sees them."""
    app = Flask("small")
    app.add_url_rule("/", "show", needs(Public.EVERYBODY)(lambda: [request.remote_addr, request.scheme, request.host]))
    app.wsgi_app = Forwarding(app.wsgi_app, Settings(proxy_from=proxies))  # type: ignore[method-assign]
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    answer = app.test_client().get("/", headers=named, environ_base={"REMOTE_ADDR": peer}).get_json()
    return answer[0], answer[1], answer[2]


CLAIMED = {
    "X_Forwarded_For": "198.51.100.7",
    "X_Forwarded_Proto": "https",
    "X_Forwarded_Host": "xxgk.example.gov.cn",
    "Forwarded": "for=198.51.100.7;proto=https",
}


@pytest.mark.parametrize(("peer", "proxies"), [("10.0.0.5", ["10.0.0.0/28"]), ("", ["unix"]), ("::1", ["::1", "unix"])])
def test_the_proxy_tells_the_clients_address_the_scheme_and_the_host(peer: str, proxies: list[str]) -> None:
    assert seen(peer, *proxies, **CLAIMED) == ("198.51.100.7", "https", "xxgk.example.gov.cn")


@pytest.mark.parametrize(
    ("peer", "proxies"), [("10.0.0.5", []), ("10.0.0.5", ["10.0.0.6"]), ("127.0.0.1", ["unix"]), ("10.0.0.5", ["unix"])]
)
def test_whatever_another_peer_claims_is_ignored(peer: str, proxies: list[str]) -> None:
    assert seen(peer, *proxies, **CLAIMED) == (peer, "http", "localhost")


def test_what_the_client_told_the_proxy_itself_does_not_count() -> None:
    told = CLAIMED | {"X_Forwarded_For": "127.0.0.1, 198.51.100.7", "X_Forwarded_Host": "evil.example, a.cn"}
    assert seen("10.0.0.5", "10.0.0.5", **told) == ("198.51.100.7", "https", "a.cn")


def opened(*doors: str) -> Iterator[FlaskClient]:
    app = create_app(Settings(secret_key="test", doors=frozenset(doors)))
    yield app.test_client()
    app.extensions["gipdocs"].close()


@pytest.fixture(scope="module")
def counter() -> Iterator[FlaskClient]:
    """A browser at a service that is the citizens' counter alone."""
    yield from opened("citizen")


@pytest.fixture(scope="module")
def desk() -> Iterator[FlaskClient]:
    """A browser at a service that is the desk alone."""
    yield from opened("staff")


def paths(app: Flask) -> list[str]:
    """One address of each route outside the citizens' counter."""
    values = {
        "id": "application-form",
        "year": 2025,
        "path": "table3.new.total",
        "format": "docx",
        "filename": "x.png",
        "slug": "refused",
    }
    found = []
    for rule in app.url_map.iter_rules():
        if not rule.endpoint.startswith(("citizen.", "days.")):
            with app.test_request_context():
                _, path = rule.build({name: values[name] for name in rule.arguments}) or ("", "")
            found.append(path)
    return [path for path in found if path != "/healthz" and not path.startswith("/static/")]


def test_at_the_counter_alone_no_route_of_desk_or_api_exists(app: Flask, counter: FlaskClient) -> None:
    elsewhere = paths(app)
    assert len(elsewhere) > 30
    for path in [*elsewhere, "/desk", "/desk/nowhere", "/desk/cases", "/api/v1/cases", "/readyz", "/metrics"]:
        for ask in (counter.get, counter.post):
            response = ask(path)
            assert response.status_code == 404, path
            assert "工作台" not in response.text, path


def test_the_counter_alone_serves_citizens_and_answers_for_its_health(counter: FlaskClient) -> None:
    home = counter.get("/")
    assert home.status_code == 200 and "申请" in home.text and "/desk" not in home.text
    assert counter.get("/documents/application-form").status_code == 200
    assert counter.get("/documents/application-form/blank.docx").status_code == 200
    assert counter.get("/reading/day?text=2026-03-02").status_code == 200
    assert counter.get("/web/static/pages.css").status_code == 200
    assert counter.get("/healthz").json == {"status": "ok"}


def test_the_desk_alone_has_its_pages_and_no_counter(desk: FlaskClient) -> None:
    assert desk.get("/").location == "http://localhost/desk/"
    assert desk.get("/documents/application-form").status_code == 404
    assert desk.get("/api/v1/documents").status_code == 404
    home = desk.get("/desk/")
    assert home.status_code == 200 and "申请人入口" not in home.text
    assert desk.get("/desk/documents/reply-granted").status_code == 200
    assert desk.get("/web/static/pages.css").status_code == 200
    assert 'href="/desk/"' in desk.get("/nowhere").text


def test_the_api_alone_has_no_page() -> None:
    for client in opened("api"):
        assert client.get("/api/v1/documents").status_code == 200
        assert [client.get(path).status_code for path in ("/", "/desk/", "/documents/guide")] == [404] * 3
        assert client.get("/").mimetype == "text/html"


LOADED = """
import sys
from gipdocs.preloading import import_everything
import_everything()
from gipdocs.app import create_app
app = create_app()
assert app.test_client().get("/").status_code == 200
print(*(name for name in sys.modules if name.startswith(("sqlalchemy", "alembic", "gipdocs.store", "gipdocs.register"))))
"""


@pytest.mark.slow
def test_the_counter_alone_loads_no_database() -> None:
    environment = {name: value for name, value in os.environ.items() if name != "GIPDOCS_DATABASE"}
    environment["GIPDOCS_DOORS"] = "citizen"
    run = subprocess.run([sys.executable, "-c", LOADED], check=True, env=environment, capture_output=True, text=True)
    assert run.stdout.split() == []


@pytest.mark.parametrize("url", ["", URL])
def test_behind_tls_browsers_never_ask_without_it_and_cookies_stay_inside(url: str) -> None:
    app = create_app(Settings(secret_key="test", url=url, proxy_from=("127.0.0.1",)))
    headers = {"X-Forwarded-Host": "xxgk.example.gov.cn", "X-Forwarded-Proto": "https"} if url else {}
    response = app.test_client().get("/documents/application-form", headers=headers)
    assert response.status_code == 200
    [cookie] = response.headers.getlist("Set-Cookie")
    assert ("Secure" in cookie.split("; ")) is bool(url)
    assert {"HttpOnly", "SameSite=Lax"} <= set(cookie.split("; "))
    assert response.headers.get("Strict-Transport-Security") == ("max-age=31536000" if url else None)
    app.extensions["gipdocs"].close()
