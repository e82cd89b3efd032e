"""What the switchboard refuses."""

from typing import ClassVar

from banjie.base.errors import BanjieError, Unavailable


class NoFreePort(Unavailable):
    """All ports the switchboard was allowed, or all its UDP numbers, are in use."""

    code: ClassVar[str] = "media.no_free_port"


class NoSuchPort(BanjieError):
    """The port was closed or never opened here."""

    code: ClassVar[str] = "media.no_such_port"


class NoSuchTone(BanjieError):
    """The table of tones has no such name."""

    code: ClassVar[str] = "media.no_such_tone"


class UnreadableClip(BanjieError):
    """The file is not sound we can read, or is not there."""

    code: ClassVar[str] = "media.unreadable_clip"


class SwitchboardFull(Unavailable):
    """Plays, recordings, cords to one port, or clip memory are used up."""

    code: ClassVar[str] = "media.switchboard_full"
