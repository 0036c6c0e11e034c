"""A new answer after the first one was quashed or withdrawn, or after an order to answer: the block `again`."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from gipdocs.documents.document import Answers, Finding
from gipdocs.errors import InvalidInput
from gipdocs.findings import doubt, fault
from gipdocs.law import Office
from gipdocs.law.citations import Cited
from gipdocs.law.clock import LONGEST_ORDER, ORDERED_UNITS
from gipdocs.law.deadline import Deadline
from gipdocs.law.deadlines import reckon_answers
from gipdocs.questions import Block, Choice, Date, DocumentNumber, Name, Number, Questions
from gipdocs.writing import chinese_date, quantity

DECISION, JUDGMENT, OWN = "decision", "judgment", "own"
CAUSES = {DECISION: "行政复议决定", JUDGMENT: "人民法院的判决", OWN: "本机关自行撤销"}
OBEYED = {DECISION: "reconsideration_obeyed", JUDGMENT: "suit_quashed"}
"""The rule by which the office owes the new answer."""
RESULTS = {
    "quashed": "撤销原答复",
    "partly": "撤销原答复的一部分",
    "unlawful": "确认原答复违法",
    "unanswered": "此前没有答复",
}
ORDERS = {
    "redo": "责令重新答复（没有答复的，责令答复）",
    "disclose": "责令公开",
    "none": "没有写明",
}
PAPERS = {"reply": "答复书", "notice": "告知书"}
COMPARED = {
    "result": "办理结果不同",
    "reason": "办理结果相同，主要事实或者主要理由不同",
    "procedure": "原答复因违反法定程序被撤销，结果和理由不变",
    "same": "办理结果和主要事实、理由都相同",
}
FROM_OUTSIDE = ("organ", "received", "result", "order")
OUTSIDE = ("what", (DECISION, JUDGMENT))
UNIT_WORDS = {"working_day": "个工作日", "day": "日"}


class AgainQuestions(Questions):
    """What happened to the earlier answer, who decided so, what was ordered, and how the new answer differs."""

    what = Choice("重新办理的缘由", options=CAUSES, example=DECISION, required=True)
    organ = Name(
        "行政复议机关或者人民法院的名称",
        help="与决定书、判决书的落款一致。",
        example=lambda office: office.profile.government,
        longest=100,
        only_if=OUTSIDE,
        needed=True,
    )
    number = DocumentNumber(
        "决定书、判决书的文号",
        help="自行撤销的，填撤销告知书的文号，没有的不填。",
        example="政复决字〔2026〕15号",
        longest=60,
        needed=OUTSIDE,
    )
    date = Date("决定书、判决书的日期", help="自行撤销的，填撤销的日期。", example="2026-03-17", required=True)
    received = Date(
        "收到决定书之日或者判决生效之日",
        help="重新答复的期限自这一天起计算；决定书、判决书另行写明起算日的，按其写明的填。",
        example="2026-03-18",
        on_file=True,
        only_if=OUTSIDE,
        needed=True,
    )
    result = Choice("对原答复的处理", options=RESULTS, example="quashed", only_if=OUTSIDE, needed=True)
    order = Choice("责令本机关做什么", options=ORDERS, example="redo", only_if=OUTSIDE, needed=True)
    ordered = Number(
        "责令的期限",
        help=Cited(
            "决定书、判决书写明的天数，没有写明的不填。责令重新作出的，应当在写明的期限内作出（{reconsideration_obeyed.short}）。"
        ),
        example=20,
        least=1,
        most=LONGEST_ORDER,
        only_if=OUTSIDE,
    )
    ordered_unit = Choice(
        "责令的期限以什么计",
        options=ORDERED_UNITS,
        help="写“个工作日”的选工作日，只写“日”的选日；不填的按工作日。",
        example="working_day",
        only_if=OUTSIDE,
    )
    earlier_paper = Choice(
        "原答复的文种", options=PAPERS, help="不填的写“答复书”；此前没有答复的不填。", example="reply"
    )
    earlier_number = DocumentNumber(
        "原答复的文号",
        help="被撤销或者确认违法的那一份；此前没有答复的不填。",
        example=lambda office: f"{office.profile.document_code}〔2026〕6号",
        longest=60,
        needed="此前有答复的必填",
    )
    earlier_date = Date("原答复的日期", example="2026-03-13", needed="此前有答复的必填")
    compared = Choice(
        "与原答复相比",
        options=COMPARED,
        help=Cited(
            "责令重新作出的，不得以同一事实和理由作出与原答复相同或者基本相同的答复，"
            "因违反法定程序被撤销的除外（{reconsideration_not_again.short}、{suit_not_again.short}）；不印在文书上。"
        ),
        example="result",
        on_file=True,
        needed=("order", ("redo",)),
    )


def again_block() -> Block:
    """The block `again` of a letter that answers anew; on the first answer it stays empty."""
    return Block(
        "重新答复",
        AgainQuestions,
        help="原答复被行政复议决定、判决撤销或者确认违法，被责令答复，或者由本机关自行撤销以后，重新办理的填写；第一次答复的不填。",
        in_sample=False,
        case="again",
    )


def again_words(answers: Answers, *, reply: bool, closes: bool = False) -> dict[str, Any]:
    """The names that wording/_opening.txt uses, as parts of `again`: the earlier letter, who decided what, and the order.

    A `reply` answers anew, unless it only `closes` the application; a notice handles it anew.
    """
    again = answers.get("again", {})
    what, result = again.get("what"), again.get("result")
    answered = bool(again) and result != "unanswered"
    paper = PAPERS[again.get("earlier_paper", "reply")]
    number = again.get("number", "")
    return {
        "after_reply": what in (DECISION, JUDGMENT) and answered,
        "after_silence": what in (DECISION, JUDGMENT) and not answered,
        "withdrawn": what == OWN,
        "organ": again.get("organ", ""),
        "made_on": chinese_date(again["date"]) if again else "",
        "act": number + ("行政判决" if what == JUDGMENT else "行政复议决定"),
        "number": f"（{number}）" if number and what == OWN else "",
        "ruling": "，".join(filter(None, (_result(result, paper), _order(again, answered)))),
        "earlier": paper,
        "earlier_on": chinese_date(again["earlier_date"]) if "earlier_date" in again else "",
        "earlier_number": again.get("earlier_number", ""),
        "now": _now(reply, closes, answered),
    }


def _result(result: str | None, paper: str) -> str:
    words = {"quashed": "撤销该{}", "partly": "撤销该{}的一部分", "unlawful": "确认该{}违法"}
    return words.get(result or "", "").format(paper)


def _order(again: Answers, answered: bool) -> str:
    if again.get("order") not in ("redo", "disclose"):
        return ""
    days = again.get("ordered")
    unit = UNIT_WORDS[again.get("ordered_unit", "working_day")]
    within = f"在{quantity(days, unit)}内" if days else ""
    act = "公开政府信息" if again["order"] == "disclose" else "重新答复" if answered else "作出答复"
    return f"责令本机关{within}{act}"


def _now(reply: bool, closes: bool, answered: bool) -> str:
    if closes:
        return f"本机关{'重新' if answered else ''}办理上述申请，现将结果告知如下。"
    if not reply:
        return "本机关现重新办理上述申请。" if answered else "本机关现办理上述申请。"
    return "现重新答复如下。" if answered else "现答复如下。"


def redo_deadline(answers: Answers, office: Office) -> Deadline | None:
    """The term for answering anew; None if nothing sets one. InvalidInput if its days contradict each other.

    A judgment that orders an answer, but not disclosure, and names no term leaves the term open.
    """
    again = answers.get("again", {})
    bare_order = again.get("what") == JUDGMENT and again.get("order") == "redo" and "ordered" not in again
    if again.get("order", "none") == "none" or again["what"] == OWN or "received" not in again or bare_order:
        return None
    facts = {key: again.get(key) for key in ("received", "ordered", "ordered_unit")}
    return reckon_answers("redo", {**facts, "by": again["what"]}, office.law)


def unmet_term(answers: Answers, office: Office, usual: str) -> str:
    """20个工作日: the term that a notice says can't be met; after a quashing the ordered one, if there is one."""
    if "again" not in answers:
        return usual
    try:
        end = redo_deadline(answers, office)
    except InvalidInput:  # check_redo_term reports it
        end = None
    return end.period if end and end.last_day else "规定的期限"


