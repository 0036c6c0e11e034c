"""A right report of a recent year, from which every example is taken."""

from __future__ import annotations

from typing import Any

YEAR, DATE = 2025, "2026-01-20"
ZEROS = [0] * 7
PREAMBLE = "本年度报告所列数据的统计期限为2025年1月1日至12月31日。"
PUBLICATION = "重点公开了机构职能、预算决算、政府采购、规范性文件等信息，同步发布政策解读材料，及时调整失效文件的标注。"
REQUESTS = "收到的申请逐件登记、编号，在法定期限内办理；结转的申请尚在答复期限内。需要补正的，一次性告知补正事项和合理的补正期限。"
MANAGEMENT = "拟制公文时明确公开属性，公开前进行保密审查；对行政规范性文件定期清理，清理结果随时公布。"
PLATFORMS = "在门户网站设置政府信息公开专栏，公开指南、基本目录和历年年度报告可以查阅、下载，栏目内容由专人每日巡查。"
SUPERVISION = "将政府信息公开纳入内设机构年度考核，年内组织业务培训，对栏目更新情况按季度检查、通报。"
ASSESSMENT = "政府信息公开工作考核结果良好，社会评议中提出的意见已经逐条整改，没有发生责任追究的情形。"
PROBLEMS = "政策解读的形式还不够丰富，部分解读材料专业术语较多，群众不易理解；个别内设机构报送信息不够及时。"
IMPROVEMENTS = (
    "针对上年提出的栏目更新不及时的问题，已经建立信息报送台账，逐项销号。"
    "下一步将增加图解、问答等解读形式，解读材料先由办事窗口工作人员试读，再行发布。"
)
MATTERS = (
    "承办人大代表建议和政协委员提案的办理结果，除依法不予公开的以外，已经在门户网站公开。\n"
    "本级年度政务公开工作要点确定的任务已经全部完成。"
)
OWN_WORDS = "行政规范性文件的数量由本机关会同司法行政部门核定。"
CHANNELS = [
    {"name": "门户网站", "count": 486, "unit": "条"},
    {"name": "政府信息公开平台", "count": 132, "unit": "条"},
    {"name": "微信公众号", "count": 257, "unit": "条"},
]
INTERPRETATIONS = [{"form": "文字解读", "count": 6}, {"form": "图解", "count": 5}, {"form": "问答", "count": 2}]
RESULTS = ("upheld", "corrected", "other", "pending", "total")
TABLE2 = {
    "format": "2021",
    "rules": {"issued": 0, "repealed": 0, "valid": 0},
    "normative": {"issued": 1, "repealed": 0, "valid": 4},
    "licence": {"decisions": 0},
    "penalty": {"decisions": 0},
    "coercion": {"decisions": 0},
    "fee": {"amount_wan": 0},
}
TABLE3_ROWS = (
    *("new", "carried_in", "granted", "partial", "d1_state_secret", "d2_law_forbidden", "d3_safety_stability"),
    *("d4_third_party", "d5_internal_affairs", "d6_process", "d7_enforcement_file", "d8_admin_query", "u1_not_held"),
    *("u2_need_make", "u3_unclear", "n1_petition", "n2_repeat", "n3_publication", "n4_mass_repeat", "n5_reconfirm"),
    *("o1_no_correction", "o2_unpaid", "o3_other", "sum", "carried_out"),
)
TABLE3: dict[str, Any] = {
    "form_rows": "2021",
    "rows": dict.fromkeys(TABLE3_ROWS, ZEROS)
    | {
        "new": [4, 1, 0, 0, 0, 0, 5],
        "carried_in": [1, 0, 0, 0, 0, 0, 1],
        "granted": [2, 1, 0, 0, 0, 0, 3],
        "partial": [1, 0, 0, 0, 0, 0, 1],
        "u1_not_held": [1, 0, 0, 0, 0, 0, 1],
        "sum": [4, 1, 0, 0, 0, 0, 5],
        "carried_out": [1, 0, 0, 0, 0, 0, 1],
    },
}
TABLE4 = {group: dict.fromkeys(RESULTS, 0) for group in ("reconsideration", "suit_direct", "suit_after")}


def previous(office: Any) -> dict[str, Any]:
    """Last year's record, whose remainder is this year's 上年结转."""
    rows = dict.fromkeys(TABLE3_ROWS, ZEROS) | {
        "new": [3, 0, 0, 0, 0, 0, 3],
        "granted": [2, 0, 0, 0, 0, 0, 2],
        "sum": [2, 0, 0, 0, 0, 0, 2],
        "carried_out": [1, 0, 0, 0, 0, 0, 1],
    }
    return {
        "year": YEAR - 1,
        "agency": office.profile.name,
        "table2": {**TABLE2, "normative": {"issued": 1, "repealed": 0, "valid": 3}},
        "table3": {"form_rows": "2021", "rows": rows},
        "table4": TABLE4,
    }
