"""Questions: strict marshmallow fields that carry their label, help and example.

Nothing is coerced: a number is a number, a date is written 2026-03-01, an unknown key is refused.
Every message is a Chinese sentence that names the question's cure; `Message.code` is its stable word.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from copy import copy, deepcopy
from datetime import date
from decimal import Decimal
from functools import cache
from typing import Any, ClassVar

import marshmallow as ma

from gipdocs.characters import bare, forbidden, normal, points, visible
from gipdocs.documents import identity
from gipdocs.errors import Fault, InvalidInput, token
from gipdocs.findings import Finding

LINE, PAGE = 200, 10_000
"""Default longest texts, in characters: one line, and a text of several paragraphs."""
EMAIL = re.compile(r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]+@[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)+")

OWN_NUMBER = re.compile(
    r"\s*((?:\d{1,2}[.．])+(?:(?!\d)|(?=(?:19|20)\d\d年))|\d{1,2}(?:、(?!\d{1,3}(?!\d))|[)）])|[（(](?:\d{1,2}|[一二三四五六七八九十]{1,3})[）)]"
    r"|[①-⑳⑴-⒇⒈-⒛]|附件\d{1,2}[.．:：、]|[一二三四五六七八九十]{1,3}、(?![一二三四五六七八九十]))"
)
"""A number before the name of a paper, none that the name itself begins with: 3.15晚会, 一、二季度, 1、2号楼."""
OWN_MARK = re.compile(r"([。；;，,、：:]|(?<=[^\x00-\x7f])[.．])\s*$")
"""A mark behind the name of a paper."""

Example = Any | Callable[[Any], Any]
"""A question's example: plain JSON data, or a function of the office that gives it."""


class Message(str):
    """A Chinese sentence with a stable code for programs."""

    code: str

    def __new__(cls, code: str, detail: str) -> Message:
        message = super().__new__(cls, detail)
        message.code = code
        return message


def refuse(code: str, detail: str) -> ma.ValidationError:
    """The error that a field or a schema raises."""
    return ma.ValidationError([Message(code, detail)])


