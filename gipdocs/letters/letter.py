"""What all letters to an applicant have in common: questions, layout names, opening, checks."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping
from typing import Any

from gipdocs.documents.document import Answers, Finding, Layouts
from gipdocs.errors import InvalidInput
from gipdocs.findings import doubt, fault
from gipdocs.law import Office
from gipdocs.law.acts import Act
from gipdocs.law.calendar import UnknownDay
from gipdocs.law.citations import Cited
from gipdocs.law.clock import ClockQuestions
from gipdocs.law.deadlines import Deadline, reckon_answers
from gipdocs.letters.again import again_block, again_words, check_again, check_redo_term
from gipdocs.letters.case import (
    CaseApplicationQuestions,
    address_form,
    case_number,
    channel_words,
    name_applicants,
    now_requested,
    of_region,
    receipt_day,
    request,
    stop,
)
from gipdocs.letters.geometry import (
    document_letterhead_format,
    document_line,
    document_mark,
    double_lines,
    imprint,
    letterhead,
    letterhead_format,
    seal_picture,
    signature,
    title_lines,
)
from gipdocs.letters.joint import applications_question, check_applicants, check_applications, clocks, joint_words
from gipdocs.letters.told import check_told, told_question, told_words
from gipdocs.questions import (
    Block,
    Choice,
    Date,
    DocumentNumber,
    Example,
    Lines,
    Name,
    Question,
    Questions,
    StaffQuestions,
    Text,
)
from gipdocs.writing import chinese_date, document_number_faults

SERVICE = {"mail": "邮政邮寄", "in_person": "直接送达", "online": "互联网渠道（电子邮件、网站）"}
PRINTED_REQUEST = ("info_title", "info_number", "info_description", "corrected_request")
PRINTED_APPLICATION = ("applicant_kind", "name", "others", *PRINTED_REQUEST)
PRINTED_CLOCK = ("channel", "received", "confirmed", "corrected", "paid")
SHORTENED = re.compile(r"^.$|先生$|女士$|小姐$|同志$|某|[*＊×]|[XＸ]{2}")
MOST_COPIES = 8  # these and the signature still fit on one page
OPEN_NUMBER, OPEN_DATE = "〔　　　　〕　　号", "　　　　年　　月　　日"


def letter_questions(
    name: str,
    own: Mapping[str, Question],
    *,
    application: Block | None = None,
    clock: Block | None = None,
    remedies: bool = True,
    date: Example = "2026-03-20",
    tells: Collection[str] = ("applications", "told", "again"),
) -> type[StaffQuestions]:
    """The schema of a letter: the case, its `own` questions, and how it is sent; `date` is its date in the sample.

    `tells` are the blocks of the case that the letter's opening prints; none in a letter to others than the applicant.
    They come after the `own` questions, since few letters have anything to tell in them.
    """
    case = {"applications": applications_question(), "told": told_question(), "again": again_block()}
    questions: dict[str, Question] = {
        **_applied(application or application_block()),
        "clock": clock or clock_block(),
        **own,
        **{key: question for key, question in case.items() if key in tells},
        **_signed(date, remedies=remedies, to_applicant=bool(tells)),
    }
    return type(name, (StaffQuestions,), questions)


def plain_letter_questions(
    name: str,
    own: Mapping[str, Question],
    *,
    application: Block | None = None,
    remedies: bool = False,
    numbered: bool = True,
    date: Example = "2026-03-20",
) -> type[StaffQuestions]:
    """The schema of a letter outside the course of an application: it asks for no clock, nor for a number if it has none."""
    signed = _signed(date, remedies=remedies, to_applicant=application is not None)
    questions: dict[str, Question] = {
        **(_applied(application) if application else {}),
        **own,
        **{key: question for key, question in signed.items() if numbered or key != "number"},
    }
    return type(name, (StaffQuestions,), questions)


def _applied(application: Block) -> dict[str, Question]:
    """The application and its number."""
    number = Text(
        "申请编号",
        help="登记时的编号，没有编号的不填。",
        example="20260302001",
        in_sample=False,
        longest=40,
        case="case.number",
    )
    return {"application": application, "application_no": number}


def _signed(date: Example, *, remedies: bool, to_applicant: bool) -> dict[str, Question]:
    """How a letter is sent (if it prints remedies), its number, its date and who gets copies."""
    service = {
        "service": Choice(
            "送达方式",
            options=SERVICE,
            help=Cited(
                "邮寄只能通过邮政企业。通过互联网送达的，文书会写明网上复议渠道（{reconsideration_online.short}）。"
            ),
            example="mail",
            required=True,
            case="service.way" if to_applicant else "",
        )
    }
    return {
        **(service if remedies else {}),
        "number": DocumentNumber(
            "文号",
            help="机关代字、年份、序号，例如“某公开〔2026〕12号”。",
            example=lambda office: f"{office.profile.document_code}〔2026〕12号",
            required=True,
            open_in_draft=True,
            longest=60,
            case="letter.number",
        ),
        "date": Date(
            "成文日期",
            help="负责人签发的日期；适用哪一时期的法律以这一天为准。",
            example=date,
            required=True,
            open_in_draft=True,
            case="letter.date",
        ),
        "copies": Lines(
            "抄送机关",
            help="一行一个机关，写全称或者规范化简称；只有文件格式印抄送机关。不填的，印机关概况中写明的抄送机关。",
            example=lambda office: [of_region("政务公开办公室")(office)],
            in_sample=False,
            most=MOST_COPIES,
            longest=50,
            of=Name,
            printed_by="imprint",
        ),
    }


def application_block(schema: type[Questions] = CaseApplicationQuestions, **more: Any) -> Block:
    """The block `application` of a letter to the applicant: applicant and request are printed, the rest is on file."""
    settings: dict[str, Any] = {"printed": PRINTED_APPLICATION, "needs": ("applicant_kind", "name"), "required": True}
    return Block("申请", schema, case="application", **(settings | more))


def clock_block(schema: type[Questions] = ClockQuestions, **more: Any) -> Block:
    """The block `clock` of a letter: receipt, correction and payment are printed; the rest only decides the term."""
    settings: dict[str, Any] = {"printed": PRINTED_CLOCK, "needs": ("channel", "received"), "required": True} | more
    return Block("办理时间", schema, case="clock", **settings)


def opening(
    answers: Answers, office: Office, *, reply: bool = False, closes: bool = False, demands: bool = False
) -> dict[str, Any]:
    """The names that wording/_opening.txt uses: what was received, when and how, the request, and `law` to cite.

    A `reply` says that it answers, or only `closes` the application; a notice that the office handles it. Whoever
    `demands` something else than information is not said to ask for its disclosure.
    """
    clock, application = answers["clock"], answers["application"]
    received, arrived = receipt_day(clock), clock["received"]
    asked = request(application)
    joint = joint_words(answers, reply=reply, closes=closes)
    alone = not joint["several_applications"]
    assert received is not None  # `received` is required
    return {
        "law": office.law_of(answers).citations,
        "you": address_form(application),
        **joint,
        "told": told_words(answers),
        "confirmed_later": alone and received != arrived,
        "received_at_once": alone and received == arrived,
        "submitted_on": chinese_date(arrived),
        "received_on": chinese_date(received),
        "by_channel": channel_words(clock),
        "application_no": case_number(answers),
        "asks": "提出" if demands else "申请公开",
        "request": asked,
        "stop": stop(asked),
        "corrected": alone and "corrected" in clock,
        "corrected_on": chinese_date(clock["corrected"]) if "corrected" in clock else "",
        "corrected_undated": alone and "corrected" not in clock and "corrected_request" in application,
        "now_requested": now_requested(application),
        "paid": "paid" in clock,
        "paid_on": chinese_date(clock["paid"]) if "paid" in clock else "",
        "again": again_words(answers, reply=reply, closes=closes),
    }


def layout(answers: Answers, office: Office, *, title: str, attachments: list[str] | None = None) -> dict[str, Any]:
    """The names that letter.docx uses, except for the paragraphs, which come from the wording."""
    profile, day = office.profile, _printed_day(answers)
    signed = signature(profile.name, day, sealed=True)
    seal = profile.seal
    return {
        "letterhead": letterhead(profile.name),
        "letterhead_format": letterhead_format(profile.name),
        "red_lines": double_lines(profile.name),
        "number": answers.get("number", profile.document_code + OPEN_NUMBER),
        "title": title_lines(title),
        "addressee": "、".join(name_applicants(answers["application"])),
        "attachments": attachments or [],
        "organ": signed.organ,
        "organ_format": signed.organ_format,
        "date": day,
        "date_format": signed.date_format,
        "seal": seal_picture(seal.picture, profile.name, day, size_mm=seal.size_mm) if seal.picture else "",
        "contact": f"联系部门：{profile.office.name.removeprefix(profile.name)}　联系电话：{profile.office.phone}",
    }


def document_names(answers: Answers, office: Office) -> dict[str, Any]:
    """The names in which document.docx differs from letter.docx: the mark, the red line and the 版记."""
    profile = office.profile
    copies = answers.get("copies") or profile.imprint.copies
    printed = imprint(copies, profile.imprint.printer or profile.office.name, _printed_day(answers))
    return {
        "letterhead": letterhead(document_mark(profile.name)),
        "letterhead_format": document_letterhead_format(profile.name),
        "red_lines": document_line(profile.name),
        "imprint": printed.drawing,
        "imprint_format": printed.format,
    }


def _printed_day(answers: Answers) -> str:
    return chinese_date(answers["date"]) if "date" in answers else OPEN_DATE


LAYOUT = Layouts(
    files=("letter.docx", "document.docx"),
    choose=lambda answers, office: f"{office.profile.settings.layout}.docx",
    contexts={"document.docx": document_names},
)
"""信函格式 or 文件格式, whichever the office profile says."""


def check_request(answers: Answers, office: Office) -> list[Finding]:
    """Checks that the application says what it asks for, since the letter quotes it."""
    if request(answers["application"]):
        return []
    message = "没有写明申请公开的内容，请在申请中填写所需政府信息的名称、文号或者特征描述。"
    return [fault("request-missing", message, "/application/info_title", basis=office.cite("application", of=answers))]


def check_name(answers: Answers, office: Office) -> list[Finding]:
    """Checks that the names of the applicants, to whom the letter is addressed, are not shortened."""
    others = [f"/others/{i}" for i, _ in enumerate(answers["application"].get("others", []))]
    return [
        fault(
            "name-not-full",
            "申请人应当写姓名或者名称的全称，不写称呼、简称，不用“某”和代替符号，请按身份证明填写。",
            f"/application{place}/name",
            basis=office.cite("application", of=answers),
            overridable=True,
        )
        for place, name in zip(["", *others], name_applicants(answers["application"]), strict=True)
        if SHORTENED.search(name.strip())
    ]


def check_number(answers: Answers, office: Office) -> list[Finding]:
    """Checks that the 文号 has the form of GB/T 9704-2012 7.2.5 and the year of the letter's date."""
    number, dated = answers.get("number"), answers.get("date")
    if not number:
        return []
    basis = "GB/T 9704-2012 7.2.5"
    found = [fault(code, detail, "/number", basis=basis) for code, detail in document_number_faults(number)]
    if not found and dated and f"〔{dated.year}〕" not in number:
        message = f"文号的年份应当与成文日期（{dated.year}年）一致，请核对。"
        found = [fault("number-other-year", message, "/number", basis=basis, overridable=True)]
    return found


