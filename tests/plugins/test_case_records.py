"""The records around a case: a receipt confirmed, an application spoken, a case passed on, a file closed."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from io import BytesIO
from typing import Any

import pytest
from pypdf import PdfReader

from gipdocs.documents.build import examine
from gipdocs.documents.registry import Registry
from gipdocs.law import Office
from gipdocs.service import Service

from .filled import LEFT_OUT, findings, payload, text

CONTACT = {"day": "2026-03-02", "way": "phone", "to": "13800138000", "result": "confirmed", "caller": "孙静"}
UNREACHED, DENIED = CONTACT | {"result": "unreached"}, CONTACT | {"result": "denied"}
OPEN = {"clock__confirmed": LEFT_OUT, "date": "2026-03-02"}
PAPER = {"title": "政府信息公开申请表", "first": 1}
ELSEWHERE = {
    "kind": "elsewhere",
    "application": {},
    "application_no": LEFT_OUT,
    "feedback_by": LEFT_OUT,
    "receiver": "聊城市财政局",
}

FAILING: list[tuple[str, str, str, dict[str, Any]]] = [
    ("receipt-confirmation", "order", "error", {"clock__corrected": "2026-03-01"}),
    ("receipt-confirmation", "request-missing", "error", {"application__info_title": LEFT_OUT}),
    ("receipt-confirmation", "dates-out-of-order", "error", {"contacts__0__day": "2026-03-01"}),
    ("receipt-confirmation", "dates-out-of-order", "error", {"date": "2026-03-02"}),
    ("receipt-confirmation", "confirmation-day-differs", "error", {"clock__confirmed": "2026-03-02"}),
    ("receipt-confirmation", "confirmation-day-differs", "error", {"clock__confirmed": LEFT_OUT}),
    ("receipt-confirmation", "confirmation-day-differs", "error", {"contacts__1__result": "unreached"}),
    (
        "receipt-confirmation",
        "confirmation-late",
        "warning",
        {"clock__channel": "ordinary_mail", "contacts": [CONTACT | {"day": "2026-03-03"}]},
    ),
    (
        "receipt-confirmation",
        "confirmation-late",
        "warning",
        {"clock__confirmed": "2026-03-04", "date": "2026-03-04", "contacts": [CONTACT | {"day": "2026-03-04"}]},
    ),
    ("receipt-confirmation", "confirmation-needless", "warning", {"clock__channel": "signed_mail"}),
    ("receipt-confirmation", "receipt-unconfirmed", "warning", {**OPEN, "contacts": [UNREACHED]}),
    ("receipt-confirmation", "receipt-denied", "warning", {**OPEN, "contacts": [UNREACHED, DENIED]}),
    ("oral-application", "request-missing", "error", {"application__info_title": LEFT_OUT}),
    ("oral-application", "name-not-full", "error", {"application__name": "张某"}),
    ("oral-application", "before-law", "error", {"application__applied_on": "2008-04-30", "date": "2008-04-30"}),
    ("oral-application", "dates-out-of-order", "error", {"date": "2026-03-01"}),
    ("oral-application", "oral-day-differs", "warning", {"date": "2026-03-03"}),
    ("oral-application", "gap", "info", {"application__address": LEFT_OUT}),
    ("oral-application", "gap", "info", {"application__id_number": LEFT_OUT}),
    ("transfer-note", "order", "error", {"clock__confirmed": "2026-03-01"}),
    ("transfer-note", "dates-out-of-order", "error", {"date": "2026-03-01"}),
    ("transfer-note", "dates-out-of-order", "error", {"feedback_by": "2026-03-02"}),
    ("transfer-note", "request-missing", "error", {"application__info_title": LEFT_OUT}),
    ("transfer-note", "transfer-unregistered", "warning", {"application_no": LEFT_OUT}),
    ("transfer-note", "transfer-late", "warning", {"date": "2026-03-04"}),
    ("transfer-note", "feedback-missing", "warning", {"feedback_by": LEFT_OUT}),
    ("transfer-note", "feedback-too-late", "warning", {"feedback_by": "2026-03-31"}),
    ("transfer-note", "transfer-only", "warning", ELSEWHERE),
    ("file-index", "page-range", "error", {"papers__3__last": 5}),
    ("file-index", "pages-gap", "warning", {"papers__0__first": 2}),
    ("file-index", "pages-gap", "warning", {"papers__3__first": 8}),
    ("file-index", "pages-twice", "warning", {"papers__3__first": 5, "papers__3__last": 6}),
    ("file-index", "paper-after-filing", "warning", {"papers__1__day": "2026-04-11"}),
    ("file-index", "file-incomplete", "info", {"papers__3__title": "政府信息公开审查意见"}),
]


@pytest.mark.parametrize(("id", "code", "severity", "changes"), FAILING, ids=[f"{row[0]}-{row[1]}" for row in FAILING])
def test_a_check_finds_its_fault_and_nothing_else(
    registry: Registry, office: Office, id: str, code: str, severity: str, changes: dict[str, Any]
) -> None:
    assert findings(registry, id, office, **changes) == [(code, severity)]


PASSING: list[tuple[str, dict[str, Any]]] = [
    ("receipt-confirmation", {"clock__channel": "ordinary_mail"}),
    ("receipt-confirmation", {"clock__channel": "fax"}),
    ("receipt-confirmation", {"clock__channel": "none"}),
    ("receipt-confirmation", {"contacts__0__result": "denied"}),
    ("receipt-confirmation", {"clock__received": "2026-02-28"}),  # a working Saturday, followed by Sunday and Monday
    ("oral-application", {"application__applied_on": "2026-02-14", "date": "2026-02-14"}),
    ("transfer-note", {"date": "2026-03-02"}),
    ("transfer-note", {"feedback_by": "2026-03-30"}),
    ("transfer-note", {"kind": "inside", "application": {}, "application_no": LEFT_OUT, "feedback_by": LEFT_OUT}),
    (
        "file-index",
        {"papers": [PAPER, PAPER | {"title": "答复书", "first": 2}, PAPER | {"title": "邮件收据", "first": 3}]},
    ),
    ("file-index", {"papers__0__title": "口头申请代填记录", "papers__2__title": "政府信息公开申请办理终止告知书"}),
    ("file-index", {"papers__1__day": LEFT_OUT}),
]


@pytest.mark.parametrize(("id", "changes"), PASSING)
def test_what_is_in_order_gives_no_finding(
    registry: Registry, office: Office, id: str, changes: dict[str, Any]
) -> None:
    assert findings(registry, id, office, **changes) == []


def test_the_day_of_confirmation_is_the_day_of_receipt(registry: Registry, office: Office) -> None:
    shown = text(registry, "receipt-confirmation", office)
    assert "2026年3月3日\n（2026年3月2日提交）" in shown and "至2026年3月31日\n（20个工作日）" in shown
    assert "2026年\n3月2日\n16:40" in shown and "没有联系上" in shown and "响铃无人接听" in shown


def test_whoever_was_not_reached_has_confirmed_nothing(registry: Registry, office: Office) -> None:
    shown = text(registry, "receipt-confirmation", office, **OPEN, contacts=[UNREACHED])
    assert "尚未确认，暂按收到日期办理" in shown and "至2026年3月30日\n（20个工作日）" in shown
    assert "确认收到" not in shown


def test_where_no_confirmation_is_needed_the_day_of_arrival_counts(registry: Registry, office: Office) -> None:
    shown = text(registry, "receipt-confirmation", office, clock__channel="signed_mail")
    assert "2026年3月2日\n" in shown and "至2026年3月30日" in shown and "提交）" not in shown


@pytest.mark.parametrize("time", ["9:5", "24:00", "9点", "9：05"])
def test_a_time_is_written_as_a_clock_shows_it(registry: Registry, office: Office, time: str) -> None:
    with pytest.raises(Exception, match="时:分"):
        findings(registry, "receipt-confirmation", office, contacts__0__time=time)


def test_a_spoken_application_runs_from_the_day_on_which_it_was_made(registry: Registry, office: Office) -> None:
    late = text(registry, "oral-application", office, date="2026-03-03")
    assert "至2026年3月30日\n（20个工作日）" in late
    shown = text(registry, "oral-application", office, read_back=["read", "interpreted"], witness="周敏")
    for word in ("2026年3月2日　9:30\n", "申请人视力障碍，不能书写", "11010519491231002X", "☑邮寄", "周敏"):
        assert word in shown
    assert "☑向申请人宣读\n☐交申请人阅看\n☑通过手语、翻译" in shown
    assert "按照本人的口述代为填写" in shown and "第二十九条第一款" in shown


def test_a_spoken_application_of_an_organisation_prints_its_code_and_agent(registry: Registry, office: Office) -> None:
    application = {
        "applicant_kind": "organisation",
        "organisation_type": "other",
        "name": "某某残疾人互助会",
        "uscc": "91110000600037341L",
        "agent_name": "李明",
        "agent_id_kind": "resident",
        "agent_id_number": "11010519491231002X",
        "info_title": "某计划",
        "applied_on": "2026-03-02",
    }
    shown = text(registry, "oral-application", office, application=application)
    for word in (
        "法人或者其他组织（其他）",
        "统一社会信用代码",
        "91110000600037341L",
        "李明　居民身份证　11010519491231002X",
    ):
        assert word in shown


def test_a_transfer_names_what_is_left_of_the_term(registry: Registry, office: Office) -> None:
    shown = text(registry, "transfer-note", office)
    assert "☑转承办部门办理" in shown and "至2026年3月31日\n（20个工作日）" in shown and "2026年3月13日" in shown
    corrected = text(registry, "transfer-note", office, clock__corrected="2026-03-09", date="2026-03-10")
    assert "（2026年3月9日收到补正）" in corrected and "至2026年4月7日" in corrected


def test_mail_meant_for_another_agency_has_no_term_here(registry: Registry, office: Office) -> None:
    shown = text(registry, "transfer-note", office, **ELSEWHERE)
    assert "☑误投的邮件" in shown and "不由本机关答复" in shown and "（误投到达）" in shown and "个工作日" not in shown
    _, (told,) = examine(registry["transfer-note"], payload(registry, "transfer-note", office, **ELSEWHERE), office)
    assert "不要拆封" in told.message and "第三十六条第五项" in told.basis and "邮政法》第三条" in told.basis


def test_past_the_calendar_a_record_says_that_the_day_is_open(registry: Registry, office: Office) -> None:
    ending = replace(office, law=replace(office.law, calendar=office.law.calendar.until(date(2026, 3, 10))))
    for id in ("receipt-confirmation", "oral-application", "transfer-note"):
        assert "届满日期待定\n（20个工作日）" in text(registry, id, ending)
        assert findings(registry, id, ending) == []


def test_the_index_counts_pieces_and_pages(registry: Registry, office: Office) -> None:
    shown = text(registry, "file-index", office)
    assert "4件" in shown and "6页" in shown and "1-2" in shown and "定期30年" in shown and "予以公开" in shown
    gap, pointer = "第3页至第4页没有编入目录", "/papers/1/first"
    _, found = examine(
        registry["file-index"],
        payload(
            registry,
            "file-index",
            office,
            papers__1__first=5,
            papers__2__first=6,
            papers__2__last=6,
            papers__3__first=7,
        ),
        office,
    )
    assert [(one.message.partition("，")[0], one.pointer) for one in found] == [(gap, pointer)]


@pytest.mark.converter
def test_a_long_index_repeats_its_heading_and_the_note_stands_alone(service: Service, office: Office) -> None:
    rows = [{"title": f"第{number}号材料", "first": number} for number in range(1, 61)]
    built = service.build("file-index", payload(service.registry, "file-index", office, papers=rows), "pdf")
    *index, last = ["".join(page.extract_text().split()) for page in PdfReader(BytesIO(built.content)).pages]
    assert len(index) > 1 and all("责任者" in page for page in index)
    assert "卷内备考表" in last and "号材料" not in last and "60件" in last
