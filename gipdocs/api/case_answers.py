"""What the routes of the register answer: the JSON, and above each piece of it its JSON Schema."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from datetime import date, datetime
from functools import cache
from typing import Any

from flask import url_for

from gipdocs.api.answers import DAY, TEXT, TRUTH, VERSIONS, WHOLE, Schema, about, list_of, object_of, of, or_null
from gipdocs.errors import MOST_TOLD
from gipdocs.letters.case import CaseApplicationQuestions
from gipdocs.questions import prepare_questions
from gipdocs.register.cases import to_json
from gipdocs.register.due import GROUPS, DueList
from gipdocs.register.events import KINDS
from gipdocs.register.ledger_import import ImportReport
from gipdocs.register.letters import STATES as LETTER_STATES
from gipdocs.register.letters import Letter, LetterEntry
from gipdocs.register.reading import Case, Recorded
from gipdocs.register.standing import DUE, STATES, DueDay, Standing
from gipdocs.register.statistics import as_record
from gipdocs.register.year_account import YearAccount
from gipdocs.store.tables import CaseRow

STEPS = {
    "save": "修改草稿",
    "submit": "提请签发",
    "return": "退回修改",
    "approve": "同意签发",
    "issue": "签发",
    "discard": "删除草稿",
    "file": "下载",
    "void": "作废",
    "replace": "另行签发代替",
}
"""What can be done with a letter, by the words of the addresses."""
OTHER_WORDS = {"send_back": "return", "pdf": "file"}


def labelled(labels: Mapping[str, str], description: str = "") -> Schema:
    """One of some stable words, with their meanings for readers."""
    schema: Schema = {"type": "string", "enum": list(labels), "x-labels": dict(labels)}
    return about(schema, description) if description else schema


MOMENT: Schema = {"type": "string", "format": "date-time"}
LINK: Schema = {"type": "string", "format": "uri-reference"}
OUTCOME = about(TEXT, "办理结果：答复文书的标识；没有办结的为空。")

SUMMARY = object_of(
    {
        "number": TEXT,
        "version": WHOLE,
        "state": of("CaseState"),
        "subject": TEXT,
        "applicant": about(TEXT, "申请人姓名或者名称，不含空格。"),
        "department": TEXT,
        "officer": TEXT,
        "received_on": or_null(DAY),
        "answer_by": about(or_null(DAY), "答复期限的最后一日，待定的为null。"),
        "due_on": about(or_null(DAY), "最近一项到期之日。"),
        "due_what": {"enum": [*DUE, None]},
        "closed_on": or_null(DAY),
        "outcome": OUTCOME,
        "links": object_of({"self": LINK}),
    }
)


def summarise(row: CaseRow) -> dict[str, Any]:
    """A case as a list shows it."""
    texts = {key: getattr(row, key) or "" for key in ("number", "subject", "applicant", "department", "officer")}
    days = {key: to_text(getattr(row, key)) for key in ("received_on", "answer_by", "due_on", "closed_on")}
    links = {"self": link("get_case", number=row.number)}
    same = {"version": row.version, "state": row.state, "due_what": row.due_what, "outcome": row.outcome or ""}
    return {**texts, **days, **same, "links": links}


DUE_DAY = object_of(
    {
        "what": of("CaseDueKind"),
        "day": about(or_null(DAY), "到期之日，待定的为null。"),
        "ref": about(or_null(WHOLE), "第几次征求意见、第几次复议诉讼。"),
        "why": about(TEXT, "待定的原因。"),
    }
)
STANDING = object_of(
    {
        "state": of("CaseState"),
        "received_on": about(or_null(DAY), "收到申请之日。"),
        "answer_by": about(or_null(DAY), "答复期限的最后一日；告知延迟答复的，是告知的日期。"),
        "late": about(TRUTH, "答复是否逾期发出。"),
        "closed_on": or_null(DAY),
        "outcome": OUTCOME,
        "row": about(list_of(TEXT), "年度报告统计表的行，没有办结的为空。"),
        "due": about(list_of(of("CaseDueDay")), "正在计算的各项期限，最紧的在前。"),
    }
)


def _show_standing(standing: Standing) -> dict[str, Any]:
    days = {key: to_text(getattr(standing, key)) for key in ("received_on", "answer_by", "closed_on")}
    same = {"state": standing.state, "late": standing.late, "outcome": standing.outcome, "row": [*standing.row]}
    return {**same, **days, "due": [_show_due(due) for due in standing.due]}


def _show_due(due: DueDay) -> dict[str, Any]:
    return {"what": due.what, "day": to_text(due.day), "ref": due.ref, "why": due.why}


@cache
def _facts() -> dict[str, Schema]:
    """The schemas of the facts of all kinds of records; those that are alike are called after the first kind."""
    named: dict[str, tuple[str, Schema]] = {}
    for kind in KINDS.values():
        schema = prepare_questions(kind.facts).json_schema()
        named.setdefault(json.dumps(schema, sort_keys=True), (f"EventFacts-{kind.key}", schema))
    return dict(named.values())


RECORD = object_of(
    {
        "place": about(WHOLE, "案件里的第几条记录，从1起编。"),
        "kind": labelled({kind.key: kind.label for kind in KINDS.values()}),
        "day": DAY,
        "facts": {"anyOf": [of(name) for name in _facts()]},
        "note": TEXT,
        "letter": about(or_null(WHOLE), "所依据的文书的id。"),
        "cancels": about(or_null(WHOLE), "所更正的记录是第几条。"),
        "cancelled": about(TRUTH, "是否已经更正，不再作数。"),
        "made_by": TEXT,
        "made_at": MOMENT,
    }
)


def _show_record(record: Recorded) -> dict[str, Any]:
    event = record.event
    return {
        "place": event.place,
        "kind": event.kind,
        "day": event.day.isoformat(),
        "facts": to_json(event.facts),
        "note": record.note,
        "letter": event.letter,
        "cancels": event.cancels,
        "cancelled": record.cancelled,
        "made_by": record.made_by,
        "made_at": record.made_at.isoformat(),
    }


CASE = object_of(
    {
        "number": TEXT,
        "version": about(WHOLE, "每次改动加一，与ETag相同；改动时放在If-Match里，别人先改动了的会被告知。"),
        "subject": TEXT,
        "department": TEXT,
        "officer": TEXT,
        "erased_on": about(or_null(DAY), "删除个人信息之日。"),
        "application": of("CaseApplication"),
        "standing": of("CaseStanding"),
        "records": list_of(of("CaseRecord")),
        "letters": list_of(of("CaseLetter")),
        "links": object_of({"self": LINK, "deadline": LINK, "events": LINK, "letters": LINK}),
    }
)


def show_case(case: Case, letters: Iterable[LetterEntry]) -> dict[str, Any]:
    """A case with everything that was recorded."""
    parts = {"self": "get_case", "deadline": "get_deadline", "events": "add_event", "letters": "get_letters"}
    same = {key: getattr(case, key) for key in ("number", "version", "subject", "department", "officer")}
    return {
        **same,
        "erased_on": to_text(case.erased_on),
        "application": dict(case.application),
        "standing": _show_standing(case.standing),
        "records": [_show_record(one) for one in case.records],
        "letters": [show_letter(letter) for letter in letters],
        "links": {key: link(endpoint, number=case.number) for key, endpoint in parts.items()},
    }


LETTER: dict[str, Schema] = {
    "id": WHOLE,
    "version": WHOLE,
    "document": about(TEXT, "文书的标识。"),
    "title": TEXT,
    "state": labelled(LETTER_STATES),
    "number": about(TEXT, "文号；没有签发的、不编文号的为空。"),
    "dated": about(or_null(DAY), "成文日期。"),
    "replaces": about(or_null(WHOLE), "所代替的作废文书的id。"),
    "void_reason": TEXT,
    "made_by": TEXT,
    "made_at": MOMENT,
    "submitted_by": TEXT,
    "approved_by": TEXT,
    "issued_at": or_null(MOMENT),
    "joined": about(list_of(TEXT), "签发时一并记入的其他案件的编号。"),
    "allowed": about(list_of(of("LetterStep")), "现在可以怎样办理。"),
    "links": of("LetterLinks"),
}
WHOLE_LETTER: dict[str, Schema] = {
    **LETTER,
    "answers": {
        "type": ["object", "null"],
        "description": "文书的填写项；个人信息已经删除的为null。",
        "additionalProperties": {},
    },
    "findings": about(or_null(list_of(of("Finding"))), "签发时的检查结果；没有签发的、个人信息已经删除的为null。"),
    "provenance": VERSIONS,
}


def show_letter(letter: LetterEntry) -> dict[str, Any]:
    """A letter as a list shows it."""
    same = ("id", "version", "document", "title", "state", "number", "replaces", "void_reason", "made_by")
    files = {format: link("get_file", id=letter.id, format=format) for format in ("docx", "pdf")}
    issued = letter.issued_at is not None
    return {
        **{key: getattr(letter, key) for key in (*same, "submitted_by", "approved_by")},
        "dated": to_text(letter.dated),
        "made_at": letter.made_at.isoformat(),
        "issued_at": to_text(letter.issued_at),
        "joined": [*letter.joined],
        "allowed": name_steps(letter.allowed),
        "links": {
            "self": link("get_letter", id=letter.id),
            "case": link("get_case", number=letter.case),
            **{format: file if issued else None for format, file in files.items()},
        },
    }


def show_whole_letter(letter: Letter) -> dict[str, Any]:
    """A letter with its answers."""
    return {
        **show_letter(letter),
        "answers": None if letter.answers is None else dict(letter.answers),
        "findings": None if letter.findings is None else [dict(one) for one in letter.findings],
        "provenance": dict(letter.provenance),
    }


def name_steps(steps: Iterable[str]) -> list[str]:
    """The steps of a letter by the words of the addresses."""
    return [OTHER_WORDS.get(step, step) for step in steps]


DUE_ITEM = object_of(
    {
        "number": TEXT,
        "subject": TEXT,
        "officer": TEXT,
        "what": of("CaseDueKind"),
        "label": TEXT,
        "day": or_null(DAY),
        "left": about(or_null(WHOLE), "还有几个工作日，已经过去的为负数，不能推算的为null。"),
        "why": TEXT,
        "links": object_of({"case": LINK}),
    }
)
OLD_DRAFT = object_of({"number": TEXT, "title": TEXT, "officer": TEXT, "since": DAY})
DUE_LIST = object_of(
    {
        **{name: about(list_of(of("DueItem")), f"{label}。") for name, label in GROUPS.items()},
        "drafts": about(list_of(of("OldDraft")), "放置过久的文书草稿。"),
        "expired": about(WHOLE, "个人信息已满保存年限的案件有几件。"),
        "expired_by": about(or_null(DAY), "最迟在这一天处理已满保存年限的个人信息。"),
    }
)


def show_due(due: DueList) -> dict[str, Any]:
    """What is due in all cases, with links to them."""
    told = due.as_json()
    linked = {
        name: [{**item, "links": {"case": link("get_case", number=item["number"])}} for item in told[name]]
        for name in GROUPS
    }
    return told | linked


SENTENCES: Schema = {
    "type": "object",
    "properties": {"requests": TEXT, "disputes": TEXT, "fee": TEXT},
    "additionalProperties": False,
}
STATISTICS = object_of(
    {
        "year": WHOLE,
        "record": object_of(
            {
                "year": WHOLE,
                "table3": object_of(
                    {
                        "form_rows": TEXT,
                        "rows": {
                            "type": "object",
                            "description": "统计表每一行的七栏。",
                            "additionalProperties": list_of(WHOLE),
                        },
                    }
                ),
                "table4": {
                    "type": "object",
                    "additionalProperties": {"type": "object", "additionalProperties": WHOLE},
                },
                "processing_fee": {
                    "type": "object",
                    "properties": {"yuan": {"type": ["number", "string"]}, "cases": WHOLE},
                    "additionalProperties": False,
                },
            }
        ),
        "balanced": about(TRUTH, "新收加上年结转是否等于办结加结转下年。"),
        "unpriced": about(list_of(TEXT), "缴了费但没有记录金额的案件；有这样的案件的，不给出合计金额。"),
        "until": about({"type": "string", "format": "date"}, "数字截至哪一日；这一年还没有结束的，是当日。"),
        "sentences": about(SENTENCES, "由数字写成的句子，一行是一段；这一年结束以后、台账有案件的才有。"),
        "additions": about(SENTENCES, "其中年度报告不会自动写的句子，可以写进narrative。"),
    }
)


def show_year(year: YearAccount) -> dict[str, Any]:
    """The figures of a year, and sentences about it; `record` is a part of the annual report's record."""
    figures, told = year.figures, year.sentences
    same = {"year": figures.year, "balanced": figures.balanced, "unpriced": [*figures.unpriced]}
    said = {"sentences": dict(told.whole), "additions": dict(told.additions)}
    return {**same, "until": year.until.isoformat(), "record": as_record(figures), **said}


