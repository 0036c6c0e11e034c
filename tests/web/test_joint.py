"""Several cases answered by one letter at the desk, without JavaScript: chosen in the list, filled in, issued, declared void."""

from __future__ import annotations

import re
from html import unescape

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from gipdocs.service import Service
from tests.web.browser import Form, text_of
from tests.web.test_cases import open_case, page, record, send

pytestmark = pytest.mark.slow

TITLE = "2025年市级党政机关公务用车更新数量"
REPLY = "reply-granted"
TYPED = {"provided-0": TITLE, "medium": "paper", "delivery": "mail", "reviewed": "true", "date": "2026-03-20"}


@pytest.fixture
def desk(register_app: Flask) -> FlaskClient:
    return register_app.test_client()


@pytest.fixture
def three(desk: FlaskClient, service: Service) -> list[str]:
    return [open_case(desk, service, name=name, info_title=TITLE) for name in ("张晓彤", "李桂芬", "王建国")]


def chosen(client: FlaskClient, numbers: list[str], **more: str) -> TestResponse:
    return client.get("/desk/cases/joint", query_string={"case": numbers, **more})


def to_letter(client: FlaskClient, numbers: list[str], **more: str) -> str:
    """The address of the letter to which the page of the chosen cases leads."""
    answer = chosen(client, numbers, document=REPLY, do="write", **more)
    assert answer.status_code == 303, answer.text
    return answer.location


def issued(client: FlaskClient, numbers: list[str]) -> str:
    """Issue one letter for the cases; its 文号, as the page of the first case shows it."""
    answer = send(client, to_letter(client, numbers), TYPED, "issue")
    assert answer.status_code == 303, Form(answer.text).text
    assert "done=issued_jointly" in answer.location
    return re.search("聊机管公开〔2026〕[0-9]+号", page(client, numbers[0]))[0]  # type: ignore[index]  # it is there


def test_the_list_offers_its_unanswered_cases_for_one_letter(
    desk: FlaskClient, three: list[str], service: Service
) -> None:
    over = open_case(desk, service, name="钱撤回", info_title=TITLE)
    record(desk, over, "withdrawn", day="2026-03-10")
    shown = desk.get("/desk/cases?q=更新数量").text
    for number in three:
        assert f'name="case" value="{number}" aria-label="勾选{number}">' in shown
    assert f'value="{over}"' not in shown and 'action="/desk/cases/joint"' in shown
    every = desk.get("/desk/cases?q=更新数量&all=1").text
    assert f'value="{three[0]}" aria-label="勾选{three[0]}" checked>' in every
    assert 'name="case"' not in desk.get("/desk/cases?state=closed").text


def test_the_first_of_the_chosen_cases_leads_unless_another_is_named(desk: FlaskClient, three: list[str]) -> None:
    shown = chosen(desk, three).text
    assert "一并答复　3件" in shown and "2026年3月31日" in shown
    assert f'value="{three[0]}" aria-label="{three[0]}作为第一件" checked>' in shown
    url = to_letter(desk, three, lead=three[1])
    assert url == f"/desk/cases/{three[1]}/letters/{REPLY}?join={three[0]}&join={three[2]}"
    pairs = dict(Form(desk.get(url).text).pairs)
    assert (pairs["applications-0-number"], pairs["applications-1-applicant"]) == (three[0], "王建国")
    assert pairs["application-others-0-name"] == "张晓彤" and pairs["application-others-0-id_number"] == ""


def test_what_cannot_be_answered_together_is_said(desk: FlaskClient, three: list[str]) -> None:
    record(desk, three[2], "withdrawn", day="2026-03-10")
    shown = chosen(desk, [*three, "2030-1"]).text
    assert f"案件{three[2]}的状态是“已办结”，不能一并答复，已经略去" in shown and "没有编号为2030-1的案件" in shown
    alone = chosen(desk, three[1:], do="write", document=REPLY)
    assert alone.status_code == 422 and "请至少选择两件" in alone.text
    none = chosen(desk, three[:2], do="write")
    assert none.status_code == 422 and "请选择用哪一份文书答复" in none.text
    assert "回到案件列表勾选" in chosen(desk, []).text


def test_more_than_fifty_are_refused(desk: FlaskClient, service: Service) -> None:
    many = [open_case(desk, service, name="周多件", info_title=f"第{i}批") for i in range(51)]
    refused = chosen(desk, many, do="write", document=REPLY)
    assert refused.status_code == 422 and "一份文书最多答复50件，现在是51件" in refused.text


