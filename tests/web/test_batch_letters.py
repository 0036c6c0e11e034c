"""One document for many cases at the desk, without JavaScript: cases ticked, filled in once, ordered, looked at, issued."""

from __future__ import annotations

import re

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from gipdocs.access.actors import HERE
from gipdocs.batch.letters import make_letter
from gipdocs.batch.running import run_until_idle, start_due
from gipdocs.register import letters
from gipdocs.register.issuing import void
from gipdocs.service import Service
from tests.web.browser import Form, Page
from tests.web.people import sign_in
from tests.web.test_cases import open_case, page, record

pytestmark = pytest.mark.slow

REPLY = "reply-granted"
TITLE = "2025年市区地图"
NAMES = ("张晓彤", "李桂芬", "王建国")
URL = f"/desk/cases/batch/{REPLY}"


@pytest.fixture
def desk(register_app: Flask) -> FlaskClient:
    return register_app.test_client()


@pytest.fixture
def three(desk: FlaskClient, service: Service) -> list[str]:
    return [open_case(desk, service, name=name, info_title=TITLE) for name in NAMES]


def written(client: FlaskClient, numbers: list[str]) -> Page:
    """The form of the reply for some cases."""
    return Page(client, URL, client.get(URL, query_string={"case": numbers}))


def ordered(client: FlaskClient, numbers: list[str], **typed: str) -> TestResponse:
    shared: dict[str, str | list[str]] = {"provided-0": TITLE, "reviewed": "true", ".format": "docx", **typed}
    return written(client, numbers).press("order", shared)


def act(client: FlaskClient, url: str, do: str) -> TestResponse:
    """Press a button on a batch's page, with what it says ticked."""
    pairs = Form(client.get(url).text.replace("<form ", '<form id="answers" ')).pairs
    seen = re.search('name="seen" value="([0-9]+)"', client.get(url).text)
    data = {"csrf_token": dict(pairs)["csrf_token"], "do": do, **({"seen": seen[1]} if seen else {})}
    return client.post(url, data=data)


def running(app: Flask) -> Service:
    found: Service = app.extensions["gipdocs"]
    return found


def test_the_list_offers_the_ticked_cases_a_letter_each(desk: FlaskClient, three: list[str]) -> None:
    assert 'name="do" value="apart">逐件出具' in desk.get("/desk/cases?q=市区地图").text
    led = desk.get("/desk/cases/joint", query_string={"case": three, "do": "apart"})
    assert (led.status_code, led.location.partition("?")[0]) == (303, "/desk/cases/batch")
    shown = desk.get("/desk/cases/batch", query_string={"case": three}).text
    assert "逐件出具　3件" in shown and f'href="{URL}?case={three[0]}&amp;case={three[1]}' in shown
    assert desk.get("/desk/cases/batch/envelope", query_string={"case": three}).status_code == 404
    assert "还没有勾选案件" in desk.get("/desk/cases/batch").text


def test_only_documents_for_most_of_the_cases_are_offered_and_it_is_said_why_not_for_the_others(
    desk: FlaskClient, three: list[str]
) -> None:
    record(desk, three[2], "withdrawn", day="2026-03-10")
    shown = desk.get("/desk/cases/batch", query_string={"case": three}).text
    assert f"{three[2]}：申请已经撤回" in shown and "2件可以办理" in shown
    form = written(desk, three).form
    assert "不包括在内的1件" in form.text
    assert [value for name, value in form.pairs if name == ".case"] == three[:2]


def test_too_many_cases_are_refused(desk: FlaskClient, service: Service) -> None:
    many = [open_case(desk, service, name="周多件", info_title=f"第{i}批") for i in range(101)]
    assert "一次最多100件，现在是101件" in desk.get("/desk/cases/batch", query_string={"case": many}).text


def test_the_form_asks_once_what_is_the_same_and_fills_in_what_the_cases_know(
    desk: FlaskClient, three: list[str]
) -> None:
    form = written(desk, three).form
    names = {name for name, _ in form.pairs} | {*form.types}
    assert not {name for name in names if name.startswith(("application", "clock", "number"))}
    assert {"reviewed", "date"} <= names
    ways = [value for name, value in form.pairs if name.startswith("case-") and name.endswith("-delivery")]
    assert ways == ["mail"] * 3 and all(name in form.text for name in NAMES)


def test_what_is_wrong_in_the_shared_part_is_said_beside_it(desk: FlaskClient, three: list[str]) -> None:
    refused = written(desk, three).press("order", {"reviewed": "true"})
    assert refused.status_code == 422
    assert "还没有安排" in refused.text and 'href="#provided"' in refused.text
    expired = desk.post(URL, data={".case": three, ".do": "order"})
    assert expired.status_code == 400 and "页面已经过期" in expired.text


def test_lines_are_added_to_what_is_shared(desk: FlaskClient, three: list[str]) -> None:
    more = written(desk, three).then("add:provided", {"provided-0": TITLE})
    assert more.form.value("provided-0") == TITLE and "provided-1" in more.form.types
    assert [value for name, value in more.form.pairs if name == ".case"] == three


