"""Live screens over real sockets: numbers, resync, presence, who may read what, and who has gone."""

import asyncio
import contextlib
import json
import socket
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import replace
from typing import Any

import httpx
import pytest
import pytest_asyncio
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed, InvalidStatus

from banjie.base.ids import AgentId, CallId, QueueId, TeamId, UserId
from banjie.desk.app import build_app
from banjie.desk.live import me, visitor
from banjie.desk.routes import live
from banjie.desk.server import CannotListen, DeskServer
from banjie.people.model import Team
from tests.fakes.desk_parts import FakeDesk
from tests.fakes.desk_people import DEMO

pytestmark = pytest.mark.peer

Message = dict[str, Any]


class Screen:
    """A page's socket, with the map it keeps."""

    def __init__(self, socket: ClientConnection) -> None:
        self.socket = socket
        self.maps: dict[str, dict[str, Any]] = {}
        self.seqs: dict[str, int] = {}

    async def subscribe(self, topic: str) -> Message:
        await self.socket.send(json.dumps({"subscribe": topic}))
        return await self.next()

    async def next(self) -> Message:
        """Return the next message that is not a beat."""
        while True:
            message: Message = json.loads(await asyncio.wait_for(self.socket.recv(), 5.0))
            if "beat" not in message:
                self._keep(message)
                return message

    def _keep(self, message: Message) -> None:
        topic = message.get("topic", "")
        if "snapshot" in message:
            self.maps[topic] = dict(message["snapshot"])
        elif "set" in message:
            assert message["seq"] == self.seqs[topic] + 1
            self.maps[topic].update(message["set"])
            for key in message["drop"]:
                del self.maps[topic][key]
        self.seqs[topic] = message.get("seq", 0)

    async def until(self, is_so: Callable[[], bool]) -> None:
        while not is_so():
            await self.next()


@pytest_asyncio.fixture
async def server(desk: FakeDesk) -> AsyncIterator[DeskServer]:
    started = await DeskServer.start(build_app(desk.parts), "127.0.0.1", 0)
    yield started
    await started.stop()


Open = Callable[[str], Awaitable[Screen]]


@pytest_asyncio.fixture
async def cookie(server: DeskServer) -> Callable[[str], Awaitable[tuple[str, str]]]:
    async def signed_in(username: str) -> tuple[str, str]:
        async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{server.port}") as client:
            reply = await client.post(
                "/api/session", json={"username": username, "password": f"demo-{username}"}
            )
            return f"banjie_session={client.cookies['banjie_session']}", reply.json()["csrf_token"]

    return signed_in


@pytest_asyncio.fixture
async def screen(server: DeskServer, cookie) -> AsyncIterator[Open]:  # type: ignore[no-untyped-def]
    async with contextlib.AsyncExitStack() as opened:
        cookies: dict[str, str] = {}

        async def open_screen(username: str) -> Screen:
            if username not in cookies:
                cookies[username], _ = await cookie(username)
            url = f"ws://127.0.0.1:{server.port}/api/live"
            made = connect(url, additional_headers={"Cookie": cookies[username]})
            return Screen(await opened.enter_async_context(made))

        yield open_screen


async def closing_code(socket: ClientConnection) -> int:
    """Read on until the server closes; return its code."""
    with contextlib.suppress(ConnectionClosed):
        async with asyncio.timeout(5.0):
            while True:
                await socket.recv()
    return socket.close_code or 0


async def poll(is_so: Callable[[], bool]) -> None:
    async with asyncio.timeout(8.0):
        while not is_so():  # noqa: ASYNC110  # the condition is another part's state
            await asyncio.sleep(0.005)


