"""The API's description in OpenAPI 3.1, derived from the documents' schemas."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, fields
from typing import Any

from apispec import APISpec

from gipdocs import __version__
from gipdocs.documents.document import AnyOffice, Document
from gipdocs.documents.endpoints import describe_document
from gipdocs.documents.groups import OTHER, DocumentGroup
from gipdocs.documents.registry import Registry
from gipdocs.documents.responses import HEADERS, PARAMETERS, RETRY_AFTER, TEXT, shared_responses
from gipdocs.documents.sharing import SAYS_NOTHING, name_blocks, pascal, share
from gipdocs.errors import LONGEST_KEY, MOST_TOLD
from gipdocs.problemkinds import KINDS
from gipdocs.questions.codes import CODES, FILES

DIALECT = "https://json-schema.org/draft/2020-12/schema"
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
FINDING_CODE = {
    "type": "string",
    "pattern": "^[A-Za-z0-9_-]+$",
    "description": "检查结果的代码，含义见message；自行添加的文书可以有别的代码。",
}
FIGURE = {"type": ["number", "null"]}
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
        "place": TEXT,
        "stated": FIGURE,
        "computed": FIGURE,
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
PROBLEM_TYPE = {
    "type": "string",
    "enum": [kind.type for kind in KINDS],
    "description": "错误的种类；这个地址上有原因和改法。",
}
PROBLEM = {
    "type": "object",
    "description": f"RFC 9457。错误信息指明位置，不返回填写的内容；没有的名称最多引用{LONGEST_KEY}个字。",
    "properties": {
        "type": {"$ref": "#/components/schemas/ProblemType"},
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
ANY_ANSWERS = {
    "type": "object",
    "description": "一种文书的填写项，见/api/v1/documents/{id}/schema。",
    "additionalProperties": {},
}
OURS: dict[str, dict[str, Any]] = {
    "InputCode": INPUT_CODE,
    "FindingCode": FINDING_CODE,
    "Fault": FAULT,
    "Finding": FINDING,
    "CheckResult": FINDINGS,
    "Problem": PROBLEM,
    "ProblemType": PROBLEM_TYPE,
    "Built": BUILT,
    "Answers": ANY_ANSWERS,
}
WORDS = ("title", "description", "x-labels")
"""What only people need of a question."""
KEY = {
    "type": "http",
    "scheme": "bearer",
    "description": "机关发给程序的密钥，放在Authorization请求头里：Bearer 密钥。",
}
LICENSE = {"name": "Apache-2.0", "identifier": "Apache-2.0"}
ABOUT = """政府信息公开文书的生成、合法性检查和登记。

同样的请求得到同样的文书，网络中断的可以照样重发。文书当场生成；要许多份的，设有台账的服务可以提交批次（batches）。填写项的说明、提示和选项的含义，见各文书的schema；
可以直接提交的内容，见各文书的sample。"""


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


@dataclass(frozen=True, kw_only=True)
class Routes:
    """What is to be said of routes that are not about one document.

    `operations` by path, with the schemas of their answers in `components` and those of their bodies in `questions`;
    the `parameters` and `responses` that they name; `tags` with their meanings.
    """

    operations: Mapping[str, Mapping[str, Any]]
    components: Mapping[str, Mapping[str, Any]]
    questions: Mapping[str, Mapping[str, Any]]
    tags: Mapping[str, str]
    parameters: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    responses: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)

    def __or__(self, other: Routes) -> Routes:
        """The routes of both."""
        return Routes(**{one.name: {**getattr(self, one.name), **getattr(other, one.name)} for one in fields(self)})


def describe(
    registry: Registry,
    routes: Routes,
    *,
    groups: Mapping[str, DocumentGroup],
    security: Sequence[Mapping[str, Any]],
    anonymous: bool,
    server: str,
) -> dict[str, Any]:
    """OpenAPI 3.1 of every document and of the other `routes`.

    The tags of documents are the keys of their `groups`. `security` is what an operation needs that says nothing else;
    `anonymous`, that no key is asked for. `server` is the service's own address.

    Answers to questions are described without labels, help and the meanings of options, of which the schema of each
    document is full: with them the description would be several times as long.
    """
    spec = APISpec(
        title="gipdocs",
        version=__version__,
        openapi_version="3.1.0",
        info={"description": ABOUT, "license": LICENSE},
        servers=[{"url": server or "/", "description": "本服务"}],
        security=_allow(security, anonymous),
    )
    sorts = {entry.document.group: groups.get(entry.document.group, OTHER) for entry in registry.values()}
    for tag, meaning in {**routes.tags, **{group.key: group.about for group in sorts.values()}}.items():
        spec.tag({"name": tag, "description": meaning})
    bodies = _name_bodies(registry, {*OURS, *routes.components, *routes.questions})
    paths = dict(routes.operations)
    for id, entry in registry.items():
        paths |= describe_document(entry.document, tag=sorts[entry.document.group].key, body=bodies[id])
    _add_components(spec, routes, [one for operations in paths.values() for one in operations.values()])
    for path, operations in paths.items():
        spec.path(path=path, operations={method: _open(one, anonymous) for method, one in operations.items()})
    for name, schema in _schemas(registry, routes, bodies).items():
        spec.components.schema(name, dict(schema))
    return dict(spec.to_dict())


def _schemas(registry: Registry, routes: Routes, bodies: Mapping[str, str]) -> dict[str, Mapping[str, Any]]:
    """All schemas by name, those of answers to questions with their repeated parts hoisted."""
    ours = {**OURS, **routes.components}
    questions = {bodies[id]: entry.document.schema() for id, entry in registry.items()}
    asked = {**routes.questions, **{name: one.json_schema() for name, one in questions.items()}}
    slim = {name: _slim(schema) for name, schema in asked.items()}
    return {**ours, **share(slim, name_blocks(questions.values(), _slim), taken=ours)}


def _name_bodies(registry: Registry, taken: Collection[str]) -> dict[str, str]:
    """English names for the answers of each document, by its id."""
    names = {id: pascal(id) for id in registry}
    return {id: f"{name}Document" if name in taken else name for id, name in names.items()}


def _open(operation: Mapping[str, Any], anonymous: bool) -> dict[str, Any]:
    """An operation with what it needs, if that isn't what most need."""
    if "security" not in operation:
        return dict(operation)
    return {**operation, "security": _allow(operation["security"], anonymous)}


