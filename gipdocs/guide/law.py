"""What the law requires of a guide: the elements of 条例第十二条, its terms, its numbers, today's remedies."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from gipdocs.findings import Finding
from gipdocs.guide.bodies import LABELS, read_items
from gipdocs.guide.owner import is_named
from gipdocs.guide.reading import Guide, GuideLine, plain
from gipdocs.guide.remarks import remark
from gipdocs.law import DatedLaw, Office
from gipdocs.law.acts import cite
from gipdocs.law.remedies import reconsideration_organs
from gipdocs.writing import read_number

ELEMENTS = {
    "classes": ("政府信息的分类", "公开范围|(?:政府)?信息的?分类|主动公开.{0,8}(?:范围|内容|类别)"),
    "arrangement": ("编排体系", "编排"),
    "ways": (
        "获取方式",
        "公开(?:形式|方式|途径|渠道)|(?:获取|发布|申请)(?:政府信息)?的?(?:方式|途径|渠道)|查阅",
    ),
    "office": ("政府信息公开工作机构的名称", "(?:工作|受理|接收)机构"),
    "address": ("工作机构的办公地址", "地址:|来信请寄:"),
    "hours": ("工作机构的办公时间", r"时间:?.{0,8}\d{1,2}:\d\d"),
    "phone": ("工作机构的联系电话", r"电话[^:\d]{0,4}:?\(?\d{3,}"),
    "fax": ("工作机构的传真号码（没有传真的，写明没有）", "传真[^:]{0,4}:"),
    "internet": ("工作机构的互联网联系方式", "@|https?://"),
}


@dataclass(frozen=True, kw_only=True)
class Sentence:
    """A pattern for a wrong sentence: it is about `about` and says `wrong`, but not `right`.

    `message` may contain the law's citations in braces; `basis` is the citation `cites`, or the range between two.
    """

    about: str
    wrong: str
    right: str = r"(?!)"
    message: str
    cites: tuple[str, ...]

    def basis(self, law: DatedLaw) -> str:
        """The articles: 《…条例》第十五条, 《…条例》第十四条至第十六条."""
        first, *last = (law.citations[key] for key in self.cites)
        return "至".join((first, *(one.place for one in last)))


SENTENCES: Mapping[str, Sentence] = {
    "article-15": Sentence(
        about="商业秘密|个人隐私",
        wrong="不予公开",
        right="不得公开",
        message="涉及商业秘密、个人隐私等会损害第三方合法权益的信息，条例的规定是“不得公开”，不是“不予公开”。",
        cites=("third_party_harm",),
    ),
    "article-16": Sentence(
        about="内部事务信息|过程性信息|行政执法案卷",
        wrong="不予公开",
        right="可以不予公开",
        message="内部事务信息、过程性信息和行政执法案卷信息，条例的规定是“可以不予公开”，由行政机关裁量，不是一律不予公开。",
        cites=("discretion",),
    ),
    "article-38": Sentence(
        about="加工|分析",
        wrong="不予?提供",
        right="可以不予提供",
        message="需要对现有政府信息进行加工、分析的，条例的规定是“可以不予提供”。",
        cites=("made_already",),
    ),
    "old-needs": Sentence(
        about="申请",
        wrong="特殊需要",
        message="2019年修订后的条例已经取消“自身生产、生活、科研等特殊需要”的条件。",
        cites=("right_to_apply",),
    ),
    "old-fees": Sentence(
        about="申请|提供",
        wrong="(?:检索|复制|邮寄)[、和检索复制邮寄]{0,12}(?:等)?(?:成本)?费",
        message="依申请提供政府信息不收取检索、复制、邮寄等费用，明显超过合理范围的才可以收取信息处理费。",
        cites=("fee",),
    ),
    "old-exempt": Sentence(
        about="公开",
        wrong="免[于予]公开",
        message="“免于公开”“免予公开”不是现行条例的用语，应当分别按{never_disclosed.place}、{third_party_harm.place}、{discretion.place}"
        "写“不予公开”“不得公开”“可以不予公开”。",
        cites=("never_disclosed", "discretion"),
    ),
    "old-code": Sentence(
        about="组织机构代码",
        wrong="组织机构代码证?",
        right="统一社会信用代码",
        message="组织机构代码证已经由统一社会信用代码取代，应当写载有统一社会信用代码的证照。",
        cites=("one_code",),
    ),
}
ACCEPTANCE = re.compile("受理[^,;。()]{0,6}政府信息公开申请|(?:申请|信息公开)[^,;。()]{0,4}受理(?!的)")
NOT_APPLICATIONS = re.compile("复议|诉讼|投诉|举报|信访")

NUMBER = r"(\d{1,3}|[一二三四五六七八九十]{1,3})"
LIMITS = (
    ("proactive", rf"(?:形成|变更)之日起?{NUMBER}个工作日"),
    ("answer", rf"收到(?:政府信息公开)?申请之日起{NUMBER}个工作日内?(?:予以|作出)?答复"),
    ("extension", rf"延长[^,;。]{{0,8}}期限[^,;。]{{0,6}}超过{NUMBER}个工作日"),
    ("correction_notice", rf"收到申请之日起{NUMBER}个工作日内一次性"),
    ("third_party", rf"收到征求意见书之日起{NUMBER}个工作日"),
    ("fee_payment", rf"次日起{NUMBER}个工作日内缴纳"),
    ("suit_decision", rf"复议决定书?之日起{NUMBER}日内"),
    ("reconsideration", rf"(?<!决定书)(?<!决定)之日起{NUMBER}日内[^;。]{{0,30}}(?:复议|提出)"),
    ("suit_letter", rf"{NUMBER}个月内[^;。]{{0,30}}诉讼"),
)
FIRST = re.compile("先(?:依法)?(?:向[^,;。]{2,30})?(?:依法)?(?:申请|提起|经过?)行政复议|复议前置")


def check_elements(guide: Guide, office: Office) -> Iterator[Finding]:
    """Checks that the guide has what it must have (条例第十二条第二款).

    If the office's items can be told apart from those of other bodies, only the office's count.
    """
    of_office = {one.key for one in read_items(guide) if one.role == "office"}
    for key, (name, words) in ELEMENTS.items():
        held = key in of_office if of_office and key in LABELS else re.search(words, guide.plain)
        if not held:
            yield remark("element-missing", f"没有写明{name}。", basis=office.today_law.cite("guide_content"))


def check_wording(guide: Guide, office: Office) -> Iterator[Finding]:
    """Findings for sentences that misstate the regulation."""
    law = office.today_law
    for line in guide.lines:
        for code, one in SENTENCES.items():
            if wrong := next(filter(None, (_wrong(one, clause) for clause in line.clauses)), ""):
                message = one.message.format_map(law.citations)
                yield remark(code, message, line, basis=one.basis(law), about=wrong)


def check_acceptance(guide: Guide, office: Office) -> Iterator[Finding]:
    """A finding for 受理 of applications: the regulation has no step of acceptance, applications are received."""
    found = [line for line in guide.lines if _accepted(line)]
    if found:
        message = f"有{len(found)}段写了“受理”申请。条例没有受理环节，收到申请即开始计算期限，应当写“收到”“接收”。"
        basis = office.today_law.cite("receipt", "answer_term")
        yield remark("acceptance", message, found[0], severity="warning", basis=basis, about=_accepted(found[0]))


def check_limits(guide: Guide, office: Office) -> Iterator[Finding]:
    """Checks that every term in the guide is that of the law."""
    for line in guide.lines:
        for key, words in LIMITS:
            limit = office.law.limit(key, office.today)
            for number in re.findall(words, line.plain):
                if read_number(number) not in (None, limit.length):
                    unit = limit.text.removeprefix(str(limit.length))
                    message = f"{limit.label}的期限写作“{number}{unit}”，现行规定是{limit.text}。"
                    yield remark("limit-differs", message, line, basis=cite(limit.articles), about=number)


def check_remedies(guide: Guide, office: Office) -> Iterator[Finding]:
    """Checks reconsideration and lawsuit as they are available today, and which must come first."""
    lines = [line for line in guide.lines if "复议" in line.plain]
    if not lines:
        message = "没有写明申请行政复议、提起行政诉讼的途径。"
        yield remark("remedy-missing", message, basis=office.today_law.cite("complaint"))
        return
    if office.today_law.reconsideration_first and not any(FIRST.search(line.plain) for line in lines):
        message = (
            "没有写明对不予公开政府信息不服的，应当先申请行政复议，对行政复议决定不服再提起行政诉讼；"
            "只写“申请行政复议或者提起行政诉讼”与现行规定不符。"
        )
        yield remark(
            "reconsideration-first", message, lines[0], basis=office.today_law.citations["reconsideration_first"]
        )


def check_organs(guide: Guide, office: Office) -> Iterator[Finding]:
    """Checks the body that reconsiders an act of the office, which depends on the kind of office."""
    lines = [line for line in guide.lines if "复议" in line.plain]
    if not lines:
        return
    organs = reconsideration_organs(office, office.today)
    basis = cite(office.kind.articles)
    if not any(is_named(organ, line.plain) for organ in organs for line in lines):
        message = f"没有写明行政复议机关是{'或者'.join(organs)}；行政复议办公室等是办理机构，不是行政复议机关。"
        yield remark("reconsideration-organ", message, lines[-1], basis=basis)
    superior = office.profile.superior
    wrong = [line for line in lines if superior not in organs and _asks(line, superior)]
    if wrong:
        message = f"{superior}已经不是本机关的行政复议机关，应当向{'或者'.join(organs)}申请行政复议。"
        yield remark("reconsideration-organ-old", message, wrong[0], basis=basis, about=superior)


def _asks(line: GuideLine, organ: str) -> bool:
    return bool(re.search(f"(?:向|机关(?:为|是|:))[^;。]{{0,20}}{re.escape(plain(organ))}", line.plain))


def _wrong(one: Sentence, clause: str) -> str:
    """The wrong words of a sentence; empty if there are none."""
    found = re.search(one.wrong, clause)
    return found[0] if found and re.search(one.about, clause) and not re.search(one.right, clause) else ""


def _accepted(line: GuideLine) -> str:
    """The words that speak of 受理 of an application; empty if there are none."""
    found = ACCEPTANCE.findall(line.plain)
    return next((words for words in found if not NOT_APPLICATIONS.search(words)), "")
