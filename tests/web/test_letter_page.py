"""The page of a letter in a case: what is folded, what keeps itself, which number comes, who approves, what replaces it."""

from __future__ import annotations

import re
from html import unescape
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from gipdocs.service import Service
from tests.web.browser import Form, Page, open_page
from tests.web.test_cases import open_case, page, radios
from tests.web.valid import faults

pytestmark = pytest.mark.slow
RECEIPT, NUMBERED = "receipt", "correction-notice"


@pytest.fixture
def desk(register_app: Flask) -> FlaskClient:
    return register_app.test_client()


@pytest.fixture
def number(desk: FlaskClient, service: Service) -> str:
    return open_case(desk, service)


def letter_page(desk: FlaskClient, number: str, document: str, more: str = "") -> Page:
    return open_page(desk, f"/desk/cases/{number}/letters/{document}{more}")


def keep(shown: Page, typed: dict[str, Any], **state: str) -> TestResponse:
    return shown.press("keep", typed | {f".{key}": value for key, value in state.items()})


def states(desk: FlaskClient, number: str) -> list[str]:
    return re.findall(r'<li class="(draft|submitted|issued|void)">', page(desk, number))


def submitted(desk: FlaskClient, number: str) -> str:
    """The id of a letter that has been submitted in a case."""
    assert letter_page(desk, number, RECEIPT).press("submit", {"date": "2026-03-03"}).status_code == 303
    (letter,) = {*re.findall(r'href="/desk/letters/(\d+)/approve\?version=\d+"', page(desk, number))}
    return str(letter)


def decide(desk: FlaskClient, letter: str, deed: str, note: str) -> None:
    """Decide about a letter on the page that asks."""
    way = f"/desk/letters/{letter}/{deed}"
    token = re.search(r'name="csrf_token" value="([^"]+)"', open_page(desk, way).response.text)
    assert token and desk.post(way, data={"csrf_token": token[1], "note": note}).status_code == 303


def folded(html: str) -> list[str]:
    folded = r'<details class="known">\s*<summary><span class="line-of">(.*?)</span>'
    return [unescape(line) for line in re.findall(folded, html, re.S)]


def test_what_the_case_has_answered_is_one_line_and_the_rest_is_open(desk: FlaskClient, number: str) -> None:
    shown = letter_page(desk, number, "extension-notice").response.text
    lines = folded(shown)
    assert any("姓名或者名称：张晓彤" in line for line in lines)
    assert any("收到日期：2026年3月2日" in line for line in lines)
    open_parts = re.sub(r'<details class="known">.*?</details>', "", shown, flags=re.S)
    assert 'id="clock-extension"' in open_parts  # the case can't know it, and the notice needs it
    assert 'id="application-name"' not in open_parts
    assert faults(shown) == []


def test_alone_on_the_desk_nothing_is_folded_as_known(desk: FlaskClient) -> None:
    assert 'class="known"' not in desk.get("/desk/documents/extension-notice?sample").text


def test_the_number_that_comes_is_told_and_not_reserved(desk: FlaskClient, number: str) -> None:
    told = re.compile(r"签发时编文号：(\S+?号)（按顺序）")
    (offered,) = told.findall(letter_page(desk, number, NUMBERED).form.text)
    shown = letter_page(desk, number, NUMBERED)
    assert told.findall(shown.form.text) == [offered]
    assert "〔2025〕" in shown.then("check", {"date": "2025-03-05"}).form.text  # the series of the letter's year
    about = next(one for one in radios(shown.response.text) if one[0].startswith("points-0-"))
    typed = {"points-0-matter": "没有写明信息的形成时间", "points-0-guidance": "请写明年度和印发机关"}
    days = {"date": "2026-03-05", "handed_on": "2026-03-05"}
    assert shown.press("issue", {**typed, **days, about[0]: about[1]}).status_code == 303
    assert offered in page(desk, number)
    (then,) = told.findall(letter_page(desk, number, "extension-notice").form.text)
    assert then != offered
    assert not told.search(desk.get(f"/desk/documents/{NUMBERED}").text)


