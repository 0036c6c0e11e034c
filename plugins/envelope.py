"""信封 (GB/T 1416): from the applicant to the office, marked 政府信息公开申请 at its lower left as the guide asks."""

from __future__ import annotations

from typing import Any

from gipdocs.documents.document import Answers, Document, Finding, HandIn, Layouts
from gipdocs.findings import note
from gipdocs.law import Office
from gipdocs.letters.case import ApplicationQuestions
from gipdocs.questions import Block, Choice, Questions

SIZES = {
    "dl": "DL（5号，220毫米×110毫米）",
    "c5": "C5（7号，229毫米×162毫米）",
    "c4": "C4（9号，324毫米×229毫米）",
}
FILES = {size: f"envelope-{size}.docx" for size in SIZES}
USUAL = "dl"
# The most characters of address and name together that fit in the usual size, and in the next smaller one.
SENDER_CHARS = (45, 115)
BRIEF_CHARS = (19, 21)  # the most for the sender's address and name, one line each beside their labels
RECEIVER_CHARS = (26, 24)  # the most for the receiver's address and name, one line each in the usual size
POSTCODE_DIGITS = 6


class EnvelopeQuestions(Questions):
    """The applicant, as in the application form; an empty envelope is addressed by hand."""

    application = Block(
        "申请",
        ApplicationQuestions,
        case="application",
        printed=("name", "address", "postcode"),
        step="谁寄出",
        help="与申请表相同，信封上只印姓名或者名称、联系地址和邮政编码；不填的打印后手写。",
    )
    size = Choice(
        "信封尺寸",
        options=SIZES,
        help="打印时纸张大小选同样的信封。申请表折三折用DL，对折用C5，不折用C4。不选的，为DL。",
        example=USUAL,
        on_file=True,
        step="信封",
    )


def context(answers: Answers, office: Office) -> dict[str, Any]:
    """The names of the three layouts: the office receives, the applicant sends.

    If the sender's address and name take one line each, they are right-aligned like the postcode; otherwise, or if they
    are left to be written by hand, they begin at the left of the sender's field.
    """
    application, body = answers.get("application", {}), office.profile.office
    address, name = application.get("address", ""), application.get("name", "")
    long, very_long = (len(address) + len(name) > most for most in SENDER_CHARS)
    brief = all(0 < len(text) <= most for text, most in zip((address, name), BRIEF_CHARS, strict=True))
    receiver_long = len(body.address) > RECEIVER_CHARS[0] or len(body.name) > RECEIVER_CHARS[1]
    return {
        "receiver_code": list(body.postcode.ljust(POSTCODE_DIGITS)),
        "receiver_address": body.address,
        "receiver": body.name,
        "receiver_short": not receiver_long,
        "receiver_long": receiver_long,
        "sender_address": address,
        "sender": name,
        "sender_code": application.get("postcode", "　" * 4),
        "sender_brief": brief,
        "sender_short": not long and not brief,
        "sender_long": long and not very_long,
        "sender_very_long": very_long,
    }


def check_sender(answers: Answers, office: Office) -> list[Finding]:
    """Checks that an envelope that is filled in has the sender's address."""
    application = answers.get("application", {})
    if not application or application.get("address"):
        return []
    message = "没有填写联系地址，信件无法投递时不能退回，请填写或者打印后手写。"
    return [note("address-missing", message, "/application/address")]


def hand_in(office: Office) -> HandIn:
    """The envelope is printed in its own size and goes by mail."""
    before = (
        "把信封放进打印机，纸张大小选同样的尺寸，缩放选“实际大小”；打印机不能印信封的，打印在纸上剪贴。",
        "装入签名或者盖章的表格和附件，封好，贴足邮票；需要凭据的，交挂号信或者快递。",
    )
    return HandIn(before=before, ways=("mail",))


ENVELOPE = Document(
    id="envelope",
    title="信封",
    group="申请",
    summary="邮寄申请用的信封，印有本机关的地址、邮政编码和“政府信息公开申请”字样；可以空白打印，也可以先填写。",
    schema=EnvelopeQuestions,
    template=Layouts(files=tuple(FILES.values()), choose=lambda answers, office: FILES[answers.get("size", USUAL)]),
    context=context,
    checks=(check_sender,),
    public=True,
    hand_in=hand_in,
)
