"""RFC 4475's torture messages: what each is answered with, or read as. Section numbers are the RFC's."""

import pytest

from banjie.sip.errors import Malformed
from banjie.sip.events import CallOffered
from banjie.sip.grammar import parse_name_addr, parse_uri
from banjie.sip.message import essentials, parse_message
from banjie.sip.model import Request, Response
from tests.sip.peer import Scene

pytestmark = pytest.mark.unit

SDP = """
v=0
o=mhandley 29739 7272939 IN IP4 192.0.2.1
s=-
c=IN IP4 192.0.2.1
t=0 0
m=audio 49217 RTP/AVP 0 12
m=video 3227 RTP/AVP 31
a=rtpmap:31 LPC
"""


def wire(text: str, body: str = "") -> bytes:
    head = text.strip("\n").replace("\n", "\r\n").encode("utf-8", "surrogateescape")
    return head + b"\r\n\r\n" + body.lstrip("\n").replace("\n", "\r\n").encode()


WSINV = wire(
    r"""
INVITE sip:vivekg@chair-dnrc.example.com;unknownparam SIP/2.0
TO :
 sip:vivekg@chair-dnrc.example.com ;   tag    = 1918181833n
from   : "J Rosenberg \\\""       <sip:jdrosen@example.com>
  ;
  tag = 98asjd8
MaX-fOrWaRdS: 0068
Call-ID: wsinv.ndaksdj@192.0.2.1
Content-Length   : 150
cseq: 0009
  INVITE
Via  : SIP  /   2.0
 /UDP
    192.0.2.2;branch=390skdjuw
s :
NewFangledHeader:   newfangled value
 continued newfangled value
UnknownHeaderWithUnusualValue: ;;,,;;,;
Content-Type: application/sdp
Route:
 <sip:services.example.com;lr;unknownwith=value;unknown-no-value>
v:  SIP  / 2.0  / TCP     spindle.example.com   ;
  branch  =   z9hG4bK9ikj8  ,
 SIP  /    2.0   / UDP  192.168.255.111   ; branch=
 z9hG4bK30239
m:"Quoted string \"\"" <sip:jdrosen@example.com> ; newparam =
      newvalue ;
  secondparam ; q = 0.33
""",
    SDP,
)
INTMETH = wire(
    "!interesting-Method0123456789_*+`.%indeed'~ sip:1_unusual.URI~(to-be!sure)&isn't+it$/crazy?,/;;*"
    ":&it+has=1,weird!*pas$wo~d_too.(doesn't-it)@example.com SIP/2.0\n"
    "Via: SIP/2.0/TCP host1.example.com;branch=z9hG4bK-.!%66*_+`'~\n"
    'To: "BEL:\\\x07 NUL:\\\x00 DEL:\\\x7f" <sip:1_unusual.URI~(to-be!sure)&isn\'t+it$/crazy?,/;;*@example.com>\n'
    "From: token1~` token2'+_ token3*%!.- <sip:mundane@example.com> ;fromParam''~+*_!.-%=\"работающий\""
    ";tag=_token~1'+`*%!-.\n"
    "Call-ID: intmeth.word%ZK-!.*_+'@word`~)(><:\\/\"][?}{\n"
    "CSeq: 139122385 !interesting-Method0123456789_*+`.%indeed'~\n"
    "Max-Forwards: 255\nextensionHeader-!.%*+_`'~:\ufeff大停電\nContent-Length: 0"
)
ESC01 = wire(
    """
INVITE sip:sips%3Auser%40example.com@example.net SIP/2.0
To: sip:%75se%72@example.com
From: <sip:I%20have%20spaces@example.net>;tag=938
Max-Forwards: 87
i: esc01.239409asdfakjkn23onasd0-3234
CSeq: 234234 INVITE
Via: SIP/2.0/UDP host5.example.net;branch=z9hG4bKkdjuw
C: application/sdp
Contact:
    <sip:cal%6Cer@host5.example.net;%6C%72;n%61me=v%61lue%25%34%31>
Content-Length: 150
""",
    SDP,
)
ESC02 = wire(
    """
RE%47IST%45R sip:registrar.example.com SIP/2.0
To: "%Z%45" <sip:resource@example.com>
From: "%Z%45" <sip:resource@example.com>;tag=f232jadfj23
Call-ID: esc02.asdfnqwo34rq23i34jrjasdcnl23nrlknsdf
Via: SIP/2.0/TCP host.example.com;branch=z9hG4bK209%fzsnel234
CSeq: 29344 RE%47IST%45R
Max-Forwards: 70
Contact: <sip:alias1@host1.example.com>
C%6Fntact: <sip:alias2@host2.example.com>
Contact: <sip:alias3@host3.example.com>
l: 0
"""
)
LWSDISP = """
OPTIONS sip:user@example.com SIP/2.0
To: sip:user@example.com
From: caller<sip:caller@example.com>;tag=323
Max-Forwards: 70
Call-ID: lwsdisp.1234abcd@funky.example.com
CSeq: 60 OPTIONS
Via: SIP/2.0/UDP funky.example.com;branch=z9hG4bKkdjuw
l: 0
"""
DBLREQ = wire(
    """
REGISTER sip:example.com SIP/2.0
To: sip:j.user@example.com
From: sip:j.user@example.com;tag=43251j3j324
Max-Forwards: 8
I: dblreq.0ha0isndaksdj99sdfafnl3lk233412
Contact: sip:j.user@host.example.com
CSeq: 8 REGISTER
Via: SIP/2.0/UDP 192.0.2.125;branch=z9hG4bKkdjuw23492
Content-Length: 0
""",
    "INVITE sip:joe@example.com SIP/2.0\nt: sip:joe@example.com\n",
)
SEMIURI = wire(
    """
OPTIONS sip:user;par=u%40example.net@example.com SIP/2.0
To: sip:j_user@example.com
From: sip:caller@example.org;tag=33242
Max-Forwards: 3
Call-ID: semiuri.0ha0isndaksdj
CSeq: 8 OPTIONS
Accept: application/sdp, application/pkcs7-mime,
  multipart/mixed, multipart/signed,
  message/sip, message/sipfrag
Via: SIP/2.0/UDP 192.0.2.1;branch=z9hG4bKkdjuw
l: 0
"""
)
TRANSPORTS = wire(
    """
OPTIONS sip:user@example.com SIP/2.0
To: sip:user@example.com
From: <sip:caller@example.com>;tag=323
Max-Forwards: 70
Call-ID:  transports.kijh4akdnaqjkwendsasfdj
Accept: application/sdp
CSeq: 60 OPTIONS
Via: SIP/2.0/UDP t1.example.com;branch=z9hG4bKkdjuw
Via: SIP/2.0/SCTP t2.example.com;branch=z9hG4bKklasjdhf
Via: SIP/2.0/TLS t3.example.com;branch=z9hG4bK2980unddj
Via: SIP/2.0/UNKNOWN t4.example.com;branch=z9hG4bKasd0f3en
Via: SIP/2.0/TCP t5.example.com;branch=z9hG4bK0a9idfnee
l: 0
"""
)
UNREASON = wire(
    """
SIP/2.0 200 = 2**3 * 5**2 но сто девяносто девять - простое
Via: SIP/2.0/UDP 192.0.2.198;branch=z9hG4bK1324923
Call-ID: unreason.1234ksdfak3j2erwedfsASdf
CSeq: 35 INVITE
From: sip:user@example.com;tag=11141343
To: sip:user@example.edu;tag=2229
Content-Length: 150
Content-Type: application/sdp
Contact: <sip:user@host198.example.com>
""",
    SDP,
)
INVITE = """
INVITE sip:user@example.com SIP/2.0
To: "Watson, Thomas" <sip:t.watson@example.org>
From: "Bell, Alexander" <sip:a.g.bell@example.com>;tag=43
Max-Forwards: 254
Call-ID: torture.dfl23jldskf@192.0.2.1
CSeq: 8 INVITE
Via: SIP/2.0/UDP 192.0.2.15;branch=z9hG4bKkdjuw
Contact: <sip:joe@192.0.2.15>
Content-Type: application/sdp
Content-Length: 150
"""


