"""A desk phone (baresip) registers with digest and is called, over UDP, TCP and TLS."""

import asyncio
import os
import shutil
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from pathlib import Path

import pytest

from banjie.sip.model import UserPeer, UserTarget
from tests.sip.certificates import make_certificate
from tests.sip.exchange import PASSWORD, open_exchange

pytestmark = pytest.mark.peer

CONFIG = """\
poll_method epoll
sip_listen 127.0.0.1:0
{certificate}
sip_verify_server no
audio_player aubridge,phone
audio_source aubridge,phone
audio_alert aubridge,phone
module_path /usr/lib/baresip/modules
module g711.so
module aubridge.so
module_tmp uuid.so
module_tmp account.so
module_app menu.so
"""


@asynccontextmanager
async def phone(
    folder: Path, server: tuple[str, int], transport: str, certificate: Path | None, *does: str
) -> AsyncIterator[Path]:
    """Run a phone that answers by itself; yields where it writes what it does."""
    program = shutil.which("baresip")
    assert program is not None, (
        "baresip is not installed: run `apt-get install baresip-core` (as root), then again"
    )
    shown = "" if certificate is None else f"sip_certificate {certificate}\nsip_cafile {certificate}"
    (folder / "config").write_text(CONFIG.format(certificate=shown))
    (folder / "accounts").write_text(
        f"<sip:bob@{server[0]}:{server[1]};transport={transport}>;auth_user=bob;auth_pass={PASSWORD}"
        ";answermode=auto;regint=60;ptime=20\n"
    )
    (folder / "contacts").write_text("")
    log = folder / "log"
    with log.open("wb") as out:
        process = await asyncio.create_subprocess_exec(
            program,
            *("-f", str(folder), "-v"),
            *(word for act in does for word in ("-e", act)),
            stdin=asyncio.subprocess.DEVNULL,
            stdout=out,
            stderr=out,
            env={**os.environ, "HOME": str(folder)},
        )
        try:
            yield log
        finally:
            with suppress(ProcessLookupError):
                process.terminate()
            try:
                await asyncio.wait_for(process.wait(), 3)
            except TimeoutError:
                process.kill()
                await process.wait()


def said(log: Path) -> str:
    return log.read_text(errors="replace")[-3000:]


async def until(is_so: Callable[[], bool], log: Path) -> None:
    for _ in range(1000):
        if is_so():
            return
        await asyncio.sleep(0.01)
    pytest.fail(f"the phone did not come that far; it said:\n{said(log)}")


@pytest.mark.parametrize("transport", ["udp", "tcp", "tls"])
async def test_a_desk_phone_registers_and_is_called(tmp_path: Path, transport: str) -> None:
    files = make_certificate(tmp_path, "127.0.0.1")
    both = tmp_path / "both.pem"
    both.write_bytes(files.key.read_bytes() + files.certificate.read_bytes())
    exchange = await open_exchange(knows_loopback=False, tls_port=0, tls=files)
    tally = exchange.tally
    try:
        server = exchange.endpoint.local[transport]  # type: ignore[index]
        async with phone(tmp_path, server, transport, both) as log:
            await until(lambda: tally.registered == 1, log)
            exchange.call(UserTarget(username="bob"))
            await until(lambda: len(tally.ended) == 1, log)
            assert tally.accepted == 1, said(log)
            assert tally.reasons == {(None, "us"): 1}
        # A phone that is switched off says so.
        await until(lambda: tally.unregistered == 1, log)
    finally:
        await exchange.endpoint.stop()


async def test_a_desk_phone_calls_and_proves_who_it_is(tmp_path: Path) -> None:
    exchange = await open_exchange(knows_loopback=False)
    host, port = exchange.endpoint.local["udp"]
    try:
        async with phone(tmp_path, (host, port), "udp", None, f"/dial sip:1200@{host}:{port}") as log:
            await until(lambda: len(exchange.tally.ended) == 1, log)
            assert exchange.tally.offered == {"1200": 1}, said(log)
            assert exchange.tally.peers[-1] == UserPeer(username="bob")
    finally:
        await exchange.endpoint.stop()
