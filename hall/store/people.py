"""People, devices and the codes that admit them, as they are kept."""

import hashlib
import secrets
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, delete, insert, select, update

from hall.domain.actors import Role
from hall.domain.identities import CounterId, DeviceId, HallId, PersonId
from hall.domain.moments import to_ms
from hall.domain.people import Device, Person
from hall.store import people_tables as t
from hall.store.store import Store


class LoginIsTaken(Exception):
    """Somebody else signs in by this name."""


class UnknownPerson(Exception):
    """There is no such person."""


class People:
    """The people and devices of a store."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def add_person(self, *, login: str, name: str, password_hash: str | None) -> Person:
        """Add a person who has no role yet."""
        row = {
            "id": f"p-{secrets.token_hex(6)}",
            "login": login,
            "name": name,
            "password_hash": password_hash,
            "session_version": 1,
            "is_active": True,
        }
        with self._store.writing() as connection:
            taken = connection.execute(select(t.person.c.id).where(t.person.c.login == login))
            if taken.first() is not None:
                raise LoginIsTaken(login)
            connection.execute(insert(t.person), row)
        return self.person(PersonId(str(row["id"])))

    def grant(self, person: PersonId, hall: HallId, role: Role) -> None:
        """Give a person a role in a hall; giving it twice is giving it once."""
        row = {"person": person, "hall": hall, "role": role.value}
        self.revoke(person, hall, role)
        with self._store.writing() as connection:
            connection.execute(insert(t.person_role), row)

    def revoke(self, person: PersonId, hall: HallId, role: Role) -> None:
        """Take a role away."""
        c = t.person_role.c
        with self._store.writing() as connection:
            connection.execute(
                delete(t.person_role).where(
                    c.person == person, c.hall == hall, c.role == role.value
                )
            )

    def change_person(self, person: PersonId, **values: Any) -> None:
        """Change what is kept of a person; every session of theirs ends."""
        c = t.person.c
        values["session_version"] = c.session_version + 1
        with self._store.writing() as connection:
            connection.execute(update(t.person).where(c.id == person).values(values))

    def person(self, person: PersonId) -> Person:
        """Return a person by id."""
        return self._person(t.person.c.id == person)

    def person_called(self, login: str) -> Person:
        """Return the person who signs in as ``login``."""
        return self._person(t.person.c.login == login)

    def people(self, hall: HallId) -> list[Person]:
        """Return everybody who has a role in a hall."""
        with self._store.engine.connect() as connection:
            c = t.person_role.c
            ids = connection.execute(select(c.person).where(c.hall == hall).distinct())
            people = [self._load(connection, t.person.c.id == row.person) for row in ids]
        return sorted(people, key=lambda person: person.login)

    def names(self, hall: HallId) -> dict[str, str]:
        """Return the names of the people and devices of a hall, by id."""
        c, role = t.person.c, t.person_role.c
        people = select(c.id, c.name).join(t.person_role, role.person == c.id)
        devices = select(t.device.c.id, t.device.c.name).where(t.device.c.hall == hall)
        with self._store.engine.connect() as connection:
            rows = connection.execute(people.where(role.hall == hall).union(devices))
            return {row.id: row.name for row in rows}

    def add_device(
        self,
        *,
        hall: HallId,
        role: Role,
        name: str,
        counter: CounterId | None,
        now: datetime,
    ) -> tuple[Device, str]:
        """Add a device and return it with its token, which is kept nowhere."""
        token = f"hall_{secrets.token_urlsafe(32)}"
        row = {
            "id": f"d-{secrets.token_hex(6)}",
            "hall": hall,
            "role": role.value,
            "name": name,
            "counter": counter,
            "token_hash": hashed(token),
            "added_ms": to_ms(now),
            "is_active": True,
        }
        with self._store.writing() as connection:
            connection.execute(insert(t.device), row)
            return _device(
                connection.execute(_DEVICE.where(t.device.c.id == row["id"])).one()
            ), token

    def device_with(self, token: str) -> Device | None:
        """Return the device that has a token, if it may still act."""
        with self._store.engine.connect() as connection:
            row = connection.execute(
                _DEVICE.where(t.device.c.token_hash == hashed(token), t.device.c.is_active)
            ).first()
        return None if row is None else _device(row)

    def devices(self, hall: HallId) -> list[Device]:
        """Return the devices of a hall."""
        with self._store.engine.connect() as connection:
            rows = connection.execute(
                _DEVICE.where(t.device.c.hall == hall).order_by(t.device.c.added_ms)
            )
            return [_device(row) for row in rows]

    def stop_device(self, device: DeviceId) -> None:
        """Let a device act no more."""
        with self._store.writing() as connection:
            connection.execute(
                update(t.device).where(t.device.c.id == device).values(is_active=False)
            )

    def add_voucher(self, *, code: str, expires: datetime, **what: Any) -> None:
        """Keep a code that may be used once until ``expires``."""
        row = {"code_hash": hashed(code), "expires_ms": to_ms(expires), **what}
        with self._store.writing() as connection:
            connection.execute(insert(t.voucher), row)

    def redeem(self, code: str, *, now: datetime) -> dict[str, Any] | None:
        """Use a code up and return what it stands for, or nothing when it is not valid."""
        c = t.voucher.c
        with self._store.writing() as connection:
            row = connection.execute(
                delete(t.voucher).where(c.code_hash == hashed(code)).returning(t.voucher)
            ).first()
        if row is None or row.expires_ms < to_ms(now):
            return None
        return dict(row._mapping)

    def _person(self, where: Any) -> Person:
        with self._store.engine.connect() as connection:
            return self._load(connection, where)

    def _load(self, connection: Connection, where: Any) -> Person:
        row = connection.execute(select(t.person).where(where)).first()
        if row is None:
            raise UnknownPerson
        c = t.person_role.c
        roles = connection.execute(select(c.hall, c.role).where(c.person == row.id))
        return Person(
            id=PersonId(row.id),
            login=row.login,
            name=row.name,
            roles=frozenset((HallId(r.hall), Role(r.role)) for r in roles),
            session_version=row.session_version,
            is_active=row.is_active,
            password_hash=row.password_hash,
        )


def hashed(secret: str) -> str:
    """Return what is kept of a token or a code; they are long and random, or soon gone."""
    return hashlib.sha256(secret.encode()).hexdigest()


def _device(row: Row[Any]) -> Device:
    return Device(
        id=DeviceId(row.id),
        hall=HallId(row.hall),
        role=Role(row.role),
        name=row.name,
        counter=CounterId(row.counter) if row.counter else None,
        is_active=row.is_active,
    )


_DEVICE = select(t.device)
