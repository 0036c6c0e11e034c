"""What only the files together show: reports that came twice, and reports of different bodies that are too much alike."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence

from gipdocs.findings import Finding, doubt, note
from gipdocs.reports.collecting.copying import Likeness, find_likenesses
from gipdocs.reports.collecting.repetition import choose, group_by_body
from gipdocs.reports.collecting.submissions import Collection, Submission
from gipdocs.writing import quote

TOGETHER = "/sections"
"""Where a finding about all the prose points."""


def find_between(collection: Collection) -> Mapping[str, tuple[Finding, ...]]:
    """By the name of each file, what it has to do with the others; a file that has nothing to do with them is left out."""
    groups = group_by_body(collection.submissions)
    found: dict[str, list[Finding]] = defaultdict(list)
    _, repeated = choose(groups, {})
    for one in repeated:
        for name in one.files:
            found[name] += _repeated(name, one.files, same=one.same)
    named = [(label, files[0].record) for label, files in groups.items() if files[0].record]
    for likeness in find_likenesses(named):
        for label, finding in _alike(likeness):
            found[_first(groups[label])].append(finding)
    return {name: tuple(of) for name, of in found.items()}


def _first(files: Sequence[Submission]) -> str:
    return files[0].name


def _repeated(name: str, files: Sequence[str], *, same: bool) -> Iterator[Finding]:
    """What is said of one of several files of a body; of equal ones only those after the first are told."""
    others = "、".join(quote(one) for one in files if one != name)
    if not same:
        yield doubt("sum-twice", f"同一单位另有报告{others}，数字与这一份不同，请确认以哪一份为准。")
    elif name != files[0]:
        yield note("sum-twice", f"同一单位已经报送{quote(files[0])}，数字与这一份相同。")


def _alike(one: Likeness) -> Iterator[tuple[str, Finding]]:
    """The two bodies, and what is said to each of them."""
    for body, other in ((one.body, one.other), (one.other, one.body)):
        if one.kind == "figures":
            yield body, doubt("sum-alike", f"三张表的全部数字与{other}的报告相同，请核对有没有交错文件。")
        else:
            words = (
                f"第一、五、六部分的叙述有{one.characters}字与{other}的报告相同，请核对是否照抄，并写明本单位的情况。"
            )
            yield body, doubt("sum-copy", words, TOGETHER)
