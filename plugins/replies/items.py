"""Requests with several items: each further item is a row with its own outcome, and is answered separately (逐项答复)."""

from __future__ import annotations

import re
from collections.abc import Mapping
from itertools import chain
from typing import Any

from gipdocs.documents.document import Answers
from gipdocs.law import DatedLaw
from gipdocs.law.acts import Article, cite
from gipdocs.law.citations import Cited
from gipdocs.law.outcomes import PARTIAL
from gipdocs.letters.notices import add_mark
from gipdocs.letters.typed import Contact
from gipdocs.questions import (
    Choice,
    Choices,
    Lines,
    Question,
    Questions,
    Rows,
    Text,
    Title,
)
from gipdocs.writing import numeral, quote

from .asking import Reason, enclosed, separation_question
from .outcomes import DECLARED, KINDS, NOT_GOV_INFO, WITHHELD

# What a row must say, by the outcome of its item; an item can't have an outcome that closes the whole application.
NEEDS: Mapping[str, tuple[str, ...]] = {
    "reply-already-public": ("pointer",),
    "reply-granted": ("provided",),
    "reply-granted-inspection": ("pointer",),
    "reply-granted-third-party": ("reason", "provided"),
    "reply-partial": ("provided", "withheld", "ground", "reason"),
    "reply-withheld-state-secret": ("reason", "separation"),
    "reply-withheld-law": ("kind", "basis", "reason", "separation"),
    "reply-withheld-safety": ("kind", "reason", "separation"),
    "reply-withheld-third-party": ("kind", "reason", "weighing", "separation"),
    "reply-withheld-internal": ("kind", "reason", "weighing", "separation"),
    "reply-withheld-process": ("kind", "reason", "weighing", "separation"),
    "reply-withheld-enforcement": ("reason", "weighing", "separation"),
    "reply-query-matter": ("basis", "pointer"),
    "reply-not-existing": ("reason",),
    "reply-not-ours": ("reason", "pointer"),
    "reply-archived": ("pointer",),
    "reply-needs-making": ("reason", "separation"),
    "reply-still-unclear": ("reason",),
    "reply-petition": ("kind", "reason"),
    "reply-repeat": ("pointer",),
    "reply-publication": ("pointer",),
    "reply-withdrawn": ("pointer",),
    "reply-not-gov-info": ("reason",),
}
MAY: Mapping[str, tuple[str, ...]] = {
    "reply-withheld-third-party": ("asked",),
    "reply-granted-inspection": ("reason",),
    "reply-withheld-enforcement": ("pointer",),
    "reply-archived": ("reason",),
    "reply-petition": ("pointer",),
    "reply-not-gov-info": ("kind", "pointer"),
}
"""What a row may say in addition."""
MASKABLE = "reply-withheld-third-party"
ASKED = {"consulted": "已经书面征求", "masked": "没有征求，属于个人标识信息，直接隐去"}
GROUNDS = (*WITHHELD, NOT_GOV_INFO)
"""Why a part of an item can be withheld (条例第三十七条)."""
FITTING = ("outcome", {one: tuple(KINDS.get(one, {})) for one in NEEDS} | {PARTIAL: tuple(chain(*KINDS.values()))})
"""The kinds that fit an outcome; a partial reply's depend on the ground."""
COLUMNS = ("withheld", "ground", "kind", "asked", "reason", "weighing", "separation", "basis", "pointer", "provided")
UNKNOWN = re.compile(r"(?:无法|不能|难以)确定")
"""How a pointer begins that names no agency."""
SEARCHED = re.compile("检索|查找|查询")


def needed(row: Answers) -> tuple[str, ...]:
    """What this row must say; a partly given item also says what the ground of the withheld part needs."""
    own, ground = NEEDS[row["outcome"]], row.get("ground")
    if row["outcome"] != PARTIAL or ground not in GROUNDS:
        return own
    return tuple(dict.fromkeys((*own, *(key for key in NEEDS[ground] if key != "separation"))))


