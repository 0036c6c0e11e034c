"""An error of gipdocs becomes a problem with its status, for the API, and a page with the same one, for browsers."""

from __future__ import annotations

import pytest
from flask import Flask

from gipdocs.api import problems
from gipdocs.errors import ConverterBusy, GipdocsError, StaleEdit, StoreBusy, StoreDamaged, StoreFull
from gipdocs.web import errors


@pytest.mark.parametrize(
    ("error", "status"),
    [(StoreBusy("忙。"), 503), (StoreFull("满。"), 507), (StoreDamaged("坏。"), 500), (StaleEdit("旧。"), 409)],
)
def test_what_a_database_suffers_has_its_status_in_each_face(error: GipdocsError, status: int, app: Flask) -> None:
    with app.test_request_context("/"):
        problem, page = problems.from_error(error), errors.from_error(error)
    assert problem.status_code == page.status_code == status
    assert problem.get_json()["detail"] == str(error) and str(error) in page.get_data(as_text=True)


@pytest.mark.parametrize("error", [StoreBusy("忙。", retry_after=5), ConverterBusy("忙。", retry_after=5)])
def test_who_is_busy_says_when_to_try_again(error: GipdocsError, app: Flask) -> None:
    with app.test_request_context("/"):
        responses = problems.from_error(error), errors.from_error(error)
    assert [response.headers["Retry-After"] for response in responses] == ["5", "5"]
