"""The user agent on real sockets: datagrams, streams, timers, DNS and the health of trunks, in one event loop."""

import asyncio
import logging
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Self

from banjie.sip.core import Settings as AgentSettings
from banjie.sip.digest import Algorithm, DigestServer
from banjie.sip.directory import SipDirectory
from banjie.sip.events import SipEvent
from banjie.sip.gate import Accounts, GateCounters, PeerGate
from banjie.sip.health import ServerState
from banjie.sip.io.addresses import LocalAddresses
from banjie.sip.io.datagrams import DatagramSocket
from banjie.sip.io.resolver import SipResolver
from banjie.sip.io.streams import StreamCounters, StreamLimits, Streams
from banjie.sip.io.tls import TlsFiles, client_context, server_context
from banjie.sip.io.upkeep import Upkeep
from banjie.sip.model import MOST_HOPS, Hop, Request, SessionId, Target, Transport
from banjie.sip.ports import Admission, Admitted
from banjie.sip.ratelimit import SourceLimit
from banjie.sip.registrar import ContactRegistrar, PhoneState, RegistrarLimits
from banjie.sip.trunks import Trunk, TrunkBook
from banjie.sip.useragent import UserAgent

OnEvent = Callable[[SipEvent], None]
log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class EndpointSettings:
    """Where to listen and whom to know. A port of 0 is any free one; None: do not listen there."""

    host: str = "127.0.0.1"
    udp_port: int | None = 5060
    tcp_port: int | None = 5060
    tls_port: int | None = None
    tls: TlsFiles | None = None
    advertised_host: str | None = None  # our address as seen from beyond our NAT
    realm: str = "banjie"
    # What phones are challenged with. ("SHA-256", "MD5") where all of them know RFC 8760: many in use give up at the
    # sight of SHA-256 even where MD5 stands beside it (seen: libre 1.0, of baresip in Debian 12).
    algorithms: Sequence[Algorithm] = ("MD5",)
    agent: AgentSettings = field(default_factory=AgentSettings)
    registrar: RegistrarLimits = field(default_factory=RegistrarLimits)
    streams: StreamLimits = field(default_factory=StreamLimits)
    nat_keep_alive_s: float = 25.0


@dataclass(slots=True)
class EndpointCounters:
    received: int = 0
    sent: int = 0
    gate: GateCounters = field(default_factory=GateCounters)
    streams: StreamCounters = field(default_factory=StreamCounters)


