"""Sows one fault into a right report: a number, a year, a unit or a sentence that is wrong, and the rule that must say so."""

from __future__ import annotations

import copy
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from random import Random
from typing import Any

from gipdocs.reports import load
from gipdocs.reports.record import Record
from tests.reports.clean import FEES

Raw = dict[str, Any]
Sow = Callable[[Raw, Random], bool]
"""Changes a record's JSON and says whether it could: a fault needs something to spoil."""


@dataclass(frozen=True, kw_only=True)
class Fault:
    """A kind of fault, and the rules of which one must find it."""

    name: str
    rules: tuple[str, ...]
    sow: Sow


@dataclass(frozen=True, kw_only=True)
class Sown:
    """A report with one fault in it."""

    fault: Fault
    right: Record
    wrong: Record


def sow(count: int, right: tuple[Record, ...]) -> Iterator[Sown]:
    """So many faults, the kinds in turn, each in a report drawn by its own number: the same every time."""
    number = 0
    for i in range(count):
        fault = FAULTS[i % len(FAULTS)]
        while True:
            random = Random(number)
            number += 1
            sample = random.choice(right)
            raw = copy.deepcopy(sample.as_json())
            if fault.sow(raw, random):
                yield Sown(fault=fault, right=sample, wrong=load(raw))
                break


def _slip(random: Random) -> int:
    return random.choice((1, 2, 3, 9, 10, 90))


def _row(raw: Raw, random: Random) -> bool:
    rows = raw["table3"]["rows"]
    rows[random.choice([*rows])][6] += _slip(random)
    return True


def _column(raw: Raw, random: Random) -> bool:
    rows = raw["table3"]["rows"]
    row = rows[random.choice([key for key in rows if key not in ("new", "carried_in", "carried_out", "sum")])]
    column, more = random.randrange(6), _slip(random)
    row[column] += more
    row[6] += more
    return True


def _identity(raw: Raw, random: Random) -> bool:
    row = raw["table3"]["rows"][random.choice(("new", "carried_in", "carried_out"))]
    column, more = random.randrange(6), _slip(random)
    row[column] += more
    row[6] += more
    return True


def _suits(raw: Raw, random: Random) -> bool:
    raw["table4"][random.choice([*raw["table4"]])][random.choice(("upheld", "corrected", "total"))] += _slip(random)
    return True


def _carried(raw: Raw, random: Random) -> bool:
    if "previous" in raw:
        raw["previous"]["table3"]["rows"]["carried_out"][random.randrange(7)] += _slip(random)
    return "previous" in raw


def _in_force(raw: Raw, random: Random) -> bool:
    if raw["format"] != "2021" or "previous" not in raw:
        return False
    raw["table2"][random.choice(("rules", "normative"))]["valid"] += _slip(random)
    return True


def _public(raw: Raw, random: Random) -> bool:
    if raw["format"] != "2019" or "previous" not in raw:
        return False
    raw["table2"][random.choice(("rules", "normative"))]["total_public"] += _slip(random)
    return True


def _items(raw: Raw, random: Random) -> bool:
    if raw["format"] != "2019" or "previous" not in raw:
        return False
    raw["table2"][random.choice(("licence", "penalty", "coercion", "fee"))]["prev_items"] += _slip(random)
    return True


def _digit(raw: Raw, random: Random) -> bool:
    row = raw["table2"][random.choice(("licence", "penalty", "coercion"))]
    if "previous" not in raw or row["decisions"] < 1000:
        return False
    more = random.random() < 0.5
    row["decisions"] = row["decisions"] * random.choice((10, 11, 100)) if more else row["decisions"] // 10
    return True


def _yuan(raw: Raw, random: Random) -> bool:
    fee = raw["table2"].get("fee", {}).get("amount_wan")
    if fee:
        raw["table2"]["fee"]["amount_wan"] = round(fee * 10_000)
    return bool(fee)


def _blank(raw: Raw, random: Random) -> bool:
    raw["table3"]["rows"][random.choice([*raw["table3"]["rows"]])][random.randrange(6)] = None
    return True


def _misprint(raw: Raw, random: Random) -> bool:
    raw["raw"] = {f"table2.{random.choice(('rules', 'normative'))}.{random.choice(_fields(raw))}": "--3"}
    return True


def _fields(raw: Raw) -> list[str]:
    return [*raw["table2"]["rules"]]


def _year_of_title(raw: Raw, random: Random) -> bool:
    return _replace(raw, "title", str(raw["year"]), str(raw["year"] - random.choice((1, 2))))


