"""Every call a person took gets its disposition: in time, late, or, until then, one of the system's."""

import asyncio
from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path

import pytest

from banjie.base.ids import AgentId, CallId
from banjie.calls.cdr import fold
from banjie.calls.dispositions import is_unregistered
from banjie.calls.errors import AlreadyRegistered, NoSuchCall
from banjie.calls.events import CallDisposed, CallEvent
from banjie.calls.store import OpenCall
from banjie.routing.queues import Queue
from banjie.stories.agent_desk import NoSuchDisposition, NoteNeeded
from banjie.stories.interrupted_call import Repaired, close_interrupted
from tests.fakes.centre import ACW_S, ANN, BOB, GENERAL, START, Centre, FakeLog

pytestmark = pytest.mark.story

NUMBER = "4000000001"
SYSTEM = None


@pytest.fixture
def centre() -> Centre:
    return Centre()


async def take_a_call(centre: Centre, agent_id: AgentId = ANN) -> CallId:
    centre.ready(agent_id)
    centre.sip.call(NUMBER)
    call_id = centre.log.call_ids[-1]
    centre.press(call_id, "0")
    await centre.stories.agents.answer(agent_id, call_id, "offer")
    return call_id


async def take_and_end(centre: Centre) -> CallId:
    call_id = await take_a_call(centre)
    centre.wait(20.0)
    centre.stories.agents.hang_up(ANN, call_id)
    return call_id


def dispositions(events: Sequence[CallEvent]) -> list[tuple[AgentId | None, str]]:
    return [(event.agent_id, event.code) for event in events if isinstance(event, CallDisposed)]


async def test_what_is_not_said_in_time_the_system_says_and_the_agent_corrects(centre: Centre) -> None:
    call_id = await take_and_end(centre)
    centre.wait(ACW_S - 1.0)
    assert centre.log.cdr(call_id).disposition is None

    centre.wait(1.0)
    assert centre.state(ANN) == ("READY", None)
    assert "acw" not in centre.board.topics["me/1001"]
    assert is_unregistered(centre.log.cdr(call_id))
    assert len(centre.stories.floor) == 0

    centre.wait(600.0)
    await centre.stories.agents.dispose(ANN, call_id, "enquiry", "余额")
    assert dispositions(centre.log.events(call_id)) == [(SYSTEM, "acw_timed_out"), (ANN, "enquiry")]
    system, true = centre.log.events(call_id)[-2:]
    assert true.occurred_at - system.occurred_at == timedelta(seconds=600)
    cdr = centre.log.cdr(call_id)
    assert (cdr.disposition, cdr.note, cdr.talk_s) == ("enquiry", "余额", 20.0)
    assert not is_unregistered(cdr)
    assert [one.seq for one in centre.log.logged] == list(range(len(centre.log.logged)))


async def test_thirty_seconds_more_come_before_the_system_speaks(centre: Centre) -> None:
    call_id = await take_and_end(centre)
    centre.stories.agents.extend_acw(ANN, call_id)
    centre.wait(ACW_S + 29.0)
    assert centre.state(ANN) == ("ACW", None)

    centre.wait(1.0)
    assert centre.log.cdr(call_id).disposition == "acw_timed_out"


async def test_where_no_after_call_work_is_granted_the_agent_is_ready_and_says_it_later(
    centre: Centre,
) -> None:
    centre.stories.offers.acd.put_queue(Queue(queue_id=GENERAL, acw_s=0.0), centre.clock.mono())
    call_id = await take_and_end(centre)

    assert centre.state(ANN) == ("READY", None)
    assert centre.log.cdr(call_id).disposition == "acw_timed_out"
    await centre.stories.agents.dispose(ANN, call_id, "enquiry", "")
    assert centre.log.cdr(call_id).disposition == "enquiry"


async def test_a_break_chosen_in_the_call_follows_when_the_time_is_over(centre: Centre) -> None:
    call_id = await take_and_end(centre)
    centre.stories.agents.set_state(ANN, "BREAK", "lunch", "browser")
    centre.wait(ACW_S)

    assert centre.state(ANN) == ("BREAK", "lunch")
    assert centre.log.cdr(call_id).disposition == "acw_timed_out"


async def test_who_signs_out_of_his_after_call_work_leaves_the_call_as_interrupted(centre: Centre) -> None:
    call_id = await take_and_end(centre)

    centre.stories.agents.set_state(ANN, "OFFLINE", None, "browser")

    assert centre.state(ANN) == ("OFFLINE", None)
    assert dispositions(centre.log.events(call_id)) == [(SYSTEM, "interrupted")]
    await centre.stories.agents.dispose(ANN, call_id, "enquiry", "")
    assert centre.log.cdr(call_id).disposition == "enquiry"


async def test_a_closing_house_leaves_no_call_without_a_disposition(centre: Centre) -> None:
    closed = await take_and_end(centre)
    talking = await take_a_call(centre, BOB)
    centre.sip.call(NUMBER)
    in_menu = centre.log.call_ids[-1]

    centre.stories.end_all()

    assert {centre.log.cdr(one).disposition for one in (closed, talking)} == {"interrupted"}
    assert centre.log.cdr(talking).end_reason == "interrupted"
    assert centre.log.cdr(in_menu).disposition is None
    assert len(centre.stories.floor) == 0


