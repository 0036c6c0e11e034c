"""The routes that serve no particular document, as OpenAPI operations."""

from __future__ import annotations

from typing import Any

from gipdocs.documents.openapi import answer, posted, problems

OBJECT = {"type": "object"}
DEADLINE = {"kind": "answer", "channel": "online", "received": "2025-03-03", "confirmed": "2025-03-03"}
FEE = {"method": "piece", "count": 35, "already": 0}
REPORT = {"year": 2024, "table3": {"rows": {}}}


def _read(name: str, summary: str, description: str) -> dict[str, Any]:
    return {"get": {"operationId": name, "summary": summary, "responses": {"200": answer(description)}}}


def _reckoned(name: str, summary: str, description: str, example: dict[str, Any]) -> dict[str, Any]:
    responses = {"200": answer(description), **problems("400", "413", "415", "422")}
    return {
        "post": {
            "operationId": name,
            "summary": summary,
            "requestBody": posted(OBJECT, example),
            "responses": responses,
        }
    }


OPERATIONS: dict[str, dict[str, Any]] = {
    "/api/v1/documents": _read("list-documents", "全部文书", "文书的标识、名称、分组和格式"),
    "/api/v1/deadlines": _reckoned("reckon-deadline", "计算期限", "最后一日、逐日推算过程和依据", DEADLINE),
    "/api/v1/fees": _reckoned("reckon-fee", "计算信息处理费", "金额、分档计算过程和依据", FEE),
    "/api/v1/reports/check": _reckoned("check-report", "核对年度报告", "核对结果：逐条说明、各组结论", REPORT),
    "/api/v1/openapi.json": _read("describe-api", "本接口说明", "OpenAPI 3.1"),
    "/healthz": _read("alive", "服务是否在运行", "在运行"),
    "/readyz": {
        "get": {
            "operationId": "ready",
            "summary": "服务是否可用",
            "responses": {"200": answer("可用"), "503": answer("暂不可用，说明原因")},
        }
    },
}
