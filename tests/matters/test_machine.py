"""The state table, whole: each state has a row, each end is reached, illegal steps leave the state alone."""

from datetime import UTC, datetime
from typing import get_args

import pytest

from banjie.base.ids import UserId
from banjie.matters.errors import IllegalStep, NotYours
from banjie.matters.ids import MatterId, UnitId
from banjie.matters.machine import SETTLED, TRANSITIONS, MatterState, next_state
from banjie.matters.parts import MAY, Part, check_part
from banjie.matters.steps import (
    Approve,
    Archive,
    AskExtension,
    Dispatch,
    Escalate,
    FollowUp,
    GrantExtension,
    Hands,
    Merge,
    Reassign,
    RefuseExtension,
    Reply,
    Report,
    Resume,
    Return,
    Rework,
    Sign,
    Step,
    Suspend,
    Urge,
    Withdraw,
)
from tests.matters.some import a_matter

pytestmark = pytest.mark.unit

_HANDS = Hands(owner_id=UserId("li"), unit_id=UnitId("water"))
EXAMPLES: dict[type[Step], Step] = {
    type(step): step
    for step in (
        Dispatch(hands=_HANDS, supervisor_id=UserId("wang")),
        Sign(),
        Return(reason="not water"),
        Reassign(hands=_HANDS, reason="ill"),
        Report(text="dug"),
        AskExtension(days_count=1, reason="rain"),
        GrantExtension(),
        RefuseExtension(reason="no"),
        Suspend(reason="customer abroad", until=datetime(2026, 4, 1, tzinfo=UTC)),
        Resume(),
        Reply(text="done"),
        Approve(),
        Rework(reason="not done"),
        FollowUp(answer="satisfied"),
        Archive(),
        Urge(),
        Escalate(),
        Merge(into=MatterId("other")),
        Withdraw(reason="twice"),
    )
}
_BOTH = frozenset({MatterState.CONFIRMING, MatterState.FOLLOWING_UP})
_ID = MatterId("m1")


def test_every_state_has_a_row_and_every_step_a_place() -> None:
    assert set(TRANSITIONS) == set(MatterState)
    assert {step for row in TRANSITIONS.values() for step in row} == set(get_args(Step)) == set(EXAMPLES)


@pytest.mark.parametrize("state", MatterState)
@pytest.mark.parametrize("kind", get_args(Step))
def test_what_is_not_in_the_table_is_refused_in_words(state: MatterState, kind: type[Step]) -> None:
    step = EXAMPLES[kind]
    if kind in TRANSITIONS[state]:
        assert next_state(_ID, state, step, _BOTH) is TRANSITIONS[state][kind]
    else:
        with pytest.raises(IllegalStep, match=f"is {state}; it cannot take {kind.__name__}"):
            next_state(_ID, state, step, _BOTH)


@pytest.mark.parametrize("state", [state for state in MatterState if TRANSITIONS[state]])
def test_every_state_leads_to_an_end(state: MatterState) -> None:
    reached, ahead = {state}, {state}
    while ahead := {after for at in ahead for after in TRANSITIONS[at].values()} - reached:
        reached |= ahead
    assert MatterState.ARCHIVED in reached


def test_only_what_is_settled_ends() -> None:
    ends = {state for state, row in TRANSITIONS.items() if not row}
    assert ends == SETTLED - {MatterState.CLOSED}


@pytest.mark.parametrize(
    ("demanded", "after"),
    [
        (frozenset(), MatterState.CLOSED),
        ({MatterState.CONFIRMING}, MatterState.CONFIRMING),
        ({MatterState.FOLLOWING_UP}, MatterState.FOLLOWING_UP),
        (_BOTH, MatterState.CONFIRMING),
    ],
)
def test_an_approval_passes_what_nobody_demands(demanded: frozenset[MatterState], after: MatterState) -> None:
    assert next_state(_ID, MatterState.REPLIED, Approve(), demanded) is after


def test_a_customer_who_is_not_satisfied_has_it_done_again() -> None:
    step = FollowUp(answer="dissatisfied")
    assert next_state(_ID, MatterState.FOLLOWING_UP, step, _BOTH) is MatterState.HANDLING


def test_every_step_is_somebody_s() -> None:
    assert set(MAY) == set(get_args(Step))
    assert all(MAY.values())


@pytest.mark.parametrize("kind", get_args(Step))
@pytest.mark.parametrize("part", Part)
def test_who_has_no_part_in_a_step_is_refused(kind: type[Step], part: Part) -> None:
    step, matter = EXAMPLES[kind], a_matter()
    if part in MAY[kind]:
        check_part(matter, step, {part})
    else:
        with pytest.raises(NotYours):
            check_part(matter, step, {part})


@pytest.mark.parametrize("step", [Approve(), GrantExtension(), EXAMPLES[Suspend]])
def test_nobody_signs_off_his_own_work(step: Step) -> None:
    with pytest.raises(NotYours):
        check_part(a_matter(), step, {Part.OWNER, Part.SUPERVISOR})
