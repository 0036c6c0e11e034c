"""A form is checked, changed and turned into a file, and nothing that was typed gets lost on the way."""

from __future__ import annotations

import json
import re
from typing import Any
from urllib.parse import unquote

import pytest
from flask import Flask
from flask.testing import FlaskClient

from gipdocs.errors import ConversionError, ConverterBusy, ConverterTimeout
from gipdocs.service import Service
from tests.web.browser import Page, open_page, text_of

pytestmark = pytest.mark.slow

CASE = "/desk/documents/small-case"
SLIP = "/documents/small-slip"
DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
RIGHT: dict[str, Any] = {"person-name": "张三", "title": "一份清单", "day": "2026-03-01"}
HOSTILE = [
    "<select>",
    "A & B",
    "{{7*7}}",
    "]]>",
    "\"'><script>alert(1)</script>",
    "䶮㛃𬭊",
    "  前后空格  ",
    "&amp;",
    "长" * 200,
]


@pytest.fixture
def case(browser: FlaskClient) -> Page:
    return open_page(browser, CASE)


def the_case(app: Flask) -> Service:
    found: Service = app.extensions["gipdocs"]
    return found


def test_a_right_form_becomes_a_file_that_nobody_keeps(case: Page) -> None:
    response = case.press("docx", RIGHT)
    assert (response.status_code, response.mimetype) == (200, DOCX)
    assert response.headers["Cache-Control"] == "no-store"
    disposition = response.headers["Content-Disposition"]
    assert (
        disposition.startswith("attachment; filename=\"small-case.docx\"; filename*=UTF-8''") and disposition.isascii()
    )
    assert unquote(disposition.partition("''")[2]) == "小案卷.docx"
    assert "一份清单" in text_of(response.data)


@pytest.mark.parametrize("text", HOSTILE, ids=range(len(HOSTILE)))
def test_a_hostile_text_is_printed_as_typed(case: Page, text: str) -> None:
    page = case.then("check", RIGHT | {"title": text, "story": f"\n{text}\n第二段", "files-0-name": text})
    assert page.response.status_code == 200
    assert "<script>alert" not in page.response.text
    printed = text_of(page.press("docx").data)
    assert printed.count(text) == 3 and f"{text}\n第二段" in printed


@pytest.mark.parametrize("text", ["响\u0007铃", "反\u202e向", "长" * 201, "  \u200f"], ids=range(4))
def test_a_text_that_no_document_can_hold_is_refused_beside_its_question_and_shown_as_typed(
    case: Page, text: str
) -> None:
    page = case.then("docx", RIGHT | {"title": text})
    assert page.response.status_code == 422
    assert page.form.value("title") == text
    assert 'id="title-remarks"' in page.response.text and 'href="#title"' in page.response.text


def test_a_refused_form_comes_back_with_everything_typed_right_or_wrong(case: Page) -> None:
    typed: dict[str, Any] = {
        "person-name": "张三",
        "person-phone": "电话不详",
        "title": "",
        "story": "一\n\n二",
        "mail": "不是邮箱",
        "day": "2026-02-30",
        "pages": "十二",
        "fee": "三百元",
        "way": "fax",
        "many": "f",
        "forms": ["disc", "carrier-pigeon"],
        "agree": "false",
        "lines-0": "要点一",
        "files-0-name": "",
        "files-0-pages": "很多",
    }
    page = case.then("docx", typed)
    assert page.response.status_code == 422
    sent = page.form.pairs
    for name, value in typed.items():
        for one in [value] if isinstance(value, str) else value:
            assert (name, one) in sent
    for name in ("person-phone", "title", "mail", "day", "pages", "fee", "way", "forms", "files-0-pages"):
        assert f'id="{name}-remarks"' in page.response.text, name
    assert page.response.text.count('href="#files-0-name"') == 1
    assert page.response.text.count('aria-invalid="true"') == 8  # every refused control but the two groups of options


