"""What is wrong with a script, told as sentences."""

from collections.abc import Mapping
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from banjie.base.ids import QueueId
from banjie.base.prompts import Prompt
from banjie.scripts import model as m
from banjie.scripts.errors import ScriptRunsInCircles
from banjie.scripts.interpreter import Facts, ScriptRun
from banjie.scripts.problems import find_problems
from tests.scripts.samples import SAMPLE, WORKDAY, choice, prompt
from tests.scripts.test_interpreter import MONDAY_NOON

pytestmark = pytest.mark.unit

N = m.NodeId


def codes(script: m.Script, **options: frozenset[QueueId]) -> set[tuple[str, str | None]]:
    return {(p.code, p.node) for p in find_problems(script, **options)}  # type: ignore[arg-type]


def having(changes: Mapping[str, m.Node | None], start: str = "hours") -> m.Script:
    nodes = {**SAMPLE.nodes, **{N(name): node for name, node in changes.items()}}
    return replace(SAMPLE, start=N(start), nodes={k: v for k, v in nodes.items() if v is not None})


def menu(**changes: object) -> m.Menu:
    node = SAMPLE.nodes[N("menu")]
    assert isinstance(node, m.Menu)
    return replace(node, **changes)  # type: ignore[arg-type]


SAY = (prompt("say"),)


def test_the_sample_has_no_problem() -> None:
    assert find_problems(SAMPLE) == []


@pytest.mark.parametrize(
    ("script", "expected"),
    [
        (having({}, start="nowhere"), ("unknown_node", None)),
        (having({"welcome": m.Play(prompts=SAY, then=N("nowhere"))}), ("unknown_node", "welcome")),
        (having({"island": m.HangUp()}), ("unreachable", "island")),
        (
            having(
                {
                    "welcome": m.Play(prompts=SAY, then=N("again")),
                    "again": m.Play(prompts=SAY, then=N("welcome")),
                }
            ),
            ("no_end", "again"),
        ),
        (having({"menu": menu(on_no_input=N("menu"))}), ("silence_never_ends", "menu")),
        (having({"menu": menu(on_no_input=N("welcome"))}), ("silence_never_ends", "welcome")),
        (
            having(
                {
                    "english": m.SwitchLanguage(language="en", then=N("late")),
                    "late": m.HoursBranch(hours=WORKDAY, open=N("english"), closed=N("english queue")),
                }
            ),
            ("circle", "late"),
        ),
        (having({"english": m.SwitchLanguage(language="en", then=N("english"))}), ("circle", "english")),
        (having({"welcome": m.Play(prompts=(), then=N("menu"))}), ("no_prompt", "welcome")),
        (having({"menu": menu(prompts=())}), ("no_prompt", "menu")),
        (
            having({"goodbye": m.HangUp(prompts=(Prompt(name="bye", text={"zh": "再见"}),))}),
            ("missing_text", "goodbye"),
        ),
        (
            having({"menu": menu(choices={"1": m.Choice(then=N("person"), label={"zh": "一", "en": " "})})}),
            ("missing_text", "menu"),
        ),
        (having({"menu": menu(choices={})}), ("no_choice", "menu")),
        (having({"menu": menu(choices={"x": choice("person", "x")})}), ("bad_digit", "menu")),
        (having({"account": replace(SAMPLE.nodes[N("account")], min_digits=7)}), ("bad_length", "account")),  # type: ignore[call-arg]
        (
            having({"english": m.SwitchLanguage(language="fr", then=N("english queue"))}),
            ("unknown_language", "english"),
        ),
        (having({"out": m.TransferOut(number="sip:evil@example")}), ("bad_number", "out")),
        (
            having({"goodbye": m.HangUp(prompts=(Prompt(name="menu", text={"zh": "别的", "en": "other"}),))}),
            ("two_texts", "goodbye"),
        ),
    ],
)
def test_what_is_wrong_is_found_at_its_node(script: m.Script, expected: tuple[str, str | None]) -> None:
    assert expected in codes(script)
    for problem in find_problems(script):
        assert problem.message["zh"]
        assert problem.node is None or problem.node in problem.message["en"]


