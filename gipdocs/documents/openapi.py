"""The API's description in OpenAPI 3.1, derived from the documents' schemas."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from apispec import APISpec

from gipdocs import __version__
from gipdocs.documents.document import MEDIA_TYPES, AnyOffice, Document
from gipdocs.documents.registry import Registry
from gipdocs.errors import LONGEST_KEY, MOST_TOLD
from gipdocs.problemkinds import KINDS
from gipdocs.questions.codes import CODES, FILES

DIALECT = "https://json-schema.org/draft/2020-12/schema"
TEXT = {"type": "string"}
INPUT_CODE = {
    "type": "string",
    "enum": [*CODES, *FILES],
    "x-labels": {**CODES, **FILES},
    "description": "填写内容被拒绝的代码，x-labels说明含义。",
}
FAULT = {
    "type": "object",
    "properties": {
        "pointer": TEXT,
        "code": {
            "description": "填写内容有误的，是InputCode；未通过合法性检查的，是FindingCode。",
            "anyOf": [{"$ref": "#/components/schemas/InputCode"}, {"$ref": "#/components/schemas/FindingCode"}],
        },
        "detail": TEXT,
    },
    "required": ["pointer", "code", "detail"],
    "additionalProperties": False,
}
FINDING: dict[str, Any] = {
    "type": "object",
    "properties": {
        "code": {"$ref": "#/components/schemas/FindingCode"},
        "severity": {"enum": ["error", "warning", "info"]},
        "message": TEXT,
        "pointer": TEXT,
        "basis": TEXT,
        "overridable": {"type": "boolean"},
        "override_reason": TEXT,
    },
    "required": ["code", "severity", "message", "pointer", "basis", "overridable", "override_reason"],
    "additionalProperties": False,
}
FINDINGS = {
    "type": "object",
    "properties": {"findings": {"type": "array", "items": {"$ref": "#/components/schemas/Finding"}}},
    "required": ["findings"],
    "additionalProperties": False,
}
PROBLEM = {
    "type": "object",
    "description": f"RFC 9457。错误信息指明位置，不返回填写的内容；没有的名称最多引用{LONGEST_KEY}个字。",
    "properties": {
        "type": {
            "type": "string",
            "enum": [kind.type for kind in KINDS],
            "x-labels": {kind.type: kind.title for kind in KINDS},
            "description": "错误的种类，地址上有说明。",
        },
        "title": TEXT,
        "status": {"type": "integer"},
        "detail": TEXT,
        "instance": {
            "type": "string",
            "format": "uri",
            "description": "这次请求：urn:request:后面是X-Request-ID里的编号。",
        },
        "errors": {"type": "array", "items": {"$ref": "#/components/schemas/Fault"}, "maxItems": MOST_TOLD},
        "error_count": {"type": "integer", "description": f"错误共有几处；errors最多列出{MOST_TOLD}处。"},
        "allowed": {"type": "array", "items": TEXT, "description": "现在不能这样办理的，可以怎样办理。"},
        "findings": {"type": "array", "items": {"$ref": "#/components/schemas/Finding"}, "maxItems": MOST_TOLD},
        "finding_count": {
            "type": "integer",
            "description": f"检查结果共有几条；findings最多列出{MOST_TOLD}条，先重后轻，…/check返回全部。",
        },
    },
    "required": ["type", "title", "status", "detail", "instance"],
    "additionalProperties": False,
    "dependentRequired": {"errors": ["error_count"], "findings": ["finding_count"]},
}
BUILT = {
    "type": "object",
    "properties": {
        "filename": TEXT,
        "media_type": TEXT,
        "content": {"type": "string", "contentEncoding": "base64"},
        "findings": {"type": "array", "items": {"$ref": "#/components/schemas/Finding"}},
        "provenance": {"type": "object", "additionalProperties": TEXT},
    },
    "required": ["filename", "media_type", "content", "findings", "provenance"],
    "additionalProperties": False,
}
OURS = {
    "InputCode": INPUT_CODE,
    "Fault": FAULT,
    "Finding": FINDING,
    "Findings": FINDINGS,
    "Problem": PROBLEM,
    "Built": BUILT,
}
HEADERS = {
    "Gipdocs-Findings": {
        "description": "检查结果（JSON数组，先重后轻），最多6KB，放不下的略去；format=json返回全部。",
        "schema": TEXT,
    },
    "Gipdocs-Findings-Count": {"description": "检查结果共有几条。", "schema": {"type": "integer"}},
    "Gipdocs-Provenance": {
        "description": "文书所用程序、版式、措辞、法规数据和机关资料的版本（JSON对象），与format=json返回的provenance相同。",
        "schema": TEXT,
    },
}
PROBLEMS = {
    "400": "请求不是JSON，或者地址里的参数有误",
    "404": "没有这种文书",
    "405": "不支持这种请求方法",
    "406": "不提供这种格式",
    "413": "请求内容过大",
    "415": "请求内容应为application/json",
    "422": "填写内容有误，或者文书未通过合法性检查",
    "502": "PDF转换失败",
    "503": "转换或者读取的文件过多，Retry-After说明几秒后重试",
    "504": "PDF转换超时",
}


def json_schema(document: Document, office: AnyOffice) -> dict[str, Any]:
    """The document's questions as a self-contained JSON Schema 2020-12, with the texts for this office."""
    return {"$schema": DIALECT, "title": document.title, **_read_by(office, document.schema().json_schema())}


