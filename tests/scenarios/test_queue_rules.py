"""What a queue's rules make of a call, in virtual time: rings that widen, ways out, agents rung together."""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from banjie.base.faults import Faulty
from banjie.base.hours import Hours, Period
from banjie.base.ids import CallId, CustomerId, QueueId, TenantId
from banjie.calls.cdr import Outcome, fold
from banjie.calls.events import CallQueued, MessageLeft, PriorityChanged, QueueLeft
from banjie.calls.store import LastAgent, OpenCall
from banjie.customers.model import Customer, Level
from banjie.routing.bullseye import Ring
from banjie.routing.errors import NotInQueue
from banjie.routing.outcomes import HangUp, ToCallback, ToQueue, ToScript, ToVoicemail
from banjie.routing.queues import Queue, Strategy
from banjie.routing.skills import Skill
from banjie.stories.interrupted_call import Repaired, close_interrupted
from banjie.stories.ports import Supervisor
from banjie.stories.views import CallView, OfferView, QueueView
from banjie.stories.voicemail import MESSAGE_MAX_S, SILENCE_S
from tests.fakes.centre import ANN, BOB, EVE, GENERAL, RING_S, START, URGENT, Centre, FakeLog

pytestmark = pytest.mark.story

NUMBER = "4000000001"
LOANS = Skill("loans")


@pytest.fixture
def centre() -> Centre:
    return Centre()


def rule(centre: Centre, queue_id: QueueId = GENERAL, **rules: object) -> None:
    """Give a queue other rules, as an administrator would."""
    queues = dict(centre.set_up.house.queues)
    profile = queues[queue_id]
    new: Queue = replace(profile.rules, **rules)  # type: ignore[arg-type]
    queues[profile.rules.queue_id] = replace(profile, rules=new)
    centre.set_up.house = replace(centre.set_up.house, queues=queues)
    centre.stories.offers.put_queues([new])


def caller(centre: Centre, digits: str = "0") -> CallId:
    """Somebody calls and asks for a person; return his call."""
    known = set(centre.log.call_ids)
    centre.sip.call(NUMBER)
    (call_id,) = set(centre.log.call_ids) - known
    centre.press(call_id, digits)
    return call_id


async def test_a_caller_who_waited_too_long_is_moved_and_the_record_says_why(centre: Centre) -> None:
    rule(centre, wait_max_s=30.0, when_waited=ToQueue(queue_id=URGENT))
    call_id = caller(centre)
    centre.wait(31.0)

    moved = centre.log.events(call_id)[-1]
    assert (moved.queue_id, moved.moved_from, moved.cause) == (URGENT, GENERAL, "waited")  # type: ignore[attr-defined]
    centre.wait(1.0)
    board = centre.board.topics["wallboard"]
    left, entered = board[f"queue/{GENERAL}"], board[f"queue/{URGENT}"]
    assert isinstance(left, QueueView)
    assert isinstance(entered, QueueView)
    assert (left.waiting_count, entered.waiting_count) == (0, 1)
    assert centre.switchboard.playing(centre.caller_port(call_id)) == [("music",)]

    centre.ready(ANN)
    await centre.stories.agents.answer(ANN, call_id, "offer")
    view = centre.board.topics["me/1001"]["call"]
    assert isinstance(view, CallView)
    assert (view.queue_id, view.waited_s) == (URGENT, 32.0)  # his time is kept


def test_a_call_asks_for_less_from_ring_to_ring(centre: Centre) -> None:
    """Features B3."""
    rule(centre, requires={LOANS: 3}, rings=(Ring(lasts_s=20.0, drops=frozenset({LOANS})),))
    centre.ready(ANN)
    call_id = caller(centre)
    assert "offer" not in centre.board.topics["me/1001"]

    centre.wait(20.0)

    assert "offer" in centre.board.topics["me/1001"]
    widened = next(e for e in centre.log.events(call_id) if type(e).__name__ == "SearchWidened")
    assert (widened.ring, widened.needs) == (1, ())  # type: ignore[attr-defined]


async def test_agents_rung_together_are_all_freed_by_the_first_answer(centre: Centre) -> None:
    """Features B1: nobody is rung twice, nobody goes on ringing."""
    rule(centre, strategy=Strategy.RING_ALL, ring_all_max=5)
    centre.sip.registered.add("1002")
    centre.ready(ANN)
    centre.ready(BOB, "phone")
    call_id = caller(centre)
    assert "offer" in centre.board.topics["me/1001"]
    ringing = centre.sip.ringing("1002")
    assert ringing is not None

    await centre.stories.agents.answer(ANN, call_id, "offer")

    assert centre.sip.sessions[ringing].ended
    assert centre.state(BOB) == ("READY", None)
    assert centre.log.cdr(call_id).agent_id == ANN


