"""The examples of a record: a correct report of a recent year, and the tables of the year before."""

from __future__ import annotations

from typing import Any

YEAR, DATE = 2025, "2026-01-20"
PREAMBLE = "本年度报告所列数据的统计期限为2025年1月1日至12月31日。"
OWN_WORDS = "行政规范性文件的数量由本机关会同司法行政部门核定。"
CHANNELS = [
    {"name": "门户网站", "count": 486, "unit": "条"},
    {"name": "政府信息公开平台", "count": 132, "unit": "条"},
    {"name": "微信公众号", "count": 257, "unit": "条"},
]
INTERPRETATIONS = [{"form": "文字解读", "count": 6}, {"form": "图解", "count": 5}, {"form": "问答", "count": 2}]
ZEROS = [0] * 7
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
