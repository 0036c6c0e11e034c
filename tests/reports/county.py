"""A county in January: the reports of forty made-up bureaus, printed as each of them would, and what is wrong with some."""

from __future__ import annotations

import copy
import json
from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import cache
from random import Random
from typing import Any

from gipdocs.reports import load
from gipdocs.reports.record import Record
from tests.reports.clean import balanced, told
from tests.reports.faults import FAULTS
from tests.reports.printing import as_docx, as_html, as_pasted
from tests.reports.samples import given

YEAR = 2024
COUNTY = "云岭县"
OFFICE = f"{COUNTY}人民政府办公室"
BUREAUS = (
    *("财政局", "教育体育局", "科技和工业信息化局", "公安局", "民政局", "司法局", "人力资源和社会保障局", "自然资源局"),
    *("生态环境分局", "住房和城乡建设局", "交通运输局", "水务局", "农业农村局", "商务局", "文化和旅游局", "卫生健康局"),
    *("退役军人事务局", "应急管理局", "审计局", "市场监督管理局", "统计局", "医疗保障局", "林业和草原局", "信访局"),
    *("行政审批服务局", "城市管理局", "粮食和物资储备局", "乡村振兴局", "机关事务管理中心", "投资促进局"),
    *("青山镇人民政府", "白水镇人民政府", "石桥镇人民政府", "柳河乡人民政府", "南坪乡人民政府", "龙泉街道办事处"),
    *("东关街道办事处", "西岭乡人民政府", "杨树沟乡人民政府", "大营镇人民政府"),
)
"""The forty that have sent a report."""
LATE = ("气象局", "供销合作社联合社")
"""Those of which none has come."""
BODIES = tuple(f"{COUNTY}{name}" for name in BUREAUS)
MISSING = tuple(f"{COUNTY}{name}" for name in LATE)
DUE = (*BODIES[:20], MISSING[0], *BODIES[20:], MISSING[1])
TWICE = 11
"""The number of the bureau whose report came twice, as a page and as a Word file."""
SOWN: Mapping[int, str] = {
    3: "the total of a row",
    9: "a result without its sum",
    16: "a group of table 4",
    22: "applications that do not balance",
    28: "a figure of the narrative",
    35: "a blank cell",
}
"""The six faults, each in one report, by the number of its bureau and the name of the fault."""
CAUSES: Mapping[str, tuple[str, ...]] = {fault.name: fault.rules for fault in FAULTS}
RESULTS = (
    *("granted", "partial", "d1_state_secret", "d2_law_forbidden", "d4_third_party", "d5_internal_affairs"),
    *("d7_enforcement_file", "u1_not_held", "u2_need_make", "u3_unclear", "n1_petition", "n2_repeat"),
    *("o1_no_correction", "o3_other"),
)
APPLICANTS = ("natural_person", "enterprise", "research", "public_welfare", "legal_service", "other_org")

MANAGED = (
    "公文起草时同步确定公开属性，拟不公开的由科室负责人书面说明依据，再送分管领导审定",
    "信息发布前由经办人、科室、办公室依次核对，涉及个人隐私的内容先行遮盖再发布",
    "对历年留存的文件逐份清点，到期失效的移出专栏，仍在执行的标注施行日期",
    "编印公开事项清单并张贴在办公区，每季度由办公室对照清单抽取一批文件检查",
    "设立信息员例会，逢单月交流发布中遇到的疑难，形成的意见记入台账备查",
    "对外发布的表格统一字段和单位，数据由业务股室提供，由综合股室复算后上网",
    "所有来信来电涉及信息公开的，都登记来源、日期和去向，办理结果由专人归档",
)
PLATFORMS = (
    "栏目按办事流程重新编排，群众从首页点两次即可看到办理条件和材料清单",
    "在服务窗口放置查询终端，由值班人员帮助老年人检索和打印所需材料",
    "委托第三方每月扫描错链和错别字，发现后当日改正，并在月末通报",
    "公众号增设检索入口，历史推文按主题归档，过时内容注明停止执行的日期",
    "网页增加放大字体和语音朗读功能，图片都配上说明文字，便于有需要的人阅读",
    "将村组公示栏与网站内容对照更新，由驻点干部拍照回传，避免内容脱节",
    "备份机房的演练结果显示，栏目数据可以在当天恢复，演练记录已存档",
)
WATCHED = (
    "把发布是否及时列入股室评分，得分靠后的由分管领导约谈，并在下季度复查",
    "聘请群众代表担任监督员，全年座谈两次，提出的意见都已逐条回复",
    "年内组织集中学习，由法律顾问讲解近年的败诉案例，参加人员撰写心得",
    "由纪检人员随机抽查答复文书，对格式不规范的当场指出，限期改正",
    "新进人员须完成线上课程并通过测试后，方可取得发布权限",
    "建立差错通报制度，同类问题出现两次的，由责任股室在例会上说明原因",
    "年度社会评议由县里统一组织，得到的建议已经转为整改清单",
)
FLAWS = (
    ("部分文件公开后没有及时配发解读", "今后起草文件时同时准备解读材料，由起草人负责到底"),
    ("基层单位的信息员调整频繁，业务不够熟练", "将编写操作口袋书，并安排老同志带教新人"),
    ("有的栏目内容偏少，更新间隔较长", "将合并内容相近的栏目，按月列出应当更新的事项"),
    ("答复文书的说理还不充分", "将整理常用说理段落，重要答复请法律顾问先行把关"),
    ("线下查询点利用率不高", "将查询点移到办事大厅入口处，并公布开放时间"),
    ("数据发布的口径前后不尽一致", "将制定口径说明，与统计部门核对后再公布"),
    ("政策咨询的回应有时超过承诺的时限", "将咨询件并入统一受理平台，到期前自动提醒承办人"),
)


