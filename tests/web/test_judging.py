"""The wizard without JavaScript: question by question to the outcome, with and without a case."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from urllib.parse import urlencode

import pytest
from flask import Flask
from flask.testing import FlaskClient

from gipdocs.law.judgement import load_judgement
from gipdocs.service import Service
from tests.law.test_judgement import ORDINARY
from tests.web.browser import Form
from tests.web.test_cases import open_case, page, record
from tests.web.valid import faults

pytestmark = pytest.mark.slow
JUDGE = "/desk/judge"
PETITION = {"withdrawn": "no", "correction": "clear", "kind": "petition"}


@pytest.fixture
def desk(register_app: Flask) -> FlaskClient:
    return register_app.test_client()


def ask(client: FlaskClient, url: str, **answers: str) -> str:
    answer = client.get(f"{url}?{urlencode(answers)}")
    assert answer.status_code == 200 and faults(answer.text) == []
    return answer.text


def asked(html: str) -> str:
    found = re.search(r"<h1[^>]*>(.*?)</h1>", html)
    assert found is not None
    return found[1]


def conclude(client: FlaskClient, number: str, do: str, *, note: str = "", **answers: str) -> str:
    """Where the button `do` at the end of a case's judgement leads."""
    url = f"/desk/cases/{number}/judge"
    form = Form(ask(client, url, **answers))
    answer = client.post(url, data={**dict(form.pairs), "note": note, ".do": do})
    assert answer.status_code == 303, answer.text
    return str(answer.location)


def test_each_page_asks_one_question_with_its_help_its_basis_and_the_way_so_far(browser: FlaskClient) -> None:
    first = next(iter(load_judgement().inquiries.values()))
    assert asked(ask(browser, JUDGE)) == first.text
    html = ask(browser, JUDGE, withdrawn="no")
    assert asked(html) == "申请需要补正吗？"
    shown = Form(html).text
    assert (
        "依据：《中华人民共和国政府信息公开条例》第二十九条第二款、第三十条" in shown and "7个工作日内一次告知" in shown
    )
    assert "申请人撤回申请了吗？" in shown and 'name="withdrawn" value="no"' in html
    assert 'aria-current="step"' in html and html.count('name="correction"') == 4


def test_the_end_tells_article_contents_remedy_and_row_and_leads_to_the_letter(browser: FlaskClient) -> None:
    html = ask(
        browser, JUDGE, **ORDINARY | {"search": "some", "ground": "internal", "weighing": "withhold", "extent": "some"}
    )
    shown = Form(html).text
    assert asked(html) == "部分公开（区分处理）"
    assert "每一处不予公开的条款和理由" in shown and "计入表三“三、（二）”" in shown
    assert "不予公开的部分先申请行政复议，其他部分行政复议或者行政诉讼" in shown
    assert "无法提供（经检索，政府信息不存在）。在同一份答复书中逐项写明" in shown
    assert 'href="/desk/documents/reply-partial"' in html and 'href="/desk/documents/search-record"' in html
    assert "综上，依照" in shown and "存入案件" not in shown


@pytest.mark.parametrize(
    ("answers", "documents"),
    [
        ({"withdrawn": "no", "correction": "unclear"}, {"correction-notice"}),
        (ORDINARY | {"ground": "third_party", "third_party": "ask"}, {"third-party-consultation", "search-record"}),
        (ORDINARY | {"agency": "joint", "partner": "ask"}, {"agency-consultation"}),
        (ORDINARY | {"excessive": "ask_reasons"}, {"reason-notice"}),
        (ORDINARY | {"excessive": "ask_fee"}, {"fee-notice"}),
        (ORDINARY | {"excessive": "reasons_asked", "reasons": "delay"}, {"delay-notice"}),
        (ORDINARY | {"search": "unsearched", "in_time": "no"}, {"extension-notice"}),
        (ORDINARY | {"secrecy": "unsure"}, {"determination-request", "search-record"}),
        (ORDINARY | {"kind": "rectify"}, {"rectification-reply"}),
        (ORDINARY | {"correction": "asked", "corrected": "waiting"}, set()),
    ],
    ids=lambda value: min(value, default="") if isinstance(value, set) else "",
)
def test_what_must_be_done_first_leads_to_the_documents_that_record_it(
    browser: FlaskClient, answers: dict[str, str], documents: set[str]
) -> None:
    html = ask(browser, JUDGE, **answers)
    assert asked(html).startswith("先办：")
    *_, last = load_judgement().follow(answers).taken
    assert "可以收藏" in html and f'ask={last.inquiry.key}">已经办完，接着研判' in html
    assert asked(ask(browser, JUDGE, **answers, ask=last.inquiry.key)) == last.inquiry.text
    assert set(re.findall(r'class="way[^"]*" href="/desk/documents/([a-z-]+)"', html)) == documents


