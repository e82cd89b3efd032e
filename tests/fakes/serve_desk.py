"""`python -m tests.fakes.serve_desk --port N`: the desk on fakes, to develop the web pages on.

Sign in as 1001 … 1006, 2001, 3001 or admin, password `demo-` and the username. A ready agent is offered a call after 1 s.
"""

import argparse
import asyncio
import contextlib
import tempfile
from pathlib import Path

from banjie.desk.app import build_app
from banjie.desk.server import DeskServer
from tests.fakes.desk_parts import FakeDesk, RealClock


async def serve(host: str, port: int, web: Path | None) -> None:
    with tempfile.TemporaryDirectory() as folder:
        desk = FakeDesk(folder=Path(folder), clock=RealClock(), web=web)
        server = await DeskServer.start(build_app(desk.parts), host, port)
        desk.agents.publish_wallboard()
        print(
            f"http://{host}:{server.port}/  1001 / demo-1001, 2001 / demo-2001, admin / demo-admin",
            flush=True,
        )
        try:
            await server.ended()
        finally:
            desk.stop()
            await server.stop()


def main() -> None:
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--host", default="127.0.0.1")
    asked.add_argument("--port", type=int, default=8090)
    asked.add_argument("--web", type=Path, default=Path("web/dist"))
    given = asked.parse_args()
    with contextlib.suppress(KeyboardInterrupt):
        asyncio.run(serve(given.host, given.port, given.web))


if __name__ == "__main__":
    main()
