"""The table of roles keeps its laws."""

import pytest

from banjie.people.model import Permission, Role
from banjie.people.roles import PERMISSIONS, permissions_of

pytestmark = pytest.mark.unit


def test_every_role_has_a_row() -> None:
    assert set(PERMISSIONS) == set(Role)


def test_every_permission_is_carried_by_somebody() -> None:
    assert permissions_of(Role) == set(Permission)


def test_only_an_administrator_makes_keys() -> None:
    assert [role for role in Role if Permission.MANAGE_API_KEYS in PERMISSIONS[role]] == [Role.ADMINISTRATOR]


def test_an_agent_sees_neither_numbers_nor_others_calls() -> None:
    assert not PERMISSIONS[Role.AGENT] & {
        Permission.SEE_NUMBERS,
        Permission.READ_CALLS,
        Permission.LISTEN_RECORDINGS,
        Permission.READ_AUDIT,
    }


def test_roles_add_up() -> None:
    both = permissions_of({Role.AGENT, Role.SUPERVISOR})

    assert both == PERMISSIONS[Role.AGENT] | PERMISSIONS[Role.SUPERVISOR]
    assert permissions_of(()) == frozenset()
