"""The demonstration bank's call script: welcome; 1 accounts, 2 lost card, 9 English, 0 a person; silence: once more, then
a person. Its words are those of `texts.py`, so that each prompt's name is the name of its sound.
"""

from typing import Final

from banjie.base.hours import Hours, Period
from banjie.base.ids import QueueId, ScriptId
from banjie.base.prompts import Prompt
from banjie.demo.texts import TEXTS
from banjie.scripts.document import write_script
from banjie.scripts.model import (
    Choice,
    HangUp,
    HoursBranch,
    Menu,
    NodeId,
    Play,
    Prompts,
    Queue,
    Script,
    SwitchLanguage,
)

SCRIPT_ID: Final = ScriptId("demo-welcome")
GENERAL, URGENT, ENGLISH = QueueId("general"), QueueId("urgent"), QueueId("english")
URGENT_PRIORITY: Final = 10

# Day and night, as a bank's line is, so that the demonstration answers whenever it is tried. Publish other hours, or an
# exception for today, to hear the closed announcement.
HOURS: Final = Hours(timezone="Asia/Shanghai", weekly={d: (Period(0, 1440),) for d in range(7)})


def prompts(*names: str) -> Prompts:
    """Return the bank's prompts of these names."""
    return tuple(Prompt(name=name, text={str(k): v for k, v in TEXTS[name].items()}) for name in names)


def demo_script(version: int = 1) -> Script:
    """Return the script; a version of it is published when the demonstration is seeded."""
    node = NodeId
    return Script(
        script_id=SCRIPT_ID,
        version=version,
        start=node("hours"),
        nodes={
            node("hours"): HoursBranch(hours=HOURS, open=node("welcome"), closed=node("closed")),
            node("welcome"): Play(prompts=prompts("welcome", "machine"), then=node("menu")),
            node("menu"): Menu(
                prompts=prompts("menu"),
                no_input_prompts=prompts("not_heard"),
                invalid_prompts=prompts("invalid"),
                choices={
                    "1": _choice("account", "账户业务", "Account services"),
                    "2": _choice("lost card", "银行卡挂失", "Lost card"),
                    "9": _choice("english", "英语服务", "English"),
                    "0": _choice("person", "人工服务", "A person"),
                },
                on_no_input=node("person"),
                on_invalid=node("person"),
                timeout_s=5.0,
                retries=1,
            ),
            node("account"): Queue(queue_id=GENERAL, prompts=prompts("to_account")),
            node("lost card"): Queue(queue_id=URGENT, priority=URGENT_PRIORITY, prompts=prompts("to_urgent")),
            node("english"): SwitchLanguage(language="en", then=node("english queue")),
            node("english queue"): Queue(queue_id=ENGLISH, prompts=prompts("to_english")),
            node("person"): Queue(queue_id=GENERAL, prompts=prompts("to_person")),
            node("closed"): HangUp(prompts=prompts("closed"), reason="closed"),
        },
    )


def demo_document() -> dict[str, object]:
    """Return the script as the JSON document that drafts and versions hold, with places for the editor."""
    places = {
        "hours": (0, 0), "welcome": (260, 0), "closed": (260, 260), "menu": (520, 0),
        "account": (820, -180), "lost card": (820, -60), "english": (820, 60), "english queue": (1080, 60),
        "person": (820, 180),
    }  # fmt: skip
    return {**write_script(demo_script()), "layout": {name: list(at) for name, at in places.items()}}


def _choice(to: str, zh: str, en: str) -> Choice:
    return Choice(then=NodeId(to), label={"zh": zh, "en": en})
