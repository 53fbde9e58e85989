"""Missed appointments that are excused or forgiven; the code that proves a contact."""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply."""
    for name in ("pardon", "id_mark", "appeal"):
        op.add_column("appointment", sa.Column(name, sa.Text(), nullable=True))
    op.create_index("ix_appointment_id_mark", "appointment", ["hall", "id_mark", "day"])
    asked = sa.text("pardon = 'asked'")
    op.create_index(
        "ix_appointment_appeal",
        "appointment",
        ["hall", "start_ms"],
        sqlite_where=asked,
        postgresql_where=asked,
    )
    op.create_table(
        "proof",
        sa.Column("appointment", sa.Text(), nullable=False),
        sa.Column("sealed", sa.Text(), nullable=True),
        sa.Column("sent", sa.Integer(), nullable=False),
        sa.Column("sent_ms", sa.BigInteger(), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["appointment"], ["appointment.id"], name="fk_proof_appointment"),
        sa.PrimaryKeyConstraint("appointment", name="pk_proof"),
    )


def downgrade() -> None:
    """Take back."""
    op.drop_table("proof")
    op.drop_index("ix_appointment_appeal", "appointment")
    op.drop_index("ix_appointment_id_mark", "appointment")
    with op.batch_alter_table("appointment") as appointment:
        for name in ("pardon", "id_mark", "appeal"):
            appointment.drop_column(name)
