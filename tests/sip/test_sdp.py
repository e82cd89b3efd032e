"""Session descriptions: good ones read and answered, bad ones refused, none that hangs or raises what is not ours."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from banjie.sip.errors import BadDescription, NoCommonCodec
from banjie.sip.sdp import Agreed, describe_audio, negotiate, parse_audio, reverse

pytestmark = pytest.mark.unit

PHONE = (
    b"v=0\r\no=phone 2890844526 2890842807 IN IP4 10.0.0.7\r\ns=call\r\nc=IN IP4 10.0.0.7\r\nb=AS:84\r\nt=0 0\r\n"
    b"a=rtcp-xr:rcvr-rtt=all\r\nm=audio 7078 RTP/AVP 96 9 0 8 97\r\na=rtpmap:96 opus/48000/2\r\n"
    b"a=fmtp:96 useinbandfec=1\r\na=rtpmap:97 telephone-event/8000\r\na=fmtp:97 0-15\r\na=ptime:20\r\n"
    b"a=rtcp:7079\r\nm=video 9078 RTP/AVP 99\r\na=rtpmap:99 H264/90000\r\n"
)


def test_a_phones_offer_is_read() -> None:
    described = parse_audio(PHONE)

    assert (described.host, described.port, described.direction) == ("10.0.0.7", 7078, "sendrecv")
    assert [p.name for p in described.payloads] == ["G722", "PCMU", "PCMA", "TELEPHONE-EVENT"]
    assert (described.ptime_ms, described.rtcp_port, described.version) == (20, 7079, 2890842807)
    assert described.other_media == ("video RTP/AVP 99",)


def test_a_law_is_preferred_and_the_peers_numbers_are_used() -> None:
    assert negotiate(parse_audio(PHONE)) == Agreed(
        codec="PCMA",
        payload=8,
        dtmf_payload=97,
        remote_host="10.0.0.7",
        remote_port=7078,
        direction="sendrecv",
    )
    assert negotiate(parse_audio(PHONE), ("PCMU",)).payload == 0


def test_an_answer_refuses_the_other_streams_in_their_places() -> None:
    agreed = negotiate(parse_audio(PHONE))

    answer = describe_audio("10.0.0.1", 20000, ("PCMA",), 97, "sendrecv", 1, answers=agreed.offered).decode()

    assert [line for line in answer.split("\r\n") if line.startswith("m=")] == [
        "m=audio 20000 RTP/AVP 8 97",
        "m=video 0 RTP/AVP 99",
    ]


def test_what_we_write_we_read() -> None:
    ours = parse_audio(describe_audio("10.0.0.1", 20000, ("PCMA", "PCMU"), 101, "sendonly", 7))

    assert (ours.host, ours.port, ours.direction, ours.version) == ("10.0.0.1", 20000, "sendonly", 7)
    assert [(p.number, p.name) for p in ours.payloads] == [(8, "PCMA"), (0, "PCMU"), (101, "TELEPHONE-EVENT")]


def test_hold_the_old_way_and_the_new_way() -> None:
    assert parse_audio(PHONE.replace(b"c=IN IP4 10.0.0.7", b"c=IN IP4 0.0.0.0")).direction == "sendonly"
    assert parse_audio(PHONE.replace(b"a=ptime:20", b"a=inactive")).direction == "inactive"
    assert parse_audio(PHONE.replace(b"t=0 0", b"t=0 0\r\na=recvonly")).direction == "recvonly"
    assert [reverse(d) for d in ("sendrecv", "sendonly", "recvonly", "inactive")] == [
        "sendrecv",
        "recvonly",
        "sendonly",
        "inactive",
    ]


def test_the_connection_of_the_stream_counts_before_that_of_the_session() -> None:
    body = PHONE.replace(b"a=ptime:20", b"c=IN IP4 10.0.0.8\r\na=ptime:20")
    assert parse_audio(body).host == "10.0.0.8"


@pytest.mark.parametrize(
    "body",
    [
        PHONE.replace(b"9 0 8 97", b"9 18"),
        PHONE.replace(b"m=audio 7078", b"m=audio 0"),
        PHONE.replace(b"9 0 8 97", b"98").replace(b"rtpmap:97 t", b"rtpmap:98 t"),
    ],
)
def test_nothing_in_common(body: bytes) -> None:
    with pytest.raises(NoCommonCodec):
        negotiate(parse_audio(body))


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"v=1\r\n",
        b"v=0\r\n",
        b"\xff\xfe",
        PHONE.replace(b"RTP/AVP 96", b"RTP/SAVP 96"),
        PHONE.replace(b"c=IN IP4 10.0.0.7", b"c=IN IP4 phone.example.com"),
        PHONE.replace(b"c=IN IP4 10.0.0.7", b"c=IN IP4 224.0.0.1"),
        PHONE.replace(b"c=IN IP4 10.0.0.7\r\n", b""),
        PHONE.replace(b"m=audio 7078", b"m=audio 70780"),
        PHONE.replace(b"m=audio 7078", b"m=audio -1"),
        PHONE.replace(b"96 9 0", b"96 900 0"),
        PHONE.replace(b"rtpmap:97 telephone-event/8000", b"rtpmap:97 telephone-event/99999999999"),
        PHONE.replace(b"o=phone 2890844526", b"o=phone"),
        PHONE + b"nonsense\r\n",
        PHONE + b"m=audio 1 RTP/AVP 0\r\n" * 20,
        PHONE + b"a=x\r\n" * 2000,
        PHONE + b"a=" + b"x" * 40_000 + b"\r\n",
        b"v=0\r\no=- 1 1 IN IP4 1.1.1.1\r\nc=IN IP4 1.1.1.1\r\nm=audio 9 RTP/AVP " + b"0 " * 100 + b"\r\n",
    ],
)
def test_bad_descriptions_are_refused(body: bytes) -> None:
    with pytest.raises(BadDescription):
        parse_audio(body)


@settings(max_examples=300, deadline=None)
@given(st.data())
def test_mutated_descriptions_raise_only_what_is_ours(data: st.DataObject) -> None:
    body = bytearray(PHONE)
    for _ in range(data.draw(st.integers(1, 6))):
        at = data.draw(st.integers(0, len(body) - 1))
        body[at : at + data.draw(st.integers(0, 12))] = data.draw(st.binary(max_size=12))
    try:
        described = parse_audio(bytes(body))
        negotiate(described)
        describe_audio("10.0.0.1", 20000, ("PCMA",), 97, reverse(described.direction), 1, answers=described)
    except (BadDescription, NoCommonCodec):
        pass
