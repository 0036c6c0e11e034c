"""Cases on the desk, without JavaScript: opened, recorded, written to, corrected; and every refusal of them."""

from __future__ import annotations

import json
import re
from io import BytesIO
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from gipdocs.service import Service
from tests.web.browser import Form, text_of

NEW = "/desk/cases/new"


@pytest.fixture
def desk(register_app: Flask) -> FlaskClient:
    return register_app.test_client()


def send(client: FlaskClient, url: str, changes: dict[str, str], do: str) -> TestResponse:
    """Fill in the form of a page as it stands and press a button; "" empties a field."""
    form = Form(client.get(url).text)
    pairs = [(name, value) for name, value in form.pairs if name not in changes and name != ".do"]
    return client.post(url, data=_grouped([*pairs, *changes.items(), (".do", do)]))


def _grouped(pairs: list[tuple[str, str]]) -> dict[str, list[str]]:
    grouped: dict[str, list[str]] = {}
    for name, value in pairs:
        grouped.setdefault(name, []).append(value)
    return grouped


def load(client: FlaskClient, application: dict[str, Any]) -> Form:
    """The page of a new case after a citizen's file was loaded."""
    token = dict(Form(client.get(NEW).text).pairs)["csrf_token"]
    file = (BytesIO(json.dumps(application).encode()), "申请.json")
    answer = client.post(NEW, data={"csrf_token": token, ".do": "load", ".file": file})
    assert answer.status_code == 200, answer.text
    return Form(answer.text)


def open_case(client: FlaskClient, service: Service, **changes: Any) -> str:
    form = load(client, service.sample("application-form") | changes)
    arrival = {"received": "2026-03-02", "channel": "online", "confirmed": "2026-03-03"}
    pairs = [(name, value) for name, value in form.pairs if name not in arrival]
    answer = client.post(NEW, data=_grouped([*pairs, *arrival.items(), (".do", "open")]))
    assert answer.status_code == 303, answer.text
    return answer.location.rpartition("/")[2]


def page(client: FlaskClient, number: str) -> str:
    answer = client.get(f"/desk/cases/{number}")
    assert answer.status_code == 200
    return answer.text


def record(client: FlaskClient, number: str, kind: str, **facts: str) -> TestResponse:
    changes = {f"{kind}-{key.replace('__', '-')}": value for key, value in facts.items()}
    return send(client, f"/desk/cases/{number}/record/{kind}", changes, "record")


def test_a_citizens_file_becomes_a_case_without_the_identity_number(desk: FlaskClient, service: Service) -> None:
    number = open_case(desk, service)
    shown = page(desk, number)
    assert "张晓彤" in shown and "2026年3月31日" in shown and "11010519491231002X" not in shown
    assert number in desk.get("/desk/cases?q=晓彤").text
    assert number not in desk.get("/desk/cases?state=closed").text


def test_a_new_case_without_its_day_is_refused_beside_the_question(desk: FlaskClient, service: Service) -> None:
    form = load(desk, service.sample("application-form"))
    answer = desk.post(NEW, data=_grouped([*form.pairs, (".do", "open")]))
    assert answer.status_code == 422
    assert "案件还没有登记" in answer.text and 'href="#received"' in answer.text
    assert ("application-name", "张晓彤") in Form(answer.text).pairs


def test_earlier_cases_of_the_same_applicant_are_shown(desk: FlaskClient, service: Service) -> None:
    number = open_case(desk, service, name="钱重复")
    token = dict(Form(desk.get(NEW).text).pairs)["csrf_token"]
    file = (BytesIO(json.dumps(service.sample("application-form") | {"name": "钱重复"}).encode()), "申请.json")
    shown = desk.post(NEW, data={"csrf_token": token, ".do": "load", ".file": file}).text
    assert "请看是否重复" in shown and number in shown


