"""An agent answers while his caller is told his place: on real RTP, the two hear each other at once and nothing else."""

import re
from itertools import takewhile
from pathlib import Path

import numpy as np
import pytest

from banjie.base.ids import CallId
from banjie.demo.loudness import RATE_HZ, Samples, write_wav
from banjie.routing.spoken_wait import BY_DEFAULT
from banjie.sip.model import SessionId
from banjie.stories.waiting_words import FIRST_S
from tests.fakes.centre import ANN, Centre
from tests.fakes.sip import their_sdp
from tests.media.peers import Peer, running, strength, talk
from tests.scenarios.test_waiting_words import announce

pytestmark = [pytest.mark.peer, pytest.mark.timeout(300)]  # the first run compiles

CALLER_HZ, AGENT_HZ, WORD_HZ, MUSIC_HZ = 700.0, 1700.0, 1000.0, 450.0
WITHIN_PACKETS = 5  # of 20 ms: 100 ms
LOUD = 2000.0  # of 32767
WORD_S = 10.0


def tone(hz: float, seconds: float) -> Samples:
    return (0.25 * np.sin(2 * np.pi * hz * np.arange(int(RATE_HZ * seconds)) / RATE_HZ)).astype(np.float32)


@pytest.fixture
def sounds(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The centre's prompts as files: a long word, and music."""
    write_wav(tmp_path / "music", tone(MUSIC_HZ, 2.0))
    write_wav(tmp_path / "welcome.zh.wav", tone(MUSIC_HZ, 1.0))
    write_wav(tmp_path / "wait_next.zh.wav", tone(WORD_HZ, WORD_S))
    monkeypatch.chdir(tmp_path)


def point(peer: Peer, centre: Centre, session: SessionId) -> None:
    """Let a telephone speak to the port our description names."""
    found = re.search(rb"m=audio (\d+)", centre.sip.sessions[session].our_sdp)
    assert found is not None
    peer.to = ("127.0.0.1", int(found[1]))


def packets_until(peer: Peer, hz: float) -> int:
    """Count the packets before the first that holds this tone, and check that it then stays."""
    heard = peer.heard().reshape(-1, 160)
    phase = np.exp(-2j * np.pi * hz * np.arange(160) / RATE_HZ)
    levels = [2 * abs(complex(packet @ phase)) / 160 for packet in heard]
    before = len(list(takewhile(lambda level: level < LOUD, levels)))
    assert strength(heard[before + 1 :].reshape(-1), hz) > LOUD
    return before


@pytest.mark.usefixtures("sounds")
async def test_an_answer_in_the_middle_of_a_word_is_heard_within_100_ms() -> None:
    async with running() as (switchboard, _):
        centre = Centre(switchboard=switchboard)  # type: ignore[arg-type]
        announce(centre, BY_DEFAULT)
        caller, agent = Peer(CALLER_HZ), Peer(AGENT_HZ)
        calling = centre.sip.call("4000000001", body=their_sdp(caller.number))
        call_id: CallId = centre.log.call_ids[-1]
        point(caller, centre, calling)
        centre.stories.inbound.digit_heard(centre.stories.floor.get(call_id).caller, "0")  # type: ignore[arg-type]
        centre.wait(FIRST_S)
        centre.sip.registered.add("1001")
        centre.ready(ANN, "phone")
        ringing = centre.sip.ringing("1001")
        assert ringing is not None
        point(agent, centre, ringing)
        await talk([caller, agent], 0.5)
        caller.drain()
        caller.packets[:-20] = []
        assert strength(caller.heard(), WORD_HZ) > LOUD  # he is being told his place

        for peer in (caller, agent):
            peer.drain()
            peer.packets.clear()
        centre.sip.pick_up(ringing, agent.number)
        await talk([caller, agent], 0.6)

        assert packets_until(caller, AGENT_HZ) <= WITHIN_PACKETS
        assert packets_until(agent, CALLER_HZ) <= WITHIN_PACKETS
        rest = caller.heard()[WITHIN_PACKETS * 160 :]
        assert strength(rest, WORD_HZ) < LOUD / 10
        assert strength(rest, MUSIC_HZ) < LOUD / 10
