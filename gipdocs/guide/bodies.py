"""Compares the bodies in a guide, and their contact details, with the profile."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from itertools import zip_longest

from gipdocs.findings import Finding, Severity
from gipdocs.guide import contact_facts
from gipdocs.guide.outline import find_numbered
from gipdocs.guide.owner import is_named
from gipdocs.guide.reading import Guide, GuideLine, plain
from gipdocs.guide.remarks import remark
from gipdocs.law import Office
from gipdocs.law.remedies import reconsideration_organs
from gipdocs.profile import Body, Profile

LABELS = {
    "address": "(?:办公|通信|通讯|联系|收件|邮寄)?地址|来信请寄",
    "postcode": "邮政编码|邮编",
    "hours": r"(?:[春夏秋冬]季)?(?:办公|工作|接待|接收|受理)时间(?:\([^()]{1,20}\))?",
    "phone": "(?:联系|咨询|办公)?电话(?:号码)?",
    "fax": "传真(?:号码|电话)?",
    "email": "(?:电子)?邮箱(?:地址)?|电子邮件(?:地址)?",
}
WORDS = {
    "address": "地址",
    "postcode": "邮政编码",
    "hours": "办公时间",
    "phone": "电话",
    "fax": "传真",
    "email": "电子邮箱",
}
TOLD = re.compile("(?:" + "|".join(f"(?P<{key}>{words})" for key, words in LABELS.items()) + "):")
NAMED = re.compile(r"(?:机构|部门|法院)(?:名称)?(?:为:|是:|为|是|:)([^:,;。()]{4,40})")
COURT = re.compile(r"向([\u4e00-\u9fff]{2,20}?法院)")
NO_NAME = re.compile("^(?:基层|中级)?人民法院$|管辖|所在地")
ROLES = {
    "court": "诉讼|法院",
    "reconsideration": "复议",
    "supervisor": "主管部门|投诉|举报|监督",
    "office": "工作机构|接收|受理",
}
"""The role of a body by the words before its name, the most specific first."""
LONGEST_BEFORE = 80
"""The number of characters before a name that are searched for its role."""
BODIES = {
    "office": "政府信息公开工作机构",
    "supervisor": "政府信息公开工作主管部门",
    "reconsideration": "行政复议机构",
    "court": "人民法院",
}
OFFERS = re.compile("当面|现场|邮寄|信函|(?:工作|受理|接收)机构")
"""Headings of sections about the office itself."""
HEADING = re.compile("^[^:,;。]{0,24}(?:工作|受理|接收)机构(?:名称)?:?$")
NAME = re.compile("^[\u4e00-\u9fff]{4,40}$")
"""The line below such a heading if it is the name of the office."""


@dataclass(frozen=True)
class Told:
    """One item that a guide gives about a body; `role` is the body's key in the profile, `key` the item's.

    The item continues in the number of lines `below`.
    """

    line: GuideLine
    role: str
    key: str
    value: str
    below: int = 0

    @property
    def places(self) -> range:
        return range(self.line.place, self.line.place + self.below + 1)


def check_bodies(guide: Guide, office: Office) -> Iterator[Finding]:
    """Findings about the names and contact details of bodies, and about details that are not in the profile."""
    yield from _names(guide, office)
    yield from _unnamed(guide, office)
    wrong = [one for one in read_items(guide) if not _agrees(one, office.profile)]
    yield from (_differs(one, office.profile) for one in wrong)
    yield from _strays(guide, office.profile, {(place, one.key) for one in wrong for place in one.places})


def read_items(guide: Guide) -> Iterator[Told]:
    """The items that follow the name of a body or a heading about the office; the hours of all seasons are one item."""
    last = -1
    for one in _told(guide):
        if one.key != "hours":
            yield one
        elif one.line.place > last:
            below = list(_more_hours(guide, one.line))
            one = replace(one, value="、".join([one.value, *below]), below=len(below))
            last = one.places[-1]
            yield one


def _more_hours(guide: Guide, line: GuideLine) -> Iterator[str]:
    """The lines immediately below that contain only hours."""
    for following in guide.lines[line.place + 1 :]:
        labels = {label.lastgroup for label in TOLD.finditer(following.unlinked)}
        if not contact_facts.find_periods(following.unlinked) or labels - {"hours"}:
            return
        yield following.unlinked


def _told(guide: Guide) -> Iterator[Told]:
    headings, role = {one.line.place: one.level for one in find_numbered(guide)}, ""
    for line in guide.lines:
        if headings.get(line.place, 3) < 3:
            role = "office" if OFFERS.search(line.plain) else ""
        role = next((role for role, _ in reversed(list(_named(line)))), role)
        if role:
            yield from _items(line, role)


def _named(line: GuideLine) -> Iterator[tuple[str, str]]:
    """Role and name of each body introduced by a paragraph: …机构为…."""
    for part in re.split("[,;。]", line.plain):
        for found in NAMED.finditer(part):
            before = part[max(0, found.start(1) - LONGEST_BEFORE) : found.start(1)]
            role = next((role for role, words in ROLES.items() if re.search(words, before)), "")
            if role:
                yield role, found[1]


def _items(line: GuideLine, role: str) -> Iterator[Told]:
    labels = list(TOLD.finditer(line.unlinked))
    for label, following in zip_longest(labels, labels[1:]):
        end = following.start() if following else None
        if value := line.unlinked[label.end() : end].strip(";,。"):
            yield Told(line, role, label.lastgroup or "", value)


def _names(guide: Guide, office: Office) -> Iterator[Finding]:
    organs = reconsideration_organs(office, office.today)
    for line in guide.lines:
        for role, name in [*_named(line), *_courts(line), *_below_a_heading(guide, line)]:
            known = getattr(office.profile, role).name
            right = plain(known).endswith(name) or (role == "reconsideration" and name in map(plain, organs))
            if not right:
                message = f"{BODIES[role]}写作“{name}”，机关概况是“{known}”。"
                yield remark("body-differs", message, line, about=name)


def _below_a_heading(guide: Guide, line: GuideLine) -> Iterator[tuple[str, str]]:
    """The office named in the line under 受理机构."""
    if line.place and HEADING.search(guide.lines[line.place - 1].plain) and NAME.search(line.plain):
        yield "office", line.plain


def _courts(line: GuideLine) -> Iterator[tuple[str, str]]:
    """The courts that a sentence names for lawsuits."""
    yield from (("court", name) for name in COURT.findall(line.plain) if not NO_NAME.search(name))


def _unnamed(guide: Guide, office: Office) -> Iterator[Finding]:
    for role, rules in (("supervisor", ("supervision", "complaint")), ("court", ("complaint",))):
        name = getattr(office.profile, role).name
        if not is_named(name, guide.plain):
            message = f"没有写明{BODIES[role]}是{name}。"
            yield remark("body-missing", message, severity="warning", basis=office.today_law.cite(*rules))


def _agrees(one: Told, profile: Profile) -> bool:
    """Whether the profile agrees, or the item can't be compared."""
    bodies: list[Body] = [getattr(profile, one.role), *([profile.intake] if one.role == "office" else [])]
    return any(SAME[one.key](one.value, body) for body in bodies)


