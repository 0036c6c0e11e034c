"""The routes of the batches as OpenAPI operations, and the preference by which one document becomes a batch."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from gipdocs.access.permissions import Permission
from gipdocs.api import batch_answers
from gipdocs.api.answers import of
from gipdocs.api.batch_bodies import FORM as FORM_TYPE
from gipdocs.api.batch_bodies import (
    NDJSON,
    ArchiveQuestions,
    BatchItemQuestions,
    BatchListQuestions,
    BatchOrderQuestions,
    BatchRowsQuestions,
    BatchStartQuestions,
    DryRunQuestions,
    MergeQuestions,
    PartQuestions,
)
from gipdocs.api.describing import describe_json, describe_named, describe_operation, describe_parameter, describe_query
from gipdocs.batch.orders import MOST_BYTES, MOST_ROWS
from gipdocs.documents.document import MEDIA_TYPES
from gipdocs.documents.endpoints import PATH, describe_any
from gipdocs.documents.openapi import Routes
from gipdocs.documents.responses import TEXT, describe_body, describe_bytes, describe_file
from gipdocs.law import Office
from gipdocs.questions import Questions, prepare_questions
from gipdocs.register.opening import OpeningQuestions

TAG = "batches"
TAGS = {TAG: "批次：一种文书成批生成，办完以后下载"}
ZIP = "application/zip"
RETRY = {"Retry-After": {"$ref": "#/components/headers/Retry-After"}}
ACCEPTED = {
    **RETRY,
    "Location": {"description": "批次的地址。", "schema": TEXT},
}
SHARED = {f"Batch{one['name'].capitalize()}": one for one in describe_query(PartQuestions)}
PARAMETERS: Mapping[str, Mapping[str, Any]] = {
    **SHARED,
    "BatchId": describe_parameter("id", "path", {"type": "string", "pattern": "^[0-9a-f]{32}$"}, "批次的id。"),
    "BatchPlace": describe_parameter(
        "place", "path", {"type": "integer", "minimum": 1, "maximum": MOST_ROWS}, "批次里的第几件。"
    ),
    "Prefer": describe_parameter(
        "Prefer",
        "header",
        TEXT,
        "写respond-async的，不等生成完毕，答202和只有一件的批次；密钥没有批量生成的权限、要附填写内容（carry）的，仍然当场生成。",
    ),
}
RESPONSES = {
    "BatchAccepted": describe_named("已经受理，答复是批次的现状", "Batch", ACCEPTED),
    "BatchNow": describe_named(
        "批次的现状；正在办理的，几秒后再看，见Retry-After", "Batch", {"ETag": {"schema": TEXT}}
    ),
}
ABOUT_ORDER = (
    f"最多{MOST_ROWS}件、{MOST_BYTES >> 20} MB。三种写法：JSON；application/x-ndjson，第一行是items以外的各项，以下每行一件；"
    "multipart/form-data，表格在file里，items以外的各项写成JSON，放在head里。先逐件核对，没有错误的直接开始生成；有错误的等候改正，"
    "或者按skip_invalid跳过。"
)
EXPIRING, ONE = ("404", "410"), ("404",)


def _operation(name: str, summary: str, answers: Mapping[str, Any], **more: Any) -> dict[str, Any]:
    return describe_operation(name, summary, tag=TAG, needed=Permission.BATCHES, answers=answers, **more)


def _act(act: str, summary: str, body: Mapping[str, Any]) -> dict[str, Any]:
    faults = ("404", "409", "507")
    return {
        "post": _operation(
            f"{act}-batch", summary, {"202": "BatchAccepted"}, faults=faults, parameters=["BatchId"], body=body
        )
    }


def _file(
    name: str, summary: str, media_types: Sequence[str], parameters: Sequence[Any], *faults: str
) -> dict[str, Any]:
    answers = {"200": describe_file(summary, *media_types)}
    return {"get": _operation(name, summary, answers, parameters=["BatchId", *parameters], faults=[*EXPIRING, *faults])}


def _ordering(office: Office) -> dict[str, Any]:
    """The operation that orders a batch; its example is one of envelopes."""
    application = prepare_questions(OpeningQuestions).sample(office)["application"]
    items = [{"answers": {"application": application}, "name": "张晓彤"}]
    example = {"document": "envelope", "format": "docx", "base": {"size": "dl"}, "items": items}
    head = {"type": "object", "properties": {"file": describe_bytes()["schema"], "head": TEXT}}
    form = {**head, "required": ["file", "head"], "additionalProperties": False}
    content = {
        **describe_body(of("BatchOrder"), example)["content"],
        NDJSON: {"schema": TEXT},
        FORM_TYPE: {"schema": form},
    }
    told = _operation(
        "order-batch",
        "提交批次；dry_run=1只核对，最多1000件",
        {**describe_json("200", "核对的结果，什么也不保存", "BatchCheck"), "202": "BatchAccepted"},
        faults=["404", "406", "507"],
        parameters=["Idempotency-Key", *describe_query(DryRunQuestions)],
        body={"required": True, "content": content},
    )
    return told | {"description": ABOUT_ORDER}


def operations(office: Office) -> dict[str, dict[str, Any]]:
    """Every operation of the batches by path, and those of documents that may become batches."""
    batch = "/api/v1/batches/{id}"
    empty = describe_body(of("SubmitBody"), {})
    seen = _operation(
        "get-batch", "一个批次", {"200": "BatchNow", "304": "NotModified"}, faults=ONE, parameters=["BatchId"]
    )
    gone = {"204": {"description": "已经删除"}}
    return {
        "/api/v1/batches": {
            "get": _operation(
                "list-batches",
                "批次，新的在前，每页100个",
                describe_json("200", "这一页的批次", "BatchList"),
                parameters=describe_query(BatchListQuestions),
            ),
            "post": _ordering(office),
        },
        batch: {
            "get": seen,
            "delete": _operation(
                "delete-batch", "删除批次的文件和填写的内容", gone, faults=["404", "409", "507"], parameters=["BatchId"]
            ),
        },
        f"{batch}/rows": {
            "get": _operation(
                "list-batch-rows",
                "批次里的各件，每页100件",
                describe_json("200", "这一页的各件", "BatchRowList"),
                faults=ONE,
                parameters=["BatchId", *describe_query(BatchRowsQuestions)],
            )
        },
        f"{batch}/rows/{{place}}/file": _file("get-batch-file", "一件文书", [*_media_types()], ["BatchPlace"]),
        f"{batch}/archive": _file("get-archive", "全部文书的ZIP", [ZIP], _part(ArchiveQuestions), "409"),
        f"{batch}/merged.pdf": _file(
            "get-merged", "全部文书合成的一份PDF", [MEDIA_TYPES["pdf"]], _part(MergeQuestions), "406", "409"
        ),
        f"{batch}/errors.xlsx": _file("get-errors", "需要改正的表格，错误之处标红", [MEDIA_TYPES["xlsx"]], [], "406"),
        f"{batch}/start": _act("start", "开始生成核对过的批次", describe_body(of("BatchStartBody"), {})),
        f"{batch}/cancel": _act("cancel", "停止批次；已经生成的留下", empty),
        f"{batch}/resume": _act("resume", "再生成没有成功的、停止的各件", empty),
        **_preferring(),
    }


def _part(schema: type[Questions]) -> list[Any]:
    """The parameters of an address with part of a batch; those that such addresses share are named."""
    return [*SHARED, *(one for one in describe_query(schema) if one not in SHARED.values())]


def _media_types() -> Sequence[str]:
    return [media_type.partition(";")[0] for media_type in MEDIA_TYPES.values()]


def _preferring() -> dict[str, dict[str, Any]]:
    """The operations on any document, which may be answered before the document is made."""
    found = {}
    for path, operations in describe_any(tag="documents").items():
        if path == f"{PATH}/{{id}}" or path.rpartition("/")[2] in MEDIA_TYPES:
            post = operations["post"]
            answers = {"200": post["responses"]["200"], "202": "BatchAccepted", **post["responses"]}
            found[path] = {
                **operations,
                "post": {**post, "parameters": [*post["parameters"], "Prefer"], "responses": answers},
            }
    return found


def _bodies() -> dict[str, dict[str, Any]]:
    """The schemas of an order and of its items, in which answers are those of any document."""
    order, item = (prepare_questions(one).json_schema() for one in (BatchOrderQuestions, BatchItemQuestions))
    item["properties"]["answers"] = order["properties"]["base"] = of("Answers")
    order["properties"]["items"]["items"] = of("BatchItem")
    return {"BatchOrder": order, "BatchItem": item}


def routes(office: Office) -> Routes:
    """What is to be said of the routes of the batches; the example is the office's."""
    return Routes(
        operations=operations(office),
        components=batch_answers.components(),
        questions={
            **_bodies(),
            "BatchStartBody": prepare_questions(BatchStartQuestions).json_schema(),
        },
        tags=TAGS,
        parameters=PARAMETERS,
        responses=RESPONSES,
    )
