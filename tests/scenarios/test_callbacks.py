"""A caller who does not want to wait hangs up, his place waits on, and he is called back when it is his turn."""

import itertools
from dataclasses import replace
from datetime import timedelta

import pytest

from banjie.base.ids import AgentId, CallId
from banjie.calls.cdr import Outcome
from banjie.routing.callbacks import CallbackRules, CallbackState
from banjie.routing.kept import Ending
from banjie.routing.outcomes import ToCallback
from banjie.sip.model import SessionId, TrunkTarget
from banjie.stories.callback_talk import NumberNotCalled
from banjie.stories.callbacks import NoSuchCallback
from banjie.stories.views import CallView, OfferView, QueueView
from tests.fakes.centre import ANN, BOB, GENERAL, URGENT, Centre

pytestmark = pytest.mark.story

NUMBER = "4000000001"
LI, WANG, ZHAO = "13800000001", "13800000002", "13800000003"
RULES = CallbackRules(is_offered=True, offered_after_s=0.0, attempts_max=2, retry_after_s=600.0)


def offering(centre: Centre, rules: CallbackRules = RULES) -> Centre:
    """Let the general queue call people back."""
    house = centre.set_up.house
    profile = house.queues[GENERAL]
    profile = replace(profile, rules=replace(profile.rules, callback=rules))
    centre.set_up.house = replace(house, queues={**house.queues, GENERAL: profile})
    centre.stories.offers.put_queues([profile.rules])
    return centre


@pytest.fixture
def centre() -> Centre:
    return offering(Centre())


def queued(centre: Centre, caller: str = LI, choice: str = "0") -> CallId:
    centre.sip.call(NUMBER, caller)
    call_id = centre.log.call_ids[-1]
    centre.press(call_id, choice)
    return call_id


def kept(centre: Centre, caller: str = LI) -> CallId:
    """Somebody calls, asks to be called back at his own number, hears that it is kept, and is let go."""
    call_id = queued(centre, caller)
    centre.press(call_id, "11#")
    centre.switchboard.finish_plays(centre.caller_port(call_id))
    assert centre.log.cdr(call_id).ended_at is not None
    return call_id


def dials(centre: Centre) -> list[SessionId]:
    """The customers who are being rung now."""
    return [
        i
        for i, s in centre.sip.sessions.items()
        if s.target == TrunkTarget(name="carrier") and not s.ended and not s.answered
    ]


def dialled(centre: Centre) -> list[str]:
    """All whom we ever rang, in order."""
    return [s.dialled for s in centre.sip.sessions.values() if s.target == TrunkTarget(name="carrier")]


def offer_on(centre: Centre, agent_id: AgentId) -> OfferView | None:
    view = centre.board.topics[f"me/{agent_id}"].get("offer")
    assert view is None or isinstance(view, OfferView)
    return view


async def take(centre: Centre, agent_id: AgentId) -> CallId:
    """The agent takes what is offered to him; return the call he is in then."""
    offer = offer_on(centre, agent_id)
    assert offer is not None
    made = await centre.stories.agents.answer(agent_id, offer.call_id, "offer")
    call = centre.board.topics[f"me/{agent_id}"]["call"]
    assert isinstance(call, CallView)
    assert (call.call_id, call.leg_id) == (made.call_id, made.leg_id)
    return call.call_id


def waits(centre: Centre) -> list[CallId]:
    return list(centre.stories.offers.acd.line(GENERAL))


def on_wallboard(centre: Centre) -> tuple[int, int, int]:
    """Those who wait, those of them to be called back, those who gave up."""
    centre.wait(1.0)
    view = centre.board.topics["wallboard"]["queue/general"]
    assert isinstance(view, QueueView)
    return view.waiting_count, view.callbacks_count, view.abandoned_count


# -- from the key to the customer's voice -----------------------------------------------------------------


