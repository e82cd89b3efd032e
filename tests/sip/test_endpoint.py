"""The endpoint as a whole: strangers that flood it, trunks whose servers fail, names that DNS knows."""

import asyncio
import socket
from collections.abc import Callable

import pytest

from banjie.sip.model import Transport, TrunkTarget, UriTarget
from banjie.sip.trunks import Trunk, TrunkServer
from tests.sip.exchange import Exchange, open_exchange
from tests.sip.sipp import free_port

pytestmark = pytest.mark.peer


async def until(is_so: Callable[[], bool], limit_s: float = 8.0) -> None:
    async with asyncio.timeout(limit_s):
        while not is_so():  # noqa: ASYNC110 - the other side of a socket has no event
            await asyncio.sleep(0.01)


def stranger(method: str, number: int, more: str = "") -> bytes:
    return (
        f"{method} sip:1000@127.0.0.1 SIP/2.0\r\nVia: SIP/2.0/UDP 127.0.0.1:9;branch=z9hG4bK{method}{number};rport\r\n"
        f"From: <sip:{number}@nowhere.invalid>;tag={number}\r\nTo: <sip:1000@127.0.0.1>{more}\r\n"
        f"Call-ID: {number}\r\nCSeq: 1 {method}\r\nContact: <sip:x@127.0.0.1>\r\nMax-Forwards: 70\r\n"
        "Content-Length: 0\r\n\r\n"
    ).encode()


async def test_a_flood_of_strangers_opens_nothing_and_is_counted() -> None:
    exchange = await open_exchange(knows_loopback=False)
    endpoint = exchange.endpoint
    methods = ("INVITE", "REGISTER", "OPTIONS", "BYE", "CANCEL", "ACK", "SUBSCRIBE", "NONSENSE")
    sent = 4000
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as flood:
        flood.setblocking(False)
        for number in range(sent):
            more = ";tag=guess" if number % 16 > 8 else ""
            flood.sendto(stranger(methods[number % len(methods)], number, more), endpoint.local["udp"])
            if number % 50 == 49:
                await asyncio.sleep(0.001)
        await until(lambda: endpoint.counters.received == sent)
        answers = 0
        while True:
            try:
                answer = flood.recv(65_535)
            except BlockingIOError:
                break
            answers += 1
            assert answer.startswith((b"SIP/2.0 4", b"SIP/2.0 5"))
    assert answers < 300  # the burst, and what trickles in while the flood lasts
    assert not exchange.tally.offered
    transactions = endpoint._agent._core.transactions
    assert (len(transactions.servers), len(transactions.clients), len(endpoint._agent._core.sessions)) == (
        0,
        0,
        0,
    )
    gate = endpoint.counters.gate
    assert gate.admitted == 0
    assert gate.ignored > gate.challenged
    await endpoint.stop()


async def test_a_call_goes_to_the_next_server_when_one_is_silent_or_refuses() -> None:
    far = await open_exchange()
    silent = free_port()
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as deaf:
        deaf.bind(("127.0.0.1", silent))
        servers = (
            TrunkServer(host="127.0.0.1", port=silent),
            TrunkServer(
                host="127.0.0.1", port=free_port(socket.SOCK_STREAM), transport="tcp"
            ),  # nobody listens
            TrunkServer(host="127.0.0.1", port=far.endpoint.local["udp"][1]),
        )
        near = await open_exchange(Trunk(name="out", servers=servers, patience_s=0.3, ping_interval_s=None))
        near.call(TrunkTarget(name="out"))
        await until(lambda: sum(far.tally.offered.values()) == 1)
        await stop(near, far)


async def test_a_trunk_that_does_not_answer_pings_is_tried_last() -> None:
    far = await open_exchange()
    silent = TrunkServer(host="127.0.0.1", port=free_port())
    lively = TrunkServer(host="127.0.0.1", port=far.endpoint.local["udp"][1])
    trunk = Trunk(name="out", servers=(silent, lively), ping_interval_s=1.0)
    near = await open_exchange(trunk)
    trunks = near._trunks
    await until(lambda: [hop.port for hop in trunks.hops(trunk)] == [lively.port, silent.port], 12.0)
    await stop(near, far)


