"""The table of docs/algorithms/callbacks.md, line by line."""

import pytest

from banjie.base.ids import AgentId, CallId
from banjie.routing.acd import Acd
from banjie.routing.callbacks import CallbackRules
from banjie.routing.queues import Queue
from tests.routing.floors import GENERAL
from tests.routing.test_worked_example import told

pytestmark = pytest.mark.unit

A, B, C = (CallId(c) for c in "ABC")
ANN = AgentId("Ann")


def test_the_worked_example() -> None:
    rules = CallbackRules(attempts_max=2, retry_after_s=600.0, lasts_s=3600.0)
    acd = Acd([Queue(queue_id=GENERAL, callback=rules)])
    acd.sign_in(ANN, [GENERAL], 0.0)

    def waiting() -> list[str]:
        return [
            f"({c.call_id} rings)"
            if c.is_offered
            else f"{c.call_id} {c.callback_state}"
            if c.callback_state
            else c.call_id
            for c in acd.waiting(GENERAL)
        ]

    assert acd.enqueue(A, GENERAL, 0, 0.0) == []
    assert told(acd.call_back(A, "13800001234", 1.0)) == ["CallbackKept"]
    assert waiting() == ["A waiting"]
    assert told(acd.ready(ANN, 2.0)) == ["Ann READY", "Ann RINGING", "A→Ann until 17"]
    assert told(acd.accepted(A, ANN, 3.0)) == ["Ann DIALING", "DialCustomer"]
    assert acd.enqueue(B, GENERAL, 0, 4.0) == []
    assert waiting() == ["A dialled", "B"]
    assert told(acd.callback_failed(A, ANN, 20.0)) == [
        "CallbackPostponed",
        "Ann READY",
        "Ann RINGING",
        "B→Ann until 35",
    ]
    assert waiting() == ["A asleep", "(B rings)"]
    assert told(acd.accepted(B, ANN, 25.0)) == ["Ann TALKING"]
    assert told(acd.call_ended(ANN, 90.0)) == ["Ann ACW"]
    assert told(acd.wrapped_up(ANN, 100.0)) == ["Ann READY"]
    acd.take_break(ANN, "休息", 600.0)
    assert acd.enqueue(C, GENERAL, 0, 610.0) == []
    assert waiting() == ["A asleep", "C"]
    assert acd.next_deadline == 620.0
    assert acd.tick(620.0) == []
    assert waiting() == ["A waiting", "C"]
    assert told(acd.ready(ANN, 630.0)) == ["Ann READY", "Ann RINGING", "A→Ann until 645"]
    assert waiting() == ["(A rings)", "C"]
