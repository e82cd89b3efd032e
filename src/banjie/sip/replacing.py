"""Which sessions a call may take the place of (RFC 3891 §3), as far as SIP goes.

Who may do it is not decided here: `CallOffered.replaces` says whose place is asked for.
"""

from typing import Final

from banjie.sip.sessions import SessionState

_BY_US: Final = (SessionState.CALLING, SessionState.PROGRESSING)
_CONFIRMED: Final = (SessionState.ANSWERED, SessionState.TALKING)


def refusal(state: SessionState | None, *, early_only: bool) -> int | None:
    """Return the status that refuses it; None: it can be done. `state` None: there is no such dialog."""
    if state in _BY_US:
        return None
    if state in _CONFIRMED:
        return 486 if early_only else None
    return 603 if state is SessionState.ENDED else 481  # an early dialog that the peer began is not replaced
