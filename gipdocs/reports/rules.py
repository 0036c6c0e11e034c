"""All rules for reports, as rows: id, group, severity of a breach, and source."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

from gipdocs.findings import Finding, Severity
from gipdocs.reports.expressions import Number
from gipdocs.reports.record import number

Group = Literal["tables", "form", "narrative", "cross_year"]
State = Literal["pass", "pass-blank", "fail", "fail-blank", "missing", "unknown", "note"]
"""`-blank`: passed or failed with blanks counted as 0; `missing`: the total itself is blank; `note`: worth a look."""
BROKEN: tuple[State, ...] = ("fail", "fail-blank", "missing")

IDENTITY = "年度报告格式表三表头：第一项加第二项之和，等于第三项加第四项之和"
TOTAL = "年度报告格式：总计为各项之和"
FORMAT = "国办公开办函〔2021〕30号"
FILLING = "年度报告格式及填报实践"
FEE = "国办函〔2020〕109号"


@dataclass(frozen=True, kw_only=True)
class Rule:
    """One rule: `group` is the part of the verdict in which it counts, `title` its requirement.

    Its source is a text, `basis`, or keys of the law's citations, `cites`.
    """

    id: str
    group: Group
    severity: Severity
    title: str
    basis: str = ""
    cites: tuple[str, ...] = ()


def _rows(group: Group, *rows: tuple[str, Severity, str, str | tuple[str, ...]]) -> list[Rule]:
    return [_rule(group, *row) for row in rows]


def _rule(group: Group, id: str, severity: Severity, title: str, source: str | tuple[str, ...]) -> Rule:
    if isinstance(source, tuple):
        return Rule(id=id, group=group, severity=severity, title=title, cites=source)
    return Rule(id=id, group=group, severity=severity, title=title, basis=source)


RULES: Mapping[str, Rule] = {
    rule.id: rule
    for rule in (
        *_rows(
            "tables",
            ("T3-COL", "error", "表三各列：一＋二＝三（七）＋四", IDENTITY),
            ("T3-SUM", "error", "表三各列：三（一）至（六）之和＝（七）总计", TOTAL),
            ("T3-ROW", "error", "表三各行：六类申请人之和＝总计", TOTAL),
            ("T4-SUM", "error", "表四各组：四种结果之和＝总计", TOTAL),
            ("T2-INT", "error", "表二件数为不小于0的整数", ""),
            ("T3-INT", "error", "表三件数为不小于0的整数", ""),
            ("T4-INT", "error", "表四件数为不小于0的整数", ""),
            ("T-READ", "warning", "三张表格的各行都已读出", ""),
            ("T2-PREV", "warning", "现行有效件数－制发件数＋废止件数不小于0", ""),
            ("T2-TOTAL", "warning", "对外公开总数量不小于本年新公开数量", ""),
            ("T2-ITEMS", "warning", "上一年项目数量＋本年增/减不小于0", ""),
            ("T2-MADE", "warning", "本年新公开数量不大于本年新制作数量", ""),
            ("T2-MISREAD", "warning", "处理决定数量是件数，不是事项数", "2019年格式填报说明"),
            ("T2-ONLYNEW", "warning", "现行有效件数是历年累计，不只是本年制发", FILLING),
            ("T2-NORM", "warning", "规范性文件不是网站信息条数", FILLING),
            ("T2-RULES", "warning", "规章由有立法权的机关制定", ("department_rules", "local_rules")),
            ("T2-ROUND", "info", "处理决定数量不应是估计的整数", ""),
            ("T2-UNIT", "warning", "采购总金额写明单位", FILLING),
            ("T2-FEE", "warning", "行政事业性收费以万元为单位", FILLING),
            ("T2-SHIFT", "warning", "带正负号的数填在“本年增/减”列", FILLING),
            ("T2-BLANK", "warning", "表二没有的填0，不留空", FILLING),
            ("T3-BLANK", "warning", "表三没有的填0，不留空", FILLING),
            ("T4-BLANK", "warning", "表四没有的填0，不留空", FILLING),
            ("T4-PRIOR", "info", "不予公开争议应当先申请行政复议", ("reconsideration_first",)),
            ("TOTAL-FILLED", "warning", "空白的总计由系统计算填入", TOTAL),
        ),
        *_rows(
            "cross_year",
            ("XY-PREV", "warning", "上年报告应为同一机关上一年度的报告", ""),
            ("XY-CARRY", "warning", "二、上年结转＝上年报告四、结转下年度", ""),
            ("XY-VALID", "warning", "现行有效件数＝上年现行有效＋制发－废止", ""),
            ("XY-TOTAL", "warning", "对外公开总数量＝上年总数量＋本年新公开", ""),
            ("XY-ITEMS", "warning", "上一年项目数量＝上年报告项目数量＋增/减", ""),
            ("XY-SAME", "warning", "各项数字不应与上年完全相同", ""),
            ("XY-SIM", "info", "叙述不应大段重复上年", FORMAT),
            ("XY-SLIP", "warning", "与上年相差悬殊的数没有错位、没有写错单位", ""),
            ("XY-MOVED", "warning", "各数没有填到别的行、列", ""),
            ("XY-JUMP", "info", "数量大起大落的说明原因", ""),
            ("XY-PENDING", "info", "上年尚未审结的案件", ""),
            ("T4-IDLE", "info", "没有申请而有复议、诉讼", ""),
        ),
        *_rows(
            "form",
            ("F-FORM", "warning", "使用当年规定的格式", FORMAT),
            ("F-KIND", "info", "报告的种类，核对了什么、没有核对什么", ""),
            ("F-HYBRID", "warning", "表二、表三使用同一种格式", FORMAT),
            ("F-ROWS", "info", "表格不自行增加行", FORMAT),
            ("F-LABEL", "warning", "行名、列名与格式一致", FORMAT),
            ("F-HEAD", "warning", "六个部分齐全、标题和顺序与格式一致", FORMAT),
            ("F-DATE", "warning", "按期公布", ("annual_report",)),
            ("U-DATE", "warning", "高等学校的报告按期公布", "《高等学校信息公开办法》（教育部令第29号）"),
            ("S-TITLE", "warning", "标题完整、年度正确", ""),
            ("S-SIGN", "warning", "有落款和日期", ""),
            ("S-NAME", "warning", "标题、前言、落款是同一机关", ""),
            ("S-PERIOD", "warning", "说明数据统计期限", ""),
            ("S-PARTS", "warning", "写明的部分数与实际一致", FORMAT),
            ("S-CITE", "warning", "引用的格式文件正确", FORMAT),
            ("S-ATTACH", "info", "附件名称规范", ""),
            ("L-LENGTH", "warning", "总体情况不超过本地要求的字数", ""),
            ("L-COUNTS", "warning", "总体情况写明本地要求的各项数量", ""),
            ("L-SENT", "warning", "在本地要求的日期前报送", ""),
        ),
        *_rows(
            "narrative",
            ("N-READ", "warning", "叙述的六个部分已读出", ""),
            ("NARR", "warning", "叙述中的数与表格一致", FORMAT),
            ("NARR-TEXT", "warning", "叙述中能认出的数与表格一致", FORMAT),
            ("NARR-PERCENT", "warning", "百分比与表格一致", FORMAT),
            ("NARR-GROWTH", "warning", "同比增减与两年表格一致", FORMAT),
            ("NARR-PARTS", "warning", "“其中”各项之和与总数一致", FORMAT),
            ("NARR-TWICE", "warning", "同一个数前后一致", ""),
            ("NARR-UNBOUND", "info", "没有依据可核对的数", ""),
            ("FEE-10", "warning", "信息处理费是10元的整数倍", FEE),
            ("FEE-CASES", "error", "信息处理费的金额与件数相符", FEE),
            ("FEE-SAID", "warning", "第六部分报告信息处理费", FORMAT),
            ("S-COUNT", "warning", "有申请的，第一部分写明件数", FORMAT),
            ("S-FIVE", "warning", "第一部分写明五个方面", FORMAT),
            ("S-GOV", "warning", "政府报告写明考核、评议、责任追究", ("annual_report_problems",)),
            ("S-PROBLEM", "warning", "第五部分写明问题和改进情况", ("annual_report_problems",)),
            ("S-NONE", "warning", "“无其他事项”与已报告的事项不矛盾", ""),
            ("S-EMPTY", "warning", "标题下有内容", ""),
            ("S-BROKEN", "info", "句子完整", ""),
            ("S-DUP", "info", "没有叠字", ""),
            ("S-REPEAT", "info", "同一内容不重复写", ""),
            ("S-UNIT", "warning", "申请以“件”计", ""),
            ("S-YEAR", "warning", "年度正确", ""),
            ("S-PHRASE", "warning", "用语正确，不用修订前条例的说法", ""),
            ("S-SELF", "warning", "自称与本机关相符", ""),
            ("S-ORDER", "info", "层次序号连续、统一", ""),
        ),
    )
}


@dataclass(frozen=True, kw_only=True)
class ReportFinding(Finding):
    """A finding about a report: its place, the printed number (`stated`) and the right one (`computed`)."""

    place: str = ""
    stated: Number | None = None
    computed: Number | None = None

    def as_json(self) -> dict[str, Any]:
        """The finding as the API prints it, with its place and both numbers."""
        numbers = {"stated": number(self.stated), "computed": number(self.computed)}
        return {**super().as_json(), "place": self.place, **numbers}


@dataclass(frozen=True, kw_only=True)
class Test:
    """One application of a rule, with a finding unless it passed."""

    __test__ = False  # pytest would take the name for a test class

    rule: str
    state: State
    finding: ReportFinding | None = None


def held(rule: str, *, blanks: bool = False) -> Test:
    """The test of a rule that holds."""
    return Test(rule=rule, state="pass-blank" if blanks else "pass")


def unknown(rule: str) -> Test:
    """The test of a rule that could not be tested, because figures could not be read."""
    return Test(rule=rule, state="unknown")


def breach(
    rule: str,
    message: str,
    pointer: str = "",
    *,
    state: State = "note",
    severity: Severity | None = None,
    place: str = "",
    numbers: tuple[Number | None, Number | None] = (None, None),
) -> Test:
    """The test of a rule that is broken; `numbers` are the printed one and the right one."""
    grave = severity or RULES[rule].severity
    stated, computed = numbers
    finding = ReportFinding(
        code=rule,
        severity=grave,
        message=message,
        pointer=pointer,
        basis=RULES[rule].basis,
        overridable=grave == "warning",
        place=place,
        stated=stated,
        computed=computed,
    )
    return Test(rule=rule, state=state, finding=finding)
