"""无法提供: not existing, not ours, archived, needs making, still unclear (条例第三十六条第四项、第五项、第三十八条、第三十条)."""

from __future__ import annotations

from typing import Any

from gipdocs.documents.document import Answers, Finding
from gipdocs.findings import doubt, fault
from gipdocs.law import Office
from gipdocs.law.citations import Cited
from gipdocs.letters.notices import add_mark, in_order, items
from gipdocs.letters.search import search_questions
from gipdocs.letters.typed import Contact
from gipdocs.questions import Choice, Date, LongText, Name, Text, YesNo
from gipdocs.writing import chinese_date

from .asking import Reason, correction_questions
from .evidence import ticked, told_in_time
from .row import Reply

RESPONSIBLE = {"known": "能够确定", "unknown": "无法确定"}
HOTLINE = "12345政务服务便民热线"


def searched(answers: Answers, office: Office) -> dict[str, Any]:
    """Where, with which keywords, for which period and when the search was made, and why nothing was found."""
    return {
        "systems": items(list(answers["systems"])),
        "keywords": "".join(f"“{word}”" for word in answers["keywords"]),
        "period": answers["period"],
        "searched_on": chinese_date(answers["searched_on"]),
        "explained": "explanation" in answers,
        "explanation": add_mark(answers.get("explanation", "")),
    }


def not_ours(answers: Answers, office: Office) -> dict[str, Any]:
    """Why another agency is responsible, and its name and contact, or that it can't be determined (条例第三十六条第五项)."""
    return {
        "reason": add_mark(answers["reason"]),
        "known": answers["responsible"] == "known",
        "unknown": answers["responsible"] == "unknown",
        "named": "responsible_agency" in answers or "responsible_contact" in answers,
        "responsible_agency": answers.get("responsible_agency", ""),
        "responsible_contact": add_mark(answers.get("responsible_contact", "")),
    }


def check_responsible(answers: Answers, office: Office) -> list[Finding]:
    """Checks that there is either the name and contact of the responsible agency or an explicit 无法确定, not both."""
    given = [key for key in ("responsible_agency", "responsible_contact") if key in answers]
    basis = office.cite("answer_not_ours", of=answers)
    if answers["responsible"] == "known" and len(given) < 2:
        missing = "responsible_contact" if "responsible_agency" in given else "responsible_agency"
        message = "能够确定负责公开的行政机关的，应当告知其名称和联系方式；确实不能确定的，请选择“无法确定”。"
        return [fault("responsible-agency-missing", message, f"/{missing}", basis=basis)]
    if answers["responsible"] == "unknown" and given:
        message = "选择了“无法确定”，又填写了负责公开的行政机关，请核对。"
        return [fault("responsible-agency-contradictory", message, "/responsible", basis=basis)]
    return []


def archived(answers: Answers, office: Office) -> dict[str, Any]:
    """Which archives hold the information, since when, and how to reach them."""
    return {
        "archives": answers["archives"],
        "archives_contact": add_mark(answers["archives_contact"]),
        "transferred_on": transferred(answers),
    }


def transferred(answers: Answers) -> str:
    """The day of the transfer, or what is known of it; a check refuses neither and both."""
    day = [chinese_date(answers["transferred_on"])] if "transferred_on" in answers else []
    return "、".join([*day, *([answers["transferred_about"]] if "transferred_about" in answers else [])])


def check_transfer(answers: Answers, office: Office) -> list[Finding]:
    """Checks that the letter tells when the files were transferred, once."""
    basis = office.cite("archives_early", of=answers)
    given = [key for key in ("transferred_on", "transferred_about") if key in answers]
    if not given:
        message = "请填写“移交的日期”；只查得到年份或者月份的，填写“移交的年份、月份”。"
        return [fault("archive-day-missing", message, "/transferred_on", basis=basis)]
    if len(given) > 1:
        message = "“移交的日期”和“移交的年份、月份”只填一项，请清空其中一项。"
        return [fault("archive-day-twice", message, "/transferred_about", basis=basis)]
    return []


def to_be_made(answers: Answers, office: Office) -> dict[str, Any]:
    """What would have to be made from the existing information."""
    return {"reason": add_mark(answers["reason"]), "separation": bool(answers.get("separation"))}


def unclear(answers: Answers, office: Office) -> dict[str, Any]:
    """What is still unclear after the correction."""
    return {
        "correction_number": answers["correction_number"],
        "correction_date": chinese_date(answers["correction_date"]),
        "reason": add_mark(answers["reason"]),
    }


def check_unclear(answers: Answers, office: Office) -> list[Finding]:
    """Doubts if the request names a document by number, since it is then seldom unclear and such replies get quashed."""
    if "info_number" not in answers["application"]:
        return []
    message = "申请写明了所需信息的文号，认定内容仍不明确的依据不足，请核对能否据此查找。"
    return [
        doubt(
            "unclear-although-numbered",
            message,
            "/application/info_number",
            basis=office.cite("application_description", of=answers),
        )
    ]


