"""An offer that stands is found by its agent, its call and its phone, and by none of them once it is over."""

from datetime import UTC, datetime

import pytest

from banjie.base.ids import AgentId, CallId, LegId, QueueId
from banjie.media.model import PortId
from banjie.routing.events import Offer, OfferId
from banjie.stories.legs import Leg, LegOwner
from banjie.stories.ringing import StandingOffers
from tests.fakes.centre import Centre

pytestmark = pytest.mark.unit

ANN, BOB = AgentId("1001"), AgentId("1002")
FIRST, SECOND = CallId("c1"), CallId("c2")
SINCE = datetime(2026, 11, 23, 1, 0, tzinfo=UTC)


def offer(number: int, agent_id: AgentId, call_id: CallId) -> Offer:
    return Offer(
        offer_id=OfferId(number),
        call_id=call_id,
        agent_id=agent_id,
        queue_id=QueueId("general"),
        expires_at=15.0,
    )


def phone(owner: LegOwner) -> Leg:
    return Leg(leg_id=LegId("l1"), port_id=PortId(1), owner=owner)


def test_each_offer_is_found_by_whoever_may_end_it() -> None:
    standing, leg = StandingOffers(), phone(Centre().stories.offers)
    at_ann = standing.begin(offer(1, ANN, FIRST), SINCE)
    at_bob = standing.begin(offer(2, BOB, SECOND), SINCE)
    standing.ring_at(at_bob, leg)

    assert standing.at_agent(ANN) is at_ann
    assert standing.at_agent(BOB) is standing.at_phone(leg) is at_bob
    assert (standing.of_call(FIRST), standing.of_call(SECOND)) == ((at_ann,), (at_bob,))


def test_a_call_that_rings_at_several_is_found_by_each_and_rings_on_at_the_others() -> None:
    standing = StandingOffers()
    at_ann, at_bob = (standing.begin(offer(n, agent, FIRST), SINCE) for n, agent in enumerate((ANN, BOB)))
    assert standing.of_call(FIRST) == (at_ann, at_bob)

    standing.end(ANN)
    assert standing.of_call(FIRST) == (at_bob,)
    assert standing.at_agent(BOB) is at_bob


def test_an_offer_that_is_over_is_found_by_nobody_and_its_call_may_ring_elsewhere() -> None:
    standing, leg = StandingOffers(), phone(Centre().stories.offers)
    gone = standing.begin(offer(1, ANN, FIRST), SINCE)
    standing.ring_at(gone, leg)

    assert standing.end(ANN) is gone
    assert standing.end(ANN) is None
    assert (standing.at_agent(ANN), standing.of_call(FIRST), standing.at_phone(leg)) == (None, (), None)

    again = standing.begin(offer(2, BOB, FIRST), SINCE)
    assert standing.of_call(FIRST) == (again,)
