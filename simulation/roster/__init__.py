"""Who works when: clerks to the counters that are needed, by their contracts."""
