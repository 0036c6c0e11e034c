"""Finds out which of the bodies that owe a report is meant by the name that a report or a file bears."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import PurePath

from gipdocs.writing import quote

LOOSE = re.compile(r"[\s·•（）()【】\[\]《》“”\"'＿_\-—.、]")
ASIDE = re.compile(r"（.*?）|\(.*?\)|【.*?】|\[.*?\]")
OF_A_REPORT = re.compile(
    r"(?:20\d\d)?(?:年度?)?(?:政府信息公开|政务公开|信息公开)?(?:工作)?(?:年度)?(?:报告|年报|总结).*$"
    r"|20\d\d(?:年度?)?|关于$|^\d+"
)
"""What the name of a file has besides the name of a body."""
STILL_THE_BODY = re.compile(r"(?:机关|本级)?(?:关于)?")
"""What may follow a body's name without making it another's."""
SHORTEST = 3
"""The fewest characters of a short name."""
REGIONS = "省市县区旗州盟"
REGION = re.compile(rf"^(?:本|我|全)?[{REGIONS}](?!场|政|容)")
"""The county, where a name leaves it out: 区财政局."""
COUNTY = re.compile(rf"(?:[^{REGIONS}]{{2,5}}[{REGIONS}])+")
MOST_NAMED = 3
NOBODY = "看不出是哪个单位的报告，请在文件名里写明单位全称。"
Way = Callable[[str, str, str], bool]
"""Whether a name means a body of a region; all three without blanks and brackets."""


@dataclass(frozen=True, kw_only=True)
class MatchedBody:
    """The body that a name means, "" if none or several are meant; `note` says in Chinese what was made of the name."""

    body: str
    note: str = ""


def match_body(printed: str, due: Sequence[str]) -> str:
    """The one of the due bodies that a printed name means: its full name, or the only one of which it is a short name."""
    found = _meant(printed, due)
    return found[0] if len(found) == 1 else ""


def find_body(printed: str, file: str, due: Sequence[str]) -> MatchedBody:
    """Whose report it is that prints a name and came in a file of this name.

    What is printed counts; the names of the file and of its folder help if the report names nobody, or several bodies
    could be meant. Without bodies that are due it is the printed name.
    """
    if not due:
        return MatchedBody(body=printed, note="" if printed else NOBODY)
    meant, called = _meant(printed, due), _called(PurePath(file).stem, due)
    if not meant and printed:
        return MatchedBody(body=printed, note=f"报告单位印为{quote(printed)}，不在应报送单位名单里。")
    if not meant:
        return _by_file(called or _by_folder(file, due))
    both = [body for body in meant if body in called] if len(meant) > 1 else meant
    if len(both) != 1:
        words = f"{quote(printed)}可能是{_listed(meant)}，没有认定，请在报告或者文件名里写明全称。"
        return MatchedBody(body="", note=words)
    return MatchedBody(body=both[0], note=_remark(printed, both[0], called))


def _by_folder(file: str, due: Sequence[str]) -> list[str]:
    """The bodies that the names of the file's folders may mean, the innermost first."""
    folders = (folder.name for folder in PurePath(file).parents)
    return next((found for name in folders if (found := _called(name, due))), [])


def _by_file(called: Sequence[str]) -> MatchedBody:
    if not called:
        return MatchedBody(body="", note=NOBODY)
    if len(called) > 1:
        words = f"报告里没有单位名称，文件名可能指{_listed(called)}，没有认定，请在文件名里写明全称。"
        return MatchedBody(body="", note=words)
    return MatchedBody(body=called[0], note=f"报告里没有单位名称，按文件名认作{quote(called[0])}。")


def _remark(printed: str, body: str, called: Sequence[str]) -> str:
    if called and body not in called:
        return f"文件名像是{_listed(called)}的，报告里印的是{quote(printed)}，按报告认作{quote(body)}，请核对有没有交错、用错模板。"
    same = bare_name(printed) == bare_name(body) or bare_name(ASIDE.sub("", printed)) == bare_name(body)
    return "" if same else f"报告单位印为{quote(printed)}，认作{quote(body)}。"


def _listed(bodies: Sequence[str]) -> str:
    return "、".join(map(quote, bodies[:MOST_NAMED])) + ("等" if len(bodies) > MOST_NAMED else "")


def bare_name(name: str) -> str:
    """A name without blanks, brackets and dashes."""
    return LOOSE.sub("", name)


def _meant(printed: str, due: Sequence[str]) -> list[str]:
    """The due bodies that a printed name may mean, by the most certain of the ways in which any fits."""
    names = [bare_name(one) for one in (printed, ASIDE.sub("", printed))]
    exact = [body for body in due if bare_name(body) in names]
    return exact or _by(PRINTED_WAYS, names[1] or names[0], due)


def _called(name: str, due: Sequence[str]) -> list[str]:
    """The due bodies that the name of a file or a folder may mean, by the most certain of the ways in which any fits."""
    found = _by(FILE_WAYS, OF_A_REPORT.sub("", bare_name(ASIDE.sub("", name))), due)
    return [body for body in found if not any(body != other and body in other for other in found)]


def _by(ways: Iterable[Way], name: str, due: Sequence[str]) -> list[str]:
    if len(name) < SHORTEST:
        return []
    region = _region(due)
    fitting = ([body for body in due if way(name, bare_name(body), region)] for way in ways)
    return next((found for found in fitting if found), [])


def _region(due: Iterable[str]) -> str:
    """The name of the county, with which the names of most of its bodies begin; "" if there is none."""
    names = [bare_name(name) for name in due]
    starts = Counter(found[0] for name in names if (found := COUNTY.match(name)))
    start, count = max(starts.items(), key=lambda one: one[1], default=("", 0))
    return start if count * 2 > len(names) else ""


def _begins(name: str, body: str, region: str) -> bool:
    """The full name, and nothing more of it that would make it another body's."""
    return name.startswith(body) and STILL_THE_BODY.fullmatch(name.removeprefix(body)) is not None


def _contains(name: str, body: str, region: str) -> bool:
    """A longer text in which the full name stands."""
    return body in name


def _ends(name: str, body: str, region: str) -> bool:
    """A short name with which the full one ends: 财政局, 区财政局."""
    if body.endswith(name):
        return True
    short = REGION.sub("", name)
    return len(short) >= SHORTEST and body.endswith(short) if not region else body == region + short


def _abbreviates(name: str, body: str, region: str) -> bool:
    """An abbreviation, whose characters stand in the full name in the same order: 县人社局."""
    short, full = name.removeprefix(region), body.removeprefix(region)
    return any(len(one) >= SHORTEST and _shortens(one, full) for one in (short, REGION.sub("", short)))


def _shortens(short: str, full: str) -> bool:
    rest = iter(full)
    return short[0] == full[:1] and short[-1] == full[-1:] and all(character in rest for character in short)


def _contains_short(name: str, body: str, region: str) -> bool:
    """A longer text in which the name without the county stands, but not that of another county before it."""
    short = body.removeprefix(region)
    before, found, _ = name.partition(short)
    return bool(found) and len(short) >= SHORTEST and (len(before) < 2 or before[-1] not in f"{REGIONS}乡镇")


PRINTED_WAYS: tuple[Way, ...] = (_begins, _ends, _abbreviates)
FILE_WAYS: tuple[Way, ...] = (_contains, _ends, _abbreviates, _contains_short)
