"""People are taken on, changed and let go by administrators, one by one or from a file; teams bound what supervisors see."""

from dataclasses import replace

import httpx
import pytest

from banjie.people.model import User
from banjie.sip.digest import ha1
from banjie.stories.new_password import REALM
from tests.desk.conftest import SignIn
from tests.fakes.desk_parts import FakeDesk, demo_call

pytestmark = pytest.mark.unit

BOB = {
    "username": "bob",
    "name": {"zh": "白"},
    "roles": ["agent"],
    "extension": "1500",
    "queues": ["general"],
}
FILE = "username,name,roles,extension,queues,skills\nbob,Bob,agent,1500,general,loans:3\neve,Eve,planner,,,\n"


def user(desk: FakeDesk, username: str) -> User:
    return next(one for one in desk.users.users.values() if one.username == username)


async def upload(client: httpx.AsyncClient, text: str, dry_run: bool, language: str = "en") -> httpx.Response:
    headers = {"Content-Type": "text/csv", "Accept-Language": language}
    path = f"/api/people/import?dry_run={str(dry_run).lower()}"
    return await client.post(path, content=text.encode(), headers=headers)


async def test_somebody_new_signs_in_and_the_phone_registers_by_what_is_shown_once(
    sign_in: SignIn, browser, desk: FakeDesk
) -> None:  # type: ignore[no-untyped-def]
    admin = await sign_in("admin")
    made = await admin.post("/api/people", json=BOB)
    assert made.status_code == 201, made.text
    shown = made.json()
    reply = await browser().post("/api/session", json={"username": "bob", "password": shown["password"]})
    assert reply.status_code == 200
    (login,) = desk.users.phone_logins
    assert (login.username, login.is_own) == ("1500", True)
    assert login.ha1_sha256 == ha1("1500", REALM, shown["phone_password"], "SHA-256")
    assert shown["password"] != shown["phone_password"]
    everything = repr(desk.audit.entries) + (await admin.get("/api/people")).text
    assert shown["password"] not in everything
    assert shown["phone_password"] not in everything
    assert desk.audit.entries[-2].changes["queues"] == ("", "综合服务 / General service")


async def test_a_new_web_password_leaves_a_phone_with_its_own_alone(sign_in: SignIn, desk: FakeDesk) -> None:
    admin = await sign_in("admin")
    bob = (await admin.post("/api/people", json=BOB)).json()["user"]["user_id"]
    before = list(desk.users.phone_logins)
    assert (
        await admin.post(f"/api/users/{bob}/password", json={"new": "three odd words"})
    ).status_code == 204
    assert desk.users.phone_logins == before
    assert desk.phones == []

    given = (await admin.post(f"/api/people/{bob}/phone-password")).json()
    assert desk.users.phone_logins[-1].ha1_md5 == ha1("1500", REALM, given["phone_password"], "MD5")
    assert desk.audit.entries[-1].action == "phone.set"
    nobody = await admin.post(f"/api/people/{user(desk, '2001').user_id}/phone-password")
    assert nobody.status_code == (404 if user(desk, "2001").extension is None else 200)


async def test_each_field_says_what_is_wrong_with_it(sign_in: SignIn, desk: FakeDesk) -> None:
    admin = await sign_in("admin")
    wrong = {
        **BOB,
        "username": "1001",
        "name": {},
        "extension": "1002",
        "queues": ["gold"],
        "skills": {"loans": 6},
    }
    reply = await admin.post("/api/people", json=wrong, headers={"Accept-Language": "zh"})
    said = {fault["field"]: fault["message"] for fault in reply.json()["faults"]}
    assert set(said) == {"username", "name.zh", "extension", "queues", "skills"}
    assert said["username"] == "用户名已被使用，请换一个"
    reply = await admin.post("/api/people", json={**BOB, "extension": None, "team_id": "t", "leads": ["t"]})
    assert {fault["field"] for fault in reply.json()["faults"]} == {"extension", "team_id", "leads"}
    assert all(one.username != "bob" for one in desk.users.users.values())


