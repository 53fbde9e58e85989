"""How many counters a hall needs, half hour by half hour, for a promise about waiting."""
