"""What an endpoint does unasked: look trunks up in DNS again, ping them, keep NAT bindings of phones open."""

import asyncio
from collections.abc import Callable
from typing import Final

from banjie.sip.directory import SipDirectory, server_of
from banjie.sip.errors import Malformed
from banjie.sip.framing import PING
from banjie.sip.grammar import parse_uri
from banjie.sip.health import ServerState, TrunkHealth
from banjie.sip.hosts import is_address
from banjie.sip.io.resolver import SipResolver
from banjie.sip.model import Hop, Target, UriTarget
from banjie.sip.registrar import ContactRegistrar
from banjie.sip.trunks import Trunk, TrunkBook, TrunkServer

LONGEST_REST_S: Final = 300.0


class Upkeep:
    """Started and stopped by the endpoint."""

    def __init__(
        self,
        trunks: TrunkBook,
        directory: SipDirectory,
        registrar: ContactRegistrar,
        resolver: SipResolver,
        local_for: Callable[[Hop], tuple[str, int]],
        send: Callable[[Hop, bytes], None],
    ) -> None:
        self._trunks, self._directory, self._registrar, self._resolver = (
            trunks,
            directory,
            registrar,
            resolver,
        )
        self._send = send
        self._health = TrunkHealth(local_for)
        self._loop = asyncio.get_running_loop()
        self._following: dict[TrunkServer, asyncio.Task[None]] = {}
        self._nat_task: asyncio.Task[None] | None = None
        self._timer: asyncio.TimerHandle | None = None
        self._names: dict[tuple[str, int], str] = {}

    def start(self, nat_keep_alive_s: float) -> None:
        self.trunks_changed()
        self._nat_task = self._loop.create_task(self._keep_nat_open(nat_keep_alive_s))

    def trunks_changed(self) -> None:
        """Follow the names of the trunks of today, and no others; ask their servers whether they live."""
        named = {s for trunk in self._trunks for s in trunk.servers if not is_address(s.host)}
        for server in self._following.keys() - named:
            self._following.pop(server).cancel()
        for server in named - self._following.keys():
            self._following[server] = self._loop.create_task(self._follow(server))
        self._watch()

    def states(self, trunk: Trunk) -> list[ServerState]:
        """What is known of a trunk's servers now, as they would be tried."""
        return [self._health.state(hop, self._loop.time()) for hop in self._trunks.hops(trunk)]

    async def stop(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
        tasks = [*self._following.values(), *([] if self._nat_task is None else [self._nat_task])]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    def receive(self, data: bytes, hop: Hop) -> bool:
        """Take the answer to a ping of ours; False: the message is somebody else's."""
        if not data.startswith(b"SIP/2.0 ") or not self._health.receive(data, hop, self._loop.time()):
            return False
        self._trunks.unhealthy(self._health.down)
        return True

    def name_of(self, hop: Hop) -> str:
        """Return the name a TLS server must prove: the configured one, whatever DNS made of it."""
        host = hop.host.strip("[]")
        return self._names.get((host, hop.port), host)

    async def look_up(self, target: Target) -> None:
        """Find the hops of a URI's name."""
        if not isinstance(target, UriTarget):
            return
        try:
            server = server_of(parse_uri(target.uri))
        except Malformed:
            return
        if server is not None and not is_address(server.host):
            found = await self._resolver.find(server)
            self._name(server, found.hops)
            self._directory.found(server, found.hops)

    async def _follow(self, server: TrunkServer) -> None:
        while True:
            found = await self._resolver.find(server)
            if found.hops:  # DNS that fails takes nothing away
                self._name(server, found.hops)
                self._trunks.found(server, found.hops)
                self._watch()
            await asyncio.sleep(min(found.ttl_s, LONGEST_REST_S))

    def _name(self, server: TrunkServer, hops: tuple[Hop, ...]) -> None:
        if len(self._names) > 4096:
            self._names.clear()
        self._names.update({(hop.host.strip("[]"), hop.port): server.host for hop in hops})

    def _watch(self) -> None:
        watched = {
            hop: trunk.ping_interval_s
            for trunk in self._trunks
            if trunk.ping_interval_s is not None
            for hop in self._trunks.hops(trunk)
        }
        self._health.watch(watched, self._loop.time())
        self._ping()

    def _ping(self) -> None:
        for transmit in self._health.tick(self._loop.time()):
            self._send(transmit.hop, transmit.data)
        self._trunks.unhealthy(self._health.down)
        if self._timer is not None:
            self._timer.cancel()
        deadline = self._health.next_deadline
        self._timer = None if deadline is None else self._loop.call_at(deadline, self._ping)

    async def _keep_nat_open(self, interval_s: float) -> None:
        while True:
            await asyncio.sleep(interval_s)
            for hop in self._registrar.natted_hops(self._loop.time()):
                self._send(hop, PING)
