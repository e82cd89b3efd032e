"""How passwords are kept."""

import pytest
from argon2 import PasswordHasher, extract_parameters

from banjie.people.passwords import NOBODY, hash_password, is_password_right, needs_rehash

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
