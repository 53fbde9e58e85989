"""HTTP for those who work in the hall, and the public API."""
