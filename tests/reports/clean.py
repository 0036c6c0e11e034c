"""Right reports, made of the given records: sums that hold, a year before that fits, a narrative that says the same."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from functools import cache
from typing import Any

from gipdocs.reports import load
from gipdocs.reports.arithmetic import compute_totals, identities
from gipdocs.reports.facts import compute_facts
from gipdocs.reports.forms import FIRST_YEAR, form_for
from gipdocs.reports.record import Record
from tests.reports.samples import given

NAMES = {"suqian-2023": "宿迁市人民政府", "suqian-2024": "宿迁市人民政府", "yangling-sjj-2022": "杨凌示范区审计局"}
"""Agencies whose names the records give with a remark."""
FEES = (880, 1080, 270)
"""What three applicants paid, in yuan."""
WORDS = {
    "政府信息管理": "按照规定审核公文的公开属性，定期清理规范性文件，清理结果向社会公布。",
    "政府信息公开平台建设": "由专人维护门户网站专栏，每周巡查栏目内容，用好“1+X”工作机制和12345平台。",
    "监督保障": "开展工作考核和社会评议，没有发生责任追究的情形，全年举办业务培训3次。",
}
PROBLEMS = "存在的主要问题是解读形式还不够丰富，今后将增加图解和问答，请办事窗口的工作人员试读后发布。"


@cache
def clean(name: str, *, paid: bool = True, **changes: Any) -> Record:
    """One of the given records, made right, with last year's; `paid` says whether applicants paid a fee.

    `changes` are top-level keys of the record: year, agency, agency_kind, level; a year takes the form that it asks for
    if the record has the figures of that form.
    """
    raw = given(name)
    kept = ("agency", "agency_kind", "level", "year", "format", "table2", "table3", "table4")
    raw = {key: raw[key] for key in kept} | {"agency": NAMES.get(name, raw["agency"])} | changes
    if raw["format"] == "2021" and "other" in raw["table3"]["rows"]:
        raw["table3"] = {"rows": {**raw["table3"]["rows"], "o3_other": raw["table3"]["rows"]["other"]}}
        del raw["table3"]["rows"]["other"]
    return told(balanced(load(raw)), paid=paid)


def balanced(record: Record) -> Record:
    """The same figures with blanks as 0, every total reckoned anew, and as many cases carried out as are left."""
    summed = {identity.total for identity in identities(record)}
    cells = {path: value or 0 for path, value in record.cells.items()} | dict.fromkeys(summed)
    record = record.with_cells(cells)
    record = record.with_cells(compute_totals(record))
    left = {}
    for column in record.row_form.applicants:
        new, before, done = (record.cells[f"table3.{row}.{column}"] or 0 for row in ("new", "carried_in", "sum"))
        left[f"table3.carried_out.{column}"] = max(new + before - done, 0)
        left[f"table3.new.{column}"] = max(new, done - before)
    again = dict.fromkeys(path for path in summed if path.startswith("table3."))
    record = record.with_cells({**left, **again})
    return load(record.with_cells(compute_totals(record)).as_json() | {"not_visible": [], "raw": {}, "claims": []})


def scaled(record: Record, factor: int) -> Record:
    """A report of a greater agency: every figure so many times as great."""
    cells = {path: (value or 0) * factor for path, value in record.cells.items()}
    return told(record.with_cells(cells), paid=bool(record.processing_fee and record.processing_fee.yuan))


def year_before(record: Record) -> Record | None:
    """Last year's tables: what was carried out then is carried in now, and what was in force has become what is.

    Nine tenths as many applications were answered, and no suit was pending.
    None for the first year that had a form.
    """
    if record.year == FIRST_YEAR:
        return None
    cells = {path: value or 0 for path, value in record.cells.items()}
    for column in record.row_form.columns:
        carried, form = cells[f"table3.carried_in.{column}"], record.row_form
        done = {f"table3.{row}.{column}": cells[f"table3.{row}.{column}"] * 9 // 10 for row in form.results}
        done[f"table3.granted.{column}"] += 5 if column == "natural_person" else 0
        cells |= done | {f"table3.carried_in.{column}": 0, f"table3.carried_out.{column}": carried}
        cells[f"table3.new.{column}"] = carried + sum(done.values())
    summed = {identity.total for identity in identities(record) if identity.rule in ("T3-ROW", "T3-SUM")}
    cells |= compute_totals(record.with_cells(cells | dict.fromkeys(summed)))
    for row in ("rules", "normative"):
        if record.format == "2021":
            cells[f"table2.{row}.valid"] += cells[f"table2.{row}.repealed"] - cells[f"table2.{row}.issued"]
        else:
            cells[f"table2.{row}.total_public"] -= cells[f"table2.{row}.disclosed"]
    for suit in record.form.suits:
        cells[f"table4.{suit}.upheld"] += cells[f"table4.{suit}.pending"]
        cells[f"table4.{suit}.pending"] = 0
    cells |= {path: 0 for path in cells if path.endswith(".change")}
    cells |= {path: int(value * Decimal("1.1")) for path, value in cells.items() if path.endswith(".decisions")}
    raw = record.with_cells(cells).as_json()
    return load(
        {key: raw[key] for key in ("agency", "format", "table2", "table3", "table4")} | {"year": record.year - 1}
    )


def told(record: Record, *, paid: bool) -> Record:
    """The report in words: title, preamble, six parts, fee, signature and date, and its year before."""
    before = year_before(record)
    agency, year = record.agency or "", record.year
    basis = form_for(year).basis
    raw = record.as_json() | {
        "title": f"{agency}{year}年政府信息公开工作年度报告",
        "preamble": (
            f"本报告根据《中华人民共和国政府信息公开条例》和{basis}编制，由{'、'.join(_named(record))}六个部分组成。"
            f"所列数据的统计期限为{year}年1月1日至12月31日。电话：0527-84368216，邮编：223800。"
        ),
        "sections": _sections(record, before, paid),
        "processing_fee": {"yuan": sum(FEES), "cases": len(FEES)} if paid else {"yuan": 0, "cases": 0},
        "claims": _claims(record),
        "signature": agency,
        "date": date(year + 1, 1, 20).isoformat(),
    }
    return load(raw | {"previous": before.as_json()} if before else raw)


def _named(record: Record) -> list[str]:
    return [heading[2:] for heading in record.form.headings]


def _claims(record: Record) -> list[dict[str, Any]]:
    granted = compute_facts(record)["granted"]
    return [{"key": "granted", "value": granted, "quote": f"予以公开{granted}件", "compare": "table3.granted.total"}]


def _sections(record: Record, before: Record | None, paid: bool) -> list[dict[str, Any]]:
    tables = {2: "table2", 3: "table3", 4: "table4"}
    parts = {1: _part_one(record, before), 5: [{"head": "", "text": PROBLEMS}], 6: [{"head": "", "text": _fee(paid)}]}
    return [
        {"no": no, "heading": heading, "items": parts.get(no, [])} | ({"table": tables[no]} if no in tables else {})
        for no, heading in enumerate(record.form.headings, 1)
    ]


def _part_one(record: Record, before: Record | None) -> list[dict[str, str]]:
    texts = {"主动公开": _published(record), "依申请公开": _applications(record, before), **WORDS}
    return [{"head": f"（{'一二三四五'[i]}）{aspect}", "text": text} for i, (aspect, text) in enumerate(texts.items())]


def _published(record: Record) -> str:
    text = "全年主动公开政府信息1288条，其中门户网站912条、政务新媒体340条、政府公报36条，举办政府开放日活动4次。"
    if record.format == "2021":
        known = compute_facts(record)
        text += (
            f"制发行政规范性文件{known['normative_issued']}件，废止行政规范性文件{known['normative_repealed']}件，"
            f"现行有效行政规范性文件{known['normative_valid']}件。"
        )
    return text


def _applications(record: Record, before: Record | None) -> str:
    known, handled = compute_facts(record), compute_facts(record)["handled"] or 0
    share = f"，占{Decimal(known['granted'] or 0) / Decimal(handled):.1%}" if handled else ""
    return (
        f"收到政府信息公开申请{known['received']}件{_grown(record, before)}；上年结转申请{known['carried_in']}件。"
        f"予以公开{known['granted']}件{share}；部分公开{known['partial']}件、不予公开{known['refused']}件、"
        f"无法提供{known['unable']}件、不予处理{known['not_processed']}件、"
        f"作其他处理（含申请人主动撤回申请）{known['other']}件，共答复申请{handled}件。"
        f"结转下年度继续办理{known['carried_out']}件，尚在办理期限内。"
        f"政府信息公开行政复议{known['reconsiderations']}件，行政诉讼{known['suits']}件。"
    )


def _grown(record: Record, before: Record | None) -> str:
    if before is None:
        return ""
    now, then = (Decimal(compute_facts(one)["received"] or 0) for one in (record, before))
    return f"，申请量同比{'增长' if now >= then else '下降'}{abs(now - then) / then:.1%}"


def _fee(paid: bool) -> str:
    if not paid:
        return "本年度未收取信息处理费。"
    first, second, third = FEES
    return f"本年度对{len(FEES)}件申请收取信息处理费{sum(FEES)}元，其中第一件{first}元、第二件{second}元、第三件{third}元。"
