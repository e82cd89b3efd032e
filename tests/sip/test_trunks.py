"""Order of a trunk's servers, their health, and what is said to a trunk that asks who we are."""

import pytest

from banjie.sip.digest import DigestServer, Password, digest_fields
from banjie.sip.directory import SipDirectory
from banjie.sip.gate import Accounts, PeerGate
from banjie.sip.health import PATIENCE_S, TrunkHealth
from banjie.sip.model import Headers, Hop, Response, TrunkTarget, UriTarget, UserPeer, UserTarget
from banjie.sip.ports import Admitted
from banjie.sip.registrar import ContactRegistrar
from banjie.sip.trunks import Trunk, TrunkBook, TrunkServer
from tests.sip.requests import PHONE, register, request

pytestmark = pytest.mark.unit

FIRST, SECOND = TrunkServer(host="192.0.2.1"), TrunkServer(host="sip.carrier.example", transport=None)
HOP_1, HOP_2, HOP_3 = (Hop("udp", f"192.0.2.{n}", 5060) for n in (1, 2, 3))
TRUNK = Trunk(
    name="carrier",
    servers=(FIRST, SECOND),
    credentials=Password(username="bank", password="zanzibar"),
)


def book() -> TrunkBook:
    return TrunkBook([TRUNK])


def test_servers_are_tried_in_order_and_the_silent_last() -> None:
    trunks = book()
    assert trunks.hops(TRUNK) == [HOP_1]
    trunks.found(SECOND, [HOP_2, HOP_3, HOP_1])
    assert trunks.hops(TRUNK) == [HOP_1, HOP_2, HOP_3]
    trunks.unhealthy(frozenset([HOP_1, HOP_2]))
    assert trunks.hops(TRUNK) == [HOP_3, HOP_1, HOP_2]
    assert (
        next(r.request_uri for r in trunks.routes("carrier", "13800138000", 0.0))
        == "sip:13800138000@192.0.2.3"
    )
    assert trunks.routes("nobody", "1", 0.0) == []


def test_a_server_that_asks_for_rest_is_tried_last_until_then() -> None:
    trunks = book()
    trunks.found(SECOND, [HOP_2, HOP_3])
    trunks.rest(HOP_1, 60.0)
    trunks.rest(Hop("udp", "192.0.2.99", 5060), 60.0)  # of no trunk: not remembered

    def order(now: float) -> list[Hop]:
        return [route.hop for route in trunks.routes("carrier", "1", now)]

    assert order(59.9) == [HOP_2, HOP_3, HOP_1]
    assert order(60.0) == [HOP_1, HOP_2, HOP_3]
    trunks.unhealthy(frozenset([HOP_2]))
    assert order(59.9) == [HOP_3, HOP_2, HOP_1]


def test_a_trunks_challenge_is_answered_once_its_realm_is_known() -> None:
    trunks = book()
    challenge = Response(
        407, "Prove it", Headers([("Proxy-Authenticate", 'Digest realm="carrier", nonce="n", qop="auth"')])
    )
    header = trunks.answer("carrier", request(), challenge)
    assert header is not None
    assert header[0] == "Proxy-Authorization"
    fields = digest_fields(header[1])
    assert fields is not None
    assert (fields["username"], fields["realm"], fields["nc"]) == ("bank", "carrier", "00000001")
    assert trunks.answer("nobody", request(), challenge) is None
    assert trunks.answer("carrier", request(), Response(407, "Prove it", Headers())) is None