def test_of_agents_rung_together_one_may_refuse_and_the_others_ring_on(centre: Centre) -> None:
    rule(centre, strategy=Strategy.RING_ALL)
    centre.ready(ANN)
    centre.ready(BOB)
    call_id = caller(centre)

    centre.stories.agents.reject(ANN, call_id)
    assert "offer" in centre.board.topics["me/1002"]
    centre.wait(RING_S)

    assert [k for k in centre.log.kinds(call_id) if k.startswith("Offer")] == ["OfferPassed", "OfferFailed"]
    assert centre.stories.offers.position(call_id) == 1


# -- where callers go otherwise (features B9) ----------------------------------------------------------------

ALL_BUSY = [("all_busy.zh",)]
WORDS = HangUp(prompt="all_busy")


def ended(centre: Centre, call_id: CallId) -> Outcome:
    """Let what he is being told come to its end."""
    centre.switchboard.finish_plays(centre.caller_port(call_id))
    return centre.log.cdr(call_id).outcome


def test_who_is_one_too_many_is_told_so_before_the_end(centre: Centre) -> None:
    rule(centre, size_max=1, when_full=WORDS)
    first, second = caller(centre), caller(centre)

    assert centre.switchboard.playing(centre.caller_port(second)) == ALL_BUSY
    assert centre.switchboard.playing(centre.caller_port(first)) == [("music",)]
    assert ended(centre, second) is Outcome.OVERFLOWED
    left = next(e for e in centre.log.events(second) if isinstance(e, QueueLeft))
    assert (left.queue_id, left.cause, left.to) == (GENERAL, "full", "words")
    assert centre.stories.queues.today.of(GENERAL, centre.clock.utc()).abandoned_count == 0


def test_words_without_a_voice_are_followed_by_a_busy_tone_not_by_silence(centre: Centre) -> None:
    centre.prompts.are_spoken = False
    rule(centre, size_max=1, when_full=WORDS)
    caller(centre)
    second = caller(centre)

    assert centre.switchboard.playing(centre.caller_port(second)) == [("cn.busy",) * 6]
    assert ended(centre, second) is Outcome.OVERFLOWED


def test_who_waited_long_enough_goes_on_in_his_script_and_keeps_his_place(centre: Centre) -> None:
    rule(centre, wait_max_s=30.0, when_waited=ToScript(node="menu"))
    early = caller(centre)
    centre.wait(30.0)
    assert centre.switchboard.playing(centre.caller_port(early)) == [("welcome.zh",)]
    centre.wait(5.0)
    late = caller(centre)

    centre.press(early, "0")

    assert centre.stories.offers.position(early) == 1  # he has waited since before the other came
    assert centre.stories.offers.position(late) == 2


@pytest.mark.parametrize("node", ["general", "no such node"])
def test_a_way_that_leads_to_nothing_or_back_at_once_ends_in_words(centre: Centre, node: str) -> None:
    rule(centre, size_max=1, when_full=ToScript(node=node))
    caller(centre)
    second = caller(centre)

    assert centre.switchboard.playing(centre.caller_port(second)) == ALL_BUSY
    assert ended(centre, second) is Outcome.OVERFLOWED


def test_when_the_last_agent_signs_out_those_who_wait_go_where_their_queue_says(centre: Centre) -> None:
    centre.ready(ANN)
    centre.stories.agents.set_state(ANN, "BREAK", "lunch", "browser")
    rule(centre, when_nobody=ToQueue(queue_id=URGENT))
    rule(centre, URGENT, when_nobody=WORDS)
    call_id = caller(centre)
    assert centre.switchboard.playing(centre.caller_port(call_id)) == [("music",)]

    centre.stories.agents.set_state(ANN, "OFFLINE", None, "browser")

    assert centre.switchboard.playing(centre.caller_port(call_id)) == ALL_BUSY
    assert ended(centre, call_id) is Outcome.OVERFLOWED


