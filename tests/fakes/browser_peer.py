"""A browser's end of a call without a browser: real STUN, DTLS and SRTP over a real socket."""

import asyncio
import hmac
import re
import secrets
import struct
from datetime import UTC, datetime
from zlib import crc32

from banjie.media.io.dtls import DtlsSession, HandshakeFailed, Identity, SrtpPair, make_identity

COOKIE = 0x2112A442


def offer_sdp(ufrag: str, pwd: str, fingerprint: str, *, direction: str = "sendrecv") -> str:
    """What Chromium says, shortened to what counts."""
    return "\r\n".join(
        [
            "v=0",
            "o=- 1 2 IN IP4 127.0.0.1",
            "s=-",
            "t=0 0",
            "a=group:BUNDLE 0",
            "m=audio 9 UDP/TLS/RTP/SAVPF 111 0 8 110 126",
            "c=IN IP4 0.0.0.0",
            f"a=ice-ufrag:{ufrag}",
            f"a=ice-pwd:{pwd}",
            f"a=fingerprint:sha-256 {fingerprint}",
            "a=setup:actpass",
            "a=mid:0",
            f"a={direction}",
            "a=rtcp-mux",
            "a=rtpmap:111 opus/48000/2",
            "a=rtpmap:0 PCMU/8000",
            "a=rtpmap:8 PCMA/8000",
            "a=rtpmap:110 telephone-event/48000",
            "a=rtpmap:126 telephone-event/8000",
            "",
        ]
    )


def binding_request(
    user: str, pwd: str, *, nominate: bool = True, transaction_id: bytes | None = None
) -> bytes:
    """A connectivity check as the controlling agent sends it."""
    name = user.encode()
    body = struct.pack("!HH", 0x0006, len(name)) + name + bytes(-len(name) % 4)
    body += struct.pack("!HHQ", 0x802A, 8, 1)  # ICE-CONTROLLING
    if nominate:
        body += struct.pack("!HH", 0x0025, 0)
    tail = struct.pack("!I", COOKIE) + (transaction_id or secrets.token_bytes(12))
    signed = struct.pack("!HH", 1, len(body) + 24) + tail + body
    body += struct.pack("!HH", 0x0008, 20) + hmac.digest(pwd.encode(), signed, "sha1")
    whole = struct.pack("!HH", 1, len(body) + 8) + tail + body
    return whole + struct.pack("!HHI", 0x8028, 4, crc32(whole) ^ 0x5354554E)


class BrowserPeer(asyncio.DatagramProtocol):
    """`await BrowserPeer.dial(answer)` after its `offer` was answered; then `say` packets, read `heard`."""

    def __init__(self, identity: Identity | None = None) -> None:
        self.identity = identity or make_identity(datetime.now(UTC))
        self.ufrag, self.pwd = secrets.token_hex(4), secrets.token_hex(12)
        self.heard: list[bytes] = []  # RTP as it was before protection
        self.reports: list[bytes] = []
        self.heard_count = 0
        self.keeps_heard = True
        self.answers: list[bytes] = []  # STUN
        self.srtp: SrtpPair | None = None
        self.connected = asyncio.Event()
        self._dtls: DtlsSession | None = None
        self.transport: asyncio.DatagramTransport

    @property
    def offer(self) -> str:
        return offer_sdp(self.ufrag, self.pwd, self.identity.fingerprint)

    async def dial(self, answer_sdp: str) -> None:
        """Check, shake hands; returns when SRTP runs."""
        await self.check(answer_sdp)
        await asyncio.wait_for(self.connected.wait(), 10)

    async def check(self, answer_sdp: str, *, pwd: str | None = None) -> None:
        """Send one connectivity check to the first candidate."""
        found = re.search(r"a=candidate:\S+ 1 udp \d+ (\S+) (\d+) typ host", answer_sdp)
        ufrag, right_pwd = (re.search(rf"a=ice-{w}:(\S+)", answer_sdp) for w in ("ufrag", "pwd"))
        prints = re.search(r"a=fingerprint:(\S+) (\S+)", answer_sdp)
        assert found
        assert ufrag
        assert right_pwd
        assert prints
        self._dtls = DtlsSession(self.identity, opens=False, fingerprints=[(prints[1], prints[2])])
        loop = asyncio.get_running_loop()
        await loop.create_datagram_endpoint(lambda: self, remote_addr=(found[1], int(found[2])))
        self.transport.sendto(binding_request(f"{ufrag[1]}:{self.ufrag}", pwd or right_pwd[1]))

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = transport  # type: ignore[assignment]

    def datagram_received(self, data: bytes, addr: tuple[str, int]) -> None:
        if 128 <= data[0] <= 191:
            self._media(data)
        elif data[0] <= 3:
            self.answers.append(data)
        elif self._dtls is not None:
            try:
                self._dtls.receive(data)
            except HandshakeFailed:
                return
            for datagram in self._dtls.take_outbox():
                self.transport.sendto(datagram)
            if self._dtls.srtp is not None and self.srtp is None:
                self.srtp = self._dtls.srtp
                self.connected.set()

    def _media(self, data: bytes) -> None:
        if self.srtp is None:
            return
        if 192 <= data[1] <= 223:
            self.reports.append(self.srtp.receiving.unprotect_rtcp(data))
            return
        self.heard_count += 1
        if self.keeps_heard:
            self.heard.append(self.srtp.receiving.unprotect(data))

    def say(self, n: int, payload: bytes = b"\xd5" * 160, *, kind: int = 8, ssrc: int = 77) -> None:
        """Send the n-th packet of 20 ms."""
        assert self.srtp is not None
        head = struct.pack("!BBHII", 0x80, kind, n & 0xFFFF, n * 160 & 0xFFFFFFFF, ssrc)
        self.transport.sendto(self.srtp.sending.protect(head + payload))

    def report(self, ssrc: int = 77) -> None:
        """Send an empty receiver report."""
        assert self.srtp is not None
        self.transport.sendto(self.srtp.sending.protect_rtcp(struct.pack("!BBHI", 0x80, 201, 1, ssrc)))

    def hang_up(self) -> None:
        """close_notify, as `RTCPeerConnection.close()` sends it."""
        assert self._dtls is not None
        self._dtls.close()
        for datagram in self._dtls.take_outbox():
            self.transport.sendto(datagram)

    def close(self) -> None:
        if hasattr(self, "transport"):
            self.transport.close()
