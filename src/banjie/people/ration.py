"""A token bucket a source: so many at once, then one every so often. Pure; memory is bounded."""

from collections import OrderedDict
from ipaddress import IPv6Address, ip_address
from typing import Final

REMEMBERED: Final = 20_000


class Ration:
    """`now` is monotonic seconds."""

    def __init__(self, burst_count: int, refill_s: float, remembered: int = REMEMBERED) -> None:
        self._burst_s = burst_count * refill_s
        self._refill_s = refill_s
        self._remembered = remembered
        self._full_at: OrderedDict[str, float] = OrderedDict()  # when the bucket will be full again (GCRA)

    def take(self, source: str, now: float) -> float:
        """Take one and return 0.0, or take none and return the seconds to wait."""
        full_at = max(self._full_at.get(source, now), now) + self._refill_s
        wait_s = full_at - now - self._burst_s
        if wait_s > 1e-9:
            return wait_s
        self._full_at[source] = full_at
        self._full_at.move_to_end(source)
        while len(self._full_at) > self._remembered:
            self._full_at.popitem(last=False)
        return 0.0


def network(source: str) -> str:
    """Return what belongs to one subscriber: an IPv4 address, an IPv6 /64; other text as it is."""
    try:
        address = ip_address(source.partition("%")[0])
    except ValueError:
        return source
    if not isinstance(address, IPv6Address):
        return str(address)
    if address.ipv4_mapped is not None:
        return str(address.ipv4_mapped)
    return str(IPv6Address(int(address) >> 64 << 64))