def test_a_fault_of_a_row_lands_on_the_row_that_was_typed_although_blank_ones_stand_before_it(case: Page) -> None:
    typed = RIGHT | {
        "files-0-name": " ",
        "files-2-name": "甲",
        "files-3-pages": "x",
        "lines-0": "",
        "lines-5": "响\u0007",
    }
    page = case.then("check", typed)
    assert 'id="files-2-pages-remarks"' in page.response.text
    assert 'id="files-2-name-remarks"' in page.response.text
    assert 'id="files-0-name-remarks"' not in page.response.text
    assert 'id="lines-1-remarks"' in page.response.text
    assert page.form.value("files-1-name") == "甲"


def test_a_hundred_faults_are_listed_and_all_are_counted_and_marked(case: Page) -> None:
    wrong = {f"files-{n}-name": "" for n in range(60)} | {f"files-{n}-pages": "很多" for n in range(60)}
    page = case.then("check", RIGHT | wrong)
    assert page.response.status_code == 422
    assert "有120处需要改正，这里列出前100处，文书还没有生成" in page.form.text
    summary = page.response.text.partition('<div class="summary"')[2].partition("</div>")[0]
    assert summary.count("<li>") == 100
    assert 'id="files-59-pages-remarks"' in page.response.text
    frame = case.press("preview", RIGHT | wrong, at="/preview")
    assert frame.text.count("<li>") == 101 and "共有120处需要改正，这里列出前100处。" in frame.text


def test_a_field_that_no_question_asks_for_never_reaches_the_document(case: Page) -> None:
    response = case.press("docx", RIGHT | {"secret": "秘密", "person-secret": "秘密", "files-x-name": "秘密"})
    assert response.status_code == 200 and "秘密" not in text_of(response.data)
    assert case.press("save", RIGHT | {"secret": "秘密"}).get_json() == {
        "person": {"name": "张三"},
        "title": "一份清单",
        "day": "2026-03-01",
    }


def test_rows_and_lines_are_added_and_removed_by_the_server(case: Page) -> None:
    page = case.then("add:files", RIGHT | {"title": "没有检查\u0007的内容"})
    assert page.response.status_code == 200
    assert 'formaction="/desk/documents/small-case#files-0-name"' in case.response.text
    assert 'formaction="/desk/documents/small-case#files"' in page.response.text  # back to the rest after removing
    assert "autofocus" in page.response.text.partition('id="files-0-name"')[0].rpartition("<input")[2]
    page = page.then("add:files", {"files-0-name": "甲", "files-0-marks-0": "标"}).then("add:files-0-marks")
    page = page.then("remove:files-1", {"files-0-marks-1": "记", "files-1-name": "乙"}).then("add:lines")
    assert page.form.value("title") == "没有检查\u0007的内容"
    answers = page.press("save").get_json()
    assert answers["files"] == [{"name": "甲", "marks": ["标", "记"]}]
    assert page.then("remove:nothing").response.status_code == 422
    assert page.then("add:title").response.status_code == 422


def test_findings_stand_beside_their_questions_with_severity_and_basis(case: Page) -> None:
    page = case.then("check", RIGHT | {"title": "晚慢知", "files-0-name": "甲", "files-1-name": "乙"})
    assert page.response.status_code == 422
    assert "错误 标题说晚了。 依据：《某规定》" in page.form.text
    assert 'id="title-remarks"' in page.response.text
    assert 'id="files-1-name-remarks"' in page.response.text
    assert 'id="form-remarks"' in page.response.text
    assert "警告 附件第2项：标题说慢了。" in page.form.text and "提示 请知悉。" in page.form.text


