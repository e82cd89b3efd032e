"""How many refusals a source is worth: token buckets in bounded memory.

Laws: memory never exceeds `capacity` sources; a source forgotten for want of room starts afresh, and the
bucket all strangers share holds the sum down however many addresses they forge.
"""

from collections import OrderedDict
from ipaddress import IPv6Address, ip_address


class TokenBucket:
    """`rate_per_s` on average, `burst` at once."""

    __slots__ = ("_at", "_burst", "_rate_per_s", "_tokens")

    def __init__(self, rate_per_s: float, burst: float, now: float) -> None:
        self._rate_per_s, self._burst = rate_per_s, burst
        self._tokens, self._at = burst, now

    def take(self, now: float) -> bool:
        """Spend one token if there is one."""
        self._tokens = min(self._burst, self._tokens + max(0.0, now - self._at) * self._rate_per_s)
        self._at = max(self._at, now)
        if self._tokens < 1.0:
            return False
        self._tokens -= 1.0
        return True


class SourceLimit:
    """A token bucket for each source, the longest unseen forgotten first, and one for all together."""

    def __init__(
        self,
        rate_per_s: float = 5.0,
        burst: float = 20.0,
        capacity: int = 4096,
        total_rate_per_s: float = 500.0,
    ) -> None:
        self._rate_per_s, self._burst, self._capacity = rate_per_s, burst, capacity
        self._sources: OrderedDict[str, TokenBucket] = OrderedDict()
        self._total = TokenBucket(total_rate_per_s, total_rate_per_s, 0.0)

    def __len__(self) -> int:
        return len(self._sources)

    def take(self, host: str, now: float) -> bool:
        """Whether this source may have one more answer now."""
        source = source_of(host)
        bucket = self._sources.get(source)
        if bucket is None:
            bucket = self._sources[source] = TokenBucket(self._rate_per_s, self._burst, now)
            if len(self._sources) > self._capacity:
                self._sources.popitem(last=False)
        else:
            self._sources.move_to_end(source)
        return bucket.take(now) and self._total.take(now)


def source_of(host: str) -> str:
    """Return what counts as one source: an IPv4 address, or the /64 an IPv6 host may choose from freely."""
    if ":" not in host:
        return host
    try:
        address = ip_address(host.partition("%")[0])
    except ValueError:
        return host
    if isinstance(address, IPv6Address) and address.ipv4_mapped is None:
        return str(IPv6Address(int(address) >> 64 << 64))
    return str(getattr(address, "ipv4_mapped", address))
