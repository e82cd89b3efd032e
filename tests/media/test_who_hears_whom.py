"""Real sockets around the real switchboard: cords decide who hears whom, and nothing else does."""

import itertools

import numpy as np
import pytest

from banjie.media.model import Codec
from tests.media.peers import Peer, running, strength, talk

pytestmark = [pytest.mark.peer, pytest.mark.timeout(300)]  # the first run compiles

_LOUD, _FAINT = 4000.0, 400.0  # of 8000; a busy machine conceals a frame now and then


@pytest.mark.parametrize("codecs", [("PCMA", "PCMA"), ("PCMU", "PCMU"), ("PCMA", "PCMU")])
async def test_two_talk(codecs: tuple[Codec, Codec]) -> None:
    async with running() as (switchboard, _):
        ann, bob = Peer(440, codecs[0]), Peer(700, codecs[1])
        a, b = ann.plug(switchboard).port_id, bob.plug(switchboard).port_id
        switchboard.cord(a, b)
        switchboard.cord(b, a)
        await talk([ann, bob], 0.6)

        assert strength(ann.heard()[-2000:], 700) > _LOUD
        assert strength(bob.heard()[-2000:], 440) > _LOUD
        assert strength(ann.heard()[-2000:], 440) < _FAINT
        for port in (a, b):
            stats = switchboard.stats(port)
            assert (stats.lost, stats.duplicate, stats.strangers) == (0, 0, 0)
            assert stats.received == 30
            assert -10 < stats.level_db < -8


async def test_a_relayed_stream_is_numbered_without_gaps_through_joining_and_leaving() -> None:
    async with running() as (switchboard, _):
        ann, bob, eve = Peer(440), Peer(700), Peer(1000)
        a, b, e = (p.plug(switchboard).port_id for p in (ann, bob, eve))
        switchboard.cord(a, b)
        await talk([ann, bob, eve], 0.3)
        switchboard.cord(e, b)
        await talk([ann, bob, eve], 0.3)
        switchboard.cord(e, b, 0.0)
        await talk([ann, bob, eve], 0.3)
        bob.drain()

        seqs = [int.from_bytes(p[2:4], "big") for p in bob.packets]
        stamps = [int.from_bytes(p[4:8], "big") for p in bob.packets]
        assert all((y - x) & 0xFFFF == 1 for x, y in itertools.pairwise(seqs))
        assert all((y - x) & 0xFFFFFFFF in range(160, 1600, 160) for x, y in itertools.pairwise(stamps))
        assert len({p[8:12] for p in bob.packets}) == 1
        assert 40 <= len(bob.packets) <= 50


async def test_three_in_a_room_hear_the_others_and_not_themselves() -> None:
    async with running() as (switchboard, _):
        peers = [Peer(440), Peer(700, "PCMU"), Peer(1000)]
        ports = [p.plug(switchboard).port_id for p in peers]
        for source in ports:
            for sink in ports:
                if source != sink:
                    switchboard.cord(source, sink)
        await talk(peers, 0.6)

        for me in peers:
            sound = me.heard()[-2000:]
            assert {p.hz for p in peers if strength(sound, p.hz) > _LOUD} == {
                p.hz for p in peers if p is not me
            }


async def test_gain_hold_whisper_and_echo() -> None:
    async with running() as (switchboard, _):
        ann, bob = Peer(440), Peer(700)
        a, b = ann.plug(switchboard).port_id, bob.plug(switchboard).port_id
        switchboard.cord(a, b, 0.25)
        switchboard.cord(b, b)
        await talk([ann, bob], 0.5)
        sound = bob.heard()[-2000:]
        assert strength(sound, 440) == pytest.approx(2000, rel=0.1)
        assert strength(sound, 700) == pytest.approx(8000, rel=0.1)

        switchboard.cord(a, b, 0.0)
        switchboard.cord(b, b, 0.0)
        music = switchboard.play(b, [switchboard.tone("cn.dial")], loop=True)
        ann.packets.clear(), bob.packets.clear()
        await talk([ann, bob], 0.5)
        sound = bob.heard()[-1600:]
        assert strength(sound, 450) > 3000
        assert strength(sound, 700) < _FAINT
        assert not np.any(np.abs(ann.heard()) > 16)  # nobody speaks to Ann: silence, sent all the same
        assert len(ann.packets) > 20
        switchboard.stop(music)


async def test_a_port_told_not_to_send_is_silent_and_one_not_to_receive_is_not_heard() -> None:
    async with running() as (switchboard, _):
        ann, bob = Peer(440), Peer(700)
        a, b = ann.plug(switchboard).port_id, bob.plug(switchboard).port_id
        switchboard.cord(a, b)
        switchboard.cord(b, a)
        switchboard.point_rtp(a, ann.remote(), send=False, receive=True)
        switchboard.point_rtp(b, bob.remote(), send=True, receive=False)
        await talk([ann, bob], 0.1)
        ann.drain()
        ann.packets.clear()
        await talk([ann, bob], 0.3)

        assert not ann.packets
        assert strength(bob.heard()[-1600:], 440) > _LOUD


async def test_a_stranger_cannot_take_a_port_over() -> None:
    async with running() as (switchboard, _):
        ann, bob, thief = Peer(440), Peer(700), Peer(1000)
        a, b = ann.plug(switchboard).port_id, bob.plug(switchboard).port_id
        switchboard.cord(a, b)
        switchboard.cord(b, a)
        thief.to = ann.to
        await talk([ann, bob], 0.1)
        await talk([ann, bob, thief], 0.4)

        assert strength(bob.heard()[-2000:], 1000) < _FAINT
        thief.drain()
        assert not thief.packets


async def test_a_peer_behind_nat_is_found_by_its_packets_and_then_kept() -> None:
    async with running() as (switchboard, _):
        ann, bob, thief = Peer(440), Peer(700), Peer(1000)
        a, b = ann.plug(switchboard).port_id, bob.plug(switchboard).port_id
        switchboard.point_rtp(a, Peer().remote())  # what Ann's SDP says is not where her packets come from
        switchboard.cord(a, b)
        switchboard.cord(b, a)
        await talk([ann, bob], 0.3)
        thief.to = ann.to
        await talk([ann, bob, thief], 0.4)

        assert strength(ann.heard()[-2000:], 700) > _LOUD
        assert strength(bob.heard()[-2000:], 440) > _LOUD
        assert strength(bob.heard()[-2000:], 1000) < _FAINT
        assert switchboard.stats(a).strangers > 10


async def test_closed_ports_leave_nothing_behind() -> None:
    async with running() as (switchboard, _):
        for _ in range(3):
            ann, bob = Peer(440), Peer(700)
            a, b = ann.plug(switchboard).port_id, bob.plug(switchboard).port_id
            switchboard.cord(a, b)
            switchboard.play(b, [switchboard.tone("busy")], loop=True)
            await talk([ann, bob], 0.1)
            switchboard.close(a)
            await talk([bob], 0.1)
            switchboard.close(b)
            switchboard.close(b)
            ann.close(), bob.close()
        await talk([], 0.1)
        assert not switchboard._closing
        assert len(switchboard._free_ports) == 256
        assert len(switchboard._free_plays) == 256
