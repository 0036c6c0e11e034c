"""A long form one part at a time, without JavaScript: all of it is sent, and no way through the parts loses anything."""

from __future__ import annotations

import json
import re
from io import BytesIO

import pytest
from flask.testing import FlaskClient
from hypothesis import HealthCheck, settings
from hypothesis import given as sampled
from hypothesis import strategies as st
from werkzeug.datastructures import MultiDict

from gipdocs.documents.document import Document, Part
from gipdocs.errors import PluginError
from gipdocs.questions import Block, Questions, StaffQuestions, Text
from gipdocs.service import Service
from tests.reports.samples import given
from tests.web.browser import Page, open_page

REPORT = "/desk/documents/annual-report"
COUNT = 8


@pytest.fixture
def desk(browser: FlaskClient) -> Page:
    return open_page(browser, REPORT)


def visible(page: Page) -> list[str]:
    found = re.findall(r'<section class="part" id="part-(\d+)"[^>]*?( hidden)?(?: data-grid)?>', page.response.text)
    return [key for key, hidden in found if not hidden]


def progress(page: Page) -> dict[str, str]:
    """What the list of parts says of each, by its label."""
    (listed,) = re.findall(r'<nav class="progress".*?</nav>', page.response.text, re.S)
    return dict(re.findall(r">([^<>]+)<small>([^<]+)</small>", listed))


def current(page: Page) -> list[str]:
    return re.findall(r'data-part="(\w+)"[^>]*aria-current="step"', page.response.text)


def test_one_part_is_visible_and_the_way_leads_on_back_and_anywhere(desk: Page) -> None:
    assert visible(desk) == ["1"] and current(desk) == ["1"]
    page = desk.then("part:2")
    assert visible(page) == ["2"] and current(page) == ["2"] and page.response.status_code == 200
    assert "上一部分：基本情况" in page.form.text and "下一部分：表二" in page.form.text
    assert visible(page.then("part:8")) == ["8"] and visible(page.then("part:1")) == ["1"]
    assert len(visible(page.then("part:all"))) == COUNT and current(page.then("part:all")) == ["all"]
    assert visible(page.then("part:99")) == visible(page.then("part:x")) == ["1"]


def test_who_has_turned_to_a_part_begins_at_its_head(desk: Page) -> None:
    page = desk.then("part:5")
    assert re.findall(r'<h2 id="([^"]+)"[^>]* autofocus', page.response.text) == ["part-5-label"]
    assert page.response.text.count("autofocus") == 1


def test_every_question_of_the_report_is_in_the_page_once(desk: Page) -> None:
    names = [name for name, _ in desk.form.pairs if not name.startswith(".")]
    texts = [name for name in names if desk.form.types[name] != "radio"]
    assert len(texts) == len(set(texts)) and {
        "narrative-matters",
        "narrative-publication",
        "table4-suit_after-other",
    } <= {*texts}
    assert len(desk.form.ids) == len(set(desk.form.ids))


def test_an_empty_check_names_every_empty_part_and_leads_there(desk: Page) -> None:
    page = desk.then("check")
    assert page.response.status_code == 422 and visible(page) == ["1"]
    (summary,) = re.findall(r'<div class="summary".*?</div>', page.response.text, re.S)
    assert "<h3>基本情况</h3>" in summary and "报告年度" in summary
    assert re.findall(r'href="#(part-\d)-label">“(\w+)', summary) == [
        ("part-2", "一"),
        ("part-3", "表二"),
        ("part-4", "表三"),
        ("part-5", "表四"),
        ("part-6", "五"),
        ("part-7", "六"),
    ]
    assert progress(page)["基本情况"] == "有1处要改" and progress(page)["附注和自写的部分"] == "选填"


def test_a_check_goes_to_the_first_part_with_an_error_and_stays_in_one_that_has_some(desk: Page) -> None:
    wrong = {"year": "2023", "table3-rows-granted-2": "若干", "table4-reconsideration-upheld": "几"}
    page = desk.then("part:2").then("check", wrong)
    assert visible(page) == ["4"]
    assert re.findall(r"<h3>([^<]+)</h3>", page.response.text)[:2] == ["表三　申请办理", "表四　复议诉讼"]
    assert "表三“（一）予以公开”科研机构应为不小于0的整数" in page.form.text
    assert visible(page.then("part:5").then("check")) == ["5"]
    assert len(visible(page.then("part:all").then("check"))) == COUNT


def test_who_turns_on_after_a_check_still_sees_what_is_wrong_now(desk: Page) -> None:
    wrong = {"year": "2023", "table3-rows-granted-2": "若干", "table4-reconsideration-upheld": "几"}
    page = desk.then("check", wrong).then("part:2")
    assert visible(page) == ["2"] and progress(page)["表三　申请办理"] == "有1处要改"
    page = page.then("part:4", {"table3-rows-granted-2": "3"})
    assert progress(page)["表三　申请办理"] == "还空143格" and progress(page)["表四　复议诉讼"] == "有1处要改"
    assert progress(desk.then("part:2", wrong))["表三　申请办理"] == "还空143格"  # nobody asked for a check


