"""Who takes a number here, and from where phones reach us."""

from flask import current_app, request

from hall.domain.actors import Actor, Role
from hall.domain.identities import HallId


def asking(_: HallId) -> Actor:
    """Return who takes the number."""
    return Actor(role=Role.CITIZEN)


def public_root() -> str:
    """Return the address under which citizens' phones reach this server, without a slash."""
    return (current_app.config.get("PUBLIC_URL") or request.url_root).rstrip("/")
