"""Checks that title, preamble, signature and text speak of the agency that reports, and not of one whose report was copied."""

from __future__ import annotations

import re
from collections.abc import Iterator

from gipdocs.reports.narrative import Passage, plain
from gipdocs.reports.record import Record
from gipdocs.reports.rules import Test, breach
from gipdocs.reports.scopes import abbreviates
from gipdocs.writing import quote

ENDING = "局|委员会|委|厅|办公[厅室]|人民政府|街道办事处|中心|管理处"
PLACED = re.compile(r"(?![本我全各该])[\u4e00-\u9fff]{1,8}?[省市县区旗州镇乡]")
"""A name that begins with a place is a full one."""
WRITER = re.compile(
    rf"由(?P<writer>[\u4e00-\u9fff]{{3,30}}?(?:{ENDING}))(?:负责)?编[制写]"
    rf"|公布(?P<whose>[\u4e00-\u9fff]{{3,30}}?(?:{ENDING}))(?:20\d\d年(?:度)?)?(?:政府信息公开)?(?:工作)?年度报告"
)
"""The agency whose report it is, in the words of a preamble."""
NAMED = re.compile(rf"(?:{ENDING}|政府|镇|乡|街道|开发区|[会院队站所馆社室处])$")
"""What is left of a title is a name if it ends like one."""
LOCAL = re.compile(r"[\u4e00-\u9fff]{1,8}?(?:镇|乡|街道)")
BODIES = ("局", "委", "办", "厅", "街道", "镇", "乡", "中心", "院", "队")
SELF = re.compile(r"我(局|委|办|厅|街道|镇|乡|中心|院|队)(?![一-龥]{0,1}(?:国|们))")
SUPERIOR = re.compile(
    r"(?:^|[,。;:\n])(?:20\d\d年(?:度)?,?|[本全]年度?,?|一年来,?)?"
    r"(?P<body>[省市县区旗州](?:人民)?政府(?:办公[厅室])?)"
    r"(?=高度重视|认真|积极|严格|切实|不断|持续|及时|主动|依法|坚持|扎实|始终|共?(?:收到|受理|公开|发布|答复|办理))"
    r"(?![^。\n]{0,60}(?:我(?![国们])|本(?:局|单位|机关|街道|镇|乡|办|委)|指导|部署|督[促查导]|考核|评估|培训|各(?:部门|单位|乡镇|街道)))"
)
"""A government as the one that acts, where a department or township reports of its own work.

It may be told how a superior guides its departments, or what the agency did thereupon.
"""
LOWER = ("department", "township")


def check_names(record: Record) -> Iterator[Test]:
    """Tests that signature and preamble name the agency in the title."""
    agency = re.sub(r"\s", "", record.agency or "")
    if not NAMED.search(agency):
        return
    if record.signature and not _is_same(record.signature, agency, record):
        words = f"落款机关{quote(record.signature)}与标题中的{quote(agency)}不是同一机关，请核对。"
        yield breach("S-NAME", words, "/signature")
    for match in WRITER.finditer(plain(record.preamble or "")):
        name = match["writer"] or match["whose"]
        if PLACED.match(name) and not _is_same(name, agency, record):
            words = f"前言写的是{quote(name)}，与标题中的{quote(agency)}不是同一机关，请确认不是照抄其他机关的报告。"
            yield breach("S-NAME", words, "/preamble")


def _is_same(name: str, agency: str, record: Record) -> bool:
    """Whether two names may mean one agency; a government's report may be signed by any body of its place."""
    one, other = (re.sub(r"\s", "", plain(text)) for text in (name, agency))
    place = PLACED.match(other)
    if record.agency_kind == "government" and place and one.startswith(place[0]):
        return True
    towns = [(town, within) for text, within in ((one, other), (other, one)) for town in LOCAL.findall(text)]
    if any(town in within for town, within in towns):
        return True
    return one in other or other in one or abbreviates(one, other) or abbreviates(other, one)


def check_self(passage: Passage, record: Record) -> Iterator[Test]:
    """Doubts about words like 我局 in the report of a 街道, or 市政府 in place of the agency: the text was copied."""
    if record.agency_kind not in LOWER:
        return
    text = plain(passage.text)
    own = [body for body in BODIES if re.search(rf"{body}(?:事处|办事处|员会|公室|人民政府)?$", record.agency or "")]
    for word in dict.fromkeys(SELF.findall(text)) if own else ():
        if word not in own:
            words = f"{passage.named}自称“我{word}”，与机关名称{quote(record.agency or '')}不符，请核对。"
            yield breach("S-SELF", words, passage.pointer, place=passage.where)
    for word in dict.fromkeys(match["body"] for match in SUPERIOR.finditer(text)):
        words = f"{passage.named}写的是{quote(word)}的工作，不是本机关的，请确认不是照抄上级机关的报告。"
        yield breach("S-SELF", words, passage.pointer, place=passage.where)
