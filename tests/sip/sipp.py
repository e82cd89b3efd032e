"""Runs SIPp, the real peer, and says what it saw."""

import asyncio
import re
import shutil
import socket
from dataclasses import dataclass
from pathlib import Path

SCENARIOS = Path(__file__).parent / "scenarios"


@dataclass(frozen=True, slots=True, kw_only=True)
class SippRun:
    """One run of SIPp: `calls` of a scenario against a server, or waiting for as many."""

    scenario: str
    calls: int = 10
    rate: float = 20.0
    dialled: str = "1000"
    transport: str = "u1"
    user: str = "bob"
    password: str = "zanzibar"
    options: tuple[str, ...] = ()
    timeout_s: float = 40.0


@dataclass(frozen=True, slots=True, kw_only=True)
class SippResult:
    exit_status: int
    successful: int
    failed: int
    said: str  # errors, in SIPp's words


def sipp_program() -> str:
    """Return where SIPp is; fail the test in words where it is missing."""
    found = shutil.which("sipp")
    assert found is not None, "SIPp is not installed: run `apt-get install sip-tester` (as root), then again"
    return found


def free_port(kind: socket.SocketKind = socket.SOCK_DGRAM) -> int:
    with socket.socket(socket.AF_INET, kind) as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


async def run_sipp(
    run: SippRun,
    folder: Path,
    port: int,
    server: tuple[str, int] | None,
    contact: tuple[str, int] | None = None,
    *,
    is_lossy: bool = False,
) -> SippResult:
    """Run to the end. `server` None: SIPp is called. `contact` is where SIPp says it is reached."""
    host, contact_port = contact or ("127.0.0.1", port)
    text = (SCENARIOS / f"{run.scenario}.xml").read_text(encoding="latin-1")
    if is_lossy:
        # A provisional response that is lost is not sent again (RFC 3261 §13.3.1.1): nobody may insist on it.
        text = text.replace('optional="false"', 'optional="true"')
    script = folder / f"{run.scenario}.xml"
    script.write_text(text, encoding="latin-1")
    errors = folder / "errors.log"
    errors.unlink(missing_ok=True)
    arguments = [
        *([] if server is None else [f"{server[0]}:{server[1]}"]),
        *("-sf", str(script), "-s", run.dialled, "-i", "127.0.0.1", "-p", str(port), "-t", run.transport),
        *(
            "-m",
            str(run.calls),
            "-r",
            str(run.rate),
            "-l",
            "1000",
            "-key",
            "contact",
            f"{host}:{contact_port}",
        ),
        *("-au", run.user, "-ap", run.password, "-nostdin", "-trace_err", "-error_file", str(errors)),
        *("-timeout", f"{run.timeout_s:.0f}s", "-timeout_error", "-max_retrans", "20", "-timer_resol", "5"),
        *("-max_invite_retrans", "20", "-max_non_invite_retrans", "20", "-T2", "800", *run.options),
        # What comes out of its order, because something before it was lost, is left: it is sent again until its turn.
        *(("-default_behaviors", "all,-abortunexp") if is_lossy else ()),
    ]
    process = await asyncio.create_subprocess_exec(
        sipp_program(),
        *arguments,
        cwd=folder,
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    try:
        output, _ = await asyncio.wait_for(process.communicate(), run.timeout_s + 5)
    except BaseException:
        process.kill()
        await process.wait()
        raise
    screen = output.decode("utf-8", "replace")
    said = errors.read_text("utf-8", "replace")[-4000:] if errors.exists() else ""
    return SippResult(
        exit_status=process.returncode or 0,
        successful=_total(screen, "Successful call"),
        failed=_total(screen, "Failed call"),
        said=said,
    )


def _total(screen: str, line: str) -> int:
    found = re.findall(rf"{line}\s*\|\s*\d+\s*\|\s*(\d+)", screen)
    return int(found[-1]) if found else -1
