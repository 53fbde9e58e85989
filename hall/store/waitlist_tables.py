"""The table of the waitlist; what can tell who somebody is goes when they leave it."""

from sqlalchemy import (
    JSON,
    BigInteger,
    CheckConstraint,
    Column,
    ForeignKey,
    Index,
    Table,
    Text,
    text,
)

from hall.store.tables import metadata

waitlist = Table(
    "waitlist",
    metadata,
    Column("id", Text, primary_key=True),
    Column("hall", Text, ForeignKey("hall.id"), nullable=False),
    Column("status", Text, nullable=False),
    Column("joined", BigInteger, nullable=False),
    Column("joined_ms", BigInteger, nullable=False),
    Column("matters", JSON, nullable=False),
    Column("bundle", Text),
    Column("days", JSON, nullable=False),
    Column("last_day", Text, nullable=False),
    Column("part", Text, nullable=False),
    Column("share", Text, nullable=False),
    Column("offer", Text, ForeignKey("appointment.id")),
    Column("passed", JSON, nullable=False),
    Column("because", Text),
    # Whose it is: by what the citizen finds it, and what only this hall can open.
    Column("code_hash", Text, nullable=False, unique=True),
    Column("visit", Text, nullable=False),
    Column("person", Text),
    Column("id_mark", Text),
    Column("digits", Text),
    Column("contact", Text),
    Column("sealed_code", Text),
    Column("language", Text, nullable=False),
    CheckConstraint("status IN ('waiting','offered','left')", name="status"),
    CheckConstraint("(status = 'offered') = (offer IS NOT NULL)", name="offer"),
    CheckConstraint("(status = 'left') = (because IS NOT NULL)", name="because"),
    CheckConstraint("(status = 'left') = (person IS NULL)", name="person"),
)
OPEN = text("status <> 'left'")
Index(
    "ix_waitlist_order",
    waitlist.c.hall,
    waitlist.c.joined,
    sqlite_where=OPEN,
    postgresql_where=OPEN,
)
Index(
    "ix_waitlist_visit",
    waitlist.c.hall,
    waitlist.c.person,
    waitlist.c.visit,
    unique=True,
    sqlite_where=OPEN,
    postgresql_where=OPEN,
)
Index("ix_waitlist_offer", waitlist.c.offer)
