"""The routes that are not about a single document, as OpenAPI operations with the schemas of bodies and answers."""

from __future__ import annotations

from typing import Any

from gipdocs.access.permissions import Permission
from gipdocs.api.answers import COMPONENTS, of, one_of, report_finding
from gipdocs.api.problem_operations import PROBLEM_OPERATIONS, PROBLEM_SCHEMAS
from gipdocs.api.scopes import security
from gipdocs.documents.endpoints import describe_any
from gipdocs.documents.openapi import FINDING, Routes
from gipdocs.documents.responses import USUAL, describe_answer, describe_body, describe_problems
from gipdocs.law import Office
from gipdocs.law.clock import deadline_questions
from gipdocs.law.fees import fee_questions
from gipdocs.questions import prepare_questions
from gipdocs.reports.collecting.orders import SumQuestions
from gipdocs.reports.record_questions import RecordQuestions

DEADLINE = {"kind": "answer", "channel": "online", "received": "2025-03-03", "confirmed": "2025-03-03"}
FEE = {"method": "piece", "count": 35, "already": 0}
REPORT = {"year": 2024, "table3": {"rows": {}}}
SUM = {
    "due": ["某县财政局", "某县司法局"],
    "reports": [{"name": "财政局.docx", "body": "某县财政局", "record": REPORT}],
}


TAGS = {
    "documents": "文书：清单，以及用标识指定的任意一种文书",
    "law": "期限、费用和年度报告的核对",
    "service": "服务状态和接口说明",
}


def _read(name: str, summary: str, description: str, schema: str) -> dict[str, Any]:
    """An operation that reads what changes with a restart or a day only."""
    responses = {"200": describe_answer(description, of(schema)), "304": "NotModified", **describe_problems(*USUAL)}
    return {
        "get": {
            "tags": ["documents"],
            "operationId": name,
            "summary": summary,
            "responses": responses,
        }
    }


def _reckoned(name: str, summary: str, description: str, *, schema: str, body: str, example: Any) -> dict[str, Any]:
    problems = describe_problems(*sorted(("422", *USUAL)))
    return {
        "post": {
            "tags": ["law"],
            "operationId": name,
            "summary": summary,
            "requestBody": describe_body(of(body), example),
            "responses": {"200": describe_answer(description, of(schema)), **problems},
        }
    }


def _serve(name: str, summary: str, *, needed: Permission | None = None, **responses: Any) -> dict[str, Any]:
    """An operation about the service itself; without a permission it needs no key."""
    told = {status.removeprefix("s"): answer for status, answer in responses.items()}
    return {
        "get": {
            "tags": ["service"],
            "operationId": name,
            "summary": summary,
            "security": security(needed) if needed else [],
            "responses": {**told, **describe_problems(*USUAL)},
        }
    }


FILE = {
    "required": True,
    "content": {
        "multipart/form-data": {
            "schema": {
                "type": "object",
                "properties": {"file": {"type": "string", "format": "binary", "description": "DOCX或者PDF"}},
                "required": ["file"],
                "additionalProperties": False,
            }
        }
    },
}


# Those without a requirement of their own need the permission for documents.
OPERATIONS: dict[str, dict[str, Any]] = {
    "/api/v1/documents": _read("list-documents", "全部文书", "文书的标识、名称、分组和格式", "DocumentList"),
    "/api/v1/deadlines": _reckoned(
        "reckon-deadline",
        "计算期限",
        "最后一日、逐日推算过程和依据",
        schema="Deadline",
        body="DeadlineBody",
        example=DEADLINE,
    ),
    "/api/v1/fees": _reckoned(
        "reckon-fee", "计算信息处理费", "金额、分档计算过程和依据", schema="Fee", body="FeeBody", example=FEE
    ),
    "/api/v1/reports/check": _reckoned(
        "check-report",
        "核对年度报告",
        "核对结果：逐条说明、各组结论",
        schema="Judgement",
        body="ReportRecord",
        example=REPORT,
    ),
    "/api/v1/reports/sum": _reckoned(
        "sum-reports",
        "汇总各单位的年度报告",
        "汇总的记录、每个数的构成和要处理的事项",
        schema="SummedReport",
        body="SumBody",
        example=SUM,
    ),
    "/api/v1/read": {
        "post": {
            "tags": ["documents"],
            "operationId": "read-file",
            "summary": "读回申请文件里的填写内容",
            "description": "公开提供填写的文书，DOCX或者PDF；文件上看得见的文字为准，文件不保存。",
            "requestBody": FILE,
            "responses": {
                "200": describe_answer("文书标识、填写内容和与文件不一致之处", of("ReadAnswers")),
                **describe_problems(*sorted(("422", *USUAL))),
            },
        }
    },
    "/api/v1/openapi.json": _serve(
        "describe-api", "本接口说明", s200=describe_answer("OpenAPI 3.1", of("Description")), s304="NotModified"
    ),
    "/healthz": _serve("alive", "服务是否在运行", s200=describe_answer("在运行", of("Alive"))),
    "/readyz": _serve(
        "ready",
        "服务是否可用",
        needed=Permission.HEALTH,
        s200=describe_answer("可用", of("Readiness")),
        s503=describe_answer("暂不可用，说明原因", of("Readiness")),
    ),
    **PROBLEM_OPERATIONS,
    **describe_any(tag="documents"),
}


def routes(office: Office) -> Routes:
    """What is to be said of these routes; bodies depend on the law of the office's day."""
    kinds = {f"DeadlineBody-{kind}": schema for kind, schema in deadline_questions(office.law).json_schemas().items()}
    return Routes(
        operations=OPERATIONS,
        components={
            **COMPONENTS,
            **PROBLEM_SCHEMAS,
            "ReportFinding": report_finding(FINDING),
            "DeadlineBody": one_of(kinds),
        },
        questions={
            **kinds,
            "FeeBody": prepare_questions(fee_questions(office.today_law)).json_schema(),
            "SumBody": prepare_questions(SumQuestions).json_schema(),
            "ReportRecord": prepare_questions(RecordQuestions).json_schema(),
        },
        tags=TAGS,
    )
