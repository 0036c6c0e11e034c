"""Files that strangers hand in as if we had made them: each is refused in one sentence, and leaves nothing behind."""

from __future__ import annotations

import json
import logging
import tempfile
import time
import zipfile
import zlib
from collections.abc import Callable
from functools import partial
from io import BytesIO
from pathlib import Path
from typing import Any

import pikepdf
import pytest
from pikepdf import Array, Dictionary, Name, Pdf, String

from gipdocs.documents.carried import LARGEST_FILE, NAMESPACE, PART, carry
from gipdocs.errors import MOST_TOLD, FileRefused, ReaderBusy
from gipdocs.packing import Member, unpack, write
from gipdocs.pdf import carried as reader
from gipdocs.pdf.carried import attach_answers
from gipdocs.service import Service
from tests.bombs import archive, lying

pytestmark = pytest.mark.slow

BODY, FORM = "word/document.xml", "application-form"
SECRET = "秘密的姓名"
WELL = {"document": FORM, "template": "", "answers": {"name": SECRET}}


def with_part(service: Service, name: str, content: bytes) -> bytes:
    members = unpack(service.build(FORM, {"name": SECRET}, carry=True).content) | {name: content}
    return write(Member.pack(one, data) for one, data in members.items())


def with_answers(service: Service, carried: bytes | str) -> bytes:
    text = carried if isinstance(carried, str) else carried.decode()
    text = text.replace("&", "&amp;").replace("<", "&lt;")
    return with_part(service, PART, f'<answers xmlns="{NAMESPACE}">{text}</answers>'.encode())


def entity(service: Service) -> bytes:
    text = unpack(service.build(FORM, {}).content)[BODY].decode()
    head, _, rest = text.partition("?>")
    laughs = "".join(f'<!ENTITY l{i} "{f"&l{i - 1};" * 10 if i else "ha" * 9}">' for i in range(10))
    return with_part(service, BODY, f"{head}?><!DOCTYPE w:document [{laughs}]>{rest}".encode())


def many(service: Service) -> bytes:
    return archive({f"word/{number}.xml": "" for number in range(10_000)})


def nested(service: Service) -> bytes:
    inner = archive({"bomb": b" " * (1 << 20)})
    for _ in range(5):
        inner = archive({"again.zip": inner})
    return inner


def macros(service: Service) -> bytes:
    return with_part(service, "word/vbaProject.bin", b"macro")


DOCX: dict[str, tuple[Callable[[Service], bytes], str]] = {
    "entities": (entity, "夹带了"),
    "a bomb": (lambda service: with_part(service, BODY, b" " * (64 << 20)), "解压后过大"),
    "a bomb that lies": (lambda service: lying(64 << 20, method=zipfile.ZIP_DEFLATED), "Word文档|不能读取"),
    "zip in zip": (nested, "请先解压"),
    "10,000 entries": (many, "过多|DOCX"),
    "macros": (macros, "宏"),
    "an old file": (lambda service: b"\xd0\xcf\x11\xe0" + "WordDocument".encode("utf-16-le") * 99, "另存为DOCX"),
    "too large": (lambda service: b"%PDF" + bytes(LARGEST_FILE), "超过2MB"),
    "no answers": (lambda service: with_answers(service, '{"document": 1}'), "损坏"),
    "not JSON": (lambda service: with_answers(service, "{"), "损坏"),
    "doubled keys": (
        lambda service: with_answers(service, '{"document": "a", "document": "b", "answers": {}}'),
        "损坏",
    ),
    "depth": (
        lambda service: with_answers(service, '{"document":"a","answers":{"a":' + "[" * 90 + "]" * 90 + "}}"),
        "损坏",
    ),
    "a list of answers": (lambda service: with_answers(service, json.dumps(WELL | {"answers": []})), "损坏"),
    "a foreign document": (lambda service: with_answers(service, json.dumps(WELL | {"document": "x"})), "不属于"),
    "a letter": (lambda service: with_answers(service, json.dumps(WELL | {"document": "reply-granted"})), "不属于"),
    "too many answers": (
        lambda service: with_answers(service, json.dumps(WELL | {"answers": {"name": "x" * 70_000}})),
        "损坏",
    ),
    "broken XML": (lambda service: with_part(service, BODY, b"<w:document"), "不是Word文档"),
    "another document": (
        lambda service: service.build("reply-granted", service.sample("reply-granted")).content,
        "认不出",
    ),
}


