"""The hall on a real database: SQLite and PostgreSQL."""
