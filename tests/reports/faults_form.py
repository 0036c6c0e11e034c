"""Faults of the form: title, preamble, parts, signature, and what is printed in place of labels and figures."""

from __future__ import annotations

import re
from random import Random

from tests.reports.sowing import Fault, Raw, faults_of, replace_in


def _year_of_title(raw: Raw, random: Random) -> bool:
    return replace_in(raw, "title", str(raw["year"]), str(raw["year"] - random.choice((1, 2))))


def _year_of_period(raw: Raw, random: Random) -> bool:
    return replace_in(raw, "preamble", f"为{raw['year']}年", f"为{raw['year'] - 1}年")


def _day_of_period(raw: Raw, random: Random) -> bool:
    return replace_in(raw, "preamble", "12月31日", random.choice(("12月20日", "11月30日", "6月30日", "12月30日")))


def _no_period(raw: Raw, random: Random) -> bool:
    raw["preamble"] = re.sub(r"所列数据的统计期限[^。]+。", "", raw["preamble"])
    return True


def _day_of_signature(raw: Raw, random: Random) -> bool:
    raw["date"] = random.choice((f"{raw['year']}-01-20", f"{raw['year'] + 1}-04-{random.randrange(1, 30):02}"))
    return True


def _form(raw: Raw, random: Random) -> bool:
    raw["year"] += 5 if raw["format"] == "2019" else 0
    return raw["format"] == "2019"


def _count_of_parts(raw: Raw, random: Random) -> bool:
    return replace_in(raw, "preamble", "六个部分", random.choice(("五个部分", "七个部分", "五项内容", "8个部分")))


def _list_of_parts(raw: Raw, random: Random) -> bool:
    heading = random.choice((raw["sections"][4]["heading"][2:], raw["sections"][1]["heading"][2:]))
    return replace_in(raw, "preamble", f"{heading}、", "")


def _citation(raw: Raw, random: Random) -> bool:
    old, new = ("〔2019〕60号", "〔2021〕30号")
    return replace_in(raw, "preamble", *((old, new) if raw["format"] == "2019" else (new, old)))


def _heading(raw: Raw, random: Random) -> bool:
    del raw["sections"][random.randrange(6)]
    return True


def _order_of_parts(raw: Raw, random: Random) -> bool:
    at = random.randrange(5)
    raw["sections"][at : at + 2] = raw["sections"][at + 1], raw["sections"][at]
    return True


def _words_of_heading(raw: Raw, random: Random) -> bool:
    section = raw["sections"][random.randrange(1, 6)]
    section["heading"] = section["heading"].replace("情况", "").replace("的", "")
    return True


def _title_broken(raw: Raw, random: Random) -> bool:
    return replace_in(
        raw, "title", *random.choice((("工作年度报告", "工作度报告"), ("信息公开", "公开"), ("工作年度", "年度")))
    )


def _title_of_notice(raw: Raw, random: Random) -> bool:
    """The title of the notice of 2019 with the number of that of 2021."""
    basis = "国办公开办函〔2021〕30号"
    return replace_in(raw, "preamble", basis, f"《政府信息公开工作年度报告格式（试行）》（{basis}）")


def _number_of_notice(raw: Raw, random: Random) -> bool:
    old = "30号" if raw["format"] == "2021" else "60号"
    return replace_in(raw, "preamble", old, random.choice(("3号", "31号", "61号")))


def _old_law(raw: Raw, random: Random) -> bool:
    """The Regulations cited as they were until 2019."""
    return replace_in(raw, "preamble", "信息公开条例》", "信息公开条例》（国务院令第492号）")


def _unsigned(raw: Raw, random: Random) -> bool:
    raw["source"] = {"kind": "docx"}
    del raw[random.choice(("signature", "date"))]
    return True


def _other_signature(raw: Raw, random: Random) -> bool:
    raw["signature"] = random.choice(("某市水文局", "某县档案馆", "某某区人民政府办公室"))
    return True


def _other_agency_of_preamble(raw: Raw, random: Random) -> bool:
    """A preamble copied from another agency's report."""
    return replace_in(
        raw, "preamble", "编制，", random.choice(("，由某县财政局编制，", "编制，现公布某县财政局年度报告，"))
    )


def _attachment(raw: Raw, random: Random) -> bool:
    raw["attachments"] = [
        random.choice(("年度报告(1).doc", "2023年报告（2）.pdf", "新建文档.docx", "年报 - 副本.docx"))
    ]
    return True


FORM: tuple[Fault, ...] = faults_of(
    ("the year of the title", "S-TITLE", _year_of_title),
    ("a title that is incomplete", "S-TITLE", _title_broken),
    ("the year of the period", "S-YEAR", _year_of_period),
    ("the last day of the period", "S-PERIOD", _day_of_period),
    ("no period", "S-PERIOD", _no_period),
    ("the day of the signature", "F-DATE", _day_of_signature),
    ("the form of another year", "F-FORM", _form),
    ("the count of the parts", "S-PARTS", _count_of_parts),
    ("the list of the parts", "S-PARTS", _list_of_parts),
    ("the notice cited", "S-CITE", _citation),
    ("the title of the notice", "S-CITE", _title_of_notice),
    ("the number of the notice", "S-CITE", _number_of_notice),
    ("the law as it was", "S-CITE", _old_law),
    ("a missing part", "F-HEAD", _heading),
    ("the order of the parts", "F-HEAD", _order_of_parts),
    ("the words of a heading", "F-HEAD", _words_of_heading),
    ("no signature", "S-SIGN", _unsigned),
    ("another signature", "S-NAME", _other_signature),
    ("another agency in the preamble", "S-NAME", _other_agency_of_preamble),
    ("the name of an attachment", "S-ATTACH", _attachment),
)
