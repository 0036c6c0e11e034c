"""Answers inside the file that was made of them: written into DOCX and PDF, read back with the visible text winning.

What is visible is what was signed; what is hidden only helps to read it. So a hidden answer is taken only if the file
shows it, and nothing hidden is signed or trusted. DOCX carries the answers twice, in a custom XML part and, for programs
that drop this, in custom properties; PDF in an attachment. Without them, the cells beside the known headings are read.
"""

from __future__ import annotations

import base64
import json
import zlib
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any
from xml.sax.saxutils import escape, quoteattr

from lxml import etree

from gipdocs.archives import Archive, ArchiveRefused, Limits
from gipdocs.documents.document import AnyOffice, Document, Finding
from gipdocs.documents.registry import Entry
from gipdocs.documents.visible import (
    Leaf,
    Printing,
    SeenFile,
    Spot,
    cut_spots,
    find_leaves,
    get,
    plain,
    put,
    walk_spots,
)
from gipdocs.errors import MOST_TOLD, FileRefused, show_key
from gipdocs.filekinds import TABLES, explain_refusal, recognise
from gipdocs.markup import MarkupRefused, parse_own, parse_xml
from gipdocs.ooxml import CONTENT_TYPES, LINKS, OPEN
from gipdocs.packing import Member, unpack, write
from gipdocs.relationships import PACKAGE, TYPES, NotThisFormat, find_main_part, rels_of
from gipdocs.strictjson import NotJson, read_json

NAMESPACE = "urn:gipdocs:answers:1"
ROOT = f"{{{NAMESPACE}}}answers"
PART, PROPERTIES = "customXml/item1.xml", "docProps/custom.xml"
MAIN = "word/document.xml"
PROPERTY, LONGEST_PROPERTY = "gipdocs-", 250
"""Names and lengths of the custom properties; Word itself keeps no more than 255 characters of one."""
FORMAT_ID = "{D5CDD505-2E9C-101B-9397-08002B2CF9AE}"
CUSTOM = f"{OPEN}/officeDocument/2006/custom-properties"
VARIANT = f"{OPEN}/officeDocument/2006/docPropsVTypes"
OFFICE_LINK = f"{OPEN}/officeDocument/2006/relationships"
CUSTOM_TYPE = "application/vnd.openxmlformats-officedocument.custom-properties+xml"
LARGEST_FILE = 2 << 20
LARGEST_ANSWERS = 64 << 10
DEEPEST = 8
MOST_SPOTS, LONGEST_TEXT = 3000, 200_000
"""Far more than any form has; the time of a comparison grows with both."""
LIMITS = Limits(member=8 << 20, total=32 << 20)
MACROS = "vbaproject.bin"
LIKE = 0.8
"""The part of a document's own headings that a file without carried answers must have to be taken for it."""
TO_DOCX = "DOCX"
PAGE_NUMBERS = frozenset("0123456789-—·第页共/")


@dataclass(frozen=True)
class HandedIn:
    """What was read: the document's id, the answers as JSON data, and where the file said something else.

    `source` is "carried" if the file still had the answers inside, "visible" if they were read from its text. The
    answers may still be incomplete or refused by the questions, as typed ones may.
    """

    document: str
    payload: dict[str, Any]
    source: str
    differences: tuple[Finding, ...]

    def as_json(self) -> dict[str, Any]:
        """The same as plain data for programs."""
        return {
            "document": self.document,
            "answers": self.payload,
            "source": self.source,
            "differences": [finding.as_json() for finding in self.differences],
        }


def pack(document: Document, template: str, payload: Mapping[str, Any]) -> bytes | None:
    """The answers as they are carried: those that may be printed, with the document's id and its layout's version.

    None if there are no such answers.
    """
    paths = {leaf.path: get(payload, leaf.path) for leaf in find_leaves(document.schema())}
    printed = put({}, {path: value for path, value in paths.items() if value not in (None, "", [])})
    whole = {"document": document.id, "template": template, "answers": printed}
    return json.dumps(whole, ensure_ascii=False, separators=(",", ":")).encode() if printed else None


def put_inside(content: bytes, format: str, carried: bytes | None) -> bytes:
    """A finished file with packed answers inside, if there are any and its format has a place for them."""
    if carried is None:
        return content
    if format == "pdf":
        from gipdocs.pdf.carried import attach_answers

        return attach_answers(content, carried)
    return carry(content, carried) if format == "docx" else content


