"""Real calls by SIPp against a SipEndpoint: UDP, TCP, and UDP that loses every tenth packet either way.

All scenarios asked for run at the same time, once; each test then looks at its own. Not one call may be lost or
doubled: SIPp's count and ours must agree.

SIPp follows its script to the letter. On the network that loses packets it leaves what comes out of its order to be
sent again, and tells answers apart by their transaction; still it gets stuck now and then, waiting to send something
while what it sent before is never confirmed. Such a run is repeated with other losses, up to `ATTEMPTS` in all; one
must be clean from end to end, and in every one of them our side must have seen each call once and ended it once (or
still wait for a SIPp that got stuck).
"""

import asyncio
import tempfile
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

import pytest
import uvloop

from banjie.sip.model import TrunkTarget
from tests.sip.exchange import Exchange, open_exchange, trunk_to
from tests.sip.lossy import LossyProxy
from tests.sip.sipp import SippResult, SippRun, free_port, run_sipp, sipp_program

pytestmark = pytest.mark.peer

AT_ONCE: Final = 8  # SIPp processes
LOSS_RATIO: Final = 0.1
CALLS: Final = 10
ATTEMPTS: Final = 4
SIPP_GOT_STUCK: Final = 255  # its time-out ended it


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """One scenario. `offered` is how many calls our side must have seen for each of SIPp's."""

    scenario: str
    dialled: str = "1000"
    offered: int = 1
    registered: int = 0
    password: str = "zanzibar"
    options: tuple[str, ...] = ()
    is_called: bool = False  # we call SIPp
    on_accepted: str = "hang up"
    accepted: int = 0
    calls: int = CALLS
    knows_loopback: bool = True
    networks: frozenset[str] = frozenset({"udp", "tcp", "lossy"})


UDP_ONLY: Final = frozenset({"udp"})
DRY: Final = frozenset({"udp", "tcp"})
CASES: Final = (
    Case(scenario="call"),
    Case(scenario="call", dialled="1180"),
    Case(scenario="call", dialled="1183"),
    Case(scenario="early_media", dialled="1183"),
    # The answer need not wait for the PRACK of a 180: where that is lost, there is nothing to acknowledge any more.
    Case(scenario="prack", dialled="1180", networks=DRY),
    Case(scenario="prack_early_media", dialled="1183"),
    Case(scenario="refused", dialled="1486"),
    Case(scenario="cancel_at_once", dialled="1100", networks=DRY),
    Case(scenario="cancel_after_100", dialled="1100"),
    Case(scenario="cancel_after_180", dialled="1181"),
    Case(scenario="cancel_after_183", dialled="1184"),
    Case(scenario="cancel_after_200"),
    Case(scenario="hold"),
    Case(scenario="offerless"),
    # Which of the 202, the NOTIFYs and what answers them comes first is left open where packets are lost.
    Case(scenario="refer", networks=DRY),
    Case(scenario="refer_refused"),
    Case(scenario="refer_without_call", offered=0),
    Case(scenario="replaces_nobody", offered=0),
    Case(scenario="refresh_by_caller"),
    Case(scenario="refresh_by_us"),
    Case(scenario="refresh_by_us_without_update"),
    Case(scenario="session_expires"),
    Case(scenario="interval_too_small", offered=0),
    Case(scenario="digest_right", knows_loopback=False, options=("-auth_uri", "1000@{server}")),
    Case(
        scenario="digest_wrong",
        password="guess",
        calls=3,  # more guesses than ten are not even judged, and one that is sent again is one more
        offered=0,
        knows_loopback=False,
        options=("-auth_uri", "1000@{server}"),
    ),
    Case(scenario="stranger", offered=0, knows_loopback=False),
    Case(scenario="register", dialled="bob", offered=0, registered=1),
    Case(scenario="register_wrong", dialled="bob", password="guess", calls=3, offered=0),
    Case(scenario="bye_crossing", dialled="1200"),
    Case(scenario="hung_up_by_us", dialled="1200"),
    Case(scenario="invite_twice", dialled="1185", networks=UDP_ONLY),
    Case(scenario="answer_repeated", options=("-nr",), networks=UDP_ONLY),
    Case(scenario="refusal_repeated", dialled="1181", options=("-nr",), networks=UDP_ONLY),
    Case(scenario="digits_by_info"),
    Case(scenario="options", offered=0),
    Case(scenario="unknown_extension", offered=0),
    Case(scenario="called", is_called=True, accepted=1),
    Case(scenario="called_early_media", is_called=True, accepted=1),
    Case(scenario="called_busy", is_called=True),
    Case(scenario="called_hangs_up", is_called=True, accepted=1, on_accepted="wait"),
    Case(scenario="called_cancelled", is_called=True, on_accepted="give up"),
    Case(scenario="called_challenges", is_called=True, accepted=1),
    Case(scenario="called_and_held", is_called=True, accepted=1, on_accepted="hold"),
    Case(scenario="called_refer", is_called=True, accepted=1, on_accepted="refer", networks=DRY),
    Case(scenario="called_refer_refused", is_called=True, accepted=1, on_accepted="refer", networks=DRY),
)
RUNS: Final = [
    (case, network) for case in CASES for network in ("udp", "tcp", "lossy") if network in case.networks
]
NAMES: Final = [f"{case.scenario}-{case.dialled}-{network}" for case, network in RUNS]


