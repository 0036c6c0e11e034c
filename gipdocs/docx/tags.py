"""Finds faults in what an office types into a layout: wrong tags, near misses of tags, and text that would be lost.

docxtpl removes the whole paragraph, row, cell or run around `{%p …%}`, `{%tr …%}`, `{%tc …%}` and `{%r …%}`, so that
it must contain nothing else; `{{ … }}` and `{% … %}` may be anywhere in the text of one paragraph.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass

from lxml import etree

from gipdocs.ooxml import W

TAG = re.compile(r"\{\{.*?\}\}|\{%.*?%\}|\{#.*?#\}", re.DOTALL)
PREFIXED = re.compile(r"\{[{%#](tr|tc|p|r) ")
UNCHECKED = re.compile(r"\{%\s*(?:hm|colspan|cellbg)\b")
"""Statements of docxtpl that put values outside the text, where they are not read back and verified."""
RAW = re.compile(r"\{%[-+]?\s*raw\b")
AROUND = {"p": "一段", "tr": "表格的一行", "tc": "一个单元格", "r": "一串格式相同的文字"}
ALONE = (
    f"{W}drawing",
    f"{W}pict",
    f"{W}object",
    f"{W}sectPr",
    f"{W}footnoteReference",
    f"{W}endnoteReference",
    f"{W}instrText",
    f"{W}fldSimple",
    f"{W}sym",
    f"{W}ptab",
    f"{W}noBreakHyphen",
    f"{W}softHyphen",
)
"""Content other than text that would be lost with the paragraph, row or cell that docxtpl removes with a tag."""
BRACES = "{}｛｝﹛﹜％﹪＃"
"""Braces, and the signs used with them in tags, as keyboards and input methods write them."""
USUAL = str.maketrans(BRACES, "{}{}{}%%#")
UNSEEN = re.compile(r"[\s\u200b-\u200f\u2060\ufeff]")
CURE = "占位符用半角花括号写成{{ 名称 }}，条件和循环写成{% … %}，括号之间不留空格，在同一段里写完"
LIKE_A_TAG = re.compile(r"\{\{|\}\}|\{%|%\}|\{#|#\}|\{[A-Za-z_][\w.]*\}")
BRACKET = re.compile(r"[<＜«‹《〈\[［【〔]")
IN_BRACKETS = r"[<＜«‹《〈\[［【〔]{{1,2}}(?:{})[>＞»›》〉\]］】〕]{{1,2}}"
QUOTED, SHOWN = 30, 12
"""How many characters a message quotes of a paragraph, and of what looks like a tag."""


@dataclass(frozen=True, eq=False)
class TaggedLine:
    """One paragraph: its element, and the pieces of its text, not including boxes anchored in it."""

    element: etree._Element
    pieces: tuple[etree._Element, ...]

    @property
    def text(self) -> str:
        """The text as it is in the file, including tags."""
        return "".join(piece.text or "" for piece in self.pieces)


def lines(tree: etree._Element) -> list[TaggedLine]:
    """The paragraphs of a part in their order."""
    found: dict[etree._Element, list[etree._Element]] = {paragraph: [] for paragraph in tree.iter(f"{W}p")}
    for piece in tree.iter(f"{W}t"):
        if (paragraph := next(piece.iterancestors(f"{W}p"), None)) is not None:
            found[paragraph].append(piece)
    return [TaggedLine(paragraph, tuple(pieces)) for paragraph, pieces in found.items()]


def quote_briefly(text: str) -> str:
    """A text shortened for a message, in quotation marks."""
    text = " ".join(text.split())
    return f"“{text[:QUOTED]}{'…' if len(text) > QUOTED else ''}”"


def find_faults(line: TaggedLine, names: Collection[str]) -> Iterator[str]:
    """What is wrong with the tags of a paragraph, each fault with its cure; `names` are those that the layout uses."""
    text = line.text
    if "{" in text:
        for tag in TAG.finditer(text):
            if UNCHECKED.match(tag[0]):
                yield f"中的{tag[0]}在这里不能用，请在Word里合并单元格、设置底纹"
            elif RAW.match(tag[0]):
                yield f"中的{tag[0]}会使占位符原样印出，请删去"
            elif (prefixed := PREFIXED.match(tag[0])) is not None:
                yield from _not_alone(line, tag, prefixed[1])
            if _is_torn(line, tag):
                yield f"中的{tag[0]}里夹着符号、脚注、图形、超链接等别的东西，会丢失或者使文书不能生成；请删去后在一处重新写"
    if (found := find_lookalike(text, names)) is not None:
        yield found


def find_lookalike(text: str, names: Collection[str] = ()) -> str | None:
    """The fault in a text that contains something like a tag, besides proper tags; None if it doesn't."""
    rest = TAG.sub("\x1f", text)
    if (found := _like_a_tag(rest, names)) is not None:
        return f"中的“{found}”像是没有写对的占位符；{CURE}"
    if "{" in rest or "}" in rest:
        return f"中有单独的花括号，像是没有写完的占位符；{CURE}，确实要印花括号的写成{{{{ '{{' }}}}"
    return None


