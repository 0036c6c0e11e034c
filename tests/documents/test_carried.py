"""Answers inside DOCX and PDF: they come back, the visible text wins, and nothing hidden is taken."""

from __future__ import annotations

import copy
import json
import re
import subprocess
from collections.abc import Callable
from datetime import date
from io import BytesIO
from pathlib import Path
from typing import Any

import pikepdf
import pypdf
import pytest
from docx import Document as Docx
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st
from lxml import etree

from gipdocs.documents.carried import (
    LONGEST_PROPERTY,
    NAMESPACE,
    PART,
    PROPERTIES,
    HandedIn,
    _without_hidden,
    carry,
    pack,
)
from gipdocs.documents.visible import Printing, SeenFile, find_leaves, get, put, walk_spots
from gipdocs.errors import InvalidInput
from gipdocs.letters.case import AGENTS, CITIZEN, DELIVERY, MEDIA, ORGANISATION
from gipdocs.ooxml import MC, W
from gipdocs.packing import Member, unpack, write
from gipdocs.pdf.carried import attach_answers
from gipdocs.questions import fullest_sample, prepare_questions
from gipdocs.service import Service

pytestmark = pytest.mark.slow

BODY = "word/document.xml"
FORM, ENVELOPE = "application-form", "envelope"
COMING_BACK = (FORM, "withdrawal-application", "record-correction-application", ENVELOPE)
RARE = {"name": "张䶮㛃𬭊彤", "info_title": "A & B <公务用车>", "info_description": "第一段\n第二段，“引号”"}
HIDDEN_BY_ANOTHER = {"id_kind"}
"""What the fullest sample answers and the paper cannot show: an organisation's code stands in its place."""


def sampled(service: Service, id: str, which: str) -> dict[str, Any]:
    """The printed answers of a sample: what can come back of it."""
    schema = service.registry[id].document.schema
    full = fullest_sample(prepare_questions(schema), service.office())
    chosen = {
        "sample": service.sample(id),
        "fullest": full,
    }
    leaves = find_leaves(schema())
    first = next(leaf for leaf in leaves if leaf.mark is not None)
    chosen["smallest"] = put({}, {first.path: get(full, first.path)})
    found = {leaf.path: get(chosen[which], leaf.path) for leaf in leaves}
    return put({}, {path: value for path, value in found.items() if value is not None})


def built(service: Service, id: str, payload: dict[str, Any], format: str = "docx") -> bytes:
    return service.build(id, payload, format, carry=True).content


def changed(docx: bytes, *pairs: tuple[str, str], without: tuple[str, ...] = ()) -> bytes:
    """The file with other visible text, or without some of its parts."""
    members = unpack(docx)
    text = members[BODY].decode()
    for old, new in pairs:
        assert old in text
        text = text.replace(old, new, 1)
    members[BODY] = text.encode()
    return write(Member.pack(name, data) for name, data in members.items() if name not in without)


def bare(docx: bytes) -> bytes:
    return changed(docx, without=(PART, PROPERTIES))


def said(carried: HandedIn) -> dict[str, str]:
    return {finding.pointer: finding.code for finding in carried.differences}


def typed_in(docx: bytes, heading: str, text: str, *, nth: int = 0) -> bytes:
    """The file with a text typed into the nth cell whose neighbour is this heading."""
    members = unpack(docx)
    tree = etree.fromstring(members[BODY])
    cells = [cell for row in tree.iter(f"{W}tr") for cell in _beside(row, heading)]
    paragraph = next(iter(cells[nth].iter(f"{W}p")))
    run = etree.SubElement(paragraph, f"{W}r")
    etree.SubElement(run, f"{W}t").text = text
    members[BODY] = etree.tostring(tree)
    return write(Member.pack(name, data) for name, data in members.items())


def _beside(row: etree._Element, heading: str) -> list[etree._Element]:
    cells = list(row.iter(f"{W}tc"))
    texts = ["".join(one.text or "" for one in cell.iter(f"{W}t")) for cell in cells]
    return [cells[place + 1] for place, text in enumerate(texts[:-1]) if text == heading]


