"""Which role may do what: the one table, and sums over it.

Laws: every role has a row; nobody but an administrator makes keys, sets the passwords of others or changes the set-up; who edits a script need not be who publishes it;
a caller's full number is seen by those who answer for it, not by every agent.
"""

from collections.abc import Iterable, Mapping
from typing import Final

from banjie.people.model import Permission as Can
from banjie.people.model import Role

PERMISSIONS: Final[Mapping[Role, frozenset[Can]]] = {
    Role.AGENT: frozenset(
        {Can.OPEN_MATTERS, Can.TAKE_CALLS, Can.READ_OWN_CALLS, Can.LISTEN_OWN_RECORDINGS, Can.READ_QUEUES}
    ),
    Role.SUPERVISOR: frozenset(
        {
            Can.TAKE_CALLS,
            Can.OPEN_MATTERS,
            Can.HANDLE_MATTERS,
            Can.DISPATCH_MATTERS,
            Can.READ_CALLS,
            Can.READ_OWN_CALLS,
            Can.LISTEN_RECORDINGS,
            Can.LISTEN_OWN_RECORDINGS,
            Can.SEE_NUMBERS,
            Can.READ_WALLBOARD,
            Can.SUPERVISE_CALLS,
            Can.STEER_AGENTS,
            Can.SET_THRESHOLDS,
            Can.READ_SCRIPTS,
            Can.READ_NUMBERS,
            Can.READ_QUEUES,
            Can.READ_USERS,
        }
    ),
    Role.ADMINISTRATOR: frozenset(
        {
            Can.READ_CALLS,
            Can.SEE_NUMBERS,
            Can.READ_WALLBOARD,
            Can.READ_SCRIPTS,
            Can.EDIT_SCRIPTS,
            Can.PUBLISH_SCRIPTS,
            Can.READ_NUMBERS,
            Can.READ_QUEUES,
            Can.READ_USERS,
            Can.MANAGE_USERS,
            Can.MANAGE_ROUTING,
            Can.MANAGE_TRUNKS,
            Can.MANAGE_NUMBERS,
            Can.MANAGE_API_KEYS,
            Can.SET_THRESHOLDS,
            Can.MANAGE_WALL_SCREENS,
            Can.READ_AUDIT,
        }
    ),
    Role.PLANNER: frozenset({Can.READ_WALLBOARD, Can.READ_QUEUES, Can.READ_USERS}),
    Role.QUALITY: frozenset({Can.READ_CALLS, Can.LISTEN_RECORDINGS, Can.READ_QUEUES}),
    Role.MATTER_OWNER: frozenset({Can.HANDLE_MATTERS}),
    Role.SUPERVISION_OFFICE: frozenset(
        {
            Can.READ_WALLBOARD,
            Can.READ_USERS,
            Can.OPEN_MATTERS,
            Can.HANDLE_MATTERS,
            Can.DISPATCH_MATTERS,
            Can.SUPERVISE_MATTERS,
        }
    ),
    Role.AUDITOR: frozenset({Can.READ_AUDIT, Can.READ_CALLS, Can.READ_USERS}),
}


def permissions_of(roles: Iterable[Role]) -> frozenset[Can]:
    """Return all that these roles may do together."""
    return frozenset().union(*(PERMISSIONS[role] for role in roles))
