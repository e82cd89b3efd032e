"""Timed relaxation: a call asks for less the longer it waits."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from banjie.routing.acd import Acd
from banjie.routing.bullseye import RINGS_MAX, Ring, ends_at, ring_at
from banjie.routing.events import NeedsRelaxed
from banjie.routing.queues import Queue
from banjie.routing.skills import Skill
from tests.routing.floors import ANN, BOB, CAT, FIRST, GENERAL, SECOND, offered, seat

pytestmark = pytest.mark.unit

LOANS, ENGLISH, SENIOR = Skill("loans"), Skill("english"), Skill("senior")
RINGS = (Ring(lasts_s=20.0, drops=frozenset({SENIOR})), Ring(lasts_s=30.0, drops=frozenset({LOANS})))
QUEUE = Queue(
    queue_id=GENERAL, requires={LOANS: 2, SENIOR: 0, ENGLISH: 1}, rings=RINGS, rejections_before_break=9
)


def test_each_ring_drops_its_skills_and_finds_who_was_idle_all_the_time() -> None:
    acd = Acd([QUEUE])
    seat(acd, ANN, 0.0, skills={ENGLISH: 1, LOANS: 1})
    acd.enqueue(FIRST, GENERAL, 0, 100.0)

    assert acd.next_deadline == 120.0
    first = acd.tick(120.0)
    assert first == [NeedsRelaxed(call_id=FIRST, queue_id=GENERAL, ring=1, needs=frozenset({LOANS, ENGLISH}))]
    assert acd.next_deadline == 150.0
    assert acd.tick(149.9) == []
    second = acd.tick(150.0)

    assert isinstance(second[0], NeedsRelaxed)
    assert second[0].needs == {ENGLISH}
    assert offered(second) == [(FIRST, ANN)]


def test_a_call_keeps_its_place_in_every_ring() -> None:
    acd = Acd([QUEUE])
    acd.enqueue(FIRST, GENERAL, 0, 0.0)
    acd.enqueue(SECOND, GENERAL, 0, 1.0)
    acd.tick(20.0)

    assert [call.ring for call in acd.waiting(GENERAL)] == [1, 0]
    assert offered(seat(acd, ANN, 20.5, skills={LOANS: 5, SENIOR: 5, ENGLISH: 5})) == [(FIRST, ANN)]


def test_a_late_tick_jumps_over_rings() -> None:
    acd = Acd([QUEUE])
    acd.enqueue(FIRST, GENERAL, 0, 0.0)

    (relaxed,) = acd.tick(1000.0)

    assert isinstance(relaxed, NeedsRelaxed)
    assert relaxed.ring == 2
    assert acd.next_deadline is None


def test_rings_go_on_while_it_rings_and_hold_when_the_offer_fails() -> None:
    acd = Acd([QUEUE])
    seat(acd, ANN, 0.0, skills={LOANS: 2, SENIOR: 0, ENGLISH: 1})
    seat(acd, BOB, 0.0, skills={LOANS: 2, ENGLISH: 1})
    acd.enqueue(FIRST, GENERAL, 0, 10.0)
    acd.tick(24.0)
    acd.tick(25.0)  # Ann did not answer
    assert acd.find_call(FIRST) is not None

    assert offered(acd.tick(30.0)) == [(FIRST, BOB)]


def test_a_ring_drops_the_skill_whoever_asked_for_it() -> None:
    acd = Acd([Queue(queue_id=GENERAL, rings=RINGS)])
    seat(acd, CAT, 0.0)
    acd.enqueue(FIRST, GENERAL, 0, 0.0, needs=frozenset({SENIOR}))

    assert offered(acd.tick(20.0)) == [(FIRST, CAT)]


def test_rings_may_be_changed_for_those_who_wait() -> None:
    acd = Acd([QUEUE])
    seat(acd, ANN, 0.0, skills={ENGLISH: 1, LOANS: 2})
    acd.enqueue(FIRST, GENERAL, 0, 0.0)
    faster = Queue(
        queue_id=GENERAL, requires=QUEUE.requires, rings=(Ring(lasts_s=5.0, drops=frozenset({SENIOR})),)
    )

    assert offered(acd.put_queue(faster, 10.0)) == [(FIRST, ANN)]


def test_too_many_rings_or_none_that_lasts_are_refused() -> None:
    with pytest.raises(ValueError, match=f"queue general: 7 rings, {RINGS_MAX} at most"):
        Queue(queue_id=GENERAL, rings=(RINGS[0],) * 7)
    with pytest.raises(ValueError, match="longer than 0"):
        Queue(queue_id=GENERAL, rings=(Ring(lasts_s=0.0, drops=frozenset()),))


@given(
    st.lists(st.floats(0.001, 1e4), max_size=RINGS_MAX),
    st.floats(0, 1e9, allow_nan=False),
    st.integers(0, RINGS_MAX),
)
def test_at_the_end_of_a_ring_it_is_over(lasts: list[float], entered_at: float, ring: int) -> None:
    """Otherwise a deadline would come again and again, at the same moment."""
    rings = tuple(Ring(lasts_s=s, drops=frozenset()) for s in lasts)
    end = ends_at(rings, entered_at, ring)

    assert (end is None) == (ring >= len(rings))
    assert end is None or ring_at(rings, entered_at, end) > ring
