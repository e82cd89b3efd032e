"""A caller waits: he hears the words of his script, and music, and keeps his place and time whatever changes about him.

What he asks for and how urgent he is may become known, or be changed, while he waits; another queue may take him over.
"""

from collections.abc import Callable, Iterable, Mapping

from banjie.base.ids import AgentId, QueueId
from banjie.calls.events import CallQueued, NeedsChanged, PriorityChanged, SearchWidened
from banjie.routing.acd import Acd
from banjie.routing.arrivals import Arrival, LastServed
from banjie.routing.events import CallMoved, Effect, NeedsRelaxed
from banjie.routing.skills import Skill
from banjie.scripts.effects import EnterQueue
from banjie.stories.callback_room import CallbackRoom
from banjie.stories.ongoing import Ongoing
from banjie.stories.stage import Stage


class QueuedCalls:
    """`apply` carries out what the ACD decides."""

    def __init__(
        self,
        stage: Stage,
        acd: Acd,
        apply: Callable[[Iterable[Effect]], None],
        callbacks: Callable[[], CallbackRoom],
    ) -> None:
        self._house, self._floor = stage.house, stage.floor
        self._prompts, self._clock = stage.prompts, stage.clock
        self._acd, self._apply, self._callbacks = acd, apply, callbacks
        self.on_queued: Callable[[Ongoing], None] = lambda ongoing: None

    def enqueue(self, ongoing: Ongoing, wanted: EnterQueue, waiting_since: float | None = None) -> None:
        """Let the caller hear the words of his script, and music, until somebody takes him.

        `waiting_since` keeps the time he has waited before.
        """
        ongoing.queue_id, ongoing.needs = wanted.queue_id, wanted.needs
        self._floor.note(
            ongoing,
            CallQueued,
            queue_id=wanted.queue_id,
            priority=wanted.priority,
            language=wanted.language,
        )
        words = self._prompts.clips(wanted.prompts, ongoing.language)
        self._floor.play(ongoing, words or (self._prompts.music(),), loop=not words)
        self.on_queued(ongoing)
        kept = self._callbacks().place_of(ongoing, wanted.queue_id)
        since = min((at for at in (waiting_since, kept) if at is not None), default=None)
        arrival = Arrival(
            call_id=ongoing.call_id,
            queue_id=wanted.queue_id,
            priority=wanted.priority,
            credit_s=self._credit_s(ongoing),
            needs=frozenset(map(Skill, wanted.needs)),
            waiting_since=since,
            last_served=self._last_served(ongoing),
        )
        self._apply(self._acd.enter(arrival, self._clock.mono()))
        if kept is not None:
            self._callbacks().came_himself(ongoing, wanted.queue_id)

    def known(self, ongoing: Ongoing) -> None:
        """Who he is was found out while he waits already: he has his credit from now on."""
        waiting = self._acd.find_call(ongoing.call_id)
        credit_s = self._credit_s(ongoing)
        if waiting is not None and waiting.credit_s != credit_s:
            now = self._clock.mono()
            self._apply(self._acd.reprioritise(ongoing.call_id, now, waiting.priority, credit_s))

    def reprioritise(self, ongoing: Ongoing, supervisor_id: AgentId, priority: int) -> None:
        """Give a waiting call another place. Raise `NotInQueue`."""
        credit_s = self._credit_s(ongoing)
        effects = self._acd.reprioritise(ongoing.call_id, self._clock.mono(), priority, credit_s)
        self._floor.note(ongoing, PriorityChanged, supervisor_id=supervisor_id, priority=priority)
        self._apply(effects)

    def change_needs(self, ongoing: Ongoing, supervisor_id: AgentId, needs: Mapping[Skill, int]) -> None:
        """Ask for other skills than the call came with. Raise `NotInQueue`."""
        effects = self._acd.change_needs(ongoing.call_id, self._clock.mono(), needs)
        self._floor.note(ongoing, NeedsChanged, supervisor_id=supervisor_id, needs=dict(needs))
        self._apply(effects)

    def send_to(self, ongoing: Ongoing, queue_id: QueueId) -> None:
        """Let him wait in another queue. Raise `NotInQueue`."""
        self._apply(self._acd.send_to(ongoing.call_id, queue_id, self._clock.mono()))

    def moved(self, moved: CallMoved) -> None:
        """Another queue has the caller now: nothing changes for him but who will answer."""
        ongoing = self._floor.find(moved.call_id)
        if ongoing is None or ongoing.live.is_over:
            return
        waiting = self._acd.find_call(moved.call_id)
        ongoing.queue_id = moved.queue_id
        self._floor.note(
            ongoing,
            CallQueued,
            queue_id=moved.queue_id,
            priority=0 if waiting is None else waiting.priority,
            language=ongoing.language,
            moved_from=moved.from_queue_id,
            cause=moved.cause.value,
        )

    def widened(self, relaxed: NeedsRelaxed) -> None:
        ongoing = self._floor.find(relaxed.call_id)
        if ongoing is not None and not ongoing.live.is_over:
            self._floor.note(ongoing, SearchWidened, ring=relaxed.ring, needs=tuple(sorted(relaxed.needs)))

    def _credit_s(self, ongoing: Ongoing) -> float:
        """What the house grants customers of his level (features A7)."""
        return self._house().credit_s.get(ongoing.view.level or "", 0.0)

    def _last_served(self, ongoing: Ongoing) -> LastServed | None:
        last = ongoing.last_served
        if last is None:
            return None
        return LastServed(agent_id=last.agent_id, ago_s=(self._clock.utc() - last.at).total_seconds())
