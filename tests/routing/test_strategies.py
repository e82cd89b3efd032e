"""In which order a queue rings its agents, one strategy after the other."""

from collections import Counter
from random import Random

import pytest

from banjie.base.ids import AgentId, CallId
from banjie.routing.acd import Acd
from banjie.routing.agents import AgentState
from banjie.routing.events import Withdrawal
from banjie.routing.queues import Queue, Strategy
from banjie.routing.skills import Skill
from tests.routing.floors import (
    ANN,
    BOB,
    CAT,
    DAN,
    FIRST,
    GENERAL,
    OTHER,
    SECOND,
    THIRD,
    offered,
    rung,
    seat,
    state_of,
    states,
    take,
    withdrawn,
)

pytestmark = pytest.mark.unit

LOANS, ENGLISH = Skill("loans"), Skill("english")


def floor(strategy: Strategy, **rules: object) -> Acd:
    return Acd([Queue(queue_id=GENERAL, strategy=strategy, **rules)], Random(7))  # type: ignore[arg-type]


def served(acd: Acd, number: int, now: float) -> AgentId:
    """A call comes, is answered and is over; return who took it."""
    call = CallId(f"call-{number}")
    (agent,) = rung(acd.enqueue(call, GENERAL, 0, now))
    take(acd, call, agent, now)
    return agent


def test_every_strategy_rings_the_longest_idle_of_equals_and_never_two_for_one_call() -> None:
    for strategy in set(Strategy) - {Strategy.RING_ALL, Strategy.RANDOM, Strategy.LINEAR}:
        acd = floor(strategy)
        seat(acd, ANN, 0.0)
        seat(acd, BOB, 1.0)
        assert rung(acd.enqueue(FIRST, GENERAL, 0, 2.0)) == [ANN]


def test_highest_proficiency_adds_up_what_the_call_needs_and_the_queue_prefers() -> None:
    acd = floor(Strategy.HIGHEST_PROFICIENCY)
    seat(acd, ANN, 0.0, skills={LOANS: 3, ENGLISH: 1})
    seat(acd, BOB, 1.0, skills={LOANS: 3, ENGLISH: 2})
    seat(acd, CAT, 2.0, skills={LOANS: 5})
    both = frozenset({LOANS, ENGLISH})

    assert rung(acd.enqueue(FIRST, GENERAL, 0, 3.0, needs=both)) == [BOB]
    assert rung(acd.enqueue(SECOND, GENERAL, 0, 3.0, needs=frozenset({LOANS}))) == [CAT]


def test_fewest_calls_evens_out() -> None:
    acd = floor(Strategy.FEWEST_CALLS)
    seat(acd, ANN, 0.0)
    seat(acd, BOB, 1.0)

    assert [served(acd, n, 2.0 + n) for n in range(4)] == [ANN, BOB, ANN, BOB]
    acd.take_break(ANN, "休息", 10.0)
    assert [served(acd, n, 11.0 + n) for n in range(10, 12)] == [BOB, BOB]
    acd.ready(ANN, 20.0)
    assert [served(acd, n, 21.0 + n) for n in range(20, 23)] == [ANN, ANN, BOB]


def test_linear_always_begins_at_the_top() -> None:
    acd = floor(Strategy.LINEAR)
    seat(acd, ANN, 0.0, position=3)
    seat(acd, BOB, 1.0, position=1)
    seat(acd, CAT, 2.0, position=2)

    assert [served(acd, n, 3.0 + n) for n in range(3)] == [BOB, BOB, BOB]
    acd.take_break(BOB, "休息", 10.0)
    assert served(acd, 4, 11.0) == CAT


def test_round_robin_goes_on_behind_the_last_one_rung() -> None:
    acd = floor(Strategy.ROUND_ROBIN)
    for agent in (ANN, BOB, CAT, DAN):
        seat(acd, agent, 0.0)

    assert [served(acd, n, 1.0 + n) for n in range(6)] == [ANN, BOB, CAT, DAN, ANN, BOB]
    acd.take_break(CAT, "休息", 10.0)  # his turn is next and passes
    assert served(acd, 6, 11.0) == DAN
    acd.ready(CAT, 12.0)
    assert [served(acd, n, 13.0 + n) for n in range(7, 10)] == [ANN, BOB, CAT]


