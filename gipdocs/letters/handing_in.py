"""What a citizen does with a form once it is downloaded: print, sign, prove who applies, send."""

from __future__ import annotations

from gipdocs.documents.document import HandIn

PRINTED = "打印出来，空着的地方用黑色笔填写，核对一遍。"
SIGNED = "签名或者盖章：公民签名，单位盖章；几个人共同提出的，每个人都签名。"
PROVEN = "附上身份证明：公民附身份证件复印件，单位附营业执照等登记证书复印件。"
BY_AGENT = (
    "由他人代办的，另附授权委托书和代理人的身份证件复印件；监护人代办的，附监护关系证明和监护人的身份证件复印件。"
)


def signed_and_proven(*more: str, after: tuple[str, ...] = (), ways: tuple[str, ...] = HandIn.ways) -> HandIn:
    """The usual way of a form: printed, signed, with proof of identity, with `more` added to it."""
    return HandIn(before=(PRINTED, SIGNED, PROVEN, BY_AGENT, *more), after=after, ways=ways)