def _read_by(office: AnyOffice, schema: Any) -> Any:
    """The schema with each function of the office replaced by the text that it returns."""
    if isinstance(schema, dict):
        return {key: _read_by(office, value) for key, value in schema.items()}
    if isinstance(schema, list):
        return [_read_by(office, value) for value in schema]
    return schema(office) if callable(schema) else schema


def describe(
    registry: Registry,
    office: AnyOffice,
    *,
    operations: Mapping[str, Mapping[str, Any]],
    components: Mapping[str, Mapping[str, Any]],
    codes: Mapping[str, str],
) -> dict[str, Any]:
    """OpenAPI 3.1 of every document with its sample, and of the service's other routes: `operations` by path.

    `components` are the schemas that the operations refer to, including DocumentDescription and Questions; `codes` are
    the codes of findings with their meanings.
    """
    spec = APISpec(
        title="gipdocs", version=__version__, openapi_version="3.1.0", info={"description": "政府信息公开文书生成接口"}
    )
    for name, schema in {**OURS, "FindingCode": _finding_code(codes), **components}.items():
        spec.components.schema(name, _read_by(office, schema))
    for path, operation in operations.items():
        spec.path(path=path, operations=dict(operation))
    for entry in registry.values():
        _describe_document(spec, entry.document, office)
    return dict(spec.to_dict())


def _finding_code(codes: Mapping[str, str]) -> dict[str, Any]:
    """The schema of a finding's code; not an enum, since documents from other folders may have codes of their own."""
    meaning = "检查结果的代码，x-labels说明含义；自行添加的文书可以有别的代码。"
    return {"type": "string", "pattern": "^[A-Za-z0-9_-]+$", "description": meaning, "x-labels": dict(codes)}


def describe_answer(description: str, schema: Mapping[str, Any]) -> dict[str, Any]:
    """A JSON response."""
    return {"description": description, "content": {"application/json": {"schema": dict(schema)}}}


def describe_body(schema: Mapping[str, Any], example: Mapping[str, Any]) -> dict[str, Any]:
    """A JSON request body, with an example that the service accepts."""
    return {"required": True, "content": {"application/json": {"schema": dict(schema), "example": dict(example)}}}


def describe_problems(*statuses: str, meanings: Mapping[str, str] = PROBLEMS) -> dict[str, Any]:
    """The error responses with these statuses, which may have other meanings than those of documents."""
    body = {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}}
    return {status: {"description": meanings[status], "content": body} for status in statuses}


def _describe_document(spec: APISpec, document: Document, office: AnyOffice) -> None:
    name, sample = document.id, document.schema().sample(office)
    spec.components.schema(name, _read_by(office, document.schema().json_schema()))
    head = {"tags": [document.group], "description": document.summary}
    itself = {"$ref": f"#/components/schemas/{name}"}
    body, path = describe_body(itself, sample), f"/api/v1/documents/{name}"

    def read(what: str, schema: Mapping[str, Any]) -> dict[str, Any]:
        return {"200": describe_answer(what, schema), **describe_problems("400", "405")}

    spec.path(
        path=path,
        operations={
            "get": {
                **head,
                "operationId": f"describe-{name}",
                "summary": f"{document.title}：说明",
                "responses": read("文书的说明", {"$ref": "#/components/schemas/DocumentDescription"}),
            },
            "post": {
                **head,
                "operationId": f"build-{name}",
                "summary": f"生成{document.title}",
                "parameters": [_format_parameter(document), *([CARRY] if document.comes_back else [])],
                "requestBody": body,
                "responses": _built(document)
                | describe_problems("400", "406", "413", "415", "422", "502", "503", "504"),
            },
        },
    )
    schema_of = {"$ref": "#/components/schemas/Questions"}
    for part, what, schema in (("schema", "填写说明（JSON Schema）", schema_of), ("sample", "示例", itself)):
        summary, responses = f"{document.title}：{what}", read(what, schema)
        operation = {**head, "operationId": f"{part}-{name}", "summary": summary, "responses": responses}
        spec.path(path=f"{path}/{part}", operations={"get": operation})
    check = {
        **head,
        "operationId": f"check-{name}",
        "summary": f"检查{document.title}，不生成文书",
        "requestBody": body,
        "responses": {
            "200": describe_answer("检查结果", {"$ref": "#/components/schemas/Findings"}),
            **describe_problems("400", "413", "415", "422"),
        },
    }
    spec.path(path=f"{path}/check", operations={"post": check})


CARRY = {
    "name": "carry",
    "in": "query",
    "description": "为true的，DOCX、PDF里附有印出的填写内容，可以用/api/v1/read读回；默认不附。",
    "schema": {"type": "boolean"},
}


def _format_parameter(document: Document) -> dict[str, Any]:
    return {
        "name": "format",
        "in": "query",
        "description": "文书格式；不写时按Accept请求头决定，默认docx。json返回文书（base64）和检查结果。",
        "schema": {"type": "string", "enum": [*document.formats, "json"]},
    }


def _built(document: Document) -> dict[str, Any]:
    content: dict[str, Any] = {
        MEDIA_TYPES[format].partition(";")[0]: {"schema": {"type": "string"}} for format in document.formats
    }
    content["application/json"] = {"schema": {"$ref": "#/components/schemas/Built"}}
    return {"200": {"description": "生成的文书", "headers": HEADERS, "content": content}}
