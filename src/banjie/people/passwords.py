"""How passwords are kept: argon2id, with parameters that cost an attacker memory. Slow by design: run off the loop."""

from typing import Final

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

# OWASP Password Storage Cheat Sheet: argon2id, 19 MiB, two passes, one lane; about 25 ms on a 2026 core.
_HASHER: Final = PasswordHasher(time_cost=2, memory_cost=19_456, parallelism=1)

# Verified when the username is unknown, so that the time taken tells nothing. Its password is not kept anywhere.
NOBODY: Final = (
    "$argon2id$v=19$m=19456,t=2,p=1$RYQKtDzb8pWCGRvvMBEYtA$+fwU0nZrhJMoTQTyKwkrfjOPKPNsNKjwcEdGuNq+Ct0"
)


def hash_password(password: str) -> str:
    """Return the PHC string to store."""
    return _HASHER.hash(password)


def is_password_right(password_hash: str, password: str) -> bool:
    try:
        return _HASHER.verify(password_hash, password)
    except (VerificationError, InvalidHashError):
        return False


def needs_rehash(password_hash: str) -> bool:
    """Whether the hash was made with weaker parameters than today's."""
    return _HASHER.check_needs_rehash(password_hash)
