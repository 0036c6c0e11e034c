"""Alternatives: the answer to one question says which others are asked."""

from __future__ import annotations

from typing import Any

import pytest
from jsonschema import Draft202012Validator

from gipdocs.errors import InvalidInput
from gipdocs.questions import Choice, Number, Questions, Text
from gipdocs.questions.alternatives import Alternatives


class LetterQuestions(Questions):
    to = Text("收件人", required=True)


class ParcelQuestions(Questions):
    weight = Number("重量", required=True, rule="超过50千克的请分装", most=50)


SENDING = Alternatives(
    key="kind",
    choice=Choice("邮件种类", options={"letter": "信函", "parcel": "包裹"}, required=True, missing="请写明邮件种类。"),
    schemas={"letter": LetterQuestions, "parcel": ParcelQuestions},
    nothing=(0,),
)


def faults(payload: Any) -> list[tuple[str, str, str]]:
    with pytest.raises(InvalidInput) as error:
        SENDING.load(payload)
    return [(fault.pointer, fault.code, fault.detail) for fault in error.value.faults]


def test_the_chosen_questions_are_answered() -> None:
    assert SENDING.load({"kind": "letter", "to": "王小明"}) == ("letter", {"to": "王小明"})
    assert SENDING.load({"kind": "parcel", "weight": 3}) == ("parcel", {"weight": 3})


@pytest.mark.parametrize("nothing", [None, "", 0])
def test_keys_of_another_kind_that_say_nothing_are_left_out(nothing: Any) -> None:
    assert SENDING.load({"kind": "letter", "to": "王小明", "weight": nothing}) == ("letter", {"to": "王小明"})


def test_a_key_of_another_kind_is_refused_with_all_other_faults() -> None:
    found = faults({"kind": "letter", "weight": 3, "colour": 1})
    assert {(pointer, code) for pointer, code, _ in found} == {
        ("/weight", "not-for-kind"),
        ("/to", "required"),
        ("/colour", "unknown"),
    }
    assert found[0][2] == "邮件种类选“信函”的，不填“重量”，请清空这一项。"


@pytest.mark.parametrize(
    ("payload", "expected"),
    [
        ([], [("", "type")]),
        ({}, [("/kind", "required")]),
        ({"kind": ""}, [("/kind", "required")]),
        ({"kind": "telegram"}, [("/kind", "option")]),
        ({"kind": 1}, [("/kind", "type")]),
        ({"kind": "telegram", "to": "王", "colour": 1}, [("/kind", "option"), ("/colour", "unknown")]),
        ({"kind": "letter", "to": "王", "weight": False}, [("/weight", "not-for-kind")]),
    ],
)
def test_wrong_payloads_are_refused_where_they_are_wrong(payload: Any, expected: list[tuple[str, str]]) -> None:
    assert [(pointer, code) for pointer, code, _ in faults(payload)] == expected


def test_a_limit_is_told_with_its_reason() -> None:
    [(_, code, detail)] = faults({"kind": "parcel", "weight": 51})
    assert (code, detail) == ("range", "“重量”应在0和50之间：超过50千克的请分装。")


@pytest.mark.parametrize("weight", [None, "", 0, 3, False, "3"])
def test_the_description_accepts_of_another_kind_what_is_accepted(weight: Any) -> None:
    payload = {"kind": "letter", "to": "王小明", "weight": weight}
    try:
        accepted = bool(SENDING.load(payload))
    except InvalidInput:
        accepted = False
    assert Draft202012Validator(SENDING.json_schemas()["letter"]).is_valid(payload) is accepted


def test_each_alternative_is_described_with_its_own_kind() -> None:
    schemas = SENDING.json_schemas()
    assert schemas["letter"]["properties"]["kind"]["const"] == "letter"
    assert schemas["letter"]["required"] == ["kind", "to"]
    assert schemas["parcel"]["properties"].keys() == {"kind", "weight", "to"}
    assert schemas["parcel"]["properties"]["to"] == {"enum": [None, "", 0]}
    assert all(schema["additionalProperties"] is False for schema in schemas.values())
