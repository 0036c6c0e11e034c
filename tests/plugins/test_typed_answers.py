"""What people type without seeing it: blanks about a name, numbers and marks of attachments, a mark before the JSON."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient

from gipdocs.cli import main
from gipdocs.documents.build import build, examine
from gipdocs.errors import Refused
from gipdocs.law import Office
from gipdocs.questions import (
    Lines,
    Name,
    Title,
    prepare_questions,
)
from gipdocs.service import Service
from gipdocs.settings import PROJECT
from gipdocs.strictjson import read_json

from .filled import changed, payload, text

ANSWERS = PROJECT / "tests" / "data" / "answers"
BOM = b"\xef\xbb\xbf"
FOUND = {
    "bom": [],
    "l-name-nbsp": [("blanks-left-out", "/application/name")],
    "l-name-trailing-space": [("blanks-left-out", "/application/name")],
    "l-zwsp-name": [("blanks-left-out", "/application/name")],
    "l-provided-suffix": [
        ("name-punctuated", "/provided/0"),
        ("name-numbered", "/provided/1"),
        ("name-numbered", "/provided/2"),
        ("name-punctuated", "/provided/2"),
    ],
    "r-id-71": [("doubtful-value", "/application/id_number")],
    "r-id-9": [("doubtful-value", "/application/id_number")],
}


def answers(name: str) -> bytes:
    return (ANSWERS / f"{name}.json").read_bytes()


@pytest.mark.parametrize("name", FOUND)
def test_what_was_typed_is_told_at_its_place(service: Service, office: Office, name: str) -> None:
    _, found = examine(service.registry["reply-granted"], read_json(answers(name)), office)
    assert [(one.code, one.pointer) for one in found] == FOUND[name]


@pytest.mark.parametrize("name", ["l-name-nbsp", "l-name-trailing-space", "l-zwsp-name"])
def test_a_letter_is_addressed_to_the_bare_name(service: Service, office: Office, name: str) -> None:
    printed = text(
        service.registry,
        "reply-granted",
        office,
        application__name=json.loads(answers(name))["application"]["name"],
    )
    assert "张晓彤：" in printed


def test_numbers_and_marks_of_attachments_refuse_the_letter_unless_the_clerk_insists(
    service: Service, office: Office
) -> None:
    entry, typed = service.registry["reply-granted"], json.loads(answers("l-provided-suffix"))
    with pytest.raises(Refused, match=r"第2行：名称前面不写序号，请删去开头的“1\."):
        build(entry, typed, office)
    reason = "名称本来就是这样写的。"
    insisted = [{"code": code, "reason": reason} for code in ("name-numbered", "name-punctuated")]
    assert {one.severity for one in build(entry, typed | {"overrides": insisted}, office).findings} == {"info"}
    mended = typed | {"provided": ["《2025年计划》", "2025年计划", "2026年计划"]}
    assert build(entry, mended, office).findings == ()


@pytest.mark.slow
def test_every_list_of_papers_is_held_to_the_standard(service: Service, office: Office) -> None:
    told = {}
    for id, entry in service.registry.items():
        for pointer, question in prepare_questions(entry.document.schema).walk():
            path = pointer.removeprefix("/")
            if not isinstance(question.line if isinstance(question, Lines) else question, Title):
                continue
            sample = prepare_questions(entry.document.schema).sample(office, full=True)
            wrong: Any = "1.某清单；" if path.endswith("title") else ["1.某清单；"]
            _, found = examine(entry, changed(sample, {path: wrong}), office)
            told[id, path] = {one.code for one in found} & {"name-numbered", "name-punctuated"}
    assert {path.rpartition("/")[2] for _, path in told} == {
        "enclosed", "evidence", "information", "materials", "provided", "title",
    }  # fmt: skip
    assert [place for place, codes in told.items() if len(codes) < 2] == []


def test_whoever_is_asked_for_by_name_is_asked_so(service: Service) -> None:
    """A label that asks for a name belongs to a question that leaves invisible blanks out."""
    labels = {
        "姓名或者名称",
        "联系人",
        "代理人姓名",
        "法定代表人或者负责人",
        "第三方的姓名或者名称",
        "受送达人",
        "送达人",
    }
    labels |= {"检索人", "复核人", "承办人", "登记人", "协办机关", "被征求意见的行政机关", "档案馆的名称"}
    wrong = [
        (id, key)
        for id, entry in service.registry.items()
        for key, question in prepare_questions(entry.document.schema).walk()
        if question.label in labels and not isinstance(question, Name)
    ]
    asked_for = [
        q
        for e in service.registry.values()
        for _, q in prepare_questions(e.document.schema).walk()
        if q.label in labels
    ]
    assert wrong == [] and {question.label for question in asked_for} == labels


@pytest.mark.slow
def test_json_with_a_byte_order_mark_is_read_by_every_door(
    client: FlaskClient, service: Service, office: Office, tmp_path: Path
) -> None:
    data = answers("bom")
    assert data.startswith(BOM)
    sent = client.post("/api/v1/documents/reply-granted/check", data=data, content_type="application/json")
    assert sent.status_code == 200
    assert main(["check", "reply-granted", "-i", str(ANSWERS / "bom.json")]) == 0
    clock = tmp_path / "clock.json"
    clock.write_bytes(
        BOM
        + json.dumps(
            {"kind": "answer", "channel": "mail"} | payload(service.registry, "reply-granted", office)["clock"]
        ).encode()
    )
    assert main(["deadline", "-i", str(clock)]) == 0
