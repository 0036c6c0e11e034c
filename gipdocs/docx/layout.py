"""Reads a layout that an office has edited, and refuses it if the printed document would differ from what Word shows."""

from __future__ import annotations

import html
import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import cast

from lxml import etree

from gipdocs import packing
from gipdocs.archives import ArchiveRefused
from gipdocs.docx import revisions, tags
from gipdocs.docx.tags import TAG, TaggedLine, quote_briefly
from gipdocs.errors import TemplateError
from gipdocs.markup import parse_own
from gipdocs.ooxml import W
from gipdocs.relationships import NotThisFormat, find_linked, find_main_part, rename_parts

BODY, NOTES, STYLES, CORE = "word/document.xml", "word/footnotes.xml", "word/styles.xml", "docProps/core.xml"
USUAL = {"officeDocument": BODY, "footnotes": NOTES, "styles": STYLES, "core-properties": CORE}
FILLED = {"header": "页眉", "footer": "页脚", "footnotes": "脚注"}
"""The kinds of parts, besides the body, that are filled, and what Word calls them."""
LABELS = {
    BODY: "正文",
    "endnotes": "尾注",
    "comments": "批注",
    "docProps/app": "文件属性",
    "docProps/custom": "文件属性",
}
MARKUP = re.compile(r"<[^>]*>")
BLOCK_END = re.compile(r"</\w+:(?:p|tc|tr|comment)>")
OLD_WORD = b"\xd0\xcf\x11\xe0"
WORD = "用WPS或者Word打开后另存为“Word 文档(*.docx)”"
MOST_TOLD = 5
"""How many faults of one file are listed at once."""
NOT_TEXT = etree.XPath(
    "(//@* | //*[not(self::w:t or self::w:delText)]/text())[contains(., '{')]", namespaces={"w": W[1:-1]}
)
NAME = re.compile(r"[^\W\d]\w*")
STRING = re.compile(r"\"[^\"]*\"|'[^']*'|“[^”]*”|‘[^’]*’")
SYNTAX = {"if", "elif", "else", "endif", "for", "endfor", "in", "not", "and", "or", "is", "set", "p", "tr", "tc", "r"}


@dataclass(frozen=True)
class Layout:
    """A layout without faults: all its members, the body renamed to word/document.xml, and the ids of its styles.

    `parts` has the names of the parts to be filled, each with what Word calls it.
    """

    members: Mapping[str, bytes]
    parts: Mapping[str, str]
    styles: frozenset[str]


def read_layout(path: Path, data: bytes) -> Layout:
    """The layout in the bytes of the file at `path`; TemplateError names every place that an office has to change, and how."""
    try:
        members = packing.unpack(data)
        members = rename_parts(members, names) if (names := _usual_names(members)) else members
        filled = _filled_parts(members)
        trees = {name: parse_own(members[name]) for name in filled}
        faults = [*_faults(trees, filled), *_elsewhere(members, filled)]
        styles = _styles(members)
    except NotThisFormat as error:
        raise TemplateError(f"版式文件{path.name}{error}。") from error
    except ArchiveRefused as error:
        raise TemplateError(f"版式文件{path.name}{_unreadable(data, error)}，请{WORD}。") from error
    except (KeyError, ValueError, SyntaxError) as error:
        raise TemplateError(f"版式文件{path.name}已经损坏，请{WORD}。") from error
    if faults:
        raise TemplateError(f"版式文件{path.name}要先改正：{_told(faults)}。")
    parts = {name: filled[name] for name, tree in trees.items() if name == BODY or _has_tags(tree)}
    return Layout(members, parts, styles)


def _told(faults: Iterable[tuple[str, str]]) -> str:
    """The first faults, each once, with all its places."""
    by_fault: dict[str, list[str]] = {}
    for place, fault in faults:
        by_fault.setdefault(fault, []).append(place)
    told = [f"{'、'.join(dict.fromkeys(places[:MOST_TOLD]))}{fault}" for fault, places in by_fault.items()]
    return "；".join(told[:MOST_TOLD]) + (f"；另有{len(told) - MOST_TOLD}处" if len(told) > MOST_TOLD else "")


