"""What a waiting caller hears, in virtual time: his place and wait at their times, and never longer than until the answer."""

from dataclasses import replace
from itertools import pairwise

import pytest

from banjie.base.ids import CallId
from banjie.calls.events import WaitTold
from banjie.routing.spoken_wait import Announcing, SaidWait
from banjie.stories.views import CallView, QueueView
from banjie.stories.wait_sentences import LARGEST, place_sentence, wait_sentence
from banjie.stories.waiting_words import FIRST_S
from tests.fakes.centre import ANN, BOB, GENERAL, RING_S, Centre

pytestmark = pytest.mark.story

NUMBER = "4000000001"
EVERY_S = 45.0
MUSIC = [("music",)]


@pytest.fixture
def centre() -> Centre:
    centre = Centre()
    announce(centre, Announcing())
    return centre


def announce(centre: Centre, announcing: Announcing) -> None:
    house = centre.set_up.house
    queues = {
        queue_id: replace(queue, rules=replace(queue.rules, announcing=announcing))
        for queue_id, queue in house.queues.items()
    }
    centre.set_up.house = replace(house, queues=queues)


def waits(centre: Centre, digit: str = "0") -> CallId:
    centre.sip.call(NUMBER)
    call_id = centre.log.call_ids[-1]
    centre.press(call_id, digit)
    return call_id


def hears(centre: Centre, call_id: CallId) -> list[tuple[str, ...]]:
    return centre.switchboard.playing(centre.caller_port(call_id))


def finish(centre: Centre, call_id: CallId) -> None:
    centre.switchboard.finish_plays(centre.caller_port(call_id))


def told(centre: Centre, call_id: CallId) -> list[tuple[int | None, int | None, int | None]]:
    events = centre.log.events(call_id)
    return [(e.position, e.low_min, e.high_min) for e in events if isinstance(e, WaitTold)]


async def serve(centre: Centre, call_id: CallId, seconds: float) -> None:
    """Ann takes him at once, and is free again after so long."""
    await centre.stories.agents.answer(ANN, call_id, "offer")
    centre.wait(seconds)
    centre.stories.agents.hang_up(ANN, call_id)
    await centre.stories.agents.dispose(ANN, call_id, "enquiry", "")


async def test_he_hears_his_place_soon_and_again_between_the_music(centre: Centre) -> None:
    waits(centre)
    waits(centre)
    third = waits(centre)
    assert hears(centre, third) == MUSIC

    centre.wait(FIRST_S)
    assert hears(centre, third) == [("wait_ahead.zh", "number_2_of.zh", "wait_callers.zh")]
    assert told(centre, third) == []  # not before he has heard it to its end
    finish(centre, third)
    assert hears(centre, third) == MUSIC
    assert told(centre, third) == [(3, None, None)]

    centre.wait(EVERY_S - 0.1)
    assert hears(centre, third) == MUSIC
    centre.wait(0.1)
    assert hears(centre, third) == [("wait_ahead.zh", "number_2_of.zh", "wait_callers.zh")]


async def test_with_a_pace_seen_he_hears_the_wait_too_and_whose_call_it_becomes_sees_it(
    centre: Centre,
) -> None:
    callers = [waits(centre) for _ in range(9)]
    centre.ready(ANN)
    for call_id in callers[:8]:
        await serve(centre, call_id, 40.0)
    last = waits(centre)
    centre.wait(FIRST_S)
    finish(centre, last)

    position, low_min, high_min = told(centre, last)[-1]
    assert position == 2
    assert low_min is not None
    assert high_min is not None
    assert low_min * 60 < 40.0 < high_min * 60  # Ann takes one in 40 s, and rings for the one ahead
    await centre.stories.agents.answer(ANN, callers[8], "offer")
    centre.ready(BOB)
    await centre.stories.agents.answer(BOB, last, "offer")
    view = centre.board.topics["me/1002"]["call"]
    assert isinstance(view, CallView)
    assert view.told is not None
    assert view.told.wait == SaidWait(low_min=low_min, high_min=high_min)


