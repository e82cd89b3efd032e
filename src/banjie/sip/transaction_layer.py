"""The transactions that run: matched to messages (RFC 3261 §17.1.3, §17.2.3), moved by the tables, timed."""

from collections.abc import Callable
from functools import partial
from typing import Final, Literal

from banjie.sip.message import Essentials
from banjie.sip.model import Headers, Hop, Request, Response, Transmit
from banjie.sip.replies import Arrived
from banjie.sip.timers import Deadlines, Timer
from banjie.sip.transactions import (
    INVITE_CLIENT,
    INVITE_SERVER,
    NON_INVITE_CLIENT,
    NON_INVITE_SERVER,
    REPEATING,
    Act,
    Given,
    Machine,
    State,
    TimerValues,
)

Failure = Literal["timed out", "transport failed"]
ServerKey = tuple[str | int | None, ...]
OnResponse = Callable[[Response, Essentials, Hop, float], None]
OnFailure = Callable[[Failure, float], None]

COOKIE: Final = "z9hG4bK"


class Transaction:
    """What the four kinds share: a state, its timers, the table's step."""

    __slots__ = ("_layer", "_machine", "_timers", "data", "hop", "state")

    def __init__(self, layer: "TransactionLayer", machine: Machine, hop: Hop, data: bytes) -> None:
        self._layer = layer
        self._machine = machine
        self._timers: dict[Given, Timer] = {}
        self.state = State.TERMINATED
        self.hop = hop
        self.data = data

    def step(self, given: Given, now: float) -> None:
        """Take an input. One that the state does not name changes nothing."""
        row = self._machine.table[self.state].get(given)
        if row is None:
            return
        state, acts = row
        if state is not self.state:
            self._enter(state, now)
        for act in acts:
            self._act(act, now)

    def _enter(self, state: State, now: float) -> None:
        self.state = state
        wanted = self._machine.timers.get(state, ())
        for name in [name for name in self._timers if name not in wanted]:
            self._layer.deadlines.cancel(self._timers.pop(name))
        if state is State.TERMINATED:
            self._layer.forget(self)
            return
        for name in wanted:
            if name not in self._timers:
                self._start(name, self._layer.values.lasts(name, self.hop.is_reliable), now)
                if self.state is not state:
                    return  # the timer lasted no time

    def _start(self, name: Given, lasts_s: float | None, now: float) -> None:
        if lasts_s is None:
            return
        if lasts_s == 0.0:
            self.step(name, now)
            return
        self._timers[name] = self._layer.deadlines.at(now + lasts_s, partial(self._fire, name, lasts_s))

    def _fire(self, name: Given, lasted_s: float, now: float) -> None:
        del self._timers[name]
        self.step(name, now)
        if name in REPEATING and name in self._machine.timers.get(self.state, ()):
            self._start(name, self._layer.values.again(name, lasted_s), now)

    def _act(self, act: Act, now: float) -> None:
        if act is Act.SEND and self.data:
            self._layer.outbox.append(Transmit(self.hop, self.data))

    def abandon(self, now: float) -> None:
        """End without a word to anybody."""
        if self.state is not State.TERMINATED:
            self._enter(State.TERMINATED, now)


class ClientTransaction(Transaction):
    """A request of ours. `on_response` may be called again for each 2xx of an INVITE."""

    __slots__ = ("_last", "key", "on_failure", "on_response", "request")

    def __init__(
        self,
        layer: "TransactionLayer",
        request: Request,
        hop: Hop,
        on_response: OnResponse,
        on_failure: OnFailure,
    ) -> None:
        machine = INVITE_CLIENT if request.method == "INVITE" else NON_INVITE_CLIENT
        super().__init__(layer, machine, hop, request.to_bytes())
        self.request = request
        self.on_response = on_response
        self.on_failure = on_failure
        self.key: tuple[str, str] = ("", "")
        self._last: tuple[Response, Essentials, Hop] | None = None

    def start(self, key: tuple[str, str], now: float) -> None:
        self.key = key
        self._enter(self._machine.first, now)
        self._layer.outbox.append(Transmit(self.hop, self.data))

    def receive(self, response: Response, known: Essentials, hop: Hop, now: float) -> None:
        self._last = (response, known, hop)
        status = response.status
        given = Given.PROVISIONAL if status < 200 else Given.SUCCESS if status < 300 else Given.FAILURE
        self.step(given, now)
        self._last = None

    def _act(self, act: Act, now: float) -> None:
        if act is Act.TELL and self._last is not None:
            self.on_response(*self._last, now)
        elif act is Act.SEND_ACK and self._last is not None:
            ack = non_2xx_ack(self.request, self._last[0])
            self._layer.outbox.append(Transmit(self.hop, ack.to_bytes()))
        elif act is Act.TIME_OUT:
            self.on_failure("timed out", now)
        elif act is Act.FAIL:
            self.on_failure("transport failed", now)
        else:
            super()._act(act, now)


