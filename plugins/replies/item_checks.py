"""Checks of letters that answer several items, and of the parts that a partial reply withholds."""

from __future__ import annotations

import re
from collections.abc import Iterator

from gipdocs.documents.document import Answers, Finding
from gipdocs.findings import doubt, fault, note
from gipdocs.law import DatedLaw, Office
from gipdocs.law.outcomes import GIVING, PARTIAL
from gipdocs.law.report_row import report_row
from gipdocs.questions import Questions, Rows

from .items import COLUMNS, allowed, needed
from .outcomes import KINDS, NOT_GOV_INFO, WITHHELD
from .row import Reply

TIME = re.compile(r"\d[:：时点]|工作日|上午|下午|全天|时间")


def check_items(reply: Reply, answers: Answers, office: Office) -> list[Finding]:
    """Checks that each row has what its outcome needs and nothing else, and that the letter's own item is named too."""
    question = reply.asked.get("items")
    if not isinstance(question, Rows):
        return []
    found = [*(_own_part(answers) if reply.separates else _own_item(answers))]
    for i, row in enumerate(answers.get("items", [])):
        found += _row_faults(row, question.questions(), f"/items/{i}", office.law_of(answers))
    return found


def _own_item(answers: Answers) -> Iterator[Finding]:
    if "items" in answers and "item" not in answers:
        message = "申请包含几项内容的，请写明本文书的办理结果针对其中哪一项。"
        yield fault("item-unnamed", message, "/item")
    if "item" in answers and not answers.get("items"):
        message = "只写了一项申请事项。申请只有一项内容的，不必填写；有几项的，请在“其他申请事项”中写明其余各项。"
        yield fault("item-alone", message, "/item")


def _own_part(answers: Answers) -> Iterator[Finding]:
    given = any(row["outcome"] in (*GIVING, PARTIAL) for row in answers["items"])
    if given and "item" not in answers:
        message = "其余各项中也有公开的，申请包含几项内容。请写明本次提供的内容针对其中哪一项。"
        yield fault("item-unnamed", message, "/item")


def _row_faults(row: Answers, questions: Questions, pointer: str, law: DatedLaw) -> Iterator[Finding]:
    chosen = row["outcome"]
    outcome = law.outcomes[chosen]
    basis = outcome.cite()
    labels = {key: question.label for key, question in questions.questions()}
    for key in COLUMNS:
        if key not in labels or key == "separation":  # the check of 区分处理 asks for that one
            continue
        if key in needed(row) and not row.get(key):
            message = f"办理结果为“{outcome.short}”的，请填写“{labels[key]}”。"
            yield fault("item-incomplete", message, f"{pointer}/{key}", basis=basis)
        if key not in allowed(row) and key in row:
            message = f"办理结果为“{outcome.short}”的，不填“{labels[key]}”，请删去或者核对办理结果。"
            yield fault("item-unneeded", message, f"{pointer}/{key}", basis=basis)
    kinds = KINDS.get(row.get("ground", "") if chosen == PARTIAL else chosen, {})
    if kinds and not set(row.get("kind", ())) <= set(kinds):
        listed = "、".join(kinds.values())
        message = f"办理结果为“{outcome.short}”的，“{labels['kind']}”只能从{listed}中选择。"
        yield fault("item-kind", message, f"{pointer}/kind", basis=basis)
    if row.get("asked") == "masked" and row.get("kind") and "privacy" not in row["kind"]:
        message = "直接隐去只适用于能够识别特定自然人的个人信息；商业秘密等应当先书面征求第三方的意见，请核对。"
        yield fault("masked-not-personal", message, f"{pointer}/asked", basis=basis, overridable=True)


def check_partial(reply: Reply, answers: Answers, office: Office) -> list[Finding]:
    """Checks that a partial reply withholds something not to be disclosed, or not 政府信息 (条例第三十七条)."""
    if not reply.separates or not {*WITHHELD, NOT_GOV_INFO}.isdisjoint(reply.further(answers)):
        return []
    message = (
        "没有不应当公开或者不属于政府信息的内容，不是部分公开。"
        "请改用与可以公开的信息相应的答复书，其余各项写入“其他申请事项”。"
    )
    return [fault("partial-nothing-withheld", message, "/items", basis=office.cite("separation", of=answers))]


def check_inspection_time(reply: Reply, answers: Answers, office: Office) -> list[Finding]:
    """Doubts if an item that may be inspected names no time (条例第三十六条第二项: 方式、途径和时间)."""
    message = "没有看到查阅、抄录的时间。安排申请人查阅、抄录的，应当告知方式、途径和时间，请补充。"
    return [
        doubt("inspection-time-missing", message, f"/items/{i}/pointer", basis=office.cite("answer_given", of=answers))
        for i, row in enumerate(answers.get("items", []))
        if row["outcome"] == "reply-granted-inspection" and not TIME.search(row.get("pointer", ""))
    ]


def check_report_row(reply: Reply, answers: Answers, office: Office) -> list[Finding]:
    """A note on the row of the annual report in which the application counts, if its items belong to different rows."""
    law, others = office.law_of(answers), reply.further(answers)
    own = law.outcomes[reply.id]
    if reply.separates or {law.outcomes[one].row for one in others} <= {own.row}:
        return []
    if reply.is_separated(answers, office):
        counted = law.outcomes[PARTIAL]
        message = f"各项中既有公开的，又有不予公开的，本件计入表{''.join(counted.row)}“{counted.name}”，不计入其他行。"
    else:
        row = "".join(report_row([reply.id, *others], law=law, recorded=reply.id))
        message = (
            f"各项办理结果不在年度报告的同一行，一件申请只计一行：按本文书计入表{row}“{own.name}”。"
            "应当计入其他行的，请改用相应的答复文书，把本项写入“其他申请事项”。"
        )
    return [note("report-row", message, "/items", basis="政府信息公开工作年度报告格式（国办公开办函〔2021〕30号）")]