class Question(ma.fields.Field[Any]):
    """What all questions share.

    `label`: what the clerk reads; `help`: where a clerk would ask; `example`: a right answer, part of the sample
    unless `in_sample` is false. `on_file`: kept as evidence, never printed. `open_in_draft`: a draft may leave it empty.
    `lenient`: a doubtful number is reported, not refused. `only_if`: (key, values) of the question before it that
    makes this one relevant, for the form's layout only. `printed_by`: the name by which layouts print it; where the
    chosen one doesn't use that name, the answer stays on file and a warning says so.
    """

    kind: ClassVar[str] = "text"

    def __init__(
        self,
        label: str,
        *,
        example: Example = None,
        in_sample: bool = True,
        help: str = "",
        required: bool = False,
        on_file: bool = False,
        open_in_draft: bool = False,
        lenient: bool = False,
        only_if: tuple[str, tuple[Any, ...]] | None = None,
        printed_by: str | None = None,
    ) -> None:
        messages: dict[str, Any] = {
            "required": Message("required", f"请填写“{label}”。"),
            "null": Message("null", f"“{label}”不能是null，没有内容时请不要填写此项。"),
        }
        super().__init__(required=required, error_messages=messages, metadata={"label": label, "help": help})
        self.label, self.help, self.example, self.in_sample = label, help, example, in_sample
        self.on_file, self.open_in_draft, self.lenient, self.only_if = on_file, open_in_draft, lenient, only_if
        self.printed_by = printed_by

    def unprinted(self, names: Collection[str]) -> bool:
        """Whether a layout that uses these names leaves the answer on file."""
        return self.on_file or (self.printed_by is not None and self.printed_by not in names)

    def sample(self, office: Any, *, full: bool = False) -> Any:
        """The example as JSON data; None leaves the question out. `full` asks for it even where it is no sample."""
        if not (self.in_sample or full):
            return None
        return self.example(office) if callable(self.example) else deepcopy(self.example)

    def json_schema(self) -> dict[str, Any]:
        """The question as JSON Schema 2020-12."""
        schema = {**self.json_type(), "title": self.label}
        if self.help:
            schema["description"] = self.help
        return schema

    def json_type(self) -> dict[str, Any]:
        """The part of the JSON Schema that says which values are right."""
        return {"type": "string"}

    def doubt(self, value: Any, beside: Mapping[str, Any], today: date) -> str | None:
        """What looks wrong with a value that was accepted leniently; `beside` are the answers next to it."""
        return None

    def remarks(self, typed: Any, value: Any, pointer: str) -> Iterator[Finding]:
        """What is to be said of a value that was accepted; `typed` is what was sent for it."""
        yield from ()

    def wrong_type(self, wanted: str) -> ma.ValidationError:
        """The error for a value of another JSON type."""
        return refuse("type", f"“{self.label}”应为{wanted}。")


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
        text = normal(value)
        self._check_characters(text)
        if len(text) > self.longest:
            raise refuse("too_long", f"“{self.label}”最多{self.longest}个字，现在是{len(text)}个字，请缩短。")
        if not visible(text):
            raise refuse("blank", f"“{self.label}”只有空白，请填写内容，没有内容时请不要填写此项。")
        if len(text.strip()) < self.shortest:
            raise refuse("too_short", f"“{self.label}”至少{self.shortest}个字，请写具体。")
        if (fault := self.fault(text)) and not self.lenient:
            raise refuse("format", f"“{self.label}”：{fault}。")
        return text

    def _check_characters(self, text: str) -> None:
        if bad := forbidden(text):
            raise refuse("character", f"“{self.label}”里有不能印在文书上的字符（{bad}），请删除后重新填写。")
        if ("\n" in text or "\t" in text) and self.kind != "longtext":
            raise refuse("line_break", f"“{self.label}”只能写一行，请去掉换行和制表符。")

    def fault(self, text: str) -> str | None:
        """What is wrong with the form of the text, in Chinese, without a full stop."""
        return self.cure if self.pattern and not self.pattern.fullmatch(text) else None

    def doubt(self, value: Any, beside: Mapping[str, Any], today: date) -> str | None:
        return self.fault(value) if self.lenient else None

    def json_type(self) -> dict[str, Any]:
        schema: dict[str, Any] = {"type": "string", "minLength": self.shortest, "maxLength": self.longest}
        if self.pattern and not self.lenient:
            schema["pattern"] = f"^(?:{self.pattern.pattern})$"
        return schema


class LongText(Text):
    """Text of several paragraphs; every line break becomes a paragraph of the letter."""

    kind = "longtext"

    def __init__(self, label: str, *, longest: int = PAGE, **more: Any) -> None:
        super().__init__(label, longest=longest, **more)


class Name(Text):
    """The name of a person or an organisation: blanks at its ends and what nobody sees inside are left out, and told."""

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> str:
        seen = bare(value) if isinstance(value, str) else ""
        return super()._deserialize(seen or value, attr, data, **kwargs)

    def remarks(self, typed: Any, value: Any, pointer: str) -> Iterator[Finding]:
        if normal(typed) != value:
            gone = "".join(one for one in typed if typed.count(one) > value.count(one))
            message = f"“{self.label}”首尾的空白和字间看不见的字符（{points(gone)}）已经去掉，请核对印出的名称。"
            yield Finding(code="blanks-left-out", severity="info", message=message, pointer=pointer)
        yield from added(self.label, value, pointer)


class Title(Text):
    """The name of a paper in a list to which the document gives numbers and marks (GB/T 9704-2012 7.3.4)."""

    def remarks(self, typed: Any, value: Any, pointer: str) -> Iterator[Finding]:
        yield from added(self.label, value, pointer, basis="GB/T 9704-2012 7.3.4")


def added(label: str, value: str, pointer: str, *, basis: str = "") -> Iterator[Finding]:
    """What stands about a name and is not part of it: a number before, a mark behind."""
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

    kind = "email"

    def fault(self, text: str) -> str | None:
        return None if EMAIL.fullmatch(text) else "电子邮箱应形如name@example.com"


