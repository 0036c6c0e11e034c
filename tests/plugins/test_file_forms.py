"""The forms of the case file: deadlines computed, boxes ticked, room to sign, one A4 page unless there is more to say."""

from __future__ import annotations

import re
import zipfile
from dataclasses import replace
from datetime import date
from io import BytesIO
from typing import Any

import pytest
from lxml import etree
from pypdf import PdfReader

from gipdocs.documents.registry import PROJECT, Registry
from gipdocs.law import Office
from gipdocs.law.outcomes import Remedy
from gipdocs.service import Service

from .filled import LEFT_OUT, findings, payload, text

FORMS = ("registration", "search-record", "review-form", "service-receipt")
RECORDS = ("receipt-confirmation", "transfer-note", "oral-application", "file-index")
FOR_CITIZENS = ("withdrawal-application", "record-correction-application")
LAYOUTS = (*(f"{id}.docx" for id in (*FORMS, *RECORDS, *FOR_CITIZENS)), "consultation.docx")
W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
OFFICIAL_FONTS = {"方正小标宋简体", "仿宋_GB2312", "楷体_GB2312", "黑体", "宋体", "Times New Roman"}
SEARCH = {
    "system": "电子公文系统",
    "keywords": "公务用车",
    "period": "2025年",
    "result": "none",
    "searcher": "孙静",
    "searched_on": "2026-03-10",
}
ORGANISATION = {
    "applicant_kind": "organisation",
    "name": "某某科技有限公司",
    "organisation_type": "research",
    "representative": "王建国",
    "contact_name": "赵敏",
    "agent_name": "李明",
    "agent_phone": "13900139000",
    "info_title": "某计划",
    "uscc": "91110000600037341L",
}


FAILING: list[tuple[str, str, str, dict[str, Any]]] = [
    *((id, "order", "error", {"clock__confirmed": "2026-03-01"}) for id in FORMS),
    ("review-form", "request-missing", "error", {"application__info_title": LEFT_OUT}),
    ("review-form", "date-before-receipt", "error", {"date": "2026-03-02"}),
    ("registration", "registered-before-receipt", "error", {"date": "2026-03-01"}),
    ("registration", "registered-late", "warning", {"date": "2026-03-03"}),
    ("registration", "late", "warning", {"clock__posted": "2026-04-01"}),
    ("search-record", "request-missing", "error", {"application__info_title": LEFT_OUT}),
    ("search-record", "dates-out-of-order", "error", {"searches__0__searched_on": "2026-03-13"}),
    ("search-record", "search-before-receipt", "warning", {"searches__0__searched_on": "2026-02-27"}),
    ("search-record", "search-one-place", "warning", {"searches": [SEARCH, SEARCH]}),
    ("search-record", "search-found-unnamed", "error", {"searches__1__found": LEFT_OUT}),
    (
        "review-form",
        "separation-not-considered",
        "error",
        {"outcome": "reply-withheld-law", "considered": ["searched"]},
    ),
    ("review-form", "third-party-not-consulted", "error", {"outcome": "reply-granted-third-party"}),
    ("review-form", "search-missing", "error", {"outcome": "reply-not-existing", "considered": ["separated"]}),
    ("review-form", "secrecy-not-cleared", "error", {"secrecy": "secret"}),
    ("review-form", "secrecy-not-cleared", "error", {"secrecy": "unsure", "outcome": "reply-partial"}),
    ("review-form", "late", "warning", {"date": "2026-04-01"}),
    ("service-receipt", "service-courier", "error", {"carrier": "顺丰速运"}),
    ("service-receipt", "service-courier", "error", {"carrier": "某某公司"}),
    ("service-receipt", "service-collect", "error", {"remarks": "邮费到付。"}),
    ("service-receipt", "service-carrier-missing", "warning", {"carrier": LEFT_OUT}),
    ("service-receipt", "late", "warning", {"clock__posted": "2026-04-01"}),
    ("service-receipt", "late", "warning", {"clock__posted": "2026-03-13", "served": "correction_notice"}),
    ("service-receipt", "number-brackets", "error", {"papers__0__number": "聊机管公开[2026]12号"}),
]