def test_letters_are_ordered_looked_at_and_issued(desk: FlaskClient, register_app: Flask, three: list[str]) -> None:
    sent = ordered(desk, three)
    assert sent.status_code == 303, Form(sent.text).text
    run_until_idle(running(register_app))
    shown = desk.get(sent.location).text
    for number, name in zip(three, NAMES, strict=True):
        assert number in shown and name in shown
    assert "签发3件" in shown and "2026年3月31日" in shown
    assert "<h1>逐件出具：" in shown and "不完全相同" not in shown
    assert act(desk, sent.location, "start").status_code == 303
    run_until_idle(running(register_app))
    done = desk.get(sent.location).text
    for number in three:
        case = page(desk, number)
        assert "聊机管公开〔2026〕" in case and f'href="{sent.location}">同一批次的其他文书' in case
        assert f'href="/desk/cases/{number}"' in done
    assert all(name in done for name in NAMES)


def test_cases_that_ask_for_different_things_are_pointed_out(
    desk: FlaskClient, register_app: Flask, service: Service, three: list[str]
) -> None:
    other = open_case(desk, service, name="周多件", info_title="2025年公务用车明细")
    assert "有2种" in written(desk, [*three, other]).form.text and "有2种" not in written(desk, three).form.text
    sent = ordered(desk, [*three, other])
    run_until_idle(running(register_app))
    shown = desk.get(sent.location).text
    assert "有2种" in shown
    said = shown.partition('id="advice"')[2].partition("</ul>")[0]
    assert all(number in said for number in (*three, other)) and "文字以第一件为例" in said


def test_an_answer_for_one_case_alone_stands_in_its_letter(
    desk: FlaskClient, register_app: Flask, three: list[str]
) -> None:
    name = next(name for name, _ in written(desk, three).form.pairs if name.endswith("-service"))
    sent = ordered(desk, three, **{name: ""})
    run_until_idle(running(register_app))
    shown = desk.get(sent.location).text
    assert "需要改正1件" in shown and "送达方式：" in shown
    service = running(register_app)
    assert service.register is not None
    assert all(not letters.list_letters(service.register, number) for number in three)


def test_a_clerk_submits_what_a_manager_issues(accounts_app: Flask, service: Service) -> None:
    clerk, manager = (sign_in(accounts_app, role) for role in ("clerk", "manager"))
    numbers = [open_case(clerk, service, name=name, info_title=TITLE) for name in NAMES[:2]]
    sent = ordered(clerk, numbers)
    run_until_idle(running(accounts_app))
    checked = clerk.get(sent.location).text
    assert "提请签发2件" in checked and "那一件不提请签发" in checked
    assert act(clerk, sent.location, "start").status_code == 303
    run_until_idle(running(accounts_app))
    register = running(accounts_app).register
    assert register is not None
    states = [letters.list_letters(register, number)[0].state for number in numbers]
    assert states == ["submitted"] * 2
    done = clerk.get(sent.location).text
    assert "起草的文书保存在各自的案件里" in done and "下面下载的是草稿" in done and 'href="/desk/due"' in done
    assert "已提请签发2" in clerk.get("/desk/batches").text
    assert numbers[0] in manager.get("/desk/due").text


def test_a_case_that_has_changed_since_the_page_was_filled_in_is_looked_at_again(
    desk: FlaskClient, three: list[str]
) -> None:
    form = written(desk, three)
    record(desk, three[1], "verified", day="2026-03-10")
    record(desk, three[2], "withdrawn", day="2026-03-10")
    typed: dict[str, str | list[str]] = {"provided-0": TITLE, "reviewed": "true", ".format": "docx"}
    told = form.press("order", typed)
    assert told.status_code == 409
    assert f"案件{three[2]}在填写期间有了变化，不能办理" in told.text and "申请已经撤回" in told.text
    assert f"案件{three[1]}在填写期间有改动" in told.text
    again = Page(desk, URL, told)
    assert again.form.value("provided-0") == TITLE
    assert [value for name, value in again.form.pairs if name == ".case"] == three[:2]
    assert again.press("order", {}).status_code == 303


def test_if_no_case_is_left_it_is_said_why(desk: FlaskClient, three: list[str]) -> None:
    form = written(desk, three[:1])
    record(desk, three[0], "withdrawn", day="2026-03-10")
    told = form.press("order", {"provided-0": TITLE, "reviewed": "true"})
    assert told.status_code == 409 and "申请已经撤回" in told.text and "都不能办理" in told.text


def test_more_letters_than_are_issued_at_once_are_refused(desk: FlaskClient, three: list[str]) -> None:
    token = dict(written(desk, three).form.pairs)["csrf_token"]
    data = {"csrf_token": token, "letter": [f"{id}" for id in range(1, 102)]}
    refused = desk.post("/desk/cases/batch/submitted", data=data)
    assert refused.status_code == 422 and "一次最多100份，现在勾选了101份" in refused.text


def test_the_page_of_a_batch_tells_void_letters_and_letters_without_a_file(
    desk: FlaskClient, register_app: Flask, three: list[str]
) -> None:
    sent = ordered(desk, three)
    ours, id = running(register_app), sent.location.rpartition("/")[2]
    assert ours.register is not None
    run_until_idle(ours)
    act(desk, sent.location, "start")
    while start_due(ours.register):
        pass
    make_letter(ours, id, 1)
    act(desk, sent.location, "cancel")
    run_until_idle(ours)
    shown = Form(desk.get(sent.location).text).text
    assert "已停止：签发了1件，其中1件的文件还没有生成，停止时还没有签发的2件。" in shown
    assert "有1件的文书已经签发" in shown and "接着办（3件）" in shown
    act(desk, sent.location, "resume")
    run_until_idle(ours)
    (first,) = letters.list_letters(ours.register, three[0])
    void(ours.register, first.id, by=HERE, reason="内容有误")
    shown = Form(desk.get(sent.location).text).text
    assert "已完成：签发了3件。" in shown and shown.count("已作废") == 1
