"""Small files that want to become large ones, each made by code, and what is said to them."""

from __future__ import annotations

import bz2
import json
import lzma
import struct
import zipfile
import zlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import partial
from io import BytesIO

from openpyxl import Workbook

MIB = 2**20
W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
MAIN = "word/document.xml"
SHEET = "xl/worksheets/sheet1.xml"
LOCAL_SIZES, CENTRAL_SIZES = 18, 20
"""Where in a member's two heads its packed and its unpacked size stand."""


@dataclass(frozen=True)
class Bomb:
    """`kind` is what the file pretends to be (report, guide, table, answers), `words` a part of the refusal."""

    kind: str
    make: Callable[[], bytes]
    words: str
    suffix: str = ".docx"


def archive(members: Mapping[str, bytes | str], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    out = BytesIO()
    with zipfile.ZipFile(out, "w", method) as packed:
        for name, content in members.items():
            packed.writestr(name, content)
    return out.getvalue()


def lying(size: int, *, method: int, claimed: int = 1000, member: str = MAIN) -> bytes:
    """A file whose text, or another member, claims to be small and unpacks to `size` bytes of blanks."""
    return pretending(pack(size, method), method=method, claimed=claimed, member=member)


def pack(size: int, method: int) -> bytes:
    packers = {
        zipfile.ZIP_DEFLATED: partial(zlib.compressobj, 9, zlib.DEFLATED, -15),
        zipfile.ZIP_BZIP2: bz2.BZ2Compressor,
        zipfile.ZIP_LZMA: partial(lzma.LZMACompressor, lzma.FORMAT_RAW, filters=[{"id": lzma.FILTER_LZMA1}]),
    }
    packer, blanks = packers[method](), b" " * MIB
    packed = b"".join(packer.compress(blanks) for _ in range(size // MIB)) + packer.flush()
    if method == zipfile.ZIP_LZMA:
        properties = struct.pack("<BBHBI", 9, 4, 5, 93, 8 * MIB)
        return properties + packed
    return packed


def pretending(packed: bytes, *, method: int, claimed: int, member: str = MAIN) -> bytes:
    """A file of one member, packed as it is said to be, that claims a size and a checksum of blanks."""
    name, checksum = member.encode(), zlib.crc32(b" " * claimed)
    sizes = struct.pack("<HHHLLLHH", method, 0, 0x21, checksum, len(packed), claimed, len(name), 0)
    head = struct.pack("<4sHH", b"PK\3\4", 20, 0) + sizes + name + packed
    entry = struct.pack("<4sHHH", b"PK\1\2", 20, 20, 0) + sizes + struct.pack("<HHHLL", 0, 0, 0, 0, 0) + name
    end = struct.pack("<4sHHHHLLH", b"PK\5\6", 0, 0, 1, 1, len(entry), len(head), 0)
    return head + entry + end


def encrypted() -> bytes:
    data = bytearray(document("<w:p/>"))
    for signature, at in ((b"PK\3\4", 6), (b"PK\1\2", 8)):
        start = data.index(signature)
        data[start + at] |= 1
    return bytes(data)


def overlapping() -> bytes:
    """A directory of many members that all are the same bytes."""
    one = document(f"<w:p><w:r><w:t>{'字' * 100_000}</w:t></w:r></w:p>")
    start = one.index(b"PK\1\2")
    end = one.index(b"PK\5\6")
    entry = bytearray(one[start:end])
    entries = b""
    for number in range(100):
        entry[-1:] = bytes([32 + number])
        entries += bytes(entry)
    return one[:start] + entries + struct.pack("<4sHHHHLLH", b"PK\5\6", 0, 0, 100, 100, len(entries), start, 0)


def many_members() -> bytes:
    return archive({MAIN: "<x/>"} | {f"{number}.xml": b"" for number in range(14_000)}, zipfile.ZIP_STORED)


def document(body: str, notes: str = "", before: str = "") -> bytes:
    """A Word file with this body and these footnotes."""
    members = {MAIN: f'{before}<w:document xmlns:w="{W}"><w:body>{body}</w:body></w:document>'}
    if notes:
        members["word/footnotes.xml"] = f'<w:footnotes xmlns:w="{W}">{notes}</w:footnotes>'
    return archive(members)


def footnote_copied(references: int = 10_000, length: int = 100_000) -> bytes:
    note = f'<w:footnote w:id="2"><w:p><w:r><w:t>{"注" * length}</w:t></w:r></w:p></w:footnote>'
    reference = '<w:r><w:footnoteReference w:id="2"/></w:r>'
    return document(f"<w:p>{reference * references}</w:p>", note)


def note_of_a_page_copied() -> bytes:
    note = f'<div role="doc-footnote" id="n">{"x" * 900_000}</div>'
    return f"<html><body><p>{'<a role=doc-noteref href=#n>1</a>' * 1000}</p>{note}</body></html>".encode()


def rows(number: int) -> bytes:
    return document(f"<w:tbl>{'<w:tr><w:tc><w:p/></w:tc></w:tr>' * number}</w:tbl>")


def attributes(number: int) -> bytes:
    named = " ".join(f"a{number}" for number in range(number))
    return f"<html><body><table {named}><tr><td>1</td></tr></table></body></html>".encode()


def book(**parts: str | Callable[[str], str]) -> bytes:
    """A workbook with some of its parts written anew: sheet, styles, strings, workbook."""
    workbook = Workbook()
    workbook.active.append(["公开事项", "公开内容", "公开渠道"])
    out = BytesIO()
    workbook.save(out)
    with zipfile.ZipFile(BytesIO(out.getvalue())) as packed:
        members = {name: packed.read(name).decode() for name in packed.namelist()}
    names = {
        "sheet": SHEET,
        "styles": "xl/styles.xml",
        "strings": "xl/sharedStrings.xml",
        "workbook": "xl/workbook.xml",
    }
    types = "application/vnd.openxmlformats-officedocument.spreadsheetml.sharedStrings+xml"
    override = f'<Override PartName="/{names["strings"]}" ContentType="{types}"/></Types>'
    members["[Content_Types].xml"] = members["[Content_Types].xml"].replace("</Types>", override)
    members[names["strings"]] = STRINGS.format("")
    for key, change in parts.items():
        members[names[key]] = change(members[names[key]]) if callable(change) else change
    return archive(members)


def before(mark: str, more: str) -> Callable[[str], str]:
    return lambda text: text.replace(mark, more + mark, 1)


SPREADSHEET = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
STRINGS = f'<sst xmlns="{SPREADSHEET}">{{}}</sst>'


def merged(reference: str, times: int = 1) -> bytes:
    cells = f'<mergeCell ref="{reference}"/>' * times
    return book(sheet=before("<pageMargins", f"<mergeCells>{cells}</mergeCells>"))


def sheet_rows(number: int, first: int = 2) -> str:
    return "".join(f'<row r="{row}"><c r="A{row}"><v>1</v></c></row>' for row in range(first, first + number))


def one_string_in_many_cells() -> bytes:
    cells = '<c t="s"><v>3</v></c>' * 90
    used = "".join(f'<row r="{row}">{cells}</row>' for row in range(2, 2000))
    said = "".join(f"<si><t>{text}</t></si>" for text in ("公开事项", "公开内容", "公开渠道", "字" * 80_000 + " "))
    return book(sheet=before("</sheetData>", used), strings=STRINGS.format(said))


def attributes_of_a_sheet() -> bytes:
    named = " ".join(f'a{number}=""' for number in range(800_000))
    return book(sheet=before("<sheetData", f"<x {named}/>"))


def one_sheet_many_times() -> bytes:
    kind = 'xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships" r:id="rId1"'
    sheets = (f'<sheet name="s{number}" sheetId="{number + 9}" {kind}/>' for number in range(20_000))
    return book(workbook=before("</sheets>", "".join(sheets)))


def laughs(root: str) -> str:
    entities = "".join(f'<!ENTITY a{n} "{f"&a{n - 1};" * 10 if n else "哈" * 10}">' for n in range(9))
    return f"<!DOCTYPE x [{entities}]>{root}"


def dotted(parts: int) -> bytes:
    return ("a." * parts + "a=1").encode()


def wide_json(number: int) -> bytes:
    return json.dumps({"lines": [[] for _ in range(number)]}, separators=(",", ":")).encode()


REPORTS: dict[str, Bomb] = {
    "a deflated member that lies": Bomb("report", partial(lying, 300 * MIB, method=8), "大小不符"),
    "a bzip2 member that lies": Bomb("report", partial(lying, 1024 * MIB, method=12), "压缩方式"),
    "an LZMA member that lies": Bomb("report", partial(lying, 300 * MIB, method=14), "压缩方式"),
    "a member that claims too much": Bomb("report", partial(lying, 64 * MIB, method=8, claimed=64 * MIB), "过大"),
    "a member that claims more than it is": Bomb("report", partial(lying, 0, method=8, claimed=9 * MIB), "大小不符"),
    "an encrypted member": Bomb("report", encrypted, "取消密码"),
    "members that overlap": Bomb("report", overlapping, "重叠"),
    "many members": Bomb("report", many_members, "部件过多"),
    "a footnote copied": Bomb("report", footnote_copied, "字"),
    "a million rows": Bomb("report", partial(rows, 1_000_000), "过"),
    "half a million rows": Bomb("report", partial(rows, 450_000), "标记过多"),
    "paragraphs": Bomb("report", lambda: document("<w:p/>" * 2_500_000), "标记过多"),
    "laughs": Bomb("report", lambda: document("<w:p><w:r><w:t>&a8;</w:t></w:r></w:p>", before=laughs("")), "DOCX"),
    "entities": Bomb("report", lambda: document(f"<w:p>{'&a0;' * 1_500_000}</w:p>", before=laughs("")), "标记过多"),
    "attributes": Bomb(
        "report", lambda: document("<w:p " + " ".join(f'a{n}=""' for n in range(900_000)) + "/>"), "标记过多"
    ),
    "a note of a page copied": Bomb("report", note_of_a_page_copied, "字", ".html"),
    "attributes of a page": Bomb("report", partial(attributes, 80_000), "标记过多", ".html"),
    "elements of a page": Bomb("report", lambda: b"<html><table>" + b"<tr><td>" * 240_000, "标记过多", ".html"),
    "a table of a page": Bomb("report", lambda: b"<html><table>" + b"<tr><td>" * 95_000, "表格合计超过", ".html"),
    "lines": Bomb("report", lambda: b"1\n" * 950_000, "行", ".txt"),
    "tabs": Bomb("report", lambda: b"1\t" * 950_000, "制表符", ".txt"),
    "labels": Bomb("report", lambda: "总计 ".encode() * 60_000, "表格", ".txt"),
    "digits": Bomb("report", lambda: b"1" * 1_900_000, "字", ".txt"),
    "lists in lists": Bomb("report", lambda: b'{"a":' * 380_000, "内容超过", ".json"),
    "lists in a list": Bomb("report", partial(wide_json, 600_000), "内容超过", ".json"),
}

TABLES: dict[str, Bomb] = {
    "a merged range": Bomb("table", partial(merged, "A1:Z40000"), "行", ".xlsx"),
    "the whole sheet merged": Bomb("table", partial(merged, "A1:XFD1048576"), "行", ".xlsx"),
    "merged ranges over each other": Bomb("table", partial(merged, "A1:Z4000", 100_000), "行", ".xlsx"),
    "a hundred thousand rows": Bomb(
        "table", lambda: book(sheet=before("</sheetData>", sheet_rows(100_000))), "行", ".xlsx"
    ),
    "the last row": Bomb("table", lambda: book(sheet=before("</sheetData>", sheet_rows(1, 1_048_576))), "行", ".xlsx"),
    "cells of one row": Bomb(
        "table", lambda: book(sheet=before("</sheetData>", f"<row>{'<c/>' * 1_900_000}</row>")), "行", ".xlsx"
    ),
    "texts of one cell": Bomb(
        "table", lambda: book(sheet=before("</sheetData>", f"<row><c>{'<v/>' * 1_900_000}</c></row>")), "行", ".xlsx"
    ),
    "one text in many cells": Bomb("table", one_string_in_many_cells, "过多", ".xlsx"),
    "shared texts": Bomb("table", lambda: book(strings=STRINGS.format("<si><t/></si>" * 600_000)), "过大", ".xlsx"),
    "laughs in shared texts": Bomb(
        "table", lambda: book(strings=laughs(STRINGS.format("<si><t>&a8;</t></si>"))), "读不出来", ".xlsx"
    ),
    "styles": Bomb("table", lambda: book(styles=before("</cellXfs>", "<xf/>" * 1_500_000)), "过大", ".xlsx"),
    "attributes of a sheet": Bomb("table", attributes_of_a_sheet, "过大", ".xlsx"),
    "a comment": Bomb("table", lambda: book(sheet=before("<sheetData", f"<!--{'<' * 7_000_000}-->")), "行", ".xlsx"),
    "one sheet many times": Bomb("table", one_sheet_many_times, "过大", ".xlsx"),
    "a sheet that lies": Bomb("table", partial(lying, 300 * MIB, method=8, member=SHEET), "读不出来", ".xlsx"),
    "a dotted key of 20,000 parts": Bomb("table", partial(dotted, 20_000), "点号", ".toml"),
    "a dotted key of 100,000 parts": Bomb("table", partial(dotted, 100_000), "点号", ".toml"),
    "dotted keys": Bomb("table", lambda: "".join(f"a{n}.b.c.d=1\n" for n in range(15_000)).encode(), "点号", ".toml"),
    "brackets": Bomb("table", lambda: b"a=" + b"[" * 50_000, "嵌套过深", ".toml"),
    "brackets of a few hundred levels": Bomb("table", lambda: b"a=" + b"[" * 200 + b"]" * 200, "嵌套过深", ".toml"),
    "a long text": Bomb("table", lambda: b'a="' + b"x" * 1_900_000 + b'"', "256KB", ".toml"),
    "a long number": Bomb("table", lambda: b"a=" + b"1" * 10_000, "过长的数字", ".toml"),
    "answers in answers": Bomb("answers", lambda: b'{"a":' * 280_000, "JSON", ".json"),
    "answers of a few hundred levels": Bomb("answers", lambda: b'{"a":' * 500 + b"1" + b"}" * 500, "JSON", ".json"),
    "answers without end": Bomb("answers", partial(wide_json, 600_000), "JSON", ".json"),
}

OF_REPORTS = ("laughs", "a table of a page", "lines", "tabs", "labels")
"""What is refused for another reason where no tables are looked for."""
GUIDES: dict[str, Bomb] = {
    name: replace(bomb, kind="guide")
    for name, bomb in REPORTS.items()
    if bomb.suffix != ".json" and name not in OF_REPORTS
} | {
    "lines": Bomb("guide", lambda: b"1\n" * 950_000, "字", ".txt"),
    "short lines": Bomb("guide", lambda: b"1\n" * 200_000, "段", ".txt"),
    "headings": Bomb("guide", lambda: "一、电话：0635-1111111\n".encode() * 60_000, "字", ".txt"),
}
