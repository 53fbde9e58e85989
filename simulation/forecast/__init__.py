"""The rest of a hall's day, simulated forward from how the hall stands now."""
