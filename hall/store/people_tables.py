"""The tables of people and devices; they are not part of any hall's journal."""

from sqlalchemy import BigInteger, Boolean, Column, ForeignKey, Integer, Table, Text

from hall.store.tables import metadata

person = Table(
    "person",
    metadata,
    Column("id", Text, primary_key=True),
    Column("login", Text, nullable=False, unique=True),
    Column("name", Text, nullable=False),
    Column("password_hash", Text),
    Column("session_version", Integer, nullable=False),
    Column("is_active", Boolean, nullable=False),
)

person_role = Table(
    "person_role",
    metadata,
    Column("person", Text, ForeignKey("person.id"), primary_key=True),
    Column("hall", Text, ForeignKey("hall.id"), primary_key=True),
    Column("role", Text, primary_key=True),
)

device = Table(
    "device",
    metadata,
    Column("id", Text, primary_key=True),
    Column("hall", Text, ForeignKey("hall.id"), nullable=False),
    Column("role", Text, nullable=False),
    Column("name", Text, nullable=False),
    Column("counter", Text),
    Column("token_hash", Text, nullable=False, unique=True),
    Column("added_ms", BigInteger, nullable=False),
    Column("is_active", Boolean, nullable=False),
)

#: Short codes that a device is enrolled by, and one-time sign-ins: each used once, kept hashed.
voucher = Table(
    "voucher",
    metadata,
    Column("code_hash", Text, primary_key=True),
    Column("expires_ms", BigInteger, nullable=False),
    Column("person", Text, ForeignKey("person.id")),
    Column("hall", Text, ForeignKey("hall.id")),
    Column("role", Text),
    Column("name", Text),
    Column("counter", Text),
)
