"""Inserting a row that may be there already, on both databases."""

from typing import Any

from sqlalchemy import Connection, Table
from sqlalchemy.dialects.postgresql import insert as postgresql_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert

#: Without it, psycopg has forgotten how many rows an insert wrote when it is asked.
COUNTED = {"preserve_rowcount": True}


def upsert(
    connection: Connection,
    table: Table,
    row: dict[str, Any],
    *,
    update: dict[str, Any] | None = None,
    returning: Any = None,
) -> Any:
    """Insert a row, or update the one with its key, or without ``update`` leave that one alone.

    Returns:
        The value of the column ``returning``; without it, whether a row was written.
    """
    make = postgresql_insert if connection.dialect.name == "postgresql" else sqlite_insert
    keys = [column.name for column in table.primary_key]
    statement = make(table).values(row)
    if update is None:
        done = connection.execute(
            statement.on_conflict_do_nothing(index_elements=keys), execution_options=COUNTED
        )
        return done.rowcount == 1
    changing = statement.on_conflict_do_update(index_elements=keys, set_=update)
    if returning is None:
        return connection.execute(changing, execution_options=COUNTED).rowcount == 1
    return connection.execute(changing.returning(returning)).scalar_one()
