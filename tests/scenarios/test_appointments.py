"""An agent promises to call, is reminded, calls by one press, and says what came of it; or the supervisor finds another."""

from dataclasses import dataclass, field
from datetime import UTC, timedelta

import pytest

from banjie.appointments.errors import AppointmentOver, NoSuchAppointment
from banjie.appointments.machine import Given
from banjie.appointments.model import Appointment, AppointmentState
from banjie.base.faults import Faulty
from banjie.base.hours import Hours, Period
from banjie.base.ids import AgentId, TenantId, UserId
from banjie.calls.events import CallPlaced
from banjie.stories.appointments import Appointments, Later, Wish
from banjie.stories.guests import NoSuchColleague
from banjie.stories.office import Clerk
from banjie.stories.placed_call import NotIdle
from banjie.stories.views import AppointmentsView
from tests.fakes.appointments import FakeAppointmentBook, FakeAppointmentStore
from tests.fakes.centre import ANN, BOB, EVE, START, Centre

pytestmark = pytest.mark.story

NUMBER = "13800001234"
OFFICE = Hours(timezone="Asia/Shanghai", weekly={day: (Period(540, 1080),) for day in range(5)})
S = AppointmentState


def by(agent_id: AgentId) -> Clerk:
    return Clerk(user_id=UserId(agent_id), source="10.0.0.1")


@dataclass
class Desk:
    """The contact centre with its appointments; time passes for both."""

    centre: Centre = field(default_factory=Centre)
    store: FakeAppointmentStore = field(default_factory=FakeAppointmentStore)

    def __post_init__(self) -> None:
        self.start()

    def start(self) -> None:
        """As after a restart: what was in memory is gone, what was stored is there."""
        self.book = FakeAppointmentBook(self.store)
        self.appointments = self.book.appointments = Appointments(
            tenant_id=TenantId("t"),
            opened=self.book,
            stored=self.store,
            board=self.centre.board,
            desk=self.centre.stories.agents,
            opening=lambda: [OFFICE],
            timezone=lambda: "Asia/Shanghai",
            agents=lambda: self.centre.set_up.house.agents.keys(),
            now=self.centre.clock.utc,
        )

    async def wait(self, minutes: float) -> None:
        self.centre.wait(minutes * 60)
        while await self.appointments.pass_time():
            pass

    async def promise(self, minutes: float = 60.0, agent_id: AgentId = ANN) -> Appointment:
        wish = Wish(
            number=NUMBER,
            customer_id=None,
            from_call_id=None,
            due_at=self.centre.clock.utc() + timedelta(minutes=minutes),
            note="问贷款利率",
            lead_min=5.0,
            expiry_min=60.0,
            is_closed_accepted=False,
        )
        return await self.appointments.book(by(agent_id), agent_id, wish)

    def shown(self, agent_id: AgentId) -> tuple[int, int]:
        """How many he has, and how many are due, on his screen."""
        view = self.centre.board.topics.get(f"me/{agent_id}", {}).get("appointments")
        return (view.open_count, len(view.due)) if isinstance(view, AppointmentsView) else (0, 0)


@pytest.fixture
def desk() -> Desk:
    return Desk()


