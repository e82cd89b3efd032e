"""What may be asked of a queue, in the words of whoever asks it; `queues.py` says what a queue then does.

Laws: a limit has a way for those beyond it, and a way a limit that leads to it; nothing leads to what is not there or
takes no calls; a queue that others lead to stays open.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final, assert_never, cast

from banjie.base.faults import Fault, fault, range_fault
from banjie.base.ids import QueueId
from banjie.routing.bullseye import RINGS_MAX
from banjie.routing.callbacks import KEYS
from banjie.routing.outcomes import HangUp, Outcome, ToCallback, ToQueue, ToScript, ToVoicemail
from banjie.routing.queues import Queue
from banjie.routing.rules import WAYS, Document, outcome_from_document
from banjie.routing.skills import PROFICIENCY_MAX
from banjie.routing.spoken_wait import COMFORTS

# What may be asked of a queue's numbers, by their names in the interface.
LIMITS: Final[Mapping[str, tuple[float, float]]] = {
    "ring_timeout_s": (5.0, 120.0),
    "acw_s": (0.0, 3600.0),
    "service_level_s": (1.0, 600.0),
    "misses_before_break": (1, 20),
    "rejections_before_break": (1, 20),
    "unreachables_before_break": (1, 20),
    "ring_all_max": (1, 50),
    "score_s_per_priority": (1.0, 3600.0),
    "sticky_within_s": (0.0, 366 * 86400.0),
    "sticky_wait_s": (0.0, 3600.0),
    "size_max": (1, 10_000),
    "wait_max_s": (5.0, 86400.0),
    "callback.attempts_max": (1, 10),
    "callback.retry_after_s": (60.0, 86400.0),
    "callback.lasts_s": (600.0, 7 * 86400.0),
    "callback.offered_after_s": (0.0, 3600.0),
    "announcing.every_s": (0.0, 600.0),
}
RING_LIMITS: Final = (1.0, 3600.0)
ANNOUNCED_AT_MOST_EVERY_S: Final = 10.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """What a queue may name: the house's queues as they stand, its skills, its published scripts' nodes, its words."""

    this: QueueId
    queues: Mapping[QueueId, Queue]
    open_queues: frozenset[QueueId]
    skills: frozenset[str]
    nodes: frozenset[str]
    prompts: frozenset[str]


def number_faults(numbers: Mapping[str, float | None]) -> list[Fault]:
    """Say which lie outside of what makes sense; None is a number left out."""
    given = {field: value for field, value in numbers.items() if value is not None}
    return [wrong for field, value in given.items() for wrong in range_fault(field, value, *LIMITS[field])]


def numbers_of(rules: Document) -> dict[str, float | None]:
    """Return the numbers of a document of rules, by their names in the interface."""
    return {field: number for field in LIMITS if (number := _at(rules, field)) is not None}


def rule_faults(rules: Document, known: Known, *, is_active: bool) -> list[Fault]:
    """Say what keeps these rules from being a queue's. The shape of the document is checked already."""
    ways = {name: outcome_from_document(way) for name in WAYS if (way := _way(rules, name)) is not None}
    return [
        *number_faults(numbers_of(rules)),
        *_skill_faults("requires", cast(Mapping[str, int], rules["requires"]), known),
        *_level_faults(cast(Mapping[str, int], rules["requires"])),
        *_skill_faults("prefers", cast(list[str], rules["prefers"]), known),
        *_ring_faults(cast(list[Document], rules["rings"]), known),
        *(wrong for name, way in ways.items() for wrong in _way_faults(name, way, known)),
        *_limit_faults(rules, ways),
        *_callback_faults(cast(Document, rules["callback"])),
        *_announcing_faults(cast(Document, rules["announcing"])),
        *([] if is_active else _led_to_faults(known)),
    ]


def _skill_faults(field: str, skills: Iterable[str], known: Known) -> Iterable[Fault]:
    for skill in sorted(set(skills) - known.skills):
        yield fault(
            field, f"没有技能“{skill}”，请从列表中选择", f"there is no skill {skill}; choose from the list"
        )


def _level_faults(requires: Mapping[str, int]) -> Iterable[Fault]:
    if any(not 0 <= level <= PROFICIENCY_MAX for level in requires.values()):
        yield fault("requires", "熟练度为 0 到 5", "a proficiency is 0 to 5")


