"""The forms for citizens beside the application form: blank and pre-filled, with notes on what is still missing."""

from __future__ import annotations

from io import BytesIO
from typing import Any

import pytest
from flask.testing import FlaskClient
from pypdf import PdfReader

from gipdocs.documents.build import examine
from gipdocs.documents.registry import Registry
from gipdocs.law import Office
from gipdocs.service import Service

from .filled import LEFT_OUT, findings, payload, text

WITHDRAWAL, CORRECTION = "withdrawal-application", "record-correction-application"
FORMS = (WITHDRAWAL, CORRECTION)
ORGANISATION = {"applicant_kind": "organisation", "id_kind": LEFT_OUT, "id_number": LEFT_OUT}

FAILING: list[tuple[str, str, str, str, dict[str, Any]]] = [
    *((id, "gap", "info", f"/{key}", {key: LEFT_OUT}) for id in FORMS for key in ("name", "id_number", "phone")),
    *((id, "gap", "info", "/uscc", ORGANISATION) for id in FORMS),
    *(
        (CORRECTION, "gap", "info", f"/{key}", {key: LEFT_OUT})
        for key in ("source", "relation", "record", "claim", "evidence")
    ),
    (WITHDRAWAL, "gap", "info", "/application_no", {"application_no": LEFT_OUT, "info_title": LEFT_OUT}),
    (WITHDRAWAL, "gap", "info", "/extent", {"extent": LEFT_OUT}),
    (WITHDRAWAL, "gap", "info", "/part", {"extent": "part"}),
    (WITHDRAWAL, "gap", "info", "/withdrawing", {"joint": "some"}),
    (WITHDRAWAL, "gap", "info", "/withdrawing", {"joint": "all", "withdrawing": ["李明", "李明"]}),
    (WITHDRAWAL, "withdrawal-agent", "info", "/agent_name", {"agent_name": "李明"}),
    (WITHDRAWAL, "dates-out-of-order", "error", "/date", {"date": "2026-03-01"}),
]


@pytest.mark.parametrize(
    ("id", "code", "severity", "pointer", "changes"), FAILING, ids=[f"{row[0]}-{row[1]}{row[3]}" for row in FAILING]
)
def test_a_check_finds_its_gap_and_nothing_else(
    registry: Registry, office: Office, id: str, code: str, severity: str, pointer: str, changes: dict[str, Any]
) -> None:
    _, found = examine(registry[id], payload(registry, id, office, **changes), office)
    assert [(one.code, one.severity, one.pointer) for one in found] == [(code, severity, pointer)]


PASSING: list[tuple[str, dict[str, Any]]] = [
    (WITHDRAWAL, {"application_no": LEFT_OUT}),
    (WITHDRAWAL, {"info_title": LEFT_OUT}),
    (WITHDRAWAL, {"reason": "不再需要。"}),
    (WITHDRAWAL, {"date": LEFT_OUT}),
    (WITHDRAWAL, {"extent": "part", "part": "2025年市级公务用车租赁服务合同"}),
    (WITHDRAWAL, {"joint": "all", "withdrawing": ["张晓彤", "李明"]}),
    (CORRECTION, {"reason": LEFT_OUT}),
    (CORRECTION, {**ORGANISATION, "name": "某某科技有限公司", "uscc": "91110000600037341L"}),
]


@pytest.mark.parametrize(("id", "changes"), PASSING)
def test_what_is_in_order_gives_no_finding(
    registry: Registry, office: Office, id: str, changes: dict[str, Any]
) -> None:
    assert findings(registry, id, office, **changes) == []


@pytest.mark.parametrize("id", FORMS)
def test_a_blank_form_is_built_without_a_word_about_what_is_missing(
    registry: Registry, office: Office, client: FlaskClient, id: str
) -> None:
    assert examine(registry[id], {}, office)[1] == ()
    page = client.get(f"/documents/{id}/blank.html")
    assert page.status_code == 200 and "张晓彤" not in page.text and "☑" not in page.text
    assert "聊城市机关事务管理局办公室（地址：" in page.text
    assert client.get(f"/documents/{id}/blank.docx").status_code == 200
    assert f'href="/documents/{id}"' in client.get("/").text


@pytest.mark.converter
@pytest.mark.parametrize("id", FORMS)
def test_a_blank_form_takes_one_page(service: Service, id: str) -> None:
    assert len(PdfReader(BytesIO(service.build(id, {}, "pdf").content)).pages) == 1


def test_one_of_several_applicants_withdraws_for_itself_alone(registry: Registry, office: Office) -> None:
    shown = text(registry, WITHDRAWAL, office, joint="some", withdrawing=["张晓彤", "李明"])
    assert "☑只有下列申请人撤回，其他申请人的申请继续办理" in shown and "撤回申请的人：张晓彤、李明" in shown
    assert "☐全体申请人撤回" in shown and "☑撤回全部申请" in shown


def test_a_withdrawal_in_part_names_the_part(registry: Registry, office: Office) -> None:
    shown = text(registry, WITHDRAWAL, office, extent="part", part="2025年市级公务用车租赁服务合同")
    assert "☑只撤回下列内容，其余继续办理" in shown and "2025年市级公务用车租赁服务合同" in shown


def test_an_agent_needs_authority_to_withdraw(registry: Registry, office: Office) -> None:
    _, (told,) = examine(registry[WITHDRAWAL], payload(registry, WITHDRAWAL, office, agent_name="李明"), office)
    assert told.basis == "《中华人民共和国民法典》第一百六十五条"
    assert "委托书应当写明代理人可以撤回申请（《中华人民共和国民法典》第一百六十五条）" in text(
        registry, WITHDRAWAL, office
    )


def test_a_correction_says_what_is_recorded_what_is_right_and_what_proves_it(
    registry: Registry, office: Office
) -> None:
    shown = text(registry, CORRECTION, office)
    for word in (
        "第12行车牌号码记作“鲁P00001”",
        "车牌号码“鲁P00010”",
        "机动车行驶证复印件",
        "第12行记录的是申请人的车辆",
    ):
        assert word in shown
    assert "《中华人民共和国政府信息公开条例》第四十一条" in shown and "☑公民" in shown


@pytest.mark.parametrize("id", FORMS)
def test_the_forms_do_not_speak_of_a_delivery_that_they_do_not_ask_for(
    id: str, registry: Registry, office: Office
) -> None:
    helps = [question.help_for(office) for _, question in registry[id].document.schema().questions()]
    assert [help for help in helps if "选择" in help and "必填" in help] == []
