"""What third parties said when they were asked, and why information is disclosed without their consent (条例第三十二条)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from gipdocs.documents.document import Answers, Finding
from gipdocs.findings import doubt, fault
from gipdocs.law import Office
from gipdocs.law.citations import Cited
from gipdocs.letters.notices import add_mark
from gipdocs.questions import Choice, Date, DocumentNumber, Question, Questions, Rows, Text
from gipdocs.writing import chinese_date

AGREED, OBJECTED, SILENT, UNREACHABLE, MIXED = "agreed", "objected", "silent", "unreachable", "mixed"
SAID = {
    AGREED: "同意公开",
    OBJECTED: "不同意公开",
    SILENT: "逾期未提出意见",
    UNREACHABLE: "的征求意见书因无法送达被退回",
}
"""What is said of some of several third parties."""
OPINIONS = {
    AGREED: "第三方同意公开",
    OBJECTED: "第三方不同意公开",
    SILENT: "第三方逾期未提出意见",
    UNREACHABLE: "征求意见书无法送达，已经退回",
    MIXED: "有几个第三方，意见不同",
}
NOT_AGREED = re.compile("不同意|未同意|没有同意|不愿|反对|逾期|退回")
HARMLESS, PUBLIC_INTEREST = "harmless", "public_interest"
GROUNDS = {
    HARMLESS: "公开不会损害第三方的合法权益；第三方不同意的，没有提出合理理由",
    PUBLIC_INTEREST: "不公开会对公共利益造成重大影响",
}


class OpinionQuestions(Questions):
    """What some of several third parties said."""

    who = Text(
        "哪些第三方",
        help="写明户数、人数或者单位数，不写名称和个人信息。",
        example="20户",
        required=True,
        longest=60,
    )
    said = Choice(
        "意见",
        options={key: OPINIONS[key] for key in SAID},
        example=AGREED,
        required=True,
    )


def opinion_questions(example: str, *, without: tuple[str, ...] = ()) -> dict[str, Question]:
    """Questions about the opinions: one for all third parties, or a row for each group of them."""
    return {
        "opinion": Choice(
            "征求第三方意见的结果",
            options={key: label for key, label in OPINIONS.items() if key not in without},
            help="文书不写第三方的名称和联系方式。",
            example=example,
            required=True,
        ),
        "opinions": Rows(
            "各第三方的意见",
            OpinionQuestions,
            help="意见相同的合写一行，例如20户同意公开、8户不同意公开、4户逾期未提出意见。",
            example=[{"who": "20户", "said": AGREED}, {"who": "8户", "said": OBJECTED}, {"who": "4户", "said": SILENT}],
            in_sample=False,
            most=50,
            only_if=("opinion", (MIXED,)),
        ),
    }


def ground_question(**more: Any) -> Choice:
    """The question on which ground information is disclosed without consent; the letter states it."""
    return Choice(
        "没有同意而决定公开的根据",
        options=GROUNDS,
        help=Cited(
            "第三方有合理理由的，只有不公开会对公共利益造成重大影响才可以公开，且由本机关举证"
            "（{third_party_harm.short}、{third_party.place}，{interest_proof.number}{interest_proof.place}）；"
            "第三方没有提出合理理由的，不必以公共利益为根据。"
        ),
        **more,
    )


def disclosure_notice_questions() -> dict[str, Question]:
    """Questions about the notice that tells the third party of the disclosure; not printed."""
    return {
        "third_party_notice": DocumentNumber(
            "给第三方的告知书文号",
            help=Cited("第三方不同意而决定公开的，书面告知第三方（{third_party.short}）；不印在答复书上。"),
            example=lambda office: f"{office.profile.document_code}〔2026〕11号",
            in_sample=False,
            on_file=True,
            longest=60,
        ),
        "third_party_notice_served": Date(
            "给第三方的告知书送达日期",
            help=Cited(
                "公开前第三方可以起诉（{third_party_suit.number}{third_party_suit.place}），应当先送达，"
                "隔一段合理的时间再公开；不印在答复书上。"
            ),
            example="2026-03-17",
            in_sample=False,
            on_file=True,
        ),
    }


def list_opinions(answers: Answers) -> list[str]:
    """Every opinion that the letter reports."""
    return [row["said"] for row in answers["opinions"]] if "opinions" in answers else [answers["opinion"]]


def opinion_words(answers: Answers, *, without: tuple[str, ...] = ()) -> dict[str, Any]:
    """The names for the opinions, without those that the letter can't have: exactly one of them and `mixed` is true."""
    rows = answers.get("opinions", [])
    each = "，".join(row["who"] + SAID[row["said"]] for row in rows)
    alone = {key: key == answers["opinion"] and not rows for key in SAID if key not in without}
    return {**alone, "mixed": bool(rows), "each_opinion": each}


def ground_words(answers: Answers) -> dict[str, Any]:
    """The names for the decision: on which ground the information is disclosed, and why."""
    ground, objected = answers.get("ground"), OBJECTED in list_opinions(answers)
    several = "opinions" in answers
    return {
        "unfounded": ground == HARMLESS and objected and not several,
        "unfounded_among": ground == HARMLESS and objected and several,
        "harmless": ground == HARMLESS and not objected,
        "public_interest": ground == PUBLIC_INTEREST,
        "explained": "reason" in answers and ground is None,
        "reason": add_mark(answers.get("reason", "")),
    }