def test_a_caller_who_leaves_after_his_queue_sent_him_on_did_not_abandon_it(centre: Centre) -> None:
    rule(centre, wait_max_s=30.0, when_waited=ToScript(node="menu"))
    call_id = caller(centre)
    session = centre.sip.open_sessions[-1]
    centre.wait(35.0)

    centre.sip.end(session)

    assert centre.log.cdr(call_id).outcome is Outcome.ABANDONED_IN_SCRIPT
    assert centre.log.cdr(call_id).wait_s == 30.0
    assert centre.stories.queues.today.of(GENERAL, centre.clock.utc()).abandoned_count == 0


@given(
    st.lists(st.sampled_from(["call", "leave", "wait", "key", "heard", "sign in", "sign out"]), max_size=25)
)
@settings(max_examples=40, deadline=None)
def test_every_caller_hears_something_and_ends_in_one_outcome(acts: list[str]) -> None:
    """Law: whatever full, empty and late queues make of callers, each hears something to his one end."""
    centre = Centre()
    rule(
        centre,
        size_max=2,
        when_full=ToQueue(queue_id=URGENT),
        wait_max_s=20.0,
        when_waited=ToScript(node="menu"),
    )
    rule(centre, URGENT, size_max=1, when_full=WORDS, when_nobody=ToScript(node="general"))
    for act in acts:
        living = [call for call in centre.log.call_ids if centre.stories.floor.find(call) is not None]
        match act:
            case "call":
                centre.sip.call(NUMBER)
            case "leave" if centre.sip.open_sessions:
                centre.sip.end(centre.sip.open_sessions[0])
            case "wait":
                centre.wait(11.0)
            case "key" if living:
                centre.press(living[-1], "0")
            case "heard" if living:
                centre.switchboard.finish_plays(centre.caller_port(living[0]))
            case "sign in":
                centre.ready(ANN)
            case "sign out":
                centre.stories.agents.set_state(ANN, "OFFLINE", None, "browser")
        for call_id in centre.log.call_ids:
            ends = centre.log.kinds(call_id).count("CallEnded")
            ongoing = centre.stories.floor.find(call_id)
            assert ends == (ongoing is None)
            if ongoing is not None and ongoing.run is not None and ongoing.run.next_deadline is None:
                assert centre.switchboard.playing(centre.caller_port(call_id)) != []


# -- hours ---------------------------------------------------------------------------------------------------

OFFICE = Hours(
    timezone="UTC", weekly={day: (Period(opens=121, closes=180),) for day in range(5)}
)  # 02:01 to 03:00


def keep_hours(centre: Centre, queue_id: QueueId, hours: Hours) -> None:
    queues = dict(centre.set_up.house.queues)
    queues[queue_id] = replace(queues[queue_id], hours=hours)
    centre.set_up.house = replace(centre.set_up.house, queues=queues)
    centre.stories.hours.keep()


def test_a_queue_opens_and_closes_at_the_minute_its_hours_say(centre: Centre) -> None:
    rule(centre, when_closed=HangUp(prompt="closed"))
    keep_hours(centre, GENERAL, OFFICE)  # it is 02:00
    early = caller(centre)
    assert centre.switchboard.playing(centre.caller_port(early)) == [("closed.zh",)]
    assert ended(centre, early) is Outcome.CLOSED

    centre.wait(60.0)
    served = caller(centre)
    assert centre.switchboard.playing(centre.caller_port(served)) == [("music",)]

    centre.wait(59 * 60.0)
    late = caller(centre)
    assert centre.switchboard.playing(centre.caller_port(late)) == [("closed.zh",)]
    assert centre.stories.offers.position(served) == 1  # who waits already is served


def test_a_queue_that_closes_can_lead_to_another(centre: Centre) -> None:
    rule(centre, when_closed=ToQueue(queue_id=URGENT))
    keep_hours(centre, GENERAL, OFFICE)
    call_id = caller(centre)

    moved = centre.log.events(call_id)[-1]
    assert isinstance(moved, CallQueued)
    assert (moved.queue_id, moved.cause) == (URGENT, "closed")


# -- whom a customer knows, who he is --------------------------------------------------------------------------


def test_a_customer_waits_a_while_for_the_agent_he_knows(centre: Centre) -> None:
    """Features B4."""
    rule(centre, sticky_within_s=7 * 86400.0, sticky_wait_s=30.0, ring_timeout_s=100.0)
    centre.callers.last_agent = LastAgent(agent_id=BOB, at=centre.clock.utc() - timedelta(days=2))
    centre.ready(ANN)
    centre.wait(1.0)
    centre.ready(BOB)

    caller(centre)

    assert "offer" in centre.board.topics["me/1002"]  # though Ann is idle for longer
    other = caller(centre)
    assert centre.state(ANN) == ("READY", None)  # Bob rings: he is waited for
    centre.wait(30.0)
    assert centre.state(ANN) == ("RINGING", None)
    assert centre.log.cdr(other).offers_count == 1


