"""The citizens' forms in steps, without JavaScript: one page, its steps, what is folded, what is told, what comes next."""

from __future__ import annotations

import re

import pytest
from flask.testing import FlaskClient

from gipdocs.service import Service
from tests.web.browser import Form, Page, open_page, text_of

FORM = "/documents/application-form"
IN_STEPS = ("application-form", "withdrawal-application", "record-correction-application", "envelope")


def headings(html: str) -> list[str]:
    return [re.sub("<[^>]+>|[0-9 ]", "", one) for one in re.findall(r"<h2 id=[^>]*>.*?</h2>", html)]


def section(html: str, id: str) -> str:
    return html.partition(f'id="{id}"')[2].partition("</section>")[0]


def folded(html: str, summary: str) -> tuple[str, bool]:
    """The inside of the group behind a question, and whether it is open."""
    (attributes, inside), *_ = re.findall(
        rf"<details class=\"aside\"([^>]*)>\s*<summary>{summary}(.*?)</details>", html, re.S
    )
    return inside, "open" in attributes


@pytest.mark.parametrize("id", IN_STEPS)
def test_every_form_of_the_citizens_is_one_page_of_steps(client: FlaskClient, id: str) -> None:
    page = open_page(client, f"/documents/{id}")
    titles = headings(page.response.text)
    assert len(titles) >= 3 and titles[-2:] == ["核对下载", "接下来"] and all(titles)
    assert set(page.form.references) <= {*page.form.ids}
    assert len(page.form.ids) == len(set(page.form.ids))
    assert page.form.buttons[0] == "check" and {"docx", "pdf"} <= set(page.form.buttons)


def test_the_steps_ask_every_question_of_the_schema_in_its_order(client: FlaskClient, service: Service) -> None:
    keys = [key for key, _ in service.registry["application-form"].document.schema().questions()]
    page = open_page(client, FORM)
    assert [name for name in page.form.types if name in keys] == keys
    assert headings(page.response.text)[:4] == ["谁申请", "申请什么", "怎样提供", "核对下载"]


def test_a_form_without_steps_looks_as_it_did(browser: FlaskClient) -> None:
    html = browser.get("/documents/small-slip").text
    assert "核对下载" not in html and '<iframe name="preview"' in html


def test_an_agent_is_asked_for_behind_one_question(client: FlaskClient) -> None:
    page = open_page(client, FORM)
    inside, is_open = folded(page.response.text, "由代理人、监护人代办吗？")
    names = [name for name in page.form.types if name.startswith("agent_")]
    assert len(names) == 5 and not is_open
    assert all(f'name="{name}"' in inside for name in names)


def test_a_folded_answer_is_shown_again_and_counted(client: FlaskClient) -> None:
    page = open_page(client, FORM).then("check", {"agent_name": "李明", "agent_phone": "13900139000"})
    inside, is_open = folded(page.response.text, "由代理人、监护人代办吗？")
    assert is_open and "已填2项" in inside and 'value="李明"' in inside


def test_an_answer_that_does_not_apply_is_told_beside_it_and_printed(client: FlaskClient) -> None:
    page = open_page(client, FORM)
    assert "data-of" in page.response.text and not re.search(r'class="stray" data-of="\w+">', page.response.text)
    typed: dict[str, str | list[str]] = {"applicant_kind": "organisation", "id_number": "11010519491231002X"}
    page = page.then("check", typed)
    assert re.findall(r'class="stray" data-of="(\w+)">', page.response.text) == ["id_number"]
    assert "11010519491231002X" in text_of(page.press("docx").data)


def test_the_answers_are_read_back_by_their_labels_before_the_download(client: FlaskClient) -> None:
    page = open_page(client, FORM)
    assert "还没有填写" in page.form.text
    typed: dict[str, str | list[str]] = {
        "applicant_kind": "citizen",
        "name": "A & <乙>",
        "info_description": "第一段\n第二段",
        "media": ["paper", "cd"],
        "accept_other": "true",
        "applied_on": "2026-03-02",
    }
    html = page.then("check", typed).response.text
    review = html.partition('id="review"')[2].partition('class="actions"')[0]
    for label, text in (
        ("申请人类别", "公民"),
        ("姓名或者名称", "A &amp; &lt;乙&gt;"),
        ("便于查询的其他特征描述", "第一段\r?\n第二段"),
        ("提供政府信息的形式", "纸质</dd><dd>光盘"),
        ("接受其他形式和方式", "是"),
        ("申请日期", "2026年3月2日（星期一）"),
    ):
        assert re.search(f"{label}</dt><dd>{text}</dd>", review), label
    assert "证件号码</dt>" not in review and "还没有填写" not in review


def test_lines_and_groups_are_read_back_too(client: FlaskClient) -> None:
    page = open_page(client, "/documents/record-correction-application").then("add:evidence")
    html = page.then("check", {"evidence-0": "行驶证", "evidence-1": "照片"}).response.text
    assert "证据</dt><dd>行驶证</dd><dd>照片</dd>" in html
    html = open_page(client, "/documents/envelope").then("check", {"application-name": "张三"}).response.text
    assert "姓名或者名称</dt><dd>张三</dd>" in html