ROWS = (
    Reply(
        id="reply-not-existing",
        summary="经检索没有所申请公开的信息，告知该政府信息不存在，写明检索的经过。",
        asks="2019年市级党政机关公务用车调配更新计划",
        questions={
            **search_questions(searcher_on_file=True),
            "explanation": LongText(
                "没有该信息的原因",
                help="能够查明的写明，例如当年没有制作、按规定销毁；只写查明的事实。",
                example="本机关2019年3月成立，上述事项当年由原承办单位办理，没有形成年度计划。",
                in_sample=False,
                longest=2000,
            ),
            "search_record": YesNo(
                "检索记录已经存卷",
                help="检索记录由检索人签名，写明系统、关键词、时间和结果，发生争议时用来证明已经尽到检索义务；不印在答复书上。",
                needed=True,
                example=True,
                on_file=True,
            ),
        },
        words=searched,
        checks=(
            ticked(
                "search_record",
                "search-record-missing",
                "答复政府信息不存在，应当能够证明经过充分、合理的检索。请先制作检索记录存卷，再确认“检索记录已经存卷”。",
                cites=("answer_not_existing", "search_duty"),
            ),
            in_order(
                "search-order",
                ("receipt", "收到申请之日"),
                ("searched_on", "检索日期"),
                ("date", "成文日期"),
                cites=("answer_not_existing",),
            ),
        ),
    ),
    Reply(
        id="reply-not-ours",
        summary="信息不属于本机关负责公开，说明理由；能够确定负责公开的机关的，告知其名称、联系方式。",
        asks="2025年市级部门车辆购置财政拨款批复",
        questions={
            "reason": Reason(
                "不属于本机关负责公开的理由",
                help=Cited("写明该信息由谁制作、本机关是否获取（{responsible_agency.short}）。"),
                example="财政拨款批复由财政部门依照预算管理职责制作，本机关只负责公务用车的编制和配备管理，没有制作该批复。",
                required=True,
            ),
            "responsible": Choice(
                "负责公开的行政机关",
                options=RESPONSIBLE,
                help="能够确定的，应当告知申请人该机关的名称、联系方式。",
                example="known",
                required=True,
            ),
            "responsible_agency": Name(
                "负责公开的行政机关的名称",
                example=lambda office: f"{office.profile.region}财政局",
                longest=100,
                needed=True,
                only_if=("responsible", ("known",)),
            ),
            "responsible_contact": Contact(
                "负责公开的行政机关的联系方式",
                help="电话、地址或者网上申请的网址。",
                example=f"可以拨打{HOTLINE}转接",
                needed=True,
                only_if=("responsible", ("known",)),
            ),
        },
        words=not_ours,
        checks=(check_responsible,),
    ),
    Reply(
        id="reply-archived",
        summary="信息的档案已经移交国家档案馆且移交期限届满，按照档案利用规定办理。",
        asks="1998年市级机关办公用房分配方案",
        questions={
            "archives": Name(
                "档案馆的名称",
                example=lambda office: f"{office.profile.region}档案馆",
                required=True,
                longest=100,
            ),
            "archives_contact": Contact(
                "档案馆的联系方式",
                help="地址、电话和查档时间。",
                example=f"查档事宜可以拨打{HOTLINE}咨询",
                required=True,
            ),
            "transferred_on": Date("移交的日期", example="2019-06-28", needed="查得到的必填"),
            "transferred_about": Text(
                "移交的年份、月份",
                help="只查得到年份或者月份的，填在这里，不必推算日期。",
                example="1996年6月",
                in_sample=False,
                longest=20,
            ),
            "term_expired": YesNo(
                "移交期限已经届满",
                help=Cited(
                    "提前移交的，在国家规定的移交期限届满前，政府信息公开事项仍由本机关办理（{archives_early.short}、{court_archives.number}{court_archives.place}）；"
                    "不印在答复书上。"
                ),
                needed=True,
                example=True,
                on_file=True,
            ),
        },
        words=archived,
        checks=(
            check_transfer,
            ticked(
                "term_expired",
                "archive-term-running",
                "移交期限没有届满的，政府信息公开事项仍由本机关办理，不能让申请人去档案馆。请核对移交期限后确认“移交期限已经届满”。",
                cites=("archives_early",),
            ),
            in_order(
                "transfer-order",
                ("transferred_on", "移交的日期"),
                ("date", "成文日期"),
                cites=("archives_early",),
            ),
        ),
    ),
    Reply(
        id="reply-needs-making",
        summary="没有现成的信息，需要对现有政府信息加工、分析的，不予提供。",
        asks="近五年市级各部门公务用车百公里油耗的比较分析",
        questions={
            "reason": Reason(
                "需要加工、分析的说明",
                help="写明现有的是什么信息、要形成所申请的信息需要做什么。",
                example="本机关保存的是各部门按月报送的加油记录和行驶里程，没有制作过油耗的比较分析；形成该分析需要对六十个部门"
                "五年的记录逐条汇总、换算和比较。",
                required=True,
            ),
            "separation": YesNo(
                "已考虑区分处理",
                help=Cited(
                    "能够从现有信息中区分出所申请内容的，应当区分后提供（{separation.short}、{made_already.place}）。"
                ),
                needed=True,
                example=True,
            ),
        },
        words=to_be_made,
    ),
    Reply(
        id="reply-still-unclear",
        about="request",
        summary="申请经补正后内容仍不明确，无法提供。",
        asks="与公务用车有关的全部材料",
        questions={
            **correction_questions(served=False),
            "reason": Reason(
                "补正后仍不明确之处",
                help="写明补正了什么、还有哪一点不能据以查找。",
                example="补正材料只写明“近年来形成的材料”，没有指明文件的名称、文号、具体年度或者事项，本机关不能据此确定查找的范围。",
                required=True,
            ),
        },
        words=unclear,
        checks=(
            in_order(
                "correction-order",
                ("receipt", "收到申请之日"),
                ("correction_date", "补正告知书的日期"),
                ("clock.corrected", "收到补正日期"),
                cites=("correction",),
            ),
            told_in_time("correction_date"),
            check_unclear,
        ),
        clock={"corrected": "2026-03-09"},
        needs=("corrected",),
    ),
)