@pytest.mark.parametrize(("id", "code", "severity", "changes"), FAILING, ids=[f"{row[0]}-{row[1]}" for row in FAILING])
def test_a_check_finds_its_fault_and_nothing_else(
    registry: Registry, office: Office, id: str, code: str, severity: str, changes: dict[str, Any]
) -> None:
    assert findings(registry, id, office, **changes) == [(code, severity)]


PASSING: list[tuple[str, dict[str, Any]]] = [
    ("registration", {"clock__posted": "2026-03-31"}),
    ("registration", {"application": {"applicant_kind": "citizen", "name": "张"}}),
    ("search-record", {"searches__0__searched_on": "2026-03-02"}),
    ("review-form", {"outcome": "reply-withheld-law"}),
    ("review-form", {"outcome": "reply-not-existing"}),
    ("review-form", {"outcome": "reply-withheld-third-party", "considered": ["separated", "third_party"]}),
    ("review-form", {"secrecy": "secret", "outcome": "reply-withheld-state-secret"}),
    ("review-form", {"secrecy": "secret", "outcome": "reply-partial"}),
    ("service-receipt", {"way": "in_person", "carrier": LEFT_OUT}),
    ("service-receipt", {"clock__posted": "2026-04-01", "served": "other"}),
    ("service-receipt", {"clock__posted": "2026-03-12", "served": "correction_notice"}),
    ("service-receipt", {"papers__0__number": LEFT_OUT}),
]


@pytest.mark.parametrize(("id", "changes"), PASSING)
def test_what_is_in_order_gives_no_finding(
    registry: Registry, office: Office, id: str, changes: dict[str, Any]
) -> None:
    assert findings(registry, id, office, **changes) == []


def test_every_refusal_of_articles_14_to_16_asks_for_separation(registry: Registry, office: Office) -> None:
    first = [id for id, one in office.today_law.outcomes.items() if one.remedy is Remedy.RECON_FIRST]
    assert len(first) == 7
    for outcome in first:
        found = findings(registry, "review-form", office, outcome=outcome, considered=["third_party"])
        assert found == [("separation-not-considered", "error")]


def test_the_registration_prints_both_deadlines(registry: Registry, office: Office) -> None:
    shown = text(registry, "registration", office)
    assert "至2026年3月12日\n（7个工作日）" in shown and "至2026年3月31日\n（20个工作日）" in shown
    assert "2026年3月3日\n（2026年3月2日提交）" in shown


def test_deadlines_that_cannot_be_counted_print_their_length(registry: Registry, office: Office) -> None:
    ending = replace(office, law=replace(office.law, calendar=office.law.calendar.until(date(2026, 3, 10))))
    shown = text(registry, "registration", ending)
    assert "届满日期待定\n（7个工作日）" in shown and "届满日期待定\n（20个工作日）" in shown
    assert "届满日期待定\n（20个工作日）" in text(registry, "review-form", ending)


def test_the_registration_lists_the_course_of_the_case(registry: Registry, office: Office) -> None:
    clock = {
        "channel": "signed_mail",
        "received": "2026-03-02",
        "corrected": "2026-03-09",
        "consultations": [{"sent": "2026-03-12", "delivered": "2026-03-13", "answered": "2026-03-16"}],
        "extension": 15,
        "posted": "2026-04-20",
    }
    shown = text(registry, "registration", office, clock=clock)
    assert "（20个工作日，延长15个工作日）" in shown
    for day in ("3月2日", "3月9日", "3月12日", "3月13日", "3月16日", "4月20日"):
        assert f"2026年{day}　" in shown


def test_an_organisation_with_an_agent_is_registered_without_its_numbers(registry: Registry, office: Office) -> None:
    shown = text(registry, "registration", office, application=ORGANISATION)
    for word in ("法人或者其他组织（科研机构）", "某某科技有限公司", "王建国", "赵敏", "李明　13900139000"):
        assert word in shown
    assert "91110000600037341L" not in shown
    assert "11010519491231002X" not in text(registry, "registration", office)


def test_the_outcome_gives_the_row_of_the_annual_report(registry: Registry, office: Office) -> None:
    withheld = text(registry, "registration", office, outcome="reply-withheld-third-party")
    assert "三、（三）4" in withheld and "不予公开，保护第三方合法权益" in withheld
    assert "三、（一）" in text(registry, "registration", office, outcome="reply-granted")