def check_not_prolonged(answers: Answers, office: Office) -> list[Finding]:
    """Doubts that the office itself can prolong the term that a decision or a judgment set."""
    again = answers.get("again", {})
    if "ordered" not in again or again["what"] not in OBEYED:
        return []
    message = (
        "决定书、判决书写明了重新答复的期限，条例规定的延长不适用于这一期限，本机关一般不能自行延长。"
        "请核对，确有困难的，先向行政复议机关、人民法院说明。"
    )
    return [doubt("redo-prolonged", message, "/again/ordered", basis=office.cite(OBEYED[again["what"]], of=answers))]


def check_again(answers: Answers, office: Office) -> list[Finding]:
    """Checks that the block `again` says all that its sentence needs, in the order in which it happened."""
    if "again" not in answers:
        return []
    return [*_gaps(answers, office), *_disorder(answers, office), *_repeated(answers, office)]


def _gaps(answers: Answers, office: Office) -> Iterator[Finding]:
    """What the sentence needs and lacks, and what it has no place for."""
    again = answers["again"]
    labels = {key: question.label for key, question in AgainQuestions().questions()}
    outside, answered = again["what"] != OWN, again.get("result") != "unanswered"
    needed = (
        *(("number", *FROM_OUTSIDE) if outside else ()),
        *(("earlier_number", "earlier_date") if answered else ()),
    )
    needed = (*needed, *(("compared",) if answered and again.get("order") == "redo" else ()))
    for key in needed:
        if key not in again:
            yield fault("again-incomplete", f"重新办理的，请填写“{labels[key]}”。", f"/again/{key}")
    unused = () if outside else (*FROM_OUTSIDE, "ordered", "ordered_unit")
    unused = (*unused, *(() if answered else ("earlier_number", "earlier_date", "earlier_paper")))
    unused = (*unused, *(("ordered", "ordered_unit") if again.get("order") == "none" else ()))
    for key in dict.fromkeys(unused):
        if key in again:
            message = f"“{labels[key]}”与所选的缘由或者处理不符，文书没有写它的地方，请清空或者核对。"
            yield fault("again-unused", message, f"/again/{key}")
    if again.get("result") == "unanswered" and again.get("order") == "none":
        message = "此前没有答复，决定书、判决书又没有责令答复的，不必填写“重新答复”，请核对。"
        yield fault("again-unused", message, "/again/order")


