"""A matrix of cases, each letter with each shape and course: its sentences are whole, and what they claim is so."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Mapping
from itertools import product
from random import Random
from typing import Any

import pytest

from gipdocs.documents.build import examine, fill, origin
from gipdocs.documents.registry import Registry
from gipdocs.law import Office
from gipdocs.writing import numeral
from plugins.replies import REPLIES

from .matrix import APPLICANTS, COURSES, ITEMS, NOTICES, SEED, SHAPES, TURNS, Case, cases, you
from .sentences import (
    CLAIMS,
    PATTERNS,
    find_other_addresses,
    find_patterns,
    find_repetitions,
    find_unended,
    find_untrue_claims,
)

CASES = cases()
BY_LETTER = {id: [case for case in CASES if case.id == id] for id in (*REPLIES, *NOTICES)}
READ_ALOUD = 50


@pytest.mark.slow
@pytest.mark.parametrize("id", BY_LETTER)
def test_every_case_of_a_letter_reads_well_and_says_what_is_so(id: str, registry: Registry, office: Office) -> None:
    for case in BY_LETTER[id]:
        paragraphs, found = case.written(registry, office)
        answers = case.payload(registry, office)
        faults = [
            *find_patterns(paragraphs),
            *find_untrue_claims(paragraphs, case.facts(answers)),
            *find_other_addresses(paragraphs, you(answers)),
            *find_repetitions(paragraphs),
            *find_unended(paragraphs),
        ]
        assert faults == [], case
        assert untold(case, paragraphs, answers) == [], case
        assert [one.code for one in found if one.severity == "error"] == [], case


def untold(case: Case, paragraphs: list[str], answers: Mapping[str, Any]) -> list[str]:
    """What the case holds and its letter doesn't tell."""
    letter, applications = "\n".join(paragraphs), 1 + len(answers.get("applications", []))
    course = {
        "corrected": r"收到.*补正材料",
        "extended": r"延长答复期限（聊机管公开〔2026〕20号）",
        "consulted": r"征求意见的情况（聊机管公开〔2026〕21号）",
        "decision": r"作出政复决字〔2026〕15号行政复议决定，撤销该答复书，",
        "judgment": r"作出（2026）某1502行初3号行政判决，撤销该答复书的一部分，",
        "own": r"已于2026年8月17日自行撤销（聊机管公开〔2026〕30号）。",
    }
    owed = [
        course.get(case.course, ""),
        f"提交的{applications}件政府信息公开申请" if applications > 1 else "",
        *(f"(?m)^第{numeral(i)}件，" for i in range(1, applications + 1) if applications > 1),
        *(f"关于“{row['title']}”" for row in answers.get("items", [])),
    ]
    return [words for words in owed if not re.search(words, letter)]


@pytest.mark.slow
def test_cases_chosen_by_chance_are_filled_into_their_layouts(registry: Registry, office: Office) -> None:
    for case in Random(SEED).sample(CASES, READ_ALOUD):
        entry = registry[case.id]
        answers, _ = examine(entry, case.payload(registry, office), office)
        letter = fill(entry, answers, office, origin(entry, office))[0].text
        assert all(line in letter for one in case.written(registry, office)[0] for line in one.split("\n")), case


def test_every_pair_of_values_comes_up() -> None:
    pairs = Counter(pair for case in CASES for pair in product((case.id, case.shape, case.course), (case.applicant,)))
    assert {first for first, _ in pairs} == {*BY_LETTER, *SHAPES, *COURSES}
    assert len(pairs) == (len(BY_LETTER) + len(SHAPES) + len(COURSES)) * len(APPLICANTS)
    assert {(case.shape, case.course) for case in CASES} == set(product(SHAPES, COURSES))
    assert {(case.id, case.turn) for case in CASES} >= {
        (id, i) for id, turns in TURNS.items() for i in range(len(turns))
    }
    assert {one for case in CASES for one in case.outcomes} == set(ITEMS)