def test_only_what_was_typed_is_kept_and_the_form_says_which_draft_it_is(desk: FlaskClient, number: str) -> None:
    shown = letter_page(desk, number, RECEIPT)
    assert keep(shown, {}).status_code == 204 and states(desk, number) == []
    kept = keep(shown, {"date": "2026-03-03"}).get_json()
    assert re.fullmatch(r"\d\d:\d\d 已自动保存", kept["said"])
    assert Form(desk.get(kept["url"]).text).value("date") == "2026-03-03"
    state = {"letter": str(kept["letter"]), "version": str(kept["version"])}
    assert keep(shown, {"date": "2026-03-03"}, **state).status_code == 204
    more = keep(shown, {"date": "2026-03-04"}, **state).get_json()
    assert more["letter"] == kept["letter"] and states(desk, number) == ["draft"]
    late = keep(shown, {"date": "2026-03-05"}, **state)
    assert late.status_code == 409 and "别人改动" in late.get_json()["told"]
    assert Form(desk.get(kept["url"]).text).value("date") == "2026-03-04"


def test_a_draft_that_comes_after_the_letter_leaves_nothing_beside_it(desk: FlaskClient, number: str) -> None:
    shown = letter_page(desk, number, RECEIPT)
    assert shown.press("issue", {"date": "2026-03-03"}).status_code == 303
    assert keep(shown, {"date": "2026-03-03"}).status_code == 409
    assert states(desk, number) == ["issued"]


def test_a_draft_that_came_unnoticed_becomes_the_letter(desk: FlaskClient, number: str) -> None:
    shown = letter_page(desk, number, RECEIPT)
    assert keep(shown, {"date": "2026-03-03"}).status_code == 200  # its answer never arrived
    assert shown.press("issue", {"date": "2026-03-03"}).status_code == 303
    assert states(desk, number) == ["issued"]


def test_a_second_draft_of_the_same_document_is_refused(desk: FlaskClient, number: str) -> None:
    one, other = (letter_page(desk, number, RECEIPT) for _ in range(2))
    assert keep(one, {"date": "2026-03-03"}).status_code == 200
    refused = keep(other, {"date": "2026-03-04"})
    assert refused.status_code == 409 and "另有草稿" in refused.get_json()["told"]
    assert states(desk, number) == ["draft"]


def test_what_was_submitted_keeps_no_change_by_itself_and_is_approved(desk: FlaskClient, number: str) -> None:
    assert letter_page(desk, number, RECEIPT).press("submit", {"date": "2026-03-03"}).status_code == 303
    (way,) = {*re.findall(r'href="(/desk/letters/\d+/approve\?version=\d+)"', page(desk, number))}
    letter = way.split("/")[3]
    shown = letter_page(desk, number, RECEIPT, f"?letter={letter}")
    assert way in shown.response.text and "data-keep" not in shown.response.text
    assert keep(shown, {"date": "2026-03-04"}, letter=letter).status_code == 409
    done = open_page(desk, way)
    assert faults(done.response.text) == [] and " required" not in done.response.text
    token = re.search(r'name="csrf_token" value="([^"]+)"', done.response.text)
    assert token and desk.post(way, data={"csrf_token": token[1], "note": ""}).status_code == 303
    assert way not in page(desk, number) and "同意" in page(desk, number)
    assert "已经同意签发" in letter_page(desk, number, RECEIPT, f"?letter={letter}").form.text


