"""A day on a page is typed as people write it, and the page says how it was understood."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from gipdocs.service import ZONE, Service
from gipdocs.web.days import tell_day
from gipdocs.writing import chinese_date
from tests.web.browser import Page, open_page

pytestmark = pytest.mark.slow

CASE = "/desk/documents/small-case"
TYPED: dict[str, Any] = {"person-name": "张三", "title": "一份清单"}


@pytest.fixture
def case(browser: FlaskClient) -> Page:
    return open_page(browser, CASE)


def understood(page: Page, id: str = "day") -> str:
    """What stands beside the field."""
    _, _, rest = page.response.text.partition(f'id="{id}-understood"')
    return rest.partition(">")[2].partition("<")[0]


def this_year() -> int:
    return datetime.now(ZONE).year


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("2026年3月2日", "2026年3月2日，周一，工作日"),
        ("20260307", "2026年3月7日，周六，休息日"),
        ("2026.10.1", "2026年10月1日，周四，国庆节假期"),
        ("2026-10-10", "2026年10月10日，周六，调休上班（国庆节）"),
        ("2199/1/1", "2199年1月1日，周二，还不知道是不是工作日（2199年放假安排尚未录入）"),
        ("1999年1月1日", "1999年1月1日，周五，不知道是不是工作日（工作日历从2004年起）"),
        ("26.3.2", "年份应为四位数字，请写作2026-03-01的形式。"),
        ("", ""),
        (None, ""),
        ("<b>", "看不出是哪一天，请写作2026-03-01的形式。"),
    ],
)
def test_a_day_is_told_with_its_day_of_the_week_and_what_the_calendar_knows(
    small_app: Flask, text: str | None, words: str
) -> None:
    with small_app.app_context():
        assert tell_day(text) == words


def test_the_reader_answers_citizens_and_staff_without_a_cookie_and_nothing_is_stored(browser: FlaskClient) -> None:
    answer = browser.get("/reading/day", query_string={"text": "3月2日"})
    assert answer.get_json()["day"] == f"{this_year()}-03-02"
    assert answer.get_json()["said"].endswith("（没有写年份，按今年读）")
    assert answer.headers["Cache-Control"] == "no-store" and "Set-Cookie" not in answer.headers
    for text in ("3/2/2026", "2026-03-02" * 2000, "\u0000", ""):
        assert browser.get("/reading/day", query_string={"text": text}).get_json()["day"] is None
    assert browser.post("/reading/day").status_code == 405


def test_a_typed_day_reaches_the_document_and_is_shown_as_it_was_read(case: Page) -> None:
    page = case.then("check", TYPED | {"day": "二〇二六年三月二日（周一）"})
    assert (page.response.status_code, page.form.value("day")) == (200, "2026-03-02")
    assert understood(page) == "2026年3月2日，周一，工作日"
    assert page.press("save").get_json()["day"] == "2026-03-02"


def test_the_page_says_that_this_year_was_taken(case: Page) -> None:
    page = case.then("add:files", {"day": "3月2日"})
    assert page.form.value("day") == f"{this_year()}-03-02"
    assert understood(page).startswith(f"{this_year()}年3月2日，周") and "按今年读" in understood(page)


def test_yesterday_is_understood(case: Page, small_app: Flask) -> None:
    service: Service = small_app.extensions["gipdocs"]
    yesterday = service.office().today - timedelta(days=1)
    assert understood(case.then("add:files", {"day": "昨天"})).startswith(chinese_date(yesterday))


@pytest.mark.parametrize(
    ("typed", "why"),
    [
        ("3/2/2026", "分不清哪个是月、哪个是日，请按年、月、日的顺序写作2026-03-01的形式。"),
        ("2026年2月30日", "没有2026年2月30日这一天，请核对。"),
        ("61102-02-02", "年份应为四位数字，请写作2026-03-01的形式。"),
        ('"><b>', "看不出是哪一天，请写作2026-03-01的形式。"),
    ],
)
def test_what_is_no_day_stays_as_it_was_typed_with_the_reason_beside_it(case: Page, typed: str, why: str) -> None:
    page = case.then("check", TYPED | {"day": typed})
    assert (page.response.status_code, page.form.value("day"), understood(page)) == (422, typed, "")
    assert f"“日期”：{why}" in page.form.text and 'id="day-remarks"' in page.response.text
    changed = case.then("add:files", TYPED | {"day": typed})  # nothing was checked yet
    assert (changed.form.value("day"), understood(changed)) == (typed, why)


def test_numbers_are_shown_as_they_were_read_and_what_was_typed_is_told(case: Page) -> None:
    page = case.then("check", TYPED | {"day": "2026-03-02", "pages": "１２页", "fee": "￥1,380.50元"})
    assert page.response.status_code == 200
    assert (page.form.value("pages"), page.form.value("fee")) == ("12", "1380.50")
    assert "原来写的是“１２页”，已读作“12”。" in page.form.text
    assert "原来写的是“￥1,380.50元”，已读作“1380.50”。" in page.form.text
    assert "原来写的是" not in page.then("check").form.text


def test_deadlines_and_the_law_take_a_day_as_people_write_it(browser: FlaskClient) -> None:
    page = browser.get("/desk/deadlines?kind=suit_answer&received=2026年3月2日").text
    assert 'value="2026-03-02"' in page and "2026年3月2日，周一，工作日" in page and "最后" in page
    page = browser.get("/desk/law?on=2019.5.14").text
    assert 'value="2019-05-14"' in page and "2019年5月14日，周二，工作日" in page
    wrong = browser.get("/desk/law?on=5/14/2019").text
    assert 'value="5/14/2019"' in wrong and "分不清哪个是月、哪个是日" in wrong


def test_the_api_takes_the_form_of_data_only(browser: FlaskClient) -> None:
    body = {"person": {"name": "张三"}, "title": "一份清单", "day": "2026年3月2日"}
    refused = browser.post("/api/v1/documents/small-case", json=body)
    assert refused.status_code == 422 and "请写作2026-03-01的形式" in refused.text
    assert browser.post("/api/v1/documents/small-case", json=body | {"day": "2026-03-02"}).status_code == 200
