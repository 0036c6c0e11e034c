"""What both charts share: the channels of application, the terms of a consultation, and the remedies."""

from __future__ import annotations

from datetime import date

from gipdocs.law import Office
from gipdocs.law.outcomes import QUERY_MATTER, Remedy
from gipdocs.law.remedies import reconsideration_organs, remedy_class

from .chart import Step

WAYS_IN = {"in_person": "当面提交", "mail": "邮寄", "online": "网上提交", "fax": "传真", "email": "电子邮件"}


def channels(office: Office) -> str:
    """当面提交、邮寄、网上提交: the channels that are open."""
    return "、".join(WAYS_IN[kind] for kind, channel in office.profile.channels.items() if channel.open)


def both_terms(office: Office, on: date) -> str:
    """自收到征求意见书之日起15个工作日内; third parties and agencies are named separately if their terms differ."""
    third_party, agency = (office.law.limit(key, on).text for key in ("third_party", "agency_consultation"))
    if third_party == agency:
        return f"自收到征求意见书之日起{third_party}内"
    return f"自收到征求意见书之日起，第三方{third_party}内、其他机关{agency}内"


def bodies(office: Office, on: date) -> tuple[str, ...]:
    """The names of the bodies to which an applicant can turn."""
    return (*reconsideration_organs(office, on), office.profile.court.name)


def remedy_steps(office: Office, on: date, *, named: bool = True) -> tuple[Step, ...]:
    """The remedies against an answer: one step for refusals that need 复议 first, one for all others.

    Without `named`, the bodies are not named.
    """
    law = office.law.on(on)
    to_organs = f"向{'或者'.join(reconsideration_organs(office, on))}" if named else ""
    to_court = f"向{office.profile.court.name}" if named else ""
    days, months, after = (law.limit(key).text for key in ("reconsideration", "suit_letter", "suit_decision"))
    classes = {outcome.id: remedy_class(outcome, on=on, office=office) for outcome in law.outcomes.values()}
    either = f"自收到答复之日起{days}内{to_organs}申请行政复议，或者{months}内{to_court}提起行政诉讼"
    if Remedy.RECON_FIRST not in classes.values():
        return (Step(id="either", kind="step", column="remedy", heading="对答复不服", said=(either,)),)
    ruling = "或者向国务院申请裁决" if office.kind_on(on).final_ruling else ""
    except_queries = "；行政查询事项除外" if classes[QUERY_MATTER] is not Remedy.RECON_FIRST else ""
    first = (
        f"先自收到答复之日起{days}内{to_organs}申请行政复议；"
        f"对复议决定不服的，自收到决定书之日起{after}内提起行政诉讼{ruling}{except_queries}"
    )
    return (
        Step(id="first", kind="step", column="remedy", heading="对不予公开（含部分不予公开）不服", said=(first,)),
        Step(id="either", kind="step", column="remedy", heading="对其他答复不服", said=(either,)),
    )