def test_an_overridable_finding_offers_a_reason_that_lets_the_document_out(case: Page) -> None:
    page = case.then("docx", RIGHT | {"title": "晚禁"})
    assert page.form.value("overrides-0-code") == "late"
    assert page.form.text.count("确需出具的，写明理由") == 1
    assert page.then("docx", {"title": "晚"}).response.status_code == 422  # no reason, no document
    short = page.then("docx", {"title": "晚", "overrides-0-reason": "短"})
    assert short.response.status_code == 422 and 'id="overrides-0-reason-remarks"' in short.response.text
    response = page.press("docx", {"title": "晚", "overrides-0-reason": "负责人已经同意"})
    assert response.mimetype == DOCX and "负责人已经同意" not in text_of(response.data)
    checked = page.then("check", {"title": "晚", "overrides-0-reason": "负责人已经同意"})
    assert "已写明理由" in checked.form.text and checked.form.value("overrides-0-reason") == "负责人已经同意"
    gone = checked.then("check", {"title": "清单"})  # the reason stays, though nothing asks for it any more
    assert (gone.form.value("overrides-0-code"), gone.form.value("overrides-0-reason")) == ("late", "负责人已经同意")


def test_staff_see_a_warning_before_they_get_the_file(case: Page) -> None:
    page = case.then("docx", RIGHT | {"title": "慢"})
    assert page.response.mimetype == "text/html" and page.response.status_code == 200
    assert "标题说慢了。" in page.form.text and (page.form.value(".seen") or "").startswith("slow-")
    assert page.press("docx").mimetype == DOCX
    assert page.then("add:lines").press("docx").mimetype == DOCX
    assert case.press("docx", RIGHT | {"title": "知"}).mimetype == DOCX  # information holds nothing up


def test_a_draft_may_leave_out_what_is_open_in_drafts(case: Page) -> None:
    undated = {"person-name": "张三", "title": "一份清单"}
    assert case.press("docx", undated).status_code == 422
    response = case.press("docx", undated | {"draft": "true"})
    assert response.mimetype == DOCX
    assert "草稿" in unquote(response.headers["Content-Disposition"])


def test_draft_and_reasons_stand_at_the_end_of_the_form(case: Page) -> None:
    page = case.then("check", RIGHT | {"overrides-0-code": "x", "overrides-0-reason": "以前写的理由"})
    names = [name for name in page.form.types if name != "csrf_token"]
    assert names[-3:] == ["draft", "overrides-0-code", "overrides-0-reason"]


def test_a_check_without_a_finding_says_so(case: Page) -> None:
    page = case.then("check", RIGHT)
    assert page.response.status_code == 200 and "没有发现问题" in page.form.text


def test_the_preview_is_the_letter_in_a_frame_that_runs_and_loads_nothing(case: Page) -> None:
    response = case.press("preview", RIGHT | {"story": "<script>x</script>"}, at="/preview")
    assert response.status_code == 200 and "&lt;script&gt;x" in response.text
    policy = set(response.headers["Content-Security-Policy"].split("; "))
    assert policy >= {"default-src 'none'", "frame-ancestors 'self'", "sandbox allow-same-origin"}
    assert not any(rule.startswith(("script-src", "connect-src", "form-action")) for rule in policy)
    [frame] = re.findall(r"<iframe [^>]*>", case.response.text)
    assert 'sandbox="allow-same-origin"' in frame
    assert response.headers["Cache-Control"] == "no-store"
    refused = case.press("preview", {}, at="/preview")
    assert refused.status_code == 422 and "请填写“标题”。" in refused.text
    forbidden = case.press("preview", RIGHT | {"title": "禁知"}, at="/preview")
    assert forbidden.status_code == 422 and "标题不可以这样写。" in forbidden.text and "知悉" not in forbidden.text


def test_citizens_fill_in_and_get_their_file(browser: FlaskClient) -> None:
    page = open_page(browser, SLIP)
    assert "save" not in page.form.buttons and "不保存" in page.form.text
    response = page.press("docx", {"name": "䶮㛃"})
    assert response.mimetype == DOCX and "䶮㛃" in text_of(response.data)
    assert page.press("save", {"name": "甲"}).mimetype == "text/html"
    assert page.press("preview", {"name": "甲"}, at="/preview").status_code == 200
    assert page.press("docx", {"name": "响\u0007"}).status_code == 422


