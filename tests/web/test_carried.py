"""Answers in a file: taken along today, brought back next week, or brought from another document."""

from __future__ import annotations

import json
from io import BytesIO
from typing import Any

import pytest
from flask.testing import FlaskClient

from gipdocs.web.guard import MOST_FIELDS
from tests.web.browser import Page, open_page

pytestmark = pytest.mark.slow

CASE = "/desk/documents/small-case"
FULL: dict[str, Any] = {
    "person": {"name": "䶮㛃𬭊", "phone": "0635-6068810"},
    "title": "“引号” & <b>",
    "story": "第一段\n\n第三段",
    "mail": "a@b.cn",
    "day": "2026-03-01",
    "pages": 3,
    "fee": "380.50",
    "way": "mail",
    "many": "f",
    "forms": ["paper", "disc"],
    "agree": False,
    "lines": ["一", "二"],
    "files": [{"name": "甲", "pages": 1, "marks": ["标"]}, {"name": "乙"}],
    "draft": True,
    "overrides": [{"code": "late", "reason": "负责人已经同意"}],
}


@pytest.fixture
def desk(browser: FlaskClient) -> Page:
    return open_page(browser, CASE)


def bring(desk: Page, content: bytes, name: str = "填写内容.json") -> Page:
    file = (BytesIO(content), name)
    data = {".do": "load", ".file": file, "csrf_token": desk.form.value("csrf_token")}
    response = desk.client.post(CASE, data=data, content_type="multipart/form-data")
    return Page(desk.client, CASE, response)


@pytest.mark.slow
@pytest.mark.parametrize("mark", [b"", b"\xef\xbb\xbf"], ids=["plain", "with a byte order mark"])
def test_what_was_taken_along_comes_back_the_same(desk: Page, mark: bytes) -> None:
    page = bring(desk, mark + json.dumps(FULL, ensure_ascii=False).encode())
    assert page.response.status_code == 200 and "已载入" in page.form.text
    assert "remarks" not in page.response.text
    assert page.press("save").get_json() == FULL
    assert page.press("docx").status_code == 200


def test_unfinished_answers_come_back_without_reproach(desk: Page) -> None:
    page = bring(desk, b'{"pages": 3}')
    assert "remarks" not in page.response.text and page.form.value("pages") == "3"


def test_wrong_answers_are_shown_as_they_are_with_what_is_wrong(desk: Page) -> None:
    wrong = {"title": 12, "day": "三月一日", "way": "fax", "files": [{"name": "甲"}, {"name": "乙", "pages": "x"}]}
    page = bring(desk, json.dumps(wrong).encode())
    assert (page.form.value("title"), page.form.value("day"), page.form.value("way")) == ("12", "三月一日", "fax")
    for id in ("title", "day", "way", "files-1-pages"):
        assert f'id="{id}-remarks"' in page.response.text


def test_what_another_document_asks_is_told_once_by_its_label_and_left_out(desk: Page) -> None:
    page = bring(desk, '{"title": "甲", "clock": {}, "person": {"name": "乙", "age": 3}, "<b>": 1}'.encode())
    text = page.form.text
    assert text.count("不是这份文书的填写项，没有载入") == 1 and "文件里的“办理时间”等3项" in text
    assert "请核对是不是选错了文件" in text
    assert "clock" not in text and "age" not in text and "<b>" not in text
    assert page.press("save").get_json() == {"title": "甲", "person": {"name": "乙"}}


def test_a_character_that_no_page_can_hold_is_told_not_swallowed(desk: Page) -> None:
    page = bring(desk, b'{"title": "a\\ud800b", "\\ud800": 1, "story": "a\\u0000"}')
    assert page.response.status_code == 200
    assert page.form.value("title") == "a\ufffdb" and 'id="title-remarks"' in page.response.text
    assert 'id="story-remarks"' in page.response.text


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "读不出来"),
        (b"PK\x03\x04", "读不出来"),
        (b"{", "读不出来"),
        (b'{"title": NaN}', "读不出来"),
        (b'{"title": "a", "title": "b"}', "读不出来"),
        (b"[" * 200_000, "读不出来"),
        (b"[]", "不是一份文书"),
        (b"3", "不是一份文书"),
        (b'{"lines": [' + b"1," * 6000 + b"1]}", f"超过{MOST_FIELDS}个"),
    ],
    ids=["empty", "docx", "cut", "nan", "twice", "deep", "list", "number", "many"],
)
def test_a_file_without_answers_is_refused_with_what_is_wrong(desk: Page, content: bytes, words: str) -> None:
    page = bring(desk, content)
    assert page.response.status_code == 422 and words in page.form.text


def test_no_file_at_all_is_told(desk: Page) -> None:
    assert "没有选择文件" in bring(desk, b"", name="").form.text


@pytest.mark.parametrize("shape", [{"files": 3}, {"files": [1, []]}, {"person": []}, {"lines": {"a": 1}}, {"draft": 1}])
def test_answers_of_the_wrong_shape_break_nothing(desk: Page, shape: dict[str, Any]) -> None:
    page = bring(desk, json.dumps(shape).encode())
    assert page.response.status_code == 200 and "错误" in page.form.text


def test_the_sample_is_loaded_on_demand_at_the_desk_only(browser: FlaskClient) -> None:
    page = open_page(browser, CASE + "?sample")
    assert page.form.value("title") == "一份清单" and "已载入示例" in page.form.text
    assert open_page(browser, "/documents/small-slip?sample").form.value("name") == ""
    load = {".do": "load", "csrf_token": open_page(browser, "/documents/small-slip").form.value("csrf_token")}
    assert "以前从本页下载的DOCX或者PDF" in browser.post("/documents/small-slip", data=load).text