def test_targets_lead_to_hops() -> None:
    trunks = book()
    gate = PeerGate(trunks=trunks, accounts=Accounts(), digest=DigestServer("bank"))
    directory = SipDirectory(trunks, ContactRegistrar(gate.authenticate), lambda hop: ("192.0.2.9", 5060))

    def hops(target: TrunkTarget | UriTarget | UserTarget) -> list[Hop]:
        return [route.hop for route in directory.routes_for(target, "1", 0.0)]

    assert hops(TrunkTarget(name="carrier")) == [HOP_1]
    assert hops(UserTarget(username="bob")) == []
    assert hops(UriTarget(uri="sip:1@192.0.2.5:5070;transport=tcp")) == [Hop("tcp", "192.0.2.5", 5070)]
    assert hops(UriTarget(uri="sip:1@[2001:db8::1]")) == [Hop("udp", "[2001:db8::1]", 5060)]
    assert hops(UriTarget(uri="sips:1@192.0.2.5;transport=tcp")) == [Hop("tls", "192.0.2.5", 5061)]
    assert hops(UriTarget(uri="sips:1@192.0.2.5")) == [Hop("tls", "192.0.2.5", 5061)]
    assert hops(UriTarget(uri="sip:1@far.example")) == []
    directory.found(TrunkServer(host="far.example", transport=None), [HOP_3])
    assert hops(UriTarget(uri="sip:1@far.example")) == [HOP_3]
    assert hops(UriTarget(uri="mailto:a@b")) == hops(UriTarget(uri="tel:+861")) == []


def test_a_phone_behind_nat_is_kept_to_the_way_it_came() -> None:
    registrar = ContactRegistrar(lambda request, hop, now: Admitted(peer=UserPeer(username="bob")))
    directory = SipDirectory(book(), registrar, lambda hop: ("192.0.2.9", 5060))
    registrar.register(register("<sip:bob@10.0.0.9:5060>"), PHONE, 0.0)

    (route,) = directory.routes_for(UserTarget(username="bob"), "1", 1.0)

    assert (route.hop, route.is_natted) == (PHONE, True)


def pong(data: bytes, status: int = 200) -> bytes:
    via = next(line for line in data.split(b"\r\n") if line.startswith(b"Via:"))
    return b"SIP/2.0 %d x\r\n" % status + via + b"\r\nContent-Length: 0\r\n\r\n"


def health() -> TrunkHealth:
    watched = TrunkHealth(lambda hop: ("192.0.2.9", 5060))
    watched.watch({HOP_1: 30.0}, 0.0)
    return watched


def test_a_living_server_is_asked_at_intervals() -> None:
    watched = health()
    (sent,) = watched.tick(0.0)
    assert sent.hop == HOP_1
    assert watched.receive(pong(sent.data, 404), HOP_1, 0.0)
    assert watched.next_deadline == 30.0
    assert watched.tick(29.0) == []
    assert len(watched.tick(30.0)) == 1
    assert watched.down == frozenset()


def test_two_pings_without_life_are_down_and_one_with_it_is_up() -> None:
    watched, sent, now = health(), [], 0.0
    while now < 2 * PATIENCE_S + 0.1:
        sent += watched.tick(now)
        deadline = watched.next_deadline
        assert deadline is not None
        now = max(now + 0.001, deadline)
    assert len(sent) == 8
    assert watched.down == {HOP_1}
    (again,) = watched.tick(now)
    watched.receive(pong(again.data), HOP_1, 0.0)
    assert watched.down == frozenset()


def test_a_busy_server_is_not_alive_and_what_is_not_ours_is_left_alone() -> None:
    watched = health()
    for moment in (0.0, 0.1):
        (sent,) = watched.tick(moment)
        assert watched.receive(pong(sent.data, 503), HOP_1, 0.0)
    assert watched.down == {HOP_1}
    assert not watched.receive(b"SIP/2.0 200 OK\r\nVia: SIP/2.0/UDP h;branch=z9hG4bK1\r\n\r\n", HOP_1, 0.0)
    assert not watched.receive(sent.data, HOP_1, 0.0)


def test_a_server_no_longer_watched_is_forgotten() -> None:
    watched = health()
    watched.watch({HOP_2: 30.0}, 1.0)
    assert [each.hop for each in watched.tick(1.0)] == [HOP_2]
