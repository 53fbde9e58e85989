"""Being the only one: a role that one process has at a time, until it dies or lets go."""

import fcntl
import hashlib
import threading
from pathlib import Path
from typing import IO

from sqlalchemy import Connection, Engine, text
from sqlalchemy.exc import DBAPIError


class Alone:
    """Whether this process, of all that share a database, is the one to play a role.

    On PostgreSQL an advisory lock of a session, on SQLite a lock on a file beside the database:
    both are gone with their process, however it ends.
    """

    def __init__(self, engine: Engine, role: str) -> None:
        self._engine = engine
        self._role = role
        self._turn = threading.Lock()
        self._file: IO[bytes] | None = None
        self._session: Connection | None = None

    def is_ours(self) -> bool:
        """Whether the role is ours; takes it if nobody else has it."""
        with self._turn:
            if self._engine.dialect.name == "postgresql":
                return self._on_postgresql()
            return self._on_sqlite()

    def let_go(self) -> None:
        """Leave the role to another."""
        with self._turn:
            if self._file is not None:
                self._file.close()
                self._file = None
            if self._session is not None:
                self._session.invalidate()
                self._session.close()
                self._session = None

    def _on_sqlite(self) -> bool:
        if self._file is None:
            database = Path(self._engine.url.database or "")
            file = database.with_name(f"{database.name}-{self._role}.lock").open("wb")
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                file.close()
                return False
            self._file = file
        return True

    def _on_postgresql(self) -> bool:
        if self._session is not None:
            try:
                self._session.execute(text("SELECT 1"))
            except DBAPIError:  # the session is gone, and the lock with it
                self._session.close()
                self._session = None
            else:
                return True
        session = self._engine.connect().execution_options(isolation_level="AUTOCOMMIT")
        key = int.from_bytes(hashlib.sha256(self._role.encode()).digest()[:7])
        if session.execute(text("SELECT pg_try_advisory_lock(:key)"), {"key": key}).scalar_one():
            self._session = session
            return True
        session.close()
        return False
