"""TLS for SIP: TLS 1.2 or newer; carriers' certificates are checked, phones need none."""

import ssl
from dataclasses import dataclass
from pathlib import Path

from banjie.sip.io.errors import UnusableCertificate


@dataclass(frozen=True, slots=True, kw_only=True)
class TlsFiles:
    """PEM files. Without `authorities` the system's are believed."""

    certificate: Path
    key: Path
    authorities: Path | None = None


def server_context(files: TlsFiles) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    _load(context, files)
    return context


def client_context(files: TlsFiles | None) -> ssl.SSLContext:
    """Return what checks a carrier's certificate, and shows ours when it asks."""
    authorities = None if files is None or files.authorities is None else str(files.authorities)
    try:
        context = ssl.create_default_context(ssl.Purpose.SERVER_AUTH, cafile=authorities)
    except OSError as error:
        raise UnusableCertificate(
            f"the authorities in {authorities} cannot be read: {error.strerror}"
        ) from None
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    if files is not None:
        _load(context, files)
    return context


def _load(context: ssl.SSLContext, files: TlsFiles) -> None:
    try:
        context.load_cert_chain(files.certificate, files.key)
    except OSError as error:
        raise UnusableCertificate(
            f"the certificate {files.certificate} with key {files.key} cannot be used: {error}"
        ) from None