def changed(old: str, new: str, base: str = INVITE, body: str = SDP) -> bytes:
    assert old in base
    return wire(base.replace(old, new), body)


def answer(data: bytes) -> int | str | None:
    """Return the status of the answer; "offered" for a call taken; None for silence."""
    scene = Scene()
    scene.say(data)
    if any(isinstance(event, CallOffered) for event in scene.take_events()):
        return "offered"
    heard = scene.heard()
    assert len(heard) <= 1
    return heard[0].status if heard and isinstance(heard[0], Response) else None


# 3.1.1 Valid messages


def test_3_1_1_1_a_short_tortuous_invite() -> None:
    message = parse_message(WSINV)
    known = essentials(message)

    assert (known.to_tag, known.from_tag) == ("1918181833n", "98asjd8")
    assert (known.cseq, known.via.host, known.via.branch) == (9, "192.0.2.2", "390skdjuw")
    assert message.headers.get("NewFangledHeader") == "newfangled value continued newfangled value"
    contact = parse_name_addr(message.headers.get("Contact") or "")
    assert (contact.display, contact.param("q")) == ('Quoted string ""', "0.33")
    assert len(message.body) == 150
    assert answer(WSINV) == 481  # it names a dialog that is not ours


def test_3_1_1_2_wide_range_of_valid_characters() -> None:
    message = parse_message(INTMETH)
    known = essentials(message)

    assert (known.from_tag, known.cseq) == ("_token~1'+`*%!-.", 139122385)
    assert parse_name_addr(message.headers.get("To") or "").display == "BEL:\x07 NUL:\x00 DEL:\x7f"
    assert answer(INTMETH) == 501


