"""TCP and TLS seen from a peer that is not ours: Python's own sockets and ssl."""

import asyncio
import ssl
from collections.abc import Callable
from pathlib import Path

import pytest

from banjie.sip.digest import DigestClient, Password
from banjie.sip.io.errors import PortTaken, UnusableCertificate
from banjie.sip.io.streams import StreamLimits
from banjie.sip.io.tls import TlsFiles
from banjie.sip.model import TrunkTarget, UserTarget
from banjie.sip.trunks import Trunk, TrunkServer
from tests.sip.certificates import make_certificate
from tests.sip.exchange import Exchange, description, open_exchange

pytestmark = pytest.mark.peer

Stream = tuple[asyncio.StreamReader, asyncio.StreamWriter]


def request(
    method: str, cseq: int, *more: str, to_tag: str = "", body: bytes = b"", number: str = "1000"
) -> bytes:
    head = (
        f"{method} sip:{number}@127.0.0.1 SIP/2.0",
        f"Via: SIP/2.0/TCP client.invalid;branch=z9hG4bK{method}{cseq}",
        "From: <sip:bob@127.0.0.1>;tag=1",
        f"To: <sip:{number}@127.0.0.1>{to_tag}",
        "Call-ID: one",
        f"CSeq: {cseq} {method}",
        "Contact: <sip:bob@client.invalid;transport=tcp>",
        *more,
        f"Content-Length: {len(body)}",
    )
    return "\r\n".join(head).encode() + b"\r\n\r\n" + body


def invite() -> bytes:
    return request("INVITE", 1, "Content-Type: application/sdp", body=description())


async def response(stream: Stream) -> tuple[int, str]:
    """Read one message; return its status and its head."""
    head = (await stream[0].readuntil(b"\r\n\r\n")).decode()
    length = next(line for line in head.split("\r\n") if line.startswith("Content-Length:"))
    await stream[0].readexactly(int(length.partition(":")[2]))
    return int(head.split(" ")[1]), head


def header(head: str, name: str) -> str:
    return next(line.partition(": ")[2] for line in head.split("\r\n") if line.startswith(f"{name}: "))


async def closed(stream: Stream) -> bool:
    """Wait until the other side closes."""
    try:
        async with asyncio.timeout(5):
            return await stream[0].read() == b""
    except ConnectionError:
        return True


async def leave(stream: Stream) -> None:
    stream[1].close()
    try:
        await stream[1].wait_closed()
    except OSError:
        return


async def until(is_so: Callable[[], bool]) -> None:
    async with asyncio.timeout(5):
        while not is_so():  # noqa: ASYNC110 - the other side of a socket has no event
            await asyncio.sleep(0.01)


async def whole_call(exchange: Exchange, stream: Stream) -> None:
    stream[1].write(invite())
    status, head = await response(stream)
    assert status == 200
    tag = ";tag=" + header(head, "To").partition(";tag=")[2]
    stream[1].write(request("ACK", 1, to_tag=tag) + request("BYE", 2, to_tag=tag))
    assert (await response(stream))[0] == 200
    assert len(exchange.tally.ended) == 1


async def test_a_call_in_pieces_and_a_ping_over_tcp() -> None:
    exchange = await open_exchange()
    stream = await asyncio.open_connection(*exchange.endpoint.local["tcp"])
    stream[1].write(b"\r\n\r\n")
    assert await stream[0].readexactly(2) == b"\r\n"
    for piece in (invite()[:5], invite()[5:300], invite()[300:]):
        stream[1].write(piece)
        await stream[1].drain()
        await asyncio.sleep(0)
    status, _ = await response(stream)
    assert status == 200
    await leave(stream)
    await exchange.endpoint.stop()


async def test_a_call_over_tls(tmp_path: Path) -> None:
    files = make_certificate(tmp_path, "127.0.0.1")
    exchange = await open_exchange(tls_port=0, tls=files)
    context = ssl.create_default_context(cafile=files.certificate)
    stream = await asyncio.open_connection(*exchange.endpoint.local["tls"], ssl=context)
    await whole_call(exchange, stream)
    await leave(stream)
    await exchange.endpoint.stop()


@pytest.mark.parametrize(("name", "is_answered"), [("127.0.0.1", True), ("elsewhere.example", False)])
async def test_a_tls_trunk_must_prove_its_name(tmp_path: Path, name: str, is_answered: bool) -> None:
    files = make_certificate(tmp_path, name)
    far = await open_exchange(tls_port=0, tls=files)
    server = TrunkServer(host="127.0.0.1", port=far.endpoint.local["tls"][1], transport="tls")
    near = await open_exchange(Trunk(name="out", servers=(server,), ping_interval_s=None), tls=files)
    near.call(TrunkTarget(name="out"))
    await until(
        lambda: bool(near.tally.ended) or near.tally.accepted > 0 or sum(far.tally.offered.values()) > 0
    )
    assert (sum(far.tally.offered.values()) == 1) == is_answered
    await near.endpoint.stop()
    await far.endpoint.stop()


