"""Copying a hall into another store, without people's data and without touching the first."""

import secrets
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, Select, Table, create_engine, insert, make_url, select

from hall.domain.identities import HallId
from hall.store import booking_tables as b
from hall.store import people_tables as p
from hall.store import tables as t
from hall.store.forgetting import WHOSE
from hall.store.migrating import is_current
from hall.store.rollout_tables import rollout
from hall.store.store import Store
from hall.store.waitlist_tables import waitlist

ROWS_AT_ONCE = 2000
Row = dict[str, Any]


class OtherVersion(Exception):
    """The data are of another version of the program."""


class SeveralHalls(Exception):
    """The data hold several halls, or not the one that is meant."""


def copy_hall(source: str, target: Store, *, hall: HallId | None = None) -> HallId:
    """Copy one hall with its journal into an empty store and return its id.

    What the tables below do not name stays behind: answers kept for repeats, codes that admit
    somebody, whatever a later version keeps about citizens. Staff have no name, no sign-in name
    and no password in the copy; nothing tells whose an appointment or a place on the waitlist is;
    no device's token, no slip's secret and no code opens anything there.

    Args:
        source: the address of the database, or of a copy of it; it is only read.
        target: a migrated store without halls.
        hall: which one, where there are several.

    Raises:
        OtherVersion: its tables are not of the present version.
        SeveralHalls: it is not clear which hall is meant; the message names those there are.
    """
    database = make_url(source).database
    if source.startswith("sqlite") and not Path(database or "").is_file():
        raise SeveralHalls("")
    engine = _reading(source)
    try:
        if not is_current(engine):
            raise OtherVersion(source)
        with engine.connect() as connection, target.writing() as written:
            if not target.is_postgresql:
                connection.exec_driver_sql("BEGIN")
            chosen = _chosen(connection, hall)
            for table in _TABLES:
                _copy(connection, written, table, chosen)
    finally:
        engine.dispose()
    return chosen


def _reading(url: str) -> Engine:
    """Return an engine that cannot write."""
    if not url.startswith("sqlite"):
        return create_engine(url, isolation_level="REPEATABLE READ")
    file = make_url(url).database
    return create_engine(
        f"sqlite:///file:{file}?mode=ro&uri=true", connect_args={"isolation_level": None}
    )


def _chosen(connection: Connection, hall: HallId | None) -> HallId:
    halls = [HallId(row.id) for row in connection.execute(select(t.hall.c.id))]
    if hall in halls:
        return HallId(hall)
    if hall is None and len(halls) == 1:
        return halls[0]
    raise SeveralHalls(", ".join(halls))


def _copy(source: Connection, target: Connection, table: Table, hall: HallId) -> None:
    change = _CHANGES.get(table.name, _as_it_is)
    for rows in _some(source, _of_hall(table, hall)):
        target.execute(insert(table), [change(row) for row in rows])


def _some(source: Connection, query: Select[Any]) -> Iterator[list[Row]]:
    found = source.execution_options(stream_results=True).execute(query).mappings()
    while rows := found.fetchmany(ROWS_AT_ONCE):
        yield [dict(row) for row in rows]


def _of_hall(table: Table, hall: HallId) -> Select[Any]:
    if table is t.hall:
        return select(table).where(table.c.id == hall)
    if table is p.person:
        mine = select(p.person_role.c.person).where(p.person_role.c.hall == hall)
        return select(table).where(table.c.id.in_(mine))
    return select(table).where(table.c.hall == hall)


def _as_it_is(row: Row) -> Row:
    return row


def _nobody(row: Row) -> Row:
    """Return a person of whom only the id is left, by which the journal speaks."""
    return row | {"login": row["id"], "name": row["id"], "password_hash": None, "is_active": False}


def _no_token(row: Row) -> Row:
    return row | {"token_hash": secrets.token_hex(32), "is_active": False}


def _no_secret(row: Row) -> Row:
    return row | {"secret_hash": secrets.token_hex(32)}


def _nobodys(row: Row) -> Row:
    """Return an appointment that nobody's phone opens, of which nothing tells whose it was."""
    return row | dict.fromkeys(WHOSE) | {"code_hash": secrets.token_hex(32)}


def _waiting(row: Row) -> Row:
    """Return a place on the waitlist that is somebody's, and nothing tells whose."""
    person = row["person"] and secrets.token_hex(32)
    gone = dict.fromkeys(("id_mark", "digits", "contact", "sealed_code"))
    return row | gone | {"person": person, "code_hash": secrets.token_hex(32)}


#: What is copied, what is referred to before what refers to it.
_TABLES = (
    t.layout,
    t.roster,
    t.hall,
    t.ticket,
    t.line,
    t.counter,
    t.number_series,
    t.issued_matter,
    t.learned,
    b.appointment,
    b.taken,
    waitlist,
    t.journal,
    rollout,
    p.person,
    p.person_role,
    p.device,
)
_CHANGES: dict[str, Callable[[Row], Row]] = {
    "person": _nobody,
    "device": _no_token,
    "ticket": _no_secret,
    "appointment": _nobodys,
    "waitlist": _waiting,
}
