"""The day of docs/algorithms/measures.md, worked by hand, and what holds of any day."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from banjie.base.ids import AgentId, CallId, QueueId
from banjie.insight.day import AgentDay, Part, sum_day
from banjie.insight.measures import BUSY, FREE, MY_DAY
from banjie.routing.agents import AgentState
from banjie.routing.states import StateStretch

pytestmark = pytest.mark.unit
MIDNIGHT = datetime(2026, 11, 25, 16, 0, tzinfo=UTC)  # in Shanghai
ANN, GENERAL, URGENT = AgentId("1001"), QueueId("general"), QueueId("urgent")
LEVELS = {GENERAL: 20.0, URGENT: 10.0}


def at(minutes: float) -> datetime:
    return MIDNIGHT + timedelta(hours=9, minutes=minutes)


def part(
    call: str,
    begins: float,
    minutes: float,
    waited_s: float | None,
    queue: QueueId | None,
    hold_s: float = 0.0,
) -> Part:
    return Part(
        call_id=CallId(call),
        queue_id=queue,
        waited_s=waited_s,
        connected_at=at(begins),
        left_at=at(begins + minutes),
        hold_s=hold_s,
    )


def shift(*states: tuple[float, str, str | None]) -> list[StateStretch]:
    """Stretches from minute, state and call; the last one lasts."""
    ends = [*(at(minute) for minute, _, _ in states[1:]), None]
    return [
        StateStretch(
            agent_id=ANN,
            state=state,
            reason=None,
            call_id=None if call is None else CallId(call),
            since=at(minute),
            until=until,
        )
        for (minute, state, call), until in zip(states, ends, strict=True)
    ]


def told(day: AgentDay) -> dict[str, float | None]:
    return {measure.key: measure.of(day) for measure in MY_DAY}


def test_the_worked_day() -> None:
    parts = [
        part("A", 5.5, 4.5, 12.0, GENERAL, hold_s=60.0),
        part("B", 15.5, 2.5, 15.0, URGENT),
        part("C", 30.0, 3.0, None, None),
    ]
    stretches = shift(
        (0, "BREAK", None),
        (2, "READY", None),
        (5, "RINGING", "A"),
        (5.5, "TALKING", "A"),
        (10, "ACW", "A"),
        (11, "READY", None),
        (15, "RINGING", "B"),
        (15.5, "TALKING", "B"),
        (18, "ACW", "B"),
        (20, "READY", None),
        (24, "RINGING", "D"),
        (24.5, "BREAK", None),
        (29, "TALKING", "C"),
        (33, "ACW", "C"),
        (34, "READY", None),
    )
    day = sum_day(parts, stretches, 1, within=(MIDNIGHT, at(40)), service_level_s=LEVELS)

    assert told(day) == {
        "handled": 3,
        "aht": 280.0,
        "acw_mean": 80.0,
        "occupancy": pytest.approx(15 / 33.5),
        "in_time": 0.5,
        "missed": 1,
        "talk": 540.0,
        "hold": 60.0,
        "acw": 240.0,
        "break": 390.0,
    }


def test_a_day_without_anything_divides_by_nothing() -> None:
    day = sum_day([], [], 0, within=(MIDNIGHT, at(40)), service_level_s=LEVELS)

    assert {key for key, value in told(day).items() if value is None} == {
        "aht",
        "acw_mean",
        "occupancy",
        "in_time",
    }
    assert {key for key, value in told(day).items() if value == 0} == {
        "handled",
        "missed",
        "talk",
        "hold",
        "acw",
        "break",
    }


def test_what_was_before_midnight_is_of_yesterday() -> None:
    late = Part(
        call_id=CallId("Z"),
        queue_id=GENERAL,
        waited_s=3.0,
        connected_at=MIDNIGHT - timedelta(minutes=5),
        left_at=MIDNIGHT + timedelta(minutes=5),
        hold_s=0.0,
    )
    talking = StateStretch(
        agent_id=ANN,
        state="TALKING",
        reason=None,
        call_id=CallId("Z"),
        since=late.connected_at,
        until=late.left_at,
    )
    day = sum_day([late], [talking], 0, within=(MIDNIGHT, at(0)), service_level_s=LEVELS)

    assert day.handled_count == 0
    assert day.spent_s(AgentState.TALKING) == 300.0


days = st.lists(
    st.tuples(st.sampled_from(list(AgentState)), st.floats(0.0, 7200.0), st.integers(0, 9)), max_size=40
)
handled = st.lists(
    st.tuples(st.floats(0.0, 600.0), st.floats(0.0, 1800.0), st.floats(0.0, 1.0), st.floats(0.0, 60.0)),
    max_size=20,
)


@given(days, handled, st.floats(0.0, 86_400.0))
def test_sums_are_the_sums_of_their_parts(
    states: list[tuple[AgentState, float, int]],
    calls: list[tuple[float, float, float, float]],
    now_s: float,
) -> None:
    since, stretches = MIDNIGHT - timedelta(hours=1), []
    for state, seconds, call in states:
        until = since + timedelta(seconds=seconds)
        stretches.append(
            StateStretch(
                agent_id=ANN, state=state, reason=None, call_id=CallId(str(call)), since=since, until=until
            )
        )
        since = until
    ends = MIDNIGHT + timedelta(seconds=now_s)
    parts = [
        Part(
            call_id=CallId(str(n)),
            queue_id=GENERAL,
            waited_s=waited_s,
            connected_at=MIDNIGHT + timedelta(seconds=begins_s),
            left_at=MIDNIGHT + timedelta(seconds=begins_s + talk_s),
            hold_s=talk_s * held,
        )
        for n, (begins_s, talk_s, held, waited_s) in enumerate(calls)
    ]
    day = sum_day(parts, stretches, 0, within=(MIDNIGHT, ends), service_level_s=LEVELS)
    counted = [one for one in parts if one.connected_at < ends]
    signed_in_s = sum(
        max(0.0, (min(one.until or ends, ends) - max(one.since, MIDNIGHT)).total_seconds())
        for one in stretches
    )

    assert sum(day.in_state_s.values()) == pytest.approx(signed_in_s)
    assert day.handled_count == len(counted)
    assert day.talk_s + day.hold_s == pytest.approx(
        sum((one.left_at - one.connected_at).total_seconds() for one in counted), abs=1e-3
    )
    assert 0.0 <= day.acw_s <= day.spent_s(AgentState.ACW) + 1e-6
    assert day.in_time_count <= day.from_queue_count <= day.handled_count
    figures = told(day)
    for key in ("occupancy", "in_time"):
        assert figures[key] is None or 0.0 <= figures[key] <= 1.0
    if day.handled_count:
        assert figures["aht"] == pytest.approx(
            (figures["talk"] + figures["hold"] + figures["acw"]) / figures["handled"]
        )


def test_every_state_of_an_agent_is_busy_free_or_neither() -> None:
    assert set(AgentState) - {*BUSY, *FREE} == {AgentState.BREAK, AgentState.OFFLINE}


def test_every_measure_says_what_it_is_in_both_languages() -> None:
    keys = [measure.key for measure in MY_DAY]
    assert len(set(keys)) == len(keys)
    for measure in MY_DAY:
        assert set(measure.name) == set(measure.formula) == {"zh", "en"}
        assert all([*measure.name.values(), *measure.formula.values()])
