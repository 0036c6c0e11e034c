"""The channels for applications: those that a guide opens, closes, or omits (国办公开办函〔2017〕19号)."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

from gipdocs.findings import Finding
from gipdocs.guide.reading import Guide, GuideLine
from gipdocs.guide.remarks import CHANNEL_RULE, remark
from gipdocs.profile import Profile

NAMES = {"in_person": "当面提交", "mail": "邮寄", "online": "网上申请", "fax": "传真", "email": "电子邮件"}
WORDS = {
    "in_person": "当面|现场",
    "mail": "邮寄|信函|邮政",
    "online": "网上|互联网|在线",
    "fax": "传真",
    "email": "电子邮件|电子邮箱|邮箱",
}
OPENED = {
    "in_person": "(?:当面|现场)(?:提交|申请|递交|提出)",
    "mail": "(?:邮寄|信函|邮政)(?:寄送|方式|提交|申请|渠道|提出)",
    "online": "(?:网上|在线)(?:提交|申请|提出)|(?:通过|以)互联网",
    "fax": "(?:通过|以|采用|使用)传真|传真(?:提交|申请|方式|渠道|提出)",
    "email": "(?:通过|以|采用|使用)(?:电子邮件|电子邮箱)|(?:电子邮件|电子邮箱)(?:提交|申请|方式|渠道|提出)",
}
CLOSING = re.compile("不(?:再|予)?(?:接收|接受|受理)|(?:尚未|没有|暂未|未)(?:开通|开放)|暂不(?:开通|开放|接收|受理)")
ALWAYS_OPEN = ("in_person", "mail")


def check_channels(guide: Guide, profile: Profile | None) -> Iterator[Finding]:
    """Checks that each of the five channels agrees with the profile; one not in it must be neither open nor closed.

    Without a profile, only the two channels that may not be closed are checked.
    """
    for kind, name in NAMES.items():
        opened, closed = _opening(guide, kind), _closing(guide, kind)
        channel = profile.channels.get(kind) if profile else None
        if channel and channel.open:
            yield from _open_in_profile(kind, name, opened, closed)
        elif profile is None and kind in ALWAYS_OPEN and closed:
            yield _refused(name, closed)
        elif profile is None:
            continue
        elif opened and not closed:
            message = f"指南开放了{name}渠道，机关概况写明不通过这一渠道接收申请。"
            yield remark("channel-contradicts", message, opened, basis=CHANNEL_RULE)
        elif not closed:
            message = f"没有写明是否通过{name}接收政府信息公开申请；不接收的，应当在指南中说明。"
            yield remark("channel-undeclared", message, _mention(guide, kind), severity="warning", basis=CHANNEL_RULE)


def _open_in_profile(kind: str, name: str, opened: GuideLine | None, closed: GuideLine | None) -> Iterator[Finding]:
    if closed and kind in ALWAYS_OPEN:
        yield _refused(name, closed)
    elif closed and not opened:
        message = f"指南写明不通过{name}接收申请，机关概况是开放的。"
        yield remark("channel-contradicts", message, closed, basis=CHANNEL_RULE)
    elif not opened:
        message = f"没有写明{name}的申请渠道，机关概况是开放的。"
        yield remark("channel-untold", message, basis=CHANNEL_RULE)


def _refused(name: str, closed: GuideLine) -> Finding:
    return remark("channel-refused", f"{name}的申请渠道不能关闭。", closed, basis=CHANNEL_RULE)


def _opening(guide: Guide, kind: str) -> GuideLine | None:
    return _first(guide, lambda clause: bool(re.search(OPENED[kind], clause)) and not CLOSING.search(clause))


def _closing(guide: Guide, kind: str) -> GuideLine | None:
    """The first sentence that says that applications are not received through this channel."""

    def closes(clause: str) -> bool:
        return bool(re.search(WORDS[kind], clause) and "申请" in clause and CLOSING.search(clause))

    return _first(guide, closes)


def _mention(guide: Guide, kind: str) -> GuideLine | None:
    return _first(guide, lambda clause: bool(re.search(f"(?:{WORDS[kind]})[^:]{{0,4}}:", clause)))


def _first(guide: Guide, test: Callable[[str], bool]) -> GuideLine | None:
    return next((line for line in guide.lines if any(map(test, line.clauses))), None)
