"""Compares a guide with profile and law; findings are in Chinese."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from gipdocs.findings import Finding, count_by_gravity, explain, order_by_gravity
from gipdocs.guide.bodies import check_bodies
from gipdocs.guide.channels import check_channels
from gipdocs.guide.law import (
    check_acceptance,
    check_elements,
    check_limits,
    check_organs,
    check_remedies,
    check_wording,
)
from gipdocs.guide.links import check_links
from gipdocs.guide.outline import check_numbers
from gipdocs.guide.owner import check_level, check_owner, find_other_owner
from gipdocs.guide.reading import Guide, read
from gipdocs.guide.slips import check_slips
from gipdocs.law import Office

MOST_FINDINGS = 500
"""At most this many findings are listed, most severe first; the others are only counted."""


@dataclass(frozen=True, kw_only=True)
class GuideJudgement:
    """The findings about a guide of `paragraphs` paragraphs, most severe first; `untold` more are not listed."""

    paragraphs: int
    findings: tuple[Finding, ...]
    untold: int = 0

    def as_json(self) -> dict[str, Any]:
        """Plain data for programs; a finding's pointer counts paragraphs from 0."""
        findings = [finding.as_json() for finding in self.findings]
        return {"paragraphs": self.paragraphs, "findings": findings, "untold": self.untold}

    def explain(self) -> str:
        """The judgement as a clerk reads it; paragraphs are counted from 1."""
        head = f"共核对{self.paragraphs}段：{count_by_gravity(self.findings)}。"
        more = [f"另有{self.untold}处没有列出，请先改正以上各处，再重新核对。"] if self.untold else []
        return "\n\n".join([head, explain(self.findings, _call_place), *more])


def check(data: bytes | str, office: Office) -> GuideJudgement:
    """The faults of the guide in a DOCX, an HTML page or text; InvalidInput if it can't be read."""
    return judge(read(data), office)


def judge(guide: Guide, office: Office) -> GuideJudgement:
    """The faults of a guide, in the order of its paragraphs within each severity."""
    found = dict.fromkeys(_apply(guide, office))
    ordered = order_by_gravity(sorted(found, key=_place))
    told = tuple(ordered[:MOST_FINDINGS])
    return GuideJudgement(paragraphs=len(guide.lines), findings=told, untold=len(ordered) - len(told))


def _apply(guide: Guide, office: Office) -> Iterator[Finding]:
    profile = office.profile
    other = find_other_owner(guide, profile.name)
    if other is not None:
        yield from check_owner(profile.name, other)
    else:
        yield from check_bodies(guide, office)
        yield from check_organs(guide, office)
    yield from check_elements(guide, office)
    yield from check_channels(guide, profile if other is None else None)
    yield from check_wording(guide, office)
    yield from check_slips(guide)
    yield from check_level(guide, profile.name if other is None else other)
    yield from check_acceptance(guide, office)
    yield from check_limits(guide, office)
    yield from check_remedies(guide, office)
    yield from check_numbers(guide)
    yield from check_links(guide, profile)


def _place(finding: Finding) -> int:
    return int(finding.pointer.rpartition("/")[2] or -1)


def _call_place(finding: Finding) -> str:
    return f"第{_place(finding) + 1}段：" if finding.pointer else ""
