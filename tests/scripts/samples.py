"""A small script with every kind of node."""

from banjie.base.hours import Hours, Period
from banjie.base.ids import QueueId, ScriptId
from banjie.base.prompts import Prompt
from banjie.scripts.model import (
    Choice,
    Collect,
    HangUp,
    HoursBranch,
    Menu,
    NodeId,
    Play,
    Queue,
    Script,
    SwitchLanguage,
    TransferOut,
)


def prompt(name: str) -> Prompt:
    return Prompt(name=name, text={"zh": f"{name}-zh", "en": f"{name}-en"})


def choice(to: str, label: str) -> Choice:
    return Choice(then=NodeId(to), label={"zh": f"{label}-zh", "en": f"{label}-en"})


WORKDAY = Hours(timezone="Asia/Shanghai", weekly={d: (Period(9 * 60, 18 * 60),) for d in range(5)})

SAMPLE = Script(
    script_id=ScriptId("sample"),
    version=3,
    start=NodeId("hours"),
    nodes={
        NodeId("hours"): HoursBranch(hours=WORKDAY, open=NodeId("welcome"), closed=NodeId("closed")),
        NodeId("welcome"): Play(prompts=(prompt("welcome"),), then=NodeId("menu")),
        NodeId("menu"): Menu(
            prompts=(prompt("menu"),),
            invalid_prompts=(prompt("invalid"),),
            choices={
                "1": choice("account", "account"),
                "2": choice("lost", "lost card"),
                "8": choice("out", "branch"),
                "9": choice("english", "English"),
            },
            on_no_input=NodeId("person"),
            on_invalid=NodeId("goodbye"),
            timeout_s=5.0,
            retries=1,
        ),
        NodeId("account"): Collect(
            name="account",
            prompts=(prompt("account"),),
            invalid_prompts=(prompt("invalid"),),
            then=NodeId("person"),
            on_no_input=NodeId("person"),
            min_digits=4,
            max_digits=6,
            timeout_s=8.0,
            between_s=3.0,
        ),
        NodeId("lost"): Queue(queue_id=QueueId("urgent"), priority=10),
        NodeId("english"): SwitchLanguage(language="en", then=NodeId("english queue")),
        NodeId("english queue"): Queue(
            queue_id=QueueId("english"), needs=frozenset({"english"}), prompts=(prompt("please_wait"),)
        ),
        NodeId("person"): Queue(queue_id=QueueId("general")),
        NodeId("out"): TransferOut(number="01066554433", prompts=(prompt("transfer"),)),
        NodeId("closed"): HangUp(prompts=(prompt("closed"),), reason="closed"),
        NodeId("goodbye"): HangUp(prompts=(prompt("goodbye"),)),
    },
)
