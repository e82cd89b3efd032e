"""The states of an appointment: every row, what time does, and for when one may be booked."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from banjie.appointments.booking import is_served, length_faults, time_faults
from banjie.appointments.errors import AppointmentOver
from banjie.appointments.machine import (
    TRANSITIONS,
    Given,
    again,
    closed,
    dialled,
    moved_by_time,
    next_deadline,
    next_state,
    reassigned,
)
from banjie.appointments.model import Appointment, AppointmentId, AppointmentState
from banjie.base.hours import Hours, Period
from banjie.base.ids import AgentId, CallId, TenantId

pytestmark = pytest.mark.unit

NOON = datetime(2026, 11, 24, 4, 0, tzinfo=UTC)  # a Tuesday in Shanghai
OFFICE = Hours(timezone="Asia/Shanghai", weekly={day: (Period(540, 1080),) for day in range(5)})
S = AppointmentState


def booked(due_min: float = 60.0, lead_min: float = 5.0, expiry_min: float = 60.0) -> Appointment:
    due_at, expiry = NOON + timedelta(minutes=due_min), timedelta(minutes=expiry_min)
    return Appointment(
        appointment_id=AppointmentId("a1"),
        tenant_id=TenantId("t"),
        agent_id=AgentId("1001"),
        customer_id=None,
        number="+8613800001234",
        due_at=due_at,
        lead=timedelta(minutes=lead_min),
        expiry=expiry,
        expires_at=due_at + expiry,
        note="",
        state=S.BOOKED,
        booked_by=AgentId("1001"),
        booked_at=NOON,
        from_call_id=None,
    )


def after(minutes: float) -> datetime:
    return NOON + timedelta(minutes=minutes)


def test_every_state_has_a_row_and_each_end_is_reached() -> None:
    assert set(TRANSITIONS) == set(S)
    reached = {to for row in TRANSITIONS.values() for to in row.values()}
    assert reached == set(S)
    assert [state for state, row in TRANSITIONS.items() if not row] == [S.DONE, S.CANCELLED]


@pytest.mark.parametrize("state", [S.DONE, S.CANCELLED])
@pytest.mark.parametrize("what", list(Given))
def test_what_is_over_stays_so(state: S, what: Given) -> None:
    with pytest.raises(AppointmentOver):
        next_state(replace(booked(), state=state, closed_at=NOON), what)


def test_he_is_reminded_before_and_loses_it_after() -> None:
    one = booked()
    assert next_deadline(one) == after(55)
    assert moved_by_time(one, after(54.9)) == one

    due = moved_by_time(one, after(55))
    assert (due.state, next_deadline(due)) == (S.DUE, after(120))
    assert moved_by_time(due, after(119)).state is S.DUE
    expired = moved_by_time(due, after(120))
    assert (expired.state, expired.is_open, next_deadline(expired)) == (S.EXPIRED, True, None)


def test_after_a_long_stop_it_is_expired_at_once() -> None:
    assert moved_by_time(booked(), after(10_000)).state is S.EXPIRED


def test_who_dials_has_as_long_again_to_say_what_came_of_it() -> None:
    due = moved_by_time(booked(), after(60))
    called = dialled(due, CallId("c1"), after(115))

    assert (called.state, called.calls_count, called.last_call_id) == (S.DUE, 1, "c1")
    assert called.expires_at == after(175)
    assert dialled(booked(), CallId("c1"), after(1)).expires_at == after(120)  # never less than it was
    moved = again(called, after(300), "下午再打")
    assert (moved.state, moved.due_at, moved.expires_at) == (S.BOOKED, after(300), after(360))


def test_an_expired_one_given_to_another_is_due_at_once_and_has_its_time() -> None:
    expired = moved_by_time(booked(), after(500))
    given_to = moved_by_time(reassigned(expired, AgentId("1002"), after(510)), after(510))

    assert (given_to.agent_id, given_to.state) == ("1002", S.DUE)
    assert given_to.expires_at == after(570)
    early = reassigned(booked(), AgentId("1002"), after(1))
    assert (early.state, early.due_at) == (S.BOOKED, after(60))


ACTS = st.sampled_from(["time", "dial", "again", "reassign", "done", "cancel"])


@given(st.lists(st.tuples(ACTS, st.floats(0.0, 200.0)), max_size=12), st.floats(5, 1440), st.floats(0, 120))
def test_an_open_one_is_somebodys_or_the_supervisors(
    acts: list[tuple[str, float]], expiry_min: float, lead_min: float
) -> None:
    one, now = booked(expiry_min=expiry_min, lead_min=lead_min), NOON
    for act, minutes in acts:
        now += timedelta(minutes=minutes)
        one = moved_by_time(one, now)
        if not one.is_open:
            with pytest.raises(AppointmentOver):
                again(one, now + timedelta(hours=1), "")
            continue
        match act:
            case "dial":
                one = dialled(one, CallId("c"), now)
            case "again":
                one = again(one, now + timedelta(hours=1), "")
            case "reassign":
                one = reassigned(one, AgentId("1002"), now)
            case "done" | "cancel":
                how = Given.DONE if act == "done" else Given.CANCELLED
                one = closed(one, how, "", now)
        one = moved_by_time(one, now)
        deadline = next_deadline(one)
        assert one.is_open == (one.state in (S.BOOKED, S.DUE, S.EXPIRED))
        assert (deadline is not None) == (one.state in (S.BOOKED, S.DUE))
        assert deadline is None or deadline > now
        assert one.expires_at >= one.due_at


def fields(
    due_at: datetime, *, accepted: bool = False, opening: tuple[Hours | None, ...] = (OFFICE,)
) -> list[str]:
    found = time_faults(due_at, NOON, opening, timezone="Asia/Shanghai", is_closed_accepted=accepted)
    return [fault.field for fault in found]


def test_it_is_for_a_time_to_come_at_which_the_house_is_open() -> None:
    assert fields(after(60)) == []
    assert fields(NOON) == fields(after(-1)) == ["due_at"]
    assert fields(NOON + timedelta(days=91)) == ["due_at"]
    assert fields(after(60 * 8)) == ["closed"]  # 20:00
    assert fields(after(60 * 8), accepted=True) == []
    assert fields(after(60 * 8), opening=(OFFICE, None)) == fields(after(60 * 8), opening=()) == []
    assert fields(NOON, accepted=True) == ["due_at"]


def test_who_books_for_a_closed_hour_is_told_when_it_opens() -> None:
    (late,) = time_faults(after(60 * 8), NOON, [OFFICE], timezone="Asia/Shanghai", is_closed_accepted=False)
    assert late.message["zh"] == "那时不在服务时间，其后 11 月 25 日 09:00 开始服务"
    assert late.message["en"] == "the house is closed then; it opens next on 25 Nov at 09:00"
    assert is_served([OFFICE], NOON)


def test_lead_and_expiry_have_limits() -> None:
    assert [fault.field for fault in length_faults(5, 60)] == []
    assert [fault.field for fault in length_faults(-1, 4)] == ["lead_min", "expiry_min"]
    assert [fault.field for fault in length_faults(121, 1441)] == ["lead_min", "expiry_min"]
