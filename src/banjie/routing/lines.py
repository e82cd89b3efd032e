"""Who could serve whom: the waiting calls and the idle agents, kept in lines so that no decision looks at everybody.

A line is a queue and what its calls need. A waiting call stands in one line, an idle agent in every line he can
serve, at the rank the queue's strategy gives him. Law: between two steps no line holds both a waiting call and an
idle agent, but a call that rings already and would ring more.
"""

from collections.abc import Collection, Iterable, Iterator
from itertools import count
from random import Random

from banjie.base.ids import AgentId, QueueId
from banjie.routing.order import Heap, Rank
from banjie.routing.places import Place
from banjie.routing.queues import Queue
from banjie.routing.seats import Seat
from banjie.routing.skills import Levels, Skill, can
from banjie.routing.strategies import Turn

LINES_MAX = 4096  # of a queue; beyond, those nobody waits in are forgotten


class Line:
    __slots__ = ("idle", "needs", "turn", "waiting")

    def __init__(self, needs: Levels, turn: Turn) -> None:
        self.needs = needs
        self.turn = turn
        self.waiting: Heap[Place] = Heap()
        self.idle: Heap[Seat] = Heap()


class Room:
    """One queue's lines, and everybody idle in it. `age` changes when lines were taken away.

    Each line lies on one shelf, that of a skill it needs: an agent looks at the shelves of his skills alone.
    """

    __slots__ = ("age", "by_needs", "idle", "lines", "queue", "remembered", "shelves", "with_skill")

    def __init__(self, queue: Queue, age: int) -> None:
        self.queue, self.age = queue, age
        self.lines: list[Line] = []
        self.by_needs: dict[Levels, Line] = {}
        self.shelves: dict[Skill | None, list[Line]] = {}
        self.idle: dict[AgentId, Seat] = {}
        self.with_skill: dict[Skill, dict[AgentId, Seat]] = {}  # of the idle
        self.remembered: dict[Levels, dict[float, Rank]] = {}  # of lines before the rules changed

    def add(self, line: Line) -> None:
        """Put it on the shelf of its rarest skill, as far as is known."""
        shelf = min(
            (skill for skill, _ in line.needs), key=lambda s: len(self.shelves.get(s, ())), default=None
        )
        self.lines.append(line)
        self.by_needs[line.needs] = line
        self.shelves.setdefault(shelf, []).append(line)

    def admit(self, seat: Seat) -> None:
        self.idle[seat.agent_id] = seat
        for skill in seat.levels:
            self.with_skill.setdefault(skill, {})[seat.agent_id] = seat

    def dismiss(self, seat: Seat) -> None:
        del self.idle[seat.agent_id]
        for skill in seat.levels:
            del self.with_skill[skill][seat.agent_id]

    def who_could(self, needs: Levels) -> Collection[Seat]:
        """The idle who have the rarest of the skills needed: the others need not be looked at."""
        able = (self.with_skill.get(skill, {}) for skill, _ in needs)
        return min(able, key=len, default=self.idle).values()

    def memories(self) -> dict[Levels, dict[float, Rank]]:
        return self.remembered | {line.needs: line.turn.memory for line in self.lines if line.turn.memory}


class Crew:
    """The agents who have the same queues and skills: which lines they serve is found once for all of them."""

    __slots__ = ("ages", "seen", "served", "size", "version")

    def __init__(self) -> None:
        self.size = 0
        self.version = -1
        self.ages: dict[QueueId, int] = {}  # of the rooms whose lines were looked at
        self.seen: dict[tuple[QueueId, Skill | None], int] = {}  # how many of each shelf
        self.served: list[Line] = []


