"""The table of rollouts; a hall's journal tells all that stands in it."""

from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    ForeignKey,
    Table,
    Text,
)

from hall.store.tables import metadata

rollout = Table(
    "rollout",
    metadata,
    Column("hall", Text, ForeignKey("hall.id"), primary_key=True),
    Column("id", Text, primary_key=True),
    Column("layout", Text, ForeignKey("layout.hash"), nullable=False),
    Column("at_ms", BigInteger, nullable=False),
    Column("stage", Text, nullable=False),
    Column("scheduled_by", Text, nullable=False),
    Column("scheduled_ms", BigInteger, nullable=False),
    Column("note", Text, nullable=False),
    Column("report", JSON, nullable=False),
    Column("is_back", Boolean, nullable=False),
    Column("approved_by", Text),
    Column("since_ms", BigInteger),
    Column("until_ms", BigInteger),
    Column("replaced", Text),
    Column("problem", Text),
    CheckConstraint(
        "stage IN ('scheduled','in_force','replaced','withdrawn','refused')", name="stage"
    ),
)
