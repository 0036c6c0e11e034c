"""Small PDFs for tests: pages with one text each."""

from __future__ import annotations

from collections.abc import Iterable
from io import BytesIO

import pdfplumber
from pikepdf import Array, Dictionary, Name, Page, Pdf, Stream, String

A5 = (0, 0, 420, 595)
TRICKY = r"a(b) 12 0 R \ <3 0 R>"


def sheet(*texts: str, box: Iterable[int] = A5, inherited: bool = False) -> bytes:
    """A PDF with a page for each text; `inherited` has what pages need on the node above them."""
    with Pdf.new() as pdf:
        font = pdf.make_indirect(Dictionary(Type=Name.Font, Subtype=Name.Type1, BaseFont=Name.Helvetica))
        shared = {"/MediaBox": Array([*box]), "/Resources": Dictionary(Font=Dictionary(F1=font))}
        for text in texts:
            content = Stream(pdf, f"BT /F1 20 Tf 50 300 Td ({text}) Tj ET".encode())
            note = Dictionary(Type=Name.Annot, Subtype=Name.Link, Rect=[0, 0, 9, 9], Contents=String(TRICKY))
            own = {"/Contents": content, "/Annots": Array([note]), "/StructParents": 7}
            pdf.pages.append(Page(Dictionary({"/Type": Name.Page, **own, **({} if inherited else shared)})))
        if inherited:
            for key, value in shared.items():
                pdf.Root.Pages[key] = value
        target = BytesIO()
        pdf.save(target)
        return target.getvalue()


def texts_of(content: bytes) -> list[str]:
    with pdfplumber.open(BytesIO(content)) as pdf:
        return [page.extract_text() for page in pdf.pages]