def _ring_faults(rings: list[Document], known: Known) -> Iterable[Fault]:
    if len(rings) > RINGS_MAX:
        yield fault("rings", f"最多 {RINGS_MAX} 圈", f"{RINGS_MAX} rings at most")
    for number, ring in enumerate(rings, 1):
        drops = cast(list[str], ring["drops"])
        least, most = RING_LIMITS
        if not least <= cast(float, ring["lasts_s"]) <= most:
            yield fault(
                "rings",
                f"第 {number} 圈：请填写 {least:g} 到 {most:g} 秒",
                f"ring {number}: {least:g} to {most:g} seconds are needed",
            )
        if not drops:
            yield fault(
                "rings",
                f"第 {number} 圈结束时没有放宽任何技能，请选择或删除这一圈",
                f"ring {number} drops no skill when it ends; choose one or delete the ring",
            )
        yield from _skill_faults("rings", drops, known)


def _way_faults(field: str, way: Outcome, known: Known) -> Iterable[Fault]:
    match way:
        case ToQueue():
            if way.queue_id == known.this:
                yield fault(field, "不能溢出到自己", "a queue cannot lead to itself")
            elif way.queue_id not in known.open_queues:
                yield fault(field, "没有这个队列，或它已停用", "there is no such queue, or it takes no calls")
        case ToScript() if way.node not in known.nodes:
            yield fault(
                field,
                f"已发布的脚本中没有节点“{way.node}”",
                f"no published script has a node {way.node}",
            )
        case ToVoicemail() if way.box not in known.queues and way.box != known.this:
            yield fault(field, "没有这个留言箱，请选择队列", "there is no such box; choose a queue")
        case HangUp() if way.prompt not in known.prompts:
            yield fault(field, "请选择要播报的内容", "choose what is said before the call ends")
        case ToScript() | ToVoicemail() | HangUp() | ToCallback():
            return
        case _:
            assert_never(way)


def _limit_faults(rules: Document, ways: Mapping[str, Outcome]) -> Iterable[Fault]:
    for limit, way in (("size_max", "when_full"), ("wait_max_s", "when_waited")):
        has_limit = rules.get(limit) is not None
        if has_limit and way not in ways:
            yield fault(way, "设了上限，请选择去向", "there is a limit: choose where callers beyond it go")
        if way in ways and not has_limit:
            yield fault(limit, "选了去向，请填写上限", "there is a way: fill in the limit that leads to it")


def _callback_faults(callback: Document) -> Iterable[Fault]:
    if callback.get("key", "1") not in KEYS:
        yield fault("callback.key", "请填写电话上的一个按键", "one key of a phone is needed")


def _announcing_faults(announcing: Document) -> Iterable[Fault]:
    if 0.0 < cast(float, announcing["every_s"]) < ANNOUNCED_AT_MOST_EVERY_S:
        yield fault(
            "announcing.every_s",
            f"间隔至少 {ANNOUNCED_AT_MOST_EVERY_S:g} 秒；0 表示不播报",
            f"{ANNOUNCED_AT_MOST_EVERY_S:g} seconds at least; 0: nothing is announced",
        )
    if announcing["comfort"] is not None and announcing["comfort"] not in COMFORTS:
        yield fault("announcing.comfort", "请从列表中选择安抚语", "choose words of comfort from the list")


def _led_to_faults(known: Known) -> Iterable[Fault]:
    to_this = ToQueue(queue_id=known.this)
    leading = [
        queue.queue_id
        for queue in known.queues.values()
        if queue.queue_id != known.this and to_this in (getattr(queue, way) for way in WAYS)
    ]
    if leading:
        yield fault(
            "is_active",
            f"队列 {'、'.join(leading)} 会溢出到这里，请先改它们的去向",
            f"queues {', '.join(leading)} lead here; let them lead elsewhere first",
        )


def _way(rules: Document, name: str) -> Mapping[str, str] | None:
    return cast(Mapping[str, str] | None, rules.get(name))


def _at(rules: Document, field: str) -> float | None:
    """Return the number a dotted name leads to."""
    found: object = rules
    for part in field.split("."):
        found = cast(Document, found).get(part)
        if found is None:
            return None
    return cast(float, found)
