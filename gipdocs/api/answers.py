"""The API's answers as JSON Schema; a test validates every real answer against it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from gipdocs.documents.openapi import DIALECT
from gipdocs.law.clock import KINDS
from gipdocs.reports.judgement import GROUPS

Schema = dict[str, Any]
TEXT: Schema = {"type": "string"}
WHOLE: Schema = {"type": "integer"}
TRUTH: Schema = {"type": "boolean"}
DAY: Schema = {"type": "string", "format": "date"}
VERSIONS: Schema = {"type": "object", "description": "所用各项数据的版本。", "additionalProperties": TEXT}


def _object(properties: Mapping[str, Schema]) -> Schema:
    """An object with these keys and no others."""
    return {
        "type": "object",
        "properties": dict(properties),
        "required": list(properties),
        "additionalProperties": False,
    }


def _list(items: Schema) -> Schema:
    return {"type": "array", "items": items}


def _or_null(schema: Schema) -> Schema:
    return {**schema, "type": [schema["type"], "null"]}


def _about(schema: Schema, description: str) -> Schema:
    return {**schema, "description": description}


def of(name: str) -> Schema:
    """A reference to a schema of the components."""
    return {"$ref": f"#/components/schemas/{name}"}


SUMMARY: dict[str, Schema] = {
    "id": TEXT,
    "title": TEXT,
    "group": TEXT,
    "summary": TEXT,
    "formats": _list(TEXT),
    "public": _about(TRUTH, "是否不用登录即可填写。"),
    "links": _object({"self": TEXT, "schema": TEXT, "sample": TEXT, "check": TEXT}),
}
STEP = _object({"date": DAY, "counted": TRUTH, "n": _or_null(WHOLE), "reason": TEXT})
EVENT = _object({"date": DAY, "event": TEXT, "text": TEXT})
FEE_STEP = _object({"from": WHOLE, "to": WHOLE, "count": WHOLE, "rate": WHOLE, "yuan": WHOLE})
DEADLINE = _object(
    {
        "kind": {"type": "string", "enum": list(KINDS)},
        "label": TEXT,
        "period": TEXT,
        "starts": _about(_or_null(DAY), "自次日起计算的日期。"),
        "received": _or_null(DAY),
        "last_day": _about(_or_null(DAY), "期限的最后一日，待定的为null。"),
        "pending": TRUTH,
        "late": _about(_or_null(TRUTH), "是否逾期，不能判断的为null。"),
        "first_unknown_day": _about(_or_null(DAY), "工作日历到此为止，自这一天起不能推算。"),
        "reason": _about(_or_null(TEXT), "待定的原因。"),
        "natural_last_day": _about(_or_null(DAY), "遇休息日顺延之前的最后一日。"),
        "extension_notice_by": _about(_or_null(DAY), "最迟在这一天告知延期。"),
        "events": _list(of("DeadlineEvent")),
        "derivation": _about(_list(of("DeadlineStep")), "逐日推算的过程。"),
        "basis": _list(TEXT),
        "notes": _list(TEXT),
        "rules": VERSIONS,
    }
)
FEE = _object(
    {
        "yuan": _about(WHOLE, "应缴金额，单位为元。"),
        "method": TEXT,
        "unit": TEXT,
        "count": WHOLE,
        "already": WHOLE,
        "steps": _list(of("FeeStep")),
        "basis": _list(TEXT),
        "note": TEXT,
        "rules": VERSIONS,
    }
)
FIGURE: Schema = {"type": ["number", "null"]}
JUDGEMENT = _object(
    {
        "year": WHOLE,
        "format": TEXT,
        "findings": _list(of("ReportFinding")),
        "verdict": _object({group: {"enum": ["fail", "pass", "incomplete", "untested"]} for group in GROUPS}),
        "tested": {
            "type": "object",
            "description": "每条规则核对的次数，按结果分列。",
            "additionalProperties": {"type": "object", "additionalProperties": WHOLE},
        },
        "summary": TEXT,
    }
)
AILMENT = _object({"what": TEXT, "cure": TEXT, "stops": _about(TRUTH, "是否因此不能生成文书。")})
QUESTIONS = {
    "type": "object",
    "description": "一种文书的填写项，是JSON Schema 2020-12。",
    "properties": {
        "$schema": {"const": DIALECT},
        "title": TEXT,
        "type": {"const": "object"},
        "properties": {"type": "object", "additionalProperties": {"type": "object", "additionalProperties": True}},
        "required": _list(TEXT),
        "additionalProperties": {"const": False},
    },
    "required": ["$schema", "title", "type", "properties", "additionalProperties"],
    "additionalProperties": False,
}
DESCRIPTION = _object(
    {
        "openapi": {"const": "3.1.0"},
        "info": _object({"title": TEXT, "version": TEXT, "description": TEXT}),
        "paths": {"type": "object", "additionalProperties": {"type": "object", "additionalProperties": True}},
        "components": {"type": "object", "additionalProperties": {"type": "object", "additionalProperties": True}},
    }
)


def report_finding(finding: Mapping[str, Any]) -> Schema:
    """The schema of a finding about an annual report: that of any finding, with its place and both numbers added."""
    properties = {**finding["properties"], "place": TEXT, "stated": FIGURE, "computed": FIGURE}
    return {**finding, "properties": properties, "required": list(properties)}


COMPONENTS: dict[str, Schema] = {
    "DocumentSummary": _object(SUMMARY),
    "DocumentList": _object({"documents": _list(of("DocumentSummary"))}),
    "DocumentDescription": _object({**SUMMARY, "schema": of("Questions")}),
    "Questions": QUESTIONS,
    "DeadlineStep": STEP,
    "DeadlineEvent": EVENT,
    "Deadline": DEADLINE,
    "FeeStep": FEE_STEP,
    "Fee": FEE,
    "Judgement": JUDGEMENT,
    "Ailment": AILMENT,
    "Readiness": _object({"status": {"enum": ["ok", "unavailable"]}, "findings": _list(of("Ailment"))}),
    "Alive": _object({"status": {"const": "ok"}}),
    "Description": DESCRIPTION,
}
