"""Entering and leaving a queue: full, waited too long, nobody there, closed. Each leads somewhere, nothing is lost."""

import pytest

from banjie.base.ids import CallId, QueueId
from banjie.routing.acd import Acd
from banjie.routing.errors import NoSuchQueue
from banjie.routing.events import CallMoved, CallOverflowed, Effect, Offer
from banjie.routing.outcomes import Cause, HangUp, Leaving, ToCallback, ToQueue, ToScript, ToVoicemail
from banjie.routing.queues import Queue
from banjie.routing.skills import Skill
from tests.routing.floors import ANN, BOB, FIRST, GENERAL, OTHER, SECOND, THIRD, offered, seat

pytestmark = pytest.mark.unit

LAST = QueueId("last")
BUSY = HangUp(prompt="all_busy")
LOANS = Skill("loans")


def acd(*others: Queue, **rules: object) -> Acd:
    return Acd([Queue(queue_id=GENERAL, **rules), *others])  # type: ignore[arg-type]


def overflows(effects: list[Effect]) -> list[tuple[CallId, QueueId, Cause, Leaving]]:
    return [(e.call_id, e.queue_id, e.cause, e.to) for e in effects if isinstance(e, CallOverflowed)]


def moves(effects: list[Effect]) -> list[tuple[CallId, QueueId, QueueId, Cause]]:
    return [(e.call_id, e.from_queue_id, e.queue_id, e.cause) for e in effects if isinstance(e, CallMoved)]


@pytest.mark.parametrize("to", [BUSY, ToScript(node="menu"), ToVoicemail(box="general"), ToCallback()])
def test_a_full_queue_sends_the_next_caller_where_it_says(to: Leaving) -> None:
    floor = acd(size_max=1, when_full=to)
    floor.enqueue(FIRST, GENERAL, 0, 0.0)

    assert overflows(floor.enqueue(SECOND, GENERAL, 0, 1.0, waiting_since=0.5)) == [
        (SECOND, GENERAL, Cause.FULL, to)
    ]
    assert floor.find_call(SECOND) is None
    assert floor.abandon(FIRST, 2.0) == []
    assert floor.enqueue(THIRD, GENERAL, 0, 3.0) == []


def test_a_caller_who_rings_counts_towards_the_size() -> None:
    floor = acd(size_max=1, when_full=BUSY)
    seat(floor, ANN, 0.0)
    floor.enqueue(FIRST, GENERAL, 0, 1.0)

    assert overflows(floor.enqueue(SECOND, GENERAL, 0, 2.0)) == [(SECOND, GENERAL, Cause.FULL, BUSY)]
    floor.accepted(FIRST, ANN, 3.0)
    assert floor.enqueue(SECOND, GENERAL, 0, 4.0) == []


def test_a_queue_where_nobody_is_signed_in_takes_no_calls_if_it_says_so() -> None:
    floor = acd(when_nobody=ToVoicemail(box="general"))

    assert overflows(floor.enqueue(FIRST, GENERAL, 0, 0.0)) == [
        (FIRST, GENERAL, Cause.NOBODY, ToVoicemail(box="general"))
    ]
    floor.sign_in(ANN, [GENERAL], 1.0)  # on a break, but there
    assert floor.enqueue(FIRST, GENERAL, 0, 2.0) == []


@pytest.mark.parametrize("how", ["signs out", "serves another queue"])
def test_when_the_last_agent_leaves_so_do_those_who_wait_in_their_order(how: str) -> None:
    floor = acd(Queue(queue_id=OTHER), when_nobody=BUSY)
    floor.sign_in(ANN, [GENERAL], 0.0)
    floor.enqueue(FIRST, GENERAL, 0, 1.0)
    floor.enqueue(SECOND, GENERAL, 5, 2.0)

    effects = floor.sign_out(ANN, 3.0) if how == "signs out" else floor.sign_in(ANN, [OTHER], 3.0)

    assert [call for call, *_ in overflows(effects)] == [SECOND, FIRST]
    assert floor.waiting(GENERAL) == []