def test_queues_that_do_not_exist_are_found_when_the_queues_are_known() -> None:
    known = frozenset({QueueId("general"), QueueId("urgent")})

    assert codes(SAMPLE, queues=known) == {("unknown_queue", "english queue")}


def test_hours_are_no_way_out_of_silence() -> None:
    """While it is open he would be asked for ever."""
    ask = m.Collect(name="n", prompts=(prompt("type"),), then=N("bye"), on_no_input=N("hours"))
    nodes = {
        N("ask"): ask,
        N("hours"): m.HoursBranch(hours=WORKDAY, open=N("ask"), closed=N("bye")),
        N("bye"): m.HangUp(prompts=(prompt("bye"),)),
    }
    script = m.Script(script_id=SAMPLE.script_id, version=1, start=N("ask"), nodes=nodes)
    assert {(p.code, p.node) for p in find_problems(script)} == {
        ("silence_never_ends", "ask"),
        ("silence_never_ends", "hours"),
    }


node_ids = st.sampled_from([N(c) for c in "abcde"])
nodes = st.one_of(
    st.builds(m.Play, prompts=st.just(SAY), then=node_ids, barge_in=st.booleans()),
    st.builds(
        m.Menu,
        prompts=st.just((prompt("ask"),)),
        choices=st.dictionaries(
            st.sampled_from("123"),
            st.builds(m.Choice, then=node_ids, label=st.just({"zh": "x", "en": "x"})),
            min_size=1,
        ),
        on_no_input=node_ids,
        on_invalid=node_ids,
        retries=st.integers(0, 2),
        barge_in=st.booleans(),
    ),
    st.builds(
        m.Collect, name=st.just("n"), prompts=st.just((prompt("type"),)), then=node_ids, on_no_input=node_ids
    ),
    st.builds(m.HoursBranch, hours=st.just(WORKDAY), open=node_ids, closed=node_ids),
    st.builds(m.SwitchLanguage, language=st.sampled_from(["zh", "en"]), then=node_ids),
    st.just(m.Queue(queue_id=QueueId("general"))),
    st.just(m.HangUp(prompts=(prompt("bye"),))),
)
graphs = st.fixed_dictionaries({N(c): nodes for c in "abcde"})
given_by_caller = st.lists(st.sampled_from(["finished", "tick", *"1239#*"]), max_size=25)


@given(graphs, given_by_caller)
def test_a_silent_caller_leaves_every_script_without_problems(
    graph: dict[m.NodeId, m.Node], before: list[str]
) -> None:
    """Whatever he pressed before; and after every step the run waits for something or is over."""
    reached = m.Script(script_id=SAMPLE.script_id, version=1, start=N("a"), nodes=graph)
    if {p.code for p in find_problems(reached)} - {"unreachable"}:
        return
    run = ScriptRun(reached, Facts(at=MONDAY_NOON))
    now, saying = 0.0, _saying(run.start(0.0).effects, False)
    for what in (*before, *["finished", "tick"] * 60):
        assert run.is_over or saying or run.next_deadline is not None
        now += 1.0
        if what == "finished":
            step = run.prompts_finished(now) if saying else run.tick(now)
            saying = _saying(step.effects, False)
        elif what == "tick":
            now = max(now, run.next_deadline or now)
            saying = _saying(run.tick(now).effects, saying)
        else:
            saying = _saying(run.digit_pressed(what, now).effects, saying)
    assert run.is_over


@given(graphs, given_by_caller)
def test_no_script_however_wrong_does_worse_than_running_in_circles(
    graph: dict[m.NodeId, m.Node], given: list[str]
) -> None:
    run = ScriptRun(
        m.Script(script_id=SAMPLE.script_id, version=1, start=N("a"), nodes=graph), Facts(at=MONDAY_NOON)
    )
    try:
        run.start(0.0)
        for n, what in enumerate(given):
            match what:
                case "finished":
                    run.prompts_finished(float(n))
                case "tick":
                    run.tick(run.next_deadline or 0.0)
                case digit:
                    run.digit_pressed(digit, float(n))
    except ScriptRunsInCircles:
        pass


def _saying(effects: tuple[object, ...], before: bool) -> bool:
    names = [type(e).__name__ for e in effects]
    if "PlayPrompts" in names:
        return True
    return before and "StopPrompts" not in names
