"""Secrets we must be able to read again, sealed with a key that lies beside the database, not in it."""

import os
from pathlib import Path

import structlog
from cryptography.fernet import Fernet, InvalidToken

_log = structlog.get_logger()


class Seal:
    """AES-128 in CBC with an HMAC, as the Fernet specification has it."""

    def __init__(self, key: bytes) -> None:
        self._fernet = Fernet(key)

    @classmethod
    def of_file(cls, path: Path) -> "Seal":
        """Read the key, or make one that only our account can read. Two that start at once get the same."""
        try:
            made = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        except FileExistsError:
            return cls(path.read_bytes())
        with os.fdopen(made, "wb") as file:
            file.write(Fernet.generate_key())
        return cls(path.read_bytes())

    def seal(self, secret: str) -> bytes:
        return self._fernet.encrypt(secret.encode())

    def find(self, sealed: bytes) -> str | None:
        """Open what was sealed; None if it was sealed with another key."""
        try:
            return self._fernet.decrypt(sealed).decode()
        except InvalidToken:
            _log.warning("a secret was sealed with another key; enter it again")
            return None
