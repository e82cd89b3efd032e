"""A real Chromium with a tone for a microphone, and ears on every call its pages hold.

Each browser has a profile folder and a microphone of its own, because Chromium takes one sound file for a whole browser.
"""

import asyncio
import os
import signal
import time
from collections.abc import Awaitable, Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import numpy as np
from playwright.async_api import BrowserContext, Page, Playwright

from tests.browser.sound import Heard, goertzel, strongest, write_tone

CHROMIUM = Path("/usr/bin/chromium")
_FLAGS = (
    "--no-sandbox",
    "--use-fake-device-for-media-stream",
    "--use-fake-ui-for-media-stream",
    "--autoplay-policy=no-user-gesture-required",
    "--allow-loopback-in-peer-connection",
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
)
# Whatever the page does with its calls, each gets an analyser; a remote track flows only while an element plays it.
_EARS = """
(() => {
  const heard = (window.__heard = { peers: [], analyser: null, rate: 48000 });
  const Native = window.RTCPeerConnection;
  window.RTCPeerConnection = class extends Native {
    constructor(...args) {
      super(...args);
      heard.peers.push(this);
      this.addEventListener('track', (event) => {
        const stream = new MediaStream([event.track]);
        const element = new Audio();
        element.muted = true;
        element.srcObject = stream;
        element.play();
        const context = new AudioContext();
        const analyser = context.createAnalyser();
        analyser.fftSize = 16384;
        context.createMediaStreamSource(stream).connect(analyser);
        Object.assign(heard, { analyser, rate: context.sampleRate, element, context });
      });
    }
  };
  const media = navigator.mediaDevices;
  if (media) {
    const native = media.getUserMedia.bind(media);
    // The page's own wishes stand, but noise suppression would take a pure tone for noise.
    media.getUserMedia = (wishes) => native(wishes.audio
      ? { ...wishes, audio: { echoCancellation: false, noiseSuppression: false, autoGainControl: false } }
      : wishes);
  }
})();
"""
_SAMPLES = """
() => {
  const { analyser, rate } = window.__heard;
  if (!analyser) return [rate, []];
  const samples = new Float32Array(analyser.fftSize);
  analyser.getFloatTimeDomainData(samples);
  return [rate, Array.from(samples)];
}
"""


async def open_browser(playwright: Playwright, folder: Path, hz: int) -> BrowserContext:
    """Start a browser whose microphone says the tone `hz`. `folder` must be its own."""
    microphone = write_tone(folder / "microphone.wav", hz)
    context = await playwright.chromium.launch_persistent_context(
        folder / "profile",
        executable_path=CHROMIUM,
        headless=True,
        args=[*_FLAGS, f"--use-file-for-fake-audio-capture={microphone}"],
        permissions=["microphone", "notifications"],
        locale="zh-CN",
        viewport={"width": 1280, "height": 720},
    )
    await context.add_init_script(_EARS)
    return context


async def heard(page: Page) -> Heard:
    """Return what the page's newest call plays at this moment (the last third of a second)."""
    rate_hz, samples = await page.evaluate(_SAMPLES)
    return strongest(np.asarray(samples, dtype=np.float64), float(rate_hz))


async def heard_levels(page: Page, tones: Mapping[str, float]) -> dict[str, float]:
    """Return how loud each of these tones is in what the page's newest call plays now; 1.0 is full scale."""
    rate_hz, samples = await page.evaluate(_SAMPLES)
    sound = np.asarray(samples, dtype=np.float64)
    return {name: goertzel(sound, float(rate_hz), hz) if len(sound) else 0.0 for name, hz in tones.items()}


async def heard_hz(page: Page) -> float:
    """Return the strongest tone the page plays, 0.0 in silence."""
    found = await heard(page)
    return 0.0 if found.is_silence else found.hz


async def until_heard(page: Page, hz: float, *, within_s: float = 10.0, tolerance_hz: float = 8.0) -> Heard:
    """Wait until the page plays the tone; fail with what it plays instead."""
    last = Heard(hz=0.0, level_db=-120.0)

    async def is_so() -> bool:
        nonlocal last
        last = await heard(page)
        return not last.is_silence and abs(last.hz - hz) <= tolerance_hz

    await until(is_so, within_s=within_s, what=lambda: f"{hz} Hz in the page; it plays {last}")
    return last


@contextmanager
def frozen(folder: Path) -> Iterator[None]:
    """Stop all processes of the browsers whose profiles are under `folder`: like a lost network, no goodbyes."""
    stopped = [int(p.name) for p in Path("/proc").iterdir() if p.name.isdecimal() and _mentions(p, folder)]
    for pid in stopped:
        os.kill(pid, signal.SIGSTOP)
    try:
        yield
    finally:
        for pid in stopped:
            os.kill(pid, signal.SIGCONT)


def _mentions(process: Path, folder: Path) -> bool:
    try:
        return f"--user-data-dir={folder}".encode() in (process / "cmdline").read_bytes()
    except OSError:
        return False  # gone meanwhile


async def until(
    is_so: Callable[[], Awaitable[bool]], *, within_s: float, what: Callable[[], str] = lambda: "it"
) -> float:
    """Ask again and again until it is so; return how long that took, fail after `within_s`."""
    began = time.monotonic()
    while not await is_so():
        if time.monotonic() - began > within_s:
            raise AssertionError(f"waited {within_s} s for {what()}")
        await asyncio.sleep(0.05)
    return time.monotonic() - began
