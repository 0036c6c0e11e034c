"""What may go into LibreOffice: a document that we filled; everything else is refused by a sentence."""

from __future__ import annotations

import random
import time
import zipfile
from collections.abc import Callable
from io import BytesIO

import pytest

from gipdocs.errors import ConverterRefused
from gipdocs.pdf.admission.admit import ALLOWED_TYPES, admit
from gipdocs.pdf.admission.package import FILE_BYTES
from tests.bombs import lying
from tests.pdf import oddities, samples

W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
HEAD = '<?xml version="1.0" encoding="UTF-8"?>'


def test_a_letter_is_admitted_and_its_text_is_known() -> None:
    admitted = admit(samples.letter("甲　Ab"))
    assert admitted.expected.first == "样本机关"
    assert admitted.expected.last == "2026年11月23日"
    assert admitted.expected.characters["甲"] == 1
    assert admitted.expected.characters["a"] >= 1
    assert admitted.created == "2026-11-23T09:30:00Z"


def test_what_goes_on_is_written_by_us_and_the_same_each_time() -> None:
    docx = samples.letter()
    first = admit(docx).docx
    time.sleep(0.01)
    assert admit(samples.altered(docx, {})).docx == first
    assert admit(first).docx == first


def test_paragraph_settings_that_libreoffice_reads_wrongly_are_taken_out() -> None:
    settings = (
        '<w:p><w:pPr><w:overflowPunct w:val="0"/><w:autoSpaceDE w:val="0"/></w:pPr><w:r><w:t>字</w:t></w:r></w:p>'
    )
    main = samples.part(admit(samples.with_body(settings)).docx, samples.MAIN)
    assert "字".encode() in main
    assert b"overflowPunct" not in main
    assert b"autoSpaceDE" not in main


def test_text_that_does_not_print_is_not_expected() -> None:
    docx = samples.with_body(
        "<w:p><w:r><w:rPr><w:vanish/></w:rPr><w:t>隐</w:t></w:r><w:r><w:delText>删</w:delText></w:r></w:p>"
        '<w:p><w:fldSimple w:instr=" PAGE "><w:r><w:t>页</w:t></w:r></w:fldSimple></w:p>' + samples.field(" PAGE ")
    )
    characters = admit(docx).expected.characters
    assert not {"隐", "删", "页", "果"} & set(characters)


def bomb() -> bytes:
    return samples.altered(samples.letter(), {"word/media/bomb.png": bytes(300_000_000)})


def overlapping() -> bytes:
    """Two entries of the directory that lead to the same bytes."""
    target = BytesIO()
    with zipfile.ZipFile(target, "w") as archive:
        archive.writestr("word/a.xml", random.Random(1).randbytes(20_000))
        archive.writestr("word/b.xml", random.Random(1).randbytes(20_000))
        second = archive.getinfo("word/b.xml")
        second.header_offset = 0
        second.orig_filename = second.filename
    data = target.getvalue()
    cut = data.index(b"PK\x03\x04", 10)
    return data[:cut] + data[data.index(b"PK\x01\x02") :]


def entity_bomb() -> bytes:
    entities = "".join(f'<!ENTITY e{n} "{f"&e{n - 1};" * 10 if n else "哈"}">' for n in range(10))
    document = f'{HEAD}<!DOCTYPE d [{entities}]><w:document xmlns:w="{W}"><w:body><w:p><w:r><w:t>&e9;</w:t></w:r></w:p></w:body></w:document>'
    return samples.altered(samples.letter(), {samples.MAIN: document.encode()})


def outside_entity(encoding: str) -> Callable[[], bytes]:
    def make() -> bytes:
        document = (
            f'<?xml version="1.0" encoding="{encoding}"?><!DOCTYPE d [<!ENTITY f SYSTEM "file:///etc/hostname">]>'
            f'<w:document xmlns:w="{W}"><w:body><w:p><w:r><w:t>&f;</w:t></w:r></w:p></w:body></w:document>'
        )
        return samples.altered(samples.letter(), {samples.MAIN: document.encode(encoding)})

    return make


def with_field(instruction: str) -> Callable[[], bytes]:
    return lambda: samples.with_body(samples.field(instruction))


def related(kind: str, target: str = "http://127.0.0.1:9/x", mode: str = "External") -> Callable[[], bytes]:
    return lambda: samples.with_relationship(kind, target, samples.letter(), mode=mode)


def typed(name: str, type: str, content: bytes = b"<x/>") -> Callable[[], bytes]:
    return lambda: samples.with_type(name, type, content, samples.letter())


def macro_document() -> bytes:
    docx = samples.letter()
    types = samples.part(docx, samples.TYPES)
    main = b"application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"
    return samples.altered(
        docx, {samples.TYPES: types.replace(main, b"application/vnd.ms-word.document.macroEnabled.main+xml")}
    )