def page(change: Callable[[Pdf], None], **options: Any) -> bytes:
    out = BytesIO()
    with Pdf.new() as pdf:
        pdf.add_blank_page()
        change(pdf)
        pdf.save(out, **options)
    return out.getvalue()


def nothing(pdf: Pdf) -> None:
    """An honest page."""


def script(pdf: Pdf) -> None:
    pdf.Root.OpenAction = Dictionary(S=Name.JavaScript, JS=String("app.alert(1)"))


def script_in_the_names(pdf: Pdf) -> None:
    pdf.Root.Names = Dictionary(JavaScript=Dictionary(Names=Array([String("a"), Dictionary(S=Name.JavaScript)])))


def script_at_a_link(pdf: Pdf) -> None:
    link = Dictionary(Subtype=Name.Link, A=Dictionary(S=Name.Launch, F=String("calc.exe")))
    pdf.pages[0].obj.Annots = Array([link])


def bomb(pdf: Pdf) -> None:
    packer = zlib.compressobj(9)
    first = packer.compress(b" " * (1 << 20)) + packer.flush(zlib.Z_FULL_FLUSH)
    again = first[2:]  # without the two bytes that begin a stream; a full flush lets a piece stand by itself
    stream = pdf.make_stream(b"")
    stream.write(first + again * 1023, filter=Name.FlateDecode)
    pdf.pages[0].obj.Contents = stream


def bomb_attached(pdf: Pdf) -> None:
    bomb(pdf)
    stream = pdf.pages[0].obj.Contents
    pdf.pages[0].obj.Contents = pdf.make_stream(b"")
    spec = Dictionary(Type=Name.Filespec, EF=Dictionary(F=stream))
    pdf.Root.Names = Dictionary(EmbeddedFiles=Dictionary(Names=Array([String("answers.json"), spec])))


def circle(pdf: Pdf) -> None:
    node = pdf.make_indirect(Dictionary(Kids=Array()))
    node.Kids.append(node)
    pdf.Root.Names = Dictionary(EmbeddedFiles=node)


def two(pdf: Pdf) -> None:
    spec = Dictionary(Type=Name.Filespec, EF=Dictionary(F=pdf.make_stream(b"{}")))
    pdf.Root.Names = Dictionary(
        EmbeddedFiles=Dictionary(Names=Array([String("answers.json"), spec, String("answers.json"), spec]))
    )


def pages(pdf: Pdf) -> None:
    for _ in range(60):
        pdf.add_blank_page()


def objects(pdf: Pdf) -> None:
    pdf.Root.More = Array([pdf.make_indirect(Dictionary(N=number)) for number in range(20_100)])


LOCK = pikepdf.Encryption(owner="a", user="b")
OPEN_LOCK = pikepdf.Encryption(owner="a", user="")
PDF: dict[str, tuple[Callable[[], bytes], str]] = {
    "JavaScript": (partial(page, script), "程序"),
    "JavaScript in the names": (partial(page, script_in_the_names), "程序"),
    "a program at a link": (partial(page, script_at_a_link), "程序"),
    "1 GiB in a page": (partial(page, bomb), "过大"),
    "1 GiB attached": (partial(page, bomb_attached), "过大"),
    "a circle of names": (partial(page, circle), "不止一份"),
    "two of our name": (partial(page, two), "不止一份"),
    "61 pages": (partial(page, pages), "50页"),
    "20,100 objects": (partial(page, objects), "庞大"),
    "encrypted": (partial(page, nothing, encryption=LOCK), "密码"),
    "encrypted, open": (partial(page, nothing, encryption=OPEN_LOCK), "密码"),
    "cut short": (lambda: page(nothing)[:200], "打不开"),
    "only a head": (lambda: b"%PDF-1.7\n", "打不开"),
    "foreign answers": (
        lambda: attach_answers(page(nothing), json.dumps(WELL | {"document": "x"}).encode()),
        "不属于",
    ),
    "nothing on the page": (partial(page, nothing), "认不出"),
}