async def test_he_hangs_up_and_is_called_back_at_his_place(centre: Centre) -> None:
    asked = queued(centre)
    caller = centre.caller_port(asked)
    centre.wait(20.0)
    centre.press(asked, "1")
    assert centre.switchboard.playing(caller) == [("callback_ask_this.zh",)]
    centre.press(asked, "1#")
    (said,) = centre.switchboard.playing(caller)
    assert said == (
        "callback_number.zh",
        *(f"number_{digit}.zh" for digit in LI),
        "callback_kept.zh",
    )
    centre.switchboard.finish_plays(caller)
    cdr = centre.log.cdr(asked)
    assert (cdr.outcome, cdr.end_reason, cdr.callback_number, cdr.wait_s) == (
        Outcome.CALLBACK_KEPT,
        "callback_kept",
        LI,
        20.0,
    )
    assert (centre.sip.open_sessions, on_wallboard(centre)) == ([], (1, 1, 0))

    centre.wait(39.0)
    centre.ready(ANN)
    offer = offer_on(centre, ANN)
    assert offer is not None
    assert (offer.kind, offer.caller.number, offer.attempts) == ("callback", "138****0001", 0)
    assert offer.asked_at is not None
    assert (offer.offered_at - offer.asked_at).total_seconds() == 40.0
    assert (offer.offered_at - offer.queued_at).total_seconds() == 60.0
    assert dials(centre) == []  # nobody is rung before an agent is his

    attempt = await take(centre, ANN)
    (customer,) = dials(centre)
    session = centre.sip.sessions[customer]
    assert (session.dialled, session.shown) == (LI, "01066668888")
    assert centre.state(ANN) == ("DIALING", None)
    ann = centre.agent_port(attempt)
    assert centre.switchboard.playing(ann) == [("ring_back",)]
    centre.wait(9.0)

    centre.sip.pick_up(customer)
    assert centre.state(ANN) == ("TALKING", None)
    his = centre.caller_port(attempt)
    assert (centre.switchboard.hears(ann), centre.switchboard.hears(his)) == ({his}, {ann})
    assert [one.port_id for one in centre.switchboard.recorded] == [his]
    assert on_wallboard(centre) == (0, 0, 0)
    centre.wait(29.0)
    centre.sip.end(customer)

    assert centre.state(ANN) == ("ACW", None)
    cdr = centre.log.cdr(attempt)
    assert (cdr.direction, cdr.outcome, cdr.talk_s) == ("out", Outcome.ANSWERED, 30.0)
    assert (cdr.callback_of, cdr.queue_id, cdr.agent_id) == (asked, GENERAL, ANN)
    row = centre.callback_log.rows[asked]
    assert (row.ending, row.last_call_id, row.attempts, row.agent_id) == (Ending.CONNECTED, attempt, 1, ANN)
    await centre.stories.agents.dispose(ANN, attempt, "enquiry", "")
    assert centre.state(ANN) == ("READY", None)


async def test_a_desk_phone_rings_first_and_the_customer_when_it_is_picked_up(centre: Centre) -> None:
    centre.sip.registered.add("1001")
    kept(centre)
    centre.ready(ANN, "phone")
    phone = centre.sip.ringing("1001")
    assert phone is not None
    assert dials(centre) == []

    centre.sip.pick_up(phone)

    assert len(dials(centre)) == 1
    assert centre.state(ANN) == ("DIALING", None)
    centre.sip.end(phone)
    assert dials(centre) == []
    assert centre.state(ANN) == ("READY", None)


def test_another_number_is_said_back_before_it_is_agreed_to(centre: Centre) -> None:
    call_id = queued(centre)
    caller = centre.caller_port(call_id)
    centre.press(call_id, "1")
    centre.press(call_id, "01066554433#")
    (said,) = centre.switchboard.playing(caller)
    assert said[0] == "callback_number.zh"
    assert said[-1] == "callback_confirm.zh"
    assert centre.callback_log.open == []

    centre.press(call_id, "*")
    assert centre.switchboard.playing(caller) == [("callback_ask_this.zh",)]
    centre.press(call_id, "01066554434#1")

    assert [row.number for row in centre.callback_log.open] == ["01066554434"]