def test_what_happens_is_recorded_and_corrected(desk: FlaskClient, service: Service) -> None:
    number = open_case(desk, service)
    assert record(desk, number, "assigned", facts__officer="孙静").status_code == 303
    assert "承办人：孙静" in page(desk, number)
    refused = record(desk, number, "corrected", day="2026-03-05")
    assert refused.status_code == 409 and "之前没有“告知补正”的记录" in refused.text
    url = f"/desk/cases/{number}/records/4/cancel"
    token = re.search(r'name="csrf_token" value="([^"]+)"', desk.get(url).text)
    assert token
    assert desk.post(url, data={"csrf_token": token[1], "note": ""}).status_code == 422
    assert desk.post(url, data={"csrf_token": token[1], "note": "记错了人"}).status_code == 303
    shown = page(desk, number)
    assert "已更正" in shown and "还没有确定承办部门和承办人" in shown


def test_the_second_of_two_clerks_is_told(desk: FlaskClient, service: Service) -> None:
    number = open_case(desk, service)
    url = f"/desk/cases/{number}/record/noted"
    seen = [pair for pair in Form(desk.get(url).text).pairs if pair[0] != "noted-note"]
    record(desk, number, "assigned", facts__officer="孙静")
    late = desk.post(url, data=_grouped([*seen, ("noted-note", "电话已通知"), (".do", "record")]))
    assert late.status_code == 409 and "已经有别人改动" in late.text and "电话已通知" in late.text


def test_a_letter_is_filled_in_kept_and_issued_with_its_number(desk: FlaskClient, service: Service) -> None:
    number = open_case(desk, service)
    url = f"/desk/cases/{number}/letters/correction-notice"
    pairs = dict(Form(desk.get(url).text).pairs)
    assert pairs["application-name"] == "张晓彤" and pairs["clock-confirmed"] == "2026-03-03"
    matter = {"points-0-matter": "没有写明信息的形成时间", "points-0-guidance": "请写明年度和印发机关"}
    kept = send(desk, url, matter, "draft")
    assert kept.status_code == 303 and "草稿" in page(desk, number)
    refused = send(desk, kept.location, {}, "issue")
    assert refused.status_code == 422 and "还没有生成" in refused.text
    name, about = next(radio for radio in radios(refused.text) if radio[0].startswith("points-0-"))
    issued = send(desk, kept.location, {name: about, "date": "2026-03-05", "handed_on": "2026-03-05"}, "issue")
    assert issued.status_code == 303, Form(issued.text).words
    shown = page(desk, number)
    assert re.search(r"〔2026〕\d+号", shown) and "等待补正" in shown
    assert "2026年3月26日" in shown  # fifteen working days from the day on which it was handed over
    link = re.search(r'href="(/desk/letters/\d+/file\?format=docx)"', shown)
    assert link and "没有写明信息的形成时间" in text_of(desk.get(link[1]).data)


def radios(html: str) -> list[tuple[str, str]]:
    return re.findall(r'<input type="radio" name="([^"]+)" value="([^"]+)"', html)


def test_a_letter_is_sent_back_and_declared_void_with_a_reason(desk: FlaskClient, service: Service) -> None:
    number = open_case(desk, service)
    issued = send(desk, f"/desk/cases/{number}/letters/receipt", {"date": "2026-03-03"}, "issue")
    assert issued.status_code == 303, Form(issued.text).words
    void = re.search(r'href="(/desk/letters/\d+/void)"', page(desk, number))
    assert void
    token = re.search(r'name="csrf_token" value="([^"]+)"', desk.get(void[1]).text)
    assert token
    assert desk.post(void[1], data={"csrf_token": token[1], "note": " "}).status_code == 422
    assert desk.post(void[1], data={"csrf_token": token[1], "note": "日期写错"}).status_code == 303
    assert "已作废：日期写错" in page(desk, number)


def test_the_application_of_a_case_is_changed(desk: FlaskClient, service: Service) -> None:
    number = open_case(desk, service)
    changed = send(desk, f"/desk/cases/{number}/application", {"address": "聊城市新区路9号"}, "keep")
    assert changed.status_code == 303
    assert "聊城市新区路9号" in page(desk, number)
    assert send(desk, f"/desk/cases/{number}/application", {"name": ""}, "keep").status_code == 422