def allowed(row: Answers) -> tuple[str, ...]:
    """What this row may say."""
    ground = row.get("ground") if row["outcome"] == PARTIAL else None
    more = [key for key in MAY.get(ground, ()) if key != "kind"] if ground else MAY.get(row["outcome"], ())
    return (*needed(row), *more)


def results(row: Answers) -> tuple[str, ...]:
    """The outcomes of an item: its own, or those of the given and of the withheld part."""
    return ("reply-granted", row.get("ground", WITHHELD[0])) if row["outcome"] == PARTIAL else (row["outcome"],)


def items_question() -> Rows:
    """The question for the further items of a request, besides the one that the reply itself is about."""
    title = Text("申请事项", help="用申请中的原话。", example="2025年公务用车管理科的值班安排", required=True)
    return Rows(
        "其他申请事项",
        _row("ItemQuestions", title),
        help="一件申请包含几项内容、办理结果不同的，其余各项逐项写在这里，答复书逐项答复。一项中部分公开的，"
        "办理结果选“部分公开”；不公开的几处依据不同的，每一处另写一行。整件申请只计入年度报告的一行。",
        in_sample=False,
        most=50,
    )


def parts_question() -> Rows:
    """The question for what a partial reply answers besides what it gives (条例第三十七条): parts, or further items."""
    title = Text(
        "不予公开的内容，或者申请事项",
        help="写明是哪一部分，不写出内容本身；申请有几项的，用申请中的原话。",
        example="明细附表三所列的车辆调度流程",
        required=True,
    )
    return Rows(
        "不予公开的部分和其他申请事项",
        _row("PartQuestions", title),
        help="逐处写明依据和理由；不同依据的分开写。申请有几项内容的，其余各项也逐项写在这里，不论公开与否。",
        least=1,
        most=50,
        required=True,
    )


def own_item_question() -> Text:
    """The question which item the reply's own outcome is about, for requests with further items."""
    return Text(
        "本结果所针对的申请事项",
        help="申请只有一项内容的不填；有几项的，写明本文书的办理结果针对哪一项，用申请中的原话。",
        example="2025年市级党政机关公务用车更新数量",
        in_sample=False,
        needed="有几项的必填",
    )


def _row(name: str, title: Text) -> type[Questions]:
    questions: dict[str, Question] = {
        "title": title,
        "outcome": Choice(
            "办理结果",
            options={key: DECLARED[key].short for key in NEEDS},
            help="引用的条款由办理结果确定。",
            example="reply-withheld-internal",
            required=True,
            case="answer.items",
        ),
    }
    return type(name, (Questions,), questions | {key: _column(key) for key in COLUMNS})


def _columns_of(outcome: str) -> set[str]:
    """The columns that a row with this outcome can need."""
    either = (outcome, *GROUNDS) if outcome == PARTIAL else (outcome,)
    found = {key for one in either for key in (*NEEDS[one], *MAY.get(one, ()))}
    return found - {"separation"} if outcome == PARTIAL else found


