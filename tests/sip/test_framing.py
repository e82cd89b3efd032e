"""Streams cut into messages, wherever the pieces are cut."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from banjie.sip.framing import PING, PONG, Frame, KeepAlive, StreamFramer, UnframeableStream

pytestmark = pytest.mark.unit


def message(body: bytes, length: bytes = b"Content-Length: %d") -> bytes:
    return b"INFO sip:a@b SIP/2.0\r\nCall-ID: 1\r\n" + length % len(body) + b"\r\n\r\n" + body


@given(
    st.lists(st.one_of(st.binary(max_size=50).map(message), st.just(PING)), max_size=8),
    st.lists(st.integers(1, 40), min_size=1),
)
def test_pieces_may_be_cut_anywhere(sent: list[bytes], cuts: list[int]) -> None:
    stream, framer, frames = b"".join(sent), StreamFramer(), list[Frame]()
    turn = 0
    while stream:
        size = cuts[turn % len(cuts)]
        turn += 1
        frames += framer.feed(stream[:size])
        stream = stream[size:]
    assert frames == [KeepAlive.PING if each == PING else each for each in sent]
    assert framer.is_between_messages


@pytest.mark.parametrize(
    "length", [b"l:%d", b"CONTENT-LENGTH  :  %d", b"Content-Length:\r\n %d", b"L: %d\r\nl: 3"]
)
def test_every_way_to_write_the_length_is_read(length: bytes) -> None:
    assert StreamFramer().feed(message(b"abc", length)) == [message(b"abc", length)]


def test_a_pong_is_told_from_half_a_ping() -> None:
    framer = StreamFramer()
    assert framer.feed(PONG) == []
    assert framer.feed(message(b"")) == [KeepAlive.PONG, message(b"")]


@pytest.mark.parametrize(
    "stream",
    [
        b"INFO sip:a@b SIP/2.0\r\n\r\n",
        message(b"", b"Content-Length: -%d"),
        message(b"", b"Content-Length: 99%d999999999"),
        message(b"", b"Content-Length: 70000%d"),
        message(b"", b"Content-Length: %d\r\nl: 4"),
        b"x" * 16_385,
        b"\r\r",
    ],
)
def test_a_senseless_stream_is_given_up(stream: bytes) -> None:
    with pytest.raises(UnframeableStream):
        StreamFramer().feed(stream)


@given(st.lists(st.binary(max_size=300), max_size=20))
def test_noise_raises_ours_or_nothing(pieces: list[bytes]) -> None:
    framer = StreamFramer()
    try:
        for piece in pieces:
            framer.feed(piece)
    except UnframeableStream:
        return
