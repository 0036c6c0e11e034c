"""The wording files of the replies against the law's data: articles, remedies, dates, names, marks."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from gipdocs.documents.registry import Registry
from gipdocs.law import Office
from gipdocs.law.outcomes import Outcome, Remedy
from gipdocs.service import Service
from plugins.replies.items import NEEDS

from .filled import OUTCOMES

WORDING = Path(__file__).resolve().parents[2] / "doc_templates" / "wording"
RULE = re.compile(r"\{\{ law\.(\w+)")
ACT = re.compile(r"《[^》]+》")
INCLUDE = re.compile(r'\{% include "(_[^"]+)" %\}')
# What the shared files may cite, whichever outcome includes them.
SHARED = {
    "_opening.txt": {"consultation_time", "correction", "fee_payment"},
    "_form.txt": {"form_of_giving"},
    "_separation.txt": {"separation"},
    "_items.txt": {"separation", "answer_given"},
    "_several.txt": {"separation"},
    "_quoted.txt": set[str](),
}
OF_THEIR_OWN = {"reply-needs-making": {"separation"}, "reply-partial": {"answer_given"}}
"""What a reply cites besides the articles of its outcome."""
COMPUTED = ("{{ articles }}", "{{ item.articles }}", "{{ law_name }}", "{{ item.basis }}")


def lines_of(name: str) -> list[str]:
    """The lines of a file that become paragraphs, without its notes and statements."""
    lines = (WORDING / name).read_text(encoding="utf-8").splitlines()
    return [line for line in lines if line.strip() and not line.lstrip().startswith(("{#", "{%"))]


def files() -> list[str]:
    return sorted([*(f"{id}.txt" for id in OUTCOMES), *SHARED])


def test_every_outcome_has_wording_and_every_wording_an_outcome() -> None:
    assert {path.stem for path in WORDING.glob("reply-*.txt")} == set(OUTCOMES)


def test_the_replies_include_only_the_shared_files_named_here() -> None:
    included = {
        name for id in OUTCOMES for name in INCLUDE.findall((WORDING / f"{id}.txt").read_text(encoding="utf-8"))
    }
    assert included == set(SHARED)


@pytest.mark.parametrize("outcome", OUTCOMES.values(), ids=lambda outcome: outcome.id)
def test_a_reply_cites_no_article_but_its_outcomes(outcome: Outcome) -> None:
    assert set(RULE.findall("\n".join(lines_of(f"{outcome.id}.txt")))) == OF_THEIR_OWN.get(outcome.id, set())


@pytest.mark.parametrize("name", SHARED)
def test_a_shared_file_cites_what_is_known_of_it(name: str) -> None:
    assert set(RULE.findall("\n".join(lines_of(name)))) == SHARED[name]


@pytest.mark.parametrize("outcome", OUTCOMES.values(), ids=lambda outcome: outcome.id)
def test_a_reply_prints_the_articles_and_remedies_that_are_computed(outcome: Outcome) -> None:
    source = (WORDING / f"{outcome.id}.txt").read_text(encoding="utf-8")
    assert ("{{ articles }}" in source) == bool(outcome.articles or outcome.choices)
    assert source.rstrip().endswith("{{ remedies }}") == (outcome.remedy is not Remedy.NONE)
    assert source.startswith('{% include "_opening.txt" %}')


@pytest.mark.parametrize("name", files())
def test_wording_holds_no_remedy_no_date_and_no_name(name: str, office: Office) -> None:
    text = "\n".join(lines_of(name))
    profile = office.profile
    names = [profile.name, profile.short_name, profile.government, profile.superior, profile.region, profile.court.name]
    assert not re.search(r"复议|诉讼|起诉|法院|不服", text)
    assert not re.search(r"\d|[〇零一二三四五六七八九十]+年", text)
    assert [name for name in names if name in text] == []


@pytest.mark.parametrize("name", files())
def test_every_sentence_that_states_law_names_its_article(name: str) -> None:
    sentences = [sentence for line in lines_of(name) for sentence in re.split("[。；]", line)]
    stating = [one for one in sentences if re.search(r"依照|根据(?!现有)|依据|按照.*规定", one)]
    unnamed = [one for one in stating if not RULE.search(one) and not any(mark in one for mark in COMPUTED)]
    assert [one for one in unnamed if "上述规定" not in one and "档案利用规定" not in one] == []


@pytest.mark.parametrize("name", files())
def test_no_act_is_named_but_by_the_data_of_the_law(name: str) -> None:
    assert ACT.findall("\n".join(lines_of(name))) == []


@pytest.mark.parametrize("name", files())
def test_wording_is_punctuated_and_not_doubled(name: str) -> None:
    for line in lines_of(name):
        assert line.startswith("# ") or line.endswith(("。", "：", "}}")), line
        assert not re.search(r"。。|，，|特此|的的|[,;:?!]", line), line
        phrases = re.findall(r"本机关决定[^，。]+|不予处理|不再处理", line)
        assert len(phrases) == len(set(phrases)), line


def test_no_two_lines_of_a_reply_say_the_same() -> None:
    for id in OUTCOMES:
        branches = re.split(r"\{% (?:if|endif)[^%]*%\}", (WORDING / f"{id}.txt").read_text(encoding="utf-8"))
        for branch in branches:
            lines = [line for line in branch.splitlines() if line.strip()]
            assert len(lines) == len(set(lines)), id


BRANCH = re.compile(r"\{% if item\.(\w+) %\}")
BRANCHES = {id.removeprefix("reply-").replace("-", "_"): id for id in NEEDS}


def branches() -> dict[str, str]:
    """The lines of each outcome's branch in the wording of items, by the outcome's name there."""
    pieces = BRANCH.split((WORDING / "_items.txt").read_text(encoding="utf-8"))[1:]
    found: dict[str, str] = {}
    for name, lines in zip(pieces[::2], pieces[1::2], strict=True):
        if name in BRANCHES:
            assert name not in found
            found[current := name] = lines
        else:
            found[current] += lines
    return found


def test_every_outcome_of_an_item_has_a_branch_of_its_own() -> None:
    assert set(branches()) == set(BRANCHES)


@pytest.mark.parametrize("name", [name for name, id in BRANCHES.items() if OUTCOMES[id].articles])
def test_every_branch_prints_the_articles_of_its_outcome(name: str) -> None:
    cited = "{{ law.separation }}、{{ law.answer_given.place }}" if name == "partial" else "{{ item.articles }}"
    assert cited in branches()[name]


def test_the_clerk_learns_where_courts_do_not_docket_a_suit(service: Service) -> None:
    registry: Registry = service.registry
    told = {id for id in OUTCOMES if "一般不予立案" in registry[id].document.summary}
    assert told == {id for id, one in OUTCOMES.items() if one.remedy is Remedy.RECON_OR_SUE_COURT_BARRED}
