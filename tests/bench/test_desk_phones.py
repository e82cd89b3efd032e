"""What a phone sees go wrong: it rings in a call, or an answer that crossed a CANCEL is not hung up."""

import asyncio
from typing import cast

import pytest
from bench.desk_phones import DeskPhones, Pickup

from bench import desk_phones

pytestmark = pytest.mark.unit

SERVER = ("127.0.0.1", 5060)


class Wire:
    """What the phones sent, by its first line."""

    def __init__(self) -> None:
        self.sent: list[str] = []

    def sendto(self, data: bytes, _peer: tuple[str, int]) -> None:
        self.sent.append(data.decode().partition("\r\n")[0])

    def close(self) -> None:
        pass


@pytest.fixture
def wire() -> Wire:
    return Wire()


@pytest.fixture
async def phones(wire: Wire, monkeypatch: pytest.MonkeyPatch) -> DeskPhones:
    monkeypatch.setattr(desk_phones, "GONE_WITHIN_S", 0.0)
    there = DeskPhones(port=5070, pickup=lambda _: Pickup(what="answer"))
    there._transport = cast("asyncio.DatagramTransport", wire)
    return there


def get(phones: DeskPhones, method: str, call_id: str) -> None:
    cseq = "2 BYE" if method == "BYE" else f"1 {method}"
    text = (
        f"{method} sip:8001@127.0.0.1:5070 SIP/2.0\r\nVia: SIP/2.0/UDP 127.0.0.1:5060;branch=z9hG4bK{call_id}\r\n"
        f"From: <sip:13800000001@127.0.0.1>;tag=a\r\nTo: <sip:8001@127.0.0.1>\r\nCall-ID: {call_id}\r\n"
        f"CSeq: {cseq}\r\nContact: <sip:us@127.0.0.1:5060>\r\nMax-Forwards: 70\r\nContent-Length: 0\r\n\r\n"
    )
    phones.datagram_received(text.encode(), SERVER)


async def pass_by() -> None:
    """Let everything happen that is due."""
    for _ in range(3):
        await asyncio.sleep(0)


async def test_an_answer_that_crossed_a_cancel_is_to_be_hung_up_at_once(
    phones: DeskPhones, wire: Wire
) -> None:
    get(phones, "INVITE", "one")
    await pass_by()
    assert wire.sent[-1] == "SIP/2.0 200 OK"
    get(phones, "CANCEL", "one")
    get(phones, "INVITE", "two")  # the agent is free for the next call meanwhile
    get(phones, "ACK", "one")
    get(phones, "BYE", "one")
    await pass_by()

    assert (phones.gone_wrong, phones.doubled, len(phones.crossed_ms)) == ([], [], 1)
    phones.close()


async def test_a_crossed_answer_that_is_not_hung_up_is_found(phones: DeskPhones) -> None:
    get(phones, "INVITE", "one")
    await pass_by()
    get(phones, "CANCEL", "one")
    get(phones, "ACK", "one")
    await pass_by()

    assert phones.gone_wrong == ["the answer of phone 8001 crossed a CANCEL and was not hung up"]
    phones.close()


async def test_a_phone_that_rings_in_a_call_is_found_at_once(phones: DeskPhones) -> None:
    get(phones, "INVITE", "one")
    await pass_by()
    get(phones, "ACK", "one")

    get(phones, "INVITE", "two")

    assert phones.doubled == ["8001"]
    phones.close()


async def test_a_phone_that_rings_for_two_is_found_however_the_second_ends(phones: DeskPhones) -> None:
    phones.pickup = lambda _: Pickup(what="nothing")
    get(phones, "INVITE", "one")
    get(phones, "INVITE", "two")
    get(phones, "CANCEL", "two")
    get(phones, "ACK", "two")
    await pass_by()

    assert phones.doubled == ["8001"]
    phones.close()
