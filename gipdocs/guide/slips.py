"""Finds slips of the pen that change or destroy the meaning of a sentence."""

from __future__ import annotations

import re
from collections.abc import Iterator

from gipdocs.findings import Finding
from gipdocs.guide import contact_facts
from gipdocs.guide.reading import Guide, GuideLine
from gipdocs.guide.remarks import remark

HALF_DAY = re.compile(r"(?:下午|晚上|夜间):?(?:0?[1-9]|1[01]):\d\d(?:[-—–~至到]+\d{1,2}:\d\d)?")
UNFINISHED = re.compile("(?:将申请|将|或者|以及|并且|按照|依照|(?<![参给授赋])与|(?<![总调缓温平])和)$")
"""Words that cannot end a sentence."""
NO_BEGINNING = re.compile(r"之日(?=(?:\d{1,3}|[一二三四五六七八九十]{1,3})个?(?:工作日|日|月))")


def check_slips(guide: Guide) -> Iterator[Finding]:
    """Hours in the 12-hour clock, unfinished sentences, terms without a first day."""
    for line in guide.lines:
        yield from _half_days(line)
        yield from _unfinished(line)
        if found := NO_BEGINNING.search(line.plain):
            term = line.plain[found.start() : found.start() + 10]
            message = f"“{term}”缺少“起”字，看不出期限从哪一天起算，应当写“之日起”。"
            yield remark("term-without-beginning", message, line, severity="warning", about="之日")


def _half_days(line: GuideLine) -> Iterator[Finding]:
    for found in HALF_DAY.findall(line.unlinked):
        right = "、".join(sorted(contact_facts.find_periods(found)))
        cure = f"应当写“{right}”" if right else "下午一时写作“13:00”"
        message = f"“{found}”是12小时制，时间按24小时制书写，{cure}。"
        yield remark("twelve-hour", message, line, severity="warning", about=found)


def _unfinished(line: GuideLine) -> Iterator[Finding]:
    for clause in line.clauses:
        if found := UNFINISHED.search(clause):
            message = f"句子到“{clause[-12:]}”没有写完，请补写。"
            yield remark("unfinished", message, line, severity="warning", about=found[0])
