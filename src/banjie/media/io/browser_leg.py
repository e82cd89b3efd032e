"""One browser's packets: ICE-lite checks, DTLS, SRTP, and the way between them and the switchboard's RTP port.

The leg only re-encrypts. Jitter, loss, digits, time-out and the mix are the switchboard's, as for any other RTP port,
and A-law passes untouched. Everything a browser can make grow is bounded here.
"""

import asyncio
import secrets
import string
from typing import Final, Protocol, cast

from pylibsrtp import Error as SrtpError

from banjie.media.browser_sdp import BrowserOffer
from banjie.media.io.dtls import DtlsSession, HandshakeFailed, Identity, SrtpPair
from banjie.media.model import RtpPort
from banjie.media.stun import Check, is_authentic, success

Address = tuple[str, int]

CONNECT_WITHIN_S: Final = 12.0
LOST_AFTER_S: Final = 4.0  # of silence; noticed within one WATCH_EVERY_S more, so under the 5 s promised
PACKETS_PER_S: Final = 300  # a G.711 leg sends 50, and some RTCP
_MAX_SOURCES: Final = 8
_MAX_SSRCS: Final = 8
_ICE_CHARS: Final = string.ascii_letters + string.digits


class Path(Protocol):
    """A socket of ours: what comes from a known address there is one leg's."""

    legs: "dict[Address, BrowserLeg]"

    def send(self, data: bytes, address: Address) -> None: ...


class Relay(Protocol):
    """Our side of the switchboard's ports: RTP on one socket, RTCP on the next."""

    def to_switchboard(self, data: bytes, address: Address) -> None: ...

    def report_to_switchboard(self, data: bytes, address: Address) -> None: ...


