"""The whole server as a process of its own, on free ports, with the demonstration bank in a fresh folder."""

import asyncio
import os
import secrets
import signal
import socket
import subprocess
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path

import asyncpg
import httpx

from banjie.storage.postgres import running_dsn

ROOT = Path(__file__).resolve().parents[2]
START_WITHIN_S = 150.0  # the first start on a machine compiles the switchboard


def free_port() -> int:
    """Return a port free for UDP and TCP, below those the kernel hands out: nobody gets it by chance meanwhile."""
    while True:
        port = 10_240 + secrets.randbelow(9_760)  # pytest seeds `random` alike in every test
        try:
            for kind in (socket.SOCK_STREAM, socket.SOCK_DGRAM):
                with socket.socket(socket.AF_INET, kind) as probe:
                    probe.bind(("127.0.0.1", port))
        except OSError:
            continue
        return port


@dataclass
class BanjieServer:
    """Make it, `start` it, `stop` it; it may be killed and started again on the same folder and ports."""

    folder: Path
    settings: dict[str, str] = field(default_factory=dict)
    http_port: int = field(default_factory=free_port)
    sip_port: int = field(default_factory=free_port)
    process: subprocess.Popen[bytes] | None = None

    @property
    def pid(self) -> int:
        assert self.process is not None, "it has not been started"
        return self.process.pid

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.http_port}"

    @property
    def dsn(self) -> str:
        dsn = running_dsn(self.folder / "var" / "postgres")
        assert dsn is not None
        return dsn

    @property
    def recordings(self) -> Path:
        return self.folder / "var" / "recordings"

    async def start(self) -> float:
        """Return the seconds until it said it is well."""
        environment = {
            **{k: v for k, v in os.environ.items() if not k.startswith("BANJIE_")},
            "PYTHONPATH": str(ROOT / "src"),
            "BANJIE_DATA_DIR": str(self.folder / "var"),
            "BANJIE_HTTP_PORT": str(self.http_port),
            "BANJIE_SIP_PORT": str(self.sip_port),
            "BANJIE_RTP_PORTS": "30000-39999",
            "BANJIE_BROWSER_ADDRESSES": "127.0.0.1",
            "BANJIE_WEB_DIR": str(ROOT / "web" / "dist"),
            "BANJIE_DEMO": "1",
            "BANJIE_DEMO_VOICES": "0",
            **self.settings,
        }
        began = time.monotonic()
        with (self.folder / "server.log").open("ab") as log:
            self.process = subprocess.Popen(  # noqa: ASYNC220 - it outlives this function
                [sys.executable, "-m", "banjie", "serve"], cwd=ROOT, env=environment, stdout=log, stderr=log
            )
        async with httpx.AsyncClient(trust_env=False) as client:
            while time.monotonic() < began + START_WITHIN_S:
                if self.process.poll() is not None:
                    raise AssertionError(f"the server ended: {self.log()}")
                try:
                    if (await client.get(f"{self.url}/healthz", timeout=1.0)).status_code == 200:
                        return time.monotonic() - began
                except httpx.HTTPError:
                    pass
                await asyncio.sleep(0.05)
        raise AssertionError(f"the server did not come up: {self.log()}")

    def kill(self) -> None:
        assert self.process is not None
        self.process.kill()
        self.process.wait()

    def stop(self) -> int:
        """Return its exit status."""
        assert self.process is not None
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
        return self.process.wait(timeout=30)

    def log(self) -> str:
        return (self.folder / "server.log").read_text()[-4000:]

    async def rows(self, sql: str, *values: object) -> list[asyncpg.Record]:
        connection = await asyncpg.connect(self.dsn)
        try:
            return await connection.fetch(sql, *values)
        finally:
            await connection.close()