def carry(docx: bytes, carried: bytes) -> bytes:
    """The DOCX with packed answers in it; text and layout stay as they are."""
    members = unpack(docx)
    about = json.loads(carried)
    members[PART] = (
        f'<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n<answers xmlns="{NAMESPACE}"'
        f" document={quoteattr(about['document'])} template={quoteattr(about['template'])}>"
        f"{escape(carried.decode())}</answers>"
    ).encode()
    members[PROPERTIES] = _properties(carried)
    members[PACKAGE] = _linked(members.get(PACKAGE), f"{OFFICE_LINK}/custom-properties", PROPERTIES)
    links = rels_of(MAIN)
    members[links] = _linked(members.get(links), f"{OFFICE_LINK}/customXml", f"../{PART}")
    members[TYPES] = _typed(members[TYPES])
    return write(Member.pack(name, data) for name, data in members.items())


def _properties(carried: bytes) -> bytes:
    text = base64.b64encode(zlib.compress(carried, 9)).decode()
    pieces = [text[start : start + LONGEST_PROPERTY] for start in range(0, len(text), LONGEST_PROPERTY)]
    properties = "".join(
        f'<property fmtid="{FORMAT_ID}" pid="{number + 1}" name="{PROPERTY}{number}"><vt:lpwstr>{piece}</vt:lpwstr></property>'
        for number, piece in enumerate(pieces, 1)
    )
    head = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
    return f'{head}<Properties xmlns="{CUSTOM}" xmlns:vt="{VARIANT}">{properties}</Properties>'.encode()


def _linked(relationships: bytes | None, kind: str, target: str) -> bytes:
    tree = parse_own(relationships or f'<Relationships xmlns="{LINKS}"/>'.encode())
    etree.SubElement(tree, f"{{{LINKS}}}Relationship", Id="gipdocsAnswers", Type=kind, Target=target)
    return etree.tostring(tree, xml_declaration=True, encoding="UTF-8", standalone=True)


def _typed(types: bytes) -> bytes:
    tree = parse_own(types)
    name = f"/{PROPERTIES}"
    if not any(one.get("PartName") == name for one in tree):
        etree.SubElement(tree, f"{{{CONTENT_TYPES}}}Override", PartName=name, ContentType=CUSTOM_TYPE)
    return etree.tostring(tree, xml_declaration=True, encoding="UTF-8", standalone=True)


def is_carrier(name: str, data: bytes) -> bool:
    """Whether a file is one that `read` reads or has to explain: anything but JSON and tables."""
    ending = name.rpartition(".")[2].casefold()
    if name.lower().endswith(TABLES):  # also one that can't be read, which tables explain themselves
        return False
    kind = recognise(data)
    return ending in ("docx", "pdf", "doc", "wps", "docm", "dotx", "odt", "ofd") or bool(
        kind and kind.key in ("docx", "pdf", "doc", "ole", "odt", "ofd", "encrypted", "picture", "rtf")
    )


def read(data: bytes, registry: Mapping[str, Entry], office: AnyOffice, *, name: str = "") -> HandedIn:
    """The answers in a DOCX or PDF of a public document; FileRefused says in one sentence what is wrong with it.

    `name` is the file's name, whose ending must agree with what the file is, "" if there is none. Nothing is converted,
    rendered, run or kept.
    """
    if len(data) > LARGEST_FILE:
        raise FileRefused(f"文件超过{LARGEST_FILE >> 20}MB，不能读取：请选择填写的那份文件，不含附件。")
    entries = {id: one for id, one in registry.items() if one.document.comes_back}
    if data.startswith(b"%PDF") and _ends(name, "pdf"):
        return _read_pdf(data, entries, office)
    kind = recognise(data)
    if kind and kind.key == "docx" and _ends(name, "docx"):
        return _read_docx(data, entries, office)
    if kind and kind.key in ("docx", "pdf"):
        raise FileRefused(f"文件名的后缀与内容不符（内容是{kind.name}），请用WPS或者Word打开，另存为{TO_DOCX}后再试。")
    raise FileRefused(explain_refusal(data, (), TO_DOCX) or "这个文件不是DOCX或者PDF，请选择从本站下载并填写的文件。")


def _ends(name: str, ending: str) -> bool:
    return not name or name.casefold().endswith(f".{ending}")


def _read_docx(data: bytes, entries: Mapping[str, Entry], office: AnyOffice) -> HandedIn:
    try:
        archive = Archive(data, LIMITS)
        if any(member.casefold().endswith(MACROS) for member in archive):
            raise FileRefused(f"文件里带有宏，不能读取：请用WPS或者Word打开，另存为不带宏的{TO_DOCX}后再试。")
        main = find_main_part(archive.__getitem__)
        spots = _read_spots(_parse(archive[main]))
        carried = _find_carried(archive)
    except ArchiveRefused as error:
        raise FileRefused(f"{error}，不能读取：请用WPS或者Word打开，另存为{TO_DOCX}后再试。") from None
    except NotThisFormat as error:
        raise FileRefused(f"文件{error}。") from None
    entry, payload = _choose(carried, entries, office, "".join(spot.plain for spot in spots))
    return _agree(Printing.of(entry, office), spots, payload)


