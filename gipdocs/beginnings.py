"""The files to start a new document from: module, layout, wording and test; they fulfil the contract as they are."""

from __future__ import annotations

from collections.abc import Mapping
from io import BytesIO
from pathlib import Path

from docx import Document as Docx
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml.ns import qn
from docx.shared import Mm, Pt

DOCUMENT = '''"""{id}：请在这里写明这种文书做什么用。"""

from gipdocs.documents.document import Document
from gipdocs.questions import Date, LongText, StaffQuestions, Text
from gipdocs.writing import chinese_date

TITLE = "新文书"


class Questions(StaffQuestions):
    """填写项：名称、示例和规则都写在这里。"""

    receiver = Text("收件人", example="王小明", required=True)
    day = Date("日期", example="2026-12-01", required=True)
    content = LongText("内容", example="请按时到机关阅览室查阅。", required=True)


def context(answers, office):
    """版式和措辞文件里的每一个名称，都在这里给出文字。"""
    return {{
        "title": TITLE,
        "receiver": answers["receiver"],
        "content": answers["content"],
        "organ": office.profile.name,
        "day": chinese_date(answers["day"]),
    }}


DOCUMENT = Document(
    id="{id}",
    title=TITLE,
    group="其他",
    schema=Questions,
    template="{id}.docx",
    wording="{id}.txt",
    context=context,
)
'''
LETTER = '''"""{id}：请在这里写明这种信函做什么用。"""

from gipdocs.documents.document import Document
from gipdocs.letters import APPLICANT_CHECKS, LAYOUT, layout, letter_questions, opening, typed_checks
from gipdocs.questions import LongText

TITLE = "新告知书"
OWN = {{
    "content": LongText("告知的内容", example="请按时到机关阅览室查阅。", required=True),
}}


def context(answers, office):
    """版式的名称由layout给出，开头一段的由opening给出，其余的写在后面。"""
    return layout(answers, office, title=TITLE) | opening(answers, office) | {{"content": answers["content"]}}


DOCUMENT = Document(
    id="{id}",
    title=TITLE,
    group="其他",
    schema=letter_questions("Questions", OWN, remedies=False),
    template=LAYOUT,
    wording="{id}.txt",
    context=context,
    checks=(*APPLICANT_CHECKS, *typed_checks(OWN)),
)
'''
TEST = '''"""{id} keeps the contract and builds."""

from datetime import date
from pathlib import Path

from gipdocs.documents.build import build
from gipdocs.documents.contract import find_breaches
from gipdocs.service import open_service
from gipdocs.settings import Settings

PLUGINS = Path(__file__).resolve().parents[1] / "plugins"


def test_the_document_keeps_the_contract_and_builds():
    service = open_service(Settings(secret_key="test", plugins=(PLUGINS,)))
    entry, office = service.registry["{id}"], service.office(date(2026, 11, 23))
    assert list(find_breaches(entry, office)) == []
    assert "阅览室" in build(entry, service.sample("{id}"), office, "html").content.decode()
'''
WORDING = "{# 一行是一段；名称由模块里的context给出。 #}\n{{ content }}\n特此告知。\n"
LETTER_WORDING = (
    '{# 一行是一段；名称由模块里的context给出。 #}\n{% include "_opening.txt" %}\n{{ content }}\n特此告知。\n'
)
BODY = ("{{ receiver }}：", "{%p for one in paragraphs %}", "{{ one.text }}", "{%p endfor %}")
SIGNED = ("{{ organ }}", "{{ day }}")


def make_files(id: str, folder: Path, *, letter: bool = False) -> Mapping[Path, bytes]:
    """The files of a new document by path, under `folder`; a letter uses the layout of all letters."""
    name = id.replace("-", "_")
    texts = {
        folder / "plugins" / f"{name}.py": (LETTER if letter else DOCUMENT).format(id=id),
        folder / "doc_templates" / "wording" / f"{id}.txt": LETTER_WORDING if letter else WORDING,
        folder / "tests" / f"test_{name}.py": TEST.format(id=id),
    }
    files = {path: text.encode() for path, text in texts.items()}
    return files if letter else {**files, folder / "doc_templates" / f"{id}.docx": _layout()}


def _layout() -> bytes:
    """A plain A4 page with title, addressee, the wording's paragraphs, and the signature."""
    docx, out = Docx(), BytesIO()
    page, normal = docx.sections[0], docx.styles["Normal"]
    page.page_width, page.page_height = Mm(210), Mm(297)
    normal.font.name, normal.font.size = "仿宋_GB2312", Pt(16)
    normal.element.rPr.rFonts.set(qn("w:eastAsia"), "仿宋_GB2312")
    docx.add_paragraph("{{ title }}").alignment = WD_ALIGN_PARAGRAPH.CENTER
    for line in BODY:
        docx.add_paragraph(line)
    for line in SIGNED:
        docx.add_paragraph(line).alignment = WD_ALIGN_PARAGRAPH.RIGHT
    docx.save(out)
    return out.getvalue()
