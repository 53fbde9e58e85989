"""A government service hall: who waits, who is called, and what everyone sees and hears."""
