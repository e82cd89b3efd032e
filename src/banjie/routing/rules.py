"""The rules of a queue as JSON and back. A rule left out is the standard of `Queue`, so that old documents stay good."""

from collections.abc import Mapping, Sequence
from dataclasses import fields
from typing import Final, assert_never, cast

from banjie.base.ids import QueueId
from banjie.routing.bullseye import Ring
from banjie.routing.callbacks import CallbackRules
from banjie.routing.outcomes import HangUp, Outcome, ToCallback, ToQueue, ToScript, ToVoicemail
from banjie.routing.queues import Queue, Strategy, Urgency
from banjie.routing.skills import NO_SKILLS, Rated, Skill, levels
from banjie.routing.spoken_wait import Announcing

Document = Mapping[str, object]
WAYS: Final = ("when_full", "when_waited", "when_nobody", "when_closed")
_APART: Final = ("queue_id", "required")
_RULES: Final = tuple(one.name for one in fields(Queue) if one.name not in _APART)


def rules_to_document(queue: Queue) -> dict[str, object]:
    """Return all that a queue does, without its id."""
    return {name: _plain(name, getattr(queue, name)) for name in _RULES}


def rules_from_document(queue_id: QueueId, document: Document) -> Queue:
    """Raise ValueError for rules that cannot be."""
    known = {name: _read(name, document[name]) for name in _RULES if name in document}
    return Queue(queue_id=queue_id, **known)  # type: ignore[arg-type]  # each is read by its own rule


def rated_to_document(rated: Rated) -> dict[str, int]:
    return {str(skill): level for skill, level in levels(rated)}


def outcome_to_document(outcome: Outcome) -> dict[str, str]:
    match outcome:
        case ToQueue():
            return {"kind": "queue", "queue_id": outcome.queue_id}
        case ToScript():
            return {"kind": "script", "node": outcome.node}
        case ToVoicemail():
            return {"kind": "voicemail", "box": outcome.box}
        case ToCallback():
            return {"kind": "callback"}
        case HangUp():
            return {"kind": "hang_up", "prompt": outcome.prompt}
        case _:
            assert_never(outcome)


def outcome_from_document(document: Mapping[str, str]) -> Outcome:
    """Raise ValueError for a way nobody knows."""
    match document:
        case {"kind": "queue", "queue_id": queue_id}:
            return ToQueue(queue_id=QueueId(queue_id))
        case {"kind": "script", "node": node}:
            return ToScript(node=node)
        case {"kind": "voicemail", "box": box}:
            return ToVoicemail(box=box)
        case {"kind": "callback"}:
            return ToCallback()
        case {"kind": "hang_up", "prompt": prompt}:
            return HangUp(prompt=prompt)
    raise ValueError(f"no way out of a queue is {dict(document)}")


def _plain(name: str, value: object) -> object:
    if name in WAYS:
        return None if value is None else outcome_to_document(cast(Outcome, value))
    match value:
        case CallbackRules() | Announcing():
            return {one.name: getattr(value, one.name) for one in fields(value)}
        case Strategy() | Urgency():
            return value.value
        case tuple():  # of rings
            return [{"lasts_s": ring.lasts_s, "drops": sorted(ring.drops)} for ring in value]
        case _ if name == "requires":
            return rated_to_document(cast(Rated, value))
        case frozenset():
            return sorted(value)
    return value


def _read(name: str, plain: object) -> object:
    if name in WAYS:
        return None if plain is None else outcome_from_document(cast(Mapping[str, str], plain))
    match name:
        case "strategy":
            return Strategy(cast(str, plain))
        case "urgency":
            return Urgency(cast(str, plain))
        case "requires":
            return {Skill(s): level for s, level in cast(Mapping[str, int], plain).items()} or NO_SKILLS
        case "prefers":
            return frozenset(map(Skill, cast(Sequence[str], plain)))
        case "rings":
            return tuple(map(_ring, cast(Sequence[Document], plain)))
        case "callback":
            return CallbackRules(**cast(Mapping[str, float], plain))  # type: ignore[arg-type]
        case "announcing":
            return Announcing(**cast(Document, plain))  # type: ignore[arg-type]
    return plain


def _ring(document: Document) -> Ring:
    drops = frozenset(map(Skill, cast(Sequence[str], document["drops"])))
    return Ring(lasts_s=cast(float, document["lasts_s"]), drops=drops)