class ServerTransaction(Transaction):
    """A request of the peer. `on_end` is told when it is forgotten, `on_failure` when the flow broke before the end."""

    __slots__ = ("arrived", "key", "on_end", "on_failure")

    def __init__(self, layer: "TransactionLayer", arrived: Arrived, key: ServerKey) -> None:
        machine = INVITE_SERVER if arrived.request.method == "INVITE" else NON_INVITE_SERVER
        super().__init__(layer, machine, arrived.reply_hop, b"")
        self.arrived: Arrived | None = arrived
        self.key = key
        self.on_end: Callable[[], None] | None = None
        self.on_failure: OnFailure | None = None

    def start(self, now: float) -> None:
        self._enter(self._machine.first, now)

    def respond(self, status: int, data: bytes, now: float) -> None:
        """Send a response of ours. After the final one only the transaction repeats it (2xx of INVITE: the user)."""
        self.data = data
        if status < 200:
            self._layer.deadlines.cancel(self._timers.pop(Given.TIMER_TRYING, None))
            self.step(Given.SEND_PROVISIONAL, now)
            return
        self.step(Given.SEND_SUCCESS if status < 300 else Given.SEND_FAILURE, now)
        self.arrived = None
        if self.state is State.ACCEPTED:
            self.data = b""

    def _act(self, act: Act, now: float) -> None:
        if act is Act.SEND_TRYING and self.arrived is not None:
            self.data = self.arrived.write(100, "Trying", None)
            super()._act(Act.SEND, now)
        elif act is Act.FAIL:
            if self.on_failure is not None:
                self.on_failure("transport failed", now)
        else:
            super()._act(act, now)


class TransactionLayer:
    """All running transactions, by what finds them."""

    def __init__(self, deadlines: Deadlines, outbox: list[Transmit], values: TimerValues) -> None:
        self.deadlines = deadlines
        self.outbox = outbox
        self.values = values
        self.clients: dict[tuple[str, str], ClientTransaction] = {}
        self.servers: dict[ServerKey, ServerTransaction] = {}

    def send(
        self,
        request: Request,
        branch: str,
        hop: Hop,
        on_response: OnResponse,
        on_failure: OnFailure,
        now: float,
    ) -> ClientTransaction:
        transaction = ClientTransaction(self, request, hop, on_response, on_failure)
        key = (branch, request.method)
        self.clients[key] = transaction
        transaction.start(key, now)
        return transaction

    def serve(self, arrived: Arrived, now: float) -> ServerTransaction:
        key = server_key(arrived.request, arrived.known, arrived.request.method)
        transaction = ServerTransaction(self, arrived, key)
        self.servers[key] = transaction
        transaction.start(now)
        return transaction

    def receive_response(self, response: Response, known: Essentials, hop: Hop, now: float) -> bool:
        """Hand a response to its transaction; False when there is none."""
        transaction = self.clients.get((known.via.branch, known.method))
        if transaction is None:
            return False
        transaction.receive(response, known, hop, now)
        return True

    def flow_lost(self, hop: Hop, now: float) -> None:
        running: list[Transaction] = [*self.clients.values(), *self.servers.values()]
        for transaction in running:
            if is_same_flow(transaction.hop, hop):
                transaction.step(Given.TRANSPORT_FAILED, now)

    def forget(self, transaction: Transaction) -> None:
        if isinstance(transaction, ClientTransaction):
            self.clients.pop(transaction.key, None)
        elif isinstance(transaction, ServerTransaction):
            self.servers.pop(transaction.key, None)
            on_end, transaction.on_end = transaction.on_end, None
            if on_end is not None:
                on_end()


def is_same_flow(ours: Hop, lost: Hop) -> bool:
    """Tell whether what goes to `ours` went over `lost`; a hop without a flow takes any connection to there."""
    return (ours.transport, ours.host, ours.port) == (lost.transport, lost.host, lost.port) and (
        ours.flow == lost.flow or ours.flow is None or lost.flow is None
    )


def server_key(request: Request, known: Essentials, method: str) -> ServerKey:
    """Return what identifies a server transaction; ACK and CANCEL ask with method INVITE."""
    via = known.via
    branch = via.branch
    if branch.startswith(COOKIE) and len(branch) > len(COOKIE):
        return (branch, via.host, via.port, method)
    # RFC 3261 §17.2.3, for peers of RFC 2543.
    return (request.uri, known.from_tag, known.call_id, known.cseq, str(via), method)


def non_2xx_ack(request: Request, response: Response) -> Request:
    """RFC 3261 §17.1.1.3."""
    headers = _same_transaction(request, "ACK")
    headers.set("To", response.headers.get("To") or "")
    return Request("ACK", request.uri, headers)


def cancel(request: Request) -> Request:
    """RFC 3261 §9.1: the CANCEL of a request of ours."""
    return Request("CANCEL", request.uri, _same_transaction(request, "CANCEL"))


def _same_transaction(request: Request, method: str) -> Headers:
    theirs = request.headers
    headers = Headers()
    for name in ("Via", "Max-Forwards", "Route", "From", "To", "Call-ID"):
        for value in theirs.all(name):
            headers.add(name, value)
    number = (theirs.get("CSeq") or "").partition(" ")[0]
    headers.add("CSeq", f"{number} {method}")
    return headers
