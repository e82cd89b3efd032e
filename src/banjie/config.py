"""Settings from the environment (prefix BANJIE_), read once, in main. Packages receive values, never this object."""

from pathlib import Path
from typing import Annotated, ClassVar, Literal

from pydantic import BaseModel, ConfigDict, Field, SecretStr, ValidationError, field_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict, SettingsError

from banjie.base.errors import BanjieError
from banjie.base.phones import NumberKind, find_number


class InvalidSetting(BanjieError):
    """A setting of the environment cannot be used."""

    code: ClassVar[str] = "config.invalid"


class TrunkSettings(BaseModel):
    """One carrier, as an object of the JSON list BANJIE_TRUNKS."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: str
    servers: tuple[str, ...] = Field(default=(), description="host or host:port, the best first")
    networks: tuple[str, ...] = Field(default=(), description="addresses its calls come from")
    username: str | None = Field(default=None, description="what it must prove, and what we prove to it")
    password: SecretStr | None = None
    transport: Literal["udp", "tcp", "tls"] = "udp"


class Settings(BaseSettings):
    model_config = SettingsConfigDict(env_prefix="BANJIE_", frozen=True, extra="ignore")

    data_dir: Path = Path("var")
    database_url: str = Field(default="", description="empty: an embedded PostgreSQL under data_dir")
    http_host: str = "127.0.0.1"
    http_port: int = Field(default=8080, ge=0, le=65535)
    trusted_proxies: Annotated[tuple[str, ...], NoDecode] = Field(
        default=(), description="addresses of reverse proxies whose word for who calls, and how, is believed"
    )
    sip_host: str = "127.0.0.1"
    sip_port: int = Field(default=5060, ge=0, le=65535)
    sip_tls_port: int | None = Field(default=None, description="needs tls_certificate and tls_key")
    sip_advertised_host: str | None = Field(default=None, description="our address as seen from beyond a NAT")
    tls_certificate: Path | None = None
    tls_key: Path | None = None
    rtp_host: str = Field(default="", description="empty: sip_host")
    rtp_ports: Annotated[tuple[int, int], NoDecode] = (20000, 29999)
    browser_ports: Annotated[tuple[int, ...], NoDecode] = Field(
        default=(0,), description="UDP, for browsers' audio"
    )
    browser_addresses: Annotated[tuple[str, ...], NoDecode] = Field(
        default=(), description="empty: all of this machine"
    )
    trunks: tuple[TrunkSettings, ...] = ()
    outbound_trunk: str | None = None
    outbound_caller: str = Field(
        default="", description="the number shown to whom we call; never a 400 or 800 one"
    )
    calls_max: int = Field(default=2000, ge=1)
    web_dir: Path = Path("web/dist")
    demo: bool = Field(default=False, description="seed the demonstration bank; open its loopback trunk")
    demo_voices: bool = Field(default=True, description="make the demonstration's prompts as speech")
    diagnostics: bool = Field(default=False, description="open the numbers for measurement")
    recording: bool = True
    supervision_told: bool = Field(
        default=True, description="agents see who listens to them; who speaks to them they always see"
    )
    vip_credit_s: float = Field(
        default=300.0, ge=0, description="VIP customers stand as if they had waited so much longer"
    )
    log_format: Literal["text", "json"] = "text"

    @field_validator("outbound_caller")
    @classmethod
    def _shown(cls, given: str) -> str:
        """Refuse what only takes calls."""
        known = find_number(given)
        if known is not None and known.kind is NumberKind.SERVICE:
            raise ValueError("a 400 or 800 number takes calls only; show a number that can be called back")
        return given

    @field_validator("rtp_ports", mode="before")
    @classmethod
    def _range(cls, given: object) -> object:
        """Take 20000-29999."""
        if isinstance(given, str):
            low, _, high = given.partition("-")
            if not (low.strip().isdecimal() and high.strip().isdecimal()):
                raise ValueError("write a range such as 20000-29999")
            return (int(low), int(high))
        return given

    @field_validator("browser_ports", "browser_addresses", "trusted_proxies", mode="before")
    @classmethod
    def _list(cls, given: object) -> object:
        """Take a comma-separated list."""
        return (
            tuple(part.strip() for part in given.split(",") if part.strip())
            if isinstance(given, str)
            else given
        )


def read_settings() -> Settings:
    """Read the environment. Raises `InvalidSetting`, which names every variable that is wrong and why."""
    try:
        return Settings()
    except ValidationError as cause:
        wrong = "; ".join(
            f"BANJIE_{'_'.join(str(part) for part in error['loc']).upper()}: {error['msg']}"
            for error in cause.errors()
        )
        raise InvalidSetting(f"settings cannot be used: {wrong}") from None
    except SettingsError:  # the one setting that is JSON
        raise InvalidSetting(
            "settings cannot be used: BANJIE_TRUNKS must be a list in JSON; README.md has an example"
        ) from None
