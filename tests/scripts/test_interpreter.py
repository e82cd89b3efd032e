"""A caller in a script: what he hears, what his digits do, where he ends."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from banjie.base.ids import QueueId, ScriptId
from banjie.base.prompts import Prompt
from banjie.scripts.document import read_script, write_script
from banjie.scripts.effects import (
    DigitsCollected,
    DigitTaken,
    Effect,
    EnterQueue,
    HangUpCall,
    LanguageSwitched,
    LeaveMessage,
    PlayPrompts,
    StopPrompts,
    TransferTo,
)
from banjie.scripts.errors import ScriptRunsInCircles
from banjie.scripts.interpreter import Facts, ScriptRun, Step
from banjie.scripts.model import Choice, Menu, Node, NodeId, Play, Script, SwitchLanguage, Voicemail
from tests.scripts.samples import SAMPLE, prompt

pytestmark = pytest.mark.unit

MONDAY_NOON = datetime(2026, 11, 23, 4, 0, tzinfo=UTC)  # 12:00 in Shanghai
SUNDAY = datetime(2026, 11, 22, 4, 0, tzinfo=UTC)


def begin(
    script: Script = SAMPLE, at: datetime = MONDAY_NOON, language: str = "zh"
) -> tuple[ScriptRun, Step]:
    run = ScriptRun(script, Facts(at=at, language=language))
    return run, run.start(100.0)


def at_menu() -> ScriptRun:
    run, _ = begin()
    run.prompts_finished(102.0)
    return run


def with_node(name: str, node: Node) -> Script:
    return replace(SAMPLE, nodes={**SAMPLE.nodes, NodeId(name): node})


def said(step: Step) -> list[str]:
    return [p.name for e in step.effects if isinstance(e, PlayPrompts) for p in e.prompts]


def last(step: Step) -> Effect:
    return step.effects[-1]


def general(language: str = "zh", **collected: str) -> EnterQueue:
    return EnterQueue(
        queue_id=QueueId("general"), priority=0, needs=frozenset(), language=language, collected=collected
    )


def test_the_welcome_is_said_then_the_menu() -> None:
    run, step = begin()

    assert step.effects == (PlayPrompts(prompts=(prompt("welcome"),), language="zh"),)
    assert said(run.prompts_finished(102.0)) == ["menu"]
    assert set(run.choices) == {"1", "2", "8", "9"}


def test_outside_hours_the_closed_announcement_is_said_and_the_call_ends() -> None:
    run, step = begin(at=SUNDAY)

    assert said(step) == ["closed"]
    assert run.prompts_finished(105.0).effects == (HangUpCall(reason="closed"),)
    assert run.is_over


def test_hours_are_judged_at_the_moment_the_call_reaches_them() -> None:
    late = with_node("lost", Play(prompts=(prompt("long"),), then=NodeId("hours")))
    run, _ = begin(late, at=datetime(2026, 11, 23, 9, 59, 50, tzinfo=UTC))
    run.digit_pressed("2", 101.0)

    assert said(run.prompts_finished(111.0)) == ["closed"]


def test_a_digit_during_the_prompts_stops_them_in_the_same_step() -> None:
    run = at_menu()

    step = run.digit_pressed("2", 103.0)

    assert step.effects == (
        StopPrompts(),
        DigitTaken(node=NodeId("menu"), digit="2", label={"zh": "lost card-zh", "en": "lost card-en"}),
        EnterQueue(queue_id=QueueId("urgent"), priority=10, needs=frozenset(), language="zh", collected={}),
    )
    assert [(p.node, p.digit, p.label["en"]) for p in run.pressed] == [("menu", "2", "lost card-en")]


def test_a_digit_after_the_prompts_stops_nothing() -> None:
    run = at_menu()
    run.prompts_finished(104.0)

    assert StopPrompts() not in run.digit_pressed("2", 105.0).effects


def test_digits_typed_ahead_go_through_the_welcome_and_the_menu() -> None:
    run, _ = begin()

    step = run.digit_pressed("2", 100.5)

    assert [type(e) for e in step.effects] == [StopPrompts, DigitTaken, EnterQueue]


def test_a_digit_typed_ahead_while_nothing_may_interrupt_is_used_once_it_was_said() -> None:
    notice = with_node("welcome", Play(prompts=(prompt("notice"),), then=NodeId("menu"), barge_in=False))
    run, _ = begin(notice)

    assert run.digit_pressed("2", 101.0) == Step()
    assert [type(e) for e in run.prompts_finished(103.0).effects] == [DigitTaken, EnterQueue]


def test_a_menu_that_may_not_be_interrupted_listens_after_its_prompts() -> None:
    menu = SAMPLE.nodes[NodeId("menu")]
    assert isinstance(menu, Menu)
    run, _ = begin(with_node("menu", replace(menu, barge_in=False)))
    run.prompts_finished(102.0)

    assert run.digit_pressed("2", 103.0) == Step()
    assert isinstance(last(run.prompts_finished(104.0)), EnterQueue)


def test_silence_is_asked_once_more_then_a_person_answers() -> None:
    run = at_menu()
    run.prompts_finished(110.0)

    assert run.next_deadline == 115.0
    assert run.tick(114.9) == Step()
    assert said(run.tick(115.0)) == ["menu"]
    assert run.next_deadline is None
    run.prompts_finished(120.0)
    assert run.tick(125.0).effects == (general(),)
    assert run.next_deadline is None


def test_a_digit_without_meaning_is_told_so_then_leads_on() -> None:
    run = at_menu()

    step = run.digit_pressed("7", 103.0)

    assert step.effects[0] == StopPrompts()
    assert said(step) == ["invalid", "menu"]
    assert said(run.digit_pressed("7", 104.0)) == ["goodbye"]
    assert run.prompts_finished(106.0).effects == (HangUpCall(reason="script_ended"),)


def test_a_wrong_digit_typed_ahead_drops_those_behind_it() -> None:
    notice = with_node("welcome", Play(prompts=(prompt("notice"),), then=NodeId("menu"), barge_in=False))
    run, _ = begin(notice)
    run.digit_pressed("7", 101.0)
    run.digit_pressed("2", 101.5)

    assert said(run.prompts_finished(103.0)) == ["invalid", "menu"]
    assert run.pressed == []


def test_choosing_english_speaks_english_from_there_on() -> None:
    run = at_menu()

    step = run.digit_pressed("9", 103.0)

    assert LanguageSwitched(language="en") in step.effects
    done = last(step)
    assert isinstance(done, EnterQueue)
    assert (done.language, done.needs) == ("en", frozenset({"english"}))


def test_the_queue_is_entered_before_its_words_are_said() -> None:
    run = at_menu()

    done = last(run.digit_pressed("9", 103.0))

    assert isinstance(done, EnterQueue)
    assert done.prompts == (prompt("please_wait"),)
    assert run.is_over


def test_digits_during_the_last_words_are_ignored() -> None:
    run = at_menu()
    run.digit_pressed("8", 103.0)

    assert run.digit_pressed("2", 104.0) == Step()
    assert run.prompts_finished(105.0).effects == (TransferTo(number="01066554433"),)


def test_a_script_that_is_over_answers_nothing() -> None:
    run = at_menu()
    run.digit_pressed("2", 103.0)

    assert run.is_over
    assert run.digit_pressed("1", 104.0) == run.prompts_finished(104.0) == run.tick(999.0) == Step()
    assert run.choices == {}


@pytest.mark.parametrize("digit", ["A", "", "12", "二", "²"])
def test_what_is_no_digit_is_ignored(digit: str) -> None:
    assert at_menu().digit_pressed(digit, 103.0) == Step()


def test_prompts_that_were_stopped_and_still_report_are_ignored() -> None:
    run = at_menu()
    run.prompts_finished(104.0)
    deadline = run.next_deadline

    assert run.prompts_finished(104.5) == Step()
    assert run.next_deadline == deadline


def type_in(run: ScriptRun, digits: str, now: float) -> list[Effect]:
    return [e for d in digits for e in run.digit_pressed(d, now).effects]


def collecting() -> ScriptRun:
    run = at_menu()
    run.digit_pressed("1", 103.0)
    run.prompts_finished(105.0)
    return run


@pytest.mark.parametrize(("typed", "got"), [("123456", "123456"), ("1234#", "1234"), ("99*12345#", "12345")])
def test_an_account_number_ends_by_length_or_hash_and_star_begins_anew(typed: str, got: str) -> None:
    run = collecting()

    effects = type_in(run, typed, 106.0)

    assert effects == [
        DigitsCollected(node=NodeId("account"), name="account", digits=got, count=len(got)),
        general(account=got),
    ]


def test_an_account_number_ends_when_no_digit_comes_any_more() -> None:
    run = collecting()
    assert run.next_deadline == 113.0
    type_in(run, "1234", 110.0)

    assert run.next_deadline == 113.0
    assert run.tick(113.0).effects[-1] == general(account="1234")


def test_too_few_digits_are_asked_for_again_then_a_person_answers() -> None:
    run = collecting()

    type_in(run, "12", 106.0)
    assert said(run.digit_pressed("#", 107.0)) == ["invalid", "account"]
    run.prompts_finished(109.0)
    assert run.digit_pressed("#", 110.0).effects == (general(),)


def test_nothing_typed_is_asked_for_again_without_reproach() -> None:
    assert said(collecting().tick(113.0)) == ["account"]


def test_secret_digits_are_not_told() -> None:
    node = SAMPLE.nodes[NodeId("account")]
    run, _ = begin(with_node("account", replace(node, is_secret=True)))  # type: ignore[call-arg]
    effects = type_in(run, "1123456", 101.0)

    assert DigitsCollected(node=NodeId("account"), name="account", digits="", count=6) in effects
    assert effects[-1] == general()
    assert "123456" not in repr(effects)


def test_a_menu_without_words_listens_at_once() -> None:
    silent = Script(
        script_id=ScriptId("silent"),
        version=1,
        start=NodeId("menu"),
        nodes={
            NodeId("menu"): Menu(
                prompts=(),
                choices={"1": Choice(then=NodeId("lost"), label={})},
                on_no_input=NodeId("lost"),
                on_invalid=NodeId("lost"),
                retries=1,
            ),
            NodeId("lost"): SAMPLE.nodes[NodeId("lost")],
        },
    )
    run, step = begin(silent)

    assert step == Step()
    assert run.next_deadline == 105.0
    assert run.tick(105.0) == Step()
    assert run.next_deadline == 110.0
    assert isinstance(last(run.tick(110.0)), EnterQueue)


def test_a_script_that_never_waits_is_stopped() -> None:
    circle = Script(
        script_id=ScriptId("circle"),
        version=1,
        start=NodeId("a"),
        nodes={
            NodeId("a"): SwitchLanguage(language="en", then=NodeId("b")),
            NodeId("b"): SwitchLanguage(language="zh", then=NodeId("a")),
        },
    )
    with pytest.raises(ScriptRunsInCircles):
        begin(circle)


@pytest.mark.parametrize(("words", "is_asked"), [((prompt("leave"),), True), ((), False)])
def test_a_script_ends_by_asking_for_a_message(words: tuple[Prompt, ...], is_asked: bool) -> None:
    script = with_node("welcome", Voicemail(box=QueueId("general"), prompts=words))
    run, step = begin(script)
    if words:
        assert said(step) == ["leave"]
        step = run.prompts_finished(103.0)

    assert last(step) == LeaveMessage(box=QueueId("general"), is_asked=is_asked)
    assert run.is_over
    again = read_script(script.script_id, 1, write_script(script))
    assert again.nodes[NodeId("welcome")] == script.nodes[NodeId("welcome")]
