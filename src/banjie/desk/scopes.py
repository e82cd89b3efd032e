"""The wallboard as it is for those who may know of some agents only: these agents, and the queues they serve.

Laws: a part never holds an agent outside of its scope, nor a queue that none of its agents serves; what it holds is,
text for text, what the whole board holds; a change costs what has changed, however many agents there are.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence

from banjie.base.ids import AgentId
from banjie.desk.topics import Changes, Topic
from banjie.stories.ports import WALLBOARD

Served = Mapping[AgentId, Sequence[str]]  # the queues of each agent on the board

AGENT = "agent"  # keys are `agent/ID`; all others end in the queue they are about
KINDS_OF_QUEUE = ("queue", "minutes")


class Part(Topic):
    """One scope's board. It follows the whole; nothing is set or dropped in it."""

    def __init__(self, agents: Iterable[AgentId], write: Callable[[object], str]) -> None:
        super().__init__(WALLBOARD, write)
        self.agents = frozenset(agents)
        self._serving: dict[AgentId, Sequence[str]] = {}  # of its own agents
        self._counts: Counter[str] = Counter()  # how many of them serve a queue

    def begin(self, whole: Topic, served: Served) -> None:
        """Take what is on the whole board now."""
        self.follow({key: whole.find(key) for key in whole}, whole, served)

    def follow(self, changes: Changes, whole: Topic, served: Served) -> str | None:
        """Take what changed on the whole board, which has it already; return it as this part's next message."""
        mine: dict[str, str | None] = {}
        for key, text in changes.items():
            kind, _, name = key.partition("/")
            if kind == AGENT and AgentId(name) in self.agents:
                mine[key] = text
                self._serve(AgentId(name), () if text is None else served.get(AgentId(name), ()), whole, mine)
        for key, text in changes.items():
            kind, _, name = key.partition("/")
            if kind != AGENT and self._counts[name] > 0:
                mine[key] = text
        return self.number({key: text for key, text in mine.items() if text != self.find(key)})

    def _serve(
        self, agent_id: AgentId, queues: Sequence[str], whole: Topic, mine: dict[str, str | None]
    ) -> None:
        """A queue comes with its first agent and goes with its last."""
        before = self._serving.get(agent_id, ())
        self._serving[agent_id] = queues
        for queue_id in before:
            self._counts[queue_id] -= 1
        for queue_id in queues:
            self._counts[queue_id] += 1
        for queue_id in {*before, *queues}:
            is_mine = self._counts[queue_id] > 0
            for kind in KINDS_OF_QUEUE:
                key = f"{kind}/{queue_id}"
                mine[key] = whole.find(key) if is_mine else None
