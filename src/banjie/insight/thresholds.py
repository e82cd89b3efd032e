"""When a figure of the wallboard is a warning. Laws: red is never reached before amber; nothing waiting warns of nothing."""

from collections.abc import Iterable
from dataclasses import dataclass

from banjie.base.faults import Fault, fault, range_fault

WAITING_MAX, LONGEST_MAX_S = 100_000, 86_400.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Thresholds:
    """Of one queue. Waiting and longest wait warn from there upwards, the service level from there downwards."""

    waiting_amber: int
    waiting_red: int
    longest_amber_s: float
    longest_red_s: float
    level_amber_ratio: float
    level_red_ratio: float


def standard(service_level_s: float) -> Thresholds:
    """What holds where nobody has said otherwise."""
    return Thresholds(
        waiting_amber=5,
        waiting_red=10,
        longest_amber_s=service_level_s,
        longest_red_s=3 * service_level_s,
        level_amber_ratio=0.8,
        level_red_ratio=0.7,
    )


def threshold_faults(given: Thresholds) -> list[Fault]:
    return [
        *range_fault("waiting_amber", given.waiting_amber, 1, WAITING_MAX),
        *range_fault("waiting_red", given.waiting_red, 1, WAITING_MAX),
        *range_fault("longest_amber_s", given.longest_amber_s, 1, LONGEST_MAX_S),
        *range_fault("longest_red_s", given.longest_red_s, 1, LONGEST_MAX_S),
        *range_fault("level_amber_ratio", given.level_amber_ratio, 0, 1),
        *range_fault("level_red_ratio", given.level_red_ratio, 0, 1),
        *_order_faults(given),
    ]


def _order_faults(given: Thresholds) -> Iterable[Fault]:
    if given.waiting_red < given.waiting_amber:
        yield fault("waiting_red", "红色不能低于黄色", "red cannot come before amber")
    if given.longest_red_s < given.longest_amber_s:
        yield fault("longest_red_s", "红色不能低于黄色", "red cannot come before amber")
    if given.level_red_ratio > given.level_amber_ratio:
        yield fault("level_red_ratio", "红色不能高于黄色", "red cannot come before amber")
