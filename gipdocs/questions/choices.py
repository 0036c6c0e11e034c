"""Questions that are answered by yes or no, or by options."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

from gipdocs.questions.question import Question, refuse

Fits = tuple[str, Mapping[str, Collection[str]]]
"""The key of an earlier question, and for each of its answers the options that fit it."""


class YesNo(Question):
    """Yes or no: JSON true or false."""

    kind, kind_label = "yesno", "是或者否"

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> bool:
        if not isinstance(value, bool):
            raise self.wrong_type("true或者false")
        return value

    def json_type(self) -> dict[str, Any]:
        return {"type": "boolean"}


class Choice(Question):
    """One of `options`, a mapping of value to what the clerk reads.

    `fits`: (key, {answer: values}) of an earlier question: once that is answered, only these options are offered.
    """

    kind, kind_label = "choice", "单选"

    def __init__(self, label: str, *, options: Mapping[str, str], fits: Fits | None = None, **more: Any) -> None:
        super().__init__(label, **more)
        self.options, self.fits = dict(options), fits

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> str:
        if not isinstance(value, str):
            raise self.wrong_type("下列之一：" + self.listed())
        if value not in self.options:
            rule = f"，{self.rule}" if self.rule else ""
            raise refuse("option", f"“{self.label}”没有这个选项，请从下列各项中选择：{self.listed()}{rule}。")
        return value

    def listed(self) -> str:
        """The options as a reader of the API needs them."""
        return "、".join(f"{value}（{label}）" for value, label in self.options.items())

    def json_type(self) -> dict[str, Any]:
        return {"type": "string", "enum": list(self.options), "x-labels": self.options}


class Choices(Choice):
    """Any of `options`, each once; one alone may stand without a list."""

    kind, kind_label = "choices", "多选"

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> Any:
        if isinstance(value, str):
            value = [value]
        if not isinstance(value, list):
            raise self.wrong_type("列表，每项是下列之一：" + self.listed())
        chosen = [super(Choices, self)._deserialize(one, attr, data, **kwargs) for one in value]
        if len(set(chosen)) < len(chosen):
            raise refuse("repeated", f"“{self.label}”中同一选项选了两次。")
        return chosen

    def json_type(self) -> dict[str, Any]:
        one = super().json_type()
        return {"anyOf": [{"type": "array", "items": one, "uniqueItems": True}, one]}
