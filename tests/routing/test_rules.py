"""The rules of a queue outlive being written down."""

import json

import pytest
from hypothesis import given

from banjie.base.ids import QueueId
from banjie.routing.queues import Queue
from banjie.routing.rules import outcome_from_document, rules_from_document, rules_to_document
from tests.routing.rules import queue_rules

pytestmark = pytest.mark.unit


@given(queue_rules())
def test_rules_are_read_as_they_were_written(rules: Queue) -> None:
    written = json.loads(json.dumps(rules_to_document(rules)))

    assert rules_from_document(rules.queue_id, written) == rules


def test_rules_that_were_not_known_when_a_queue_was_written_are_the_standard() -> None:
    old = rules_from_document(QueueId("q"), {"ring_timeout_s": 20.0})

    assert old == Queue(queue_id=QueueId("q"), ring_timeout_s=20.0)


def test_a_way_nobody_knows_is_refused() -> None:
    with pytest.raises(ValueError, match="no way out"):
        outcome_from_document({"kind": "fax"})
