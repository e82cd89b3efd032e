"""A peer in the tests' hands: it writes and reads messages itself, so that each step of a scenario is seen."""

import itertools
from collections.abc import Sequence

from banjie.sip.events import SipEvent
from banjie.sip.grammar import tag_of
from banjie.sip.message import parse_message
from banjie.sip.model import Headers, Hop, Message, Request, Response, Target, TrunkPeer
from banjie.sip.ports import Admission, Admitted, Route
from banjie.sip.useragent import Settings, UserAgent

PEER = Hop("udp", "192.0.2.2", 5070)
OTHER = Hop("udp", "192.0.2.3", 5070)
OFFER = b"v=0\r\no=- 1 1 IN IP4 192.0.2.2\r\ns=-\r\nc=IN IP4 192.0.2.2\r\nt=0 0\r\nm=audio 4000 RTP/AVP 8\r\n"
ANSWER = OFFER.replace(b"192.0.2.2", b"192.0.2.1")
REOFFER = OFFER.replace(b"o=- 1 1", b"o=- 1 2")


def hexadecimal_tokens() -> "itertools.count[int]":
    return itertools.count(1)


class OpenGate:
    """Admits everybody as the trunk `test`, except hosts it is told to turn away."""

    def __init__(self, admission: Admission | None = None) -> None:
        self.admission: Admission = admission or Admitted(peer=TrunkPeer(name="test"))

    def admit(self, request: Request, hop: Hop, now: float) -> Admission:
        return self.admission

    def trust(self, hop: Hop) -> None:
        """Nothing hangs on it here."""


class FixedDirectory:
    def __init__(self, *routes: Route, local: tuple[str, int] = ("192.0.2.1", 5060)) -> None:
        self.routes = routes or (Route(hop=PEER, request_uri="sip:bob@192.0.2.2:5070"),)
        self.local = local
        self.resting: tuple[Hop, float] | None = None

    def routes_for(self, target: Target, dialled: str, now: float) -> Sequence[Route]:
        return self.routes

    def rest(self, hop: Hop, until: float) -> None:
        self.resting = (hop, until)

    def local_for(self, hop: Hop) -> tuple[str, int]:
        return self.local


def user_agent(
    directory: FixedDirectory | None = None, gate: OpenGate | None = None, settings: Settings | None = None
) -> UserAgent:
    count = hexadecimal_tokens()
    return UserAgent(
        directory=directory or FixedDirectory(),
        gate=gate or OpenGate(),
        settings=settings,
        token=lambda: f"{next(count) * 2654435761 % 2**64:016x}",
    )


class Scene:
    """A user agent, a clock, and the peer's side of the wire."""

    def __init__(self, agent: UserAgent | None = None, hop: Hop = PEER) -> None:
        self.agent = agent or user_agent()
        self.hop = hop
        self.now = 100.0
        self.events: list[SipEvent] = []
        self._branches = itertools.count(1)

    # time

    def wait(self, seconds: float) -> list[Message]:
        """Let time pass, deadline by deadline; return what was sent meanwhile."""
        until = self.now + seconds
        heard: list[Message] = []
        for _ in range(10_000):
            at = self.agent.next_deadline
            if at is None or at > until:
                break
            self.now = max(self.now, at)
            self.agent.tick(self.now)
            heard += self.heard()
        else:
            raise AssertionError("the user agent never comes to rest")
        self.now = until
        return heard

    # what the agent says

    def heard(self) -> list[Message]:
        self.events += self.agent.take_events()
        return [parse_message(transmit.data) for transmit in self.agent.take_outbox()]

    def heard_one(self) -> Message:
        messages = self.heard()
        assert len(messages) == 1, messages
        return messages[0]

    def response(self) -> Response:
        message = self.heard_one()
        assert isinstance(message, Response), message
        return message

    def request(self) -> Request:
        message = self.heard_one()
        assert isinstance(message, Request), message
        return message

    def take_events(self) -> list[SipEvent]:
        self.events += self.agent.take_events()
        taken, self.events = self.events, []
        return taken

    # what the peer says

    def say(self, message: Message | bytes) -> None:
        data = message if isinstance(message, bytes) else message.to_bytes()
        self.agent.receive(data, self.hop, self.now)

    def build(
        self,
        method: str,
        *,
        call_id: str = "call-1",
        from_tag: str = "theirs",
        to_tag: str = "",
        cseq: int = 1,
        branch: str | None = None,
        body: bytes = b"",
        uri: str = "sip:4000000001@192.0.2.1",
        more: Sequence[tuple[str, str]] = (),
    ) -> Request:
        branch = branch or f"z9hG4bK-peer-{next(self._branches)}"
        headers = Headers(
            [
                (
                    "Via",
                    f"SIP/2.0/{self.hop.transport.upper()} {self.hop.host}:{self.hop.port};branch={branch};rport",
                ),
                ("Max-Forwards", "70"),
                ("From", f'"Wang Wu" <sip:13800001234@{self.hop.host}>;tag={from_tag}'),
                ("To", "<sip:4000000001@192.0.2.1>" + (f";tag={to_tag}" if to_tag else "")),
                ("Call-ID", call_id),
                ("CSeq", f"{cseq} {method}"),
                ("Contact", f"<sip:13800001234@{self.hop.host}:{self.hop.port}>"),
            ]
        )
        for name, value in more:
            headers.add(name, value)
        if body:
            headers.add("Content-Type", "application/sdp")
        return Request(method, uri, headers, body)

    def reply(
        self,
        request: Request,
        status: int,
        *,
        tag: str = "theirs",
        body: bytes = b"",
        more: Sequence[tuple[str, str]] = (),
        contact: str | None = None,
    ) -> None:
        """Answer a request of the agent."""
        headers = Headers()
        for name in ("Via", "From", "To", "Call-ID", "CSeq"):
            for value in request.headers.all(name):
                if name == "To" and tag and tag_of(value) is None:
                    value = f"{value};tag={tag}"
                headers.add(name, value)
        headers.add("Contact", contact or f"<sip:bob@{self.hop.host}:{self.hop.port}>")
        for name, value in more:
            headers.add(name, value)
        if body:
            headers.add("Content-Type", "application/sdp")
        self.say(Response(status, "Reason", headers, body))


def to_tag(message: Message) -> str:
    return tag_of(message.headers.get("To") or "") or ""


def cseq_of(message: Message) -> str:
    return message.headers.get("CSeq") or ""
