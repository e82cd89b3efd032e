"""When a queue's figures are a warning, and which screens hang on walls: set here, and written down."""

from banjie.base.faults import require
from banjie.base.ids import QueueId, TeamId, new_id
from banjie.insight.thresholds import Thresholds, standard, threshold_faults
from banjie.insight.wall import WallScreen, WallScreenId, screen_faults
from banjie.routing.errors import NoSuchQueue
from banjie.stories.office import NOTHING, Books, Facts, shown


async def set_thresholds(books: Books, queue_id: QueueId, given: Thresholds | None) -> Thresholds:
    """Set those of a queue, None: the standard again; return what holds now. Raise NoSuchQueue or Faulty."""
    queues = await books.queues.list_queues(books.tenant_id)
    queue = next((setup for setup in queues if setup.rules.queue_id == queue_id), None)
    if queue is None:
        raise NoSuchQueue(queue_id)
    if given is not None:
        require(threshold_faults(given))
    usual = standard(queue.service_level_s)
    before = (await books.thresholds.list_thresholds(books.tenant_id)).get(queue_id, usual)
    after = usual if given is None else given
    await books.thresholds.put_thresholds(books.tenant_id, queue_id, given)
    await books.write_down("threshold.set", queue_id, queue.name, before=_facts(before), after=_facts(after))
    return after


def _facts(thresholds: Thresholds) -> Facts:
    return {field: shown(getattr(thresholds, field)) for field in Thresholds.__dataclass_fields__}


async def add_wall_screen(
    books: Books, name: str, teams: frozenset[TeamId] | None, token_hash: bytes
) -> WallScreen:
    """Raise Faulty."""
    known = {team.team_id: team for team in await books.teams.list_teams(books.tenant_id)}
    require(screen_faults(name, teams, {team_id: team.is_active for team_id, team in known.items()}))
    screen = WallScreen(
        screen_id=WallScreenId(new_id()),
        tenant_id=books.tenant_id,
        name=name.strip(),
        teams=teams,
        token_hash=token_hash,
        created_by=books.clerk.user_id,
        created_at=books.now,
    )
    await books.screens.add_screen(screen)
    both = {"zh": screen.name, "en": screen.name}
    ids = sorted(teams or ())
    shown_teams = ", ".join(known[team_id].name.get("zh", team_id) for team_id in ids) if ids else "*"
    await books.write_down("wall_screen.added", screen.screen_id, both, after={"teams": shown_teams})
    return screen


async def revoke_wall_screen(books: Books, screen_id: WallScreenId) -> bool:
    """Whether there was such a screen, open until now."""
    screens = await books.screens.list_screens(books.tenant_id)
    found = next((s for s in screens if s.screen_id == screen_id and s.revoked_at is None), None)
    if found is None:
        return False
    await books.screens.revoke_screen(books.tenant_id, screen_id, books.now)
    both = {"zh": found.name, "en": found.name}
    await books.write_down("wall_screen.revoked", screen_id, both, before=NOTHING, after=NOTHING)
    return True
