"""Browsers on the switchboard: DTLS-SRTP and ICE-lite on a few shared UDP ports, beside an ordinary RTP port each.

Why so (docs/decisions): the cost of a leg is two socket calls and two AES passes each way, whatever the number of legs;
one UDP port is all a firewall has to open; a browser's offer can never make us send to a stranger.
"""

import asyncio
import secrets
import socket
from collections.abc import Sequence
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import ClassVar, Final

import ifaddr

from banjie.base.errors import BanjieError, Unavailable
from banjie.media.browser_sdp import OurEnd, read_offer, write_answer
from banjie.media.events import BrowserConnected, BrowserLost
from banjie.media.io.browser_leg import Address, BrowserLeg, DatagramSocket
from banjie.media.io.dtls import Identity, make_identity
from banjie.media.model import BrowserPort, PortId, RtpRemote
from banjie.media.ports import Switchboard
from banjie.media.stun import read_check

WATCH_EVERY_S: Final = 0.25
_IDENTITY_LIFE: Final = timedelta(days=1)
_WILDCARDS: Final = ("0.0.0.0", "::")
_RECEIVE_BUFFER_BYTES: Final = 4 << 20


class TooManyBrowsers(Unavailable):
    """All browser legs this server was allowed are in use."""

    code: ClassVar[str] = "media.too_many_browsers"


class AddressTaken(BanjieError):
    """The UDP port for browsers' audio cannot be had."""

    code: ClassVar[str] = "media.address_taken"