def test_the_steps_name_what_is_still_missing(client: FlaskClient) -> None:
    page = open_page(client, FORM)
    assert "看一下" not in page.form.text
    html = page.then("check", {"name": "张晓彤", "phone": "13800138000"}).response.text
    stages = html.partition('id="steps"')[2].partition("</nav>")[0]
    first, second, third = re.findall(r'step-\d">.*?</li>', stages, re.S)
    assert 'href="#id_number"' in first and 'href="#phone"' not in first
    assert 'href="#info_title"' in second and "delivery" in third


def test_what_would_come_back_stands_beside_its_question_and_stops_no_download(client: FlaskClient) -> None:
    page = open_page(client, FORM).then("check", {"name": "张晓彤", "info_title": "预算"})
    beside = page.response.text.partition('id="info_title-remarks"')[2].partition("</ul>")[0]
    assert "写得太短" in beside and "请看一下" in beside and "警告" not in page.form.text
    assert "不补也可以下载" in page.form.text
    assert page.press("docx").mimetype.endswith("wordprocessingml.document")


def test_what_comes_next_is_on_the_page_and_linked_beneath_the_buttons(client: FlaskClient, service: Service) -> None:
    html = client.get(FORM).text
    body, profile = section(html, "next"), service.profile
    told = Form(body).text
    facts = (
        profile.office.address,
        profile.office.postcode,
        profile.office.phone,
        profile.office.times,
        "签名",
        "复印件",
    )
    assert [fact for fact in facts if fact not in told] == []
    assert profile.channels["online"].url in body and "20个工作日内答复" in told
    assert 'href="#next"' in html.partition('class="actions"')[2].partition("</section>")[0]


def test_the_envelope_is_filled_with_the_sender_of_the_form(client: FlaskClient) -> None:
    page = open_page(client, FORM)
    typed: dict[str, str | list[str]] = {
        "name": "张晓彤",
        "address": "人民路1号",
        "postcode": "252000",
        "id_number": "11010519491231002X",
    }
    response = page.press("enclose.envelope.docx", typed)
    printed = text_of(response.data)
    assert response.headers["Cache-Control"] == "no-store"
    assert "张晓彤" in printed and "人民路1号" in printed and "11010519491231002X" not in printed


def test_a_wrong_sender_is_refused_beside_the_same_question(client: FlaskClient) -> None:
    response = open_page(client, FORM).press("enclose.envelope.docx", {"name": "张" * 101})
    assert response.status_code == 422 and 'href="#name"' in response.text and "张" * 101 in response.text


@pytest.mark.parametrize("do", ["enclose.envelope.svg", "enclose.guide.docx", "enclose.reply-granted.docx", "enclose"])
def test_nothing_else_can_be_enclosed(client: FlaskClient, do: str) -> None:
    assert open_page(client, FORM).press(do, {"name": "张三"}).mimetype == "text/html"


def test_the_browser_may_offer_its_owners_data_to_citizens_only(client: FlaskClient) -> None:
    def control(html: str, name: str) -> str:
        return next(one for one in re.findall(r"<(?:input|textarea)[^>]*>", html) if f' name="{name}"' in one)

    html = client.get(FORM).text
    for name, token in (
        ("name", "name"),
        ("phone", "tel"),
        ("email", "email"),
        ("address", "street-address"),
        ("postcode", "postal-code"),
        ("agent_phone", "off"),
        ("fax", "off"),
        ("id_number", "off"),
    ):
        assert f'autocomplete="{token}"' in control(html, name), name
    assert 'inputmode="numeric"' in control(html, "postcode") and "inputmode" not in control(html, "id_number")
    assert [name for name in ("id_number", "agent_id_number", "phone") if "data-private" in control(html, name)] == [
        "id_number",
        "agent_id_number",
    ]
    desk = client.get("/desk/documents/application-form").text
    assert set(re.findall('autocomplete="[^"]*"', desk)) == {'autocomplete="off"'} and "data-private" not in desk


def test_answers_that_an_envelope_does_not_print_are_not_asked_of_citizens(client: FlaskClient) -> None:
    citizens = open_page(client, "/documents/envelope").form.types
    assert "application-name" in citizens and "application-info_title" not in citizens
    assert "application-info_title" in open_page(client, "/desk/documents/envelope").form.types


@pytest.mark.parametrize("url", ["/documents/nothing", "/documents/reply-granted", "/nowhere"])
def test_errors_of_the_citizens_pages_lead_back_to_them(client: FlaskClient, url: str) -> None:
    response = client.get(url)
    assert response.status_code == 404
    assert 'href="/"' in response.text and "/desk/" not in response.text and "gipdocs list" not in response.text


def test_too_large_a_form_leads_back_to_itself(browser: FlaskClient) -> None:
    response = browser.post(FORM, data={"info_description": "文" * 300_000})
    assert response.status_code == 413
    assert f'href="{FORM}"' in response.text and "/desk/" not in response.text
    at_desk = browser.post("/desk/documents/application-form", data={"info_description": "文" * 300_000})
    assert at_desk.status_code == 413 and 'href="/desk/"' in at_desk.text


def test_the_whole_job_without_javascript(client: FlaskClient) -> None:
    page: Page = open_page(client, FORM)
    page = page.then("check", {"name": "张晓彤", "phone": "13800138000", "info_title": "2025年公务用车调配更新计划"})
    assert page.response.status_code == 200
    printed = text_of(page.press("docx").data)
    assert "张晓彤" in printed and "2025年公务用车调配更新计划" in printed
