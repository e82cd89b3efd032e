"""A browser's offer and our answer."""

from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from banjie.media.browser_sdp import OurEnd, UnusableOffer, read_offer, write_answer
from tests.fakes.browser_peer import offer_sdp

pytestmark = pytest.mark.unit

_PRINT = ":".join(["AB"] * 32)
_OFFER = offer_sdp("abcd", "x" * 24, _PRINT)
_OURS = OurEnd(
    hosts=[("203.0.113.5", 40000), ("2001:db8::5", 40001)],
    ice_ufrag="ouruf",
    ice_pwd="y" * 24,
    fingerprint=_PRINT,
    session_id=1,
)


def test_a_law_is_chosen_before_what_the_browser_prefers() -> None:
    offer = read_offer(_OFFER)

    assert (offer.codec, offer.payload, offer.dtmf_payload) == ("PCMA", 8, 126)
    assert (offer.ice_ufrag, offer.direction, offer.bundled) == ("abcd", "sendrecv", True)
    assert offer.we_open_dtls
    assert offer.fingerprints == (("sha-256", _PRINT),)


def test_mu_law_is_taken_where_there_is_no_a_law() -> None:
    offer = read_offer(_OFFER.replace("111 0 8 110 126", "111 0").replace("a=rtpmap:8 PCMA/8000\r\n", ""))

    assert (offer.codec, offer.payload, offer.dtmf_payload) == ("PCMU", 0, None)


def test_the_answer_says_all_a_browser_needs() -> None:
    lines = write_answer(read_offer(_OFFER), _OURS).split("\r\n")

    assert "m=audio 40000 UDP/TLS/RTP/SAVPF 8 126" in lines
    for line in ("a=ice-lite", "a=group:BUNDLE 0", "a=mid:0", "a=rtcp-mux", "a=setup:active", "a=sendrecv"):
        assert line in lines
    assert "a=candidate:1 1 udp 2130706431 203.0.113.5 40000 typ host" in lines
    assert "a=candidate:2 1 udp 2130706175 2001:db8::5 40001 typ host" in lines


@pytest.mark.parametrize(
    ("theirs", "ours"), [("sendrecv", "sendrecv"), ("sendonly", "recvonly"), ("recvonly", "sendonly")]
)
def test_direction_is_turned_round(theirs: str, ours: str) -> None:
    offer = read_offer(offer_sdp("abcd", "x" * 24, _PRINT, direction=theirs))
    assert f"a={ours}" in write_answer(offer, _OURS).split("\r\n")


def test_other_media_are_refused_in_their_place() -> None:
    video = "m=video 9 UDP/TLS/RTP/SAVPF 96 97\r\na=mid:1\r\n"
    answer = write_answer(read_offer(_OFFER.replace("m=audio", video + "m=audio", 1)), _OURS)

    media = [line for line in answer.split("\r\n") if line.startswith("m=")]
    assert media == ["m=video 0 UDP/TLS/RTP/SAVPF 96 97", "m=audio 40000 UDP/TLS/RTP/SAVPF 8 126"]


@pytest.mark.parametrize(
    ("spoil", "why"),
    [
        (lambda s: "", "v=0"),
        (lambda s: s.replace("v=0", "v=1"), "v=0"),
        (lambda s: s + "a=x\r\n" * 3000, "session description"),
        (lambda s: s + "a=" + "x" * 70_000, "longer"),
        (lambda s: s.replace("m=audio", "m=video"), "no audio"),
        (lambda s: s.replace("m=audio 9 ", "m=audio 0 "), "no audio"),
        (lambda s: s.replace("m=audio 9 ", "m=audio nine "), "malformed"),
        (lambda s: s + "m=video 9 UDP 1\r\n" * 20, "media lines"),
        (lambda s: s.replace("UDP/TLS/RTP/SAVPF", "RTP/AVP"), "DTLS-SRTP"),
        (lambda s: s.replace("a=rtcp-mux\r\n", ""), "rtcp-mux"),
        (lambda s: s.replace(" 0 8 110 126", ""), "PCMA"),
        (lambda s: s.replace("a=ice-ufrag:abcd\r\n", ""), "ice-ufrag"),
        (lambda s: s.replace("x" * 24, "x" * 10), "ice-pwd"),
        (lambda s: s.replace("x" * 24, "x" * 300), "ice-pwd"),
        (lambda s: s.replace("x" * 24, "x" * 23 + "\x00"), "ice-pwd"),
        (lambda s: s.replace("sha-256", "md5"), "fingerprint"),
        (lambda s: s.replace("a=mid:0", "a=mid:<b> x"), "mid"),
        (lambda s: s.replace("a=setup:actpass", "a=setup:holdconn"), "setup"),
    ],
)
def test_an_unusable_offer_is_refused_in_words(spoil: Callable[[str], str], why: str) -> None:
    with pytest.raises(UnusableOffer, match=why):
        read_offer(spoil(_OFFER))


@given(st.integers(0, len(_OFFER)), st.text(max_size=8), st.integers(0, 8))
def test_a_spoilt_offer_is_refused_or_answered_and_never_breaks_the_answer(
    at: int, put: str, cut: int
) -> None:
    spoilt = _OFFER[:at] + put + _OFFER[at + cut :]
    try:
        answer = write_answer(read_offer(spoilt), _OURS)
    except UnusableOffer:
        return
    lines = answer.split("\r\n")
    assert sum(line.startswith("m=audio 40000 ") for line in lines) == 1
    assert all(line == "" or line[1] == "=" for line in lines)
    assert "\n" not in answer.replace("\r\n", "")


@given(st.text(max_size=400))
def test_noise_is_refused(noise: str) -> None:
    with pytest.raises(UnusableOffer):
        read_offer("v=0\r\n" + noise.replace("m=", ""))
