"""Who is first, against a plain sorted list."""

from dataclasses import dataclass

import pytest
from hypothesis import given
from hypothesis import strategies as st

from banjie.routing.order import Heap, Order, Rank, Row

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


@dataclass(eq=False)
class One:
    name: int
    token: int = 0


@given(acts)
def test_the_first_who_still_stands_is_found_in_each_of_his_heaps(
    given_acts: list[tuple[str, int, int]],
) -> None:
    heaps: list[Heap[One]] = [Heap(), Heap()]
    people = [One(n) for n in range(10)]
    plain: list[dict[int, Rank]] = [{}, {}]
    for token, (act, name, rank) in enumerate(given_acts, 1):
        people[name].token = token if act == "put" else 0
        for heap, stands in zip(heaps, plain, strict=True):
            stands.pop(name, None)
            if act == "put":
                stands[name] = (rank, token)
                heap.push((rank, token), people[name])
            first = heap.first()
            assert {one.name for one in heap} == set(stands)
            assert (first and (first[0], first[1].name)) == min(
                ((rank, name) for name, rank in stands.items()), default=None
            )


def test_a_heap_nobody_looks_at_takes_no_more_room() -> None:
    heap: Heap[One] = Heap()
    ann = One(1)
    for n in range(1, 10_000):
        ann.token = n
        heap.push((n,), ann)

    assert len(heap.entries) < 50


@given(st.lists(st.tuples(st.booleans(), st.integers(0, 3000)), max_size=60), st.integers(0, 1200))
def test_a_row_knows_every_position(given_acts: list[tuple[bool, int]], before: int) -> None:
    row, plain = Row(), set[Rank]()
    for n in range(before):
        row.add((n * 7 % 3001,))
        plain.add((n * 7 % 3001,))
    for is_put, number in given_acts:
        rank = (number,)
        if is_put and rank not in plain:
            row.add(rank)
            plain.add(rank)
        elif not is_put and rank in plain:
            row.remove(rank)
            plain.remove(rank)
    expected = sorted(plain)

    assert list(row) == expected
    assert len(row) == len(expected)
    assert [row.position(rank) for rank in expected[::17]] == list(range(0, len(expected), 17))
