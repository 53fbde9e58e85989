"""Messages that wait to be sent, and what became of them."""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply."""
    op.add_column("appointment", sa.Column("sealed_code", sa.Text(), nullable=True))
    op.create_table(
        "message",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("hall", sa.Text(), nullable=False),
        sa.Column("appointment", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("about", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("is_urgent", sa.Boolean(), nullable=False),
        sa.Column("due_ms", sa.BigInteger(), nullable=False),
        sa.Column("until_ms", sa.BigInteger(), nullable=False),
        sa.Column("made_ms", sa.BigInteger(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("lease_ms", sa.BigInteger(), nullable=True),
        sa.Column("is_unsure", sa.Boolean(), nullable=False),
        sa.Column("sent_ms", sa.BigInteger(), nullable=True),
        sa.Column("channel", sa.Text(), nullable=False),
        sa.Column("problem", sa.Text(), nullable=False),
        sa.CheckConstraint(
            "state IN ('waiting','sending','sent','failed','dropped')", name="ck_message_state"
        ),
        sa.CheckConstraint("state <> 'sending' OR lease_ms IS NOT NULL", name="ck_message_lease"),
        sa.CheckConstraint("state <> 'sent' OR sent_ms IS NOT NULL", name="ck_message_sent"),
        sa.ForeignKeyConstraint(["hall"], ["hall.id"], name="fk_message_hall"),
        sa.ForeignKeyConstraint(["appointment"], ["appointment.id"], name="fk_message_appointment"),
        sa.PrimaryKeyConstraint("id", name="pk_message"),
        sa.UniqueConstraint(
            "appointment", "kind", "about", name="uq_message_appointment_kind_about"
        ),
    )
    under_way = sa.text("state IN ('waiting','sending')")
    op.create_index(
        "ix_message_due",
        "message",
        ["hall", "due_ms"],
        sqlite_where=under_way,
        postgresql_where=under_way,
    )
    op.create_index("ix_message_made", "message", ["hall", "state", "made_ms"])
    op.create_table(
        "wording",
        sa.Column("hall", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("language", sa.Text(), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("changed_by", sa.Text(), nullable=False),
        sa.Column("changed_ms", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["hall"], ["hall.id"], name="fk_wording_hall"),
        sa.PrimaryKeyConstraint("hall", "kind", "language", name="pk_wording"),
    )
    op.create_table(
        "quiet",
        sa.Column("hall", sa.Text(), nullable=False),
        sa.Column("from_minute", sa.Integer(), nullable=False),
        sa.Column("until_minute", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["hall"], ["hall.id"], name="fk_quiet_hall"),
        sa.PrimaryKeyConstraint("hall", name="pk_quiet"),
    )
    op.create_table(
        "unsubscribed",
        sa.Column("hall", sa.Text(), nullable=False),
        sa.Column("person", sa.Text(), nullable=False),
        sa.Column("at_ms", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["hall"], ["hall.id"], name="fk_unsubscribed_hall"),
        sa.PrimaryKeyConstraint("hall", "person", name="pk_unsubscribed"),
    )


def downgrade() -> None:
    """Take back."""
    for table in ("unsubscribed", "quiet", "wording", "message"):
        op.drop_table(table)
    with op.batch_alter_table("appointment") as appointment:
        appointment.drop_column("sealed_code")
