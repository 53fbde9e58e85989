"""The first tables: halls, layouts, tickets, counters, the journal."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply."""
    op.create_table(
        "job_run",
        sa.Column("job", sa.Text(), nullable=False),
        sa.Column("slot", sa.Text(), nullable=False),
        sa.Column("at_ms", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("job", "slot", name=op.f("pk_job_run")),
    )
    op.create_table(
        "layout",
        sa.Column("hash", sa.Text(), nullable=False),
        sa.Column("hall", sa.Text(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("added_ms", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("hash", name=op.f("pk_layout")),
    )
    op.create_table(
        "roster",
        sa.Column("hash", sa.Text(), nullable=False),
        sa.Column("hall", sa.Text(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("added_ms", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("hash", name=op.f("pk_roster")),
    )
    op.create_table(
        "hall",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("sequence", sa.BigInteger(), nullable=False),
        sa.Column("hash", sa.Text(), nullable=False),
        sa.Column("layout", sa.Text(), nullable=True),
        sa.Column("base_layout", sa.Text(), nullable=True),
        sa.Column("roster", sa.Text(), nullable=True),
        sa.Column("day", sa.Text(), nullable=True),
        sa.Column("last_day", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(["base_layout"], ["layout.hash"], name=op.f("fk_hall_base_layout")),
        sa.ForeignKeyConstraint(["layout"], ["layout.hash"], name=op.f("fk_hall_layout")),
        sa.ForeignKeyConstraint(["roster"], ["roster.hash"], name=op.f("fk_hall_roster")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_hall")),
    )
    op.create_table(
        "counter",
        sa.Column("hall", sa.Text(), nullable=False),
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("since_ms", sa.BigInteger(), nullable=False),
        sa.Column("clerk", sa.Text(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("asked_ms", sa.BigInteger(), nullable=True),
        sa.CheckConstraint("state IN ('closed','ready','paused')", name=op.f("ck_counter_state")),
        sa.ForeignKeyConstraint(["hall"], ["hall.id"], name=op.f("fk_counter_hall")),
        sa.PrimaryKeyConstraint("hall", "id", name=op.f("pk_counter")),
    )
    op.create_table(
        "issued_matter",
        sa.Column("hall", sa.Text(), nullable=False),
        sa.Column("day", sa.Text(), nullable=False),
        sa.Column("matter", sa.Text(), nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["hall"], ["hall.id"], name=op.f("fk_issued_matter_hall")),
        sa.PrimaryKeyConstraint("hall", "day", "matter", name=op.f("pk_issued_matter")),
    )
    op.create_table(
        "journal",
        sa.Column("hall", sa.Text(), nullable=False),
        sa.Column("sequence", sa.BigInteger(), nullable=False),
        sa.Column("at_ms", sa.BigInteger(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("ticket", sa.Text(), nullable=True),
        sa.Column("number", sa.Text(), nullable=True),
        sa.Column("appointment", sa.Text(), nullable=True),
        sa.Column("counter", sa.Text(), nullable=True),
        sa.Column("actor", sa.Text(), nullable=True),
        sa.Column("device", sa.Text(), nullable=True),
        sa.Column("layout", sa.Text(), nullable=False),
        sa.Column("details", sa.JSON(), nullable=False),
        sa.Column("previous", sa.Text(), nullable=False),
        sa.Column("hash", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["hall"], ["hall.id"], name=op.f("fk_journal_hall")),
        sa.PrimaryKeyConstraint("hall", "sequence", name=op.f("pk_journal")),
    )
    op.create_index("ix_journal_at", "journal", ["hall", "at_ms"], unique=False)
    op.create_index("ix_journal_counter", "journal", ["hall", "counter", "sequence"])
    op.create_index("ix_journal_ticket", "journal", ["hall", "ticket", "sequence"], unique=False)
    op.create_table(
        "learned",
        sa.Column("hall", sa.Text(), nullable=False),
        sa.Column("matter", sa.Text(), nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.Column("total_ms", sa.BigInteger(), nullable=False),
        sa.Column("squares", sa.Float(), nullable=False),
        sa.ForeignKeyConstraint(["hall"], ["hall.id"], name=op.f("fk_learned_hall")),
        sa.PrimaryKeyConstraint("hall", "matter", name=op.f("pk_learned")),
    )
    op.create_table(
        "line",
        sa.Column("hall", sa.Text(), nullable=False),
        sa.Column("line", sa.Text(), nullable=False),
        sa.Column("waiting", sa.Integer(), nullable=False),
        sa.Column("work_ms", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("waiting >= 0", name=op.f("ck_line_waiting")),
        sa.ForeignKeyConstraint(["hall"], ["hall.id"], name=op.f("fk_line_hall")),
        sa.PrimaryKeyConstraint("hall", "line", name=op.f("pk_line")),
    )
    op.create_table(
        "number_series",
        sa.Column("hall", sa.Text(), nullable=False),
        sa.Column("day", sa.Text(), nullable=False),
        sa.Column("prefix", sa.Text(), nullable=False),
        sa.Column("last", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["hall"], ["hall.id"], name=op.f("fk_number_series_hall")),
        sa.PrimaryKeyConstraint("hall", "day", "prefix", name=op.f("pk_number_series")),
    )
    op.create_table(
        "once",
        sa.Column("hall", sa.Text(), nullable=False),
        sa.Column("caller", sa.Text(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("fingerprint", sa.Text(), nullable=False),
        sa.Column("answer", sa.JSON(), nullable=False),
        sa.Column("at_ms", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["hall"], ["hall.id"], name=op.f("fk_once_hall")),
        sa.PrimaryKeyConstraint("hall", "caller", "key", name=op.f("pk_once")),
    )
    op.create_index("ix_once_at", "once", ["at_ms"], unique=False)
    op.create_table(
        "ticket",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("hall", sa.Text(), nullable=False),
        sa.Column("day", sa.Text(), nullable=False),
        sa.Column("number", sa.Text(), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("class", sa.Text(), nullable=False),
        sa.Column("line", sa.Text(), nullable=False),
        sa.Column("matters", sa.JSON(), nullable=False),
        sa.Column("issued_ms", sa.BigInteger(), nullable=False),
        sa.Column("due_ms", sa.BigInteger(), nullable=False),
        sa.Column("placed", sa.BigInteger(), nullable=False),
        sa.Column("stop", sa.Integer(), nullable=False),
        sa.Column("calls", sa.Integer(), nullable=False),
        sa.Column("counter", sa.Text(), nullable=True),
        sa.Column("called_ms", sa.BigInteger(), nullable=True),
        sa.Column("started_ms", sa.BigInteger(), nullable=True),
        sa.Column("finished_ms", sa.BigInteger(), nullable=True),
        sa.Column("appointment", sa.Text(), nullable=True),
        sa.Column("announcement", sa.BigInteger(), nullable=True),
        sa.Column("announced_ms", sa.BigInteger(), nullable=True),
        sa.Column("handling_ms", sa.BigInteger(), nullable=False),
        sa.Column("secret_hash", sa.Text(), nullable=False),
        sa.CheckConstraint(
            "status IN ('waiting','called','serving','held','done','no_show','abandoned','closed')",
            name=op.f("ck_ticket_status"),
        ),
        sa.CheckConstraint(
            "status NOT IN ('called','serving') OR counter IS NOT NULL",
            name=op.f("ck_ticket_counter"),
        ),
        sa.ForeignKeyConstraint(["hall"], ["hall.id"], name=op.f("fk_ticket_hall")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ticket")),
        sa.UniqueConstraint("secret_hash", name=op.f("uq_ticket_secret_hash")),
    )
    op.create_index(
        "ix_ticket_announcement",
        "ticket",
        ["hall", "announcement"],
        unique=False,
        sqlite_where=sa.text("announcement IS NOT NULL"),
        postgresql_where=sa.text("announcement IS NOT NULL"),
    )
    op.create_index(
        "ix_ticket_aside",
        "ticket",
        ["hall", "status"],
        unique=False,
        sqlite_where=sa.text("status IN ('held','no_show')"),
        postgresql_where=sa.text("status IN ('held','no_show')"),
    )
    op.create_index(
        "ix_ticket_line",
        "ticket",
        ["hall", "line", "due_ms", "placed"],
        unique=False,
        sqlite_where=sa.text("status = 'waiting'"),
        postgresql_where=sa.text("status = 'waiting'"),
    )
    op.create_index(
        "uq_ticket_at_counter",
        "ticket",
        ["hall", "counter"],
        unique=True,
        sqlite_where=sa.text("status IN ('called','serving')"),
        postgresql_where=sa.text("status IN ('called','serving')"),
    )
    op.create_index("uq_ticket_number", "ticket", ["hall", "day", "number"], unique=True)


def downgrade() -> None:
    """Take back."""
    op.drop_index("uq_ticket_number", table_name="ticket")
    op.drop_index(
        "uq_ticket_at_counter",
        table_name="ticket",
        sqlite_where=sa.text("status IN ('called','serving')"),
        postgresql_where=sa.text("status IN ('called','serving')"),
    )
    op.drop_index(
        "ix_ticket_line",
        table_name="ticket",
        sqlite_where=sa.text("status = 'waiting'"),
        postgresql_where=sa.text("status = 'waiting'"),
    )
    op.drop_index(
        "ix_ticket_aside",
        table_name="ticket",
        sqlite_where=sa.text("status IN ('held','no_show')"),
        postgresql_where=sa.text("status IN ('held','no_show')"),
    )
    op.drop_index(
        "ix_ticket_announcement",
        table_name="ticket",
        sqlite_where=sa.text("announcement IS NOT NULL"),
        postgresql_where=sa.text("announcement IS NOT NULL"),
    )
    op.drop_table("ticket")
    op.drop_index("ix_once_at", table_name="once")
    op.drop_table("once")
    op.drop_table("number_series")
    op.drop_table("line")
    op.drop_table("learned")
    op.drop_index("ix_journal_counter", table_name="journal")
    op.drop_index("ix_journal_ticket", table_name="journal")
    op.drop_index("ix_journal_at", table_name="journal")
    op.drop_table("journal")
    op.drop_table("issued_matter")
    op.drop_table("counter")
    op.drop_table("hall")
    op.drop_table("roster")
    op.drop_table("layout")
    op.drop_table("job_run")
