"""Every kind of problem that the API answers: from this table come `type`, `title` and status, the pages and the description."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

INDEX = "/api/problems"
"""Where the kinds are explained; a problem's `type` is the address of its own page below."""


@dataclass(frozen=True, slots=True)
class ProblemKind:
    """One kind: `slug` and HTTP `status`, the Chinese `title`, what it means in English, its `cause` and its `cure`.

    `retry` says whether the same request, unchanged, may succeed later.
    """

    slug: str
    status: int
    title: str
    english: str
    cause: str
    cure: str
    retry: bool = False

    @property
    def type(self) -> str:
        """The URI reference that identifies the kind (RFC 9457)."""
        return f"{INDEX}/{self.slug}"

    def as_problem(self, detail: str) -> dict[str, Any]:
        """Problem details of this kind (RFC 9457); `detail` is about this one occurrence."""
        return {"type": self.type, "title": self.title, "status": self.status, "detail": detail}

    def as_json(self) -> dict[str, Any]:
        """The kind as the API explains it."""
        return {
            "type": self.type,
            "kind": self.slug,
            "status": self.status,
            "title": self.title,
            "english": self.english,
            "cause": self.cause,
            "cure": self.cure,
            "retry": self.retry,
        }


def kind_of_pages(slug: str, status: int, title: str) -> ProblemKind:
    """A kind that only pages for people answer: it has its name for the log, and no program has to be told of it."""
    return ProblemKind(slug, status, title, "", "", "")


