"""A page of somebody else's, in the browser of somebody who has signed in: it reads nothing here, and changes nothing."""

from __future__ import annotations

from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any
from urllib.parse import urlsplit

import pytest
from flask import Flask
from playwright.sync_api import Browser, Page
from sqlalchemy import func, select

from gipdocs.store.tables import CaseRow, SessionRow
from tests.web.conftest import ARGUMENTS, CHROMIUM, serve
from tests.web.visitor import PASSWORD, add, store_of

pytestmark = pytest.mark.browser

NAME = "wang"
STRANGE = "evil.example"
HOSTILE = """<!DOCTYPE html><title>hostile</title><body><script>
const target = new URLSearchParams(location.search).get("target");
async function attack(path, options) {
  try {
    const answer = await fetch(target + path, {credentials: "include", ...options});
    return [answer.type, answer.status, await answer.text()];
  } catch (error) { return ["refused", 0, ""]; }
}
function frame(path) {
  return new Promise(resolve => {
    const inside = document.createElement("iframe");
    inside.src = target + path;
    inside.onload = () => {
      let seen = "";
      try { seen = inside.contentDocument.body.innerHTML; } catch (error) { seen = "unreadable"; }
      resolve(seen);
    };
    document.body.append(inside);
  });
}
function send(path, fields) {
  const form = Object.assign(document.createElement("form"), {method: "post", action: target + path});
  for (const [name, value] of Object.entries(fields)) {
    form.append(Object.assign(document.createElement("input"), {type: "hidden", name, value}));
  }
  document.body.append(form);
  form.submit();
}
</script>"""


class Hostile(BaseHTTPRequestHandler):
    """Answers everything with the hostile page."""

    def do_GET(self) -> None:
        """The page."""
        body = HOSTILE.encode()
        self.send_response(200)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@pytest.fixture(scope="module")
def elsewhere() -> Iterator[int]:
    """The port of the hostile server."""
    with ThreadingHTTPServer(("127.0.0.1", 0), Hostile) as server:
        thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield server.server_port
        server.shutdown()
        thread.join()


@pytest.fixture(scope="module")
def target(accounts_app: Flask) -> Iterator[str]:
    """Where a browser finds a service with accounts."""
    add(accounts_app, NAME, "clerk")
    yield from serve(accounts_app)


@pytest.fixture
def page(chromium: Browser, target: str) -> Iterator[Page]:
    """A page in the browser of somebody who has signed in."""
    context = chromium.new_context()
    page = context.new_page()
    page.goto(f"{target}/desk/sign-in")
    page.fill("#name", NAME)
    page.fill("#password", PASSWORD)
    page.click(".actions button")
    page.wait_for_url(f"{target}/desk/")
    yield page
    context.close()


def counts(app: Flask) -> tuple[int, int]:
    """How many cases and how many sessions there are."""
    with store_of(app).reading() as session:
        cases = session.scalar(select(func.count()).select_from(CaseRow)) or 0
        return cases, session.scalar(select(func.count()).select_from(SessionRow)) or 0


FORM = {"application-subject": "x", "csrf_token": "x", ".do": "save"}
OPTIONS: list[dict[str, Any]] = [
    {"mode": "cors"},
    {"mode": "no-cors"},
    {"mode": "cors", "method": "POST", "headers": {"Content-Type": "application/x-www-form-urlencoded"}, "body": "a=b"},
    {"mode": "no-cors", "method": "POST", "headers": {"Content-Type": "text/plain"}, "body": "{}"},
    {"mode": "cors", "method": "POST", "headers": {"Content-Type": "application/json"}, "body": "{}"},
]
PATHS = ["/desk/", "/desk/cases", "/desk/cases/new", "/desk/account", "/desk/sign-out", "/api/v1/cases", "/metrics"]


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost"], ids=["same-site", "cross-site"])
def test_a_page_from_elsewhere_reads_nothing_and_changes_nothing(
    page: Page, target: str, elsewhere: int, host: str, accounts_app: Flask
) -> None:
    before = counts(accounts_app)
    page.goto(f"http://{host}:{elsewhere}/?target={target}")
    for path in PATHS:
        for options in OPTIONS:
            kind, status, text = page.evaluate("([path, options]) => attack(path, options)", [path, options])
            assert (kind, status, text) in [("refused", 0, ""), ("opaque", 0, "")], (path, options)
    for path in ("/desk/", "/desk/cases", "/"):
        assert page.evaluate("path => frame(path)", path) == "unreadable"
        assert NAME not in "".join(frame.content() for frame in page.frames[1:])
    for path in ("/desk/sign-out", "/desk/cases/new", "/desk/account/password"):
        page.goto(f"http://{host}:{elsewhere}/?target={target}")
        with page.expect_navigation(wait_until="load"), page.expect_response(f"{target}{path}") as answered:
            page.evaluate("([path, fields]) => send(path, fields)", [path, FORM])
        unknown = (
            host == "localhost" and path == "/desk/sign-out"
        )  # no cookie came along, so that there is nothing to end
        assert answered.value.status in ((303,) if unknown else (400, 401)), path
    assert counts(accounts_app) == before
    assert page.goto(f"{target}/desk/account") and NAME in page.content()  # still signed in


def test_another_name_for_this_machine_is_shown_nothing(chromium: Browser, target: str) -> None:
    port = urlsplit(target).port
    rule = f"--host-resolver-rules=MAP {STRANGE} 127.0.0.1"
    browser = chromium.browser_type.launch(executable_path=CHROMIUM, args=[*ARGUMENTS, rule])
    page = browser.new_page()
    answer = page.goto(f"http://{STRANGE}:{port}/desk/")
    assert answer is not None and answer.status == 400 and "这个网址不是本服务的" in page.content()
    for path in PATHS:
        status, text = page.evaluate("path => fetch(path).then(async it => [it.status, await it.text()])", path)
        assert status == 400 and "这个网址不是本服务的" in text
    assert page.context.cookies() == []
    browser.close()