def test_a_call_that_rings_when_its_agent_signs_out_is_sent_on_too() -> None:
    floor = acd(when_nobody=BUSY)
    seat(floor, ANN, 0.0)
    floor.enqueue(FIRST, GENERAL, 0, 1.0)

    assert overflows(floor.sign_out(ANN, 2.0)) == [(FIRST, GENERAL, Cause.NOBODY, BUSY)]


def test_a_closed_queue_takes_no_calls_and_serves_those_it_has() -> None:
    floor = acd(when_closed=ToCallback())
    floor.enqueue(FIRST, GENERAL, 0, 0.0)
    floor.close_queue(GENERAL)

    assert overflows(floor.enqueue(SECOND, GENERAL, 0, 1.0)) == [
        (SECOND, GENERAL, Cause.CLOSED, ToCallback())
    ]
    assert offered(seat(floor, ANN, 2.0)) == [(FIRST, ANN)]
    floor.open_queue(GENERAL)
    assert floor.enqueue(SECOND, GENERAL, 0, 3.0) == []


def test_a_caller_waits_no_longer_than_the_queue_lets_him() -> None:
    floor = acd(wait_max_s=60.0, when_waited=BUSY)
    floor.enqueue(FIRST, GENERAL, 0, 100.0, waiting_since=10.0)

    assert floor.next_deadline == 160.0  # in this queue
    assert floor.tick(159.9) == []
    assert overflows(floor.tick(160.0)) == [(FIRST, GENERAL, Cause.WAITED, BUSY)]
    assert floor.next_deadline is None


def test_a_call_that_rings_is_left_to_ring() -> None:
    floor = acd(wait_max_s=10.0, when_waited=BUSY)
    seat(floor, ANN, 0.0)
    floor.enqueue(FIRST, GENERAL, 0, 0.0)

    assert floor.next_deadline == 15.0  # the ring time
    effects = floor.tick(15.0)
    assert overflows(effects) == [(FIRST, GENERAL, Cause.WAITED, BUSY)]


def test_one_who_waited_too_long_but_finds_an_agent_at_that_moment_is_served() -> None:
    floor = acd(wait_max_s=10.0, when_waited=BUSY, acw_s=5.0)
    seat(floor, ANN, 0.0)
    floor.enqueue(FIRST, GENERAL, 0, 0.0)
    floor.accepted(FIRST, ANN, 1.0)
    floor.enqueue(SECOND, GENERAL, 0, 5.0)
    floor.call_ended(ANN, 10.0)

    effects = floor.tick(15.0)

    assert offered(effects) == [(SECOND, ANN)]
    assert overflows(effects) == []


def test_a_call_goes_on_to_the_other_queue_with_its_place_and_time() -> None:
    floor = acd(Queue(queue_id=OTHER), wait_max_s=60.0, when_waited=ToQueue(queue_id=OTHER))
    floor.enqueue(FIRST, GENERAL, 0, 0.0, needs={LOANS: 2})
    floor.enqueue(SECOND, OTHER, 0, 30.0)

    assert moves(floor.tick(60.0)) == [(FIRST, GENERAL, OTHER, Cause.WAITED)]
    assert [(c.call_id, c.waiting_since) for c in floor.waiting(OTHER)] == [(FIRST, 0.0), (SECOND, 30.0)]
    assert floor.waiting(GENERAL) == []
    assert offered(seat(floor, ANN, 61.0, [OTHER], {LOANS: 2})) == [(FIRST, ANN)]


def test_it_rings_there_at_once_if_somebody_is_idle() -> None:
    floor = acd(Queue(queue_id=OTHER), when_nobody=ToQueue(queue_id=OTHER))
    seat(floor, ANN, 0.0, [OTHER])

    effects = floor.enqueue(FIRST, GENERAL, 0, 1.0)

    assert moves(effects) == [(FIRST, GENERAL, OTHER, Cause.NOBODY)]
    assert [e.queue_id for e in effects if isinstance(e, Offer)] == [OTHER]


