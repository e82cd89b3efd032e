"""Who may say late what a call was: its agent, once, when the call is over and nobody has said it."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from banjie.base.errors import BanjieError
from banjie.base.ids import AgentId, CallId
from banjie.calls.cdr import Cdr
from banjie.calls.dispositions import SYSTEM_DISPOSITIONS, check_late, is_unregistered
from banjie.calls.errors import AlreadyRegistered, NoSuchCall
from banjie.calls.segments import Segment

pytestmark = pytest.mark.unit

ANN, BOB = AgentId("1001"), AgentId("1002")
AT = datetime(2026, 11, 23, 1, 0, tzinfo=UTC)
ENDED = Cdr(
    call_id=CallId("c1"),
    channel="sip",
    peer="loopback",
    dialled="4000000001",
    caller="13800001234",
    language="zh",
    arrived_at=AT,
    connected_at=AT,
    ended_at=AT,
    agent_id=ANN,
    last_at=AT,
)


def said_by_ann(code: str | None, *, left_at: datetime | None = AT, agent_id: AgentId = ANN) -> Cdr:
    mine = Segment(
        agent_id=agent_id, queue_id=None, waited_s=None, connected_at=AT, left_at=left_at, disposition=code
    )
    return replace(ENDED, segments=(mine,))


@pytest.mark.parametrize("said", [None, *sorted(SYSTEM_DISPOSITIONS)])
def test_an_agent_registers_his_call_late(said: str | None) -> None:
    check_late(said_by_ann(said), ANN)


@pytest.mark.parametrize(
    ("cdr", "refusal"),
    [
        (said_by_ann(None, left_at=None), NoSuchCall),
        (said_by_ann(None, agent_id=BOB), NoSuchCall),
        (replace(ENDED, agent_id=None), NoSuchCall),
        (said_by_ann("enquiry"), AlreadyRegistered),
        (said_by_ann("enquiry", agent_id=BOB), NoSuchCall),
    ],
)
def test_everything_else_is_refused(cdr: Cdr, refusal: type[BanjieError]) -> None:
    with pytest.raises(refusal):
        check_late(cdr, ANN)


def test_only_what_the_system_said_is_unregistered() -> None:
    assert [is_unregistered(replace(ENDED, disposition=d)) for d in (None, "enquiry")] == [False, False]
    assert all(is_unregistered(replace(ENDED, disposition=d)) for d in SYSTEM_DISPOSITIONS)


def test_an_agent_who_handed_the_call_on_registers_his_part_while_it_goes_on() -> None:
    his = said_by_ann(None).segments[0]
    later = replace(his, agent_id=BOB, left_at=None)
    check_late(replace(ENDED, ended_at=None, agent_id=BOB, segments=(his, later)), ANN)
