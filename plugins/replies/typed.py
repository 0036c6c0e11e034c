"""What the office typed into a letter, held against the law: bare reasons, old articles, others' data, loose ends."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from difflib import SequenceMatcher
from typing import TYPE_CHECKING

from gipdocs.documents.document import Answers, Finding
from gipdocs.findings import doubt, fault
from gipdocs.law import Office
from gipdocs.questions import Lines, Question, Rows, Text
from gipdocs.questions.identity import identity_fault

from .asking import Contact, Reason

if TYPE_CHECKING:
    from .row import Reply

LEAST_OWN = 8
"""Characters that a reason must have beyond the article's words and the phrases of every letter."""
SHORTEST_MATCH = 4
PHRASES = re.compile(
    r"《[^》]*》|第[一二三四五六七八九十百0-9]+[条款项]|经(?:审查|审核|核实|研究|查)|(?:根据|依照|依据|按照|因此|所以|综上|故)"
    r"|的?(?:有关|相关)?规定|(?:你|您|你单位|申请人)?申请公开的?|(?:该|此|本)(?:项|份|部分|类)?|上述|所?涉及?"
    r"|政府信息|信息|内容|属于|依法|本(?:机关|局|单位)|我局|决定|不予公开|不予提供|予以公开|不应当?公开|不能公开|可以|应当"
)
SIGNS = re.compile(r"[^\w]|_")

ID_NUMBER = re.compile(r"(?<!\d)\d{17}[\dXx](?![\dXx])")
MOBILE = re.compile(r"(?<!\d)1[3-9]\d{9}(?!\d)")
CARD = re.compile(r"(?<!\d)\d{16,19}(?!\d)")
GAP = re.compile(r"(?<=\d)[ \u3000-](?=\d)")

OLD_TERM = re.compile(
    r"(?:15|１５|十五)个工作日(?:之内|以内|内)?[^。；，,]{0,10}(?:答复|办结)"
    r"|(?:答复|办理|处理)(?:的?期限|时限)[^。；]{0,8}(?:15|１５|十五)个工作日"
)
OLD_ARTICLE = re.compile(
    r"(?:《(?:中华人民共和国)?政府信息公开条例》|《条例》|(?:(?<=[据照按本该，。；、（“])|^)条例)"
    r"(?:（[^）]*）)?(?:第[一二三四五六七八九十]+[条款项][、和及]?)*?第二十[一二三四]条"
    r"|国务院令第492号",
    re.MULTILINE,
)
UNFILLED = re.compile(r"×{2,}|[XxＸ]{2,}|_{2,}|＿{2,}|\?{2,}|？{2,}|待填|待补|待定|此处填写")
ATTACHED = re.compile(r"见附件(?:[0-9]+|[一二三四五六七八九十]+)?|随(?:函|文|信)附|附件附后")


def typed(questions: Mapping[str, Question], answers: Answers, base: str = "") -> Iterator[tuple[str, Text, str]]:
    """Pointer, question and text of everything typed that the letter prints; the applicant's own words are not in it."""
    for key, question in questions.items():
        value, pointer = answers.get(key), f"{base}/{key}"
        if value is None or question.on_file:
            continue
        if isinstance(question, Rows):
            below = dict(question.questions().questions())
            for i, row in enumerate(value):
                yield from typed(below, row, f"{pointer}/{i}")
        elif isinstance(question, Lines):
            yield from ((f"{pointer}/{i}", question.line, line) for i, line in enumerate(value))
        elif isinstance(question, Text):
            yield pointer, question, value


def check_reasons(reply: Reply, answers: Answers, office: Office) -> list[Finding]:
    """A reason says more than the article that it rests on (条例第三十六条第三项、第三十七条: 说明理由)."""
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
    """How many characters of a reason are neither taken from the articles nor phrases that every letter uses."""
    pieces = (SIGNS.sub("", piece) for piece in PHRASES.sub("\n", reason).split("\n"))
    rest = "\n".join(filter(None, pieces))
    for text in articles:
        rest = _without(rest, SIGNS.sub("", text))
    return len(rest.replace("\n", ""))