def test_queues_may_lead_through_several_others() -> None:
    floor = acd(
        Queue(queue_id=OTHER, size_max=0, when_full=ToQueue(queue_id=LAST)),
        Queue(queue_id=LAST, when_nobody=BUSY),
        when_nobody=ToQueue(queue_id=OTHER),
    )

    assert overflows(floor.enqueue(FIRST, GENERAL, 0, 0.0)) == [(FIRST, LAST, Cause.NOBODY, BUSY)]
    floor.sign_in(BOB, [LAST], 1.0)
    assert moves(floor.enqueue(FIRST, GENERAL, 0, 2.0)) == [(FIRST, GENERAL, LAST, Cause.NOBODY)]


def test_a_circle_of_full_queues_loses_nobody() -> None:
    floor = acd(
        Queue(queue_id=OTHER, size_max=0, when_full=ToQueue(queue_id=GENERAL)),
        size_max=0,
        when_full=ToQueue(queue_id=OTHER),
    )

    assert floor.enqueue(FIRST, GENERAL, 0, 0.0) == []
    assert [call.call_id for call in floor.waiting(GENERAL)] == [FIRST]


def test_a_queue_that_sends_back_to_itself_lets_them_wait_once_more() -> None:
    floor = acd(wait_max_s=60.0, when_waited=ToQueue(queue_id=GENERAL))
    floor.enqueue(FIRST, GENERAL, 0, 0.0)

    assert moves(floor.tick(60.0)) == [(FIRST, GENERAL, GENERAL, Cause.WAITED)]
    assert floor.next_deadline == 120.0
    assert [c.waiting_since for c in floor.waiting(GENERAL)] == [0.0]


def test_when_nobody_is_left_in_a_circle_of_queues_its_calls_stay() -> None:
    floor = acd(
        Queue(queue_id=OTHER, when_nobody=ToQueue(queue_id=GENERAL)), when_nobody=ToQueue(queue_id=OTHER)
    )
    floor.sign_in(ANN, [GENERAL], 0.0)
    floor.enqueue(FIRST, GENERAL, 0, 1.0)

    assert moves(floor.sign_out(ANN, 2.0)) == []
    assert offered(seat(floor, BOB, 3.0)) == [(FIRST, BOB)]


def test_a_call_let_pass_by_one_who_has_left_the_queue_meanwhile_is_sent_on() -> None:
    floor = acd(Queue(queue_id=OTHER), when_nobody=BUSY)
    seat(floor, ANN, 0.0)
    floor.enqueue(FIRST, GENERAL, 0, 1.0)
    floor.sign_in(ANN, [OTHER], 2.0)

    assert overflows(floor.rejected(FIRST, ANN, 3.0)) == [(FIRST, GENERAL, Cause.NOBODY, BUSY)]


def test_new_rules_reach_those_who_wait() -> None:
    floor = acd()
    floor.enqueue(FIRST, GENERAL, 0, 0.0)

    effects = floor.put_queue(Queue(queue_id=GENERAL, when_nobody=BUSY), 5.0)

    assert overflows(effects) == [(FIRST, GENERAL, Cause.NOBODY, BUSY)]


def test_rules_that_lead_nowhere_are_refused() -> None:
    with pytest.raises(ValueError, match="when_full says where"):
        acd(size_max=3)
    with pytest.raises(ValueError, match="when_waited says where"):
        acd(wait_max_s=3.0)
    with pytest.raises(NoSuchQueue):
        acd(when_nobody=ToQueue(queue_id=LAST))
    floor = acd()
    with pytest.raises(NoSuchQueue):
        floor.put_queue(Queue(queue_id=GENERAL, when_nobody=ToQueue(queue_id=LAST)), 0.0)
    floor.put_queue(Queue(queue_id=GENERAL), 0.0)
