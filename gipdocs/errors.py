"""Everything that gipdocs refuses to do, and why.

GipdocsError                 a full Chinese sentence for the person who can mend it
├── SetupError               something that must be mended before the service starts, or can go on
│   ├── ProfileError         the office profile: every fault at once, each naming its key
│   ├── PluginError          a plugin: its file and its fault
│   └── TemplateError        a layout or a wording file: its file and its fault
├── InvalidInput             answers that the schema or the law's functions refuse
├── Refused                  findings of severity error: the document must not go out
├── UnknownHost              the request names another host than this service's
├── UnknownDocument          no document has this id
├── FormatNotOffered         the document is not offered in this format
├── TextLost                 a filled document does not hold what was asked to be in it
└── ConversionError          the PDF could not be made
    ├── ConverterBusy        the queue is full or the wait too long: try again
    ├── ConverterTimeout     the work took too long and was stopped
    └── ConverterRefused     the file is not one that we convert
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from gipdocs.findings import Finding, order_by_gravity

MOST_TOLD = 100
"""So many faults or findings of one refusal are told; the others are only counted."""
LONGEST_KEY = 60
"""So many characters of a key are repeated; no key of ours has more."""


@dataclass(frozen=True, slots=True)
class Fault:
    """One refused value: `pointer` is its JSON pointer, `code` a stable word, `detail` a Chinese sentence."""

    pointer: str
    code: str
    detail: str


class GipdocsError(Exception):
    """The root of the tree; `status` is the HTTP status a face may use, `title` its Chinese heading."""

    status = 500
    title = "服务出错"


class SetupError(GipdocsError):
    """The start stops, or what has lost its ground since then waits for it; the message names file and fault."""

    status = 503
    title = "启动条件不满足"


class ProfileError(SetupError):
    """The office profile is wrong: the message lists every fault with its key."""


class PluginError(SetupError):
    """A plugin is broken or two declare one id."""


class TemplateError(SetupError):
    """A layout or wording file is missing, broken or speaks of unknown names."""


class InvalidInput(GipdocsError):
    """Input that is refused; `faults` say where and how to mend it, `told` are those that an answer lists."""

    status = 422
    title = "填写内容有误"

    def __init__(self, faults: Iterable[Fault]) -> None:
        self.faults = tuple(faults)
        self.told = self.faults[:MOST_TOLD]
        super().__init__("；".join(fault.detail for fault in self.told))  # a pointer may hold what was typed

    def as_json(self, place: str = "") -> dict[str, Any]:
        """The refusal as problem details (RFC 9457); `place` says where the faults are, if not in a request."""
        return {
            "type": "about:blank",
            "title": self.title,
            "status": self.status,
            "detail": f"{place}有{len(self.faults)}处需要改正{listed(len(self.faults))}。",
            "errors": [asdict(fault) for fault in self.told],
            "error_count": len(self.faults),
        }


class Refused(GipdocsError):
    """The law forbids the document as it stands; `findings` hold the reasons."""

    status = 422
    title = "文书未通过合法性检查"

    def __init__(self, findings: Sequence[Finding]) -> None:
        self.findings = tuple(findings)
        self.refusing = tuple(finding for finding in self.findings if finding.severity == "error")
        super().__init__("；".join(finding.message for finding in self.refusing[:MOST_TOLD]))

    def as_json(self) -> dict[str, Any]:
        """The refusal as problem details (RFC 9457), the gravest findings first where not all are told."""
        told = self.findings
        if len(told) > MOST_TOLD:
            told = tuple(order_by_gravity(told)[:MOST_TOLD])
        return {
            "type": "about:blank",
            "title": self.title,
            "status": self.status,
            "detail": f"有{len(self.refusing)}处不合规定{listed(len(self.refusing))}。",
            "errors": [
                {"pointer": one.pointer, "code": one.code, "detail": one.message} for one in self.refusing[:MOST_TOLD]
            ],
            "error_count": len(self.refusing),
            "findings": [finding.as_json() for finding in told],
            "finding_count": len(self.findings),
        }


class UnknownHost(GipdocsError):
    """The request names another host than this service's: a page from elsewhere may be behind it."""

    status = 400
    title = "网址不对"


class UnknownDocument(GipdocsError):
    """No document has this id."""

    status = 404
    title = "没有这种文书"


class FormatNotOffered(GipdocsError):
    """The document cannot be had in the format asked for."""

    status = 406
    title = "不提供这种格式"


class TextLost(GipdocsError):
    """A filled document does not hold exactly what it was given; it is not handed out."""

    title = "文书内容核对不一致"


class ConversionError(GipdocsError):
    """The PDF could not be made."""

    status = 502
    title = "PDF转换失败"


class ConverterBusy(ConversionError):
    """Too many documents are waiting; `retry_after` is in seconds."""

    status = 503
    title = "转换服务繁忙"

    def __init__(self, message: str, *, retry_after: int = 2) -> None:
        self.retry_after = retry_after
        super().__init__(message)


class ConverterTimeout(ConversionError):
    """The conversion was stopped at its time limit."""

    status = 504
    title = "PDF转换超时"


class ConverterRefused(ConversionError):
    """The file is not a DOCX that we filled ourselves, or it names something outside."""

    status = 422
    title = "文件不能转换"


def listed(count: int) -> str:
    """What a sentence that counts faults adds where not all of them are listed."""
    return f"，这里列出前{MOST_TOLD}处" if count > MOST_TOLD else ""


def named(key: object) -> str:
    """A key that was sent, as a message may repeat it: printable, and not at length."""
    text = str(key)
    cut = text if len(text) <= LONGEST_KEY else f"{text[:LONGEST_KEY]}…"
    return cut.encode("utf-8", "backslashreplace").decode()


def token(key: object) -> str:
    """A key as a part of a JSON pointer (RFC 6901)."""
    return named(key).replace("~", "~0").replace("/", "~1")


def where(error: BaseException) -> str:
    """File and line at which an unexpected error arose: all that may be logged of it."""
    trace = error.__traceback__
    while trace and trace.tb_next:
        trace = trace.tb_next
    return f"{trace.tb_frame.f_code.co_filename}:{trace.tb_lineno}" if trace else "?"