@pytest.mark.parametrize("typed", ["110", "4000000001", "95588", "1001", "0085291234567", "12"])
def test_emergency_service_internal_and_foreign_numbers_are_not_called(centre: Centre, typed: str) -> None:
    call_id = queued(centre)
    centre.press(call_id, "1")

    centre.press(call_id, f"{typed}#")

    (said,) = centre.switchboard.playing(centre.caller_port(call_id))
    assert said[0] == "callback_refused.zh"
    centre.press(call_id, f"{typed}#{typed}#")
    assert waits(centre) == [call_id]
    assert centre.switchboard.playing(centre.caller_port(call_id)) == [("music",)]
    assert centre.callback_log.rows == {}


def test_who_changes_his_mind_waits_on_where_he_was(centre: Centre) -> None:
    first, second = queued(centre, LI), queued(centre, WANG)
    centre.press(first, "1")
    centre.press(first, "*")
    assert centre.switchboard.playing(centre.caller_port(first)) == [("music",)]

    centre.press(second, "1")  # and this one falls silent
    centre.wait(100.0)

    assert waits(centre) == [first, second]
    assert centre.switchboard.playing(centre.caller_port(second)) == [("music",)]


def test_who_hangs_up_on_his_own_number_said_back_is_called_back_and_who_did_not_say_one_is_not(
    centre: Centre,
) -> None:
    silent = centre.sip.call(NUMBER, ZHAO)
    centre.press(centre.log.call_ids[-1], "01")
    centre.sip.end(silent)
    assert centre.log.cdr(centre.log.call_ids[-1]).outcome is Outcome.ABANDONED_IN_QUEUE
    session = centre.sip.call(NUMBER, LI)
    call_id = centre.log.call_ids[-1]
    centre.press(call_id, "01")
    centre.press(call_id, f"{WANG}#")

    centre.sip.end(session)

    assert [row.number for row in centre.callback_log.open] == [WANG]
    assert centre.log.cdr(call_id).outcome is Outcome.CALLBACK_KEPT
    assert (waits(centre), on_wallboard(centre)) == ([call_id], (1, 1, 1))


async def test_an_agent_who_answers_takes_him_out_of_the_question(centre: Centre) -> None:
    call_id = queued(centre)
    centre.press(call_id, "1")
    centre.ready(ANN)

    await take(centre, ANN)
    centre.press(call_id, "1#")
    centre.wait(100.0)

    assert centre.log.cdr(call_id).callback_number is None
    assert centre.state(ANN) == ("TALKING", None)


def test_where_it_is_not_offered_the_key_means_nothing() -> None:
    centre = Centre()
    call_id = queued(centre)
    assert centre.stories.asked_callbacks.words(centre.stories.floor.get(call_id)) == ()
    centre.press(call_id, "11#")
    assert centre.callback_log.rows == {}


def test_it_is_offered_when_the_wait_is_long_and_no_trunk_no_offer(centre: Centre) -> None:
    offering(centre, replace(RULES, offered_after_s=60.0, key="5"))
    asked = centre.stories.asked_callbacks
    ongoing = centre.stories.floor.get(queued(centre))
    assert asked.words(ongoing) == ()
    centre.wait(60.0)

    assert [prompt.name for prompt in asked.words(ongoing)] == ["callback_offer", "number_5"]
    centre.set_up.house = replace(centre.set_up.house, outbound_trunk=None)
    assert asked.words(ongoing) == ()


# -- a queue that leads here --------------------------------------------------------------------------------


def full(centre: Centre) -> Centre:
    """Let the general queue take one caller, and offer the others a callback."""
    house = centre.set_up.house
    profile = house.queues[GENERAL]
    rules = replace(profile.rules, size_max=1, when_full=ToCallback())
    centre.set_up.house = replace(house, queues={**house.queues, GENERAL: replace(profile, rules=rules)})
    centre.stories.offers.put_queues([rules])
    return centre


def test_who_finds_the_queue_full_is_asked_and_waits_behind_the_others(centre: Centre) -> None:
    first = queued(full(centre), LI)
    second = queued(centre, WANG)
    assert centre.switchboard.playing(centre.caller_port(second)) == [("callback_ask_this.zh",)]

    centre.press(second, "1#")
    centre.switchboard.finish_plays(centre.caller_port(second))

    assert waits(centre) == [first, second]
    cdr = centre.log.cdr(second)
    assert (cdr.outcome, cdr.queue_id) == (Outcome.CALLBACK_KEPT, GENERAL)
    assert [row.number for row in centre.callback_log.open] == [WANG]


