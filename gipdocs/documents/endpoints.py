"""The operations about one document, typed by its questions, and the same about any document, by its id."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from gipdocs.documents.document import FORMATS, Document
from gipdocs.documents.responses import FILES, USUAL, describe_answer, describe_body, describe_problems

PATH = "/api/v1/documents"
ANY = {"$ref": "#/components/schemas/Answers"}
READ = ("404", *USUAL)
CHECKED = ("422", *READ)
MADE = ("406", "502", "504", *CHECKED)
Operation = dict[str, Any]


def describe_document(document: Document, *, tag: str, body: str) -> dict[str, dict[str, Operation]]:
    """What is particular to one document, by path; `body` names the schema of its answers.

    The bytes of a file and the findings are of the same shape for all documents: `describe_any` has them.
    """
    path, id = f"{PATH}/{document.id}", document.id
    answers = {"$ref": f"#/components/schemas/{body}"}
    sample, asked = describe_answer("示例", answers), {"requestBody": describe_body(answers)}
    carried = ["Carry"] if document.comes_back else []

    def operation(verb: str, summary: str, answer: Any, more: Mapping[str, Any] = asked) -> Operation:
        responses = {"200": answer, **describe_problems("default")}
        head = {"tags": [tag], "operationId": f"{verb}-{id}", "summary": summary}
        return {**head, **more, "responses": responses}

    wrapped = {**asked, "parameters": [_format_of(document), "Envelope", *carried]}
    return {
        path: {"post": operation("build", document.title, "Document", wrapped)},
        f"{path}/sample": {"get": operation("sample", "示例", sample, {})},
    }


def _format_of(document: Document) -> str | dict[str, Any]:
    """The parameter that names the document's format; most documents share theirs."""
    if document.formats == FORMATS:
        return "Format"
    schema = {"type": "string", "enum": [*document.formats, "json"]}
    return {"name": "format", "in": "query", "description": "文书格式。", "schema": schema}


def describe_any(*, tag: str) -> dict[str, dict[str, Operation]]:
    """What can be done with any document, by path, with the id as a parameter."""
    path = f"{PATH}/{{id}}"

    def operation(verb: str, summary: str, answer: Any, statuses: Sequence[str], more: Operation) -> Operation:
        responses = {"200": answer, **describe_problems(*sorted(statuses))}
        head = {"tags": [tag], "operationId": verb, "summary": summary}
        return {**head, "parameters": ["DocumentId", *more.pop("parameters", [])], **more, "responses": responses}

    def read(verb: str, summary: str, schema: str) -> dict[str, Operation]:
        answer = describe_answer(summary, {"$ref": f"#/components/schemas/{schema}"})
        told = operation(verb, summary, answer, READ, {})
        return {"get": told | {"responses": {**told["responses"], "304": "NotModified"}}}

    def send(
        verb: str, summary: str, answer: Any, parameters: Sequence[str] = (), statuses: Sequence[str] = MADE
    ) -> Operation:
        return operation(
            verb, summary, answer, statuses, {"parameters": [*parameters], "requestBody": describe_body(ANY)}
        )

    files = {
        f"{path}/{format}": {
            "post": send(f"make-{format}", f"生成任意一种文书：{format.upper()}", format.capitalize(), ["Carry"])
        }
        for format in FILES
    }
    return {
        path: {
            **read("describe-document", "任意一种文书的说明", "DocumentDescription"),
            "post": send("build-document", "生成任意一种文书", "Document", ["AnyFormat", "Envelope", "Carry"]),
        },
        f"{path}/schema": read("get-schema", "任意一种文书的填写说明（JSON Schema）", "Questions"),
        f"{path}/sample": read("get-sample", "任意一种文书的示例", "Answers"),
        f"{path}/check": {
            "post": send("check-document", "检查任意一种文书，不生成", "Checked", statuses=CHECKED),
        },
        **files,
    }
