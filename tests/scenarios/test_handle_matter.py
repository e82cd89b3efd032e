"""An instruction becomes nine sub-matters in one meeting, a week's deadline each; late ones are urged; all end 今日，已办结."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta

import pytest

from banjie.base.ids import UserId
from banjie.matters.classes import Demands, MatterClass, Terms
from banjie.matters.deadlines import Term, TermKind
from banjie.matters.errors import IllegalStep, NotYours, Unfinished
from banjie.matters.history import Filed
from banjie.matters.ids import ClassId, MatterId, UnitId
from banjie.matters.ladder import Act, After, Before, Channel, Rung, Transferred
from banjie.matters.lights import Standing
from banjie.matters.machine import MatterState
from banjie.matters.model import Brief, Source
from banjie.matters.notices import Book, Notice, Tells
from banjie.matters.parts import Part
from banjie.matters.sheet import (
    Filling,
    ListId,
    Signature,
    SupervisionList,
    filled,
    rows,
    sheet_of,
    sign,
    unfilled,
)
from banjie.matters.steps import (
    Approve,
    AskExtension,
    Dispatch,
    FollowUp,
    GrantExtension,
    Hands,
    Merge,
    Reply,
    Report,
    Return,
    Rework,
    Sign,
    Step,
    Suspend,
    Urge,
    Withdraw,
)
from banjie.matters.units import Unit
from banjie.stories.handle_matter import (
    NoSuchClass,
    NoSuchMatter,
    Person,
    Registry,
    Task,
    hand_out,
    open_matter,
    take_step,
    wake,
)
from tests.fakes.matters import FakeCabinet
from tests.matters.some import CALENDAR

pytestmark = pytest.mark.story

OFFICE, MAYOR, DISPATCHER = UserId("chen"), UserId("mayor"), UserId("sun")
TRADES = {"planning": "规划", "land": "土地", "building": "城建", "telecom": "电信", "water": "供水", "gas": "供气",
          "power": "供电", "road": "道路", "labour": "用工"}  # fmt: skip
UNITS = {
    UnitId(trade): Unit(
        unit_id=UnitId(trade),
        name={"zh": name, "en": trade},
        head_id=UserId(f"head of {trade}"),
        parent_id=UnitId("city"),
    )
    for trade, name in TRADES.items()
} | {UnitId("city"): Unit(unit_id=UnitId("city"), name={"zh": "市政府", "en": "City"}, head_id=MAYOR)}
IN_A_WEEK = MatterClass(
    class_id=ClassId("instruction"),
    name={"zh": "批示", "en": "Instruction"},
    terms=Terms(handle=Term(kind=TermKind.CALENDAR_DAYS, count=7)),
    demands=Demands(follow_up=False),
)
ASKED = MatterClass(
    class_id=ClassId("question"),
    name={"zh": "咨询", "en": "Question"},
    terms=Terms(handle=Term(kind=TermKind.WORKING_DAYS, count=3)),
)
OLD = MatterClass(class_id=ClassId("old"), name={}, terms=IN_A_WEEK.terms, is_active=False)
LADDER = (
    Rung(
        rung_id="remind",
        when=Before(working_time=timedelta(hours=7)),
        act=Act.REMIND,
        to=frozenset({Part.OWNER}),
    ),
    Rung(
        rung_id="urge",
        when=After(),
        act=Act.URGE,
        to=frozenset({Part.OWNER, Part.HEAD}),
        channels=frozenset({Channel.DESK, Channel.SMS}),
    ),
    Rung(
        rung_id="supervise",
        when=After(term=Term(kind=TermKind.WORKING_DAYS, count=2)),
        act=Act.SUPERVISE,
        to=frozenset({Part.OFFICE}),
    ),
    Rung(
        rung_id="escalate",
        when=Transferred(times=3),
        act=Act.ESCALATE,
        to=frozenset({Part.HEAD, Part.OFFICE}),
    ),
)
REGISTRY = Registry(
    classes={of_class.class_id: of_class for of_class in (IN_A_WEEK, ASKED, OLD)},
    rungs=LADDER,
    calendar=CALENDAR,
    book=Book(units=UNITS, dispatchers=frozenset({DISPATCHER}), office=frozenset({OFFICE})),
)
SITING = SupervisionList(list_id=ListId("siting"), name={"zh": "客服中心选址配套", "en": "Siting"})


def at(text: str) -> datetime:
    return datetime.fromisoformat(f"2026-{text}:00+08:00").astimezone(UTC)


def of_office(user_id: UserId = OFFICE) -> Person:
    return Person(user_id=user_id, standing=frozenset({Part.OFFICE}))


def nobody_special(user_id: str) -> Person:
    return Person(user_id=UserId(user_id), standing=frozenset())


class Town:
    """The cabinet, and time."""

    def __init__(self) -> None:
        self.cabinet = FakeCabinet()

    async def opens(self, brief: Brief, who: Person, when: str) -> MatterId:
        async with self.cabinet() as drawer:
            return (await open_matter(drawer, REGISTRY, brief, who, at(when))).matter.matter_id

    async def steps(self, matter_id: MatterId, who: Person, when: str, *steps: Step) -> Filed:
        for step in steps:
            async with self.cabinet() as drawer:
                filed = await take_step(drawer, REGISTRY, matter_id, step, who, at(when))
        return filed

    async def wakes(self, when: str) -> None:
        """Do all that is due by then, each at its moment, as the worker does."""
        while (due_at := min((f.wakes_at for f in self.all() if f.wakes_at), default=None)) and due_at <= at(
            when
        ):
            async with self.cabinet() as drawer:
                assert await wake(drawer, REGISTRY, due_at, 100)

    def all(self) -> Sequence[Filed]:
        return list(self.cabinet.kept.filed.values())

    def told(self, tells: Tells) -> list[Notice]:
        return [notice for _, notice in self.cabinet.kept.notices.values() if notice.tells is tells]

    def history(self, matter_id: MatterId) -> list[str]:
        lines = self.cabinet.kept.lines[matter_id]
        return ["Opened" if line.step is None else type(line.step).__name__ for line in lines]


async def meeting(town: Town) -> tuple[MatterId, dict[str, MatterId]]:
    """On Monday the second the mayor's instruction is split among nine units, each with an owner and a week."""
    brief = Brief(
        title="客服中心选址配套",
        text="限期一星期之内全部办结",
        source=Source.INSTRUCTION,
        class_id=IN_A_WEEK.class_id,
    )
    parent = await town.opens(brief, of_office(), "03-02T10:00")
    dispatch = Dispatch(hands=Hands(owner_id=UserId("li"), unit_id=UnitId("city")), supervisor_id=OFFICE)
    await town.steps(parent, of_office(), "03-02T10:01", dispatch)
    tasks = [
        Task(
            brief=Brief(
                title=name, text="", source=Source.INSTRUCTION, class_id=IN_A_WEEK.class_id, parent_id=parent
            ),
            hands=Hands(owner_id=UserId(f"owner of {trade}"), unit_id=UnitId(trade)),
        )
        for trade, name in TRADES.items()
    ]
    async with town.cabinet() as drawer:
        parts = await hand_out(drawer, REGISTRY, parent, tasks, of_office(), at("03-02T10:30"))
    return parent, {part.matter.hands.unit_id: part.matter.matter_id for part in parts if part.matter.hands}


