"""What the clerk should know about a letter's remedies before it is sent."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from gipdocs.findings import Finding
from gipdocs.law.counting import add_months
from gipdocs.law.office import Office
from gipdocs.law.outcomes import QUERY_MATTER, Remedy


def warn_of_barred(key: str, remedy: Remedy, *, on: date, office: Office) -> Iterator[Finding]:
    """For letters naming a lawsuit that courts no longer accept, if it could be filed after 法释〔2025〕8号 came into force.

    `key` is the outcome id, or whatever else the remedy was requested by.
    """
    law = office.law
    months = law.limit("suit_letter", on).length if remedy is Remedy.RECON_OR_SUE_COURT_BARRED else 0
    if months and add_months(on, months) >= law.remedies.court_rule:
        act = law.acts["court_rule"]
        yield Finding(
            code="court-barred",
            severity="warning",
            message=(
                "对这类处理直接提起的行政诉讼，人民法院目前一般不予立案。"
                "文书仍写明复议、诉讼两种途径，由人民法院决定是否立案；申请人询问时，可以提示其先申请行政复议。"
            ),
            basis=f"{act.name}（{act.number}）",
        )
    if remedy is Remedy.RECON_ONLY:
        yield Finding(
            code="court-barred-remedy",
            severity="info",
            message=(
                "对这类处理直接提起的行政诉讼，人民法院裁定不予立案，"
                "本文书按照机关概况中“人民法院不予立案的几类处理的救济途径”的设置，只写明申请行政复议。"
            ),
            basis=law.on(on).cite("court_docketing"),
        )
    if key == QUERY_MATTER and law.on(on).reconsideration_first:
        yield Finding(
            code="query-matter-remedy",
            severity="info",
            message=(
                "行政查询事项是否应当先申请行政复议，法律没有写明，"
                "本文书按照机关概况中“行政查询事项的救济途径”的设置写明救济途径。"
            ),
            basis=law.on(on).outcomes[QUERY_MATTER].cite(),
        )


def warn_of_online(office: Office, *, on: date) -> Iterator[Finding]:
    """For letters served through the internet if the profile names no online channel (行政复议法第二十二条第二款)."""
    if not office.profile.reconsideration.online:
        yield Finding(
            code="online-channel-missing",
            severity="error",
            message=(
                "通过互联网渠道送达的，应当同时提供提交行政复议申请书的互联网渠道，"
                "请在机关概况的reconsideration.online中填写，或者改用其他送达方式。"
            ),
            basis=office.law.on(on).citations["reconsideration_online"],
            overridable=True,
        )
