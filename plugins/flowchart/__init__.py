"""政府信息依申请公开工作流程图: steps, terms and letters from the law's data, for the public or for the office."""

from __future__ import annotations

from typing import Any

from gipdocs.documents.document import Answers, Document, Finding
from gipdocs.docx.html.svg import draw_svg
from gipdocs.docx.values import Drawing, Format
from gipdocs.errors import InvalidInput
from gipdocs.law import Office
from gipdocs.questions import Choice, Date, Questions
from gipdocs.writing import chinese_date, width

from .citizens import citizens_chart
from .drawing import draw
from .lines import broken
from .staff import LEGEND, staff_chart

TITLE = "政府信息依申请公开工作流程图"
PUBLIC, STAFF = "public", "staff"
CHARTS = {PUBLIC: citizens_chart, STAFF: staff_chart}
TITLE_CHARS, SMALL_TITLE_CHARS = 28.0, 36.0  # characters across the page: in 小二号, and in 四号 for long names
TITLE_LINE_MM, SMALL_TITLE_LINE_MM, LINE_MM = 8.6, 6.8, 5.0  # the layout's lines: of the title, of legend and date
ROOM_MM = 274.6  # the height that the layout leaves for title, legend, chart and date


class FlowchartQuestions(Questions):
    """Which chart, and as of which date."""

    version = Choice(
        "版本",
        options={PUBLIC: "公众版", STAFF: "工作人员版（列出全部办理结果）"},
        help="公众版供公布、张贴；工作人员版列出全部办理结果、文书和年度报告的统计项目。不选的，生成公众版。",
        example=PUBLIC,
    )
    date = Date(
        "编制日期",
        help="期限和救济途径按这一天的法律计算，并印在图下。不填的，按今天计算，不印日期。",
        example="2026-01-05",
        in_sample=False,
    )


def context(answers: Answers, office: Office) -> dict[str, Any]:
    """The names of flowchart.docx."""
    dated, title = answers.get("date"), _title(office)
    return {
        "title": title,
        "title_format": Format(style="Heading1" if len(title) == 1 else "ChartTitleSmall"),
        "legend": LEGEND if answers.get("version") == STAFF else "",
        "chart": chart(answers, office),
        "date": f"编制日期：{chinese_date(dated)}" if dated else "",
    }


def chart(answers: Answers, office: Office) -> Drawing:
    """The chart that the answers ask for, at most as high as the page allows."""
    version, dated = answers.get("version", PUBLIC), answers.get("date")
    lines = len(_title(office))
    taken = TITLE_LINE_MM if lines == 1 else SMALL_TITLE_LINE_MM * lines
    taken += LINE_MM * ((version == STAFF) + (dated is not None))
    drawn = CHARTS[version](office, office.day_of(answers))
    return draw(drawn, title=office.profile.name + TITLE, room_mm=ROOM_MM - taken)


def _title(office: Office) -> list[str]:
    whole = office.profile.name + TITLE
    if width(whole) <= TITLE_CHARS:
        return [whole]
    return [*broken(office.profile.name, SMALL_TITLE_CHARS, names=[office.profile.name]), TITLE]


def svg(answers: Answers, office: Office) -> bytes:
    """The same picture for the web."""
    return draw_svg(chart(answers, office))


def check_date(answers: Answers, office: Office) -> list[Finding]:
    """Checks that the law of the chart's date has the terms that the chart shows."""
    try:
        CHARTS[answers.get("version", PUBLIC)](office, office.day_of(answers))
    except InvalidInput as error:
        message = error.faults[0].detail
        return [Finding(code="date-before-law", severity="error", message=message, pointer="/date")]
    return []


FLOWCHART = Document(
    id="flowchart",
    title=TITLE,
    group="公开",
    summary="一件申请从提出、办理到答复、救济的全过程和每一步的期限。",
    schema=FlowchartQuestions,
    template="flowchart.docx",
    context=context,
    checks=(check_date,),
    formats=("docx", "pdf", "html", "svg"),
    renderers={"svg": svg},
    programs=("dot",),
    public=True,
    to_read=True,
)