IMPORT = object_of(
    {
        "rows": about(WHOLE, "表里有几行。"),
        "cases": about(WHOLE, "导入了几件；只核对的，是将会导入几件。"),
        "faults": {"type": "array", "items": of("Fault"), "maxItems": MOST_TOLD},
        "fault_count": about(WHOLE, f"需要改正的共有几处；faults最多列出{MOST_TOLD}处。"),
        "warnings": list_of(TEXT),
    }
)


def show_import(report: ImportReport) -> dict[str, Any]:
    """What was imported, or what is wrong."""
    told = report.as_json()
    return {**told, "faults": told["faults"][:MOST_TOLD], "fault_count": len(report.faults)}


def link(endpoint: str, **values: Any) -> str:
    """The address of a route of the register."""
    return url_for(f"register_api.{endpoint}", **values)


def to_text(moment: date | datetime | None) -> str | None:
    """A day or a moment as ISO 8601 writes it."""
    return moment.isoformat() if moment else None


def questions() -> dict[str, Schema]:
    """The schemas of facts and of an application, which are answers to questions, by name."""
    application = prepare_questions(CaseApplicationQuestions).json_schema()
    return {**_facts(), "CaseApplication": {key: value for key, value in application.items() if key != "required"}}


def components() -> dict[str, Schema]:
    """The schemas of the answers by name."""
    return {
        "CaseState": labelled(STATES),
        "CaseDueKind": labelled(DUE),
        "LetterStep": labelled(STEPS),
        "CaseSummary": SUMMARY,
        "CaseList": object_of(
            {
                "cases": list_of(of("CaseSummary")),
                "next": about(or_null(TEXT), "下一页的cursor；没有下一页的为null。"),
            }
        ),
        "CaseDueDay": DUE_DAY,
        "CaseStanding": STANDING,
        "CaseRecord": RECORD,
        "Case": CASE,
        "LetterLinks": object_of({"self": LINK, "case": LINK, "docx": or_null(LINK), "pdf": or_null(LINK)}),
        "CaseLetter": object_of(LETTER),
        "CaseLetterList": object_of({"letters": list_of(of("CaseLetter"))}),
        "WholeLetter": object_of(WHOLE_LETTER),
        "DueItem": DUE_ITEM,
        "OldDraft": OLD_DRAFT,
        "DueList": DUE_LIST,
        "YearStatistics": STATISTICS,
        "ImportReport": IMPORT,
    }
