"""The tables of what planners keep; they are not part of any hall's journal."""

from sqlalchemy import JSON, BigInteger, Column, ForeignKey, Index, Integer, Table, Text

from hall.store.tables import metadata

study = Table(
    "study",
    metadata,
    Column("id", Text, primary_key=True),
    Column("hall", Text, ForeignKey("hall.id"), nullable=False),
    Column("name", Text, nullable=False),
    Column("made_by", Text, nullable=False),
    Column("made_ms", BigInteger, nullable=False),
    Column("changed_ms", BigInteger, nullable=False),
    Column("document", JSON, nullable=False),
    Index("ix_study_hall", "hall", "changed_ms"),
)

study_run = Table(
    "study_run",
    metadata,
    Column("id", Text, primary_key=True),
    Column("study", Text, ForeignKey("study.id"), nullable=False),
    Column("kind", Text, nullable=False),
    Column("status", Text, nullable=False),
    Column("document", JSON, nullable=False),
    Column("done", Integer, nullable=False),
    Column("known", Integer, nullable=False),
    Column("queued_ms", BigInteger, nullable=False),
    Column("started_ms", BigInteger),
    #: When its process was last heard of.
    Column("heard_ms", BigInteger),
    Column("ended_ms", BigInteger),
    Column("result", JSON),
    Column("problem", Text),
    Index("ix_study_run_study", "study", "queued_ms"),
    Index("ix_study_run_status", "status", "queued_ms"),
)