def test_round_robin_remembers_whom_a_waiting_call_found() -> None:
    acd = floor(Strategy.ROUND_ROBIN)
    acd.sign_in(ANN, [GENERAL], 0.0)
    acd.sign_in(BOB, [GENERAL], 0.0)
    acd.sign_in(CAT, [GENERAL], 0.0)
    acd.enqueue(FIRST, GENERAL, 0, 1.0)
    acd.ready(BOB, 2.0)
    acd.ready(ANN, 3.0)
    acd.ready(CAT, 3.0)

    assert rung(acd.enqueue(SECOND, GENERAL, 0, 4.0)) == [CAT]


def test_random_rings_in_proportion_to_the_weights() -> None:
    acd = floor(Strategy.RANDOM)
    seat(acd, ANN, 0.0, weight=1.0)
    seat(acd, BOB, 0.0, weight=2.0)
    seat(acd, CAT, 0.0, weight=5.0)

    taken = Counter(served(acd, n, 1.0 + n) for n in range(8_000))

    # Three standard deviations of a binomial of 8,000 draws are below 135.
    assert abs(taken[ANN] - 1_000) < 100
    assert abs(taken[BOB] - 2_000) < 120
    assert abs(taken[CAT] - 5_000) < 135


def test_the_same_seed_makes_the_same_choices() -> None:
    def choices(seed: int) -> list[AgentId]:
        acd = Acd([Queue(queue_id=GENERAL, strategy=Strategy.RANDOM)], Random(seed))
        for agent in (ANN, BOB, CAT):
            seat(acd, agent, 0.0)
        return [served(acd, n, 1.0 + n) for n in range(30)]

    assert choices(1) == choices(1)
    assert choices(1) != choices(2)


def test_who_has_more_of_the_preferred_skills_is_rung_first_whatever_the_strategy() -> None:
    for strategy in set(Strategy) - {Strategy.RING_ALL}:
        acd = floor(strategy, prefers=frozenset({LOANS, ENGLISH}))
        seat(acd, ANN, 0.0)
        seat(acd, BOB, 1.0, skills={LOANS: 5})
        seat(acd, CAT, 2.0, skills={LOANS: 1, ENGLISH: 0})

        assert [rung(acd.enqueue(CallId(str(n)), GENERAL, 0, 3.0))[0] for n in range(3)] == [CAT, BOB, ANN]


def test_ring_all_rings_everybody_and_the_first_to_answer_wins() -> None:
    acd = floor(Strategy.RING_ALL)
    seat(acd, ANN, 0.0)
    seat(acd, BOB, 1.0)

    assert offered(acd.enqueue(FIRST, GENERAL, 0, 2.0)) == [(FIRST, ANN), (FIRST, BOB)]
    effects = acd.accepted(FIRST, BOB, 5.0)

    assert withdrawn(effects) == [(FIRST, ANN, Withdrawal.ANSWERED_ELSEWHERE)]
    assert (ANN, AgentState.READY, None) in states(effects)
    assert acd.waiting(GENERAL) == []
    assert rung(acd.enqueue(SECOND, GENERAL, 0, 6.0)) == [ANN]


def test_ring_all_never_rings_an_agent_for_two_calls() -> None:
    """Dialling one agent twice is what users of ring-all complain of (features B1)."""
    acd = floor(Strategy.RING_ALL)
    seat(acd, ANN, 0.0)
    seat(acd, BOB, 1.0)
    acd.enqueue(FIRST, GENERAL, 0, 2.0)

    assert acd.enqueue(SECOND, GENERAL, 0, 3.0) == []
    assert offered(acd.accepted(FIRST, ANN, 4.0)) == [(SECOND, BOB)]


