"""Several sets of questions; the answer to one question says which set applies."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import marshmallow as ma

from gipdocs.errors import Fault, InvalidInput, token
from gipdocs.questions.choices import Choice
from gipdocs.questions.groups import Questions, load, prepare_questions
from gipdocs.questions.question import NOTHING

NOT_AN_OBJECT = "应为一组填写项（JSON对象）。"


@dataclass(frozen=True, kw_only=True)
class Alternatives:
    """One set of questions for each option of `choice`, whose answer is at `key`.

    A payload may also have keys of the other sets if their values are empty: null, "", or one of `nothing`.
    """

    key: str
    choice: Choice
    schemas: Mapping[str, type[Questions]]
    nothing: tuple[Any, ...] = ()

    def load(self, payload: Any) -> tuple[str, dict[str, Any]]:
        """The chosen option and the answers to its questions; InvalidInput names every fault with its pointer."""
        if not isinstance(payload, Mapping):
            raise InvalidInput([Fault("", "type", NOT_AN_OBJECT)])
        option = self._option(payload)
        schema = self.schemas[option]
        strange = {key: value for key, value in payload.items() if self._is_of_another(key, schema)}
        faults = [self._fault(key, option) for key, value in strange.items() if not self._says_nothing(value)]
        own = {key: value for key, value in payload.items() if key != self.key and key not in strange}
        try:
            answers = load(schema, own)
        except InvalidInput as error:
            raise InvalidInput([*faults, *error.faults]) from None
        if faults:
            raise InvalidInput(faults)
        return option, answers

    def json_schemas(self) -> dict[str, dict[str, Any]]:
        """JSON Schema 2020-12 of each alternative, by option."""
        return {option: self._json_schema(option) for option in self.schemas}

    def _json_schema(self, option: str) -> dict[str, Any]:
        schema = prepare_questions(self.schemas[option]).json_schema()
        known = (key for other in self.schemas.values() for key in prepare_questions(other).fields)
        empty = {"enum": [*NOTHING, *self.nothing]}
        others = {key: empty for key in known if key not in schema["properties"]}
        chosen = {"const": option, "title": self.choice.label, "description": self.choice.options[option]}
        return {
            **schema,
            "title": self.choice.options[option],
            "properties": {self.key: chosen, **schema["properties"], **others},
            "required": [self.key, *schema.get("required", [])],
        }

    def _option(self, payload: Mapping[str, Any]) -> str:
        """The chosen option; for any other answer InvalidInput, which also names the keys that no alternative knows."""
        value = payload.get(self.key)
        try:
            return str(self.choice.deserialize(ma.missing if value in NOTHING else value))
        except ma.ValidationError as error:
            faults = [Fault(f"/{self.key}", getattr(one, "code", "invalid"), str(one)) for one in error.messages]
            known = {self.key}.union(*(prepare_questions(schema).fields for schema in self.schemas.values()))
            unknown = str(Questions.error_messages["unknown"])
            strange = [Fault(f"/{token(key)}", "unknown", unknown) for key in payload if key not in known]
            raise InvalidInput([*faults, *strange]) from None

    def _is_of_another(self, key: str, schema: type[Questions]) -> bool:
        return key not in prepare_questions(schema).fields and any(
            key in prepare_questions(one).fields for one in self.schemas.values()
        )

    def _says_nothing(self, value: Any) -> bool:
        return any(type(value) is type(one) and value == one for one in (*NOTHING, *self.nothing))

    def _fault(self, key: str, option: str) -> Fault:
        label = next(
            prepare_questions(one).fields[key] for one in self.schemas.values() if key in prepare_questions(one).fields
        )
        name = getattr(label, "label", key)
        detail = f"{self.choice.label}选“{self.choice.options[option]}”的，不填“{name}”，请清空这一项。"
        return Fault(f"/{token(key)}", "not-for-kind", detail)
