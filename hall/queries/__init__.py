"""Everything that can be asked. Reads only."""
