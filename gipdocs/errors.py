"""Everything that gipdocs refuses to do, and why.

GipdocsError                 a full Chinese sentence for the person who can correct the fault
├── SetupError               something that must be corrected before the service can start or continue
│   ├── ProfileError         the office profile: all faults at once, each with its key
│   ├── PluginError          a plugin: its file and its fault
│   └── TemplateError        a layout or a wording file: its file and its fault
├── InvalidInput             answers that the schema or the law's functions refuse
│   └── InvalidParameter     query parameters that an address doesn't take so
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
├── UnknownBatch             no batch, or no row of it, has this id
├── BatchExpired             the files of the batch were deleted
├── StepForbidden            the case, or the batch, is not in a state for this step
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
from gipdocs.problemkinds import PROBLEM_KINDS, kind_of_pages

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
    """The root of the tree; its `problem_kind` gives the HTTP status for web and API, and the Chinese heading."""

    problem_kind = PROBLEM_KINDS["internal-error"]

    @property
    def status(self) -> int:
        """The HTTP status."""
        return self.problem_kind.status

    @property
    def title(self) -> str:
        """The Chinese heading."""
        return self.problem_kind.title

    def as_json(self) -> dict[str, Any]:
        """The refusal as problem details (RFC 9457)."""
        return self.problem_kind.as_problem(str(self))


class SetupError(GipdocsError):
    """The service can't start, or something it needs has become unavailable since; the message names file and fault."""

    problem_kind = PROBLEM_KINDS["unavailable"]


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

    problem_kind = PROBLEM_KINDS["invalid-input"]

    def __init__(self, faults: Iterable[Fault]) -> None:
        self.faults = tuple(faults)
        self.told = self.faults[:MOST_TOLD]
        super().__init__("；".join(fault.detail for fault in self.told))  # a pointer may contain what was typed

    def as_json(self, place: str = "") -> dict[str, Any]:
        """The refusal as problem details (RFC 9457); `place` says where the faults are if they are not in a request."""
        return {
            **self.problem_kind.as_problem(f"{place}有{len(self.faults)}处需要改正{mention_limit(len(self.faults))}。"),
            "errors": [asdict(fault) for fault in self.told],
            "error_count": len(self.faults),
        }


class InvalidParameter(InvalidInput):
    """Query parameters that an address doesn't take, takes only once, or takes with other values."""

    problem_kind = PROBLEM_KINDS["invalid-parameter"]

    def as_json(self, place: str = "") -> dict[str, Any]:
        """The refusal as problem details (RFC 9457); the sentences about the parameters are its detail."""
        return {**super().as_json(place), "detail": "".join(fault.detail for fault in self.told)}


class Refused(GipdocsError):
    """The law forbids the document in its present form; `findings` has the reasons."""

    problem_kind = PROBLEM_KINDS["refused"]

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
            **self.problem_kind.as_problem(f"有{len(self.refusing)}处不合规定{mention_limit(len(self.refusing))}。"),
            "errors": [
                {"pointer": one.pointer, "code": one.code, "detail": one.message} for one in self.refusing[:MOST_TOLD]
            ],
            "error_count": len(self.refusing),
            "findings": [finding.as_json() for finding in told],
            "finding_count": len(self.findings),
        }


class UnknownHost(GipdocsError):
    """The request is for another host than this service's; a page from elsewhere may have sent it."""

    problem_kind = PROBLEM_KINDS["unknown-host"]


class Unauthenticated(GipdocsError):
    """Nobody has said, or shown, who sends the request; `fault` is what is wrong with a key, as RFC 6750 spells it."""

    problem_kind = PROBLEM_KINDS["unauthenticated"]

    def __init__(self, message: str, *, fault: str = "") -> None:
        self.fault = fault
        super().__init__(message)


class Unnamed(Unauthenticated):
    """The proxy, which knows who comes in, has named nobody."""


class ForeignIdentity(GipdocsError):
    """A request names somebody, as only the proxy may, and doesn't come from it or can't be read."""

    problem_kind = kind_of_pages("foreign-identity", 400, "来源不对")


class AccountRefused(GipdocsError):
    """Somebody for whom the proxy or the issuer vouches has no account here, or a locked one."""

    problem_kind = kind_of_pages("account-refused", 403, "不能使用本系统")


class SignInFailed(GipdocsError):
    """The issuer's answer is refused: it is none to what this browser asked, or for somebody else."""

    problem_kind = kind_of_pages("sign-in-failed", 400, "没有登录")


class IssuerSilent(GipdocsError):
    """The issuer doesn't answer, or not as the one in the settings."""

    problem_kind = kind_of_pages("issuer-silent", 503, "暂时不能登录")


class NotProved(GipdocsError):
    """A password, a code or an invitation is refused; the one sentence is the same for every reason."""

    problem_kind = kind_of_pages("not-proved", 401, "没有通过")


class ProofNeeded(GipdocsError):
    """Whoever has signed in has to show the password once more before this is done."""

    problem_kind = kind_of_pages("proof-needed", 403, "请再输入一次密码")


class Forbidden(GipdocsError):
    """Whoever sends the request may not do this; `missing` is the permission, as it is spelled in a key's scopes.

    `by_key` if it was sent with a key, `trying` if that is one for trying, which can't have the permission.
    """

    problem_kind = PROBLEM_KINDS["forbidden"]

    def __init__(self, missing: str, label: str, *, by_key: bool, trying: bool = False) -> None:
        self.missing = missing
        self.label = label
        cure = "请管理员另发一把有这项权限的密钥" if by_key else "需要办理的，请管理员在账号里增加相应的角色"
        if trying:
            cure = "试用密钥只能试着生成文书，不能查阅、登记、签发，请换用正式的密钥"
        scope = f"（{missing}）" if by_key else ""
        super().__init__(f"这样做需要“{label}”的权限{scope}，现在没有。{cure}。")


