"""What is kept of how a leg sounded: read from its port as the leg leaves its call."""

from typing import Any, Final

from banjie.calls.events import Part
from banjie.calls.sound import mos_of
from banjie.media.model import PortStats
from banjie.stories.legs import Leg
from banjie.stories.ongoing import Ongoing

PACKETS_MIN: Final = 100  # two seconds: of less nothing can be said


def sound_of(ongoing: Ongoing, leg: Leg, stats: PortStats) -> dict[str, Any] | None:
    """Return the facts of `SoundMeasured`; None where the leg said too little to judge by."""
    if stats.received < PACKETS_MIN:
        return None
    part, agent_id = _part_of(ongoing, leg)
    loss = stats.lost / (stats.received + stats.lost)
    is_told = stats.remote_lost is not None and stats.sent > 0
    sent_loss = min(1.0, (stats.remote_lost or 0) / stats.sent) if is_told else None
    sent_jitter = stats.remote_jitter_ms if is_told else None
    ways = ((loss, stats.jitter_ms), (sent_loss or 0.0, sent_jitter or 0.0))
    return {
        "part": part,
        "agent_id": agent_id,
        "loss_ratio": round(loss, 4),
        "jitter_ms": round(stats.jitter_ms, 1),
        "sent_loss_ratio": None if sent_loss is None else round(sent_loss, 4),
        "sent_jitter_ms": None if sent_jitter is None else round(sent_jitter, 1),
        "round_trip_ms": None if stats.round_trip_ms is None else round(stats.round_trip_ms, 1),
        "mos": round(
            min(
                mos_of(loss_ratio=lost, jitter_ms=jitter, round_trip_ms=stats.round_trip_ms)
                for lost, jitter in ways
            ),
            2,
        ),
    }


def _part_of(ongoing: Ongoing, leg: Leg) -> tuple[Part, Any]:
    if leg is ongoing.caller:
        return "caller", None
    if leg is ongoing.agent and ongoing.agent_id is not None:
        return "agent", ongoing.agent_id
    if (watch := ongoing.watch_of(leg)) is not None:
        return "supervisor", watch.supervisor_id
    guest = ongoing.guest_of(leg)
    return "guest", None if guest is None else guest.agent_id