BAD = {
    "two marks": "本机关决定不予公开。。",
    "nothing within marks": "你申请公开：“”，本机关已经收到。",
    "title marks within title marks": "依照《关于印发《办法》的通知》的规定。",
    "quotation marks within quotation marks": "你申请公开：“关于“甲”的批复”。",
    "an act named twice in one list": "根据《甲条例》第三十七条、《甲条例》第三十六条的规定。",
    "a placeholder": "本机关于None收到申请。",
    "a mark at the beginning": "，本机关决定不予公开。",
    "a mark after an address": "网址：http://www.example.gov.cn/a.html。",
    "a verb without its object": "根据上述规定，现向你们提供（见附件1）。",
    "a search told twice": "经检索，没有找到该项信息。经检索档案系统，没有记载。",
    "items that are counted": "你的申请包含3项内容。",
    "a word doubled": "你的的申请已经收到。",
    "a blank within Chinese": "本机关 已经收到。",
}


@pytest.mark.parametrize("name", PATTERNS)
def test_a_fault_of_grammar_is_found(name: str) -> None:
    assert any(one.startswith(f"{name}: ") for one in find_patterns([BAD[name]]))
    assert find_patterns(["经审查，你申请公开的信息可以公开，现向你提供该信息（见附件）。"]) == []


@pytest.mark.parametrize(
    "sentence",
    [
        "补正后仍不明确的，本机关无法提供。",
        "因此，本机关不能按照政府信息公开申请提供。",
        "你可以通过下列渠道提出：热线。",
        "现将有关情况告知你单位。",
        "有关信息可以获取。",
    ],
)
def test_each_verb_without_its_object_is_found(sentence: str) -> None:
    assert find_patterns([sentence]) != []
    assert find_patterns(["你反映的问题，可以通过下列渠道提出：热线。"]) == []


@pytest.mark.parametrize(
    ("claim", "sentence"),
    [
        ("corrected", "经告知补正，本机关收到补正材料。"),
        ("extended", "本机关告知你延长答复期限。"),
        ("consulted", "本机关书面征求了第三方的意见。"),
        ("again", "现重新答复如下。"),
        ("public interest", "本机关认为，不公开会对公共利益造成重大影响。"),
        ("several", "本机关现一并答复。"),
        ("separated", "本机关作了区分处理，现逐项答复如下："),
    ],
)
def test_an_untrue_claim_is_found(claim: str, sentence: str) -> None:
    (found,) = find_untrue_claims([sentence], set(CLAIMS) - {claim})
    assert found.startswith(f"not {claim}: ")
    assert find_untrue_claims([sentence], CLAIMS) == []
    assert find_untrue_claims([f"你申请公开：“{sentence}”"], set(CLAIMS) - {claim}) == []


@pytest.mark.parametrize(
    ("find", "bad", "good"),
    [
        (lambda texts: find_other_addresses(texts, "你们"), ["你的申请已经收到。"], ["你们申请公开：“你的工资”。"]),
        (lambda texts: find_other_addresses(texts, "你"), ["请你单位查阅。"], ["请你查阅。"]),
        (find_repetitions, ["本机关决定不予公开该项信息。"] * 2, ["一、甲", "本机关决定不予公开该项信息。", "二、乙"]),
        (find_unended, ["本机关决定不予公开"], ["一、关于“甲”", "公开：“甲。”", "http://www.example.gov.cn/a"]),
    ],
    ids=["你 beside 你们", "你单位 beside 你", "repetition", "no mark at the end"],
)
def test_other_faults_are_found(find: Callable[[list[str]], list[str]], bad: list[str], good: list[str]) -> None:
    assert find(bad) != []
    assert find(good) == []


def test_a_case_is_the_same_in_each_run() -> None:
    assert cases() == CASES
    assert isinstance(CASES[0], Case)
