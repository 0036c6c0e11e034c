"""The report's form leads to the cases behind each figure, and offers sentences that the clerk may take over."""

from __future__ import annotations

import re
from collections.abc import Iterator
from html import unescape

import pytest
from flask import Flask
from flask.testing import FlaskClient

from gipdocs.app import create_app
from gipdocs.service import Service
from gipdocs.settings import Settings
from tests.register.year_of_cases import enter_2025
from tests.web.browser import Page, open_page

pytestmark = pytest.mark.slow

REPORT = "/desk/documents/annual-report"
REQUESTS, SUPERVISION, MATTERS = (f"narrative-{key}" for key in ("requests", "supervision", "matters"))
CHANNELS = "收到的申请共8件，其中当面提交2件，邮寄提交2件，通过互联网提交4件。"
IN_TIME = "已经办结的申请均没有超过法定期限，结转下年度的申请尚在办理期限内。"


@pytest.fixture(scope="module")
def kept(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flask]:
    """The application with the cases of 2025."""
    place = tmp_path_factory.mktemp("register") / "gipdocs.db"
    app = create_app(Settings(secret_key="test", database=f"sqlite:///{place}"))
    service: Service = app.extensions["gipdocs"]
    assert service.register is not None
    enter_2025(service.register, service)
    yield app
    service.close()


@pytest.fixture
def desk(kept: Flask) -> FlaskClient:
    return kept.test_client()


def box(page: Page, name: str) -> str:
    """What the page offers below a field."""
    [found] = re.findall(rf'<div class="ledger sentences" id="{name}-offer">(.*?)</div>', page.response.text, re.S)
    return re.sub(r"\s+", "", unescape(re.sub(r"<[^>]+>", "", found)))


def test_every_figure_of_the_register_leads_to_its_cases(desk: FlaskClient) -> None:
    page = open_page(desk, REPORT).then("part:4", {"year": "2025"})
    links = re.findall(r'href="(/desk/statistics/2025/[^"]+)" target="_blank"[^>]*>(\d+)<', page.response.text)
    assert "2025年行政复议3件，行政诉讼1件。" in page.form.text and "2025年收取信息处理费1件。" in page.form.text
    assert ("/desk/statistics/2025/table3.granted.natural_person", "3") in links
    assert ("/desk/statistics/2025/table4.suit_after.pending", "1") in links
    assert ("/desk/statistics/2025/processing_fee", "1") in links
    for link, number in links:
        assert len(set(re.findall(r'href="/desk/cases/([^"]+)"', desk.get(link).text))) == int(number), link


def test_a_figure_that_was_typed_otherwise_is_marked_beside_its_cases(desk: FlaskClient) -> None:
    page = open_page(desk, REPORT).then("part:4", {"year": "2025", "table3-rows-granted-0": "7"})
    assert re.findall(r"<strong>([^<]+)</strong></span>", page.response.text) == ["填的是7"]
    unfolded = '<details class="sources" open>'
    assert page.response.text.count(unfolded) == 2  # the few figures of table four, and the fee
    assert page.then("ledger:4").response.text.count(unfolded) == 3


def test_sentences_are_written_once_and_below_what_was_typed(desk: FlaskClient) -> None:
    page = open_page(desk, REPORT).then("look:" + REQUESTS, {"year": "2025", REQUESTS: "开设了申请公开服务窗口。"})
    assert CHANNELS in box(page, REQUESTS) and IN_TIME in box(page, REQUESTS)
    assert page.form.value(REQUESTS) == "开设了申请公开服务窗口。"
    page = page.then("write:" + REQUESTS)
    assert page.form.value(REQUESTS) == f"开设了申请公开服务窗口。\n{CHANNELS}\n{IN_TIME}"
    assert "台账的句子已经写入" in box(page, REQUESTS) and "write:" + REQUESTS not in page.form.buttons
    again = page.then("write:" + REQUESTS)
    assert again.form.value(REQUESTS) == page.form.value(REQUESTS)


def test_a_sentence_with_other_numbers_is_told_and_replaced(desk: FlaskClient) -> None:
    typed = f"写在前面。\n{CHANNELS.replace('8', '6').replace('2件，邮', '0件，邮')}\n写在后面。"
    page = open_page(desk, REPORT).then("look:" + REQUESTS, {"year": "2025", REQUESTS: typed})
    assert "的数字与台账不同，写入时改为现在的数字" in box(page, REQUESTS)
    page = page.then("write:" + REQUESTS)
    assert page.form.value(REQUESTS) == f"写在前面。\n{CHANNELS}\n写在后面。\n{IN_TIME}"


def test_no_sentence_is_offered_against_a_table(desk: FlaskClient) -> None:
    page = open_page(desk, REPORT).then("look:" + REQUESTS, {"year": "2025", "table3-rows-granted-0": "7"})
    assert "与台账不一致，核对一致以后再写句子" in box(page, REQUESTS)
    assert "有1件是2025年以前申请" in box(page, SUPERVISION)
    page = page.then("write:" + REQUESTS)
    assert page.form.value(REQUESTS) == ""
    page = page.then("write:" + MATTERS, {"processing_fee-yuan": "900"})
    assert page.form.value(MATTERS) == "" and "“信息处理费”与台账不一致" in box(page, MATTERS)


def test_why_there_is_no_sentence_is_said(desk: FlaskClient) -> None:
    page = open_page(desk, REPORT)
    assert "填写报告年度以后" in box(page, REQUESTS)
    assert "2199年还没有结束" in box(page.then("look:" + REQUESTS, {"year": "2199"}), REQUESTS)
    assert "台账没有可以补充的" in box(page.then("look:" + REQUESTS, {"year": "2020"}), REQUESTS)
    written = page.then("add:sections", {"year": "2025"})
    written = written.then("look:" + REQUESTS, {"sections-0-no": "1", "sections-0-heading": "一、总体情况"})
    assert "整段自写" in box(written, REQUESTS)


def test_a_field_without_sentences_has_no_such_button(desk: FlaskClient) -> None:
    page = open_page(desk, REPORT)
    for do in ("look:narrative-problems", "write:narrative-problems", "write:year", "write:nothing"):
        assert page.press(do).status_code == 422


def test_the_statistics_show_the_sentences_of_a_year_that_is_over(desk: FlaskClient) -> None:
    html = unescape(desk.get("/desk/statistics/2025").text)
    assert CHANNELS in html and "被申请行政复议3件（结果维持2件，结果纠正1件）" in html and "共400元" in html
    html = desk.get("/desk/statistics/2198").text
    assert "这一年还没有结束，数字截至" in html and "可以写进年度报告的句子" not in html
