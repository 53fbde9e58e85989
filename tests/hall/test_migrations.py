"""Migrations go up and down on both databases and end at what the code expects."""

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import inspect

from hall.store import people_tables
from hall.store.migrating import config_for
from hall.store.store import Store


def test_the_migrated_tables_are_those_of_the_code(store: Store) -> None:
    metadata = people_tables.person.metadata
    with store.engine.connect() as connection:
        differences = compare_metadata(MigrationContext.configure(connection), metadata)
    assert differences == []


@pytest.mark.parametrize("until", ["0001", "base"])
def test_every_migration_can_be_taken_back_and_done_again(store: Store, until: str) -> None:
    with store.engine.begin() as connection:
        command.downgrade(config_for(connection), until)
    with store.engine.connect() as connection:
        left = set(inspect(connection).get_table_names()) - {"alembic_version"}
    assert ("person" in left, "ticket" in left) == (False, until != "base")
    assert not store.is_ready()
    store.migrate()
    assert store.is_ready()