class Phone(Text):
    """A telephone or fax number as written in China."""

    kind = "tel"

    def fault(self, text: str) -> str | None:
        return identity.phone_fault(text)


class Postcode(Text):
    """A Chinese postcode: six digits."""

    def fault(self, text: str) -> str | None:
        return identity.postcode_fault(text)


class Uscc(Text):
    """A 统一社会信用代码 (GB 32100)."""

    def fault(self, text: str) -> str | None:
        return identity.uscc_fault(text)


class IdNumber(Text):
    """The number of an identity document; `kind_key` is the question beside it that names its kind."""

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


class Date(Question):
    """A day, written 2026-03-01."""

    kind = "date"

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> date:
        if not isinstance(value, str):
            raise self.wrong_type("日期，写作2026-03-01")
        if not re.fullmatch(r"\d{4}-\d{2}-\d{2}", value, re.ASCII):
            raise refuse("format", f"“{self.label}”请写作2026-03-01的形式。")
        try:
            return date.fromisoformat(value)
        except ValueError:
            raise refuse("no_such_day", f"“{self.label}”：没有{value}这一天，请核对。") from None

    def json_type(self) -> dict[str, Any]:
        return {"type": "string", "format": "date", "pattern": "^[0-9]{4}-[0-9]{2}-[0-9]{2}$"}


class Number(Question):
    """A whole number."""

    kind = "number"

    def __init__(self, label: str, *, least: int = 0, most: int = 10**9, **more: Any) -> None:
        super().__init__(label, **more)
        self.least, self.most = least, most

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> int:
        if not isinstance(value, int) or isinstance(value, bool):
            raise self.wrong_type("整数")
        if not self.least <= value <= self.most:
            raise refuse("range", f"“{self.label}”应在{self.least}和{self.most}之间。")
        return value

    def json_type(self) -> dict[str, Any]:
        return {"type": "integer", "minimum": self.least, "maximum": self.most}


class Money(Question):
    """An amount of yuan with at most two decimals, as text ("380.50") or a whole number."""

    kind = "money"
    form = re.compile(r"(0|[1-9][0-9]{0,9})(\.[0-9]{1,2})?")

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> Decimal:
        if isinstance(value, bool) or not isinstance(value, int | str):
            raise self.wrong_type("金额，写作文字，例如“380.50”")
        if not self.form.fullmatch(str(value)):
            raise refuse("format", f"“{self.label}”应为不小于0、最多两位小数的金额，例如380.50。")
        return Decimal(str(value))

    def json_type(self) -> dict[str, Any]:
        return {
            "type": ["string", "integer"],
            "pattern": f"^{self.form.pattern}$",
            "minimum": 0,
            "maximum": 9_999_999_999,
        }


class YesNo(Question):
    """Yes or no: JSON true or false."""

    kind = "yesno"

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> bool:
        if not isinstance(value, bool):
            raise self.wrong_type("true或者false")
        return value

    def json_type(self) -> dict[str, Any]:
        return {"type": "boolean"}


class Choice(Question):
    """One of `options`, a mapping of value to what the clerk reads."""

    kind = "choice"

    def __init__(self, label: str, *, options: Mapping[str, str], **more: Any) -> None:
        super().__init__(label, **more)
        self.options = dict(options)

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> str:
        if not isinstance(value, str):
            raise self.wrong_type("下列之一：" + self.listed())
        if value not in self.options:
            raise refuse("option", f"“{self.label}”没有这个选项，请从下列各项中选择：{self.listed()}。")
        return value

    def listed(self) -> str:
        """The options as a reader of the API needs them."""
        return "、".join(f"{value}（{label}）" for value, label in self.options.items())

    def json_type(self) -> dict[str, Any]:
        return {"type": "string", "enum": list(self.options), "x-labels": self.options}


class Choices(Choice):
    """Any of `options`, each once."""

    kind = "choices"

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> Any:
        if not isinstance(value, list):
            raise self.wrong_type("列表，每项是下列之一：" + self.listed())
        chosen = [super(Choices, self)._deserialize(one, attr, data, **kwargs) for one in value]
        if len(set(chosen)) < len(chosen):
            raise refuse("repeated", f"“{self.label}”中同一选项选了两次。")
        return chosen

    def json_type(self) -> dict[str, Any]:
        return {"type": "array", "items": super().json_type(), "uniqueItems": True}


