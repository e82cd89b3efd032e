"""The table of agents' states, whole."""

import pytest

from banjie.base.ids import AgentId
from banjie.routing.agents import SYSTEM_REASONS, TRANSITIONS, AgentState, Given, next_state
from banjie.routing.errors import IllegalTransition
from banjie.routing.offers import REASON_AFTER

pytestmark = pytest.mark.unit

ANN = AgentId("ann")
S = AgentState


def test_every_state_has_a_row_and_every_input_has_a_meaning_somewhere() -> None:
    assert set(TRANSITIONS) == set(AgentState)
    assert {given for row in TRANSITIONS.values() for given in row} == set(Given)


@pytest.mark.parametrize("state", AgentState)
@pytest.mark.parametrize("given", Given)
def test_an_input_leads_where_the_table_says_or_is_refused(state: AgentState, given: Given) -> None:
    if given in TRANSITIONS[state]:
        assert next_state(ANN, state, given) is TRANSITIONS[state][given]
        return
    with pytest.raises(IllegalTransition, match=f"ann is {state}"):
        next_state(ANN, state, given)


def test_signing_in_never_leads_to_ready() -> None:
    assert TRANSITIONS[S.OFFLINE] == {Given.SIGNED_IN: S.BREAK}


def test_only_the_ready_are_offered_calls_and_only_the_ringing_accept() -> None:
    assert [s for s in AgentState if Given.OFFERED in TRANSITIONS[s]] == [S.READY]
    assert [s for s in AgentState if Given.ACCEPTED in TRANSITIONS[s]] == [S.RINGING]


def test_nobody_leaves_a_call_but_through_its_end() -> None:
    assert TRANSITIONS[S.TALKING] == {Given.CALL_ENDED: S.ACW}


def test_every_state_can_be_reached_and_left_again() -> None:
    for start in AgentState:
        reached, before = {start}, set[AgentState]()
        while reached != before:
            before = set(reached)
            reached |= {to for state in reached for to in TRANSITIONS[state].values()}
        assert reached == set(AgentState)


def test_system_reasons_are_those_of_the_field() -> None:
    assert {"Warm-up", "RingingTimeout", "RejectCall"} <= SYSTEM_REASONS
    assert set(REASON_AFTER.values()) <= SYSTEM_REASONS
