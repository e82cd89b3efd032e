"""How passwords are kept: argon2id, with parameters that cost an attacker memory. Slow by design: run off the loop.

And which are good enough to be taken anew (NIST SP 800-63B §5.1.1.2): long, not what is guessed first; no rules about
kinds of characters, no end by date.
"""

import secrets
from typing import Final

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from banjie.people.errors import WeakPassword

LEAST_LENGTH: Final = 10
MOST_LENGTH: Final = 256
_UNMISTAKABLE: Final = "abcdefghijkmnpqrstuvwxyz23456789"  # 32: five bits each
_LEAST_VARIETY: Final = 5  # different characters
# The heads of what is found again and again in leaked lists, as far as they are that long.
_GUESSED_FIRST: Final = (
    "1234567890", "0987654321", "0123456789", "9876543210", "1q2w3e4r5t", "1qaz2wsx3e", "qwertyuiop", "abcdefghij",
    "asdfghjkl", "password", "passw0rd", "p@ssw0rd", "p@ssword", "iloveyou", "administrator", "letmein", "welcome",
    "woaini", "5201314", "changeme", "demo-", "banjie", "banjie办结",
)  # fmt: skip

# OWASP Password Storage Cheat Sheet: argon2id, 19 MiB, two passes, one lane; about 25 ms on a 2026 core.
_HASHER: Final = PasswordHasher(time_cost=2, memory_cost=19_456, parallelism=1)

# Verified when the username is unknown, so that the time taken tells nothing. Its password is not kept anywhere.
NOBODY: Final = (
    "$argon2id$v=19$m=19456,t=2,p=1$RYQKtDzb8pWCGRvvMBEYtA$+fwU0nZrhJMoTQTyKwkrfjOPKPNsNKjwcEdGuNq+Ct0"
)


def require_good_password(password: str, username: str) -> None:
    """Raise `WeakPassword` for what would be guessed."""
    if not LEAST_LENGTH <= len(password) <= MOST_LENGTH:
        raise WeakPassword(f"a password has {LEAST_LENGTH} characters or more ({MOST_LENGTH} at most)")
    folded = password.casefold()
    if username.casefold() in folded:
        raise WeakPassword("a password does not hold the username")
    if len(set(folded)) < _LEAST_VARIETY:
        raise WeakPassword(f"a password has at least {_LEAST_VARIETY} different characters")
    if any(folded.startswith(head) and len(folded) < len(head) + LEAST_LENGTH for head in _GUESSED_FIRST):
        raise WeakPassword("this password is among those guessed first; several unusual words are better")


def generated_password() -> str:
    """Return 80 random bits, to be read to somebody or typed into a phone: no sign that looks like another."""
    groups = ("".join(secrets.choice(_UNMISTAKABLE) for _ in range(4)) for _ in range(4))
    return "-".join(groups)


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
