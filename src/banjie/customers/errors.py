"""Why something cannot be done with a customer."""

from typing import ClassVar

from banjie.base.errors import BanjieError


class NoSuchCustomer(BanjieError):
    code: ClassVar[str] = "customers.no_such_customer"


class NoSuchNote(BanjieError):
    """There is none by this id on this customer, or somebody else wrote it: one changes one's own."""

    code: ClassVar[str] = "customers.no_such_note"
