"""A restart seats agents as they were, where they answered: at their screens, or at their desk phones."""

import pytest

from banjie.base.ids import AgentId
from banjie.routing.agents import UNREACHABLE
from banjie.routing.states import StateStretch
from banjie.sip.events import Registered
from banjie.stories.views import AgentView
from tests.fakes.centre import ANN, BOB, CAT, Centre

pytestmark = pytest.mark.story


@pytest.fixture
def centre() -> Centre:
    return Centre()


def restarted(centre: Centre) -> Centre:
    """What the diary says of each agent last is all the new house knows of him."""
    after = Centre()
    after.stories.take_up(
        {
            entered.agent_id: StateStretch(
                agent_id=entered.agent_id,
                state=entered.state,
                reason=entered.reason,
                call_id=entered.call_id,
                since=entered.since,
                until=None,
                device=entered.device,
            )
            for entered in centre.agent_log.entered
        }
    )
    return after


def registers(centre: Centre, extension: str) -> None:
    centre.sip.registered.add(extension)
    centre.stories.on_sip(Registered(username=extension, contacts=(f"sip:{extension}@10.0.0.7",)))


def device(centre: Centre, agent_id: AgentId) -> str:
    view = centre.board.topics[f"me/{agent_id}"]["agent"]
    assert isinstance(view, AgentView)
    return view.device


def test_who_answers_at_his_desk_phone_does_so_after_a_restart(centre: Centre) -> None:
    centre.ready(ANN, "phone")
    centre.ready(BOB)
    centre.stories.agents.set_state(CAT, "BREAK", "lunch", "phone")
    after = restarted(centre)
    assert [device(after, agent_id) for agent_id in (ANN, BOB, CAT)] == ["phone", "browser", "phone"]
    assert [after.state(agent_id) for agent_id in (ANN, BOB, CAT)] == [
        ("BREAK", UNREACHABLE),  # until his phone is there
        ("READY", None),
        ("BREAK", "lunch"),
    ]

    registers(after, "1001")
    registers(after, "1003")
    after.wait(60.0)  # no screen has come back

    assert [after.state(agent_id) for agent_id in (ANN, BOB, CAT)] == [
        ("READY", None),
        ("OFFLINE", None),
        ("BREAK", "lunch"),
    ]
    after.sip.call("4000000001")
    after.press(after.log.call_ids[-1], "0")
    assert after.sip.ringing("1001") is not None


def test_who_took_another_break_meanwhile_is_left_in_it(centre: Centre) -> None:
    centre.ready(ANN, "phone")
    after = restarted(centre)
    after.stories.agents.set_state(ANN, "BREAK", "lunch", "phone")

    registers(after, "1001")

    assert after.state(ANN) == ("BREAK", "lunch")


def test_who_changes_where_he_answers_without_changing_his_state_is_known_there(centre: Centre) -> None:
    centre.ready(ANN)
    began = centre.agent_log.entered[-1]
    centre.wait(30.0)

    centre.ready(ANN, "phone")

    assert device(centre, ANN) == "phone"
    moved = centre.agent_log.entered[-1]
    assert (moved.state, moved.since, moved.device) == ("READY", began.since, "phone")
    centre.stories.agents.set_state(ANN, "OFFLINE", None, "phone")
    assert centre.agent_log.entered[-1].device is None