class Block(Question):
    """A group of questions with one label.

    `printed` names those that this document prints (None: all), `needs` those that it can't do without.
    """

    kind = "block"

    def __init__(
        self,
        label: str,
        schema: type[Questions],
        *,
        printed: Sequence[str] | None = None,
        needs: Sequence[str] = (),
        **more: Any,
    ) -> None:
        super().__init__(label, **more)
        self.schema, self.printed, self.needs = schema, printed, needs
        self._meant: Questions | None = None

    def __deepcopy__(self, memo: dict[int, Any]) -> Any:
        fresh = copy(self)
        fresh._meant = None  # a copy may come to be on file
        return fresh

    def questions(self) -> Questions:
        """The group's questions as they are meant here: required, and on file where they are not printed."""
        if self._meant is None:
            self._meant = self._mean()
        return self._meant

    def _mean(self) -> Questions:
        schema = self.schema()
        for key, question in schema.questions():
            question.required = question.required or key in self.needs
            if self.on_file or (self.printed is not None and key not in self.printed):
                question.on_file = True
        return schema

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> Any:
        if not isinstance(value, Mapping):
            raise self.wrong_type("一组填写项")
        return self.questions().load(value)

    def sample(self, office: Any, *, full: bool = False) -> Any:
        if self.example is not None or not (self.in_sample or full):
            return super().sample(office, full=full)
        return self.questions().sample(office, full=full) or None

    def json_type(self) -> dict[str, Any]:
        return self.questions().json_schema()


class Rows(Block):
    """A list of groups: one row each, between `least` and `most` of them."""

    kind = "rows"

    def __init__(self, label: str, schema: type[Questions], *, least: int = 0, most: int = 100, **more: Any) -> None:
        super().__init__(label, schema, **more)
        self.least, self.most = least, most

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> Any:
        if not isinstance(value, list):
            raise self.wrong_type("列表，每项是一组填写项")
        if not self.least <= len(value) <= self.most:
            raise refuse("rows", f"“{self.label}”应有{self.least}至{self.most}项，现在是{len(value)}项。")
        rows, faults = [], {}
        for i, one in enumerate(value):
            try:
                rows.append(super()._deserialize(one, attr, data, **kwargs))
            except ma.ValidationError as error:
                faults[i] = error.messages
        if faults:
            raise ma.ValidationError(faults)  # nested like the data
        return rows

    def sample(self, office: Any, *, full: bool = False) -> Any:
        if self.example is not None:
            return super(Block, self).sample(office, full=full)
        row = super().sample(office, full=full)
        return [row] if row else None

    def json_type(self) -> dict[str, Any]:
        return {"type": "array", "items": super().json_type(), "minItems": self.least, "maxItems": self.most}


class Lines(Question):
    """A list of one-line texts, each of the kind `of`."""

    kind = "lines"

    def __init__(
        self,
        label: str,
        *,
        least: int = 0,
        most: int = 50,
        longest: int = LINE,
        of: type[Text] = Text,
        **more: Any,
    ) -> None:
        super().__init__(label, **more)
        self.least, self.most = least, most
        self.line = of(label, longest=longest)

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> list[str]:
        if not isinstance(value, list):
            raise self.wrong_type("列表，每项是一行文字")
        if not self.least <= len(value) <= self.most:
            raise refuse("rows", f"“{self.label}”应有{self.least}至{self.most}项，现在是{len(value)}项。")
        lines, faults = [], {}
        for i, one in enumerate(value):
            try:
                lines.append(self.line.deserialize(one))
            except ma.ValidationError as error:
                faults[i] = error.messages
        if faults:
            raise ma.ValidationError(faults)  # nested like the data
        return lines

    def remarks(self, typed: Any, value: Any, pointer: str) -> Iterator[Finding]:
        for i, (one, line) in enumerate(zip(typed, value, strict=True)):
            yield from self.line.remarks(one, line, f"{pointer}/{i}")

    def json_type(self) -> dict[str, Any]:
        return {"type": "array", "items": self.line.json_type(), "minItems": self.least, "maxItems": self.most}