@pytest.mark.parametrize("which", ["sample", "fullest", "smallest"])
@pytest.mark.parametrize("id", COMING_BACK)
def test_what_was_carried_comes_back(service: Service, id: str, which: str) -> None:
    payload = sampled(service, id, which)
    docx = built(service, id, payload)
    assert docx == built(service, id, payload)  # the same answers, the same bytes
    found = service.read(docx, "申请.docx")
    gone = {key for key in payload if key not in found.payload}
    assert gone <= HIDDEN_BY_ANOTHER and {key: payload[key] for key in payload.keys() - gone} == found.payload
    assert said(found) == {f"/{key}": "carried-hidden" for key in gone}
    assert (found.document, found.source) == (id, "carried")


def test_every_document_that_comes_back_is_tried_here(service: Service) -> None:
    assert {id for id, entry in service.registry.items() if entry.document.comes_back} == set(COMING_BACK)


@pytest.mark.slow
@pytest.mark.parametrize("id", [id for id in COMING_BACK if id != ENVELOPE])
@pytest.mark.parametrize("which", ["sample", "fullest", "smallest"])
def test_the_cells_alone_tell_it_too(service: Service, id: str, which: str) -> None:
    payload = sampled(service, id, which)
    found = service.read(bare(built(service, id, payload)), "申请.docx")
    by_its_column = {"applicant_kind": CITIZEN}  # told by the column in which a name stands, if it was not carried
    assert by_its_column | payload == by_its_column | payload | found.payload
    assert found.payload.keys() >= payload.keys() - HIDDEN_BY_ANOTHER
    assert (found.document, found.source, found.differences) == (id, "visible", ())


def test_rare_characters_markup_and_paragraphs_come_back(service: Service) -> None:
    payload = service.sample(FORM) | RARE
    for docx in (built(service, FORM, payload), bare(built(service, FORM, payload))):
        assert service.read(docx).payload == payload


def test_carrying_changes_no_word(service: Service) -> None:
    payload = service.sample(FORM)
    plain, carrying = service.build(FORM, payload).content, built(service, FORM, payload)
    assert unpack(plain)[BODY] == unpack(carrying)[BODY]
    assert len(carrying) - len(plain) < 4096
    properties = etree.fromstring(unpack(carrying)[PROPERTIES])
    assert all(len("".join(one.itertext())) <= LONGEST_PROPERTY for one in properties)


def test_blank_forms_carry_nothing(service: Service) -> None:
    assert PART not in unpack(built(service, FORM, {}))


@pytest.mark.slow
def test_letters_never_carry(service: Service) -> None:
    """Their answers hold reasons and marks that must not leave the house."""
    entries = service.registry.items()
    others = [id for id, one in entries if not one.document.comes_back and "docx" in one.document.formats]
    assert len(others) > 40
    for id in others:
        assert not unpack(built(service, id, service.sample(id))).keys() & {PART, PROPERTIES}


@pytest.mark.parametrize("id", COMING_BACK)
def test_nothing_on_file_is_carried(service: Service, id: str) -> None:
    """What isn't printed doesn't leave the house, or the applicant's computer, unseen."""
    schema = service.registry[id].document.schema
    full = fullest_sample(prepare_questions(schema), service.office())
    text = etree.fromstring(unpack(built(service, id, full))[PART]).text
    carried = json.loads(text or "")["answers"]
    on_file = [place for place, question in schema().walk(carried) if question.on_file]
    assert on_file == [] and carried


def test_a_name_changed_on_the_page_wins(service: Service) -> None:
    payload = service.sample(FORM) | RARE
    found = service.read(changed(built(service, FORM, payload), (RARE["name"], "李四")))
    assert found.payload == payload | {"name": "李四"}
    assert [one.message for one in found.differences] == [
        "“姓名或者名称”与文件里附带的内容不同，已按看得见的文字载入，请核对。"
    ]


def test_what_the_page_does_not_show_is_dropped(service: Service) -> None:
    docx = built(service, FORM, service.sample(FORM) | RARE)
    for other in ("", "</w:t></w:r><w:r><w:rPr><w:vanish/></w:rPr><w:t>" + RARE["name"]):
        found = service.read(changed(docx, (RARE["name"], other)))
        assert "name" not in found.payload and said(found) == {"/name": "carried-hidden"}