@pytest.mark.parametrize(
    "path",
    [
        "/desk/cases/1999-0001",
        "/desk/cases/1999-0001/record/noted",
        "/desk/letters/99999/file",
        "/desk/letters/1/shred",
    ],
)
def test_what_is_not_there_is_told_on_a_page(desk: FlaskClient, path: str) -> None:
    answer = desk.get(path)
    assert answer.status_code == 404 and "<h1>" in answer.text


def test_a_form_from_elsewhere_changes_nothing(desk: FlaskClient, service: Service) -> None:
    number = open_case(desk, service)
    for path, do in ((NEW, "open"), (f"/desk/cases/{number}/record/noted", "record")):
        assert desk.post(path, data={".do": do}).status_code == 400
    assert desk.post(f"/desk/cases/{number}/records/1/cancel", data={"note": "x"}).status_code == 400
    assert "更正" in page(desk, number) and "已更正" not in page(desk, number)


def test_without_a_database_the_desk_has_no_cases(client: FlaskClient) -> None:
    assert client.get("/desk/cases").status_code == 404
    assert "案件" not in client.get("/desk/").text.partition("<main")[0]


def test_a_wrong_day_is_corrected_under_later_records_and_the_reason_is_shown(
    desk: FlaskClient, service: Service
) -> None:
    number = open_case(desk, service)
    record(desk, number, "assigned", facts__officer="孙静")
    url = f"/desk/cases/{number}/records/1/cancel"
    assert "案件前后矛盾" in send(desk, url, {"note": "记错了"}, "cancel").text.replace("其他记录", "案件")
    refused = send(desk, url, {"note": "日期看错", "received-day": "2027-13-01"}, "correct")
    assert refused.status_code == 422 and "日期看错" in refused.text and "2027-13-01" in refused.text
    assert send(desk, url, {"note": "日期看错", "received-day": "2026-03-01"}, "correct").status_code == 303
    shown = page(desk, number)
    assert "已更正：日期看错" in shown and "2026年3月1日" in shown


def test_a_button_that_is_pressed_twice_opens_one_case(desk: FlaskClient, service: Service) -> None:
    form = load(desk, service.sample("application-form"))
    pairs = [pair for pair in form.pairs if pair[0] not in (".do", "received", "channel")]
    typed = _grouped([*pairs, ("received", "2026-03-02"), ("channel", "in_person"), (".do", "open")])
    first, second = (desk.post(NEW, data=typed) for _ in range(2))
    assert first.status_code == second.status_code == 303
    assert first.location == second.location
    other = desk.post(NEW, data=typed | {"application-name": ["李桂芬"]})
    assert other.status_code == 303 and other.location != first.location


@pytest.mark.parametrize(
    "path",
    [
        "/desk/cases?year=99999",
        "/desk/cases?year=0",
        "/desk/cases?page=99999999999999999999",
    ],
)
def test_a_number_beyond_all_bounds_in_an_address_is_no_fault(desk: FlaskClient, path: str) -> None:
    assert desk.get(path).status_code == 200


@pytest.mark.parametrize("path", ["/desk/letters/{}/file", "/desk/letters/{}/void"])
def test_a_letter_beyond_all_bounds_is_not_there(desk: FlaskClient, path: str) -> None:
    told = desk.get(path.format(99999999999999999999))
    assert told.status_code == 404 and "没有这份文书的记录" in told.text


@pytest.mark.parametrize("number", ["依申请2025/7", "〔2025〕第 8 号", "a?b#c%2F"])
def test_a_number_of_any_form_leads_to_its_case(desk: FlaskClient, service: Service, number: str) -> None:
    form = load(desk, service.sample("application-form"))
    arrival = {"received": "2026-03-02", "channel": "in_person", "number": number}
    pairs = [(name, value) for name, value in form.pairs if name not in arrival]
    answer = desk.post(NEW, data=_grouped([*pairs, *arrival.items(), (".do", "open")]))
    assert answer.status_code == 303, answer.text
    assert number in desk.get(answer.location).text
    assert record(desk, answer.location.rpartition("/")[2], "assigned", facts__officer="孙静").status_code == 303
