"""The tables; moments and lengths are whole milliseconds, on both databases."""

from sqlalchemy import (
    JSON,
    BigInteger,
    CheckConstraint,
    Column,
    Float,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    Table,
    Text,
    text,
)

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)

layout = Table(
    "layout",
    metadata,
    Column("hash", Text, primary_key=True),
    Column("hall", Text, nullable=False),
    Column("source", Text, nullable=False),
    Column("added_ms", BigInteger, nullable=False),
)

roster = Table(
    "roster",
    metadata,
    Column("hash", Text, primary_key=True),
    Column("hall", Text, nullable=False),
    Column("source", Text, nullable=False),
    Column("added_ms", BigInteger, nullable=False),
)

hall = Table(
    "hall",
    metadata,
    Column("id", Text, primary_key=True),
    Column("sequence", BigInteger, nullable=False),
    Column("hash", Text, nullable=False),
    Column("layout", Text, ForeignKey("layout.hash")),
    Column("base_layout", Text, ForeignKey("layout.hash")),
    Column("roster", Text, ForeignKey("roster.hash")),
    Column("day", Text),
    Column("last_day", Text),
)

ticket = Table(
    "ticket",
    metadata,
    Column("id", Text, primary_key=True),
    Column("hall", Text, ForeignKey("hall.id"), nullable=False),
    Column("day", Text, nullable=False),
    Column("number", Text, nullable=False),
    Column("status", Text, nullable=False),
    Column("class", Text, nullable=False),
    Column("line", Text, nullable=False),
    Column("matters", JSON, nullable=False),
    Column("issued_ms", BigInteger, nullable=False),
    Column("due_ms", BigInteger, nullable=False),
    Column("placed", BigInteger, nullable=False),
    Column("stop", Integer, nullable=False),
    Column("calls", Integer, nullable=False),
    Column("counter", Text),
    Column("called_ms", BigInteger),
    Column("started_ms", BigInteger),
    Column("finished_ms", BigInteger),
    Column("appointment", Text),
    Column("announcement", BigInteger),
    Column("announced_ms", BigInteger),
    Column("handling_ms", BigInteger, nullable=False),
    Column("secret_hash", Text, nullable=False, unique=True),
    CheckConstraint(
        "status IN ('waiting','called','serving','held','done','no_show','abandoned','closed')",
        name="status",
    ),
    CheckConstraint("status NOT IN ('called','serving') OR counter IS NOT NULL", name="counter"),
)
AT_COUNTER = text("status IN ('called','serving')")
WAITING = text("status = 'waiting'")
Index("uq_ticket_number", ticket.c.hall, ticket.c.day, ticket.c.number, unique=True)
Index(
    "uq_ticket_at_counter",
    ticket.c.hall,
    ticket.c.counter,
    unique=True,
    sqlite_where=AT_COUNTER,
    postgresql_where=AT_COUNTER,
)
Index(
    "ix_ticket_line",
    ticket.c.hall,
    ticket.c.line,
    ticket.c.due_ms,
    ticket.c.placed,
    sqlite_where=WAITING,
    postgresql_where=WAITING,
)
ANNOUNCED = text("announcement IS NOT NULL")
Index(
    "ix_ticket_announcement",
    ticket.c.hall,
    ticket.c.announcement,
    sqlite_where=ANNOUNCED,
    postgresql_where=ANNOUNCED,
)
ASIDE = text("status IN ('held','no_show')")
Index(
    "ix_ticket_aside",
    ticket.c.hall,
    ticket.c.status,
    sqlite_where=ASIDE,
    postgresql_where=ASIDE,
)

line = Table(
    "line",
    metadata,
    Column("hall", Text, ForeignKey("hall.id"), primary_key=True),
    Column("line", Text, primary_key=True),
    Column("waiting", Integer, nullable=False),
    Column("work_ms", BigInteger, nullable=False),
    CheckConstraint("waiting >= 0", name="waiting"),
)

counter = Table(
    "counter",
    metadata,
    Column("hall", Text, ForeignKey("hall.id"), primary_key=True),
    Column("id", Text, primary_key=True),
    Column("state", Text, nullable=False),
    Column("since_ms", BigInteger, nullable=False),
    Column("clerk", Text),
    Column("reason", Text),
    Column("asked_ms", BigInteger),
    CheckConstraint("state IN ('closed','ready','paused')", name="state"),
)

number_series = Table(
    "number_series",
    metadata,
    Column("hall", Text, ForeignKey("hall.id"), primary_key=True),
    Column("day", Text, primary_key=True),
    Column("prefix", Text, primary_key=True),
    Column("last", Integer, nullable=False),
)

issued_matter = Table(
    "issued_matter",
    metadata,
    Column("hall", Text, ForeignKey("hall.id"), primary_key=True),
    Column("day", Text, primary_key=True),
    Column("matter", Text, primary_key=True),
    Column("count", Integer, nullable=False),
)

learned = Table(
    "learned",
    metadata,
    Column("hall", Text, ForeignKey("hall.id"), primary_key=True),
    Column("matter", Text, primary_key=True),
    Column("count", Integer, nullable=False),
    Column("total_ms", BigInteger, nullable=False),
    Column("squares", Float, nullable=False),
)

journal = Table(
    "journal",
    metadata,
    Column("hall", Text, ForeignKey("hall.id"), primary_key=True),
    Column("sequence", BigInteger, primary_key=True),
    Column("at_ms", BigInteger, nullable=False),
    Column("name", Text, nullable=False),
    Column("ticket", Text),
    Column("number", Text),
    Column("appointment", Text),
    Column("counter", Text),
    Column("actor", Text),
    Column("device", Text),
    Column("layout", Text, nullable=False),
    Column("details", JSON, nullable=False),
    Column("previous", Text, nullable=False),
    Column("hash", Text, nullable=False),
)
Index("ix_journal_ticket", journal.c.hall, journal.c.ticket, journal.c.sequence)
Index("ix_journal_counter", journal.c.hall, journal.c.counter, journal.c.sequence)
Index("ix_journal_at", journal.c.hall, journal.c.at_ms)

once = Table(
    "once",
    metadata,
    Column("hall", Text, ForeignKey("hall.id"), primary_key=True),
    Column("caller", Text, primary_key=True),
    Column("key", Text, primary_key=True),
    Column("fingerprint", Text, nullable=False),
    Column("answer", JSON, nullable=False),
    Column("at_ms", BigInteger, nullable=False),
)
Index("ix_once_at", once.c.at_ms)

job_run = Table(
    "job_run",
    metadata,
    Column("job", Text, primary_key=True),
    Column("slot", Text, primary_key=True),
    Column("at_ms", BigInteger, nullable=False),
)
