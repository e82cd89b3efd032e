"""What a trunk is, which trunk an address belongs to, and in which order its servers are tried.

Laws: a trunk's servers are tried in the order DNS or the configuration gives, those known to be down and those
that asked for rest last (they are still tried when nothing else is left); an address belongs to the trunk with the narrowest network.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from ipaddress import IPv4Network, IPv6Network, ip_network
from typing import ClassVar, Final
from urllib.parse import quote

from banjie.base.errors import BanjieError
from banjie.sip.digest import Credentials, DigestClient, DigestSecret
from banjie.sip.hosts import address_of, hop_host, is_address
from banjie.sip.model import DEFAULT_PORTS, Hop, Request, Response, Transport
from banjie.sip.ports import Route

ADDRESSES_REMEMBERED: Final = 4096


class InvalidTrunk(BanjieError):
    """The configuration of a trunk makes no sense; the sentence says where."""

    code: ClassVar[str] = "sip.invalid_trunk"


@dataclass(frozen=True, slots=True, kw_only=True)
class TrunkServer:
    """One server of a carrier, by address or name. Port and transport None: DNS decides (RFC 3263)."""

    host: str
    port: int | None = None
    transport: Transport | None = "udp"


@dataclass(frozen=True, slots=True, kw_only=True)
class Trunk:
    """A carrier's line. Known by address, by digest, or by both where both are given."""

    name: str
    servers: tuple[TrunkServer, ...] = ()  # where our calls go, the best first; empty: it only calls us
    networks: tuple[str, ...] = ()  # addresses or CIDR networks its requests come from
    secret: DigestSecret | None = None  # what it must prove
    credentials: Credentials | None = None  # what we prove to it
    domain: str | None = None  # of From and the Request-URI, where the carrier wants its own
    patience_s: float | None = 5.0  # to the first response, before the next server is tried
    ping_interval_s: float | None = 30.0  # None: never asked whether it lives


