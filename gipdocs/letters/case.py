"""The facts of a case that all its letters share: the application, and the clock of its answer."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from copy import copy
from datetime import date
from typing import Any

from gipdocs.documents.document import Answers
from gipdocs.law.facts import answered_facts
from gipdocs.questions import (
    Choice,
    Choices,
    Date,
    DocumentNumber,
    Email,
    IdNumber,
    LongText,
    Name,
    Phone,
    Postcode,
    Question,
    Questions,
    Rows,
    Text,
    Uscc,
    YesNo,
)
from gipdocs.questions.identity import ID_KINDS

CITIZEN, ORGANISATION = "citizen", "organisation"
ORGANISATION_TYPES = {
    "business": "商业企业",
    "research": "科研机构",
    "public_interest": "社会公益组织",
    "legal_service": "法律服务机构",
    "other": "其他",
}
AGENTS = {"entrusted": "委托代理人", "guardian": "法定代理人（监护人）"}
MEDIA = {"paper": "纸质", "email": "电子邮件", "cd": "光盘", "disk": "磁盘"}
MOST_APPLICANTS = 50
BY_AGENT = "由代理人、监护人代办吗？"
DELIVERY = {
    "mail": "邮寄",
    "pickup": "自行领取",
    "inspection": "当场查阅、抄录",
    "email": "电子邮件",
    "fax": "传真",
}


def of_region(name: str) -> Callable[[Any], str]:
    """An example that begins with the office's region, so that a sample never names a place elsewhere."""
    return lambda office: f"{office.profile.region}{name}"


class ApplicationQuestions(Questions):
    """The application as 条例第二十九条 describes it; nothing is required, since an empty form may be filled in by hand."""

    applicant_kind = Choice(
        "申请人类别",
        options={CITIZEN: "公民", ORGANISATION: "法人或者其他组织"},
        example=CITIZEN,
        step="谁申请",
        case="application.applicant_kind",
    )
    name = Name(
        "姓名或者名称",
        help="公民填姓名，法人或者其他组织填证照上的全称。",
        example="张晓彤",
        longest=100,
        autocomplete="name",
        case="application.name",
    )
    id_kind = Choice("证件名称", options=ID_KINDS, example="resident", only_if=("applicant_kind", (CITIZEN,)))
    id_number = IdNumber(
        "证件号码",
        kind_key="id_kind",
        help="请与证件核对；校验位不符时会提示，不影响生成。",
        example="11010519491231002X",
        lenient=True,
        only_if=("applicant_kind", (CITIZEN,)),
    )
    organisation_type = Choice(
        "组织类型",
        options=ORGANISATION_TYPES,
        help="与年度报告的统计栏目一致。",
        example="business",
        in_sample=False,
        only_if=("applicant_kind", (ORGANISATION,)),
        case="application.organisation_type",
    )
    uscc = Uscc(
        "统一社会信用代码",
        example="91110000600037341L",
        in_sample=False,
        lenient=True,
        only_if=("applicant_kind", (ORGANISATION,)),
        case="application.uscc",
    )
    representative = Name(
        "法定代表人或者负责人",
        example="王建国",
        in_sample=False,
        longest=50,
        only_if=("applicant_kind", (ORGANISATION,)),
        autocomplete="off",
        case="application.representative",
    )
    contact_name = Name(
        "联系人",
        example="赵敏",
        in_sample=False,
        longest=50,
        only_if=("applicant_kind", (ORGANISATION,)),
        autocomplete="name",
        case="application.contact_name",
    )
    phone = Phone("联系电话", example="13800138000", lenient=True, case="application.phone")
    postcode = Postcode(
        "邮政编码",
        example=lambda office: office.profile.office.postcode or "100000",
        lenient=True,
        case="application.postcode",
    )
    address = Text(
        "联系地址",
        help="选择邮寄的必填。",
        example=of_region("人民路1号"),
        longest=120,
        autocomplete="street-address",
        case="application.address",
    )
    email = Email(
        "电子邮箱",
        help="选择电子邮件的必填。",
        example="zhang@example.com",
        in_sample=False,
        lenient=True,
        case="application.email",
    )
    fax = Phone(
        "传真",
        help="选择传真的必填。",
        example="010-88888888",
        in_sample=False,
        lenient=True,
        aside="有传真号码吗？",
        autocomplete="off",
        case="application.fax",
    )
    agent_kind = Choice(
        "代理人的身份",
        options=AGENTS,
        help="未成年人等由监护人代为申请的，监护人是法定代理人。",
        example="entrusted",
        in_sample=False,
        aside=BY_AGENT,
        case="application.agent_kind",
    )
    agent_name = Name(
        "代理人姓名",
        help="委托他人办理的，并附授权委托书和代理人身份证明；监护人代为申请的，并附监护关系证明和监护人身份证明。",
        example="李明",
        in_sample=False,
        longest=50,
        aside=BY_AGENT,
        autocomplete="off",
        case="application.agent_name",
    )
    agent_phone = Phone(
        "代理人电话",
        example="13900139000",
        in_sample=False,
        lenient=True,
        aside=BY_AGENT,
        autocomplete="off",
        case="application.agent_phone",
    )
    agent_id_kind = Choice("代理人证件名称", options=ID_KINDS, example="resident", in_sample=False, aside=BY_AGENT)
    agent_id_number = IdNumber(
        "代理人证件号码",
        kind_key="agent_id_kind",
        example="11010519491231002X",
        in_sample=False,
        lenient=True,
        aside=BY_AGENT,
    )
    info_title = Text(
        "所需政府信息的名称",
        example="2025年市级党政机关公务用车调配更新计划",
        help="名称、文号、特征描述至少填写一项。",
        step="申请什么",
        case="application.info_title",
    )
    info_number = DocumentNumber(
        "文号",
        example=lambda office: f"{office.profile.document_code}〔2025〕8号",
        in_sample=False,
        longest=60,
        case="application.info_number",
    )
    info_description = LongText(
        "便于查询的其他特征描述",
        help="写明时间、发文机关、事项等，指向越明确，查找越快。",
        example="2025年内印发，涉及市级党政机关公务用车的调配和更新。",
        in_sample=False,
        longest=5000,
        case="application.info_description",
    )
    media = Choices("提供政府信息的形式", options=MEDIA, example=["paper"], step="怎样提供", case="application.media")
    delivery = Choices("获取政府信息的方式", options=DELIVERY, example=["mail"], case="application.delivery")
    accept_other = YesNo(
        "若不能按上述形式和方式提供，接受其他形式和方式", example=True, case="application.accept_other"
    )
    applied_on = Date("申请日期", example="2026-03-02", case="application.applied_on")


