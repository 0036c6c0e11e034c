"""Proofreads the narrative: text that is missing, broken off, repeated, copied, or out of order."""

from __future__ import annotations

import re
from collections.abc import Iterator

from gipdocs.reports.checks.fee import FEE, NOTHING
from gipdocs.reports.narrative import NUMERAL, Passage, lines, part, passages, plain, whole
from gipdocs.reports.record import Item, Record, Section
from gipdocs.reports.rules import Test, breach
from gipdocs.writing import ORDINALS, numeral, quote

ASPECTS = {
    "主动公开": "主动公开",
    "依申请公开": "依申请",
    "政府信息管理": "信息(?:资源)?(?:公开)?管理|管理",
    "政府信息公开平台建设": "平台",
    "监督保障": "监督",
}
"""The five aspects of part one, each with its keyword."""
OPENING = 60
"""An item must name its aspect within this many characters."""
GOVERNMENT = ("考核", "评议", "责任追究|追责|问责")
NONE_ELSE = re.compile(r"无[^,。;]{0,12}(?:需要报告的其他事项|其他需要报告的事项)")
BUT_FOR = re.compile(r"除|此外|另外|以上|上述")
SHORTEST_PROBLEMS = 10
BROKEN_FROM = 20
"""A paragraph of this length should end with a full stop."""
REPEATED_FROM = 18
DOUBLED = re.compile(r"(?![一逐])([\u4e00-\u9fff]{2})\1")
WRONG_UNIT = re.compile(r"申请[^,。;、\d]{0,8}(\d{1,9})(条|份|起|项|次|个)")
PAST_YEAR = re.compile(r"(20\d\d)年(?:度|全年)?,?(?:我|本|全[市县区镇局]|共)")
SELF = re.compile(r"我(局|委|办|厅|街道|镇|乡|中心|院|队)(?![一-龥]{0,1}(?:国|们))")
BODIES = ("局", "委", "办", "厅", "街道", "镇", "乡", "中心", "院", "队")


def check_text(record: Record) -> Iterator[Test]:
    """Every test of the wording; none if the record has no narrative."""
    if not record.sections:
        return
    for i, section in enumerate(record.sections):
        yield from _empty(section, f"/sections/{i}")
        yield from _order(section, f"/sections/{i}")
    for passage in passages(record):
        yield from _wording(passage, record)
    yield from _repeated(record)
    yield from _part_one(record)
    yield from _part_five(record)
    yield from _none_else(record)


def _empty(section: Section, pointer: str) -> Iterator[Test]:
    for k, item in enumerate(section.items):
        if item.head and not item.text.strip():
            words = f"第{numeral(section.no)}部分{quote(item.head)}只有标题没有内容，请补写。"
            yield breach("S-EMPTY", words, f"{pointer}/items/{k}/text")
    if section.table is None and not any(item.head or item.text.strip() for item in section.items):
        yield breach("S-EMPTY", f"{quote(section.heading)}没有内容，请补写。", f"{pointer}/items")


def _order(section: Section, pointer: str) -> Iterator[Test]:
    numbers = [match[0].strip("（）()") for item in section.items if (match := NUMERAL.match(item.head))]
    wanted = list(ORDINALS[: len(numbers)])
    if numbers and len(numbers) <= len(ORDINALS) and numbers != wanted:
        words = f"第{numeral(section.no)}部分的层次序号为{'、'.join(numbers)}，应依次为{'、'.join(wanted)}。"
        yield breach("S-ORDER", words, f"{pointer}/items")


def _wording(passage: Passage, record: Record) -> Iterator[Test]:
    text = plain(passage.text)
    at, named, pointer = passage.where, passage.named, passage.pointer
    for doubled in dict.fromkeys(match[0] for match in DOUBLED.finditer(text)):
        yield breach("S-DUP", f"{named}有叠字“{doubled}”，请核对。", pointer, place=at)
    for line in passage.text.split("\n"):
        if len(line) >= BROKEN_FROM and plain(line)[-1] not in "。!?:;”)》":
            yield breach(
                "S-BROKEN", f"{named}{quote('…' + line[-12:])}没有写完或者缺少句号，请核对。", pointer, place=at
            )
    for match in WRONG_UNIT.finditer(text):
        words = f"{named}{quote(match[0])}：政府信息公开申请以“件”计，请将“{match[2]}”改为“件”。"
        yield breach("S-UNIT", words, pointer, place=at)
    for match in PAST_YEAR.finditer(text):
        if int(match[1]) < record.year:
            words = f"{named}{quote(passage.text[slice(*match.span())] + '…')}：本报告为{record.year}年度，请确认不是照抄往年。"
            yield breach("S-YEAR", words, pointer, place=at, numbers=(int(match[1]), record.year))
    if "上级年度" in text:
        yield breach("S-PHRASE", f"{named}“上级年度”意思不清，应为“上级×年度”或者“上年度”，请核对。", pointer, place=at)
    yield from _self(passage, record)


