"""A sum is ordered as plain data: what was gathered can be sent again, and every fault is named at its place."""

from __future__ import annotations

import json
from typing import Any

import pytest

from gipdocs.errors import InvalidInput
from gipdocs.reports.collecting.corrections import Correction
from gipdocs.reports.collecting.orders import SumOrder, load_corrections, load_order, report_sum
from gipdocs.reports.collecting.submissions import collect
from gipdocs.reports.collecting.summing import sum_up
from tests.reports import county

NEW = "table3.new.natural_person"
RECORD = {"year": 2024}


def test_what_was_gathered_can_be_ordered_again() -> None:
    gathered = collect([*map(county.printed, range(6)), ("照片.png", b"\x89PNG\r\n\x1a\n")], due=county.DUE[:7])
    change = Correction(path=NEW, given=500, computed=7, reason="漏报补录")
    order = SumOrder(collection=gathered, agency="某县", take={county.BODIES[0]: "a"}, corrections=(change,))
    again = load_order(json.loads(json.dumps(order.as_json())))
    assert [(one.name, one.body, one.record) for one in again.collection.submissions] == [
        (one.name, one.body, one.record) for one in gathered.submissions
    ]
    assert again.collection.submissions[-1].faults == gathered.submissions[-1].faults
    assert (again.agency, again.take, again.corrections) == (order.agency, order.take, order.corrections)
    assert again.collection.missing == gathered.missing


def test_the_answer_is_the_sum_with_where_each_body_stands() -> None:
    gathered = collect(map(county.printed, range(6)), due=county.DUE[:7])
    answer = report_sum(gathered.as_json(), agency="某县人民政府")
    wanted = sum_up(gathered, agency="某县人民政府").as_json()
    assert {key: answer[key] for key in wanted} == wanted
    assert answer["missing"] == [county.BODIES[6]] and answer["year"] == county.YEAR
    assert len(answer["standings"]) == 7 and answer["standings"][0]["state"] == "missing"


def test_the_agency_of_the_order_counts_before_that_of_the_office() -> None:
    body = {"agency": "乙县人民政府", "reports": [{"name": "a", "record": RECORD}]}
    assert report_sum(body, agency="甲县人民政府")["record"]["agency"] == "乙县人民政府"


@pytest.mark.parametrize(
    ("body", "pointers"),
    [
        ({}, ["/reports"]),
        ({"reports": []}, ["/reports"]),
        ({"reports": [{"name": "a"}]}, ["/reports/0/record"]),
        ({"reports": [{"name": "a", "record": {}}]}, ["/reports/0/record/year"]),
        ({"reports": [{"name": "a", "record": RECORD}] * 2}, ["/reports/1/name"]),
        ({"reports": [{"name": "a", "faults": [{"detail": "读不出"}]}]}, [""]),
        (
            {"reports": [{"name": "a", "record": RECORD}], "corrections": [{"path": "x", "given": 1, "reason": "a"}]},
            ["/corrections/0/path"],
        ),
        ({"reports": [{"name": "a", "record": RECORD}], "take": {"甲局": "b"}}, ["/take/甲局"]),
    ],
)
def test_a_wrong_order_is_refused_at_its_place(body: dict[str, Any], pointers: list[str]) -> None:
    with pytest.raises(InvalidInput) as refusal:
        report_sum(body, agency="某县")
    assert [fault.pointer for fault in refusal.value.faults] == pointers


def test_changes_by_hand_come_from_a_list() -> None:
    [change] = load_corrections([{"path": "table3.rows.new.natural_person", "given": 5, "reason": "漏报"}])
    assert (change.path, change.given, change.reason) == (NEW, 5, "漏报")
    with pytest.raises(InvalidInput):
        load_corrections([{"path": NEW}])
