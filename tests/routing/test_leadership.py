"""One truth on many nodes: only the newest leader's decisions are carried out, each once."""

import pytest

from banjie.routing.acd import Acd
from banjie.routing.events import Effect, OfferWithdrawn
from banjie.routing.leadership import Decision, DecisionsMissing, Deposed, Follower, Leader, still_leads
from banjie.routing.queues import Queue
from tests.routing.floors import ANN, BOB, FIRST, GENERAL, SECOND, offered

pytestmark = pytest.mark.unit


def leader(epoch: int) -> Leader:
    led = Leader(Acd([Queue(queue_id=GENERAL)]), epoch)
    led.acd.sign_in(ANN, [GENERAL], 0.0)
    return led


def enqueued(acd: Acd) -> list[Effect]:
    return acd.enqueue(FIRST, GENERAL, 0, 2.0)


def test_a_leader_who_has_heard_of_a_newer_decides_no_more() -> None:
    old = leader(1)
    old.hear_of(1)
    old.decide(lambda acd: acd.ready(ANN, 1.0))
    old.hear_of(2)

    with pytest.raises(Deposed, match="epoch 2 decides now"):
        old.decide(enqueued)
    assert old.acd.waiting(GENERAL) == []


def test_a_leader_who_has_not_heard_decides_in_vain() -> None:
    """Two nodes believe to lead: the agent is rung once."""
    old = leader(1)
    old.decide(lambda acd: acd.ready(ANN, 1.0))
    new = Leader(Acd([Queue(queue_id=GENERAL)]), 2)
    new.acd.restore(old.acd.export(1.5), 1.5)
    node = Follower()

    by_new, by_old = new.decide(enqueued), old.decide(enqueued)

    assert offered(list(node.take(by_new))) == [(FIRST, ANN)]
    assert offered(list(by_old.effects)) == [(FIRST, ANN)]
    assert node.take(by_old) == ()


def test_a_decision_delivered_twice_is_carried_out_once() -> None:
    node, led = Follower(), leader(1)
    first = led.decide(lambda acd: acd.ready(ANN, 1.0))

    assert node.take(first) == first.effects
    assert node.take(first) == ()


def test_a_gap_is_said() -> None:
    node, led = Follower(), leader(1)
    led.decide(lambda acd: acd.ready(ANN, 1.0))
    second = led.decide(enqueued)

    with pytest.raises(DecisionsMissing, match="decision 2 came where 1 was next"):
        node.take(second)
    node.follow(2)
    node.follow(1, last=7)  # an older leader is not gone back to
    assert node.take(second) == ()


def test_a_node_that_took_a_snapshot_goes_on_behind_it() -> None:
    node, led = Follower(), leader(3)
    led.decide(lambda acd: acd.ready(ANN, 1.0))
    node.follow(3, last=1)
    second = led.decide(lambda acd: acd.enqueue(SECOND, GENERAL, 0, 2.0))

    assert node.take(second) == second.effects
    assert node.take(Decision(epoch=3, number=2, effects=())) == ()


def test_who_has_not_renewed_his_lease_rings_nobody_until_he_has() -> None:
    acd = Acd([Queue(queue_id=GENERAL, ring_timeout_s=15.0)])
    acd.lead(10.0, now=0.0)
    acd.sign_in(ANN, [GENERAL], 1.0)
    acd.sign_in(BOB, [GENERAL], 1.0)
    acd.ready(ANN, 1.0)
    assert offered(acd.enqueue(FIRST, GENERAL, 0, 2.0)) == [(FIRST, ANN)]

    acd.ready(BOB, 10.0)
    assert offered(acd.enqueue(SECOND, GENERAL, 0, 11.0)) == []
    assert acd.tick(20.0) == []  # nor is anybody set aside for his silence
    assert [call.call_id for call in acd.waiting(GENERAL)] == [FIRST, SECOND]

    effects = acd.lead(30.0, now=21.0)
    assert (SECOND, BOB) in offered(effects)
    assert any(isinstance(effect, OfferWithdrawn) and effect.agent_id == ANN for effect in effects)


def test_a_caller_who_left_in_a_lapse_is_rung_for_no_more() -> None:
    acd = Acd([Queue(queue_id=GENERAL)])
    acd.lead(5.0, now=0.0)
    acd.sign_in(ANN, [GENERAL], 1.0)
    acd.enqueue(FIRST, GENERAL, 0, 6.0)
    acd.ready(ANN, 6.0)
    acd.enqueue(SECOND, GENERAL, 0, 7.0)
    acd.abandon(FIRST, 8.0)

    assert offered(acd.lead(30.0, now=9.0)) == [(SECOND, ANN)]


def test_a_lease_renewed_in_time_changes_nothing() -> None:
    acd = Acd([Queue(queue_id=GENERAL)])
    acd.lead(5.0, now=0.0)
    acd.sign_in(ANN, [GENERAL], 1.0)
    acd.enqueue(FIRST, GENERAL, 0, 2.0)

    assert acd.lead(8.0, now=3.0) == []
    assert offered(acd.ready(ANN, 6.0)) == [(FIRST, ANN)]


@pytest.mark.parametrize(("taken", "epoch"), [(4, 4), (5, 5)])
def test_a_lapse_that_nobody_used_is_no_loss(taken: int, epoch: int) -> None:
    assert still_leads(4, taken) == epoch


@pytest.mark.parametrize("taken", [None, 6, 9])
def test_who_finds_that_another_led_meanwhile_is_deposed(taken: int | None) -> None:
    with pytest.raises(Deposed):
        still_leads(4, taken)
