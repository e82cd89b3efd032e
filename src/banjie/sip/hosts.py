"""Hosts as SIP writes them: which are addresses, and the one way an address is written in a hop."""

from functools import lru_cache
from ipaddress import IPv4Address, IPv6Address, ip_address

Address = IPv4Address | IPv6Address


@lru_cache(maxsize=4096)
def address_of(host: str) -> Address | None:
    """Return the address, brackets or not; None for a name. An IPv4 address mapped into IPv6 is the IPv4 address."""
    try:
        address = ip_address(host.removeprefix("[").removesuffix("]"))
    except ValueError:
        return None
    return (address.ipv4_mapped or address) if isinstance(address, IPv6Address) else address


def is_address(host: str) -> bool:
    return address_of(host) is not None


def hop_host(host: str) -> str:
    """Return how a hop names this host: addresses in their shortest form, IPv6 in brackets; names as they are."""
    address = address_of(host)
    return host if address is None else f"[{address}]" if address.version == 6 else str(address)


def leads_from(address: Address, seen_host: str) -> bool:
    """Tell whether a peer seen at one address can be meant by another it names: not one of the other family, nor one
    that only means something where the peer is (RFC 1918, 4193, 6598, its own loopback)."""
    seen = address_of(seen_host)
    if seen is None:
        return True
    return not (
        seen.version != address.version
        or address.is_unspecified
        or address.is_multicast
        or (address.is_loopback and not seen.is_loopback)
        or (seen.is_global and not address.is_global)
    )


def masked_host(host: str) -> str:
    """Return a host as administrators are shown it: where somebody is at home is not theirs to know.

    Addresses that mean something only inside a network are shown whole.
    """
    address = address_of(host)
    if address is None or not address.is_global:
        return host
    if address.version == 4:
        return f"{str(address).rpartition('.')[0]}.*"
    return f"[{':'.join(address.exploded.split(':')[:3])}:*]"