async def test_who_is_let_go_is_signed_out_and_keeps_the_name(sign_in: SignIn, desk: FakeDesk) -> None:
    admin, agent = await sign_in("admin"), await sign_in("1001")
    ann = user(desk, "1001")
    body = {
        "username": "1001",
        "name": ann.name,
        "roles": ["agent"],
        "extension": "1001",
        "queues": ["general"],
    }
    reply = await admin.put(f"/api/people/{ann.user_id}", json={**body, "is_active": False})
    assert reply.status_code == 200
    assert (await agent.get("/api/session")).status_code == 401
    listed = {u["username"]: u for u in (await admin.get("/api/users")).json()}
    assert (listed["1001"]["name"], listed["1001"]["is_active"]) == (dict(ann.name), False)
    assert desk.audit.entries[-1].changes["is_active"] == ("yes", "no")
    assert desk.office.changes_count == 1

    assert reply.json()["phone_password"] is None  # the extension is as it was
    moved = await admin.put(f"/api/people/{ann.user_id}", json={**body, "extension": "1600"})
    assert moved.json()["phone_password"] is not None
    assert desk.users.phone_logins[-1].username == "1600"


async def test_the_last_administrator_stays_one(sign_in: SignIn, desk: FakeDesk) -> None:
    admin = await sign_in("admin")
    me = user(desk, "admin")
    body = {"username": "admin", "name": me.name, "roles": ["administrator"]}
    for change in ({"is_active": False}, {"roles": ["planner"]}):
        reply = await admin.put(f"/api/people/{me.user_id}", json={**body, **change})
        assert (reply.status_code, reply.json()["code"]) == (409, "people.last_administrator")
    assert user(desk, "admin") == me


async def test_a_file_is_tried_first_and_then_taken_whole(sign_in: SignIn, browser, desk: FakeDesk) -> None:  # type: ignore[no-untyped-def]
    admin = await sign_in("admin")
    before = len(desk.users.users)
    tried = (await upload(admin, FILE, dry_run=True)).json()
    assert (tried["rows_count"], tried["faults"], tried["added"]) == (2, [], [])
    assert len(desk.users.users) == before

    done = (await upload(admin, FILE, dry_run=False)).json()
    bob, eve = done["added"]
    assert (bob["user"]["skills"], eve["phone_password"]) == ({"loans": 3}, None)
    for one in (bob, eve):
        reply = await browser().post(
            "/api/session", json={"username": one["user"]["username"], "password": one["password"]}
        )
        assert reply.status_code == 200
    again = (await upload(admin, FILE, dry_run=False)).json()
    assert [(f["line"], f["column"]) for f in again["faults"]] == [
        (2, "username"),
        (2, "extension"),
        (3, "username"),
    ]
    assert len(desk.users.users) == before + 2


@pytest.mark.parametrize("dry_run", [True, False])
async def test_a_file_with_one_fault_takes_on_nobody(dry_run: bool, sign_in: SignIn, desk: FakeDesk) -> None:
    admin = await sign_in("admin")
    before, entries = dict(desk.users.users), len(desk.audit.entries)
    reply = (await upload(admin, FILE + "zoe,Zoe,boss,,,\n", dry_run, "zh")).json()
    assert reply["faults"] == [{"line": 4, "column": "roles", "message": "没有角色“boss”"}]
    assert reply["added"] == []
    assert (await upload(admin, "nothing", dry_run)).json()["faults"][0]["line"] == 1
    assert desk.users.users == before
    assert len(desk.audit.entries) == entries
    assert desk.office.changes_count == 0