def test_3_1_1_3_escaped_characters() -> None:
    message = parse_message(ESC01)
    assert isinstance(message, Request)
    assert parse_uri(message.uri).user == "sips:user@example.com"
    contact = parse_name_addr(message.headers.get("Contact") or "")
    assert contact.uri is not None
    assert contact.uri.params == (("lr", None), ("name", "value%41"))
    assert answer(ESC01) == "offered"


def test_3_1_1_4_escaped_nulls() -> None:
    assert parse_uri("sip:null-%00-null@example.com").user == "null-\x00-null"
    assert str(parse_uri("sip:%00%00@host5.example.com")) == "sip:%00%00@host5.example.com"


def test_3_1_1_5_percent_where_it_escapes_nothing() -> None:
    message = parse_message(ESC02)
    assert len(message.headers.all("Contact")) == 2
    assert parse_name_addr(message.headers.get("To") or "").display == "%Z%45"
    assert answer(ESC02) == 501


def test_3_1_1_6_no_space_before_the_bracket() -> None:
    message = parse_message(wire(LWSDISP))
    assert parse_name_addr(message.headers.get("From") or "").display == "caller"
    assert answer(wire(LWSDISP)) == 200


def test_3_1_1_7_long_values() -> None:
    long = INVITE.replace("sip:t.watson@", f"sip:{'amazinglylongcallername' * 40}@")
    vias = "".join(
        f"{name} SIP/2.0/TCP sip{n}.example.com\n" for n, name in enumerate(["Via:", "v :", "VIA  :"] * 11)
    )
    data = wire(long.replace("Via: SIP", vias + f"X-{'Long' * 100}: {'value;' * 300}\nVia: SIP"), SDP)
    assert len(parse_message(data).headers.all("Via")) == 34
    assert answer(data) == "offered"


def test_3_1_1_8_a_second_request_in_the_datagram_is_no_part_of_the_first() -> None:
    assert parse_message(DBLREQ).body == b""
    assert answer(DBLREQ) == 405  # this user agent was given no registrar


def test_3_1_1_9_semicolon_parameters_in_the_user_part() -> None:
    message = parse_message(SEMIURI)
    assert isinstance(message, Request)
    uri = parse_uri(message.uri)
    assert (uri.user, uri.params) == ("user;par=u@example.net", ())
    assert answer(SEMIURI) == 200


def test_3_1_1_10_varied_transports() -> None:
    scene = Scene()
    scene.say(TRANSPORTS)
    answered = scene.response()
    assert answered.status == 200
    assert [v.split()[0] for v in answered.headers.all("Via")] == [
        f"SIP/2.0/{t}" for t in ("UDP", "SCTP", "TLS", "UNKNOWN", "TCP")
    ]


def test_3_1_1_12_and_13_unusual_and_empty_reason() -> None:
    unusual = parse_message(UNREASON)
    empty = parse_message(UNREASON.replace(UNREASON[8:].split(b"\r\n")[0], b"100 "))
    assert isinstance(unusual, Response)
    assert isinstance(empty, Response)
    assert unusual.reason.endswith("простое")
    assert (empty.status, empty.reason) == (100, "")


# 3.1.2 Invalid messages, 3.2 and 3.3 transaction and application layer