def _like_a_tag(text: str, names: Collection[str]) -> str | None:
    """What looks like a tag, as it was typed, in a text without proper tags."""
    if any(sign in text for sign in BRACES):
        kept = [(i, sign) for i, sign in enumerate(text) if not UNSEEN.fullmatch(sign)]
        plain = "".join(sign for _, sign in kept).translate(USUAL)
        if found := LIKE_A_TAG.search(plain) or _with_a_name(plain, r"\{{(?:{})\}}", names):
            start, end = kept[found.start()][0], kept[found.end() - 1][0] + 1
            return text[start : max(end, start + SHOWN)].partition("\x1f")[0].strip()
    found = _with_a_name(text, IN_BRACKETS, names) if BRACKET.search(text) else None
    return found[0] if found else None


def _with_a_name(text: str, pattern: str, names: Collection[str]) -> re.Match[str] | None:
    return re.search(pattern.format("|".join(map(re.escape, names))), text) if names else None


def _not_alone(line: TaggedLine, tag: re.Match[str], kind: str) -> Iterator[str]:
    """The fault of a tag whose paragraph, row, cell or run is removed with it, if that contains anything else."""
    around = _around(line, tag, kind)
    if not around:
        where = "表格" if kind in ("tr", "tc") else "文字"
        yield f"中的{tag[0]}不在{where}里，请去掉字母{kind}或者移到{where}里"
        return
    text = "".join(piece.text or "" for element in around for piece in element.iter(f"{W}t"))
    if text.strip() != tag[0].strip():
        plain = f"，或者去掉字母{kind}写成{tag[0].replace(kind, '', 1)}" if kind in ("p", "r") else ""
        yield f"中的{tag[0]}旁边还有别的文字，会和它一起丢失；请让它独占{AROUND[kind]}{plain}"
    elif any(next(element.iter(*ALONE), None) is not None for element in around) or _breaks_page(around):
        yield f"中的{tag[0]}旁边还有图形、符号、域、脚注、分页或者分节，会和它一起丢失；请让它独占{AROUND[kind]}"


def _around(line: TaggedLine, tag: re.Match[str], kind: str) -> list[etree._Element]:
    """The elements that docxtpl removes with a tag."""
    if kind == "r":
        return _runs(line, tag)
    if kind == "p":
        return [line.element]
    return list(next(([one] for one in line.element.iterancestors(W + kind)), []))


def _runs(line: TaggedLine, tag: re.Match[str]) -> list[etree._Element]:
    """The runs over which a tag is spread."""
    runs = [next(piece.iterancestors(f"{W}r"), None) for piece in _pieces(line, tag)]
    return list(dict.fromkeys(run for run in runs if run is not None))


def _is_torn(line: TaggedLine, tag: re.Match[str]) -> bool:
    """Whether there is anything but text between the first and the last piece of a tag."""
    pieces = _pieces(line, tag)
    if len(pieces) == 1:
        return False
    if len({run.getparent() for run in _runs(line, tag)}) > 1:
        return True
    elements = list(line.element.iter())
    between = elements[elements.index(pieces[0]) : elements.index(pieces[-1])]
    return any(element.tag in ALONE for element in between)


def _pieces(line: TaggedLine, tag: re.Match[str]) -> list[etree._Element]:
    """The pieces of text over which a tag is spread."""
    found, end = [], 0
    for piece in line.pieces:
        start, end = end, end + len(piece.text or "")
        if start < tag.end() and end > tag.start():
            found.append(piece)
    return found


def _breaks_page(around: list[etree._Element]) -> bool:
    return any(
        br.get(f"{W}type", "textWrapping") != "textWrapping" for element in around for br in element.iter(f"{W}br")
    )
