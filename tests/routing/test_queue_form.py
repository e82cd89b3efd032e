"""What is wrong with a queue as filled in is said beside the field that is wrong."""

import pytest

from banjie.base.faults import Fault
from banjie.base.ids import QueueId
from banjie.routing.outcomes import ToQueue
from banjie.routing.queue_form import LIMITS, Known, number_faults, rule_faults
from banjie.routing.queues import Queue
from banjie.routing.rules import rules_to_document

pytestmark = pytest.mark.unit

THIS, OTHER, SHUT = QueueId("this"), QueueId("other"), QueueId("shut")
HANG_UP = {"kind": "hang_up", "prompt": "closed"}


def known(other: Queue | None = None) -> Known:
    return Known(
        this=THIS,
        queues={THIS: Queue(queue_id=THIS), OTHER: other or Queue(queue_id=OTHER)},
        open_queues=frozenset({THIS, OTHER}),
        skills=frozenset({"loans", "language:en"}),
        nodes=frozenset({"menu"}),
        prompts=frozenset({"closed"}),
    )


def announcing(**rules: object) -> dict[str, object]:
    return {"has_position": True, "has_wait": True, "every_s": 45.0, "comfort": None, **rules}


def wrong_fields(*, is_active: bool = True, **rules: object) -> list[str]:
    document = {**rules_to_document(Queue(queue_id=THIS)), **rules}
    return [fault.field for fault in rule_faults(document, known(), is_active=is_active)]


@pytest.mark.parametrize("field", LIMITS)
def test_the_numbers_of_a_queue_stay_within_what_makes_sense(field: str) -> None:
    least, most = LIMITS[field]
    for value in (least, most):
        assert number_faults({field: value}) == []
    for value in (least - 1, most + 1, -1e9):
        assert [fault.field for fault in number_faults({field: value})] == [field]


def test_the_standard_queue_has_no_faults() -> None:
    assert wrong_fields() == []


@pytest.mark.parametrize(
    ("rules", "wrong"),
    [
        ({"requires": {"loans": 3}, "prefers": ["language:en"]}, []),
        ({"requires": {"unknown": 3}}, ["requires"]),
        ({"requires": {"loans": 6}}, ["requires"]),
        ({"prefers": ["unknown"]}, ["prefers"]),
        ({"rings": [{"lasts_s": 20.0, "drops": ["loans"]}]}, []),
        ({"rings": [{"lasts_s": 0.0, "drops": ["loans"]}]}, ["rings"]),
        ({"rings": [{"lasts_s": 20.0, "drops": []}]}, ["rings"]),
        ({"rings": [{"lasts_s": 20.0, "drops": ["unknown"]}]}, ["rings"]),
        ({"rings": [{"lasts_s": 20.0, "drops": ["loans"]}] * 7}, ["rings"]),
        ({"size_max": 20, "when_full": HANG_UP}, []),
        ({"size_max": 20}, ["when_full"]),
        ({"when_full": HANG_UP}, ["size_max"]),
        ({"wait_max_s": 60.0}, ["when_waited"]),
        ({"when_waited": {"kind": "callback"}}, ["wait_max_s"]),
        ({"when_nobody": {"kind": "queue", "queue_id": OTHER}}, []),
        ({"when_nobody": {"kind": "queue", "queue_id": THIS}}, ["when_nobody"]),
        ({"when_nobody": {"kind": "queue", "queue_id": SHUT}}, ["when_nobody"]),
        ({"when_closed": {"kind": "script", "node": "menu"}}, []),
        ({"when_closed": {"kind": "script", "node": "nowhere"}}, ["when_closed"]),
        ({"when_closed": {"kind": "voicemail", "box": THIS}}, []),
        ({"when_closed": {"kind": "voicemail", "box": "nobody's"}}, ["when_closed"]),
        ({"when_closed": {"kind": "hang_up", "prompt": "unheard_of"}}, ["when_closed"]),
        (
            {"callback": {"attempts_max": 0, "retry_after_s": 1.0, "lasts_s": 1.0}},
            ["callback.attempts_max", "callback.retry_after_s", "callback.lasts_s"],
        ),
        ({"announcing": announcing()}, []),
        ({"announcing": announcing(every_s=0.0)}, []),
        ({"announcing": announcing(every_s=5.0)}, ["announcing.every_s"]),
        ({"announcing": announcing(every_s=601.0)}, ["announcing.every_s"]),
        ({"announcing": announcing(comfort="queue_thanks")}, []),
        ({"announcing": announcing(comfort="lullaby")}, ["announcing.comfort"]),
    ],
)
def test_what_is_wrong_is_said_beside_its_field(rules: dict[str, object], wrong: list[str]) -> None:
    assert wrong_fields(**rules) == wrong


def test_a_queue_that_others_lead_to_is_not_closed() -> None:
    leading = Queue(queue_id=OTHER, when_nobody=ToQueue(queue_id=THIS))
    document = rules_to_document(Queue(queue_id=THIS))

    (said,) = rule_faults(document, known(leading), is_active=False)
    assert isinstance(said, Fault)
    assert (said.field, "other" in said.message["en"]) == ("is_active", True)
    assert rule_faults(document, known(), is_active=False) == []
