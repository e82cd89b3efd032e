"""What users of other systems complain of (features.md B and E), played in virtual time: here it does not happen.

Each test names its row. Complaints that one rule answers are told beside it: ring-all (B1) and linear on a live queue in
`test_strategies.py`, changes for those who wait and priority across queues (B6) in `test_urgency.py`, callbacks that flood or
jump the queue (B7) in `test_callbacks.py`, where calls go (B9) in `test_entry.py`.
"""

from collections import Counter
from itertools import pairwise
from random import Random

import pytest

from banjie.base.ids import AgentId, CallId
from banjie.routing.acd import Acd
from banjie.routing.agents import REJECT_CALL, RINGING_TIMEOUT, UNREACHABLE, WARM_UP, AgentState
from banjie.routing.arrivals import Arrival
from banjie.routing.events import AgentStateChanged, Effect, Offer, OfferWithdrawn, Withdrawal
from banjie.routing.leadership import Follower, Leader
from banjie.routing.queues import Queue, Strategy
from banjie.routing.skills import Skill
from tests.routing.floors import (
    ANN,
    BOB,
    FIRST,
    GENERAL,
    OTHER,
    SECOND,
    offered,
    rung,
    seat,
    state_of,
    states,
    take,
    withdrawn,
)

pytestmark = pytest.mark.unit

S = AgentState
LOANS = Skill("loans")


def test_b2_calls_are_balanced_among_those_who_have_the_skill() -> None:
    """opensips 2974: one of several with the skill got most calls."""
    acd = Acd([Queue(queue_id=GENERAL, acw_s=0.0)])
    able = [AgentId(f"able-{n}") for n in range(4)]
    for agent in able:
        seat(acd, agent, 0.0, skills={LOANS: 3})
    for n in range(6):
        seat(acd, AgentId(f"other-{n}"), 0.0)
    taken: Counter[AgentId] = Counter()
    for n in range(100):
        (agent,) = rung(acd.enqueue(CallId(str(n)), GENERAL, 0, 1.0 + n, needs=frozenset({LOANS})))
        take(acd, CallId(str(n)), agent, 1.5 + n)
        taken[agent] += 1

    assert taken == dict.fromkeys(able, 25)


def test_b6_callers_are_served_in_the_order_of_their_scores() -> None:
    """freeswitch 2511: served out of order. A thousand callers, one agent, agents and callers coming and going."""
    chance, acd = Random(3), Acd([Queue(queue_id=GENERAL, acw_s=0.0)])
    seat(acd, ANN, 0.0)
    now, ranks, expected = 0.0, dict[CallId, tuple[float, float, int]](), 0
    ringing: CallId | None = None
    for n in range(1_000):
        now += chance.random()
        call, priority = CallId(f"{n:04}"), chance.choice((0, 0, 1))
        ranks[call] = (-priority, now, n)
        found = offered(acd.enqueue(call, GENERAL, priority, now))
        ringing = found[0][0] if found else ringing
        if n % 3 == 0 and ringing is not None:
            del ranks[ringing]
            found = offered(acd.accepted(ringing, ANN, now) + acd.call_ended(ANN, now))
            ringing = found[0][0] if found else None
            if ringing is not None:
                assert ringing == min(ranks, key=ranks.__getitem__)
                expected += 1
    assert expected > 300


def test_b10_no_answer_rejection_and_an_unreachable_phone_are_counted_apart() -> None:
    """FreePBX 816 (fixed at one), freeswitch 152: each has its own limit and its own reason."""
    rules = {"misses_before_break": 3, "rejections_before_break": 2, "unreachables_before_break": 2}
    causes = {
        "no answer": (3, RINGING_TIMEOUT),
        "rejected": (2, REJECT_CALL),
        "unreachable": (2, UNREACHABLE),
    }
    for cause, (limit, reason) in causes.items():
        acd = Acd([Queue(queue_id=GENERAL, **rules)])  # type: ignore[arg-type]
        seat(acd, ANN, 0.0)
        acd.enqueue(FIRST, GENERAL, 0, 0.0)
        for miss in range(1, limit + 1):
            now = miss * 15.0
            if cause == "no answer":
                acd.tick(now)
            else:
                (acd.rejected if cause == "rejected" else acd.unreachable)(FIRST, ANN, now - 5.0)
                acd.tick(now - 5.0)
            assert state_of(acd, ANN) is (S.BREAK if miss == limit else S.RINGING)
        status = acd.find_agent(ANN)
        assert status is not None
        assert status.reason == reason
        assert [c.call_id for c in acd.waiting(GENERAL)] == [FIRST]


def test_b11_every_second_of_a_shift_lies_in_one_state_with_its_reason() -> None:
    """FreePBX 912, asterisk 66, qpanel 280 and 39: a change of reason was not a new stretch; times were lost."""
    acd = Acd([Queue(queue_id=GENERAL, acw_s=30.0)])
    told: list[Effect] = []
    told += acd.sign_in(ANN, [GENERAL], 0.0)
    told += acd.take_break(ANN, "休息", 10.0)
    told += acd.take_break(ANN, "会议", 25.0)
    told += acd.ready(ANN, 60.0)
    told += acd.enqueue(FIRST, GENERAL, 0, 70.0)
    told += acd.accepted(FIRST, ANN, 75.0)
    told += acd.call_ended(ANN, 200.0)
    told += acd.tick(230.0)
    told += acd.sign_out(ANN, 240.0)

    changes = [e for e in told if isinstance(e, AgentStateChanged)]
    stretches = [(one.state, one.reason, after.since - one.since) for one, after in pairwise(changes)]
    assert stretches == [
        (S.BREAK, WARM_UP, 10.0),
        (S.BREAK, "休息", 15.0),
        (S.BREAK, "会议", 35.0),
        (S.READY, None, 10.0),
        (S.RINGING, None, 5.0),
        (S.TALKING, None, 125.0),
        (S.ACW, None, 30.0),
        (S.READY, None, 10.0),
    ]


