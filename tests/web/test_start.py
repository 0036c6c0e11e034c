"""The desk's first page, its one row of links, and its search; with a register and without."""

from __future__ import annotations

import re
from datetime import date
from html import unescape

import pytest
from flask import Flask
from flask.testing import FlaskClient

from gipdocs.app import create_app
from gipdocs.documents.document import Document
from gipdocs.questions import Questions
from gipdocs.service import Service
from gipdocs.settings import Settings
from gipdocs.web.search import find_documents
from gipdocs.web.shelves import ListedName, name_documents
from tests.web.browser import Form
from tests.web.test_cases import open_case
from tests.web.valid import faults

pytestmark = pytest.mark.slow


@pytest.fixture
def desk(register_app: Flask) -> FlaskClient:
    return register_app.test_client()


def nav(html: str) -> list[tuple[str, str]]:
    """Label and aria-current of each link of the row."""
    row = html.partition('<nav aria-label="工作台">')[2].partition("</nav>")[0]
    links = re.findall(r'<a href="[^"]*"(?: aria-current="(\w+)")?>([^<]+)</a>', row)
    return [(label, current) for current, label in links]


@pytest.mark.parametrize(
    ("url", "here", "current"),
    [
        ("/desk/", "首页", "page"),
        ("/desk/due", "期限", "page"),
        ("/desk/cases", "案件", "page"),
        ("/desk/cases/new", "案件", "true"),
        ("/desk/ledger", "台账", "page"),
        ("/desk/deadlines?kind=suit_answer", "计算期限", "page"),
        ("/desk/law", "法规数据", "page"),
        ("/desk/documents/reply-granted", "首页", "true"),
        ("/desk/nothing-here", "首页", "true"),
        ("/desk/cases/2026-9999", "案件", "true"),
        ("/desk/documents/nothing-here", "首页", "true"),
    ],
)
def test_every_page_of_the_desk_has_the_same_links_and_marks_where_it_is(
    desk: FlaskClient, url: str, here: str, current: str
) -> None:
    html = desk.get(url).text
    labels = [label for label, _ in nav(html)]
    assert labels == [label for label, _ in nav(desk.get("/desk/").text)]
    assert {"首页", "期限", "案件", "台账", "计算期限", "法规数据"} <= set(labels)
    assert [(label, mark) for label, mark in nav(html) if mark] == [(here, current)]
    assert 'aria-keyshortcuts="/"' in html and 'action="/desk/search"' in html
    assert faults(html) == []


def test_the_error_pages_of_the_desk_lead_back_to_the_desk_and_the_citizens_to_theirs(desk: FlaskClient) -> None:
    for url, status in (("/desk/nothing-here", 404), ("/desk/cases/9999-1", 404), ("/desk/documents/x", 404)):
        answer = desk.get(url)
        assert answer.status_code == status
        assert "工作人员" in answer.text and 'href="/desk/"' in answer.text
    assert desk.post("/desk/law").status_code == 405 and "工作人员" in desk.post("/desk/law").text
    citizens = desk.get("/nothing-here").text
    assert nav(citizens) == [] and "search.js" not in citizens and 'class="desk"' not in citizens
    assert nav(desk.get("/").text) == []


def test_without_a_register_there_are_documents_and_a_search_alone(client: FlaskClient) -> None:
    html = client.get("/desk/").text
    labels = [label for label, _ in nav(html)]
    assert not {"期限", "案件", "台账"} & set(labels) and "首页" in labels
    assert "近日到期" not in html and "新建案件" not in html and "案件" not in Form(html).text
    assert client.post("/desk/search", data={"q": "国密"}).text.count('<ul class="found">') == 1


def test_a_page_that_this_installation_has_besides_is_offered_at_its_place() -> None:
    app = create_app(Settings(secret_key="test"))
    app.add_url_rule("/desk/judge", endpoint="judging.start", view_func=lambda: "")
    html = app.test_client().get("/desk/").text
    labels = [label for label, _ in nav(html)]
    assert labels.index("研判") == labels.index("计算期限") - 1
    assert '<a class="way quiet" href="/desk/judge">' in html
    app.extensions["gipdocs"].close()