def _read_spots(tree: etree._Element) -> list[Spot]:
    spots, length = list[Spot](), 0
    for spot in walk_spots(tree):
        spots.append(spot)
        length += len(spot.text)
        if len(spots) > MOST_SPOTS or length > LONGEST_TEXT:
            raise FileRefused("文件里的段落、表格或者文字过多，不能读取：请只交填写的那份文件，不含附件。")
    return spots


def _parse(part: bytes) -> etree._Element:
    """The part with the text as a tree."""
    tree = _parse_if_sound(part)
    if tree is None:
        raise FileRefused(f"文件里的正文已经损坏，不能读取：请用WPS或者Word打开，另存为{TO_DOCX}后再试。")
    return tree


def _parse_if_sound(part: bytes) -> etree._Element | None:
    """A part as a tree, None if it is damaged; one with a document type, through which entities come, is refused."""
    try:
        tree = parse_xml(part)
    except MarkupRefused as error:
        raise FileRefused(f"{error}，不能读取：请用WPS或者Word打开，另存为{TO_DOCX}后再试。") from None
    except (etree.XMLSyntaxError, UnicodeError):
        return None
    if tree.getroottree().docinfo.internalDTD is not None:
        raise FileRefused("文件里夹带了正文以外的定义，不能读取：请从本站重新下载后填写。")
    return tree


def _find_carried(archive: Archive) -> bytes | None:
    """The packed answers, from the XML part wherever it lies now, or from the properties.

    None if there are none, or if other programs have spoilt them: the visible text is still there.
    """
    for name in archive:
        if name.startswith("customXml/") and name.endswith(".xml") and "/" not in name.removeprefix("customXml/"):
            root = _parse_if_sound(archive[name])
            if root is not None and root.tag == ROOT:
                return (root.text or "").encode()
    properties = _parse_if_sound(archive[PROPERTIES]) if PROPERTIES in archive else None
    return None if properties is None else _from_properties(properties)


def _from_properties(tree: etree._Element) -> bytes | None:
    texts = {str(one.get("name")): "".join(map(str, one.itertext())).strip() for one in tree}
    pieces: list[str] = []
    while (piece := texts.get(f"{PROPERTY}{len(pieces) + 1}")) is not None:
        pieces.append(piece)
    if not pieces:
        return None
    try:
        unpacker = zlib.decompressobj()
        carried = unpacker.decompress(base64.b64decode("".join(pieces), validate=True), LARGEST_ANSWERS + 1)
    except (ValueError, zlib.error):
        return None
    return carried


def _open(carried: bytes, entries: Mapping[str, Entry]) -> tuple[Entry, dict[str, Any]]:
    """The document and the answers that were packed; FileRefused if they are not such, or of no document here."""
    damaged = "文件里附带的填写内容已经损坏，不能读取：请从本站重新下载后填写。"
    if len(carried) > LARGEST_ANSWERS:
        raise FileRefused(damaged)
    try:
        about = read_json(carried)
    except NotJson:
        raise FileRefused(damaged) from None
    if not (isinstance(about, dict) and isinstance(about.get("answers"), dict)) or _depth(about) > DEEPEST:
        raise FileRefused(damaged)
    entry = entries.get(about["document"]) if isinstance(about.get("document"), str) else None
    if entry is None:
        raise FileRefused("文件里附带的内容不属于本站公开提供填写的文书，不能读取。")
    return entry, about["answers"]


def _depth(value: Any) -> int:
    below = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    return 1 + max(map(_depth, below), default=0)


def _choose(
    carried: bytes | None, entries: Mapping[str, Entry], office: AnyOffice, seen: str
) -> tuple[Entry, dict[str, Any] | None]:
    """The document whose headings a text has, with the answers carried for it, None if there are none.

    Answers of another document than the one that is seen are left. FileRefused if the text is that of no document.
    """
    found = {id: _likeness(Printing.of(entry, office), seen) for id, entry in entries.items()}
    best = max(found, key=found.__getitem__, default="")
    if carried is not None:
        entry, payload = _open(carried, entries)
        if found[entry.document.id] == found[best] or found[best] < LIKE:
            return entry, payload
    if found.get(best, 0.0) < LIKE:
        raise FileRefused("认不出这是哪一种文书：请选择从本站下载并填写的文件，或者照着它重新填写。")
    return entries[best], None


def _likeness(printing: Printing, seen: str) -> float:
    """How much of a document's headings a text has, from 0 to 1."""
    headings = printing.headings
    return sum(len(one) for one in headings if one in seen) / max(sum(map(len, headings)), 1)


