"""Outcomes: rows in the order of the documents, their articles as printed, and the one report row of a reply."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from gipdocs.errors import InvalidInput
from gipdocs.law import DatedLaw, Law
from gipdocs.law.outcomes import GIVING, Remedy, load_outcomes
from gipdocs.law.report_row import report_row

from .conftest import TODAY

REGULATION = "《中华人民共和国政府信息公开条例》"
ROWS = [
    # id, code, report row, printed articles, remedy
    ("reply-already-public", "GK-1", "(一)", "第三十六条第一项", "RECON_OR_SUE"),
    ("reply-granted", "GK-2", "(一)", "第三十六条第二项", "RECON_OR_SUE"),
    ("reply-granted-inspection", "GK-3", "(一)", "第三十六条第二项、第四十条", "RECON_OR_SUE"),
    ("reply-granted-third-party", "GK-4", "(一)", "第十五条、第三十二条、第三十六条第二项", "RECON_OR_SUE"),
    ("reply-partial", "BF-1", "(二)", "第三十七条、第三十六条第二项、第三十六条第三项", "MIXED"),
    ("reply-withheld-state-secret", "BY-1", "(三)/1", "第十四条、第三十六条第三项", "RECON_FIRST"),
    ("reply-withheld-law", "BY-2", "(三)/2", "第十四条、第三十六条第三项", "RECON_FIRST"),
    ("reply-withheld-safety", "BY-3", "(三)/3", "第十四条、第三十六条第三项", "RECON_FIRST"),
    ("reply-withheld-third-party", "BY-4", "(三)/4", "第十五条、第三十二条、第三十六条第三项", "RECON_FIRST"),
    ("reply-withheld-internal", "BY-5", "(三)/5", "第十六条第一款、第三十六条第三项", "RECON_FIRST"),
    ("reply-withheld-process", "BY-6", "(三)/6", "第十六条第二款、第三十六条第三项", "RECON_FIRST"),
    ("reply-withheld-enforcement", "BY-7", "(三)/7", "第十六条第二款、第三十六条第三项", "RECON_FIRST"),
    ("reply-query-matter", "BY-8", "(三)/8", "第三十六条第七项", "RECON_OR_SUE_COURT_BARRED"),
    ("reply-not-existing", "WF-1A", "(四)/1", "第三十六条第四项", "RECON_OR_SUE"),
    ("reply-not-ours", "WF-1B", "(四)/1", "第十条、第三十六条第五项", "RECON_OR_SUE"),
    ("reply-archived", "WF-1C", "(四)/1", None, "RECON_OR_SUE"),
    ("reply-needs-making", "WF-2", "(四)/2", "第三十八条", "RECON_OR_SUE_COURT_BARRED"),
    ("reply-still-unclear", "WF-3", "(四)/3", "第三十条、第二十九条第二款第二项", "RECON_OR_SUE"),
    ("reply-petition", "CL-1", "(五)/1", "第三十九条第一款", "RECON_OR_SUE_COURT_BARRED"),
    ("reply-repeat", "CL-2", "(五)/2", "第三十六条第六项", "RECON_OR_SUE_COURT_BARRED"),
    ("reply-publication", "CL-3", "(五)/3", "第三十九条第二款", "RECON_OR_SUE_COURT_BARRED"),
    ("reply-mass-repeat", "CL-4", "(五)/4", "第三十五条", "RECON_OR_SUE"),
    ("reply-reconfirm", "CL-5", "(五)/5", "", "RECON_OR_SUE"),
    ("reply-uncorrected", "QT-1", "(六)/1", "第三十条", "RECON_OR_SUE"),
    ("reply-unpaid", "QT-2", "(六)/2", None, "RECON_OR_SUE"),
    ("reply-withdrawn", "QT-3A", "(六)/3", "", "NONE"),
    ("reply-not-gov-info", "QT-3B", "(六)/3", "第二条", "RECON_OR_SUE"),
    ("reply-other", "QT-3C", "(六)/3", "", "RECON_OR_SUE"),
]


@pytest.fixture(scope="module", name="dated")
def today(law: Law) -> DatedLaw:
    """The law of today."""
    return law.on(TODAY)


def test_the_outcomes_stand_in_the_order_of_the_documents(dated: DatedLaw) -> None:
    assert [(one.id, one.code) for one in dated.outcomes.values()] == [row[:2] for row in ROWS]
    assert list(dated.outcomes) == [row[0] for row in ROWS]


@pytest.mark.parametrize(("id", "code", "row", "articles", "remedy"), ROWS, ids=[row[0] for row in ROWS])
def test_each_outcome_has_its_row_articles_and_remedy(
    id: str, code: str, row: str, articles: str | None, remedy: str, dated: DatedLaw
) -> None:
    outcome = dated.outcome(id)
    assert outcome.row == ("三", *row.split("/"))
    assert outcome.remedy is Remedy(remedy)
    if articles is not None:
        assert outcome.cite() == (REGULATION + articles if articles else "")
    assert outcome.elements


def test_other_acts_are_cited_by_their_own_name(dated: DatedLaw) -> None:
    assert dated.outcome("reply-archived").cite() == (
        f"《中华人民共和国档案法》第十五条第二款、{REGULATION}第三十六条第五项"
    )
    assert dated.outcome("reply-unpaid").cite() == (
        f"{REGULATION}第四十二条第一款、《政府信息公开信息处理费管理办法》第六条"
    )


def test_where_no_article_names_the_outcome_the_clerk_has_a_choice(dated: DatedLaw) -> None:
    choices = [one.cite() for one in dated.outcome("reply-reconfirm").choices]
    assert choices == [f"{REGULATION}第二条", f"{REGULATION}第三十六条第六项"]


def test_titles_carry_no_brackets_and_say_what_the_letter_is(dated: DatedLaw) -> None:
    for outcome in dated.outcomes.values():
        assert not set(outcome.title) & set("()（）")
        assert outcome.title.startswith("政府信息公开申请")
        refusing_to_handle = outcome.code.startswith(("CL", "QT"))
        assert outcome.paper == ("告知书" if refusing_to_handle else "答复书")
    assert dated.outcome("reply-withdrawn").title == "政府信息公开申请办理终止告知书"


def test_an_outcome_is_plain_data_with_its_articles_in_parts(dated: DatedLaw) -> None:
    data = dated.outcome("reply-still-unclear").as_json()
    assert data["articles"][1] == {
        "act": "中华人民共和国政府信息公开条例",
        "number": "国务院令第711号",
        "article": 29,
        "paragraph": 2,
        "item": 2,
        "text": f"{REGULATION}第二十九条第二款第二项",
    }
    assert data["row"] == ["三", "(四)", "3"]


def test_an_unknown_outcome_is_refused_with_the_choices(dated: DatedLaw) -> None:
    with pytest.raises(InvalidInput, match="reply-granted"):
        dated.outcome("reply-maybe")


class TestReportRow:
    """一件申请只计一行; 区分处理的只计部分公开."""

    def test_one_item_counts_in_its_own_row(self, dated: DatedLaw) -> None:
        assert report_row(["reply-repeat"], law=dated) == ("三", "(五)", "2")

    def test_a_partial_item_takes_the_whole_reply(self, dated: DatedLaw) -> None:
        items = ["reply-not-existing", "reply-partial", "reply-withheld-law"]
        assert report_row(items, law=dated) == ("三", "(二)")
        assert report_row(items, law=dated, recorded="reply-not-existing") == ("三", "(二)")

    @pytest.mark.parametrize("given", GIVING)
    def test_what_is_given_beside_what_is_withheld_counts_as_partial(self, given: str, dated: DatedLaw) -> None:
        assert report_row([given, "reply-withheld-process"], law=dated) == ("三", "(二)")
        assert report_row([given, "reply-not-existing", "reply-withheld-law"], law=dated, recorded=given) == (
            "三",
            "(二)",
        )
        assert report_row([given, "reply-query-matter"], law=dated, recorded=given) == ("三", "(一)")

    def test_items_of_one_row_need_no_choice(self, dated: DatedLaw) -> None:
        assert report_row(["reply-not-existing", "reply-not-ours"], law=dated) == ("三", "(四)", "1")

    def test_items_of_several_rows_take_the_recorded_one(self, dated: DatedLaw) -> None:
        items = ["reply-granted", "reply-not-existing"]
        assert report_row(items, law=dated, recorded="reply-granted") == ("三", "(一)")
        with pytest.raises(InvalidInput, match="一件申请只计一行"):
            report_row(items, law=dated)

    def test_the_recorded_one_must_be_among_the_items(self, dated: DatedLaw) -> None:
        with pytest.raises(InvalidInput, match="一件申请只计一行"):
            report_row(["reply-granted"], law=dated, recorded="reply-repeat")

    def test_no_item_is_no_reply(self, dated: DatedLaw) -> None:
        with pytest.raises(InvalidInput, match="至少写明一项"):
            report_row([], law=dated)


def test_what_a_document_declares_is_what_the_law_of_today_says(dated: DatedLaw) -> None:
    declared = load_outcomes()
    assert list(declared) == list(dated.outcomes)
    for id, outcome in dated.outcomes.items():
        names = ("code", "short", "title", "remedy")
        assert [getattr(declared[id], name) for name in names] == [getattr(outcome, name) for name in names]


def test_the_day_decides_which_row_of_an_outcome_applies(law: Law) -> None:
    (row,) = law.outcomes["reply-partial"]
    later = replace(row, since=date(2027, 1, 1), articles=row.articles[:1])
    changed = replace(law, outcomes={**law.outcomes, "reply-partial": (row, later)})
    for day, articles in ((date(2026, 12, 31), row.articles), (date(2027, 1, 1), row.articles[:1])):
        assert changed.on(day).outcome("reply-partial").articles == articles
