"""Golden messages, good and broken: read, written, read again."""

import pytest
import sipmessage

from banjie.sip.errors import Malformed, TooLarge
from banjie.sip.grammar import parse_name_addr, parse_uri, parse_via, split_list, tag_of
from banjie.sip.message import MAX_MESSAGE_BYTES, BadRequest, essentials, parse_message
from banjie.sip.model import Headers, Hop, Request, Response

pytestmark = pytest.mark.unit

INVITE = (
    b"INVITE sip:4000000001@10.0.0.1:5060 SIP/2.0\r\n"
    b"Via: SIP/2.0/UDP 10.0.0.2:5070;branch=z9hG4bK-1;rport\r\n"
    b"Max-Forwards: 70\r\n"
    b'From: "Li, Lei" <sip:13800001234@10.0.0.2>;tag=a1\r\n'
    b"To: <sip:4000000001@10.0.0.1>\r\n"
    b"Call-ID: 1-2@10.0.0.2\r\n"
    b"CSeq: 1 INVITE\r\n"
    b"Contact: <sip:13800001234@10.0.0.2:5070;transport=udp>\r\n"
    b"Content-Type: application/sdp\r\n"
    b"Content-Length: 5\r\n\r\nv=0\r\n"
)


def test_a_message_is_read_and_written_back_byte_for_byte() -> None:
    message = parse_message(INVITE)

    assert isinstance(message, Request)
    assert (message.method, message.uri, message.body) == (
        "INVITE",
        "sip:4000000001@10.0.0.1:5060",
        b"v=0\r\n",
    )
    assert message.to_bytes() == INVITE


def test_essentials_are_what_a_message_is_known_by() -> None:
    known = essentials(parse_message(INVITE))

    assert (known.via.host, known.via.port, known.via.branch) == ("10.0.0.2", 5070, "z9hG4bK-1")
    assert (known.call_id, known.from_tag, known.to_tag) == ("1-2@10.0.0.2", "a1", "")
    assert (known.cseq, known.method) == (1, "INVITE")


def test_folded_compact_and_oddly_cased_headers_are_the_same_headers() -> None:
    folded = (
        b"OPTIONS sip:a@b SIP/2.0\r\nv: SIP / 2.0 / UDP\r\n  h ; BRANCH=z9hG4bKx\r\nf:\r\n\t<sip:a@b>\r\n ;Tag = 7\r\n"
        b"T : sip:a@b\r\ni: x\r\nCSEQ: 2   OPTIONS\r\nl: 0\r\n\r\n"
    )
    message = parse_message(folded)
    known = essentials(message)

    assert (known.from_tag, known.via.branch, known.via.transport) == ("7", "z9hG4bKx", "UDP")
    assert message.headers.get("content-length") == "0"
    assert "TO" in message.headers


def test_headers_keep_order_within_a_name() -> None:
    headers = Headers([("Route", "<sip:a>"), ("X-Other", "1"), ("route", '<sip:b>, "x, y" <sip:c>')])

    assert split_list(headers.all("ROUTE")) == ["<sip:a>", "<sip:b>", '"x, y" <sip:c>']


@pytest.mark.parametrize(
    ("broken", "status"),
    [
        (INVITE.replace(b"SIP/2.0\r\nVia", b"SIP/7.0\r\nVia"), 505),
        (INVITE.replace(b"Content-Length: 5", b"Content-Length: 9999"), 400),
        (INVITE.replace(b"Content-Length: 5", b"Content-Length: -5"), 400),
        (INVITE.replace(b"Max-Forwards: 70", b"Call-ID: another"), 400),
        (INVITE.replace(b"INVITE sip:400", b"INVITE <sip:400 x>"), 400),
    ],
)
def test_a_broken_request_says_how_it_is_to_be_answered(broken: bytes, status: int) -> None:
    with pytest.raises(BadRequest) as refused:
        parse_message(broken)

    assert refused.value.status == status


@pytest.mark.parametrize(
    "broken",
    [
        b"",
        b"\r\n\r\n",
        b"nonsense\r\n\r\n",
        b"INVITE sip:a@b HTTP/1.1\r\n\r\n",
        b"SIP/2.0 99 Low\r\n\r\n",
        b"SIP/2.0 4294967301 better not break the receiver\r\n\r\n",
        INVITE[:100],
        INVITE.replace(b"Max-Forwards: 70\r\n", b"Max-Forwards: 70\n"),
        INVITE.replace(b"Max-Forwards: 70\r\n", b"no colon here\r\n"),
        INVITE.replace(b"Max-Forwards: 70\r\n", b"bad name: 1\r\n"),
    ],
)
def test_what_is_not_sip_is_malformed(broken: bytes) -> None:
    with pytest.raises(Malformed):
        parse_message(broken)