async def test_a_registered_connection_is_called_back_and_forgotten_when_it_closes() -> None:
    exchange = await open_exchange(knows_loopback=False, algorithms=("SHA-256", "MD5"))
    stream = await asyncio.open_connection(*exchange.endpoint.local["tcp"])
    stream[1].write(request("REGISTER", 1, number="bob"))
    status, head = await response(stream)
    assert status == 401
    client = DigestClient(Password(username="bob", password="zanzibar"))
    challenge = client.choose(
        [line.partition(": ")[2] for line in head.split("\r\n") if line.startswith("WWW-")]
    )
    assert challenge is not None
    assert challenge.algorithm == "SHA-256"
    proof = client.answer(challenge, "REGISTER", "sip:bob@127.0.0.1")
    stream[1].write(request("REGISTER", 2, f"Authorization: {proof}", "Expires: 60", number="bob"))
    assert (await response(stream))[0] == 200
    exchange.call(UserTarget(username="bob"))
    assert (await stream[0].readuntil(b"\r\n")).startswith(b"INVITE sip:bob@client.invalid;transport=tcp ")
    await leave(stream)
    await until(lambda: exchange.tally.unregistered == 1)
    await exchange.endpoint.stop()


@pytest.mark.parametrize("noise", [b"GET / HTTP/1.1\r\nHost: x\r\n\r\n", b"\x16\x03\x01" + b"\x00" * 20_000])
async def test_a_stream_that_is_not_sip_is_closed(noise: bytes) -> None:
    exchange = await open_exchange()
    stream = await asyncio.open_connection(*exchange.endpoint.local["tcp"])
    stream[1].write(noise)
    assert await closed(stream)
    assert exchange.endpoint.counters.streams.unframeable == 1
    await leave(stream)
    await exchange.endpoint.stop()


async def test_connections_are_capped_and_idle_strangers_closed() -> None:
    limits = StreamLimits(most_per_source=3, stranger_s=0.2, sweep_s=0.05)
    exchange = await open_exchange(streams=limits)
    address = exchange.endpoint.local["tcp"]
    streams = [await asyncio.open_connection(*address) for _ in range(5)]
    trusted = streams[0]
    trusted[1].write(request("OPTIONS", 1))
    assert (await response(trusted))[0] == 200
    assert all([await closed(stream) for stream in streams[1:]])
    counters = exchange.endpoint.counters.streams
    assert (counters.refused, counters.idle_closed) == (2, 2)
    trusted[1].write(request("OPTIONS", 2))
    assert (await response(trusted))[0] == 200
    for stream in streams:
        await leave(stream)
    await exchange.endpoint.stop()


async def test_a_stranger_who_keeps_saying_something_is_closed_all_the_same() -> None:
    exchange = await open_exchange(knows_loopback=False, streams=StreamLimits(stranger_s=0.3, sweep_s=0.05))
    stream = await asyncio.open_connection(*exchange.endpoint.local["tcp"])

    async def drip() -> None:
        while True:
            stream[1].write(b"O")
            await asyncio.sleep(0.05)

    dripping = asyncio.create_task(drip())
    assert await closed(stream)
    dripping.cancel()
    await leave(stream)
    await exchange.endpoint.stop()


async def test_a_call_that_moves_to_another_connection_keeps_that_connection() -> None:
    """Carriers send what follows the INVITE through any connection they have: who speaks in a call is no stranger."""
    exchange = await open_exchange(streams=StreamLimits(stranger_s=0.2, sweep_s=0.05))
    first = await asyncio.open_connection(*exchange.endpoint.local["tcp"])
    first[1].write(invite())
    _, head = await response(first)
    tag = ";tag=" + header(head, "To").partition(";tag=")[2]
    second = await asyncio.open_connection(*exchange.endpoint.local["tcp"])
    second[1].write(request("ACK", 1, to_tag=tag))
    second[1].write(request("INVITE", 2, "Content-Type: application/sdp", to_tag=tag, body=description()))
    assert (await response(second))[0] == 200
    second[1].write(request("ACK", 2, to_tag=tag))
    await leave(first)
    stranger = await asyncio.open_connection(*exchange.endpoint.local["tcp"])
    assert await closed(stranger)  # and so would be the second, which is older, if it were one
    await leave(stranger)

    (session,) = exchange.tally.running
    exchange.endpoint.hang_up(session)

    async with asyncio.timeout(5):
        assert (await second[0].readuntil(b"\r\n")).startswith(b"BYE ")
    await leave(second)
    await exchange.endpoint.stop()


async def test_a_taken_port_and_a_missing_certificate_are_said_in_words(tmp_path: Path) -> None:
    exchange = await open_exchange()
    port = exchange.endpoint.local["udp"][1]
    with pytest.raises(PortTaken, match=f"127.0.0.1:{port} is in use.*BANJIE_SIP_PORT"):
        await open_exchange(udp_port=port)
    missing = TlsFiles(certificate=tmp_path / "no.crt", key=tmp_path / "no.key")
    with pytest.raises(UnusableCertificate, match=r"no\.crt"):
        await open_exchange(tls_port=0, tls=missing)
    await exchange.endpoint.stop()