class Lines:
    __slots__ = ("_ages", "_chance", "_crew_of", "_crews", "_kept", "_rooms", "_tokens", "_version")

    def __init__(self, chance: Random) -> None:
        self._chance = chance
        self._rooms: dict[QueueId, Room] = {}
        self._crews: dict[tuple[frozenset[QueueId], Levels], Crew] = {}
        self._crew_of: dict[AgentId, Crew] = {}
        self._kept: dict[AgentId, Heap[Place]] = {}  # for the agent their customers know
        self._tokens, self._ages = count(1), count(1)
        self._version = 0  # of all lines together: a crew that knows it need not look

    # Queues and agents

    def open_queue(self, queue: Queue) -> None:
        """Open it, or begin its lines anew after its rules have changed: its calls have to be stood again."""
        before = self._rooms.get(queue.queue_id)
        room = self._rooms[queue.queue_id] = Room(queue, next(self._ages))
        self._version += 1
        if before is not None:
            room.idle, room.with_skill = before.idle, before.with_skill
            room.remembered = before.memories() if _rings_alike(queue, before.queue) else {}
        for needs in dict.fromkeys(queue.demands):  # so that no caller waits for the walk
            self._new_line(room, needs)

    def join(self, seat: Seat) -> None:
        """Sort an agent among those alike, before he is idle."""
        crew = self._crews.setdefault(_kind(seat), Crew())
        crew.size += 1
        self._crew_of[seat.agent_id] = crew

    def part(self, seat: Seat) -> None:
        crew = self._crew_of.pop(seat.agent_id)
        crew.size -= 1
        if not crew.size:
            del self._crews[_kind(seat)]

    def add_agent(self, seat: Seat) -> None:
        seat.token = next(self._tokens)
        for queue_id in seat.queues:
            self._rooms[queue_id].admit(seat)
        for line in self._served(seat):
            line.idle.push(seat.idle_rank if line.turn.is_by_idle_time else line.turn.rank(seat), seat)

    def remove_agent(self, seat: Seat) -> None:
        if seat.token:
            seat.token = 0
            for queue_id in seat.queues:
                self._rooms[queue_id].dismiss(seat)

    def idle_count(self, queue_id: QueueId) -> int:
        return len(self._rooms[queue_id].idle)

    # Calls

    def add_call(self, place: Place) -> None:
        place.token = next(self._tokens)
        if place.kept_for is not None and not place.rung:
            self._kept.setdefault(place.kept_for, Heap()).push(place.rank, place)
            return
        rank = (1.0, *place.rank[1:]) if place.rung else place.rank  # one that rings already is last
        self.line_of(place).waiting.push(rank, place)

    def remove_call(self, place: Place) -> None:
        place.token = 0

    def kept_for(self, agent_id: AgentId) -> list[Place]:
        """The calls that wait for this agent alone; from now on they do no more."""
        kept = self._kept.pop(agent_id, ())
        return [place for place in kept if place.kept_for == agent_id]

    def line_of(self, place: Place) -> Line:
        return self.line(place.queue_id, place.needs)

    def line(self, queue_id: QueueId, needs: Levels) -> Line:
        room = self._rooms[queue_id]
        line = room.by_needs.get(needs)
        return self._new_line(room, needs) if line is None else line

    # Who is first

    def first_call_for(self, seat: Seat) -> tuple[Place, Line | None] | None:
        """The most urgent call among all the lines an agent serves and those kept for him."""
        best: Rank | None = None
        found: tuple[Place, Line | None] | None = None
        if (kept := self._kept.get(seat.agent_id)) and (first := kept.first()):
            best, found = first[0], (first[1], None)
        for line in self._served(seat):
            first = line.waiting.first() if line.waiting.entries else None  # most are empty: do not even ask
            if first is None or seat.agent_id in first[1].tried:
                continue
            if best is None or first[0] < best:
                best, found = first[0], (first[1], line)
        return found

    # How

    def _served(self, seat: Seat) -> Iterable[Line]:
        crew = self._crew_of[seat.agent_id]
        if crew.version != self._version:
            self._catch_up(crew, seat)
        return crew.served

    def _catch_up(self, crew: Crew, seat: Seat) -> None:
        """Look at the lines made since the crew last looked; from the beginning where some were taken away."""
        rooms = [self._rooms[queue_id] for queue_id in seat.queues]
        ages = {room.queue.queue_id: room.age for room in rooms}
        if crew.ages != ages:
            crew.ages, crew.seen, crew.served = ages, {}, []
        for room in rooms:
            for skill in (None, *seat.levels):
                shelf, key = room.shelves.get(skill, ()), (room.queue.queue_id, skill)
                if len(shelf) > (seen := crew.seen.get(key, 0)):
                    crew.served += (line for line in shelf[seen:] if can(seat.levels, line.needs))
                    crew.seen[key] = len(shelf)
        crew.version = self._version

    def _new_line(self, room: Room, needs: Levels) -> Line:
        """The only walk over agents: once for a combination of needs never asked for in this queue before."""
        if len(room.lines) >= LINES_MAX:
            self._forget_empty(room)
        queue = room.queue
        weighed = frozenset(skill for skill, _ in (*needs, *queue.required)) | queue.prefers
        line = Line(needs, Turn(queue.strategy, weighed, queue.prefers, self._chance))
        line.turn.memory = room.remembered.pop(needs, {})
        room.add(line)
        self._version += 1
        for seat in room.who_could(needs):
            if can(seat.levels, needs):
                line.idle.push(line.turn.rank(seat), seat)
        return line

    def _forget_empty(self, room: Room) -> None:
        room.remembered = room.memories()
        kept = [line for line in room.lines if line.waiting.first() is not None]
        room.lines, room.by_needs, room.shelves = [], {}, {}
        for line in kept:
            room.add(line)
        room.age = next(self._ages)
        self._version += 1

    def memories(self) -> Iterator[tuple[QueueId, Levels, dict[float, Rank]]]:
        """Whom the lines remember to have rung last, where they remember."""
        for queue_id, room in self._rooms.items():
            for needs, memory in room.memories().items():
                yield queue_id, needs, memory


def _rings_alike(one: Queue, other: Queue) -> bool:
    return (one.strategy, one.prefers) == (other.strategy, other.prefers)


def _kind(seat: Seat) -> tuple[frozenset[QueueId], Levels]:
    return seat.queues, tuple(sorted(seat.levels.items()))
