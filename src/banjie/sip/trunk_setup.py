"""A trunk as it is written down, by an administrator or in the settings, and what is wrong with it."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from ipaddress import ip_network
from typing import Final, NewType, Protocol

from banjie.base.faults import Fault, fault
from banjie.base.ids import TenantId
from banjie.sip.digest import DigestSecret, Password
from banjie.sip.model import Transport
from banjie.sip.trunks import Trunk, TrunkServer

TrunkId = NewType("TrunkId", str)
TRANSPORTS: Final[tuple[Transport, ...]] = ("udp", "tcp", "tls")
SERVERS_MAX: Final = 8
NETWORKS_MAX: Final = 64
_NAME: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]{0,39}")
_HOST: Final = re.compile(
    r"(\[[0-9A-Fa-f:.]+\]|[A-Za-z0-9](?:[A-Za-z0-9.-]{0,251}[A-Za-z0-9])?)(?::(\d{1,5}))?"
)
_LINE: Final = re.compile(r"[^\x00-\x1f\x7f]{1,128}")


@dataclass(frozen=True, slots=True, kw_only=True)
class TrunkSetup:
    """`servers` are host or host:port, the best first; `networks` are addresses its calls come from."""

    trunk_id: TrunkId
    name: str
    servers: tuple[str, ...] = ()
    transport: Transport = "udp"
    networks: tuple[str, ...] = ()
    username: str | None = None
    password: str | None = field(default=None, repr=False)
    must_prove: bool = False  # it proves itself to us by the same name and password, as we do to it
    has_in_band_digits: bool = False  # its callers' keys come as tones
    transfers_by_refer: bool = (
        False  # it carries callers on to outside numbers by itself; we have no part in it
    )
    is_active: bool = True


class TrunkStore(Protocol):
    async def list_trunks(self, tenant_id: TenantId) -> Sequence[TrunkSetup]:
        """All of them, closed ones too, the oldest first."""

    async def put_trunk(self, tenant_id: TenantId, trunk: TrunkSetup) -> None: ...


def trunk_of(setup: TrunkSetup, realm: str) -> Trunk:
    """Return what calls go by. `realm` is ours, in which it proves itself."""
    credentials = secret = None
    if setup.username is not None and setup.password is not None:
        credentials = Password(username=setup.username, password=setup.password)
        if setup.must_prove:
            secret = DigestSecret.of(setup.username, realm, setup.password)
    return Trunk(
        name=setup.name,
        servers=tuple(_server(text, setup.transport) for text in setup.servers),
        networks=setup.networks,
        credentials=credentials,
        secret=secret,
    )


def trunk_faults(setup: TrunkSetup, others: Sequence[TrunkSetup]) -> list[Fault]:
    """Say what keeps a trunk from standing beside the others, closed ones and those of the settings among them."""
    return [
        *_name_faults(setup, others),
        *_place_faults(setup),
        *_network_faults(setup, others),
        *_proof_faults(setup, others),
    ]


def _name_faults(setup: TrunkSetup, others: Sequence[TrunkSetup]) -> Iterable[Fault]:
    if not _NAME.fullmatch(setup.name):
        yield fault(
            "name", "名称用字母、数字和 . _ -，最多 40 个", "a name is letters, digits and . _ -, 40 at most"
        )
    elif any(other.name == setup.name for other in others):
        yield fault("name", "这个名称已被使用，请换一个", "this name is taken; choose another")


def _place_faults(setup: TrunkSetup) -> Iterable[Fault]:
    if len(setup.servers) > SERVERS_MAX:
        yield fault("servers", f"最多 {SERVERS_MAX} 台服务器", f"{SERVERS_MAX} servers at most")
    for text in setup.servers:
        found = _HOST.fullmatch(text)
        if found is None or not 0 < int(found[2] or 5060) < 65536:
            yield fault(
                "servers",
                f"“{text[:60]}”不是服务器；请写 sip.example.com 或 192.0.2.1:5060",
                f"{text[:60]!r} is no server; write sip.example.com or 192.0.2.1:5060",
            )
    if not setup.servers and not setup.networks and not setup.must_prove:
        yield fault(
            "servers",
            "请填写服务器（我们呼出）、来源地址（对方呼入），或要求对方鉴权",
            "name a server we call, or where its calls come from, or let it prove itself",
        )


def _network_faults(setup: TrunkSetup, others: Sequence[TrunkSetup]) -> Iterable[Fault]:
    taken = {_network(text): other.name for other in others if other.is_active for text in other.networks}
    if len(setup.networks) > NETWORKS_MAX:
        yield fault("networks", f"最多 {NETWORKS_MAX} 个地址", f"{NETWORKS_MAX} addresses at most")
    for text in setup.networks:
        network = _network(text)
        if network is None:
            yield fault(
                "networks",
                f"“{text[:60]}”不是地址或网段；请写 192.0.2.1 或 192.0.2.0/24",
                f"{text[:60]!r} is no address and no network; write 192.0.2.1 or 192.0.2.0/24",
            )
        elif setup.is_active and network in taken:
            yield fault(
                "networks",
                f"{text} 已属于中继 {taken[network]}",
                f"{text} belongs to the trunk {taken[network]}",
            )


def _proof_faults(setup: TrunkSetup, others: Sequence[TrunkSetup]) -> Iterable[Fault]:
    if setup.username is None:
        if setup.password is not None or setup.must_prove:
            yield fault("username", "请填写用户名", "a username is needed")
        return
    if not _LINE.fullmatch(setup.username):
        yield fault(
            "username",
            "用户名只能是一行，最多 128 个字符",
            "a username is one line of 128 characters at most",
        )
    if setup.password is None or not _LINE.fullmatch(setup.password):
        yield fault("password", "请填写密码，最多 128 个字符", "a password is needed, 128 characters at most")
    rivals = (other for other in others if other.is_active and other.must_prove)
    if setup.is_active and setup.must_prove and any(other.username == setup.username for other in rivals):
        yield fault("username", "另一个中继已用这个用户名鉴权", "another trunk proves itself under this name")


def _network(text: str) -> str | None:
    try:
        return str(ip_network(text))
    except ValueError:
        return None


def _server(text: str, transport: Transport) -> TrunkServer:
    host, _, port = text.rpartition(":") if not text.endswith("]") and ":" in text else (text, "", "")
    return TrunkServer(host=host, port=int(port) if port else None, transport=transport)