def test_what_is_pressing_comes_first_with_its_next_step(desk: FlaskClient, service: Service) -> None:
    late = open_case(desk, service, name="赵逾期", received="2026-01-05", confirmed="2026-01-05")
    soon = open_case(
        desk, service, name="钱以后", received=date.today().isoformat(), confirmed=date.today().isoformat()
    )
    html = desk.get("/desk/").text
    today = html.partition('id="today"')[2].partition("</section>")[0]
    assert late in today and soon not in today and "已经逾期" in today
    assert html.index('id="find"') < html.index('id="today"') < html.index('id="documents"')
    steps = re.findall(rf'<a class="way quiet" href="([^"]+)" aria-label="[^"]+：{late}"', today)
    assert len(steps) == 1 and desk.get(unescape(steps[0])).status_code == 200
    assert faults(html) == []


def test_documents_are_folded_by_group_and_what_tells_replies_apart_comes_first(desk: FlaskClient) -> None:
    html = desk.get("/desk/").text
    assert html.count('<details class="group"') >= 5 and '<details class="group" open' not in html
    assert re.search(r'">不予公开：国家秘密　<span class="rest">政府信息公开申请答复书</span></a>', html)
    assert all(f'href="/desk/documents/{id}"' in html for id in ("reply-partial", "receipt", "guide"))


def test_the_documents_of_a_case_are_named_in_the_same_way(desk: FlaskClient, service: Service) -> None:
    number = open_case(desk, service)
    html = desk.get(f"/desk/cases/{number}/letters?kind=answered").text
    assert '不予公开：国家秘密　<span class="rest">政府信息公开申请答复书</span>' in html


def documents(*titles: str) -> list[Document]:
    return [
        Document(
            id=f"d{place}",
            title=title,
            group="组",
            schema=Questions,
            template="x.docx",
            context=lambda answers, office: {},
        )
        for place, title in enumerate(titles)
    ]


@pytest.mark.parametrize(
    ("titles", "names"),
    [
        (("借条（甲，乙，丙）", "借条（丁）"), [("甲：乙，丙", "借条"), ("丁", "借条")]),
        (("借条（甲）", "借条（乙）", "收条（丙）"), [("甲", "借条"), ("乙", "借条"), ("丙", "收条")]),
        (("借条（甲）", "收条（甲）", "便条"), [("借条（甲）", ""), ("收条（甲）", ""), ("便条", "")]),
        (("借条（甲）", "借条（乙）", "便条"), [("甲", "借条"), ("乙", "借条"), ("便条", "")]),
        (("借条（甲）单", "借条（乙）单"), [("借条（甲）单", ""), ("借条（乙）单", "")]),
    ],
)
def test_titles_are_turned_where_they_differ_in_brackets_only(
    titles: tuple[str, ...], names: list[tuple[str, str]]
) -> None:
    told = name_documents({"组": documents(*titles)})
    assert list(told.values()) == [ListedName(lead=lead, rest=rest) for lead, rest in names]


@pytest.mark.parametrize(
    ("asked", "first", "why"),
    [
        ("国家秘密", "reply-withheld-state-secret", ""),
        ("国密", "reply-withheld-state-secret", ""),
        ("延期告知", "extension-notice", ""),
        ("reply-partial", "reply-partial", "标识：reply-partial"),
        ("补正告知", "correction-notice", ""),
        ("不予公开 内部", "reply-withheld-internal", ""),
        ("内部 不予公开", "reply-withheld-internal", ""),
        ("直达该信息的网址", "reply-already-public", "应当写明："),
    ],
)
def test_documents_are_found_by_name_outcome_and_content(app: Flask, asked: str, first: str, why: str) -> None:
    with app.test_request_context("/desk/"):
        found = find_documents(asked)
    assert found[0].document.id == first
    assert found[0].why.startswith(why) and bool(found[0].why) == bool(why)


def test_cases_and_documents_are_found_together(desk: FlaskClient, service: Service) -> None:
    number = open_case(desk, service, name="孙补正")
    answer = desk.post("/desk/search", data={"q": "补正"})
    assert answer.status_code == 200 and faults(answer.text) == []
    assert answer.text.index(f"/desk/cases/{number}") < answer.text.index("/desk/documents/correction-notice")
    assert answer.headers["Cache-Control"] == "no-store"
    part = desk.post("/desk/search", data={"q": "补正", ".part": "1"}).text
    assert number in part and "<html" not in part
    assert "没有找到“&lt;b&gt;”" in desk.post("/desk/search", data={"q": "<b>"}).text
    assert desk.get("/desk/search?q=补正").status_code == desk.get("/desk/search").status_code == 200


def test_a_name_that_is_searched_stands_in_no_address(desk: FlaskClient) -> None:
    assert 'method="post" action="/desk/search"' in desk.get("/desk/").text
