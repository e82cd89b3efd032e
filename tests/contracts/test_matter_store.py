"""One suite for what keeps matters, run on the fake and on PostgreSQL."""

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import asyncpg
import pytest

from banjie.base.ids import TenantId, UserId
from banjie.matters.handling import take
from banjie.matters.history import Filed
from banjie.matters.ids import MatterId, UnitId
from banjie.matters.ladder import Climb
from banjie.matters.machine import MatterState
from banjie.matters.parts import Part
from banjie.matters.ports import MatterFilter, MatterStore, Place
from banjie.matters.steps import Dispatch, Hands, Sign, Step, Withdraw
from banjie.storage.database import Database
from banjie.storage.matters import SqlMatterStore
from tests.fakes.matters import FakeMatterStore, Kept
from tests.matters.some import OPENED_AT, a_matter, rules
from tests.matters.test_machine import EXAMPLES

BANK, OTHER = TenantId("demo-bank"), TenantId("other-bank")
LI, WANG, ANN = UserId("li"), UserId("wang"), UserId("ann")
DISPATCH = Dispatch(
    hands=Hands(owner_id=LI, unit_id=UnitId("water"), helpers=(UserId('z"h,a\\o'), ANN)), supervisor_id=WANG
)


@pytest.fixture(
    params=[pytest.param("fake", marks=pytest.mark.unit), pytest.param("sql", marks=pytest.mark.peer)]
)
def dsn(request: pytest.FixtureRequest) -> str | None:
    return str(request.getfixturevalue("database_url")) if request.param == "sql" else None


@pytest.fixture
async def store(dsn: str | None) -> AsyncIterator[MatterStore]:
    if dsn is None:
        yield FakeMatterStore(Kept())
        return
    database = await Database.open(dsn)
    yield SqlMatterStore(database, BANK)
    await database.close()


def filed(name: str, *steps: Step, after: timedelta = timedelta(0)) -> Filed:
    matter = replace(a_matter(name), number=name, opened_at=OPENED_AT + after, due_at=OPENED_AT + 10 * after)
    for step in steps:
        matter = take(matter, step, LI, OPENED_AT, rules())
    return Filed(matter=matter, lines_count=len(steps) + 1, wakes_at=None)


async def test_a_matter_is_read_back_as_it_was_filed(store: MatterStore) -> None:
    whole = filed("m1", DISPATCH, Sign())
    whole = replace(whole, wakes_at=OPENED_AT)
    await store.file([filed("m1")], [])
    await store.file([whole], [])

    assert await store.find(MatterId("m1")) == whole
    assert await store.take_up([MatterId("m2"), MatterId("m1")]) == [whole]
    assert await store.find(MatterId("m2")) is None


async def test_every_step_is_read_back_in_the_order_it_was_taken(store: MatterStore) -> None:
    one = filed("m1")
    lines = [one.line(None, LI, Part.OPENER, OPENED_AT)]
    for number, step in enumerate(EXAMPLES.values(), start=1):
        by = None if number % 3 == 0 else WANG
        lines.append(replace(one, lines_count=number + 1).line(step, by, Part.OWNER, OPENED_AT))
    await store.file([one], lines[:5])
    await store.file([one], lines[5:])

    assert await store.history(MatterId("m1"), -1, 100) == lines
    assert await store.history(MatterId("m1"), 3, 2) == lines[4:6]


async def test_numbers_of_a_year_have_no_gap(store: MatterStore) -> None:
    assert [await store.next_number(year) for year in (2026, 2026, 2027, 2026)] == [
        "2026-000001",
        "2026-000002",
        "2027-000001",
        "2026-000003",
    ]


async def test_whose_time_has_come_is_claimed_the_longest_due_first(store: MatterStore) -> None:
    def waking(name: str, hours: int | None) -> Filed:
        wakes_at = None if hours is None else OPENED_AT + timedelta(hours=hours)
        return replace(filed(name), wakes_at=wakes_at)

    await store.file([waking("a", 3), waking("b", 1), waking("c", 2), waking("d", None), waking("e", 9)], [])

    found = await store.claim_awake(OPENED_AT + timedelta(hours=3), 2)
    assert [one.matter.matter_id for one in found] == ["b", "c"]
    assert await store.next_wake() == OPENED_AT + timedelta(hours=1)


async def test_a_rung_is_noted_once(store: MatterStore) -> None:
    climb = Climb(at=OPENED_AT, matter_id=MatterId("m1"), rung_id="late", round="1")
    await store.note_climbs([climb, replace(climb, round="2")], OPENED_AT)

    climbed = await store.climbed([MatterId("m1"), MatterId("m2")])
    assert climbed[MatterId("m1")] == {climb.key, replace(climb, round="2").key}
    assert not climbed.get(MatterId("m2"))
    with pytest.raises(Exception, match=r"already|once"):
        await store.note_climbs([climb], OPENED_AT)