async def test_nine_matters_in_one_meeting_end_closed_today() -> None:
    town = Town()
    parent, parts = await meeting(town)
    li = nobody_special("li")
    assert len(parts) == 9
    assert [filed.matter.number for filed in town.all()] == [f"2026-{n:06d}" for n in range(1, 11)]
    assert all(filed.matter.due_at == at("03-09T17:30") for filed in town.all())
    assert {notice.to for notice in town.told(Tells.YOURS)} >= {f"owner of {trade}" for trade in TRADES}

    await town.steps(parent, li, "03-02T11:00", Sign())
    for trade, matter_id in parts.items():
        await town.steps(
            matter_id, nobody_special(f"owner of {trade}"), "03-02T11:00", Sign(), Report(text="开工")
        )
    with pytest.raises(Unfinished, match="open sub-matters"):
        await town.steps(parent, li, "03-05T11:00", Reply(text="好了"))

    in_time = [trade for trade in parts if trade not in ("water", "gas")]
    for trade in in_time:
        await town.steps(parts[trade], nobody_special(f"owner of {trade}"), "03-06T09:00", Reply(text="已办"))
        await town.steps(parts[trade], of_office(), "03-06T10:00", Approve())
    await town.wakes("03-08T23:00")
    assert {
        notice.to for notice in town.told(Tells.REMINDED)
    } == set()  # their last working day begins on Monday

    await town.wakes("03-09T09:00")
    assert {notice.to for notice in town.told(Tells.REMINDED)} == {"owner of water", "owner of gas", "li"}
    await town.wakes("03-09T17:30")
    urged = {(notice.to, notice.channel) for notice in town.told(Tells.URGED)}
    assert ("owner of water", Channel.SMS) in urged
    assert ("head of gas", Channel.DESK) in urged
    assert {to for to, _ in urged} == {
        "owner of water", "owner of gas", "head of water", "head of gas", "li", "mayor"
    }  # fmt: skip
    await town.wakes("03-11T17:30")
    assert {notice.to for notice in town.told(Tells.SUPERVISED)} == {OFFICE}

    sheet = sheet_of(SITING, date(2026, 3, 9), CALENDAR)
    drawn = rows(sheet, [f.matter for f in town.all()], at("03-12T09:00"), CALENDAR, SITING.soon)
    assert [row.standing for row in drawn] == [Standing.OVERDUE] * 3
    assert len(unfilled(drawn)) == 3

    for trade in ("water", "gas"):
        await town.steps(parts[trade], nobody_special(f"owner of {trade}"), "03-13T09:00", Reply(text="已办"))
        await town.steps(parts[trade], of_office(), "03-13T10:00", Approve())
    await town.steps(parent, li, "03-13T14:00", Reply(text="九项全部办结"))
    await town.steps(parent, of_office(), "03-13T15:00", Approve())
    assert all(filed.matter.state is MatterState.CLOSED for filed in town.all())
    assert all(filed.wakes_at is None for filed in town.all())
    assert town.history(parts["water"]) == [
        "Opened",
        "Dispatch",
        "Sign",
        "Report",
        "Urge",
        "Urge",
        "Reply",
        "Approve",
    ]

    for row in drawn:
        filling = Filling(progress="通水通气", plan="—", by=OFFICE, at=at("03-13T14:30"))
        sheet = filled(sheet, row.matter_id, filling)
    drawn = rows(sheet, [f.matter for f in town.all()], at("03-13T16:00"), CALENDAR, SITING.soon)
    assert [row.standing for row in drawn] == [Standing.CLOSED_TODAY] * 3
    signed = sign(sheet, drawn, Signature(by=OFFICE, at=at("03-13T16:00")))
    assert not unfilled(signed.frozen)


