"""The four machines, whole: each state has a row, each end is reached, what a row does not name changes nothing."""

from collections.abc import Mapping

import pytest

from banjie.sip.message import Essentials, essentials
from banjie.sip.model import Hop, Request, Response, Transmit
from banjie.sip.replies import Arrived
from banjie.sip.sessions import TRANSITIONS, SessionState, Turn
from banjie.sip.timers import Deadlines
from banjie.sip.transaction_layer import Failure, TransactionLayer
from banjie.sip.transactions import (
    INVITE_CLIENT,
    INVITE_SERVER,
    NON_INVITE_CLIENT,
    NON_INVITE_SERVER,
    Given,
    Machine,
    State,
    TimerValues,
)
from tests.sip.peer import PEER, Scene

pytestmark = pytest.mark.unit

MACHINES = {
    "INVITE client": INVITE_CLIENT,
    "non-INVITE client": NON_INVITE_CLIENT,
    "INVITE server": INVITE_SERVER,
    "non-INVITE server": NON_INVITE_SERVER,
}
TCP = Hop("tcp", "192.0.2.2", 5070, 7)
each_machine = pytest.mark.parametrize("machine", MACHINES.values(), ids=list(MACHINES))


def reachable(first: str, table: Mapping[str, Mapping[str, str]]) -> set[str]:
    seen, ahead = {first}, [first]
    while ahead:
        for state in table[ahead.pop()].values():
            if state not in seen:
                seen.add(state)
                ahead.append(state)
    return seen


def plain(machine: Machine) -> dict[str, dict[str, str]]:
    return {s: {g: to for g, (to, _) in row.items()} for s, row in machine.table.items()}


@each_machine
def test_each_state_is_reached_and_ends(machine: Machine) -> None:
    table = plain(machine)
    assert reachable(machine.first, table) == set(table)
    for state in table:
        assert State.TERMINATED in reachable(state, table)


@each_machine
def test_each_timer_that_runs_is_awaited_and_each_awaited_timer_runs(machine: Machine) -> None:
    for state, row in machine.table.items():
        awaited = {given for given in row if given.name.startswith("TIMER_")}
        assert awaited == set(machine.timers.get(state, ())), state


def test_every_session_state_can_end_and_an_ended_one_takes_nothing() -> None:
    table = {s: dict(row) for s, row in TRANSITIONS.items()}
    assert set(table) == set(SessionState)
    for state in SessionState:
        assert (Turn.END in TRANSITIONS[state]) == (state is not SessionState.ENDED)
    starts = reachable(SessionState.OFFERED, table) | reachable(SessionState.CALLING, table)
    assert starts == set(SessionState)


class Layer:
    """A transaction layer, its clock and what it said."""

    def __init__(self) -> None:
        self.deadlines = Deadlines()
        self.outbox: list[Transmit] = []
        self.layer = TransactionLayer(self.deadlines, self.outbox, TimerValues())
        self.now = 0.0
        self.told: list[str] = []

    def send(self, method: str, hop: Hop = PEER) -> tuple[Request, str]:
        request = Scene(hop=hop).build(method)
        branch = essentials(request).via.branch
        self.layer.send(request, branch, hop, self.on_response, self.on_failure, self.now)
        return request, branch

    def on_response(self, response: Response, known: Essentials, hop: Hop, now: float) -> None:
        self.told.append(str(response.status))

    def on_failure(self, failure: Failure, now: float) -> None:
        self.told.append(failure)

    def reply(self, request: Request, status: int) -> bool:
        response = Response(status, "x", request.headers)
        return self.layer.receive_response(response, essentials(response), PEER, self.now)

    def sent_at(self, until: float) -> list[float]:
        """Let time pass; return when something was sent."""
        moments: list[float] = []
        while (at := self.deadlines.next_deadline) is not None and at <= until:
            self.now = at
            count = len(self.outbox)
            self.deadlines.tick(at)
            moments += [at] * (len(self.outbox) - count)
        self.now = until
        return moments


def test_invite_is_repeated_doubling_until_timer_b() -> None:
    net = Layer()
    net.send("INVITE")
    assert net.sent_at(100) == [0.5, 1.5, 3.5, 7.5, 15.5, 31.5]
    assert net.told == ["timed out"]
    assert not net.layer.clients


