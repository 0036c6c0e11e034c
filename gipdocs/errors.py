"""Everything that gipdocs refuses to do, and why.

GipdocsError                 a full Chinese sentence for the person who can correct the fault
├── SetupError               something that must be corrected before the service can start or continue
│   ├── ProfileError         the office profile: all faults at once, each with its key
│   ├── PluginError          a plugin: its file and its fault
│   └── TemplateError        a layout or a wording file: its file and its fault
├── InvalidInput             answers that the schema or the law's functions refuse
├── Refused                  findings of severity error: the document must not go out
├── UnknownHost              the request is for another host than this service's
├── Unauthenticated          nobody has said, or shown, who sends the request
│   └── Unnamed              the proxy, which knows, has not said it
├── ForeignIdentity          a request that only the proxy may send came from somewhere else
├── AccountRefused           who sends it is known, and has no account that may be used
├── SignInFailed             what came back from the issuer is not what was asked of it
├── IssuerSilent             the issuer can't be asked who somebody is
├── NotProved                a password, a code or an invitation that is refused, for a reason that isn't told
├── ProofNeeded              whoever has signed in has to show the password once more
├── Forbidden                whoever sends it is known, and may not do this
├── UnknownAccount           no account has this name
├── TooManyRequests          too often in a short time: try again later
├── UnknownDocument          no document has this id
├── FormatNotOffered         the document is not offered in this format
├── FileRefused              a file from which answers were to be read is damaged, hostile or none of ours
├── ReaderBusy               too many files of strangers are being read: try again
├── UnknownCase              no case, letter or file has this number
├── StepForbidden            the case is not in a state for this step
├── NumberTaken              the number belongs to another case or letter
├── TextLost                 a filled document lacks text that should be in it
├── StoreBusy                the database is locked, or can't be reached: try again
├── StoreFull                the database's disk is full
├── StoreDamaged             the database's file is broken, or none of ours
├── StaleEdit                somebody else has changed the same thing meanwhile
└── ConversionError          the PDF could not be made
    ├── ConverterBusy        the queue is full or the wait too long: try again
    ├── ConverterTimeout     the work took too long and was stopped
    └── ConverterRefused     the file is not one that we convert
"""

from __future__ import annotations

import errno
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from gipdocs.findings import Finding, order_by_gravity

MOST_TOLD = 100
"""The most faults or findings of one refusal that are listed; the others are only counted."""
LONGEST_KEY = 60
"""The most characters of a key that a message repeats; none of our own keys is longer."""
REASONS = {
    errno.ENOENT: "没有这个文件",
    errno.EISDIR: "这是目录，不是文件",
    errno.ENOTDIR: "路径中有一段不是目录",
    errno.EEXIST: "同名的文件已经存在",
    errno.EACCES: "没有读写权限",
    errno.EPERM: "系统不允许",
    errno.EROFS: "所在的磁盘是只读的",
    errno.ENAMETOOLONG: "文件名过长",
    errno.ELOOP: "符号链接循环",
    errno.ENOSPC: "磁盘空间不足",
    errno.EDQUOT: "磁盘配额已经用完",
    errno.EIO: "磁盘读写出错",
}
"""Why the system does not read or write a file."""


@dataclass(frozen=True, slots=True)
class Fault:
    """One refused value: `pointer` is its JSON pointer, `code` a stable word, `detail` a Chinese sentence."""

    pointer: str
    code: str
    detail: str


class GipdocsError(Exception):
    """The root of the tree; `status` is the HTTP status for web and API, `title` the Chinese heading."""

    status = 500
    title = "服务出错"


class SetupError(GipdocsError):
    """The service can't start, or something it needs has become unavailable since; the message names file and fault."""

    status = 503
    title = "启动条件不满足"


class ProfileError(SetupError):
    """The office profile has faults; the message lists all of them, each with its key, and `faults` has those in the file."""

    def __init__(self, message: str, faults: Iterable[Fault] = ()) -> None:
        super().__init__(message)
        self.faults = tuple(faults)


class PluginError(SetupError):
    """A plugin is broken, or two documents have the same id."""