async def test_a_name_in_a_uri_is_looked_up_before_the_call() -> None:
    far = await open_exchange()
    near = await open_exchange()
    target = UriTarget(uri=f"sip:1000@localhost:{far.endpoint.local['udp'][1]}")
    await near.endpoint.prepare(target)
    near.call(target)
    await until(lambda: near.tally.accepted == 1)
    await until(lambda: len(near.tally.ended) == 1)
    await stop(near, far)


async def test_many_calls_at_once_between_two_endpoints() -> None:
    """Every call is answered and ends once on both sides, over UDP and over one reused TCP connection."""
    far = await open_exchange()
    for transport in ("udp", "tcp"):
        server = TrunkServer(
            host="127.0.0.1",
            port=far.endpoint.local["tcp" if transport == "tcp" else "udp"][1],
            transport="tcp" if transport == "tcp" else "udp",
        )
        near = await open_exchange(Trunk(name="out", servers=(server,), ping_interval_s=None))
        before = len(far.tally.ended)
        for _ in range(100):
            near.call(TrunkTarget(name="out"), dialled="1000")
        await until(lambda near=near: len(near.tally.ended) == 100)  # type: ignore[misc]
        await until(lambda before=before: len(far.tally.ended) == before + 100)  # type: ignore[misc]
        assert near.tally.accepted == 100
        if transport == "tcp":
            assert near.endpoint.counters.streams.opened == 1
        await near.endpoint.stop()
    assert set(far.tally.ended.values()) == {1}
    await far.endpoint.stop()


@pytest.mark.parametrize("transport", ["udp", "tcp"])
@pytest.mark.parametrize("host", ["127.0.0.1", "::1"])
async def test_an_endpoint_on_all_addresses_speaks_both_families(host: str, transport: Transport) -> None:
    """Bound to `::`, it names itself to each peer by an address of that peer's family: BYE and ACK find it."""
    far = await open_exchange(Trunk(name="loopback6", networks=("::1",)), host="::")
    server = TrunkServer(host=host, port=far.endpoint.local[transport][1], transport=transport)
    near = await open_exchange(Trunk(name="out", servers=(server,), ping_interval_s=None), host=host)
    near.on_accepted = "wait"
    near.call(TrunkTarget(name="out"), dialled="1200")  # answered, then hung up by them

    await until(lambda: len(near.tally.ended) == len(far.tally.ended) == 1)

    assert near.tally.accepted == 1
    assert set(far.tally.reasons) | set(near.tally.reasons) == {(None, "us"), (None, "peer")}
    near.on_accepted = "hang up"
    near.call(TrunkTarget(name="out"), dialled="1000")  # answered, then hung up by us
    await until(lambda: len(near.tally.ended) == len(far.tally.ended) == 2)
    if transport == "tcp":
        assert near.endpoint.counters.streams.opened == 1
    await stop(near, far)


async def test_an_ipv4_peer_of_an_endpoint_on_all_addresses_reads_ipv4_addresses() -> None:
    exchange = await open_exchange(host="::")
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as phone:
        phone.setblocking(False)
        loop = asyncio.get_running_loop()
        phone.sendto(stranger("INVITE", 1), ("127.0.0.1", exchange.endpoint.local["udp"][1]))
        async with asyncio.timeout(5):
            answer = (await loop.sock_recv(phone, 65_535)).decode()
    assert answer.startswith("SIP/2.0 200")
    assert ";received=127.0.0.1;" in answer
    assert "\r\nContact: <sip:banjie@127.0.0.1:" in answer
    await exchange.endpoint.stop()


async def stop(*exchanges: Exchange) -> None:
    for exchange in exchanges:
        await exchange.endpoint.stop()
