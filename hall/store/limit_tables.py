"""The tables of limits: how often something was tried, who holds, which puzzles are used up.

Whoever tried stands in them as a mark alone, from which nothing can be told.
"""

from sqlalchemy import BigInteger, Column, ForeignKey, Index, Integer, Table, Text

from hall.store.tables import metadata

#: How often what has a mark was tried in the period that ends then.
attempt = Table(
    "attempt",
    metadata,
    Column("mark", Text, primary_key=True),
    Column("until_ms", BigInteger, primary_key=True),
    Column("count", Integer, nullable=False),
)

#: From where an appointment was held, for as long as it may be a hold.
holder = Table(
    "holder",
    metadata,
    Column("appointment", Text, ForeignKey("appointment.id"), primary_key=True),
    Column("mark", Text, primary_key=True),
    Column("until_ms", BigInteger, nullable=False),
)
Index("ix_holder_mark", holder.c.mark)

#: Solved puzzles that were used; each works once.
spent_puzzle = Table(
    "spent_puzzle",
    metadata,
    Column("mark", Text, primary_key=True),
    Column("until_ms", BigInteger, nullable=False),
)
