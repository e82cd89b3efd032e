"""Which role may do what: the one table, and sums over it.

Laws: every role has a row; nobody but an administrator makes keys; who edits a script need not be who publishes it;
a caller's full number is seen by those who answer for it, not by every agent.
"""

from collections.abc import Iterable, Mapping
from typing import Final

from banjie.people.model import Permission as P
from banjie.people.model import Role

PERMISSIONS: Final[Mapping[Role, frozenset[P]]] = {
    Role.AGENT: frozenset({P.TAKE_CALLS, P.READ_OWN_CALLS, P.LISTEN_OWN_RECORDINGS, P.READ_QUEUES}),
    Role.SUPERVISOR: frozenset(
        {
            P.READ_CALLS,
            P.READ_OWN_CALLS,
            P.LISTEN_RECORDINGS,
            P.LISTEN_OWN_RECORDINGS,
            P.SEE_NUMBERS,
            P.READ_WALLBOARD,
            P.READ_SCRIPTS,
            P.READ_NUMBERS,
            P.READ_QUEUES,
            P.READ_USERS,
        }
    ),
    Role.ADMINISTRATOR: frozenset(
        {
            P.READ_CALLS,
            P.SEE_NUMBERS,
            P.READ_WALLBOARD,
            P.READ_SCRIPTS,
            P.EDIT_SCRIPTS,
            P.PUBLISH_SCRIPTS,
            P.READ_NUMBERS,
            P.READ_QUEUES,
            P.READ_USERS,
            P.MANAGE_API_KEYS,
            P.READ_AUDIT,
        }
    ),
    Role.PLANNER: frozenset({P.READ_WALLBOARD, P.READ_QUEUES, P.READ_USERS}),
    Role.QUALITY: frozenset({P.READ_CALLS, P.LISTEN_RECORDINGS, P.READ_QUEUES}),
    Role.MATTER_OWNER: frozenset(),
    Role.SUPERVISION_OFFICE: frozenset({P.READ_WALLBOARD}),
    Role.AUDITOR: frozenset({P.READ_AUDIT, P.READ_CALLS, P.READ_USERS}),
}


def permissions_of(roles: Iterable[Role]) -> frozenset[P]:
    """Return all that these roles may do together."""
    return frozenset().union(*(PERMISSIONS[role] for role in roles))
