"""The stories, given the world, and SIP, by which calls come to them."""

import asyncio
from dataclasses import dataclass, field

from banjie.desk.live import Board
from banjie.loop import LoopAlarm
from banjie.parts.appointments import start_appointments
from banjie.parts.database import Store
from banjie.parts.house import OpenedHouse
from banjie.parts.lead import Lead
from banjie.parts.records import Records, StoredCallers
from banjie.parts.run import Run
from banjie.parts.signalling import Signalling, digest_secret, phone_secrets, start_sip
from banjie.parts.sound import Sound, start_browsers
from banjie.people.model import PhoneLogin
from banjie.sip.gate import Accounts
from banjie.storage.agents import SqlAgentHistory
from banjie.storage.audit import SqlAuditLog
from banjie.storage.customers import SqlCustomerStore
from banjie.stories.appointments import Appointments
from banjie.stories.changed_house import ChangedHouse
from banjie.stories.contact_centre import ContactCentre, World
from banjie.stories.inbound_call import NumberBook
from banjie.stories.office import HOUSE_CHANGED
from banjie.stories.supervise_call import watch_ended


@dataclass(frozen=True, slots=True, kw_only=True)
class Floor:
    """The house with its calls."""

    stories: ContactCentre
    signalling: Signalling
    accounts: Accounts
    house: OpenedHouse
    changed: ChangedHouse
    board: Board
    appointments: Appointments
    turn: asyncio.Lock = field(default_factory=asyncio.Lock)

    async def take_in(self) -> None:
        """The set-up was changed, here or elsewhere: serve by it, and let exactly the phones of today register."""
        async with self.turn:
            await self.changed.take_in()
            self.signalling.sip.forget_phones(self.accounts.replace(await phone_secrets(self.house)))
            self.signalling.connect(self.house.set_up.trunks)
        self.board.set_up_changed()

    def let_register(self, login: PhoneLogin) -> None:
        """Let a desk phone in by its new password, and by no older one."""
        self.accounts.put(digest_secret(login))


async def start_stories(
    run: Run, store: Store, house: OpenedHouse, sound: Sound, records: Records, lead: Lead
) -> Floor:
    """Take calls from here on; agents are seated as they were before a restart."""
    settings, set_up = run.settings, house.set_up
    waiting = await records.callbacks.open_callbacks()
    seated = await SqlAgentHistory(store.database, house.tenant_id).present_states()
    browsers = await start_browsers(run, sound.switchboard)
    accounts = Accounts(await phone_secrets(house))
    signalling = await start_sip(run, accounts)
    signalling.connect(set_up.trunks)
    # Nothing waits between here and `on_event`: no call is offered to nobody.
    alarm = LoopAlarm()
    audit = SqlAuditLog(store.database)
    stories = ContactCentre(
        World(
            house=lambda: set_up.house,
            book=NumberBook(plan=lambda: set_up.plan, script=set_up.script, calls_max=settings.calls_max),
            callers=StoredCallers(house.tenant_id, SqlCustomerStore(store.database), records.calls),
            log=records.call_log,
            agent_log=records.agent_log,
            callback_log=records.callback_log,
            sip=signalling.sip,
            switchboard=sound.switchboard,
            browsers=browsers,
            prompts=sound.prompts,
            board=run.board,
            alarm=alarm,
            clock=run.clock,
            spawn=run.errands.spawn,
            today=records.today,
            hour_of=records.hour_of,
            recordings_folder=records.recordings,
            is_recording=settings.recording,
            has_diagnostics=settings.diagnostics,
            is_supervision_told=settings.supervision_told,
            on_watch_end=lambda end: run.errands.spawn(audit.append(watch_ended(house.tenant_id, end))),
        )
    )
    alarm.stories = stories
    sound.switchboard.on_event = stories.on_switch
    signalling.sip.on_event = stories.on_sip
    run.stack.push_async_callback(run.errands.finish)
    run.stack.callback(stories.end_all)
    stories.offers.lead(lead.until)
    lead.on_renewed = stories.offers.lead
    stories.callbacks.take_up(waiting)  # before there is an agent to ring for them
    stories.take_up(seated)
    stories.screens.show_all()
    floor = Floor(
        stories=stories,
        signalling=signalling,
        accounts=accounts,
        house=house,
        changed=ChangedHouse(set_up, stories, run.clock, lambda: run.errands.spawn(floor.take_in())),
        board=run.board,
        appointments=await start_appointments(run, store, house, stories.agents),
    )
    _follow_changes(run, store, floor)
    return floor


def _follow_changes(run: Run, store: Store, floor: Floor) -> None:
    def house_changed(_: str = "") -> None:
        run.errands.spawn(floor.take_in())

    run.stack.callback(store.bus.subscribe(HOUSE_CHANGED, house_changed, house_changed))
