"""政府信息公开指南 (条例第十二条): everything in it comes from the profile or the law."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from datetime import date
from typing import Any

from gipdocs.documents.document import Answers, Document, Finding
from gipdocs.law import Office
from gipdocs.law.outcomes import Remedy
from gipdocs.law.remedies import reconsideration_organs, remedy_paragraphs
from gipdocs.letters.geometry import title_lines
from gipdocs.questions import Choices, Date, StaffQuestions
from gipdocs.writing import chinese_date

TITLE = "政府信息公开指南"
SECTIONS = {
    "gazette": "政府公报",
    "media": "新闻发布会和政务新媒体",
    "reading_points": "政府信息查阅场所",
    "fees": "收费标准",
    "consultation": "征求第三方和其他机关意见",
    "abnormal": "数量、频次明显超过合理范围的申请",
    "enforcement": "行政执法案卷信息",
    "flowchart": "附件：依申请公开工作流程图",
    "form": "附件：政府信息公开申请表",
}
"""What an office may leave out; 条例第十二条第二款 and 国办公开办函〔2017〕19号 require everything else."""
LIMITS = (
    "proactive",
    "answer",
    "extension",
    "correction_notice",
    "third_party",
    "agency_consultation",
    "fee_payment",
)
CHANNELS = {"online": "互联网申请平台", "fax": "传真", "email": "电子邮件"}
ANNEXES = {"flowchart": "政府信息依申请公开工作流程图", "form": "政府信息公开申请表"}
WITHHELD, OTHER = "机关不予公开（包括部分不予公开）的答复", "机关的其他答复"


class GuideQuestions(StaffQuestions):
    """What is decided for one edition of the guide; everything else is in the profile."""

    date = Date(
        "修订日期",
        help="印在标题下面；不填的，用机关概况中的修订日期。",
        example=lambda office: office.profile.guide_revised and office.profile.guide_revised.isoformat(),
    )
    left_out = Choices(
        "不写的部分",
        options=SECTIONS,
        help="本机关没有的内容可以不写；机关概况里没有的公报、新媒体、查阅场所本来就不写。法律规定必须公布的部分不能去掉。",
        example=["enforcement"],
        in_sample=False,
    )


def context(answers: Answers, office: Office) -> dict[str, Any]:
    """The names that guide.docx and wording/guide.txt use."""
    profile, law, left_out = office.profile, office.today_law, answers.get("left_out", [])
    revised = answers.get("date") or profile.guide_revised
    return {
        "title": title_lines(profile.name + TITLE),
        "caption": f"{chinese_date(revised)}修订" if revised else "",
        "name": profile.name,
        "law": law.citations,
        "receipt_articles": law.cite("receipt_in_person", "receipt_by_mail").abridged,
        "answer_articles": law.cite("answer_at_once", "answer_in_time").abridged,
        "promulgated": office.law.acts["disclosure_2007"].number,
        "revised_by": office.law.acts["disclosure"].number,
        **{key: office.law.limit(key, office.today).text for key in LIMITS},
        **_publication(office, left_out),
        **_channels(office),
        **_bodies(office),
        "with_fees": "fees" not in left_out,
        "fee_rules": "和".join(_fee_rules(office)),
        "with_consultation": "consultation" not in left_out,
        "with_abnormal": "abnormal" not in left_out,
        "with_enforcement": "enforcement" not in left_out,
        "without_enforcement": "enforcement" in left_out,
        "attachments": [profile.name + name for key, name in ANNEXES.items() if key not in left_out],
    }


def _publication(office: Office, left_out: Collection[str]) -> dict[str, Any]:
    """What is published, in which categories, and where it can be found."""
    profile = office.profile
    own_last = [profile.sites[key] for key in sorted(profile.sites, key="own".__eq__)]
    sites = [site.name for site in own_last]
    gazette = None if "gazette" in left_out else profile.gazette
    return {
        "own_scope": bool(profile.guide_scope),
        "general_scope": not profile.guide_scope,
        "scope": [{"name": one.name, "content": one.content.rstrip("。")} for one in profile.guide_scope],
        "published": bool(sites),
        "published_at": "和".join(sites),
        "sites": [{"name": site.name, "url": site.url} for site in own_last],
        "own_site": sites[-1] if sites else "",
        "gazette": gazette is not None,
        "gazette_name": gazette.name if gazette else "",
        "gazette_ways": _in_brackets(("微信公众号", gazette.wechat)) if gazette else "",
        "gazette_address": _rows(("网址", gazette.url)) if gazette else [],
        "free_copies": [_place(body) for body in gazette.free_copies] if gazette else [],
        "media": [_medium(body) for body in profile.media if "media" not in left_out],
        "reading_points": [_place(body) for body in profile.reading_points if "reading_points" not in left_out],
    }


def _channels(office: Office) -> dict[str, Any]:
    """Every channel, open or closed (国办公开办函〔2017〕19号)."""
    profile = office.profile
    body, intake, online = profile.office, profile.intake, profile.channels.get("online")
    opened = {kind for kind, channel in profile.channels.items() if channel.open}
    return {
        "intake_name": intake.name,
        "intake": _rows(
            ("地点", intake.place),
            ("地址", intake.address or body.address),
            ("办公时间", intake.times or body.times),
            ("联系电话", intake.phone or body.phone),
        ),
        "mail": _rows(("收件地址", body.address), ("收件人", body.name), ("邮政编码", body.postcode)),
        **{f"{kind}_open": kind in opened for kind in CHANNELS},
        "online_name": online.name or "网上申请栏目" if online else "",
        "online_address": _rows(("网址", online.url)) if online else [],
        "fax": body.fax,
        "email": body.email,
        "some_remote": bool(opened & CHANNELS.keys()),
        "remote": "、".join(label for kind, label in CHANNELS.items() if kind in opened),
        "some_closed": not opened >= CHANNELS.keys(),
        "closed": "、".join(label for kind, label in CHANNELS.items() if kind not in opened),
    }


def _bodies(office: Office) -> dict[str, Any]:
    """The bodies named in the second half, and the remedies that today's law offers."""
    profile = office.profile
    remedies = [
        *remedy_paragraphs(Remedy.RECON_FIRST, on=office.today, office=office, paper=WITHHELD),
        *remedy_paragraphs(Remedy.RECON_OR_SUE_COURT_BARRED, on=office.today, office=office, paper=OTHER),
    ]
    return {
        "office_name": profile.office.name,
        "office_contact": _contact(profile.office, fax="未开通"),
        "supervisor_name": profile.supervisor.name,
        "supervisor_contact": _contact(profile.supervisor),
        "organs": "或者".join(reconsideration_organs(office, office.today)),
        "reconsideration_name": profile.reconsideration.name,
        "reconsideration_contact": _contact(profile.reconsideration),
        "court_name": profile.court.name,
        "court_contact": _contact(profile.court),
        "remedies": "\n".join(remedies),
    }


