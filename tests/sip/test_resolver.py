"""DNS for SIP against a real server on the loopback that speaks real DNS."""

import asyncio
import random
from collections import Counter
from collections.abc import AsyncIterator, Mapping

import dns.flags
import dns.message
import dns.rdata
import dns.rrset
import pytest
from dns.rdtypes.IN.SRV import SRV

from banjie.sip.io.resolver import SipResolver, in_srv_order
from banjie.sip.model import Hop
from banjie.sip.trunks import TrunkServer

pytestmark = pytest.mark.peer

ZONE: Mapping[tuple[str, str], tuple[int, tuple[str, ...]]] = {
    ("carrier.example.", "NAPTR"): (
        600,
        (
            '20 10 "s" "SIP+D2T" "" _sip._tcp.carrier.example.',
            '10 10 "s" "SIP+D2U" "" _sip._udp.carrier.example.',
            '5 10 "s" "H323+D2U" "" _h323._udp.carrier.example.',
        ),
    ),
    ("_sip._udp.carrier.example.", "SRV"): (
        60,
        ("20 0 5060 backup.carrier.example.", "10 0 5070 main.carrier.example."),
    ),
    ("_sip._tcp.carrier.example.", "SRV"): (300, ("10 0 5062 main.carrier.example.",)),
    ("main.carrier.example.", "A"): (300, ("192.0.2.1",)),
    ("main.carrier.example.", "AAAA"): (300, ("2001:db8::1",)),
    ("backup.carrier.example.", "A"): (300, ("192.0.2.2",)),
    ("plain.example.", "A"): (120, ("192.0.2.3", "192.0.2.4")),
    ("_sips._tcp.secure.example.", "SRV"): (1, ("10 0 5061 main.carrier.example.",)),
    ("_sip._udp.closed.example.", "SRV"): (60, ("0 0 0 .",)),
    ("closed.example.", "A"): (60, ("192.0.2.5",)),
    ("_sip._udp.vast.example.", "SRV"): (60, tuple(f"{n} 0 5060 n{n}.vast.example." for n in range(1000))),
} | {(f"n{n}.vast.example.", "A"): (60, tuple(f"10.{n}.0.{m}" for m in range(200))) for n in range(1000)}


class _Nameserver(asyncio.DatagramProtocol):
    def __init__(self) -> None:
        self.asked: Counter[tuple[str, str]] = Counter()
        self.is_deaf_to = ""

    def connection_made(self, transport: asyncio.DatagramTransport) -> None:  # type: ignore[override]
        self.transport = transport

    def datagram_received(self, data: bytes, address: tuple[str, int]) -> None:
        query = dns.message.from_wire(data)
        (question,) = query.question
        key = (question.name.to_text(), dns.rdatatype.to_text(question.rdtype))
        self.asked[key] += 1
        if key[0] == self.is_deaf_to:
            return
        reply = dns.message.make_response(query)
        if key in ZONE:
            ttl, records = ZONE[key]
            reply.answer.append(dns.rrset.from_text(question.name, ttl, "IN", key[1], *records))
        elif not any(name == key[0] for name, _ in ZONE):
            reply.set_rcode(dns.rcode.NXDOMAIN)
        self.transport.sendto(reply.to_wire(), address)


@pytest.fixture
async def nameserver() -> AsyncIterator[tuple[_Nameserver, SipResolver]]:
    transport, protocol = await asyncio.get_running_loop().create_datagram_endpoint(
        _Nameserver, local_addr=("127.0.0.1", 0)
    )
    port = transport.get_extra_info("sockname")[1]
    yield protocol, SipResolver(["127.0.0.1"], port, seed=1)
    transport.close()


async def test_naptr_then_srv_then_addresses(nameserver: tuple[_Nameserver, SipResolver]) -> None:
    server, resolver = nameserver
    found = await resolver.find(TrunkServer(host="carrier.example", transport=None))
    assert found.hops == (
        Hop("udp", "192.0.2.1", 5070),
        Hop("udp", "[2001:db8::1]", 5070),
        Hop("udp", "192.0.2.2", 5060),
        Hop("tcp", "192.0.2.1", 5062),
        Hop("tcp", "[2001:db8::1]", 5062),
    )
    assert found.ttl_s == 60
    asked = server.asked.copy()
    await resolver.find(TrunkServer(host="carrier.example", transport=None))
    assert server.asked[("carrier.example.", "NAPTR")] == asked[("carrier.example.", "NAPTR")] == 1


