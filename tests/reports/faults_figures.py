"""Faults of the tables and of their comparison with last year's."""

from __future__ import annotations

import copy
from random import Random

from tests.reports.sowing import Fault, Raw, faults_of, slip


def _row(raw: Raw, random: Random) -> bool:
    rows = raw["table3"]["rows"]
    rows[random.choice([*rows])][6] += slip(random)
    return True


def _column(raw: Raw, random: Random) -> bool:
    rows = raw["table3"]["rows"]
    row = rows[random.choice([key for key in rows if key not in ("new", "carried_in", "carried_out", "sum")])]
    column, more = random.randrange(6), slip(random)
    row[column] += more
    row[6] += more
    return True


def _identity(raw: Raw, random: Random) -> bool:
    row = raw["table3"]["rows"][random.choice(("new", "carried_in", "carried_out"))]
    column, more = random.randrange(6), slip(random)
    row[column] += more
    row[6] += more
    return True


def _suits(raw: Raw, random: Random) -> bool:
    raw["table4"][random.choice([*raw["table4"]])][random.choice(("upheld", "corrected", "total"))] += slip(random)
    return True


def _carried(raw: Raw, random: Random) -> bool:
    if "previous" in raw:
        raw["previous"]["table3"]["rows"]["carried_out"][random.randrange(7)] += slip(random)
    return "previous" in raw


def _in_force(raw: Raw, random: Random) -> bool:
    if raw["format"] != "2021" or "previous" not in raw:
        return False
    raw["table2"][random.choice(("rules", "normative"))]["valid"] += slip(random)
    return True


def _public(raw: Raw, random: Random) -> bool:
    if raw["format"] != "2019" or "previous" not in raw:
        return False
    raw["table2"][random.choice(("rules", "normative"))]["total_public"] += slip(random)
    return True


def _items(raw: Raw, random: Random) -> bool:
    if raw["format"] != "2019" or "previous" not in raw:
        return False
    raw["table2"][random.choice(("licence", "penalty", "coercion", "fee"))]["prev_items"] += slip(random)
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


def _no_total(raw: Raw, random: Random) -> bool:
    """A total left blank although its row has figures."""
    rows = [row for row in raw["table3"]["rows"].values() if any(row[:6])]
    if rows:
        random.choice(rows)[6] = None
    return bool(rows)


def _empty_table(raw: Raw, random: Random) -> bool:
    for group in raw[random.choice(("table2", "table4"))].values():
        if isinstance(group, dict):
            group |= {key: None for key in group if key != "amount_unit"}
    return True


def _stock(raw: Raw, random: Random) -> bool:
    """More issued than are in force and were repealed: impossible."""
    row = raw["table2"][random.choice(("rules", "normative"))]
    if raw["format"] == "2021":
        row |= {"valid": random.randrange(3), "issued": random.randrange(4, 9), "repealed": 0}
    return raw["format"] == "2021"


def _only_new(raw: Raw, random: Random) -> bool:
    if raw["format"] == "2021":
        raw["table2"]["normative"] |= dict.fromkeys(("valid", "issued"), random.randrange(2, 9)) | {"repealed": 0}
    return raw["format"] == "2021"


def _web_pages_as_files(raw: Raw, random: Random) -> bool:
    """The number of items on the web site in place of normative documents."""
    stock, new = ("valid", "issued") if raw["format"] == "2021" else ("total_public", "made")
    raw["table2"]["normative"][new] = raw["table2"]["normative"][stock] = random.choice((1288, 912, 340))
    return True


def _many_files(raw: Raw, random: Random) -> bool:
    stock = "valid" if raw["format"] == "2021" else "total_public"
    raw["table2"]["normative"][stock] = random.randrange(51, 400)
    return raw["agency_kind"] in ("department", "township", "central-branch")


def _rules_of_a_department(raw: Raw, random: Random) -> bool:
    row = raw["table2"]["rules"]
    row[random.choice([*row])] = random.randrange(1, 5)
    return raw["agency_kind"] in ("department", "township", "central-branch")


def _more_new_than_all(raw: Raw, random: Random) -> bool:
    if raw["format"] == "2019":
        raw["table2"]["normative"] |= {"total_public": 1, "disclosed": random.randrange(2, 9)}
    return raw["format"] == "2019"


def _more_disclosed_than_made(raw: Raw, random: Random) -> bool:
    if raw["format"] == "2019":
        raw["table2"]["normative"] |= {"made": 1, "disclosed": random.randrange(2, 9)}
    return raw["format"] == "2019"


def _fewer_than_none(raw: Raw, random: Random) -> bool:
    if raw["format"] == "2019":
        row = raw["table2"][random.choice(("licence", "penalty", "coercion", "fee"))]
        row["change"] = -row["prev_items"] - random.randrange(1, 9)
    return raw["format"] == "2019"


def _items_for_decisions(raw: Raw, random: Random) -> bool:
    """The number of powers, or of published items, in place of decisions."""
    row = raw["table2"][random.choice(("licence", "penalty", "coercion"))]
    if raw["format"] == "2019":
        row |= {"prev_items": 43, "change": random.randrange(1, 9)}
        row["decisions"] = row["prev_items"] + row["change"]
        return True
    count = random.randrange(31, 400)
    raw["table2"]["licence"]["decisions"] = count
    raw["sections"][0]["items"][0]["text"] += random.choice(
        (f"公布行政许可事项{count}项。", f"公开行政许可信息{count}条。", f"梳理{count}项行政许可事项并公布清单。")
    )
    return True


