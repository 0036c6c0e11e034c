"""What the routes of the batches ask: an order as JSON, as JSON line by line, or as a form with a table."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any
from urllib.parse import urlsplit

from flask import request

from gipdocs.api.bodies import read_bytes
from gipdocs.api.case_bodies import DOCUMENT_ID
from gipdocs.api.problems import ForeignForm, LargeBody, UnexpectedBody, UnreadableBody
from gipdocs.batch.orders import MOST_BYTES, MOST_ROWS, MOST_VALUES, Order, OrderedRow
from gipdocs.batch.states import ROW_STATES
from gipdocs.documents.document import MEDIA_TYPES
from gipdocs.errors import Fault, InvalidInput
from gipdocs.faces import MOST_SENT, allow_file
from gipdocs.questions import Choice, Lines, Number, Question, Questions, Rows, Text, YesNo, load
from gipdocs.questions.figures import Open
from gipdocs.strictjson import NotJson, read_json

JSON, NDJSON, FORM = "application/json", "application/x-ndjson", "multipart/form-data"
PURPOSES = {"files": "生成文件，供下载", "letters": "在各自的案件里签发"}
ANSWERS = {"type": "object", "additionalProperties": {}}
LONGEST_LINK = 500
TOO_LARGE = f"一个批次最多{MOST_BYTES >> 20} MB，请分成几个批次。"
FOREIGN = "multipart/form-data只接受程序发来的，不接受别的网站的网页发来的。"


class BatchItemQuestions(Questions):
    """One document of a batch."""

    answers = Open("填写项", shape=ANSWERS, required=True)
    name = Text("文件名，不含后缀", longest=200)
    case = Text("申请编号", longest=40)


class BatchHeadQuestions(Questions):
    """What all documents of a batch share."""

    document = Text("文书的标识", pattern=DOCUMENT_ID, longest=80, required=True)
    format = Choice("文书格式", options={format: format for format in MEDIA_TYPES}, required=True)
    title = Text("批次的名称", longest=200)
    base = Open("各件相同的填写项", shape=ANSWERS)
    names = Lines("文件名取自哪些填写项", most=5, longest=200)
    start = YesNo("核对无误后是否直接开始生成")
    skip_invalid = YesNo("是否跳过有问题的行")
    webhook = Text("办完时通知的地址", longest=LONGEST_LINK)
    purpose = Choice("用途", options=PURPOSES)
    submit = YesNo("文书是否只起草、提请签发，不直接签发")


class BatchOrderQuestions(BatchHeadQuestions):
    """A batch whose documents stand in the body itself."""

    items = Rows("各件", BatchItemQuestions, least=1, most=MOST_ROWS, required=True)


class BatchStartQuestions(Questions):
    """How a batch that has been checked is started."""

    skip_invalid = YesNo("是否跳过有问题的行")


class BatchListQuestions(Questions):
    """After which batch a list goes on."""

    cursor = Text("上一页的next", longest=32, pattern="[0-9a-f]{32}", cure="请照原样填写，或者不填")


class BatchRowsQuestions(Questions):
    """Which rows of a batch are listed, and after which of them the list goes on."""

    state = Choice("只列这种状态的", options=ROW_STATES)
    cursor = Text("上一页的next", longest=5, pattern="[0-9]{1,5}", cure="请照原样填写，或者不填")


PART: Mapping[str, Question] = {
    "from": Number("从第几件起", least=1, most=MOST_ROWS),
    "to": Number("到第几件为止", least=1, most=MOST_ROWS),
}
PartQuestions: type[Questions] = type("PartQuestions", (Questions,), dict(PART))
"""Which rows are handed out in one file; "from" can't be written as the name of an attribute."""


class ArchiveQuestions(PartQuestions):  # type: ignore[valid-type,misc]  # made just above
    """Which files are handed out in one ZIP, and whether before the batch has ended."""

    partial = YesNo("办完以前先取已经生成的")


class MergeQuestions(PartQuestions):  # type: ignore[valid-type,misc]  # made just above
    """Which PDFs are handed out as one."""

    duplex = YesNo("双面打印：每件从正面开始")


class DryRunQuestions(Questions):
    """Whether an order is only checked."""

    dry_run = YesNo("只核对，不建立批次")


