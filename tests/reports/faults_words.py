"""Faults of the narrative: numbers that differ from the tables, the fee, and the wording."""

from __future__ import annotations

import re
from random import Random

from tests.reports.clean import FEES
from tests.reports.sowing import Fault, Raw, add_to, faults_of, say, slip


def _year_of_text(raw: Raw, random: Random) -> bool:
    item = random.choice(raw["sections"][0]["items"])
    item["text"] = f"{raw['year'] - 1}年，我{random.choice('市区县')}工作扎实推进。{item['text']}"
    return True


def _paid(raw: Raw) -> bool:
    return bool(raw["processing_fee"]["yuan"])


def _fee_of_text(raw: Raw, random: Random) -> bool:
    wrong = sum(FEES) + random.choice((100, 10, 1000))
    return _paid(raw) and say(raw, 5, f"{sum(FEES)}元", f"{wrong}元")


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
    raw["claims"][0]["value"] += slip(random)
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
    return add_to(raw, 0, random.choice(PHRASES), 1 + slip(random))


def _files(raw: Raw, random: Random) -> bool:
    word = random.choice(("制发", "废止", "现行有效"))
    return raw["format"] == "2021" and add_to(raw, 0, rf"{word}行政规范性文件(\d+)件", slip(random))


def _part(raw: Raw, random: Random) -> bool:
    return add_to(raw, 0, random.choice((r"门户网站(\d+)条", r"政务新媒体(\d+)条", r"政府公报(\d+)条")), slip(random))


def _share(raw: Raw, random: Random) -> bool:
    return add_to(raw, 0, r"占(\d+)\.\d%", slip(random))


def _growth(raw: Raw, random: Random) -> bool:
    return add_to(raw, 0, r"同比\w\w(\d+)\.\d%", slip(random))


def _unit(raw: Raw, random: Random) -> bool:
    return add_to(raw, 0, r"收到政府信息公开申请(\d+)件", 0, random.choice("条份起项次个"))


def _doubled(raw: Raw, random: Random) -> bool:
    word = random.choice(("工作", "公开", "信息"))
    return say(raw, random.choice((0, 4)), word, word * 2)


def _emptied(raw: Raw, random: Random) -> bool:
    random.choice(raw["sections"][0]["items"])["text"] = ""
    return True


def _problems(raw: Raw, random: Random) -> bool:
    raw["sections"][4]["items"] = [{"head": "", "text": random.choice(("无。", "没有", "暂无"))}]
    return True


def _aspect(raw: Raw, random: Random) -> bool:
    del raw["sections"][0]["items"][random.randrange(5)]
    return True


def _append(raw: Raw, words: str, part: int = 0, item: int = 0) -> bool:
    raw["sections"][part]["items"][item]["text"] += words
    return True


def _all_answered(raw: Raw, random: Random) -> bool:
    """All are said to be answered, although some were carried out."""
    words = ("全部申请均已按时答复。", "收到的申请均已办结。", "申请事项全部在法定期限内答复。")
    return bool(raw["table3"]["rows"]["carried_out"][6]) and _append(raw, random.choice(words), item=1)


def _no_disputes(raw: Raw, random: Random) -> bool:
    words = (
        "全年未发生因政府信息公开引起的行政复议、行政诉讼。",
        "没有发生政府信息公开行政复议和行政诉讼案件。",
        "因政府信息公开被申请行政复议、提起行政诉讼均为0件。",
    )
    there = any(group["total"] for group in raw["table4"].values())
    return there and _append(raw, random.choice(words), item=1)


def _all_upheld(raw: Raw, random: Random) -> bool:
    group = raw["table4"]["reconsideration"]
    return group["total"] > group["upheld"] and _append(raw, "行政复议、行政诉讼结果均维持。", item=1)


def _no_applications(raw: Raw, random: Random) -> bool:
    words = ("全年没有收到政府信息公开申请。", "本年度未收到政府信息公开申请。")
    return bool(raw["table3"]["rows"]["new"][6]) and _append(raw, random.choice(words), item=2)


def _decisions(raw: Raw, random: Random) -> bool:
    act, row = random.choice((("许可", "licence"), ("处罚", "penalty"), ("强制", "coercion")))
    return _append(raw, f"作出行政{act}决定{raw['table2'][row]['decisions'] + slip(random)}件。")


