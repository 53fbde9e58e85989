"""What the hall expects of the rest of its day, and how well its word held."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

_SAID = ("said_low", "said_high")
_MOMENTS = (
    *("low_ms", "likely_ms", "high_ms", "plain_ms"),
    *("uncorrected_low_ms", "uncorrected_likely_ms", "uncorrected_high_ms"),
    *("foreseen_low_ms", "foreseen_likely_ms", "foreseen_high_ms", "waited_ms"),
)


def upgrade() -> None:
    """Apply."""
    op.create_table(
        "told",
        sa.Column("hall", sa.Text(), nullable=False),
        sa.Column("sequence", sa.BigInteger(), nullable=False),
        sa.Column("ticket", sa.Text(), nullable=False),
        sa.Column("day", sa.Text(), nullable=False),
        sa.Column("minute", sa.Integer(), nullable=False),
        sa.Column("group", sa.Text(), nullable=False),
        sa.Column("class", sa.Text(), nullable=False),
        sa.Column("joined_ms", sa.BigInteger(), nullable=False),
        sa.Column("work_ms", sa.BigInteger(), nullable=False),
        *(sa.Column(name, sa.Integer(), nullable=True) for name in _SAID),
        *(sa.Column(name, sa.BigInteger(), nullable=True) for name in _MOMENTS),
        sa.ForeignKeyConstraint(["hall"], ["hall.id"], name="fk_told_hall"),
        sa.PrimaryKeyConstraint("hall", "sequence", name="pk_told"),
    )
    op.create_index("ix_told_ticket", "told", ["hall", "ticket"])
    op.create_index("ix_told_day", "told", ["hall", "day"])
    op.create_index("ix_told_joined", "told", ["hall", "joined_ms"])
    op.create_table(
        "habits",
        sa.Column("hall", sa.Text(), nullable=False),
        sa.Column("sequence", sa.BigInteger(), nullable=False),
        sa.Column("cv", sa.Float(), nullable=False),
        sa.Column("announced_scale", sa.Float(), nullable=False),
        sa.Column("announced_low", sa.Float(), nullable=False),
        sa.Column("announced_high", sa.Float(), nullable=False),
        sa.Column("foreseen_scale", sa.Float(), nullable=False),
        sa.Column("foreseen_low", sa.Float(), nullable=False),
        sa.Column("foreseen_high", sa.Float(), nullable=False),
        sa.Column("per_hour", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(["hall"], ["hall.id"], name="fk_habits_hall"),
        sa.PrimaryKeyConstraint("hall", name="pk_habits"),
    )
    op.create_table(
        "forecast",
        sa.Column("hall", sa.Text(), nullable=False),
        sa.Column("at_ms", sa.BigInteger(), nullable=False),
        sa.Column("result", sa.JSON(), nullable=False),
        sa.Column("best", sa.JSON(), nullable=True),
        sa.ForeignKeyConstraint(["hall"], ["hall.id"], name="fk_forecast_hall"),
        sa.PrimaryKeyConstraint("hall", "at_ms", name="pk_forecast"),
    )


def downgrade() -> None:
    """Take back."""
    op.drop_table("forecast")
    op.drop_table("habits")
    op.drop_index("ix_told_joined", "told")
    op.drop_index("ix_told_day", "told")
    op.drop_index("ix_told_ticket", "told")
    op.drop_table("told")