def _agree(printing: Printing, spots: list[Spot], carried: dict[str, Any] | None) -> HandedIn:
    """What a file carries, made to agree with what it shows."""
    told: list[Finding] = []
    known, strange = printing.keep_known(carried or {})
    _, kept, refused = printing.load(known)
    view = SeenFile(printing, spots)
    if not view.shown(printing.blank):
        raise FileRefused("文件的表格已经改动过多，读不出来：请照着它重新填写。")
    read, unread = view.read(kept)
    visible, hidden = _without_hidden(view, read)
    if carried is not None:
        told += list(_compare(printing, kept, visible, hidden))
    told += [_finding("carried-refused", _label(printing, pointer), pointer) for pointer in (*refused, *strange)]
    headings = [_name_place(spots[place]) for place in sorted(unread | view.find_extra(visible))]
    told += [_finding("carried-unread", heading, "") for heading in dict.fromkeys(headings)]
    source = "visible" if carried is None else "carried"
    return HandedIn(printing.entry.document.id, visible, source, tuple(told[:MOST_TOLD]))


def _name_place(spot: Spot) -> str:
    heading = "".join(spot.heading[-1:]) or "".join(spot.heading[-2:])
    return f"“{heading}”一栏" if heading else "表格以外" if not spot.heading else "没有标题的一栏"


SENTENCES = {
    "carried-from-text": ("warning", "内容是从PDF的文字里读出来的，换行和空格可能不准，请逐项与文件核对。"),
    "carried-differs": ("warning", "“{}”与文件里附带的内容不同，已按看得见的文字载入，请核对。"),
    "carried-added": ("info", "“{}”是下载以后填上的，已经载入，请核对。"),
    "carried-hidden": ("warning", "“{}”在文件上没有找到，没有载入，请对照文件填写。"),
    "carried-refused": ("warning", "文件里附带的“{}”不合填写要求，没有按它载入，请对照文件核对。"),
    "carried-unread": ("warning", "{}有些文字没有读懂，请对照文件填写。"),
}


def _finding(code: str, label: str, pointer: str) -> Finding:
    severity, sentence = SENTENCES[code]
    assert severity in ("warning", "info")
    return Finding(code=code, severity=severity, message=sentence.format(label), pointer=pointer)  # type: ignore[arg-type]  # one of two


def _label(printing: Printing, pointer: str) -> str:
    leaf = next((one for one in printing.leaves if one.pointer == pointer), None)
    return leaf.question.label if leaf else show_key(pointer.removeprefix("/"))


def _compare(
    printing: Printing, kept: Mapping[str, Any], visible: Mapping[str, Any], hidden: list[Leaf]
) -> Iterator[Finding]:
    """Where the carried answers and the visible ones differ, in the order of the questions."""
    for leaf in printing.leaves:
        was, now = get(kept, leaf.path), get(visible, leaf.path)
        if leaf in hidden or (was not in (None, "", []) and now is None):
            yield _finding("carried-hidden", leaf.question.label, leaf.pointer)
        elif was in (None, "", []) and now is not None:
            yield _finding("carried-added", leaf.question.label, leaf.pointer)
        elif was != now and now is not None:
            yield _finding("carried-differs", leaf.question.label, leaf.pointer)


def _without_hidden(view: SeenFile, payload: dict[str, Any]) -> tuple[dict[str, Any], list[Leaf]]:
    """The payload without answers that leave no trace on what is seen, and the questions of these."""
    answers, _, _ = view.printing.load(payload)
    hidden = view.find_unseen(answers)
    return put(payload, {leaf.path: None for leaf in hidden}), hidden


def _read_pdf(data: bytes, entries: Mapping[str, Entry], office: AnyOffice) -> HandedIn:
    from gipdocs.pdf.carried import read_apart

    seen = read_apart(data)
    entry, payload = _choose(seen.carried, entries, office, plain(seen.text))
    printing = Printing.of(entry, office)
    known, _ = printing.keep_known(payload or {})
    answers, _, _ = printing.load(known)
    expected, cut = printing.print(answers), cut_spots(printing, seen.text)
    if SeenFile(printing, cut).differing(expected) and _prints(printing, expected, plain(seen.text)):
        cut = expected
    found = _agree(printing, cut, payload)
    if found.source == "carried" and not found.differences:
        return found
    return replace(found, differences=(_finding("carried-from-text", "", ""), *found.differences))


def _prints(printing: Printing, expected: list[Spot], text: str) -> bool:
    """Whether a page shows these answers and nothing more, in whatever order its text is painted."""
    answers = [spot.plain for place, spot in enumerate(expected) if place in SeenFile(printing, expected).answerable]
    more = Counter(text) - Counter("".join(spot.plain for spot in expected))
    return all(one in text for one in answers) and all(sign in PAGE_NUMBERS for sign in more)
