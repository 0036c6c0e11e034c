"""The routes of the register as OpenAPI operations, with the schemas of bodies and answers."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from gipdocs.access.permissions import Permission
from gipdocs.api import case_answers
from gipdocs.api.answers import of, one_of
from gipdocs.api.case_bodies import (
    CSV,
    DEED_QUESTIONS,
    DOCUMENT_ID,
    SAMPLE_EVENT,
    XLSX,
    CancelQuestions,
    ImportQuestions,
    LedgerQuestions,
    PageQuestions,
    cancel_body,
    event_bodies,
    letter_body,
)
from gipdocs.api.describing import (
    describe_download,
    describe_json,
    describe_named,
    describe_operation,
    describe_parameter,
    describe_query,
)
from gipdocs.documents.document import MEDIA_TYPES
from gipdocs.documents.openapi import Routes
from gipdocs.documents.responses import ANY_BYTES, describe_body, describe_bytes
from gipdocs.law import Office
from gipdocs.questions import prepare_questions
from gipdocs.register.opening import OpeningQuestions

TAGS = {
    "cases": "案件：登记、办理经过、期限和统计",
    "letters": "案件的文书：起草、送审、签发、作废",
    "ledger": "台账：导出和导入",
}
ETAG = {"ETag": {"description": "版本，见If-Match。", "schema": {"type": "string"}}}
MADE = {**ETAG, "Location": {"description": "案件或者文书的地址。", "schema": {"type": "string"}}}
FILTER = {f"CaseFilter-{one['name']}": one for one in describe_query(LedgerQuestions)}
"""Which cases are meant, in lists and ledgers."""

PARAMETERS: Mapping[str, Mapping[str, Any]] = {
    **FILTER,
    "CaseNumber": describe_parameter(
        "number",
        "path",
        {"type": "string", "pattern": r"^[0-9A-Za-z〔〕（）号 -]{1,40}$", "example": "2026-0012"},
        "申请编号；其中的汉字、括号、空格等按URL的规则转写。",
    ),
    "RecordPlace": describe_parameter(
        "place", "path", {"type": "integer", "minimum": 1, "maximum": 1_000_000}, "案件里的第几条记录。"
    ),
    "LetterDocument": describe_parameter(
        "document",
        "path",
        {"type": "string", "pattern": f"^{DOCUMENT_ID}$", "example": "reply-granted"},
        "文书的标识。",
    ),
    "LetterId": describe_parameter("id", "path", {"type": "integer", "minimum": 1, "maximum": 2**31 - 1}, "文书的id。"),
    "StatisticsYear": describe_parameter(
        "year", "path", {"type": "integer", "minimum": 2019, "maximum": 9999}, "年份。"
    ),
    "LetterFormat": describe_parameter(
        "format", "query", {"type": "string", "enum": ["docx", "pdf"]}, "文书格式；不写的是docx。"
    ),
    "If-Match": describe_parameter(
        "If-Match",
        "header",
        {"type": "string", "pattern": r'^(\*|(W/)?"[0-9]{1,9}")?$', "example": '"3"'},
        "读取时收到的ETag。填写的，别人已经先改动时不保存，答412；网络中断后重发，也不会办理两次。",
    ),
    "Idempotency-Key": describe_parameter(
        "Idempotency-Key",
        "header",
        {"type": "string", "pattern": "^[!-~]{0,255}$"},
        "每件申请、每个批次一个，例如UUID。一周内用同一个值重发同样的内容，不会办理两次，答复与第一次相同；内容不同的，答422。",
    ),
}
"""Parameters to which operations refer by name."""


RESPONSES = {
    "Case": describe_named("案件的现状、记录和文书", "Case", ETAG),
    "CaseChanged": describe_named("已经记录，答复是案件的现状", "Case", MADE),
    "Letter": describe_named("文书及其填写项", "WholeLetter", ETAG),
}
"""Responses to which operations refer by name."""
CASE, CHANGED, LETTER = {"200": "Case"}, {"201": "CaseChanged"}, {"200": "Letter"}
CALENDAR = {"200": {"description": "iCalendar，不含姓名", "content": {"text/calendar": {"schema": {"type": "string"}}}}}
STEP_FAULTS = ("404", "409", "412", "507")


DEEDS = {
    "submit": "提请签发",
    "return": "退回修改",
    "approve": "同意签发",
    "issue": "签发草稿，给出文号",
    "void": "作废签发的文书",
}


def _deed(deed: str, summary: str, office: Office) -> dict[str, Any]:
    body = describe_body(of(_body_of(deed)), prepare_questions(DEED_QUESTIONS[deed]).sample(office))
    parameters = ["LetterId", "If-Match"]
    operation = describe_operation(
        f"{deed}-letter",
        summary,
        tag="letters",
        needed=Permission.WRITE_CASES if deed == "submit" else Permission.ISSUE,
        answers=LETTER,
        faults=STEP_FAULTS,
        parameters=parameters,
        body=body,
    )
    return {"post": operation}


def _body_of(deed: str) -> str:
    return f"{deed.capitalize()}Body"


def operations(office: Office) -> dict[str, dict[str, Any]]:
    """Every operation of the register by path; the examples are those of the office."""
    opening = describe_body(of("CaseBody"), prepare_questions(OpeningQuestions).sample(office))
    return {
        "/api/v1/cases": {
            "get": describe_operation(
                "list-cases",
                "查找案件：最紧的在前，每页50件",
                tag="cases",
                needed=Permission.READ_CASES,
                answers=describe_json("200", "这一页的案件；next是下一页的cursor", "CaseList"),
                parameters=[*FILTER, *describe_query(PageQuestions)],
            ),
            "post": describe_operation(
                "open-case",
                "新建案件：登记申请，给出申请编号",
                tag="cases",
                needed=Permission.WRITE_CASES,
                answers=describe_json("201", "案件已经建立", "Case", MADE),
                faults=["404", "409", "507"],
                parameters=["Idempotency-Key"],
                body=opening,
            ),
        },
        "/api/v1/cases/{number}": {
            "get": describe_operation(
                "get-case",
                "一个案件",
                tag="cases",
                needed=Permission.READ_CASES,
                answers=CASE,
                faults=["404"],
                parameters=["CaseNumber"],
            )
        },
        "/api/v1/cases/{number}/deadline": {
            "get": describe_operation(
                "get-deadline",
                "答复期限及其推算过程",
                tag="cases",
                needed=Permission.READ_CASES,
                answers=describe_json("200", "最后一日、逐日推算过程和依据", "Deadline"),
                faults=["404", "409"],
                parameters=["CaseNumber"],
            )
        },
        "/api/v1/cases/{number}/events": {
            "post": describe_operation(
                "record-event",
                "记录案件里发生的事",
                tag="cases",
                needed=Permission.WRITE_CASES,
                answers=CHANGED,
                faults=STEP_FAULTS,
                parameters=["CaseNumber", "If-Match"],
                body=describe_body(of("EventBody"), SAMPLE_EVENT),
            )
        },
        "/api/v1/cases/{number}/events/{place}/cancel": {
            "post": describe_operation(
                "cancel-event",
                "更正一条记录：记录仍然保留，不再作数；可以同时写明正确的内容",
                tag="cases",
                needed=Permission.WRITE_CASES,
                answers=CHANGED,
                faults=(*STEP_FAULTS, "405"),
                parameters=["CaseNumber", "RecordPlace", "If-Match"],
                body=describe_body(of("CancelBody"), prepare_questions(CancelQuestions).sample(office)),
            )
        },
        **_letters(office),
        **_over_all_cases(),
        **_ledger(),
    }


def _letters(office: Office) -> dict[str, dict[str, Any]]:
    draft = {"document": "correction-notice", "answers": {}, "issue": False}
    return {
        "/api/v1/cases/{number}/prefill/{document}": {
            "get": describe_operation(
                "prefill-letter",
                "文书的填写项中，案件已有的内容",
                tag="letters",
                needed=Permission.READ_CASES,
                answers=describe_json("200", "填写项；有草稿的，以草稿为准", "LetterAnswers"),
                faults=["404", "409"],
                parameters=["CaseNumber", "LetterDocument"],
            )
        },
        "/api/v1/cases/{number}/letters": {
            "get": describe_operation(
                "list-letters",
                "案件的文书",
                tag="letters",
                needed=Permission.READ_CASES,
                answers=describe_json("200", "文书，先办的在前", "CaseLetterList"),
                faults=["404"],
                parameters=["CaseNumber"],
            ),
            "post": describe_operation(
                "make-letter",
                "起草或者签发文书",
                tag="letters",
                needed=Permission.WRITE_CASES,
                answers=describe_json("201", "草稿已经保存，或者文书已经签发", "WholeLetter", MADE),
                faults=STEP_FAULTS,
                parameters=["CaseNumber", "If-Match"],
                body=describe_body(of("LetterBody"), draft),
            ),
        },
        "/api/v1/letters/{id}": {
            "get": describe_operation(
                "get-letter",
                "一份文书",
                tag="letters",
                needed=Permission.READ_CASES,
                answers=LETTER,
                faults=["404"],
                parameters=["LetterId"],
            ),
            "put": describe_operation(
                "save-letter",
                "修改草稿",
                tag="letters",
                needed=Permission.WRITE_CASES,
                answers=LETTER,
                faults=(*STEP_FAULTS, "405"),
                parameters=["LetterId", "If-Match"],
                body=describe_body(of("LetterAnswers"), {}),
            ),
        },
        "/api/v1/letters/{id}/file": {
            "get": describe_operation(
                "get-letter-file",
                "下载签发的文书",
                tag="letters",
                needed=Permission.READ_CASES,
                answers=describe_download("文书", MEDIA_TYPES["docx"], MEDIA_TYPES["pdf"]),
                faults=["404", "409", "502", "504", "507"],
                parameters=["LetterId", "LetterFormat"],
            )
        },
        **{f"/api/v1/letters/{{id}}/{deed}": _deed(deed, summary, office) for deed, summary in DEEDS.items()},
    }


def _over_all_cases() -> dict[str, dict[str, Any]]:
    return {
        "/api/v1/due": {
            "get": describe_operation(
                "list-due",
                "到期事项",
                tag="cases",
                needed=Permission.READ_CASES,
                answers=describe_json("200", "每个案件最紧的一项期限", "DueList"),
            )
        },
        "/api/v1/due.ics": {
            "get": describe_operation(
                "feed-due",
                "到期事项的日历，供日历程序订阅",
                tag="cases",
                needed=Permission.READ_CASES,
                answers=CALENDAR,
            )
        },
        "/api/v1/statistics/{year}": {
            "get": describe_operation(
                "get-statistics",
                "年度统计：年度报告中的两张统计表和信息处理费",
                tag="cases",
                needed=Permission.LEDGER,
                answers=describe_json("200", "各项数字", "YearStatistics"),
                faults=["404"],
                parameters=["StatisticsYear"],
            )
        },
    }


def _ledger() -> dict[str, dict[str, Any]]:
    sheet = {XLSX: describe_bytes(), CSV: {"schema": {"type": "string"}}, ANY_BYTES: describe_bytes()}
    return {
        "/api/v1/ledger.xlsx": {
            "get": describe_operation(
                "export-ledger",
                "台账",
                tag="ledger",
                needed=Permission.LEDGER,
                answers=describe_download("台账，收到早的在前", XLSX),
                parameters=[*FILTER],
            )
        },
        "/api/v1/ledger": {
            "post": describe_operation(
                "import-ledger",
                "导入原有的台账：每行一件，有一处不对的，一行也不导入",
                tag="ledger",
                needed=Permission.WRITE_CASES,
                answers=describe_json("200", "导入的件数，或者核对的结果", "ImportReport"),
                parameters=describe_query(ImportQuestions),
                body={"required": True, "content": sheet},
            )
        },
    }


def routes(office: Office) -> Routes:
    """What is to be said of the routes of the register; the examples are those of the office."""
    events = {f"EventBody-{kinds[0]}": body for kinds, body in event_bodies().items()}
    answers = {
        "type": "object",
        "description": "文书的填写项，见/api/v1/documents/{document}/schema。",
        "additionalProperties": {},
    }
    return Routes(
        operations=operations(office),
        components={**case_answers.components(), "EventBody": one_of(events), "LetterAnswers": answers},
        questions={
            **case_answers.questions(),
            **events,
            "CaseBody": prepare_questions(OpeningQuestions).json_schema(),
            "CancelBody": cancel_body(),
            **{_body_of(deed): prepare_questions(schema).json_schema() for deed, schema in DEED_QUESTIONS.items()},
            "LetterBody": letter_body(),
        },
        tags=TAGS,
        parameters=PARAMETERS,
        responses=RESPONSES,
    )
