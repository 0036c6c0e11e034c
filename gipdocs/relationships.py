"""Finds the parts of a DOCX by its relationships, since programs may name the parts as they like."""

from __future__ import annotations

import posixpath
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from io import BytesIO

from lxml import etree

from gipdocs.markup import parse_own
from gipdocs.ooxml import CONTENT_TYPES

PACKAGE = "_rels/.rels"
STRICT = "http://purl.oclc.org/ooxml/"
TYPES = "[Content_Types].xml"


class NotThisFormat(ValueError):
    """The file is not a DOCX that gipdocs can read; the message is a Chinese clause that says why and what to do."""


@dataclass(frozen=True)
class Link:
    """One relationship: `kind` is the last word of its type, `target` the full name of the part it leads to."""

    id: str
    kind: str
    target: str
    strict: bool


def read_links(relationships: bytes, part: str = "") -> Iterator[Link]:
    """The relationships to parts of the same file in the .rels file of `part`, by default that of the whole file."""
    for link in parse_own(relationships):
        if link.get("TargetMode") != "External":
            type = link.get("Type", "")
            target = _resolved(link.get("Target", ""), part)
            yield Link(link.get("Id", ""), type.rpartition("/")[2], target, type.startswith(STRICT))


def rels_of(part: str) -> str:
    """The name of the .rels file of a part; with "" as the part, that of the whole file."""
    folder, name = posixpath.split(part)
    return posixpath.join(folder, "_rels", f"{name}.rels")


def find_main_part(read: Callable[[str], bytes]) -> str:
    """The name of the part with the text; `read` returns a member's bytes or raises KeyError.

    Raises NotThisFormat if there is no such part, or if it follows the strict variant of the standard.
    """
    try:
        found = next(link for link in read_links(read(PACKAGE)) if link.kind == "officeDocument")
        root = _root(read(found.target))
    except (KeyError, StopIteration, etree.XMLSyntaxError) as error:
        raise NotThisFormat(
            "不是完好的Word文档（找不到正文），请用WPS或者Word打开后另存为“Word 文档(*.docx)”"
        ) from error
    if found.strict or root.startswith(f"{{{STRICT}"):
        raise NotThisFormat("存成了“Strict Open XML 文档”，请在Word里另存为“Word 文档(*.docx)”，不要选Strict一项")
    if not root.endswith("}document"):
        raise NotThisFormat("不是Word文档（可能是表格或者演示文稿），请另存为“Word 文档(*.docx)”")
    return found.target


def _root(data: bytes) -> str:
    """The tag of a part's first element. Nothing after it is read, so that a caller may count the elements first."""
    events = etree.iterparse(BytesIO(data), events=("start",), resolve_entities=False, no_network=True)
    return str(next(events)[1].tag)


def find_linked(members: Mapping[str, bytes], part: str) -> list[Link]:
    """The relationships of a part to members that exist."""
    relationships = members.get(rels_of(part))
    return [link for link in read_links(relationships, part) if link.target in members] if relationships else []


def rename_parts(members: Mapping[str, bytes], names: Mapping[str, str]) -> dict[str, bytes]:
    """The members with new names for some parts, and with all references to these updated.

    A part that already has one of the new names is left out; nothing may refer to it.
    """
    files = {rels_of(old): rels_of(new) for old, new in names.items()} | dict(names)
    result = {}
    for name, data in members.items():
        if name in files.values():
            continue
        if name.endswith(".rels"):
            data = _relinked(data, name.replace("_rels/", "", 1).removesuffix(".rels"), names)
        elif name == TYPES:
            data = _retyped(data, names)
        result[files.get(name, name)] = data
    return result


def _resolved(target: str, part: str) -> str:
    return posixpath.normpath(posixpath.join("/", posixpath.dirname(part), target)).lstrip("/")


def _relinked(data: bytes, part: str, names: Mapping[str, str]) -> bytes:
    """The relationships of `part` with the new names; if `part` itself is renamed, all are rewritten: it may have moved."""
    tree = parse_own(data)
    for link in tree:
        target = _resolved(link.get("Target", ""), part)
        if link.get("TargetMode") != "External" and (target in names or part in names):
            link.set("Target", f"/{names.get(target, target)}")
    return etree.tostring(tree, xml_declaration=True, encoding="UTF-8", standalone=True)


def _retyped(data: bytes, names: Mapping[str, str]) -> bytes:
    tree = parse_own(data)
    for override in tree.findall(f"{{{CONTENT_TYPES}}}Override"):
        name = override.get("PartName", "").lstrip("/")
        if name in names.values():
            tree.remove(override)
        override.set("PartName", f"/{names.get(name, name)}")
    return etree.tostring(tree, xml_declaration=True, encoding="UTF-8", standalone=True)
