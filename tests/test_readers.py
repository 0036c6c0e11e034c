"""Every DOCX is whole in programs that know less than Word: nothing is missing in their reading, and nothing twice."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from io import BytesIO
from typing import cast
from xml.etree import ElementTree

import mammoth  # type: ignore[import-untyped]  # has no types
import pytest
from lxml import etree

from gipdocs.documents.build import examine, fill, origin
from gipdocs.documents.contract import MACHINE
from gipdocs.documents.registry import find
from gipdocs.documents.review import write_review
from gipdocs.law import Office
from gipdocs.packing import unpack
from gipdocs.service import Service
from gipdocs.settings import PROJECT

pytestmark = pytest.mark.slow

NAMESPACES = {
    "w": "http://schemas.openxmlformats.org/wordprocessingml/2006/main",
    "mc": "http://schemas.openxmlformats.org/markup-compatibility/2006",
    "wp": "http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing",
}
BODY, NOTES, STYLES, HEADER = (f"word/{name}.xml" for name in ("document", "footnotes", "styles", "header1"))
ENTRIES = find([PROJECT / "plugins"])
LAYOUTS = {id: entry.document.templates for id, entry in ENTRIES.items()}
SETTINGS = [(id, layout) for id, names in LAYOUTS.items() for layout in ("letter", "document")[: len(names)]]
CASES = [(*setting, full) for setting in SETTINGS for full in (False, True)]
LETTERS = [(id, layout) for id, layout in SETTINGS if {"letter.docx", "consultation.docx"} & set(LAYOUTS[id])]
LONG = re.compile(r"\{%(tr|p)? |\{\{ info_description \}\}")
"""What has as many lines as somebody writes, or leaves nothing of its row."""
Made = dict[tuple[str, str, bool], bytes]
Parts = dict[str, etree._Element]


def found(tree: etree._Element, path: str) -> list[etree._Element]:
    return cast(list[etree._Element], etree.XPath(path, namespaces=NAMESPACES)(tree))


def texts(tree: etree._Element, path: str = "//w:t[not(ancestor::mc:Fallback)]") -> str:
    return "".join(one.text or "" for one in found(tree, path))


@pytest.fixture(scope="module")
def docx(service: Service, office: Office) -> Iterator[Made]:
    """The sample and the fullest file of every document, in each of its layouts."""
    made = {}
    for id, layout, full in CASES:
        settings = replace(office.profile.settings, layout=layout)
        chosen = replace(office, profile=replace(office.profile, settings=settings))
        entry = service.registry[id]
        payload = entry.document.schema().sample(chosen, full=full)
        answers, _ = examine(entry, {key: payload[key] for key in payload if f"/{key}" not in MACHINE}, chosen)
        made[id, layout, full] = fill(entry, answers, chosen, origin(entry, chosen))[0].content
    yield made


def parts(data: bytes) -> Parts:
    return {name: etree.fromstring(one) for name, one in unpack(data).items() if name.endswith(".xml")}


def letters(text: str) -> Counter[str]:
    return Counter(sign for sign in text if sign.isalpha())


@pytest.mark.parametrize(("id", "layout", "full"), CASES)
class TestEveryFile:
    def test_is_read_whole_and_once_by_a_program_without_shapes(
        self, docx: Made, id: str, layout: str, full: bool
    ) -> None:
        data = docx[id, layout, full]
        read = ElementTree.fromstring(f"<body>{mammoth.convert_to_html(BytesIO(data)).value}</body>")
        written = [texts(part) for name, part in parts(data).items() if name in (BODY, NOTES)]
        assert letters("".join(read.itertext())) == letters("".join(written))

    def test_offers_the_same_lines_with_and_without_shapes(self, docx: Made, id: str, layout: str, full: bool) -> None:
        for part in parts(docx[id, layout, full]).values():
            for offered in found(part, "//mc:AlternateContent"):
                choice, fallback = (texts(offered, f"./mc:{kind}//w:t") for kind in ("Choice", "Fallback"))
                assert len(found(offered, "./mc:Fallback")) == 1
                assert choice == fallback

    def test_has_one_title_that_every_program_knows(self, docx: Made, id: str, layout: str, full: bool) -> None:
        levels = headings(parts(docx[id, layout, full]))
        assert levels[0] == "heading 1" and levels.count("heading 1") == 1

    def test_refers_to_styles_that_it_has(self, docx: Made, id: str, layout: str, full: bool) -> None:
        file = parts(docx[id, layout, full])
        ids = {str(one) for one in found(file[STYLES], "//w:style/@w:styleId")}
        named = found(file[STYLES], "(//w:basedOn | //w:next | //w:link)/@w:val")
        named += found(file[BODY], "(//w:pStyle | //w:rStyle | //w:tblStyle)/@w:val")
        assert {str(one) for one in named} <= ids

    def test_has_no_empty_runs_and_numbers_its_drawings_once(
        self, docx: Made, id: str, layout: str, full: bool
    ) -> None:
        file = parts(docx[id, layout, full])
        filled = [
            part for name, part in file.items() if name.startswith(("word/document", "word/header", "word/footer"))
        ]
        assert [
            run for part in filled for run in found(part, "//w:t[not(text())] | //w:r[not(*[not(self::w:rPr)])]")
        ] == []
        ids = [one.get("id") for part in filled for one in found(part, "//wp:docPr")]
        assert len(ids) == len(set(ids))

    def test_says_whether_it_has_a_grid(self, docx: Made, id: str, layout: str, full: bool) -> None:
        sections = found(parts(docx[id, layout, full])[BODY], "//w:sectPr")
        assert sections and all(found(section, "./w:docGrid") for section in sections)


def test_only_rows_of_many_lines_may_be_torn_over_pages() -> None:
    for path in sorted({template.path for entry in ENTRIES.values() for template in entry.templates}):
        body = etree.fromstring(unpack(path.read_bytes())[BODY])
        for row in found(body, "//w:tr[not(w:trPr/w:cantSplit)]"):
            assert LONG.search(texts(row)), f"{path.name}: {texts(row)}"


def test_the_wordings_for_review_are_headings_under_one_title(office: Office) -> None:
    worded = [entry for entry in ENTRIES.values() if entry.wording]
    levels = headings(parts(write_review(worded, office)))
    assert levels[0] == "heading 1" and levels.count("heading 1") == 1
    assert levels.count("heading 2") == len(worded) and {"heading 3", "heading 4"} <= set(levels)


def headings(file: Parts) -> list[str]:
    """The names of the built-in headings in the body, in their order."""
    styles = [str(one) for one in found(file[BODY], "//w:pStyle/@w:val")]
    return [name for style in styles if (name := _built_in(file[STYLES], style))]


def _built_in(styles: etree._Element, id: str) -> str:
    """The name of the built-in heading that a style is or is based on, if any."""
    for style in found(styles, f"/w:styles/w:style[@w:styleId='{id}']"):
        name, base = ([str(one) for one in found(style, f"./w:{path}/@w:val")] for path in ("name", "basedOn"))
        if name[0].startswith("heading "):
            return name[0]
        return _built_in(styles, base[0]) if base else ""
    return ""


@pytest.mark.parametrize(("id", "layout"), LETTERS)
def test_the_sender_and_the_red_lines_stay_when_the_number_is_deleted(
    docx: Made, office: Office, id: str, layout: str
) -> None:
    file = parts(docx[id, layout, False])
    first, second = found(file[BODY], "/w:document/w:body/w:p")[:2]
    named = office.profile.name + ("文件" if "document.docx" in LAYOUTS[id] and layout == "document" else "")
    assert texts(first, "./w:r/w:t") == named, "plain text, which every program reads"
    numbered = id != "suit-defence"  # a paper of the proceedings
    assert ("号" in texts(second, "./w:r/w:t")) is numbered and not found(second, ".//w:drawing | .//w:pict")
    assert len(found(file[HEADER], "//w:drawing")) == (4 if named == office.profile.name else 1)
    shown = "/w:document/w:body/w:sectPr[w:titlePg]/w:headerReference[@w:type='first']"
    assert len(found(file[BODY], shown)) == 1