def _same_hours(value: str, body: Body) -> bool:
    periods = {period for season in body.hours for period in season.periods}
    days = {(*season.first, *season.last) for season in body.hours}
    told, told_days = contact_facts.find_periods(value), contact_facts.find_seasons(value)
    return not told or (told == contact_facts.find_periods("、".join(periods)) and (not told_days or told_days == days))


def _same_numbers(value: str, known: str) -> bool:
    return all(contact_facts.same_phone(one, known) for one in contact_facts.PHONE.findall(f":{value}"))


SAME: Mapping[str, Callable[[str, Body], bool]] = {
    "address": lambda value, body: contact_facts.same_address(value, plain(body.address)),
    "postcode": lambda value, body: contact_facts.POSTCODE.findall(value) in ([], [body.postcode]),
    "hours": _same_hours,
    "phone": lambda value, body: _same_numbers(value, body.phone),
    "fax": lambda value, body: _same_numbers(value, body.fax),
    "email": lambda value, body: set(contact_facts.EMAIL.findall(value)) <= {body.email},
}


def _differs(one: Told, profile: Profile) -> Finding:
    body: Body = getattr(profile, one.role)
    known = body.times if one.key == "hours" else getattr(body, one.key)
    right = f"机关概况是“{known}”" if known else f"机关概况没有写，请核对{one.role}.{one.key}"
    message = f"{BODIES[one.role]}的{WORDS[one.key]}与机关概况不一致，{right}。"
    return remark(f"{one.key}-differs", message, one.line, about=one.value)


def _strays(guide: Guide, profile: Profile, said: set[tuple[int, str]]) -> Iterator[Finding]:
    """Facts that occur nowhere in the profile."""
    facts = [(plain(text), place.rpartition(".")[2]) for text, place in profile.facts.items()]
    known = {key: [text for text, held in facts if held == key] for key in KNOWN}
    for line in guide.lines:
        for key, (find, same, severity) in STRAYS.items():
            holders = [text for kind in key.split("/") for text in known[kind]]
            strange = [one for one in find(line.unlinked) if not any(same(one, text) for text in holders)]
            if strange and not any((line.place, kind) in said for kind in key.split("/")):
                yield _stray(line, key.split("/")[0], strange[0], holders, severity)


def _stray(line: GuideLine, key: str, told: str, known: list[str], severity: Severity) -> Finding:
    like = contact_facts.find_similar(told, known) if key == "address" else ""
    hint = f"机关概况里相近的是“{like}”" if like else "机关概况里没有"
    message = f"“{told}”与机关概况不一致，{hint}。"
    return remark(f"{key}-differs", message, line, severity=severity, about=told)


KNOWN = ("phone", "fax", "address", "hours", "email", "place")
STRAYS: Mapping[str, tuple[Callable[[str], list[str]], Callable[[str, str], bool], Severity]] = {
    "phone/fax": (contact_facts.PHONE.findall, contact_facts.same_phone, "error"),
    "address": (contact_facts.find_streets, contact_facts.same_street, "error"),
    "hours": (
        lambda text: sorted(contact_facts.find_periods(text)),
        lambda told, known: told in contact_facts.find_periods(known),
        "error",
    ),
    "email": (contact_facts.EMAIL.findall, lambda told, known: told == known, "error"),
    "place": (contact_facts.ROOM.findall, lambda told, known: told in known, "warning"),
}