class TrunkBook:
    """All trunks, and what is known of their servers now. Pure: DNS results and health are handed in."""

    def __init__(self, trunks: Iterable[Trunk] = ()) -> None:
        self._trunks: dict[str, Trunk] = {}
        self._by_username: dict[str, Trunk] = {}
        self._networks: list[tuple[IPv4Network | IPv6Network, Trunk]] = []
        self._remembered: dict[str, Trunk | None] = {}
        self._found: dict[TrunkServer, tuple[Hop, ...]] = {}
        self._down: frozenset[Hop] = frozenset()
        self._resting: dict[Hop, float] = {}
        self._clients: dict[str, DigestClient] = {}
        self.replace(trunks)

    def replace(self, trunks: Iterable[Trunk]) -> None:
        """Let these be the trunks, and no others. What is known of servers that stay is kept. Raise InvalidTrunk, with nothing changed."""
        fresh = list(trunks)
        before = (self._trunks, self._by_username, self._networks, self._clients)
        self._trunks, self._by_username, self._networks, self._clients = {}, {}, [], {}
        try:
            for trunk in fresh:
                self._add(trunk, before[0].get(trunk.name), before[3].get(trunk.name))
        except InvalidTrunk:
            self._trunks, self._by_username, self._networks, self._clients = before
            raise
        self._networks.sort(key=lambda pair: -pair[0].prefixlen)
        self._remembered.clear()
        used = {server for trunk in fresh for server in trunk.servers}
        self._found = {server: hops for server, hops in self._found.items() if server in used}

    def _add(self, trunk: Trunk, before: Trunk | None, client: DigestClient | None) -> None:
        if trunk.name in self._trunks:
            raise InvalidTrunk(f"two trunks are named {trunk.name}")
        if (
            trunk.secret is not None
            and self._by_username.setdefault(trunk.secret.username, trunk) is not trunk
        ):
            raise InvalidTrunk(f"trunk {trunk.name} has the user name of another")
        self._trunks[trunk.name] = trunk
        if trunk.credentials is not None:
            is_same = before is not None and before.credentials == trunk.credentials
            self._clients[trunk.name] = client if client and is_same else DigestClient(trunk.credentials)
        for text in trunk.networks:
            try:
                self._networks.append((ip_network(text), trunk))
            except ValueError:
                raise InvalidTrunk(f"trunk {trunk.name}: {text} is no address and no network") from None
        for server in trunk.servers:
            if is_address(server.host):
                self.found(server, [address_hop(server)])

    def __iter__(self) -> Iterator[Trunk]:
        return iter(self._trunks.values())

    def find(self, name: str) -> Trunk | None:
        return self._trunks.get(name)

    def by_username(self, username: str) -> Trunk | None:
        """Return the trunk that proves itself under this name."""
        return self._by_username.get(username)

    def by_address(self, host: str) -> Trunk | None:
        """Return the trunk whose requests come from this address."""
        try:
            return self._remembered[host]
        except KeyError:
            pass
        if len(self._remembered) >= ADDRESSES_REMEMBERED:
            self._remembered.clear()
        trunk = self._remembered[host] = self._search(host)
        return trunk

    def _search(self, host: str) -> Trunk | None:
        address = address_of(host.partition("%")[0])
        if address is None:
            return None
        return next((trunk for network, trunk in self._networks if address in network), None)

    def found(self, server: TrunkServer, hops: Sequence[Hop]) -> None:
        """Take what DNS says of a server now, best first. May be repeated."""
        self._found[server] = tuple(hops)
        known = {hop for found in self._found.values() for hop in found}
        self._resting = {hop: until for hop, until in self._resting.items() if hop in known}

    def unhealthy(self, hops: frozenset[Hop]) -> None:
        """Take which hops do not answer now; all others are presumed well."""
        self._down = hops

    def hops(self, trunk: Trunk) -> list[Hop]:
        """Return the trunk's servers in the order to try them."""
        known = list(dict.fromkeys(hop for server in trunk.servers for hop in self._found.get(server, ())))
        return sorted(known, key=self._down.__contains__) if self._down else known

    def rest(self, hop: Hop, until: float) -> None:
        """Take that a server asked to be left alone until then: it is tried last."""
        if any(hop in hops for hops in self._found.values()):
            self._resting[hop] = until

    def routes(self, name: str, dialled: str, now: float) -> list[Route]:
        """Return the ways to a number through a trunk; empty when it has none now."""
        trunk = self._trunks.get(name)
        if trunk is None:
            return []
        user = quote(dialled, safe="-_.!~*'()&=+$,;?/")
        return [
            Route(
                hop=hop,
                request_uri=f"sip:{user}@{trunk.domain or host_port(hop)}{uri_transport(hop)}",
                from_host=trunk.domain,
                credentials=trunk.name if trunk.credentials is not None else None,
                patience_s=trunk.patience_s,
            )
            for hop in sorted(self.hops(trunk), key=lambda hop: self._resting.get(hop, now) > now)
        ]

    def answer(self, name: str, request: Request, challenge: Response) -> tuple[str, str] | None:
        """Return the (Proxy-)Authorization that answers a trunk's 401/407; None where we have none."""
        client = self._clients.get(name)
        asked, answered = _CHALLENGE_HEADERS.get(challenge.status, ("", ""))
        if client is None or not asked:
            return None
        chosen = client.choose(challenge.headers.all(asked))
        if chosen is None:
            return None
        return answered, client.answer(chosen, request.method, request.uri, request.body)


_CHALLENGE_HEADERS: Final[Mapping[int, tuple[str, str]]] = {
    401: ("WWW-Authenticate", "Authorization"),
    407: ("Proxy-Authenticate", "Proxy-Authorization"),
}


def address_hop(server: TrunkServer) -> Hop:
    """Return the hop of a server given by address: RFC 3263 needs no DNS for it."""
    transport = server.transport or "udp"
    return Hop(transport, hop_host(server.host), server.port or DEFAULT_PORTS[transport])


def host_port(hop: Hop) -> str:
    return hop.host if hop.port == DEFAULT_PORTS[hop.transport] else f"{hop.host}:{hop.port}"


def uri_transport(hop: Hop) -> str:
    return "" if hop.transport == "udp" else f";transport={hop.transport}"
