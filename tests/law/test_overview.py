"""The law's data for readers: every rule with its source and its days, and the documents that use it."""

from __future__ import annotations

import json
from datetime import date, timedelta

import pytest

from gipdocs.documents.build import examine
from gipdocs.law import Office
from gipdocs.law.overview import HOW_TO_CITE, MOST_LISTED, DatedRule, Overview, build_overview
from gipdocs.letters import LAYOUT
from gipdocs.service import Service

from .conftest import TODAY
from .renumbered import renumbered

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def seen(service: Service) -> Overview:
    return service.overview(TODAY)


def rule(seen: Overview, chapter: str, key: str) -> DatedRule:
    (found,) = (one for part in seen.chapters if part.key == chapter for one in part.rules if one.key == key)
    return found


def test_every_row_of_the_data_is_shown(seen: Overview, service: Service) -> None:
    law = service.law
    shown = {chapter.key: {rule.key: len(rule.versions) for rule in chapter.rules} for chapter in seen.chapters}
    tables = {
        "limits": law.limits,
        "counting": law.counting_rules,
        "outcomes": law.outcomes,
        "citations": law.citations,
        "quotations": law.quotations,
    }
    for key, table in tables.items():
        assert shown[key] == {name: len(rows) for name, rows in table.items()}
    assert set(shown["remedies"]) == set(law.remedies.texts)
    assert set(shown["acts"]) == set(law.acts)
    assert set(shown["agencies"]) == set(law.agencies)
    assert shown["fees"] == {"piece": 1, "page": 1}


def test_every_version_has_a_source_and_ends_before_the_next(seen: Overview) -> None:
    for chapter in seen.chapters:
        for one in chapter.rules:
            assert one.label and all(version.basis for version in one.versions), (chapter.key, one.key)
            for before, after in zip(one.versions, one.versions[1:], strict=False):
                assert before.until is not None and before.until + timedelta(days=1) == after.since


def test_explained_it_says_how_a_wording_cites_an_article(seen: Overview) -> None:
    lines = seen.explain().splitlines()
    at = lines.index("区分处理：第三十七条")
    assert "  写作：{{ law.separation }}" in lines[at : at + 4]
    assert lines[lines.index("【引用的条款】") + 1] == HOW_TO_CITE


def test_every_letter_has_the_name_by_which_its_wording_cites(service: Service, office: Office) -> None:
    for entry in service.registry.values():
        if LAYOUT in (entry.document.template, *entry.document.templates):
            answers, _ = examine(entry, service.sample(entry), office)
            assert "law" in entry.context(answers, office), entry.document.id


def test_the_day_decides_which_version_is_in_force(seen: Overview) -> None:
    answer = rule(seen, "limits", "answer")
    told = [(version.said, version.days) for version in answer.versions]
    assert told == [("15个工作日", "2008年5月1日至2019年5月14日"), ("20个工作日", "2019年5月15日起")]
    for day, words in ((date(2019, 5, 14), "15个工作日"), (date(2019, 5, 15), "20个工作日")):
        version = answer.on(day)
        assert version is not None and version.said == words
        assert [one.said for one in answer.others(day)] != [words]
    assert answer.on(date(2008, 4, 30)) is None


def test_a_rule_names_the_documents_that_use_it(seen: Overview) -> None:
    assert rule(seen, "limits", "fee_payment").documents == ("flowchart", "guide", "fee-notice", "reply-unpaid")
    assert set(rule(seen, "fees", "piece").documents) == {"fee-notice", "reason-notice"}
    assert rule(seen, "outcomes", "reply-partial").documents == ("reply-partial",)
    assert "service-receipt" in rule(seen, "citations", "postal_exclusive").documents  # its layout
    assert "reply-archived" in rule(seen, "citations", "archives_early").documents  # a help text
    assert "delay-notice" in rule(seen, "citations", "excessive").documents  # its wording
    assert "delay-notice" not in rule(seen, "citations", "petitions").documents


def test_the_sentences_of_the_remedies_show_their_articles_and_marks_for_the_rest(seen: Overview) -> None:
    either = rule(seen, "remedies", "either")
    for day, start in (
        (TODAY, "如对〔文书〕不服，依照《中华人民共和国行政复议法》第二十条第一款"),
        (date(2023, 12, 31), "如对〔文书〕不服，依照《中华人民共和国行政复议法》第九条第一款"),
    ):
        version = either.on(day)
        assert version is not None and version.said.startswith(start)
        assert "{" not in version.said


def test_an_outcome_says_its_letter_row_and_remedy(seen: Overview) -> None:
    version = rule(seen, "outcomes", "reply-withheld-safety").on(TODAY)
    assert version is not None
    assert version.said == "政府信息公开申请答复书；计入年度报告表三“三、（三）3”；先申请行政复议"


def test_the_fees_are_told_tier_by_tier(seen: Overview) -> None:
    version = rule(seen, "fees", "piece").on(TODAY)
    assert version is not None
    assert version.said.startswith(
        "第1至10件不收费；第11至30件每件100元；第31件起每件200元，每增加10件，单价增加100元；"
    )


def test_a_revision_that_is_known_already_is_shown_with_its_day(office: Office) -> None:
    law = renumbered(office.law, date(2027, 1, 1), lambda number: 38 if number == 37 else number)
    separation = rule(build_overview(law, {}, on=TODAY), "citations", "separation")
    assert [(one.said, one.days) for one in separation.versions] == [
        ("第三十七条", "2019年5月15日至2026年12月31日"),
        ("第三十八条", "2027年1月1日起"),
    ]


def test_as_json_it_is_plain_and_marks_what_is_in_force(seen: Overview) -> None:
    data = seen.as_json()
    assert json.loads(json.dumps(data)) == data
    limits = next(chapter for chapter in data["chapters"] if chapter["key"] == "limits")
    assert [one["in_force"] for one in limits["rules"][0]["versions"]] == [False, True]
    assert data["on"] == "2026-11-23" and "citations" in data["rules"]


def test_explained_it_says_text_days_and_source_of_the_day(seen: Overview) -> None:
    lines = seen.explain().splitlines()
    assert lines[0] == "2026年11月23日施行的规定"
    at = lines.index("缴纳信息处理费：20个工作日")
    assert lines[at + 1 : at + 3] == [
        "  2021年1月1日起　依据：《政府信息公开信息处理费管理办法》第六条",
        "  文书：flowchart、guide、fee-notice、reply-unpaid",
    ]
    assert "答复申请：15个工作日" not in lines
    many = max(len(one.documents or ()) for chapter in seen.chapters for one in chapter.rules)
    assert many > MOST_LISTED and any(line.endswith(f"等{many}种") for line in lines)
