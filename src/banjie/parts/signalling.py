"""SIP: where we listen, and who may call: trunks of the settings, desk phones of the house."""

from banjie.config import TrunkSettings
from banjie.demo import bank
from banjie.parts.house import OpenedHouse
from banjie.parts.run import Run
from banjie.people.model import PhoneLogin
from banjie.sip.digest import DigestSecret, Password
from banjie.sip.gate import Accounts
from banjie.sip.io.endpoint import EndpointSettings, SipEndpoint
from banjie.sip.io.tls import TlsFiles
from banjie.sip.trunks import Trunk, TrunkBook, TrunkServer
from banjie.stories.new_password import REALM


async def start_sip(run: Run, accounts: Accounts) -> SipEndpoint:
    """Listen. Who calls this sets `on_event` before the loop goes on."""
    settings = run.settings
    tls = None
    if settings.tls_certificate is not None and settings.tls_key is not None:
        tls = TlsFiles(certificate=settings.tls_certificate, key=settings.tls_key)
    trunks = [_trunk(trunk) for trunk in settings.trunks]
    if settings.demo:
        trunks.append(Trunk(name=bank.LOOPBACK, networks=("127.0.0.0/8",)))
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
        trunks=TrunkBook(trunks),
        accounts=accounts,
        on_event=lambda event: None,
    )
    run.stack.push_async_callback(sip.stop)
    return sip


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


def _trunk(given: TrunkSettings) -> Trunk:
    password = None if given.password is None else given.password.get_secret_value()
    credentials = None
    if given.username is not None and password is not None:
        credentials = Password(username=given.username, password=password)
    servers = []
    for text in given.servers:
        host, _, port = text.partition(":")
        servers.append(TrunkServer(host=host, port=int(port) if port else None, transport=given.transport))
    return Trunk(
        name=given.name,
        servers=tuple(servers),
        networks=given.networks,
        credentials=credentials,
    )
