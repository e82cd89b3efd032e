"""A Chromium whose pages can really be hidden. Playwright keeps every page visible and focused; the plain protocol does not."""

import asyncio
import json
import subprocess
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from typing import Any

from websockets.asyncio.client import ClientConnection, connect

from tests.browser.chromium import CHROMIUM, until

_FLAGS = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--no-first-run",
    "--remote-debugging-port=0",
    "--use-fake-device-for-media-stream",
    "--use-fake-ui-for-media-stream",
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",
    "--disable-background-networking",
    "--disable-component-update",
)


@dataclass
class Tab:
    """One page, spoken to in the browser's own protocol."""

    wire: "_Wire"
    target_id: str
    session_id: str

    async def evaluate(self, script: str) -> Any:
        asked = {"expression": script, "awaitPromise": True, "returnByValue": True}
        answer = await self.wire.ask("Runtime.evaluate", asked, self.session_id)
        assert "exceptionDetails" not in answer, answer
        return answer["result"].get("value")

    async def until(self, script: str, *, within_s: float = 10.0) -> None:
        async def is_so() -> bool:
            return bool(await self.evaluate(script))

        await until(is_so, within_s=within_s, what=lambda: script)

    async def press(self, key: str, *, code: int, shift: bool = False) -> None:
        """Press a key as a person does: it counts as a gesture."""
        pressed = {"key": key, "code": key, "windowsVirtualKeyCode": code, "modifiers": 8 if shift else 0}
        for kind in ("rawKeyDown", "keyUp"):
            await self.wire.ask("Input.dispatchKeyEvent", {"type": kind, **pressed}, self.session_id)

    async def come_to_front(self) -> None:
        await self.wire.ask("Target.activateTarget", {"targetId": self.target_id})


@dataclass
class PlainBrowser:
    wire: "_Wire"

    async def open(self, address: str, *, beforehand: str = "") -> Tab:
        """Open a page in front of the others; `beforehand` runs before its own scripts."""
        made = await self.wire.ask("Target.createTarget", {"url": "about:blank"})
        asked = {"targetId": made["targetId"], "flatten": True}
        attached = await self.wire.ask("Target.attachToTarget", asked)
        tab = Tab(self.wire, made["targetId"], attached["sessionId"])
        await self.wire.ask("Page.enable", {}, tab.session_id)
        await self.wire.ask("Page.addScriptToEvaluateOnNewDocument", {"source": beforehand}, tab.session_id)
        await self.wire.ask("Page.navigate", {"url": address}, tab.session_id)
        await tab.until(
            f"location.href.startsWith({json.dumps(address)}) && document.readyState === 'complete'"
        )
        return tab

    async def grant(self, origin: str, *permissions: str) -> None:
        asked = {"origin": origin, "permissions": list(permissions)}
        await self.wire.ask("Browser.grantPermissions", asked)


@asynccontextmanager
async def plain_browser(folder: Path) -> AsyncIterator[PlainBrowser]:
    """Start a browser with its profile in the folder; it ends with the block."""
    profile = folder / "plain-profile"
    process = subprocess.Popen(  # noqa: ASYNC220 - waited for below
        [str(CHROMIUM), *_FLAGS, f"--user-data-dir={profile}", "about:blank"],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        told = profile / "DevToolsActivePort"

        async def is_told() -> bool:
            return told.exists() and len(told.read_text().split()) == 2

        await until(is_told, within_s=30.0, what=lambda: "Chromium to tell its port")
        port, path = told.read_text().split()
        async with connect(f"ws://127.0.0.1:{port}{path}", max_size=None, proxy=None) as socket:
            wire = _Wire(socket)
            hearing = asyncio.create_task(wire.hear())
            try:
                yield PlainBrowser(wire)
            finally:
                hearing.cancel()
                await asyncio.gather(hearing, return_exceptions=True)
    finally:
        process.terminate()
        process.wait(10)


@dataclass
class _Wire:
    socket: ClientConnection
    numbers: "count[int]" = field(default_factory=lambda: count(1))
    awaited: dict[int, "asyncio.Future[dict[str, Any]]"] = field(default_factory=dict)

    async def ask(self, method: str, params: dict[str, Any], session_id: str | None = None) -> dict[str, Any]:
        number = next(self.numbers)
        answer = self.awaited[number] = asyncio.get_running_loop().create_future()
        message = {"id": number, "method": method, "params": params}
        if session_id is not None:
            message["sessionId"] = session_id
        await self.socket.send(json.dumps(message))
        async with asyncio.timeout(20.0):
            told = await answer
        assert "error" not in told, (method, told)
        return dict(told["result"])

    async def hear(self) -> None:
        async for text in self.socket:
            told = json.loads(text)
            if "id" in told and (awaited := self.awaited.pop(told["id"], None)) is not None:
                awaited.set_result(told)