def _rules_in_force(raw: Raw, random: Random) -> bool:
    if raw["format"] != "2021":
        return False
    return _append(raw, f"现行有效规章{raw['table2']['rules']['valid'] + slip(random)}件。")


def _twice_told(raw: Raw, random: Random) -> bool:
    """The same count told twice, differently."""
    said = random.choice(("门户网站912条", "政务新媒体340条", "举办政府开放日活动4次", "政府公报36条"))
    head, count, unit = re.split(r"(\d+)", said)
    return _append(raw, f"进一步改进工作，{head}{int(count) + slip(random)}{unit}。", item=3)


def _applications_untold(raw: Raw, random: Random) -> bool:
    items = raw["sections"][0]["items"]
    items[1]["text"] = "严格按照规定的程序和期限办理，规范答复的内容和格式。"
    raw["claims"] = []
    return bool(raw["table3"]["rows"]["new"][6])


def _share_of_another(raw: Raw, random: Random) -> bool:
    granted, handled = raw["table3"]["rows"]["granted"][6], raw["table3"]["rows"]["sum"][6]
    if not handled:
        return False
    share = round(100 * granted / handled) + random.choice((3, 7))
    return _append(raw, f"予以公开的{granted}件，占{share}%。", item=1)


def _unit_before(raw: Raw, random: Random) -> bool:
    count = raw["table3"]["rows"]["new"][6]
    words = (f"全年收到{count}条政府信息公开申请。", f"共受理{count}份依申请公开。", f"收到依申请公开{count}起。")
    return bool(count) and _append(raw, random.choice(words), item=1)


def _outdated(raw: Raw, random: Random) -> bool:
    """Words of the Regulations as they were until 2019."""
    words = (
        "涉及国家秘密的依法免于公开。",
        "申请内容属于免予公开范围的，说明理由。",
        "根据自身生产、生活、科研等特殊需要提出申请的，依法办理。",
        "收取检索、复制、邮寄等成本费用。",
        "落实上级年度政务公开工作要点。",
    )
    return _append(raw, random.choice(words), item=2)


def _other_self(raw: Raw, random: Random) -> bool:
    """The words of another agency for itself, or its superior in its own place."""
    words = (
        "市政府高度重视政府信息公开工作。",
        "我委认真落实各项要求。",
        "省政府及时答复群众申请。",
        "我中心认真落实各项要求。",
        "市人民政府办公室认真做好信息公开工作。",
    )
    return raw["agency_kind"] in ("department", "township") and _append(raw, random.choice(words), item=4)


def _broken(raw: Raw, random: Random) -> bool:
    words = (
        "围绕中心工作，进一步做好政务公开各项工作，。",
        "围绕中心工作，着力做好机关事务政务公开的各项",
        "进一步健全公开目录，完善工作制度，加强业务培训以及。",
        "进一步健全公开目录（含重点领域，完善工作制度，加强业务培训。",
        "进一步健全公开目录。。加强业务培训。",
        "认真学习《政府信息公开条例，加强业务培训。",
    )
    return _append(raw, random.choice(words), *random.choice(((0, 3), (4, 0))))


def _doubled_phrase(raw: Raw, random: Random) -> bool:
    words = (
        "围绕围绕中心工作开展培训。",
        "加强政务公开政务公开培训。",
        "完善公开的的程序。",
        "及时向社会公开了了解的情况和和做法。",
    )
    return _append(raw, random.choice(words), *random.choice(((0, 3), (4, 0))))


def _clause_twice(raw: Raw, random: Random) -> bool:
    clause = "邀请法律顾问逐条讲解政府信息公开申请办理的程序和要点"
    return _append(raw, f"{clause}。", 0, 4) and _append(raw, f"{clause}。", 4, 0)


def _numbering(raw: Raw, random: Random) -> bool:
    """Numbers of items left out, doubled, or of two systems."""
    items = raw["sections"][0]["items"]
    match random.randrange(5):
        case 0:
            items[2]["head"] = items[2]["head"].replace("（三）", "（二）")
        case 1:
            items[3]["head"] = items[3]["head"].replace("（四）", "（五）")
        case 2:
            items[3]["text"] += "\n1.健全制度。\n3.加强培训。"
        case 3:
            items[3]["text"] += "\n1.健全制度。\n2、加强培训。\n3.定期通报。"
        case _:
            items[3]["text"] += "一是健全制度；三是加强培训。"
    return True