def test_one_letter_is_issued_for_all_shown_in_all_and_declared_void_for_all(
    desk: FlaskClient, three: list[str]
) -> None:
    shown = desk.get(to_letter(desk, three)).text
    assert "已填入3件案件里的内容" in shown and "一并答复的其他申请：2项" in shown
    number = issued(desk, three)
    for one in three:
        case = page(desk, one)
        assert (number in case and "等待送达" in case) or "待送达" in case
        file = next(url for url in links(case) if url.endswith("/file?format=docx"))
        text = text_of(desk.get(file).data)
        assert "第三件，王建国于2026年3月2日" in text and f"（申请编号：{three[2]}）" in text
    assert f'与<a href="/desk/cases/{three[0]}">案件{three[0]}</a>同一份文书' in page(desk, three[1])
    assert "一并办理的其他案件（2件）" in page(desk, three[0])
    assert "与其他案件同一份的文书，等各件都删除以后再删除" in desk.get(f"/desk/cases/{three[1]}/keep").text
    void = next(url for url in links(page(desk, three[1])) if url.endswith("/void"))
    asked = desk.get(void).text
    assert f"还记入了案件{three[1]}、{three[2]}" in asked
    token = re.search('name="csrf_token" value="([^"]+)"', asked)
    assert token and desk.post(void, data={"csrf_token": token[1], "note": "写错"}).status_code == 303
    for one in three:
        case = page(desk, one)
        assert "办理中" in case and "已作废：写错" in case
        assert f"/desk/cases/{three[0]}/letters/{REPLY}?replaces=" in case


def links(html: str) -> list[str]:
    return [unescape(url) for url in re.findall('href="([^"]+)"', html)]


def test_a_case_that_was_answered_meanwhile_is_named_beside_its_row(desk: FlaskClient, three: list[str]) -> None:
    url = to_letter(desk, three)
    record(desk, three[2], "answered", day="2026-03-10", facts__outcome=REPLY)
    refused = send(desk, url, TYPED, "issue")
    assert refused.status_code == 422
    assert f"第2行的案件{three[2]}已经答复" in refused.text and 'href="#applications-1-number"' in refused.text
    assert "待送达" not in page(desk, three[0])


def test_a_case_that_somebody_else_has_changed_is_looked_at_first(desk: FlaskClient, three: list[str]) -> None:
    url = to_letter(desk, three)
    form = Form(desk.get(url).text)
    record(desk, three[1], "assigned", facts__officer="孙静")
    late = press(desk, url, form, TYPED, "issue")
    assert late.status_code == 409 and f"第1行的案件{three[1]}在您打开以后已经有别人改动" in late.text
    assert press(desk, url, Form(late.text), {}, "issue").status_code == 303


def press(client: FlaskClient, url: str, form: Form, typed: dict[str, str], do: str) -> TestResponse:
    sent: dict[str, list[str]] = {}
    for name, value in [*(pair for pair in form.pairs if pair[0] not in typed), *typed.items(), (".do", do)]:
        sent.setdefault(name, []).append(value)
    return client.post(url, data=sent)


def test_the_chosen_cases_stay_with_the_draft(desk: FlaskClient, three: list[str]) -> None:
    kept = send(desk, to_letter(desk, three[:2]), {"provided-0": TITLE}, "draft")
    form = Form(desk.get(kept.location).text)
    assert form.value("applications-0-number") == three[1] and form.value(".joined") == f"2 {three[1]}"
    more = desk.get(to_letter(desk, three))
    assert more.status_code == 303 and more.location.endswith(f"&join={three[1]}&join={three[2]}")
    pairs = dict(Form(desk.get(more.location).text).pairs)
    assert (pairs["applications-1-number"], pairs["provided-0"]) == (three[2], TITLE)
    assert send(desk, more.location, TYPED, "issue").status_code == 303
    assert "待送达" in page(desk, three[2])


def test_a_page_with_nothing_but_the_chosen_cases_keeps_no_draft_by_itself(desk: FlaskClient, three: list[str]) -> None:
    url = to_letter(desk, three)
    where, form = url.partition("?")[0], Form(desk.get(url).text)
    assert press(desk, where, form, {}, "keep").status_code == 204
    kept = press(desk, where, form, {"provided-0": TITLE}, "keep").get_json()
    assert Form(desk.get(kept["url"]).text).value("applications-1-number") == three[2]


def test_similar_open_cases_are_offered_from_a_case_and_from_its_letter(
    desk: FlaskClient, three: list[str], service: Service
) -> None:
    other = open_case(desk, service, name="吴无关", info_title="办公用房租赁合同")
    for html in (page(desk, three[0]), desk.get(f"/desk/cases/{three[0]}/letters/{REPLY}").text):
        assert f"/desk/cases/{three[0]}/like" in links(html)
    shown = desk.get(f"/desk/cases/{three[0]}/like").text
    assert f'value="{three[1]}" aria-label="勾选{three[1]}" checked>' in shown
    assert f'aria-label="勾选{other}"' not in shown
    assert "没有找到" in desk.get(f"/desk/cases/{other}/like").text


def test_the_judgement_of_the_first_case_leads_to_the_letter_of_all(desk: FlaskClient, three: list[str]) -> None:
    answer = chosen(desk, three, do="judge")
    assert answer.location == f"/desk/cases/{three[0]}/judge?join={three[1]}&join={three[2]}"
    form = Form(desk.get(answer.location).text)
    assert [value for name, value in form.pairs if name == "join"] == three[1:]
    way = {"withdrawn": "no", "correction": "clear"}
    asked = desk.get(f"/desk/cases/{three[0]}/judge", query_string={"join": three[1:], **way}).text
    assert all(f"join={number}" in unescape(asked) for number in three[1:])