class TemplateError(SetupError):
    """A layout or wording file is missing, is broken, or uses unknown names."""


class InvalidInput(GipdocsError):
    """Input that is refused; `faults` say where and how to correct it, `told` are those that an answer lists."""

    status = 422
    title = "填写内容有误"

    def __init__(self, faults: Iterable[Fault]) -> None:
        self.faults = tuple(faults)
        self.told = self.faults[:MOST_TOLD]
        super().__init__("；".join(fault.detail for fault in self.told))  # a pointer may contain what was typed

    def as_json(self, place: str = "") -> dict[str, Any]:
        """The refusal as problem details (RFC 9457); `place` says where the faults are if they are not in a request."""
        return {
            "type": "about:blank",
            "title": self.title,
            "status": self.status,
            "detail": f"{place}有{len(self.faults)}处需要改正{mention_limit(len(self.faults))}。",
            "errors": [asdict(fault) for fault in self.told],
            "error_count": len(self.faults),
        }


class Refused(GipdocsError):
    """The law forbids the document in its present form; `findings` has the reasons."""

    status = 422
    title = "文书未通过合法性检查"

    def __init__(self, findings: Sequence[Finding]) -> None:
        self.findings = tuple(findings)
        self.refusing = tuple(finding for finding in self.findings if finding.severity == "error")
        super().__init__("；".join(finding.message for finding in self.refusing[:MOST_TOLD]))

    def as_json(self) -> dict[str, Any]:
        """The refusal as problem details (RFC 9457); if not all findings can be listed, the most severe ones are."""
        told = self.findings
        if len(told) > MOST_TOLD:
            told = tuple(order_by_gravity(told)[:MOST_TOLD])
        return {
            "type": "about:blank",
            "title": self.title,
            "status": self.status,
            "detail": f"有{len(self.refusing)}处不合规定{mention_limit(len(self.refusing))}。",
            "errors": [
                {"pointer": one.pointer, "code": one.code, "detail": one.message} for one in self.refusing[:MOST_TOLD]
            ],
            "error_count": len(self.refusing),
            "findings": [finding.as_json() for finding in told],
            "finding_count": len(self.findings),
        }


class UnknownHost(GipdocsError):
    """The request is for another host than this service's; a page from elsewhere may have sent it."""

    status = 400
    title = "网址不对"


class Unauthenticated(GipdocsError):
    """Nobody has said, or shown, who sends the request; `fault` is what is wrong with a key, as RFC 6750 spells it."""

    status = 401
    title = "需要先登录"

    def __init__(self, message: str, *, fault: str = "") -> None:
        self.fault = fault
        super().__init__(message)


class Unnamed(Unauthenticated):
    """The proxy, which knows who comes in, has named nobody."""


class ForeignIdentity(GipdocsError):
    """A request names somebody, as only the proxy may, and doesn't come from it or can't be read."""

    status = 400
    title = "来源不对"


class AccountRefused(GipdocsError):
    """Somebody for whom the proxy or the issuer vouches has no account here, or a locked one."""

    status = 403
    title = "不能使用本系统"


class SignInFailed(GipdocsError):
    """The issuer's answer is refused: it is none to what this browser asked, or for somebody else."""

    status = 400
    title = "没有登录"


class IssuerSilent(GipdocsError):
    """The issuer doesn't answer, or not as the one in the settings."""

    status = 503
    title = "暂时不能登录"


class NotProved(GipdocsError):
    """A password, a code or an invitation is refused; the one sentence is the same for every reason."""

    status = 401
    title = "没有通过"


class ProofNeeded(GipdocsError):
    """Whoever has signed in has to show the password once more before this is done."""

    status = 403
    title = "请再输入一次密码"


class Forbidden(GipdocsError):
    """Whoever sends the request may not do this; `missing` is the permission, as it is spelled in a key's scopes.

    `by_key` if it was sent with a key, `trying` if that is one for trying, which can't have the permission.
    """

    status = 403
    title = "没有权限"

    def __init__(self, missing: str, label: str, *, by_key: bool, trying: bool = False) -> None:
        self.missing = missing
        self.label = label
        cure = "请管理员另发一把有这项权限的密钥" if by_key else "需要办理的，请管理员在账号里增加相应的角色"
        if trying:
            cure = "试用密钥只能试着生成文书，不能查阅、登记、签发，请换用正式的密钥"
        super().__init__(f"这样做需要“{label}”的权限（{missing}），现在没有。{cure}。")