def _year_elsewhere(raw: Raw, random: Random) -> bool:
    year = raw["year"]
    words = (
        f"截至{year - 1}年12月31日，门户网站专栏共设栏目12个。",
        f"{year - 1}年度，共公开信息。",
        f"{year + 1}年，共收到政府信息公开申请。",
        f"截至{year - 1}年底，各栏目更新及时。",
        f"{year - 2}年，全区政务公开工作有序开展。",
    )
    return _append(raw, random.choice(words), item=3)


def _none_else(raw: Raw, random: Random) -> bool:
    """Nothing else is said to be reported after something was."""
    raw["sections"][5]["items"] += [
        {"head": "（一）建议提案办理情况", "text": "办理人大代表建议3件，均已公开。"},
        {"head": "（二）其他", "text": "无其他需要报告的事项。"},
    ]
    return True


def _nothing_but_a_fee(raw: Raw, random: Random) -> bool:
    raw["sections"][5]["items"] = [{"head": "", "text": random.choice(("无。", "无", "没有其他需要报告的事项。"))}]
    return _paid(raw) and raw["year"] >= 2021


def _unpaid(raw: Raw, random: Random) -> bool:
    """Somebody did not pay as asked, but part six says nothing of a fee."""
    rows = raw["table3"]["rows"]
    if raw["format"] != "2021" or "o2_unpaid" not in rows:
        return False
    for key in ("o2_unpaid", "sum", "new"):
        for column in (0, 6):
            rows[key][column] += 1
    raw["sections"][5]["items"] = [{"head": "", "text": "本机关没有需要报告的其他事项。"}]
    raw["processing_fee"] = {"yuan": 0, "cases": 0}
    return True


def _accountability(raw: Raw, random: Random) -> bool:
    return raw["agency_kind"] == "government" and say(raw, 0, "，没有发生责任追究的情形", "")


WORDS: tuple[Fault, ...] = faults_of(
    ("the year of a sentence", "S-YEAR", _year_of_text),
    ("another year elsewhere", "S-YEAR", _year_elsewhere),
    ("a fee told wrong", "FEE-SAID", _fee_of_text),
    ("a fee told wrong against its parts", "NARR-PARTS", _fee_of_text),
    ("a fee that the tariff does not know", "FEE-10", _fee_of_record),
    ("cases of a fee", "FEE-CASES", _fee_cases),
    ("a fee not told", "FEE-SAID", _fee_silent),
    ("nothing to report but a fee", "FEE-SAID", _nothing_but_a_fee),
    ("a fee that was not paid", "FEE-SAID", _unpaid),
    ("a declared claim", "NARR", _claim),
    ("a figure of the narrative", "NARR-TEXT", _figure),
    ("another figure of the narrative", "NARR-TEXT", _figure),
    ("files in the narrative", "NARR-TEXT", _files),
    ("decisions in the narrative", "NARR-TEXT", _decisions),
    ("rules in the narrative", "NARR-TEXT", _rules_in_force),
    ("all answered, some carried out", "NARR-TEXT", _all_answered),
    ("no disputes, but in table 4", "NARR-TEXT", _no_disputes),
    ("all upheld, but not in table 4", "NARR-TEXT", _all_upheld),
    ("no applications, but in table 3", "NARR-TEXT", _no_applications),
    ("a count told twice", "NARR-TWICE", _twice_told),
    ("a part of a total", "NARR-PARTS", _part),
    ("a share", "NARR-PERCENT", _share),
    ("another share", "NARR-PERCENT", _share_of_another),
    ("growth", "NARR-GROWTH", _growth),
    ("applications without their number", "S-COUNT", _applications_untold),
    ("the unit of applications", "S-UNIT", _unit),
    ("the unit before applications", "S-UNIT", _unit_before),
    ("outdated words", "S-PHRASE", _outdated),
    ("another agency's words", "S-SELF", _other_self),
    ("a broken sentence", "S-BROKEN", _broken),
    ("a doubled word", "S-DUP", _doubled),
    ("a doubled phrase", "S-DUP", _doubled_phrase),
    ("a clause that stands twice", "S-REPEAT", _clause_twice),
    ("the numbers of items", "S-ORDER", _numbering),
    ("a heading without text", "S-EMPTY", _emptied),
    ("no problems", "S-PROBLEM", _problems),
    ("nothing else after something", "S-NONE", _none_else),
    ("a missing aspect", "S-FIVE", _aspect),
    ("no accountability", "S-GOV", _accountability),
)