@pytest.fixture
def watched(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture) -> Callable[[], None]:
    """Looks at the end whether a file was left in the folder for temporary ones, or a line in the log."""
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    caplog.set_level(logging.DEBUG)

    def look() -> None:
        assert list(tmp_path.iterdir()) == []
        assert SECRET not in caplog.text

    return look


def refused(service: Service, data: bytes, name: str) -> str:
    begun = time.process_time()
    with pytest.raises(FileRefused) as error:
        service.read(data, name)
    assert time.process_time() - begun < 5  # processor time of this process, with a wide margin
    assert SECRET not in str(error.value) and str(error.value).endswith("。") and error.value.__cause__ is None
    return str(error.value)


@pytest.mark.parametrize("what", DOCX)
def test_a_hostile_docx_is_refused(service: Service, watched: Callable[[], None], what: str) -> None:
    make, words = DOCX[what]
    told = refused(service, make(service), "")
    assert any(word in told for word in words.split("|")), told
    watched()


@pytest.mark.slow
@pytest.mark.parametrize("what", PDF)
def test_a_hostile_pdf_is_refused(service: Service, watched: Callable[[], None], what: str) -> None:
    make, words = PDF[what]
    told = refused(service, make(), "a.pdf")
    assert words in told, told
    watched()


@pytest.mark.parametrize("name", ["申请.pdf", "申请.docm", "申请.doc", "申请"])
def test_the_ending_must_agree_with_the_content(service: Service, name: str) -> None:
    docx = service.build(FORM, {"name": "张三"}, carry=True).content
    assert "后缀与内容不符" in refused(service, docx, name)


def test_unknown_and_wrong_answers_are_told_and_not_kept(service: Service) -> None:
    carried = WELL | {"answers": {"name": SECRET, "colour": "red", "media": ["gold"], "phone": {"a": 1}}}
    found = service.read(with_answers(service, json.dumps(carried)))
    assert found.payload == {"name": SECRET}
    assert {one.pointer: one.code for one in found.differences} == {
        "/colour": "carried-refused",
        "/media": "carried-refused",
        "/phone": "carried-refused",
    }
    assert all("red" not in one.message and "gold" not in one.message for one in found.differences)


@pytest.mark.parametrize(
    "answers", [{"长" * 3000: 1}, {"\ud800": 1}, {"agent": {"~/": {"a": 1}}}], ids=["long", "half", "deep"]
)
def test_keys_that_no_message_can_repeat_end_too(service: Service, answers: dict[str, Any]) -> None:
    found = service.read(with_answers(service, json.dumps(WELL | {"answers": {"name": SECRET, **answers}})))
    assert found.payload == {"name": SECRET}
    assert [one.code for one in found.differences] == ["carried-refused"]


def test_a_thousand_strange_keys_are_not_all_told(service: Service) -> None:
    answers = {"name": SECRET, **{f"k{number}": number for number in range(1000)}}
    assert len(service.read(with_answers(service, json.dumps(WELL | {"answers": answers}))).differences) == MOST_TOLD


def test_staff_answers_are_not_taken_from_a_file(service: Service) -> None:
    document = service.registry["envelope"].document
    (key,) = (key for key, question in document.schema().questions() if question.on_file)
    payload = service.sample("envelope")
    carried = {"document": document.id, "template": "", "answers": {**payload, key: payload.get(key, "dl")}}
    docx = service.build("envelope", payload, carry=True).content
    found = service.read(carry(docx, json.dumps(carried, ensure_ascii=False).encode()))
    assert key not in found.payload
    assert ("carried-refused", f"/{key}") in {(one.code, one.pointer) for one in found.differences}


W_SPACE = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
CROWDED = {
    "paragraphs": "<w:p/>" * 100_000,
    "words": f"<w:p><w:r><w:t>{'字' * 300_000}</w:t></w:r></w:p>",
    "tables in tables": "<w:tbl><w:tr><w:tc>" * 60
    + f"<w:p><w:r><w:t>{'a' * (6 << 20)}</w:t></w:r></w:p>"
    + "</w:tc></w:tr></w:tbl>" * 60,
}