def test_who_finds_the_queue_full_and_does_not_want_it_hears_so(centre: Centre) -> None:
    queued(full(centre), LI)
    second = queued(centre, WANG)

    centre.press(second, "*")

    port = centre.caller_port(second)
    assert centre.switchboard.playing(port) == [("callback_unasked.zh",)]
    centre.switchboard.finish_plays(port)
    assert centre.log.cdr(second).end_reason == "overflowed"
    assert centre.callback_log.open == []


# -- what others get wrong ----------------------------------------------------------------------------------


async def test_a_callback_neither_jumps_the_queue_nor_loses_its_place(centre: Centre) -> None:
    first = queued(centre, LI)
    second = kept(centre, WANG)
    third = queued(centre, ZHAO)
    assert waits(centre) == [first, second, third]

    centre.ready(ANN)
    assert offer_on(centre, ANN).call_id == first  # type: ignore[union-attr]
    await take(centre, ANN)
    centre.ready(BOB)

    assert offer_on(centre, BOB).call_id == second  # type: ignore[union-attr]
    assert dialled(centre) == []


async def test_ten_callbacks_and_two_agents_are_two_dials(centre: Centre) -> None:
    numbers = [f"1390000000{n}" for n in range(10)]
    for number in numbers:
        kept(centre, number)
    assert on_wallboard(centre) == (10, 10, 0)
    centre.ready(ANN)
    centre.ready(BOB)
    assert dials(centre) == []
    await take(centre, ANN)
    await take(centre, BOB)

    for reached in range(0, 10, 2):
        assert len(dials(centre)) == 2
        assert sorted(dialled(centre)[-2:]) == numbers[reached : reached + 2]
        for session in dials(centre):
            centre.sip.end(session, 486)
        if reached < 8:
            await take(centre, ANN)
            await take(centre, BOB)

    assert [row.state for row in centre.callback_log.open] == [CallbackState.ASLEEP] * 10


async def test_who_is_not_reached_is_tried_again_at_his_place_and_not_for_ever(centre: Centre) -> None:
    asked = kept(centre)
    centre.ready(ANN)
    attempt = await take(centre, ANN)
    centre.sip.end(dials(centre)[0], 486)
    assert centre.log.cdr(attempt).end_reason == "busy"
    assert centre.state(ANN) == ("READY", None)
    row = centre.callback_log.rows[asked]
    assert (row.state, row.attempts) == (CallbackState.ASLEEP, 1)
    assert row.next_at is not None
    assert (row.next_at - centre.clock.utc()).total_seconds() == 600.0
    assert offer_on(centre, ANN) is None
    later = queued(centre, WANG)
    centre.stories.agents.reject(ANN, later)

    centre.wait(600.0)
    centre.ready(ANN)
    offer = offer_on(centre, ANN)
    assert offer is not None
    assert (offer.call_id, offer.attempts) == (asked, 1)
    await take(centre, ANN)
    centre.wait(46.0)  # nobody answers

    assert (centre.callback_log.rows[asked].ending, centre.callback_log.rows[asked].attempts) == (
        Ending.GIVEN_UP,
        2,
    )
    assert waits(centre) == [later]
    assert dialled(centre) == [LI, LI]


async def test_the_agent_lets_it_pass_or_stops_the_dialling_and_it_waits_on(centre: Centre) -> None:
    asked = kept(centre)
    centre.ready(ANN)
    centre.stories.agents.reject(ANN, asked)
    assert centre.state(ANN) == ("BREAK", "RejectCall")
    assert centre.callback_log.rows[asked].attempts == 0
    centre.ready(BOB)
    attempt = await take(centre, BOB)
    (customer,) = dials(centre)

    centre.stories.agents.hang_up(BOB, attempt)

    assert centre.sip.sessions[customer].ended
    assert centre.state(BOB) == ("READY", None)
    assert centre.log.cdr(attempt).outcome is Outcome.NOT_REACHED
    assert waits(centre) == [asked]