@cache
def right(i: int) -> Record:
    """The right report of a bureau, with last year's tables; no two are of the same size or tell the same."""
    random = Random(1000 + i)
    raw = {
        "year": YEAR,
        "agency": BODIES[i],
        "agency_kind": "township" if "乡" in BODIES[i] or "街道" in BODIES[i] or "镇" in BODIES[i] else "department",
        "level": "township" if "街道" in BODIES[i] or BODIES[i].endswith("人民政府") else "county",
        "format": "2021",
        "table2": _table2(random, i),
        "table3": {"rows": _rows(random, i)},
        "table4": _table4(random, i),
    }
    record = told(balanced(load(raw)), paid=i % 5 == 0)
    return load(_worded(record.as_json(), random, i))


def _table2(random: Random, i: int) -> dict[str, Any]:
    issued, repealed = random.randrange(0, 7), random.randrange(0, 3)
    return {
        "rules": {"issued": 0, "repealed": 0, "valid": 0},
        "normative": {"issued": issued, "repealed": repealed, "valid": 8 + issued + random.randrange(0, 30)},
        "licence": {"decisions": random.randrange(3, 97 + 41 * i)},
        "penalty": {"decisions": random.randrange(2, 53 + 7 * i)},
        "coercion": {"decisions": random.randrange(0, 11 + i)},
        "fee": {"amount_wan": random.randrange(1, 90_000) / 1000 if i % 3 == 0 else 0},
    }


def _rows(random: Random, i: int) -> dict[str, list[int]]:
    keys = given("2023")["table3"]["rows"]
    rows: dict[str, list[int]] = {key: [0] * 7 for key in keys}
    for row in random.sample(RESULTS, 4 + i % 5):
        rows[row][0] = random.randrange(1, 3 + i)
        rows[row][random.randrange(1, 6)] = random.randrange(0, 4)
    rows["granted"][0] += 6 + i
    rows["carried_in"][0] = random.randrange(0, 3)
    rows["new"][0] = sum(row[0] for row in rows.values()) + random.randrange(0, 3)
    for column in range(1, 6):
        rows["new"][column] = sum(rows[row][column] for row in RESULTS)
    return rows


def _table4(random: Random, i: int) -> dict[str, Any]:
    names = ("upheld", "corrected", "other", "pending")
    groups = ("reconsideration", "suit_direct", "suit_after")
    return {group: {name: random.randrange(0, 3) if i % 2 else 0 for name in names} for group in groups}


def _worded(raw: dict[str, Any], random: Random, i: int) -> dict[str, Any]:
    """The report in the bureau's own words, the figures in them as they are."""
    name = BUREAUS[i]
    texts = [f"{'。'.join(_own(kind, random, name))}。" for kind in (MANAGED, PLATFORMS, WATCHED)]
    texts[2] += "开展了工作考核和社会评议，没有发生责任追究的情形。"
    for item, text in zip(raw["sections"][0]["items"][2:5], texts, strict=True):
        item["text"] = text
    flaws = random.sample(FLAWS, 2)
    raw["sections"][4]["items"] = [
        {
            "head": "",
            "text": f"存在的主要问题：{flaws[0][0]}；{flaws[1][0]}。改进的办法：{flaws[0][1]}；{flaws[1][1]}。",
        }
    ]
    return raw


def _own(kind: tuple[str, ...], random: Random, name: str) -> list[str]:
    """Three sentences of a kind, into each of which the bureau's own name is put."""
    return [sentence.replace("，", f"，{name}", 1) for sentence in random.sample(kind, 3)]


@cache
def sent(i: int) -> Record:
    """The report that a bureau has sent: the right one, or with the fault that was sown into it."""
    if i not in SOWN:
        return right(i)
    fault = next(one for one in FAULTS if one.name == SOWN[i])
    raw = copy.deepcopy(right(i).as_json())
    assert fault.sow(raw, Random(i)), fault.name
    return load(raw)


def earlier(i: int) -> Record:
    """The bureau's report of the year before: its tables."""
    before = right(i).previous
    assert before is not None
    return replace(before, agency=BODIES[i])


def as_json(record: Record) -> bytes:
    """The record itself, with last year's."""
    return json.dumps(record.as_json(), ensure_ascii=False).encode()


FORMATS: Mapping[str, Callable[[Record], bytes]] = {
    "docx": as_docx,
    "html": lambda record: as_html(record).encode(),
    "txt": lambda record: as_pasted(record).encode("gb18030"),
    "json": as_json,
}
"""How the bureaus send their reports, by the ending of the file's name; each of them in turn."""
NAMES = ("{body}{year}年政府信息公开工作年度报告", "{n:02}{short}", "{short}年报（终稿）", "{body}-{year}")
"""How they name their files."""


def printed(i: int, format: str = "") -> tuple[str, bytes]:
    """The file of a bureau, by default in the format whose turn it is."""
    format = format or [*FORMATS][i % len(FORMATS)]
    name = NAMES[i // len(FORMATS) % len(NAMES)].format(body=BODIES[i], year=YEAR, n=i + 1, short=BUREAUS[i])
    return f"{name}.{format}", FORMATS[format](sent(i))


def files() -> list[tuple[str, bytes]]:
    """Everything that lies in the county's folder: a file of each bureau, and one of them once more in another format."""
    name, content = printed(TWICE, "html")
    return [*map(printed, range(len(BODIES))), (f"补报 {name}", content)]