def read_order() -> Order:
    """The order in a body; the HTTP errors say that it is of another type, too large or unreadable; InvalidInput."""
    allow_file()
    request.max_form_memory_size = request.max_content_length
    if (request.content_length or 0) > MOST_SENT:
        raise LargeBody(TOO_LARGE)
    if request.mimetype == FORM:
        return _read_form()
    if request.mimetype == NDJSON:
        return _order(*_split(_read_lines(read_bytes())))
    if request.mimetype == JSON:
        body = _read(read_bytes(), "请求内容")
        return _order(load(BatchOrderQuestions, body))
    raise UnexpectedBody(f"请在请求头中写明Content-Type：{JSON}、{NDJSON}，或者交表格文件的{FORM}。")


def _read(data: bytes, what: str) -> Any:
    try:
        return read_json(data, most=MOST_VALUES)
    except NotJson as error:
        raise UnreadableBody(f"{what}不是可以读取的JSON：{error}，请核对；应为UTF-8编码的JSON。") from None


def _read_lines(data: bytes) -> list[Any]:
    """The values of a text with one JSON value a line."""
    if sum(map(data.count, (b",", b"[", b"{"))) > MOST_VALUES:
        raise LargeBody(TOO_LARGE)
    lines = [(number, line) for number, line in enumerate(data.split(b"\n"), 1) if line.strip()]
    if len(lines) > MOST_ROWS + 1:
        raise InvalidInput([Fault("/items", "rows", f"一个批次最多{MOST_ROWS}件，请分成几个批次。")])
    return [_read(line, f"第{number}行") for number, line in lines]


def _split(values: Sequence[Any]) -> tuple[Mapping[str, Any], Sequence[Mapping[str, Any]]]:
    """The head, which stands first, and the items; InvalidInput has the faults of all of them."""
    if not values:
        raise UnreadableBody("请求没有内容：第一行写批次的各项，以下每行写一件。")
    faults: list[Fault] = []
    head = _loaded(BatchHeadQuestions, values[0], "", faults)
    items = [_loaded(BatchItemQuestions, value, f"/items/{place}", faults) for place, value in enumerate(values[1:])]
    if faults:
        raise InvalidInput(faults)
    return head, items


def _loaded(schema: type[Questions], value: Any, place: str, faults: list[Fault]) -> dict[str, Any]:
    try:
        return load(schema, value)
    except InvalidInput as error:
        faults += [replace(fault, pointer=place + fault.pointer) for fault in error.faults]
        return {}


def _read_form() -> Order:
    """An order with a table in the field `file` and everything else as JSON in the field `head`."""
    _refuse_other_pages()
    file, head = request.files.get("file"), request.form.get("head")
    if file is None or not file.filename:
        raise UnreadableBody("请求里没有文件：请把XLSX、CSV或者NDJSON放在file一项里，写明文件名。")
    if head is None:
        raise UnreadableBody("请求里没有head一项：请把document、format等写成JSON，放在head一项里。")
    asked = load(BatchHeadQuestions, _read(head.encode(), "head一项"))
    return replace(_order(asked), source=file.read(), source_name=file.filename)


def _refuse_other_pages() -> None:
    """Refuse a form that a page from elsewhere has sent: a browser sends such forms without asking."""
    origin = request.headers.get("Origin")
    is_own = origin is None or urlsplit(origin).netloc == request.host
    if not is_own or request.headers.get("Sec-Fetch-Site") in ("cross-site", "same-site"):
        raise ForeignForm(FOREIGN)


def _order(asked: Mapping[str, Any], items: Sequence[Mapping[str, Any]] | None = None) -> Order:
    return Order(
        document=asked["document"],
        format=asked["format"],
        purpose=asked.get("purpose", "files"),
        submit=asked.get("submit", False),
        title=asked.get("title", ""),
        base=asked.get("base", {}),
        rows=[*_rows(asked.get("items", []) if items is None else items)],
        names=asked.get("names", ()),
        start=asked.get("start", True),
        skip_invalid=asked.get("skip_invalid", False),
        webhook=asked.get("webhook", ""),
    )


def _rows(items: Sequence[Mapping[str, Any]]) -> Iterator[OrderedRow]:
    for item in items:
        yield OrderedRow(answers=item["answers"], name=item.get("name", ""), case=item.get("case"))
