"""How passwords are kept."""

import pytest
from argon2 import PasswordHasher, extract_parameters

from banjie.people.errors import WeakPassword
from banjie.people.passwords import (
    NOBODY,
    hash_password,
    is_password_right,
    needs_rehash,
    require_good_password,
)

pytestmark = pytest.mark.unit


def test_the_right_password_and_no_other() -> None:
    password_hash = hash_password("正确 horse")

    assert is_password_right(password_hash, "正确 horse")
    assert not is_password_right(password_hash, "正确 Horse")
    assert not needs_rehash(password_hash)


def test_nobody_costs_as_much_as_somebody() -> None:
    """The hash verified for unknown names is a whole one, of today's parameters."""
    assert extract_parameters(NOBODY) == extract_parameters(hash_password("x"))
    assert not is_password_right(NOBODY, "")


def test_weaker_hashes_are_noticed() -> None:
    weak = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1).hash("x")

    assert is_password_right(weak, "x")
    assert needs_rehash(weak)


@pytest.mark.parametrize("broken", ["", "plain", "$argon2id$v=19$m=1", NOBODY[:-3]])
def test_a_broken_hash_opens_nothing(broken: str) -> None:
    assert not is_password_right(broken, "x")


@pytest.mark.parametrize(
    "weak",
    ["", "nine char", "x" * 257, "aaaaaaaaaaaa", "ababababab12"[:10], "Annabel-2026", "1234567890", "1234567890!",
     "Password2026", "P@ssw0rd1234", "qwertyuiop[]", "woaini5201314", "demo-1001-1001"],
)  # fmt: skip
def test_what_is_guessed_first_is_refused(weak: str) -> None:
    with pytest.raises(WeakPassword):
        require_good_password(weak, "annabel")


@pytest.mark.parametrize(
    "good",
    [
        "three odd words",
        "correct horse battery staple",
        "今日来电必有人接办结",
        "password is what he calls his dog",
        "x7#kQ2!mZp",
    ],
)
def test_length_is_enough_whatever_the_characters(good: str) -> None:
    require_good_password(good, "annabel")
