"""All wordings, filled in with sample data, in one DOCX for a lawyer to read."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from gipdocs.documents.build import examine
from gipdocs.documents.document import AnyOffice
from gipdocs.documents.registry import LAYOUTS, PROJECT, Entry
from gipdocs.docx.template import load_template
from gipdocs.docx.wording import PLACE

LAYOUT = PROJECT / LAYOUTS / "wording-review.docx"


def write_review(entries: Iterable[Entry], office: AnyOffice) -> bytes:
    """The DOCX: for each document with a wording, its name, its file and the paragraphs made from its sample."""
    letters = [_letter(entry, office) for entry in entries if entry.wording]
    versions = "，".join(f"{name} {version}" for name, version in office.versions.items())
    note = (
        f"本稿汇集{len(letters)}种文书的正文，按示例数据生成，供法律审阅。措辞在doc_templates/wording目录的文本文件中修改，"
        f"条款、救济途径、期限由规则数据计算。生成日期：{office.today.isoformat()}。规则数据版本：{versions}。"
    )
    properties = {"title": "文书措辞审阅稿", "creator": office.author, "created": office.today.isoformat()}
    return load_template(LAYOUT).fill({"note": note, "letters": letters}, properties=properties).content


def _letter(entry: Entry, office: AnyOffice) -> dict[str, Any]:
    document, wording = entry.document, entry.wording
    assert wording is not None  # only documents with a wording are reviewed
    answers, _ = examine(entry, document.schema().sample(office), office)
    paragraphs = [one for one in wording.fill(entry.context(answers, office)) if one.style != PLACE]
    return {
        "title": document.title,
        "facts": f"标识：{document.id}　措辞文件：{wording.path.name}（{wording.version}）",
        "paragraphs": [{"text": paragraph.text, "style": paragraph.style} for paragraph in paragraphs],
    }