async def test_people_are_found_and_paged(sign_in: SignIn, desk: FakeDesk) -> None:
    admin = await sign_in("admin")

    async def names(**asked: object) -> list[str]:
        found, after = [], None
        while True:
            query = {**asked, "limit": 2, **({"after": after} if after else {})}
            page = (await admin.get("/api/people", params=query)).json()
            found += [one["username"] for one in page["items"]]
            after = page["next_after"]
            if after is None:
                return found

    assert await names(text="坐席") == ["1001", "1002", "1003", "1004", "1005", "1006"]
    assert await names(text="AGENT 1002") == ["1002"]
    assert await names(role="quality") == ["3001"]
    assert await names(active=False) == []
    assert len(await names()) == len(set(await names())) == len(desk.users.users)


async def test_a_supervisor_sees_the_people_of_his_teams(sign_in: SignIn, desk: FakeDesk) -> None:
    admin, supervisor = await sign_in("admin"), await sign_in("2001")

    async def seen() -> set[str]:
        people = {one["username"] for one in (await supervisor.get("/api/people")).json()["items"]}
        users = {one["username"] for one in (await supervisor.get("/api/users")).json()}
        assert people == users
        return people

    assert "1001" in await seen()  # a house without teams is one team
    site = (
        await admin.post("/api/sites", json={"name": {"en": "North"}, "timezone": "Asia/Shanghai"})
    ).json()
    team = (await admin.post("/api/teams", json={"name": {"en": "One"}, "site_id": site["site_id"]})).json()
    assert await seen() == set()

    def put(username: str, **what: object) -> None:
        one = user(desk, username)
        desk.users.users[one.user_id] = replace(one, **what)  # type: ignore[arg-type]

    put("1001", team_id=team["team_id"])
    put("2001", leads=(team["team_id"],))
    assert await seen() == {"1001"}
    listed = (await admin.get("/api/teams")).json()
    assert (listed[0]["members_count"], listed[0]["leads"]) == (1, [user(desk, "2001").user_id])
    assert len((await admin.get("/api/users")).json()) == len(desk.users.users)

    for path, body in (
        ("/api/sites/none", {"name": {"en": "x"}, "timezone": "UTC"}),
        ("/api/teams/none", {"name": {"en": "x"}}),
    ):
        assert (await admin.put(path, json=body)).status_code == 404
    wrong = await admin.post("/api/sites", json={"name": {"en": "x"}, "timezone": "Mars"})
    assert [fault["field"] for fault in wrong.json()["faults"]] == ["timezone"]
    wrong = await admin.post("/api/teams", json={"name": {"en": "x"}, "site_id": "none"})
    assert [fault["field"] for fault in wrong.json()["faults"]] == ["site_id"]


async def test_a_supervisor_reads_the_calls_of_his_teams_and_those_nobody_took(
    sign_in: SignIn, desk: FakeDesk
) -> None:
    supervisor, admin = await sign_in("2001"), await sign_in("admin")
    team = (await admin.post("/api/teams", json={"name": {"en": "One"}})).json()["team_id"]
    me, other = user(desk, "2001"), user(desk, "1002")
    desk.users.users[me.user_id] = replace(me, leads=(team,))
    desk.users.users[other.user_id] = replace(other, team_id=team)
    now = desk.clock.now()
    ours, theirs = demo_call(0, now, "1002"), demo_call(1, now, "1001")
    nobodys = demo_call(3, now)
    desk.history.calls = [ours, theirs, nobodys]
    assert nobodys.agent_id is None

    listed = {call["call_id"] for call in (await supervisor.get("/api/calls")).json()["items"]}
    assert listed == {ours.call_id, nobodys.call_id}
    for call, status in ((ours, 200), (theirs, 404), (nobodys, 200)):
        assert (await supervisor.get(f"/api/calls/{call.call_id}")).status_code == status
    for call, status in ((ours, 200), (theirs, 404)):
        assert (await supervisor.get(f"/api/recordings/{call.call_id}")).status_code == status
    assert len((await admin.get("/api/calls")).json()["items"]) == 3