def test_the_review_form_cites_the_articles_of_the_outcome(registry: Registry, office: Office) -> None:
    for outcome in ("reply-granted", "reply-not-existing", "reply-partial"):
        shown = text(registry, "review-form", office, outcome=outcome)
        assert office.today_law.outcome(outcome).cite() in shown


def test_the_review_form_prints_the_reasoning_only_if_there_is_one(registry: Registry, office: Office) -> None:
    shown = text(
        registry, "review-form", office, reasoning="补不补：申请的内容明确。\n谁负责：该信息由本机关制作或者最初获取。"
    )
    assert "研判过程" in shown and "补不补：申请的内容明确。\n谁负责：该信息由本机关制作或者最初获取。" in shown
    assert "研判过程" not in text(registry, "review-form", office)


def test_boxes_are_ticked_by_answers_and_empty_without(registry: Registry, office: Office) -> None:
    assert "☑已经考虑区分处理" in text(registry, "review-form", office)
    assert "☑" not in text(registry, "review-form", office, considered=LEFT_OUT)
    assert "☑不能确定，报请确定" in text(registry, "review-form", office, secrecy="unsure")
    assert "☑邮政邮寄" in text(registry, "service-receipt", office)


def test_courier_is_no_way_of_service(registry: Registry) -> None:
    options = registry["service-receipt"].document.schema().fields["way"].options  # type: ignore[attr-defined]
    assert list(options) == ["in_person", "entrusted", "mail", "online"]


@pytest.mark.parametrize("id", [*FORMS, *RECORDS])
def test_a_draft_may_leave_the_day_open(registry: Registry, office: Office, id: str) -> None:
    shown = text(registry, id, office, draft=True, date=LEFT_OUT)
    assert "日期：　　　　年　　月　　日" in shown
    assert findings(registry, id, office, draft=True, date=LEFT_OUT) == []


@pytest.mark.converter
@pytest.mark.parametrize("id", [*FORMS, *RECORDS, *FOR_CITIZENS])
def test_the_sample_fits_one_a4_page(service: Service, id: str) -> None:
    pages = PdfReader(BytesIO(service.build(id, service.sample(id), "pdf").content)).pages
    assert len(pages) == (2 if id == "file-index" else 1)
    assert [round(float(size) / 72 * 25.4) for size in (pages[0].mediabox.width, pages[0].mediabox.height)] == [
        210,
        297,
    ]


@pytest.mark.converter
def test_a_long_search_record_runs_on_under_its_heading(service: Service, office: Office) -> None:
    rows = [{**SEARCH, "system": f"第{number}个系统"} for number in range(1, 41)]
    built = service.build("search-record", payload(service.registry, "search-record", office, searches=rows), "pdf")
    pages = [re.sub(r"\s", "", page.extract_text()) for page in PdfReader(BytesIO(built.content)).pages]
    assert len(pages) > 1 and all("检索关键词" in page for page in pages if "个系统" in page)
    assert all(f"第{number}个系统" in "".join(pages) for number in range(1, 41))


@pytest.mark.parametrize("name", LAYOUTS)
def test_a_layout_has_official_fonts_chinese_style_names_and_no_style_too_many(name: str) -> None:
    with zipfile.ZipFile(PROJECT / "doc_templates" / name) as archive:
        parts = [
            etree.fromstring(archive.read(part)) for part in archive.namelist() if re.match(r"word/\w+\d*\.xml", part)
        ]
        styles = etree.fromstring(archive.read("word/styles.xml"))
    values = {(one.tag, one.get(f"{W}val")) for part in parts for one in part.iter()}
    used = {value for tag, value in values if tag in (f"{W}pStyle", f"{W}basedOn")}
    own = [style for style in styles.iter(f"{W}style") if style.get(f"{W}customStyle") == "1"]
    assert [style.get(f"{W}styleId") for style in own if style.get(f"{W}styleId") not in used] == []
    names = [found.get(f"{W}val", "") for style in own if (found := style.find(f"{W}name")) is not None]
    assert all(re.fullmatch(r"[\u4e00-\u9fff]+", one) for one in names)
    fonts = {value for part in parts for one in part.iter(f"{W}rFonts") for value in one.attrib.values()}
    assert fonts - {"eastAsia"} <= OFFICIAL_FONTS
    assert {one.get(f"{W}val") for one in styles.iter(f"{W}lang")} == {"zh-CN"}
