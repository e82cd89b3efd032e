"""Which address of ours a peer can reach: what Via and Contact say."""

import ipaddress
import socket
from collections.abc import Mapping

from banjie.sip.model import Hop, Transport

HOSTS_REMEMBERED = 4096


class LocalAddresses:
    """Answers from memory after the first question about a host."""

    def __init__(self, bound_host: str, advertised_host: str | None, ports: Mapping[Transport, int]) -> None:
        self._bound_host, self._advertised_host = bound_host, advertised_host
        self._is_any = ipaddress.ip_address(bound_host.strip("[]")).is_unspecified
        self.ports = dict(ports)
        self._remembered: dict[str, str] = {}

    def of(self, hop: Hop) -> tuple[str, int]:
        host = self._remembered.get(hop.host)
        if host is None:
            if len(self._remembered) >= HOSTS_REMEMBERED:
                self._remembered.clear()
            host = self._remembered[hop.host] = self._choose(hop.host.strip("[]"))
        port = self.ports.get(hop.transport)
        return host, next(iter(self.ports.values()), 5060) if port is None else port

    def _choose(self, peer: str) -> str:
        if self._advertised_host is not None and _is_beyond_nat(peer):
            return self._advertised_host
        host = _towards(peer) if self._is_any else self._bound_host
        return f"[{host}]" if ":" in host and not host.startswith("[") else host


def _is_beyond_nat(peer: str) -> bool:
    try:
        return ipaddress.ip_address(peer).is_global
    except ValueError:
        return True


def _towards(peer: str) -> str:
    """Ask the routing table which of our addresses leads there; no packet is sent."""
    family = socket.AF_INET6 if ":" in peer else socket.AF_INET
    with socket.socket(family, socket.SOCK_DGRAM) as probe:
        try:
            probe.connect((peer, 9))
        except OSError:
            return "127.0.0.1"
        return str(probe.getsockname()[0])
