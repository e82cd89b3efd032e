"""Which operating-system account runs the embedded database, and which folders it can reach.

PostgreSQL refuses to run as root, and should: a hole in it must not own the machine.
"""

import os
import pwd
import stat
from dataclasses import dataclass
from pathlib import Path

from banjie.storage.errors import CannotStartPostgres, FolderRefused

_UNPRIVILEGED = ("banjie", "postgres", "nobody")  # the first that exists, when root starts us


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """A user of the operating system."""

    name: str
    user_id: int
    group_id: int

    @property
    def is_ours(self) -> bool:
        """True if we run as this account already, so that nothing is switched or given away."""
        return os.geteuid() == self.user_id


def account_for(data: Path) -> Account:
    """Return who runs the database kept in `data`: its owner if it exists, never root.

    Raises:
        FolderRefused: the folder belongs to somebody whom we may not become.
        CannotStartPostgres: no account without privileges, or our own has no name.
    """
    ours = os.geteuid()
    if data.exists():
        owner = data.stat().st_uid
        if owner == 0:
            raise FolderRefused(
                f"the database folder {data} belongs to root, and PostgreSQL refuses to run as root; "
                f"give it away: chown -R nobody {data}"
            )
        if ours not in (0, owner):
            raise FolderRefused(
                f"the database folder {data} belongs to {_name_of(owner)}; start as that user or as root, "
                "or choose another folder with BANJIE_DATA_DIR"
            )
        return _account(owner)
    return _unprivileged() if ours == 0 else _account(ours)


def can_enter(folder: Path, account: Account) -> bool:
    """True if the account may pass through this folder and all above it (mode bits; access lists ignored)."""
    return all(_may_pass(part.stat(), account) for part in (folder, *folder.parents))


def _may_pass(status: os.stat_result, account: Account) -> bool:
    if account.user_id == status.st_uid:
        return bool(status.st_mode & stat.S_IXUSR)
    if account.group_id == status.st_gid:
        return bool(status.st_mode & stat.S_IXGRP)
    return bool(status.st_mode & stat.S_IXOTH)


def _unprivileged() -> Account:
    for name in _UNPRIVILEGED:
        try:
            found = pwd.getpwnam(name)
        except KeyError:
            continue
        return Account(name=name, user_id=found.pw_uid, group_id=found.pw_gid)
    raise CannotStartPostgres(
        "PostgreSQL refuses to run as root and this machine has no account 'nobody'; "
        "start as an ordinary user, or add one: useradd --system banjie"
    )


def _account(user_id: int) -> Account:
    try:
        found = pwd.getpwuid(user_id)
    except KeyError:
        raise CannotStartPostgres(
            f"user number {user_id} has no name in /etc/passwd and PostgreSQL wants one; "
            "add a line for it, or set BANJIE_DATABASE_URL to a database of your own"
        ) from None
    return Account(name=found.pw_name, user_id=user_id, group_id=found.pw_gid)


def _name_of(user_id: int) -> str:
    try:
        return pwd.getpwuid(user_id).pw_name
    except KeyError:
        return f"user number {user_id}"
