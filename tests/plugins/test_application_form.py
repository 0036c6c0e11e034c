"""The application form warns of what an agency would send it back for, and refuses nothing."""

from __future__ import annotations

from typing import Any

import pytest

from gipdocs.documents.build import examine
from gipdocs.documents.registry import Registry
from gipdocs.law import Office

from .filled import LEFT_OUT, payload

FORM = "application-form"
SILENT = {"phone": LEFT_OUT, "address": LEFT_OUT, "delivery": ["pickup"]}
WARNED: dict[str, tuple[str, str, dict[str, Any]]] = {
    "nobody-can-be-reached": ("unreachable", "/phone", SILENT),
    "nothing-is-asked-for": (
        "request-missing",
        "/info_title",
        {"info_title": LEFT_OUT},
    ),
    "too-short": ("vague", "/info_title", {"info_title": "预算"}),
    "too-wide": ("vague", "/info_description", {"info_description": "机关事务的全部文件、一切数据"}),
    "a-question": ("question-asked", "/info_description", {"info_description": "请问2025年的公务用车更新了没有"}),
    "paper-by-email": (
        "delivery-impossible",
        "/delivery",
        {"media": ["paper"], "delivery": ["email"], "email": "a@b.cn", "accept_other": False},
    ),
    "file-by-mail": ("delivery-impossible", "/delivery", {"media": ["email"], "accept_other": LEFT_OUT}),
}


def found(registry: Registry, office: Office, **changes: Any) -> list[tuple[str, str, str]]:
    _, findings = examine(registry[FORM], payload(registry, FORM, office, **changes), office)
    return [(one.code, one.severity, one.pointer) for one in findings]


@pytest.mark.parametrize(("code", "pointer", "changes"), WARNED.values(), ids=WARNED)
def test_what_would_come_back_is_warned_of_beside_its_question(
    registry: Registry, office: Office, code: str, pointer: str, changes: dict[str, Any]
) -> None:
    assert found(registry, office, **changes) == [(code, "warning", pointer)]


@pytest.mark.parametrize(
    "changes",
    [
        {"info_title": LEFT_OUT, "info_number": "聊机管〔2025〕8号"},
        {"info_description": "2025年国有土地所有权登记的数据"},
        {"media": ["email"], "delivery": ["mail"], "accept_other": True},
        {"media": ["cd", "email"], "delivery": ["mail"], "accept_other": False},
        {"media": ["disk"], "delivery": ["inspection"], "accept_other": False},
    ],
    ids=("number-alone", "ownership", "another-way-accepted", "one-form-fits", "read-on-the-spot"),
)
def test_what_can_be_answered_gives_no_finding(registry: Registry, office: Office, changes: dict[str, Any]) -> None:
    assert found(registry, office, **changes) == []


def test_an_agent_without_a_name_is_told(registry: Registry, office: Office) -> None:
    assert found(registry, office, agent_phone="13900139000") == [("gap", "info", "/agent_name")]


def test_the_next_steps_tell_the_terms_of_the_law(registry: Registry, office: Office) -> None:
    tell = registry[FORM].document.hand_in
    assert tell is not None
    said = tell(office)
    assert any("签名" in sentence for sentence in said.before) and any("身份证" in one for one in said.before)
    assert any(f"{office.law.limit('answer', office.today).text}内答复" in sentence for sentence in said.after)


def test_every_enclosure_is_a_citizens_document(registry: Registry) -> None:
    named = {id for entry in registry.values() for id in entry.document.enclosures}
    assert named and all(registry[id].document.public for id in named)
