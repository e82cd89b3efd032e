"""Who hears whom. A call is parties in places; what each is, and where, decides every cord and how loud it is.

Laws: nobody hears himself; who is muted is heard by nobody; who only monitors is heard by nobody; a whisper is heard by
the agent alone; who is on hold, or left alone, hears music and nothing else.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final, NamedTuple


class Voice(StrEnum):
    """What a party is to the others."""

    CALLER = "caller"
    AGENT = "agent"
    GUEST = "guest"  # consulted, in a conference, or whom the caller was transferred to
    MONITOR = "monitor"  # a supervisor who listens 监听
    WHISPER = "whisper"  # … who coaches 耳语
    BARGE = "barge"  # … who takes part 强插


class Place(StrEnum):
    """Only who is in the same place can hear each other."""

    LINE = "line"  # the conversation with the caller
    ASIDE = "aside"  # the agent's word with whom he consults
    HOLD = "hold"  # everybody there is alone


class Cord(NamedTuple):
    """`sink` hears `source` this loud: 1.0 is unchanged. Both are media ports."""

    source: int
    sink: int
    gain: float = 1.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Party:
    port: int
    voice: Voice
    place: Place = Place.LINE
    is_muted: bool = False


# Under the other side's voice, not over it: the agent goes on listening while he is told.
WHISPER_GAIN: Final = 0.7

_TALKERS: Final = {Voice.CALLER: 1.0, Voice.AGENT: 1.0, Voice.GUEST: 1.0, Voice.BARGE: 1.0}
# Listener → speaker → loudness; who is not named is not heard.
HEARS: Final[Mapping[Voice, Mapping[Voice, float]]] = {
    Voice.CALLER: _TALKERS,
    Voice.AGENT: {**_TALKERS, Voice.WHISPER: WHISPER_GAIN},
    Voice.GUEST: _TALKERS,
    Voice.MONITOR: _TALKERS,
    Voice.WHISPER: _TALKERS,
    Voice.BARGE: _TALKERS,
}
# Agents wait in silence, so that they hear who comes back; supervisors come and go.
_GIVEN_MUSIC: Final = frozenset({Voice.CALLER, Voice.GUEST})


def hearing(parties: Iterable[Party]) -> frozenset[Cord]:
    """Return the cords among these parties. A port stands among them once."""
    present = tuple(parties)
    return frozenset(
        Cord(speaker.port, listener.port, gain)
        for listener in present
        for speaker in present
        if not speaker.is_muted and (gain := _loudness(listener, speaker)) > 0.0
    )


def left_alone(parties: Iterable[Party]) -> frozenset[int]:
    """Return the ports that are to hear music: on hold, or with nobody who could speak to them."""
    present = tuple(parties)
    return frozenset(
        listener.port
        for listener in present
        if listener.voice in _GIVEN_MUSIC and not any(_loudness(listener, speaker) for speaker in present)
    )


def _loudness(listener: Party, speaker: Party) -> float:
    if listener.port == speaker.port or listener.place is not speaker.place or listener.place is Place.HOLD:
        return 0.0
    return HEARS[listener.voice].get(speaker.voice, 0.0)