def test_an_earlier_answer_is_changed_and_later_ones_stay_where_they_apply(browser: FlaskClient) -> None:
    html = ask(browser, JUDGE, **ORDINARY, ask="kind")
    assert asked(html) == "申请人要的是什么？" and "原来的回答" in html
    kept = {name: value for name, value in Form(html).pairs if name}
    assert kept == {key: value for key, value in ORDINARY.items() if key != "kind"}
    assert asked(ask(browser, JUDGE, **kept, kind="and_advice")) == "予以公开（提供政府信息）"
    assert asked(ask(browser, JUDGE, **kept, kind="publication")) == "不予处理（要求提供公开出版物）"


def test_what_isnt_a_question_or_an_answer_changes_nothing(browser: FlaskClient) -> None:
    html = ask(browser, JUDGE, withdrawn="no", correction='"><script>', kind="张三", ask="nothing", more="1")
    assert asked(html) == "申请需要补正吗？" and "script>" not in html.split("<main", 1)[1] and "张三" not in html


def test_no_question_has_the_name_of_another_parameter() -> None:
    assert not {"ask", "afresh", "note", "csrf_token"} & set(load_judgement().inquiries)


STATELESS = """
import sys
from gipdocs.app import create_app
from gipdocs.settings import Settings
client = create_app(Settings(secret_key="x", database="none")).test_client()
for url in ("/desk/judge", "/desk/judge?withdrawn=yes", "/desk/judge?withdrawn=no&correction=unclear"):
    assert client.get(url).status_code == 200, url
assert client.get("/desk/cases/2026-0001/judge").status_code == 404
print(*(name for name in sys.modules if name.startswith(("sqlalchemy", "gipdocs.store", "gipdocs.register"))))
"""


def test_without_a_database_the_wizard_works_and_loads_nothing_of_the_register() -> None:
    environment = os.environ | {"GIPDOCS_DATABASE": "none"}
    run = subprocess.run([sys.executable, "-c", STATELESS], check=True, env=environment, capture_output=True, text=True)
    assert run.stdout.split() == []


def test_a_case_leads_from_its_step_to_the_wizard_and_back_with_the_outcome(
    desk: FlaskClient, service: Service
) -> None:
    number = open_case(desk, service)
    url = f"/desk/cases/{number}/judge"
    assert f'href="{url}"' in page(desk, number) and f'href="{url}"' in desk.get(f"/desk/cases/{number}/letters").text
    html = ask(desk, url)
    assert asked(html) == "申请需要补正吗？" and "按案件记录" in html
    assert conclude(desk, number, "write:reply-petition", note="电话核实过", **PETITION) == (
        f"/desk/cases/{number}/letters/reply-petition"
    )
    shown = page(desk, number)
    assert "写答复：信访、投诉、举报" in shown and "电话核实过" in shown and "研判过程" in shown
    assert "correction.clear" not in shown
    assert asked(ask(desk, url)) == "不予处理（信访、举报、投诉类申请）"
    assert asked(ask(desk, url, afresh="1")) == "申请需要补正吗？"


def test_the_review_form_begins_with_the_judgement(desk: FlaskClient, service: Service) -> None:
    number = open_case(desk, service)
    location = conclude(desk, number, "write:review-form", **PETITION)
    form = dict(Form(desk.get(location).text).pairs)
    assert form["outcome"] == "reply-petition" and form["reasoning"].startswith("补不补：申请人没有撤回申请。")


