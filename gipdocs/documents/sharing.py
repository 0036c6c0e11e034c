"""Schemas that say each thing once: whatever is repeated stands under a name of its own and is referred to."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

from gipdocs.questions import Questions
from gipdocs.questions.groups import Block
from gipdocs.questions.question import NOTHING

Schema = dict[str, Any]
LEAST_SHARED = 50
"""Characters of JSON from which a repeated schema is worth a name; a reference has about 40."""
LISTS = ("anyOf", "oneOf", "allOf", "prefixItems")
SINGLES = ("items", "additionalProperties")
SAYS_NOTHING: Schema = {"enum": [*NOTHING]}
"""What stands for a question that was not answered: null or ""."""
NAMED = ("enum", "properties")
"""Schemas with one of these become types of a generated client, so that they need a name."""


def name_blocks(schemas: Iterable[Questions], change: Callable[[Schema], Schema]) -> dict[str, str]:
    """English names for the schemas of all blocks in these questions, by the schemas' JSON: those of their classes.

    `change` gives a schema as it will be shared.
    """
    names: dict[str, str] = {}
    for questions in schemas:
        for _, question in questions.walk():
            if isinstance(question, Block):
                name = question.schema.__name__.removesuffix("Questions")
                names.setdefault(_spell(change(question.questions().json_schema())), name)
    return names


def share(schemas: Mapping[str, Schema], names: Mapping[str, str], taken: Iterable[str] = ()) -> dict[str, Schema]:
    """The schemas, and those hoisted out of them, by name; `names` are those of known schemas, by their JSON.

    Hoisted is what is repeated, and every type; what equals one of these schemas refers to it. A schema without a known
    name is called after the property where it is first found, with a number if others have that name: another of these,
    or one of `taken`.
    """
    return _Sharing(schemas, names, taken).share()


def _spell(schema: Mapping[str, Any]) -> str:
    return json.dumps(schema, ensure_ascii=False, sort_keys=True)


def _inner(schema: Schema) -> Iterator[tuple[str, Schema]]:
    """The schemas directly within a schema, each with the key of its property or ""."""
    yield from ((key, one) for key, one in schema.get("properties", {}).items() if isinstance(one, dict))
    yield from (("", schema[key]) for key in SINGLES if isinstance(schema.get(key), dict))
    yield from (("", one) for key in LISTS for one in schema.get(key, ()))


def _is_list_of_either(schema: Schema) -> bool:
    """Whether it is a list of something or null: a generated client with several of one name passes no type checker."""
    return isinstance(schema.get("items", {}).get("type"), list)


def _name_plain(schema: Schema) -> str:
    """The name of a schema that any question may have, "" for others."""
    match schema:
        case {"anyOf": [{"type": "null"}, {"type": "string", "enum": ["", *_]}, *_]}:
            return "Empty"
        case {"type": "string", "format": "date"}:
            return "Day"
        case {"type": "string", "minLength": least, "maxLength": most} if len(schema) == 3:
            return f"Text{most}" if least == 1 else f"Text{least}To{most}"
        case {"type": "boolean"}:
            return "YesNo"
        case {"enum": [None, ""]}:
            return "Nothing"
        case {"anyOf": [one, nothing]} if nothing == SAYS_NOTHING and (name := _name_plain(one)):
            return f"Optional{name}"
    return ""


def _is_type(schema: Schema) -> bool:
    return any(word in schema for word in NAMED)


def _map_inner(schema: Schema, change: Callable[[str, Schema], Schema]) -> Schema:
    """The schema with every schema directly within it changed."""
    mapped = dict(schema)
    if "properties" in schema:
        mapped["properties"] = {
            key: change(key, one) if isinstance(one, dict) else one for key, one in schema["properties"].items()
        }
    for key in SINGLES:
        if isinstance(schema.get(key), dict):
            mapped[key] = change("", schema[key])
    for key in LISTS:
        if key in schema:
            mapped[key] = [change("", one) for one in schema[key]]
    return mapped


class _Sharing:
    """Counts what is repeated, then replaces it."""

    def __init__(self, schemas: Mapping[str, Schema], names: Mapping[str, str], taken: Iterable[str]) -> None:
        self.schemas, self.names = schemas, names
        self.uses: dict[str, int] = {}
        self.hoisted = {_spell(schema): name for name, schema in reversed([*schemas.items()]) if _is_type(schema)}
        self.shared: dict[str, Schema] = {}
        self.taken = {name.lower() for name in (*schemas, *taken)}

    def share(self) -> dict[str, Schema]:
        for schema in self.schemas.values():
            for key, one in _inner(schema):
                self._count(one, key)
        given = {name: self._inside(schema, "", name) for name, schema in self.schemas.items()}
        return {**given, **dict(sorted(self.shared.items()))}

    def _count(self, schema: Schema, key: str) -> None:
        """Count the uses of a schema; what is within is counted once for all its uses."""
        spelt = _spell(schema)
        self.uses[spelt] = self.uses.get(spelt, 0) + 1
        if self.uses[spelt] == 1:
            for below, one in _inner(schema):
                self._count(one, below or key)

    def _replace(self, schema: Schema, key: str, parent: str) -> Schema:
        """A reference to the schema if it is repeated or a type, else the schema with everything in it replaced."""
        spelt = _spell(schema)
        if "$ref" in schema or _is_list_of_either(schema) or not (self._is_repeated(spelt) or _is_type(schema)):
            return self._inside(schema, key, parent)
        if spelt not in self.hoisted:
            alone = f"{parent}_value" if parent.endswith(pascal(key)) else f"{parent}_{key}"
            wanted = self.names.get(spelt) or _name_plain(schema) or (key if self._is_repeated(spelt) else alone)
            name = self.hoisted[spelt] = self._name(wanted)
            self.shared[name] = self._inside(schema, key, name)
        return {"$ref": f"#/components/schemas/{self.hoisted[spelt]}"}

    def _inside(self, schema: Schema, key: str, parent: str) -> Schema:
        return _map_inner(schema, lambda below, one: self._replace(one, below or key, parent))

    def _is_repeated(self, spelt: str) -> bool:
        return self.uses.get(spelt, 0) > 1 and len(spelt) > LEAST_SHARED

    def _name(self, wanted: str) -> str:
        name = plain = pascal(wanted)
        number = 1
        while name.lower() in self.taken:
            number += 1
            name = f"{plain}{number}"
        self.taken.add(name.lower())
        return name


def pascal(name: str) -> str:
    """The name as one of a type: loan-slip becomes LoanSlip."""
    return "".join(part[:1].upper() + part[1:] for part in re.split(r"[^A-Za-z0-9]+", name) if part) or "Answer"
