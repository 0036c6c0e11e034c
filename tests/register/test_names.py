"""The vocabulary of a case, and declarations that a register can't understand."""

from __future__ import annotations

from pathlib import Path

import pytest

from gipdocs.documents.registry import find
from gipdocs.register.events import KINDS
from gipdocs.register.names import NAMES, find_unknown, name_event
from gipdocs.settings import PROJECT
from tests.documents.makers import plugin, source

DOCUMENTS = {id: entry.document for id, entry in find([PROJECT / "plugins"]).items()}


@pytest.mark.parametrize("id", DOCUMENTS)
def test_a_register_understands_every_document(id: str) -> None:
    assert list(find_unknown(DOCUMENTS[id])) == []


def test_every_name_of_an_event_is_in_the_vocabulary() -> None:
    assert {name for kind in KINDS.values() for name in name_event(kind)} <= set(NAMES)


def test_proofs_of_identity_have_no_name() -> None:
    assert not [name for name in NAMES if "id_" in name]


UNTIL = 'until = Date("日期", example="2026-05-15", required=True{})'


@pytest.mark.parametrize(
    ("options", "fields", "told"),
    [
        ({}, UNTIL.format(', case="delay.untill"'), "/until（日期）：案件里没有“delay.untill”这个名称"),
        ({"event": '"delay"'}, UNTIL.format(""), "没有“delay”这种事件，event可用的是：received、"),
        (
            {"event": '"delayed"'},
            UNTIL.format(""),
            "“延迟答复”需要“确定的答复日期”，请在一个填写项中写case=“delay.until”，或者在event_facts中给出“until”。",
        ),
        (
            {"event": '"delayed"', "event_facts": '{"till": 1}'},
            UNTIL.format(', case="delay.until"'),
            "event_facts里的“till”不是“延迟答复”的内容（until），请改正或者删去。",
        ),
        ({"event_facts": '{"until": 1}'}, UNTIL.format(""), "写了event_facts的，还要写event。"),
    ],
    ids=["unknown name", "unknown event", "fact that nobody gives", "fact of no event", "facts without event"],
)
def test_what_a_register_cannot_understand_is_told_with_its_cure(
    tmp_path: Path, options: dict[str, str], fields: str, told: str
) -> None:
    folder = plugin(tmp_path, source(fields=fields, context="{}", **options))
    (sentence,) = find_unknown(find([folder])["small-note"].document)
    assert sentence.startswith(told)
