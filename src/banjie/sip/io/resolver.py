"""Finds a carrier's servers in DNS: NAPTR, SRV, then addresses (RFC 3263, 2782); results live as long as DNS says."""

import asyncio
import random
import socket
from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Final

import dns.asyncresolver
import dns.exception
import dns.name
import dns.rdatatype
import dns.resolver
from dns.rdata import Rdata
from dns.rdtypes.IN.NAPTR import NAPTR
from dns.rdtypes.IN.SRV import SRV

from banjie.sip.hosts import hop_host, is_address
from banjie.sip.model import DEFAULT_PORTS, Hop, Transport
from banjie.sip.trunks import TrunkServer, address_hop

MIN_TTL_S: Final = 5.0
MAX_TTL_S: Final = 3600.0
HOSTS_FILE_TTL_S: Final = 30.0
NAMES_CACHED: Final = 1000
LIFETIME_S: Final = 5.0  # of one question, all nameservers and repeats together
PATIENCE_S: Final = 15.0  # for all questions about one server
MOST_SERVICES: Final = 16  # names behind one server, and
MOST_HOPS: Final = 32  # addresses behind all of them: nobody is tried for longer anyhow
_SRV_NAMES: Final[dict[Transport, str]] = {"udp": "_sip._udp.", "tcp": "_sip._tcp.", "tls": "_sips._tcp."}
_NAPTR_SERVICES: Final[dict[bytes, Transport]] = {b"SIP+D2U": "udp", b"SIP+D2T": "tcp", b"SIPS+D2T": "tls"}


@dataclass(frozen=True, slots=True)
class Found:
    """What DNS says: hops, best first (none: the name leads nowhere now), and for how long that holds."""

    hops: tuple[Hop, ...]
    ttl_s: float


@dataclass(frozen=True, slots=True)
class _Service:
    """One server name behind a domain."""

    transport: Transport
    name: str
    port: int


class SipResolver:
    """Asks DNS. Failures are an empty `Found`, never an exception: the caller keeps what it had.

    However much a zone says, and however slowly, an answer takes `PATIENCE_S` and holds `MOST_HOPS` at most.
    """

    def __init__(
        self, nameservers: Sequence[str] | None = None, port: int = 53, seed: int | None = None
    ) -> None:
        self._dns = dns.asyncresolver.Resolver(configure=False)
        if nameservers is None:
            try:
                self._dns.read_resolv_conf("/etc/resolv.conf")
            except dns.resolver.NoResolverConfiguration:
                self._dns.nameservers = []
        else:
            self._dns.nameservers, self._dns.port = list(nameservers), port
        self._dns.lifetime = LIFETIME_S
        self._dns.cache = dns.resolver.LRUCache(NAMES_CACHED)
        self._random = random.Random(seed)

    async def find(self, server: TrunkServer) -> Found:
        """Return the hops of a server in the order to try them."""
        if is_address(server.host):
            return Found((address_hop(server),), MAX_TTL_S)
        ttls: list[float] = []
        hops: list[Hop] = []
        with suppress(TimeoutError):
            async with asyncio.timeout(PATIENCE_S):
                await self._collect(server, hops, ttls)
        ttl_s = min(MAX_TTL_S, max(MIN_TTL_S, min(ttls, default=MIN_TTL_S)))
        return Found(tuple(dict.fromkeys(hops)), ttl_s if hops else MIN_TTL_S)

    async def _collect(self, server: TrunkServer, hops: list[Hop], ttls: list[float]) -> None:
        services = await self._services(server, ttls)
        for service in services[:MOST_SERVICES]:
            for address in await self._addresses(service.name, ttls):
                if len(hops) == MOST_HOPS:
                    return
                hops.append(Hop(service.transport, hop_host(address), service.port))

    async def _services(self, server: TrunkServer, ttls: list[float]) -> list[_Service]:
        """Choose transport and port: RFC 3263 §4.1 and §4.2."""
        if server.port is not None:
            return [_Service(server.transport or "udp", server.host, server.port)]
        if server.transport is not None:
            name = _SRV_NAMES[server.transport] + server.host
            found = await self._srv(server.transport, name, ttls)
            return (
                found
                if found is not None
                else [_Service(server.transport, server.host, DEFAULT_PORTS[server.transport])]
            )
        services: list[_Service] = []
        for transport, name in await self._naptr(server.host, ttls):
            services += await self._srv(transport, name, ttls) or []
        if services:
            return services
        for transport, prefix in _SRV_NAMES.items():
            services += await self._srv(transport, prefix + server.host, ttls) or []
        return services or [_Service("udp", server.host, DEFAULT_PORTS["udp"])]

    async def _naptr(self, domain: str, ttls: list[float]) -> list[tuple[Transport, str]]:
        records = [record for record in await self._ask(domain, "NAPTR", ttls) if isinstance(record, NAPTR)]
        wanted = [
            (record.order, record.preference, transport, record.replacement.to_text())
            for record in records
            if record.flags.lower() == b"s" and (transport := _NAPTR_SERVICES.get(record.service.upper()))
        ]
        return [(transport, name) for _, _, transport, name in sorted(wanted)]

    async def _srv(self, transport: Transport, name: str, ttls: list[float]) -> list[_Service] | None:
        """Return the servers of a service, some at most; None when DNS knows no such service."""
        records = [record for record in await self._ask(name, "SRV", ttls) if isinstance(record, SRV)]
        if not records:
            return None
        best = sorted(records, key=lambda record: record.priority)[:MOST_SERVICES]
        return [
            _Service(transport, record.target.to_text(omit_final_dot=True), record.port)
            for record in in_srv_order(best, self._random)
            if record.target != dns.name.root  # RFC 2782: decidedly no such service
        ]

    async def _addresses(self, name: str, ttls: list[float]) -> list[str]:
        found = [record.to_text() for record in await self._ask(name, "A", ttls)]
        found += [record.to_text() for record in await self._ask(name, "AAAA", ttls)]
        return [text for text in found if is_address(text)] or await self._hosts_file(name, ttls)

    async def _hosts_file(self, name: str, ttls: list[float]) -> list[str]:
        try:
            listed = await asyncio.get_running_loop().getaddrinfo(name, None, type=socket.SOCK_DGRAM)
        except (OSError, UnicodeError):  # UnicodeError: a name that cannot be one
            return []
        ttls.append(HOSTS_FILE_TTL_S)
        return list(dict.fromkeys(str(address[0]) for *_, address in listed))

    async def _ask(self, name: str, kind: str, ttls: list[float]) -> Iterable[Rdata]:
        if not self._dns.nameservers:
            return ()
        try:
            answer = await self._dns.resolve(name, dns.rdatatype.from_text(kind), search=False)
        except (dns.exception.DNSException, OSError):
            return ()
        if answer.rrset is None:
            return ()
        ttls.append(float(answer.rrset.ttl))
        return list(answer.rrset)


def in_srv_order(records: Iterable[SRV], chance: random.Random) -> list[SRV]:
    """Sort by priority; within one, draw by weight (RFC 2782)."""
    ordered: list[SRV] = []
    waiting = sorted(records, key=lambda record: (record.priority, record.weight))
    while waiting:
        rivals = [record for record in waiting if record.priority == waiting[0].priority]
        drawn = chance.uniform(0, sum(record.weight for record in rivals))
        chosen = rivals[-1]
        for record in rivals:
            drawn -= record.weight
            if drawn <= 0:
                chosen = record
                break
        ordered.append(chosen)
        waiting.remove(chosen)
    return ordered
