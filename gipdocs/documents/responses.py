"""Answers, bodies and parameters that many operations of the API share, as components of its description."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from gipdocs.documents.document import FORMATS, ID, MEDIA_TYPES

TEXT = {"type": "string"}
ANY_BYTES = "application/octet-stream"
FILES = ("docx", "pdf", "xlsx")
"""The formats of which a program wants the bytes; each has an address of its own."""
PROBLEMS: Mapping[str, tuple[str, str]] = {
    "404": ("NotFound", "没有这种文书、这个案件、批次或者这条记录"),
    "405": ("MethodNotAllowed", "不支持这种请求方法"),
    "406": ("NotAcceptable", "不提供这种格式"),
    "409": (
        "Conflict",
        "案件、文书、批次的状态不允许这样办理，allowed列出现在可以怎样办理；或者编号重复，或者刚刚有别人改动",
    ),
    "410": ("Gone", "批次已经过期，文件已经删除"),
    "412": ("PreconditionFailed", "If-Match中的版本已经过时：读取以后有别人改动"),
    "422": ("UnprocessableContent", "填写内容有误，或者文书未通过合法性检查"),
    "502": ("BadGateway", "PDF转换失败"),
    "504": ("GatewayTimeout", "PDF转换超时"),
    "507": ("InsufficientStorage", "磁盘空间不足"),
    "default": (
        "Refused",
        "400：请求内容不是可以读取的JSON，或者地址里的参数有误；401：没有写明密钥，或者密钥无效；403：密钥不许这样办理；"
        "413：请求内容过大；415：请求内容的类型不对；429：请求过于频繁；500：服务出错；503：数据库、转换或者读取繁忙。"
        "429、503的Retry-After说明几秒后重试。一种文书自己的操作，其余状态码的含义见/api/v1/documents/{id}的同名操作",
    ),
}
"""The name and the meaning of each error response by status."""
RETRIED = ("default",)
USUAL = ("default",)
"""With what any operation may be refused: the statuses that mean the same everywhere, said once."""
HEADERS: Mapping[str, Mapping[str, Any]] = {
    "Gipdocs-Findings": {
        "description": "检查结果（JSON数组，先重后轻），最多6KB，放不下的略去；envelope=json返回全部。",
        "schema": TEXT,
    },
    "Gipdocs-Findings-Count": {"description": "检查结果共有几条。", "schema": {"type": "integer"}},
    "Gipdocs-Provenance": {
        "description": "文书所用程序、版式、措辞、法规数据和机关资料的版本（JSON对象），与envelope=json返回的provenance相同。",
        "schema": TEXT,
    },
}
RETRY_AFTER = {"description": "几秒后重试。", "schema": {"type": "integer", "minimum": 0}}
PARAMETERS: Mapping[str, Mapping[str, Any]] = {
    "DocumentId": {
        "name": "id",
        "in": "path",
        "required": True,
        "description": "文书的标识，见/api/v1/documents。",
        "schema": {**TEXT, "pattern": f"^{ID.pattern}$"},
    },
    "Format": {
        "name": "format",
        "in": "query",
        "description": "文书格式；不写时按Accept请求头决定，默认docx。json即docx加envelope=json。",
        "schema": {"type": "string", "enum": [*FORMATS, "json"]},
    },
    "AnyFormat": {
        "name": "format",
        "in": "query",
        "description": "文书格式，各种文书提供哪些，见formats；不写时按Accept请求头决定。json即docx加envelope=json。",
        "schema": {"type": "string", "enum": [*MEDIA_TYPES, "json"]},
    },
    "Envelope": {
        "name": "envelope",
        "in": "query",
        "description": "写json的，答复是JSON：文书（base64）、全部检查结果和所用的版本；Accept请求头只要application/json的，也是这样。",
        "schema": {"const": "json"},
    },
    "Carry": {
        "name": "carry",
        "in": "query",
        "description": "为true的，DOCX、PDF里附有印出的填写内容，可以用/api/v1/read读回；默认不附。",
        "schema": {"type": "boolean"},
    },
}


def describe_answer(description: str, schema: Mapping[str, Any]) -> dict[str, Any]:
    """A JSON response."""
    return {"description": description, "content": {"application/json": {"schema": dict(schema)}}}


def describe_body(schema: Mapping[str, Any], example: Mapping[str, Any] | None = None) -> dict[str, Any]:
    """A JSON request body, with an example that the service accepts."""
    content = {"schema": dict(schema), **({} if example is None else {"example": dict(example)})}
    return {"required": True, "content": {"application/json": content}}


def describe_file(description: str, *media_types: str) -> dict[str, Any]:
    """A response with a file of one of these types; also as any bytes, if the Accept header wants them so."""
    return {"description": description, "content": {type: describe_bytes() for type in (*media_types, ANY_BYTES)}}


def describe_bytes() -> dict[str, Any]:
    """The content of a file, which generators turn into bytes."""
    return {"schema": {**TEXT, "format": "binary"}}


def describe_problems(*statuses: str) -> dict[str, str]:
    """The error responses with these statuses, by the names of their components."""
    return {status: PROBLEMS[status][0] for status in statuses}


def shared_responses() -> dict[str, dict[str, Any]]:
    """Every response that operations refer to by name."""
    headers = {name: {"$ref": f"#/components/headers/{name}"} for name in HEADERS}
    built = {"application/json": {"schema": {"$ref": "#/components/schemas/Built"}}}
    for media_type in MEDIA_TYPES.values():
        built[media_type.partition(";")[0]] = describe_bytes()
    files = {format.capitalize(): describe_file("文书", MEDIA_TYPES[format]) for format in FILES}
    return {
        **{name: _describe_problem(status) for status, (name, _) in PROBLEMS.items()},
        **{name: {**file, "headers": headers} for name, file in files.items()},
        "Document": {"description": "生成的文书", "headers": headers, "content": built},
        "Checked": describe_answer("检查结果", {"$ref": "#/components/schemas/CheckResult"}),
        "NotModified": {"description": "内容与If-None-Match中的版本相同"},
    }


def _describe_problem(status: str) -> dict[str, Any]:
    body = {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}}
    headers = {"Retry-After": {"$ref": "#/components/headers/Retry-After"}} if status in RETRIED else {}
    return {"description": PROBLEMS[status][1], "content": body, **({"headers": headers} if headers else {})}
