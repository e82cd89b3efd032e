"""So many at once, then one every so often."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from banjie.people.ration import Ration, network

pytestmark = pytest.mark.unit


def test_a_burst_then_one_at_a_time() -> None:
    ration = Ration(burst_count=3, refill_s=10.0)

    assert [ration.take("a", now=0.0) for _ in range(4)] == [0.0, 0.0, 0.0, 10.0]
    assert ration.take("b", now=0.0) == 0.0
    assert ration.take("a", now=9.0) == pytest.approx(1.0)
    assert ration.take("a", now=10.0) == 0.0


@given(st.lists(st.floats(0.0, 5.0), max_size=100))
def test_no_more_than_the_burst_and_what_has_refilled(gaps: list[float]) -> None:
    ration, now, taken = Ration(burst_count=4, refill_s=2.0), 0.0, 0
    for gap in gaps:
        now += gap
        taken += ration.take("a", now) == 0.0

    assert taken <= 4 + now / 2.0 + 1e-6


def test_memory_is_bounded() -> None:
    ration = Ration(burst_count=1, refill_s=10.0, remembered=10)
    for n in range(100):
        ration.take(str(n), now=0.0)

    assert len(ration._full_at) == 10


@pytest.mark.parametrize(
    ("source", "rationed"),
    [
        ("10.0.0.1", "10.0.0.1"),
        ("::ffff:10.0.0.1", "10.0.0.1"),
        ("2001:db8:1:2:aaaa::1", "2001:db8:1:2::"),
        ("2001:db8:1:2:bbbb::9", "2001:db8:1:2::"),
        ("fe80::1%eth0", "fe80::"),
        ("", ""),
        ("testclient", "testclient"),
    ],
)
def test_a_subscriber_with_many_addresses_is_one(source: str, rationed: str) -> None:
    assert network(source) == rationed
