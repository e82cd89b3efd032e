"""Who hears whom: the whole table, its laws, and the situations of a call one by one."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from banjie.calls.hearing import HEARS, WHISPER_GAIN, Cord, Party, Place, Voice, hearing, left_alone
from tests.drawings.hearing import SITUATIONS, heard_by

pytestmark = pytest.mark.unit

V = Voice
TALKERS = {V.CALLER, V.AGENT, V.GUEST, V.BARGE}


def test_the_whole_table() -> None:
    assert set(HEARS) == set(Voice)
    for listener, heard in HEARS.items():
        assert set(heard) == TALKERS | ({V.WHISPER} if listener is V.AGENT else set())
        assert all(gain == (WHISPER_GAIN if who is V.WHISPER else 1.0) for who, gain in heard.items())


SOME_PARTIES = st.lists(
    st.builds(
        Party,
        port=st.integers(1, 99),
        voice=st.sampled_from(Voice),
        place=st.sampled_from(Place),
        is_muted=st.booleans(),
    ),
    max_size=9,
    unique_by=lambda party: party.port,
)


@given(SOME_PARTIES)
def test_the_laws_hold_for_any_parties(parties: list[Party]) -> None:
    by_port = {party.port: party for party in parties}
    cords, music = hearing(parties), left_alone(parties)

    for cord in cords:
        speaker, listener = by_port[cord.source], by_port[cord.sink]
        assert speaker is not listener
        assert not speaker.is_muted
        assert speaker.voice is not V.MONITOR
        assert speaker.voice is not V.WHISPER or listener.voice is V.AGENT
        assert speaker.place is listener.place is not Place.HOLD
        assert listener.port not in music
    for party in parties:
        is_served = party.voice in (V.CALLER, V.GUEST)
        if is_served and party.place is Place.HOLD:
            assert party.port in music
        assert is_served or party.port not in music


@given(SOME_PARTIES)
def test_what_is_said_aloud_reaches_everybody_in_the_place(parties: list[Party]) -> None:
    cords = {(cord.source, cord.sink) for cord in hearing(parties)}
    for speaker in parties:
        if speaker.is_muted or speaker.voice not in TALKERS or speaker.place is Place.HOLD:
            continue
        there = {p.port for p in parties if p.place is speaker.place} - {speaker.port}
        assert {(speaker.port, port) for port in there} <= cords


@given(SOME_PARTIES)
def test_who_only_listens_changes_nothing_for_the_others(parties: list[Party]) -> None:
    others = [p for p in parties if p.voice is not V.MONITOR]
    ports = {p.port for p in others}

    assert {cord for cord in hearing(parties) if cord.sink in ports} == hearing(others)
    assert left_alone(parties) == left_alone(others)


def test_the_caller_talks_to_his_agent() -> None:
    both = (Party(port=1, voice=V.CALLER), Party(port=2, voice=V.AGENT))
    assert hearing(both) == {Cord(1, 2), Cord(2, 1)}
    assert left_alone(both) == frozenset()


@pytest.mark.parametrize(
    ("situation", "who", "hears"),
    [
        ("talking", "caller", {"agent"}),
        ("agent muted", "caller", set()),
        ("agent muted", "agent", {"caller"}),
        ("on hold", "caller", {"♪"}),
        ("on hold", "agent", set()),
        ("on hold, whisper", "agent", {"supervisor"}),
        ("consulting", "caller", {"♪"}),
        ("consulting", "agent", {"colleague"}),
        ("consulting", "colleague", {"agent"}),
        ("swapped", "colleague", {"♪"}),
        ("swapped", "agent", {"caller"}),
        ("conference", "caller", {"agent", "colleague"}),
        ("conference, another consulted", "caller", {"colleague"}),
        ("conference, another consulted", "agent", {"another"}),
        ("handed over", "caller", {"colleague"}),
        ("agent's page away", "caller", {"♪"}),
        ("monitor", "caller", {"agent"}),
        ("monitor", "agent", {"caller"}),
        ("monitor", "supervisor", {"caller", "agent"}),
        ("whisper", "caller", {"agent"}),
        ("whisper", "agent", {"caller", "supervisor"}),
        ("whisper", "supervisor", {"caller", "agent"}),
        ("barge", "caller", {"agent", "supervisor"}),
        ("barge", "agent", {"caller", "supervisor"}),
        ("conference, whisper", "colleague", {"caller", "agent"}),
        ("consulting, monitor", "supervisor", {"agent", "colleague"}),
    ],
)
def test_a_situation(situation: str, who: str, hears: set[str]) -> None:
    assert heard_by(SITUATIONS[situation], who) == hears
