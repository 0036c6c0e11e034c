"""政府信息公开申请表: for citizens and organisations, blank or pre-filled (条例第二十九条)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from gipdocs.documents.document import Answers, Document, Finding
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
VAGUE = ("所有", "全部", "一切", "相关")


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
    """Notes on what an agency could ask the applicant to correct; none for a blank form."""
    if not answers:
        return []
    gaps = [(pointer, message) for missing, pointer, message in _gaps(answers) if missing]
    found = [
        Finding(code="gap", severity="info", message=text, pointer=place, basis=office.cite(BASIS, of=answers))
        for place, text in gaps
    ]
    described = answers.get("info_title", "") + answers.get("info_description", "")
    if vague := [word for word in VAGUE if word in described]:
        message = (
            f"内容描述里有“{'、'.join(vague)}”，指向不够明确，可能需要补正；请写明具体的名称、文号、时间或者事项。"
        )
        found.append(
            Finding(
                code="vague",
                severity="info",
                message=message,
                pointer="/info_description",
                basis=office.cite(BASIS, of=answers),
            )
        )
    return found


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
        ("phone" not in answers, "/phone", "没有填写联系电话，联系不上时可能影响办理。"),
        (not request(answers), "/info_title", "没有写明所需政府信息的名称、文号或者特征描述。"),
        (not answers.get("media"), "/media", "没有选择提供政府信息的形式。"),
        (not answers.get("delivery"), "/delivery", "没有选择获取政府信息的方式。"),
        *((key not in answers, f"/{key}", f"选择了{way}，请填写{label}。") for key, way, label in delivery),
    ]


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
)