async def test_an_agents_screen_follows_a_call_from_ring_to_disposition(screen: Open, desk: FakeDesk) -> None:
    desk.agents._offer_after_s = 0.0
    page, agent = await screen("1001"), AgentId("1001")
    await page.subscribe("me")
    desk.agents.set_state(agent, "BREAK", None, "browser")
    await page.until(lambda: page.maps["me"].get("agent", {}).get("reason") == "Warm-up")
    desk.agents.set_state(agent, "READY", None, "browser")
    await page.until(lambda: "offer" in page.maps["me"])
    offer = page.maps["me"]["offer"]
    assert offer["caller"]["number"] == "138****1234"

    await desk.agents.answer(agent, CallId(offer["call_id"]), "v=0\r\n")
    await page.until(lambda: page.maps["me"].get("call", {}).get("state") == "TALKING")
    assert "offer" not in page.maps["me"]
    desk.agents.hang_up(agent, CallId(offer["call_id"]))
    await page.until(lambda: "acw" in page.maps["me"])
    await desk.agents.dispose(agent, CallId(offer["call_id"]), "resolved", "")
    await page.until(lambda: set(page.maps["me"]) == {"agent"})
    assert page.maps["me"]["agent"]["state"] == "READY"


async def test_screens_of_one_agent_see_the_same_and_of_another_nothing(screen: Open, desk: FakeDesk) -> None:
    one, two, other = await screen("1001"), await screen("1001"), await screen("1002")
    for page in (one, two, other):
        await page.subscribe("me")
    desk.board.set(me(AgentId("1001")), "note", {"text": "你好"})
    await one.until(lambda: "note" in one.maps["me"])
    await two.until(lambda: "note" in two.maps["me"])
    desk.board.set(me(AgentId("1002")), "end", {})
    await other.until(lambda: "end" in other.maps["me"])

    assert one.maps["me"]["note"] == two.maps["me"]["note"] == {"text": "你好"}
    assert "note" not in other.maps["me"]


async def test_the_desk_hears_of_the_first_screen_and_of_the_last(screen: Open, desk: FakeDesk) -> None:
    one, two = await screen("1001"), await screen("1001")
    await one.subscribe("me")
    await one.subscribe("me")  # again: a snapshot, not a second screen
    await two.subscribe("me")
    await one.socket.close()
    await poll(lambda: desk.board.screens_count == 1)
    assert [asked[0] for asked in desk.agents.asked] == ["screen_back"]

    await two.socket.close()
    await poll(lambda: ("screen_lost", "1001") in desk.agents.asked)
    assert len(desk.agents.asked) == 2


async def test_who_may_not_read_a_topic_is_told_so_and_stays(screen: Open, desk: FakeDesk) -> None:
    agent, supervisor, office = await screen("1001"), await screen("2001"), await screen("admin")

    assert await agent.subscribe("wallboard") == {"refused": "wallboard", "code": "people.forbidden"}
    assert await agent.subscribe("nothing") == {"refused": "nothing", "code": "desk.not_found"}
    assert await office.subscribe("me") == {"refused": "me", "code": "people.forbidden"}
    assert (await agent.subscribe("me"))["topic"] == "me"
    assert (await supervisor.subscribe("wallboard"))["topic"] == "wallboard"
    assert [asked for asked in desk.agents.asked if asked[1] == "admin"] == []


CARDS, LOANS = TeamId("cards"), TeamId("loans")


def two_teams(desk: FakeDesk) -> None:
    """1001 and 1002 are in `cards`, the others in `loans`; each team serves a queue of its own. 2001 answers for `cards`."""
    users = desk.users.users
    for team_id in (CARDS, LOANS):
        desk.teams.teams[team_id] = Team(team_id=team_id, tenant_id=DEMO, name={"zh": team_id, "en": team_id})
    for n in range(1001, 1007):
        user_id = UserId(str(n))
        team_id, queue_id = (CARDS, "urgent") if n < 1003 else (LOANS, "general")
        users[user_id] = replace(users[user_id], team_id=team_id, queues=(QueueId(queue_id),))
        desk.agents.sees(users[user_id])
    users[UserId("2001")] = replace(users[UserId("2001")], leads=(CARDS,))
    desk.agents.publish_wallboard()
    desk.board.flush()


OF_CARDS = {"agent/1001", "agent/1002", "queue/urgent"}


