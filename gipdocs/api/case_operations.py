"""The routes of the register as OpenAPI operations, with the schemas of bodies and answers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from gipdocs.api import case_answers
from gipdocs.api.answers import Schema, of
from gipdocs.api.case_bodies import (
    CSV,
    DEED_QUESTIONS,
    SAMPLE_EVENT,
    XLSX,
    CancelQuestions,
    ImportQuestions,
    LedgerQuestions,
    ListQuestions,
    cancel_body,
    event_body,
    letter_body,
)
from gipdocs.documents.document import MEDIA_TYPES
from gipdocs.documents.openapi import describe_answer, describe_body, describe_problems
from gipdocs.law import Office
from gipdocs.questions import Questions, prepare_questions
from gipdocs.register.opening import OpeningQuestions
from gipdocs.register.recording import RECORDABLE

TAG = "台账"
MEANINGS = {
    "400": "请求不是JSON，或者地址里的参数有误",
    "404": "没有这个案件、记录或者文书",
    "405": "不支持这种请求方法",
    "409": "案件、文书的状态不允许这样办理，allowed列出现在可以怎样办理；或者编号重复，或者刚刚有别人改动",
    "412": "If-Match中的版本已经过时：读取以后有别人改动",
    "413": "请求内容过大",
    "415": "请求内容的类型不对",
    "422": "填写内容有误，或者文书未通过合法性检查",
    "502": "PDF转换失败",
    "503": "数据库或者转换服务繁忙，Retry-After说明几秒后重试",
    "504": "PDF转换超时",
    "507": "磁盘空间不足",
}
FAULTS_OF_BODIES = ("400", "413", "415", "422")
ETAG = {"ETag": {"description": "版本，改动时放在If-Match里。", "schema": {"type": "string"}}}
MADE = {**ETAG, "Location": {"description": "所建立、改动的案件或者文书的地址。", "schema": {"type": "string"}}}


def _parameter(name: str, place: str, schema: Schema, description: str) -> dict[str, Any]:
    return {"name": name, "in": place, "required": place == "path", "schema": schema, "description": description}


NUMBER = _parameter(
    "number",
    "path",
    {"type": "string", "pattern": r"^[0-9A-Za-z〔〕（）号 -]{1,40}$", "example": "2026-0012"},
    "申请编号；其中的汉字、括号、空格等按URL的规则转写。",
)
PLACE = _parameter("place", "path", {"type": "integer", "minimum": 1, "maximum": 1_000_000}, "案件里的第几条记录。")
DOCUMENT = _parameter("document", "path", {"type": "string", "example": "reply-granted"}, "文书的标识。")
ID = _parameter("id", "path", {"type": "integer", "minimum": 1, "maximum": 2**31 - 1}, "文书的id。")
YEAR = _parameter("year", "path", {"type": "integer", "minimum": 2019, "maximum": 9999}, "年份。")
FORMAT = _parameter("format", "query", {"type": "string", "enum": ["docx", "pdf"]}, "文书格式；不写的是docx。")
IF_MATCH = _parameter(
    "If-Match",
    "header",
    {"type": "string", "example": '"3"'},
    "读取时收到的ETag。填写的，别人已经先改动时不保存，答412；网络中断后重发，也不会办理两次。",
)
IDEMPOTENCY_KEY = _parameter(
    "Idempotency-Key",
    "header",
    {"type": "string", "pattern": "^[!-~]{1,255}$"},
    "每件申请一个，例如UUID。一周内用同一个值重发同样的内容，不会建立第二个案件，答复与第一次相同；内容不同的，答422。",
)


def _operation(
    name: str,
    summary: str,
    *,
    answers: Mapping[str, Any],
    faults: Sequence[str] = (),
    parameters: Sequence[Any] = (),
    body: Mapping[str, Any] | None = None,
) -> dict[str, Any]:
    faults = ("400", *faults, *(FAULTS_OF_BODIES if body else ()), "503")
    told = {
        "tags": [TAG],
        "operationId": name,
        "summary": summary,
        "parameters": [*parameters],
        "responses": {**answers, **describe_problems(*sorted({*faults}), meanings=MEANINGS)},
    }
    return told | ({"requestBody": dict(body)} if body else {})


def _answer(status: str, description: str, schema: str, headers: Mapping[str, Any] | None = None) -> dict[str, Any]:
    told = describe_answer(description, of(schema))
    return {status: told | ({"headers": dict(headers)} if headers else {})}


def _file(description: str, *media_types: str) -> dict[str, Any]:
    content = {type.partition(";")[0]: {"schema": {"type": "string"}} for type in media_types}
    return {"200": {"description": description, "content": content}}


def _query(schema: type[Questions]) -> list[dict[str, Any]]:
    """The questions of a list as parameters of its address."""
    told = []
    for key, question in prepare_questions(schema).questions():
        described = question.json_schema()
        told.append(_parameter(key, "query", described, described.pop("title")))
    return told


CASE = _answer("200", "案件的现状、记录和文书", "Case", ETAG)
CHANGED = _answer("201", "已经记录，答复是案件的现状", "Case", MADE)
LETTER = _answer("200", "文书及其填写项", "WholeLetter", ETAG)
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
    parameters = [ID, IF_MATCH]
    operation = _operation(
        f"{deed}-letter", summary, answers=LETTER, faults=STEP_FAULTS, parameters=parameters, body=body
    )
    return {"post": operation}


def _body_of(deed: str) -> str:
    return f"{deed.capitalize()}Body"


def operations(office: Office) -> dict[str, dict[str, Any]]:
    """Every operation of the register by path; the examples are those of the office."""
    opening = describe_body(of("CaseBody"), prepare_questions(OpeningQuestions).sample(office))
    return {
        "/api/v1/cases": {
            "get": _operation(
                "list-cases",
                "查找案件：最紧的在前，每页50件",
                answers=_answer("200", "这一页的案件；next是下一页的cursor", "CaseList"),
                parameters=_query(ListQuestions),
            ),
            "post": _operation(
                "open-case",
                "新建案件：登记申请，给出申请编号",
                answers=_answer("201", "案件已经建立", "Case", MADE),
                faults=["404", "409", "507"],
                parameters=[IDEMPOTENCY_KEY],
                body=opening,
            ),
        },
        "/api/v1/cases/{number}": {
            "get": _operation("get-case", "一个案件", answers=CASE, faults=["404"], parameters=[NUMBER])
        },
        "/api/v1/cases/{number}/deadline": {
            "get": _operation(
                "get-deadline",
                "答复期限及其推算过程",
                answers=_answer("200", "最后一日、逐日推算过程和依据", "Deadline"),
                faults=["404", "409"],
                parameters=[NUMBER],
            )
        },
        "/api/v1/cases/{number}/events": {
            "post": _operation(
                "record-event",
                "记录案件里发生的事",
                answers=CHANGED,
                faults=STEP_FAULTS,
                parameters=[NUMBER, IF_MATCH],
                body=describe_body(of("EventBody"), SAMPLE_EVENT),
            )
        },
        "/api/v1/cases/{number}/events/{place}/cancel": {
            "post": _operation(
                "cancel-event",
                "更正一条记录：记录仍然保留，不再作数；可以同时写明正确的内容",
                answers=CHANGED,
                faults=(*STEP_FAULTS, "405"),
                parameters=[NUMBER, PLACE, IF_MATCH],
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
            "get": _operation(
                "prefill-letter",
                "文书的填写项中，案件已有的内容",
                answers=_answer("200", "填写项；有草稿的，以草稿为准", "LetterAnswers"),
                faults=["404", "409"],
                parameters=[NUMBER, DOCUMENT],
            )
        },
        "/api/v1/cases/{number}/letters": {
            "get": _operation(
                "list-letters",
                "案件的文书",
                answers=_answer("200", "文书，先办的在前", "CaseLetterList"),
                faults=["404"],
                parameters=[NUMBER],
            ),
            "post": _operation(
                "make-letter",
                "起草或者签发文书",
                answers=_answer("201", "草稿已经保存，或者文书已经签发", "WholeLetter", MADE),
                faults=STEP_FAULTS,
                parameters=[NUMBER, IF_MATCH],
                body=describe_body(of("LetterBody"), draft),
            ),
        },
        "/api/v1/letters/{id}": {
            "get": _operation("get-letter", "一份文书", answers=LETTER, faults=["404"], parameters=[ID]),
            "put": _operation(
                "save-letter",
                "修改草稿",
                answers=LETTER,
                faults=STEP_FAULTS,
                parameters=[ID, IF_MATCH],
                body=describe_body(of("LetterAnswers"), {}),
            ),
        },
        "/api/v1/letters/{id}/file": {
            "get": _operation(
                "get-letter-file",
                "下载签发的文书",
                answers=_file("文书", MEDIA_TYPES["docx"], MEDIA_TYPES["pdf"]),
                faults=["404", "409", "502", "504", "507"],
                parameters=[ID, FORMAT],
            )
        },
        **{f"/api/v1/letters/{{id}}/{deed}": _deed(deed, summary, office) for deed, summary in DEEDS.items()},
    }


def _over_all_cases() -> dict[str, dict[str, Any]]:
    return {
        "/api/v1/due": {
            "get": _operation("list-due", "到期事项", answers=_answer("200", "每个案件最紧的一项期限", "DueList"))
        },
        "/api/v1/due.ics": {
            "get": _operation(
                "feed-due", "到期事项的日历，供日历程序订阅", answers=_file("iCalendar，不含姓名", "text/calendar")
            )
        },
        "/api/v1/statistics/{year}": {
            "get": _operation(
                "get-statistics",
                "年度统计：年度报告中的两张统计表和信息处理费",
                answers=_answer("200", "各项数字", "YearStatistics"),
                faults=["404"],
                parameters=[YEAR],
            )
        },
    }


def _ledger() -> dict[str, dict[str, Any]]:
    sheet = {type: {"schema": {"type": "string"}} for type in (XLSX, CSV)}
    return {
        "/api/v1/ledger.xlsx": {
            "get": _operation(
                "export-ledger",
                "台账",
                answers=_file("台账，收到早的在前", XLSX),
                parameters=_query(LedgerQuestions),
            )
        },
        "/api/v1/ledger": {
            "post": _operation(
                "import-ledger",
                "导入原有的台账：每行一件，有一处不对的，一行也不导入",
                answers=_answer("200", "导入的件数，或者核对的结果", "ImportReport"),
                parameters=_query(ImportQuestions),
                body={"required": True, "content": sheet},
            )
        },
    }


def components() -> dict[str, Schema]:
    """The schemas that these operations refer to."""
    bodies = {f"EventBody-{kind}": event_body(kind) for kind in RECORDABLE}
    return {
        **case_answers.components(),
        **bodies,
        "EventBody": {
            "oneOf": [of(name) for name in bodies],
            "discriminator": {
                "propertyName": "kind",
                "mapping": {name.partition("-")[2]: of(name)["$ref"] for name in bodies},
            },
        },
        "CaseBody": prepare_questions(OpeningQuestions).json_schema(),
        "CancelBody": cancel_body(),
        **{_body_of(deed): prepare_questions(schema).json_schema() for deed, schema in DEED_QUESTIONS.items()},
        "LetterBody": letter_body(),
        "LetterAnswers": {
            "type": "object",
            "description": "文书的填写项，见/api/v1/documents/{document}/schema。",
            "additionalProperties": {},
        },
    }