def _without(rest: str, text: str) -> str:
    """The rest without the passages that stand in the text, the longest first; the joints don't grow together."""
    matcher = SequenceMatcher(autojunk=False)
    matcher.set_seq2(text)
    while True:
        matcher.set_seq1(rest)
        match = matcher.find_longest_match()
        if match.size < SHORTEST_MATCH:
            return rest
        rest = rest[: match.a] + "\n" + rest[match.a + match.size :]


def check_weighing(reply: Reply, answers: Answers, office: Office) -> list[Finding]:
    """Why the discretion is used is more than why the article fits (条例第十六条: 可以不予公开; 第十五条: 公共利益)."""
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


def check_personal_data(reply: Reply, answers: Answers, office: Office) -> list[Finding]:
    """The letter carries no identity, telephone or bank number of anybody but the applicant."""
    application = answers["application"]
    own = {application.get(key, "") for key in ("id_number", "phone", "agent_phone", "agent_id_number")}
    return [
        doubt(
            "personal-data",
            f"“{question.label}”里有{'、'.join(kinds)}。答复书不应写出他人的个人信息，请删去或者隐去，确需写明的请核对。",
            pointer,
            basis=office.cite("third_party_harm", of=answers),
        )
        for pointer, question, text in typed(reply.asked, answers)
        if not isinstance(question, Contact) and (kinds := list(personal_data(text, own)))
    ]


def personal_data(text: str, own: Iterable[str] = ()) -> Iterator[str]:
    """The kinds of personal numbers in a text, in Chinese; those in `own` don't count."""
    for number in filter(None, own):
        text = text.replace(number, " ")
    joined = text + "\n" + GAP.sub("", text)
    if any(_is_identity(number.upper()) for number in ID_NUMBER.findall(joined)):
        yield "居民身份证号码"
    if MOBILE.search(joined):
        yield "手机号码"
    if any(_is_card(number) for number in CARD.findall(joined) if not _is_identity(number)):
        yield "银行卡号"


def _is_identity(number: str) -> bool:
    return any(identity_fault(kind, number) is None for kind in ("resident", "hmt_residence"))


def _is_card(number: str) -> bool:
    """Whether the check digit is right (Luhn, ISO/IEC 7812-1)."""
    digits = [int(digit) for digit in reversed(number)]
    return sum(digits[::2]) % 10 == -sum(sum(divmod(2 * digit, 10)) for digit in digits[1::2]) % 10


def check_old_regulation(reply: Reply, answers: Answers, office: Office) -> list[Finding]:
    """No term and no article of the regulation of 2007, which ended on 2019-05-14."""
    return [
        doubt(
            "old-regulation",
            f"“{question.label}”里写的像是2007年公布的条例的{what}。现行条例自2019年5月15日起施行，请按现行条文核对。",
            pointer,
            basis=office.cite("answer_term", "answers", of=answers),
        )
        for pointer, question, text in typed(reply.asked, answers)
        for what, pattern in (("答复期限（15个工作日）", OLD_TERM), ("条款", OLD_ARTICLE))
        if pattern.search(text)
    ]


def check_unfilled(reply: Reply, answers: Answers, office: Office) -> list[Finding]:
    """No mark that stands for something still to be filled in."""
    return [
        doubt("unfilled", f"“{question.label}”里有“{found.group()}”，像是还没有填写的内容，请核对。", pointer)
        for pointer, question, text in typed(reply.asked, answers)
        if not isinstance(question, Contact) and (found := UNFILLED.search(text))
    ]


def check_attachments(reply: Reply, answers: Answers, office: Office) -> list[Finding]:
    """What the text calls attached is in the list of attachments (GB/T 9704-2012 7.3.4)."""
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