@pytest.mark.parametrize(
    ("server", "hops"),
    [
        (
            TrunkServer(host="carrier.example", transport="tcp"),
            (("tcp", "192.0.2.1", 5062), ("tcp", "[2001:db8::1]", 5062)),
        ),
        (TrunkServer(host="plain.example"), (("udp", "192.0.2.3", 5060), ("udp", "192.0.2.4", 5060))),
        (
            TrunkServer(host="plain.example", transport=None),
            (("udp", "192.0.2.3", 5060), ("udp", "192.0.2.4", 5060)),
        ),
        (
            TrunkServer(host="plain.example", port=5080, transport="tls"),
            (("tls", "192.0.2.3", 5080), ("tls", "192.0.2.4", 5080)),
        ),
        (
            TrunkServer(host="secure.example", transport="tls"),
            (("tls", "192.0.2.1", 5061), ("tls", "[2001:db8::1]", 5061)),
        ),
        (TrunkServer(host="192.0.2.9", transport=None), (("udp", "192.0.2.9", 5060),)),
        (TrunkServer(host="localhost", port=5060), (("udp", "127.0.0.1", 5060),)),
        (TrunkServer(host="nowhere.invalid"), ()),
        (TrunkServer(host="closed.example"), ()),  # RFC 2782: decidedly no such service
        (TrunkServer(host="no..name"), ()),
        (TrunkServer(host="x" * 80 + ".example"), ()),
    ],
)
async def test_rfc_3263_choices(
    nameserver: tuple[_Nameserver, SipResolver], server: TrunkServer, hops: tuple[tuple[str, str, int], ...]
) -> None:
    found = await nameserver[1].find(server)
    expected = [Hop(*hop) for hop in hops]  # type: ignore[arg-type]
    # Addresses of one name come in any order.
    assert sorted((hop for hop in found.hops if hop.host != "[::1]"), key=str) == sorted(expected, key=str)
    assert 5 <= found.ttl_s <= 3600


async def test_a_silent_nameserver_is_an_empty_answer() -> None:
    resolver = SipResolver([])
    assert (await resolver.find(TrunkServer(host="carrier.invalid"))).hops == ()


async def test_what_dns_may_cost_is_bounded(nameserver: tuple[_Nameserver, SipResolver]) -> None:
    """A zone that names a thousand servers with two hundred addresses each is believed as far as is sensible."""
    server, resolver = nameserver

    found = await resolver.find(TrunkServer(host="vast.example"))

    assert len(found.hops) == 32
    assert {hop.host.split(".")[1] for hop in found.hops} <= {"0", "1", "2", "3"}  # the best, by priority
    assert server.asked.total() < 40


async def test_a_nameserver_that_falls_silent_leaves_what_was_found_and_is_not_waited_for(
    nameserver: tuple[_Nameserver, SipResolver], monkeypatch: pytest.MonkeyPatch
) -> None:
    server, resolver = nameserver
    monkeypatch.setattr("banjie.sip.io.resolver.PATIENCE_S", 0.5)
    server.is_deaf_to = "backup.carrier.example."

    found = await resolver.find(TrunkServer(host="carrier.example", transport="udp"))

    assert found.hops == (Hop("udp", "192.0.2.1", 5070), Hop("udp", "[2001:db8::1]", 5070))


def test_weights_share_the_load() -> None:
    records = [
        record
        for text in ("10 75 1 a.", "10 25 1 b.", "5 0 1 first.")
        if isinstance(record := dns.rdata.from_text("IN", "SRV", text), SRV)
    ]
    chance = random.Random(7)
    drawn = [[r.target.to_text() for r in in_srv_order(records, chance)] for _ in range(2000)]
    assert {names[0] for names in drawn} == {"first."}
    assert 0.70 < sum(names[1] == "a." for names in drawn) / 2000 < 0.80