def _self(passage: Passage, record: Record) -> Iterator[Test]:
    """Doubts about words like 我局 in the report of a 街道: the text was copied from another agency."""
    own = next((body for body in BODIES if re.search(rf"{body}(?:事处|员会|公室)?$", record.agency or "")), None)
    if record.agency_kind not in ("department", "township") or own is None:
        return
    for word in dict.fromkeys(SELF.findall(plain(passage.text))):
        if word != own:
            words = f"{passage.named}自称“我{word}”，与机关名称{quote(record.agency or '')}不符，请核对。"
            yield breach("S-SELF", words, passage.pointer, place=passage.where)


def _repeated(record: Record) -> Iterator[Test]:
    """Doubts about clauses that occur in two items."""
    seen: list[tuple[Passage, str]] = []
    said: set[str] = set()
    for passage in passages(record):
        for clause in re.split(r"[,。;:\n]", plain(passage.text)):
            first = next((other for other, text in seen if clause in text), None)
            if len(clause) >= REPEATED_FROM and first and clause not in said:
                said.add(clause)
                words = f"{quote(clause)}在{first.named}和{passage.named}各写了一遍，请删去一处。"
                yield breach("S-REPEAT", words, passage.pointer, place=passage.where)
        seen.append((passage, plain(passage.text)))


def _part_one(record: Record) -> Iterator[Test]:
    section = part(record, 1)
    if section is None:
        return
    at = f"/sections/{record.sections.index(section)}"
    openings = [plain(f"{item.head} {item.text[:OPENING]}") for item in section.items if item.head]
    named = openings or [plain(whole(section))]
    lacking = [aspect for aspect, word in ASPECTS.items() if not any(re.search(word, one) for one in named)]
    if lacking:
        yield breach("S-FIVE", f"第一部分没有写{'、'.join(lacking)}。请按格式写明{'、'.join(ASPECTS)}五个方面。", at)
    text = plain(whole(section))
    received = record.cells["table3.new.total"]
    if received and not re.search(
        r"申请[^。]{0,40}\d件|\d件[^。]{0,20}申请|申请[^。]{0,60}一[件名位]|一(?:学生|名|位)[^。]{0,12}申请", text
    ):
        words = f"表三新收申请{received}件，第一部分没有写明申请件数，请补写。"
        yield breach("S-COUNT", words, at, numbers=(None, received))
    if record.agency_kind == "government":
        absent = [word.split("|")[0] for word in GOVERNMENT if not re.search(word, text)]
        if absent:
            words = f"各级政府的报告应包括工作考核、社会评议和责任追究结果，第一部分没有写{'、'.join(absent)}，请补写。"
            yield breach("S-GOV", words, at)


def _part_five(record: Record) -> Iterator[Test]:
    section = part(record, 5)
    text = whole(section).strip() if section else ""
    if section and (NOTHING.fullmatch(text) or len(text) < SHORTEST_PROBLEMS):
        yield breach(
            "S-PROBLEM",
            "第五部分没有写明存在的主要问题和改进情况，请补写。",
            f"/sections/{record.sections.index(section)}",
        )


def _none_else(record: Record) -> Iterator[Test]:
    """A doubt about 无其他需要报告的事项 in part six although other matters were reported."""
    section = part(record, 6)
    if section is None:
        return
    pointer = f"/sections/{record.sections.index(section)}"
    reported = [item for item in section.items if _reports(item)]
    for k, item in enumerate(section.items):
        text = plain(item.text)
        found = NONE_ELSE.search(text)
        if found and not BUT_FOR.search(text[: found.start()]) and [one for one in reported if one is not item]:
            listed = "、".join(one.head or "正文" for one in reported if one is not item)
            words = f"第六部分{item.head}写{quote(found[0])}，但{listed}已经报告了其他事项，前后矛盾，请改写或者删去。"
            yield breach("S-NONE", words, f"{pointer}/items/{k}/text")


def _reports(item: Item) -> bool:
    """Whether the item reports anything besides the fee."""
    text = "".join(line.text for line in lines([item]))
    body = NUMERAL.sub("", plain(text), count=1).strip()
    return bool(body) and not FEE.search(body) and not body.startswith(("无", "没有", "暂无"))
