"""Checks the web addresses in a guide: whether they are lasting, and whether they are the office's."""

from __future__ import annotations

from collections.abc import Iterator

from gipdocs.findings import Finding
from gipdocs.guide.reading import Guide
from gipdocs.guide.remarks import remark
from gipdocs.profile import Profile

SESSION = ";jsessionid"


def check_links(guide: Guide, profile: Profile) -> Iterator[Finding]:
    """Findings for addresses with session parameters, which are not lasting; those in the profile are accepted."""
    known = {text for text, key in profile.facts.items() if key.endswith(".url")}
    for url, place in guide.links.items():
        tail = url.partition("?")[2] or (url.lower().partition(SESSION)[1])
        if tail and url not in known:
            message = f"网址{url}带有临时参数“{tail}”，可能很快失效，请改用不带参数的网址。"
            yield remark(
                "link-with-query",
                message,
                guide.lines[place] if place is not None else None,
                severity="warning",
                about=url,
            )
