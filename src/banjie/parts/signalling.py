"""SIP: where we listen, and who may call: trunks of the settings, desk phones of the house."""

from collections.abc import Sequence
from dataclasses import dataclass

import structlog

from banjie.config import Settings
from banjie.demo import bank
from banjie.parts.house import OpenedHouse
from banjie.parts.run import Run
from banjie.people.model import PhoneLogin
from banjie.sip.digest import DigestSecret
from banjie.sip.gate import Accounts
from banjie.sip.health import ServerState
from banjie.sip.io.endpoint import EndpointSettings, SipEndpoint
from banjie.sip.io.tls import TlsFiles
from banjie.sip.registrar import PhoneState
from banjie.sip.trunk_setup import TrunkId, TrunkSetup, trunk_of
from banjie.sip.trunks import InvalidTrunk, TrunkBook
from banjie.stories.new_password import REALM

_log = structlog.get_logger()


@dataclass(frozen=True, slots=True, kw_only=True)
class Signalling:  # satisfies desk.ports.TrunkRoom and PhoneRoom
    """SIP, and the trunks it knows: those of the settings always, those kept by hand as they are now."""

    sip: SipEndpoint
    of_settings: Sequence[TrunkSetup]

    def connect(self, kept: Sequence[TrunkSetup]) -> None:
        """Let these be the trunks beside those of the settings, which have the better right to a name."""
        taken = {trunk.name for trunk in self.of_settings}
        wanted = [*self.of_settings, *(trunk for trunk in kept if trunk.name not in taken)]
        try:
            self.sip.set_trunks(trunk_of(trunk, REALM) for trunk in wanted)
        except InvalidTrunk as refusal:  # the settings were changed since the row was written
            _log.warning("the trunks stay as they were", why=str(refusal))

    def states(self, name: str) -> Sequence[ServerState]:
        return self.sip.trunk_states(name)

    def phones(self, extension: str) -> Sequence[PhoneState]:
        return self.sip.phones(extension)


async def start_sip(run: Run, accounts: Accounts) -> Signalling:
    """Listen. Who calls this sets `on_event` before the loop goes on."""
    settings = run.settings
    tls = None
    if settings.tls_certificate is not None and settings.tls_key is not None:
        tls = TlsFiles(certificate=settings.tls_certificate, key=settings.tls_key)
    of_settings = trunks_of_settings(settings)
    sip = await SipEndpoint.start(
        EndpointSettings(
            host=settings.sip_host,
            udp_port=settings.sip_port,
            tcp_port=settings.sip_port,
            tls_port=settings.sip_tls_port,
            tls=tls,
            advertised_host=settings.sip_advertised_host,
            realm=REALM,
        ),
        trunks=TrunkBook(trunk_of(trunk, REALM) for trunk in of_settings),
        accounts=accounts,
        on_event=lambda event: None,
    )
    run.stack.push_async_callback(sip.stop)
    return Signalling(sip=sip, of_settings=of_settings)


def trunks_of_settings(settings: Settings) -> list[TrunkSetup]:
    """Those of BANJIE_TRUNKS, and in the demonstration the one that takes any caller on this machine."""
    trunks = [
        TrunkSetup(
            trunk_id=TrunkId(""),
            name=given.name,
            servers=given.servers,
            transport=given.transport,
            networks=given.networks,
            username=given.username,
            password=None if given.password is None else given.password.get_secret_value(),
        )
        for given in settings.trunks
    ]
    if settings.demo:
        trunks.append(TrunkSetup(trunk_id=TrunkId(""), name=bank.LOOPBACK, networks=("127.0.0.0/8",)))
    return trunks


async def phone_secrets(house: OpenedHouse) -> list[DigestSecret]:
    """By what the desk phones that may register prove themselves."""
    logins = await house.set_up.users.list_phone_logins(house.tenant_id)
    return [digest_secret(login) for login in logins]


def digest_secret(login: PhoneLogin) -> DigestSecret:
    return DigestSecret(
        username=login.username,
        realm=login.realm,
        ha1={"MD5": login.ha1_md5, "SHA-256": login.ha1_sha256},
    )
