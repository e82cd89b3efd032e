"""The table of who hears whom, on real RTP: every party says a tone of its own, and what each hears is measured."""

import pytest

from banjie.calls.hearing import WHISPER_GAIN, Cord, Party, Voice, hearing, left_alone
from banjie.media.io.native import NativeSwitchboard
from banjie.media.model import PlayId, PortId
from tests.drawings.hearing import COLUMNS, MUSIC, SITUATIONS, Situation, heard_by
from tests.media.peers import Peer, running, strength, talk

pytestmark = [pytest.mark.peer, pytest.mark.timeout(300)]  # the first run compiles

TONES = dict(zip((*COLUMNS, MUSIC), (620, 800, 1000, 1300, 1700, 450), strict=True))
SAID, FAINT = 8000.0, 400.0


class Room:
    """Parties on a real switchboard; a situation is made by the difference from the one before, as on the floor."""

    def __init__(self, switchboard: NativeSwitchboard) -> None:
        self.switchboard = switchboard
        self.peers = {name: Peer(TONES[name]) for name in COLUMNS}
        self.ports = {name: peer.plug(switchboard).port_id for name, peer in self.peers.items()}
        self.music = switchboard.tone("cn.dial")  # 450 Hz
        self.cords: frozenset[Cord] = frozenset()
        self.plays: dict[PortId, PlayId] = {}

    def become(self, situation: Situation) -> None:
        parties = [
            Party(port=self.ports[name], voice=given[0], place=given[1], is_muted=len(given) > 2)
            for name, given in situation.items()
        ]
        wanted, alone = hearing(parties), left_alone(parties)
        for cord in self.cords - wanted:
            self.switchboard.cord(PortId(cord.source), PortId(cord.sink), 0.0)
        for cord in wanted - self.cords:
            self.switchboard.cord(PortId(cord.source), PortId(cord.sink), cord.gain)
        for port in [port for port in self.plays if port not in alone]:
            self.switchboard.stop(self.plays.pop(port))
        for port in map(PortId, alone - self.plays.keys()):
            self.plays[port] = self.switchboard.play(port, [self.music], loop=True)
        self.cords = wanted

    async def heard(self) -> dict[str, dict[str, float]]:
        """What each party hears now: the amplitude of every tone."""
        await talk(list(self.peers.values()), 0.2)
        for peer in self.peers.values():
            peer.drain()
            peer.packets.clear()
        await talk(list(self.peers.values()), 0.4)
        sounds = {name: peer.heard()[-2400:] for name, peer in self.peers.items()}
        return {
            name: {other: strength(sound, hz) for other, hz in TONES.items()}
            for name, sound in sounds.items()
        }


async def test_in_every_situation_each_hears_whom_the_table_says_and_nobody_else() -> None:
    async with running() as (switchboard, _):
        room = Room(switchboard)
        for name, situation in SITUATIONS.items():
            room.become(situation)
            sounds = await room.heard()
            for who in situation:
                loud = {other for other, level in sounds[who].items() if level > 3 * FAINT}
                assert loud == heard_by(situation, who), (name, who, sounds[who])


async def test_a_whisper_lies_under_the_callers_voice_and_not_a_trace_of_it_reaches_him() -> None:
    async with running() as (switchboard, _):
        room = Room(switchboard)
        room.become(SITUATIONS["whisper"])
        sounds = await room.heard()

        assert SITUATIONS["whisper"]["supervisor"][0] is Voice.WHISPER
        assert sounds["agent"]["supervisor"] == pytest.approx(WHISPER_GAIN * SAID, rel=0.1)
        assert sounds["agent"]["caller"] == pytest.approx(SAID, rel=0.1)
        assert sounds["caller"]["supervisor"] < FAINT / 4
