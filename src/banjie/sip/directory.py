"""How a target becomes hops: trunks by configuration and health, users by registration, URIs by address or DNS."""

from collections.abc import Callable, Sequence
from typing import Final, assert_never, cast

from banjie.sip.errors import Malformed
from banjie.sip.grammar import parse_uri
from banjie.sip.hosts import is_address
from banjie.sip.model import Hop, SipUri, Target, Transport, TrunkTarget, UriTarget, UserTarget
from banjie.sip.ports import Route
from banjie.sip.registrar import ContactRegistrar
from banjie.sip.trunks import TrunkBook, TrunkServer, address_hop

NAMES_REMEMBERED: Final = 1024


class SipDirectory:  # satisfies sip.ports.Directory
    """Looks targets up; nothing here waits. Names in URIs must have been `found` before."""

    def __init__(
        self, trunks: TrunkBook, registrar: ContactRegistrar, local_for: Callable[[Hop], tuple[str, int]]
    ) -> None:
        self._trunks, self._registrar, self._local_for = trunks, registrar, local_for
        self._found: dict[TrunkServer, tuple[Hop, ...]] = {}

    def routes_for(self, target: Target, dialled: str, now: float) -> Sequence[Route]:
        match target:
            case TrunkTarget(name=name):
                return self._trunks.routes(name, dialled, now)
            case UserTarget(username=username):
                return [
                    Route(hop=binding.hop, request_uri=binding.uri, is_natted=binding.is_natted)
                    for binding in self._registrar.bindings(username, now)
                ]
            case UriTarget(uri=uri):
                return [Route(hop=hop, request_uri=uri) for hop in self._hops(uri)]
            case other:
                assert_never(other)

    def rest(self, hop: Hop, until: float) -> None:
        self._trunks.rest(hop, until)

    def local_for(self, hop: Hop) -> tuple[str, int]:
        return self._local_for(hop)

    def found(self, server: TrunkServer, hops: Sequence[Hop]) -> None:
        """Take what DNS says of a name in a URI."""
        if len(self._found) >= NAMES_REMEMBERED:
            self._found.clear()
        self._found[server] = tuple(hops)

    def _hops(self, uri: str) -> Sequence[Hop]:
        try:
            server = server_of(parse_uri(uri))
        except Malformed:
            return ()
        if server is None:
            return ()
        return [address_hop(server)] if is_address(server.host) else self._found.get(server, ())


def server_of(uri: SipUri) -> TrunkServer | None:
    """Return the server a URI names (RFC 3263 §4); None for a tel: URI or a transport that is not ours."""
    named = "tls" if uri.scheme == "sips" else (uri.param("transport") or "").lower()
    if uri.scheme == "tel" or named not in ("", "udp", "tcp", "tls"):
        return None
    host = uri.param("maddr") or uri.host
    return TrunkServer(host=host, port=uri.port, transport=cast("Transport", named) if named else None)
