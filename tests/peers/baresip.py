"""baresip, a real SIP phone, with a sound file for a mouth and another for ears, told what to do over TCP."""

import asyncio
import json
import subprocess
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from tests.browser.sound import write_tone
from tests.peers.server import free_port

MODULES = Path("/usr/lib/baresip/modules")
_CONFIG = """
module_path {modules}
module g711.so
module aufile.so
module aubridge.so
module sndfile.so
module menu.so
module ctrl_tcp.so
module account.so
module uuid.so
sip_listen 127.0.0.1:{sip_port}
audio_source aufile,{folder}/says.wav
audio_player aubridge,nowhere
audio_alert aubridge,nowhere
snd_path {folder}
audio_srate 8000
audio_channels 1
ausrc_srate 8000
auplay_srate 8000
rtp_ports 40000-44000
net_interface 127.0.0.1
ctrl_tcp_listen 127.0.0.1:{control_port}
call_max_calls 4
"""


@dataclass
class Baresip:
    """`account` is a line of baresip's accounts file."""

    folder: Path
    account: str
    says_hz: int
    is_traced: bool = False  # its log has the SIP messages too
    control_port: int = field(default_factory=free_port)
    sip_port: int = field(default_factory=free_port)
    process: subprocess.Popen[bytes] | None = None

    async def start(self) -> None:
        self.folder.mkdir(parents=True, exist_ok=True)
        write_tone(self.folder / "says.wav", self.says_hz, rate_hz=8000, seconds=300)
        config = _CONFIG.format(
            modules=MODULES, folder=self.folder, sip_port=self.sip_port, control_port=self.control_port
        )
        (self.folder / "config").write_text(config)
        (self.folder / "accounts").write_text(self.account + "\n")
        with (self.folder / "log").open("wb") as log:
            self.process = subprocess.Popen(  # noqa: ASYNC220 - it outlives this function
                ["baresip", *(["-s"] if self.is_traced else []), "-f", str(self.folder)],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
            )
        for _ in range(200):
            try:
                self._reader, self._writer = await asyncio.open_connection("127.0.0.1", self.control_port)
                return
            except OSError:
                await asyncio.sleep(0.05)
        raise AssertionError(f"baresip did not come up: {(self.folder / 'log').read_text()}")

    async def tell(self, command: str, words: str = "") -> str:
        """Give a command; return what it answers."""
        text = json.dumps({"command": command, "params": words, "token": "t"}).encode()
        self._writer.write(b"%d:%s," % (len(text), text))
        await self._writer.drain()
        while True:
            size = int((await asyncio.wait_for(self._reader.readuntil(b":"), 5.0))[:-1])
            message = json.loads((await self._reader.readexactly(size + 1))[:-1])
            if message.get("response"):
                return str(message.get("data", ""))

    async def press(self, digit: str) -> None:
        await self.tell("sndcode", digit)

    def heard(self, last_s: float = 0.5) -> NDArray[np.float64]:
        """What came in most recently, in the newest call; the file grows while the call lasts."""
        dumps = sorted(self.folder.glob("dump-*-dec.wav"), key=lambda path: path.stat().st_mtime)
        data = dumps[-1].read_bytes()[44:] if dumps else b""
        samples = np.frombuffer(data[: len(data) // 2 * 2], dtype="<i2").astype(np.float64) / 32768
        return samples[-int(8000 * last_s) :]

    def messages(self) -> str:
        """Every SIP message it has seen, where it is traced."""
        return (self.folder / "log").read_text(errors="replace")

    def log(self) -> str:
        return (self.folder / "log").read_text()[-3000:]

    def stop(self) -> None:
        if self.process is not None and self.process.poll() is None:
            self._writer.close()
            self.process.terminate()
            self.process.wait(timeout=10)
