"""The tables of messages; none of them says whose a message is, or what stands in it."""

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    ForeignKey,
    Index,
    Integer,
    Table,
    Text,
    UniqueConstraint,
    text,
)

from hall.store.tables import metadata

message = Table(
    "message",
    metadata,
    Column("id", Text, primary_key=True),
    Column("hall", Text, ForeignKey("hall.id"), nullable=False),
    Column("appointment", Text, ForeignKey("appointment.id"), nullable=False),
    Column("kind", Text, nullable=False),
    Column("about", Text, nullable=False),
    Column("state", Text, nullable=False),
    Column("is_urgent", Boolean, nullable=False),
    Column("due_ms", BigInteger, nullable=False),
    Column("until_ms", BigInteger, nullable=False),
    Column("made_ms", BigInteger, nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("lease_ms", BigInteger),
    Column("is_unsure", Boolean, nullable=False),
    Column("sent_ms", BigInteger),
    Column("channel", Text, nullable=False),
    Column("problem", Text, nullable=False),
    UniqueConstraint("appointment", "kind", "about"),
    CheckConstraint("state IN ('waiting','sending','sent','failed','dropped')", name="state"),
    CheckConstraint("state <> 'sending' OR lease_ms IS NOT NULL", name="lease"),
    CheckConstraint("state <> 'sent' OR sent_ms IS NOT NULL", name="sent"),
)
UNDER_WAY = text("state IN ('waiting','sending')")
Index(
    "ix_message_due",
    message.c.hall,
    message.c.due_ms,
    sqlite_where=UNDER_WAY,
    postgresql_where=UNDER_WAY,
)
Index("ix_message_made", message.c.hall, message.c.state, message.c.made_ms)

#: How a hall words its messages, where it does not take the words that come with the program.
wording = Table(
    "wording",
    metadata,
    Column("hall", Text, ForeignKey("hall.id"), primary_key=True),
    Column("kind", Text, primary_key=True),
    Column("language", Text, primary_key=True),
    Column("subject", Text, nullable=False),
    Column("text", Text, nullable=False),
    Column("changed_by", Text, nullable=False),
    Column("changed_ms", BigInteger, nullable=False),
)

quiet = Table(
    "quiet",
    metadata,
    Column("hall", Text, ForeignKey("hall.id"), primary_key=True),
    Column("from_minute", Integer, nullable=False),
    Column("until_minute", Integer, nullable=False),
)

#: Who wants no messages, by the mark of the person.
unsubscribed = Table(
    "unsubscribed",
    metadata,
    Column("hall", Text, ForeignKey("hall.id"), primary_key=True),
    Column("person", Text, primary_key=True),
    Column("at_ms", BigInteger, nullable=False),
)