async def test_nothing_is_handed_out_if_one_share_is_wrong() -> None:
    town = Town()
    parent, _ = await meeting(town)
    before = len(town.all())
    good = Brief(title="好", text="", source=Source.PLAN, class_id=IN_A_WEEK.class_id, parent_id=parent)
    bad = Brief(title="坏", text="", source=Source.PLAN, class_id=OLD.class_id, parent_id=parent)
    hands = Hands(owner_id=UserId("li"), unit_id=UnitId("city"))
    tasks = [Task(brief=good, hands=hands), Task(brief=bad, hands=hands)]

    async def split() -> None:
        async with town.cabinet() as drawer:
            await hand_out(drawer, REGISTRY, parent, tasks, of_office(), at("03-02T11:00"))

    with pytest.raises(NoSuchClass):
        await split()
    assert len(town.all()) == before


async def a_question(town: Town) -> MatterId:
    brief = Brief(title="限额", text="转账限额是多少", source=Source.CALL, class_id=ASKED.class_id)
    agent = Person(user_id=UserId("ann"), standing=frozenset({Part.AGENT}))
    return await town.opens(brief, agent, "03-02T10:00")


async def test_who_is_asked_by_nobody_is_the_dispatchers_to_hand_over() -> None:
    town = Town()
    matter_id = await a_question(town)
    assert {notice.to for notice in town.told(Tells.TO_DISPATCH)} == {DISPATCHER}
    await town.wakes("03-05T17:30")
    assert {notice.to for notice in town.told(Tells.URGED)} == {DISPATCHER}
    assert town.history(matter_id) == ["Opened", "Urge"]


async def test_no_step_without_a_part_or_out_of_order() -> None:
    town = Town()
    matter_id = await a_question(town)
    with pytest.raises(NotYours):
        await town.steps(matter_id, nobody_special("passer-by"), "03-02T11:00", Urge())
    with pytest.raises(IllegalStep):
        await town.steps(matter_id, of_office(), "03-02T11:00", Approve())
    with pytest.raises(NoSuchMatter):
        await town.steps(MatterId("nowhere"), of_office(), "03-02T11:00", Urge())
    assert town.history(matter_id) == ["Opened"]


async def dispatched(town: Town, unit: str = "water") -> MatterId:
    matter_id = await a_question(town)
    hands = Hands(owner_id=UserId("zhao"), unit_id=UnitId(unit))
    await town.steps(matter_id, of_office(), "03-02T10:30", Dispatch(hands=hands, supervisor_id=OFFICE))
    return matter_id


