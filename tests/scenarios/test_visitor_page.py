"""A visitor's place in the queue follows what others do, and only the pages of his queue are written."""

import pytest

from banjie.base.ids import CallId
from banjie.routing.estimate import FEWEST
from banjie.routing.outcomes import ToQueue
from banjie.routing.spoken_wait import SaidWait
from banjie.stories.views import VisitorCallView
from banjie.stories.visitor_page import GATHER_S
from tests.fakes.centre import ANN, URGENT, Centre
from tests.scenarios.test_queue_rules import rule

pytestmark = pytest.mark.story

NUMBER = "4000000001"


@pytest.fixture
def centre() -> Centre:
    return Centre()


async def visitor_waits(centre: Centre, digit: str = "0") -> CallId:
    visit = await centre.stories.visitors.call(NUMBER, "offer", "zh", "127.0.0.1")
    centre.stories.visitors.send_digits(visit.call_id, digit)
    return visit.call_id


def phone_waits(centre: Centre, digit: str = "0") -> CallId:
    centre.sip.call(NUMBER)
    call_id = centre.log.call_ids[-1]
    centre.press(call_id, digit)
    return call_id


def place(centre: Centre, call_id: CallId) -> int | None:
    view = centre.board.topics[f"visitor/{call_id}"]["call"]
    assert isinstance(view, VisitorCallView)
    return view.position


def expected(centre: Centre, call_id: CallId) -> SaidWait | None:
    view = centre.board.topics[f"visitor/{call_id}"]["call"]
    assert isinstance(view, VisitorCallView)
    return view.expected


def hang_up(centre: Centre, call_id: CallId) -> None:
    centre.stories.offers.end(centre.stories.floor.get(call_id), "caller_hung_up")


async def test_his_place_is_shown_as_soon_as_he_waits(centre: Centre) -> None:
    first, second = await visitor_waits(centre), await visitor_waits(centre)

    assert (place(centre, first), place(centre, second)) == (1, 2)


async def test_he_moves_up_when_somebody_ahead_leaves_or_is_answered(centre: Centre) -> None:
    leaving, answered = phone_waits(centre), phone_waits(centre)
    visitor = await visitor_waits(centre)
    assert place(centre, visitor) == 3

    hang_up(centre, leaving)
    centre.wait(GATHER_S)
    assert place(centre, visitor) == 2

    centre.ready(ANN)
    await centre.stories.agents.answer(ANN, answered, "offer")
    centre.wait(GATHER_S)
    assert place(centre, visitor) == 1


async def test_he_is_told_when_he_is_overtaken(centre: Centre) -> None:
    visitor = await visitor_waits(centre)
    assert place(centre, visitor) == 1

    phone_waits(centre, "7")
    phone_waits(centre, "0")
    centre.wait(GATHER_S)

    assert place(centre, visitor) == 2


async def test_he_moves_up_when_those_ahead_are_sent_elsewhere(centre: Centre) -> None:
    rule(centre, wait_max_s=30.0, when_waited=ToQueue(queue_id=URGENT))
    phone_waits(centre)
    centre.wait(25.0)
    visitor = await visitor_waits(centre)
    assert place(centre, visitor) == 2

    centre.wait(5.0 + GATHER_S)
    assert place(centre, visitor) == 1


async def test_who_no_longer_waits_has_no_place(centre: Centre) -> None:
    visitor = await visitor_waits(centre)
    centre.ready(ANN)
    await centre.stories.agents.answer(ANN, visitor, "offer")
    centre.wait(GATHER_S)
    assert place(centre, visitor) is None

    hang_up(centre, visitor)
    centre.wait(GATHER_S)
    assert place(centre, visitor) is None


async def test_a_rush_is_written_once_and_to_the_pages_of_its_queue_alone(centre: Centre) -> None:
    ahead = [phone_waits(centre) for _ in range(10)]
    here, elsewhere = await visitor_waits(centre), await visitor_waits(centre, "2")
    centre.wait(1.0)
    centre.board.written.clear()

    for call_id in ahead:
        hang_up(centre, call_id)
    centre.wait(1.0)

    assert place(centre, here) == 1
    assert centre.board.written.count(f"visitor/{here}") == 1
    assert f"visitor/{elsewhere}" not in centre.board.written


async def test_he_sees_how_long_it_may_take_and_that_it_grows_while_nothing_happens(centre: Centre) -> None:
    impatient = [phone_waits(centre) for _ in range(FEWEST - 1)]
    ahead = phone_waits(centre)
    visitor, behind = await visitor_waits(centre), await visitor_waits(centre)
    assert expected(centre, visitor) is None  # nobody has left the queue yet

    centre.wait(20.0)
    for call_id in impatient:
        hang_up(centre, call_id)
    centre.ready(ANN)
    await centre.stories.agents.answer(ANN, ahead, "offer")
    centre.wait(GATHER_S)
    first, second = expected(centre, visitor), expected(centre, behind)
    assert first is not None
    assert second is not None
    assert first.high_s <= second.high_s

    centre.wait(600.0)
    later = expected(centre, visitor)
    assert later is not None
    assert later.high_s > first.high_s


async def test_a_page_is_written_only_when_its_place_or_wait_changes(centre: Centre) -> None:
    visitor = await visitor_waits(centre)
    centre.wait(1.0)
    centre.board.written.clear()

    for _ in range(20):
        phone_waits(centre)  # behind him
        centre.wait(1.0)

    assert f"visitor/{visitor}" not in centre.board.written