def test_a_judgement_goes_on_after_what_had_to_be_done_first(desk: FlaskClient, service: Service) -> None:
    number = open_case(desk, service)
    url, before = f"/desk/cases/{number}/judge", ORDINARY | {"ground": "third_party", "third_party": "ask"}
    assert conclude(desk, number, "case", **before) == f"/desk/cases/{number}?done=judged"
    record(desk, number, "consulted", day="2026-03-09", facts__ref="1", facts__whom="third_party")
    html = ask(desk, url)
    assert asked(html) == "先办：等待意见" and "登记：收到意见" in html
    record(desk, number, "delivered", day="2026-03-10", facts__ref="1")
    record(desk, number, "opinion", day="2026-03-20", facts__ref="1", facts__stance="objects")
    html = ask(desk, url)
    assert asked(html) == "第三方不同意公开的理由合理吗？"
    assert "按案件记录：2026年3月9日征求意见（第三方），2026年3月20日收到意见：不同意公开" in Form(html).text
    answers = {**dict(Form(html).pairs), "objection": "good", "extent": "whole"}
    assert asked(ask(desk, url, **answers)) == "不予公开（保护第三方合法权益）"
    overruled = {**answers, "third_party": "agrees"}
    assert asked(ask(desk, url, **overruled)) == "予以公开（第三方同意，或者不公开会对公共利益造成重大影响）"


def test_an_answer_that_the_records_contradict_is_marked(desk: FlaskClient, service: Service) -> None:
    url = f"/desk/cases/{open_case(desk, service)}/judge"
    answers = ORDINARY | {"ground": "third_party", "third_party": "objects", "objection": "good", "extent": "whole"}
    marked = "与案件记录不一致，请核对："
    assert f"{marked}没有征求第三方意见的记录" in Form(ask(desk, url, **answers)).text
    assert f"{marked}没有告知补正的记录" in Form(ask(desk, url, correction="asked", corrected="yes")).text
    assert marked not in ask(desk, url, **ORDINARY)


def test_waiting_leads_to_the_record_of_what_is_awaited(desk: FlaskClient, service: Service) -> None:
    number = open_case(desk, service)
    record(desk, number, "correction_asked", day="2026-03-05", facts__received="2026-03-06")
    record(desk, number, "corrected", day="2026-03-09")
    assert asked(ask(desk, f"/desk/cases/{number}/judge")) == "补正以后，申请的内容明确了吗？"
    waiting = {"correction": "asked", "corrected": "waiting"}
    assert conclude(desk, number, "record:corrected", **waiting) == f"/desk/cases/{number}/record/corrected"


def test_like_cases_of_the_same_applicant_are_shown_at_their_question(desk: FlaskClient, service: Service) -> None:
    earlier, number = (open_case(desk, service, name="李重复") for _ in range(2))
    html = ask(desk, f"/desk/cases/{number}/judge", correction="clear", kind="information", gov_info="yes")
    assert asked(html) == "同一申请人是不是申请过相同的信息，并且已经答复？"
    assert f"同一申请人还有内容相近的案件：{earlier}，请核对" in Form(html).text


def test_nothing_is_recorded_from_elsewhere_unfinished_or_over_anothers_change(
    desk: FlaskClient, service: Service
) -> None:
    number = open_case(desk, service)
    url = f"/desk/cases/{number}/judge"
    form = dict(Form(ask(desk, url, **PETITION)).pairs) | {".do": "case"}
    foreign = desk.post(url, data=form | {"csrf_token": "x"})
    unfinished = desk.post(url, data={key: value for key, value in form.items() if key != "kind"})
    record(desk, number, "correction_asked", day="2026-03-05", facts__received="2026-03-06")
    stale = desk.post(url, data=form | {"note": "不能丢"})
    assert (foreign.status_code, unfinished.status_code, stale.status_code) == (400, 422, 409)
    assert "还没有记录" in unfinished.text and "别人改动" in stale.text and "不能丢" in stale.text
    for answer in (foreign, unfinished, stale):
        assert faults(answer.text) == []
    assert "<strong>研判</strong>" not in page(desk, number)


def test_a_closed_case_is_shown_its_letters_and_records_no_judgement(desk: FlaskClient, service: Service) -> None:
    number = open_case(desk, service)
    record(desk, number, "withdrawn", day="2026-03-05")
    html = ask(desk, f"/desk/cases/{number}/judge")
    assert asked(html) == "其他处理（申请人撤回申请）" and "不能记录研判" in html
    assert f'href="/desk/cases/{number}/letters/reply-withdrawn"' in html and ".do" not in html