KINDS = (
    ProblemKind(
        "malformed-request",
        400,
        "请求读不出来",
        "The request can't be read: its body is not UTF-8 JSON, or the file is missing.",
        "请求内容不是UTF-8编码的JSON，有重复的名称，或者应当交的文件没有交。",
        "请检查括号、引号和逗号，以UTF-8编码发送；交文件的，放在file一项里。",
    ),
    ProblemKind(
        "invalid-parameter",
        400,
        "地址里的参数有误",
        "A query parameter is unknown, given twice, or has a value that it can't have.",
        "地址中问号后面的参数写错了名称，写了两次，或者值不对。",
        "errors指明是哪个参数、可以用哪些。请改正地址后再发。",
    ),
    ProblemKind(
        "unknown-host",
        400,
        "网址不对",
        "The Host header names another host than this service's.",
        "请求头Host写的不是本服务的网址。",
        "请用本服务的网址；服务另有域名的，请管理员用GIPDOCS_URL写明。",
    ),
    ProblemKind(
        "unauthenticated",
        401,
        "没有登录",
        "The service has accounts, and the request has no valid credentials.",
        "服务设有账号，请求没有带密钥，或者密钥无效、过期、作废。",
        "请在请求头Authorization里写Bearer和整个密钥；没有密钥的，请向管理员申请。",
    ),
    ProblemKind(
        "forbidden",
        403,
        "没有权限",
        "The account or key is known, but may not do this.",
        "账号或者密钥没有做这件事的权限。",
        "detail写明缺哪项权限；请管理员另发一把有这项权限的密钥，或者在账号里增加相应的角色。原样重发没有用。",
    ),
    ProblemKind(
        "not-found",
        404,
        "没有这个地址",
        "There is nothing at this address.",
        "接口里没有这个地址。",
        "请对照/api/v1/openapi.json核对地址，末尾不加斜线。",
    ),
    ProblemKind(
        "unknown-document",
        404,
        "没有这种文书",
        "No document has this id.",
        "地址或者请求内容里的文书标识写错了，或者这项服务没有装这种文书。",
        "可用GET /api/v1/documents查看全部文书的标识。",
    ),
    ProblemKind(
        "unknown-case",
        404,
        "没有这个案件",
        "No case, record, letter or file has this number.",
        "台账里没有这个案件、记录、文书或者文件。",
        "可用GET /api/v1/cases查找案件；申请编号中的汉字、括号和斜线按URL的规则转写。",
    ),
    ProblemKind(
        "unknown-batch",
        404,
        "没有这个批次",
        "No batch, or no row of it, has this id.",
        "地址里的批次标识写错了，批次是别的系统的，或者批次里没有这一件。",
        "可用GET /api/v1/batches查看自己的批次。",
    ),
    ProblemKind(
        "batch-expired",
        410,
        "批次已经过期",
        "The files of this batch were deleted when its time was over, or by its owner.",
        "批次办完七天以后，或者由人删除以后，文件和填写的内容都不再保存。",
        "还需要这些文件的，请重新提交一个批次。",
    ),
    ProblemKind(
        "method-not-allowed",
        405,
        "不支持这种请求方法",
        "The address exists, but not for this method; Allow lists those that it takes.",
        "地址是对的，请求方法不对。",
        "请对照响应头Allow或者/api/v1/openapi.json核对请求方法。",
    ),
    ProblemKind(
        "not-acceptable",
        406,
        "不提供这种格式",
        "Nothing that the Accept header names is offered here.",
        "请求头Accept里的格式，这里都不提供。",
        "请改写Accept，或者用参数format写明格式；detail列出有哪些格式。",
    ),
    ProblemKind(
        "step-forbidden",
        409,
        "现在不能这样办理",
        "The case or letter is not in a state for this step; allowed lists the possible ones.",
        "案件、文书现在的状态不允许这一步。",
        "allowed列出现在可以怎样办理。请重新读取案件后再办。",
    ),
    ProblemKind(
        "number-taken",
        409,
        "编号重复",
        "Another case or letter has this number.",
        "别的案件、文书已经用了这个编号。",
        "请换一个编号，或者不写编号，由系统编排。",
    ),
    ProblemKind(
        "edited-meanwhile",
        409,
        "内容已被他人修改",
        "Somebody else has changed the same thing meanwhile; nothing was saved.",
        "读取以后，别人改动了同一内容。这次没有保存。",
        "请重新读取，核对后再改，把新的ETag写在If-Match里。",
    ),
    ProblemKind(
        "stale-version",
        412,
        "版本已经过时",
        "If-Match names a version that is no longer the current one; nothing was saved.",
        "请求头If-Match里的版本不是现在的版本：读取以后有别人改动，或者这次改动已经办成。这次没有保存。",
        "请重新读取，核对后再改，把新的ETag写在If-Match里。",
    ),
    ProblemKind(
        "too-large",
        413,
        "请求内容过大",
        "The request's body is larger than the service takes.",
        "请求内容超过服务允许的大小。",
        "请缩短内容，或者请管理员调整GIPDOCS_MAX_BODY。",
    ),
    ProblemKind(
        "unsupported-media-type",
        415,
        "请求内容的类型不对",
        "The body is of another type than this address takes, or is compressed.",
        "请求头Content-Type不是这个地址所要的类型，或者请求内容经过压缩。",
        "请在请求头中写明Content-Type: application/json，内容不压缩。",
    ),
    ProblemKind(
        "invalid-input",
        422,
        "填写内容有误",
        "The body is readable, but some answers are missing or not as they have to be; errors lists them.",
        "填写的内容缺项，写法不对，或者前后矛盾。",
        "errors逐条指明位置（pointer）、代码（code）和改法（detail）。请改正后再发。",
    ),
    ProblemKind(
        "refused",
        422,
        "文书未通过合法性检查",
        "The answers are well-formed, but the law forbids the document in its present form; findings has the reasons.",
        "填写的内容读得懂，照此作出的文书不合规定。",
        "findings列出全部检查结果和依据。请改正；overridable为true的，确有理由时在overrides里写明理由。",
    ),
    ProblemKind(
        "unreadable-file",
        422,
        "文件读不出来",
        "A file from which answers were to be read is damaged, hostile or none of ours.",
        "交来的文件损坏了，加了密，或者不是本站的文书。",
        "请换用从本站下载并填写的DOCX或者PDF，或者直接发送填写的内容。",
    ),
    ProblemKind(
        "unconvertible",
        422,
        "文件不能转换",
        "The file is not one that the service converts to PDF.",
        "文件里有不能转换的内容，例如指向外面的链接对象。",
        "请去掉这些内容，或者改用DOCX格式。",
    ),
    ProblemKind(
        "version-required",
        428,
        "没有写明版本",
        "The change needs an If-Match header with the version that was read.",
        "这项改动要求写明所依据的版本。",
        "请先读取，把收到的ETag写在If-Match里。",
    ),
    ProblemKind(
        "rate-limited",
        429,
        "请求过于频繁",
        "Too many requests in a short time; Retry-After says how many seconds to wait.",
        "短时间内的请求太多。",
        "请按Retry-After等候以后原样重发，并放慢速度。",
        retry=True,
    ),
    ProblemKind(
        "internal-error",
        500,
        "服务出错",
        "A fault of the service itself; nothing was saved.",
        "服务内部出错，填写的内容没有保存。",
        "请重试一次；仍然出错的，请把instance里的编号告诉管理员。",
        retry=True,
    ),
    ProblemKind(
        "text-lost",
        500,
        "文书内容核对不一致",
        "The finished document lacked text that should be in it, so it was not handed out.",
        "制成的文书缺少应有的文字，没有交出。多半是版式、措辞文件有错。",
        "请把detail告知管理员。原样重发没有用。",
    ),
    ProblemKind(
        "store-damaged",
        500,
        "数据库文件已损坏",
        "The database's file is broken, or none of ours; a backup has to be restored.",
        "数据库文件损坏，或者不是本服务的数据库。",
        "请告知管理员恢复备份。",
    ),
    ProblemKind(
        "conversion-failed",
        502,
        "PDF转换失败",
        "The PDF could not be made; the same document as DOCX can.",
        "LibreOffice没有把文书转成PDF。",
        "请重试一次；仍然失败的，先用DOCX格式，并告知管理员。",
        retry=True,
    ),
    ProblemKind(
        "unavailable",
        503,
        "启动条件不满足",
        "Something that the service needs has become unavailable; /readyz says what.",
        "服务所需的文件、程序或者设置现在用不了。",
        "请管理员按detail处理，/readyz列出缺少什么；处理以后原样重发。",
        retry=True,
    ),
    ProblemKind(
        "converter-busy",
        503,
        "转换服务繁忙",
        "Too many documents are waiting for conversion; Retry-After says how many seconds to wait.",
        "排队转换PDF的文书过多。",
        "请按Retry-After等候以后原样重发。",
        retry=True,
    ),
    ProblemKind(
        "reader-busy",
        503,
        "正在读取的文件过多",
        "As many files are being read as may be at once; Retry-After says how many seconds to wait.",
        "同时读取的文件过多。",
        "请按Retry-After等候以后原样重发。",
        retry=True,
    ),
    ProblemKind(
        "store-busy",
        503,
        "数据库繁忙",
        "The database is locked or can't be reached; nothing was saved. Retry-After says how many seconds to wait.",
        "数据库被占用，或者连不上。这次没有保存。",
        "请按Retry-After等候以后原样重发。",
        retry=True,
    ),
    ProblemKind(
        "conversion-timeout",
        504,
        "PDF转换超时",
        "The conversion was stopped at its time limit.",
        "PDF转换用时过长，已经停止。",
        "请重试一次；仍然超时的，缩短文书，或者先用DOCX格式。",
        retry=True,
    ),
    ProblemKind(
        "storage-full",
        507,
        "磁盘空间不足",
        "The database's disk is full; nothing was saved.",
        "数据库所在的磁盘满了。这次没有保存。",
        "请管理员清理磁盘以后原样重发。",
        retry=True,
    ),
)
PROBLEM_KINDS: Mapping[str, ProblemKind] = {kind.slug: kind for kind in KINDS}
