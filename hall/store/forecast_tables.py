"""The tables of what the hall expects: what people were told, what it learned, what comes next."""

from sqlalchemy import JSON, BigInteger, Column, Float, ForeignKey, Index, Integer, Table, Text

from hall.store.tables import metadata

#: Whoever joined a line: what they were told, and how long they waited; all of it from the journal.
told = Table(
    "told",
    metadata,
    Column("hall", Text, ForeignKey("hall.id"), primary_key=True),
    # The event by which they joined.
    Column("sequence", BigInteger, primary_key=True),
    Column("ticket", Text, nullable=False),
    Column("day", Text, nullable=False),
    Column("minute", Integer, nullable=False),
    Column("group", Text, nullable=False),
    Column("class", Text, nullable=False),
    Column("joined_ms", BigInteger, nullable=False),
    Column("work_ms", BigInteger, nullable=False),
    # What was said, in minutes; nothing where nothing could be said.
    Column("said_low", Integer),
    Column("said_high", Integer),
    # The same before rounding, before the correction, and as others would have said it.
    Column("low_ms", BigInteger),
    Column("likely_ms", BigInteger),
    Column("high_ms", BigInteger),
    Column("uncorrected_low_ms", BigInteger),
    Column("uncorrected_likely_ms", BigInteger),
    Column("uncorrected_high_ms", BigInteger),
    Column("plain_ms", BigInteger),
    # What the last forecast of well before had said for this time of the day.
    Column("foreseen_low_ms", BigInteger),
    Column("foreseen_likely_ms", BigInteger),
    Column("foreseen_high_ms", BigInteger),
    Column("waited_ms", BigInteger),
)
Index("ix_told_ticket", told.c.hall, told.c.ticket)
Index("ix_told_day", told.c.hall, told.c.day)
Index("ix_told_joined", told.c.hall, told.c.joined_ms)

habits = Table(
    "habits",
    metadata,
    Column("hall", Text, ForeignKey("hall.id"), primary_key=True),
    # How much of the journal is taken into account.
    Column("sequence", BigInteger, nullable=False),
    Column("cv", Float, nullable=False),
    Column("announced_scale", Float, nullable=False),
    Column("announced_low", Float, nullable=False),
    Column("announced_high", Float, nullable=False),
    Column("foreseen_scale", Float, nullable=False),
    Column("foreseen_low", Float, nullable=False),
    Column("foreseen_high", Float, nullable=False),
    Column("per_hour", JSON, nullable=False),
)

#: The rest of a day as it was simulated forward; old ones are kept until they are scored.
forecast = Table(
    "forecast",
    metadata,
    Column("hall", Text, ForeignKey("hall.id"), primary_key=True),
    Column("at_ms", BigInteger, primary_key=True),
    Column("result", JSON, nullable=False),
    # When to come for the shortest wait of all: every board asks for it.
    Column("best", JSON),
)
