"""Who is first, against a plain sorted list."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from banjie.routing.order import Order

pytestmark = pytest.mark.unit

acts = st.lists(
    st.one_of(
        st.tuples(st.just("put"), st.integers(0, 9), st.integers(0, 3)),
        st.tuples(st.just("discard"), st.integers(0, 9), st.just(0)),
    ),
    max_size=200,
)


@given(acts)
def test_the_first_is_the_smallest_whatever_came_and_went(given_acts: list[tuple[str, int, int]]) -> None:
    order: Order[int] = Order()
    plain: dict[int, tuple[float, ...]] = {}
    for act, key, rank in given_acts:
        if act == "put":
            plain[key] = (rank, key)
            order.put(key, (rank, key))
        else:
            plain.pop(key, None)
            order.discard(key)
        expected = sorted(plain, key=plain.__getitem__)
        assert list(order) == expected
        assert order.first() == (expected[0] if expected else None)
        assert len(order) == len(plain)
        assert all(k in order and order.rank(k) == r for k, r in plain.items())


def test_coming_and_going_for_ever_takes_no_more_room() -> None:
    order: Order[str] = Order()
    for n in range(10_000):
        order.put("ann", (n,))
        order.discard("ann")

    assert len(order._heap) < 50  # nothing else shows the room it takes