def test_what_leaves_no_trace_on_the_page_is_dropped(service: Service) -> None:
    """An organisation's code is printed in place of the kind of a citizen's proof."""
    id, both = "withdrawal-application", {"id_kind": "resident", "uscc": "91110000600037341L"}
    found = service.read(built(service, id, {"name": "某某公司"} | both))
    assert found.payload == {"name": "某某公司", "uscc": both["uscc"]}
    assert said(found) == {"/id_kind": "carried-hidden"}


def run_of(tree: etree._Element, text: str) -> etree._Element:
    return next(run for run in tree.iter(f"{W}r") if text in "".join(one.text or "" for one in run.iter(f"{W}t")))


def edited(docx: bytes, edit: Callable[[etree._Element], None]) -> bytes:
    members = unpack(docx)
    tree = etree.fromstring(members[BODY])
    edit(tree)
    members[BODY] = etree.tostring(tree)
    return write(Member.pack(name, data) for name, data in members.items())


def formatted(property: str, **attributes: str) -> Callable[[etree._Element], None]:
    def edit(tree: etree._Element) -> None:
        run = run_of(tree, "张三")
        properties = run.find(f"{W}rPr")
        if properties is None:
            properties = etree.Element(f"{W}rPr")
            run.insert(0, properties)
        etree.SubElement(properties, f"{W}{property}", {f"{W}{name}": value for name, value in attributes.items()})

    return edit


def with_row(change: Callable[[etree._Element], None]) -> Callable[[etree._Element], None]:
    """Change the row that holds the name."""
    return lambda tree: change(next(run_of(tree, "张三").iterancestors(f"{W}tr")))


def marked(property: str) -> Callable[[etree._Element], None]:
    def change(row: etree._Element) -> None:
        properties = row.find(f"{W}trPr")
        if properties is None:
            properties = etree.Element(f"{W}trPr")
            row.insert(0, properties)
        etree.SubElement(properties, f"{W}{property}")

    return with_row(change)


def removed(row: etree._Element) -> None:
    parent = row.getparent()
    assert parent is not None
    parent.remove(row)


def joined(tree: etree._Element) -> None:
    """Put the name's cell and the one before it together."""
    cell = next(run_of(tree, "张三").iterancestors(f"{W}tc"))
    before, row = cell.getprevious(), cell.getparent()
    assert before is not None and row is not None
    before.extend(list(cell.iter(f"{W}p")))
    row.remove(cell)


UNSEEN: dict[str, Callable[[etree._Element], None]] = {
    "hidden": formatted("vanish"),
    "hidden on the web": formatted("webHidden"),
    "white": formatted("color", val="ffffff"),
    "half a point high": formatted("sz", val="1"),
    "in a hidden row": marked("hidden"),
    "in a row struck out": marked("del"),
    "in a row that is gone": with_row(removed),
    "in no cell of its own": joined,
}


@pytest.mark.parametrize("way", UNSEEN)
def test_a_carried_name_that_nobody_can_see_is_dropped(service: Service, way: str) -> None:
    found = service.read(edited(built(service, FORM, {"name": "张三"}), UNSEEN[way]))
    assert "name" not in found.payload
    assert said(found)["/name"] == "carried-hidden"


def test_an_answer_counts_only_where_its_text_stands(service: Service) -> None:
    """Whatever could not be read beside it."""
    printing = Printing.of(service.registry[FORM], service.office())
    wanted = {"name": "张三", "info_description": "第一段\n第二段", "applied_on": "2026-03-02", "media": ["paper"]}
    shown = list(walk_spots(etree.fromstring(unpack(built(service, FORM, wanted))[BODY])))
    for answers, spots, kept in (
        (wanted, shown, wanted),
        (wanted, printing.blank, {"media": ["paper"]}),  # a tick stands nowhere as a text
        (wanted | {"name": "李四", "applied_on": "2026-03-03"}, shown, wanted | {"name": None, "applied_on": None}),
    ):
        found, _ = _without_hidden(SeenFile(printing, spots), answers)
        assert found == {key: value for key, value in kept.items() if value is not None}


def test_what_was_written_where_the_form_has_nothing_is_told(service: Service) -> None:
    def edit(tree: etree._Element) -> None:
        row = next(run_of(tree, "张三").iterancestors(f"{W}tr"))
        row.addnext(copy.deepcopy(row))
        for text in run_of(row, "张三").iter(f"{W}t"):
            text.text = "李四"

    found = service.read(edited(built(service, FORM, {"name": "张三"}), edit))
    assert "carried-unread" in {one.code for one in found.differences}


