"""The door behind a proxy that names who comes in: believed from that proxy, and refused from anybody else."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask
from werkzeug.test import TestResponse

from gipdocs.access.accounts import add_account, list_accounts, lock
from gipdocs.access.actors import HERE
from gipdocs.app import create_app
from gipdocs.settings import Settings
from gipdocs.store.engine import Store
from gipdocs.store.tables import AuditRow

pytestmark = pytest.mark.slow

PROXY, CLIENT = "10.0.0.5", "198.51.100.7"
HEADER = "X-Remote-User"


@pytest.fixture(scope="module")
def app(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flask]:
    """A service behind a proxy; 王芳 is a clerk, 李强 an administrator, 赵六 is locked."""
    folder: Path = tmp_path_factory.mktemp("proxied")
    settings = Settings(
        secret_key="test",
        access="proxy",
        database=f"sqlite:///{folder / 'a.db'}",
        proxy_header=HEADER,
        proxy_from=(f"{PROXY}/32", "unix"),
    )
    app = create_app(settings)
    for name, role in (("王芳", "clerk"), ("李强", "administrator"), ("赵六", "clerk")):
        add_account(store(app), name, [role], by=HERE)
    lock(store(app), "赵六", by=HERE)
    yield app
    app.extensions["gipdocs"].close()


def store(app: Flask) -> Store:
    found: Store = app.extensions["gipdocs"].register.store
    return found


def ask(app: Flask, name: str | None, path: str = "/desk/", *, peer: str = PROXY, **more: str) -> TestResponse:
    """The answer to a request from a peer with a name in the header, in UTF-8 as proxies send it."""
    environ = {"REMOTE_ADDR": peer}
    if name is not None:
        environ["HTTP_X_REMOTE_USER"] = name.encode().decode("latin-1")
    headers = {"X-Forwarded-For": CLIENT} | more
    return app.test_client().get(path, environ_overrides=environ, headers=headers)


@pytest.mark.parametrize("peer", [PROXY, "", f"::ffff:{PROXY}"])
def test_the_proxys_word_is_believed_and_the_account_decides(app: Flask, peer: str) -> None:
    assert ask(app, "王芳", peer=peer).status_code == 200
    assert ask(app, "王芳", "/desk/deadlines", peer=peer).status_code == 200
    assert ask(app, "李强", "/desk/deadlines", peer=peer).status_code == 403


@pytest.mark.parametrize("peer", ["10.0.0.6", "127.0.0.1", "::1", CLIENT])
@pytest.mark.parametrize("path", ["/desk/", "/", "/healthz", "/api/v1/documents", "/nowhere", "/web/static/pages.css"])
def test_the_header_from_elsewhere_is_refused_wherever_it_is_sent(app: Flask, peer: str, path: str) -> None:
    for name in ("王芳", ""):
        response = ask(app, name, path, peer=peer)
        assert response.status_code == 400 and "不是从代理来的" in response.text
        assert "王芳" not in response.text


def test_from_elsewhere_nobody_is_named(app: Flask) -> None:
    assert ask(app, None, peer="10.0.0.6").status_code == 401
    assert ask(app, None, "/", peer="10.0.0.6").status_code == 200  # the citizens' counter is open


@pytest.mark.parametrize("name", [None, "", "  "])
def test_without_a_name_the_page_says_where_to_come_in(app: Flask, name: str | None) -> None:
    response = ask(app, name)
    assert response.status_code == 401 and "从本机关的统一入口进入" in response.text
    assert "Location" not in response.headers


@pytest.mark.parametrize("name", ["钱七", "王芳,李强", "王芳 李强", "本机", "系统", "王\u3000芳", "x" * 500])
def test_an_unknown_name_is_refused_and_told_whom_to_ask(app: Flask, name: str) -> None:
    response = ask(app, name)
    assert (
        response.status_code == 403
        and "没有您的账号" in response.text
        and "请联系本机关管理本系统的人员" in response.text
    )
    assert name not in response.text or name in ("系统", "本机")
    assert len(list_accounts(store(app))) == 3


def test_a_locked_account_is_refused(app: Flask) -> None:
    response = ask(app, "赵六")
    assert response.status_code == 403 and "已经停用" in response.text


def test_a_name_in_another_encoding_is_refused(app: Flask) -> None:
    environ = {"REMOTE_ADDR": PROXY, "HTTP_X_REMOTE_USER": "王芳".encode("gbk").decode("latin-1")}
    response = app.test_client().get("/desk/", environ_overrides=environ)
    assert response.status_code == 400 and "UTF-8" in response.text


def test_there_is_nothing_to_sign_in_to(app: Flask) -> None:
    for path in ("sign-in", "account", "invitation", "prove", "sign-in/code"):
        assert ask(app, "王芳", f"/desk/{path}").status_code == 404
    assert "退出" not in ask(app, "王芳").text


def test_programs_come_in_by_their_keys_alone(app: Flask) -> None:
    assert ask(app, "王芳", "/api/v1/documents").status_code == 401
    assert ask(app, "李强", "/metrics").status_code == 401


def test_the_audit_trail_names_who_came_in_and_from_where_once(app: Flask) -> None:
    for _ in range(3):
        assert ask(app, "王芳", peer=PROXY, **{"X-Forwarded-For": "198.51.100.99"}).status_code == 200
        ask(app, "孙八", peer=PROXY, **{"X-Forwarded-For": "198.51.100.99"})
    with store(app).reading() as session:
        rows = [row for row in session.query(AuditRow) if row.address == "198.51.100.99"]
    assert [(row.actor, row.action, row.subject_id) for row in rows] == [
        ("王芳", "session.begun", "王芳"),
        ("未登录者", "session.refused", ""),
    ]