def _contact(body: Any, *, fax: str = "") -> list[dict[str, str]]:
    """How a body can be reached, item by item; `fax` is printed if it has no fax number."""
    email = body.email + (f"（{body.email_note.rstrip('。')}）" if body.email_note else "")
    return _rows(
        ("办公地址", body.address),
        ("邮政编码", body.postcode),
        ("办公时间", body.times),
        ("联系电话", body.phone),
        ("传真号码", body.fax or fax),
        ("电子邮箱", email),
        ("网址", body.url),
    )


def _rows(*pairs: tuple[str, str]) -> list[dict[str, str]]:
    return [{"label": label, "value": value} for label, value in pairs if value]


def _place(body: Any) -> dict[str, str]:
    address = body.address + (f"（{body.place}）" if body.place else "")
    told = _rows(("地址", address), ("电话", body.phone), ("开放时间", body.times))
    return {"name": body.name, "contact": "；".join(f"{row['label']}：{row['value']}" for row in told)}


def _medium(body: Any) -> dict[str, Any]:
    return {
        "name": body.name,
        "account": _in_brackets(("账号", body.account)),
        "address": _rows(("网址", body.url)),
    }


def _in_brackets(*pairs: tuple[str, str]) -> str:
    told = "；".join(f"{row['label']}：{row['value']}" for row in _rows(*pairs))
    return f"（{told}）" if told else ""


def _fee_rules(office: Office) -> Iterator[str]:
    method = office.law.acts["fee_method"]
    yield f"{method.name}（{method.number}）"
    if office.profile.fee.local_rule:
        yield office.profile.fee.local_rule


def check_contact(answers: Answers, office: Office) -> list[Finding]:
    """Checks that the profile has everything that 条例第十二条第二款 requires the guide to say about the office."""
    profile = office.profile
    online = profile.channels.get("online")
    reached = profile.office.email or profile.office.url or profile.sites or (online and online.open)
    gaps = (
        (not profile.office.hours, "guide-hours-missing", "办公时间，请在机关概况的office.hours中填写"),
        (not reached, "guide-internet-missing", "互联网联系方式，请在机关概况的office.email或者sites中填写"),
    )
    return [
        Finding(
            code=code,
            severity="warning",
            message=f"指南应当载明政府信息公开工作机构的{what}。",
            basis=office.cite("guide_content", of=answers),
        )
        for missing, code, what in gaps
        if missing
    ]


def check_revised(answers: Answers, office: Office) -> list[Finding]:
    """Checks that the date under the title isn't older than the law that the guide describes."""
    revised = answers.get("date") or office.profile.guide_revised
    newest = max(_turns(office))
    if revised is None or revised >= newest:
        return []
    message = (
        f"修订日期（{chinese_date(revised)}）早于指南所依据的规定施行的日期（{chinese_date(newest)}），"
        "指南已经按现行规定写成，请改为本次修订的日期。"
    )
    return [
        Finding(
            code="guide-stale",
            severity="warning",
            message=message,
            pointer="/date",
            basis=office.cite("guide_published", of=answers),
        )
    ]


def _turns(office: Office) -> Iterable[date]:
    """The days since when the rules described in the guide have been in force."""
    keys = (*LIMITS, "reconsideration", "suit_letter", "suit_decision")
    since = [office.law.limit(key, office.today).since for key in keys]
    return (day for day in (*since, office.law.remedies.reconsideration_first) if day <= office.today)


GUIDE = Document(
    id="guide",
    title=TITLE,
    group="公开",
    summary="本机关公开哪些政府信息、怎样查阅和申请、有哪些期限和救济途径。",
    schema=GuideQuestions,
    template="guide.docx",
    wording="guide.txt",
    context=context,
    checks=(check_contact, check_revised),
    public=True,
    to_read=True,
)
