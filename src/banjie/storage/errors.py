"""What the store may refuse or fail at, each with one sentence that says what to do."""

from typing import ClassVar

from banjie.base.errors import BanjieError, Unavailable


class DatabaseUnavailable(Unavailable):
    """The database does not answer; nothing was written, the same may be tried again."""

    code: ClassVar[str] = "storage.database_unavailable"


class CannotStartPostgres(BanjieError):
    """The embedded database could not be started; somebody has to change something first."""

    code: ClassVar[str] = "storage.cannot_start_postgres"


class NoPostgresBinaries(CannotStartPostgres):
    """No PostgreSQL of the right version is installed."""

    code: ClassVar[str] = "storage.no_postgres_binaries"


class FolderRefused(CannotStartPostgres):
    """The data folder cannot be made, read or entered by whom it must be."""

    code: ClassVar[str] = "storage.folder_refused"


class FolderInUse(CannotStartPostgres):
    """Another process of ours already serves this data folder."""

    code: ClassVar[str] = "storage.folder_in_use"


class CannotMigrate(BanjieError):
    """The schema is newer than this program, or a step failed; the database is as before."""

    code: ClassVar[str] = "storage.cannot_migrate"


class NoSuchRecord(BanjieError):
    """What was asked for by id is not there, or belongs to another tenant."""

    code: ClassVar[str] = "storage.no_such_record"

    def __init__(self, kind: str, key: str) -> None:
        super().__init__(f"there is no {kind} {key}")
        self.kind, self.key = kind, key


class AlreadyThere(BanjieError):
    """A name or number that must be unique is taken."""

    code: ClassVar[str] = "storage.already_there"

    def __init__(self, kind: str, key: str) -> None:
        super().__init__(f"there is a {kind} {key} already; choose another")
        self.kind, self.key = kind, key