def _column(key: str) -> Question:
    when = ("outcome", tuple(one for one in NEEDS if key in _columns_of(one)))
    demanding = tuple(one for one, keys in NEEDS.items() if key in keys)
    must = ("outcome", demanding) if demanding else False
    match key:
        case "withheld":
            return Text(
                "其中不予公开的内容",
                help="写明是哪一部分，不写出内容本身。",
                example="各户的身份证号码",
                in_sample=False,
                only_if=when,
                needed=must,
            )
        case "ground":
            return Choice(
                "不予公开的依据",
                options={one: DECLARED[one].short for one in GROUNDS},
                help="引用的条款由依据确定。",
                example="reply-withheld-internal",
                in_sample=False,
                only_if=when,
                needed=must,
            )
        case "kind":
            kinds = {value: label for labels in KINDS.values() for value, label in labels.items()}
            return Choices(
                "属于哪一类",
                options=kinds,
                help="可以选择几类。",
                example=["workflow"],
                only_if=when,
                needed=must,
                fits=FITTING,
            )
        case "asked":
            return Choice(
                "征求第三方意见",
                options=ASKED,
                help=Cited(
                    "身份证号码、银行账号、联系方式等能够识别特定自然人的信息，区分处理时可以直接隐去（{separation.short}）；"
                    "不选的，填写了征求意见日期的按已经征求，没有填写的个人隐私按直接隐去。"
                ),
                example="consulted",
                in_sample=False,
                only_if=when,
            )
        case "reason":
            return Reason(
                "事实和理由",
                help="写明查明的事实和理由，不照抄条文。政府信息不存在的，写明检索的范围、关键词、时间和结果；"
                "征求过第三方意见的，写明意见和处理的理由。",
                example="该部分记载本机关内部的派车审批和交接流程，只用于内部管理，不涉及公民、法人和其他组织的权利义务。",
                only_if=when,
                needed=must,
            )
        case "weighing":
            return Reason(
                "衡量和考虑",
                help=Cited(
                    "{discretion.short}所列的信息，写明衡量利弊后决定不予公开的考虑；涉及第三方权益的，写明对公共利益的衡量。"
                ),
                example="公开调度流程会影响公务出行安全，不公开不影响公众了解和监督公务用车的费用支出。",
                only_if=when,
                needed=must,
            )
        case "separation":
            return separation_question(in_sample=False, only_if=when, needed=must)
        case "basis":
            return Text(
                "法律、行政法规及条款",
                help="禁止公开的，或者对查询有特别规定的法律、行政法规的名称和条款。",
                example=lambda office: office.today_law.cite("property_records"),
                in_sample=False,
                only_if=when,
                needed=must,
            )
        case "pointer":
            return Contact(
                "途径或者去处",
                help="已主动公开的填网址；查阅、抄录的填地点、时间和联系人；不属于本机关的填负责机关的名称和联系方式，"
                "不能确定的写“无法确定”；重复申请的填此前答复的文号和日期；撤回的填撤回的日期和方式；"
                "执法案卷的，当事人可以查阅案卷的，填查阅的途径；"
                "其他的填查询单位、档案馆或者渠道及其联系方式、办公时间。网址写在最后，后面不加标点。",
                example="门户网站“政府信息公开”专栏",
                in_sample=False,
                longest=500,
                only_if=when,
                needed=must,
            )
    return Lines(
        "提供的政府信息",
        help="一行一件，列为附件。",
        example=["2025年公务用车保险合同"],
        in_sample=False,
        only_if=when,
        needed=must,
        of=Title,
    )


def provided_by(answers: Answers) -> list[str]:
    """The information that further items hand over, for the list of attachments."""
    return [line for row in answers.get("items", []) for line in row.get("provided", [])]


def item_words(answers: Answers, law: DatedLaw, *, before: int, first: int, thing: str) -> list[dict[str, Any]]:
    """The rows for wording/_items.txt.

    `before` is the number of attachments ahead of theirs, `first` the number of the first row's heading, `thing` the
    noun for the subject of a row.
    """
    rows, total = answers.get("items", []), before + len(provided_by(answers))
    words = []
    for number, row in enumerate(rows, first):
        given = len(row.get("provided", []))
        words.append(
            {
                **_outcome_words(row, answers, law),
                **_answer_words(row, masked=is_masked(row, answers)),
                "number": numeral(number),
                "title": row["title"],
                "thing": f"其中的{quote(row.get('withheld', ''))}" if row["outcome"] == PARTIAL else thing,
                "itself": thing,
                "enclosed": enclosed(before, given, total),
            }
        )
        before += given
    return words