def test_size_and_number_of_headers_are_capped() -> None:
    with pytest.raises(BadRequest) as refused:
        parse_message(INVITE + b"x" * MAX_MESSAGE_BYTES)
    assert refused.value.status == 513
    with pytest.raises(TooLarge):
        parse_message(b"SIP/2.0 200 OK\r\nA: b\r\n\r\n" + b"x" * MAX_MESSAGE_BYTES)
    with pytest.raises(TooLarge):
        parse_message(INVITE.replace(b"Max-Forwards: 70\r\n", b"X: 1\r\n" * 300))


def test_uris_round_trip() -> None:
    for text in (
        "sip:alice@example.com",
        "sips:alice:secret@example.com:5061;transport=tcp;lr?Subject=x&a=b",
        "sip:[2001:db8::1]:5060",
        "sip:user;par=u%40example.net@example.com",
        "tel:+8613800001234;phone-context=x",
    ):
        assert str(parse_uri(text)) == text


@pytest.mark.parametrize(
    "text",
    [
        "",
        "sip:",
        "sip:@b",
        "http://x",
        "sip:a@b:0",
        "sip:a@b:99999",
        "sip:a b@c",
        "sip:a@[::1",
        "tel:",
        "sip:a@b@c",
    ],
)
def test_broken_uris_are_malformed(text: str) -> None:
    with pytest.raises(Malformed):
        parse_uri(text)


def test_addresses_are_read_with_and_without_brackets() -> None:
    named = parse_name_addr('"A \\"quoted\\" > name" <sip:a@b;x=1>;tag="q;r";Q=0.5')
    bare = parse_name_addr("sip:a@b;tag=9")

    assert (named.display, named.param("tag"), named.param("q")) == ('A "quoted" > name', '"q;r"', "0.5")
    assert named.uri is not None
    assert named.uri.param("x") == "1"
    assert (bare.uri_text, bare.tag) == ("sip:a@b", "9")
    assert parse_name_addr(str(named)) == named
    assert tag_of('"<sip:x>;tag=no" <sip:a@b>;tag=yes') == "yes"


def test_via_notes_where_the_request_came_from() -> None:
    """RFC 3581 §4, and RFC 3261 §18.2.1 for those who do not ask for rport."""
    hop = Hop("udp", "192.0.2.9", 4000)

    asked = parse_via("SIP/2.0/UDP 10.1.1.1;branch=z9hG4bK1;rport").seen_from(hop)
    unasked = parse_via("SIP/2.0/UDP 10.1.1.1:5080;branch=z9hG4bK1").seen_from(hop)

    assert str(asked) == "SIP/2.0/UDP 10.1.1.1;branch=z9hG4bK1;received=192.0.2.9;rport=4000"
    assert str(unasked) == "SIP/2.0/UDP 10.1.1.1:5080;branch=z9hG4bK1;received=192.0.2.9"


def test_via_names_an_ipv6_source_without_brackets() -> None:
    """RFC 3261 §25.1, RFC 5118 §4.5."""
    via = parse_via("SIP/2.0/UDP [2001:db8::1];branch=z9hG4bK1;rport").seen_from(
        Hop("udp", "[2001:db8::9]", 4000)
    )

    assert str(via).endswith(";received=2001:db8::9;rport=4000")


def test_sipmessage_reads_the_golden_message_as_we_do() -> None:
    theirs = sipmessage.Message.parse(INVITE)
    ours = parse_message(INVITE)
    known = essentials(ours)

    assert isinstance(theirs, sipmessage.Request)
    assert isinstance(ours, Request)
    assert (theirs.cseq.sequence, theirs.cseq.method) == (known.cseq, known.method)
    assert theirs.from_address.parameters["tag"] == known.from_tag
    assert theirs.via[0].parameters["branch"] == known.via.branch
    assert theirs.from_address.name == parse_name_addr(ours.headers.get("From") or "").display


def test_a_response_keeps_its_phrase() -> None:
    response = parse_message(b"SIP/2.0 200 = 2**3 * 5**2 \xd0\xbd\xd0\xbe\r\nVia: x\r\n\r\n")

    assert isinstance(response, Response)
    assert (response.status, response.reason) == (200, "= 2**3 * 5**2 но")