async def test_parts_are_open_until_they_are_settled(store: MatterStore) -> None:
    def part(name: str, *steps: Step) -> Filed:
        one = filed(name, *steps)
        return replace(
            one, matter=replace(one.matter, brief=replace(one.matter.brief, parent_id=MatterId("m0")))
        )

    await store.file([filed("m0"), part("a"), part("b", Withdraw(reason="twice")), part("c", DISPATCH)], [])
    assert await store.open_parts(MatterId("m0")) == {"a", "c"}


@pytest.mark.parametrize(
    ("wanted", "found"),
    [
        (MatterFilter(), ["c", "b", "a"]),
        (MatterFilter(states=frozenset({MatterState.RECEIVED})), ["a"]),
        (MatterFilter(is_open=False), ["c"]),
        (MatterFilter(owner_id=LI), ["b"]),
        (MatterFilter(owner_id=WANG), []),
        (MatterFilter(helper_id=ANN), ["b"]),
        (MatterFilter(helper_id=UserId('z"h,a\\o')), ["b"]),
        (MatterFilter(unit_id=UnitId("water"), supervisor_id=WANG), ["b"]),
        (MatterFilter(takes_part=LI), ["b"]),
        (MatterFilter(takes_part=ANN), ["b"]),
        (MatterFilter(takes_part=UserId("mayor"), heads=frozenset({UnitId("water")})), ["b"]),
        (MatterFilter(takes_part=UserId("mayor"), heads=frozenset({UnitId("gas")})), []),
        (MatterFilter(text="b"), ["b"]),
        (MatterFilter(text="水管"), ["c", "b", "a"]),
        (MatterFilter(opened_since=OPENED_AT + timedelta(hours=1)), ["c", "b"]),
        (MatterFilter(opened_before=OPENED_AT + timedelta(hours=1)), ["a"]),
    ],
)
async def test_lists_hold_what_is_asked_for(
    store: MatterStore, wanted: MatterFilter, found: list[str]
) -> None:
    await _three(store)
    listed = await store.list_matters(wanted, "opened", None, 10)
    assert [one.matter.matter_id for one in listed] == found
    assert await store.count(wanted, 10) == len(found)


async def test_pages_follow_one_another(store: MatterStore) -> None:
    await _three(store)
    first = await store.list_matters(MatterFilter(), "due", None, 2)
    last = first[-1].matter
    rest = await store.list_matters(MatterFilter(), "due", Place(at=last.due_at, matter_id=last.matter_id), 2)
    assert [one.matter.matter_id for one in (*first, *rest)] == ["a", "b", "c"]
    assert await store.count(MatterFilter(), 2) == 2


async def test_what_is_confidential_is_seen_by_those_whose_hands_it_is_in(store: MatterStore) -> None:
    secret = filed("m1", DISPATCH)
    brief = replace(secret.matter.brief, is_confidential=True)
    await store.file([replace(secret, matter=replace(secret.matter, brief=brief))], [])

    for reader, sees in ((LI, 1), (WANG, 1), (ANN, 1), (UserId("nosy"), 0), (None, 0)):
        wanted = MatterFilter(sees_confidential=False, reader_id=reader)
        assert await store.count(wanted, 10) == sees, reader


async def _three(store: MatterStore) -> None:
    await store.file(
        [
            filed("a"),
            filed("b", DISPATCH, after=timedelta(hours=1)),
            filed("c", Withdraw(reason="twice"), after=timedelta(hours=2)),
        ],
        [],
    )


@pytest.mark.peer
async def test_a_history_is_not_edited_even_in_the_database(database_url: str) -> None:
    database = await Database.open(database_url)
    store = SqlMatterStore(database, BANK)
    one = filed("m1")
    await store.file([one], [one.line(None, LI, Part.OPENER, datetime(2026, 3, 2, tzinfo=UTC))])
    for sql in ("UPDATE matter_line SET by_id = 'x'", "DELETE FROM matter_line"):
        with pytest.raises(asyncpg.RaiseError, match="not edited"):
            await database.execute(sql)
    await database.close()


@pytest.mark.peer
async def test_a_house_sees_nothing_of_another(database_url: str) -> None:
    database = await Database.open(database_url)
    await SqlMatterStore(database, BANK).file([filed("m1")], [])
    theirs = SqlMatterStore(database, OTHER)
    assert await theirs.find(MatterId("m1")) is None
    assert await theirs.take_up([MatterId("m1")]) == []
    assert await theirs.count(MatterFilter(), 10) == 0
    await theirs.file([filed("m1", Withdraw(reason="not theirs"))], [])
    found = await SqlMatterStore(database, BANK).find(MatterId("m1"))
    assert found is not None
    assert found.matter.state is MatterState.RECEIVED
    await database.close()
