"""The settings: environment variables, read and checked in this one place."""

import os
import secrets
from pathlib import Path

from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict

#: Networks without addresses of their own in the world, and the one that carriers share out.
SHARED = "10.0.0.0/8, 100.64.0.0/10, 127.0.0.0/8, 172.16.0.0/12, 192.168.0.0/16, ::1, fc00::/7"


class Settings(BaseSettings):
    """What an operator may set; each field is ``HALL_`` and its name in capitals."""

    model_config = SettingsConfigDict(env_prefix="HALL_", extra="ignore")

    data: Path = Field(
        default=Path("data"), description="folder for the database, the secret key and logs"
    )
    database_url: str = Field(
        default="", description="SQLAlchemy address; empty is SQLite in HALL_DATA"
    )
    bind: str = Field(default="127.0.0.1", description="address to listen on")
    port: int = Field(default=8000, ge=1, le=65535, description="port to listen on")
    secret_key: str = Field(
        default="", description="signs sessions; made and kept in HALL_DATA if empty"
    )
    public_url: str = Field(
        default="", description="address citizens' phones reach, for the QR codes"
    )
    workers: int = Field(
        default=1, ge=1, le=64, description="server processes; more than one: PostgreSQL"
    )
    proxies: int = Field(
        default=0, ge=0, le=5, description="reverse proxies in front whose headers count"
    )
    log_level: str = Field(default="INFO", description="DEBUG, INFO, WARNING or ERROR")
    jobs: bool = Field(default=True, description="whether the server also runs the clock's jobs")

    forecasts: bool = Field(
        default=True, description="whether those jobs simulate the rest of the day forward"
    )

    forget_bookings_days: int = Field(
        default=90, ge=1, description="days after an appointment until it is forgotten whose it was"
    )
    forget_walk_ins_days: int = Field(
        default=30, ge=1, description="days until the slip of a number opens nothing any more"
    )

    messages: str = Field(
        default="", description="channels to those who booked, the first first: smtp,http"
    )
    smtp_host: str = Field(default="", description="mail server")
    smtp_port: int = Field(default=587, ge=1, le=65535, description="its port")
    smtp_security: str = Field(default="starttls", description="starttls, tls or none")
    smtp_user: str = Field(default="", description="sign-in name there; empty: no sign-in")
    smtp_password: str = Field(default="", repr=False, description="password there")
    smtp_from: str = Field(default="", description="address that messages come from")
    gateway_url: str = Field(default="", description="SMS gateway; may hold {phone}, {text}, {id}")
    gateway_method: str = Field(default="POST", description="how it is asked")
    gateway_headers: str = Field(default="", repr=False, description="what is sent besides, JSON")
    gateway_body: str = Field(default="", repr=False, description="body, with the same in braces")
    apprise_url: str = Field(default="", repr=False, description="address for Apprise")

    limit_holds: str = Field(default="20/hour", description="times held, of one browser")
    limit_open_holds: int = Field(default=2, ge=0, description="held at once; 0: no limit")
    limit_bookings: str = Field(
        default="10/hour, 20/day", description="tries to book for one phone, or one ID number"
    )
    limit_messages: str = Field(
        default="3/hour, 10/day", description="messages that one phone may ask for again"
    )
    limit_numbers: str = Field(default="6/hour", description="numbers taken on one's own phone")
    limit_wrong_codes: str = Field(
        default="30/hour", description="codes of appointments that there are not, of one browser"
    )
    limit_wrong_names: str = Field(
        default="6/hour", description="wrong names for the last digits of a phone, at a screen"
    )
    limit_address_times: int = Field(
        default=10, ge=1, description="how many times as high these are for a whole address"
    )
    limit_shared_times: int = Field(
        default=50, ge=1, description="the same for addresses and browsers that are trusted more"
    )
    shared_networks: str = Field(
        default=SHARED, description="networks that many share: the hall's own, of carriers"
    )
    puzzle_work: int = Field(
        default=200_000, ge=1_000, description="how many numbers a puzzle takes at most"
    )

    rehearsal: bool = Field(
        default=False, description="whether this is a rehearsal: its pages say so, people are made"
    )

    @property
    def database(self) -> str:
        """The address of the database."""
        if self.database_url:
            return self.database_url
        return f"sqlite:///{(self.data / 'hall.db').resolve()}"

    @property
    def key(self) -> str:
        """The secret that signs sessions, made once and kept when none is set."""
        if self.secret_key:
            return self.secret_key
        self.data.mkdir(parents=True, exist_ok=True)
        kept = self.data / "secret_key"
        try:
            with kept.open("x", encoding="ascii") as file:
                kept.chmod(0o600)
                file.write(secrets.token_urlsafe(48))
        except FileExistsError:
            pass
        return kept.read_text(encoding="ascii")


def environment_of(settings: Settings) -> dict[str, str]:
    """Return the environment in which a process of ours reads these very settings."""
    said = {f"HALL_{name.upper()}": str(value) for name, value in settings}
    return {**os.environ, **said}


def read_settings() -> Settings:
    """Return the settings of this process's environment."""
    return Settings()
