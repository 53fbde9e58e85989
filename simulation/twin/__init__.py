"""The model again, compiled: the same day, event by event, for searches over thousands of days."""