class UnknownAccount(GipdocsError):
    """No account has this name."""

    status = 404
    title = "没有这个账号"


class TooManyRequests(GipdocsError):
    """Too often in a short time; `retry_after` is in seconds."""

    status = 429
    title = "请求过于频繁"

    def __init__(self, message: str, *, retry_after: int) -> None:
        self.retry_after = retry_after
        super().__init__(message)


class UnknownDocument(GipdocsError):
    """No document has this id."""

    status = 404
    title = "没有这种文书"


class FormatNotOffered(GipdocsError):
    """The document is not offered in the requested format."""

    status = 406
    title = "不提供这种格式"


class FileRefused(GipdocsError):
    """A file can't be read back into answers; the message says what it is and what to do, and repeats none of it."""

    status = 422
    title = "文件读不出来"


class ReaderBusy(GipdocsError):
    """As many files are being read as may be at once; `retry_after` is in seconds."""

    status = 503
    title = "正在读取的文件过多"
    retry_after = 5


class TextLost(GipdocsError):
    """A filled document does not contain exactly the text it was given, so it is not handed out."""

    title = "文书内容核对不一致"


class UnknownCase(GipdocsError):
    """The register has no such case, record, letter or file."""

    status = 404
    title = "没有这个案件"


class StepForbidden(GipdocsError):
    """The case is not in a state for this step; `allowed` are the steps that are possible now, as stable words."""

    status = 409
    title = "现在不能这样办理"

    def __init__(self, message: str, *, allowed: Iterable[str] = ()) -> None:
        self.allowed = tuple(allowed)
        super().__init__(message)


class NumberTaken(GipdocsError):
    """Another case or letter has this number."""

    status = 409
    title = "编号重复"


class StoreBusy(GipdocsError):
    """The database was locked for too long, or can't be reached; `retry_after` is in seconds."""

    status = 503
    title = "数据库繁忙"

    def __init__(self, message: str, *, retry_after: int = 2) -> None:
        self.retry_after = retry_after
        super().__init__(message)


class StoreFull(GipdocsError):
    """The database could not grow, as its disk is full; nothing was written."""

    status = 507
    title = "磁盘空间不足"


class StoreDamaged(GipdocsError):
    """The database's file is malformed, or no database at all; a backup has to be restored."""

    title = "数据库文件已损坏"


class StaleEdit(GipdocsError):
    """What was to be changed is no longer as it was read: somebody else has changed it meanwhile."""

    status = 409
    title = "内容已被他人修改"


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
    """The file is not a DOCX that gipdocs filled itself, or it refers to something outside itself."""

    status = 422
    title = "文件不能转换"


def mention_limit(count: int) -> str:
    """What a sentence with the number of faults adds if not all of them are listed; otherwise empty."""
    return f"，这里列出前{MOST_TOLD}处" if count > MOST_TOLD else ""


def show_key(key: object) -> str:
    """A key that was sent, in a form that a message may repeat: printable and not too long."""
    text = str(key)
    cut = text if len(text) <= LONGEST_KEY else f"{text[:LONGEST_KEY]}…"
    return cut.encode("utf-8", "backslashreplace").decode()


def reason(error: OSError) -> str:
    """Why the system did not read or write a file: a Chinese clause without a full stop."""
    return REASONS.get(error.errno or 0, f"系统报告错误，错误号为{error.errno}")


def token(key: object) -> str:
    """A key as a part of a JSON pointer (RFC 6901)."""
    return show_key(key).replace("~", "~0").replace("/", "~1")


def locate(error: BaseException) -> str:
    """The file and line at which an unexpected error was raised; nothing else about it may be logged."""
    trace = error.__traceback__
    while trace and trace.tb_next:
        trace = trace.tb_next
    return f"{trace.tb_frame.f_code.co_filename}:{trace.tb_lineno}" if trace else "?"
