"""How often something was tried, who holds, which puzzles are used up."""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply."""
    op.create_table(
        "attempt",
        sa.Column("mark", sa.Text(), nullable=False),
        sa.Column("until_ms", sa.BigInteger(), nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("mark", "until_ms", name="pk_attempt"),
    )
    op.create_table(
        "holder",
        sa.Column("appointment", sa.Text(), nullable=False),
        sa.Column("mark", sa.Text(), nullable=False),
        sa.Column("until_ms", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["appointment"], ["appointment.id"], name="fk_holder_appointment"),
        sa.PrimaryKeyConstraint("appointment", "mark", name="pk_holder"),
    )
    op.create_index("ix_holder_mark", "holder", ["mark"])
    op.create_table(
        "spent_puzzle",
        sa.Column("mark", sa.Text(), nullable=False),
        sa.Column("until_ms", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("mark", name="pk_spent_puzzle"),
    )


def downgrade() -> None:
    """Take back."""
    for table in ("spent_puzzle", "holder", "attempt"):
        op.drop_table(table)
