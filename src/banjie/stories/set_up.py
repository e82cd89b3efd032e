"""The set-up of the house as it is now: loaded at the start, and again when somebody changed it."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from banjie.base.hours import Hours
from banjie.base.ids import AgentId, HoursId, QueueId, ScriptId, TenantId, UserId
from banjie.insight.ports import ThresholdStore
from banjie.insight.thresholds import Thresholds, standard
from banjie.numbers.model import ServiceNumber
from banjie.numbers.plan import NumberPlan, ToScript
from banjie.numbers.ports import HoursStore, NumberStore
from banjie.people.model import User
from banjie.people.ports import UserStore
from banjie.routing.catalogue import Code, QueueCatalogue, QueueSetup, choices, offered
from banjie.routing.moves import Move, MoveStore, Service
from banjie.routing.skills import Skill
from banjie.scripts.model import Script
from banjie.scripts.ports import ScriptStore
from banjie.sip.trunk_setup import TrunkSetup, TrunkStore
from banjie.stories.house import AgentProfile, House, QueueProfile


@dataclass(slots=True)
class SetUp:
    """`house`, `plan` and `script` are what calls are served by, the rest what screens name; each is there after `load`."""

    tenant_id: TenantId
    users: UserStore
    queues: QueueCatalogue
    hours: HoursStore
    numbers: NumberStore
    scripts: ScriptStore
    trunk_store: TrunkStore
    thresholds: ThresholdStore
    moves: MoveStore
    now: Callable[[], datetime]
    outbound_trunk: str | None
    outbound_caller: str
    credit_s: Mapping[str, float]  # by the level of a customer
    house: House = field(init=False)
    plan: NumberPlan = field(init=False)
    break_reasons: Sequence[Code] = field(init=False)  # closed ones too: what was keeps its name
    dispositions: Sequence[Code] = field(init=False)
    service_numbers: Sequence[ServiceNumber] = field(init=False)
    trunks: Sequence[TrunkSetup] = field(init=False)  # those that are open
    _versions: dict[tuple[ScriptId, int], Script] = field(default_factory=dict)

    async def load(self) -> None:
        tenant_id = self.tenant_id
        agents = await self._agents()
        hours = {named.hours_id: named.hours for named in await self.hours.list_hours(tenant_id)}
        thresholds = await self.thresholds.list_thresholds(tenant_id)
        setups = await self.queues.list_queues(tenant_id)
        queues = [
            replace(_queue(setup, hours, thresholds), position=position)
            for position, setup in enumerate(setups)
        ]
        break_reasons = await self.queues.list_break_reasons(tenant_id)
        dispositions = await self.queues.list_dispositions(tenant_id)
        trunks = [trunk for trunk in await self.trunk_store.list_trunks(tenant_id) if trunk.is_active]
        await self.load_plan()
        # Nothing waits from here on: whoever waited for this sees the whole of it at once.
        self.break_reasons, self.dispositions, self.trunks = break_reasons, dispositions, trunks
        self.house = House(
            agents=agents,
            queues={queue.rules.queue_id: queue for queue in queues},
            disposition_codes=choices(self.dispositions),
            noted_dispositions=frozenset(said.code for said in self.dispositions if said.needs_note),
            break_reasons=frozenset(reason.code for reason in offered(self.break_reasons)),
            in_band_trunks=frozenset(trunk.name for trunk in trunks if trunk.has_in_band_digits),
            referring_trunks=frozenset(trunk.name for trunk in trunks if trunk.transfers_by_refer),
            outbound_trunk=self.outbound_trunk,
            outbound_caller=self.outbound_caller,
            credit_s=self.credit_s,
        )

    def keep_agents(self, agents: dict[AgentId, AgentProfile]) -> None:
        """Let these, who work here no more, keep their seats: they are in a call."""
        self.house = replace(self.house, agents={**agents, **self.house.agents})

    def forget_agent(self, agent_id: AgentId) -> None:
        others = {known: profile for known, profile in self.house.agents.items() if known != agent_id}
        self.house = replace(self.house, agents=others)

    async def load_plan(self) -> None:
        """Let new calls begin with what is published now; calls under way keep theirs."""
        heads = await self.scripts.list_heads(self.tenant_id)
        newest = {head.script_id: head.published_version for head in heads if head.published_version}
        for script_id, version in newest.items():
            if (script_id, version) not in self._versions:
                script = await self.scripts.get_script(self.tenant_id, script_id, version)
                self._versions[script_id, version] = script
        numbers = await self.numbers.list_numbers(self.tenant_id)
        self.service_numbers = [number for number in numbers if number.is_active]
        self.plan = NumberPlan(self.service_numbers, newest)

    async def _agents(self) -> dict[AgentId, AgentProfile]:
        users = await self.users.list_users(self.tenant_id)
        moves = {
            UserId(move.agent_id): move for move in await self.moves.list_moves(self.tenant_id, self.now())
        }
        return {
            AgentId(user.user_id): _agent(user, moves.get(user.user_id))
            for user in users
            if _takes_calls(user)
        }

    def script(self, to: ToScript) -> Script:
        return self._versions[to.script_id, to.version]


def _takes_calls(user: User) -> bool:
    """Who has no queues takes what people hand him."""
    return user.is_active and user.extension is not None


def _agent(user: User, move: Move | None) -> AgentProfile:
    service = _service(user) if move is None else move.service
    return AgentProfile(
        agent_id=AgentId(user.user_id),
        name=user.name,
        extension=user.extension or user.username,
        queues=service.queues,
        skills=service.skills,
        move=move,
    )


def _service(user: User) -> Service:
    skills = {Skill(skill): level for skill, level in user.skills.items()}
    return Service(queues=frozenset(user.queues), skills=skills)


def _queue(
    setup: QueueSetup, hours: Mapping[HoursId, Hours], thresholds: Mapping[QueueId, Thresholds]
) -> QueueProfile:
    return QueueProfile(
        rules=setup.rules,
        name=setup.name,
        service_level_s=setup.service_level_s,
        is_active=setup.is_active,
        hours=None if setup.hours_id is None else hours[setup.hours_id],
        thresholds=thresholds.get(setup.rules.queue_id, standard(setup.service_level_s)),
    )
