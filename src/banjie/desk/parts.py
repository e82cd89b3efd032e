"""What the desk is built from. `main` makes one of these; tests make one of fakes."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import cast

from starlette.requests import HTTPConnection

from banjie.base.ids import TenantId
from banjie.calls.messages import MessageStore
from banjie.calls.store import CallStore
from banjie.desk.listened import Listened
from banjie.desk.live import Board, Presence
from banjie.desk.ports import (
    DeskOptions,
    Directory,
    HealthProbe,
    PhoneRoom,
    RecordingShelf,
    ScriptShelf,
    TrunkRoom,
)
from banjie.insight.ports import WallScreenStore
from banjie.numbers.ports import HoursStore
from banjie.people.model import PhoneLogin
from banjie.people.ports import ApiKeyStore, AuditLog, SessionStore, TeamStore, UserStore
from banjie.people.ration import Ration
from banjie.people.throttle import SignInThrottle
from banjie.people.versions import VersionStore
from banjie.routing.catalogue import QueueCatalogue
from banjie.routing.kept import CallbackStore
from banjie.sip.trunk_setup import TrunkStore
from banjie.stories.appointments import Appointments
from banjie.stories.customer_card import CustomerCards
from banjie.stories.matters import Matters
from banjie.stories.my_day import MyDay
from banjie.stories.office import Office
from banjie.stories.ports import AgentDesk, CallbackList, SupervisorDesk, VisitorCalls


@dataclass(frozen=True, slots=True, kw_only=True)
class DeskParts:
    """Ports, and the few values the desk needs. `board` is also what the stories get as their `LiveBoard`."""

    tenant_id: TenantId
    agents: AgentDesk
    supervision: SupervisorDesk
    visitors: VisitorCalls
    callbacks: CallbackList
    callback_store: CallbackStore
    board: Board
    users: UserStore
    sessions: SessionStore
    api_keys: ApiKeyStore
    audit: AuditLog
    calls: CallStore
    messages: MessageStore
    my_day: MyDay
    cards: CustomerCards
    matters: Matters
    appointments: Appointments
    recordings: RecordingShelf
    directory: Directory
    scripts: ScriptShelf
    health: HealthProbe
    options: Callable[[], DeskOptions]
    catalogue: QueueCatalogue
    teams: TeamStore
    hours: HoursStore
    office: Office
    versions: VersionStore
    wall_screens: WallScreenStore
    trunks: TrunkStore
    trunk_room: TrunkRoom
    phone_room: PhoneRoom
    on_phone_login: Callable[[PhoneLogin], None]  # a desk phone proves itself anew from now on
    now: Callable[[], datetime]  # UTC
    monotonic: Callable[[], float]
    web: Path | None = None  # the built front end, web/dist
    allowed_origins: frozenset[str] = frozenset()  # besides the one the request itself names
    throttle: SignInThrottle = field(default_factory=SignInThrottle)
    visitor_ration: Ration = field(default_factory=lambda: Ration(burst_count=6, refill_s=10.0))
    listened: Listened = field(default_factory=Listened)
    presence: Presence = field(init=False)

    def __post_init__(self) -> None:
        presence = Presence(self.agents.screen_back, self.agents.screen_lost)
        object.__setattr__(self, "presence", presence)


def parts_of(connection: HTTPConnection) -> DeskParts:
    return cast(DeskParts, connection.app.state.parts)