@dataclass(slots=True)
class Outcome:
    sipp: SippResult
    offered: int
    ended: int
    doubled: int
    accepted: int
    registered: int
    unregistered: int
    running: int
    reasons: dict[tuple[int | None, str], int]
    packets_lost: int = 0
    packets_passed: int = 0
    is_ours_right: bool = True  # in this attempt and in those before


@dataclass(slots=True)
class Ready:
    """What must be open before SIPp may start."""

    exchange: Exchange
    sipp_port: int
    server: tuple[str, int]
    contact: tuple[str, int]
    proxies: list[LossyProxy] = field(default_factory=list)


async def prepare(case: Case, network: str, seed: int) -> Ready:
    port = free_port()
    sipp, trunks = ("127.0.0.1", port), []
    proxies = []
    if case.is_called:
        if network == "lossy":
            proxies.append(LossyProxy(sipp, LOSS_RATIO, seed))
        trunks = [trunk_to(proxies[0].address if proxies else sipp, "tcp" if network == "tcp" else "udp")]
    exchange = await open_exchange(*trunks, knows_loopback=case.knows_loopback)
    exchange.on_accepted = case.on_accepted
    local = exchange.endpoint.local["tcp" if network == "tcp" else "udp"]
    if network != "lossy":
        return Ready(exchange, port, local, sipp)
    if case.is_called:
        # Our side is reached through the proxy's socket that stands for us before SIPp.
        return Ready(exchange, port, proxies[0].address_of(local), proxies[0].address, proxies)
    proxies.append(LossyProxy(local, LOSS_RATIO, seed))
    return Ready(exchange, port, proxies[0].address, proxies[0].address_of(sipp), proxies)


async def play(case: Case, network: str, seed: int, folder: Path) -> Outcome:
    ready = await prepare(case, network, seed)
    exchange, tally = ready.exchange, ready.exchange.tally
    run = SippRun(
        scenario=case.scenario,
        calls=case.calls,
        dialled=case.dialled,
        password=case.password,
        transport="t1" if network == "tcp" else "u1",
        options=tuple(
            option.format(server=f"{ready.server[0]}:{ready.server[1]}") for option in case.options
        ),
    )
    is_lossy = network == "lossy"
    server = None if case.is_called else ready.server
    task = asyncio.create_task(
        run_sipp(run, folder, ready.sipp_port, server, ready.contact, is_lossy=is_lossy)
    )
    try:
        if case.is_called:
            await listening(ready.sipp_port, network)
            for _ in range(case.calls):
                exchange.call(TrunkTarget(name="out"))
                await asyncio.sleep(0.02)
        result = await task
        await until(lambda: not tally.running, 15.0)
    finally:
        task.cancel()
        await exchange.endpoint.stop()
        for proxy in ready.proxies:
            proxy.close()
    return Outcome(
        sipp=result,
        offered=sum(tally.offered.values()),
        ended=len(tally.ended),
        doubled=sum(count - 1 for count in tally.ended.values()),
        accepted=tally.accepted,
        registered=tally.registered,
        unregistered=tally.unregistered,
        running=len(tally.running),
        reasons=dict(tally.reasons),
        packets_lost=sum(proxy.lost for proxy in ready.proxies),
        packets_passed=sum(proxy.passed for proxy in ready.proxies),
    )