def check_date(answers: Answers, office: Office) -> list[Finding]:
    """Checks that the letter is dated after the facts it answers, not after it is posted and not on a rest day."""
    dated, clock = answers.get("date"), answers["clock"]
    if not dated:
        return []
    latest = max(day for key in ("received", "confirmed", "corrected", "paid") if (day := clock.get(key)))
    if dated < latest:
        message = f"成文日期早于收到申请、确认、补正或者缴费的日期（{chinese_date(latest)}），请核对。"
        return [fault("date-before-receipt", message, "/date")]
    if clock.get("posted", dated) < dated:
        message = "交邮或者签收日期早于成文日期，请核对。"
        return [fault("posted-before-date", message, "/clock/posted")]
    return check_rest_day(answers, office)


def check_rest_day(answers: Answers, office: Office) -> list[Finding]:
    """Checks that the letter is not dated on a rest day, which is unusual, but no error."""
    dated = answers.get("date")
    try:
        day = office.law.calendar.day(dated) if dated else None
    except UnknownDay:
        return []
    if day is None or day.working:
        return []
    message = f"成文日期{chinese_date(day.date)}不是工作日（{day.reason}），请核对是否写错。"
    return [doubt("date-rest-day", message, "/date")]


def check_clock(answers: Answers, office: Office) -> list[Finding]:
    """Checks that a deadline follows from the days of each application; a late answer is still owed.

    After a quashing, the term that was ordered takes the place of the first one.
    """
    found: list[Finding] = []
    anew = "again" in answers
    for pointer, name, clock in clocks(answers):
        which = name if "applications" in answers else ""
        try:
            end = reckon_answers("answer", clock, office.law)
        except InvalidInput as error:
            found += [fault(one.code, one.detail, f"{pointer}{one.pointer}") for one in error.faults]
            continue
        found += [] if anew else _lateness(answers, end, which)
    return [*found, *(check_redo_term(answers, office) if anew else ())]


