"""Every page and every document's HTML is valid: for browsers, screen readers and whoever reads it by a program."""

from __future__ import annotations

import re
from collections.abc import Iterator
from html import unescape

import pytest
from flask.testing import FlaskClient

from gipdocs.documents.build import build
from gipdocs.documents.registry import find
from gipdocs.law import Office
from gipdocs.service import Service
from gipdocs.settings import PROJECT
from tests.web.browser import open_page
from tests.web.valid import faults

pytestmark = pytest.mark.slow

DOCUMENTS = {id: entry.document for id, entry in find([PROJECT / "plugins"]).items()}
ENTRANCES = (
    "/",
    "/desk/",
    "/desk/law?on=2020-01-01",
    "/desk/deadlines",
    "/desk/deadlines?kind=redo&received=x",
    "/api/docs",
    "/nothing-here",
    "/desk/nothing-here",
)


def pages(client: FlaskClient) -> Iterator[tuple[str, str]]:
    """Address and text of every page that links lead to, the forms empty and with their samples."""
    left, seen = [*ENTRANCES, *(f"/desk/documents/{id}?sample" for id in DOCUMENTS)], set()
    while left:
        url = left.pop().partition("#")[0]
        if url in seen or not url.startswith("/") or url.startswith("/api/v1/"):
            continue
        seen.add(url)
        response = client.get(url, follow_redirects=True)
        if response.mimetype == "text/html":
            yield url, response.text
            left += map(unescape, re.findall(r'<a [^>]*href="([^"]+)"', response.text))


@pytest.mark.converter
def test_every_page_is_valid(client: FlaskClient) -> None:
    found = {url: faults(html) for url, html in pages(client)}
    assert {url: wrong for url, wrong in found.items() if wrong} == {}
    assert len(found) > 2 * len(DOCUMENTS)  # empty and with the sample


@pytest.mark.parametrize("id", [id for id, document in DOCUMENTS.items() if "html" in document.formats])
def test_the_html_of_every_sample_is_valid(id: str, service: Service, office: Office) -> None:
    html = build(service.registry[id], service.sample(id), office, "html").content.decode()
    assert faults(html) == []


@pytest.mark.parametrize("id", ["annual-report", "application-form", "reply-granted"])
def test_a_page_with_remarks_is_valid(id: str, client: FlaskClient) -> None:
    page = open_page(client, f"/desk/documents/{id}")
    for answered in (page.then("check"), page.then("check", {"date": "2026-02-31", "number": "〔26〕1号"})):
        assert answered.response.status_code in (200, 422)
        assert faults(answered.response.text) == []


HEAD = '<!DOCTYPE html><html lang="zh-CN"><body>'
FOOT = "</body></html>"


@pytest.mark.parametrize(
    ("markup", "fault"),
    [
        ('<input type="date" placeholder="例如">', "placeholder"),
        ("<button>好</button>", "no type"),
        ("<input>", "no type"),
        ('<div role="region"></div>', "<section>"),
        ("<table><tr></tr></table>", "stands in <table>"),
        ("<p><table></table></p>", "stands in <p>"),
        ("<p>甲", "closes no"),
        ("<b><i></b></i>", "closes no"),
        ("<p/>", "closes nothing"),
        ('<i id="a"></i><i id="a"></i>', "2 times"),
        ('<label for="a">甲</label>', "leads to no a"),
        ('<a href="#b">甲</a>', "leads to no b"),
        ('<img src="a">', "no alt"),
        ('<svg><path d="M0"/></svg>', "no name"),
        ("<table><tbody><tr><th>甲</th></tr></tbody></table>", "no scope"),
        ('<i class="a" class="b"></i>', "given twice"),
        ('<i id="a b"></i>', "is none"),
        ("<figcaption>甲</figcaption>", "stands in <body>"),
    ],
)
def test_each_rule_tells_what_breaks_it(markup: str, fault: str) -> None:
    assert any(fault in one for one in faults(HEAD + markup + FOOT))


def test_a_page_that_keeps_the_rules_has_no_fault() -> None:
    right = (
        '<label for="a">甲</label><input type="text" id="a" placeholder="例如"><br><button type="submit">好</button>'
        '<figure><svg aria-label="图"><path d="M0"/></svg><figcaption>图1</figcaption></figure>'
        '<table><caption>表</caption><tbody><tr><th scope="row">甲</th><td>1</td></tr></tbody></table>'
    )
    assert faults(HEAD + right + FOOT) == []
    assert faults('<!DOCTYPE html><html lang="zh-CN"><p>甲') == ["<html> is not closed", "<p> is not closed"]
    assert faults('<html lang="zh-CN"></html>') == ["no doctype"]
