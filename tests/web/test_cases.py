"""Cases on the desk, without JavaScript: opened, recorded, written to, corrected; and every refusal of them."""

from __future__ import annotations

import json
import re
from html import unescape
from io import BytesIO
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.datastructures import FileStorage
from werkzeug.test import TestResponse, encode_multipart

from gipdocs.service import Service
from tests.web.browser import Form, text_of
from tests.web.valid import faults

pytestmark = pytest.mark.slow

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
    arrival = {"received": "2026-03-02", "channel": "online", "confirmed": "2026-03-03"}
    arrival |= {key: changes.pop(key) for key in arrival if key in changes}
    form = load(client, service.sample("application-form") | changes)
    pairs = [(name, value) for name, value in form.pairs if name not in arrival]
    answer = client.post(NEW, data=_grouped([*pairs, *arrival.items(), (".do", "open")]))
    assert answer.status_code == 303, answer.text
    return _number(answer)


def _number(opened: TestResponse) -> str:
    """The number of the case to whose page an answer leads, as its address has it."""
    return opened.location.rpartition("/")[2].partition("?")[0]


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
    assert record(desk, number, "verified").status_code == 303
    assert record(desk, number, "assigned", facts__officer="孙静").status_code == 303
    assert "承办人：孙静" in page(desk, number)
    refused = record(desk, number, "corrected", day="2026-03-05")
    assert refused.status_code == 409 and "之前没有“告知补正”的记录" in refused.text
    url = f"/desk/cases/{number}/records/5/cancel"
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


def test_each_deed_is_confirmed_in_one_sentence_that_a_reload_only_repeats(desk: FlaskClient, service: Service) -> None:
    number = open_case(desk, service)
    before = len(re.findall('class="when"', page(desk, number)))
    answer = record(desk, number, "assigned", facts__officer="孙静")
    for _ in range(2):
        shown = desk.get(answer.location).text
        assert re.search(r'<p class="notice good" role="status"[^>]*>已经记录“交办”。</p>', shown)
        assert len(re.findall('class="when"', shown)) == before + 1
    changed = send(desk, f"/desk/cases/{number}/application", {"address": "聊城市新区路9号"}, "keep")
    assert "申请内容已经修改。" in desk.get(changed.location).text
    for word in ("", "<b>", "nothing"):
        assert 'role="status"' not in desk.get(f"/desk/cases/{number}?done={word}").text


def test_a_draft_says_that_it_was_kept_and_can_be_deleted(desk: FlaskClient, service: Service) -> None:
    number = open_case(desk, service)
    kept = send(desk, f"/desk/cases/{number}/letters/receipt", {"date": "2026-03-03"}, "draft")
    assert "草稿已保存" in desk.get(kept.location).text
    assert "这是保存的草稿" in desk.get(kept.location.removesuffix("&kept=1")).text
    gone = send_deed(desk, page(desk, number), "discard")
    assert "草稿已经删除。" in desk.get(gone.location).text and "还没有文书。" in page(desk, number)


def send_deed(desk: FlaskClient, shown: str, deed: str, **typed: str) -> TestResponse:
    """Go where a letter's link leads, and press the button there."""
    link = re.search(rf'href="(/desk/letters/\d+/{deed}(?:\?version=\d+)?)"', shown)
    assert link
    token = re.search(r'name="csrf_token" value="([^"]+)"', desk.get(link[1]).text)
    assert token
    return desk.post(link[1], data={"csrf_token": token[1], **typed})


def test_a_submitted_letter_offers_issue_or_return_but_not_submission(desk: FlaskClient, service: Service) -> None:
    number = open_case(desk, service)
    sent = send(desk, f"/desk/cases/{number}/letters/receipt", {"date": "2026-03-03"}, "submit")
    assert "文书已经提请签发。" in desk.get(sent.location).text and "待签发" in page(desk, number)
    form = desk.get(f"/desk/cases/{number}/letters/receipt", follow_redirects=True).text
    assert "这份文书已经提请签发。" in form and "submit" not in Form(form).buttons and "issue" in Form(form).buttons
    assert "请写明退回修改的意见。" in send_deed(desk, form, "return", note="").text
    returned = send_deed(desk, form, "return", note="日期有误")
    assert "文书已经退回修改。" in desk.get(returned.location).text and "日期有误" in page(desk, number)


def test_a_corrected_record_shows_the_reason(desk: FlaskClient, service: Service) -> None:
    number = open_case(desk, service)
    record(desk, number, "assigned", facts__officer="孙静")
    url = f"/desk/cases/{number}/records/4/cancel"
    token = re.search(r'name="csrf_token" value="([^"]+)"', desk.get(url).text)
    assert token
    desk.post(url, data={"csrf_token": token[1], "note": "记错了人"})
    assert "已更正：记错了人" in page(desk, number)


def test_a_scan_may_be_larger_than_any_other_form(desk: FlaskClient, service: Service) -> None:
    number = open_case(desk, service)
    url = f"/desk/cases/{number}/files"
    token = re.search(r'name="csrf_token" value="([^"]+)"', desk.get(url).text)
    assert token
    scan = FileStorage(BytesIO(b"%PDF-" + bytes(5_000_000)), "盖章的答复书.pdf")
    boundary, body = encode_multipart({"csrf_token": token[1], "role": "signed", "file": scan})
    added = desk.post(url, data=body, content_type=f'multipart/form-data; boundary="{boundary}"')
    assert added.status_code == 303, added.text
    assert "文件已经存入案件。" in desk.get(added.location).text and "盖章的答复书.pdf" in page(desk, number)
    empty = desk.post(url, data={"csrf_token": token[1], "role": "service"})
    assert empty.status_code == 422 and '<option value="service" selected>' in empty.text