async def play_until_clean(case: Case, network: str, seed: int, folder: Path) -> Outcome:
    is_ours_right = True
    for attempt in range(ATTEMPTS):
        outcome = await play(case, network, seed + 1000 * attempt, folder)
        if "Address already in use" in outcome.sipp.said:
            continue  # somebody took SIPp's port between our looking and its binding
        calls = case.calls if case.is_called else case.calls * case.offered
        seen = calls if case.is_called else outcome.offered
        waiting = outcome.running if outcome.sipp.exit_status == SIPP_GOT_STUCK else 0
        is_ours_right &= (seen, outcome.ended, outcome.doubled) == (calls, calls - waiting, 0)
        is_ours_right &= outcome.running == waiting
        outcome.is_ours_right = is_ours_right
        if network != "lossy" or (outcome.sipp.failed == 0 and outcome.sipp.exit_status == 0):
            break
    return outcome


async def listening(port: int, network: str) -> None:
    """Wait until SIPp has its port."""
    table = Path("/proc/net/tcp" if network == "tcp" else "/proc/net/udp")
    await until(lambda: f":{port:04X} 00000000:0000" in table.read_text(), 5.0)


async def until(is_so: Callable[[], bool], limit_s: float) -> None:
    loop = asyncio.get_running_loop()
    give_up_at = loop.time() + limit_s
    while not is_so() and loop.time() < give_up_at:  # noqa: ASYNC110 - the world outside has no event
        await asyncio.sleep(0.02)


async def play_all(wanted: list[str]) -> dict[str, Outcome | Exception]:
    gate = asyncio.Semaphore(AT_ONCE)
    outcomes: dict[str, Outcome | Exception] = {}

    async def one(name: str, case: Case, network: str, seed: int) -> None:
        async with gate:
            with tempfile.TemporaryDirectory(prefix="banjie-sipp-") as folder:
                try:
                    outcomes[name] = await play_until_clean(case, network, seed, Path(folder))
                except Exception as error:  # noqa: BLE001 - told by the test whose run it was
                    outcomes[name] = error

    async with asyncio.TaskGroup() as group:
        for seed, (name, (case, network)) in enumerate(zip(NAMES, RUNS, strict=True)):
            if name in wanted:
                group.create_task(one(name, case, network, seed))
    return outcomes


@pytest.fixture(scope="module")
def outcomes(request: pytest.FixtureRequest) -> dict[str, Outcome | Exception]:
    sipp_program()
    wanted = [
        item.callspec.id
        for item in request.session.items
        if isinstance(item, pytest.Function) and item.path == request.path and hasattr(item, "callspec")
    ]
    return uvloop.run(play_all(wanted))


@pytest.mark.timeout(600)
@pytest.mark.parametrize(("case", "network"), RUNS, ids=NAMES)
def test_not_one_call_is_lost_or_doubled(
    case: Case, network: str, outcomes: dict[str, Outcome | Exception], request: pytest.FixtureRequest
) -> None:
    outcome = outcomes[request.node.callspec.id]
    if isinstance(outcome, Exception):
        raise outcome
    sipp = outcome.sipp
    assert (sipp.successful, sipp.failed, sipp.exit_status) == (case.calls, 0, 0), f"{outcome}\n{sipp.said}"
    calls = case.calls if case.is_called else case.calls * case.offered
    assert (outcome.ended, outcome.doubled, outcome.running) == (calls, 0, 0), outcome
    assert outcome.is_ours_right, outcome
    assert outcome.offered == (0 if case.is_called else calls), outcome
    assert outcome.accepted == case.calls * case.accepted, outcome
    if case.registered:
        # Every run of the scenario registers the same user: at least the first is news, the last unregisters.
        assert outcome.registered >= 1, outcome
        assert outcome.unregistered >= 1, outcome
    if network == "lossy":
        assert outcome.packets_lost > 0 or outcome.packets_passed < 60
