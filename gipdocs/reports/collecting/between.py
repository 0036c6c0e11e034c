"""What only the files together show: reports that came twice, and reports of different bodies that are too much alike."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence

from gipdocs.findings import Finding, doubt, note
from gipdocs.reports.collecting.copying import Likeness, find_likenesses
from gipdocs.reports.collecting.repetition import Repetition, choose, group_by_body
from gipdocs.reports.collecting.submissions import Collection, Submission
from gipdocs.writing import quote

TOGETHER = "/sections"
"""Where a finding about all the prose points."""


def find_between(collection: Collection, take: Mapping[str, str]) -> Mapping[str, tuple[Finding, ...]]:
    """By the name of each file, what it has to do with the others; a file that has nothing to do with them is left out.

    `take` names by body the file that was chosen among different ones.
    """
    groups = group_by_body(collection.submissions)
    found: dict[str, list[Finding]] = defaultdict(list)
    _, repeated = choose(groups, take)
    for one in repeated:
        for name in one.files:
            found[name] += _repeated(name, one)
    named = [(label, files[0].record) for label, files in groups.items() if files[0].record]
    for likeness in find_likenesses(named):
        for label, finding in _alike(likeness):
            found[_first(groups[label])].append(finding)
    return {name: tuple(of) for name, of in found.items()}


def _first(files: Sequence[Submission]) -> str:
    return files[0].name


def _repeated(name: str, one: Repetition) -> Iterator[Finding]:
    """What is said of one of several files of a body; of equal ones only those that don't count are told."""
    if one.same:
        if name != one.taken:
            yield note("sum-twice", f"同一单位已经报送{quote(one.taken)}，数字与这一份相同。")
    elif one.taken:
        counts = "汇总按这一份" if name == one.taken else "这一份不计入汇总"
        yield note("sum-twice", f"同一单位报来的几份数字不同，已经选定{quote(one.taken)}，{counts}。")
    else:
        files = "、".join(map(quote, one.files))
        yield doubt("sum-twice", f"报来的{files}，数字不同，请确认以哪一份为准。")


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
