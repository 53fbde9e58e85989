"""Who is called next, and to which counter. Pure; the simulation runs this very code."""