def test_a_text_box_in_a_cell_is_read_once(service: Service) -> None:
    box = "<w:txbxContent><w:p><w:r><w:t>李四</w:t></w:r></w:p></w:txbxContent>"
    drawing = (
        f'<w:r xmlns:w="{W[1:-1]}" xmlns:mc="{MC[1:-1]}"><mc:AlternateContent><mc:Choice Requires="wps"><w:drawing>{box}'
        f"</w:drawing></mc:Choice><mc:Fallback><w:pict>{box}</w:pict></mc:Fallback></mc:AlternateContent></w:r>"
    )

    def edit(tree: etree._Element) -> None:
        run = run_of(tree, "张三")
        run.addnext(etree.fromstring(drawing))
        removed(run)

    assert service.read(edited(built(service, FORM, {"name": "张三"}), edit)).payload["name"] == "李四"


def test_the_document_is_the_one_that_is_seen(service: Service) -> None:
    """Answers carried for another document are left."""
    other = pack(service.registry["withdrawal-application"].document, "", {"name": "李四"})
    assert other
    found = service.read(carry(built(service, FORM, {"name": "张三"}), other))
    assert (found.document, found.payload["name"], found.source) == (FORM, "张三", "visible")


@pytest.mark.parametrize("tick", ["☒", "■", "√", "☑"])
def test_ticks_are_read_where_they_are_seen(service: Service, tick: str) -> None:
    unticked = changed(built(service, FORM, service.sample(FORM)), ("☑", "☐"))
    found = service.read(unticked)
    assert "media" not in found.payload and said(found) == {"/media": "carried-hidden"}
    text = unpack(unticked)[BODY].decode()
    box = re.search("☐(?=(<[^>]*>)*光盘)", text)
    assert box
    found = service.read(changed(unticked, (text, text[: box.start()] + tick + text[box.end() :])))
    assert found.payload["media"] == ["cd"] and said(found) == {"/media": "carried-differs"}


def test_what_was_added_by_hand_is_taken(service: Service) -> None:
    docx = built(service, FORM, service.sample(FORM))
    found = service.read(typed_in(docx, "传真", "0635-8888888"))
    assert found.payload == service.sample(FORM) | {"fax": "0635-8888888"}
    assert said(found) == {"/fax": "carried-added"}


def test_a_cell_that_two_answers_share_is_read_by_what_they_may_be(service: Service) -> None:
    id, both = "record-correction-application", {"email": "a@b.cn", "fax": "010-88888888"}
    sample = service.sample(id)
    for gone in both:
        docx = changed(built(service, id, sample | both), (both[gone], ""))
        left = sample | {key: value for key, value in both.items() if key != gone}
        assert service.read(docx).payload == left == service.read(bare(docx)).payload


def test_a_signature_is_no_answer_and_does_no_harm(service: Service) -> None:
    docx = built(service, FORM, service.sample(FORM))
    found = service.read(changed(docx, ("申请人：", "申请人：张晓彤")))
    assert found.payload == service.sample(FORM)
    assert [one.code for one in found.differences] == ["carried-unread"]


@pytest.mark.slow
@pytest.mark.parametrize("nth, kind", [(0, "citizen"), (1, "organisation")])
def test_a_blank_form_typed_in_gives_the_keys(service: Service, nth: int, kind: str) -> None:
    blank = service.build(FORM, {}).content
    docx = typed_in(blank, "姓名" if kind == "citizen" else "名称", "王小明" if kind == "citizen" else "某某公司")
    docx = typed_in(docx, "联系电话", "13800138000", nth=nth)
    docx = typed_in(docx, "联系地址", "聊城市人民路1号", nth=nth)
    docx = typed_in(docx, "文号", "聊机管〔2025〕8号")
    found = service.read(docx)
    assert (found.document, found.source) == (FORM, "visible")
    assert found.payload == {
        "applicant_kind": kind,
        "name": "王小明" if kind == "citizen" else "某某公司",
        "phone": "13800138000",
        "address": "聊城市人民路1号",
        "info_number": "聊机管〔2025〕8号",
    }


