"""A supervisor's hands at the desk on fakes: what he watches is published, what he asks is kept."""

from collections.abc import Mapping

from banjie.base.ids import AgentId, CallId, LegId, QueueId
from banjie.calls.supervision import Mode
from banjie.desk.live import Board, me
from banjie.routing.skills import Skill
from banjie.stories.ports import BrowserAnswer, Supervisor
from banjie.stories.supervise_call import NotWatching
from banjie.stories.views import WaitingView, WatchView
from tests.fakes.desk_stories import answer_sdp, utc_now


class ScriptedSupervision:  # satisfies stories.ports.SupervisorDesk
    def __init__(self, board: Board) -> None:
        self._board = board
        self._watching: dict[AgentId, WatchView] = {}
        self.asked: list[tuple[object, ...]] = []
        self.lines: dict[QueueId, list[WaitingView]] = {}

    async def listen_in_browser(
        self, supervisor: Supervisor, call_id: CallId, mode: Mode, offer_sdp: str
    ) -> BrowserAnswer:
        self.asked.append(("listen", supervisor.agent_id, call_id, mode))
        self._show(supervisor, call_id, mode)
        return BrowserAnswer(sdp=answer_sdp(offer_sdp), leg_id=LegId("ear-1"), call_id=call_id)

    def listen_on_phone(self, supervisor: Supervisor, call_id: CallId, mode: Mode) -> None:
        self.asked.append(("ring", supervisor.agent_id, call_id, mode))
        self._show(supervisor, call_id, mode)

    def change(self, supervisor: Supervisor, call_id: CallId, mode: Mode) -> None:
        self.asked.append(("change", supervisor.agent_id, call_id, mode))
        if supervisor.agent_id not in self._watching:
            raise NotWatching("open the sound first")
        self._show(supervisor, call_id, mode)

    def leave(self, supervisor_id: AgentId) -> None:
        self.asked.append(("leave", supervisor_id))
        self._watching.pop(supervisor_id, None)
        self._board.drop(me(supervisor_id), "watch")

    def take_over(self, supervisor: Supervisor, call_id: CallId) -> None:
        self.asked.append(("take_over", supervisor.agent_id, call_id))

    def agent_of(self, call_id: CallId) -> AgentId | None:
        return AgentId("1001")

    def end_call(self, call_id: CallId) -> None:
        self.asked.append(("end_call", call_id))

    def reprioritise(self, supervisor: Supervisor, call_id: CallId, priority: int) -> None:
        self.asked.append(("reprioritise", supervisor.agent_id, call_id, priority))

    def change_needs(self, supervisor: Supervisor, call_id: CallId, needs: Mapping[Skill, int]) -> None:
        self.asked.append(("change_needs", supervisor.agent_id, call_id, dict(needs)))

    def send_to(self, call_id: CallId, queue_id: QueueId) -> None:
        self.asked.append(("send_to", call_id, queue_id))

    def waiting(self, queue_id: QueueId, after: int, limit: int) -> list[WaitingView]:
        return self.lines.get(queue_id, [])[after : after + limit]

    def queue_of(self, call_id: CallId) -> QueueId | None:
        return QueueId("general")

    def _show(self, supervisor: Supervisor, call_id: CallId, mode: Mode) -> None:
        view = WatchView(
            call_id=call_id,
            agent_id=AgentId("1001"),
            agent_name={"zh": "坐席 1001", "en": "Agent 1001"},
            mode=mode.value,
            since=utc_now(),
            leg_id=LegId("ear-1"),
            is_up=True,
        )
        self._watching[supervisor.agent_id] = view
        self._board.set(me(supervisor.agent_id), "watch", view)