async def test_it_rings_on_when_nobody_takes_it(centre: Centre) -> None:
    asked = kept(centre)
    centre.ready(ANN)
    centre.wait(15.0)
    assert centre.state(ANN) == ("BREAK", "RingingTimeout")
    centre.ready(BOB)
    assert offer_on(centre, BOB).call_id == asked  # type: ignore[union-attr]


@pytest.mark.parametrize("moment", ["waiting", "ringing", "dialled", "asleep"])
async def test_who_calls_himself_has_his_place_and_is_not_called_back(centre: Centre, moment: str) -> None:
    asked = kept(centre)
    centre.wait(1.0)
    other = queued(centre, WANG)
    if moment != "waiting":
        centre.ready(ANN)
    if moment in ("dialled", "asleep"):
        await take(centre, ANN)
    if moment == "asleep":
        centre.sip.end(dials(centre)[0], 486)
        centre.stories.agents.set_state(ANN, "OFFLINE", None, "browser")
        centre.wait(30.0)

    himself = queued(centre, LI)

    row = centre.callback_log.rows[asked]
    assert (row.ending, row.last_call_id) == (Ending.CALLED_IN, himself)
    assert waits(centre) == [himself, other]
    assert dials(centre) == []
    if moment in ("ringing", "dialled"):
        assert offer_on(centre, ANN).call_id == himself  # type: ignore[union-attr]
    centre.wait(700.0)
    assert len(dialled(centre)) == (moment in ("dialled", "asleep"))


def test_one_who_calls_for_something_else_keeps_both(centre: Centre) -> None:
    asked = kept(centre)

    queued(centre, LI, choice="2")

    assert waits(centre) == [asked]
    assert len(list(centre.stories.offers.acd.line(URGENT))) == 1


def test_a_number_waits_once_in_a_queue_at_its_earliest_place(centre: Centre) -> None:
    asked = kept(centre)
    centre.wait(5.0)
    again = queued(centre, WANG)
    centre.press(again, "1")
    centre.press(again, f"{LI}#1")

    assert waits(centre) == [asked]
    assert centre.log.cdr(again).callback_number == LI
    assert [row.call_id for row in centre.callback_log.open] == [asked]


async def test_a_supervisor_cancels_it_in_any_state(centre: Centre) -> None:
    asked = kept(centre)
    centre.ready(ANN)
    attempt = await take(centre, ANN)

    centre.stories.callbacks.cancel(asked)

    assert (dials(centre), waits(centre), centre.state(ANN)) == ([], [], ("READY", None))
    assert centre.callback_log.rows[asked].ending is Ending.CANCELLED
    assert centre.log.cdr(attempt).end_reason == "cancelled"
    with pytest.raises(NoSuchCallback):
        centre.stories.callbacks.cancel(asked)


def test_it_runs_out_when_nobody_was_there_all_day(centre: Centre) -> None:
    asked = kept(centre)
    centre.wait(RULES.lasts_s)
    assert centre.callback_log.rows[asked].ending is Ending.EXPIRED
    assert waits(centre) == []


async def test_an_agent_who_is_faster_than_the_words_ends_them(centre: Centre) -> None:
    call_id = queued(centre)
    centre.press(call_id, "11#")
    assert len(centre.sip.open_sessions) == 1
    centre.ready(ANN)
    await take(centre, ANN)

    assert centre.log.cdr(call_id).end_reason == "callback_kept"
    assert dials(centre) == centre.sip.open_sessions


async def test_what_cannot_be_written_down_is_not_dialled(centre: Centre) -> None:
    asked = kept(centre)
    centre.callback_log.is_away = True
    centre.ready(ANN)

    await centre.stories.agents.answer(ANN, asked, "offer")

    assert dialled(centre) == []
    assert centre.state(ANN) == ("READY", None)
    assert centre.callback_log.rows[asked].state is CallbackState.ASLEEP


# -- over a restart -------------------------------------------------------------------------------------------


