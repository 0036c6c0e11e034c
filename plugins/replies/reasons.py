"""Compares what the office typed into a reply with what it cites and encloses: bare reasons, missing attachments."""

from __future__ import annotations

import re
from collections.abc import Iterable
from difflib import SequenceMatcher

from gipdocs.documents.document import Answers, Finding
from gipdocs.findings import doubt, fault
from gipdocs.law import Office
from gipdocs.letters.typed import typed

from .asking import Reason
from .row import Reply

LEAST_OWN = 8
"""Characters that a reason must have, not counting the article's words and phrases common to all letters."""
SHORTEST_MATCH = 4
PHRASES = re.compile(
    r"《[^》]*》|第[一二三四五六七八九十百0-9]+[条款项]|经(?:审查|审核|核实|研究|查)|(?:根据|依照|依据|按照|因此|所以|综上|故)"
    r"|的?(?:有关|相关)?规定|(?:你|您|你单位|申请人)?申请公开的?|(?:该|此|本)(?:项|份|部分|类)?|上述|所?涉及?"
    r"|政府信息|信息|内容|属于|依法|本(?:机关|局|单位)|我局|决定|不予公开|不予提供|予以公开|不应当?公开|不能公开|可以|应当"
)
SIGNS = re.compile(r"[^\w]|_")

ATTACHED = re.compile(r"见附件(?:[0-9]+|[一二三四五六七八九十]+)?|随(?:函|文|信)附|附件附后")


def check_reasons(reply: Reply, answers: Answers, office: Office) -> list[Finding]:
    """Checks that a reason says more than the article on which it is based (条例第三十六条第三项、第三十七条: 说明理由)."""
    return [
        fault(
            "reason-bare",
            f"“{question.label}”只重复了条文和结论，没有写出本件的事实。请写明该信息是什么、为什么符合该条款。",
            pointer,
            basis=office.cite("answer_withheld", "answer_not_ours", of=answers),
        )
        for pointer, question, text in typed(reply.asked, answers)
        if isinstance(question, Reason) and own_words(text, _texts(reply, answers, office)) < LEAST_OWN
    ]


def own_words(reason: str, articles: Iterable[str]) -> int:
    """How many characters of a reason are neither copied from the articles nor part of phrases common to all letters."""
    pieces = (SIGNS.sub("", piece) for piece in PHRASES.sub("\n", reason).split("\n"))
    rest = "\n".join(filter(None, pieces))
    for text in articles:
        rest = _without(rest, SIGNS.sub("", text))
    return len(rest.replace("\n", ""))


def _without(rest: str, text: str) -> str:
    """The rest without its passages that are in the text, longest first; the pieces left stay separated."""
    matcher = SequenceMatcher(autojunk=False)
    matcher.set_seq2(text)
    while True:
        matcher.set_seq1(rest)
        match = matcher.find_longest_match()
        if match.size < SHORTEST_MATCH:
            return rest
        rest = rest[: match.a] + "\n" + rest[match.a + match.size :]


def check_weighing(reply: Reply, answers: Answers, office: Office) -> list[Finding]:
    """Checks that the reason for using the discretion does not repeat why the article applies.

    条例第十六条: 可以不予公开; 第十五条: 公共利益.
    """
    rows = [("", answers), *((f"/items/{i}", row) for i, row in enumerate(answers.get("items", [])))]
    message = "衡量的考虑与属于这类信息的理由相同。请写明公开与不公开各有什么影响，为什么决定不予公开。"
    return [
        fault(
            "weighing-repeats-reason",
            message,
            f"{pointer}/weighing",
            basis=office.cite("third_party_harm", "discretion", of=answers),
        )
        for pointer, row in rows
        if "weighing" in row and SIGNS.sub("", row["weighing"]) == SIGNS.sub("", row.get("reason", ""))
    ]


def _texts(reply: Reply, answers: Answers, office: Office) -> list[str]:
    law = office.law_of(answers)
    return [text for one in reply.all_articles(answers, office) if (text := law.quote(one))]


def check_attachments(reply: Reply, answers: Answers, office: Office) -> list[Finding]:
    """Checks that there is a list of attachments if the text refers to one (GB/T 9704-2012 7.3.4)."""
    if reply.attachments(answers):
        return []
    return [
        doubt(
            "attachment-not-listed",
            f"“{question.label}”写了“{found.group()}”，但答复书没有附件。请核对，或者把内容写进答复书。",
            pointer,
            basis="GB/T 9704-2012 7.3.4",
        )
        for pointer, question, text in typed(reply.asked, answers)
        if (found := ATTACHED.search(text))
    ]
