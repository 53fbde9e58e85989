"""Appointments, and the counter time that they take."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply."""
    op.create_table(
        "appointment",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("hall", sa.Text(), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("day", sa.Text(), nullable=False),
        sa.Column("minute", sa.Integer(), nullable=False),
        sa.Column("start_ms", sa.BigInteger(), nullable=False),
        sa.Column("parts", sa.JSON(), nullable=False),
        sa.Column("matters", sa.JSON(), nullable=False),
        sa.Column("bundle", sa.Text(), nullable=True),
        sa.Column("share", sa.Text(), nullable=False),
        sa.Column("made_ms", sa.BigInteger(), nullable=False),
        sa.Column("held_until_ms", sa.BigInteger(), nullable=True),
        sa.Column("ticket", sa.Text(), nullable=True),
        sa.Column("code_hash", sa.Text(), nullable=False),
        sa.Column("person", sa.Text(), nullable=True),
        sa.Column("digits", sa.Text(), nullable=True),
        sa.Column("contact", sa.Text(), nullable=True),
        sa.Column("language", sa.Text(), nullable=False),
        sa.CheckConstraint(
            "status IN ('held','booked','checked_in','missed','cancelled','expired')",
            name="ck_appointment_status",
        ),
        sa.CheckConstraint(
            "status <> 'held' OR held_until_ms IS NOT NULL", name="ck_appointment_held"
        ),
        sa.CheckConstraint(
            "status <> 'checked_in' OR ticket IS NOT NULL", name="ck_appointment_ticket"
        ),
        sa.ForeignKeyConstraint(["hall"], ["hall.id"], name="fk_appointment_hall"),
        sa.PrimaryKeyConstraint("id", name="pk_appointment"),
        sa.UniqueConstraint("code_hash", name="uq_appointment_code_hash"),
    )
    open_ = sa.text("status IN ('held','booked')")
    op.create_index(
        "ix_appointment_start",
        "appointment",
        ["hall", "start_ms"],
        sqlite_where=open_,
        postgresql_where=open_,
    )
    op.create_index("ix_appointment_person", "appointment", ["hall", "person", "day"])
    op.create_index("ix_appointment_day", "appointment", ["hall", "day", "digits"])
    op.create_table(
        "taken",
        sa.Column("hall", sa.Text(), nullable=False),
        sa.Column("day", sa.Text(), nullable=False),
        sa.Column("minute", sa.Integer(), nullable=False),
        sa.Column("group", sa.Text(), nullable=False),
        sa.Column("appointment", sa.Text(), nullable=False),
        sa.Column("share", sa.Text(), nullable=False),
        sa.Column("ms", sa.BigInteger(), nullable=False),
        sa.Column("until_ms", sa.BigInteger(), nullable=True),
        sa.CheckConstraint("ms > 0", name="ck_taken_ms"),
        sa.ForeignKeyConstraint(["hall"], ["hall.id"], name="fk_taken_hall"),
        sa.ForeignKeyConstraint(["appointment"], ["appointment.id"], name="fk_taken_appointment"),
        sa.PrimaryKeyConstraint("hall", "day", "minute", "group", "appointment", name="pk_taken"),
    )
    op.create_index(
        "ix_taken_time", "taken", ["hall", "day", "minute", "group", "share", "until_ms", "ms"]
    )
    op.create_index("ix_taken_appointment", "taken", ["appointment"])


def downgrade() -> None:
    """Take back."""
    op.drop_table("taken")
    op.drop_table("appointment")
