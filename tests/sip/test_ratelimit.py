"""Refusals are rationed by source, in bounded memory."""

import pytest

from banjie.sip.ratelimit import SourceLimit, source_of

pytestmark = pytest.mark.unit


def test_a_source_gets_its_burst_then_its_rate() -> None:
    limit = SourceLimit(rate_per_s=2.0, burst=3.0)
    assert [limit.take("192.0.2.1", 10.0) for _ in range(5)] == [True] * 3 + [False] * 2
    assert limit.take("192.0.2.2", 10.0)
    assert [limit.take("192.0.2.1", 11.0) for _ in range(3)] == [True, True, False]


def test_forged_sources_neither_fill_memory_nor_pass_the_total() -> None:
    limit = SourceLimit(capacity=100, total_rate_per_s=50.0)
    taken = sum(limit.take(f"10.0.{n // 256}.{n % 256}", 1.0) for n in range(10_000))
    assert len(limit) == 100
    assert taken == 50


def test_an_ipv6_host_is_one_source_whatever_its_lower_half() -> None:
    assert source_of("2001:db8::1") == source_of("2001:db8::ffff:1")
    assert source_of("2001:db8:0:1::1") != source_of("2001:db8::1")
    assert source_of("::ffff:192.0.2.1") == source_of("192.0.2.1")
    assert source_of("fe80::1%eth0") == source_of("fe80::2%eth1")


def test_those_who_proved_themselves_are_remembered_within_bounds() -> None:
    limit = SourceLimit(capacity=100, total_rate_per_s=1.0)
    for n in range(1000):
        limit.give_back(f"10.0.{n // 256}.{n % 256}")
    assert [limit.take("192.0.2.1", 0.5) for _ in range(2)] == [True, False]  # the total is spent

    answered = [n for n in range(1000) if limit.take(f"10.0.{n // 256}.{n % 256}", 0.5)]
    assert answered == list(range(900, 1000))
