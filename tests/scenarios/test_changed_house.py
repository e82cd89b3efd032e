"""The house is changed while calls go on: no call is lost by it, and all acts by the new set-up from the next step on."""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import cast

import pytest

from banjie.base.hours import Hours
from banjie.base.ids import AgentId, HoursId, QueueId, UserId
from banjie.calls.cdr import Outcome
from banjie.numbers.model import OpeningHours
from banjie.routing.catalogue import Code
from banjie.routing.errors import QueueClosed
from banjie.routing.moves import Move, Service
from banjie.routing.outcomes import HangUp
from banjie.sip.trunk_setup import TrunkId, TrunkSetup
from banjie.stories.agent_desk import NoSuchDisposition, NoSuchReason
from banjie.stories.house import NotAnAgent
from banjie.stories.ports import ToQueue
from banjie.stories.views import AgentView
from tests.fakes.centre import ANN, BOB, GENERAL, RING_S, START, Centre
from tests.fakes.desk_office import FakeCatalogue, FakeHours, FakeTrunks
from tests.fakes.desk_people import FakeUsers
from tests.fakes.set_up import TENANT

pytestmark = pytest.mark.story

NUMBER = "4000000001"


@pytest.fixture
def centre() -> Centre:
    return Centre()


def catalogue(centre: Centre) -> FakeCatalogue:
    return cast(FakeCatalogue, centre.set_up.queues)


async def change_queue(centre: Centre, queue_id: QueueId, **what: object) -> None:
    queues = catalogue(centre).queues
    at = next(n for n, queue in enumerate(queues) if queue.rules.queue_id == queue_id)
    queues[at] = replace(queues[at], **what)  # type: ignore[arg-type]
    await centre.house_changed()


async def change_agent(centre: Centre, agent_id: AgentId, **what: object) -> None:
    users = cast(FakeUsers, centre.set_up.users).users
    users[UserId(agent_id)] = replace(users[UserId(agent_id)], **what)  # type: ignore[arg-type]
    await centre.house_changed()


def queued(centre: Centre, digit: str = "0") -> str:
    before = set(centre.log.call_ids)
    centre.sip.call(NUMBER)
    (call_id,) = set(centre.log.call_ids) - before
    centre.press(call_id, digit)
    return call_id


def wallboard(centre: Centre) -> set[str]:
    return set(centre.board.topics["wallboard"])


async def test_a_closed_queue_answers_those_who_wait_and_takes_nobody_new(centre: Centre) -> None:
    waits = queued(centre)
    await change_queue(centre, GENERAL, is_active=False)
    assert f"queue/{GENERAL}" in wallboard(centre)  # somebody waits there

    refused = queued(centre)
    assert centre.switchboard.playing(centre.caller_port(refused)) == [("unavailable.zh",)]
    centre.switchboard.finish_plays(centre.caller_port(refused))
    assert centre.log.cdr(refused).outcome is Outcome.CLOSED
    assert "CallQueued" not in centre.log.kinds(refused)

    centre.ready(ANN)
    await centre.stories.agents.answer(ANN, waits, "offer")  # type: ignore[arg-type]
    centre.stories.agents.hang_up(ANN, waits)  # type: ignore[arg-type]
    centre.wait(1.0)
    assert f"queue/{GENERAL}" not in wallboard(centre)
    await change_queue(centre, GENERAL, is_active=True)
    assert f"queue/{GENERAL}" in wallboard(centre)


async def test_no_call_is_handed_on_to_a_closed_queue(centre: Centre) -> None:
    centre.ready(ANN)
    call_id = queued(centre)
    await centre.stories.agents.answer(ANN, call_id, "offer")  # type: ignore[arg-type]
    urgent = QueueId("urgent")
    assert urgent in {queue.queue_id for queue in centre.stories.agents.targets(ANN).queues}
    await change_queue(centre, urgent, is_active=False)
    assert urgent not in {queue.queue_id for queue in centre.stories.agents.targets(ANN).queues}
    with pytest.raises(QueueClosed):
        centre.stories.agents.transfer(ANN, call_id, ToQueue(queue_id=urgent))  # type: ignore[arg-type]
    assert centre.state(ANN)[0] == "TALKING"


