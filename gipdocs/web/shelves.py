"""How lists name documents: what tells those of one group apart comes first, what they share after it."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from gipdocs.documents.document import Document

GROUPS = ("申请", "程序", "答复", "救济", "监督", "公开")
"""The order of the known groups; others follow."""
BRACKETED = re.compile(r"(?P<shared>.+?)（(?P<own>[^（）]+)）")


@dataclass(frozen=True, kw_only=True)
class ListedName:
    """A title in two parts: `lead` tells the document from the others of its group, `rest` is what it shares with them."""

    lead: str
    rest: str = ""


def group_documents(documents: Iterable[Document]) -> dict[str, list[Document]]:
    """The documents of each group, the known groups first."""
    groups: dict[str, list[Document]] = {group: [] for group in GROUPS}
    for document in documents:
        groups.setdefault(document.group, []).append(document)
    return {group: listed for group, listed in groups.items() if listed}


def name_documents(groups: Mapping[str, Iterable[Document]]) -> dict[str, ListedName]:
    """The names of grouped documents by id.

    In a group with several titles that differ in their brackets only, the brackets of every title come first: 不予公开：
    国家秘密, then 政府信息公开申请答复书. Where no titles do, they stay as they are.
    """
    return {id: name for documents in groups.values() for id, name in _name_group(list(documents)).items()}


def _name_group(documents: list[Document]) -> dict[str, ListedName]:
    parts = {document.id: BRACKETED.fullmatch(document.title) for document in documents}
    shared = Counter(found["shared"] for found in parts.values() if found)
    if not any(count > 1 for count in shared.values()):
        return {document.id: ListedName(lead=document.title) for document in documents}
    return {document.id: _turn(document.title, parts[document.id]) for document in documents}


def _turn(title: str, found: re.Match[str] | None) -> ListedName:
    """The bracket first, its first comma as a colon."""
    return (
        ListedName(lead=found["own"].replace("，", "：", 1), rest=found["shared"]) if found else ListedName(lead=title)
    )
