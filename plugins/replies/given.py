"""予以公开: where the information is, or the information itself (条例第三十六条第一项、第二项)."""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import urlsplit

from gipdocs.documents.document import Answers, Finding
from gipdocs.findings import doubt, fault
from gipdocs.law import Office
from gipdocs.law.citations import Cited
from gipdocs.letters.case import DELIVERY, MEDIA
from gipdocs.letters.notices import add_mark, items
from gipdocs.letters.typed import Contact
from gipdocs.questions import (
    Date,
    Lines,
    Questions,
    Rows,
    Text,
    Title,
)
from gipdocs.writing import chinese_date, quantity

from .asking import Reason, enclosed, form_questions, other_form_question, provided_question, reviewed_question
from .items import provided_by
from .row import Reply
from .third_parties import (
    AGREED,
    HARMLESS,
    MIXED,
    OBJECTED,
    SILENT,
    UNREACHABLE,
    check_ground,
    check_opinions,
    disclosure_notice_questions,
    ground_question,
    ground_words,
    opinion_questions,
    opinion_words,
)

CONSULTED = [{"sent": "2026-03-05", "delivered": "2026-03-06", "answered": "2026-03-16"}]


class PublishedQuestions(Questions):
    """One piece of information that is already public, and exactly where."""

    title = Text("信息的标题", help="与公布的标题一致，有文号的写明文号。", example="2026年部门预算", required=True)
    place = Text(
        "公开的位置",
        help="网站的名称和栏目、公报的期号，或者查阅点的名称和地址。",
        example=lambda office: f"{_site(office)}“财政预决算”专栏",
    )
    url = Text(
        "网址",
        help="直达该信息的网址，不填网站首页或者栏目页。",
        example=lambda office: f"{_address(office)}art/2026/1/28/art_10438_1.html",
        pattern=r"https?://\S+",
        cure="网址应以http://或者https://开头，中间没有空格",
        longest=500,
    )
    published_on = Date("公开日期", example="2026-01-28", in_sample=False)


def _site(office: Office) -> str:
    site = office.profile.sites.get("own")
    return site.name if site else f"{office.profile.name}网站"


def _address(office: Office) -> str:
    site = office.profile.sites.get("own")
    return f"{(site.url if site and site.url else 'http://www.example.gov.cn').rstrip('/')}/"


def published(answers: Answers, office: Office) -> dict[str, Any]:
    """What reply-already-public says about each piece."""
    return {"published": items([_published(row) for row in answers["published"]])}


def _published(row: Answers) -> str:
    place = f"公开位置：{row['place']}" if "place" in row else ""
    day = f"公开日期：{chinese_date(row['published_on'])}" if "published_on" in row else ""
    address = f"网址：{row['url']}" if "url" in row else ""
    return "，".join(filter(None, (f"“{row['title']}”", place, day, address)))


def check_published(answers: Answers, office: Office) -> list[Finding]:
    """Checks that each piece has a precise place, not just the home page of a website (条例第三十六条第一项)."""
    found, basis = [], office.cite("answer_published", of=answers)
    for i, row in enumerate(answers["published"]):
        if "place" not in row and "url" not in row:
            message = "请写明该信息公开的位置：直达的网址，或者公报期号、查阅地点。"
            found.append(fault("published-nowhere", message, f"/published/{i}/place", basis=basis))
        if "url" in row and _is_home(row["url"]):
            message = "这是网站首页的网址，申请人不能据此直接找到该信息，请填写直达该信息的网址。"
            found.append(fault("url-home-page", message, f"/published/{i}/url", basis=basis, overridable=True))
    return found


def _is_home(url: str) -> bool:
    address = urlsplit(url)
    home = re.fullmatch(r"/?(?:index\.\w+|default\.\w+)?", address.path, re.IGNORECASE)
    return bool(home) and not address.query and not address.fragment


def handed_over(answers: Answers, office: Office) -> dict[str, Any]:
    """The names that wording/_form.txt uses: how many pieces, in which form and way, and why not as requested."""
    count, total = len(answers["provided"]), len(answers["provided"]) + len(provided_by(answers))
    medium, delivery, profile = answers["medium"], answers["delivery"], office.profile
    where, until = enclosed(0, count, total), answers.get("pickup_until")
    return {
        "enclosed": f"共{quantity(count, '件')}，{where}" if count > 1 else where,
        "sent_as_email": medium == delivery == "email",
        "sent_otherwise": not medium == delivery == "email",
        "medium": MEDIA[medium],
        "delivery": DELIVERY[delivery],
        "picked_up": delivery == "pickup",
        "pickup_place": f"{profile.intake.place or profile.intake.name}（地址：{profile.office.address}）",
        "pickup_limited": until is not None,
        "pickup_until": chinese_date(until) if until else "",
        "pickup_timed": delivery == "pickup" and bool(pickup_hours(office)),
        "pickup_hours": pickup_hours(office),
        "other_form": "other_form_reason" in answers,
        "other_form_reason": add_mark(answers.get("other_form_reason", "")),
    }


