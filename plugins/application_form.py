"""政府信息公开申请表: for citizens and organisations, blank or pre-filled (条例第二十九条)."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from gipdocs.documents.document import Answers, Document, Finding, HandIn
from gipdocs.findings import doubt, note
from gipdocs.law import Office
from gipdocs.letters.case import (
    AGENTS,
    DELIVERY,
    MEDIA,
    ORGANISATION,
    ORGANISATION_TYPES,
    ApplicationQuestions,
    request,
)
from gipdocs.letters.handing_in import signed_and_proven
from gipdocs.questions.identity import ID_KINDS
from gipdocs.writing import chinese_date

BASIS = "application"
SHARED = ("name", "phone", "postcode", "address", "email", "fax")
OF_ORGANISATION = ("organisation_type", "uscc", "representative", "contact_name")
REACHED_BY = {
    "mail": ("address", "邮寄", "联系地址"),
    "email": ("email", "电子邮件", "电子邮箱"),
    "fax": ("fax", "传真", "传真号码"),
}
OF_AGENT = ("agent_phone", "agent_id_kind", "agent_id_number")
VAGUE = re.compile("所有(?!权)|全部|一切|相关")
ASKING = re.compile("请问|是否|为什么|为何|怎么|能不能|可不可以|吗(?=[？?]|$)")
TOO_SHORT = 8
"""Fewer characters than this hardly name one piece of information among many."""
CARRIES = {
    "paper": ("mail", "pickup", "inspection", "fax"),
    "email": ("email", "inspection"),
    "cd": ("mail", "pickup", "inspection"),
    "disk": ("mail", "pickup", "inspection"),
}
"""The ways in which each form of the information can be obtained; anything can be read on the spot."""


def context(answers: Answers, office: Office) -> dict[str, Any]:
    """The names that application-form.docx uses; answers that both kinds of applicant give go into the right column."""
    kind = "organisation" if _is_organisation(answers) else "citizen"
    shared = {f"{column}_{key}": "" for column in ("citizen", "organisation") for key in SHARED}
    shared |= {f"{kind}_{key}": answers.get(key, "") for key in SHARED}
    applied = answers.get("applied_on")
    return {
        **shared,
        "organ": office.profile.name,
        "citizen_id_kind": ID_KINDS.get(answers.get("id_kind", ""), ""),
        "citizen_id_number": answers.get("id_number", ""),
        "organisation_kinds": _boxes(ORGANISATION_TYPES, [answers.get("organisation_type")]),
        "organisation_code": answers.get("uscc", ""),
        "organisation_head": answers.get("representative", ""),
        "organisation_contact": answers.get("contact_name", ""),
        "agent_kinds": _boxes(AGENTS, [answers.get("agent_kind")]),
        "agent_name": answers.get("agent_name", ""),
        "agent_phone": answers.get("agent_phone", ""),
        "agent_id_kind": ID_KINDS.get(answers.get("agent_id_kind", ""), ""),
        "agent_id_number": answers.get("agent_id_number", ""),
        "info_title": answers.get("info_title", ""),
        "info_number": answers.get("info_number", ""),
        "info_description": answers.get("info_description", ""),
        "provide_by": _boxes(MEDIA, answers.get("media", [])),
        "obtain_by": _boxes(DELIVERY, answers.get("delivery", [])),
        "other_way": _boxes({"yes": ApplicationQuestions().fields["accept_other"].metadata["label"]}, _yes(answers)),
        "date": chinese_date(applied) if applied else "　　　　年　　月　　日",
        "receiver": office.profile.office.name,
        "channels": _channels(office),
    }


def _is_organisation(answers: Answers) -> bool:
    kind = answers.get("applicant_kind")
    return kind == ORGANISATION or (kind is None and any(key in answers for key in OF_ORGANISATION))


def _boxes(labels: Mapping[str, str], chosen: Iterable[Any]) -> list[dict[str, str]]:
    marked = set(chosen)
    return [{"mark": "☑" if key in marked else "☐", "label": label} for key, label in labels.items()]


def _yes(answers: Answers) -> list[str]:
    return ["yes"] if answers.get("accept_other") else []


def _channels(office: Office) -> list[str]:
    profile = office.profile
    place, body, online = profile.intake.place or profile.intake.name, profile.office, profile.channels.get("online")
    lines = [
        f"当面提交：{place}，地址：{body.address}，电话：{body.phone}",
        f"邮寄：{body.address}，{body.name}收，邮政编码：{body.postcode}，信封左下角注明“政府信息公开申请”",
    ]
    if online and online.open:
        lines.append(f"网上提交：{online.name or '网上申请'}，网址：{online.url}")
    if (fax := profile.channels.get("fax")) and fax.open:
        lines.append(f"传真：{body.fax}")
    if (email := profile.channels.get("email")) and email.open:
        lines.append(f"电子邮件：{body.email}")
    return lines


def check_gaps(answers: Answers, office: Office) -> list[Finding]:
    """What an agency would send the form back for; none for a blank form.

    The law lets nobody refuse a form that is filled in by hand later, so nothing here refuses it.
    """
    if not answers:
        return []
    basis = office.cite(BASIS, of=answers)
    found = [note("gap", text, place, basis=basis) for missing, place, text in _gaps(answers) if missing]
    return found + [doubt(code, text, place, basis=basis) for code, place, text in _returned(answers)]


def _gaps(answers: Answers) -> list[tuple[bool, str, str]]:
    organisation = _is_organisation(answers)
    proof = "uscc" if organisation else "id_number"
    delivery = [REACHED_BY[way] for way in answers.get("delivery", []) if way in REACHED_BY]
    return [
        ("name" not in answers, "/name", "没有填写申请人的姓名或者名称。"),
        (proof not in answers, f"/{proof}", "没有填写身份证明的号码，提交时请附身份证明。"),
        (
            answers.get("agent_kind") == "guardian" and "agent_name" not in answers,
            "/agent_name",
            "选择了法定代理人，请填写监护人的姓名，提交时请附监护关系证明和监护人的身份证明。",
        ),
        (
            any(key in answers for key in OF_AGENT) and not {"agent_name", "agent_kind"} & set(answers),
            "/agent_name",
            "由他人代办的，请填写代理人的姓名，并附授权委托书；自己申请的，请清空代理人的各项。",
        ),
        ("phone" not in answers and _is_reached(answers), "/phone", "没有填写联系电话，联系不上时可能影响办理。"),
        (not answers.get("media"), "/media", "没有选择提供政府信息的形式。"),
        (not answers.get("delivery"), "/delivery", "没有选择获取政府信息的方式。"),
        *((key not in answers, f"/{key}", f"选择了{way}，请填写{label}。") for key, way, label in delivery),
    ]


def _is_reached(answers: Answers) -> bool:
    return any(key in answers for key in ("phone", "address", "email"))


def _returned(answers: Answers) -> Iterator[tuple[str, str, str]]:
    """Code, pointer and words of what makes an agency ask for a correction, or leaves it unable to answer."""
    if not _is_reached(answers):
        text = "联系电话、联系地址、电子邮箱都没有填写，机关无法与申请人联系，也无法答复。请至少填写一项。"
        yield "unreachable", "/phone", text
    yield from _unclear(answers)
    if not _can_be_given(answers):
        media = "、".join(MEDIA[one] for one in answers["media"])
        ways = "、".join(DELIVERY[one] for one in answers["delivery"])
        text = f"选择了{media}，又选择了{ways}，这样无法提供。请改选其中一项，或者接受其他形式和方式。"
        yield "delivery-impossible", "/delivery", text


def _unclear(answers: Answers) -> Iterator[tuple[str, str, str]]:
    place = "/info_description" if "info_description" in answers else "/info_title"
    described = answers.get("info_title", "") + answers.get("info_description", "")
    if not request(answers):
        text = (
            "没有写明要哪些政府信息，申请会被退回补正。请填写名称、文号，或者写清楚是什么时候、哪个机关、关于什么事的。"
        )
        yield "request-missing", "/info_title", text
    elif "info_number" not in answers and len(described) < TOO_SHORT:
        text = "写得太短，机关可能认不出是哪份信息。请补充文件的全称、文号，或者时间、发文机关和事项。"
        yield "vague", place, text
    if vague := dict.fromkeys(VAGUE.findall(described)):
        text = f"写了“{'、'.join(vague)}”，指向不够明确，可能要求补正。请写明具体的名称、文号、时间或者事项。"
        yield "vague", place, text
    if asked := dict.fromkeys(ASKING.findall(described)):
        text = (
            f"写了“{'、'.join(asked)}”，像是在提问、咨询。申请的应当是已有的文件、数据等信息，"
            "请写成要哪一份；想咨询的，可以打电话。"
        )
        yield "question-asked", place, text


def _can_be_given(answers: Answers) -> bool:
    """Whether one of the chosen forms can go one of the chosen ways, as far as both were chosen."""
    media, ways = answers.get("media"), answers.get("delivery")
    if not media or not ways or answers.get("accept_other"):
        return True
    return any(way in CARRIES[one] for one in media for way in ways)


def hand_in(office: Office) -> HandIn:
    """The signed form, and what the law says will come of it."""
    answer, extension, correction = (
        office.law.limit(key, office.today).text for key in ("answer", "extension", "correction_notice")
    )
    return signed_and_proven(
        after=(
            "收到申请之日：当面提交的，为提交当日；挂号信、快递等要签收的，为签收当日；平常信函、网上提交的，以与申请人确认的日期为准。",
            f"能当场答复的，当场答复；不能的，自收到申请之日起{answer}内答复。需要延长的，最多延长{extension}，并告知申请人。",
            f"内容不明确的，自收到申请之日起{correction}内告知补正；补正以后，答复期限重新计算。",
        )
    )


APPLICATION_FORM = Document(
    id="application-form",
    title="政府信息公开申请表",
    group="申请",
    summary="向本机关申请公开政府信息时填写，公民、法人或者其他组织通用；可以下载空白表，也可以先填写再下载。",
    schema=ApplicationQuestions,
    template="application-form.docx",
    context=context,
    checks=(check_gaps,),
    public=True,
    hand_in=hand_in,
    enclosures=("envelope",),
)
