"""Signs of life in a running session (RFC 4028): refreshed by us or by the peer, or else hung up."""

from collections.abc import Callable
from functools import partial

from banjie.sip.core import Core
from banjie.sip.session_timers import Refreshment
from banjie.sip.sessions import Session

Act = Callable[[Session, float], None]


class Refreshing:
    """Keeps the two timers of a session. `refresh` sends the sign; `expire` hangs up."""

    def __init__(self, core: Core, refresh: Act, expire: Act) -> None:
        self._core = core
        self._refresh = refresh
        self._expire = expire

    def agree(self, session: Session, agreed: Refreshment | None, now: float) -> None:
        """Start anew with what was agreed in an INVITE or UPDATE; None: no timer any more."""
        deadlines = self._core.deadlines
        deadlines.cancel(session.refresh_timer)
        deadlines.cancel(session.expiry_timer)
        session.refresh_timer = session.expiry_timer = None
        session.refreshment = agreed
        if agreed is None:
            return
        session.expiry_timer = deadlines.at(now + agreed.expires_after_s, partial(self._expire, session))
        if agreed.ours:
            session.refresh_timer = deadlines.at(
                now + agreed.refresh_after_s, partial(self._refresh, session)
            )