@pytest.mark.parametrize(
    ("error", "status"),
    [
        (ConverterBusy("排队的文书太多，请稍候再试。", retry_after=7), 503),
        (ConverterTimeout("转换超过时限，已经停止。"), 504),
        (ConversionError("转换程序没有给出PDF。"), 502),
    ],
    ids=["busy", "timeout", "broken"],
)
def test_a_failed_pdf_keeps_the_form_and_offers_the_docx(
    case: Page, small_app: Flask, monkeypatch: pytest.MonkeyPatch, error: ConversionError, status: int
) -> None:
    class Failing:
        def convert(self, docx: bytes, *, label: str) -> bytes:
            raise error

    monkeypatch.setitem(vars(the_case(small_app)), "converter", Failing())
    page = case.then("pdf", RIGHT)
    assert page.response.status_code == status
    assert str(error) in page.form.text and "可以先下载DOCX" in page.form.text
    assert page.form.value("title") == "一份清单"
    assert page.response.headers.get("Retry-After") == ("7" if status == 503 else None)
    assert page.press("docx").mimetype == DOCX
    blank = case.client.get(SLIP + "/blank.pdf")
    assert blank.status_code == status and str(error) in blank.text


def test_every_page_of_a_form_is_closed_and_kept_by_nobody(case: Page) -> None:
    pages = [case.response, case.press("check", {}), case.press("add:files"), case.press("save", RIGHT)]
    for response in pages:
        assert response.headers["Cache-Control"] == "no-store"
        assert response.headers["X-Content-Type-Options"] == "nosniff"
    policy = case.response.headers["Content-Security-Policy"]
    assert "default-src 'self'" in policy and "unsafe" not in policy
    assert "<style" not in case.response.text and "style=" not in case.response.text
    assert " onclick" not in case.response.text and "<script>" not in case.response.text


def test_every_label_and_description_leads_to_something_and_every_id_is_used_once(case: Page) -> None:
    typed = RIGHT | {"title": "晚慢", "files-0-pages": "x", "files-1-name": "乙", "lines-0": "响\u0007"}
    for page in (case, case.then("check", typed), case.then("add:files").then("add:files-0-marks")):
        assert [one for one in page.form.references if one not in page.form.ids] == []
        assert len(set(page.form.ids)) == len(page.form.ids)


@pytest.mark.slow
def test_the_web_builds_the_same_text_as_the_api_from_every_sample(app: Flask, service: Service) -> None:
    client = app.test_client()
    for id, entry in service.registry.items():
        page = open_page(client, f"/desk/documents/{id}?sample")
        sample = service.sample(id)
        assert page.press("save").get_json() == sample, id
        by_web = page.press("docx")
        by_api = client.post(f"/api/v1/documents/{id}?format=docx", json=sample)
        assert by_web.mimetype == DOCX, (id, page.then("docx").form.text)
        assert text_of(by_web.data) == text_of(by_api.data), id
        if entry.document.public:
            assert client.get(f"/documents/{id}", follow_redirects=True).status_code == 200


def test_what_was_saved_is_the_payload_that_every_other_door_takes(case: Page, browser: FlaskClient) -> None:
    response = case.press("save", RIGHT | {"pages": "3", "agree": "true", "forms": ["disc"], "story": "一\n二"})
    assert response.mimetype == "application/json"
    assert unquote(response.headers["Content-Disposition"]).endswith("小案卷-填写内容.json")
    answers = json.loads(response.data)
    assert answers["pages"] == 3 and answers["agree"] is True and answers["story"] == "一\n二"
    assert browser.post("/api/v1/documents/small-case?format=html", json=answers).status_code == 200