def test_a_small_button_keeps_its_part_in_sight(desk: Page) -> None:
    assert visible(desk.then("zeros:table3", {"year": "2023"})) == ["4"]
    assert visible(desk.then("add:channels")) == ["2"]


def test_the_progress_counts_blank_figures(desk: Page) -> None:
    page = desk.then("part:3", {"table2-rules-issued": "1"})
    assert progress(page)["表二　主动公开"] == "还空9格"
    assert progress(page.then("zeros:table2"))["表二　主动公开"] == "已填"


def test_a_file_that_was_chosen_and_not_loaded_is_told_before_the_part_is_left(desk: Page) -> None:
    page = desk.then("part:2", {".file-previous": "2022.json"})
    assert visible(page) == ["1"] and "选中的文件还没有载入" in page.form.text
    assert visible(page.then("part:2")) == ["2"]


def test_what_nobody_sees_and_what_stands_below_the_parts_goes_along(desk: Page) -> None:
    record = given("2023") | {"draft": True, "overrides": [{"code": "late", "reason": "已报告负责人。"}]}
    data = {
        ".do": "load",
        "csrf_token": desk.form.value("csrf_token"),
        ".file": (BytesIO(json.dumps(record).encode()), "a.json"),
    }
    page = Page(desk.client, REPORT, desk.client.post(REPORT, data=data))
    saved = json.loads(page.press("save").data)
    assert saved["draft"] is True and saved["overrides"] and saved["source"] == record["source"]
    assert json.loads(page.then("part:4").then("part:all").then("part:2").press("save").data) == saved


FIGURES = st.sampled_from(["", "0", "7", "1,234", "－", "若干", " 3 "])
TYPED = st.fixed_dictionaries(
    {
        "year": st.sampled_from(["", "2023", "2020", "二〇二三"]),
        "narrative-problems": st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=30),
        "narrative-publication": st.sampled_from(["", "第一段\n第二段", "<b>&"]),
        "signature": st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=9),
        "table3-rows-granted-2": FIGURES,
        "table2-rules-made": FIGURES,
        "table4-suit_after-other": FIGURES,
        "format": st.sampled_from(["", "2019", "2021"]),
        "agency_kind": st.sampled_from(["", "township"]),
    }
)
WAY = st.lists(
    st.sampled_from([*(f"part:{key}" for key in (*range(COUNT + 2), "all", "")), "check", "add:channels"]),
    min_size=1,
    max_size=4,
)


@pytest.mark.slow
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@sampled(typed=TYPED, way=WAY)
def test_no_way_through_the_parts_loses_or_changes_an_answer(
    browser: FlaskClient, typed: dict[str, str], way: list[str]
) -> None:
    start = open_page(browser, REPORT)
    page = start.then(
        "part:all", {name: text for name, text in typed.items() if name != "format"} | {"format": typed["format"]}
    )
    before = _answers(page)
    for do in way:
        page = page.then(do)
        after = _answers(page)
        assert {name: text for name, text in after.items() if name in before} == before


def _answers(page: Page) -> dict[str, list[str]]:
    pairs = MultiDict(
        [(name, text) for name, text in page.form.pairs if not name.startswith((".", "overrides", "csrf"))]
    )
    return dict(pairs.lists())


class OwnerQuestions(Questions):
    name = Text("姓名", example="王小明")
    phone = Text("电话", example="略")


class SlipQuestions(StaffQuestions):
    owner = Block("本人", OwnerQuestions)
    paper = Text("材料", example="预算")


@pytest.mark.parametrize(
    ("asks", "words"),
    [
        (("owner",), "paper不在parts"),
        (("owner", "paper", "papers"), "papers不是填写项"),
        (("owner", "paper", "paper"), "paper写了不止一次"),
        (("owner", "owner/name", "paper"), "owner不是填写项"),
        (("owner/name", "paper"), "owner/phone不在parts"),
        (("owner", "paper", "draft"), "draft不是填写项"),
    ],
)
def test_parts_that_leave_out_or_repeat_a_question_stop_the_start(asks: tuple[str, ...], words: str) -> None:
    with pytest.raises(PluginError, match=words):
        _slip(Part(label="甲", asks=asks))


def test_a_block_may_stand_in_several_parts() -> None:
    assert _slip(Part(label="甲", asks=("owner/phone", "paper")), Part(label="乙", asks=("owner/name",))).parts


def _slip(*parts: Part) -> Document:
    return Document(
        id="slip",
        title="便条",
        group="其他",
        schema=SlipQuestions,
        template="a.docx",
        context=lambda a, o: {},
        parts=parts,
    )


def test_a_document_without_parts_is_one_page(browser: FlaskClient, service: Service) -> None:
    assert not service.registry["reply-granted"].document.parts
    html = browser.get("/desk/documents/reply-granted").text
    assert 'class="progress"' not in html and 'name=".part"' not in html and 'class="part"' not in html
