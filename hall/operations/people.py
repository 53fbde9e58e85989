"""People and devices: added, admitted, sent away. Not part of any hall's journal."""

import secrets
from collections.abc import Callable
from datetime import datetime, timedelta
from functools import cache
from typing import TypeVar

import gevent
from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from gevent import monkey

from hall.domain.actors import Role
from hall.domain.identities import CounterId, HallId, PersonId
from hall.domain.people import Device, Person
from hall.store.people import LoginIsTaken, People, UnknownPerson

R = TypeVar("R")
SHORTEST_PASSWORD = 10
CODE_IS_GOOD_FOR = timedelta(minutes=15)
SIGN_IN_IS_GOOD_FOR = timedelta(hours=24)
#: Letters and digits that cannot be taken for one another.
CODE_LETTERS = "ABCDEFGHJKMNPQRSTUVWXYZ23456789"
CODE_LENGTH = 8
#: Roles that a device can have.
DEVICE_ROLES = frozenset({Role.KIOSK, Role.DISPLAY, Role.CLERK, Role.GUIDE, Role.MANAGER})

_hasher = PasswordHasher()


def _aside(work: Callable[..., R], *what: str) -> R:
    """Return what slow work returns; where greenlets share one thread, it is done in another."""
    if not monkey.is_module_patched("threading"):
        return work(*what)
    done: R = gevent.get_hub().threadpool.apply(work, what)
    return done


@cache
def _nobodys_hash() -> str:
    """Return what nobody's password is checked against, so that it takes as long as somebody's."""
    return _aside(_hasher.hash, secrets.token_hex(16))


class PasswordIsTooShort(Exception):
    """A password has at least ``SHORTEST_PASSWORD`` characters."""


class NotAdmitted(Exception):
    """The name, the password or the code is not right; which one is not said."""


def add_person(people: People, *, login: str, name: str, password: str | None = None) -> Person:
    """Add a person; without a password they can only be signed in once, by a link."""
    if password is not None and len(password) < SHORTEST_PASSWORD:
        raise PasswordIsTooShort
    kept = None if password is None else _aside(_hasher.hash, password)
    return people.add_person(login=login.strip().lower(), name=name.strip(), password_hash=kept)


def set_password(people: People, *, person: PersonId, password: str) -> None:
    """Give a person a new password; every session of theirs ends."""
    if len(password) < SHORTEST_PASSWORD:
        raise PasswordIsTooShort
    people.change_person(person, password_hash=_aside(_hasher.hash, password))


def admit(people: People, *, login: str, password: str) -> Person:
    """Return the person who signs in, or raise ``NotAdmitted``; takes equally long either way."""
    try:
        person = people.person_called(login.strip().lower())
    except UnknownPerson:
        person = None
    kept = person.password_hash if person else None
    try:
        _aside(_hasher.verify, kept or _nobodys_hash(), password)
    except (VerificationError, InvalidHashError):
        raise NotAdmitted from None
    if person is None or not kept or not person.is_active:
        raise NotAdmitted
    return person


def sign_in_once(people: People, *, person: PersonId, now: datetime) -> str:
    """Return a code that signs a person in once, within a day."""
    code = secrets.token_urlsafe(24)
    people.add_voucher(code=code, expires=now + SIGN_IN_IS_GOOD_FOR, person=person)
    return code


def admit_once(people: People, *, code: str, now: datetime) -> Person:
    """Return the person whom a one-time code signs in, and use the code up."""
    found = people.redeem(code, now=now)
    if found is None or not found["person"]:
        raise NotAdmitted
    return people.person(PersonId(found["person"]))


def offer_enrollment(
    people: People, *, hall: HallId, role: Role, name: str, counter: CounterId | None, now: datetime
) -> str:
    """Return a short code by which one device can be enrolled, within minutes."""
    if role not in DEVICE_ROLES:
        raise NotAdmitted
    code = "".join(secrets.choice(CODE_LETTERS) for _ in range(CODE_LENGTH))
    people.add_voucher(
        code=code,
        expires=now + CODE_IS_GOOD_FOR,
        hall=hall,
        role=role.value,
        name=name,
        counter=counter,
    )
    return code


def enroll(people: People, *, code: str, now: datetime) -> tuple[Device, str]:
    """Return the device that a code enrolls, with its token, and use the code up."""
    found = people.redeem(code.strip().upper(), now=now)
    if found is None or not found["role"]:
        raise NotAdmitted
    return people.add_device(
        hall=HallId(found["hall"]),
        role=Role(found["role"]),
        name=found["name"] or "",
        counter=CounterId(found["counter"]) if found["counter"] else None,
        now=now,
    )


__all__ = [
    "LoginIsTaken",
    "NotAdmitted",
    "PasswordIsTooShort",
    "add_person",
    "admit",
    "admit_once",
    "enroll",
    "offer_enrollment",
    "set_password",
    "sign_in_once",
]
