"""Which waiting call is next: priority, credit and time, in one queue and across them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from banjie.base.ids import CallId, QueueId
from banjie.routing.acd import Acd
from banjie.routing.arrivals import Arrival
from banjie.routing.errors import NotInQueue
from banjie.routing.queues import Queue, Urgency
from banjie.routing.skills import Skill
from tests.routing.floors import ANN, FIRST, GENERAL, OTHER, SECOND, THIRD, offered, rung, seat, take

pytestmark = pytest.mark.unit

LOANS = Skill("loans")


def acd(urgency: Urgency = Urgency.PRIORITY) -> Acd:
    return Acd(Queue(queue_id=q, urgency=urgency) for q in (GENERAL, OTHER))


def enter(acd: Acd, call: CallId, now: float, priority: int = 0, credit_s: float = 0.0) -> None:
    acd.enter(Arrival(call_id=call, queue_id=GENERAL, priority=priority, credit_s=credit_s), now)


def next_ones(acd: Acd) -> list[CallId]:
    return [call.call_id for call in acd.waiting(GENERAL)]


def test_pure_priority_always_goes_first() -> None:
    floor = acd()
    enter(floor, FIRST, 0.0)
    enter(floor, SECOND, 3600.0, priority=1)

    assert next_ones(floor) == [SECOND, FIRST]


def test_scored_priority_is_worth_a_minute_a_point() -> None:
    floor = acd(Urgency.SCORE)
    enter(floor, FIRST, 0.0)
    enter(floor, SECOND, 59.0, priority=1)
    enter(floor, THIRD, 61.0, priority=1)

    assert next_ones(floor) == [SECOND, FIRST, THIRD]


@pytest.mark.parametrize("urgency", Urgency)
def test_credit_counts_as_time_waited(urgency: Urgency) -> None:
    """As the bank of 1999 did it: 90 seconds for priority customers."""
    floor = acd(urgency)
    enter(floor, FIRST, 0.0)
    enter(floor, SECOND, 80.0, credit_s=90.0)
    enter(floor, THIRD, 100.0, credit_s=90.0)

    assert next_ones(floor) == [SECOND, FIRST, THIRD]
    assert [call.waiting_since for call in floor.waiting(GENERAL)] == [80.0, 0.0, 100.0]


def test_priority_is_right_across_queues() -> None:
    """Elsewhere the first queue asked won, whatever its calls' priority (features B6)."""
    floor = Acd([Queue(queue_id=GENERAL), Queue(queue_id=OTHER, urgency=Urgency.SCORE)])
    floor.enqueue(FIRST, GENERAL, 0, 0.0)
    floor.enqueue(SECOND, OTHER, 3, 30.0)  # three points: as if here for 180 s before
    floor.enqueue(THIRD, GENERAL, 5, 60.0)  # pure priority

    assert offered(seat(floor, ANN, 70.0, (GENERAL, OTHER))) == [(THIRD, ANN)]
    assert offered(take(floor, THIRD, ANN, 71.0)) == [(SECOND, ANN)]
    assert offered(take(floor, SECOND, ANN, 72.0)) == [(FIRST, ANN)]


def test_changing_the_priority_moves_one_who_waits_already() -> None:
    """Elsewhere a change did not reach those waiting (features B6)."""
    floor = acd()
    enter(floor, FIRST, 0.0)
    enter(floor, SECOND, 1.0)

    floor.reprioritise(SECOND, 2.0, 5)

    assert next_ones(floor) == [SECOND, FIRST]
    assert (floor.position(SECOND), floor.position(FIRST)) == (1, 2)
    assert rung(seat(floor, ANN, 3.0)) == [ANN]
    assert next_ones(floor) == [SECOND, FIRST]
    floor.reprioritise(SECOND, 4.0, -1)
    call = floor.find_call(SECOND)
    assert call is not None
    assert (call.is_offered, call.waiting_since) == (True, 1.0)
    with pytest.raises(NotInQueue):
        floor.reprioritise(THIRD, 5.0, 1)


def test_changing_the_needs_finds_an_agent_for_one_who_waits_already() -> None:
    floor = acd()
    seat(floor, ANN, 0.0)
    floor.enqueue(FIRST, GENERAL, 0, 1.0, needs={LOANS: 5})

    assert offered(floor.change_needs(FIRST, 2.0, frozenset())) == [(FIRST, ANN)]


def test_changing_the_urgency_of_a_queue_moves_those_who_wait() -> None:
    floor = acd()
    enter(floor, FIRST, 0.0)
    enter(floor, SECOND, 100.0, priority=1)

    floor.put_queue(Queue(queue_id=GENERAL, urgency=Urgency.SCORE), 101.0)

    assert next_ones(floor) == [FIRST, SECOND]


arrivals = st.lists(
    st.tuples(
        st.sampled_from([GENERAL, OTHER]), st.integers(0, 4), st.sampled_from([0.0, 90.0]), st.integers(0, 60)
    ),
    min_size=1,
    max_size=20,
)


@given(arrivals, st.sampled_from(Urgency), st.sampled_from(Urgency))
def test_one_agent_serves_all_queues_in_the_order_of_their_scores(
    given_arrivals: list[tuple[QueueId, int, float, int]], one: Urgency, other: Urgency
) -> None:
    rules = {GENERAL: one, OTHER: other}
    floor = Acd(Queue(queue_id=q, urgency=u) for q, u in rules.items())
    now, expected = 0.0, []
    for number, (queue, priority, credit_s, later) in enumerate(given_arrivals):
        now += later
        call = CallId(f"{number:03}")
        floor.enter(Arrival(call_id=call, queue_id=queue, priority=priority, credit_s=credit_s), now)
        is_scored = rules[queue] is Urgency.SCORE
        tier = 0 if is_scored else priority
        points = priority * 60.0 if is_scored else 0.0
        expected.append(((-tier, now - credit_s - points, number), call))
    served = []
    effects = seat(floor, ANN, now, (GENERAL, OTHER))
    while asked := offered(effects):
        ((call, _),) = asked
        served.append(call)
        floor.accepted(call, ANN, now)
        floor.call_ended(ANN, now)
        effects = floor.wrapped_up(ANN, now)

    assert served == [call for _, call in sorted(expected)]
