"""The root of every error that is ours: a code for machines, a sentence for people that says what to do."""

from typing import ClassVar


class BanjieError(Exception):
    """Something was refused or could not be had. The edge (HTTP, SIP, exit status) maps the type."""

    code: ClassVar[str] = "banjie.error"


class Unavailable(BanjieError):
    """A part we depend on does not answer; the same request may be made again later."""

    code: ClassVar[str] = "banjie.unavailable"