async def test_a_matter_that_went_from_hand_to_hand_goes_a_level_up_once() -> None:
    town = Town()
    matter_id = await dispatched(town)
    zhao = nobody_special("zhao")
    hands = Hands(owner_id=UserId("zhao"), unit_id=UnitId("water"))
    for hour in (11, 12, 13, 14):
        await town.steps(matter_id, zhao, f"03-02T{hour}:00", Return(reason="不归我管"))
        again = Dispatch(hands=hands, supervisor_id=OFFICE)
        await town.steps(matter_id, of_office(), f"03-02T{hour}:30", again)
        await town.wakes(f"03-02T{hour}:30")
    assert town.history(matter_id).count("Escalate") == 1
    assert "mayor" in {notice.to for notice in town.told(Tells.ESCALATED)}


async def test_a_clock_that_stands_is_not_urged_and_goes_on_by_itself() -> None:
    town = Town()
    matter_id = await dispatched(town)
    await town.steps(matter_id, nobody_special("zhao"), "03-02T11:00", Sign())
    await town.steps(
        matter_id, of_office(), "03-02T11:00", Suspend(reason="客户出国", until=at("03-16T09:00"))
    )
    await town.wakes("03-15T12:00")
    assert not town.told(Tells.URGED)
    await town.wakes("03-16T09:00")
    (filed,) = town.all()
    assert filed.matter.state is MatterState.HANDLING
    assert filed.matter.due_at == at("03-19T15:30")  # 26 hours were left: three days of seven, and five
    await town.wakes("03-19T15:30")
    assert {notice.to for notice in town.told(Tells.URGED)} == {"zhao", "head of water"}


async def test_an_extension_is_asked_for_granted_and_reminded_of_anew() -> None:
    town = Town()
    matter_id = await dispatched(town)
    zhao = nobody_special("zhao")
    await town.steps(matter_id, zhao, "03-02T11:00", Sign())
    await town.wakes("03-05T09:00")
    assert len(town.told(Tells.REMINDED)) == 1
    await town.steps(matter_id, zhao, "03-05T10:00", AskExtension(days_count=2, reason="等总行答复"))
    assert {notice.to for notice in town.told(Tells.EXTENSION_ASKED)} == {OFFICE}
    await town.steps(matter_id, of_office(), "03-05T11:00", GrantExtension())
    await town.wakes("03-06T12:00")
    assert not town.told(Tells.URGED)
    await town.wakes("03-09T09:00")
    assert len(town.told(Tells.REMINDED)) == 2


async def test_a_customer_who_is_not_satisfied_has_it_done_again_by_itself() -> None:
    town = Town()
    matter_id = await dispatched(town)
    zhao = nobody_special("zhao")
    await town.steps(matter_id, zhao, "03-02T11:00", Sign(), Reply(text="五万元"))
    await town.steps(matter_id, of_office(), "03-02T15:00", Approve())
    customer = Person(user_id=None, standing=frozenset({Part.CUSTOMER}))
    filed = await town.steps(
        matter_id, customer, "03-03T09:30", FollowUp(answer="dissatisfied", is_solved=False)
    )
    assert filed.matter.state is MatterState.HANDLING
    assert filed.matter.due_at == at("03-06T17:30")
    assert {notice.to for notice in town.told(Tells.AGAIN)} == {"zhao", OFFICE}
    with pytest.raises(IllegalStep):
        await town.steps(matter_id, customer, "03-03T09:31", FollowUp(answer="satisfied"))


async def test_a_closed_matter_found_wanting_is_opened_again() -> None:
    """抽查: who closed it on paper only has it again."""
    town = Town()
    matter_id = await dispatched(town)
    await town.steps(matter_id, nobody_special("zhao"), "03-02T11:00", Sign(), Reply(text="五万元"))
    await town.steps(matter_id, of_office(), "03-02T15:00", Approve())
    await town.steps(matter_id, of_office(), "03-03T15:00", FollowUp(answer="missed"))
    filed = await town.steps(matter_id, of_office(), "03-10T15:00", Rework(reason="抽查：未答复"))
    assert filed.matter.settled_at is None
    assert filed.matter.account.reworks_count == 1
    assert filed.wakes_at is not None


async def test_a_matter_is_merged_into_another_that_goes_on_and_into_nothing_else() -> None:
    town = Town()
    one, other, gone = [await a_question(town) for _ in range(3)]
    await town.steps(gone, of_office(), "03-02T11:00", Withdraw(reason="两次"))
    for into in (one, gone, MatterId("nowhere")):
        with pytest.raises(NoSuchMatter):
            await town.steps(one, of_office(), "03-02T11:00", Merge(into=into))
    filed = await town.steps(one, of_office(), "03-02T11:00", Merge(into=other))
    assert filed.matter.state is MatterState.MERGED
    assert filed.wakes_at is None
