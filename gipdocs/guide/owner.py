"""Finds the owner of a guide: the office of the profile, or another, and then its level."""

from __future__ import annotations

import re
from collections.abc import Iterator

from gipdocs.findings import Finding
from gipdocs.guide.reading import Guide, plain
from gipdocs.guide.remarks import remark

DIVISION = "(?:省|自治区|市|州|盟|县|区|旗)"
ABOVE = re.compile(
    f"^[\u4e00-\u9fff]{{1,10}}?{DIVISION}(?!城市|城乡|社区|园区|区域|乡村)(?=[\u4e00-\u9fff]{{1,8}}?(?:{DIVISION}|镇|乡|街道))"
)
"""The higher place in a name, followed by a lower one: 开封市 in 开封市龙亭区人民政府."""
TITLE = re.compile(
    "([\u4e00-\u9fff]{2,30}?(?:人民政府|政府(?!信息)|局|厅|委员会|委|办公室|办事处|中心|院|处|会))(?:政府)?信息公开(?:工作)?指南"
)
TITLE_LINES = 10
LEVELS = ("自治区", "街道", "苏木", "省", "市", "州", "盟", "区", "县", "旗", "镇", "乡")
LEVEL = re.compile("|".join(LEVELS))
OTHERS = re.compile(r"(?:申请|[、.)])(?P<whole>(?P<level>省|市|州|区|县|旗|镇|乡)政府信息公开)(?!条例|办法|规定)")


def spellings(name: str) -> Iterator[str]:
    """The spellings of a name in guides, as plain text: complete, and without the higher places."""
    name = plain(name)
    yield name
    while found := ABOVE.match(name):
        name = name[found.end() :]
        yield name


def is_named(name: str, text: str) -> bool:
    """Whether a plain text names a body, with or without the higher places."""
    return any(one in text for one in spellings(name))


def find_other_owner(guide: Guide, name: str) -> str | None:
    """The other office to which the guide belongs ("" if unnamed); None if it belongs to the office `name`."""
    titled = _titled(guide)
    if (titled and plain(name).endswith(titled)) or (not titled and is_named(name, guide.plain)):
        return None
    return titled if guide.plain.count(titled) > _count(guide, name) or not is_named(name, guide.plain) else None


def check_owner(name: str, other: str) -> Iterator[Finding]:
    """The finding that profile and guide belong to different offices; it is then the only one about the profile."""
    whose = f"指南写的是“{other}”，" if other else ""
    message = (
        f"指南是另一机关的：{whose}机关概况是“{name}”。指南里的名称、地址、电话、时间、申请渠道和行政复议机关没有核对，"
        "请用--agency指定这份指南所属机关的概况。"
    )
    yield remark("agency-missing", message)


def check_level(guide: Guide, name: str) -> Iterator[Finding]:
    """Findings for words copied from the guide of a government whose level is not that of the office `name`."""
    own = LEVEL.findall(plain(name))
    for line in guide.lines:
        for found in OTHERS.finditer(line.plain):
            if own and found["level"] != own[-1]:
                message = f"“{found['whole']}”像是照抄了另一级机关的指南，本指南是“{name}”的，请改为“本机关”或者本机关的名称。"
                yield remark("other-level", message, line, severity="warning", about=found["whole"])


def _titled(guide: Guide) -> str:
    found = TITLE.search("".join(line.plain + "\n" for line in guide.lines[:TITLE_LINES]))
    return found[1].removeprefix("关于") if found else ""


def _count(guide: Guide, name: str) -> int:
    return guide.plain.count(list(spellings(name))[-1])
