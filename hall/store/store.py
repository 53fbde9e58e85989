"""The store: where halls are kept, changed one transaction at a time, and listened to."""

import logging
import threading
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from datetime import datetime
from pathlib import Path
from typing import Self

import psycopg
from sqlalchemy import Connection, Engine, delete, make_url, select, text
from sqlalchemy.exc import SQLAlchemyError

from hall.domain.actors import Actor
from hall.domain.canonical import NOTHING_BEFORE
from hall.domain.identities import HallId, TicketId
from hall.domain.moments import to_ms
from hall.store import tables as t
from hall.store.alone import Alone
from hall.store.change import Change
from hall.store.engine import WRITING, open_engine
from hall.store.library import Library
from hall.store.locking import FairLock
from hall.store.migrating import is_current, migrate
from hall.store.upsert import upsert
from hall.store.view import UnknownHall, UnknownTicket, View, secret_hash

logger = logging.getLogger(__name__)

#: Told of every change: the hall, and the sequence of its last event.
Listener = Callable[[HallId, int], None]
RECONNECT_SECONDS = 1.0


class Store:
    """Where halls are kept. SQLite and PostgreSQL through the same code."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine
        self.is_postgresql = engine.dialect.name == "postgresql"
        self._library = Library()
        self._writers: AbstractContextManager[None] = (
            nullcontext() if self.is_postgresql else FairLock()
        )
        self._listeners: list[Listener] = []
        self._closing = threading.Event()

    @classmethod
    def open(cls, url: str) -> Self:
        """Return the store at ``url``; a SQLite file's folder is made if it is missing."""
        database = make_url(url).database
        if url.startswith("sqlite") and database:
            Path(database).parent.mkdir(parents=True, exist_ok=True)
        return cls(open_engine(url))

    def close(self) -> None:
        """Close every connection."""
        self._closing.set()
        self.engine.dispose()

    def migrate(self) -> None:
        """Bring the tables to the present version."""
        with self._writers:
            migrate(self.engine)

    def is_ready(self) -> bool:
        """Whether the database answers and its tables are of the present version."""
        try:
            return is_current(self.engine)
        except SQLAlchemyError:
            return False

    def halls(self) -> list[HallId]:
        """Return the ids of all halls."""
        with self.engine.connect() as connection:
            rows = connection.execute(select(t.hall.c.id).order_by(t.hall.c.id))
            return [HallId(row.id) for row in rows]

    def hall_with(self, *, ticket: TicketId | None = None, secret: str | None = None) -> HallId:
        """Return the hall that issued a ticket, known by its id or by its slip's secret."""
        c = t.ticket.c
        where = c.id == ticket if secret is None else c.secret_hash == secret_hash(secret)
        with self.engine.connect() as connection:
            found = connection.execute(select(c.hall).where(where)).scalar()
        if found is None:
            raise UnknownTicket(ticket or "")
        return HallId(found)

    def add_hall(self, hall: HallId) -> None:
        """Make an empty hall, without a layout; one that is there stays as it is."""
        row = {"id": hall, "sequence": 0, "hash": NOTHING_BEFORE}
        with self.writing() as connection:
            upsert(connection, t.hall, row)

    @contextmanager
    def change(self, hall: HallId, *, clock: Callable[[], datetime], by: Actor) -> Iterator[Change]:
        """Hold ``hall`` for one change: commit it whole at the end, or nothing on an exception.

        The clock is asked once the hall is held, however long others held it: so moments follow
        one another in the journal, and what has run out meanwhile has run out.
        """
        with self._writers, self._writing().connect() as connection:
            row = connection.execute(_BUMP, {"hall": hall}).first()
            if row is None:
                raise UnknownHall(hall)
            change = Change(connection, row, self._library, now=clock(), by=by)
            yield change
            if change.events or change.is_remembered:
                change.finish()
                connection.commit()
        if change.events and not self.is_postgresql:
            self._tell(hall, change.sequence)

    @contextmanager
    def view(self, hall: HallId, *, now: datetime) -> Iterator[View]:
        """Look at ``hall`` as it is at one moment."""
        engine = self.engine
        if self.is_postgresql:
            engine = engine.execution_options(isolation_level="REPEATABLE READ")
        with engine.connect() as connection:
            row = connection.execute(select(t.hall).where(t.hall.c.id == hall)).first()
            if row is None:
                raise UnknownHall(hall)
            yield View(connection, row, self._library, now=now)

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """Write what belongs to no hall's journal, in one transaction."""
        with self._writers, self._writing().begin() as connection:
            yield connection

    def claim(self, job: str, slot: str, *, now: datetime) -> bool:
        """Return whether this run of ``job`` is ours: of all who claim a slot, one gets it."""
        row = {"job": job, "slot": slot, "at_ms": to_ms(now)}
        with self.writing() as connection:
            return bool(upsert(connection, t.job_run, row))

    def forget_before(self, moment: datetime) -> None:
        """Forget answers kept for repeats, and job runs, from before ``moment``."""
        with self.writing() as connection:
            connection.execute(delete(t.once).where(t.once.c.at_ms < to_ms(moment)))
            connection.execute(delete(t.job_run).where(t.job_run.c.at_ms < to_ms(moment)))

    def alone(self, role: str) -> Alone:
        """Return whether this process is the one, of all on this database, to play a role."""
        return Alone(self.engine, role)

    def listen(self, listener: Listener) -> None:
        """Tell ``listener`` of every change from now on: ours, and on PostgreSQL everybody's."""
        self._listeners.append(listener)
        if self.is_postgresql and len(self._listeners) == 1:
            threading.Thread(target=self._hear, name="hall-listen", daemon=True).start()

    def _tell(self, hall: HallId, sequence: int) -> None:
        for listener in self._listeners:
            listener(hall, sequence)

    def _hear(self) -> None:
        """Pass on what PostgreSQL notifies, connecting again whenever the connection is lost."""
        address = self.engine.url.set(drivername="postgresql")
        while not self._closing.is_set():
            try:
                with psycopg.connect(
                    address.render_as_string(hide_password=False), autocommit=True
                ) as connection:
                    connection.execute("LISTEN hall")
                    while not self._closing.is_set():
                        for notice in connection.notifies(timeout=RECONNECT_SECONDS):
                            hall, _, sequence = notice.payload.rpartition(" ")
                            self._tell(HallId(hall), int(sequence))
            except psycopg.OperationalError:
                if not self._closing.wait(RECONNECT_SECONDS):
                    logger.warning("lost the listening connection; connecting again")

    def _writing(self) -> Engine:
        return self.engine.execution_options(**{WRITING: True})


_BUMP = text("UPDATE hall SET sequence = sequence + 1 WHERE id = :hall RETURNING *")
