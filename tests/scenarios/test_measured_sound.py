"""How a call sounded is kept with it: each leg's packets are counted as it leaves."""

import pytest

from banjie.base.ids import CallId
from banjie.calls.cdr import fold
from banjie.calls.events import SoundMeasured
from banjie.media.events import BrowserLost
from banjie.media.model import PortStats
from tests.fakes.centre import ANN, Centre

pytestmark = pytest.mark.story


@pytest.fixture
def centre() -> Centre:
    return Centre()


def counted(
    *, received: int = 3000, lost: int = 0, sent: int = 3000, remote_lost: int | None = 0
) -> PortStats:
    is_told = remote_lost is not None
    return PortStats(
        received=received,
        lost=lost,
        late=0,
        duplicate=0,
        concealed=0,
        sent=sent,
        strangers=0,
        jitter_ms=4.0,
        delay_ms=0.0,
        level_db=-20.0,
        round_trip_ms=50.0 if is_told else None,
        remote_lost=remote_lost,
        remote_jitter_ms=2.0 if is_told else None,
    )


async def talking(centre: Centre) -> CallId:
    centre.ready(ANN)
    centre.sip.call("4000000001")
    (call_id,) = centre.log.call_ids
    centre.press(call_id, "0")
    await centre.stories.agents.answer(ANN, call_id, "offer")
    return call_id


async def sounds(centre: Centre, call_id: CallId) -> list[SoundMeasured]:
    return [one for one in await centre.log.events_of(call_id) if isinstance(one, SoundMeasured)]


async def test_both_legs_are_measured_at_the_end_and_the_worse_is_in_the_record(centre: Centre) -> None:
    call_id = await talking(centre)
    centre.switchboard.told_stats = {
        centre.caller_port(call_id): counted(remote_lost=None),
        centre.agent_port(call_id): counted(lost=30, remote_lost=300),
    }
    centre.stories.agents.hang_up(ANN, call_id)

    caller, agent = await sounds(centre, call_id)
    assert (caller.part, caller.agent_id, caller.loss_ratio, caller.sent_loss_ratio) == (
        "caller",
        None,
        0.0,
        None,
    )
    assert (agent.part, agent.agent_id, agent.loss_ratio, agent.sent_loss_ratio) == (
        "agent",
        ANN,
        0.0099,
        0.1,
    )
    assert agent.mos < 3.6 < 4.3 < caller.mos
    assert fold(await centre.log.events_of(call_id)).mos == agent.mos


async def test_the_sound_of_a_page_that_was_lost_is_measured_too(centre: Centre) -> None:
    call_id = await talking(centre)
    port = centre.agent_port(call_id)
    centre.switchboard.told_stats[port] = counted(lost=1000)
    centre.switchboard.on_event(BrowserLost(port_id=port))

    (agent,) = await sounds(centre, call_id)
    assert (agent.part, agent.agent_id, agent.loss_ratio) == ("agent", ANN, 0.25)
    assert centre.log.kinds(call_id)[-2:] == ["SoundMeasured", "AgentLost"]


async def test_of_a_leg_that_hardly_spoke_nothing_is_said(centre: Centre) -> None:
    call_id = await talking(centre)
    for port in (centre.caller_port(call_id), centre.agent_port(call_id)):
        centre.switchboard.told_stats[port] = counted(received=99)
    centre.stories.agents.hang_up(ANN, call_id)

    assert await sounds(centre, call_id) == []
    assert fold(await centre.log.events_of(call_id)).mos is None
