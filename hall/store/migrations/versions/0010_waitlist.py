"""Who waits for a slot."""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply."""
    op.create_table(
        "waitlist",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("hall", sa.Text(), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("joined", sa.BigInteger(), nullable=False),
        sa.Column("joined_ms", sa.BigInteger(), nullable=False),
        sa.Column("matters", sa.JSON(), nullable=False),
        sa.Column("bundle", sa.Text(), nullable=True),
        sa.Column("days", sa.JSON(), nullable=False),
        sa.Column("last_day", sa.Text(), nullable=False),
        sa.Column("part", sa.Text(), nullable=False),
        sa.Column("share", sa.Text(), nullable=False),
        sa.Column("offer", sa.Text(), nullable=True),
        sa.Column("passed", sa.JSON(), nullable=False),
        sa.Column("because", sa.Text(), nullable=True),
        sa.Column("code_hash", sa.Text(), nullable=False),
        sa.Column("visit", sa.Text(), nullable=False),
        sa.Column("person", sa.Text(), nullable=True),
        sa.Column("id_mark", sa.Text(), nullable=True),
        sa.Column("digits", sa.Text(), nullable=True),
        sa.Column("contact", sa.Text(), nullable=True),
        sa.Column("sealed_code", sa.Text(), nullable=True),
        sa.Column("language", sa.Text(), nullable=False),
        sa.CheckConstraint("status IN ('waiting','offered','left')", name="ck_waitlist_status"),
        sa.CheckConstraint("(status = 'offered') = (offer IS NOT NULL)", name="ck_waitlist_offer"),
        sa.CheckConstraint("(status = 'left') = (because IS NOT NULL)", name="ck_waitlist_because"),
        sa.CheckConstraint("(status = 'left') = (person IS NULL)", name="ck_waitlist_person"),
        sa.ForeignKeyConstraint(["hall"], ["hall.id"], name="fk_waitlist_hall"),
        sa.ForeignKeyConstraint(["offer"], ["appointment.id"], name="fk_waitlist_offer"),
        sa.PrimaryKeyConstraint("id", name="pk_waitlist"),
        sa.UniqueConstraint("code_hash", name="uq_waitlist_code_hash"),
    )
    open_ = sa.text("status <> 'left'")
    op.create_index(
        "ix_waitlist_order",
        "waitlist",
        ["hall", "joined"],
        sqlite_where=open_,
        postgresql_where=open_,
    )
    op.create_index(
        "ix_waitlist_visit",
        "waitlist",
        ["hall", "person", "visit"],
        unique=True,
        sqlite_where=open_,
        postgresql_where=open_,
    )
    op.create_index("ix_waitlist_offer", "waitlist", ["offer"])


def downgrade() -> None:
    """Take back."""
    op.drop_table("waitlist")