def check_opinions(answers: Answers, office: Office) -> list[Finding]:
    """Checks that what the letter says of the third parties is what the clock has on file."""
    return [*_check_rows(answers, office), *_check_on_file(answers, office)]


def _check_rows(answers: Answers, office: Office) -> Iterator[Finding]:
    basis, rows = office.cite("third_party", of=answers), answers.get("opinions", [])
    if answers["opinion"] == MIXED and len(rows) < 2:
        message = "选择了“有几个第三方，意见不同”，请在“各第三方的意见”中逐行写明，至少两行。"
        yield fault("opinions-missing", message, "/opinions", basis=basis)
    if answers["opinion"] != MIXED and rows:
        message = "填写了“各第三方的意见”，“征求第三方意见的结果”应当选择“有几个第三方，意见不同”，或者删去各行。"
        yield fault("opinions-contradictory", message, "/opinion", basis=basis)


def _check_on_file(answers: Answers, office: Office) -> Iterator[Finding]:
    """What was said must have come in, what came back must have come back; the clock's dates show it."""
    asked, said = answers["clock"].get("consultations", []), set(list_opinions(answers))
    pointer, basis = "/clock/consultations", office.cite("third_party", of=answers)
    if not asked:
        return  # the check that third parties were consulted tells it
    if UNREACHABLE in said and not any("returned" in one for one in asked):
        message = "写了征求意见书无法送达、已经退回，请在征求意见的日期中填写退回日期，或者核对意见。"
        yield fault("consultation-not-returned", message, pointer, basis=basis)
    if SILENT in said and all("returned" in one for one in asked):
        message = (
            "征求意见书都已退回，第三方没有收到，不能说第三方逾期未提出意见，请改选“征求意见书无法送达，已经退回”。"
        )
        yield fault("third-party-never-asked", message, "/opinion", basis=basis)
    if said & {AGREED, OBJECTED} and not any("answered" in one for one in asked):
        message = "写了第三方同意或者不同意公开，但没有填写收到意见的日期，请补充或者核对。"
        yield doubt("opinion-not-dated", message, pointer, basis=basis)


def check_ground(answers: Answers, office: Office) -> list[Finding]:
    """Checks that a disclosure without consent says on which ground and why, and that the objector was told first."""
    said, found = set(list_opinions(answers)), []
    basis = office.cite("third_party_harm", "third_party", of=answers)
    if said == {AGREED}:
        if "ground" in answers:
            message = "第三方同意公开的，不必填写“没有同意而决定公开的根据”，请删去或者核对意见。"
            found.append(fault("ground-unneeded", message, "/ground", basis=basis))
        if NOT_AGREED.search(answers.get("reason", "")):
            message = (
                "第三方的意见填写的是同意公开，决定公开的理由却提到有第三方没有同意。"
                "意见不同的，请改选“有几个第三方，意见不同”，逐行写明。"
            )
            found.append(doubt("opinions-contradictory", message, "/reason", basis=basis))
        return found
    if "reason" not in answers:
        message = (
            "第三方没有同意公开的，请写明决定公开的理由：为什么不会损害其合法权益，或者不公开对公共利益有什么重大影响。"
        )
        found.append(fault("disclosure-reason-missing", message, "/reason", basis=basis))
    elif "ground" not in answers:
        message = (
            "没有选择“没有同意而决定公开的根据”，答复书只写明第三方的意见和决定公开的理由，请核对理由是否写明根据。"
        )
        found.append(doubt("ground-missing", message, "/ground", basis=basis))
    if OBJECTED in said:
        found += _check_notice(answers, office)
    return found


def _check_notice(answers: Answers, office: Office) -> Iterator[Finding]:
    """Whether the objector was told of the disclosure, and in time to bring a suit against it."""
    told = "第三方不同意而决定公开的，应当把决定公开的内容和理由书面告知第三方，请填写给第三方的告知书的文号。"
    basis = office.cite("third_party", of=answers)
    if "third_party_notice" not in answers:
        owed = answers.get("ground") == PUBLIC_INTEREST
        yield (fault if owed else doubt)("third-party-not-told", told, "/third_party_notice", basis=basis)
        return
    served, day = answers.get("third_party_notice_served"), office.day_of(answers)
    suit = office.cite("third_party_suit", of=answers)
    if served is None:
        message = "没有填写告知书送达第三方的日期。公开前第三方可以起诉，请先送达，再向申请人提供。"
        yield doubt("third-party-notice-unserved", message, "/third_party_notice_served", basis=suit)
    elif day <= served:
        message = (
            f"告知书于{chinese_date(served)}送达第三方，答复书不晚于这一天。公开前第三方可以起诉，"
            "应当隔一段合理的时间再向申请人提供，请推迟答复书的日期。"
        )
        yield doubt("disclosed-before-notice", message, "/date", basis=suit)
