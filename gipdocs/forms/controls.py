"""Controls: each holds one answer as a person typed or chose it, and returns it as JSON data."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from datetime import date
from typing import Any

from wtforms import StringField
from wtforms.meta import DefaultMeta
from wtforms.widgets import TextArea, TextInput

from gipdocs.forms.reading import read_answer, read_text
from gipdocs.questions import LINE, Choices, Question, StaffQuestions

MOST_RADIO_BUTTONS = 5
OWN_KEYS = tuple(StaffQuestions._declared_fields)
"""The machine's own questions, which are at the end of every form."""
UNSHOWABLE = re.compile("[\x00\ud800-\udfff]")
TRUTHS: dict[Any, bool] = {"true": True, "false": False}
KEYBOARDS = {
    "email": "email",
    "tel": "tel",
    "number": "numeric",
    "money": "decimal",
    "decimal": "decimal",
    "postcode": "numeric",
}
PLACEHOLDER = 40
"""The longest example, in characters, that is shown in an empty field."""


class FormMeta(DefaultMeta):  # type: ignore[misc]  # WTForms has no types
    """What WTForms hands to every field of a form: the day on which it is filled in, None if nobody has told."""

    def __init__(self, today: date | None) -> None:
        self.today = today


class Typed(StringField):  # type: ignore[misc]  # WTForms has no types
    """One text as it was typed, whatever kind of answer it is meant to be; the page shows it as it was read.

    What was put into it by `show` is data and stays as it is.
    """

    data: Any = None
    is_typed = False

    def __init__(self, *, question: Question, example: Any = None, **more: Any) -> None:
        self.question, self.example = question, example
        super().__init__(question.label, **more)

    def process_formdata(self, valuelist: list[str]) -> None:
        """Take what a browser sent."""
        super().process_formdata(valuelist)
        self.is_typed = True

    @property
    def text(self) -> str:
        """What was typed, as the question writes it; the text itself if that isn't clear."""
        text = self.data or ""
        readable = self.is_typed and 0 < len(text.strip()) <= LINE
        return read_text(self.question, text, self.meta.today) if readable else text

    @property
    def rewritten(self) -> str:
        """What was typed, if it reads differently now; a day is told by its own sentence."""
        typed = (self.data or "").strip()
        return typed if self.question.kind != "date" and typed != self.text.strip() else ""

    @property
    def is_unclear(self) -> bool:
        """Whether the text is no day as data give it."""
        try:
            return date.fromisoformat(self.text).isoformat() != self.text
        except ValueError:
            return True

    def _value(self) -> str:  # what WTForms puts into the control
        return self.text

    @property
    def widget(self) -> Any:
        """A widget that can show the current text without changing it."""
        text = self.text
        return TextArea() if self.question.kind == "longtext" or "\n" in text or "\r" in text else TextInput()

    @property
    def hints(self) -> dict[str, str]:
        """HTML attributes that help the browser; none of them restricts what can be typed."""
        text = format_value(self.example).partition("\n")[0]
        hints = {"placeholder": f"例如：{text}"} if 0 < len(text) <= PLACEHOLDER else {}
        if self.question.kind == "date":
            hints["autocomplete"] = "off"  # its list of earlier entries would lie over the day that was read
        keyboard = KEYBOARDS.get(self.question.kind)
        return hints | ({"inputmode": keyboard} if keyboard else {})

    def answer(self) -> Any:
        """The typed text as JSON data; None if nothing is typed."""
        return read_answer(self.question, self.text)

    def show(self, value: Any) -> None:
        """Put an answer into the field."""
        self.data, self.is_typed = format_value(value), False

    def below(self, token: str) -> Any:
        """None: a single text has no sub-fields."""
        return None

    def fields(self) -> Iterator[Any]:
        """A single text has no sub-fields."""
        yield from ()


class Chosen(Typed):
    """One or several of the options; `clearable`: a choice can be taken back although the question is required."""

    clearable = False

    @property
    def several(self) -> bool:
        """Whether more than one option may be chosen."""
        return isinstance(self.question, Choices)

    @property
    def shape(self) -> str:
        """How the options are offered: select, radio, checkboxes, or the one checkbox of the machine's own question."""
        if self.name in OWN_KEYS:
            return "checkbox"
        if self.several:
            return "checkboxes"
        return "select" if len(getattr(self.question, "options", TRUTHS)) > MOST_RADIO_BUTTONS else "radio"

    def process_data(self, value: Any) -> None:
        self.data = []

    def process_formdata(self, valuelist: list[str]) -> None:
        self.data = [value for value in valuelist if value]

    def options(self) -> Iterator[tuple[str, str, bool]]:
        """Value, label and whether it is chosen, for each option.

        Includes an option for giving no answer, and values that were sent although they are not offered.
        """
        offered = dict(getattr(self.question, "options", {"true": "是", "false": "否"}))
        owed = self.question.required and not self.clearable
        if self.shape == "select" or (self.shape == "radio" and not owed):
            yield "", "请选择" if owed else "不填写", not self.data
        for value, label in offered.items():
            yield value, label, value in self.data
        yield from ((value, f"{value}（没有这个选项）", True) for value in self.data if value not in offered)

    def answer(self) -> Any:
        if self.several or len(self.data) > 1:
            return self.data or None
        value = self.data[0] if self.data else None
        return TRUTHS.get(value, value) if self.question.kind == "yesno" else value

    def show(self, value: Any) -> None:
        self.data = [format_value(one) for one in (value if isinstance(value, list) else [value])]


def format_value(value: Any) -> str:
    """JSON data as the text of a field or a page; characters that no page can contain become U+FFFD."""
    if value is None:
        return ""
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    return UNSHOWABLE.sub("\ufffd", text)
