"""Who works here: the house is founded, people are added, given passwords, let go."""

import asyncio
import sys
from collections.abc import Awaitable, Callable
from typing import Annotated, Final, TypeVar

import typer

from banjie.base.ids import QueueId
from banjie.config import read_settings
from banjie.logs import configure_logging
from banjie.parts.people import staff_of
from banjie.people.accounts import Applicant
from banjie.people.errors import WeakPassword
from banjie.people.model import Role, User
from banjie.people.passwords import require_good_password
from banjie.stories.staff import Staff

app = typer.Typer(help="Who works here; a running server is told at once.", no_args_is_help=True)

PAGE: Final = 50
T = TypeVar("T")
Username = Annotated[
    str, typer.Argument(help="As it is typed at sign-in; upper and lower case are the same.")
]
FromInput = Annotated[
    bool, typer.Option("--password-stdin", help="Read the password from standard input; do not ask.")
]
Zh = Annotated[str, typer.Option("--name-zh", help="Name in Chinese.")]
En = Annotated[str, typer.Option("--name-en", help="Name in English. One of the two is enough.")]


@app.command()
def found(
    name_zh: Zh = "",
    name_en: En = "",
    timezone: Annotated[str, typer.Option(help="IANA name; days are cut there.")] = "Asia/Shanghai",
    admin: Annotated[str, typer.Option(help="Username of the first administrator.")] = "admin",
    password_stdin: FromInput = False,
) -> None:
    """Found the house: its names, its time zone, its first administrator."""
    if not name_zh and not name_en:
        name_zh = typer.prompt(
            "Name of the house in Chinese (or leave empty)", default="", show_default=False
        )
        name_en = typer.prompt(
            "Name of the house in English (or leave empty)", default="", show_default=False
        )
    first = Applicant(
        username=admin,
        name={"zh": "管理员", "en": "Administrator"},
        roles=frozenset({Role.ADMINISTRATOR}),
    )
    password = _new_password(admin, password_stdin)
    _do(lambda staff: staff.found({"zh": name_zh, "en": name_en}, timezone, first, password))
    typer.echo(f"the house is founded; `banjie serve`, then sign in as {admin}")


@app.command()
def add(
    username: Username,
    role: Annotated[list[Role], typer.Option(help="May be given more than once.")],
    name_zh: Zh = "",
    name_en: En = "",
    extension: Annotated[str | None, typer.Option(help="Digits; agents need one.")] = None,
    queue: Annotated[list[str] | None, typer.Option(help="Of an agent; may be given more than once.")] = None,
    password_stdin: FromInput = False,
) -> None:
    """Add somebody. An agent without --queue answers the house's first queue."""
    applicant = Applicant(
        username=username,
        name={"zh": name_zh or (username if not name_en else ""), "en": name_en},
        roles=frozenset(role),
        extension=extension,
        queues=tuple(QueueId(queue_id) for queue_id in queue or ()),
    )
    password = _new_password(username, password_stdin)
    user = _do(lambda staff: staff.add(applicant, password))
    typer.echo(f"added {_line(user)}")


@app.command("list")
def list_people(
    limit: Annotated[int, typer.Option(min=1, max=1000, help="People a page.")] = PAGE,
    after: Annotated[str, typer.Option(help="Begin after this username.")] = "",
) -> None:
    """List everybody by username, a page at a time."""
    everybody = _do(lambda staff: staff.everybody())
    rest = [user for user in everybody if user.username.lower() > after.lower()]
    for user in rest[:limit]:
        typer.echo(_line(user))
    if len(rest) > limit:
        typer.echo(
            f"· {len(rest) - limit} more: banjie people list --after {rest[limit - 1].username}", err=True
        )


@app.command()
def password(username: Username, password_stdin: FromInput = False) -> None:
    """Set somebody's password; every open session of theirs ends."""
    _do(lambda staff: staff.get(username))  # before a password is asked for
    given = _new_password(username, password_stdin)
    _do(lambda staff: staff.set_password(username, given))
    typer.echo(f"{username} signs in with the new password from now on")


@app.command()
def disable(username: Username) -> None:
    """Close an account: what it did stays on record, nobody signs in with it."""
    _do(lambda staff: staff.disable(username))
    typer.echo(f"{username} is disabled; `banjie people enable {username}` lets them in again")


@app.command()
def enable(username: Username) -> None:
    """Open an account that was disabled."""
    _do(lambda staff: staff.enable(username))
    typer.echo(f"{username} may sign in again")


def _do(act: Callable[[Staff], Awaitable[T]]) -> T:
    settings = read_settings()
    configure_logging(settings)

    async def once() -> T:
        async with staff_of(settings) as staff:
            return await act(staff)

    return asyncio.run(once())


def _new_password(username: str, from_input: bool) -> str:
    """Ask twice, or read one line of standard input. Raises WeakPassword."""
    if from_input:
        given = sys.stdin.readline().rstrip("\r\n")
        require_good_password(given, username)
        return given
    while True:
        given = str(typer.prompt(f"Password for {username}", hide_input=True, confirmation_prompt=True))
        try:
            require_good_password(given, username)
        except WeakPassword as refusal:
            typer.echo(f"{refusal}; another one, please", err=True)
        else:
            return given


def _line(user: User) -> str:
    state = "" if user.is_active else "  disabled"
    work = f"  {user.extension}  {','.join(user.queues)}" if user.extension else ""
    return f"{user.username:<16}  {user.name['zh']} / {user.name['en']}  {','.join(sorted(user.roles))}{work}{state}"