def test_the_part_is_found_wherever_a_program_puts_it(service: Service) -> None:
    members = unpack(built(service, FORM, service.sample(FORM)))
    members["customXml/item7.xml"] = members.pop(PART)
    members.pop(PROPERTIES)
    found = service.read(write(Member.pack(name, data) for name, data in members.items()))
    assert (found.payload, found.source) == (service.sample(FORM), "carried")


def test_spoilt_carriers_leave_the_text(service: Service) -> None:
    members = unpack(built(service, FORM, {"name": "张三"}))
    spoilt = members | {PART: members[PART][:200], "customXml/item0.xml": b"<not XML"}
    for whole, source in ((spoilt, "carried"), (spoilt | {PROPERTIES: b"<Properties"}, "visible")):
        found = service.read(write(Member.pack(name, data) for name, data in whole.items()))
        assert (found.payload["name"], found.source) == ("张三", source)


def test_python_docx_keeps_the_answers(service: Service) -> None:
    payload, out = service.sample(FORM) | RARE, BytesIO()
    Docx(BytesIO(built(service, FORM, payload))).save(out)
    assert service.read(out.getvalue()) == HandedIn(FORM, payload, "carried", ())


def test_a_reader_of_zip_and_xml_gets_the_answers(service: Service) -> None:
    """What a program that knows nothing of this service can do with the file."""
    payload = service.sample(FORM) | RARE
    root = etree.fromstring(unpack(built(service, FORM, payload))[PART])
    assert root.tag == f"{{{NAMESPACE}}}answers" and root.get("document") == FORM
    assert json.loads(root.text or "")["answers"] == payload


LETTERS = st.characters(categories=["L", "N"], include_characters="&<>“”·䶮𬭊")
LINE = st.text(LETTERS, min_size=1, max_size=30)
ANSWERS: dict[str, st.SearchStrategy[Any]] = {
    "name": st.text("张李王晓彤䶮㛃𬭊", min_size=2, max_size=6),
    "applicant_kind": st.sampled_from([CITIZEN, ORGANISATION]),
    "phone": st.from_regex(r"1[38][0-9]{9}", fullmatch=True),
    "postcode": st.from_regex(r"[1-9][0-9]{5}", fullmatch=True),
    "address": LINE,
    "info_title": LINE,
    "info_number": LINE,
    "info_description": st.lists(LINE, min_size=1, max_size=3).map("\n".join),
    "media": st.lists(st.sampled_from([*MEDIA]), min_size=1, unique=True),
    "delivery": st.lists(st.sampled_from([*DELIVERY]), min_size=1, unique=True),
    "agent_kind": st.sampled_from([*AGENTS]),
    "accept_other": st.just(True),
    "applied_on": st.dates(date(2020, 1, 1), date(2026, 3, 1)).map(str),
}
"""Answers that the questions take as they are; a name is always there, since the kind of applicant shows by its place."""


@pytest.mark.slow
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    payload=st.fixed_dictionaries(
        {"name": ANSWERS["name"]}, optional={key: value for key, value in ANSWERS.items() if key != "name"}
    )
)
def test_whatever_was_answered_comes_back(service: Service, payload: dict[str, Any]) -> None:
    assume(_loads(service, payload))
    found = service.read(built(service, FORM, payload))
    assert (found.payload, found.differences) == (payload, ())


def _loads(service: Service, payload: dict[str, Any]) -> bool:
    """Whether the form is built from these answers; some letters look like others and are refused or mended."""
    try:
        return not any(one.code == "blanks-left-out" for one in service.check(FORM, payload))
    except InvalidInput:
        return False


OUT = {"docx": "docx:MS Word 2007 XML", "odt": "odt:writer8"}


