"""How many refusals a source is worth: token buckets in bounded memory.

Laws: memory never exceeds `capacity` keys; a key forgotten for want of room starts afresh, and the bucket all
strangers share holds the sum down however many addresses they forge.
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
        if not self.has(now):
            return False
        self._tokens -= 1.0
        return True

    def has(self, now: float) -> bool:
        self._tokens = min(self._burst, self._tokens + max(0.0, now - self._at) * self._rate_per_s)
        self._at = max(self._at, now)
        return self._tokens >= 1.0

    def give_back(self) -> None:
        self._tokens = min(self._burst, self._tokens + 1.0)


class BucketTable:
    """A token bucket for each key, the longest untouched forgotten first."""

    __slots__ = ("_buckets", "_burst", "_capacity", "_rate_per_s")

    def __init__(self, rate_per_s: float, burst: float, capacity: int) -> None:
        self._rate_per_s, self._burst, self._capacity = rate_per_s, burst, capacity
        self._buckets: OrderedDict[str, TokenBucket] = OrderedDict()

    def __len__(self) -> int:
        return len(self._buckets)

    def take(self, key: str, now: float) -> bool:
        bucket = self._buckets.get(key)
        if bucket is None:
            bucket = self._buckets[key] = TokenBucket(self._rate_per_s, self._burst, now)
            if len(self._buckets) > self._capacity:
                self._buckets.popitem(last=False)
        else:
            self._buckets.move_to_end(key)
        return bucket.take(now)

    def has(self, key: str, now: float) -> bool:
        """Whether `take` would succeed. Remembers nothing."""
        bucket = self._buckets.get(key)
        return bucket is None or bucket.has(now)

    def give_back(self, key: str) -> None:
        bucket = self._buckets.get(key)
        if bucket is not None:
            bucket.give_back()


class SourceLimit:
    """What strangers may cost us: so many answers for each source, so many for all together."""

    def __init__(
        self,
        rate_per_s: float = 10.0,
        burst: float = 50.0,
        capacity: int = 4096,
        total_rate_per_s: float = 500.0,
    ) -> None:
        self._sources = BucketTable(rate_per_s, burst, capacity)
        self._proven: OrderedDict[str, None] = OrderedDict()
        self._capacity = capacity
        self._total = TokenBucket(total_rate_per_s, total_rate_per_s, 0.0)

    def __len__(self) -> int:
        return len(self._sources)

    def take(self, host: str, now: float) -> bool:
        """Whether this source may have one more answer now. Who proved himself before does not share the total."""
        source = source_of(host)
        return self._sources.take(source, now) and (source in self._proven or self._total.take(now))

    def give_back(self, host: str) -> None:
        """The source proved to be no stranger: its challenge was not wasted."""
        source = source_of(host)
        self._sources.give_back(source)
        if source not in self._proven:
            self._total.give_back()
        self._proven[source] = None
        self._proven.move_to_end(source)
        if len(self._proven) > self._capacity:
            self._proven.popitem(last=False)


def source_of(host: str) -> str:
    """Return what counts as one source: an IPv4 address, or the /64 an IPv6 host may choose from freely."""
    if ":" not in host:
        return host
    try:
        address = ip_address(host.strip("[]").partition("%")[0])
    except ValueError:
        return host
    if isinstance(address, IPv6Address) and address.ipv4_mapped is None:
        return str(IPv6Address(int(address) >> 64 << 64))
    return str(getattr(address, "ipv4_mapped", address))
