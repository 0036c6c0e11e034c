"""What the clerk should know about a letter's remedies before it is sent."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Literal

from gipdocs.law.acts import cite
from gipdocs.law.counting import add_months
from gipdocs.law.outcomes import QUERY_MATTER, Remedy

if TYPE_CHECKING:
    from gipdocs.law.office import Office


@dataclass(frozen=True, kw_only=True)
class Caution:
    """What the clerk should know before sending; the same parts as a finding."""

    code: str
    severity: Literal["error", "warning", "info"]
    message: str
    basis: str = ""
    overridable: bool = False


def barred_cautions(key: str, remedy: Remedy, *, on: date, office: Office) -> Iterator[Caution]:
    """For a letter that offers a suit which courts don't docket, if it may be brought after 法释〔2025〕8号 came in force.

    `key` is the outcome id, or whatever else the remedy was asked for.
    """
    law = office.law
    months = law.limit("suit_letter", on).length if remedy is Remedy.RECON_OR_SUE_COURT_BARRED else 0
    if months and add_months(on, months) >= law.remedies.court_rule:
        act = law.acts["court_rule"]
        yield Caution(
            code="court-barred",
            severity="warning",
            message=(
                "对这类处理直接提起的行政诉讼，人民法院目前一般不予立案。"
                "文书仍写明复议、诉讼两种途径，由人民法院决定是否立案；申请人询问时，可以提示其先申请行政复议。"
            ),
            basis=f"{act.name}（{act.number}）",
        )
    if key == QUERY_MATTER and on >= law.remedies.reconsideration_first:
        yield Caution(
            code="query-matter-remedy",
            severity="info",
            message=(
                "行政查询事项是否应当先申请行政复议，法律没有写明，"
                "本文书按照机关概况中query_matter_remedy的设置写明救济途径。"
            ),
            basis=cite(law.outcomes[QUERY_MATTER].articles),
        )


def online_cautions(office: Office) -> Iterator[Caution]:
    """For a letter served through the internet by an office whose profile names no online channel (行政复议法第二十二条第二款)."""
    if not office.profile.reconsideration.online:
        yield Caution(
            code="online-channel-missing",
            severity="error",
            message=(
                "通过互联网渠道送达的，应当同时提供提交行政复议申请书的互联网渠道，"
                "请在机关概况的reconsideration.online中填写，或者改用其他送达方式。"
            ),
            basis=cite(office.law.remedies.laws["online"]),
            overridable=True,
        )