class SipEndpoint:  # satisfies sip.ports.SipSignalling
    """Made by `start`. All calls, and `on_event`, belong to the thread of the event loop."""

    def __init__(
        self,
        settings: EndpointSettings,
        trunks: TrunkBook,
        accounts: Accounts,
        on_event: OnEvent,
        resolver: SipResolver | None = None,
    ) -> None:
        self._loop = asyncio.get_running_loop()
        self._settings, self._trunks, self.on_event = settings, trunks, on_event
        self._streams = Streams(settings.streams, self._received, self._flow_lost)
        self._datagrams: DatagramSocket | None = None
        self._addresses = LocalAddresses(settings.host, settings.advertised_host, {})
        gate = PeerGate(
            trunks=trunks,
            accounts=accounts,
            digest=DigestServer(settings.realm, algorithms=settings.algorithms),
            limit=SourceLimit(),
            is_phone=lambda hop: self.registrar.is_phone(hop),
        )
        self._gate = _TrustingGate(gate, self._streams)
        self.registrar = ContactRegistrar(self._gate.authenticate, settings.registrar)
        self.directory = SipDirectory(trunks, self.registrar, self._addresses.of)
        self._agent = UserAgent(
            directory=self.directory,
            gate=self._gate,
            registrar=self.registrar,
            credentials=trunks,
            settings=settings.agent,
        )
        self._upkeep = Upkeep(
            trunks, self.directory, self.registrar, resolver or SipResolver(), self._addresses.of, self._send
        )
        self.counters = EndpointCounters(gate=gate.counters, streams=self._streams.counters)
        self._timer: asyncio.TimerHandle | None = None
        self._timer_at = 0.0
        self._is_flushing = False
        self._was_shut = False

    @classmethod
    async def start(
        cls,
        settings: EndpointSettings,
        *,
        trunks: TrunkBook,
        accounts: Accounts,
        on_event: OnEvent,
        resolver: SipResolver | None = None,
    ) -> Self:
        """Listen and serve. Raises `PortTaken` or `UnusableCertificate` in words, with nothing left open."""
        endpoint = cls(settings, trunks, accounts, on_event, resolver)
        try:
            await endpoint._listen()
        except BaseException:
            await endpoint.stop()
            raise
        endpoint._upkeep.start(settings.nat_keep_alive_s)
        return endpoint

    async def stop(self) -> None:
        """Close every socket. Calls that still run are not told: hang up first."""
        if self._timer is not None:
            self._timer.cancel()
        await self._upkeep.stop()
        await self._streams.close()
        if self._datagrams is not None:
            self._datagrams.close()
            self._datagrams = None

    @property
    def local(self) -> dict[Transport, tuple[str, int]]:
        """Return where we listen."""
        return {transport: (self._settings.host, port) for transport, port in self._addresses.ports.items()}

    @property
    def busy(self) -> str:
        """How it stands with calls, in words for the health page."""
        calls = f"{self._agent.table_sizes()['sessions']} legs"
        overload = self._agent.overload
        refused = f", {overload.refused} calls refused so far for being late" if overload.refused else ""
        shut = "; new calls are refused now" if overload.is_shut(self._loop.time()) else ""
        return calls + refused + shut

    def set_trunks(self, trunks: Iterable[Trunk]) -> None:
        """Let these be the trunks from the next request on; calls under way go on. Raise InvalidTrunk, with nothing changed."""
        self._trunks.replace(trunks)
        self._upkeep.trunks_changed()

    def trunk_states(self, name: str) -> list[ServerState]:
        """What is known of a trunk's servers now."""
        trunk = self._trunks.find(name)
        return [] if trunk is None else self._upkeep.states(trunk)

    def phones(self, username: str) -> list[PhoneState]:
        """What is known of the phones a user has registered now."""
        return self.registrar.phones(username, self._loop.time())

    def forget_phones(self, usernames: Iterable[str]) -> None:
        """Ring these no more until they have registered anew; calls under way go on."""
        for username in usernames:
            for event in self.registrar.forget(username):
                self._tell(event)

    async def prepare(self, target: Target) -> None:
        """Look a URI's name up, so that `invite` finds it. Trunks and users need no preparation."""
        await self._upkeep.look_up(target)

    # Commands: see sip.ports.SipSignalling.

    def invite(
        self,
        target: Target,
        *,
        caller: str,
        caller_name: str | None,
        dialled: str,
        body: bytes | None,
        hops_left: int = MOST_HOPS,
    ) -> SessionId:
        session = self._agent.invite(
            target,
            caller=caller,
            caller_name=caller_name,
            dialled=dialled,
            body=body,
            now=self._loop.time(),
            hops_left=hops_left,
        )
        self._flush()
        return session

    def ring(self, session: SessionId, body: bytes | None = None) -> None:
        self._agent.ring(session, body, self._loop.time())
        self._flush()

    def answer(self, session: SessionId, body: bytes) -> None:
        self._agent.answer(session, body, self._loop.time())
        self._flush()

    def reject(
        self, session: SessionId, status: int, reason: str | None = None, retry_after_s: int | None = None
    ) -> None:
        self._agent.reject(session, status, reason, self._loop.time(), retry_after_s=retry_after_s)
        self._flush()

    def offer(self, session: SessionId, body: bytes) -> None:
        self._agent.offer(session, body, self._loop.time())
        self._flush()

    def answer_offer(self, session: SessionId, body: bytes) -> None:
        self._agent.answer_offer(session, body, self._loop.time())
        self._flush()

    def refuse_offer(self, session: SessionId, status: int) -> None:
        self._agent.refuse_offer(session, status, self._loop.time())
        self._flush()

    def refer(self, session: SessionId, target: Target, dialled: str) -> None:
        self._agent.refer(session, target, dialled, self._loop.time())
        self._flush()

    def answer_refer(self, session: SessionId, status: int) -> None:
        self._agent.answer_refer(session, status, self._loop.time())
        self._flush()

    def tell_refer(self, session: SessionId, status: int) -> None:
        self._agent.tell_refer(session, status, self._loop.time())
        self._flush()

    def hang_up(self, session: SessionId, cause: str | None = None) -> None:
        self._agent.hang_up(session, self._loop.time(), cause=cause)
        self._flush()

    # Inside.

    async def _listen(self) -> None:
        settings, ports = self._settings, self._addresses.ports
        if settings.udp_port is not None:
            self._datagrams = DatagramSocket(
                settings.host, settings.udp_port, self._received, self._note_late
            )
            ports["udp"] = self._datagrams.port
        if settings.tcp_port is not None:
            ports["tcp"] = await self._streams.listen(settings.host, settings.tcp_port, None)
        if settings.tls_port is not None and settings.tls is not None:
            ports["tls"] = await self._streams.listen(
                settings.host, settings.tls_port, server_context(settings.tls)
            )
        self._streams.client_tls = client_context(settings.tls)
        self._streams.tls_name_of = self._upkeep.name_of

    def _received(self, data: bytes, hop: Hop) -> None:
        self.counters.received += 1
        if self._upkeep.receive(data, hop):
            return
        try:
            self._agent.receive(data, hop, self._loop.time())
        finally:
            self._flush()

    def _note_late(self, late_s: float) -> None:
        overload, now = self._agent.overload, self._loop.time()
        overload.heard(late_s, now)
        if overload.is_shut(now) != self._was_shut:
            self._was_shut = not self._was_shut
            words = "new calls are refused: we are late" if self._was_shut else "new calls are taken again"
            log.warning(words, extra={"late_s": round(late_s, 3), "refused": overload.refused})

    def _flow_lost(self, hop: Hop) -> None:
        self._agent.flow_lost(hop, self._loop.time())
        self._flush()

    def _flush(self) -> None:
        """Send and tell until there is nothing left; a command given inside `on_event` is part of it."""
        if self._is_flushing:
            return
        self._is_flushing = True
        agent = self._agent
        try:
            while True:
                for transmit in agent.take_outbox():
                    self._send(transmit.hop, transmit.data)
                events = agent.take_events()
                if not events:
                    break
                for event in events:
                    self._tell(event)
        finally:
            self._is_flushing = False
        self._set_timer()

    def _tell(self, event: SipEvent) -> None:
        try:
            self.on_event(event)
        except Exception:  # one call's fault must not stop the others
            log.exception("an event was not taken", extra={"event": type(event).__name__})

    def _send(self, hop: Hop, data: bytes) -> None:
        self.counters.sent += 1
        if hop.transport != "udp":
            self._streams.send(hop, data)
        elif self._datagrams is not None:
            self._datagrams.send(hop, data)

    def _set_timer(self) -> None:
        """Wake at the next deadline. A timer that is set too early is left: it costs one idle waking."""
        deadline = self._agent.next_deadline
        if deadline is None:
            return
        if self._timer is not None:
            if self._timer_at <= deadline:
                return
            self._timer.cancel()
        self._timer_at = deadline
        self._timer = self._loop.call_at(deadline, self._tick)

    def _tick(self) -> None:
        self._timer = None
        self._agent.tick(self._loop.time())
        self._flush()


class _TrustingGate:  # satisfies sip.ports.Gate
    """Notes which connections carry somebody we know."""

    def __init__(self, gate: PeerGate, streams: Streams) -> None:
        self._gate, self._streams = gate, streams

    def admit(self, request: Request, hop: Hop, now: float) -> Admission:
        return self._noted(self._gate.admit(request, hop, now), hop)

    def authenticate(self, request: Request, hop: Hop, now: float) -> Admission:
        return self._noted(self._gate.authenticate(request, hop, now), hop)

    def trust(self, hop: Hop) -> None:
        if hop.flow is not None:
            self._streams.trust(hop.flow)

    def _noted(self, admission: Admission, hop: Hop) -> Admission:
        if isinstance(admission, Admitted):
            self.trust(hop)
        return admission