def drawing(content: str) -> Callable[[], bytes]:
    svg = f'<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink">{content}</svg>'
    return lambda: samples.drawn_picture("drawing.svg", "image/svg+xml", svg.encode())


def many_pictures() -> bytes:
    header = b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR" + (3_600).to_bytes(4) * 2 + bytes(9)
    one = samples.drawn_picture("one.png", "image/png", header)
    return samples.with_type("word/media/two.png", "image/png", header, one)


def huge_picture() -> bytes:
    header = b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR" + (60_000).to_bytes(4) * 2 + bytes(9)
    return samples.drawn_picture("huge.png", "image/png", header)


def named(name: str) -> Callable[[], bytes]:
    return lambda: samples.altered(samples.letter(), {name: b"x"})


def doubled() -> bytes:
    target = BytesIO(samples.letter())
    with pytest.warns(UserWarning, match="Duplicate name"), zipfile.ZipFile(target, "a") as archive:
        archive.writestr(samples.MAIN, "<x/>")
    return target.getvalue()


REFUSED: dict[str, tuple[Callable[[], bytes], str]] = {
    "nothing": (lambda: b"", "压缩包打不开"),
    "random bytes": (lambda: random.Random(7).randbytes(5000), "压缩包打不开"),
    "HTML": (lambda: b"<html><img src='http://127.0.0.1:9/x'></html>", "压缩包打不开"),
    "a truncated file": (lambda: samples.letter()[:-400], "压缩包打不开"),
    "a damaged part": (lambda: damaged(samples.letter()), "压缩包打不开"),
    "too large a file": (lambda: bytes(FILE_BYTES + 1), "超过 32 MB"),
    "a bomb": (bomb, "解压后超过"),
    "a part that lies of its size": (lambda: lying(100 * 2**20, method=8), "压缩包打不开"),
    "a part packed in another way": (lambda: lying(2**20, method=12), "异常的压缩方式"),
    "too many parts": (
        lambda: samples.altered(samples.letter(), {f"p{n}.xml": b"" for n in range(1001)}),
        "超过 1000 个",
    ),
    "overlapping parts": (overlapping, "互相重叠"),
    "parts of one name": (doubled, "重名"),
    "a path upwards": (named("../up.xml"), "名称异常"),
    "an absolute path": (named("/etc/x.xml"), "名称异常"),
    "an empty package": (lambda: samples.altered(samples.letter(), {samples.TYPES: None}), "不是 DOCX"),
    "a macro document": (macro_document, "macroEnabled"),
    "macros": (typed("word/vbaProject.bin", "application/vnd.ms-office.vbaProject"), "不允许的部件"),
    "an embedded font": (
        typed("word/fonts/f.odttf", "application/vnd.openxmlformats-officedocument.obfuscatedFont"),
        "不允许的部件",
    ),
    "another format": (typed("word/media/x.wmf", "image/x-wmf"), "不允许的部件"),
    "an OLE object": (related("oleObject", "embeddings/o.bin", "Internal"), "oleObject"),
    "a control": (related("control", "activeX1.xml", "Internal"), "control"),
    "a chunk of HTML": (related("aFChunk", "x.html", "Internal"), "aFChunk"),
    "a template elsewhere": (related("attachedTemplate"), "attachedTemplate"),
    "a sub-document": (related("subDocument"), "subDocument"),
    "a frame": (related("frame"), "frame"),
    "a picture elsewhere": (lambda: samples.linked_picture("http://127.0.0.1:9/x.png"), "外部的内容"),
    "a picture of this machine": (lambda: samples.linked_picture("file:///usr/share/x.png"), "外部的内容"),
    "a part that is not there": (related("image", "media/none.png", "Internal"), "不存在"),
    "a link to a file": (related("hyperlink", "file:///etc/hostname"), "超链接"),
    "a link with a script": (related("hyperlink", "javascript:alert(1)"), "超链接"),
    "an object element": (lambda: samples.with_body("<w:p><w:r><w:object/></w:r></w:p>"), "OLE"),
    "a chunk element": (lambda: samples.with_body("<w:altChunk/>"), "altChunk"),
    "a DDE field": (with_field(' DDEAUTO c:\\\\x "y" '), "DDEAUTO"),
    "a picture field": (with_field(' INCLUDEPICTURE "http://127.0.0.1:9/x.png" '), "INCLUDEPICTURE"),
    "a text field": (with_field(' INCLUDETEXT "file:///etc/hostname" '), "INCLUDETEXT"),
    "a link field to a file": (with_field(' HYPERLINK "file:///etc/hostname" '), "超链接"),
    "a simple field": (lambda: samples.with_body('<w:p><w:fldSimple w:instr=" LINK x "/></w:p>'), "LINK"),
    "an instruction without a field": (
        lambda: samples.with_body("<w:p><w:r><w:instrText>DDE x</w:instrText></w:r></w:p>"),
        "域代码不完整",
    ),
    "an old drawing with an address": (
        lambda: samples.with_body(
            '<w:p><w:r><w:pict><v:imagedata xmlns:v="urn:schemas-microsoft-com:vml" src="http://127.0.0.1:9/x"/></w:pict></w:r></w:p>'
        ),
        "旧式图形",
    ),
    "an entity bomb": (entity_bomb, "不是完好的 XML"),
    "an entity from outside": (outside_entity("UTF-8"), "文档类型声明"),
    "the same in another encoding": (outside_entity("UTF-16"), "文档类型声明"),
    "broken XML": (lambda: samples.altered(samples.letter(), {samples.MAIN: b"<w:document>"}), "不是完好的 XML"),
    "nested tables": (lambda: samples.nested_tables(40), "嵌套超过 20 层"),
    "a giant paragraph": (lambda: samples.letter("字" * 200_000), "超过 50000 字"),
    "a huge picture": (huge_picture, "百万像素"),
    "pictures that are huge together": (many_pictures, "合计超过 25 百万像素"),
    "a picture that is none": (lambda: samples.drawn_picture("x.png", "image/png", b"<svg/>"), "不是完好的 PNG"),
    "a drawing of this machine": (drawing('<image xlink:href="file:///usr/share/x.png"/>'), "引用了别的内容"),
    "a drawing that uses another": (drawing('<use xlink:href="http://127.0.0.1:9/x.svg#a"/>'), "引用了别的内容"),
    "a drawing with a style": (drawing('<rect style="fill:url(http://127.0.0.1:9/x)"/>'), "引用了别的内容"),
    "a drawing with a script": (drawing("<script>1</script>"), "引用了别的内容"),
    "a character without a font": (lambda: samples.letter("\ue000"), "U\\+E000"),
}