async def test_outside_its_hours_a_queue_says_so(centre: Centre) -> None:
    never = OpeningHours(
        hours_id=HoursId("never"), tenant_id=TENANT, name={}, hours=Hours(timezone="Asia/Shanghai", weekly={})
    )
    await cast(FakeHours, centre.set_up.hours).put_hours(never)
    setup = next(q for q in catalogue(centre).queues if q.rules.queue_id == GENERAL)
    says_so = replace(setup.rules, when_closed=HangUp(prompt="closed"))
    await change_queue(centre, GENERAL, hours_id=never.hours_id, rules=says_so)
    refused = queued(centre)
    assert centre.switchboard.playing(centre.caller_port(refused)) == [("closed.zh",)]
    assert "CallQueued" in centre.log.kinds(queued(centre, "2"))  # another queue is open


async def test_a_new_ring_time_counts_from_the_next_offer(centre: Centre) -> None:
    centre.ready(ANN)
    call_id = queued(centre)
    setup = next(q for q in catalogue(centre).queues if q.rules.queue_id == GENERAL)
    await change_queue(centre, GENERAL, rules=replace(setup.rules, ring_timeout_s=RING_S + 10.0))
    centre.wait(RING_S + 1.0)
    assert centre.state(ANN) == ("BREAK", "RingingTimeout")

    centre.ready(BOB)
    centre.wait(RING_S + 5.0)
    assert centre.state(BOB) == ("RINGING", None)
    centre.wait(6.0)
    assert centre.state(BOB) == ("BREAK", "RingingTimeout")
    assert centre.log.kinds(call_id).count("AgentOffered") == 2


async def test_who_is_let_go_in_a_call_ends_it_first(centre: Centre) -> None:
    centre.ready(ANN)
    call_id = queued(centre)
    await centre.stories.agents.answer(ANN, call_id, "offer")  # type: ignore[arg-type]
    await change_agent(centre, ANN, is_active=False)
    assert centre.state(ANN)[0] == "TALKING"
    await centre.house_changed()  # and again: nothing more happens to him

    centre.stories.agents.hang_up(ANN, call_id)  # type: ignore[arg-type]
    await centre.stories.agents.dispose(ANN, call_id, "enquiry", "")  # type: ignore[arg-type]
    assert centre.state(ANN) == ("OFFLINE", None)
    assert f"agent/{ANN}" not in wallboard(centre)
    assert "agent" not in centre.board.topics[f"me/{ANN}"]
    with pytest.raises(NotAnAgent):
        centre.ready(ANN)


async def test_who_is_let_go_while_a_call_rings_loses_it_to_the_next(centre: Centre) -> None:
    centre.ready(ANN)
    centre.wait(1.0)
    centre.ready(BOB)
    queued(centre)
    assert centre.state(ANN)[0] == "RINGING"
    await change_agent(centre, ANN, is_active=False)
    assert (centre.state(ANN)[0], centre.state(BOB)[0]) == ("OFFLINE", "RINGING")
    await change_agent(centre, ANN, is_active=True)
    centre.ready(ANN)
    assert centre.state(ANN) == ("READY", None)


async def test_an_agent_at_work_gets_his_new_queues_at_once(centre: Centre) -> None:
    await change_agent(centre, ANN, queues=(QueueId("urgent"),))
    centre.ready(ANN)
    queued(centre)
    assert centre.state(ANN) == ("READY", None)
    await change_agent(centre, ANN, queues=(GENERAL,))
    assert centre.state(ANN)[0] == "RINGING"


async def test_who_asked_to_leave_after_his_call_still_leaves(centre: Centre) -> None:
    centre.ready(ANN)
    call_id = queued(centre)
    await centre.stories.agents.answer(ANN, call_id, "offer")  # type: ignore[arg-type]
    centre.stories.agents.set_state(ANN, "OFFLINE", None, "browser")
    await change_agent(centre, ANN, queues=(GENERAL,))
    centre.stories.agents.hang_up(ANN, call_id)  # type: ignore[arg-type]
    await centre.stories.agents.dispose(ANN, call_id, "enquiry", "")  # type: ignore[arg-type]
    assert centre.state(ANN) == ("OFFLINE", None)