def is_masked(row: Answers, answers: Answers) -> bool:
    """Whether the row's personal identifiers were masked at once, without a consultation (条例第三十七条)."""
    if results(row)[-1] != MASKABLE:
        return False
    if "asked" in row:
        return bool(row["asked"] == "masked")
    return not answers["clock"].get("consultations") and "privacy" in row.get("kind", ())


def row_articles(row: Answers, answers: Answers, law: DatedLaw) -> list[Article]:
    """The articles on which a row, or its withheld part, rests; what was masked at once rests on 区分处理 and not on a consultation."""
    articles = law.outcomes[results(row)[-1]].articles
    if not is_masked(row, answers):
        return [*articles]
    consulted = law.citations["third_party"].articles
    return [*(one for one in articles if one not in consulted), *law.citations["separation"].articles]


def _outcome_words(row: Answers, answers: Answers, law: DatedLaw) -> dict[str, Any]:
    """True are the flags of the outcome and of the ground of a withheld part, or `masked`; `articles` cites the latter."""
    masked = is_masked(row, answers)
    chosen = {row["outcome"], results(row)[-1]} - ({MASKABLE} if masked else set())
    names = {key.removeprefix("reply-").replace("-", "_"): key in chosen for key in NEEDS}
    return {**names, "masked": masked, "articles": cite(row_articles(row, answers, law))}


def _answer_words(row: Answers, *, masked: bool) -> dict[str, Any]:
    """The row's answers as prose; `besides` has those that its outcome doesn't use, so that nothing typed is lost.

    What was `masked` was separated, and nothing more is said of that.
    """
    asked = allowed(row)
    labels = {value: label for kinds in KINDS.values() for value, label in kinds.items()}
    kind = "、".join(label for value, label in labels.items() if value in row.get("kind", ()))
    separation = row.get("separation", "")
    ground = DECLARED[row["ground"]].short if "ground" in row else ""
    texts = {
        "ground": ground,
        "kind": kind,
        "asked": ASKED.get(row.get("asked", ""), ""),
        "separation": separation,
        "provided": "、".join(row.get("provided", [])),
    }
    besides = [texts.get(key) or row[key] for key in COLUMNS if key in row and key not in asked]
    return {
        "kind": kind,
        "reason": add_mark(row["reason"]) if "reason" in row else "",
        "weighing": add_mark(row["weighing"]) if "weighing" in row else "",
        "basis": row.get("basis", ""),
        "given": "".join(map(quote, row.get("provided", []))),
        "contained": "不属于政府信息" if row.get("ground") == NOT_GOV_INFO else "不应当公开",
        "whole": separation == "whole" and row["outcome"] in WITHHELD and not masked,
        "inseparable": separation == "inseparable" and row["outcome"] in WITHHELD and not masked,
        "besides": "；".join(besides),
        **_pointer_words(row),
        **_request_words(row),
    }


def _pointer_words(row: Answers) -> dict[str, Any]:
    """Where the item's pointer leads; `known` and `unknown` tell of the agency that is responsible for the item."""
    pointer = row.get("pointer", "")
    unknown = UNKNOWN.match(pointer)
    bare = unknown is not None and unknown.group() == pointer
    return {
        "pointer": add_mark(f"{pointer}负责公开该信息的行政机关" if bare else pointer) if pointer else "",
        "pointed": bool(pointer),
        "file_open": bool(pointer) and results(row)[-1] == "reply-withheld-enforcement",
        "known": unknown is None,
        "unknown": unknown is not None,
    }


def _request_words(row: Answers) -> dict[str, Any]:
    """What kind of request an item is if it isn't for 政府信息, and whether its reason tells of a search."""
    part, kinds = row["outcome"] == PARTIAL, row.get("kind", ())
    return {
        "consultation": not part and "consultation" in kinds,
        "no_information": part or list(kinds) == ["information"],
        "no_request": not part and not kinds,
        "search_told": bool(SEARCHED.search(row.get("reason", ""))),
        "search_untold": not SEARCHED.search(row.get("reason", "")),
    }