async def test_what_is_promised_comes_due_is_dialled_by_one_press_and_done(desk: Desk) -> None:
    desk.centre.ready(ANN)
    promised = await desk.promise(60.0)
    assert desk.shown(ANN) == (1, 0)

    await desk.wait(54.0)
    assert desk.shown(ANN) == (1, 0)
    await desk.wait(1.0)
    assert desk.shown(ANN) == (1, 1)

    made = await desk.appointments.call(by(ANN), ANN, promised.appointment_id, "offer")
    (placed,) = [event for event in desk.centre.log.events(made.call_id) if isinstance(event, CallPlaced)]
    assert (placed.dialled, placed.caller, placed.direction) == (NUMBER, "01066668888", "out")
    called = desk.store.kept[promised.appointment_id]
    assert (called.calls_count, called.last_call_id, called.state) == (1, made.call_id, S.DUE)

    await desk.appointments.close(by(ANN), ANN, promised.appointment_id, Given.DONE, "已答复")
    done = desk.store.kept[promised.appointment_id]
    assert (done.state, done.note, done.closed_at) == (S.DONE, "已答复", desk.centre.clock.utc())
    assert desk.shown(ANN) == (0, 0)
    assert [action for _, action, _ in desk.book.written] == [
        "appointment.booked",
        "appointment.called",
        "appointment.done",
    ]
    with pytest.raises(AppointmentOver):
        await desk.appointments.call(by(ANN), ANN, promised.appointment_id, "offer")


async def test_a_call_that_cannot_be_made_changes_nothing(desk: Desk) -> None:
    promised = await desk.promise(1.0)
    with pytest.raises(NotIdle):  # she is not signed in
        await desk.appointments.call(by(ANN), ANN, promised.appointment_id, "offer")

    assert desk.store.kept[promised.appointment_id].calls_count == 0
    assert [action for _, action, _ in desk.book.written] == ["appointment.booked"]


async def test_nobody_answers_and_it_is_moved(desk: Desk) -> None:
    promised = await desk.promise(10.0)
    await desk.wait(10.0)
    later = Later(
        due_at=desk.centre.clock.utc() + timedelta(minutes=30), note="无人接听", is_closed_accepted=False
    )
    moved = await desk.appointments.again(by(ANN), ANN, promised.appointment_id, later)

    assert (moved.state, moved.note) == (S.BOOKED, "无人接听")
    assert desk.shown(ANN) == (1, 0)
    await desk.wait(25.0)
    assert desk.shown(ANN) == (1, 1)


async def test_who_does_not_call_in_time_loses_it_to_the_supervisor_who_finds_another(desk: Desk) -> None:
    promised = await desk.promise(10.0)
    await desk.wait(69.0)
    assert desk.shown(ANN) == (1, 1)
    await desk.wait(1.0)
    assert desk.shown(ANN) == (0, 0)
    (expired,) = await desk.store.list_open()
    assert (expired.state, expired.agent_id) == (S.EXPIRED, ANN)

    await desk.appointments.reassign(by(EVE), promised.appointment_id, BOB)
    assert desk.shown(BOB) == (1, 1)  # due at once
    with pytest.raises(NoSuchAppointment):
        await desk.appointments.close(by(ANN), ANN, promised.appointment_id, Given.DONE, "")
    with pytest.raises(NoSuchColleague):
        await desk.appointments.reassign(by(EVE), promised.appointment_id, AgentId("nobody"))
    assert desk.book.written[-1] == (EVE, "appointment.reassigned", promised.appointment_id)


async def test_what_came_due_while_the_house_was_down_is_due_when_it_is_up(desk: Desk) -> None:
    first, second = await desk.promise(10.0), await desk.promise(200.0, BOB)
    desk.centre.board.topics.clear()
    desk.centre.clock.now += 30 * 60.0
    desk.start()
    await desk.appointments.show_all()
    assert (desk.shown(ANN), desk.shown(BOB)) == ((1, 0), (1, 0))

    assert await desk.appointments.pass_time() == 1
    assert await desk.appointments.pass_time() == 0
    assert (desk.shown(ANN), desk.shown(BOB)) == ((1, 1), (1, 0))
    assert desk.store.kept[first.appointment_id].state is S.DUE
    assert desk.store.kept[second.appointment_id].state is S.BOOKED


async def test_a_closed_hour_is_said_and_may_be_meant(desk: Desk) -> None:
    assert START.astimezone(UTC).hour == 2  # 10:00 in Shanghai
    with pytest.raises(Faulty, match="closed then"):
        await desk.promise(9 * 60.0)
    assert desk.store.kept == {}