def test_ring_all_rings_whoever_becomes_ready_meanwhile_unless_a_call_waits() -> None:
    acd = floor(Strategy.RING_ALL)
    seat(acd, ANN, 0.0)
    acd.enqueue(FIRST, GENERAL, 0, 1.0)
    acd.enqueue(SECOND, GENERAL, 0, 2.0)

    assert offered(seat(acd, BOB, 3.0)) == [(SECOND, BOB)]
    assert offered(seat(acd, CAT, 4.0)) == [(FIRST, CAT)]


def test_ring_all_goes_on_ringing_the_others_when_one_rejects() -> None:
    acd = floor(Strategy.RING_ALL, rejections_before_break=2)
    seat(acd, ANN, 0.0)
    seat(acd, BOB, 1.0)
    acd.enqueue(FIRST, GENERAL, 0, 2.0)

    effects = acd.rejected(FIRST, ANN, 3.0)

    assert offered(effects) == []  # not again to him who just let it pass
    assert state_of(acd, ANN) is AgentState.READY
    assert offered(acd.tick(17.0)) == [(FIRST, ANN)]  # Bob let it ring; a new round begins
    assert state_of(acd, BOB) is AgentState.BREAK


def test_ring_all_may_be_bounded() -> None:
    acd = floor(Strategy.RING_ALL, ring_all_max=2)
    for agent in (ANN, BOB, CAT):
        seat(acd, agent, 0.0)

    assert rung(acd.enqueue(FIRST, GENERAL, 0, 1.0)) == [ANN, BOB]
    assert rung(acd.rejected(FIRST, BOB, 2.0)) == [CAT]


def test_a_strategy_can_be_changed_while_agents_are_idle() -> None:
    """Linear cannot be set on a live queue elsewhere (features B1)."""
    acd = floor(Strategy.LONGEST_IDLE)
    seat(acd, ANN, 0.0, position=2)
    seat(acd, BOB, 1.0, position=1)

    acd.put_queue(Queue(queue_id=GENERAL, strategy=Strategy.LINEAR), 2.0)

    assert rung(acd.enqueue(FIRST, GENERAL, 0, 3.0)) == [BOB]


def test_what_a_queue_requires_can_be_changed_while_calls_wait() -> None:
    acd = floor(Strategy.LONGEST_IDLE, requires=frozenset({LOANS}))
    seat(acd, ANN, 0.0)
    acd.enqueue(FIRST, GENERAL, 0, 1.0)
    acd.enqueue(SECOND, GENERAL, 0, 2.0)

    assert offered(acd.put_queue(Queue(queue_id=GENERAL), 3.0)) == [(FIRST, ANN)]
    assert [call.call_id for call in acd.waiting(GENERAL)] == [FIRST, SECOND]


def test_rules_that_make_no_sense_are_refused() -> None:
    with pytest.raises(ValueError, match="ring_all_max"):
        floor(Strategy.RING_ALL, ring_all_max=0)
    with pytest.raises(ValueError, match="weight"):
        floor(Strategy.RANDOM).sign_in(ANN, [GENERAL], 0.0, weight=0.0)
    with pytest.raises(ValueError, match="one miss or more"):
        floor(Strategy.LINEAR, unreachables_before_break=0)


def test_agents_of_several_queues_are_ranked_in_each_by_its_own_strategy() -> None:
    acd = Acd([Queue(queue_id=GENERAL), Queue(queue_id=OTHER, strategy=Strategy.LINEAR)])
    seat(acd, ANN, 0.0, (GENERAL, OTHER), position=2)
    seat(acd, BOB, 1.0, (GENERAL, OTHER), position=1)

    assert rung(acd.enqueue(FIRST, OTHER, 0, 2.0)) == [BOB]
    assert rung(acd.enqueue(SECOND, GENERAL, 0, 3.0)) == [ANN]
    assert acd.enqueue(THIRD, GENERAL, 0, 4.0) == []