def test_an_agent_who_served_him_too_long_ago_is_nobody_special(centre: Centre) -> None:
    rule(centre, sticky_within_s=86400.0, sticky_wait_s=30.0)
    centre.callers.last_agent = LastAgent(agent_id=BOB, at=centre.clock.utc() - timedelta(days=2))
    centre.ready(ANN)
    centre.wait(1.0)
    centre.ready(BOB)

    caller(centre)

    assert "offer" in centre.board.topics["me/1001"]


def test_a_vip_stands_as_if_he_had_waited_longer(centre: Centre) -> None:
    """Features A7."""
    centre.set_up.house = replace(centre.set_up.house, credit_s={"vip": 300.0})
    first = caller(centre)
    centre.wait(200.0)
    centre.callers.customers["13800001234"] = vip()
    favoured = caller(centre)

    assert (centre.stories.offers.position(favoured), centre.stories.offers.position(first)) == (1, 2)
    kinds = centre.log.kinds(favoured)
    assert kinds.index("CustomerMatched") < kinds.index("CallQueued")


def vip() -> Customer:
    return Customer(
        customer_id=CustomerId("k"),
        tenant_id=TenantId("t"),
        name="王丽华",
        level=Level.VIP,
        numbers=("+8613800001234",),
        region=None,
        language=None,
        note="",
        created_at=START,
    )


# -- a supervisor changes who is next ----------------------------------------------------------------------------

BOSS = Supervisor(agent_id=EVE, name={"zh": "班长", "en": "boss"}, extension=None)


def test_another_priority_acts_on_a_call_that_waits(centre: Centre) -> None:
    """Features B6: of one already in the queue, not only of those to come."""
    first, second = caller(centre), caller(centre)
    assert centre.stories.offers.position(second) == 2

    centre.stories.supervision.reprioritise(BOSS, second, 10)

    assert (centre.stories.offers.position(second), centre.stories.offers.position(first)) == (1, 2)
    changed = centre.log.events(second)[-1]
    assert isinstance(changed, PriorityChanged)
    assert (changed.supervisor_id, changed.priority) == (EVE, 10)


def test_priority_counts_across_the_queues_of_an_agent(centre: Centre) -> None:
    """Features B6: the agent serves both; the later call of the other queue is more urgent."""
    caller(centre, "0")
    centre.wait(60.0)
    urgent = caller(centre, "2")

    centre.ready(ANN)

    offer = centre.board.topics["me/1001"]["offer"]
    assert isinstance(offer, OfferView)
    assert offer.call_id == urgent


def test_other_skills_may_be_asked_of_a_call_that_waits(centre: Centre) -> None:
    rule(centre, requires={LOANS: 1})
    centre.ready(ANN)
    call_id = caller(centre)
    with pytest.raises(Faulty):  # nobody has it: he would wait for ever
        centre.stories.supervision.change_needs(BOSS, call_id, {Skill("cards"): 1})

    rule(centre, requires={})
    assert "offer" in centre.board.topics["me/1001"]


def test_who_talks_waits_no_more(centre: Centre) -> None:
    call_id = caller(centre, "4")
    with pytest.raises(NotInQueue):
        centre.stories.supervision.reprioritise(BOSS, call_id, 10)


# -- agents who do not answer ------------------------------------------------------------------------------------


def test_misses_and_rejections_are_counted_apart(centre: Centre) -> None:
    """Features B10."""
    rule(centre, misses_before_break=2, rejections_before_break=2)
    centre.ready(ANN)
    call_id = caller(centre)

    centre.stories.agents.reject(ANN, call_id)
    assert centre.state(ANN)[0] == "RINGING"  # once is not enough, and there is nobody else
    centre.wait(RING_S)
    assert centre.state(ANN)[0] == "RINGING"
    centre.stories.agents.reject(ANN, call_id)

    assert centre.state(ANN) == ("BREAK", "RejectCall")


# -- messages ------------------------------------------------------------------------------------------------------

BOX = ToVoicemail(box=GENERAL)