def test_b12_signing_in_rings_nobody() -> None:
    acd = Acd([Queue(queue_id=GENERAL)])
    acd.enqueue(FIRST, GENERAL, 0, 0.0)

    assert offered(acd.sign_in(ANN, [GENERAL], 1.0)) == []
    assert offered(acd.ready(ANN, 2.0)) == [(FIRST, ANN)]


@pytest.mark.parametrize("strategy", Strategy)
def test_b14_a_caller_who_hangs_up_while_it_rings_leaves_nothing_ringing(strategy: Strategy) -> None:
    """freeswitch 2529 (zombie call), 1973 (stale state)."""
    acd = Acd([Queue(queue_id=GENERAL, strategy=strategy)])
    seat(acd, ANN, 0.0)
    seat(acd, BOB, 0.0)
    ringing = rung(acd.enqueue(FIRST, GENERAL, 0, 1.0))

    effects = acd.abandon(FIRST, 2.0)

    assert withdrawn(effects) == [(FIRST, agent, Withdrawal.CALLER_LEFT) for agent in ringing]
    assert {state_of(acd, agent) for agent in (ANN, BOB)} == {S.READY}
    assert acd.next_deadline is None
    assert acd.waiting(GENERAL) == []


@pytest.mark.parametrize("strategy", Strategy)
def test_b14_an_hour_with_five_agents_never_stands_still(strategy: Strategy) -> None:
    """freeswitch 1062: froze with five agents. Everybody who came is answered or gone, nobody is stuck."""
    chance, acd = (
        Random(5),
        Acd([Queue(queue_id=GENERAL, strategy=strategy, acw_s=5.0, misses_before_break=2)]),
    )
    agents = [AgentId(f"agent-{n}") for n in range(5)]
    for agent in agents:
        seat(acd, agent, 0.0)
    now, ended, came = 0.0, set[CallId](), 0
    while now < 3600.0 or acd.waiting(GENERAL):
        now += 1.0
        acd.tick(now)
        if now < 3600.0 and chance.random() < 0.05:
            came += 1
            acd.enqueue(CallId(f"call-{came}"), GENERAL, 0, now)
        for call in acd.waiting(GENERAL):
            if call.is_offered and chance.random() < 0.01:
                acd.abandon(call.call_id, now)
                ended.add(call.call_id)
        for agent in agents:
            status = acd.find_agent(agent)
            assert status is not None
            if status.state is S.RINGING and chance.random() < 0.2 and status.call_id is not None:
                acd.accepted(status.call_id, status.agent_id, now)
                ended.add(status.call_id)
            elif status.state is S.TALKING and chance.random() < 0.02:
                acd.call_ended(status.agent_id, now)
            elif status.state is S.BREAK and chance.random() < 0.1:
                acd.ready(status.agent_id, now)
        assert now < 7200.0, "somebody waits for ever"
    assert len(ended) == came > 100


def test_b15_two_nodes_never_both_ring_an_agent() -> None:
    """freeswitch 1674, "more than 6 years": a node that lost its lease and does not know goes on deciding."""
    first = Leader(Acd([Queue(queue_id=GENERAL)]), 1)
    phones = Follower()
    acts = []

    def give(leader: Leader, command: object) -> None:
        assert callable(command)
        acts.extend(phones.take(leader.decide(command)))

    give(first, lambda acd: acd.sign_in(ANN, [GENERAL], 0.0))
    give(first, lambda acd: acd.ready(ANN, 1.0))
    second = Leader(Acd([Queue(queue_id=GENERAL)]), 2)
    second.acd.restore(first.acd.export(5.0), 5.0)
    give(second, lambda acd: acd.enqueue(FIRST, GENERAL, 0, 6.0))
    give(first, lambda acd: acd.enqueue(SECOND, GENERAL, 0, 6.0))
    give(first, lambda acd: acd.tick(21.0))
    give(second, lambda acd: acd.accepted(FIRST, ANN, 8.0))

    assert offered(acts) == [(FIRST, ANN)]
    assert not [act for act in acts if isinstance(act, OfferWithdrawn)]


def test_e3_who_would_transfer_a_call_sees_how_long_it_will_wait_there() -> None:
    acd = Acd([Queue(queue_id=GENERAL), Queue(queue_id=OTHER, acw_s=0.0)])
    seat(acd, ANN, 0.0, [OTHER])
    for n in range(8):
        acd.enqueue(CallId(f"call-{n}"), OTHER, 0, 0.0)
    for n in range(5):
        acd.accepted(CallId(f"call-{n}"), ANN, n * 60.0)
        acd.call_ended(ANN, n * 60.0 + 60.0)
    transferred = Arrival(call_id=FIRST, queue_id=OTHER, waiting_since=290.0)

    told = acd.expected_wait_of(transferred, 300.0)

    assert told is not None
    assert told.low_s < 3 * 60.0 < told.high_s


def test_e10_a_supervisor_moves_an_agent_to_where_callers_wait() -> None:
    acd = Acd([Queue(queue_id=GENERAL), Queue(queue_id=OTHER)])
    seat(acd, ANN, 0.0)
    acd.enqueue(FIRST, OTHER, 0, 10.0)

    effects = acd.sign_in(ANN, [GENERAL, OTHER], 20.0)

    assert [e.queue_id for e in effects if isinstance(e, Offer)] == [OTHER]
    assert states(effects) == [(ANN, S.RINGING, None)]