@pytest.mark.parametrize("what", CROWDED)
def test_a_small_file_that_takes_long_to_compare_is_refused(service: Service, what: str) -> None:
    docx = with_part(service, BODY, f"<w:document {W_SPACE}><w:body>{CROWDED[what]}</w:body></w:document>".encode())
    assert "过多" in refused(service, docx, "")


def written(content: str) -> bytes:
    """A PDF whose page is painted by these operators, in a font called F."""

    def change(pdf: Pdf) -> None:
        font = Dictionary(Type=Name.Font, Subtype=Name.Type1, BaseFont=Name.Helvetica)
        pdf.pages[0].obj.Resources = Dictionary(Font=Dictionary(F=font))
        pdf.pages[0].obj.Contents = pdf.make_stream(content.encode())

    return page(change)


@pytest.mark.slow
@pytest.mark.parametrize(
    "unseen",
    ["3 Tr (hidden) Tj", "7 Tr (hidden) Tj", "5000 0 Td (hidden) Tj", "3 Tr /Span <</ActualText (hidden)>> BDC EMC"],
    ids=["without ink", "as a clip", "outside the page", "in other words"],
)
def test_text_that_cannot_be_seen_on_a_page_is_not_read(unseen: str) -> None:
    assert reader.read_apart(written(f"BT /F 9 Tf 1 0 0 1 50 50 Tm (shown) Tj {unseen} ET")).text == "shown"


@pytest.mark.slow
def test_a_page_that_takes_too_long_is_refused_and_others_come_first(monkeypatch: pytest.MonkeyPatch) -> None:
    told = reader.READER.replace(
        "        told = read(data)", "        told = {'text': str(os.nice(0)), 'carried': None}"
    )
    monkeypatch.setattr(reader, "READER", told)
    assert int(reader.read_apart(page(nothing)).text) >= 10
    monkeypatch.setattr(reader, "SECONDS", 0.01)
    with pytest.raises(FileRefused, match="过于庞大"):
        reader.read_apart(page(nothing))


def test_readers_of_pdfs_take_turns(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reader, "PATIENCE", 0.01)
    for _ in range(reader.AT_ONCE):
        reader._free.acquire()
    try:
        with pytest.raises(ReaderBusy, match="稍候"):
            reader.read_apart(b"%PDF")
    finally:
        reader._free.release(reader.AT_ONCE)
    with pytest.raises(FileRefused):
        reader.read_apart(b"%PDF")


@pytest.mark.slow
@pytest.mark.parametrize("attempt", ["open({path!r}, 'w')", "open('/etc/passwd')", "__import__('socket').socket()"])
def test_the_reader_can_open_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, attempt: str) -> None:
    """What a fault in the PDF library could do is tried in its place."""
    reads = "        told = read(data)"
    tried = reader.READER.replace(
        reads, f"        {attempt.format(path=str(tmp_path / 'x'))}\n        told = {{'text': '', 'carried': None}}"
    )
    assert tried != reader.READER
    monkeypatch.setattr(reader, "READER", tried)
    with pytest.raises(FileRefused):
        reader.read_apart(page(nothing))
    assert not (tmp_path / "x").exists()


@pytest.mark.slow
def test_a_reader_that_never_ends_is_ended(monkeypatch: pytest.MonkeyPatch) -> None:
    endless = reader.READER.replace("POLITENESS = 5,", "POLITENESS = 1,")
    assert endless != reader.READER
    endless = endless.replace("        told = read(data)", "        while True: pass")
    monkeypatch.setattr(reader, "READER", endless)
    with pytest.raises(FileRefused, match="打不开"):
        reader.read_apart(page(nothing))


@pytest.mark.slow
def test_the_reader_has_little_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    greedy = reader.READER.replace("        told = read(data)", "        told = {'text': str(len(bytes(600 << 20)))}")
    assert greedy != reader.READER
    monkeypatch.setattr(reader, "READER", greedy)
    with pytest.raises(FileRefused):
        reader.read_apart(page(nothing))