def leaving(centre: Centre) -> CallId:
    """Somebody whose queue is closed to him has been asked for a message, and speaks."""
    rule(centre, size_max=1, when_full=BOX)
    caller(centre)
    call_id = caller(centre)
    port = centre.caller_port(call_id)
    assert centre.switchboard.playing(port) == [("leave_message.zh",)]
    centre.switchboard.finish_plays(port)
    assert centre.switchboard.playing(port) == [("beep",)]
    assert centre.switchboard.recordings == {}
    centre.switchboard.finish_plays(port)
    assert [one.port_id for one in centre.switchboard.recordings.values()] == [port]
    speak(centre, call_id, -20.0)
    return call_id


def speak(centre: Centre, call_id: CallId, level_db: float) -> None:
    port = centre.caller_port(call_id)
    centre.switchboard.told_stats[port] = replace(centre.switchboard.stats(port), level_db=level_db)


def message(centre: Centre, call_id: CallId) -> MessageLeft:
    return next(e for e in centre.log.events(call_id) if isinstance(e, MessageLeft))


def test_a_message_ends_by_a_key_and_is_said_to_be_kept(centre: Centre) -> None:
    call_id = leaving(centre)
    centre.wait(20.0)

    centre.press(call_id, "#")

    assert centre.switchboard.playing(centre.caller_port(call_id)) == [("message_kept.zh",)]
    assert message(centre, call_id).box == GENERAL
    assert message(centre, call_id).file == f"2026/11/23/{call_id}.message.flac"
    assert ended(centre, call_id) is Outcome.LEFT_MESSAGE


def test_a_message_ends_by_silence(centre: Centre) -> None:
    call_id = leaving(centre)
    centre.wait(30.0)
    assert centre.switchboard.recordings != {}
    speak(centre, call_id, -80.0)
    centre.wait(SILENCE_S + 1.0)

    assert centre.switchboard.playing(centre.caller_port(call_id)) == [("message_kept.zh",)]


def test_a_pause_between_words_ends_nothing(centre: Centre) -> None:
    call_id = leaving(centre)
    for _ in range(10):
        speak(centre, call_id, -80.0)
        centre.wait(SILENCE_S - 1.0)
        speak(centre, call_id, -20.0)
        centre.wait(1.0)

    assert centre.switchboard.playing(centre.caller_port(call_id)) == []
    assert centre.switchboard.recordings != {}


def test_a_message_a_crash_cut_short_is_there_to_be_heard(centre: Centre) -> None:
    call_id = leaving(centre)
    events = tuple(centre.log.events(call_id))
    left = OpenCall(cdr=fold(events), last_seq=len(events) - 1, events=events)

    def mend(path: Path) -> Repaired:
        return Repaired(path=path.with_suffix(".flac"), duration_s=8.0, size_bytes=1000)

    log = FakeLog()
    for missing in close_interrupted([left], mend, Path("/recordings"), centre.clock.utc):
        log.append(missing)

    assert log.kinds(call_id) == ["CallEnded", "MessageLeft"]
    kept = log.events(call_id)[-1]
    assert isinstance(kept, MessageLeft)
    assert (kept.box, kept.duration_s) == (GENERAL, 8.0)


def test_a_message_is_no_longer_than_three_minutes(centre: Centre) -> None:
    call_id = leaving(centre)
    centre.wait(MESSAGE_MAX_S + 1.0)

    assert centre.switchboard.playing(centre.caller_port(call_id)) == [("message_kept.zh",)]


def test_who_hangs_up_has_left_his_message(centre: Centre) -> None:
    call_id = leaving(centre)
    centre.wait(5.0)

    centre.sip.end(centre.sip.open_sessions[-1])

    assert message(centre, call_id).duration_s == 1.0
    assert centre.log.cdr(call_id).outcome is Outcome.LEFT_MESSAGE
    assert centre.stories.floor.find(call_id) is None


def test_who_hangs_up_before_the_tone_has_left_none(centre: Centre) -> None:
    rule(centre, size_max=1, when_full=BOX)
    caller(centre)
    call_id = caller(centre)
    centre.wait(2.0)

    centre.sip.end(centre.sip.open_sessions[-1])

    assert "MessageLeft" not in centre.log.kinds(call_id)
    assert centre.log.cdr(call_id).outcome is Outcome.ABANDONED_IN_SCRIPT


def test_a_full_queue_can_offer_a_callback(centre: Centre) -> None:
    rule(centre, size_max=1, when_full=ToCallback())
    caller(centre)
    call_id = caller(centre)

    left = next(e for e in centre.log.events(call_id) if isinstance(e, QueueLeft))
    assert left.to == "callback"
    assert centre.switchboard.playing(centre.caller_port(call_id)) not in ([], [("music",)])