async def test_an_answer_in_the_middle_of_a_word_joins_them_in_the_same_moment(centre: Centre) -> None:
    call_id = waits(centre)
    centre.wait(FIRST_S)
    assert hears(centre, call_id) == [("wait_next.zh",)]
    centre.ready(ANN)

    at = centre.clock.now
    await centre.stories.agents.answer(ANN, call_id, "offer")

    caller, agent = centre.caller_port(call_id), centre.agent_port(call_id)
    assert centre.clock.now == at
    assert hears(centre, call_id) == []
    assert centre.switchboard.hears(caller) == {agent}
    assert centre.switchboard.hears(agent) == {caller}
    centre.wait(3 * EVERY_S)
    assert hears(centre, call_id) == []
    assert told(centre, call_id) == []


async def test_words_of_the_script_do_not_keep_a_free_agent_waiting(centre: Centre) -> None:
    centre.ready(ANN)
    call_id = waits(centre, "5")
    assert hears(centre, call_id) == [("to_person.zh",)]
    assert "offer" in centre.board.topics["me/1001"]

    await centre.stories.agents.answer(ANN, call_id, "offer")

    assert hears(centre, call_id) == []
    assert centre.switchboard.hears(centre.caller_port(call_id)) == {centre.agent_port(call_id)}


def test_after_the_words_of_the_script_comes_music_and_then_his_place(centre: Centre) -> None:
    call_id = waits(centre, "5")
    centre.wait(10 * FIRST_S)
    assert hears(centre, call_id) == [("to_person.zh",)]

    finish(centre, call_id)
    assert hears(centre, call_id) == MUSIC
    centre.wait(FIRST_S)
    assert hears(centre, call_id) == [("wait_next.zh",)]


def test_while_an_agent_rings_nothing_is_begun_and_if_he_does_not_answer_it_goes_on(centre: Centre) -> None:
    centre.ready(ANN)
    call_id = waits(centre)
    centre.wait(FIRST_S)
    assert hears(centre, call_id) == MUSIC

    centre.wait(RING_S + EVERY_S)
    assert hears(centre, call_id) == [("wait_next.zh",)]


def test_who_is_overtaken_is_not_told_a_worse_place(centre: Centre) -> None:
    announce(centre, Announcing(comfort="queue_thanks"))
    call_id = waits(centre)
    centre.wait(FIRST_S)
    finish(centre, call_id)
    waits(centre, "7")  # VIP

    centre.wait(EVERY_S)

    assert hears(centre, call_id) == [("queue_thanks.zh",)]
    finish(centre, call_id)
    assert told(centre, call_id) == [(1, None, None)]


@pytest.mark.parametrize(
    ("announcing", "heard"),
    [
        (Announcing(has_position=False), MUSIC),  # nothing is known of the wait
        (Announcing(has_position=False, comfort="queue_wait"), [("queue_wait.zh",)]),
        (Announcing(comfort="queue_wait"), [("wait_next.zh", "queue_wait.zh")]),
        (Announcing(every_s=0.0, comfort="queue_wait"), MUSIC),
    ],
)
def test_a_queue_says_what_it_is_set_to(
    centre: Centre, announcing: Announcing, heard: list[tuple[str, ...]]
) -> None:
    announce(centre, announcing)
    call_id = waits(centre)
    centre.wait(FIRST_S)

    assert hears(centre, call_id) == heard


def test_a_queue_that_begins_to_announce_tells_those_who_wait_already(centre: Centre) -> None:
    announce(centre, Announcing(every_s=0.0))
    call_id = waits(centre)
    centre.wait(FIRST_S)
    announce(centre, Announcing())

    centre.wait(EVERY_S)
    assert hears(centre, call_id) == [("wait_next.zh",)]


def test_where_a_piece_has_no_sound_its_sentence_is_not_said_at_all(centre: Centre) -> None:
    centre.prompts.are_spoken = False
    call_id = waits(centre)
    centre.wait(FIRST_S + 2 * EVERY_S)

    assert hears(centre, call_id) == MUSIC
    assert told(centre, call_id) == []


def test_who_leaves_while_he_is_spoken_to_leaves_nothing_behind(centre: Centre) -> None:
    call_id = waits(centre)
    centre.wait(FIRST_S)

    centre.stories.offers.end(centre.stories.floor.get(call_id), "caller_hung_up")
    centre.wait(3 * EVERY_S)

    assert centre.switchboard.plays == {}
    assert list(centre.stories.deadlines) == ["minute"]  # the wallboard's


