"""A queue over HTTP. Only the form is checked here; what makes sense is for `routing/queue_form.py` to say."""

from typing import Annotated, Literal

from pydantic import BaseModel, Field

from banjie.desk.schemas.set_up import Names, Number, Text
from banjie.desk.schemas.words import Asked, Bilingual, Id, Told
from banjie.routing.queues import Strategy, Urgency


class QueueWay(Asked):
    kind: Literal["queue"]
    queue_id: Id


class ScriptWay(Asked):
    kind: Literal["script"]
    node: Text = Field(description="Of the script the call came by.")


class VoicemailWay(Asked):
    kind: Literal["voicemail"]
    box: Id = Field(description="The queue whose people hear the message.")


class CallbackWay(Asked):
    kind: Literal["callback"]


class HangUpWay(Asked):
    kind: Literal["hang_up"]
    prompt: Text = Field(description="What is said before: one of `listQueueWays`.")


Way = Annotated[QueueWay | ScriptWay | VoicemailWay | CallbackWay | HangUpWay, Field(discriminator="kind")]


class RingRule(Asked):
    lasts_s: Number
    drops: Annotated[list[Text], Field(max_length=50)] = Field(description="Skills, when the ring is over.")


class CallbackRule(Asked):
    attempts_max: int = 3
    retry_after_s: Number = 1800.0
    lasts_s: Number = 8 * 3600.0  # from being asked for
    is_offered: bool = False  # who waits is told that he may be called back
    key: Text = "1"  # by which he asks for it
    offered_after_s: Number = 60.0  # expected to wait so long


class AnnouncingRule(Asked):
    """What is said to those who wait, first after two seconds."""

    has_position: bool = True
    has_wait: bool = True  # where anything is known of it
    every_s: Number = 45.0  # 0: nothing is announced
    comfort: Text | None = None  # words said beside: one of `listQueueWays`


class QueueRules(BaseModel):
    """What `routing/queues.py` says of each."""

    ring_timeout_s: Number
    acw_s: Number | None = Field(description="None: only the disposition ends the after-call work.")
    misses_before_break: int
    rejections_before_break: int
    unreachables_before_break: int = 1
    strategy: Strategy = Strategy.LONGEST_IDLE
    ring_all_max: int = Field(20, description="Of ring_all: at how many agents a call rings at once.")
    requires: Annotated[dict[Text, int], Field(max_length=50)] = Field(
        {}, description="Skills every call needs, with the least proficiency, 0 to 5."
    )
    prefers: Annotated[list[Text], Field(max_length=50)] = Field(
        [], description="Who has more of these rings first."
    )
    rings: Annotated[list[RingRule], Field(max_length=20)] = Field([], description="Bullseye, 6 at most.")
    urgency: Urgency = Urgency.PRIORITY
    score_s_per_priority: Number = Field(
        60.0, description="Of score: what a point of priority is worth in waiting time."
    )
    sticky_within_s: Number = Field(0.0, description="A customer is known to who served him so recently.")
    sticky_wait_s: Number = Field(0.0, description="How long a call waits for him alone.")
    size_max: int | None = Field(None, description="Callers who wait; more go where when_full says.")
    wait_max_s: Number | None = None
    when_full: Way | None = None
    when_waited: Way | None = None
    when_nobody: Way | None = Field(None, description="None: callers wait though nobody is signed in.")
    when_closed: Way | None = Field(None, description="None: callers wait for the opening.")
    callback: CallbackRule = CallbackRule()
    announcing: AnnouncingRule = AnnouncingRule()


class QueueIn(QueueRules, Asked):
    name: Names
    service_level_s: Number
    hours_id: Id | None = None
    is_active: bool = True


class QueueOut(QueueRules, Told):
    queue_id: str
    name: Bilingual
    priority: int
    service_level_s: float
    hours_id: str | None
    is_active: bool = Field(description="False: no new calls; those that wait are answered.")
    agents_count: int


class NodeOut(Told):
    node: str
    script_id: str
    script_name: Bilingual
    says: Bilingual = Field(description="Its first words; empty where it says nothing.")


class WordsOut(Told):
    name: str
    text: Bilingual


class WaysOut(Told):
    """Where a queue can send callers it does not take or keep, beside other queues."""

    nodes: list[NodeOut]
    prompts: list[WordsOut]
    comforts: list[WordsOut] = Field(description="For those who wait.")