class Questions(ma.Schema):
    """The questions of a document or of one of its blocks. Null and "" mean that nothing was answered."""

    class Meta:
        unknown = ma.RAISE

    error_messages = {  # noqa: RUF012  # as marshmallow types it
        "unknown": Message("unknown", "没有这一项，请对照填写说明核对名称。"),
        "type": Message("type", "应为一组填写项（JSON对象）。"),
    }

    @ma.pre_load
    def leave_out_unanswered(self, data: Any, **kwargs: Any) -> Any:
        """Drop null and empty values of known questions, so that absent, null and "" mean the same."""
        if not isinstance(data, Mapping):
            return data
        return {key: value for key, value in data.items() if key not in self.fields or value not in (None, "")}

    def questions(self) -> Iterator[tuple[str, Question]]:
        """Key and question, in the order of declaration."""
        for key, question in self.fields.items():
            if isinstance(question, Question):
                yield key, question

    def sample(self, office: Any, *, full: bool = False) -> dict[str, Any]:
        """The examples as one valid payload; `full` with those of the questions that the sample leaves out."""
        samples = ((key, question.sample(office, full=full)) for key, question in self.questions())
        return {key: sample for key, sample in samples if sample is not None}

    def compute(self, payload: dict[str, Any]) -> dict[str, Any]:
        """The answers, right or wrong, with what follows from them filled in; by default nothing does."""
        return payload

    def json_schema(self) -> dict[str, Any]:
        """The questions as JSON Schema 2020-12."""
        questions = list(self.questions())
        schema: dict[str, Any] = {
            "type": "object",
            "properties": {key: question.json_schema() for key, question in questions},
            "additionalProperties": False,
        }
        if required := [key for key, question in questions if question.required]:
            schema["required"] = required
        return schema


class OverrideQuestions(Questions):
    """One finding that the clerk goes past, with the reason that stays on file."""

    code = Text("提示代码", example="late", in_sample=False, required=True, on_file=True)
    reason = LongText(
        "理由",
        example="已向负责人报告并经同意。",
        in_sample=False,
        required=True,
        shortest=4,
        longest=500,
        on_file=True,
    )


class StaffQuestions(Questions):
    """The questions of a document that staff write: with drafts and overrides."""

    draft = YesNo(
        "按草稿生成",
        help="审批在前、编号在后：草稿可以暂不填写文号和日期，文书上会标明“草稿”。",
        example=True,
        in_sample=False,
        on_file=True,
    )
    overrides = Rows(
        "坚持出具的理由",
        OverrideQuestions,
        help="对标明可以坚持的提示，写明代码和理由后可以出具；理由留存备查，不印在文书上。",
        in_sample=False,
        on_file=True,
    )


@cache
def asked(schema: type[Questions], *, draft: bool = False) -> Questions:
    """The questions of a schema, made once and not to be changed; a draft may leave some of them open."""
    questions = schema()
    for _, question in questions.questions():
        question.required = question.required and not (draft and question.open_in_draft)
    return questions


def load(schema: type[Questions], payload: Any) -> dict[str, Any]:
    """The answers of a payload; InvalidInput names every fault with its pointer."""
    questions = asked(schema, draft=isinstance(payload, Mapping) and payload.get("draft") is True)
    try:
        return dict(questions.load(payload))
    except ma.ValidationError as error:
        raise InvalidInput(_flat(error.messages)) from None


def _flat(messages: Any, pointer: str = "") -> Iterator[Fault]:
    if isinstance(messages, Mapping):
        for key, below in messages.items():
            yield from _flat(below, pointer if key == "_schema" else f"{pointer}/{token(key)}")
        return
    for message in messages if isinstance(messages, list) else [messages]:
        if isinstance(message, Mapping):
            yield from _flat(message, pointer)
        else:
            yield Fault(pointer, getattr(message, "code", "invalid"), str(message))
