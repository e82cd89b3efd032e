"""An administrator writes down sites and the teams that work there. Who is in a team, and who answers for it, stands with the person."""

from banjie.base.faults import Fault, both_names, fault, name_faults, require
from banjie.base.hours import is_timezone
from banjie.base.ids import SiteId, TeamId, new_id
from banjie.base.prompts import Bilingual
from banjie.people.errors import NoSuchSite, NoSuchTeam
from banjie.people.model import Site, Team
from banjie.stories.office import NOTHING, Books, Facts, in_both, shown


async def keep_site(
    books: Books, site_id: SiteId | None, name: Bilingual, timezone: str, *, is_active: bool
) -> Site:
    """Change a site, or, without an id, add one. Raise NoSuchSite or Faulty."""
    sites = {site.site_id: site for site in await books.teams.list_sites(books.tenant_id)}
    if site_id is not None and site_id not in sites:
        raise NoSuchSite(f"there is no site {site_id}")
    faults = name_faults(name)
    if not is_timezone(timezone):
        faults.append(
            fault(
                "timezone",
                "没有这个时区；请写 Asia/Shanghai 这样的名称",
                "there is no such time zone; name one as Asia/Shanghai",
            )
        )
    require(faults)
    before = None if site_id is None else sites[site_id]
    after = Site(
        site_id=site_id or SiteId(new_id()),
        tenant_id=books.tenant_id,
        name=both_names(name),
        timezone=timezone,
        is_active=is_active,
    )
    await books.teams.put_site(after)
    await books.write_down(
        "site.added" if before is None else "site.changed",
        after.site_id,
        after.name,
        before=NOTHING if before is None else _site_facts(before),
        after=_site_facts(after),
    )
    return after


async def keep_team(
    books: Books, team_id: TeamId | None, name: Bilingual, site_id: SiteId | None, *, is_active: bool
) -> Team:
    """Change a team, or, without an id, add one. Raise NoSuchTeam or Faulty."""
    teams = {team.team_id: team for team in await books.teams.list_teams(books.tenant_id)}
    if team_id is not None and team_id not in teams:
        raise NoSuchTeam(f"there is no team {team_id}")
    before = None if team_id is None else teams[team_id]
    require([*name_faults(name), *await _site_faults(books, before, site_id)])
    after = Team(
        team_id=team_id or TeamId(new_id()),
        tenant_id=books.tenant_id,
        name=both_names(name),
        site_id=site_id,
        is_active=is_active,
    )
    await books.teams.put_team(after)
    await books.write_down(
        "team.added" if before is None else "team.changed",
        after.team_id,
        after.name,
        before=NOTHING if before is None else _team_facts(before),
        after=_team_facts(after),
    )
    return after


async def _site_faults(books: Books, before: Team | None, site_id: SiteId | None) -> list[Fault]:
    if site_id is None or (before is not None and before.site_id == site_id):
        return []
    sites = await books.teams.list_sites(books.tenant_id)
    if any(site.site_id == site_id and site.is_active for site in sites):
        return []
    return [fault("site_id", "没有这个职场，或已停用", "there is no such site, or it is closed")]


def _site_facts(site: Site) -> Facts:
    return {"name": in_both(site.name), "timezone": site.timezone, "is_active": shown(site.is_active)}


def _team_facts(team: Team) -> Facts:
    return {"name": in_both(team.name), "site_id": shown(team.site_id), "is_active": shown(team.is_active)}
