"""Trunks as they are written down: what is wrong with one, and the book that takes others in while calls go on."""

from dataclasses import replace

import pytest

from banjie.sip.digest import DigestServer
from banjie.sip.gate import Accounts, PeerGate
from banjie.sip.health import TrunkHealth
from banjie.sip.model import Hop, TrunkPeer
from banjie.sip.ports import Admitted, Challenge
from banjie.sip.trunk_setup import TrunkId, TrunkSetup, trunk_faults, trunk_of
from banjie.sip.trunks import InvalidTrunk, Trunk, TrunkBook, TrunkServer
from tests.sip.requests import request

pytestmark = pytest.mark.unit

CARRIER = TrunkSetup(
    trunk_id=TrunkId("t1"),
    name="carrier",
    servers=("sip.carrier.example", "192.0.2.7:5070", "[2001:db8::1]:5061"),
    networks=("192.0.2.0/24",),
    username="bank",
    password="zanzibar",
)
OTHER = TrunkSetup(trunk_id=TrunkId("t2"), name="other", networks=("198.51.100.7",))


@pytest.mark.parametrize(
    ("change", "fields"),
    [
        ({}, []),
        ({"name": "中继"}, ["name"]),
        ({"name": "other"}, ["name"]),
        ({"servers": ("carrier example",)}, ["servers"]),
        ({"servers": ("192.0.2.7:99999",)}, ["servers"]),
        ({"servers": ("host:",)}, ["servers"]),
        ({"servers": ("-h",)}, ["servers"]),
        ({"servers": tuple(f"h{n}" for n in range(9))}, ["servers"]),
        ({"servers": (), "networks": ()}, ["servers"]),
        ({"servers": (), "networks": (), "must_prove": True}, []),
        ({"networks": ("192.0.2.1/24",)}, ["networks"]),
        ({"networks": ("198.51.100.7/32",)}, ["networks"]),
        ({"networks": ("198.51.100.7/32",), "is_active": False}, []),
        ({"username": None}, ["username"]),
        ({"username": None, "password": None}, []),
        ({"username": "a\nb"}, ["username"]),
        ({"password": None}, ["password"]),
    ],
)
def test_a_trunk_says_what_is_wrong_with_it(change: dict[str, object], fields: list[str]) -> None:
    described = replace(CARRIER, **change)  # type: ignore[arg-type]
    found = trunk_faults(described, [OTHER])
    assert [one.field for one in found] == fields
    if not fields:
        TrunkBook([trunk_of(described, "banjie")])
    assert "zanzibar" not in repr(described)


def test_servers_are_read_with_and_without_a_port() -> None:
    assert trunk_of(CARRIER, "banjie").servers == (
        TrunkServer(host="sip.carrier.example", port=None, transport="udp"),
        TrunkServer(host="192.0.2.7", port=5070, transport="udp"),
        TrunkServer(host="[2001:db8::1]", port=5061, transport="udp"),
    )
    bare = trunk_of(replace(CARRIER, servers=("[2001:db8::1]",), transport="tls"), "banjie")
    assert bare.servers == (TrunkServer(host="[2001:db8::1]", port=None, transport="tls"),)


def test_who_may_call_follows_the_book_at_once() -> None:
    book = TrunkBook([trunk_of(OTHER, "banjie")])
    gate = PeerGate(trunks=book, accounts=Accounts(), digest=DigestServer("banjie"))
    invite, hop = request("INVITE"), Hop("udp", "192.0.2.9", 5060)
    assert isinstance(gate.admit(invite, hop, 0.0), Challenge)  # and is remembered as a stranger

    book.replace([trunk_of(CARRIER, "banjie"), trunk_of(OTHER, "banjie")])
    assert gate.admit(invite, hop, 1.0) == Admitted(peer=TrunkPeer(name="carrier"))
    book.replace([trunk_of(OTHER, "banjie")])
    assert isinstance(gate.admit(invite, hop, 2.0), Challenge)
    assert book.routes("carrier", "13800138000", 3.0) == []


def test_one_that_must_prove_itself_is_challenged_at_its_own_address() -> None:
    book = TrunkBook([trunk_of(replace(CARRIER, must_prove=True), "banjie")])
    gate = PeerGate(trunks=book, accounts=Accounts(), digest=DigestServer("banjie"))
    assert isinstance(gate.admit(request("INVITE"), Hop("udp", "192.0.2.9", 5060), 0.0), Challenge)


def test_what_is_known_of_servers_that_stay_is_kept_and_a_bad_list_changes_nothing() -> None:
    named, fixed = TrunkServer(host="sip.carrier.example"), TrunkServer(host="192.0.2.7")
    hop = Hop("udp", "203.0.113.5", 5060)
    book = TrunkBook([Trunk(name="carrier", servers=(named,))])
    book.found(named, [hop])
    longer = Trunk(name="carrier", servers=(named, fixed))
    book.replace([longer])
    assert book.hops(longer)[0] == hop

    with pytest.raises(InvalidTrunk):
        book.replace([Trunk(name="a"), Trunk(name="a")])
    assert book.find("carrier") == longer
    assert [trunk.name for trunk in book] == ["carrier"]
    book.replace([])
    book.replace([longer])
    assert hop not in book.hops(longer)  # asked for anew


def test_the_state_of_a_server_is_unknown_then_up_then_down() -> None:
    hop = Hop("udp", "192.0.2.7", 5060)
    health = TrunkHealth(lambda _: ("192.0.2.1", 5060))
    health.watch({hop: 30.0}, 0.0)
    (ping,) = health.tick(0.0)
    assert (health.state(hop, 0.0).is_up, health.state(hop, 0.0).answered_s_ago) == (None, None)
    branch = ping.data.split(b"branch=")[1].split(b"\r\n")[0].split(b";")[0]
    assert health.receive(b"SIP/2.0 200 OK\r\nVia: SIP/2.0/UDP h;branch=" + branch + b"\r\n\r\n", hop, 1.0)
    assert health.state(hop, 5.0).is_up is True
    assert health.state(hop, 5.0).answered_s_ago == 4.0
    now = 5.0
    while (at := health.next_deadline) is not None and health.state(hop, now).is_up is True:
        now = max(now, at)
        health.tick(now)
    assert health.state(hop, now).is_up is False
    assert health.state(hop, now).address == "192.0.2.7 UDP"