def _year_of_period(raw: Raw, random: Random) -> bool:
    return _replace(raw, "preamble", f"为{raw['year']}年", f"为{raw['year'] - 1}年")


def _year_of_text(raw: Raw, random: Random) -> bool:
    item = random.choice(raw["sections"][0]["items"])
    item["text"] = f"{raw['year'] - 1}年，我{random.choice('市区县')}工作扎实推进。{item['text']}"
    return True


def _day_of_period(raw: Raw, random: Random) -> bool:
    return _replace(raw, "preamble", "12月31日", random.choice(("12月20日", "11月30日", "6月30日", "12月30日")))


def _no_period(raw: Raw, random: Random) -> bool:
    raw["preamble"] = re.sub(r"所列数据的统计期限[^。]+。", "", raw["preamble"])
    return True


def _day_of_signature(raw: Raw, random: Random) -> bool:
    raw["date"] = random.choice((f"{raw['year']}-01-20", f"{raw['year'] + 1}-04-{random.randrange(1, 30):02}"))
    return True


def _paid(raw: Raw) -> bool:
    return bool(raw["processing_fee"]["yuan"])


def _fee_of_text(raw: Raw, random: Random) -> bool:
    wrong = sum(FEES) + random.choice((100, 10, 1000))
    return _paid(raw) and _say(raw, 5, f"{sum(FEES)}元", f"{wrong}元")


def _fee_of_record(raw: Raw, random: Random) -> bool:
    raw["processing_fee"]["yuan"] += random.randrange(1, 10)
    return True


def _fee_cases(raw: Raw, random: Random) -> bool:
    fee = raw["processing_fee"]
    fee["cases"] = 0 if fee["yuan"] else random.randrange(1, 9)
    return True


def _fee_silent(raw: Raw, random: Random) -> bool:
    raw["sections"][5]["items"] = [{"head": "", "text": "无其他需要报告的事项。"}]
    return raw["year"] >= 2021


def _claim(raw: Raw, random: Random) -> bool:
    raw["claims"][0]["value"] += _slip(random)
    return True


PHRASES = (
    *(
        r"收到政府信息公开申请(\d+)件",
        r"上年结转申请(\d+)件",
        r"部分公开(\d+)件",
        r"不予公开(\d+)件",
        r"无法提供(\d+)件",
    ),
    *(r"不予处理(\d+)件", r"作其他处理（含申请人主动撤回申请）(\d+)件", r"共答复申请(\d+)件"),
    *(r"结转下年度继续办理(\d+)件", r"行政复议(\d+)件", r"行政诉讼(\d+)件"),
)


def _figure(raw: Raw, random: Random) -> bool:
    return _add(raw, 0, random.choice(PHRASES), 1 + _slip(random))


def _files(raw: Raw, random: Random) -> bool:
    word = random.choice(("制发", "废止", "现行有效"))
    return raw["format"] == "2021" and _add(raw, 0, rf"{word}行政规范性文件(\d+)件", _slip(random))


def _part(raw: Raw, random: Random) -> bool:
    return _add(raw, 0, random.choice((r"门户网站(\d+)条", r"政务新媒体(\d+)条", r"政府公报(\d+)条")), _slip(random))


def _share(raw: Raw, random: Random) -> bool:
    return _add(raw, 0, r"占(\d+)\.\d%", _slip(random))


def _growth(raw: Raw, random: Random) -> bool:
    return _add(raw, 0, r"同比\w\w(\d+)\.\d%", _slip(random))


def _unit(raw: Raw, random: Random) -> bool:
    return _add(raw, 0, r"收到政府信息公开申请(\d+)件", 0, random.choice("条份起项次个"))


def _form(raw: Raw, random: Random) -> bool:
    raw["year"] += 5 if raw["format"] == "2019" else 0
    return raw["format"] == "2019"


def _count_of_parts(raw: Raw, random: Random) -> bool:
    return _replace(raw, "preamble", "六个部分", random.choice(("五个部分", "七个部分", "五项内容", "8个部分")))


def _list_of_parts(raw: Raw, random: Random) -> bool:
    heading = random.choice((raw["sections"][4]["heading"][2:], raw["sections"][1]["heading"][2:]))
    return _replace(raw, "preamble", f"{heading}、", "")


def _citation(raw: Raw, random: Random) -> bool:
    old, new = ("〔2019〕60号", "〔2021〕30号")
    return _replace(raw, "preamble", *((old, new) if raw["format"] == "2019" else (new, old)))