def test_whoever_issues_finds_the_ways_to_decide_before_the_form(desk: FlaskClient, number: str) -> None:
    letter = submitted(desk, number)
    shown = letter_page(desk, number, RECEIPT, f"?letter={letter}").response.text
    begin = shown.index('id="answers"')
    for deed, label in (("approve", "同意签发"), ("return", "退回修改")):
        (way,) = re.finditer(rf'href="/desk/letters/{letter}/{deed}\?version=\d+">{label}</a>', shown)
        assert way.start() < begin
    decide(desk, letter, "approve", "")
    approved = letter_page(desk, number, RECEIPT, f"?letter={letter}").response.text
    assert f"/desk/letters/{letter}/approve" not in approved and f"/desk/letters/{letter}/return" in approved


def test_a_letter_that_was_sent_back_says_so_wherever_its_writer_looks(desk: FlaskClient, number: str) -> None:
    letter = submitted(desk, number)
    decide(desk, letter, "return", "日期请核对")
    assert "退回修改（1）" in open_page(desk, "/desk/").response.text
    case = page(desk, number)
    assert '<span class="help">退回修改</span>' in case
    assert f"/desk/letters/{letter}/discard" not in case  # what was decided about it stays with the case
    greeting = letter_page(desk, number, RECEIPT, f"?letter={letter}").response.text
    assert "退回修改：日期请核对。改好以后再提请签发。" in greeting
    shown = letter_page(desk, number, RECEIPT, f"?letter={letter}")
    assert shown.press("submit", {"date": "2026-03-04"}).status_code == 303
    assert "退回修改（" not in open_page(desk, "/desk/").response.text


@pytest.mark.parametrize("deed", ["approve", "return"])
def test_what_was_changed_after_it_was_read_is_not_decided_on(desk: FlaskClient, number: str, deed: str) -> None:
    assert letter_page(desk, number, RECEIPT).press("submit", {"date": "2026-03-03"}).status_code == 303
    letter = re.findall(r"/desk/letters/(\d+)/approve", page(desk, number))[0]
    read = letter_page(desk, number, RECEIPT, f"?letter={letter}")
    (way,) = re.findall(rf'href="(/desk/letters/{letter}/{deed}[^"]*)"', read.response.text)
    changed = letter_page(desk, number, RECEIPT, f"?letter={letter}")
    assert changed.press("draft", {"date": "2026-03-04"}).status_code == 303
    hidden = re.findall(r'type="hidden" name="([^"]+)" value="([^"]+)"', desk.get(way).text)
    for _ in range(2):
        refused = desk.post(way, data={**dict(hidden), "note": "可以"})
        assert refused.status_code == 422 and "已经有别人改动" in refused.text
        hidden = re.findall(r'type="hidden" name="([^"]+)" value="([^"]+)"', refused.text)
    (fresh,) = {*re.findall(rf'href="(/desk/letters/{letter}/{deed}[^"]*)"', page(desk, number))}
    hidden = re.findall(r'type="hidden" name="([^"]+)" value="([^"]+)"', desk.get(fresh).text)
    assert desk.post(fresh, data={**dict(hidden), "note": "可以"}).status_code == 303


def test_a_void_letter_is_written_anew_from_what_it_said(desk: FlaskClient, number: str) -> None:
    assert letter_page(desk, number, RECEIPT).press("issue", {"date": "2026-03-03"}).status_code == 303
    (void,) = re.findall(r'href="(/desk/letters/\d+/void)"', page(desk, number))
    token = re.search(r'name="csrf_token" value="([^"]+)"', desk.get(void).text)
    assert token and desk.post(void, data={"csrf_token": token[1], "note": "日期写错"}).status_code == 303
    (way,) = re.findall(rf'href="(/desk/cases/{number}/letters/{RECEIPT}\?replaces=\d+)"', page(desk, number))
    anew = open_page(desk, way)
    assert anew.form.value("application-name") == "张晓彤" and not anew.form.value("date")
    assert anew.press("issue", {"date": "2026-03-04"}).status_code == 303
    assert states(desk, number) == ["void", "issued"]
    assert "replaces=" not in page(desk, number)  # one letter stands for it already
