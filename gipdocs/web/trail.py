"""The audit trail at the desk: all of it for auditors, the part on accounts, keys and settings for administrators."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date, datetime, time, timedelta
from typing import Any

from flask import Blueprint, Response, request

from gipdocs.access.permissions import LABELS, ROLES, SCOPES, Permission
from gipdocs.access.trail import TrailFilter, find_rows
from gipdocs.faces import actor, needs, register
from gipdocs.questions.days import NotADay, read_day
from gipdocs.register.events import KINDS
from gipdocs.register.papers import ROLES as FILE_ROLES
from gipdocs.service import ZONE
from gipdocs.store import audit
from gipdocs.web.errors import answer_errors
from gipdocs.web.pages import page
from gipdocs.web.sheets import Notice

trail = Blueprint("trail", __name__, url_prefix="/desk", template_folder="templates")
ACTIONS = {
    "case.opened": "登记案件",
    "case.read": "查阅案件",
    "case.event": "记录经过",
    "case.cancelled": "更正记录",
    "case.corrected": "更正记录并改记",
    "case.amended": "修改申请内容",
    "case.joined": "记入一并办理的文书",
    "case.moved": "期限重新推算",
    "case.erasure-proposed": "提出删除个人信息",
    "case.erased": "删除个人信息",
    "case.held": "暂缓删除个人信息",
    "letter.saved": "保存草稿",
    "letter.discarded": "删除草稿",
    "letter.submitted": "提请签发",
    "letter.returned": "退回修改",
    "letter.approved": "同意签发",
    "letter.issued": "签发文书",
    "letter.void": "作废文书",
    "letter.pdf": "取得文书PDF",
    "file.added": "增加文件",
    "file.read": "下载文件",
    "ledger.imported": "导入台账",
    "ledger.exported": "导出台账",
    "batch.ordered": "提交批次",
    "batch.started": "开始生成批次",
    "batch.replaced": "更换批次的表格",
    "batch.cancelled": "停止批次",
    "batch.resumed": "接着生成批次",
    "batch.removed": "删除批次的文件",
    "batch.downloaded": "下载批次的文件",
    "batch.expired": "批次到期，自动删除文件",
    "account.added": "增加账号",
    "account.invited": "发出邀请链接",
    "account.roles": "改变角色",
    "account.locked": "停用账号",
    "account.unlocked": "恢复账号",
    "account.password": "设置密码",
    "account.second_factor": "启用或者停用二次验证",
    "session.begun": "登录",
    "session.ended": "退出登录",
    "session.proved": "再次输入密码",
    "session.refused": "没有通过的登录",
    "key.made": "发放密钥",
    "key.revoked": "作废密钥",
    "profile.changed": "改动机关概况",
    "profile.restored": "恢复机关概况",
    "store.migrated": "升级数据库",
    "store.moved": "搬迁数据库",
    "audit.cut": "清理操作记录",
}
"""Every action that is noted anywhere, as readers are told."""
SUBJECTS = {
    "case": "案件",
    "letter": "文书",
    "batch": "批次",
    "ledger": "台账",
    "account": "账号",
    "key": "密钥",
    "profile": "机关概况",
    "store": "数据库",
    "audit": "操作记录",
}
FAMILIES = ("account", "session", "key", "profile", "store", "audit")
"""The first words of actions that administrators see."""
DETAILS = {
    "name": "名称",
    "kind": "种类",
    "purpose": "用途",
    "format": "格式",
    "key": "密钥",
    "place": "第几条",
    "instead": "改记为第几条",
    "keys": "改动的项目",
    "letter": "文书",
    "number": "文号",
    "docx_hash": "文件校验值",
    "sha256": "文件校验值",
    "role": "用途",
    "proposed_by": "提出的人",
    "alone": "一人办理",
    "until": "保留至",
    "before": "原来",
    "after": "现在",
    "rows": "行数",
    "mapping": "栏目对应",
    "by": "筛选的条件",
    "roles": "角色",
    "count": "个数",
    "on": "启用",
    "why": "原因",
    "braked": "暂停再试",
    "scopes": "权限",
    "networks": "网络地址",
    "expires_on": "有效期至",
    "last_id": "清理到第几条",
    "last_hash": "这一条的校验值",
}
WORDS: Mapping[str, str] = {
    **{key: kind.label for key, kind in KINDS.items()},
    **FILE_ROLES,
    **{key: role.label for key, role in ROLES.items()},
    **{str(scope): label for scope, label in {**LABELS, **SCOPES}.items()},
    "files": "只生成文件",
    "letters": "在案件里签发",
    "live": "正式",
    "test": "试用",
    "unknown": "没有这个账号",
    "locked": "账号已停用",
    "uninvited": "还没有设置密码",
    "password": "密码不对",
    "code": "验证码不对",
    "changed": "密码已经改变",
    "invitation": "链接无效",
    "True": "是",
    "False": "否",
}
"""What stands in details, as readers are told."""
SHOWN_OF_HASH = 12
LARGEST_ID = 2**31 - 1


@trail.get("/audit")
@needs(Permission.AUDIT_ACCESS)
def show() -> Response:
    """The rows that the filters in the address let through, the newest first."""
    everything = actor().may(Permission.AUDIT)
    wrong, wanted = _read_filter()
    rows, more = ([], False) if wrong else find_rows(register().store, wanted, everything=everything)
    with register().store.reading() as session:
        head = audit.read_head(session)
    return page(
        "trail",
        422 if wrong else 200,
        rows=rows,
        older=rows[-1].id if more else None,
        everything=everything,
        actions={key: label for key, label in ACTIONS.items() if everything or key.partition(".")[0] in FAMILIES},
        labels=ACTIONS,
        subjects=SUBJECTS,
        told=lambda row: list(tell_detail(row.detail)),
        head=head,
        typed=request.args,
        asked={key: value for key, value in request.args.items() if value and key != "below"},
        notice=Notice(tone="bad", text=wrong) if wrong else None,
    )


def _read_filter() -> tuple[str, TrailFilter]:
    """What is wrong with the days that were typed, "" if nothing; and the filter in the address."""
    days, wrong = dict[str, date | None](), ""
    for key, label in (("since", "从哪一天"), ("until", "到哪一天")):
        typed = request.args.get(key, "").strip()
        try:
            days[key] = read_day(typed, register().today).day if typed else None
        except NotADay as unclear:
            days[key], wrong = None, f"{label}：{unclear}。"
    last = days["until"]
    return wrong, TrailFilter(
        actor=request.args.get("actor", "").strip(),
        action=request.args.get("action", ""),
        subject=request.args.get("subject", "").strip(),
        since=_morning(days["since"]),
        until=_morning(last + timedelta(days=1) if last and last < date.max else last),
        below=request.args.get("below", type=_read_id),
    )


def _read_id(text: str) -> int:
    """The id of a row, as `type` of an argument; ValueError beyond those that a row may have."""
    id = int(text)
    if not 0 <= id <= LARGEST_ID:
        raise ValueError
    return id


def _morning(day: date | None) -> datetime | None:
    """The moment at which a day begins in China."""
    return datetime.combine(day, time.min, ZONE) if day else None


def tell_detail(detail: Mapping[str, Any]) -> Iterator[str]:
    """The detail of a row, item by item, as readers are told."""
    for key, value in detail.items():
        if text := _spell(value):
            yield f"{DETAILS.get(key, key)}：{text}"


def _spell(value: Any) -> str:
    if isinstance(value, Mapping):
        return "、".join(f"{key}—{_spell(one)}" for key, one in value.items())
    if isinstance(value, list):
        return "、".join(map(_spell, value))
    text = "" if value is None else str(value)
    is_hash = len(text) == 64 and text.isalnum()
    return f"{text[:SHOWN_OF_HASH]}……" if is_hash else WORDS.get(text, text)


answer_errors(trail)
