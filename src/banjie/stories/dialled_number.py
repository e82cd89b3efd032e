"""What a number dialled at a desk phone means: an extension, a queue, a number of ours, or one outside."""

from banjie.stories.house import House
from banjie.stories.inbound_call import InboundCalls
from banjie.stories.ports import Target, ToColleague, ToNumber, ToQueue, ToScript


def destination(house: House, inbound: InboundCalls, dialled: str) -> Target:
    """Whatever is not ours is taken for a number outside; whether it is one its own rules say."""
    for profile in house.agents.values():
        if profile.extension == dialled:
            return ToColleague(agent_id=profile.agent_id)
    for queue_id in house.queues:
        if queue_id == dialled:
            return ToQueue(queue_id=queue_id)
    return ToScript(dialled=dialled) if inbound.serves(dialled) else ToNumber(number=dialled)
