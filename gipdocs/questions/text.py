"""Questions that are answered by text: lines, paragraphs, names, addresses, identity numbers."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping
from datetime import date
from typing import Any

from gipdocs.findings import Finding
from gipdocs.questions import identity
from gipdocs.questions.characters import bare, find_forbidden, name_points, normalise, visible
from gipdocs.questions.question import Question, refuse

LINE, PAGE = 200, 10_000
"""The longest texts by default, in characters: one line, and a text of several paragraphs."""


EMAIL = re.compile(r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]+@[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)+")


OWN_NUMBER = re.compile(
    r"\s*((?:\d{1,2}[.．])+(?:(?!\d)|(?=(?:19|20)\d\d年))|\d{1,2}(?:、(?!\d{1,3}(?!\d))|[)）])|[（(](?:\d{1,2}|[一二三四五六七八九十]{1,3})[）)]"
    r"|[①-⑳⑴-⒇⒈-⒛]|附件\d{1,2}[.．:：、]|[一二三四五六七八九十]{1,3}、(?![一二三四五六七八九十]))"
)
"""A number before the name of a paper; not one that belongs to the name, as in 3.15晚会, 一、二季度, 1、2号楼."""


OWN_MARK = re.compile(r"([。；;，,、：:]|(?<=[^\x00-\x7f])[.．])\s*$")
"""A punctuation mark after the name of a paper."""


class Text(Question):
    """One line of text; `pattern` with `cure` restricts its form."""

    def __init__(
        self,
        label: str,
        *,
        longest: int = LINE,
        shortest: int = 1,
        pattern: str | None = None,
        cure: str = "格式不对",
        **more: Any,
    ) -> None:
        super().__init__(label, **more)
        self.longest, self.shortest, self.cure = longest, shortest, cure
        self.pattern = re.compile(pattern) if pattern else None

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> str:
        if not isinstance(value, str):
            raise self.wrong_type("文字")
        text = normalise(value)
        self._check_characters(text)
        if len(text) > self.longest:
            raise refuse("too-long", f"“{self.label}”最多{self.longest}个字，现在是{len(text)}个字，请缩短。")
        if not visible(text):
            raise refuse("blank", f"“{self.label}”只有空白，请填写内容，没有内容时请不要填写此项。")
        if len(text.strip()) < self.shortest:
            raise refuse("too-short", f"“{self.label}”至少{self.shortest}个字，请写具体。")
        if (fault := self.fault(text)) and not self.lenient:
            raise refuse("format", f"“{self.label}”：{fault}。")
        return text

    def _check_characters(self, text: str) -> None:
        if bad := find_forbidden(text):
            raise refuse("character", f"“{self.label}”里有不能印在文书上的字符（{bad}），请删除后重新填写。")
        if ("\n" in text or "\t" in text) and self.kind != "longtext":
            raise refuse("line-break", f"“{self.label}”只能写一行，请去掉换行和制表符。")

    def fault(self, text: str) -> str | None:
        """What is wrong with the form of the text, in Chinese, without a full stop; None if nothing is."""
        return self.cure if self.pattern and not self.pattern.fullmatch(text) else None

    def doubt(self, value: Any, beside: Mapping[str, Any], today: date) -> str | None:
        return self.fault(value)

    def printed_texts(self, value: Any, names: Collection[str]) -> Iterator[tuple[Question, str]]:
        yield self, value

    def json_type(self) -> dict[str, Any]:
        schema: dict[str, Any] = {"type": "string", "minLength": self.shortest, "maxLength": self.longest}
        if self.pattern and not self.lenient:
            schema["pattern"] = f"^(?:{self.pattern.pattern})$"
        return schema


class LongText(Text):
    """Text of several paragraphs; every line becomes a paragraph of the letter."""

    kind, kind_label = "longtext", "可分段的文字"

    def __init__(self, label: str, *, longest: int = PAGE, **more: Any) -> None:
        super().__init__(label, longest=longest, **more)


class Name(Text):
    """The name of a person or organisation: blanks at its ends and invisible characters are removed and reported."""

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> str:
        seen = bare(value) if isinstance(value, str) else ""
        return super()._deserialize(seen or value, attr, data, **kwargs)

    def remarks(self, typed: Any, value: Any, pointer: str) -> Iterator[Finding]:
        if normalise(typed) != value:
            gone = "".join(one for one in typed if typed.count(one) > value.count(one))
            message = f"“{self.label}”首尾的空白和字间看不见的字符（{name_points(gone)}）已经去掉，请核对印出的名称。"
            yield Finding(code="blanks-left-out", severity="info", message=message, pointer=pointer)
        yield from find_additions(self.label, value, pointer)


class Title(Text):
    """The name of a paper in a list; the document adds numbers and punctuation (GB/T 9704-2012 7.3.4)."""

    def remarks(self, typed: Any, value: Any, pointer: str) -> Iterator[Finding]:
        yield from find_additions(self.label, value, pointer, basis="GB/T 9704-2012 7.3.4")


class DocumentNumber(Text):
    """The 文号 of a paper (GB/T 9704-2012 7.2.5); pages read a year in other brackets than 〔〕, the schema takes any text."""


def find_additions(label: str, value: str, pointer: str, *, basis: str = "") -> Iterator[Finding]:
    """Findings for a number before a name or a punctuation mark after it, which are not part of the name."""
    last = pointer.rpartition("/")[2]
    where = f"“{label}”第{int(last) + 1}行" if last.isdecimal() else f"“{label}”"
    for code, found, cure in (
        ("name-numbered", OWN_NUMBER.match(value), "名称前面不写序号，请删去开头的"),
        ("name-punctuated", OWN_MARK.search(value), "名称后面不加标点符号，请删去末尾的"),
    ):
        if found:
            message = f"{where}：{cure}“{found[1]}”。"
            yield Finding(code=code, severity="error", message=message, pointer=pointer, basis=basis, overridable=True)


class Email(Text):
    """An e-mail address."""

    kind, kind_label = "email", "电子邮箱"
    own_data = "email"

    def fault(self, text: str) -> str | None:
        return None if EMAIL.fullmatch(text) else "电子邮箱应形如name@example.com"


class Phone(Text):
    """A telephone or fax number as written in China."""

    kind, kind_label = "tel", "电话"
    own_data = "tel"

    def fault(self, text: str) -> str | None:
        return identity.phone_fault(text)


class Postcode(Text):
    """A Chinese postcode: six digits."""

    kind, kind_label = "postcode", "邮政编码"
    own_data = "postal-code"

    def fault(self, text: str) -> str | None:
        return identity.postcode_fault(text)


class Uscc(Text):
    """A 统一社会信用代码 (GB 32100)."""

    def fault(self, text: str) -> str | None:
        return identity.uscc_fault(text)


class IdNumber(Text):
    """The number of an identity document; `kind_key` is the key of the question beside it that asks for its kind."""

    own_data = "off"
    is_private = True

    def __init__(self, label: str, *, kind_key: str, **more: Any) -> None:
        super().__init__(label, **more)
        self.kind_key = kind_key

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> str:
        text = super()._deserialize(value, attr, data, **kwargs)
        kind = data.get(self.kind_key) if isinstance(data, Mapping) else None
        if not self.lenient and isinstance(kind, str) and (fault := identity.identity_fault(kind, text)):
            raise refuse("format", f"“{self.label}”：{fault}。")
        return text

    def doubt(self, value: Any, beside: Mapping[str, Any], today: date) -> str | None:
        return identity.identity_fault(beside.get(self.kind_key, ""), value, today=today)