def damaged(docx: bytes) -> bytes:
    middle = docx.index(b"PK\x03\x04") + 200
    return docx[:middle] + bytes([docx[middle] ^ 0xFF]) + docx[middle + 1 :]


@pytest.mark.parametrize(("make", "reason"), REFUSED.values(), ids=REFUSED)
def test_what_is_not_ours_is_refused_at_once_and_says_why(make: Callable[[], bytes], reason: str) -> None:
    docx = make()
    started = time.process_time()
    with pytest.raises(ConverterRefused, match=reason):
        admit(docx)
    assert time.process_time() - started < 0.5


ADMITTED: dict[str, Callable[[], bytes]] = {
    "page numbers": with_field(" PAGE "),
    "a web link": related("hyperlink", "https://www.example.gov.cn/"),
    "a plain drawing": drawing('<rect width="10" height="10" fill="url(#a)"/><use xlink:href="#b"/>'),
    "twenty nested tables": lambda: samples.nested_tables(20),
    "a long paragraph": lambda: samples.letter("字" * 40_000),
}


@pytest.mark.parametrize("make", ADMITTED.values(), ids=ADMITTED)
def test_what_templates_need_is_admitted(make: Callable[[], bytes]) -> None:
    assert admit(make()).docx


def test_a_letter_is_checked_in_a_few_milliseconds() -> None:
    docx = samples.letter()
    admit(docx)
    started = time.process_time()
    for _ in range(10):
        admit(docx)
    assert (time.process_time() - started) / 10 < 0.02


def test_nothing_is_allowed_that_has_no_reason_to_be() -> None:
    assert not any(word in type for type in ALLOWED_TYPES for word in ("macro", "ole", "activeX", "vba"))


def test_comments_and_who_made_them_go_no_further() -> None:
    docx = samples.with_type("word/people.xml", samples.WORD + "people+xml", b"<people/>", oddities.replied())
    with zipfile.ZipFile(BytesIO(admit(docx).docx)) as admitted:
        assert not [name for name in admitted.namelist() if "comment" in name or "people" in name]
        assert b"<w:comment" not in admitted.read(samples.MAIN)
        assert b"comments" not in admitted.read(samples.RELATIONSHIPS)


def test_what_a_comment_refers_to_is_nobodys_concern() -> None:
    relations = (
        b'<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" '
        b'Type="x/hyperlink" Target="file:///etc" TargetMode="External"/></Relationships>'
    )
    docx = samples.altered(samples.commented(), {"word/_rels/comments.xml.rels": relations})
    with zipfile.ZipFile(BytesIO(admit(docx).docx)) as admitted:
        assert "word/_rels/comments.xml.rels" not in admitted.namelist()
