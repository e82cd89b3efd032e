"""Which thresholds make sense."""

from dataclasses import replace

import pytest

from banjie.insight.thresholds import standard, threshold_faults

pytestmark = pytest.mark.unit

USUAL = standard(20.0)


def test_the_standard_follows_the_queues_own_service_level_and_makes_sense() -> None:
    assert (USUAL.longest_amber_s, USUAL.longest_red_s) == (20.0, 60.0)
    assert threshold_faults(USUAL) == []


@pytest.mark.parametrize(
    ("changed", "fields"),
    [
        ({"waiting_red": 4}, ["waiting_red"]),
        ({"longest_red_s": 19.0}, ["longest_red_s"]),
        ({"level_red_ratio": 0.9}, ["level_red_ratio"]),
        ({"level_amber_ratio": 80.0}, ["level_amber_ratio"]),
        ({"waiting_amber": 0}, ["waiting_amber"]),
        ({"waiting_amber": 10, "waiting_red": 10}, []),
    ],
)
def test_what_makes_no_sense_is_said_beside_its_field(changed: dict[str, float], fields: list[str]) -> None:
    assert [fault.field for fault in threshold_faults(replace(USUAL, **changed))] == fields  # type: ignore[arg-type]
