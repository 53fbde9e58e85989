"""Whether a hall with comprehensive counters is better than the hall of today, and from when on."""
