"""`banjie people`: the first house and whoever works there, each act whole or not at all."""

import asyncio
import os
import subprocess
import sys
from collections.abc import Awaitable, Callable, Iterator
from pathlib import Path

import httpx
import pytest
from typer.testing import CliRunner, Result

from banjie.base.errors import BanjieError
from banjie.cli.people import app
from banjie.people.errors import BadAccount, LastAdministrator, NoSuchUser, WeakPassword
from banjie.stories.staff import HouseFounded, NoHouse
from tests.browser.chromium import until
from tests.peers.server import ROOT, BanjieServer

pytestmark = pytest.mark.peer

GOOD = "three odd words"
BETTER = "four quite odd words"


@pytest.fixture
def house(database_url: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[CliRunner]:
    """The command line over an empty database."""
    monkeypatch.setenv("BANJIE_DATABASE_URL", database_url)
    return CliRunner()


def done(runner: CliRunner, *words: str, password: str = GOOD) -> Result:
    """Run a command that works."""
    result = runner.invoke(app, list(words), input=f"{password}\n")
    assert result.exit_code == 0, (result.output, result.exception)
    return result


def refused(runner: CliRunner, *words: str, password: str = GOOD) -> BanjieError:
    """Run a command that is refused; return why."""
    result = runner.invoke(app, list(words), input=f"{password}\n")
    assert isinstance(result.exception, BanjieError), (result.output, result.exception)
    assert str(result.exception)
    return result.exception


def found(runner: CliRunner) -> None:
    done(runner, "found", "--name-zh", "新行", "--name-en", "New Bank", "--password-stdin")


def add(runner: CliRunner, username: str, role: str, *more: str) -> Result:
    return done(runner, "add", username, "--role", role, *more, "--password-stdin")


def test_before_the_house_is_founded_every_command_says_so(house: CliRunner) -> None:
    for command in (["list"], ["disable", "ann"], ["add", "ann", "--role", "planner", "--password-stdin"]):
        assert isinstance(refused(house, *command), NoHouse)


def test_a_house_is_founded_once(house: CliRunner) -> None:
    found(house)
    assert "admin" in done(house, "list").output
    assert isinstance(refused(house, "found", "--name-en", "Other", "--password-stdin"), HouseFounded)


@pytest.mark.parametrize(
    ("words", "password", "why"),
    [
        (["--name-en", "X", "--timezone", "Mars/Base"], GOOD, BadAccount),
        (["--name-en", "X", "--admin", "a b"], GOOD, BadAccount),
        (["--name-en", "X"], "short", WeakPassword),
        (["--name-en", "X", "--admin", "victoria"], "Victoria1990", WeakPassword),
    ],
)
def test_a_refused_founding_leaves_nothing(
    house: CliRunner, words: list[str], password: str, why: type[BanjieError]
) -> None:
    assert isinstance(refused(house, "found", *words, "--password-stdin", password=password), why)
    assert isinstance(refused(house, "list"), NoHouse)


def test_an_agent_gets_the_first_queue_and_an_extension_of_his_own(house: CliRunner) -> None:
    found(house)
    assert "general" in add(house, "ann", "agent", "--extension", "1001").output
    for words, why in (
        (["bob", "--role", "agent"], BadAccount),
        (["bob", "--role", "agent", "--extension", "1001"], BadAccount),
        (["ANN", "--role", "planner"], BadAccount),
        (["bob", "--role", "agent", "--extension", "1002", "--queue", "gold"], BadAccount),
    ):
        assert isinstance(refused(house, "add", *words, "--password-stdin"), why), words
    assert "bob" not in done(house, "list").output


def test_the_list_is_paged_by_username(house: CliRunner) -> None:
    found(house)
    for name in ("carl", "Ann", "bob"):
        add(house, name, "planner")
    first = done(house, "list", "--limit", "2")
    assert [line.split()[0] for line in first.stdout.splitlines()] == ["admin", "Ann"]
    assert "--after Ann" in first.stderr
    rest = done(house, "list", "--after", "Ann")
    assert [line.split()[0] for line in rest.stdout.splitlines()] == ["bob", "carl"]


def test_the_last_administrator_is_not_disabled(house: CliRunner) -> None:
    found(house)
    assert isinstance(refused(house, "disable", "admin"), LastAdministrator)
    add(house, "eve", "administrator")
    done(house, "disable", "ADMIN")
    assert isinstance(refused(house, "disable", "eve"), LastAdministrator)
    assert "disabled" in done(house, "list").output
    done(house, "enable", "admin")
    assert "disabled" not in done(house, "list").output


def test_unknown_names_and_weak_passwords_change_nothing(house: CliRunner) -> None:
    found(house)
    assert isinstance(refused(house, "password", "nobody", "--password-stdin"), NoSuchUser)
    assert isinstance(
        refused(house, "password", "admin", "--password-stdin", password="admin12345"), WeakPassword
    )


def test_a_password_is_asked_for_twice_until_it_is_good(house: CliRunner) -> None:
    found(house)
    typed = f"short\nshort\n{GOOD}\nanother one typed\n{BETTER}\n{BETTER}\n"
    result = house.invoke(app, ["password", "admin"], input=typed)
    assert result.exit_code == 0, result.output
    assert GOOD not in result.output


@pytest.mark.timeout(240)
async def test_a_house_outside_the_demonstration_serves_whoever_was_added(open_folder: Path) -> None:
    """Founded while nothing runs; more are added, given passwords and disabled while it serves."""
    server = BanjieServer(open_folder, settings={"BANJIE_DEMO": "0"})
    say = _commands(open_folder / "var")
    await say(GOOD, "found", "--name-en", "New Bank", "--password-stdin")
    await server.start()
    try:
        async with httpx.AsyncClient(base_url=server.url, trust_env=False) as client:

            async def status(username: str, password: str) -> int:
                given = {"username": username, "password": password}
                return (await client.post("/api/session", json=given)).status_code

            assert await status("admin", GOOD) == 200
            await takes_its_first_number(client)
            await say(GOOD, "add", "ann", "--role", "agent", "--extension", "1001", "--password-stdin")
            assert await status("ann", GOOD) == 200
            token = (await client.get("/api/session")).json()["csrf_token"]
            client.headers["X-CSRF-Token"] = token
            ready = {"state": "READY", "device": "browser"}

            async def is_seated() -> bool:
                return (await client.post("/api/desk/state", json=ready)).status_code == 204

            await until(is_seated, within_s=10.0)
            del client.headers["X-CSRF-Token"]
            await say(BETTER, "password", "ann", "--password-stdin")
            assert (await client.get("/api/session")).status_code == 401
            assert await status("ann", GOOD) == 401
            assert await status("ann", BETTER) == 200
            await say("", "disable", "ann")
            assert await status("ann", BETTER) == 401
    finally:
        assert server.stop() == 0


async def takes_its_first_number(admin: httpx.AsyncClient) -> None:
    """A founded house has a script for it: straight to a person."""
    admin.headers["X-CSRF-Token"] = (await admin.get("/api/session")).json()["csrf_token"]
    number = {"number": "4008001234", "name": {"zh": "总机", "en": "Main"}, "script_id": "main"}
    taken = await admin.post("/api/numbers", json=number)
    assert taken.status_code == 201, taken.text
    assert [row["number"] for row in (await admin.get("/api/numbers")).json()] == ["4008001234"]
    (script,) = (await admin.get("/api/scripts")).json()
    assert (script["script_id"], script["published_version"]) == ("main", 1)
    del admin.headers["X-CSRF-Token"]


def _commands(data: Path) -> Callable[..., Awaitable[None]]:
    async def say(password: str, *words: str) -> None:
        environment = {k: v for k, v in os.environ.items() if not k.startswith("BANJIE_")}
        ran = await asyncio.to_thread(
            subprocess.run,
            [sys.executable, "-m", "banjie", "people", *words],
            env={**environment, "PYTHONPATH": str(ROOT / "src"), "BANJIE_DATA_DIR": str(data)},
            cwd=ROOT,
            input=f"{password}\n",
            capture_output=True,
            text=True,
            check=False,
        )
        assert ran.returncode == 0, ran.stderr

    return say