async def test_a_supervisors_wallboard_carries_nothing_of_other_teams(screen: Open, desk: FakeDesk) -> None:
    two_teams(desk)
    his, all_of_it = await screen("2001"), await screen("admin")
    assert set((await his.subscribe("wallboard"))["snapshot"]) == OF_CARDS
    assert len((await all_of_it.subscribe("wallboard"))["snapshot"]) == 9
    texts: list[str] = []
    for agent in ("1003", "1001"):
        desk.agents.set_state(AgentId(agent), "BREAK", "meal", "browser")
        desk.agents.publish_wallboard()
        desk.board.set("wallboard", "minutes/general", {"waiting_max": [1]})
        desk.board.flush()
    desk.board.set("wallboard", "minutes/urgent", {"waiting_max": [2]})
    while "minutes/urgent" not in his.maps["wallboard"]:
        texts.append(json.dumps(await his.next()))

    assert set(his.maps["wallboard"]) == OF_CARDS | {"minutes/urgent"}
    assert his.maps["wallboard"]["agent/1001"]["reason"] == "meal"
    for told in ("1003", "1004", "general", "english"):
        assert not any(f"/{told}" in text for text in texts), told
    await all_of_it.until(lambda: "minutes/urgent" in all_of_it.maps["wallboard"])
    assert all_of_it.maps["wallboard"]["agent/1003"]["reason"] == "meal"


async def test_who_answers_for_another_team_from_now_on_sees_that_one_at_once(
    screen: Open, desk: FakeDesk
) -> None:
    two_teams(desk)
    page = await screen("2001")
    await page.subscribe("wallboard")
    eve = desk.users.users[UserId("2001")]
    desk.users.users[eve.user_id] = replace(eve, leads=(LOANS,))
    desk.board.set_up_changed()
    message = await page.next()
    assert set(message["snapshot"]) == {f"agent/100{n}" for n in range(3, 7)} | {"queue/general"}
    desk.users.users[eve.user_id] = replace(eve, leads=())
    desk.board.set_up_changed()
    assert (await page.next())["snapshot"] == {}  # nobody's: not everybody's


async def test_a_queue_comes_with_its_first_agent_of_the_team_and_goes_with_the_last(
    screen: Open, desk: FakeDesk
) -> None:
    two_teams(desk)
    page = await screen("2001")
    await page.subscribe("wallboard")
    ann = desk.users.users[UserId("1001")]
    desk.agents.sees(replace(ann, queues=(QueueId("english"),)))
    desk.agents.publish_wallboard()
    await page.until(lambda: "queue/english" in page.maps["wallboard"])
    assert "queue/urgent" in page.maps["wallboard"]  # the other still serves it
    desk.agents.sees(ann)
    desk.agents.publish_wallboard()
    await page.until(lambda: "queue/english" not in page.maps["wallboard"])


async def test_a_screen_on_a_wall_shows_its_teams_by_its_link_until_it_is_revoked(
    server: DeskServer, desk: FakeDesk, cookie: Callable[[str], Awaitable[tuple[str, str]]]
) -> None:
    two_teams(desk)
    value, csrf = await cookie("admin")
    headers = {"Cookie": value, "X-CSRF-Token": csrf}
    async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{server.port}", headers=headers) as admin:
        made = (await admin.post("/api/wall-screens", json={"name": "3F", "teams": [CARDS]})).json()
        url = f"ws://127.0.0.1:{server.port}/api/wall/live?token="
        async with connect(url + made["token"]) as opened:
            wall = Screen(opened)
            assert set((await wall.next())["snapshot"]) == OF_CARDS
            desk.board.set("wallboard", "queue/general", {"waiting_count": 9})
            desk.board.set("wallboard", "queue/urgent", {"waiting_count": 3})
            message = await wall.next()
            assert set(message["set"]) == {"queue/urgent"}
            assert (await admin.delete(f"/api/wall-screens/{made['screen_id']}")).status_code == 204
            assert await closing_code(opened) == 4404
    for token in (made["token"], "guess", ""):
        with pytest.raises(ConnectionClosed) as closed:
            async with connect(url + token) as stranger:
                await stranger.recv()
        assert closed.value.rcvd is not None
        assert closed.value.rcvd.code == 4404
    await poll(lambda: not desk.board._parts)  # nobody reads it: it is kept no longer