class UnknownAccount(GipdocsError):
    """No account has this name."""

    problem_kind = kind_of_pages("unknown-account", 404, "没有这个账号")


class TooManyRequests(GipdocsError):
    """Too often in a short time; `retry_after` is in seconds."""

    problem_kind = PROBLEM_KINDS["rate-limited"]

    def __init__(self, message: str, *, retry_after: int) -> None:
        self.retry_after = retry_after
        super().__init__(message)


class UnknownDocument(GipdocsError):
    """No document has this id."""

    problem_kind = PROBLEM_KINDS["unknown-document"]


class FormatNotOffered(GipdocsError):
    """The document is not offered in the requested format."""

    problem_kind = PROBLEM_KINDS["not-acceptable"]


class FileRefused(GipdocsError):
    """A file can't be read back into answers; the message says what it is and what to do, and repeats none of it."""

    problem_kind = PROBLEM_KINDS["unreadable-file"]


class ReaderBusy(GipdocsError):
    """As many files are being read as may be at once; `retry_after` is in seconds."""

    problem_kind = PROBLEM_KINDS["reader-busy"]
    retry_after = 5


class TextLost(GipdocsError):
    """A filled document does not contain exactly the text it was given, so it is not handed out."""

    problem_kind = PROBLEM_KINDS["text-lost"]


class UnknownCase(GipdocsError):
    """The register has no such case, record, letter or file."""

    problem_kind = PROBLEM_KINDS["unknown-case"]


class UnknownBatch(GipdocsError):
    """There is no such batch, or no such row or file in it."""

    problem_kind = PROBLEM_KINDS["unknown-batch"]


class BatchExpired(GipdocsError):
    """The batch's files, and what was typed for it, were deleted when its time was over, or by its owner."""

    problem_kind = PROBLEM_KINDS["batch-expired"]


class StepForbidden(GipdocsError):
    """The case, or the batch, is not in a state for this step; `allowed` are the steps that are possible now, as stable words."""

    problem_kind = PROBLEM_KINDS["step-forbidden"]

    def __init__(self, message: str, *, allowed: Iterable[str] = ()) -> None:
        self.allowed = tuple(allowed)
        super().__init__(message)

    def as_json(self) -> dict[str, Any]:
        """The refusal as problem details (RFC 9457), with the possible steps."""
        return {**super().as_json(), "allowed": [*self.allowed]}


class NumberTaken(GipdocsError):
    """Another case or letter has this number."""

    problem_kind = PROBLEM_KINDS["number-taken"]


class StoreBusy(GipdocsError):
    """The database was locked for too long, or can't be reached; `retry_after` is in seconds."""

    problem_kind = PROBLEM_KINDS["store-busy"]

    def __init__(self, message: str, *, retry_after: int = 2) -> None:
        self.retry_after = retry_after
        super().__init__(message)


class StoreFull(GipdocsError):
    """The database could not grow, as its disk is full; nothing was written."""

    problem_kind = PROBLEM_KINDS["storage-full"]


class StoreDamaged(GipdocsError):
    """The database's file is malformed, or no database at all; a backup has to be restored."""

    problem_kind = PROBLEM_KINDS["store-damaged"]


class StaleEdit(GipdocsError):
    """What was to be changed is no longer as it was read: somebody else has changed it meanwhile."""

    problem_kind = PROBLEM_KINDS["edited-meanwhile"]


class ConversionError(GipdocsError):
    """The PDF could not be made; `kind` is the reason as a stable word, for log and metrics."""

    problem_kind = PROBLEM_KINDS["conversion-failed"]
    kind = "failed"

    def __init__(self, message: str = "", *, kind: str = "") -> None:
        self.kind = kind or self.kind
        super().__init__(message)


class ConverterBusy(ConversionError):
    """Too many documents are waiting; `retry_after` is in seconds."""

    problem_kind = PROBLEM_KINDS["converter-busy"]
    kind = "unavailable"

    def __init__(self, message: str, *, retry_after: int = 2, kind: str = "") -> None:
        self.retry_after = retry_after
        super().__init__(message, kind=kind)


class ConverterTimeout(ConversionError):
    """The conversion was stopped at its time limit."""

    problem_kind = PROBLEM_KINDS["conversion-timeout"]
    kind = "overrun"


class ConverterRefused(ConversionError):
    """The file is not a DOCX that gipdocs filled itself, or it refers to something outside itself."""

    problem_kind = PROBLEM_KINDS["unconvertible"]
    kind = "refused"


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


LOCATED = "_located"


def note_place(error: BaseException) -> None:
    """Have `locate` still find the place once the error has come from another process, without its traceback."""
    setattr(error, LOCATED, locate(error))


def locate(error: BaseException) -> str:
    """The file and line at which an unexpected error was raised; nothing else about it may be logged."""
    if place := vars(error).get(LOCATED):
        return str(place)
    trace = error.__traceback__
    while trace and trace.tb_next:
        trace = trace.tb_next
    return f"{trace.tb_frame.f_code.co_filename}:{trace.tb_lineno}" if trace else "?"
