"""What the sockets refuse, in sentences for the person who starts the server."""

from typing import ClassVar

from banjie.base.errors import BanjieError


class PortTaken(BanjieError):
    """The address and port for SIP cannot be had."""

    code: ClassVar[str] = "sip.port_taken"

    def __init__(self, host: str, port: int, is_in_use: bool, why: str) -> None:
        if is_in_use:
            text = (
                f"SIP port {host}:{port} is in use by another program; stop that program or choose another "
                "port with BANJIE_SIP_PORT"
            )
        else:
            text = f"SIP cannot listen on {host}:{port} ({why}); choose an address of this machine with BANJIE_SIP_HOST"
        super().__init__(text)
        self.host, self.port = host, port


class UnusableCertificate(BanjieError):
    """The certificate or key for SIP over TLS cannot be read."""

    code: ClassVar[str] = "sip.unusable_certificate"
