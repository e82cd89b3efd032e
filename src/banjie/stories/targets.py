"""To whom an agent can hand his caller now: colleagues who are signed in, queues with who waits there."""

from banjie.base.ids import AgentId
from banjie.stories.clock import Clock
from banjie.stories.expected_wait import expected_of
from banjie.stories.house import House
from banjie.stories.offer_and_answer import OffersAndAnswers
from banjie.stories.views import ColleagueView, TargetsView, WaitView


def targets(house: House, offers: OffersAndAnswers, clock: Clock, asker: AgentId) -> TargetsView:
    """Colleagues by extension; who is not READY is shown with what he does, so that it can be said why not."""
    colleagues = [
        ColleagueView(
            agent_id=status.agent_id,
            name=house.agents[status.agent_id].name,
            extension=house.agents[status.agent_id].extension,
            state=status.state.value,
        )
        for status in offers.acd.agents()
        if status.agent_id != asker and status.agent_id in house.agents
    ]
    queues = []
    for queue_id, profile in house.queues.items():
        if not profile.takes_calls(clock.utc()):
            continue
        status = offers.acd.queue_status(queue_id)
        since = status.longest_since
        queues.append(
            WaitView(
                queue_id=queue_id,
                name=profile.name,
                waiting_count=status.waiting_count,
                longest_since=None if since is None else clock.utc_of(since),
                ready_count=status.ready_count,
                expected=expected_of(offers.acd, queue_id, clock.mono()),
            )
        )
    return TargetsView(
        colleagues=tuple(sorted(colleagues, key=lambda colleague: colleague.extension)),
        queues=tuple(queues),
        can_dial_out=house.outbound_trunk is not None,
    )
