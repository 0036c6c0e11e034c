"""Whatever file is given, wherever: a refusal names its kind and says what to do."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Callable
from pathlib import Path

import openpyxl
import pytest
from flask.testing import FlaskClient

from gipdocs import guide, reports
from gipdocs.cli import main
from gipdocs.errors import InvalidInput
from gipdocs.filekinds import recognise
from gipdocs.questions.tables import read_table
from gipdocs.strictjson import NotJson, read_json
from plugins.catalogue import CATALOGUE
from tests.published.word import paragraph, word
from tests.reports.printing import as_docx, as_html
from tests.reports.samples import given, record


def packed(**members: str) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        for name, text in members.items():
            archive.writestr(name.replace("__", "/").replace("_", "."), text)
    return file.getvalue()


def compound(stream: str) -> bytes:
    """The beginning of a file of the old container, and the name of a stream in it."""
    return b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\x00" * 500 + stream.encode("utf-16-le") + b"\x00" * 500


def workbook() -> bytes:
    file = io.BytesIO()
    openpyxl.Workbook().save(file)
    return file.getvalue()


MHT = b"From: <Saved by Blink>\r\nMIME-Version: 1.0\r\nContent-Type: multipart/related; boundary=x\r\n\r\n<html><table>"
STRANGERS: dict[str, tuple[bytes, str]] = {
    "pdf": (b"%PDF-1.7\n...", "PDF文件"),
    "rtf": (rb"{\rtf1\ansi {\fonttbl}}", "RTF文件"),
    "rtf with a mark": (b"\xef\xbb\xbf" + rb"{\rtf1\ansi}", "RTF文件"),
    "mht": (MHT, "单个文件网页（.mht）"),
    "word xml": (
        b'<?xml version="1.0"?><w:d xmlns:w="http://schemas.microsoft.com/office/word/2003/wordml"/>',
        "Word XML",
    ),
    "encrypted": (compound("EncryptedPackage"), "加了密码的文件"),
    "doc": (compound("WordDocument"), "旧版Word文件（.doc、.wps）"),
    "xls": (compound("Workbook"), "旧版表格文件（.xls、.et）"),
    "ppt": (compound("PowerPoint Document"), "旧版演示文稿"),
    "old": (compound("Contents"), "旧版Office文件"),
    "odt": (packed(mimetype="application/vnd.oasis.opendocument.text", content_xml="<a/>"), "OpenDocument文件（.odt）"),
    "ods": (packed(mimetype="application/vnd.oasis.opendocument.spreadsheet"), "OpenDocument表格（.ods）"),
    "pages": (packed(Index__Document_iwa="x", Metadata__Properties_plist="x"), "苹果Pages、Numbers文稿"),
    "pptx": (packed(ppt__presentation_xml="<a/>"), "演示文稿（.pptx）"),
    "ofd": (packed(OFD_xml="<a/>", Doc_0__Document_xml="<a/>"), "OFD版式文件"),
    "zip": (packed(report_txt="x"), "压缩包"),
    "rar": (b"Rar!\x1a\x07\x01\x00", "压缩包"),
    "png": (b"\x89PNG\r\n\x1a\n\x00", "图片"),
    "jpeg": (b"\xff\xd8\xff\xe0", "图片"),
}
NO_REPORT = {key: one for key, one in STRANGERS.items() if key != "pdf"}
NO_GUIDE = NO_REPORT | {"xlsx": (workbook(), "表格文件（.xlsx）")}
NO_TABLE = STRANGERS | {"docx": (word(paragraph("字")), "Word文件（.docx）")}


@pytest.mark.parametrize(
    ("read", "data", "name"),
    [
        *(pytest.param(reports.read, *one, id=f"report-{key}") for key, one in NO_REPORT.items()),
        *(pytest.param(guide.read, *one, id=f"guide-{key}") for key, one in NO_GUIDE.items()),
    ],
)
def test_a_report_and_a_guide_of_another_kind_are_refused_by_its_name(
    read: Callable[[bytes], object], data: bytes, name: str
) -> None:
    with pytest.raises(InvalidInput) as caught:
        read(data)
    (fault,) = caught.value.faults
    assert fault.detail.startswith(f"不能读取{name}")
    wanted = "“Excel 工作簿(*.xlsx)”" if read is reports.read and "表格" in name else "“Word 文档(*.docx)”"
    assert wanted in fault.detail or "请先解压" in fault.detail


@pytest.mark.parametrize(("data", "name"), NO_TABLE.values(), ids=NO_TABLE)
def test_a_table_of_another_kind_is_refused_by_its_name(data: bytes, name: str) -> None:
    with pytest.raises(InvalidInput) as caught:
        read_table(data, CATALOGUE.schema)
    (fault,) = caught.value.faults
    assert fault.detail.startswith(f"不能读取{name}")
    assert "“Excel 工作簿(*.xlsx)”" in fault.detail or "请先解压" in fault.detail


@pytest.mark.parametrize(("data", "name"), [STRANGERS[key] for key in ("pdf", "rtf", "doc", "encrypted", "odt")])
def test_the_command_names_the_kind_of_what_it_was_given_as_answers(
    data: bytes, name: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "填写.json"
    path.write_bytes(data)
    assert main(["check", "catalogue", "-i", str(path)]) in (1, 2)
    told = capsys.readouterr()
    assert name in told.err + told.out


@pytest.mark.parametrize(
    "data",
    [
        as_docx(record("2023")),
        as_html(record("2023")).encode(),
        as_html(record("2023")).encode("utf-16"),
        json.dumps(given("2023")).encode(),
        json.dumps(given("2023"), ensure_ascii=False).encode("utf-8-sig"),
        json.dumps(given("2023")).encode("utf-16"),
        as_html(record("2023")),
        "\ufeff" + json.dumps(given("2023")),
    ],
    ids=["docx", "html", "html-16", "json", "json-mark", "json-16", "text", "text-mark"],
)
def test_what_is_read_is_not_taken_for_another_kind(data: bytes | str) -> None:
    assert reports.read(data).cells == record("2023").cells


def test_text_that_only_begins_like_another_kind_is_read() -> None:
    assert recognise("MIME-Version 不是标题".encode()) is None
    assert recognise(b'{"a": "%PDF"}') is None
    assert recognise(b"PK\x03\x04 broken") is None


def test_the_interface_takes_json_with_a_mark(client: FlaskClient) -> None:
    body = json.dumps(given("2023")).encode("utf-8-sig")
    answer = client.post("/api/v1/reports/check", data=body, content_type="application/json")
    assert (answer.status_code, answer.get_json()["year"]) == (200, 2023)


@pytest.mark.slow
def test_the_command_takes_json_with_a_mark(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "期限.json"
    path.write_bytes(json.dumps({"received": "2026-03-02", "channel": "mail"}).encode("utf-8-sig"))
    plain = tmp_path / "另一份.json"
    plain.write_bytes(path.read_bytes().removeprefix(b"\xef\xbb\xbf"))
    results = [(main(["deadline", "-i", str(one)]), capsys.readouterr()) for one in (path, plain)]
    assert results[0] == results[1]
    assert "JSON" not in results[0][1].err


def test_json_with_a_mark_is_read_and_other_encodings_are_named() -> None:
    assert read_json('{"a": "字"}'.encode("utf-8-sig")) == {"a": "字"}
    for encoding in ("utf-16", "utf-16-le", "utf-16-be"):
        with pytest.raises(NotJson, match="文字编码是UTF-16"):
            read_json('{"a": "字"}'.encode(encoding))
    with pytest.raises(NotJson, match="第1行的文字编码不是UTF-8"):
        read_json('{"a": "字"}'.encode("gb18030"))