def test_a_record_on_which_others_rest_is_refused_with_their_names(desk: FlaskClient, service: Service) -> None:
    number = open_case(desk, service)
    record(desk, number, "assigned", day="2026-03-04", facts__officer="孙静")
    url = f"/desk/cases/{number}/records/1/cancel"
    token = re.search(r'name="csrf_token" value="([^"]+)"', desk.get(url).text)
    assert token
    refused = desk.post(url, data={"csrf_token": token[1], "note": "日期有误"})
    assert refused.status_code == 422 and "“交办”（2026年3月4日）" in refused.text and "。；" not in refused.text


def test_the_due_page_leads_to_each_case_whose_data_may_be_erased(desk: FlaskClient, service: Service) -> None:
    number = open_case(desk, service, received="2015-03-02", confirmed="2015-03-03")
    record(desk, number, "answered", day="2015-03-10", facts__outcome="reply-granted")
    url = f"/desk/cases/{number}/keep"
    assert "保存年限还没有届满" in desk.get(url).text
    record(desk, number, "posted", day="2015-03-11")
    assert f'href="{url}"' in desk.get("/desk/due").text
    token = re.search(r'name="csrf_token" value="([^"]+)"', desk.get(url).text)
    assert token
    said = [desk.post(url, data={"csrf_token": token[1], "do": do}).location for do in ("propose", "confirm")]
    assert "已经提出删除个人信息" in desk.get(said[0]).text and "个人信息已经删除。" in desk.get(said[1]).text
    assert "写其他文书" not in page(desk, number) and "暂缓删除" not in desk.get(url).text


def test_a_day_is_recorded_as_it_was_typed_by_people_and_a_wrong_one_is_told(
    desk: FlaskClient, service: Service
) -> None:
    number = open_case(desk, service)
    refused = record(desk, number, "assigned", day="3/4/2026", facts__officer="孙静")
    assert refused.status_code == 422 and 'value="3/4/2026"' in refused.text
    assert "分不清哪个是月、哪个是日，请按年、月、日的顺序写作2026-03-01的形式。" in refused.text
    assert record(desk, number, "assigned", day="2026年3月4日（周三）", facts__officer="孙静").status_code == 303
    assert "2026年3月4日" in page(desk, number)


def test_a_case_is_kept_until_a_day_as_people_write_it(desk: FlaskClient, service: Service) -> None:
    number = open_case(desk, service)
    record(desk, number, "answered", day="2026-03-10", facts__outcome="reply-granted")
    record(desk, number, "posted", day="2026-03-11")
    url = f"/desk/cases/{number}/keep"
    token = re.search(r'name="csrf_token" value="([^"]+)"', desk.get(url).text)
    assert token
    typed = {"csrf_token": token[1], "do": "hold", "note": "诉讼尚未结束"}
    wrong = desk.post(url, data=typed | {"until": "2036.2.30"})
    assert wrong.status_code == 422 and 'value="2036.2.30"' in wrong.text
    assert "保留到哪一天：没有2036年2月30日这一天，请核对。" in wrong.text
    assert "请填写保留到哪一天。" in desk.post(url, data=typed).text
    assert desk.post(url, data=typed | {"until": "２０３６年３月２日"}).status_code == 303


def test_every_page_of_a_case_is_valid(desk: FlaskClient, service: Service) -> None:
    number = open_case(desk, service)
    kept = send(desk, f"/desk/cases/{number}/letters/receipt", {"date": "2026-03-03"}, "draft")
    send(desk, f"/desk/cases/{number}/letters/envelope", {}, "submit")
    case = f"/desk/cases/{number}"
    links = {unescape(link) for link in re.findall(r'<a [^>]*href="(/desk/[^"#]+)"', page(desk, number))}
    assert kept.location.partition("&")[0] in links
    for url in (*links, f"{case}?done=opened", f"{case}/records/1/cancel", f"{case}/keep", "/desk/statistics/2026"):
        answer = desk.get(url, follow_redirects=True)
        assert answer.status_code == 200 and faults(answer.text) == [], url


def test_no_case_found_by_a_filter_is_told_apart_from_no_case_at_all(desk: FlaskClient) -> None:
    assert "请放宽查找的条件" in desk.get("/desk/cases?officer=没有这个人").text


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
        "/desk/cases?year=99999999999999999999",
        "/desk/ledger.xlsx?year=-1",
        "/desk/ledger.xlsx?year=99999999999999999999",
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
    assert record(desk, _number(answer), "assigned", facts__officer="孙静").status_code == 303


def test_a_changed_application_is_not_overwritten_by_pressing_twice(desk: FlaskClient, service: Service) -> None:
    number = open_case(desk, service)
    url = f"/desk/cases/{number}/application"
    mine = [pair for pair in Form(desk.get(url).text).pairs if pair[0] not in ("address", ".do")]
    send(desk, url, {"phone": "13900139000"}, "keep")
    for _ in range(2):
        late = desk.post(url, data=_grouped([*mine, ("address", "聊城市旧城路2号"), (".do", "keep")]))
        assert late.status_code == 409 and "聊城市旧城路2号" in late.text
        mine = [pair for pair in Form(late.text).pairs if pair[0] not in ("address", ".do")]
    assert "13900139000" in page(desk, number)


def test_what_is_due_can_be_taken_into_a_calendar(desk: FlaskClient, service: Service) -> None:
    number = open_case(desk, service)
    (link,) = re.findall(r'href="([^"]+\.ics)"', desk.get("/desk/due").text)
    feed = desk.get(link)
    assert feed.mimetype == "text/calendar" and number in feed.text and "张晓彤" not in feed.text
