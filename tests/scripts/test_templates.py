"""What a script can begin with can be published as it is, and says what has a sound."""

from typing import get_args

import pytest

from banjie.base.ids import QueueId, ScriptId
from banjie.demo.texts import TEXTS
from banjie.scripts.document import read_script
from banjie.scripts.model import prompts_of
from banjie.scripts.problems import find_problems
from banjie.scripts.templates import Template, from_template

pytestmark = pytest.mark.unit
QUEUE = QueueId("general")


@pytest.mark.parametrize("template", get_args(Template))
def test_a_template_can_be_published_as_it_is(template: Template) -> None:
    script = read_script(ScriptId("s"), 1, from_template(template, QUEUE))

    assert find_problems(script, queues={QUEUE}) == []
    assert find_problems(script, queues=set()), "its queue is judged as any other"


@pytest.mark.parametrize("template", get_args(Template))
def test_the_demonstration_can_say_every_word_of_a_template(template: Template) -> None:
    script = read_script(ScriptId("s"), 1, from_template(template, QUEUE))

    for node in script.nodes.values():
        for prompt in prompts_of(node):
            assert TEXTS[prompt.name] == prompt.text