async def test_who_is_handed_to_another_queue_is_told_of_that_one(centre: Centre) -> None:
    first = waits(centre, "2")
    centre.ready(ANN)
    await centre.stories.agents.answer(ANN, first, "offer")
    ahead = [waits(centre, "7") for _ in range(3)]  # VIP

    centre.stories.hand_over.to_queue(centre.stories.floor.get(first), GENERAL)
    centre.wait(FIRST_S)

    assert len(ahead) == 3
    assert hears(centre, first) == [("wait_ahead.zh", "number_3.zh", "wait_callers.zh")]


def texts(sentence: tuple[object, ...], language: str) -> str:
    return ("" if language == "zh" else " ").join(p.text[language] for p in sentence)  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    ("position", "zh", "en"),
    [
        (1, "您是下一位。", "You are next in line."),
        (2, "您前面还有一位。", "There is one caller ahead of you."),
        (3, "您前面还有两位。", "There are two callers ahead of you."),
        (11, "您前面还有十位。", "There are ten callers ahead of you."),
        (13, "您前面还有十二位。", "There are twelve callers ahead of you."),
        (23, "您前面还有二十二位。", "There are twenty two callers ahead of you."),
        (100, "您前面还有九十九位。", "There are ninety nine callers ahead of you."),
        (101, "您前面还有超过九十九位。", "There are more than ninety nine callers ahead of you."),
    ],
)
def test_a_place_is_said_as_people_say_it(position: int, zh: str, en: str) -> None:
    assert texts(place_sentence(position), "zh") == zh
    assert texts(place_sentence(position), "en") == en


@pytest.mark.parametrize(
    ("low_min", "high_min", "zh", "en"),
    [
        (2, 5, "预计等待两到五分钟。", "The expected wait is two to five minutes."),
        (0, 1, "预计等待不到一分钟。", "The expected wait is less than a minute."),
        (0, 4, "预计等待最多四分钟。", "The expected wait is up to four minutes."),
        (20, 25, "预计等待二十到二十五分钟。", "The expected wait is twenty to twenty five minutes."),
        (8, None, "等待可能超过三十分钟。", "The wait may be more than thirty minutes."),
        (30, None, "预计等待超过三十分钟。", "The expected wait is more than thirty minutes."),
    ],
)
def test_a_wait_is_said_as_people_say_it(low_min: int, high_min: int | None, zh: str, en: str) -> None:
    wait = SaidWait(low_min=low_min, high_min=high_min)

    assert texts(wait_sentence(wait), "zh") == zh
    assert texts(wait_sentence(wait), "en") == en


def test_every_number_has_words_of_its_own() -> None:
    for language in ("zh", "en"):
        said = [texts(place_sentence(number), language) for number in range(1, LARGEST + 3)]
        assert all(one != other for one, other in pairwise(said))
        assert len(set(said)) == len(said)


async def test_who_would_send_a_caller_there_and_the_wallboard_see_the_wait_of_each_queue(
    centre: Centre,
) -> None:
    callers = [waits(centre) for _ in range(6)]
    centre.ready(ANN)
    for call_id in callers[:4]:
        await serve(centre, call_id, 90.0)
    centre.wait(1.0)

    shown = centre.board.topics["wallboard"][f"queue/{GENERAL}"]
    (general,) = [q for q in centre.stories.agents.targets(BOB).queues if q.queue_id == GENERAL]
    assert isinstance(shown, QueueView)
    assert shown.waiting_count == general.waiting_count == 2
    assert shown.expected == general.expected
    assert shown.expected is not None
    assert shown.expected.low_min * 60 < 180.0 < shown.expected.high_s

    centre.wait(1200.0)
    later = centre.board.topics["wallboard"][f"queue/{GENERAL}"]
    assert isinstance(later, QueueView)
    assert later.expected is not None
    assert later.expected.high_s > shown.expected.high_s  # it grows though nothing happens


def test_a_queue_where_somebody_is_free_is_less_than_a_minute_away(centre: Centre) -> None:
    centre.ready(ANN)
    centre.wait(1.0)

    shown = centre.board.topics["wallboard"][f"queue/{GENERAL}"]
    assert isinstance(shown, QueueView)
    assert shown.expected == SaidWait(low_min=0, high_min=1)