async def test_a_disposition_is_the_agents_own_once_and_from_the_list(centre: Centre) -> None:
    call_id = await take_a_call(centre)
    desk = centre.stories.agents
    with pytest.raises(NoSuchCall):  # it goes on
        await desk.dispose(ANN, call_id, "enquiry", "")
    desk.hang_up(ANN, call_id)
    centre.wait(ACW_S)

    for code in ("acw_timed_out", "interrupted", "unheard of"):
        with pytest.raises(NoSuchDisposition):
            await desk.dispose(ANN, call_id, code, "")
    with pytest.raises(NoSuchCall):
        await desk.dispose(BOB, call_id, "enquiry", "")
    with pytest.raises(NoSuchCall):
        await desk.dispose(ANN, CallId("never was"), "enquiry", "")
    await desk.dispose(ANN, call_id, "enquiry", "")
    with pytest.raises(AlreadyRegistered):
        await desk.dispose(ANN, call_id, "enquiry", "again")

    assert centre.log.cdr(call_id).note == ""


@pytest.mark.parametrize("waits_s", [0.0, ACW_S])
async def test_a_disposition_that_asks_for_a_note_is_taken_with_one_only(
    centre: Centre, waits_s: float
) -> None:
    """In the after-call work, and when it is over."""
    call_id = await take_and_end(centre)
    centre.wait(waits_s)
    said_before = dispositions(centre.log.events(call_id))

    for nothing in ("", " \n\u3000"):
        with pytest.raises(NoteNeeded):
            await centre.stories.agents.dispose(ANN, call_id, "complaint", nothing)
    assert dispositions(centre.log.events(call_id)) == said_before
    assert centre.state(ANN)[0] == ("READY" if waits_s else "ACW")

    await centre.stories.agents.dispose(ANN, call_id, "complaint", " 等得太久 ")
    cdr = centre.log.cdr(call_id)
    assert (cdr.disposition, cdr.note) == ("complaint", "等得太久")
    assert centre.state(ANN) == ("READY", None)


async def test_of_two_late_dispositions_at_once_one_is_taken(centre: Centre) -> None:
    call_id = await take_and_end(centre)
    centre.wait(ACW_S)
    centre.log.reading = asyncio.Event()
    first = asyncio.create_task(centre.stories.agents.dispose(ANN, call_id, "enquiry", "first"))
    await asyncio.sleep(0)

    with pytest.raises(AlreadyRegistered):
        await centre.stories.agents.dispose(ANN, call_id, "enquiry", "second")
    centre.log.reading.set()
    await first

    assert centre.log.cdr(call_id).note == "first"
    seqs = [one.seq for one in centre.log.logged if one.call_id == call_id]
    assert seqs == list(range(len(seqs)))


async def test_a_late_disposition_waits_for_no_recording(centre: Centre) -> None:
    """The file of a long call takes its time to close; what is written of the call keeps its order."""
    centre.switchboard.closes_recordings = False
    call_id = await take_and_end(centre)
    centre.wait(ACW_S)

    await centre.stories.agents.dispose(ANN, call_id, "enquiry", "")
    centre.switchboard.close_recordings()

    assert centre.log.kinds(call_id)[-3:] == ["CallDisposed", "CallDisposed", "RecordingSaved"]
    assert fold(centre.log.events(call_id)) == centre.log.cdr(call_id)
    assert len(centre.stories.floor) == 0


def left_by_a_crash(centre: Centre) -> list[OpenCall]:
    left = []
    for call_id in centre.log.call_ids:
        events = tuple(centre.log.events(call_id))
        left.append(OpenCall(cdr=fold(events), last_seq=len(events) - 1, events=events))
    return left


async def test_after_a_crash_the_next_start_closes_the_paperwork_too(centre: Centre) -> None:
    closing, talking = await take_and_end(centre), await take_a_call(centre, BOB)
    left, log = left_by_a_crash(centre), FakeLog()
    mended: list[Path] = []

    def mend(path: Path) -> Repaired:
        mended.append(path)
        return Repaired(path=path.with_suffix(".flac"), duration_s=3.0, size_bytes=1000)

    at = START + timedelta(hours=1)
    for missing in close_interrupted(left, mend, Path("/recordings"), lambda: at):
        log.append(missing)

    assert log.kinds(closing) == ["CallDisposed"]
    assert log.kinds(talking) == ["CallEnded", "RecordingSaved", "CallDisposed"]
    assert len(mended) == 1  # the other file was closed before
    for call_id in (closing, talking):
        assert dispositions(log.events(call_id)) == [(SYSTEM, "interrupted")]
        assert log.events(call_id)[-1].occurred_at == at
        assert log.cdr(call_id) == fold([*centre.log.events(call_id), *log.events(call_id)])
    assert log.cdr(closing).end_reason == "agent_hung_up"