def _no_unit(raw: Raw, random: Random) -> bool:
    if raw["format"] == "2019":
        raw["table2"]["procurement"] |= {"amount": random.randrange(1000, 9999), "amount_unit": None}
    return raw["format"] == "2019"


def _round_number(raw: Raw, random: Random) -> bool:
    row = raw["table2"][random.choice(("licence", "penalty"))]
    row["decisions"] = random.randrange(2, 30) * 1000
    return True


def _idle(raw: Raw, random: Random) -> bool:
    """Disputes, although nobody asked for anything in two years."""
    for one in (raw, raw.get("previous", {})):
        for row in one.get("table3", {}).get("rows", {}).values():
            row[:] = [0] * 7
    raw["table4"]["suit_direct"] |= {"upheld": 2, "total": sum(raw["table4"]["suit_direct"].values()) // 2 + 2}
    group = raw["table4"]["suit_direct"]
    group["total"] = sum(value for key, value in group.items() if key != "total")
    return "previous" in raw


def _sued_at_once(raw: Raw, random: Random) -> bool:
    """Suits without reconsideration in a year when refusals must be reconsidered first."""
    group = raw["table4"]["suit_direct"]
    more = slip(random)
    group |= {key: group[key] + more for key in ("upheld", "total")}
    return bool(raw["year"] >= 2024)


def _same_again(raw: Raw, random: Random) -> bool:
    if "previous" in raw and any(any(row) for row in raw["table3"]["rows"].values()):
        raw["previous"] |= {key: copy.deepcopy(raw[key]) for key in ("table2", "table3", "table4", "format")}
        return True
    return False


def _same_words(raw: Raw, random: Random) -> bool:
    if "previous" in raw:
        raw["previous"]["sections"] = copy.deepcopy(raw["sections"])
    return "previous" in raw


def _jump(raw: Raw, random: Random) -> bool:
    """A channel with several times as many items as last year, and no word about it."""
    if "previous" not in raw:
        return False
    channel = {"key": "channel:门户网站", "value": 912, "quote": "门户网站912条"}
    raw["claims"].append(channel)
    raw["previous"]["claims"] = [
        channel | {"value": (then := random.choice((120, 4300))), "quote": f"门户网站{then}条"}
    ]
    return True


def _wrong_year_before(raw: Raw, random: Random) -> bool:
    if "previous" in raw:
        raw["previous"]["year"] -= 1
    return "previous" in raw and raw["previous"]["year"] >= 2019


def _other_agency_before(raw: Raw, random: Random) -> bool:
    if "previous" in raw:
        raw["previous"]["agency"] = "某市水文局"
    return "previous" in raw


def _hybrid(raw: Raw, random: Random) -> bool:
    """Table 2 of one form and table 3 of the other."""
    rows = raw["table3"]["rows"]
    if raw["format"] != "2021":
        return False
    parts = [rows.pop(key) for key in [*rows] if key.startswith("o") and key[1].isdigit()]
    rows["other"] = [sum(column) for column in zip(*parts, strict=True)]
    raw["table3"] |= {"form_rows": "2019"}
    return True


def _none_but_many(raw: Raw, random: Random) -> bool:
    """Many decisions in one year, none in the other."""
    row = raw["table2"][random.choice(("licence", "penalty"))]
    if "previous" not in raw or row["decisions"] < 1000:
        return False
    row["decisions"] = 0
    return True


FIGURES: tuple[Fault, ...] = faults_of(
    ("the total of a row", "T3-ROW", _row),
    ("a result without its sum", "T3-SUM", _column),
    ("applications that do not balance", "T3-COL", _identity),
    ("a group of table 4", "T4-SUM", _suits),
    ("cases carried over", "XY-CARRY", _carried),
    ("files in force", "XY-VALID", _in_force),
    ("files made public", "XY-TOTAL", _public),
    ("items of the year before", "XY-ITEMS", _items),
    ("a digit too many or too few", "XY-SLIP", _digit),
    ("yuan under 万元", ("XY-SLIP", "T2-FEE"), _yuan),
    ("a blank cell", "T3-BLANK", _blank),
    ("a blank total", "T3-ROW", _no_total),
    ("a blank table", ("T2-BLANK", "T4-BLANK"), _empty_table),
    ("a misprint", "T2-INT", _misprint),
    ("more issued than in force", "T2-PREV", _stock),
    ("no older file", "T2-ONLYNEW", _only_new),
    ("web pages as files", "T2-NORM", _web_pages_as_files),
    ("too many files", "T2-NORM", _many_files),
    ("rules of a department", "T2-RULES", _rules_of_a_department),
    ("more new than all", "T2-TOTAL", _more_new_than_all),
    ("more disclosed than made", "T2-MADE", _more_disclosed_than_made),
    ("fewer items than none", "T2-ITEMS", _fewer_than_none),
    ("items for decisions", "T2-MISREAD", _items_for_decisions),
    ("an amount without unit", "T2-UNIT", _no_unit),
    ("a round number", "T2-ROUND", _round_number),
    ("disputes without applications", "T4-IDLE", _idle),
    ("suits without reconsideration", "T4-PRIOR", _sued_at_once),
    ("last year's figures", "XY-SAME", _same_again),
    ("last year's words", "XY-SIM", _same_words),
    ("a channel that jumps", "XY-JUMP", _jump),
    ("decisions that are gone", ("XY-SLIP", "XY-JUMP"), _none_but_many),
    ("the wrong year before", "XY-PREV", _wrong_year_before),
    ("another agency's year before", "XY-PREV", _other_agency_before),
    ("a hybrid form", "F-HYBRID", _hybrid),
)