class OtherApplicantQuestions(Questions):
    """One more of several people or organisations that apply together; the letter names all of them."""

    applicant_kind = Choice(
        "申请人类别", options={CITIZEN: "公民", ORGANISATION: "法人或者其他组织"}, example=CITIZEN, on_file=True
    )
    name = Name("姓名或者名称", help="填全称。", example="李桂芬", required=True, longest=100)
    id_kind = Choice(
        "证件名称", options=ID_KINDS, example="resident", on_file=True, only_if=("applicant_kind", (CITIZEN,))
    )
    id_number = IdNumber(
        "证件号码",
        kind_key="id_kind",
        example="110101199003074506",
        on_file=True,
        lenient=True,
        only_if=("applicant_kind", (CITIZEN,)),
    )
    uscc = Uscc(
        "统一社会信用代码",
        example="91110000600037341L",
        in_sample=False,
        on_file=True,
        lenient=True,
        only_if=("applicant_kind", (ORGANISATION,)),
    )
    phone = Phone("联系电话", example="13700137000", on_file=True, lenient=True)


class CaseApplicationQuestions(ApplicationQuestions):
    """The application as the office has it before it: everyone who applies, and the request as it was corrected."""

    others = Rows(
        "其他申请人",
        OtherApplicantQuestions,
        help="几人共同申请的，第一人填在上面，其余逐人填在这里；文书写明全部申请人，称“你们”。",
        in_sample=False,
        most=MOST_APPLICANTS - 1,
    )
    corrected_request = LongText(
        "补正后申请公开的内容",
        help="补正改变了所申请的内容的填写，用补正材料中的原话；没有改变的不填。",
        example="2025年市级党政机关公务用车调配更新计划中各部门的更新数量",
        in_sample=False,
        longest=5000,
    )


def with_examples(schema: type[Questions], **examples: Any) -> type[Questions]:
    """The same questions with other examples, all of which are part of the sample."""
    changed: dict[str, Question] = {}
    for key, example in examples.items():
        question = copy(schema().fields[key])
        assert isinstance(question, Question)
        question.example, question.in_sample = example, True
        changed[key] = question
    return type(schema.__name__, (schema,), changed)


def receipt_day(clock: Answers) -> date | None:
    """收到申请之日 (条例第三十一条): the day of confirmation if the channel requires one; None if it was not answered."""
    return answered_facts("answer", clock).receipt


def case_number(answers: Answers) -> str:
    """（申请编号：20260302001）; empty if the application has no number."""
    number = answers.get("application_no", "")
    return f"（申请编号：{number}）" if number else ""


def name_applicants(application: Answers) -> list[str]:
    """The names of everyone who applies and is known, in the order of the form."""
    return [one["name"] for one in (application, *application.get("others", [])) if "name" in one]


def address_form(application: Answers) -> str:
    """How a letter addresses the applicant: 你 for a citizen, 你单位 for an organisation, 你们 for several."""
    if application.get("others"):
        return "你们"
    return "你单位" if application.get("applicant_kind") == ORGANISATION else "你"


def request(application: Answers) -> str:
    """The request in the applicant's own words: whichever of title, number and description were given."""
    number = application.get("info_number", "")
    title = application.get("info_title", "") + (f"（{number}）" if number else "")
    return "；".join(part for part in (title, application.get("info_description", "")) if part)


def stop(text: str) -> str:
    """The full stop after a quotation that doesn't end with a mark of its own."""
    return "" if text.endswith(("。", "！", "？")) else "。"


def now_requested(row: Mapping[str, Any]) -> str:
    """，补正后申请公开：“甲”。 or just the full stop."""
    text = row.get("corrected_request", "")
    return f"，补正后申请公开：“{text}”{stop(text)}" if text else "。"


def quote_request(application: Answers) -> str:
    """“计划”，补正后申请公开：“计划第三部分”。: the request in quotation marks, as it was corrected, and the full stop."""
    asked = request(application)
    return f"“{asked}”" + (now_requested(application) if "corrected_request" in application else stop(asked))


def channel_words(clock: Answers) -> str:
    """通过互联网渠道, or nothing if the channel was not answered."""
    words = {
        "in_person": "当面",
        "signed_mail": "通过邮寄方式",
        "ordinary_mail": "通过邮寄方式",
        "online": "通过互联网渠道",
        "fax": "通过传真",
    }
    return words.get(clock.get("channel", ""), "")


def list_labels(names: Iterable[str], labels: dict[str, str]) -> str:
    """纸质、光盘: the labels of the chosen options."""
    return "、".join(labels[name] for name in names)