class BrowserLeg:
    def __init__(self, port: RtpPort, inside: Address, offer: BrowserOffer, relay: Relay) -> None:
        """`inside` is where the switchboard's RTP port is reached; its RTCP is at the next number."""
        self.port = port
        self.inside = inside
        self.ufrag = "".join(secrets.choice(_ICE_CHARS) for _ in range(8))
        self.pwd = "".join(secrets.choice(_ICE_CHARS) for _ in range(24))
        self.is_connected = False
        self.is_gone = False
        self.heard_at: float | None = None  # the last authentic packet of any kind
        self.refused_count = 0
        self._offer = offer
        self._relay = relay
        self._inside_rtcp = (inside[0], inside[1] + 1)
        self._payloads = {offer.payload, offer.dtmf_payload}
        self._ssrcs: set[bytes] = set()
        self._sources: list[tuple[Path, Address]] = []
        self._path: tuple[Path, Address] | None = None  # the nominated one
        self._budget = PACKETS_PER_S
        self._dtls: DtlsSession | None = None
        self._dtls_due_at: float | None = None
        self._srtp: SrtpPair | None = None

    def checked(self, check: Check, path: Path, source: Address, identity: Identity, now: float) -> None:
        """Answer a connectivity check; a nominated source becomes the way back (RFC 8445 §7.3)."""
        if check.remote_ufrag != self._offer.ice_ufrag or not is_authentic(check, self.pwd.encode()):
            self.refused_count += 1
            return
        path.send(success(check, source, self.pwd.encode()), source)
        self.heard_at = now
        self._know(path, source)
        if check.nominates or self._path is None:
            self._path = (path, source)
        if self._dtls is None:
            self._dtls = DtlsSession(
                identity, opens=self._offer.we_open_dtls, fingerprints=self._offer.fingerprints
            )
            self._shake(None, now)

    def dtls_arrived(self, datagram: bytes, now: float) -> None:
        if self._dtls is not None and self._is_within_budget():
            self._shake(datagram, now)

    def media_arrived(self, packet: bytes, now: float) -> None:
        """Pass one SRTP or SRTCP packet of the browser's on (RFC 5761 §4 tells them apart)."""
        srtp = self._srtp
        if srtp is None or len(packet) < 12 or not self._is_within_budget():
            return
        try:
            if 192 <= packet[1] <= 223:
                self._relay.report_to_switchboard(srtp.receiving.unprotect_rtcp(packet), self._inside_rtcp)
            elif packet[1] & 0x7F in self._payloads and self._is_known_ssrc(packet[8:12]):
                self._relay.to_switchboard(srtp.receiving.unprotect(packet), self.inside)
            else:
                self.refused_count += 1
                return
        except (SrtpError, ValueError):
            self.refused_count += 1
            return
        self.heard_at = now

    def packet_for_browser(self, packet: bytes) -> None:
        if self._srtp is not None and self._path is not None:
            path, address = self._path
            path.send(self._srtp.sending.protect(packet), address)

    def report_for_browser(self, packet: bytes) -> None:
        if self._srtp is not None and self._path is not None:
            path, address = self._path
            path.send(self._srtp.sending.protect_rtcp(packet), address)

    def watch(self, opened_s: float, since_last_s: float, now: float) -> None:
        """Look at the clocks: repeat a DTLS flight, refill the packet budget, notice a browser that has gone.

        `opened_s` is how long ago the leg was opened, `since_last_s` when this was last called.
        """
        self._budget = min(PACKETS_PER_S, self._budget + int(PACKETS_PER_S * since_last_s) + 1)
        if self._dtls is not None and self._dtls_due_at is not None and now >= self._dtls_due_at:
            self._repeat_flight(now)
        if self.is_connected:
            self.is_gone |= self.heard_at is not None and now - self.heard_at > LOST_AFTER_S
        else:
            self.is_gone |= opened_s > CONNECT_WITHIN_S

    def close(self) -> None:
        """Say goodbye and forget all addresses. Safe to repeat."""
        if self._dtls is not None:
            self._dtls.close()
            self._flush()
        for path, source in self._sources:
            if path.legs.get(source) is self:
                del path.legs[source]
        self._sources.clear()
        self._path = self._srtp = self._dtls = None

    def _know(self, path: Path, source: Address) -> None:
        """What comes from here is ours from now on."""
        if path.legs.get(source) is self:
            return
        path.legs[source] = self
        self._sources.append((path, source))
        if len(self._sources) > _MAX_SOURCES:
            oldest = next(s for s in self._sources if s != self._path)
            self._sources.remove(oldest)
            if oldest[0].legs.get(oldest[1]) is self:
                del oldest[0].legs[oldest[1]]

    def _shake(self, datagram: bytes | None, now: float) -> None:
        dtls = self._dtls
        if dtls is None:
            return
        try:
            if datagram is None:
                dtls.start()
            else:
                dtls.receive(datagram)
        except HandshakeFailed:
            self.is_gone = True
        self._flush()
        self._schedule_repeat(dtls, now)
        if dtls.is_closed:
            self.is_gone = True
        if dtls.srtp is not None and not self.is_connected:
            self._srtp, self.is_connected, self.heard_at = dtls.srtp, True, now

    def _repeat_flight(self, now: float) -> None:
        if self._dtls is not None:
            try:
                self._dtls.timeout()
            except HandshakeFailed:
                self.is_gone = True
            self._flush()
            self._schedule_repeat(self._dtls, now)

    def _schedule_repeat(self, dtls: DtlsSession, now: float) -> None:
        retry_in_s = dtls.retry_in_s()
        self._dtls_due_at = None if retry_in_s is None else now + retry_in_s

    def _flush(self) -> None:
        if self._dtls is not None and self._path is not None:
            path, address = self._path
            for datagram in self._dtls.take_outbox():
                path.send(datagram, address)

    def _is_within_budget(self) -> bool:
        self._budget -= 1
        return self._budget >= 0

    def _is_known_ssrc(self, ssrc: bytes) -> bool:
        """libsrtp keeps a stream for each SSRC, so an endless row of them must not be let in."""
        if ssrc in self._ssrcs:
            return True
        if len(self._ssrcs) >= _MAX_SSRCS:
            return False
        self._ssrcs.add(ssrc)
        return True


class DatagramSocket(asyncio.DatagramProtocol):
    """What the browser's socket and the relay's have in common: sending."""

    transport: asyncio.DatagramTransport

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        # Not isinstance: neither asyncio's nor uvloop's class says that it is one.
        self.transport = cast(asyncio.DatagramTransport, transport)

    def send(self, data: bytes, address: Address) -> None:
        if not self.transport.is_closing():
            self.transport.sendto(data, address)