@pytest.mark.converter
@pytest.mark.slow
@pytest.mark.parametrize("way", [("docx",), ("odt", "docx")], ids=["docx", "odt"])
def test_libreoffice_keeps_the_answers(service: Service, tmp_path: Path, way: tuple[str, ...]) -> None:
    """Every document and sample in one run: a start of LibreOffice costs more than all of them."""
    wanted: dict[str, tuple[str, dict[str, Any]]] = {}
    for id in COMING_BACK:
        for which in ("sample", "fullest", "smallest"):
            payload = sampled(service, id, which)
            wanted[f"{id}.{which}"] = id, {key: payload[key] for key in payload.keys() - HIDDEN_BY_ANOTHER}
            (tmp_path / f"{id}.{which}.docx").write_bytes(built(service, id, wanted[f"{id}.{which}"][1]))
    wanted["rare"] = FORM, service.sample(FORM) | RARE
    (tmp_path / "rare.docx").write_bytes(built(service, FORM, wanted["rare"][1]))
    folder, ending = tmp_path, "docx"
    for step, to in enumerate(way):
        out = tmp_path / f"step{step}"
        files = [str(folder / f"{name}.{ending}") for name in wanted]
        profile = f"-env:UserInstallation=file://{tmp_path}/profile"
        command = ["soffice", profile, "--headless", "--convert-to", OUT[to], "--outdir", str(out), *files]
        subprocess.run(command, check=True, capture_output=True, timeout=300)
        folder, ending = out, to
    for name, (id, payload) in wanted.items():
        found = service.read((folder / f"{name}.docx").read_bytes())
        assert (name, found.document, found.payload, found.source) == (name, id, payload, "carried")
        assert (name, found.differences) == (name, ())


@pytest.fixture(scope="module")
def pdf(service: Service) -> bytes:
    return built(service, FORM, service.sample(FORM) | RARE, "pdf")


def _by_pypdf(pdf: bytes) -> bytes:
    out = BytesIO()
    pypdf.PdfWriter(clone_from=BytesIO(pdf)).write(out)
    return out.getvalue()


def _by_qpdf(pdf: bytes) -> bytes:
    out = BytesIO()
    with pikepdf.open(BytesIO(pdf)) as opened:
        opened.save(out, linearize=True)
    return out.getvalue()


@pytest.mark.converter
@pytest.mark.slow
@pytest.mark.parametrize("again", [bytes, _by_pypdf, _by_qpdf], ids=["as it was", "pypdf", "qpdf"])
def test_a_pdf_gives_its_answers_back(service: Service, pdf: bytes, again: Callable[[bytes], bytes]) -> None:
    found = service.read(again(pdf), "申请.pdf")
    assert found == HandedIn(FORM, service.sample(FORM) | RARE, "carried", ())


@pytest.mark.converter
@pytest.mark.slow
def test_a_pdf_that_carries_claims_the_standard_that_allows_it(service: Service, pdf: bytes) -> None:
    plain = service.build(FORM, service.sample(FORM) | RARE, "pdf").content
    assert pdf == built(service, FORM, service.sample(FORM) | RARE, "pdf")
    with pikepdf.open(BytesIO(pdf)) as carrying, pikepdf.open(BytesIO(plain)) as printed:
        with carrying.open_metadata() as theirs, printed.open_metadata() as ours:
            assert (theirs.get("pdfaid:part"), ours.get("pdfaid:part")) == ("3", "2")
        file = carrying.Root.AF[0]
        assert str(file.AFRelationship) == "/Data" and list(carrying.attachments) == ["answers.json"]
        assert (str(file.F), str(file.UF), str(file.EF.F.Subtype)) == (*["answers.json"] * 2, "/application/json")
        assert "/AF" not in printed.Root and not printed.attachments


@pytest.mark.converter
@pytest.mark.slow
def test_a_printed_pdf_gives_its_text_to_be_checked(service: Service) -> None:
    payload = service.sample(FORM)
    found = service.read(service.build(FORM, payload, "pdf").content)
    assert (found.document, found.payload, found.source) == (FORM, payload, "visible")
    assert [one.code for one in found.differences] == ["carried-from-text"]


@pytest.mark.converter
@pytest.mark.slow
def test_what_a_pdf_does_not_show_is_dropped(service: Service) -> None:
    """An attachment of other answers, as from another file, is worth nothing."""
    payload = service.sample(FORM)
    plain = service.build(FORM, payload, "pdf").content
    other = pack(service.registry[FORM].document, "", payload | {"name": "李四", "fax": "010-88888888"})
    assert other
    found = service.read(attach_answers(plain, other))
    assert found.payload == payload
    assert said(found) == {"": "carried-from-text", "/name": "carried-differs", "/fax": "carried-hidden"}
