"""The hall that might be, under the same rules."""