def _allow(security: Sequence[Mapping[str, Any]], anonymous: bool) -> list[dict[str, Any]]:
    """The requirement; if `anonymous`, nothing else than it will do, too."""
    return [*map(dict, security), *([{}] if security and anonymous else [])]


def _add_components(spec: APISpec, routes: Routes, operations: Iterable[Mapping[str, Any]]) -> None:
    """The responses, headers and parameters to which the operations refer by name."""
    named = {str(response) for operation in operations for response in operation["responses"].values()}
    for name, response in {**shared_responses(), **routes.responses}.items():
        if name in named:
            spec.components.response(name, dict(response))
    for name, header in {**HEADERS, "Retry-After": RETRY_AFTER}.items():
        spec.components.header(name, dict(header))
    for name, parameter in {**PARAMETERS, **routes.parameters}.items():
        spec.components.parameter(name, parameter["in"], dict(parameter))
    spec.components.security_scheme("key", KEY)


def _slim(schema: Any) -> Any:
    """A schema of answers without its words, and as plain as generators of clients like it."""
    if isinstance(schema, list):
        return [_slim(one) for one in schema]
    if not isinstance(schema, dict):
        return schema
    slim = {key: _slim_below(key, value) for key, value in schema.items() if key not in WORDS}
    if slim != SAYS_NOTHING and not all(isinstance(value, str) for value in slim.get("enum", ())):
        return _split_by_type(slim["enum"])
    return _as_optional_text(slim) or _as_list(slim)


def _slim_below(key: str, value: Any) -> Any:
    return {name: _slim(one) for name, one in value.items()} if key == "properties" else _slim(value)


def _split_by_type(values: Sequence[Any]) -> dict[str, Any]:
    """Values of several types as alternatives of one type each: null, texts, no rows, a number."""
    texts = [value for value in values if isinstance(value, str)]
    numbers = [value for value in values if isinstance(value, int)]
    told: list[dict[str, Any]] = [{"type": "null"}] if None in values else []
    told += [{"type": "string", "enum": texts}] if texts else []
    told += [{"type": "array", "items": TEXT, "maxItems": 0}] if [] in values else []
    return {"anyOf": [*told, *({"type": "integer", "minimum": one, "maximum": one} for one in numbers)]}


def _as_optional_text(schema: Mapping[str, Any]) -> dict[str, Any] | None:
    """Some text or nothing as one type, which accepts the same; None for anything else."""
    match schema:
        case {"anyOf": [{"type": "string", "minLength": 0 | 1, "maxLength": longest, **rest}, nothing]}:
            if not rest and nothing == SAYS_NOTHING:
                return {"type": ["string", "null"], "maxLength": longest}
    return None


def _as_list(schema: dict[str, Any]) -> dict[str, Any]:
    """A row whose cells are all alike as a list of them."""
    match schema:
        case {"type": "array", "prefixItems": [first, *others], "maxItems": most} if most == len(others) + 1:
            if all(other == first for other in others):
                plain = {key: value for key, value in schema.items() if key != "prefixItems"}
                return {**plain, "items": first}
    return schema
