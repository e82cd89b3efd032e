"""Sound: the switchboard, browsers' audio, and the prompts callers hear."""

import asyncio
import sys
from dataclasses import dataclass
from pathlib import Path

from banjie.base.errors import BanjieError
from banjie.demo import prompts
from banjie.media.io.native import NativeSwitchboard
from banjie.media.io.recordings import repair
from banjie.media.io.webrtc import WebRtcAudio
from banjie.parts.folders import make_folder
from banjie.parts.run import Run
from banjie.stories.interrupted_call import Repaired
from banjie.stories.spoken_prompts import SpokenPrompts


@dataclass(frozen=True, slots=True, kw_only=True)
class Sound:
    switchboard: NativeSwitchboard
    prompts: SpokenPrompts
    prompts_folder: Path


async def start_sound(run: Run) -> Sound:
    settings = run.settings
    switchboard = NativeSwitchboard(settings.rtp_host or settings.sip_host, settings.rtp_ports)
    await switchboard.start()
    run.stack.push_async_callback(switchboard.shut_down)
    folder = make_folder(run.data / "prompts")
    if settings.demo and not settings.demo_voices:
        await asyncio.to_thread(prompts.make, folder, texts={})  # music alone
    return Sound(
        switchboard=switchboard,
        prompts=SpokenPrompts(switchboard, folder),
        prompts_folder=folder,
    )


async def start_browsers(run: Run, switchboard: NativeSwitchboard) -> WebRtcAudio:
    settings = run.settings
    browsers = WebRtcAudio(
        switchboard,
        addresses=settings.browser_addresses or None,
        udp_ports=tuple(int(port) for port in settings.browser_ports),
    )
    await browsers.start()
    run.stack.push_async_callback(browsers.stop)
    return browsers


async def make_demo_prompts(run: Run, sound: Sound) -> None:
    """The voices take a minute or two, in a process of their own; until then the words are on the screens only."""
    maker = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "banjie", "demo", "prompts", str(sound.prompts_folder)
    )
    run.stack.callback(_end, maker)
    await maker.wait()
    sound.prompts.forget()


def mend(path: Path) -> Repaired | None:
    """Close a recording a crash left open; `None` where there is none to close."""
    try:
        closed = repair(path)
    except BanjieError:
        return None
    return Repaired(path=closed.path, duration_s=closed.duration_s, size_bytes=closed.size_bytes)


def _end(process: asyncio.subprocess.Process) -> None:
    if process.returncode is None:
        process.terminate()