class WebRtcAudio:  # satisfies media.ports.BrowserAudio
    def __init__(
        self,
        switchboard: Switchboard,
        *,
        addresses: Sequence[str] | None = None,
        udp_ports: Sequence[int] = (0,),
        announced: Sequence[str] = (),
        max_legs: int = 500,
    ) -> None:
        """Nothing is bound before `start`.

        Args:
            switchboard: gives each browser an RTP port and takes our events (`on_event`).
            addresses: the machine's own, to bind and to name in answers; None is all of them.
            udp_ports: bound on each address; legs are spread over them. 0 is any free port.
            announced: public addresses which a NAT maps to us, named in answers before our own.
            max_legs: more are refused with `TooManyBrowsers`.
        """
        self._switchboard = switchboard
        self._addresses = tuple(addresses) if addresses is not None else host_addresses()
        self._udp_ports = tuple(udp_ports)
        self._announced = tuple(announced)
        self._max_legs = max_legs
        self._legs: dict[PortId, tuple[BrowserLeg, float]] = {}
        self._by_ufrag: dict[str, BrowserLeg] = {}
        self._sockets: list[list[_BrowserSocket]] = []  # one row a UDP port, one socket an address
        self._relay: _Relay | None = None
        self._identity: Identity | None = None
        self._watched_at = 0.0
        self._watch: asyncio.TimerHandle | None = None
        self._opened_count = 0

    async def start(self) -> None:
        """Bind the UDP ports; raise `AddressTaken`."""
        loop = asyncio.get_running_loop()
        for port in self._udp_ports:
            row: list[_BrowserSocket] = []
            for address in self._addresses:
                with suppress(OSError):
                    _, browser_socket = await loop.create_datagram_endpoint(
                        lambda: _BrowserSocket(self), local_addr=(address, port)
                    )
                    _widen(browser_socket)
                    row.append(browser_socket)
            if not row:
                await self.stop()
                raise AddressTaken(
                    f"UDP port {port or '(any)'} for browsers' audio is not free on {', '.join(self._addresses)}: "
                    "stop the program that holds it, or choose another"
                )
            self._sockets.append(row)
        self._watched_at = loop.time()
        self._watch = loop.call_later(WATCH_EVERY_S, self._look)

    async def stop(self) -> None:
        for port_id in list(self._legs):
            await self.close(port_id)
        if self._watch is not None:
            self._watch.cancel()
            self._watch = None
        for browser_socket in (s for row in self._sockets for s in row):
            browser_socket.transport.close()
        self._sockets.clear()
        if self._relay is not None:
            self._relay.close()
            self._relay = None
        await asyncio.sleep(0)  # lets the transports close their sockets

    async def open(self, offer_sdp: str) -> BrowserPort:
        """Answer a browser; its port may be corded at once. Raise `UnusableOffer`, `TooManyBrowsers`.

        `BrowserConnected` follows, or `BrowserLost`; after that one `close` the port all the same.
        """
        offer = read_offer(offer_sdp)
        if not self._sockets or len(self._legs) >= self._max_legs:
            raise TooManyBrowsers(f"all {self._max_legs} browser lines are in use; try again later")
        port = self._switchboard.open_rtp()
        inside = ("127.0.0.1" if port.host in _WILDCARDS else port.host, port.port)
        try:
            relay = await self._relay_at(inside[0])
        except BaseException:
            self._switchboard.close(port.port_id)
            raise
        leg = BrowserLeg(port, inside, offer, relay)
        relay.add(leg)
        self._legs[port.port_id] = (leg, asyncio.get_running_loop().time())
        self._by_ufrag[leg.ufrag] = leg
        self._switchboard.point_rtp(
            port.port_id,
            RtpRemote(
                host=relay.address[0],
                port=relay.address[1],
                codec=offer.codec,
                payload=offer.payload,
                dtmf_payload=offer.dtmf_payload,
            ),
            send=offer.direction in ("sendrecv", "recvonly"),
            receive=offer.direction in ("sendrecv", "sendonly"),
        )
        ours = OurEnd(
            hosts=self._hosts(),
            ice_ufrag=leg.ufrag,
            ice_pwd=leg.pwd,
            fingerprint=self.identity.fingerprint,
            session_id=secrets.randbits(62),
        )
        return BrowserPort(port_id=port.port_id, answer_sdp=write_answer(offer, ours))

    async def close(self, port_id: PortId) -> None:
        """Hang up and give the port back. Safe to repeat."""
        found = self._legs.pop(port_id, None)
        if found is not None:
            self._forget(found[0])
            self._switchboard.close(port_id)

    @property
    def local(self) -> list[Address]:
        """All UDP addresses bound."""
        return [s.address for row in self._sockets for s in row]

    @property
    def leg_count(self) -> int:
        return len(self._legs)

    @property
    def identity(self) -> Identity:
        """Our certificate, a new one every day."""
        now = datetime.now(UTC)
        if self._identity is None or now - self._identity.made_at > _IDENTITY_LIFE:
            self._identity = make_identity(now)
        return self._identity

    def checked(self, datagram: bytes, path: "_BrowserSocket", source: Address) -> None:
        """A STUN message arrived from anybody."""
        check = read_check(datagram)
        leg = self._by_ufrag.get(check.local_ufrag) if check is not None else None
        if check is not None and leg is not None:
            leg.checked(check, path, source, self.identity, asyncio.get_running_loop().time())
            self._tell(leg)

    def dtls_arrived(self, datagram: bytes, leg: BrowserLeg) -> None:
        was_connected = leg.is_connected
        leg.dtls_arrived(datagram, asyncio.get_running_loop().time())
        if leg.is_connected and not was_connected and leg.port.port_id in self._legs:
            self._switchboard.on_event(BrowserConnected(port_id=leg.port.port_id))
        self._tell(leg)

    def _look(self) -> None:
        loop = asyncio.get_running_loop()
        now = loop.time()
        since_last_s, self._watched_at = now - self._watched_at, now
        for leg, opened_at in list(self._legs.values()):
            if leg.ufrag in self._by_ufrag:
                leg.watch(now - opened_at, since_last_s, now)
                self._tell(leg)
        self._watch = loop.call_later(WATCH_EVERY_S, self._look)

    def _tell(self, leg: BrowserLeg) -> None:
        """Publish the loss of a leg, once."""
        if leg.is_gone and leg.ufrag in self._by_ufrag:
            self._forget(leg)
            self._switchboard.on_event(BrowserLost(port_id=leg.port.port_id))

    def _forget(self, leg: BrowserLeg) -> None:
        if self._by_ufrag.pop(leg.ufrag, None) is not None:
            leg.close()
            if self._relay is not None:
                self._relay.drop(leg)

    async def _relay_at(self, host: str) -> "_Relay":
        if self._relay is None:
            self._relay = await _Relay.start(host)
        return self._relay

    def _hosts(self) -> list[Address]:
        row = self._sockets[self._opened_count % len(self._sockets)]
        self._opened_count += 1
        own = [s.address for s in row]
        return [(public, own[0][1]) for public in self._announced] + own


