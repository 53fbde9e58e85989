"""The tables of appointments; what can tell who somebody is stands sealed and can be forgotten."""

from sqlalchemy import (
    JSON,
    BigInteger,
    CheckConstraint,
    Column,
    ForeignKey,
    Index,
    Integer,
    Table,
    Text,
    text,
)

from hall.store.tables import metadata

appointment = Table(
    "appointment",
    metadata,
    Column("id", Text, primary_key=True),
    Column("hall", Text, ForeignKey("hall.id"), nullable=False),
    Column("status", Text, nullable=False),
    Column("day", Text, nullable=False),
    Column("minute", Integer, nullable=False),
    Column("start_ms", BigInteger, nullable=False),
    Column("parts", JSON, nullable=False),
    Column("matters", JSON, nullable=False),
    Column("bundle", Text),
    Column("share", Text, nullable=False),
    Column("made_ms", BigInteger, nullable=False),
    Column("held_until_ms", BigInteger),
    Column("ticket", Text),
    Column("pardon", Text),
    # Whose it is: by what staff and citizens find it, and what only this hall can open.
    Column("code_hash", Text, nullable=False, unique=True),
    Column("person", Text),
    Column("id_mark", Text),
    Column("digits", Text),
    Column("contact", Text),
    Column("sealed_code", Text),
    # Why it should be forgiven, and what the hall answers: sealed.
    Column("appeal", Text),
    Column("language", Text, nullable=False),
    CheckConstraint(
        "status IN ('held','booked','checked_in','missed','cancelled','expired')", name="status"
    ),
    CheckConstraint("status <> 'held' OR held_until_ms IS NOT NULL", name="held"),
    CheckConstraint("status <> 'checked_in' OR ticket IS NOT NULL", name="ticket"),
)
ASKED = text("pardon = 'asked'")
OPEN = text("status IN ('held','booked')")
Index(
    "ix_appointment_start",
    appointment.c.hall,
    appointment.c.start_ms,
    sqlite_where=OPEN,
    postgresql_where=OPEN,
)
Index("ix_appointment_person", appointment.c.hall, appointment.c.person, appointment.c.day)
Index("ix_appointment_id_mark", appointment.c.hall, appointment.c.id_mark, appointment.c.day)
Index(
    "ix_appointment_appeal",
    appointment.c.hall,
    appointment.c.start_ms,
    sqlite_where=ASKED,
    postgresql_where=ASKED,
)
Index("ix_appointment_day", appointment.c.hall, appointment.c.day, appointment.c.digits)

#: The code by which whoever booked is to show that messages reach them; gone with the hold.
proof = Table(
    "proof",
    metadata,
    Column("appointment", Text, ForeignKey("appointment.id"), primary_key=True),
    # Nothing once the contact was changed and another is to be sent.
    Column("sealed", Text),
    Column("sent", Integer, nullable=False),
    Column("sent_ms", BigInteger, nullable=False),
    Column("tries", Integer, nullable=False),
)

#: Counter time that is taken: by holds until they run out, by bookings for good, by what was given
#: back until it has cooled.
taken = Table(
    "taken",
    metadata,
    Column("hall", Text, ForeignKey("hall.id"), primary_key=True),
    Column("day", Text, primary_key=True),
    Column("minute", Integer, primary_key=True),
    Column("group", Text, primary_key=True),
    Column("appointment", Text, ForeignKey("appointment.id"), primary_key=True),
    Column("share", Text, nullable=False),
    Column("ms", BigInteger, nullable=False),
    Column("until_ms", BigInteger),
    CheckConstraint("ms > 0", name="ms"),
)
Index(
    "ix_taken_time",
    taken.c.hall,
    taken.c.day,
    taken.c.minute,
    taken.c.group,
    taken.c.share,
    taken.c.until_ms,
    taken.c.ms,
)
Index("ix_taken_appointment", taken.c.appointment)