def _heading(raw: Raw, random: Random) -> bool:
    del raw["sections"][random.randrange(1, 5)]
    return True


def _doubled(raw: Raw, random: Random) -> bool:
    word = random.choice(("工作", "公开", "信息"))
    return _say(raw, random.choice((0, 4)), word, word * 2)


def _emptied(raw: Raw, random: Random) -> bool:
    random.choice(raw["sections"][0]["items"])["text"] = ""
    return True


def _problems(raw: Raw, random: Random) -> bool:
    raw["sections"][4]["items"] = [{"head": "", "text": random.choice(("无。", "没有", "暂无"))}]
    return True


def _aspect(raw: Raw, random: Random) -> bool:
    del raw["sections"][0]["items"][random.randrange(5)]
    return True


def _replace(raw: Raw, key: str, old: str, new: str) -> bool:
    there = old in raw[key]
    raw[key] = raw[key].replace(old, new, 1)
    return there


def _say(raw: Raw, part: int, old: str, new: str) -> bool:
    for item in raw["sections"][part]["items"]:
        if old in item["text"]:
            item["text"] = item["text"].replace(old, new, 1)
            return True
    return False


def _add(raw: Raw, part: int, pattern: str, more: int, unit: str = "") -> bool:
    """A number of the narrative becomes greater, or another unit follows it."""
    for item in raw["sections"][part]["items"]:
        if match := re.search(pattern, item["text"]):
            start, end = match.span(1)
            rest = unit + item["text"][end + 1 :] if unit else item["text"][end:]
            item["text"] = f"{item['text'][:start]}{int(match[1]) + more}{rest}"
            return True
    return False


FAULTS = tuple(
    Fault(name=name, rules=rules, sow=one)
    for name, rules, one in (
        ("the total of a row", ("T3-ROW",), _row),
        ("a result without its sum", ("T3-SUM",), _column),
        ("applications that do not balance", ("T3-COL",), _identity),
        ("a group of table 4", ("T4-SUM",), _suits),
        ("cases carried over", ("XY-CARRY",), _carried),
        ("files in force", ("XY-VALID",), _in_force),
        ("files made public", ("XY-TOTAL",), _public),
        ("items of the year before", ("XY-ITEMS",), _items),
        ("a digit too many or too few", ("XY-SLIP",), _digit),
        ("yuan under 万元", ("XY-SLIP", "T2-FEE"), _yuan),
        ("a blank cell", ("T3-BLANK",), _blank),
        ("a misprint", ("T2-INT",), _misprint),
        ("the year of the title", ("S-TITLE",), _year_of_title),
        ("the year of the period", ("S-YEAR",), _year_of_period),
        ("the year of a sentence", ("S-YEAR",), _year_of_text),
        ("the last day of the period", ("S-PERIOD",), _day_of_period),
        ("no period", ("S-PERIOD",), _no_period),
        ("the day of the signature", ("F-DATE",), _day_of_signature),
        ("a fee told wrong", ("FEE-SAID",), _fee_of_text),
        ("a fee told wrong against its parts", ("NARR-PARTS",), _fee_of_text),
        ("a fee that the tariff does not know", ("FEE-10",), _fee_of_record),
        ("cases of a fee", ("FEE-CASES",), _fee_cases),
        ("a fee not told", ("FEE-SAID",), _fee_silent),
        ("a declared claim", ("NARR",), _claim),
        ("a figure of the narrative", ("NARR-TEXT",), _figure),
        ("another figure of the narrative", ("NARR-TEXT",), _figure),
        ("files in the narrative", ("NARR-TEXT",), _files),
        ("a part of a total", ("NARR-PARTS",), _part),
        ("a share", ("NARR-PERCENT",), _share),
        ("growth", ("NARR-GROWTH",), _growth),
        ("the unit of applications", ("S-UNIT",), _unit),
        ("the form of another year", ("F-FORM",), _form),
        ("the count of the parts", ("S-PARTS",), _count_of_parts),
        ("the list of the parts", ("S-PARTS",), _list_of_parts),
        ("the notice cited", ("S-CITE",), _citation),
        ("a missing part", ("F-HEAD",), _heading),
        ("a doubled word", ("S-DUP",), _doubled),
        ("a heading without text", ("S-EMPTY",), _emptied),
        ("no problems", ("S-PROBLEM",), _problems),
        ("a missing aspect", ("S-FIVE",), _aspect),
    )
)
