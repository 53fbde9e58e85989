"""People and devices: who they are and what they may be in which hall."""

from dataclasses import dataclass

from hall.domain.actors import Role
from hall.domain.identities import CounterId, DeviceId, HallId, PersonId


@dataclass(frozen=True, kw_only=True, slots=True)
class Person:
    """Somebody who works in halls; ``roles`` are (hall, role) pairs."""

    id: PersonId
    login: str
    name: str
    roles: frozenset[tuple[HallId, Role]]
    session_version: int = 1
    is_active: bool = True
    password_hash: str | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Device:
    """A kiosk, a screen, or a program that acts in a role in one hall."""

    id: DeviceId
    hall: HallId
    role: Role
    name: str
    counter: CounterId | None = None
    is_active: bool = True