def pickup_hours(office: Office) -> str:
    """The hours in which information can be picked up; empty if the profile has none."""
    return office.profile.intake.times or office.profile.office.times


def check_pickup(answers: Answers, office: Office) -> list[Finding]:
    """Checks that the time for picking up is told (条例第三十六条第二项) and doesn't end before the letter."""
    basis, until, dated = office.cite("answer_given", of=answers), answers.get("pickup_until"), answers.get("date")
    if answers["delivery"] != "pickup":
        message = "获取的方式不是自行领取，不填领取的截止日期，请核对。"
        return [fault("pickup-unneeded", message, "/pickup_until", basis=basis)] if until else []
    if until and dated and until < dated:
        message = "领取的截止日期早于成文日期，请核对。"
        return [fault("pickup-ended", message, "/pickup_until", basis=basis)]
    if pickup_hours(office):
        return []
    message = "自行领取的，应当告知领取的时间，请在机关概况的office.hours中填写办公时间。"
    return [doubt("pickup-hours-missing", message, "/delivery", basis=basis)]


def inspected(answers: Answers, office: Office) -> dict[str, Any]:
    """Where and when the applicant may read and copy."""
    return {
        "titles": items([f"“{title}”" for title in answers["information"]]),
        "place": answers["place"],
        "time": answers["time"],
        "inspection_contact": add_mark(answers["contact"]),
        "other_form": "other_form_reason" in answers,
        "other_form_reason": add_mark(answers.get("other_form_reason", "")),
    }


def third_party_heard(answers: Answers, office: Office) -> dict[str, Any]:
    """What the third parties said, and why the information is given nevertheless."""
    return {**handed_over(answers, office), **opinion_words(answers), **ground_words(answers)}


GRANTED_OVER = {
    **opinion_questions(AGREED),
    "ground": ground_question(
        example=HARMLESS, in_sample=False, only_if=("opinion", (OBJECTED, SILENT, UNREACHABLE, MIXED))
    ),
    "reason": Reason(
        "决定公开的理由",
        help=Cited(
            "第三方没有同意公开的必填：第三方说了什么理由、为什么不成立，或者不公开对公共利益有什么重大影响"
            "（{third_party_harm.short}、{third_party.place}）。"
        ),
        example="合同的履行使用财政资金，成交金额和单价已经随成交结果公告，不是不为公众所知悉的信息。",
        in_sample=False,
        needed=("opinion", (OBJECTED, SILENT, UNREACHABLE, MIXED)),
    ),
    **disclosure_notice_questions(),
}

ROWS = (
    Reply(
        id="reply-already-public",
        summary="申请的信息已经主动公开，告知获取的方式、途径。",
        asks="2026年部门预算",
        questions={
            "published": Rows("已主动公开的信息", PublishedQuestions, least=1, required=True),
        },
        words=published,
        checks=(check_published,),
    ),
    Reply(
        id="reply-granted",
        summary="申请的信息可以公开，随答复书提供。",
        questions={
            "provided": provided_question(["2025年市级党政机关公务用车调配更新计划"]),
            **form_questions(),
            "reviewed": reviewed_question(),
        },
        words=handed_over,
        checks=(check_pickup,),
    ),
    Reply(
        id="reply-granted-inspection",
        summary="申请的信息可以公开，安排申请人查阅、抄录，告知方式、途径和时间。",
        asks="市级党政机关办公用房权属登记图册",
        questions={
            "information": Lines(
                "供查阅、抄录的政府信息",
                help="逐件写明名称和文号，一行一件。",
                example=["市级党政机关办公用房权属登记图册"],
                of=Title,
                least=1,
                required=True,
            ),
            "place": Text(
                "查阅、抄录的地点",
                example=lambda office: f"{office.profile.office.address}政府信息查阅点",
                required=True,
            ),
            "time": Text(
                "查阅、抄录的时间",
                help="写明起止日期和每日的时间。",
                example="2026年3月23日至4月3日的工作日，每日上午9时至11时",
                required=True,
            ),
            "contact": Contact(
                "联系人和联系电话",
                example=lambda office: f"{office.profile.office.name}，电话：{office.profile.office.phone}",
                required=True,
            ),
            "other_form_reason": other_form_question(),
            "reviewed": reviewed_question(),
        },
        words=inspected,
    ),
    Reply(
        id="reply-granted-third-party",
        summary="信息涉及第三方合法权益，第三方同意，或者公开不会损害其合法权益，或者不公开会对公共利益造成重大影响的，予以公开。",
        asks="2025年市级机关公务用车定点维修服务合同",
        questions={
            **GRANTED_OVER,
            "provided": provided_question(["2025年市级机关公务用车定点维修服务合同"]),
            **form_questions(),
            "reviewed": reviewed_question(),
        },
        words=third_party_heard,
        checks=(check_opinions, check_ground, check_pickup),
        clock={"consultations": CONSULTED},
    ),
)