async def test_after_a_crash_all_wait_at_their_places_and_none_twice(centre: Centre) -> None:
    """Three wait, one was being dialled: he is first again, his attempt counted."""
    centre.ready(ANN)
    being_dialled = kept(centre, ZHAO)
    await take(centre, ANN)
    waiting = []
    for number in (WANG, LI, "13800000009"):
        centre.wait(1.0)
        waiting.append(kept(centre, number))
    assert len(dials(centre)) == 1

    after = offering(Centre())
    after.clock.now = 1030.0
    after.stories.callbacks.take_up(list(centre.callback_log.rows.values()))

    assert waits(after) == [being_dialled, *waiting]
    assert after.callback_log.rows[being_dialled].attempts == 1
    for number in (ZHAO, WANG, LI, "13800000009"):
        after.ready(ANN)
        offer = offer_on(after, ANN)
        assert offer is not None
        assert (offer.offered_at - offer.queued_at).total_seconds() > 26.0
        attempt = await take(after, ANN)
        assert dialled(after)[-1] == number
        after.sip.pick_up(dials(after)[0])
        after.stories.agents.hang_up(ANN, attempt)
        await after.stories.agents.dispose(ANN, attempt, "enquiry", "")
    assert len(dialled(after)) == 4
    assert after.callback_log.open == []


async def test_a_crash_in_the_last_attempt_is_the_end_of_it(centre: Centre) -> None:
    """It was counted before his phone rang, so it may have rung: he is not dialled a third time of two."""
    once = replace(RULES, attempts_max=1)
    offering(centre, once)
    asked, other = kept(centre, LI), kept(centre, WANG)
    centre.ready(ANN)
    await take(centre, ANN)

    after = offering(Centre(), once)
    after.stories.callbacks.take_up(list(centre.callback_log.rows.values()))

    row = after.callback_log.rows[asked]
    assert (row.ending, row.attempts) == (Ending.GIVEN_UP, 1)
    assert row.ended_at is not None
    assert waits(after) == [other]


def test_the_places_of_two_who_came_at_once_are_written_in_their_order(
    centre: Centre, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Two clocks are never read in the same moment, and the wall clock is set now and then."""
    first = queued(centre, LI)
    centre.wait(0.0005)
    second = queued(centre, WANG)
    behind_ms, wall = itertools.count(), centre.clock.utc
    monkeypatch.setattr(centre.clock, "utc", lambda: wall() - timedelta(milliseconds=next(behind_ms)))

    for call_id in (first, second):
        centre.press(call_id, "11#")

    rows = centre.callback_log.rows
    apart = rows[second].waiting_since - rows[first].waiting_since
    assert apart.total_seconds() == pytest.approx(0.0005, abs=1e-5)


async def test_who_sleeps_over_a_restart_wakes_at_his_time(centre: Centre) -> None:
    asked = kept(centre)
    centre.ready(ANN)
    await take(centre, ANN)
    centre.sip.end(dials(centre)[0], 486)
    after = offering(Centre())
    after.clock.now = 1100.0
    after.stories.callbacks.take_up(list(centre.callback_log.rows.values()))
    after.ready(ANN)
    assert offer_on(after, ANN) is None

    after.wait(501.0)

    assert offer_on(after, ANN).call_id == asked  # type: ignore[union-attr]


async def test_a_house_that_closes_leaves_them_as_they_are(centre: Centre) -> None:
    asked = kept(centre)
    centre.ready(ANN)
    await take(centre, ANN)

    centre.stories.end_all()

    assert centre.callback_log.rows[asked].state is CallbackState.DIALLED
    assert centre.callback_log.open != []


def test_what_ran_out_meanwhile_is_not_dialled(centre: Centre) -> None:
    asked = kept(centre)
    after = offering(Centre())
    after.clock.now = 1000.0 + RULES.lasts_s + 10.0
    after.stories.callbacks.take_up(list(centre.callback_log.rows.values()))
    assert after.callback_log.rows[asked].ending is Ending.EXPIRED
    assert waits(after) == []


def test_a_page_asks_with_a_number_written_on_it(centre: Centre) -> None:
    ongoing = centre.stories.floor.get(queued(centre, "anonymous"))
    with pytest.raises(NumberNotCalled):
        centre.stories.asked_callbacks.written(ongoing, "95588")

    centre.stories.asked_callbacks.written(ongoing, "010 6655 4433")

    assert [row.number for row in centre.callback_log.open] == ["01066554433"]
