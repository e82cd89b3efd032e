"""Whatever is done with a matter, in any order: its laws hold, and every rung of the ladder is climbed once."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from banjie.base.ids import UserId
from banjie.matters.classes import Demands, MatterClass, Terms
from banjie.matters.deadlines import Term, TermKind
from banjie.matters.errors import IllegalStep, Lack, Unfinished
from banjie.matters.handling import Rules, take
from banjie.matters.ids import ClassId, EvidenceId, MatterId
from banjie.matters.ladder import (
    About,
    Act,
    After,
    Before,
    Reworked,
    Rung,
    Transferred,
    due_climbs,
    next_climb_at,
)
from banjie.matters.machine import SETTLED, MatterState
from banjie.matters.model import Account, Matter
from banjie.matters.parts import Part
from banjie.matters.steps import (
    Approve,
    AskExtension,
    Dispatch,
    FollowUp,
    GrantExtension,
    Reassign,
    RefuseExtension,
    Reply,
    Resume,
    Rework,
    Sign,
    Step,
    Suspend,
)
from tests.matters.some import CALENDAR, COMPLAINT, OPENED_AT, a_matter, rules
from tests.matters.test_machine import EXAMPLES

pytestmark = pytest.mark.unit

_S = MatterState
_TO = frozenset({Part.OWNER})
LADDER = (
    Rung(rung_id="soon", when=Before(working_time=timedelta(hours=7)), act=Act.REMIND, to=_TO),
    Rung(rung_id="late", when=After(), act=Act.URGE, to=_TO | {Part.HEAD}),
    Rung(
        rung_id="later",
        when=After(term=Term(kind=TermKind.WORKING_DAYS, count=5)),
        act=Act.SUPERVISE,
        to=frozenset({Part.OFFICE}),
    ),
    Rung(rung_id="unsigned", when=After(about=About.STAGE), act=Act.URGE, to=_TO),
    Rung(rung_id="again", when=Reworked(times=3), act=Act.ESCALATE, to=frozenset({Part.OFFICE})),
    Rung(rung_id="passed on", when=Transferred(times=3), act=Act.ESCALATE, to=frozenset({Part.OFFICE})),
)
_people = st.sampled_from([UserId("li"), UserId("wang"), UserId("zhao")])


class AnyLife(RuleBasedStateMachine):
    """Steps in any order, time going on between them, the ladder looked at whenever it is due or late."""

    @initialize(second=st.booleans(), follow_up=st.booleans())
    def begin(self, second: bool, follow_up: bool) -> None:
        demands = Demands(second_approval=second, follow_up=follow_up)
        self.of_class = replace(COMPLAINT, demands=demands, extensions_max=2)
        self.matter = a_matter(of_class=self.of_class)
        self.now = OPENED_AT
        self.climbed: list[tuple[str, str, str]] = []

    @rule(kind=st.sampled_from(sorted(EXAMPLES, key=lambda kind: kind.__name__)), by=_people)
    def step(self, kind: type[Step], by: UserId) -> None:
        before = self.matter
        try:
            self.matter = take(before, EXAMPLES[kind], by, self.now, rules(self.of_class))
        except (IllegalStep, Unfinished):
            assert self.matter is before
        for name in Account.__dataclass_fields__:
            assert getattr(self.matter.account, name) >= getattr(before.account, name)

    @rule(more=st.timedeltas(timedelta(0), timedelta(days=9)))
    def time_goes_on(self, more: timedelta) -> None:
        self.now += more

    @rule()
    def look_at_the_ladder(self) -> None:
        self._climb()
        assert not due_climbs(self.matter, LADDER, CALENDAR, frozenset(self.climbed), self.now)
        ahead = next_climb_at(self.matter, LADDER, CALENDAR, frozenset(self.climbed))
        assert ahead is None or ahead > self.now

    @precondition(lambda self: self.matter.is_open and self.matter.state is not _S.SUSPENDED)
    @rule()
    def wake_at_the_next_rung(self) -> None:
        self._climb()
        ahead = next_climb_at(self.matter, LADDER, CALENDAR, frozenset(self.climbed))
        if ahead is not None:
            self.now = ahead
            assert due_climbs(self.matter, LADDER, CALENDAR, frozenset(self.climbed), self.now)

    def _climb(self) -> None:
        self.climbed += [
            climb.key
            for climb in due_climbs(self.matter, LADDER, CALENDAR, frozenset(self.climbed), self.now)
        ]

    @invariant()
    def one_owner(self) -> None:
        if self.matter.state is _S.RECEIVED:
            assert self.matter.owner_id is None
        elif self.matter.state not in (_S.MERGED, _S.WITHDRAWN):
            assert self.matter.owner_id is not None

    @invariant()
    def a_deadline_or_a_reason_for_none(self) -> None:
        if self.matter.state in SETTLED:
            assert self.matter.stage_due_at is None
        else:
            assert self.matter.stage_due_at is not None
            assert self.matter.due_at > OPENED_AT

    @invariant()
    def late_is_seen(self) -> None:
        """An open matter that is late, its clock running, has a rung that was climbed or is due."""
        if self.matter.is_open and self.matter.state is not _S.SUSPENDED and self.matter.due_at <= self.now:
            key = (self.matter.matter_id, "late", self.matter.due_at.isoformat())
            due_now = due_climbs(self.matter, LADDER, CALENDAR, frozenset(self.climbed), self.now)
            assert key in self.climbed or key in {climb.key for climb in due_now}

    @invariant()
    def no_rung_twice(self) -> None:
        assert len(set(self.climbed)) == len(self.climbed)

    @invariant()
    def settled_says_when(self) -> None:
        assert (self.matter.settled_at is not None) == (self.matter.state in SETTLED)


TestAnyLife = AnyLife.TestCase
TestAnyLife.settings = settings(max_examples=150, stateful_step_count=40, deadline=None)


def after(matter: Matter, *steps: Step, by: str = "li", judged: Rules | None = None) -> Matter:
    for number, step in enumerate(steps):
        matter = take(matter, step, UserId(by), OPENED_AT + timedelta(hours=number), judged or rules())
    return matter


HANDLING = (EXAMPLES[Dispatch], Sign())


def test_the_whole_way_to_closed() -> None:
    matter = after(a_matter(), *HANDLING, Reply(text="修好了"))
    assert matter.state is _S.REPLIED
    matter = after(matter, Approve(), by="wang")
    assert matter.state is _S.CONFIRMING
    matter = after(matter, Approve(), by="chen")
    assert matter.state is _S.FOLLOWING_UP
    matter = after(matter, FollowUp(answer="satisfied", is_solved=True))
    assert matter.state is _S.CLOSED
    assert matter.settled_at == OPENED_AT


@pytest.mark.parametrize(
    ("steps", "lacks"),
    [
        ((Reply(text="  "),), Lack.WORDS),
        ((Reply(text="done"), Approve(), Approve()), Lack.SECOND_PERSON),
        ((GrantExtension(),), Lack.ASKED),
        ((RefuseExtension(reason="no"),), Lack.ASKED),
        ((AskExtension(days_count=11, reason="rain"),), Lack.FEWER_DAYS),
        ((AskExtension(days_count=0, reason="rain"),), Lack.FEWER_DAYS),
        ((EXAMPLES[AskExtension], EXAMPLES[AskExtension]), Lack.ANSWER_TO_ASKED),
        ((EXAMPLES[AskExtension], GrantExtension(), EXAMPLES[AskExtension]), Lack.EXTENSIONS_LEFT),
    ],
)
def test_what_lacks_something_is_refused_and_says_what(steps: tuple[Step, ...], lacks: Lack) -> None:
    with pytest.raises(Unfinished) as refused:
        after(a_matter(), *HANDLING, *steps)
    assert refused.value.lacks is lacks


@pytest.mark.parametrize(
    ("demands", "reply", "lacks"),
    [
        (Demands(evidence=True), Reply(text="done"), Lack.EVIDENCE),
        (Demands(evidence=True), Reply(text="done", evidence=(EvidenceId("photo"),)), None),
        (Demands(customer_confirmed=True), Reply(text="done"), Lack.CUSTOMER),
        (Demands(customer_confirmed=True), Reply(text="done", customer_confirmed=True), None),
    ],
)
def test_closing_takes_what_its_class_demands(demands: Demands, reply: Reply, lacks: Lack | None) -> None:
    judged = rules(replace(COMPLAINT, demands=demands))
    matter = after(a_matter(), *HANDLING, judged=judged)
    if lacks is None:
        assert after(matter, reply, judged=judged).state is _S.REPLIED
    else:
        with pytest.raises(Unfinished) as refused:
            after(matter, reply, judged=judged)
        assert refused.value.lacks is lacks


def test_a_parent_is_answered_when_all_its_parts_are() -> None:
    matter = after(a_matter(), *HANDLING)
    with pytest.raises(Unfinished) as refused:
        after(matter, Reply(text="done"), judged=rules(COMPLAINT, MatterId("part")))
    assert refused.value.lacks is Lack.PARTS_CLOSED
    assert after(matter, Reply(text="done")).state is _S.REPLIED


def test_a_parent_with_open_parts_is_neither_approved_nor_closed() -> None:
    """A part was handed out, or opened again, after the parent had been answered."""
    of_class = replace(COMPLAINT, demands=Demands())
    alone, with_part = rules(of_class), rules(of_class, MatterId("part"))
    replied = after(a_matter(), *HANDLING, Reply(text="done"), judged=alone)
    approved = after(replied, Approve(), judged=alone)
    for matter, step in ((replied, Approve()), (approved, FollowUp(answer="satisfied"))):
        with pytest.raises(Unfinished) as refused:
            after(matter, step, judged=with_part)
        assert refused.value.lacks is Lack.PARTS_CLOSED
    again = after(approved, FollowUp(answer="dissatisfied"), judged=with_part)
    assert again.state is _S.HANDLING


def test_a_new_owner_has_the_whole_time_to_sign() -> None:
    dispatched = after(a_matter(), EXAMPLES[Dispatch])
    later = OPENED_AT + timedelta(days=3)
    moved = take(dispatched, EXAMPLES[Reassign], UserId("head"), later, rules())
    assert moved.state is _S.DISPATCHED
    assert moved.stage_due_at is not None
    assert moved.stage_due_at > later
    assert moved.due_at == dispatched.due_at


def test_a_clock_that_stood_goes_on_with_what_was_left() -> None:
    """Thirteen working days from Monday 2 March; four days away, with all thirteen left but the first morning."""
    matter = after(a_matter(), *HANDLING)
    paused = take(matter, EXAMPLES[Suspend], UserId("wang"), OPENED_AT, rules())
    back = take(paused, Resume(), UserId("wang"), OPENED_AT + timedelta(days=7), rules())
    assert back.due_at - matter.due_at == timedelta(days=7)
    assert back.state is _S.HANDLING
    assert back.stage_due_at == back.due_at


def test_an_extension_moves_the_promise() -> None:
    matter = after(a_matter(), *HANDLING, AskExtension(days_count=2, reason="rain"), GrantExtension())
    assert (
        f"{matter.due_at:%m-%d %H:%M}" == "03-23 09:30"
    )  # from Thursday the 19th over a weekend, 17:30 in Beijing
    assert matter.stage_due_at == matter.due_at


def test_who_is_not_satisfied_has_it_done_again_by_a_new_day() -> None:
    judged = rules(replace(COMPLAINT, demands=Demands()))
    matter = after(a_matter(), *HANDLING, Reply(text="done"), Approve(), judged=judged)
    at = OPENED_AT + timedelta(days=14)
    again = take(matter, FollowUp(answer="dissatisfied"), UserId("ann"), at, judged)
    assert again.state is _S.HANDLING
    assert again.account.reworks_count == 1
    assert f"{again.due_at:%m-%d}" == "04-02"  # thirteen working days from 16 March


def test_the_ladder_of_a_promise_climbs_in_order() -> None:
    of_class = MatterClass(
        class_id=ClassId("asked"),
        name={"zh": "咨询", "en": "Question"},
        terms=Terms(handle=Term(kind=TermKind.WORKING_DAYS, count=3)),
    )
    matter = after(a_matter(of_class=of_class), *HANDLING, judged=rules(of_class))
    far = datetime.fromisoformat("2026-12-01T00:00:00+00:00")
    found = due_climbs(matter, LADDER, CALENDAR, frozenset(), far)
    assert [(climb.rung_id, f"{climb.at:%m-%d %H:%M}") for climb in found] == [
        ("soon", "03-05 01:00"),  # a working day ahead of Thursday 17:30: that morning at nine
        ("late", "03-05 09:30"),
        ("later", "03-12 09:30"),
    ]


def test_a_reminder_whose_time_was_over_is_not_given() -> None:
    hurried = replace(COMPLAINT, terms=Terms(handle=Term(kind=TermKind.SAME_DAY)))
    matter = after(a_matter(of_class=hurried), *HANDLING, judged=rules(hurried))
    far = OPENED_AT + timedelta(days=1)
    assert [climb.rung_id for climb in due_climbs(matter, LADDER, CALENDAR, frozenset(), far)] == ["late"]


def test_three_times_again_goes_a_level_up_once() -> None:
    matter = after(a_matter(), *HANDLING)
    for _ in range(4):
        matter = after(matter, Reply(text="done"), Rework(reason="not so"))
    found = due_climbs(matter, LADDER, CALENDAR, frozenset(), OPENED_AT + timedelta(hours=3))
    assert [(climb.rung_id, climb.round) for climb in found] == [("again", "3")]
