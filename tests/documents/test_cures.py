"""A finding leads to the field in which its fault is cured."""

from __future__ import annotations

from typing import Any

from gipdocs.service import Service


def findings(service: Service, id: str, **changes: Any) -> dict[str, tuple[str, str]]:
    """Pointer and message of each finding, by its code; None leaves an answer out."""
    sample = service.sample(id) | changes
    given = {key: answer for key, answer in sample.items() if answer is not None}
    return {one.code: (one.pointer, one.message) for one in service.check(service.registry[id], given)}


def test_a_report_without_its_date_is_cured_at_the_date(service: Service) -> None:
    pointer, message = findings(service, "annual-report", date=None, draft=True)["S-SIGN"]
    assert pointer == "/date" and "填写以后，落款机关一并印出" in message


def test_a_fee_of_nothing_leads_to_the_number_and_names_the_earlier_ones(service: Service) -> None:
    pointer, message = findings(service, "fee-notice", method="piece", count=2)["fee-nothing"]
    assert pointer == "/count" and "“当月此前的件数”" in message


def test_earlier_pieces_do_not_count_by_page_which_is_said_in_the_words_of_the_form(service: Service) -> None:
    pointer, message = findings(service, "fee-notice", method="page", count=200, already=3)["not-cumulative"]
    assert pointer == "/already" and "already" not in message