def _disorder(answers: Answers, office: Office) -> Iterator[Finding]:
    again, dated = answers["again"], answers.get("date")
    earlier, made, received = again.get("earlier_date"), again["date"], again.get("received")
    if earlier and made < earlier:
        message = "撤销或者确认违法的日期不能早于原答复的日期，请核对。"
        yield fault("again-order", message, "/again/date")
    if received and received < made:
        message = "收到决定书之日、判决生效之日不能早于决定书、判决书的日期，请核对。"
        yield fault("again-order", message, "/again/received")
    if dated and dated < made:
        message = "成文日期早于决定书、判决书或者自行撤销的日期，重新答复只能在其后作出，请核对。"
        basis = office.cite(OBEYED[again["what"]], of=answers) if again["what"] in OBEYED else ""
        yield fault("again-after-letter", message, "/date", basis=basis)
    elif dated and received and dated < received and again["what"] == DECISION:
        message = "成文日期早于收到行政复议决定书的日期，请核对。"
        yield doubt("again-before-receipt", message, "/date")
    if "number" in answers and again.get("earlier_number") == answers["number"]:
        message = "原答复的文号与本文书的文号相同，重新答复应当另行编号，请核对。"
        yield fault("again-own-number", message, "/again/earlier_number")


def _repeated(answers: Answers, office: Office) -> Iterator[Finding]:
    again = answers["again"]
    if again.get("compared") != "same" or again["what"] == OWN:
        return
    rule = "suit_not_again" if again["what"] == JUDGMENT else "reconsideration_not_again"
    message = (
        "责令重新作出的，不得以同一事实和理由作出与原答复相同或者基本相同的答复，否则可能再次被撤销。"
        "请核对办理结果和理由；主要事实或者主要理由有改变的，请改选相应的一项。"
    )
    yield doubt("redo-same", message, "/again/compared", basis=office.cite(rule, of=answers))


def check_redo_term(answers: Answers, office: Office) -> list[Finding]:
    """Checks that the new answer keeps the term that was ordered; a late one is still owed."""
    sent = answers["clock"].get("posted", answers.get("date"))
    try:
        end = redo_deadline(answers, office)
    except InvalidInput as error:
        return [fault(one.code, one.detail, f"/again{one.pointer}") for one in error.faults]
    if end is None or end.last_day is None or sent is None or sent <= end.last_day:
        return []
    message = (
        f"重新答复的期限是{end.period}，最后一日是{chinese_date(end.last_day)}，已经逾期。"
        "逾期仍应答复；请尽快送达，并向负责人报告逾期原因。"
    )
    return [doubt("redo-late", message, "/date", basis="；".join(end.basis))]