def _lateness(answers: Answers, end: Deadline, which: str) -> list[Finding]:
    """A warning if the letter left after the last day of an application's term; `which` is its name among several."""
    sent = answers["clock"].get("posted", answers.get("date"))
    if end.last_day is None or sent is None or sent <= end.last_day:
        return []
    message = f"{which}答复期限的最后一日是{chinese_date(end.last_day)}，已经逾期。逾期仍应答复；请尽快送达，并向负责人报告逾期原因。"
    basis = "；".join(end.basis)
    return [Finding(code="late", severity="warning", message=message, pointer="/date", basis=basis, overridable=True)]


def check_case(answers: Answers, office: Office) -> list[Finding]:
    """Checks of the case's facts beside its clock: applicants, further applications, earlier notices, a new answer."""
    return [
        found
        for check in (check_applicants, check_applications, check_told, check_again)
        for found in check(answers, office)
    ]


def answer_deadline(answers: Answers, office: Office) -> Deadline:
    """The deadline of the answer to this application; InvalidInput if the days of its clock contradict each other."""
    return reckon_answers("answer", answers["clock"], office.law)


def acts_in_force(acts: Iterable[Act], answers: Answers, office: Office) -> list[Finding]:
    """Checks that the acts that a letter cites are in force on its date: one finding for each act that is not."""
    return [
        fault(
            "article-not-in-force",
            f"本文书引用的{act.name}自{chinese_date(act.since)}起施行，成文日期在此之前，请核对成文日期。",
            "/date",
            basis=act.name,
        )
        for act in dict.fromkeys(acts)
        if office.day_of(answers) < act.since
    ]


def check_regulation(answers: Answers, office: Office) -> list[Finding]:
    """Checks that the regulation of 2019, which every notice cites, is in force on its date."""
    return acts_in_force([office.law.acts["disclosure"]], answers, office)


LETTER_CHECKS = (check_request, check_name, check_case, check_number, check_date, check_clock)
