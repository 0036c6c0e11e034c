"""What the office typed into a letter: one walk over its questions, and the checks of the typed text."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import partial
from typing import Any

from gipdocs.documents.document import Answers, Check, Finding
from gipdocs.findings import doubt
from gipdocs.law import Office
from gipdocs.letters.case import address_form
from gipdocs.questions import Block, Lines, Question, Rows, Text
from gipdocs.questions.identity import identity_fault
from gipdocs.writing import WEB_ADDRESS

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
MARKED_ADDRESS = re.compile(rf"{WEB_ADDRESS}(?:[!-~]+(?=[，。；：、！？）”》])|[!-~]*[.,;!?]$)", re.MULTILINE)
UNFILLED = re.compile(
    r"×{2,}|(?<![A-Za-zＸ])[XxＸ]{2,}(?![A-Za-zＸ])|_{2,}|＿{2,}|\?{2,}|？{2,}|待填|待补|待定|此处填写"
)

YOU = re.compile(r"你们|你单位|你")
FORMS = ("你", "你单位", "你们")


class Contact(Text):
    """How to reach an office: the only place in a letter where a telephone number is expected."""

    def __init__(self, label: str, **more: Any) -> None:
        super().__init__(label, **({"longest": 200} | more))


class Code(Text):
    """A number issued by a cashier or a register, which may look like a card number by chance."""


TypedCheck = Callable[[Mapping[str, Question], Answers, Office], list[Finding]]
"""A check of the texts typed in answer to these questions."""


def find_typed(questions: Mapping[str, Question], answers: Answers, base: str = "") -> Iterator[tuple[str, Text, str]]:
    """JSON pointer, question and text of each printed text that was typed in answer to `questions`.

    Includes the texts inside rows, groups and lists. `base` is the pointer of `answers`. Pass only a letter's own
    questions: the facts of the case, such as the applicant's request, are not the office's words.
    """
    for key, question in questions.items():
        value, pointer = answers.get(key), f"{base}/{key}"
        if value is None or question.on_file:
            continue
        if isinstance(question, Rows):
            for i, row in enumerate(value):
                yield from find_typed(dict(question.questions().questions()), row, f"{pointer}/{i}")
        elif isinstance(question, Block):
            yield from find_typed(dict(question.questions().questions()), value, pointer)
        elif isinstance(question, Lines):
            yield from ((f"{pointer}/{i}", question.line, line) for i, line in enumerate(value))
        elif isinstance(question, Text):
            yield pointer, question, value


def check_unfilled(questions: Mapping[str, Question], answers: Answers, office: Office) -> list[Finding]:
    """Checks that no placeholder is left for something still to be filled in."""
    return [
        doubt("unfilled", f"“{question.label}”里有“{found.group()}”，像是还没有填写的内容，请核对。", pointer)
        for pointer, question, text in find_typed(questions, answers)
        if not isinstance(question, Contact) and (found := UNFILLED.search(text))
    ]


def check_old_regulation(questions: Mapping[str, Question], answers: Answers, office: Office) -> list[Finding]:
    """Checks that no term or article of the regulation of 2007 is named, which was in force until 2019-05-14."""
    return [
        doubt(
            "old-regulation",
            f"“{question.label}”里写的像是2007年公布的条例的{what}。现行条例自2019年5月15日起施行，请按现行条文核对。",
            pointer,
            basis=office.cite("answer_term", "answers", of=answers),
        )
        for pointer, question, text in find_typed(questions, answers)
        for what, pattern in (("答复期限（15个工作日）", OLD_TERM), ("条款", OLD_ARTICLE))
        if pattern.search(text)
    ]


def check_personal_data(questions: Mapping[str, Question], answers: Answers, office: Office) -> list[Finding]:
    """Checks that no identity, mobile telephone or bank card number is printed, except the applicant's own."""
    application = answers.get("application", {})
    people = (application, *application.get("others", []))
    own = {one.get(key, "") for one in people for key in ("id_number", "phone", "agent_phone", "agent_id_number")}
    return [
        doubt(
            "personal-data",
            f"“{question.label}”里有{'、'.join(kinds)}。文书不应写出他人的个人信息，请删去或者隐去，确需写明的请核对。",
            pointer,
            basis=office.cite("third_party_harm", of=answers),
        )
        for pointer, question, text in find_typed(questions, answers)
        if not isinstance(question, Contact | Code) and (kinds := list(find_personal_data(text, own)))
    ]


def check_form_of_address(questions: Mapping[str, Question], answers: Answers, office: Office) -> list[Finding]:
    """Checks that the typed text addresses the applicant as the letter does: no 你 beside 你单位 or 你们."""
    application = answers.get("application", {})
    you = address_form(application)
    others = {form for form in FORMS if form != you} if "name" in application else set()
    return [
        doubt("address-mixed", f"文书称申请人为“{you}”，“{question.label}”里写的是“{found[0]}”，请改为一致。", pointer)
        for pointer, question, text in find_typed(questions, answers)
        if (found := [one for one in YOU.findall(text) if one in others])
    ]


def check_addresses(questions: Mapping[str, Question], answers: Answers, office: Office) -> list[Finding]:
    """Checks that no mark follows a web address, since readers take it into the link, which then leads nowhere."""
    return [
        doubt(
            "address-marked",
            f"“{question.label}”里的网址后面紧接着标点，读者点击、复制时容易把标点带进去。请把网址写在最后，后面不加标点。",
            pointer,
        )
        for pointer, question, text in find_typed(questions, answers)
        if MARKED_ADDRESS.search(text)
    ]


TYPED_CHECKS: tuple[TypedCheck, ...] = (
    check_unfilled,
    check_old_regulation,
    check_personal_data,
    check_addresses,
    check_form_of_address,
)
"""The usual checks of a letter's typed text."""


def typed_checks(questions: Mapping[str, Question], checks: Iterable[TypedCheck] = TYPED_CHECKS) -> tuple[Check, ...]:
    """The checks of typed text, for the `checks` of a document with these questions of its own."""
    return tuple(partial(check, questions) for check in checks)


def find_personal_data(text: str, own: Iterable[str] = ()) -> Iterator[str]:
    """The kinds of personal numbers found in a text, in Chinese; the numbers in `own` are ignored."""
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
    """Whether the check digit of a bank card number is right (Luhn, ISO/IEC 7812-1)."""
    digits = [int(digit) for digit in reversed(number)]
    return sum(digits[::2]) % 10 == -sum(sum(divmod(2 * digit, 10)) for digit in digits[1::2]) % 10
