"""What may be done here, the roles of accounts, and the scopes of keys: one table for routes, pages and documentation."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum


class Permission(StrEnum):
    """What a route or an act needs; the value is also the scope of a key, where a key may have it."""

    DOCUMENTS = "documents"
    READ_CASES = "cases:read"
    WRITE_CASES = "cases:write"
    ISSUE = "letters:issue"
    BATCHES = "batches"
    LEDGER = "ledger:read"
    AUDIT = "audit:read"
    AUDIT_ACCESS = "audit:access"
    ADMINISTER = "access:write"
    SETTINGS = "settings:write"
    HEALTH = "health:read"


@dataclass(frozen=True, kw_only=True)
class Role:
    """A role of an account: its Chinese label, what it is for, and what it permits."""

    label: str
    help: str
    permissions: frozenset[Permission]


_WORK = frozenset(
    {Permission.DOCUMENTS, Permission.READ_CASES, Permission.WRITE_CASES, Permission.BATCHES, Permission.LEDGER}
)
ROLES: Mapping[str, Role] = {
    "clerk": Role(label="经办", help="登记案件、办理记录、起草文书，提请签发。", permissions=_WORK),
    "manager": Role(
        label="审核签发",
        help="除经办的事项外，签发、作废文书，决定延期，决定保留或者删除个人信息。",
        permissions=_WORK | {Permission.ISSUE},
    ),
    "auditor": Role(
        label="监督",
        help="查阅案件、台账和操作记录，不能改动。",
        permissions=frozenset(
            {Permission.DOCUMENTS, Permission.READ_CASES, Permission.LEDGER, Permission.AUDIT, Permission.AUDIT_ACCESS}
        ),
    ),
    "administrator": Role(
        label="管理员",
        help="管理账号、密钥和机关概况，不能查阅案件。",
        permissions=frozenset({Permission.AUDIT_ACCESS, Permission.ADMINISTER, Permission.SETTINGS, Permission.HEALTH}),
    ),
}
SCOPES: Mapping[Permission, str] = {
    Permission.DOCUMENTS: "生成、检查文书，计算期限和费用",
    Permission.READ_CASES: "查阅案件和文书",
    Permission.WRITE_CASES: "登记案件、办理记录、起草文书",
    Permission.ISSUE: "签发、作废文书",
    Permission.BATCHES: "批量生成文书",
    Permission.LEDGER: "查阅台账和统计",
    Permission.HEALTH: "查看运行状态和指标",
}
"""The scopes that a key may have, and what each of them is for."""
TEST_SCOPES = (Permission.DOCUMENTS, Permission.BATCHES, Permission.HEALTH)
"""The scopes that a key for trying may have: it makes drafts, and sees no case."""
EVERYTHING = frozenset(Permission)
LABELS: Mapping[Permission, str] = {
    **SCOPES,
    Permission.AUDIT: "查阅操作记录",
    Permission.AUDIT_ACCESS: "查阅账号和密钥的操作记录",
    Permission.ADMINISTER: "管理账号和密钥",
    Permission.SETTINGS: "改动机关概况",
}
"""What each permission is for, as a refusal names it."""


def permissions_of(roles: frozenset[str]) -> frozenset[Permission]:
    """Everything that an account with these roles may do; KeyError for a role that doesn't exist."""
    return frozenset().union(*(ROLES[role].permissions for role in roles))