class _BrowserSocket(DatagramSocket):
    """One UDP port for many browsers; the first octet tells STUN, DTLS and media apart (RFC 7983)."""

    def __init__(self, owner: WebRtcAudio) -> None:
        self._owner = owner
        self.legs: dict[Address, BrowserLeg] = {}

    @property
    def address(self) -> Address:
        name = self.transport.get_extra_info("sockname")
        return (str(name[0]), int(name[1]))

    def datagram_received(self, data: bytes, addr: Address) -> None:
        if not data:
            return
        first = data[0]
        if 128 <= first <= 191:
            leg = self.legs.get(addr)
            if leg is not None:
                leg.media_arrived(data, asyncio.get_running_loop().time())
        elif first <= 3:
            self._owner.checked(data, self, addr)
        elif 20 <= first <= 63:
            leg = self.legs.get(addr)
            if leg is not None:
                self._owner.dtls_arrived(data, leg)


class _RelaySocket(DatagramSocket):
    def __init__(self, relay: "_Relay", *, reports: bool) -> None:
        self._legs = relay.reports if reports else relay.legs
        self._reports = reports

    def datagram_received(self, data: bytes, addr: Address) -> None:
        leg = self._legs.get(addr)
        if leg is None:
            return
        if self._reports:
            leg.report_for_browser(data)
        else:
            leg.packet_for_browser(data)


class _Relay:
    """An even port and the next, through which all legs speak with the switchboard, told apart by its ports."""

    def __init__(self) -> None:
        self.legs: dict[Address, BrowserLeg] = {}
        self.reports: dict[Address, BrowserLeg] = {}
        self.address: Address = ("", 0)
        self._sockets: list[_RelaySocket] = []

    @classmethod
    async def start(cls, host: str) -> "_Relay":
        relay = cls()
        loop = asyncio.get_running_loop()
        pair = _free_pair(host)
        for bound, reports in zip(pair, (False, True), strict=True):
            relay_socket = _RelaySocket(relay, reports=reports)
            await loop.create_datagram_endpoint(partial(_same, relay_socket), sock=bound)
            relay._sockets.append(relay_socket)
        name = pair[0].getsockname()
        relay.address = (str(name[0]), int(name[1]))
        return relay

    def add(self, leg: BrowserLeg) -> None:
        self.legs[leg.inside] = leg
        self.reports[(leg.inside[0], leg.inside[1] + 1)] = leg

    def drop(self, leg: BrowserLeg) -> None:
        if self.legs.get(leg.inside) is leg:
            del self.legs[leg.inside]
            del self.reports[(leg.inside[0], leg.inside[1] + 1)]

    def to_switchboard(self, data: bytes, address: Address) -> None:
        self._sockets[0].send(data, address)

    def report_to_switchboard(self, data: bytes, address: Address) -> None:
        self._sockets[1].send(data, address)

    def close(self) -> None:
        for relay_socket in self._sockets:
            relay_socket.transport.close()


def host_addresses() -> tuple[str, ...]:
    """Return the machine's IPv4 and global IPv6 addresses, loopback last: a browser on the same machine may use it."""
    found: list[str] = []
    for adapter in ifaddr.get_adapters():
        for ip in adapter.ips:
            if isinstance(ip.ip, str):
                found.append(ip.ip)
            elif ip.ip[2] == 0 and ip.ip[0] != "::1":
                found.append(ip.ip[0])
    return tuple(sorted(dict.fromkeys(found), key=lambda a: (a.startswith("127."), ":" in a)))


def _same(relay_socket: _RelaySocket) -> _RelaySocket:
    return relay_socket


def _free_pair(host: str) -> tuple[socket.socket, socket.socket]:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    for _ in range(100):
        rtp, rtcp = socket.socket(family, socket.SOCK_DGRAM), socket.socket(family, socket.SOCK_DGRAM)
        try:
            rtp.bind((host, 0))
            port = rtp.getsockname()[1]
            if port % 2 == 0:
                rtcp.bind((host, port + 1))
                for bound in (rtp, rtcp):
                    bound.setblocking(False)
                    bound.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, _RECEIVE_BUFFER_BYTES)
                return rtp, rtcp
        except OSError:
            pass  # the next number is taken: try another pair
        rtp.close()
        rtcp.close()
    raise Unavailable(f"no two neighbouring UDP ports are free on {host}")


def _widen(browser_socket: _BrowserSocket) -> None:
    bound = browser_socket.transport.get_extra_info("socket")
    if bound is not None:
        bound.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, _RECEIVE_BUFFER_BYTES)
