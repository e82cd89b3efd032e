"""The demonstration bank's script does what the bank promises."""

import json
from datetime import UTC, datetime

import pytest

from banjie.base.ids import QueueId
from banjie.demo.script import ENGLISH, GENERAL, SCRIPT_ID, URGENT, demo_document, demo_script
from banjie.demo.texts import TEXTS
from banjie.scripts.document import read_script
from banjie.scripts.effects import EnterQueue, PlayPrompts
from banjie.scripts.interpreter import Facts, ScriptRun, Step
from banjie.scripts.model import prompts_of
from banjie.scripts.problems import find_problems

pytestmark = pytest.mark.unit

QUEUES = frozenset({GENERAL, URGENT, ENGLISH})


def at_menu() -> ScriptRun:
    run = ScriptRun(demo_script(), Facts(at=datetime(2026, 11, 22, 19, 0, tzinfo=UTC)))
    run.start(0.0)
    run.prompts_finished(5.0)
    return run


def said(step: Step) -> list[str]:
    return [p.name for e in step.effects if isinstance(e, PlayPrompts) for p in e.prompts]


def queue_of(step: Step) -> EnterQueue:
    effect = step.effects[-1]
    assert isinstance(effect, EnterQueue)
    return effect


def test_the_document_is_json_without_problems_and_reads_as_the_script() -> None:
    document = json.loads(json.dumps(demo_document(), ensure_ascii=False))
    script = read_script(SCRIPT_ID, 1, document)

    assert script == demo_script()
    assert find_problems(script, queues=QUEUES) == []
    assert set(document["layout"]) == set(document["nodes"])


def test_every_prompt_has_a_sound_of_its_name_and_words() -> None:
    for node in demo_script().nodes.values():
        for prompt in prompts_of(node):
            assert dict(prompt.text) == dict(TEXTS[prompt.name])
            assert set(prompt.text) == {"zh", "en"}


@pytest.mark.parametrize(
    ("digit", "words", "queue", "priority", "language"),
    [
        ("1", "to_account", "general", 0, "zh"),
        ("2", "to_urgent", "urgent", 10, "zh"),
        ("9", "to_english", "english", 0, "en"),
        ("0", "to_person", "general", 0, "zh"),
    ],
)
def test_each_digit_leads_to_its_queue(
    digit: str, words: str, queue: str, priority: int, language: str
) -> None:
    entered = queue_of(at_menu().digit_pressed(digit, 6.0))

    assert [prompt.name for prompt in entered.prompts] == [words]
    assert (entered.queue_id, entered.priority, entered.language) == (QueueId(queue), priority, language)


def test_silence_is_asked_once_more_then_a_person_answers() -> None:
    run = at_menu()
    run.prompts_finished(12.0)

    assert said(run.tick(17.0)) == ["not_heard", "menu"]
    run.prompts_finished(26.0)
    assert queue_of(run.tick(31.0)).queue_id == GENERAL


def test_a_wrong_digit_is_asked_once_more_then_a_person_answers() -> None:
    run = at_menu()

    assert said(run.digit_pressed("5", 6.0)) == ["invalid", "menu"]
    assert queue_of(run.digit_pressed("5", 8.0)).queue_id == GENERAL
