"""Connections: SQLite that never loses a commit, PostgreSQL as it is."""

import sqlite3
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event

#: A connection with this option begins by taking the write lock.
WRITING = "hall_writing"
BUSY_SECONDS = 20


def open_engine(url: str) -> Engine:
    """Return an engine for a SQLite file or a PostgreSQL database."""
    if url.startswith("sqlite"):
        return _sqlite(url)
    return create_engine(url, pool_size=10, max_overflow=20, pool_pre_ping=False)


def _sqlite(url: str) -> Engine:
    engine = create_engine(
        url,
        pool_size=10,
        max_overflow=50,
        connect_args={"timeout": BUSY_SECONDS, "check_same_thread": False},
    )
    event.listen(engine, "connect", _prepare)
    event.listen(engine, "begin", _begin)
    return engine


def _prepare(connection: sqlite3.Connection, _record: Any) -> None:
    connection.isolation_level = None
    cursor = connection.cursor()
    for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", "cache_size=-16000"):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _begin(connection: Connection) -> None:
    writing = connection.get_execution_options().get(WRITING)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writing else "BEGIN")
