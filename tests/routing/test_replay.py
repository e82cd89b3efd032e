"""A recorded day through the production ACD: what is read, what is dropped, and that nobody is lost."""

import gzip
from pathlib import Path
from random import Random

import pytest

from banjie.routing.records import RecordedCall, RecordedDay, read_days, shifts, turnaround_s
from banjie.routing.replay import Patience, measures, replay

pytestmark = pytest.mark.unit

HEADER = (
    "vru+line\tcall_id\tcustomer_id\tpriority\ttype\tdate\tvru_entry\tvru_exit\tvru_time\t"
    "q_start\tq_exit\tq_time\toutcome\tser_start\tser_exit\tser_time\tserver"
)


def row(
    outcome: str = "AGENT",
    server: str = "ANN",
    *,
    queued: tuple[str, int] = ("0:00:00", 0),
    served: tuple[str, int] = ("0:00:00", 0),
    priority: int = 0,
) -> str:
    fields = ["AA0101", "1", "0", str(priority), "PS", "990208", "9:00:00", "9:00:09", "9"]
    fields += [queued[0], "0:00:00", str(queued[1]), outcome, served[0], "0:00:00", str(served[1]), server]
    return "\t".join(fields)


ROWS = [
    HEADER,
    row(served=("9:00:10", 100)),
    row(queued=("9:00:30", 90), served=("9:02:00", 60), priority=2),
    row("HANG", "NO_SERVER", queued=("9:01:00", 40)),
    row("HANG", "NO_SERVER"),  # in the voice menu
    row("AGENT", "NO_SERVER", served=("9:03:00", 5)),
    row("PHANTOM", "NO_SERVER"),
    row(server="BOB", served=("10:00:00", 0)),
]


def test_the_queue_is_read_and_the_rest_is_dropped_and_counted() -> None:
    (day,) = read_days(ROWS)

    assert day.dropped_count == 3
    assert [(c.came_at, c.waited_s, c.served_s, c.credit_s, c.agent) for c in day.calls] == [
        (32410.0, 0.0, 100.0, 0.0, "ANN"),
        (32430.0, 90.0, 60.0, 90.0, "ANN"),
        (32460.0, 40.0, None, 0.0, None),
        (36000.0, 0.0, 1.0, 0.0, "BOB"),
    ]


def test_agents_are_at_work_around_their_calls() -> None:
    (day,) = read_days(ROWS)

    assert dict(shifts(day, pause_s=10.0)) == {"ANN": [(32410.0, 32580.0)], "BOB": [(36000.0, 36001.0)]}
    assert dict(shifts(day, pause_s=5.0))["ANN"] == [(32410.0, 32510.0), (32520.0, 32580.0)]
    assert turnaround_s(day) == 10.0  # between two calls, the second of which had waited


def test_one_agent_serves_in_the_order_of_credit_and_the_impatient_leave() -> None:
    day = RecordedDay(
        date="990208",
        calls=(
            RecordedCall(kind="PS", came_at=0, waited_s=0, credit_s=0, served_s=100, agent="ANN"),
            RecordedCall(kind="PS", came_at=10, waited_s=140, credit_s=0, served_s=50, agent="ANN"),
            RecordedCall(kind="PS", came_at=20, waited_s=80, credit_s=90, served_s=50, agent="ANN"),
            RecordedCall(kind="PS", came_at=30, waited_s=15, credit_s=0, served_s=None, agent=None),
        ),
        dropped_count=0,
    )

    found = replay(day, pause_s=60.0, within_s=20.0)

    assert found.turnaround_s == 0.0
    # The third overtakes the second by its credit: 80 s and 140 s are waited, one gives up after 15 s.
    assert found.replayed.asa_s == pytest.approx((0 + 80 + 140) / 3)
    assert found.replayed.abandoned_count == 1
    assert found.replayed.service_level_ratio == pytest.approx(1 / 3)  # who left within 20 s does not count


def test_patience_is_that_of_those_who_hung_up_and_more_for_who_waited_longer() -> None:
    waits = [(10, False), (20, True), (30, False), (40, False)]
    calls = [
        RecordedCall(
            kind="PS",
            came_at=0,
            waited_s=wait,
            credit_s=0,
            served_s=1 if served else None,
            agent="ANN" if served else None,
        )
        for wait, served in waits
    ]
    patience = Patience.of(calls)

    assert patience.steps == [(10, 0.75), (30, 0.375), (40, 0.0)]
    drawn = [patience.beyond(20.0, Random(n)) for n in range(2_000)]
    assert set(drawn) == {30, 40}
    assert 900 < drawn.count(30) < 1_100


def test_measures_are_what_they_say() -> None:
    found = measures([(0.0, True), (10.0, True), (30.0, True), (5.0, False), (50.0, False)], 20.0)

    assert (found.offered_count, found.answered_count, found.abandoned_count) == (5, 3, 2)
    assert found.service_level_ratio == pytest.approx(2 / 4)
    assert found.asa_s == pytest.approx(40 / 3)
    assert (found.abandoned_ratio, found.waited_ratio) == (0.4, 0.8)


def records() -> Path | None:
    places = (folder / "shared/data/bank-feb-1999/calls.tsv.gz" for folder in Path(__file__).parents)
    return next((path for path in places if path.is_file()), None)


@pytest.mark.skipif(records() is None, reason="the bank's records are not on this machine: ../shared/data")
def test_a_weekday_of_the_bank_ends_every_call_once_and_near_to_what_was_recorded() -> None:
    path = records()
    assert path is not None
    with gzip.open(path, "rt") as lines:
        day = next(day for day in read_days(lines) if day.date == "990208")

    found = replay(day, pause_s=120.0, within_s=20.0)
    again = replay(day, pause_s=120.0, within_s=20.0)

    assert found == again
    assert found.replayed.offered_count == found.recorded.offered_count == len(day.calls)
    assert abs(found.replayed.service_level_ratio - found.recorded.service_level_ratio) < 0.08
    assert abs(found.replayed.abandoned_ratio - found.recorded.abandoned_ratio) < 0.03
    assert abs(found.replayed.asa_s - found.recorded.asa_s) < 6.0
    assert found.told_count > 100
    assert 0.7 < found.held_ratio < 0.9  # the range said holds four of five
