"""`banjie check`: is all there that `banjie serve` needs? Each part in one sentence; what must be mended says how."""

import asyncio
import socket
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from banjie.base.errors import BanjieError
from banjie.config import InvalidSetting, Settings, read_settings
from banjie.demo.voices import require_packages
from banjie.desk.server import listening_socket
from banjie.logs import configure_logging
from banjie.media.io.sockets import raise_file_limit
from banjie.parts.database import database_of
from banjie.parts.folders import make_folder
from banjie.sip.io.datagrams import bound_socket
from banjie.sip.io.tls import TlsFiles, server_context
from banjie.storage.database import Database
from banjie.storage.errors import FolderInUse
from banjie.storage.migrations import newest_revision, revision_of
from banjie.storage.people import SqlUserStore
from banjie.stories.staff import NoHouse

FILES_A_CALL: Final = 8  # RTP and RTCP of two legs, a browser's two, the recording, a phone's connection
FILES_ELSE: Final = 512  # screens, the database, what Python holds
PORTS_A_CALL: Final = 4  # a pair for each of two legs


class Verdict(StrEnum):
    OK = "ok"
    NOTE = "note"  # works, but not all of it
    MEND = "mend"


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    part: str
    verdict: Verdict
    words: str


def check() -> list[Finding]:
    """Look at everything; nothing found wrong stops the rest. Starts an embedded database and stops it again."""
    try:
        settings = read_settings()
    except InvalidSetting as refusal:
        return [Finding(part="settings", verdict=Verdict.MEND, words=str(refusal))]
    configure_logging(settings)
    looks: list[tuple[str, Callable[[Settings], Finding]]] = [
        ("http", http),
        ("sip", sip),
        ("tls", tls),
        ("rtp", rtp),
        ("files", open_files),
        ("data", data),
        ("database", database),
        ("trunks", trunks),
        ("pages", pages),
        ("voices", voices),
    ]
    found = [Finding(part="settings", verdict=Verdict.OK, words="all can be used")]
    for part, look in looks:
        try:
            found.append(look(settings))
        except BanjieError as refusal:
            found.append(Finding(part=part, verdict=Verdict.MEND, words=str(refusal)))
    return found


def http(settings: Settings) -> Finding:
    listening_socket(settings.http_host, settings.http_port).close()
    return _ok("http", f"{settings.http_host}:{settings.http_port} is free")


def sip(settings: Settings) -> Finding:
    for kind in (socket.SOCK_DGRAM, socket.SOCK_STREAM):
        bound_socket(settings.sip_host, settings.sip_port, kind).close()
    return _ok("sip", f"{settings.sip_host}:{settings.sip_port} is free for UDP and TCP")


def tls(settings: Settings) -> Finding:
    port, certificate, key = settings.sip_tls_port, settings.tls_certificate, settings.tls_key
    if port is None:
        return _ok("tls", "SIP over TLS is off (BANJIE_SIP_TLS_PORT)")
    if certificate is None or key is None:
        return _mend("tls", "SIP over TLS needs BANJIE_TLS_CERTIFICATE and BANJIE_TLS_KEY: set both")
    server_context(TlsFiles(certificate=certificate, key=key))
    bound_socket(settings.sip_host, port, socket.SOCK_STREAM).close()
    return _ok("tls", f"{settings.sip_host}:{port} is free, the certificate can be read")


def rtp(settings: Settings) -> Finding:
    low, high = settings.rtp_ports
    if not 1024 <= low < high <= 65535:
        return _mend(
            "rtp", f"BANJIE_RTP_PORTS is {low}-{high}: name a range between 1024 and 65535, the lower first"
        )
    room = (high - low + 1) // PORTS_A_CALL
    if room < settings.calls_max:
        return _note(
            "rtp",
            f"{low}-{high} has ports for {room} calls with phones, BANJIE_CALLS_MAX is {settings.calls_max}",
        )
    return _ok("rtp", f"{low}-{high} has ports for {room} calls")


def open_files(settings: Settings) -> Finding:
    allowed = raise_file_limit()
    needed = FILES_A_CALL * settings.calls_max + FILES_ELSE
    if allowed < needed:
        return _mend(
            "files",
            f"{allowed} files may be open and {settings.calls_max} calls need {needed}: "
            "raise the limit (ulimit -n, LimitNOFILE) or lower BANJIE_CALLS_MAX",
        )
    return _ok("files", f"{allowed} files may be open, {needed} are enough")


def data(settings: Settings) -> Finding:
    make_folder(settings.data_dir)
    return _ok("data", f"{settings.data_dir.absolute()} can be written to")


def database(settings: Settings) -> Finding:
    try:
        present, is_founded = asyncio.run(_look_inside(settings))
    except FolderInUse:
        return _note("database", "the embedded database is in use: Banjie runs on this data folder already")
    if not is_founded and not settings.demo:
        return _mend("database", f"the database answers; {NoHouse()}")
    where = "the database of BANJIE_DATABASE_URL" if settings.database_url else "the embedded database"
    if present == newest_revision():
        return _ok("database", f"{where} answers, its schema is up to date")
    state = "is empty" if present is None else f"has schema {present}"
    return _ok("database", f"{where} answers and {state}; `serve` brings it to {newest_revision()}")


async def _look_inside(settings: Settings) -> tuple[str | None, bool]:
    """Return the revision of the schema, and whether anybody works here."""
    async with database_of(settings) as dsn:
        pool = await Database.open(dsn, connections=1)
        try:
            present = await revision_of(dsn)
            return present, present is not None and bool(await SqlUserStore(pool).list_tenants())
        finally:
            await pool.close()


def trunks(settings: Settings) -> Finding:
    names = ", ".join(trunk.name for trunk in settings.trunks)
    strangers = [trunk.name for trunk in settings.trunks if not trunk.networks and trunk.username is None]
    if strangers:
        return _note(
            "trunks", f"{', '.join(strangers)} can be called but cannot call us: give networks or a username"
        )
    if settings.outbound_trunk is not None and settings.outbound_trunk not in {
        t.name for t in settings.trunks
    }:
        return _mend(
            "trunks", f"BANJIE_OUTBOUND_TRUNK is {settings.outbound_trunk!r}; BANJIE_TRUNKS has no such name"
        )
    if not names and not settings.demo:
        return _note("trunks", "there are none (BANJIE_TRUNKS): only registered phones and browsers can call")
    return _ok("trunks", names or "the demonstration's, for this machine only")


def pages(settings: Settings) -> Finding:
    if (settings.web_dir / "index.html").is_file():
        return _ok("pages", f"built, in {settings.web_dir}")
    return _mend(
        "pages", f"the pages are not built ({settings.web_dir}): run `make up`, or set BANJIE_WEB_DIR"
    )


def voices(settings: Settings) -> Finding:
    if not settings.demo:
        return _ok("voices", "only the demonstration needs them")
    try:
        require_packages()
    except BanjieError as refusal:
        return _note("voices", f"{refusal}; until then prompts are chimes, and words on the screen")
    return _ok("voices", "installed")


def _ok(part: str, words: str) -> Finding:
    return Finding(part=part, verdict=Verdict.OK, words=words)


def _note(part: str, words: str) -> Finding:
    return Finding(part=part, verdict=Verdict.NOTE, words=words)


def _mend(part: str, words: str) -> Finding:
    return Finding(part=part, verdict=Verdict.MEND, words=words)
