"""The pure rules, without a database, a clock or a fixture."""
