"""When which layout comes into force, and who said so."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply."""
    op.create_table(
        "rollout",
        sa.Column("hall", sa.Text(), nullable=False),
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("layout", sa.Text(), nullable=False),
        sa.Column("at_ms", sa.BigInteger(), nullable=False),
        sa.Column("stage", sa.Text(), nullable=False),
        sa.Column("scheduled_by", sa.Text(), nullable=False),
        sa.Column("scheduled_ms", sa.BigInteger(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("report", sa.JSON(), nullable=False),
        sa.Column("is_back", sa.Boolean(), nullable=False),
        sa.Column("approved_by", sa.Text(), nullable=True),
        sa.Column("since_ms", sa.BigInteger(), nullable=True),
        sa.Column("until_ms", sa.BigInteger(), nullable=True),
        sa.Column("replaced", sa.Text(), nullable=True),
        sa.Column("problem", sa.Text(), nullable=True),
        sa.CheckConstraint(
            "stage IN ('scheduled','in_force','replaced','withdrawn','refused')",
            name="ck_rollout_stage",
        ),
        sa.ForeignKeyConstraint(["hall"], ["hall.id"], name="fk_rollout_hall"),
        sa.ForeignKeyConstraint(["layout"], ["layout.hash"], name="fk_rollout_layout"),
        sa.PrimaryKeyConstraint("hall", "id", name="pk_rollout"),
    )


def downgrade() -> None:
    """Take back."""
    op.drop_table("rollout")
