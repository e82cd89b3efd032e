"""The folder of one embedded database: made once by initdb, owned by its account, closed to all others.

Laid out as `data/` (mode 0700, PostgreSQL's own, its socket included), `server.log`, `lock` (held while one of
our processes serves it) and, when the account cannot reach this place, `location` (where the data is instead).
"""

import os
import shutil
import subprocess
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final
from uuid import uuid4

from banjie.storage.account import Account, account_for, can_enter
from banjie.storage.binaries import SHARED_HOME, Binaries, find_binaries
from banjie.storage.errors import CannotStartPostgres, FolderRefused

ROLE: Final = "banjie"
_SOCKET: Final = ".s.PGSQL.5432"
_SOCKET_PATH_LIMIT: Final = 103  # sockaddr_un.sun_path of Linux and macOS, with its end

# Peer: the kernel tells who is at the other end, so no password lies about. TCP (off by default) wants SCRAM.
_HBA: Final = """\
local all all peer map=banjie
host all all 127.0.0.1/32 scram-sha-256
host all all ::1/128 scram-sha-256
"""
_SETTINGS: Final[Mapping[str, str]] = {
    "listen_addresses": "",
    "unix_socket_permissions": "0700",
    "max_connections": "60",
    "shared_buffers": "64MB",
    "max_wal_size": "512MB",
    "max_parallel_workers_per_gather": "0",  # containers give /dev/shm 64 MB, and two cores are busy with calls
    "jit": "off",
    "timezone": "UTC",
    "log_timezone": "UTC",
    "log_min_messages": "warning",
    "log_checkpoints": "off",
    "log_line_prefix": "%m [%p] ",
    "wal_compression": "on",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Cluster:
    """A made database folder, ready to be served."""

    data: Path
    log: Path
    sockets: Path
    account: Account
    binaries: Binaries
    settings: Mapping[str, str]

    @property
    def command(self) -> list[str]:
        given = {**_SETTINGS, **self.settings, "unix_socket_directories": str(self.sockets)}
        options = [part for name, value in given.items() for part in ("-c", f"{name}={value}")]
        return [str(self.binaries.postgres), "-D", str(self.data), *options]

    def dsn(self, database: str) -> str:
        return f"postgresql://{ROLE}@/{database}?host={self.sockets}"

    def served_by(self) -> "Served | None":
        """Read `postmaster.pid`: who serves this folder, as far as that file knows."""
        try:
            lines = (self.data / "postmaster.pid").read_text().splitlines()
            pid = int(lines[0])
        except (OSError, ValueError, IndexError):
            return None
        status = lines[7].strip() if len(lines) > 7 else "starting"
        return Served(pid=pid, is_ready=status == "ready", is_alive=_serves(pid, self.data))

    def disown_stale(self) -> None:
        """Let stale lock files name a dead process: theirs is a zombie, or its number went to a stranger.

        PostgreSQL would take either for a server. The files are not removed: their other lines let PostgreSQL
        notice children of the dead server that still hold the shared memory.
        """
        for path in (self.data / "postmaster.pid", self.sockets / f"{_SOCKET}.lock"):
            if path.exists():
                _, *rest = path.read_text().splitlines(keepends=True)
                path.write_text("".join([f"{_dead_pid()}\n", *rest]))

    def is_served_as_we_would(self) -> bool:
        """True if the running server was started by the very command we would use."""
        try:
            said = (self.data / "postmaster.opts").read_text().strip()
        except OSError:
            return False
        program, *arguments = self.command
        return said == " ".join([program, *(f'"{argument}"' for argument in arguments)])

    def last_words(self) -> str:
        """Return the newest line of the server's log that tells of a failure."""
        try:
            lines = self.log.read_bytes()[-20_000:].decode(errors="replace").splitlines()
        except OSError:
            return "it left no log"
        told = [line for line in lines if any(word in line for word in ("FATAL:", "PANIC:", "could not"))]
        return (told or lines or ["it left an empty log"])[-1].strip()


@dataclass(frozen=True, slots=True, kw_only=True)
class Served:
    """What `postmaster.pid` says."""

    pid: int
    is_ready: bool
    is_alive: bool


def prepare(folder: Path, settings: Mapping[str, str], shared_home: Path = SHARED_HOME) -> Cluster:
    """Find or make the database in `folder` (absolute). Safe to repeat, also after a kill in the middle.

    Raises:
        CannotStartPostgres: with the sentence to show.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        home = _home(folder, shared_home)
        data = home / "data"
        account = account_for(data)
        made_by = int((data / "PG_VERSION").read_text()) if data.exists() else None
        binaries = find_binaries(account, made_by, shared_home)
        if made_by is None:
            _initdb(data, account, binaries, is_durable=settings.get("fsync") != "off")
        _write_access(data, account)
        sockets = _socket_folder(data, account)
    except OSError as cause:
        raise FolderRefused(
            f"the folder {cause.filename or folder} cannot be used: {cause.strerror}; "
            "give yourself the right to write there, or choose another with BANJIE_DATA_DIR"
        ) from None
    return Cluster(
        data=data,
        log=home / "server.log",
        sockets=sockets,
        account=account,
        binaries=binaries,
        settings=settings,
    )


def launch(command: list[str], account: Account, output: int) -> subprocess.Popen[bytes]:
    """Start a program as this account, deaf to the Ctrl-C of our terminal, its words going to `output`."""
    return subprocess.Popen(  # noqa: S603
        command,
        stdin=subprocess.DEVNULL,
        stdout=output,
        stderr=subprocess.STDOUT,
        cwd="/",
        env={"PATH": os.environ.get("PATH", "/usr/bin:/bin"), "LC_ALL": "C", "TZ": "UTC"},
        umask=0o077,
        start_new_session=True,
        user=None if account.is_ours else account.user_id,
        group=None if account.is_ours else account.group_id,
        extra_groups=None if account.is_ours else [],
    )


def _home(folder: Path, shared_home: Path) -> Path:
    """Return `folder`, or a place that the account can reach when `folder` lies below a closed one (/root)."""
    pointer = folder / "location"
    if pointer.exists():
        return Path(pointer.read_text().strip())
    if (folder / "data").exists() or can_enter(folder, account_for(folder / "data")):
        return folder
    home = shared_home / f"database-{uuid4().hex[:12]}"
    home.mkdir(parents=True, mode=0o755)
    home.chmod(0o755)
    pointer.write_text(f"{home}\n")
    return home


def _initdb(data: Path, account: Account, binaries: Binaries, *, is_durable: bool) -> None:
    """Make the database beside its place and move it there whole: half a database is never found."""
    half = data.with_name("data.new")
    shutil.rmtree(half, ignore_errors=True)
    half.mkdir(mode=0o700)
    if not account.is_ours:
        os.chown(half, account.user_id, account.group_id)
    locale = ["--locale-provider=builtin", "--locale=C.UTF-8"] if binaries.major >= 17 else ["--no-locale"]
    command = [str(binaries.initdb), "-D", str(half), "-U", ROLE, "-E", "UTF8", *locale, "--no-instructions"]
    command += ["--auth-local=peer", "--auth-host=scram-sha-256", *([] if is_durable else ["--no-sync"])]
    said, _ = (made := launch(command, account, subprocess.PIPE)).communicate()
    if made.returncode != 0:
        shutil.rmtree(half, ignore_errors=True)
        told = [
            line for line in said.decode(errors="replace").splitlines() if "error" in line or "FATAL" in line
        ]
        raise CannotStartPostgres(
            f"the database could not be made in {data}: {(told or ['initdb failed'])[-1]}"
        )
    half.rename(data)


def _write_access(data: Path, account: Account) -> None:
    """Say who may connect: over the socket only root, the account and we, all as our one role."""
    _replace(data / "pg_hba.conf", _HBA, account)
    _replace(
        data / "pg_ident.conf",
        "".join(f'banjie "{name}" {ROLE}\n' for name in sorted({account.name, "root"})),
        account,
    )


def _replace(path: Path, text: str, account: Account) -> None:
    if path.exists() and path.read_text() == text:
        return
    path.write_text(text)
    if not account.is_ours:
        os.chown(path, account.user_id, account.group_id)


def _socket_folder(data: Path, account: Account) -> Path:
    """Return the data folder itself, or a private short one when that path is too long for a socket."""
    if len(os.fsencode(data / _SOCKET)) <= _SOCKET_PATH_LIMIT and "," not in str(data):
        return data
    key = f"{data.stat().st_dev:x}-{data.stat().st_ino:x}"
    short = Path(tempfile.gettempdir()) / f"banjie-{account.user_id}-{key}"
    if not short.exists():
        short.mkdir(mode=0o700)
        if not account.is_ours:
            os.chown(short, account.user_id, account.group_id)
    status = short.lstat()
    if status.st_uid != account.user_id or status.st_mode & 0o077 or short.is_symlink():
        raise FolderRefused(f"the folder {short} is not private to {account.name}; remove it and start again")
    return short


def _dead_pid() -> int:
    for pid in range(99_999, 1, -1):
        try:
            os.kill(pid, 0)
        except ProcessLookupError:
            return pid
        except PermissionError:
            continue
    raise CannotStartPostgres("this machine has no process number left")


def _serves(pid: int, data: Path) -> bool:
    """True if this process lives and works in this data folder; a pid may have gone to a stranger."""
    command = Path(f"/proc/{pid}/cmdline")  # unlike its folder, readable by all; empty for a zombie
    if Path("/proc/self/cmdline").exists():
        try:
            return os.fsencode(data) in command.read_bytes().split(b"\0")
        except OSError:
            return False
    try:
        os.kill(pid, 0)
    except OSError:
        return False
    return True
