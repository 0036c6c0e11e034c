"""What the routes of the batches answer: the JSON, and above each piece of it its JSON Schema."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from flask import url_for

from gipdocs.api.answers import TEXT, TRUTH, WHOLE, Schema, about, list_of, object_of, of, or_null
from gipdocs.api.batch_bodies import PURPOSES
from gipdocs.api.case_answers import LINK, MOMENT, labelled, to_text
from gipdocs.batch.batches import PAGE, Batch, BatchItem
from gipdocs.batch.correcting import UNMADE, has_wrong
from gipdocs.batch.local import show_fault
from gipdocs.batch.states import ALIVE, ROW_STATES, STATES, STEPS
from gipdocs.errors import MOST_TOLD

ACTS = {"start": "开始生成", "cancel": "停止", "resume": "接着生成", "delete": "删除"}
"""What can be done with a batch, by the words of the addresses."""
WORDS = {"start": "start", "cancel": "cancel", "resume": "resume", "remove": "delete"}
AGAIN, LATER = 2, 10
"""After so many seconds there is news: of a batch that is under way, and of one that waits for its turn."""

BATCH_FAULT: dict[str, Schema] = {
    "row": about(WHOLE, "只核对时：表格里的行号；没有表格的，是第几件，从1起编。"),
    "column": about(TEXT, "表格的哪一列。"),
    "pointer": TEXT,
    "code": about(TEXT, "与Fault的code相同。"),
    "detail": TEXT,
}
FAULT = {**object_of(BATCH_FAULT), "required": ["pointer", "code", "detail"]}
LINKS = ("self", "rows", "archive", "merged", "errors")
BATCH = object_of(
    {
        "id": TEXT,
        "document": about(TEXT, "文书的标识。"),
        "format": TEXT,
        "purpose": labelled(PURPOSES),
        "title": TEXT,
        "state": labelled(STATES),
        "draft": about(TRUTH, "是否只生成草稿：试用密钥提交的都是。"),
        "total": about(WHOLE, "共有几件。"),
        "counts": object_of(dict.fromkeys(ROW_STATES, WHOLE)),
        "percent": about(WHOLE, "办完的占百分之几。"),
        "eta_seconds": about(or_null(WHOLE), "大约还要几秒，不知道的为null。"),
        "error_count": about(WHOLE, "需要改正、不能生成和没有生成的共有几件；表格读不出来的，是有几处。"),
        "faults": about(list_of(of("BatchFault")), "表格为什么读不出来。"),
        "created_at": MOMENT,
        "started_at": or_null(MOMENT),
        "ended_at": or_null(MOMENT),
        "expires_at": about(or_null(MOMENT), "到时文件和填写的内容自动删除。"),
        "allowed": about(list_of(labelled(ACTS)), "现在可以怎样办理。"),
        "links": object_of({name: LINK if name in ("self", "rows") else or_null(LINK) for name in LINKS}),
    }
)
ROW = object_of(
    {
        "place": about(WHOLE, "第几件，从1起编。"),
        "line": about(or_null(WHOLE), "在表格里是第几行。"),
        "name": TEXT,
        "state": labelled(ROW_STATES),
        "findings": list_of(of("Finding")),
        "faults": list_of(of("BatchFault")),
        "case": about(or_null(TEXT), "申请编号。"),
        "letter": about(or_null(WHOLE), "签发的文书的id。"),
        "filename": TEXT,
        "sha256": or_null(TEXT),
        "size": or_null(WHOLE),
        "links": object_of({"file": or_null(LINK)}),
    }
)
CHECK = object_of(
    {
        "rows": about(WHOLE, "核对了几件。"),
        "invalid": about(WHOLE, "需要改正的有几件。"),
        "warnings": about(WHOLE, "没有错误、但是有警告的有几件。"),
        "errors": {"type": "array", "items": of("BatchFault"), "maxItems": MOST_TOLD},
        "error_count": about(WHOLE, f"共有几处；errors最多列出{MOST_TOLD}处。"),
    }
)
NEXT = about(or_null(TEXT), "下一页的cursor；没有下一页的为null。")


def components() -> dict[str, Schema]:
    """The schemas of the answers by name."""
    return {
        "Batch": BATCH,
        "BatchList": object_of({"batches": list_of(of("Batch")), "next": NEXT}),
        "BatchRow": ROW,
        "BatchRowList": object_of({"rows": list_of(of("BatchRow")), "next": NEXT}),
        "BatchFault": FAULT,
        "BatchCheck": CHECK,
    }


def show_batch(batch: Batch) -> dict[str, Any]:
    """A batch and how far it is."""
    same = ("id", "document", "format", "purpose", "title", "state", "total", "percent", "eta_seconds")
    moments = ("created_at", "started_at", "ended_at", "expires_at")
    unmade = sum(batch.counts.get(state, 0) for state in UNMADE)
    return {
        **{key: getattr(batch, key) for key in same},
        **{key: to_text(getattr(batch, key)) for key in moments},
        "draft": batch.drafts_only,
        "counts": {state: batch.counts.get(state, 0) for state in ROW_STATES},
        "error_count": unmade or len(batch.faults),
        "faults": [show_fault(fault) for fault in batch.faults[:MOST_TOLD]],
        "allowed": name_acts(STEPS[batch.state]),
        "links": _links(batch),
    }


def _links(batch: Batch) -> dict[str, str | None]:
    has_files = batch.counts.get("done", 0) > 0 and batch.state != "expired"
    there = {
        "archive": has_files,
        "merged": has_files and batch.format == "pdf",
        "errors": has_wrong(batch) and batch.state != "expired",
    }
    ways = {
        "self": "get_batch",
        "rows": "list_rows",
        "archive": "get_archive",
        "merged": "get_merged",
        "errors": "get_errors",
    }
    return {name: link(way, id=batch.id) if there.get(name, True) else None for name, way in ways.items()}


def show_row(batch_id: str, row: BatchItem) -> dict[str, Any]:
    """A row with what has become of it; its answers are left out."""
    same = ("place", "line", "name", "state", "filename", "sha256", "size")
    is_there = row.state == "done" and row.filename
    return {
        **{key: getattr(row, key) for key in same},
        "findings": [dict(one) for one in row.findings],
        "faults": [show_fault(fault) for fault in row.faults[:MOST_TOLD]],
        "case": row.case_number,
        "letter": row.letter_id,
        "links": {"file": link("get_file", id=batch_id, place=row.place) if is_there else None},
    }


def show_batches(batches: Sequence[Batch]) -> dict[str, Any]:
    """A page of a list of batches."""
    return {"batches": [show_batch(one) for one in batches], "next": batches[-1].id if len(batches) == PAGE else None}


def show_rows(batch_id: str, rows: Sequence[BatchItem]) -> dict[str, Any]:
    """A page of the rows of a batch."""
    following = str(rows[-1].place) if len(rows) == PAGE else None
    return {"rows": [show_row(batch_id, row) for row in rows], "next": following}


def wait_seconds(batch: Batch) -> int | None:
    """After how many seconds it is worth asking again; None if nothing happens without somebody's doing."""
    if batch.state in ALIVE:
        return AGAIN
    return LATER if batch.state == "checked" and batch.wanted else None


def name_acts(steps: Iterable[str]) -> list[str]:
    """The steps of a batch that programs can take, by the words of the addresses."""
    return [WORDS[step] for step in steps if step in WORDS]


def link(endpoint: str, **values: Any) -> str:
    """The address of a route of the batches."""
    return url_for(f"batch_api.{endpoint}", **values)
