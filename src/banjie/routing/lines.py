"""Who could serve whom: the waiting calls and the idle agents, kept in lines so that no decision looks at everybody.

A line is a queue and what its calls need. A waiting call stands in one line, an idle agent in every line he
can serve. Law: between two steps no line holds both a waiting call and an idle agent.
"""

from banjie.base.ids import AgentId, CallId, QueueId
from banjie.routing.order import Order, Rank
from banjie.routing.queues import NO_SKILLS, Skills


class Line:
    __slots__ = ("idle", "needs", "waiting")

    def __init__(self, needs: Skills) -> None:
        self.needs = needs
        self.waiting: Order[CallId] = Order()  # by priority, then by how long
        self.idle: Order[AgentId] = Order()  # by how long


class Lines:
    __slots__ = ("_by_queue", "_places", "_skills", "_stands")

    def __init__(self) -> None:
        self._by_queue: dict[QueueId, dict[Skills, Line]] = {}
        self._places: dict[AgentId, list[Line]] = {}  # of idle agents
        self._skills: dict[AgentId, Skills] = {}  # of idle agents
        self._stands: dict[CallId, Line] = {}  # of waiting calls

    def open_queue(self, queue_id: QueueId) -> None:
        self._by_queue.setdefault(queue_id, {NO_SKILLS: Line(NO_SKILLS)})

    def add_call(self, call_id: CallId, queue_id: QueueId, needs: Skills, rank: Rank) -> None:
        line = self._stands[call_id] = self._line(queue_id, needs)
        line.waiting.put(call_id, rank)

    def remove_call(self, call_id: CallId) -> None:
        if line := self._stands.pop(call_id, None):
            line.waiting.discard(call_id)

    def add_agent(self, agent_id: AgentId, queues: frozenset[QueueId], skills: Skills, rank: Rank) -> None:
        served = [
            line for queue in queues for needs, line in self._by_queue[queue].items() if needs <= skills
        ]
        self._places[agent_id] = served
        self._skills[agent_id] = skills
        for line in served:
            line.idle.put(agent_id, rank)

    def remove_agent(self, agent_id: AgentId) -> None:
        self._skills.pop(agent_id, None)
        for line in self._places.pop(agent_id, ()):
            line.idle.discard(agent_id)

    def first_call_for(self, agent_id: AgentId) -> CallId | None:
        """The most urgent call among all the lines an idle agent serves."""
        best: tuple[Rank, CallId] | None = None
        for line in self._places[agent_id]:
            call_id = line.waiting.first()
            if call_id is not None and (best is None or line.waiting.rank(call_id) < best[0]):
                best = line.waiting.rank(call_id), call_id
        return None if best is None else best[1]

    def first_agent_for(self, call_id: CallId) -> AgentId | None:
        """The agent longest idle among those who can serve a waiting call."""
        return self._stands[call_id].idle.first()

    def idle_count(self, queue_id: QueueId) -> int:
        return len(self._by_queue[queue_id][NO_SKILLS].idle)

    def _line(self, queue_id: QueueId, needs: Skills) -> Line:
        lines = self._by_queue[queue_id]
        line = lines.get(needs)
        return self._new_line(lines, needs) if line is None else line

    def _new_line(self, lines: dict[Skills, Line], needs: Skills) -> Line:
        """The only walk over agents: once for a combination of needs never asked for in this queue before."""
        line = lines[needs] = Line(needs)
        everybody = lines[NO_SKILLS].idle
        for agent_id in everybody:
            if needs <= self._skills[agent_id]:
                line.idle.put(agent_id, everybody.rank(agent_id))
                self._places[agent_id].append(line)
        return line
