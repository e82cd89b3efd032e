"""A supervisor lets agents serve other queues, or by other levels of skill, at once; and puts them back.

The running house takes it in as any other change: a call in hand stays, a waiting one is offered at once.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from banjie.base.faults import Fault, fault, require
from banjie.base.ids import AgentId, QueueId, UserId
from banjie.base.prompts import Bilingual
from banjie.people.errors import NoSuchUser
from banjie.people.model import User
from banjie.routing.moves import Change, Move, Service
from banjie.routing.skills import PROFICIENCY_MAX, Skill
from banjie.stories.house import NotAnAgent
from banjie.stories.office import Books, Facts, in_both

LEVELS = range(PROFICIENCY_MAX + 1)


async def move_agents(books: Books, agents: Sequence[AgentId], change: Change, *, is_for_today: bool) -> None:
    """Change what each of them serves now; `is_for_today`: until midnight of the house, else until put back.

    Raise NoSuchUser, NotAnAgent or Faulty. All of them are moved, or none.
    """
    queues = {q.rules.queue_id: q for q in await books.queues.list_queues(books.tenant_id)}
    skills = {Skill(code.code) for code in await books.queues.list_skills(books.tenant_id)}
    active = {queue_id for queue_id, queue in queues.items() if queue.is_active}
    require(_faults(change, active, skills))
    names = {queue_id: queue.name for queue_id, queue in queues.items()}
    until = midnight_after(books.now, await _zone(books)) if is_for_today else None
    moves = {move.agent_id: move for move in await books.moves.list_moves(books.tenant_id, books.now)}
    for agent_id in dict.fromkeys(agents):
        user = await _agent(books, agent_id)
        before = _Standing.of(user, moves.get(agent_id))
        service = change.of(before.service)
        if service == _set_up(user):
            await books.moves.drop_move(agent_id)
            after = _Standing.of(user, None)
        else:
            move = Move(
                agent_id=agent_id,
                service=service,
                until=until,
                moved_by=books.clerk.user_id,
                moved_at=books.now,
            )
            await books.moves.put_move(books.tenant_id, move)
            after = _Standing.of(user, move)
        await books.write_down(
            "move.set", agent_id, user.name, before=before.facts(names), after=after.facts(names)
        )


async def put_back(books: Books, agents: Sequence[AgentId]) -> None:
    """Let them serve as they are set up. Who was not moved stays as he is. Raise NoSuchUser or NotAnAgent."""
    setups = await books.queues.list_queues(books.tenant_id)
    names = {setup.rules.queue_id: setup.name for setup in setups}
    moves = {move.agent_id: move for move in await books.moves.list_moves(books.tenant_id, books.now)}
    for agent_id in dict.fromkeys(agents):
        user = await _agent(books, agent_id)
        if agent_id in moves:
            before, after = _Standing.of(user, moves[agent_id]), _Standing.of(user, None)
            await books.moves.drop_move(agent_id)
            await books.write_down(
                "move.undone", agent_id, user.name, before=before.facts(names), after=after.facts(names)
            )


def midnight_after(at: datetime, zone: ZoneInfo) -> datetime:
    """The end of this day, where the house is."""
    tomorrow = at.astimezone(zone).date() + timedelta(days=1)
    return datetime.combine(tomorrow, time(), zone)


@dataclass(frozen=True, slots=True)
class _Standing:
    """What he serves, and until when if not for good."""

    service: Service
    until: str

    @classmethod
    def of(cls, user: User, move: Move | None) -> "_Standing":
        if move is None:
            return cls(_set_up(user), "")
        return cls(move.service, "-" if move.until is None else f"{move.until:%Y-%m-%d %H:%M %Z}")

    def facts(self, names: Mapping[QueueId, Bilingual]) -> Facts:
        return {
            "queues": ", ".join(sorted(in_both(names.get(q, {})) or q for q in self.service.queues)),
            "skills": ", ".join(f"{skill} {level}" for skill, level in sorted(self.service.skills.items())),
            "until": self.until,
        }


def _set_up(user: User) -> Service:
    return Service(
        queues=frozenset(user.queues), skills={Skill(skill): level for skill, level in user.skills.items()}
    )


def _faults(change: Change, active: set[QueueId], skills: set[Skill]) -> list[Fault]:
    faults = []
    if not change.add <= active:
        faults.append(fault("add", "没有这个队列，或它已停用", "there is no such queue, or it is closed"))
    if not change.levels.keys() <= skills:
        faults.append(fault("levels", "没有这个技能", "there is no such skill"))
    if any(level is not None and level not in LEVELS for level in change.levels.values()):
        faults.append(fault("levels", "熟练度是 0 到 5 的整数", "a level is a whole number from 0 to 5"))
    if not (change.add or change.remove or change.levels):
        faults.append(fault("add", "请选择要改变的队列或技能", "choose a queue or a skill to change"))
    return faults


async def _agent(books: Books, agent_id: AgentId) -> User:
    user = await books.users.find_user(UserId(agent_id))
    if user is None or user.tenant_id != books.tenant_id or not user.is_active:
        raise NoSuchUser(f"there is no agent {agent_id}")
    if user.extension is None:
        raise NotAnAgent("this user takes no calls; give him an extension first")
    return user


async def _zone(books: Books) -> ZoneInfo:
    return ZoneInfo((await books.users.get_tenant(books.tenant_id)).timezone)
