"""The pages about the kinds of problem as OpenAPI operations, with the schemas of their JSON."""

from __future__ import annotations

from typing import Any

from gipdocs.api.answers import TEXT, TRUTH, Schema, about, list_of, object_of, of
from gipdocs.problemkinds import INDEX, KINDS

KIND: dict[str, Schema] = {
    "type": of("ProblemType"),
    "kind": of("ProblemSlug"),
    "status": {"type": "integer", "enum": sorted({kind.status for kind in KINDS})},
    "title": TEXT,
    "english": TEXT,
    "cause": about(TEXT, "原因。"),
    "cure": about(TEXT, "怎么办。"),
    "retry": about(TRUTH, "等候以后，同一个请求是否可能成功。"),
}
PROBLEM_SCHEMAS: dict[str, Schema] = {
    "ProblemSlug": {"type": "string", "enum": [kind.slug for kind in KINDS]},
    "ProblemKind": object_of(KIND),
    "ProblemKindList": object_of({"problems": list_of(of("ProblemKind"))}),
}
NOT_FOUND = {"404": {"description": "没有这种错误", "content": {"application/problem+json": {"schema": of("Problem")}}}}


def _explain(name: str, summary: str, schema: str, **more: Any) -> dict[str, Any]:
    content = {"application/json": {"schema": of(schema)}, "text/html": {"schema": TEXT}}
    answer = {"200": {"description": "页面，或者同样内容的JSON", "content": content}}
    head = {"tags": ["service"], "operationId": name, "summary": summary, "security": []}
    return {"get": {**head, **more, "responses": {**answer, **NOT_FOUND}}}


PROBLEM_OPERATIONS: dict[str, dict[str, Any]] = {
    INDEX: _explain("list-problem-kinds", "错误的全部种类", "ProblemKindList"),
    f"{INDEX}/{{kind}}": _explain(
        "explain-problem-kind",
        "一种错误的原因和改法",
        "ProblemKind",
        parameters=[{"name": "kind", "in": "path", "required": True, "schema": KIND["kind"]}],
    ),
}
