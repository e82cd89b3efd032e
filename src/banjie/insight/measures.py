"""The measures of an agent's day: each with its unit, its formula in words, and the function that is the formula.

Wherever a figure is shown, its name and its formula come from here. A measure that would divide by nothing is None.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final, Literal

from banjie.base.prompts import Bilingual
from banjie.insight.day import AgentDay
from banjie.routing.agents import AgentState

Unit = Literal["count", "s", "ratio"]
S = AgentState
# In a call or writing it up; and waiting for one. Breaks are neither.
BUSY: Final = (S.DIALING, S.TALKING, S.ACW)
FREE: Final = (S.READY, S.RINGING)


@dataclass(frozen=True, slots=True, kw_only=True)
class Measure:
    key: str
    name: Bilingual
    unit: Unit
    formula: Bilingual
    of: Callable[[AgentDay], float | None]


def share(part: float, whole: float) -> float | None:
    return None if whole == 0 else part / whole


def aht_s(day: AgentDay) -> float | None:
    """Average handle time: talk, hold and after-call work of a call."""
    return share(day.talk_s + day.hold_s + day.acw_s, day.handled_count)


def occupancy(day: AgentDay) -> float | None:
    return share(day.spent_s(*BUSY), day.spent_s(*BUSY, *FREE))


def _measure(
    key: str,
    unit: Unit,
    name: tuple[str, str],
    formula: tuple[str, str],
    of: Callable[[AgentDay], float | None],
) -> Measure:
    in_both = [dict(zip(("zh", "en"), text, strict=True)) for text in (name, formula)]
    return Measure(key=key, unit=unit, name=in_both[0], formula=in_both[1], of=of)


MY_DAY: Final = (
    _measure(
        "handled",
        "count",
        ("接话量", "Handled"),
        (
            "今天接通并已结束的客户通话数，呼入呼出都算，同事之间的通话不算",
            "calls with customers, in and out, that were connected to you today and are over; calls between colleagues are not among them",
        ),
        lambda day: day.handled_count,
    ),
    _measure(
        "aht",
        "s",
        ("平均处理", "AHT"),
        ("（通话 + 保持 + 话后）÷ 接话量", "(talk + hold + after-call work) ÷ handled"),
        aht_s,
    ),
    _measure(
        "acw_mean",
        "s",
        ("平均话后", "Mean ACW"),
        ("话后 ÷ 接话量", "after-call work ÷ handled"),
        lambda day: share(day.acw_s, day.handled_count),
    ),
    _measure(
        "occupancy",
        "ratio",
        ("利用率", "Occupancy"),
        (
            "（通话 + 拨号 + 话后状态的时长）÷（同上 + 空闲 + 振铃）；小休不计入",
            "time in the states on a call, dialling and after-call work ÷ (the same + ready + ringing); breaks do not count",
        ),
        occupancy,
    ),
    _measure(
        "in_time",
        "ratio",
        ("及时接听率", "In time"),
        (
            "等待不超过所在队列服务水平秒数的通话 ÷ 您从队列接听的通话",
            "calls that waited no longer than their queue's service level seconds ÷ calls you answered from a queue",
        ),
        lambda day: share(day.in_time_count, day.from_queue_count),
    ),
    _measure(
        "missed",
        "count",
        ("漏接", "Missed"),
        (
            "今天振铃后未接、拒接或话机无法接通的次数；客户先挂断的不算",
            "offers today that you did not answer, rejected, or that did not reach your device; those whose caller hung up first are not among them",
        ),
        lambda day: day.missed_count,
    ),
    _measure(
        "talk",
        "s",
        ("通话", "Talk"),
        ("接话量中各通话的时长合计，不含保持", "time in the calls handled, without hold"),
        lambda day: day.talk_s,
    ),
    _measure(
        "hold",
        "s",
        ("保持", "Hold"),
        ("接话量中各通话的保持时长合计", "time the customers of the calls handled were on hold"),
        lambda day: day.hold_s,
    ),
    _measure(
        "acw",
        "s",
        ("话后", "ACW"),
        ("接话量中各通话的话后处理时长合计", "after-call work of the calls handled"),
        lambda day: day.acw_s,
    ),
    _measure(
        "break",
        "s",
        ("小休", "Breaks"),
        (
            "今天处于小休状态的时长合计，含系统置为小休的时间",
            "time on a break today, those the system put you on included",
        ),
        lambda day: day.spent_s(S.BREAK),
    ),
)