async def test_changes_of_one_turn_are_one_message(screen: Open, desk: FakeDesk) -> None:
    page = await screen("2001")
    await page.subscribe("wallboard")
    desk.agents.publish_wallboard()
    desk.agents.publish_wallboard()
    message = await page.next()

    assert len(message["set"]) == 9
    assert message["seq"] == 1


async def test_signing_out_closes_the_screens_of_that_session(
    screen: Open,
    cookie: Callable[[str], Awaitable[tuple[str, str]]],
    server: DeskServer,
    desk: FakeDesk,
) -> None:
    value, csrf = await cookie("1001")
    other = await screen("1001")
    url = f"ws://127.0.0.1:{server.port}/api/live"
    async with connect(url, additional_headers={"Cookie": value}) as mine:
        headers = {"Cookie": value, "X-CSRF-Token": csrf}
        async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{server.port}") as client:
            assert (await client.delete("/api/session", headers=headers)).status_code == 204
        assert await closing_code(mine) == 4401
    assert (await other.subscribe("me"))["topic"] == "me"


async def test_an_open_screen_keeps_its_session_and_loses_it_at_its_end(
    screen: Open, desk: FakeDesk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(live, "RECHECK_S", 0.02)
    page = await screen("1001")
    session = next(iter(desk.sessions.sessions.values()))
    desk.clock.move(3600)  # type: ignore[union-attr]
    await poll(lambda: desk.sessions.sessions[session.session_id].seen_at > session.seen_at)
    await desk.sessions.end_session(session.session_id)

    with pytest.raises(ConnectionClosed) as closed:
        await page.next()
    assert closed.value.rcvd is not None
    assert closed.value.rcvd.code == 4401


async def test_a_socket_without_a_session_or_of_another_site_is_not_opened(
    server: DeskServer, cookie: Callable[[str], Awaitable[tuple[str, str]]]
) -> None:
    url, (value, _) = f"ws://127.0.0.1:{server.port}/api/live", await cookie("1001")
    with pytest.raises(ConnectionClosed) as closed:
        async with connect(url) as stranger:
            await stranger.recv()
    assert closed.value.rcvd is not None
    assert closed.value.rcvd.code == 4401
    for origin in ("http://evil.test", "null"):
        with pytest.raises(InvalidStatus) as refused:
            await connect(url, additional_headers={"Cookie": value}, origin=origin)  # type: ignore[arg-type]
        assert refused.value.response.status_code == 403


@pytest.mark.parametrize(
    ("sent", "code"),
    [
        ("{", 4400),
        ("[]", 4400),
        ('{"subscribe":"ME"}', 4400),
        ('{"subscribe":"me","as":"1002"}', 4400),
        ('{"subscribe":"me/1002"}', 4400),
        (b"\x00\x01", 4400),
        ("x" * 20_000, 1009),
    ],
)
async def test_what_is_not_understood_closes_the_socket(sent: str | bytes, code: int, screen: Open) -> None:
    page = await screen("1001")
    await page.socket.send(sent)
    with pytest.raises(ConnectionClosed) as closed:
        await page.next()

    assert closed.value.rcvd is not None
    assert closed.value.rcvd.code == code


async def test_a_flood_of_requests_closes_the_socket(screen: Open) -> None:
    page = await screen("1001")
    for _ in range(30):
        await page.socket.send('{"subscribe":"me"}')

    assert await closing_code(page.socket) == 4429


async def test_a_page_that_stopped_reading_catches_up_by_a_snapshot(screen: Open, desk: FakeDesk) -> None:
    page = await screen("1001")
    await page.subscribe("me")
    page.socket.transport.pause_reading()
    for n in range(3000):
        desk.board.set(me(AgentId("1001")), f"k{n % 50}", {"n": n, "ballast": "x" * 2000})
        await asyncio.sleep(0)
    reader = next(iter(desk.board._screens))
    assert reader.backlog.resync_count > 0
    page.socket.transport.resume_reading()
    desk.board.set(me(AgentId("1001")), "end", {})

    async with asyncio.timeout(10.0):
        while "end" not in page.maps["me"]:
            message = json.loads(await page.socket.recv())
            if "snapshot" in message:
                page.maps["me"], page.seqs["me"] = message["snapshot"], message["seq"]
            elif "set" in message and message["seq"] == page.seqs["me"] + 1:
                page._keep(message)
    assert {key: value["n"] for key, value in page.maps["me"].items() if key.startswith("k")} == {
        f"k{n % 50}": n for n in range(2950, 3000)
    }


async def test_a_network_lost_is_noticed_within_five_seconds(screen: Open, desk: FakeDesk) -> None:
    page = await screen("1001")
    await page.subscribe("me")
    loop = asyncio.get_running_loop()
    page.socket.transport.pause_reading()  # pings are not answered any more
    lost_at = loop.time()
    await poll(lambda: ("screen_lost", "1001") in desk.agents.asked)

    assert loop.time() - lost_at < 5.0
    page.socket.transport.abort()


async def test_a_closed_tab_is_noticed_at_once(screen: Open, desk: FakeDesk) -> None:
    page = await screen("1001")
    await page.subscribe("me")
    page.socket.transport.abort()
    loop = asyncio.get_running_loop()
    lost_at = loop.time()
    await poll(lambda: ("screen_lost", "1001") in desk.agents.asked)

    assert loop.time() - lost_at < 1.0


async def test_a_visitor_follows_his_own_call_only(server: DeskServer, desk: FakeDesk) -> None:
    body = {"number": "4000000001", "sdp": "v=0\r\n"}
    async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{server.port}") as client:
        made = (await client.post("/api/visitor/calls", json=body)).json()
    path = f"ws://127.0.0.1:{server.port}/api/visitor/calls/{made['call_id']}/live"
    async with connect(f"{path}?token={made['token']}") as opened:
        page = Screen(opened)
        first = await page.next()
        assert first["topic"] == "visitor"
        assert first["snapshot"]["call"]["state"] == "CONNECTING"
        desk.visitors.hang_up(CallId(made["call_id"]))
        await page.until(lambda: page.maps["visitor"]["call"]["state"] == "ENDED")
    for token in ("", "?token=guess"):
        with pytest.raises(ConnectionClosed) as closed:
            async with connect(path + token) as stranger:
                await stranger.recv()
        assert closed.value.rcvd is not None
        assert closed.value.rcvd.code == 4404
    await poll(lambda: desk.board.readers_count(visitor(CallId(made["call_id"]))) == 0)


async def test_beats_tell_the_page_that_the_server_lives_and_when_the_set_up_changed(
    screen: Open, desk: FakeDesk
) -> None:
    page = await screen("1001")

    async with asyncio.timeout(5.0):
        assert json.loads(await page.socket.recv()) == {"beat": 0, "set_up": 0}  # at once
        assert json.loads(await page.socket.recv()) == {"beat": 1, "set_up": 0}
        desk.board.set_up_changed()
        assert json.loads(await page.socket.recv()) == {"beat": 2, "set_up": 1}


async def test_a_taken_port_is_said_in_one_sentence(server: DeskServer, desk: FakeDesk) -> None:
    with pytest.raises(CannotListen) as refused:
        await DeskServer.start(build_app(desk.parts), "127.0.0.1", server.port)
    assert "is taken" in str(refused.value)
    assert "BANJIE_HTTP_PORT" in str(refused.value)
    with pytest.raises(CannotListen, match="BANJIE_HTTP_HOST"):
        await DeskServer.start(build_app(desk.parts), "203.0.113.1", 0)


async def test_stopping_closes_screens_and_frees_the_port(desk: FakeDesk) -> None:
    server = await DeskServer.start(build_app(desk.parts), "127.0.0.1", 0)
    async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{server.port}") as client:
        signed = await client.post("/api/session", json={"username": "1001", "password": "demo-1001"})
        value = signed.headers["set-cookie"].split(";")[0]
    async with connect(
        f"ws://127.0.0.1:{server.port}/api/live", additional_headers={"Cookie": value}
    ) as page:
        await page.send('{"subscribe":"me"}')
        await page.recv()
        await server.stop()
        assert await closing_code(page) in {1001, 1012}
    with socket.socket() as free:
        free.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        free.bind(("127.0.0.1", server.port))
    assert ("screen_lost", "1001") in desk.agents.asked