@pytest.mark.parametrize(
    ("section", "data", "expected"),
    [
        ("3.1.2.1 superfluous separators are overlooked", changed("branch=z9hG4bKkdjuw", ";,;,,"), "offered"),
        ("3.1.2.2 body shorter than it says", changed("Length: 150", "Length: 9999"), 400),
        ("3.1.2.3 negative Content-Length", changed("Length: 150", "Length: -999"), 400),
        ("3.1.2.4 CSeq out of range", changed("CSeq: 8 INVITE", "CSeq: 36893488147419103232 INVITE"), 400),
        ("3.1.2.4 Max-Forwards out of range", changed("Forwards: 254", "Forwards: 300"), 400),
        ("3.1.2.6 unterminated quote", changed('"Watson, Thomas" <', '"Mr. J. User <'), 400),
        (
            "3.1.2.7 brackets around the Request-URI",
            changed("sip:user@example.com SIP", "<sip:user@example.com> SIP"),
            400,
        ),
        (
            "3.1.2.8 space within the Request-URI",
            changed("sip:user@example.com SIP", "sip:user@example.com; lr SIP"),
            400,
        ),
        (
            "3.1.2.9 too much space",
            changed("INVITE sip:user@example.com SIP", "INVITE  sip:user@example.com  SIP"),
            400,
        ),
        ("3.1.2.10 trailing space", changed("example.com SIP/2.0", "example.com SIP/2.0  "), None),
        (
            "3.1.2.11 headers in the Request-URI are overlooked",
            changed("user@example.com SIP", "user@example.com?Route=%3Csip:example.com%3E SIP"),
            "offered",
        ),
        (
            "3.1.2.12 a date that is not GMT",
            changed("Max-F", "Date: Fri, 01 Jan 2010 16:00:00 EST\nMax-F"),
            "offered",
        ),
        (
            "3.1.2.14 spaces within brackets",
            changed("<sip:t.watson@example.org>", "< sip:t.watson@example.org >"),
            400,
        ),
        (
            "3.1.2.15 a comma in a bare display name",
            changed('"Bell, Alexander"', "Bell, Alexander"),
            "offered",
        ),
        ("3.1.2.16 unknown version", changed("SIP/2.0\nTo", "SIP/7.0\nTo"), 505),
        ("3.1.2.17 methods that differ", changed("8 INVITE", "8 OPTIONS"), 400),
        ("3.1.2.18 unknown method that differs", changed("INVITE sip:", "NEWMETHOD sip:"), 400),
        (
            "3.1.2.19 a status too large",
            b"SIP/2.0 4294967301 better not break the receiver" + UNREASON[100:],
            None,
        ),
        ("3.2.1 no transaction identifier", changed("branch=z9hG4bKkdjuw", "branch=z9hG4bK"), "offered"),
        (
            "3.3.1 missing headers",
            wire("INVITE sip:user@example.com SIP/2.0\nCSeq: 193942 INVITE\nl: 0"),
            None,
        ),
        (
            "3.3.2 unknown scheme",
            changed("sip:user@example.com SIP", "nobodyKnowsThisScheme:totallyopaquecontent SIP"),
            416,
        ),
        (
            "3.3.3 known but other scheme",
            changed("sip:user@example.com SIP", "soap.beep://192.0.2.103:3002 SIP"),
            416,
        ),
        ("3.3.5 unknown Require", changed("Max-F", "Require: nothingSupportsThis\nMax-F"), 420),
        ("3.3.6 unknown Content-Type", changed("application/sdp", "application/unknownformat"), 415),
        (
            "3.3.8 single headers more than once",
            changed("CSeq: 8 INVITE", "CSeq: 8 INVITE\nCSeq: 9 INVITE"),
            400,
        ),
        ("3.3.9 several Content-Lengths", changed("Length: 150", "Length: 150\nContent-Length: 15"), 400),
        ("3.3.10 a response that is not ours", UNREASON, None),
        ("3.3.11 Max-Forwards of zero", changed("Forwards: 70", "Forwards: 0", LWSDISP, ""), 200),
        ("3.3.11 a call that came too far", changed("Forwards: 254", "Forwards: 0"), 483),
    ],
)
def test_torture(section: str, data: bytes, expected: int | str | None) -> None:
    assert answer(data) == expected, section


def test_3_1_2_5_overlarge_numbers_in_a_response() -> None:
    with pytest.raises(Malformed):
        essentials(parse_message(UNREASON.replace(b"35 INVITE", b"9292394834772304023312 OPTIONS")))


def test_3_3_5_the_unknown_extensions_are_named() -> None:
    scene = Scene()
    scene.say(changed("Max-F", "Require: timer, nothingSupportsThis, norThis\nMax-F"))
    assert scene.response().headers.get("Unsupported") == "nothingSupportsThis, norThis"


def test_3_3_16_an_invite_of_rfc_2543() -> None:
    old = wire(
        """
INVITE sip:UserB@example.com SIP/2.0
Via: SIP/2.0/UDP iftgw.example.com
From: <sip:+13035551111@ift.client.example.net;user=phone>
Record-Route: <sip:UserB@example.com;maddr=ss1.example.com>
To: sip:+16505552222@ss1.example.net;user=phone
Call-ID: inv2543.1717@ift.client.example.com
CSeq: 56 INVITE
Content-Type: application/sdp
""",
        SDP,
    )
    assert answer(old) == "offered"