def moved(agent_id: AgentId, *queues: QueueId, until: datetime | None = None) -> Move:
    service = Service(queues=frozenset(queues), skills={})
    return Move(agent_id=agent_id, service=service, until=until, moved_by=UserId("2001"), moved_at=START)


def shown(centre: Centre, agent_id: AgentId) -> AgentView:
    return cast(AgentView, centre.board.topics["wallboard"][f"agent/{agent_id}"])


async def test_an_agent_who_is_moved_takes_what_waits_there_and_keeps_the_call_he_has(centre: Centre) -> None:
    urgent, moves = QueueId("urgent"), centre.set_up.moves
    await moves.put_move(TENANT, moved(ANN, urgent))
    await centre.house_changed()
    assert (shown(centre, ANN).queues, shown(centre, ANN).is_moved) == ((urgent,), True)
    centre.ready(ANN)
    waits = queued(centre)  # in the other queue
    assert centre.state(ANN) == ("READY", None)

    await moves.put_move(TENANT, moved(ANN, GENERAL))
    await centre.house_changed()
    assert centre.state(ANN)[0] == "RINGING"
    await centre.stories.agents.answer(ANN, waits, "offer")  # type: ignore[arg-type]
    await moves.put_move(TENANT, moved(ANN, urgent))
    await centre.house_changed()
    assert centre.state(ANN)[0] == "TALKING"
    assert centre.log.cdr(waits).agent_id == ANN  # type: ignore[arg-type]


async def test_who_is_moved_for_today_serves_as_he_is_set_up_when_the_day_is_over(centre: Centre) -> None:
    ends = centre.clock.utc() + timedelta(hours=14)
    await centre.set_up.moves.put_move(TENANT, moved(ANN, QueueId("urgent"), until=ends))
    await centre.house_changed()
    assert shown(centre, ANN).moved_until == ends
    centre.ready(ANN, device="phone")
    call_id = queued(centre)
    centre.wait(13 * 3600)
    assert centre.state(ANN) == ("READY", None)
    centre.wait(3600)
    assert centre.state(ANN) != ("READY", None)  # the call that waited rang at him
    assert "AgentOffered" in centre.log.kinds(call_id)  # type: ignore[arg-type]
    assert (shown(centre, ANN).queues, shown(centre, ANN).is_moved) == (("general", "urgent"), False)


async def test_a_new_queue_and_new_codes_serve_at_once(centre: Centre) -> None:
    kept = catalogue(centre)
    vip = replace(kept.queues[0], rules=replace(kept.queues[0].rules, queue_id=QueueId("vip")))
    kept.queues.append(vip)
    kept.break_reasons = [Code(code="prayer", name={})]
    kept.dispositions = [Code(code="loan", name={})]
    await change_agent(centre, ANN, queues=(vip.rules.queue_id,))
    centre.stories.agents.set_state(ANN, "BREAK", "prayer", "browser")
    assert centre.state(ANN) == ("BREAK", "prayer")
    assert "queue/vip" in wallboard(centre)
    with pytest.raises(NoSuchReason):
        centre.stories.agents.set_state(ANN, "BREAK", "lunch", "browser")
    with pytest.raises(NoSuchDisposition):
        await centre.stories.agents.dispose(ANN, "any", "enquiry", "")  # type: ignore[arg-type]


async def test_callers_of_a_trunk_whose_keys_come_as_tones_are_listened_to(centre: Centre) -> None:
    kept = cast(FakeTrunks, centre.set_up.trunk_store)
    tones = TrunkSetup(
        trunk_id=TrunkId("t"), name="loopback", networks=("192.0.2.0/24",), has_in_band_digits=True
    )
    for setup, is_wanted in ((tones, True), (replace(tones, is_active=False), False)):
        await kept.put_trunk(TENANT, setup)
        await centre.house_changed()
        before = set(centre.log.call_ids)
        centre.sip.call(NUMBER)
        (call_id,) = set(centre.log.call_ids) - before
        port = centre.caller_port(call_id)
        assert centre.switchboard.ports[port].detects_tones is is_wanted
