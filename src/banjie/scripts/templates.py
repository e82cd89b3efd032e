"""Beginnings of a call script: straight to a person, a menu, a closed announcement that takes messages.

Laws: each can be published as it is; a prompt's name is its sound, so words here have names of their own or are said elsewhere
in the house by the same name with the same words.
"""

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Final, Literal

from banjie.base.ids import QueueId, ScriptId
from banjie.base.prompts import Prompt
from banjie.scripts.document import write_script
from banjie.scripts.model import Choice, Menu, Node, NodeId, Play, Queue, Script, Voicemail

Template = Literal["person", "menu", "voicemail"]


def _prompt(name: str, zh: str, en: str) -> Prompt:
    return Prompt(name=name, text={"zh": zh, "en": en})


GREETING: Final = _prompt("greeting", "您好，感谢您的来电。", "Hello, and thank you for calling.")
TWO_CHOICES: Final = _prompt(
    "two_choices",
    "业务咨询，请按一。人工服务，请按零。",
    "For questions about our services, press one. To speak to a person, press zero.",
)
CLOSED_LEAVE_MESSAGE: Final = _prompt(
    "closed_leave_message",
    "您好，现在是非服务时间。请在提示音后留言，按井号键结束。",
    "Hello. We are closed now. Please leave a message after the tone, and press hash when you have finished.",
)
PIECES: Final[Mapping[str, Prompt]] = MappingProxyType(
    {prompt.name: prompt for prompt in (GREETING, TWO_CHOICES, CLOSED_LEAVE_MESSAGE)}
)


def from_template(template: Template, queue_id: QueueId) -> dict[str, object]:
    """Return the document to begin with. `queue_id`: whose people answer, or hear the messages."""
    start, nodes = _TEMPLATES[template](queue_id)
    script = Script(script_id=ScriptId(""), version=0, start=NodeId(start), nodes=nodes)
    return write_script(script)


_Graph = tuple[str, dict[NodeId, Node]]


def _to_a_person(queue_id: QueueId) -> _Graph:
    nodes: dict[NodeId, Node] = {
        NodeId("greeting"): Play(prompts=(GREETING,), then=NodeId("person")),
        NodeId("person"): Queue(queue_id=queue_id),
    }
    return "greeting", nodes


def _menu(queue_id: QueueId) -> _Graph:
    person = NodeId("person")
    nodes: dict[NodeId, Node] = {
        NodeId("greeting"): Play(prompts=(GREETING,), then=NodeId("menu")),
        NodeId("menu"): Menu(
            prompts=(TWO_CHOICES,),
            choices={
                "1": Choice(then=NodeId("services"), label={"zh": "业务咨询", "en": "Our services"}),
                "0": Choice(then=person, label={"zh": "人工服务", "en": "A person"}),
            },
            on_no_input=person,
            on_invalid=person,
        ),
        NodeId("services"): Queue(queue_id=queue_id),
        person: Queue(queue_id=queue_id),
    }
    return "greeting", nodes


def _voicemail(queue_id: QueueId) -> _Graph:
    box = Voicemail(box=queue_id, prompts=(CLOSED_LEAVE_MESSAGE,))
    return "message", {NodeId("message"): box}


_TEMPLATES: Final[Mapping[Template, Callable[[QueueId], _Graph]]] = MappingProxyType(
    {"person": _to_a_person, "menu": _menu, "voicemail": _voicemail}
)