def bare(xml: str) -> str:
    """All text in a piece of XML, without markup, tags and spaces."""
    return re.sub(r"\s+", "", html.unescape(TAG.sub("", MARKUP.sub("", xml))))


def _styles(members: Mapping[str, bytes]) -> frozenset[str]:
    tree = parse_own(members[STYLES]) if STYLES in members else []
    return frozenset(style.get(f"{W}styleId", "") for style in tree)


def _unreadable(data: bytes, error: Exception) -> str:
    """Why a file is not a DOCX."""
    if data.startswith(OLD_WORD):
        return "是旧版.doc格式或者设了密码"
    return f"不是DOCX文件或者已经损坏（{error}）"


def _usual_names(members: Mapping[str, bytes]) -> dict[str, str]:
    """The usual names of body, footnotes, styles and properties by the names in this file, if they differ."""
    main = find_main_part(members.__getitem__)
    found = {link.target: USUAL.get(link.kind, "") for link in [*find_linked(members, ""), *find_linked(members, main)]}
    return {old: new for old, new in found.items() if new and old != new and new not in found}


def _filled_parts(members: Mapping[str, bytes]) -> dict[str, str]:
    """The parts that are filled, the body first, and what Word calls them."""
    main = find_main_part(members.__getitem__)
    kinds = {link.target: FILLED[link.kind] for link in find_linked(members, main) if link.kind in FILLED}
    return {main: LABELS[BODY]} | kinds


def _has_tags(tree: etree._Element) -> bool:
    return any(TAG.search(line.text) for line in tags.lines(tree))


def _faults(trees: Mapping[str, etree._Element], labels: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    """Place and description of every fault in the parts that are filled."""
    lines = {name: tags.lines(tree) for name, tree in trees.items()}
    names = _names(line for part in lines.values() for line in part)
    for name, tree in trees.items():
        label = labels[name]
        if tree.prefix != "w":
            yield label, f"不是通常的写法，填写不了，请{WORD}"
        if next(tree.iter(f"{W}altChunk"), None) is not None:
            yield label, "嵌有别的文件，里面的内容检查不了，请把内容直接粘贴进来"
        yield from ((f"{label}{place}", fault) for place, fault in revisions.find_revisions(tree))
        for line in lines[name]:
            yield from ((f"{label}{quote_briefly(line.text)}", fault) for fault in tags.find_faults(line, names))
        for text in cast(list[str], NOT_TEXT(tree)):
            if found := TAG.search(text):
                yield (
                    f"{label}里的{quote_briefly(found[0])}",
                    "写在替代文字、链接、域代码、公式等处，那里不填写，请移到文字里",
                )


def _names(lines: Iterator[TaggedLine]) -> frozenset[str]:
    """The words in tags that may be names."""
    found = (tag for line in lines if "{" in (text := line.text) for tag in TAG.findall(text))
    return frozenset(name for tag in found for name in NAME.findall(STRING.sub("", tag))) - SYNTAX


def _elsewhere(members: Mapping[str, bytes], filled: Collection[str]) -> Iterator[tuple[str, str]]:
    """Place and description of tags, tracked changes and comments in the parts that are copied unchanged."""
    for name, data in members.items():
        if name in filled or name == CORE or not name.endswith((".xml", ".rels")):
            continue
        label = next((label for key, label in LABELS.items() if key in name), name)
        reviewed = list(revisions.find_revisions(parse_own(data))) if revisions.MAYBE.search(data) else []
        if reviewed:
            yield from ((f"{label}{place}", fault) for place, fault in reviewed)
        elif found := _tag_in(data.decode("utf-8", "replace")):
            yield f"{label}{found}", "中有占位符，那里不填写，请移到正文、页眉、页脚或者脚注里，或者删去"


def _tag_in(xml: str) -> str | None:
    """The paragraph, shortened, in which a copied part has a tag or something like it; for an attribute, the tag."""
    if "{" not in xml and "｛" not in xml:
        return None
    for block in BLOCK_END.split(xml):
        text = html.unescape(MARKUP.sub("", block))
        if TAG.search(text) or ("｛" in text and tags.find_lookalike(text)):
            return quote_briefly(text)
    return quote_briefly(found[0]) if (found := TAG.search(xml)) else None
