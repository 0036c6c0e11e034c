"""What holds for every history of a case, whatever the order in which it was recorded."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gipdocs.register.history import CaseEvent
from gipdocs.register.standing import stand
from tests.offices import SAMPLE, office_of
from tests.register.histories import histories, placed_anew, with_mistake

pytestmark = pytest.mark.slow

OFFICE = office_of(SAMPLE)
HISTORIES = histories(OFFICE)
MISTAKES = st.builds(
    lambda step, day: CaseEvent(place=0, kind=step[0], day=day, facts=step[1]),
    st.sampled_from(
        [
            ("correction_asked", {}),
            ("corrected", {}),
            ("consulted", {"ref": 9, "whom": "agency"}),
            ("extended", {"working_days": 20}),
            ("answered", {"outcome": "reply-granted"}),
            ("posted", {"way": "mail"}),
            ("withdrawn", {}),
            ("challenged", {"ref": 9, "kind": "suit_direct"}),
        ]
    ),
    st.dates(date(2021, 1, 1), date(2025, 12, 31)),
)


@settings(deadline=None)
@given(HISTORIES, MISTAKES, st.data())
def test_any_order_of_recording_gives_one_standing(
    events: list[CaseEvent], mistake: CaseEvent, data: st.DataObject
) -> None:
    every = with_mistake(events, mistake)
    order = data.draw(st.permutations([one.place for one in every]))
    assert stand(placed_anew(every, order), OFFICE) == stand(every, OFFICE)


@settings(deadline=None)
@given(HISTORIES, MISTAKES)
def test_a_cancelled_event_leaves_no_trace(events: list[CaseEvent], mistake: CaseEvent) -> None:
    assert stand(with_mistake(events, mistake), OFFICE) == stand(events, OFFICE)


@settings(deadline=None)
@given(HISTORIES, st.integers(0, 60), st.none() | st.integers(0, 20), st.none() | st.integers(0, 40))
def test_a_consultation_never_shortens_the_term(
    events: list[CaseEvent], after: int, delivered: int | None, answered: int | None
) -> None:
    sent = events[0].day + timedelta(days=after)
    steps = [("consulted", sent, {"ref": 9, "whom": "third_party"})]
    if delivered is not None:
        sent += timedelta(days=delivered)
        steps.append(("delivered", sent, {"ref": 9}))
    if answered is not None:
        steps.append(("opinion", sent + timedelta(days=answered), {"ref": 9, "stance": "agrees"}))
    added = [
        CaseEvent(place=place, kind=kind, day=day, facts=facts)
        for place, (kind, day, facts) in enumerate(steps, len(events) + 1)
    ]
    before, after_it = (stand(one, OFFICE).answer_by or date.max for one in (events, [*events, *added]))
    assert after_it >= before


@settings(deadline=None)
@given(HISTORIES, st.lists(st.tuples(st.sampled_from(["noted", "verified"]), st.dates(date(2021, 1, 1))), max_size=3))
def test_remarks_and_looks_at_papers_change_nothing(events: list[CaseEvent], remarks: list[tuple[str, date]]) -> None:
    added = [CaseEvent(place=place, kind=kind, day=day) for place, (kind, day) in enumerate(remarks, len(events) + 1)]
    assert stand([*events, *added], OFFICE) == stand(events, OFFICE)
