"""An agent's own figures of today: his calls and his states, summed and measured. The day is that of his site."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from banjie.base.hours import start_of_day
from banjie.base.ids import AgentId, QueueId, TenantId, UserId
from banjie.insight.day import AgentDay, sum_day
from banjie.insight.ports import DayBook
from banjie.people.ports import TeamStore, UserStore
from banjie.routing.states import AgentHistory


@dataclass(frozen=True, slots=True, kw_only=True)
class ToldDay:
    on: date
    timezone: str
    day: AgentDay


@dataclass(frozen=True, slots=True, kw_only=True)
class MyDay:
    tenant_id: TenantId
    book: DayBook
    history: AgentHistory
    users: UserStore
    teams: TeamStore
    service_level_s: Callable[[], Mapping[QueueId, float]]
    now: Callable[[], datetime]

    async def of(self, agent_id: AgentId) -> ToldDay:
        now = self.now()
        timezone = await self.timezone_of(agent_id)
        begins = start_of_day(now, timezone)
        day = sum_day(
            await self.book.list_parts(agent_id, begins, now),
            await self.history.list_stretches(agent_id, begins, now),
            await self.book.count_missed(agent_id, begins, now),
            within=(begins, now),
            service_level_s=self.service_level_s(),
        )
        return ToldDay(on=now.astimezone(ZoneInfo(timezone)).date(), timezone=timezone, day=day)

    async def timezone_of(self, agent_id: AgentId) -> str:
        """Return the zone of the site where his team works; the house's, where he is in none."""
        user = await self.users.find_user(UserId(agent_id))
        teams = {team.team_id: team for team in await self.teams.list_teams(self.tenant_id)}
        team = None if user is None or user.team_id is None else teams.get(user.team_id)
        if team is not None and team.site_id is not None:
            for site in await self.teams.list_sites(self.tenant_id):
                if site.site_id == team.site_id:
                    return site.timezone
        return (await self.users.get_tenant(self.tenant_id)).timezone
