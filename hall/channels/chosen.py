"""The channels that an operator chose."""

import json
from collections.abc import Callable

from hall.channels.apprise import Apprise
from hall.channels.channel import Channel, WrongChannel
from hall.channels.console import Console
from hall.channels.http import Http
from hall.channels.smtp import Smtp
from hall.settings import Settings

SECURITIES = ("starttls", "tls", "none")


def chosen_channels(settings: Settings) -> tuple[Channel, ...]:
    """Return the channels of ``HALL_MESSAGES``, in its order; a rehearsal tells nobody anything.

    Raises:
        WrongChannel: a setting is missing or wrong.
    """
    names = [name.strip() for name in settings.messages.split(",") if name.strip()]
    for name in names:
        if name not in _MAKERS:
            known = ", ".join(_MAKERS)
            raise WrongChannel(f"HALL_MESSAGES: {name!r} is not one of {known}")
    if settings.rehearsal:
        return ()
    return tuple(_MAKERS[name](settings) for name in names)


def _smtp(settings: Settings) -> Channel:
    if not settings.smtp_host:
        raise WrongChannel("HALL_SMTP_HOST: is missing")
    if "@" not in settings.smtp_from:
        raise WrongChannel("HALL_SMTP_FROM: should be a mail address")
    if settings.smtp_security not in SECURITIES:
        raise WrongChannel(f"HALL_SMTP_SECURITY: should be one of {', '.join(SECURITIES)}")
    return Smtp(
        host=settings.smtp_host,
        port=settings.smtp_port,
        security=settings.smtp_security,
        sender=settings.smtp_from,
        user=settings.smtp_user,
        password=settings.smtp_password,
    )


def _http(settings: Settings) -> Channel:
    try:
        headers = json.loads(settings.gateway_headers or "{}")
    except json.JSONDecodeError as error:
        raise WrongChannel(f"HALL_GATEWAY_HEADERS: not JSON: {error}") from error
    if not isinstance(headers, dict) or not all(isinstance(v, str) for v in headers.values()):
        raise WrongChannel('HALL_GATEWAY_HEADERS: should be like {"Authorization": "…"}')
    return Http(
        url=settings.gateway_url,
        method=settings.gateway_method,
        headers={"Content-Type": "application/json", **headers},
        body=settings.gateway_body,
    )


_MAKERS: dict[str, Callable[[Settings], Channel]] = {
    "console": lambda _: Console(),
    "smtp": _smtp,
    "http": _http,
    "apprise": lambda settings: Apprise(settings.apprise_url),
}