def test_other_requests_are_repeated_up_to_t2_until_timer_f() -> None:
    net = Layer()
    net.send("OPTIONS")
    assert net.sent_at(100) == [0.5, 1.5, 3.5, 7.5, 11.5, 15.5, 19.5, 23.5, 27.5, 31.5]
    assert net.told == ["timed out"]


@pytest.mark.parametrize("method", ["INVITE", "OPTIONS"])
def test_nothing_is_repeated_over_a_stream(method: str) -> None:
    net = Layer()
    net.send(method, TCP)
    assert net.sent_at(100) == []
    assert net.told == ["timed out"]


def test_a_provisional_response_stops_repeating_an_invite_but_not_another_request() -> None:
    invite, options = Layer(), Layer()
    invite.reply(invite.send("INVITE")[0], 180)
    options.reply(options.send("OPTIONS")[0], 100)

    assert invite.sent_at(31) == []
    assert options.sent_at(4) == [0.5, 1.5, 3.5]
    assert invite.sent_at(1000) == []
    assert invite.told == ["180", "timed out"]  # timer C


def test_each_repeated_failure_is_acknowledged_and_told_once() -> None:
    net = Layer()
    request, _ = net.send("INVITE")
    for _ in range(3):
        assert net.reply(request, 486)

    assert net.told == ["486"]
    assert [t.data.split()[0] for t in net.outbox] == [b"INVITE", b"ACK", b"ACK", b"ACK"]
    net.sent_at(32.1)
    assert not net.reply(request, 486)


def test_each_repeated_2xx_of_an_invite_is_told_for_32_s() -> None:
    net = Layer()
    request, _ = net.send("INVITE")
    assert net.reply(request, 200)
    assert net.reply(request, 200)
    assert net.told == ["200", "200"]
    net.sent_at(32.1)
    assert not net.reply(request, 200)


def arrived(method: str, hop: Hop = PEER) -> Arrived:
    request = Scene(hop=hop).build(method)
    return Arrived(request, essentials(request), hop)


def test_a_failure_is_repeated_until_ack_and_given_up_after_32_s() -> None:
    net = Layer()
    came = arrived("INVITE")
    net.layer.serve(came, net.now).respond(486, b"no", net.now)
    assert net.sent_at(100) == [0.5, 1.5, 3.5, 7.5, 11.5, 15.5, 19.5, 23.5, 27.5, 31.5]
    assert not net.layer.servers

    acked = net.layer.serve(came, net.now)
    acked.respond(486, b"no", net.now)
    acked.step(Given.ACK, net.now)
    assert net.sent_at(200) == []
    assert not net.layer.servers


def test_a_2xx_of_an_invite_is_not_repeated_here_and_repeated_requests_are_absorbed() -> None:
    net = Layer()
    transaction = net.layer.serve(arrived("INVITE"), net.now)
    transaction.respond(200, b"yes", net.now)
    transaction.step(Given.REQUEST_AGAIN, net.now)
    assert net.sent_at(31.9) == []
    assert len(net.outbox) == 1
    assert net.layer.servers
    net.sent_at(32.1)
    assert not net.layer.servers


@pytest.mark.parametrize(("hop", "lasts_s"), [(PEER, 32.0), (TCP, 0.0)])
def test_another_request_repeated_gets_the_same_answer_while_it_may_come(hop: Hop, lasts_s: float) -> None:
    net = Layer()
    transaction = net.layer.serve(arrived("BYE", hop), net.now)
    transaction.respond(200, b"yes", net.now)
    transaction.step(Given.REQUEST_AGAIN, net.now)
    assert [t.data for t in net.outbox] == ([b"yes"] * 2 if lasts_s else [b"yes"])
    net.sent_at(lasts_s + 0.1)
    assert not net.layer.servers


def test_a_lost_flow_fails_what_went_over_it() -> None:
    net = Layer()
    net.send("INVITE", TCP)
    net.send("OPTIONS")

    net.layer.flow_lost(TCP, net.now)

    assert net.told == ["transport failed"]
    assert len(net.layer.clients) == 1


def test_cancelled_timers_let_go_of_what_they_held() -> None:
    deadlines = Deadlines()
    timers = [deadlines.at(float(n), lambda _now: None) for n in range(1000)]
    for timer in timers[1:]:
        deadlines.cancel(timer)
        deadlines.cancel(timer)
    assert len(deadlines) == 1
    assert len(deadlines._heap) < 200
    assert deadlines.next_deadline == 0.0
    deadlines.tick(5.0)
    assert deadlines.next_deadline is None
