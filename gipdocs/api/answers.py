"""The API's answers as JSON Schema; a test validates every real answer against it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from gipdocs.documents.openapi import DIALECT
from gipdocs.health import CODES
from gipdocs.law.clock import KINDS
from gipdocs.reports.collecting.assessment import STATES
from gipdocs.reports.collecting.comparison import MARKS
from gipdocs.reports.judgement import GROUPS

Schema = dict[str, Any]
TEXT: Schema = {"type": "string"}
WHOLE: Schema = {"type": "integer"}
NUMBER: Schema = {"type": ["number", "null"]}
"""A figure, null where there is none."""
TRUTH: Schema = {"type": "boolean"}
DAY: Schema = {"type": "string", "format": "date"}
VERSIONS: Schema = {"type": "object", "description": "所用各项数据的版本。", "additionalProperties": TEXT}


def object_of(properties: Mapping[str, Schema]) -> Schema:
    """An object with these keys and no others."""
    return {
        "type": "object",
        "properties": dict(properties),
        "required": list(properties),
        "additionalProperties": False,
    }


def list_of(items: Schema) -> Schema:
    """A list of these."""
    return {"type": "array", "items": items}


def or_null(schema: Schema) -> Schema:
    """The same, or null."""
    return {**schema, "type": [schema["type"], "null"]}


def about(schema: Schema, description: str) -> Schema:
    """The same with a description for readers."""
    return {**schema, "description": description}


def of(name: str) -> Schema:
    """A reference to a schema of the components."""
    return {"$ref": f"#/components/schemas/{name}"}


def one_of(names: Iterable[str]) -> Schema:
    """One of the schemas of these names, each of which says for which `kind` it is."""
    return {"oneOf": [of(name) for name in names]}


SUMMARY: dict[str, Schema] = {
    "id": TEXT,
    "title": TEXT,
    "group": TEXT,
    "group_key": about(TEXT, "分组的标识，也是本接口说明里的tag。"),
    "summary": TEXT,
    "formats": list_of(TEXT),
    "public": about(TRUTH, "是否不用登录即可填写。"),
    "links": object_of({"self": TEXT, "schema": TEXT, "sample": TEXT, "check": TEXT}),
}
STEP = object_of({"date": DAY, "counted": TRUTH, "n": or_null(WHOLE), "reason": TEXT})
EVENT = object_of({"date": DAY, "event": TEXT, "text": TEXT})
FEE_STEP = object_of({"from": WHOLE, "to": WHOLE, "count": WHOLE, "rate": WHOLE, "yuan": WHOLE})
DEADLINE = object_of(
    {
        "kind": {"type": "string", "enum": list(KINDS)},
        "label": TEXT,
        "period": TEXT,
        "starts": about(or_null(DAY), "自次日起计算的日期。"),
        "received": or_null(DAY),
        "last_day": about(or_null(DAY), "期限的最后一日，待定的为null。"),
        "pending": TRUTH,
        "late": about(or_null(TRUTH), "是否逾期，不能判断的为null。"),
        "first_unknown_day": about(or_null(DAY), "工作日历到此为止，自这一天起不能推算。"),
        "reason": about(or_null(TEXT), "待定的原因。"),
        "natural_last_day": about(or_null(DAY), "遇休息日顺延之前的最后一日。"),
        "extension_notice_by": about(or_null(DAY), "最迟在这一天告知延期。"),
        "events": list_of(of("DeadlineEvent")),
        "derivation": about(list_of(of("DeadlineStep")), "逐日推算的过程。"),
        "basis": list_of(TEXT),
        "notes": list_of(TEXT),
        "rules": VERSIONS,
    }
)
FEE = object_of(
    {
        "yuan": about(WHOLE, "应缴金额，单位为元。"),
        "method": TEXT,
        "unit": TEXT,
        "count": WHOLE,
        "already": WHOLE,
        "steps": list_of(of("FeeStep")),
        "basis": list_of(TEXT),
        "note": TEXT,
        "rules": VERSIONS,
    }
)
JUDGEMENT = object_of(
    {
        "year": WHOLE,
        "format": TEXT,
        "findings": list_of(of("ReportFinding")),
        "verdict": object_of({group: {"enum": ["fail", "pass", "incomplete", "untested"]} for group in GROUPS}),
        "tested": {
            "type": "object",
            "description": "每条规则核对的次数，按结果分列。",
            "additionalProperties": {"type": "object", "additionalProperties": WHOLE},
        },
        "summary": TEXT,
        "read": list_of(TEXT),
    }
)
STANDING = object_of(
    {
        "body": TEXT,
        "file": or_null(TEXT),
        "state": {"enum": [*STATES]},
        "note": TEXT,
        "findings": list_of({"anyOf": [of("ReportFinding"), of("Finding")]}),
        "faults": list_of(of("Fault")),
    }
)
SUM_PARTS: Schema = {"type": "object", "additionalProperties": list_of(of("SumPart"))}
SUMMED = object_of(
    {
        "year": WHOLE,
        "record": of("ReportRecord"),
        "counted": about(list_of(object_of({"body": TEXT, "file": TEXT})), "计入汇总的单位和文件。"),
        "missing": about(list_of(TEXT), "没有报送的单位。"),
        "parts": about(SUM_PARTS, "每个数由哪些单位的数构成。"),
        "left_out": about(
            list_of(object_of({**dict.fromkeys(("body", "path", "place", "reason"), TEXT), "implied": NUMBER})),
            "没有计入的数；implied是按该单位的总计推算的数。",
        ),
        "corrections": list_of(
            object_of({**dict.fromkeys(("path", "place", "reason"), TEXT), "computed": NUMBER, "given": NUMBER})
        ),
        "repeated": about(
            list_of(object_of({"body": TEXT, "files": list_of(TEXT), "same": TRUTH, "taken": or_null(TEXT)})),
            "报送了几份的单位；taken是计入的一份。",
        ),
        "unbalanced": list_of(
            object_of(
                dict.fromkeys(("body", "path", "place", "rule"), TEXT)
                | dict.fromkeys(("printed", "computed", "difference"), NUMBER)
            )
        ),
        "likenesses": about(
            list_of(
                object_of(
                    {
                        "kind": {"enum": ["narrative", "figures"]},
                        "body": TEXT,
                        "other": TEXT,
                        "characters": WHOLE,
                        "percent": WHOLE,
                    }
                )
            ),
            "叙述或者数字雷同的两个单位。",
        ),
        "findings": list_of(of("Finding")),
        "standings": about(list_of(of("ReportStanding")), "各单位的报告核对得怎样。"),
    }
)
READ_ANSWERS = object_of(
    {
        "document": about(TEXT, "文书标识。"),
        "answers": {
            "type": "object",
            "description": "填写内容，可以不全；原样提交给这种文书的检查和生成。",
            "additionalProperties": {},
        },
        "source": {"enum": ["carried", "visible"], "description": "carried：文件里附带的；visible：读自看得见的文字。"},
        "differences": about(list_of(of("Finding")), "附带的内容与看得见的文字不一致之处。"),
    }
)
COMPARED_FIGURE = object_of(
    {
        "path": TEXT,
        "place": TEXT,
        "before": NUMBER,
        "now": NUMBER,
        "difference": NUMBER,
        "percent": about(NUMBER, "比上年增减百分之几，上年为0的为null。"),
        "marks": about(list_of({"enum": list(MARKS)}), "，".join(f"{key}：{label}" for key, label in MARKS.items())),
        "severity": {"enum": ["error", "warning", "info", None]},
        "asked": about(TEXT, "请核实、说明什么，没有的为空。"),
        "explanation": about(TEXT, "已有的说明。"),
    }
)
COMPARISON = object_of(
    {
        "year": WHOLE,
        "agency": or_null(TEXT),
        "apart": about(list_of(TEXT), "因格式、单位不同不能对照的。"),
        "findings": list_of(of("ReportFinding")),
        "figures": list_of(of("ComparedFigure")),
    }
)
AILMENT = object_of(
    {
        "code": about({"enum": list(CODES)}, "稳定的代码，供程序判断。"),
        "what": TEXT,
        "cure": TEXT,
        "stops": about(TRUTH, "是否因此不能生成文书。"),
    }
)
QUESTIONS = {
    "type": "object",
    "description": "一种文书的填写项，是JSON Schema 2020-12。",
    "properties": {
        "$schema": {"const": DIALECT},
        "title": TEXT,
        "type": {"const": "object"},
        "properties": {"type": "object", "additionalProperties": {"type": "object", "additionalProperties": True}},
        "required": list_of(TEXT),
        "additionalProperties": {"const": False},
    },
    "required": ["$schema", "title", "type", "properties", "additionalProperties"],
    "additionalProperties": False,
}
ANYTHING: Schema = {"type": "object", "additionalProperties": True}
DESCRIPTION = object_of(
    {
        "openapi": {"const": "3.1.0"},
        "info": ANYTHING,
        "servers": list_of(ANYTHING),
        "security": list_of(ANYTHING),
        "tags": list_of(object_of({"name": TEXT, "description": TEXT})),
        "paths": {"type": "object", "additionalProperties": ANYTHING},
        "components": {"type": "object", "additionalProperties": ANYTHING},
    }
)


def report_finding(finding: Mapping[str, Any]) -> Schema:
    """The schema of a finding about an annual report: that of any finding, with its place and both numbers."""
    return {**finding, "required": list(finding["properties"])}


COMPONENTS: dict[str, Schema] = {
    "DocumentSummary": object_of(SUMMARY),
    "DocumentList": object_of({"documents": list_of(of("DocumentSummary"))}),
    "DocumentDescription": object_of({**SUMMARY, "schema": of("Questions")}),
    "Questions": QUESTIONS,
    "DeadlineStep": STEP,
    "DeadlineEvent": EVENT,
    "Deadline": DEADLINE,
    "FeeStep": FEE_STEP,
    "Fee": FEE,
    "Judgement": JUDGEMENT,
    "SumPart": object_of({"body": TEXT, "value": NUMBER}),
    "SummedReport": SUMMED,
    "ReportStanding": STANDING,
    "Comparison": COMPARISON,
    "ComparedFigure": COMPARED_FIGURE,
    "Ailment": AILMENT,
    "Readiness": object_of({"status": {"enum": ["ok", "unavailable"]}, "findings": list_of(of("Ailment"))}),
    "Alive": object_of({"status": {"const": "ok"}}),
    "Description": DESCRIPTION,
    "ReadAnswers": READ_ANSWERS,
}
